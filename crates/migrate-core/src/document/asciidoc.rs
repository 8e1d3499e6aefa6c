//! AsciiDoc: its listings, each in the language that the line above it names, and the prose between.

use super::Region;
use super::listing::{self, Listing};

/// The regions of a page.
pub(super) fn split(text: &str) -> Vec<Region> {
    let mut listings = Vec::new();
    let mut open: Option<(&str, Listing<'_>)> = None;
    let mut word = "";
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let span = at..at + line.len();
        at = span.end;
        let bare = line.trim_end();
        match &mut open {
            Some((sign, _)) if bare == *sign => listings.extend(open.take().map(|(_, listing)| listing)),
            Some((_, listing)) => listing.lines.push(span),
            None if is_sign(bare) => {
                open = Some((bare, Listing { word, prefix: "", lines: Vec::new() }));
                word = "";
            }
            None if bare.starts_with("```") => {
                open = Some(("```", Listing { word: bare[3..].trim(), prefix: "", lines: Vec::new() }));
            }
            // A title may stand between the two.
            None if bare.starts_with('.') => {}
            None => word = language_of(bare).unwrap_or_default(),
        }
    }
    listing::regions(text, listings)
}

/// `----` or `....`: a listing begins, or ends with the same line.
fn is_sign(line: &str) -> bool {
    line.len() >= 4 && (line.bytes().all(|byte| byte == b'-') || line.bytes().all(|byte| byte == b'.'))
}

/// The language in `[source,python]`, `[source%linenums,python,title=x]` or `[,python]`.
fn language_of(line: &str) -> Option<&str> {
    let inner = line.strip_prefix('[')?.strip_suffix(']')?;
    let (style, rest) = inner.split_once(',')?;
    let style = style.split(['%', '#', '.']).next().unwrap_or_default();
    matches!(style, "source" | "").then(|| rest.split(',').next().unwrap_or_default().trim())
}
