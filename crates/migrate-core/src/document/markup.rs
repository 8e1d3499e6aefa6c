//! Pages and components: their scripts, each in its language, and the markup around, which has none.

use super::scripts::Script;
use super::{Document, Region, RegionKind, scripts};
use crate::language::{self, Language};

/// The page's regions, by their place.
pub(super) fn split(text: &str) -> Document {
    let mut found = Vec::new();
    let mut at = 0;
    // The code of a component between two lines of hyphens at its top.
    if let Some(end) = text.strip_prefix("---\n").and_then(|rest| rest.find("\n---")) {
        at = 4 + end + 1;
        found.extend(language::by_id("typescript").map(|language| Script::new(4..at, language)));
    }
    let lower = text.to_ascii_lowercase();
    while let Some(open) = lower[at..].find("<script").map(|tag| at + tag) {
        let Some(start) = lower[open..].find('>').map(|found| open + found + 1) else { break };
        let Some(end) = lower[start..].find("</script").map(|found| start + found) else { break };
        at = end;
        if let Some(language) = language_of(&lower[open..start])
            && !text[start..end].trim().is_empty()
        {
            found.push(Script::new(start..end, language));
        }
    }
    let markup = Region::plain(language::lexical(), RegionKind::File, text, 0..text.len());
    Document { language: "markup", regions: scripts::taken_out(markup, found) }
}

/// The language of a script by its opening tag, in lower case.
fn language_of(tag: &str) -> Option<&'static dyn Language> {
    let has = |words: &[&str]| words.iter().any(|word| tag.contains(word));
    let id = if has(&["lang=\"tsx\"", "lang='tsx'"]) {
        "tsx"
    } else if has(&["lang=\"ts\"", "lang='ts'", "typescript"]) {
        "typescript"
    } else if has(&["json\"", "json'", "importmap"]) {
        "json"
    } else if has(&["text/template", "text/html", "text/x-"]) {
        return None;
    } else {
        "javascript"
    };
    language::by_id(id)
}
