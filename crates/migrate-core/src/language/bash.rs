//! The shell: bash, and what of sh, zsh and ksh its grammar takes.

use super::lower::{GrammarNode, Lowering, Shape, lower};
use super::spell;
use super::{EnvironmentRead, Import, Language, Separator, Spelled, Wrap};
use crate::syntax::{Kind, NodeId, Role, Syntax};

/// The shell.
#[derive(Debug)]
pub(super) struct Bash;

const LOWERING: Lowering = Lowering { grammar: || tree_sitter_bash::LANGUAGE.into(), shape, role };

fn shape(node: &GrammarNode<'_, '_>, text: &str) -> Shape {
    let span = node.byte_range();
    Shape::Node(match node.kind() {
        "command" => Kind::Call,
        "command_name" => return Shape::Through,
        "string" | "raw_string" => return Shape::String(trim(text, span, 1)),
        "ansi_c_string" | "translated_string" => return Shape::String(trim(text, span, 2)),
        "word" | "number" | "concatenation" | "brace_expression" | "heredoc_body" => {
            return Shape::String(span);
        }
        "simple_expansion" | "expansion" => return Shape::Hole(Kind::EnvironmentRead),
        "command_substitution" | "process_substitution" => return Shape::Hole(Kind::Block),
        "arithmetic_expansion" => return Shape::Hole(Kind::Other),
        "variable_name" => Kind::Name,
        "subscript" => Kind::Index,
        "variable_assignment" => Kind::Assign,
        "array" => Kind::List,
        "pipeline"
        | "list"
        | "redirected_statement"
        | "negated_command"
        | "declaration_command"
        | "unset_command"
        | "variable_assignments" => Kind::Statement,
        "compound_statement" | "subshell" | "do_group" => Kind::Block,
        "while_statement" | "for_statement" | "c_style_for_statement" => return Shape::Compound,
        "function_definition" => Kind::Function,
        "comment" => Kind::Comment,
        "regex" | "extglob_pattern" => return Shape::Leaf(Kind::Other),
        "heredoc_start"
        | "heredoc_end"
        | "file_descriptor"
        | "test_operator"
        | "special_variable_name"
        | "string_content"
        | "heredoc_content" => return Shape::Skip,
        _ => Kind::Other,
    })
}

fn role(parent: &str, field: Option<&str>, node: &GrammarNode<'_, '_>) -> Role {
    match (parent, field) {
        ("command_name", _) => Role::Callee,
        ("variable_assignment", Some("name")) | ("for_statement", Some("variable")) => Role::Target,
        ("variable_assignment", Some("value")) => Role::Value,
        ("expansion", _) if !matches!(node.kind(), "variable_name" | "subscript") => Role::Value,
        ("subscript", Some("name")) => Role::Object,
        ("subscript", Some("index")) => Role::Subscript,
        ("function_definition", Some("name")) => Role::Name,
        (
            "function_definition" | "while_statement" | "for_statement" | "c_style_for_statement",
            Some("body"),
        ) => Role::Body,
        _ => Role::Item,
    }
}

/// `span` without an opening quote of `open` bytes and a closing one.
fn trim(text: &str, span: crate::syntax::Span, open: usize) -> crate::syntax::Span {
    let quoted = &text[span.clone()];
    let start = (span.start + open).min(span.end);
    let closed = quoted.len() > open && quoted.ends_with(['"', '\'']);
    start..(span.end - usize::from(closed)).max(start)
}

/// `text` with word characters in the place of what a workflow puts in before the shell sees it: `${{ secrets.X }}`.
fn without_templates(text: String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("${{") {
        let Some((inner, behind)) = after.split_once("}}") else { break };
        out.push_str(before);
        out.extend(std::iter::repeat_n('x', inner.len() + 5));
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Whether this character means itself in and out of quotes.
fn is_safe(char: char) -> bool {
    char.is_alphanumeric() || "_-./:@%+=,".contains(char)
}

impl Language for Bash {
    fn id(&self) -> &'static str {
        "bash"
    }

    fn parse(&self, text: &str) -> Option<Syntax> {
        if text.is_ascii() && !text.contains("${{") {
            return lower(&LOWERING, text);
        }
        // The grammar's scanner reads outside its tables on characters beyond ASCII (tree-sitter/tree-sitter-bash#337).
        // They are word characters, all of them; so are letters.
        let ascii: String = text
            .chars()
            .flat_map(|char| std::iter::repeat_n(if char.is_ascii() { char } else { 'x' }, char.len_utf8()))
            .collect();
        let mut syntax = lower(&LOWERING, &without_templates(ascii))?;
        // No token ends between two letters, but let nothing depend on it.
        let floor = |at: usize| (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        let ids: Vec<NodeId> = syntax.ids().collect();
        for id in ids {
            let node = syntax.node_mut(id);
            node.span = floor(node.span.start)..floor(node.span.end);
            node.content = floor(node.content.start)..floor(node.content.end);
        }
        Some(syntax)
    }

    fn environment_read(&self, syntax: &Syntax, text: &str, node: NodeId) -> Option<EnvironmentRead> {
        if syntax.kind(node) != Kind::EnvironmentRead {
            return None;
        }
        let name = *syntax.children(node).iter().find(|&&id| syntax.kind(id) == Kind::Name)?;
        let span = syntax.node(name).span.clone();
        let whole = syntax.node(node).span.clone();
        if text[whole.start..span.start].contains(['!', '#'])
            || !spell::is_identifier(&text[span.clone()], "")
        {
            return None;
        }
        let rest = text[span.end..whole.end].trim_end_matches('}');
        let default = syntax.child(node, Role::Value);
        let (nullable, default) = match rest.trim_start_matches(':').chars().next() {
            Some('?') => (false, None),
            Some('-' | '=') => (default.is_none(), default),
            // `${X:+y}` has another value.
            Some('+') => return None,
            _ => (true, None),
        };
        Some(EnvironmentRead { name: span, nullable, default })
    }

    fn spell_environment_read(&self, name: &str) -> Option<Spelled> {
        Some(Spelled { text: format!("\"${name}\""), import: None })
    }

    fn spell_prefixed(&self, syntax: &Syntax, text: &str, node: NodeId, prefix: &str) -> Option<Wrap> {
        if !spell::is_plain(prefix) {
            return None;
        }
        let at = |at: usize, before: String| Some(Wrap { start: at, before, end: at, after: String::new() });
        let string = match syntax.kind(node) {
            Kind::String => node,
            Kind::Hole | Kind::EnvironmentRead => {
                syntax.ancestors(node).find(|&id| syntax.kind(id) == Kind::String)?
            }
            _ => return None,
        };
        let node = syntax.node(node);
        let (span, content) = (&syntax.node(string).span, &syntax.node(string).content);
        if span != content {
            let start = if node.kind == Kind::String { content.start } else { node.span.start };
            return at(start, prefix.to_owned());
        }
        let word = &text[span.clone()];
        if node.span != *span || word.contains('\n') {
            return None;
        }
        if let Some(open) = ["\"", "'", "$\"", "$'"].into_iter().find(|open| word.starts_with(open)) {
            return at(span.start + open.len(), prefix.to_owned());
        }
        let holes = &syntax.node(string).children;
        let hole = |offset: usize| holes.iter().any(|&hole| syntax.node(hole).span.contains(&offset));
        let safe = word.char_indices().all(|(at, char)| hole(span.start + at) || is_safe(char));
        if safe && !word.contains(['`', '"', '\'']) {
            return Some(Wrap {
                start: span.start,
                before: format!("\"{prefix}"),
                end: span.end,
                after: "\"".to_owned(),
            });
        }
        at(span.start, format!("\"{prefix}\""))
    }

    fn spell_string(&self, value: &str, like: Option<&str>) -> String {
        if like.and_then(spell::quote_of) == Some('\'') && !value.contains('\'') {
            return format!("'{value}'");
        }
        let mut out = String::from("\"");
        for char in value.chars() {
            if matches!(char, '"' | '\\' | '$' | '`') {
                out.push('\\');
            }
            out.push(char);
        }
        out.push('"');
        out
    }

    fn spell_entry(&self, _: &Syntax, _: NodeId, _: &str, _: &str) -> Option<String> {
        None
    }

    fn has_expressions(&self) -> bool {
        false
    }

    fn separator(&self, syntax: &Syntax, container: NodeId) -> Separator {
        if syntax.kind(container) == Kind::Block { Separator::Line } else { Separator::Blank }
    }

    fn assigns_environment(&self) -> bool {
        true
    }

    fn imports(&self, _: &Syntax, _: &str, _: NodeId) -> Vec<Import> {
        Vec::new()
    }

    fn add_import(&self, _: &Syntax, _: &str, _: &str) -> Option<(usize, String)> {
        None
    }
}
