//! What languages of values have in common: JSON, YAML, TOML and the like. Their values are only text, in which tools
//! put variables by notations of their own.

use super::spell;
use super::{EnvironmentRead, Import, Language, Separator, Spelled, Wrap};
use crate::syntax::{Kind, NodeId, Role, Span, Syntax};

/// A language of values.
#[derive(Debug)]
pub(super) struct Data {
    /// Its id.
    pub id: &'static str,
    /// Lowers a text.
    pub parse: fn(&str) -> Option<Syntax>,
    /// What stands between a key and its value.
    pub sign: &'static str,
    /// Whether keys are written in quotes.
    pub quoted_keys: bool,
    /// Whether `${NAME}` in a value is the way to read a variable.
    pub reads: bool,
    /// What puts an expression into a string, where values may be expressions.
    pub interpolation: Option<(&'static str, &'static str)>,
    /// Whether a value of several words has to stand in quotes.
    pub words: bool,
    /// How the items of a container are separated.
    pub separator: fn(&Syntax, NodeId) -> Separator,
}

/// What stands before and behind a variable's name where a value reads it, the longest first. The name may be followed
/// by a default where the notation ends in `}`.
const NOTATIONS: [(&str, &str); 15] = [
    ("${{ secrets.", "}}"),
    ("${{secrets.", "}}"),
    ("${{ env.", "}}"),
    ("${{ vars.", "}}"),
    ("${env:", "}"),
    ("${env.", "}"),
    ("{{$dotenv ", "}}"),
    ("{{$processEnv ", "}}"),
    ("{{ .Env.", "}}"),
    ("{$", "}"),
    ("{env.", "}"),
    ("${", "}"),
    ("$", ""),
    ("{env:", "}"),
    ("os.environ/", ""),
];

/// Adds what in `content` reads a variable as holes of `string`.
pub(super) fn holes(syntax: &mut Syntax, text: &str, string: NodeId, content: Span) {
    let mut at = content.start;
    while let Some(found) = text[at..content.end].find(['$', '{', 'o']) {
        let start = at + found;
        at = start + 1;
        let rest = &text[start..content.end];
        if text[content.start..start].ends_with('\\') {
            continue;
        }
        let Some((open, close)) = NOTATIONS.into_iter().find(|(open, _)| rest.starts_with(open)) else {
            continue;
        };
        let length = rest[open.len()..]
            .find(|char: char| char != '_' && !char.is_ascii_alphanumeric())
            .unwrap_or(rest.len() - open.len());
        let name = start + open.len()..start + open.len() + length;
        if !spell::is_identifier(&text[name.clone()], "") {
            continue;
        }
        let Some(tail) = text[name.end..content.end].find(close) else { continue };
        let end = name.end + tail + close.len();
        at = end;
        let hole = syntax.push(string, Kind::Hole, Role::Item, start..end, start..end);
        let read = syntax.push(hole, Kind::EnvironmentRead, Role::Item, start..end, start..end);
        syntax.push(read, Kind::Name, Role::Item, name.clone(), name);
    }
}

/// Adds what all languages of values share to a tree that a grammar gave: reads in strings, and `NAME=value` in lists.
pub(super) fn finish(mut syntax: Syntax, text: &str) -> Syntax {
    let strings: Vec<NodeId> = syntax.ids().filter(|&id| syntax.kind(id) == Kind::String).collect();
    for id in strings {
        let content = syntax.node(id).content.clone();
        let Some(value) = text.get(content.clone()) else {
            // The grammar mended a closing quote that is not there.
            syntax.node_mut(id).content = syntax.node(id).span.clone();
            continue;
        };
        let in_list = syntax.parent(id).is_some_and(|up| syntax.kind(up) == Kind::List);
        let name = value.split_once('=').map_or("", |(name, _)| name);
        if in_list && super::is_variable_name(name) && spell::is_identifier(name, "") {
            syntax.node_mut(id).kind = Kind::Assign;
            let name = content.start..content.start + name.len();
            let value = name.end + 1..content.end;
            syntax.push(id, Kind::Name, Role::Target, name.clone(), name);
            let string = syntax.push(id, Kind::String, Role::Value, value.clone(), value.clone());
            holes(&mut syntax, text, string, value);
        } else {
            holes(&mut syntax, text, id, content);
        }
    }
    syntax
}

/// Gives collections in brackets a content, as strings in quotes have one; those of lines are all content.
pub(super) fn mark_brackets(syntax: &mut Syntax, text: &str) {
    let ids: Vec<NodeId> = syntax.ids().collect();
    for id in ids {
        let node = syntax.node_mut(id);
        let bracket = text[node.span.clone()].starts_with(['{', '[']);
        if bracket && matches!(node.kind, Kind::Map | Kind::List) {
            node.content = trim(node.span.clone(), 1);
        }
    }
}

/// `span` without quotes of `length` bytes at both ends.
pub(super) fn trim(span: Span, length: usize) -> Span {
    let start = (span.start + length).min(span.end);
    start..span.end.saturating_sub(length).max(start)
}

/// `span` without the blanks at its ends.
pub(super) fn trimmed(text: &str, span: Span) -> Span {
    let inner = &text[span.clone()];
    let start = span.start + inner.len() - inner.trim_start().len();
    start..start + inner.trim().len()
}

impl Language for Data {
    fn id(&self) -> &'static str {
        self.id
    }

    fn parse(&self, text: &str) -> Option<Syntax> {
        (self.parse)(text)
    }

    fn environment_read(&self, syntax: &Syntax, _: &str, node: NodeId) -> Option<EnvironmentRead> {
        read(syntax, node)
    }

    fn spell_environment_read(&self, name: &str) -> Option<Spelled> {
        self.reads.then(|| Spelled { text: format!("\"${{{name}}}\""), import: None })
    }

    fn spell_prefixed(&self, syntax: &Syntax, text: &str, node: NodeId, prefix: &str) -> Option<Wrap> {
        if !spell::is_plain(prefix) {
            return None;
        }
        if syntax.kind(node) != Kind::String {
            let (open, close) = self.interpolation?;
            let span = &syntax.node(node).span;
            let is_value = !matches!(syntax.kind(node), Kind::Map | Kind::List | Kind::Pair | Kind::Block);
            return is_value.then(|| Wrap {
                start: span.start,
                before: format!("\"{prefix}{open}"),
                end: span.end,
                after: format!("{close}\""),
            });
        }
        let span = syntax.node(node).span.clone();
        if self.words && span == syntax.node(node).content && !span.is_empty() {
            let wrapped = !text[span.clone()].contains('"');
            return wrapped.then(|| Wrap {
                start: span.start,
                before: format!("\"{prefix}"),
                end: span.end,
                after: "\"".to_owned(),
            });
        }
        let content = &text[syntax.node(node).content.clone()];
        let at = syntax.node(node).content.start + content.len() - content.trim_start().len();
        Some(Wrap { start: at, before: prefix.to_owned(), end: at, after: String::new() })
    }

    fn spell_string(&self, value: &str, like: Option<&str>) -> String {
        let single = !self.quoted_keys && like.and_then(spell::quote_of) == Some('\'');
        if single && !value.contains(['\'', '\n']) {
            return format!("'{value}'");
        }
        let mut out = String::from("\"");
        for char in value.chars() {
            match char {
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                '"' | '\\' => out.extend(['\\', char]),
                char => out.push(char),
            }
        }
        out.push('"');
        out
    }

    fn spell_entry(&self, _: &Syntax, _: NodeId, name: &str, value: &str) -> Option<String> {
        let quote = if self.quoted_keys { "\"" } else { "" };
        spell::is_identifier(name, "-").then(|| format!("{quote}{name}{quote}{}{value}", self.sign))
    }

    fn has_expressions(&self) -> bool {
        self.interpolation.is_some()
    }

    fn separator(&self, syntax: &Syntax, container: NodeId) -> Separator {
        (self.separator)(syntax, container)
    }

    fn imports(&self, _: &Syntax, _: &str, _: NodeId) -> Vec<Import> {
        Vec::new()
    }

    fn add_import(&self, _: &Syntax, _: &str, _: &str) -> Option<(usize, String)> {
        None
    }

    fn is_data(&self) -> bool {
        true
    }
}

/// The read that a node is, or that a string is and nothing else.
fn read(syntax: &Syntax, node: NodeId) -> Option<EnvironmentRead> {
    let node = syntax.only_hole(node).unwrap_or(node);
    if syntax.kind(node) != Kind::EnvironmentRead {
        return None;
    }
    let name = syntax.children(node).iter().find(|&&id| syntax.kind(id) == Kind::Name)?;
    Some(EnvironmentRead { name: syntax.node(*name).span.clone(), nullable: false, default: None })
}
