//! `aig: ignore` in a comment: what someone asks to have left as it is.
//!
//! Behind code, the comment is about its line; on a line of its own, about the next one, with all of the statement that
//! starts there; `aig: ignore-file` is about the file.

use std::ops::Range;

use crate::document::{Document, Region};
use crate::facts::RegionFacts;
use crate::syntax::Kind;

/// A part of a file that is left, in the offsets of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ignored {
    /// What is left.
    pub range: Range<usize>,
    /// What asks for it.
    pub by: Range<usize>,
}

impl Ignored {
    /// Whether any of `span` is in it.
    pub(super) fn covers(&self, span: &Range<usize>) -> bool {
        self.range.start < span.end && span.start < self.range.end
            || span.is_empty() && self.range.contains(&span.start)
    }
}

const COMMENT: &str = "aig: ignore";
const WHOLE_FILE: &str = "-file";
/// What a comment starts with, in any language.
const OPENERS: [&str; 7] = ["#", "//", "/*", "<!--", "--", ";", "*"];
/// What is said of it.
pub(super) const MESSAGE: &str = "`aig: ignore` asks to leave this; it was left";

/// What is to be left of a file, sorted.
pub(super) fn ignored(text: &str, document: &Document, facts: &[RegionFacts]) -> Vec<Ignored> {
    if !text.contains(COMMENT) {
        return Vec::new();
    }
    let mut out = Vec::new();
    if document.language == "notebook" {
        // Lines of the file are no lines of its cells.
        for (region, facts) in document.regions.iter().zip(facts) {
            for found in comments(&region.text) {
                let range = match found.about {
                    About::File => 0..text.len(),
                    About::Lines(lines) => region.to_file(with_statement(lines, &region.text, facts)),
                };
                out.push(Ignored { range, by: region.to_file(found.by) });
            }
        }
    } else {
        for found in comments(text) {
            let range = match found.about {
                About::File => 0..text.len(),
                About::Lines(lines) => in_regions(lines, text, document, facts),
            };
            out.push(Ignored { range, by: found.by });
        }
    }
    out.sort_by_key(|ignored| (ignored.range.start, ignored.range.end));
    out
}

enum About {
    File,
    /// Whole lines.
    Lines(Range<usize>),
}

struct Found {
    by: Range<usize>,
    about: About,
}

fn comments(text: &str) -> Vec<Found> {
    let mut out = Vec::new();
    for (at, _) in text.match_indices(COMMENT) {
        let by = at..at + COMMENT.len();
        let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let before = text[line..at].trim_end();
        let Some(opener) = OPENERS.iter().find(|opener| before.ends_with(**opener)) else { continue };
        let code = before[..before.len() - opener.len()].trim();
        let after = &text[by.end..];
        if after.starts_with(WHOLE_FILE) {
            out.push(Found { by: at..by.end + WHOLE_FILE.len(), about: About::File });
            continue;
        }
        // `aig: ignored`, `aig: ignore-something`.
        if after.starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_') {
            continue;
        }
        let end = after.find('\n').map_or(text.len(), |newline| by.end + newline + 1);
        let lines = if code.is_empty() { next_line(text, end) } else { line..end };
        out.push(Found { by, about: About::Lines(lines) });
    }
    out
}

/// The first line from `at` on that is not blank.
fn next_line(text: &str, at: usize) -> Range<usize> {
    let mut start = at;
    for line in text[at..].split_inclusive('\n') {
        if !line.trim().is_empty() {
            return start..start + line.len();
        }
        start += line.len();
    }
    start..start
}

/// Lines of a file, with the fence or the statement that starts on them.
fn in_regions(lines: Range<usize>, text: &str, document: &Document, facts: &[RegionFacts]) -> Range<usize> {
    let mut end = lines.end;
    let is_fence = ["```", "~~~"].iter().any(|fence| text[lines.clone()].trim_start().starts_with(fence));
    let first = lines.start + text[lines.clone()].len() - text[lines.clone()].trim_start().len();
    for (region, facts) in document.regions.iter().zip(facts) {
        if region.text.is_empty() {
            continue;
        }
        let whole = region.to_file(0..region.text.len());
        if is_fence && whole.start == lines.end {
            end = end.max(whole.end);
        } else if let Some(at) = region.from_file(first) {
            let statement = with_statement(at..at, &region.text, facts);
            end = end.max(region.to_file(statement).end);
        }
    }
    lines.start..end
}

/// Lines of a region, with the statement that starts at the first thing on them.
fn with_statement(lines: Range<usize>, text: &str, facts: &RegionFacts) -> Range<usize> {
    let Some(syntax) = &facts.syntax else { return lines };
    let first = lines.start + text[lines.start..].len() - text[lines.start..].trim_start().len();
    let starting = syntax.ids().filter(|&id| {
        let node = syntax.node(id);
        let whole = [
            Kind::Statement,
            Kind::Function,
            Kind::Class,
            Kind::Import,
            Kind::Assign,
            Kind::Call,
            Kind::Pair,
        ];
        node.span.start == first && whole.contains(&node.kind)
    });
    let end = starting.map(|id| syntax.node(id).span.end).max().unwrap_or(lines.end);
    lines.start..end.max(lines.end)
}

/// Whether a span of a region is left.
pub(super) fn covers(all: &[Ignored], region: &Region, span: &Range<usize>) -> bool {
    if all.is_empty() {
        return false;
    }
    let span = region.to_file(span.clone());
    all.iter().any(|ignored| ignored.covers(&span))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<&str> {
        let about = |found: Found| match found.about {
            About::File => "file",
            About::Lines(lines) => &text[lines],
        };
        comments(text).into_iter().map(about).collect()
    }

    #[test]
    fn a_comment_is_about_its_line_or_the_next_or_the_file() {
        for (text, expected) in [
            ("a = 1  # aig: ignore\nb\n", "a = 1  # aig: ignore\n"),
            ("  # aig: ignore: it is a test\n\n  b = 1\nc\n", "  b = 1\n"),
            ("a; // aig: ignore", "a; // aig: ignore"),
            ("<!-- aig: ignore -->\ntext\n", "text\n"),
            ("/* aig: ignore */ a\nb", "b"),
            ("x\n-- aig: ignore-file\n", "file"),
            ("# aig: ignore", ""),
        ] {
            assert_eq!(lines(text), [expected], "{text}");
        }
        for text in ["# aig: ignored", "# aig: ignore-lines", "say aig: ignore", "'aig: ignore'"] {
            assert!(lines(text).is_empty(), "{text}");
        }
    }
}
