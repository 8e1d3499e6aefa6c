//! Markdown: its fenced code, each fence in its language, and the prose between.

use super::Region;
use super::listing::{self, Listing};

/// A fence that is open.
struct Fence<'t> {
    /// Its sign, three or more of `` ` `` or `~`.
    sign: &'t str,
    /// What it holds.
    listing: Listing<'t>,
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
    let word = info.trim_start_matches(['{', '.']).split([' ', ',', '}', ':', '{', '\t']).next();
    let listing = Listing { word: word.unwrap_or_default(), prefix, lines: Vec::new() };
    (sign.starts_with('~') || !info.contains('`')).then_some(Fence { sign, listing })
}

/// Whether a line closes a fence.
fn closes(fence: &Fence<'_>, line: &str) -> bool {
    let rest = line[prefix(line).len()..].trim_end();
    rest.starts_with(fence.sign) && rest.trim_start_matches(&fence.sign[..1]).is_empty()
}

/// The regions of a page.
pub(super) fn split(text: &str) -> Vec<Region> {
    let mut listings = Vec::new();
    let mut open: Option<Fence<'_>> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let span = at..at + line.len();
        at = span.end;
        match &mut open {
            None => open = opens(line),
            Some(fence) if closes(fence, line) => listings.extend(open.take().map(|fence| fence.listing)),
            Some(fence) => fence.listing.lines.push(span),
        }
    }
    // A fence that is never closed is more likely a slip than code to the end of the page.
    listing::regions(text, listings)
}
