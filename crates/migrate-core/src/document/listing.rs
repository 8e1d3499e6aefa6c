//! Pages with code in them: the prose between listings, and each listing in its language.

use std::ops::Range;

use super::{Region, RegionKind, by_word, commands};
use crate::language;

/// A piece of code in a page.
pub(super) struct Listing<'t> {
    /// What the page calls its language; empty if it says nothing.
    pub word: &'t str,
    /// What stands in front of each of its lines: blanks, or marks of a quotation.
    pub prefix: &'t str,
    /// The spans of its lines, with their endings.
    pub lines: Vec<Range<usize>>,
}

/// The regions of a page that holds these listings, in order of text.
pub(super) fn regions(text: &str, listings: Vec<Listing<'_>>) -> Vec<Region> {
    let mut out = Vec::new();
    let mut prose = 0;
    let end_prose = |out: &mut Vec<Region>, from: usize, to: usize| {
        if from < to {
            out.push(Region::plain(language::prose(), RegionKind::Prose, text, from..to));
        }
    };
    for listing in listings {
        let (Some(first), Some(last)) = (listing.lines.first(), listing.lines.last()) else { continue };
        end_prose(&mut out, prose, first.start);
        prose = last.end;
        out.extend(code(text, &listing));
    }
    end_prose(&mut out, prose, text.len());
    if out.is_empty() {
        out.push(Region::plain(language::prose(), RegionKind::Prose, text, 0..0));
    }
    out
}

/// The regions of a listing's code.
fn code(text: &str, listing: &Listing<'_>) -> Vec<Region> {
    let language = match listing.word {
        "" => guess(first_line(text, listing)),
        word => by_word(word),
    };
    let language = language.unwrap_or_else(language::lexical);
    let region = Region::lines(language, RegionKind::Code, text, &listing.lines, listing.prefix);
    match language.id() {
        "python" => commands::python(region),
        "bash" => commands::console(region),
        _ => vec![region],
    }
}

/// The first line of a listing's code that is not blank.
fn first_line<'t>(text: &'t str, listing: &Listing<'_>) -> &'t str {
    let lines = listing.lines.iter().map(|line| text[line.clone()].trim_start_matches(listing.prefix));
    lines.into_iter().find(|line| !line.trim().is_empty()).unwrap_or_default()
}

/// The language of a listing that names none, where its first word tells.
fn guess(code: &str) -> Option<&'static dyn language::Language> {
    let first = code.split_whitespace().next()?;
    matches!(first, "curl" | "export" | "pip" | "npm" | "npx" | "$").then(|| language::by_id("bash"))?
}
