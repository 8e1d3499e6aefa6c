//! Dotenv files: `NAME=value`, one a line, values quoted or not.

use super::spell;
use super::{EnvironmentRead, Import, Language, Separator, Spelled, Wrap};
use crate::syntax::{Kind, NodeId, Role, Span, Syntax};

/// Dotenv files.
#[derive(Debug)]
pub(super) struct Dotenv;

/// Reads lines from a text.
struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
    }

    /// The extent of the characters from here on that `part` holds for.
    fn take(&mut self, part: impl Fn(char) -> bool) -> Span {
        let length = self.rest().find(|char| !part(char)).unwrap_or(self.rest().len());
        self.at += length;
        self.at - length..self.at
    }

    /// The offset of the end of this line, before its ending.
    fn line_end(&self) -> usize {
        self.at + self.rest().find(['\n', '\r']).unwrap_or(self.rest().len())
    }

    /// The content of a quoted value that starts here; `None` if its quote is not closed.
    fn quoted(&self) -> Option<Span> {
        let quote = self.rest().chars().next().filter(|char| matches!(char, '"' | '\'' | '`'))?;
        let start = self.at + 1;
        let mut escaped = false;
        for (offset, char) in self.text[start..].char_indices() {
            if escaped {
                escaped = false;
            } else if char == '\\' && quote != '`' {
                escaped = true;
            } else if char == quote {
                return Some(start..start + offset);
            }
        }
        None
    }

    /// The content of a bare value that starts here: to a comment or the line's end, without blanks around.
    fn bare(&self) -> Span {
        let line = &self.text[self.at..self.line_end()];
        let comment = line
            .match_indices('#')
            .find(|&(at, _)| line[..at].ends_with([' ', '\t']) || at == 0)
            .map_or(line.len(), |(at, _)| at);
        self.at..self.at + line[..comment].trim_end().len()
    }
}

/// Adds the assignment that stands on the reader's line, and goes past its value. `false` if there is none.
fn assignment(syntax: &mut Syntax, reader: &mut Reader<'_>) -> bool {
    let start = reader.at;
    let mut name = reader.take(|char| char.is_alphanumeric() || "_.-".contains(char));
    if &reader.text[name.clone()] == "export" && reader.rest().starts_with([' ', '\t']) {
        reader.blanks();
        name = reader.take(|char| char.is_alphanumeric() || "_.-".contains(char));
    }
    reader.blanks();
    if name.is_empty() || !reader.rest().starts_with('=') {
        return false;
    }
    reader.at += 1;
    reader.blanks();
    let quoted = reader.quoted();
    let single = reader.rest().starts_with('\'');
    let content = quoted.clone().unwrap_or_else(|| reader.bare());
    let value = if quoted.is_some() { reader.at..content.end + 1 } else { content.clone() };
    reader.at = value.end;
    let statement =
        syntax.push(Syntax::ROOT, Kind::Statement, Role::Item, start..value.end, start..value.end);
    let assign =
        syntax.push(statement, Kind::Assign, Role::Item, name.start..value.end, name.start..value.end);
    syntax.push(assign, Kind::Name, Role::Target, name.clone(), name);
    let string = syntax.push(assign, Kind::String, Role::Value, value, content.clone());
    if !(quoted.is_some() && single) {
        super::data::holes(syntax, reader.text, string, content);
    }
    true
}

impl Language for Dotenv {
    fn id(&self) -> &'static str {
        "dotenv"
    }

    fn parse(&self, text: &str) -> Option<Syntax> {
        let mut syntax = Syntax::new(Kind::Block, text.len());
        let mut reader = Reader { text, at: 0 };
        while reader.at < text.len() {
            reader.take(char::is_whitespace);
            let start = reader.at;
            if start < text.len() && !reader.rest().starts_with('#') && !assignment(&mut syntax, &mut reader)
            {
                reader.at = start;
                let end = start + text[start..reader.line_end()].trim_end().len();
                syntax.push(Syntax::ROOT, Kind::Error, Role::Item, start..end, start..end);
                syntax.errors += 1;
                reader.at = end;
            }
            reader.blanks();
            if reader.rest().starts_with('#') {
                let span = reader.at..reader.line_end();
                reader.at = span.end;
                syntax.push(Syntax::ROOT, Kind::Comment, Role::Item, span.clone(), span);
            }
        }
        Some(syntax)
    }

    fn environment_read(&self, syntax: &Syntax, _: &str, node: NodeId) -> Option<EnvironmentRead> {
        if syntax.kind(node) != Kind::EnvironmentRead {
            return None;
        }
        let name = *syntax.children(node).first()?;
        Some(EnvironmentRead { name: syntax.node(name).span.clone(), nullable: true, default: None })
    }

    fn spell_environment_read(&self, name: &str) -> Option<Spelled> {
        Some(Spelled { text: format!("${{{name}}}"), import: None })
    }

    fn spell_prefixed(&self, syntax: &Syntax, text: &str, node: NodeId, prefix: &str) -> Option<Wrap> {
        if syntax.kind(node) != Kind::String || !spell::is_plain(prefix) {
            return None;
        }
        let node = syntax.node(node);
        let (start, end) = (node.content.start, node.content.end);
        if node.span != node.content || !prefix.contains([' ', '\t']) {
            return Some(Wrap { start, before: prefix.to_owned(), end: start, after: String::new() });
        }
        // A blank in a bare value would end it where a shell reads the file.
        let bare = &text[start..end];
        let quotable = !bare.contains(['"', '\\', '`']);
        quotable.then(|| Wrap { start, before: format!("\"{prefix}"), end, after: "\"".to_owned() })
    }

    fn spell_string(&self, value: &str, like: Option<&str>) -> String {
        let quote = like.and_then(|like| like.chars().next()).filter(|char| matches!(char, '"' | '\''));
        let bare = |char: char| char.is_alphanumeric() || "_-./:@%+=,?&~".contains(char);
        if quote.is_none() && value.chars().all(bare) {
            return value.to_owned();
        }
        spell::string(value, quote)
    }

    fn spell_entry(&self, _: &Syntax, _: NodeId, name: &str, value: &str) -> Option<String> {
        spell::is_identifier(name, "").then(|| format!("{name}={value}"))
    }

    fn separator(&self, _: &Syntax, _: NodeId) -> Separator {
        Separator::Line
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
