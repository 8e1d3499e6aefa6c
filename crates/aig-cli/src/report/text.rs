//! The preview for people: a patch with words between. `git apply` takes it from a pipe, except for files that are
//! shown in another form because a line of theirs is masked or is no UTF-8.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use migrate_core::finding::{Finding, Level};
use migrate_core::mask::{Masker, escape_for_terminal, is_unsafe};
use migrate_core::plan::{EnvironmentKind, FilePlan};

use super::{Report, View};
use crate::command::count;
use crate::hunk::{Hunk, Kind, Line, hunks};
use crate::shown::Shown;
use crate::style::Styles;

pub(crate) struct Text;

impl Report for Text {
    fn preview(&self, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
        if !view.quiet {
            for file in &view.plan.files {
                self::file(view, file, out)?;
            }
            environment(view, out)?;
            skipped(view, out)?;
        }
        sums(view, out)
    }
}

fn file(view: &View<'_>, file: &FilePlan, out: &mut dyn Write) -> io::Result<()> {
    let told = file.findings.iter().filter(|finding| view.verbose || finding.level != Level::Note).count();
    if view.uncommitted.contains(&file.path) {
        let Styles { check, .. } = view.styles;
        writeln!(out, "{}: {check}has uncommitted changes{}", label(&file.path), check.close())?;
    }
    if !file.edits.is_empty() {
        let old = Shown::new(&file.original, file.language, view.masker);
        let new = Shown::new(&file.rewritten, file.language, view.masker);
        let hunks = hunks(&old, &new, &file.edits);
        let text = |line: &Line| match line.kind {
            Kind::Added => new.part(line.range.clone()),
            Kind::Context | Kind::Removed => old.part(line.range.clone()),
        };
        let is_masked =
            hunks.iter().flat_map(|hunk| &hunk.lines).any(|line| matches!(text(line), Cow::Owned(_)));
        if is_masked || !old.is_exact || !new.is_exact {
            let why = if is_masked { "values are masked" } else { "the file is not UTF-8" };
            let Styles { bold, .. } = view.styles;
            writeln!(
                out,
                "{bold}{}{}: {} ({why}, so this is no patch)",
                label(&file.path),
                bold.close(),
                count(file.edits.len(), "edit")
            )?;
            plain(view, &hunks, &text, out)?;
        } else {
            patch(view, &file.path, &hunks, &text, out)?;
        }
    }
    let list: Vec<(&str, &Finding)> =
        file.findings.iter().map(|finding| (file.path.as_str(), finding)).collect();
    findings(&list, Some(view.masker), view.verbose, &view.styles, out)?;
    if told > 0 || !file.edits.is_empty() {
        writeln!(out)?;
    }
    Ok(())
}

/// Hunks as `git apply` takes them.
fn patch<'a>(
    view: &View<'_>,
    path: &str,
    hunks: &[Hunk],
    text: &dyn Fn(&Line) -> Cow<'a, str>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Styles { bold, hunk: head, added, removed, .. } = view.styles;
    writeln!(out, "{bold}--- {}{}", name("a/", path), bold.close())?;
    writeln!(out, "{bold}+++ {}{}", name("b/", path), bold.close())?;
    for hunk in hunks {
        writeln!(out, "{head}{}{}", hunk.header(), head.close())?;
        for line in &hunk.lines {
            let text = text(line);
            let (body, end) = match text.strip_suffix('\n') {
                Some(body) => (body, ""),
                None => (&*text, "\\ No newline at end of file\n"),
            };
            let body = if view.is_terminal {
                escape_for_terminal(body.strip_suffix('\r').unwrap_or(body))
            } else {
                Cow::Borrowed(body)
            };
            match line.kind {
                Kind::Context => writeln!(out, " {body}")?,
                Kind::Removed => writeln!(out, "{removed}-{body}{}", removed.close())?,
                Kind::Added => writeln!(out, "{added}+{body}{}", added.close())?,
            }
            out.write_all(end.as_bytes())?;
        }
    }
    Ok(())
}

/// Hunks with line numbers, in a form that no program takes for a patch.
fn plain<'a>(
    view: &View<'_>,
    hunks: &[Hunk],
    text: &dyn Fn(&Line) -> Cow<'a, str>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Styles { dim, added, removed, .. } = view.styles;
    for (index, hunk) in hunks.iter().enumerate() {
        if index > 0 {
            writeln!(out, "  {dim}      …{}", dim.close())?;
        }
        for line in &hunk.lines {
            let text = text(line);
            let body = escape_for_terminal(text.trim_end_matches(['\n', '\r']));
            let (sign, paint) = match line.kind {
                Kind::Context => (' ', dim),
                Kind::Removed => ('-', removed),
                Kind::Added => ('+', added),
            };
            writeln!(out, "  {:>6} {paint}{sign} {body}{}", line.number, paint.close())?;
        }
    }
    Ok(())
}

/// Findings, each with its place; notes only if `verbose`.
pub(crate) fn findings(
    findings: &[(&str, &Finding)],
    masker: Option<&Masker>,
    verbose: bool,
    styles: &Styles,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mask = |text: &str| {
        let masked = masker.map_or(Cow::Borrowed(text), |masker| masker.mask_line(text));
        escape_for_terminal(&masked).into_owned()
    };
    for (path, finding) in findings {
        let paint = match finding.level {
            Level::Action => styles.action,
            Level::Check => styles.check,
            Level::Note if !verbose => continue,
            _ => styles.note,
        };
        writeln!(
            out,
            "{}:{}:{}: {paint}{}[{}]{}: {}",
            label(path),
            finding.line,
            finding.column,
            finding.level,
            finding.rule,
            paint.close(),
            mask(&finding.message)
        )?;
        for line in finding.help.lines() {
            writeln!(out, "    {}", mask(line))?;
        }
    }
    Ok(())
}

fn environment(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    if view.plan.environment.is_empty() {
        return Ok(());
    }
    let Styles { bold, .. } = view.styles;
    writeln!(out, "{bold}Environment{}", bold.close())?;
    for change in &view.plan.environment {
        let (from, to) = (escape_for_terminal(&change.from), escape_for_terminal(&change.to));
        let files: Vec<Cow<'_, str>> = change.files.iter().map(|path| escape_for_terminal(path)).collect();
        let what = match change.kind {
            EnvironmentKind::Rename => format!("{from} → {to}"),
            EnvironmentKind::Add => format!("{to} beside {from}"),
            _ => format!("{to}: a new value"),
        };
        writeln!(out, "  {what}  ({})", files.join(", "))?;
    }
    writeln!(out)
}

fn skipped(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    if !view.verbose || view.plan.skipped.is_empty() {
        return Ok(());
    }
    let Styles { bold, .. } = view.styles;
    writeln!(out, "{bold}Passed over{}", bold.close())?;
    for skipped in &view.plan.skipped {
        writeln!(out, "  {} ({})", escape_for_terminal(&skipped.path), skipped.reason.id())?;
    }
    writeln!(out)
}

/// The one line of sums.
pub(crate) fn sums(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let plan = view.plan;
    let edits = if plan.is_empty() {
        "Nothing to change".to_owned()
    } else {
        format!("{} in {}", count(plan.edit_count(), "edit"), count(plan.changed().count(), "file"))
    };
    let levels = levels(plan.files.iter().flat_map(|file| &file.findings).map(|finding| finding.level));
    write!(out, "{edits}; {levels}; {} read", count(plan.files_scanned, "file"))?;
    if !plan.skipped.is_empty() {
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        for skipped in &plan.skipped {
            *reasons.entry(skipped.reason.id()).or_default() += 1;
        }
        let reasons: Vec<String> =
            reasons.iter().map(|(reason, number)| format!("{number} {reason}")).collect();
        write!(out, ", {} passed over ({})", plan.skipped.len(), reasons.join(", "))?;
    }
    writeln!(out)
}

/// `2 actions, 1 check, 1 note`, or that there is nothing.
pub(crate) fn levels(levels: impl Iterator<Item = Level>) -> String {
    let mut sums: BTreeMap<Level, usize> = BTreeMap::new();
    for level in levels {
        *sums.entry(level).or_default() += 1;
    }
    if sums.is_empty() {
        return "no findings".to_owned();
    }
    let sums: Vec<String> = sums.iter().map(|(level, number)| count(*number, level.id())).collect();
    sums.join(", ")
}

/// A path at the start of a line that is no part of a patch: what could be taken for one is quoted.
fn label(path: &str) -> String {
    let escaped = escape_for_terminal(path);
    if ["--- ", "+++ ", "@@ -", "diff "].iter().any(|start| escaped.starts_with(start)) {
        return format!("./{escaped}");
    }
    escaped.into_owned()
}

/// A path as git writes it in a patch: quoted if a character of it needs that.
fn name(prefix: &str, path: &str) -> String {
    if !path.chars().any(|c| is_unsafe(c) || matches!(c, '"' | '\\' | '\t')) {
        // A blank would end the name; a tab behind it tells git that it does not.
        let end = if path.contains(' ') { "\t" } else { "" };
        return format!("{prefix}{path}{end}");
    }
    let mut quoted = format!("\"{prefix}");
    for c in path.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\t' => quoted.push_str("\\t"),
            '\n' => quoted.push_str("\\n"),
            c if is_unsafe(c) => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    quoted.push_str(&format!("\\{byte:03o}"));
                }
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_as_git_does() {
        assert_eq!(name("a/", "src/app.py"), "a/src/app.py");
        assert_eq!(name("a/", "my app.py"), "a/my app.py\t");
        assert_eq!(name("b/", "a\"b\\c\n\u{202e}é"), "\"b/a\\\"b\\\\c\\n\\342\\200\\256é\"");
        assert_eq!(label("@@ -1 +1 @@"), "./@@ -1 +1 @@");
    }
}
