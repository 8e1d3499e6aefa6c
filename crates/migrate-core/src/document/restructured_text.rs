//! reStructuredText: its code blocks, and the prose between.

use super::Region;
use super::listing::{self, Listing};

/// Directives that hold code.
const DIRECTIVES: [&str; 4] = ["code-block::", "code::", "sourcecode::", "prompt::"];

/// The length of the blanks that a line begins with.
fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// What a line opens: a code block, with the word for its language.
fn opens(line: &str) -> Option<&str> {
    let bare = line.trim();
    if let Some(directive) = bare.strip_prefix(".. ") {
        let argument = DIRECTIVES.iter().find_map(|name| directive.strip_prefix(name));
        return argument.map(|rest| rest.split_whitespace().next().unwrap_or_default());
    }
    bare.ends_with("::").then_some("")
}

/// The regions of a page.
pub(super) fn split(text: &str) -> Vec<Region> {
    let mut listings: Vec<Listing<'_>> = Vec::new();
    // The code block that is open: how far the line that opens it is indented.
    let mut open: Option<(usize, Listing<'_>)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let span = at..at + line.len();
        at = span.end;
        let blank = line.trim().is_empty();
        if let Some((outer, listing)) = &mut open {
            let is_option = listing.lines.is_empty() && line.trim_start().starts_with(':');
            if blank && listing.lines.is_empty() || is_option && indent(line) > *outer {
                continue;
            }
            if blank || indent(line) > *outer {
                if listing.lines.is_empty() {
                    listing.prefix = &line[..indent(line)];
                }
                listing.lines.push(span);
                continue;
            }
            listings.extend(open.take().map(|(_, listing)| listing));
        }
        open = opens(line).map(|word| (indent(line), Listing { word, prefix: "", lines: Vec::new() }));
    }
    listings.extend(open.map(|(_, listing)| listing));
    listing::regions(text, listings)
}
