//! What spelling has in common in languages with quoted strings.

use super::Wrap;
use crate::syntax::{NodeId, Syntax};

/// Whether text stands for itself within any quotes of any language.
pub(super) fn is_plain(text: &str) -> bool {
    !text.contains(['"', '\'', '`', '\\', '$', '{', '}', '%', '\n', '\r', '#'])
}

/// `prefix` put in at the start of a literal's content.
pub(super) fn inside(syntax: &Syntax, literal: NodeId, prefix: &str) -> Wrap {
    let at = syntax.node(literal).content.start;
    Wrap { start: at, before: prefix.to_owned(), end: at, after: String::new() }
}

/// The quote that a literal is written in: `"` or `'`. `None` for other quotes, or none.
pub(super) fn quote_of(literal: &str) -> Option<char> {
    let quote = literal.trim_start_matches(|char: char| char.is_ascii_alphabetic()).chars().next()?;
    matches!(quote, '"' | '\'').then_some(quote)
}

/// A literal of `value` in this quote, or in the other one where that spares escapes.
pub(super) fn string(value: &str, quote: Option<char>) -> String {
    let wanted = quote.unwrap_or('"');
    let other = if wanted == '"' { '\'' } else { '"' };
    let quote = if value.contains(wanted) && !value.contains(other) { other } else { wanted };
    let mut out = String::with_capacity(value.len() + 2);
    out.push(quote);
    for char in value.chars() {
        match char {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            char if char == quote || char == '\\' => out.extend(['\\', char]),
            char => out.push(char),
        }
    }
    out.push(quote);
    out
}

/// The parenthesis that closes `open`, which is `(` or nothing.
pub(super) fn closing(open: &str) -> &'static str {
    if open.is_empty() { "" } else { ")" }
}

/// Whether `name` is an identifier, of letters, digits, `_` and the `extra` characters.
pub(super) fn is_identifier(name: &str, extra: &str) -> bool {
    let word = |char: char| char == '_' || char.is_alphanumeric() || extra.contains(char);
    name.chars().next().is_some_and(|char| word(char) && !char.is_numeric()) && name.chars().all(word)
}
