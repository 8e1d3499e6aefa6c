//! Shell commands in files that are no shell: steps of workflows, lines of Dockerfiles and Makefiles.

use std::ops::Range;

use super::{Region, RegionKind};
use crate::language::{self, Language};
use crate::syntax::{Kind, NodeId, Role, Syntax};

/// Keys whose values are shell commands.
const COMMAND_KEYS: [&str; 6] =
    ["run", "script", "before_script", "after_script", "shell_command", "run_command"];

/// Where in a file a script stands.
pub(super) struct Script {
    pub span: Range<usize>,
    pub language: &'static dyn Language,
    /// Whether its lines are one to what runs it, as those of a folded block of YAML are.
    pub folded: bool,
}

impl Script {
    /// A script whose lines are what they look like.
    pub(super) fn new(span: Range<usize>, language: &'static dyn Language) -> Self {
        Self { span, language, folded: false }
    }
}

/// A file without its scripts, then these, by their place.
pub(super) fn taken_out(file: Region, scripts: Vec<Script>) -> Vec<Region> {
    let whole = file.text.clone();
    if scripts.is_empty() {
        return vec![file];
    }
    let mut rest = Vec::new();
    let mut at = 0;
    for Script { span, .. } in &scripts {
        if at < span.start {
            rest.push(at..span.start);
        }
        at = span.end;
    }
    if at < whole.len() {
        rest.push(at..whole.len());
    }
    let mut out = Vec::new();
    if !rest.is_empty() {
        out.push(file.parts(file.language, file.kind, &rest));
    }
    out.extend(scripts.into_iter().map(|script| region(&whole, script)));
    out
}

/// A script as a region, without the blanks that all of its lines begin with.
fn region(text: &str, script: Script) -> Region {
    let Script { span, language, folded } = script;
    let mut lines = Vec::new();
    let mut at = span.start;
    for line in text[span].split_inclusive('\n') {
        lines.push(at..at + line.len());
        at += line.len();
    }
    let blank = |line: &&Range<usize>| !text[(*line).clone()].trim().is_empty();
    let prefixes = lines.iter().filter(blank).map(|line| {
        let line = &text[line.clone()];
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    });
    let prefix = prefixes.min_by_key(|prefix| prefix.len()).unwrap_or_default();
    let mut region = Region::lines(language, RegionKind::Code, text, &lines, prefix);
    if folded {
        // Blanks take the place of line ends, byte for byte, so that offsets still lead back to the file.
        let end = region.text.trim_end().len();
        let joined = region.text[..end].replace(['\n', '\r'], " ");
        region.text = format!("{joined}{}", &region.text[end..]).into();
    }
    region
}

/// A YAML file, with its steps in the shell.
pub(super) fn of_yaml(file: Region) -> Vec<Region> {
    let Some(bash) = language::by_id("bash") else { return vec![file] };
    let Some(syntax) = file.language.parse(&file.text) else { return vec![file] };
    let text = &file.text;
    let mut scripts = Vec::new();
    for pair in syntax.ids().filter(|&id| syntax.kind(id) == Kind::Pair) {
        let (Some(key), Some(value)) = (syntax.child(pair, Role::Key), syntax.child(pair, Role::Value))
        else {
            continue;
        };
        if !COMMAND_KEYS.contains(&&text[syntax.node(key).content.clone()]) {
            continue;
        }
        // The `script` of an action is a program in its own language.
        let language = if outer_key(&syntax, text, pair) == Some("with") {
            language::by_id("javascript").unwrap_or(bash)
        } else {
            bash
        };
        let values = match syntax.kind(value) {
            Kind::List => syntax.children(value).to_vec(),
            _ => vec![value],
        };
        scripts.extend(values.into_iter().filter_map(|id| {
            let folded = text[syntax.node(id).span.clone()].starts_with('>');
            Some(Script { span: command(&syntax, text, id)?, language, folded })
        }));
    }
    if scripts.is_empty() {
        return vec![Region { syntax: Some(syntax), ..file }];
    }
    scripts.sort_by_key(|script| script.span.start);
    taken_out(file, scripts)
}

/// The key under which the map of this pair stands.
fn outer_key<'t>(syntax: &Syntax, text: &'t str, pair: NodeId) -> Option<&'t str> {
    let outer = syntax.parent(syntax.parent(pair)?)?;
    let key = syntax.child(outer, Role::Key)?;
    Some(&text[syntax.node(key).content.clone()])
}

/// The extent of the command that a scalar is, where its text stands in the file as the shell gets it.
fn command(syntax: &Syntax, text: &str, id: NodeId) -> Option<Range<usize>> {
    let node = syntax.node(id);
    if node.kind != Kind::String || node.content.is_empty() {
        return None;
    }
    let content = node.content.clone();
    let inner = &text[content.clone()];
    match text[node.span.clone()].chars().next()? {
        '|' => {
            // With the end of its last line, which ends the command too.
            let rest = &text[content.end..];
            let end = rest.find('\n').map_or(content.end, |found| content.end + found + 1);
            Some(content.start..end)
        }
        // Folded lines are one to the shell: those that would not be are left to be read as text.
        '>' => {
            let mut lines = inner.lines();
            let indent = |line: &str| line.len() - line.trim_start().len();
            // The first line's blanks stand before the content.
            let start = text[..content.start].rfind('\n').map_or(0, |found| found + 1);
            let first = content.start - start + lines.next().map_or(0, indent);
            let plain = !inner.trim_end().lines().any(|line| line.trim().is_empty() || line.ends_with('\\'));
            (plain && inner.trim_end().lines().skip(1).all(|line| indent(line) == first)).then_some(content)
        }
        '"' => (!inner.contains(['\\', '\n'])).then_some(content),
        '\'' => (!inner.contains('\'') && !inner.contains('\n')).then_some(content),
        _ => (!inner.contains('\n')).then_some(content),
    }
}

/// A Dockerfile, with its `RUN` commands in the shell.
pub(super) fn of_dockerfile(file: Region) -> Vec<Region> {
    let Some(bash) = language::by_id("bash") else { return vec![file] };
    let mut scripts = Vec::new();
    let text = &file.text;
    let mut at = 0;
    while at < text.len() {
        let start = at;
        at = logical_end(text, at);
        let line = &text[start..at];
        let trimmed = line.trim_start();
        let Some(command) =
            trimmed.get(..4).filter(|word| word.eq_ignore_ascii_case("run ")).map(|_| &trimmed[4..])
        else {
            continue;
        };
        let command = command.trim_start();
        if command.is_empty() || command.starts_with('[') {
            continue;
        }
        if let Some(end) = heredoc_end(text, command, at) {
            at = end;
        }
        let from = start + line.len() - command.len();
        scripts.push(Script::new(from..at, bash));
    }
    taken_out(file, scripts)
}

/// The end of the line at `at` and of those that it goes on in.
fn logical_end(text: &str, at: usize) -> usize {
    let mut end = at;
    for line in text[at..].split_inclusive('\n') {
        end += line.len();
        let comment = end > at + line.len() && line.trim_start().starts_with('#');
        if !comment && !line.trim_end().ends_with('\\') {
            break;
        }
    }
    end
}

/// The end of the here-document that a command begins, if it does.
fn heredoc_end(text: &str, command: &str, at: usize) -> Option<usize> {
    let word = command.split_once("<<")?.1.trim_start_matches(['-', '"', '\'']);
    let word = &word[..word.find(|char: char| !char.is_alphanumeric() && char != '_').unwrap_or(word.len())];
    if word.is_empty() {
        return None;
    }
    let mut end = at;
    for line in text[at..].split_inclusive('\n') {
        end += line.len();
        if line.trim() == word {
            return Some(end);
        }
    }
    None
}

/// A Makefile, with its recipes in the shell.
pub(super) fn of_makefile(file: Region) -> Vec<Region> {
    let Some(bash) = language::by_id("bash") else { return vec![file] };
    let mut scripts = Vec::new();
    let text = &file.text;
    let (mut at, mut in_rule) = (0, false);
    while at < text.len() {
        let start = at;
        at = logical_end(text, at);
        let line = &text[start..at];
        if line.starts_with(['\t', ' ']) && in_rule && !line.trim().is_empty() {
            let command = line.trim_start_matches(['\t', ' ', '@', '-', '+']);
            scripts.push(Script::new(start + line.len() - command.len()..at, bash));
        } else if !line.trim().is_empty() && !line.starts_with('#') {
            in_rule = line.contains(':') && !line.contains(":=") && !line.contains("::=");
        }
    }
    taken_out(file, scripts)
}
