//! Ruby.

use tree_sitter::Node;

use super::lower::{GrammarNode, Lowering, Shape, lower};
use super::spell;
use super::{EnvironmentRead, Import, Language, Separator, Spelled, Wrap};
use crate::syntax::{Kind, NodeId, Role, Span, Syntax};

/// Ruby 2 and 3.
#[derive(Debug)]
pub(super) struct Ruby;

const LOWERING: Lowering = Lowering { grammar: || tree_sitter_ruby::LANGUAGE.into(), shape, role };

fn shape(node: &GrammarNode<'_, '_>, text: &str) -> Shape {
    let field = |name| node.child_by_field_name(name);
    Shape::Node(match node.kind() {
        "body_statement" | "block_body" | "then" | "do" | "else" | "ensure" | "begin" => Kind::Block,
        "method" | "singleton_method" | "block" | "do_block" | "lambda" => Kind::Function,
        "class" | "module" | "singleton_class" => Kind::Class,
        "call" => return call(node, text),
        "argument_list" => Kind::Arguments,
        "element_reference" => Kind::Index,
        "hash" => Kind::Map,
        "pair" => Kind::Pair,
        "array" | "string_array" | "symbol_array" | "left_assignment_list" | "right_assignment_list" => {
            Kind::List
        }
        "splat_argument" | "hash_splat_argument" | "splat_parameter" | "hash_splat_parameter" => Kind::Spread,
        "string" | "bare_string" | "bare_symbol" | "delimited_symbol" => {
            return Shape::String(between_quotes(node));
        }
        "simple_symbol" => {
            return Shape::String((node.start_byte() + 1).min(node.end_byte())..node.end_byte());
        }
        "heredoc_body" => return Shape::String(between_ends(node, text)),
        "interpolation" => Kind::Hole,
        "chained_string" => Kind::Concat,
        "binary" if field("operator").is_some_and(|operator| &text[operator.byte_range()] == "+") => {
            Kind::Concat
        }
        "identifier" | "constant" | "instance_variable" | "class_variable" | "global_variable" | "self"
        | "super" | "hash_key_symbol" => return Shape::Leaf(Kind::Name),
        "scope_resolution" => Kind::Member,
        "assignment" => Kind::Assign,
        "operator_assignment"
            if field("operator").is_some_and(|operator| &text[operator.byte_range()] == "||=") =>
        {
            Kind::Assign
        }
        "optional_parameter" => Kind::Assign,
        "keyword_parameter" if field("value").is_some() => Kind::Assign,
        "return" | "break" | "next" | "yield" => Kind::Statement,
        "if" | "unless" | "elsif" | "while" | "until" | "for" | "case" | "when" | "rescue" => {
            return Shape::Compound;
        }
        "comment" => Kind::Comment,
        "regex" | "heredoc_beginning" | "integer" | "float" | "nil" | "true" | "false" | "uninterpreted" => {
            return Shape::Leaf(Kind::Other);
        }
        "string_content" | "heredoc_content" | "heredoc_end" | "escape_sequence" | "operator" => {
            return Shape::Skip;
        }
        _ => Kind::Other,
    })
}

/// A call: with a receiver alone it is as good as a member, and `"…".freeze` is the string.
fn call(node: &Node<'_>, text: &str) -> Shape {
    let field = |name| node.child_by_field_name(name);
    let Some(receiver) = field("receiver") else { return Shape::Node(Kind::Call) };
    if field("arguments").is_some() || field("block").is_some() {
        return Shape::Method;
    }
    let method = field("method").map_or("", |method| &text[method.byte_range()]);
    if receiver.kind() == "string" && matches!(method, "freeze" | "dup") {
        return Shape::String(between_quotes(&receiver));
    }
    Shape::Node(Kind::Member)
}

fn role(parent: &str, field: Option<&str>, node: &GrammarNode<'_, '_>) -> Role {
    match (parent, field) {
        _ if node.kind() == "comment" => Role::Item,
        ("call", Some("receiver")) | ("scope_resolution", Some("scope")) => Role::Object,
        ("element_reference", Some("object")) => Role::Object,
        ("element_reference", None) => Role::Subscript,
        ("call", Some("method")) => Role::Property,
        ("scope_resolution", Some("name")) => Role::Property,
        ("pair", Some("key")) => Role::Key,
        ("pair", Some("value")) => Role::Value,
        ("assignment" | "operator_assignment", Some("left")) => Role::Target,
        ("assignment" | "operator_assignment", Some("right")) => Role::Value,
        ("optional_parameter" | "keyword_parameter", Some("value")) => Role::Value,
        ("optional_parameter", Some("name")) => Role::Target,
        (_, Some("parameters")) => Role::Parameters,
        (_, Some("name")) => Role::Name,
        ("method_parameters" | "block_parameters" | "lambda_parameters", _)
            if node.kind() == "identifier" =>
        {
            Role::Name
        }
        (_, Some("body" | "consequence" | "alternative"))
            if parent != "conditional" && !parent.ends_with("_modifier") =>
        {
            Role::Body
        }
        _ => Role::Item,
    }
}

/// The extent of a string between its first and last token.
fn between_quotes(node: &Node<'_>) -> Span {
    let count = node.child_count();
    let (first, last) = (node.child(0), node.child(count.saturating_sub(1)));
    let start = first.filter(|child| !child.is_named()).map_or(node.start_byte(), |child| child.end_byte());
    let end = last.filter(|child| !child.is_named()).map_or(node.end_byte(), |child| child.start_byte());
    start..end.max(start)
}

/// The lines of a heredoc.
fn between_ends(node: &Node<'_>, text: &str) -> Span {
    let span = node.byte_range();
    let last = node.child(node.child_count().saturating_sub(1));
    let end = last.filter(|child| child.kind() == "heredoc_end").map_or(span.end, |child| child.start_byte());
    let line_end = text[span.start..end].bytes().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    span.start + line_end.min(2)..end
}

/// A literal of `value` in this quote.
fn literal(value: &str, quote: char) -> String {
    let mut out = String::from(quote);
    for char in value.chars() {
        if char == quote || char == '\\' || quote == '"' && char == '#' {
            out.push('\\');
        }
        out.push(char);
    }
    out.push(quote);
    out
}

/// `name` as the key of a hash, with its arrow or colon.
fn key(name: &str) -> String {
    if spell::is_identifier(name, "") { format!("{name}:") } else { format!("{} =>", literal(name, '"')) }
}

impl Language for Ruby {
    fn id(&self) -> &'static str {
        "ruby"
    }

    fn parse(&self, text: &str) -> Option<Syntax> {
        let mut syntax = lower(&LOWERING, text)?;
        let ids: Vec<NodeId> = syntax.ids().collect();
        for id in ids {
            let (own, given) = match syntax.kind(id) {
                // A parameter with a default is assigned to.
                Kind::Assign => (Role::Name, Role::Target),
                // A method that is called on nothing is the callee itself.
                Kind::Call => (Role::Property, Role::Callee),
                _ => continue,
            };
            if let Some(name) = syntax.child(id, own) {
                syntax.node_mut(name).role = given;
            }
        }
        Some(syntax)
    }

    fn environment_read(&self, syntax: &Syntax, text: &str, node: NodeId) -> Option<EnvironmentRead> {
        match syntax.kind(node) {
            Kind::Index if syntax.node(node).role != Role::Target => {
                let name = syntax.child(node, Role::Subscript)?;
                let object = syntax.text(syntax.child(node, Role::Object)?, text);
                syntax.literal(name, text).filter(|_| object == "ENV")?;
                let name = syntax.node(name).content.clone();
                Some(EnvironmentRead { name, nullable: true, default: None })
            }
            Kind::Call => {
                let callee = syntax.text(syntax.child(node, Role::Callee)?, text);
                let arguments = syntax.arguments(node)?;
                let mut items =
                    syntax.children(arguments).iter().copied().filter(|&id| syntax.kind(id) != Kind::Comment);
                let name = items.next()?;
                syntax.literal(name, text).filter(|_| matches!(callee, "ENV.fetch" | "ENV.dig"))?;
                let default = items.next();
                let null = default.is_some_and(|default| syntax.text(default, text) == "nil");
                let name = syntax.node(name).content.clone();
                Some(EnvironmentRead { name, nullable: null || callee == "ENV.dig", default })
            }
            _ => None,
        }
    }

    fn spell_environment_read(&self, name: &str) -> Option<Spelled> {
        Some(Spelled { text: format!("ENV.fetch(\"{name}\")"), import: None })
    }

    fn respell_environment_read(&self, read: &str, name: &str) -> Option<Spelled> {
        let quote = if read.contains('\'') { '\'' } else { '"' };
        Some(Spelled { text: format!("ENV.fetch({quote}{name}{quote})"), import: None })
    }

    fn spell_not_null(&self, expression: &str) -> Option<String> {
        Some(format!("{expression} || \"\""))
    }

    fn spell_prefixed(&self, syntax: &Syntax, text: &str, node: NodeId, prefix: &str) -> Option<Wrap> {
        if !spell::is_plain(prefix) {
            return None;
        }
        let first = spell::first_part(syntax, text, node)?;
        if syntax.kind(first) == Kind::String {
            // Symbols and the texts of heredocs have no quotes.
            let quoted = syntax.text(first, text).starts_with(['"', '\'', '%']);
            return quoted.then(|| spell::inside(syntax, first, prefix));
        }
        let expression = syntax.text(node, text);
        let known = match syntax.kind(node) {
            Kind::Name | Kind::Member | Kind::Index | Kind::Call | Kind::Concat => true,
            Kind::Other => !syntax.children(node).is_empty(),
            _ => false,
        };
        // A heredoc's text begins behind the line's end.
        if !known || expression.contains("<<") || matches!(expression, "super" | "self") {
            return None;
        }
        let span = syntax.node(node).span.clone();
        let (before, after) = (format!("\"{prefix}#{{"), "}\"".to_owned());
        Some(Wrap { start: span.start, before, end: span.end, after })
    }

    fn spell_string(&self, value: &str, like: Option<&str>) -> String {
        literal(value, like.and_then(spell::quote_of).unwrap_or('"'))
    }

    fn spell_entry(&self, syntax: &Syntax, container: NodeId, name: &str, value: &str) -> Option<String> {
        matches!(syntax.kind(container), Kind::Arguments | Kind::Map)
            .then(|| format!("{} {value}", key(name)))
    }

    fn separator(&self, syntax: &Syntax, container: NodeId) -> Separator {
        if syntax.kind(container) == Kind::Block { Separator::Line } else { Separator::Comma }
    }

    fn spell_map(&self, entries: &[(String, String)]) -> Option<String> {
        let entries: Vec<String> =
            entries.iter().map(|(name, value)| format!("{} {value}", key(name))).collect();
        Some(if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) })
    }

    fn has_open_classes(&self) -> bool {
        true
    }

    fn gives_last(&self) -> bool {
        true
    }

    fn imports(&self, _: &Syntax, _: &str, _: NodeId) -> Vec<Import> {
        // `require` binds no names that its own text tells.
        Vec::new()
    }

    fn add_import(&self, _: &Syntax, _: &str, _: &str) -> Option<(usize, String)> {
        None
    }
}
