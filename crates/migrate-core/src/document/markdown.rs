//! Markdown: its fenced code, each fence in its language, and the prose between.

use std::ops::Range;

use super::{Region, RegionKind, by_word, commands};
use crate::language;

/// A fence that is open.
struct Fence<'t> {
    /// Its sign, three or more of `` ` `` or `~`.
    sign: &'t str,
    /// What stands in front of it, and of every line in it: blanks, or marks of a quotation.
    prefix: &'t str,
    /// What stands after it.
    info: &'t str,
    /// The spans of its lines, with their endings.
    lines: Vec<Range<usize>>,
}

/// What stands before a line's own text: blanks and quotation marks.
fn prefix(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches([' ', '\t', '>']).len()]
}

/// The fence sign that a line (without its prefix) begins with.
fn sign(line: &str) -> Option<&str> {
    let char = line.chars().next().filter(|char| matches!(char, '`' | '~'))?;
    let length = line.len() - line.trim_start_matches(char).len();
    (length >= 3).then(|| &line[..length])
}

/// The fence that a line opens.
fn opens(line: &str) -> Option<Fence<'_>> {
    let mut prefix = prefix(line);
    let mut rest = &line[prefix.len()..];
    // A fence may be the first thing of a list's item.
    if let Some(item) = rest.strip_prefix("- ").or_else(|| rest.strip_prefix("* ")) {
        prefix = "";
        rest = item.trim_start();
    }
    let sign = sign(rest)?;
    let info = rest[sign.len()..].trim();
    (sign.starts_with('~') || !info.contains('`')).then_some(Fence { sign, prefix, info, lines: Vec::new() })
}

/// Whether a line closes a fence.
fn closes(fence: &Fence<'_>, line: &str) -> bool {
    let rest = line[prefix(line).len()..].trim_end();
    rest.starts_with(fence.sign) && rest.trim_start_matches(&fence.sign[..1]).is_empty()
}

/// The regions of a page.
pub(super) fn split(text: &str) -> Vec<Region> {
    let mut out = Vec::new();
    let mut prose = 0;
    let mut open: Option<Fence<'_>> = None;
    let mut at = 0;
    let end_prose = |out: &mut Vec<Region>, from: usize, to: usize| {
        if from < to {
            out.push(Region::plain(language::prose(), RegionKind::Prose, text, from..to));
        }
    };
    for line in text.split_inclusive('\n') {
        let span = at..at + line.len();
        at = span.end;
        match &mut open {
            None => open = opens(line),
            Some(fence) if closes(fence, line) => {
                if let (Some(first), Some(last)) = (fence.lines.first(), fence.lines.last()) {
                    end_prose(&mut out, prose, first.start);
                    prose = last.end;
                    out.extend(code(text, fence));
                }
                open = None;
            }
            Some(fence) => fence.lines.push(span),
        }
    }
    // A fence that is never closed is more likely a slip than code to the end of the page.
    end_prose(&mut out, prose, text.len());
    if out.is_empty() {
        out.push(Region::plain(language::prose(), RegionKind::Prose, text, 0..0));
    }
    out
}

/// The regions of a fence's code.
fn code(text: &str, fence: &Fence<'_>) -> Vec<Region> {
    let word = fence.info.trim_start_matches(['{', '.']).split([' ', ',', '}', ':', '{', '\t']).next();
    let word = word.unwrap_or_default();
    let language = match word {
        "" => guess(first_line(text, fence)),
        word => by_word(word),
    };
    let language = language.unwrap_or_else(language::lexical);
    let region = Region::lines(language, RegionKind::Code, text, &fence.lines, fence.prefix);
    match language.id() {
        "python" => commands::python(region),
        "bash" => commands::console(region),
        _ => vec![region],
    }
}

/// The first line of a fence's code that is not blank.
fn first_line<'t>(text: &'t str, fence: &Fence<'_>) -> &'t str {
    let lines = fence.lines.iter().map(|line| text[line.clone()].trim_start_matches(fence.prefix));
    lines.into_iter().find(|line| !line.trim().is_empty()).unwrap_or_default()
}

/// The language of a fence that names none, where its first word tells.
fn guess(code: &str) -> Option<&'static dyn language::Language> {
    let first = code.split_whitespace().next()?;
    matches!(first, "curl" | "export" | "pip" | "npm" | "npx" | "$").then(|| language::by_id("bash"))?
}
