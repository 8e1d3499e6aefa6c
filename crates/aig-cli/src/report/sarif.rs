//! SARIF 2.1.0, for code scanning: a result for each finding, and one for each unit that would move, with its fix.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;

use migrate_core::edit::{Group, SHARED};
use migrate_core::finding::{Level, Rule};
use migrate_core::fs::Hash;
use migrate_core::plan::FilePlan;
use serde_json::{Value, json};

use super::{Report, View};
use crate::rules;
use crate::shown::Shown;
use crate::words::count;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(crate) struct Sarif;

impl Report for Sarif {
    fn preview(&self, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, &log(view))?;
        writeln!(out)
    }

    fn asks(&self) -> bool {
        false
    }
}

/// Tells results of the same kind on lines of the same text apart.
#[derive(Default)]
struct Prints(BTreeMap<String, usize>);

impl Prints {
    /// A fingerprint that survives when the line moves: it is made from the rule, the file, the line's text and how many
    /// of the same came before.
    fn print(&mut self, rule: &str, path: &str, line: &str) -> Value {
        let same = format!("{rule}\0{path}\0{}", line.trim());
        let number = self.0.entry(same.clone()).or_default();
        *number += 1;
        let hash = Hash::of(format!("{same}\0{number}").as_bytes()).to_hex();
        json!({ "aigMigrate/v1": &hash[..32] })
    }
}

fn log(view: &View<'_>) -> Value {
    let mut prints = Prints::default();
    let mut results = Vec::new();
    for file in &view.plan.files {
        let text = Shown::new(&file.original, file.language, view.masker);
        for finding in &file.findings {
            let region = region(&text, finding.start..finding.end);
            let mut message = view.masker.mask_line(&finding.message).into_owned();
            if !finding.help.is_empty() {
                message = format!("{message}\n{}", view.masker.mask_line(&finding.help));
            }
            results.push(json!({
                "ruleId": finding.rule.id(),
                "ruleIndex": index(finding.rule),
                "level": level(finding.level),
                "message": { "text": message },
                "locations": [location(&file.path, region)],
                "partialFingerprints":
                    prints.print(finding.rule.id(), &file.path, &line(&text, finding.start)),
            }));
        }
    }
    results.extend(moves(view, &mut prints));
    let rules: Vec<Value> = rules::all().iter().map(rule).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "aig",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_HOMEPAGE"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{ "executionSuccessful": true }],
            "results": results,
        }],
    })
}

fn rule(about: &rules::About) -> Value {
    json!({
        "id": about.id,
        "shortDescription": { "text": about.title },
        "fullDescription": { "text": about.does },
        "help": { "text": format!("{} {}", about.why, about.asks) },
    })
}

/// A result for each unit that would move, and for what follows in each file; with the fix, which is over all files of
/// the unit.
fn moves(view: &View<'_>, prints: &mut Prints) -> Vec<Value> {
    let mut units: BTreeMap<(Group, usize), Vec<usize>> = BTreeMap::new();
    for (index, file) in view.plan.files.iter().enumerate() {
        for edit in &file.edits {
            // What belongs to no unit is fixed a file at a time.
            let key = if edit.group == SHARED { (SHARED, index) } else { (edit.group, 0) };
            let files = units.entry(key).or_default();
            if files.last() != Some(&index) {
                files.push(index);
            }
        }
    }
    let mut results = Vec::new();
    for ((group, _), files) in units {
        let files: Vec<&FilePlan> = files.iter().map(|file| &view.plan.files[*file]).collect();
        let Some(first) = files[0].edits.iter().find(|edit| edit.group == group) else { continue };
        let text = Shown::new(&files[0].original, files[0].language, view.masker);
        let changes: Option<Vec<Value>> = files.iter().map(|file| change(view, file, group)).collect();
        let edits: usize =
            files.iter().map(|file| file.edits.iter().filter(|edit| edit.group == group).count()).sum();
        let (edits, in_files) = (count(edits, "edit"), count(files.len(), "file"));
        let message = format!("{edits} in {in_files} pending: run `aig migrate {}`", view.plan.source);
        let mut result = json!({
            "ruleId": first.rule.id(),
            "ruleIndex": index(first.rule),
            "level": "warning",
            "message": { "text": message },
            "locations": [location(&files[0].path, region(&text, first.span.clone()))],
            "partialFingerprints": prints.print("pending", &files[0].path, &line(&text, first.span.start)),
        });
        // A fix with a part that is masked would write the mask.
        if let Some(changes) = changes {
            result["fixes"] = json!([{
                "description": { "text": "Move this to the new gateway, as a whole." },
                "artifactChanges": changes,
            }]);
        }
        results.push(result);
    }
    results
}

/// The edits of a group in one file; `None` if a part of them must not be shown, or is no text.
fn change(view: &View<'_>, file: &FilePlan, group: Group) -> Option<Value> {
    let text = Shown::new(&file.original, file.language, view.masker);
    let rewritten = Shown::new(&file.rewritten, file.language, view.masker);
    if !text.is_exact {
        return None;
    }
    let mut replacements = Vec::new();
    let mut delta = 0_isize;
    for edit in &file.edits {
        let start = edit.span.start.saturating_add_signed(delta);
        let end = start + edit.replacement.len();
        delta += edit.replacement.len() as isize - edit.span.len() as isize;
        if edit.group != group {
            continue;
        }
        let part = rewritten.part(rewritten.offset(start)..rewritten.offset(end));
        if part.as_bytes() != &edit.replacement[..] {
            return None;
        }
        replacements.push(json!({
            "deletedRegion": region(&text, edit.span.clone()),
            "insertedContent": { "text": part },
        }));
    }
    Some(json!({ "artifactLocation": artifact(&file.path), "replacements": replacements }))
}

fn index(rule: Rule) -> usize {
    rules::of(rule).map_or(0, |(index, _)| index)
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Action => "error",
        Level::Check => "warning",
        _ => "note",
    }
}

/// The line at an offset of the file, masked.
fn line(text: &Shown<'_>, at: usize) -> String {
    let at = text.offset(at);
    let start = text.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let rest = text.text.get(at..).unwrap_or_default();
    text.part(start..rest.find('\n').map_or(text.text.len(), |newline| at + newline)).into_owned()
}

/// A span of the file's bytes as lines and columns, which count from 1, in characters.
fn region(text: &Shown<'_>, span: Range<usize>) -> Value {
    let place = |at: usize| {
        let before = text.text.get(..text.offset(at)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    };
    let ((start_line, start_column), (end_line, end_column)) = (place(span.start), place(span.end));
    json!({
        "startLine": start_line,
        "startColumn": start_column,
        "endLine": end_line,
        "endColumn": end_column,
    })
}

fn location(path: &str, region: Value) -> Value {
    json!({ "physicalLocation": { "artifactLocation": artifact(path), "region": region } })
}

fn artifact(path: &str) -> Value {
    json!({ "uri": uri(path), "uriBaseId": "%SRCROOT%" })
}

/// A path as a relative URI.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_tell_the_same_line_apart_and_do_not_count_lines() {
        let mut prints = Prints::default();
        let first = prints.print("config", "a.py", "  x = 1");
        let second = prints.print("config", "a.py", "x = 1");
        assert_ne!(first, second);
        assert_eq!(Prints::default().print("config", "a.py", "x = 1"), first);
        assert_ne!(Prints::default().print("config", "b.py", "x = 1"), first);
    }

    #[test]
    fn paths_are_relative_uris() {
        assert_eq!(uri("src/a b:é.py"), "src/a%20b%3A%C3%A9.py");
    }
}
