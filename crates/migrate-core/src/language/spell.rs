//! What spelling has in common in languages with quoted strings.

use super::Wrap;
use crate::syntax::{Kind, NodeId, Role, Span, Syntax};

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

/// A literal of `value` in double quotes.
pub(super) fn double_quoted(value: &str) -> String {
    let other = string(value, Some('"'));
    if other.starts_with('"') {
        return other;
    }
    format!("\"{}\"", other[1..other.len() - 1].replace('"', "\\\""))
}

/// The literal whose text comes first in the value of `node`, if it starts with one that can be given a prefix: itself,
/// the start of a concatenation, what is formatted.
pub(super) fn first_literal(syntax: &Syntax, text: &str, node: NodeId) -> Option<NodeId> {
    let id = first_part(syntax, text, node)?;
    match syntax.kind(id) {
        Kind::String => {
            // A block of text begins with its line's end.
            let content = text.get(syntax.node(id).content.clone()).unwrap_or_default();
            (!content.contains(['\n', '\r'])).then_some(id)
        }
        Kind::Call => {
            let callee = syntax.child(id, Role::Callee)?;
            let path = syntax.text(callee, text);
            let first =
                syntax.arguments(id).and_then(|arguments| syntax.children(arguments).first().copied());
            if matches!(path, "String.format" | "string.Format" | "String.Format") {
                return first.filter(|&first| syntax.kind(first) == Kind::String);
            }
            let object = syntax.child(callee, Role::Object)?;
            let method = syntax.text(syntax.child(callee, Role::Property)?, text);
            let formats = syntax.kind(object) == Kind::String
                && matches!(method, "formatted" | "format" | "concat" | "plus");
            formats.then_some(object)
        }
        _ => None,
    }
}

/// What comes first in an expression: the start of a concatenation, without the parentheses around it.
pub(super) fn first_part(syntax: &Syntax, text: &str, node: NodeId) -> Option<NodeId> {
    let mut first = node;
    while syntax.kind(first) == Kind::Concat || is_parenthesised(syntax, text, first) {
        first = *syntax.children(first).first()?;
    }
    Some(first)
}

/// The extent of a string between its quotes: one on each side, or three.
pub(super) fn between_quotes(text: &str, span: Span) -> Span {
    let quoted = &text[span.clone()];
    let quotes = if quoted.len() >= 6 && quoted.starts_with("\"\"\"") { 3 } else { 1 };
    let start = (span.start + quotes).min(span.end);
    let closed = quoted.len() >= 2 * quotes && quoted.ends_with(['"', '\'', '`']);
    start..(if closed { span.end - quotes } else { span.end }).max(start)
}

/// Whether an `Other` is an expression in parentheses.
pub(super) fn is_parenthesised(syntax: &Syntax, text: &str, id: NodeId) -> bool {
    let text = syntax.text(id, text);
    syntax.kind(id) == Kind::Other
        && syntax.children(id).len() == 1
        && text.starts_with('(')
        && text.ends_with(')')
}

/// The one value in a call that makes a list of it: `List.of(key)`, `listOf(key)`.
pub(super) fn only_of_list(syntax: &Syntax, text: &str, node: NodeId) -> Option<NodeId> {
    let callee = syntax.child(node, Role::Callee).filter(|_| syntax.kind(node) == Kind::Call)?;
    let path: String = syntax.text(callee, text).split_whitespace().collect();
    let path = path.strip_prefix("java.util.").unwrap_or(&path);
    let lists = [
        "List.of",
        "Set.of",
        "Arrays.asList",
        "Collections.singletonList",
        "Collections.singleton",
        "ImmutableList.of",
        "listOf",
        "mutableListOf",
        "arrayOf",
    ];
    match syntax.children(syntax.arguments(node)?) {
        [only] if lists.contains(&path) => Some(*only),
        _ => None,
    }
}

/// `prefix` put in front of a value with `+`, in a language in which a text and anything else make a text.
pub(super) fn concatenated(syntax: &Syntax, text: &str, node: NodeId, prefix: &str) -> Option<Wrap> {
    if !is_plain(prefix) {
        return None;
    }
    if let Some(literal) = first_literal(syntax, text, node) {
        return Some(inside(syntax, literal, prefix));
    }
    let mut at = node;
    while let Some(only) = only_of_list(syntax, text, at) {
        at = only;
        if syntax.kind(at) == Kind::String {
            return first_literal(syntax, text, at).map(|literal| inside(syntax, literal, prefix));
        }
    }
    let expression = syntax.text(at, text);
    let (before, after) = match syntax.kind(at) {
        Kind::Name | Kind::Member | Kind::Index | Kind::Call | Kind::Concat => ("", ""),
        Kind::Other if is_parenthesised(syntax, text, at) => ("", ""),
        Kind::Other if is_text(expression) => ("(", ")"),
        _ => return None,
    };
    let span = syntax.node(at).span.clone();
    let before = format!("\"{prefix}\" + {before}");
    Some(Wrap { start: span.start, before, end: span.end, after: after.to_owned() })
}

/// Whether an expression may be a text: it is no null, no truth, no number.
pub(super) fn is_text(expression: &str) -> bool {
    !matches!(expression, "null" | "true" | "false" | "default")
        && !expression
            .starts_with(|char: char| char.is_ascii_digit() || matches!(char, '\'' | '-' | '!' | '['))
        && !["new ", "new[", "new("].iter().any(|made| expression.starts_with(made))
}
