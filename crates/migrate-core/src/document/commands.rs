//! Lines that are no part of the code they stand in: shell commands and magics in Python cells, prompts and output in
//! console sessions.

use std::ops::Range;

use super::{Region, RegionKind};
use crate::language;

/// The spans of the lines of `text`, each with its ending.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        start..at
    })
}

/// Whether the line goes on on the next one.
fn continues(line: &str) -> bool {
    line.trim_end_matches(['\n', '\r']).ends_with('\\')
}

/// A run of lines that are one region.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Run {
    /// The code itself.
    Code,
    /// A shell command; after a sign of this many bytes.
    Command(usize),
    /// A magic: text of no language.
    Magic,
    /// Output.
    Output,
}

/// Python code as regions: the code without them, then its shell commands (`!pip install x`) and magics (`%env X=y`).
pub(super) fn python(region: Region) -> Vec<Region> {
    let text = region.text.clone();
    let first = text.lines().next().unwrap_or_default();
    if let Some(magic) = first.strip_prefix("%%") {
        // The cell is in another language, or a file to write.
        let word = magic.split_whitespace().next().unwrap_or_default();
        if !matches!(word, "time" | "timeit" | "capture" | "prun") {
            let language = match word {
                "bash" | "sh" | "script" => language::by_id("bash"),
                "js" | "javascript" => language::by_id("javascript"),
                "writefile" => super::by_name(magic.trim_end().rsplit(['/', ' ']).next().unwrap_or_default())
                    .and_then(language::by_id),
                _ => None,
            };
            let head = lines(&text).next().map_or(0..0, |line| line);
            let body = head.end..text.len();
            let mut out =
                vec![region.parts(language::lexical(), RegionKind::Code, std::slice::from_ref(&head))];
            if !body.is_empty() {
                let language = language.unwrap_or_else(language::lexical);
                out.push(region.parts(language, RegionKind::Code, std::slice::from_ref(&body)));
            }
            return out;
        }
    }
    let mut open = None;
    split(&region, |line| {
        let blanks = line.len() - line.trim_start().len();
        let run = open.unwrap_or(match &line.as_bytes()[blanks..] {
            [b'!', b'!', ..] => Run::Command(blanks + 2),
            [b'!', ..] => Run::Command(blanks + 1),
            [b'%', ..] => Run::Magic,
            _ => Run::Code,
        });
        let goes_on = run != Run::Code && continues(line);
        open = goes_on.then_some(if run == Run::Magic { Run::Magic } else { Run::Command(0) });
        run
    })
}

/// A shell fence as regions: where some line has a prompt (`$ `), only what follows one is a command.
pub(super) fn console(region: Region) -> Vec<Region> {
    let prompt = |line: &str| line.trim_start().starts_with("$ ");
    if !region.text.lines().any(prompt) {
        return vec![region];
    }
    let mut open = false;
    split(&region, |line| {
        let run = if open {
            Run::Command(0)
        } else if prompt(line) {
            Run::Command(line.len() - line.trim_start().len() + 2)
        } else {
            Run::Output
        };
        open = run != Run::Output && continues(line);
        run
    })
}

/// Splits a region by what each of its lines is. The code, though in pieces, is one region.
fn split(region: &Region, mut what: impl FnMut(&str) -> Run) -> Vec<Region> {
    let bash = language::by_id("bash").unwrap_or_else(language::lexical);
    let mut code: Vec<Range<usize>> = Vec::new();
    let mut others: Vec<(Run, Vec<Range<usize>>)> = Vec::new();
    for line in lines(&region.text) {
        let run = what(&region.text[line.clone()]);
        match run {
            Run::Code => code.push(line),
            // What continues a command is in its region.
            Run::Command(0) => match others.last_mut() {
                Some((_, spans)) => spans.push(line),
                None => code.push(line),
            },
            Run::Command(sign) => {
                let command = line.start + sign..line.end;
                others.push((run, Vec::from([command])));
            }
            Run::Magic | Run::Output => others.push((run, Vec::from([line]))),
        }
    }
    if others.is_empty() {
        return vec![region.clone()];
    }
    let mut out = Vec::new();
    if !code.is_empty() {
        out.push(region.parts(region.language, region.kind, &code));
    }
    for (run, mut spans) in others {
        spans.retain(|span| !span.is_empty());
        let (language, kind) = match run {
            Run::Output => (language::prose(), RegionKind::Output),
            Run::Magic => (language::lexical(), RegionKind::Code),
            Run::Code | Run::Command(_) => (bash, RegionKind::Code),
        };
        if !spans.is_empty() {
            out.push(region.parts(language, kind, &spans));
        }
    }
    out
}
