//! Kotlin, in programs and in scripts.

use std::ops::Range;

use tree_sitter::Node;

use super::lower::{GrammarNode, Lowering, Shape, lower};
use super::spell;
use super::{EnvironmentRead, Import, Language, Separator, Spelled, Wrap};
use crate::syntax::{Kind, NodeId, Role, Syntax};

/// Kotlin.
#[derive(Debug)]
pub(super) struct Kotlin;

const LOWERING: Lowering = Lowering { grammar: || tree_sitter_kotlin_ng::LANGUAGE.into(), shape, role };

fn shape(node: &GrammarNode<'_, '_>, text: &str) -> Shape {
    Shape::Node(match node.kind() {
        "block" | "class_body" | "enum_class_body" | "when_entry" => Kind::Block,
        "function_declaration"
        | "anonymous_function"
        | "lambda_literal"
        | "secondary_constructor"
        | "getter"
        | "setter" => Kind::Function,
        "class_declaration" | "object_declaration" => Kind::Class,
        // A call with its arguments in front of its last lambda is one.
        "call_expression" if is_before_lambda(node) => return Shape::Through,
        "call_expression" | "constructor_invocation" => Kind::Call,
        "value_arguments" => Kind::Arguments,
        "value_argument" if has_child(node, "=") => Kind::Pair,
        "infix_expression" if is_pair(node, text) => Kind::Pair,
        "identifier" if is_infix(node, text) => return Shape::Skip,
        "string_literal" | "multiline_string_literal" => {
            return Shape::String(spell::between_quotes(text, node.byte_range()));
        }
        "interpolation" => Kind::Hole,
        "binary_expression" if has_child(node, "+") => Kind::Concat,
        "identifier" | "this_expression" | "super_expression" => Kind::Name,
        "qualified_identifier" => return Shape::Leaf(Kind::Name),
        "navigation_expression" => Kind::Member,
        "index_expression" => Kind::Index,
        "property_declaration" => Kind::Assign,
        "assignment" if has_child(node, "=") => Kind::Assign,
        "class_parameter" if has_child(node, "=") => Kind::Assign,
        "multi_variable_declaration" | "collection_literal" => Kind::List,
        "spread_expression" => Kind::Spread,
        "import" => Kind::Import,
        "return_expression" | "throw_expression" => Kind::Statement,
        "if_expression"
        | "when_expression"
        | "for_statement"
        | "while_statement"
        | "do_while_statement"
        | "try_expression"
        | "catch_block"
        | "anonymous_initializer" => return Shape::Compound,
        "variable_declaration" | "property_delegate" | "function_body" => return Shape::Wrapper,
        "user_type" if node.parent_kind() == "constructor_invocation" => {
            return Shape::Wrapper;
        }
        // What a companion holds is seen as the class's own.
        "companion_object"
        | "value_argument"
        | "annotated_lambda"
        | "annotation"
        | "primary_constructor"
        | "finally_block" => return Shape::Through,
        "package_header" | "visibility_modifier" | "property_modifier" | "function_modifier" => {
            return Shape::Leaf(Kind::Other);
        }
        "line_comment" | "block_comment" | "shebang" => Kind::Comment,
        _ => Kind::Other,
    })
}

fn role(parent: &str, field: Option<&str>, node: &GrammarNode<'_, '_>) -> Role {
    match (parent, field) {
        ("call_expression", None) if !node.named_before() => Role::Callee,
        ("constructor_invocation", _) if node.kind() == "user_type" => Role::Callee,
        ("value_argument", _) if node.parent().is_some_and(|up| has_child(&up, "=")) => {
            if node.named_before() { Role::Value } else { Role::Key }
        }
        ("infix_expression", _) if node.named_before() => Role::Value,
        ("infix_expression", _) => Role::Key,
        ("navigation_expression", _) if node.named_before() => Role::Property,
        ("navigation_expression", _) => Role::Object,
        ("index_expression", _) if node.named_before() => Role::Subscript,
        ("index_expression", _) => Role::Object,
        ("property_declaration", _) => match node.kind() {
            "variable_declaration" | "multi_variable_declaration" => Role::Target,
            "modifiers" | "getter" | "setter" | "type_parameters" | "type_constraints" | "user_type"
            | "nullable_type" | "receiver_type" => Role::Item,
            _ if node.is_extra() => Role::Item,
            _ => Role::Value,
        },
        ("assignment", Some("left")) => Role::Target,
        ("assignment", Some("right")) => Role::Value,
        ("class_parameter", _) if node.kind() == "identifier" && node.kind_before() == Some("=") => {
            Role::Value
        }
        ("class_parameter", _) if node.kind() == "identifier" => {
            if node.parent().is_some_and(|up| has_child(&up, "=")) { Role::Target } else { Role::Name }
        }
        ("class_parameter", _) if node.kind_before() == Some("=") => Role::Value,
        ("parameter", _) if node.kind() == "identifier" && !node.named_before() => Role::Name,
        ("class_declaration" | "object_declaration" | "function_declaration", Some("name")) => Role::Name,
        (_, None)
            if matches!(
                node.kind(),
                "class_parameters" | "function_value_parameters" | "lambda_parameters"
            ) =>
        {
            Role::Parameters
        }
        ("import", _) if node.kind() == "qualified_identifier" => Role::Module,
        ("import", _) if node.kind() == "identifier" => Role::Name,
        ("if_expression" | "when_entry" | "while_statement" | "for_statement", None) if is_branch(node) => {
            Role::Body
        }
        (_, _) if matches!(node.kind(), "block" | "when_entry" | "class_body" | "function_body") => {
            Role::Body
        }
        _ => Role::Item,
    }
}

fn has_child(node: &Node<'_>, kind: &str) -> bool {
    let mut cursor = node.walk();
    node.children(&mut cursor).any(|child| child.kind() == kind)
}

/// Whether a node is what a condition decides on: it stands behind a parenthesis, an arrow or `else`.
fn is_branch(node: &GrammarNode<'_, '_>) -> bool {
    !node.is_extra() && matches!(node.kind_before(), Some(")" | "->" | "else"))
}

/// Whether a call is followed by a lambda that is an argument of it.
fn is_before_lambda(node: &GrammarNode<'_, '_>) -> bool {
    let call = node.parent().filter(|up| up.kind() == "call_expression");
    !node.named_before()
        && node.named_child_count() > 1
        && call.is_some_and(|call| has_child(&call, "annotated_lambda"))
}

/// Whether a node is `a to b`.
fn is_pair(node: &Node<'_>, text: &str) -> bool {
    let mut cursor = node.walk();
    let parts: Vec<Node<'_>> = node.named_children(&mut cursor).filter(|child| !child.is_extra()).collect();
    matches!(parts[..], [_, infix, _] if infix.kind() == "identifier" && &text[infix.byte_range()] == "to")
}

/// Whether a node is the `to` of `a to b`.
fn is_infix(node: &GrammarNode<'_, '_>, text: &str) -> bool {
    let pair = node.parent().filter(|up| up.kind() == "infix_expression" && is_pair(up, text));
    pair.is_some_and(|pair| {
        pair.named_children(&mut pair.walk()).filter(|child| !child.is_extra()).nth(1) == Some(**node)
    })
}

/// The extents of `$name` in a string's content, with the sign. The grammar takes them for plain text.
fn templates(text: &str, content: &Range<usize>) -> Vec<Range<usize>> {
    let inner = &text[content.clone()];
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(found) = inner[at..].find(['$', '\\']) {
        let sign = at + found;
        if inner[sign..].starts_with('\\') {
            // What is escaped stands for itself.
            at = sign + 1 + inner[sign + 1..].chars().next().map_or(0, char::len_utf8);
            continue;
        }
        let word = |char: char| char == '_' || char.is_alphanumeric();
        let rest = &inner[sign + 1..];
        let length = rest.find(|char| !word(char)).unwrap_or(rest.len());
        at = sign + 1 + length;
        if rest.starts_with(|first: char| first == '_' || first.is_alphabetic()) {
            out.push(content.start + sign..content.start + at);
        }
    }
    out
}

impl Language for Kotlin {
    fn id(&self) -> &'static str {
        "kotlin"
    }

    fn parse(&self, text: &str) -> Option<Syntax> {
        let mut syntax = lower(&LOWERING, text)?;
        let strings: Vec<NodeId> = syntax.ids().filter(|&id| syntax.kind(id) == Kind::String).collect();
        for string in strings {
            let content = syntax.node(string).content.clone();
            for span in templates(text, &content) {
                let known = |&hole: &NodeId| {
                    let hole = &syntax.node(hole).span;
                    hole.start < span.end && span.start < hole.end
                };
                if syntax.children(string).iter().any(known) {
                    continue;
                }
                let hole = syntax.push(string, Kind::Hole, Role::Item, span.clone(), span.clone());
                let name = span.start + 1..span.end;
                syntax.push(hole, Kind::Name, Role::Item, name.clone(), name);
            }
            let mut children = syntax.children(string).to_vec();
            children.sort_by_key(|&child| syntax.node(child).span.start);
            syntax.node_mut(string).children = children.into();
        }
        Some(syntax)
    }

    fn environment_read(&self, syntax: &Syntax, text: &str, node: NodeId) -> Option<EnvironmentRead> {
        match syntax.kind(node) {
            Kind::Index if syntax.node(node).role != Role::Target => {
                let object: String =
                    syntax.text(syntax.child(node, Role::Object)?, text).split_whitespace().collect();
                let name = syntax.child(node, Role::Subscript)?;
                let known = object.ends_with("getenv()") || object.to_ascii_lowercase().ends_with("env");
                syntax.literal(name, text).filter(|name| known && super::is_variable_name(name))?;
                let name = syntax.node(name).content.clone();
                Some(EnvironmentRead { name, nullable: true, default: None })
            }
            _ => super::java::read(syntax, text, node),
        }
    }

    fn spell_environment_read(&self, name: &str) -> Option<Spelled> {
        Some(Spelled { text: format!("System.getenv(\"{name}\") ?: \"\""), import: None })
    }

    fn respell_environment_read(&self, read: &str, _: &str) -> Option<Spelled> {
        Some(Spelled { text: format!("{} ?: \"\"", read.trim_end_matches('!')), import: None })
    }

    fn spell_not_null(&self, expression: &str) -> Option<String> {
        Some(format!("{expression} ?: \"\""))
    }

    fn spell_prefixed(&self, syntax: &Syntax, text: &str, node: NodeId, prefix: &str) -> Option<Wrap> {
        let mut at = node;
        while let Some(only) = spell::only_of_list(syntax, text, at) {
            at = only;
        }
        let expression = syntax.text(at, text);
        let literal = spell::first_literal(syntax, text, at).is_some();
        if literal
            || syntax.kind(at) == Kind::Concat
            || !spell::is_plain(prefix)
            || !spell::is_text(expression)
        {
            return if spell::is_text(expression) {
                spell::concatenated(syntax, text, at, prefix)
            } else {
                None
            };
        }
        let (before, after) = match syntax.kind(at) {
            Kind::Name if expression != "this" => (format!("\"{prefix}$"), "\""),
            Kind::Member | Kind::Index | Kind::Call | Kind::Other => (format!("\"{prefix}${{"), "}\""),
            _ => return None,
        };
        let span = syntax.node(at).span.clone();
        Some(Wrap { start: span.start, before, end: span.end, after: after.to_owned() })
    }

    fn spell_string(&self, value: &str, _like: Option<&str>) -> String {
        spell::double_quoted(value).replace('$', "\\$")
    }

    fn spell_entry(&self, syntax: &Syntax, container: NodeId, name: &str, value: &str) -> Option<String> {
        if syntax.kind(container) != Kind::Arguments {
            return None;
        }
        Some(if spell::is_identifier(name, "") {
            format!("{name} = {value}")
        } else {
            format!("{} to {value}", self.spell_string(name, None))
        })
    }

    fn separator(&self, syntax: &Syntax, container: NodeId) -> Separator {
        if syntax.kind(container) == Kind::Block { Separator::Line } else { Separator::Comma }
    }

    fn has_open_classes(&self) -> bool {
        true
    }

    fn empty_statement(&self) -> Option<&'static str> {
        Some("{}")
    }

    /// In `KEY to value` the key is an expression; in `key = value` it is an argument's name.
    fn is_reference(&self, syntax: &Syntax, node: NodeId) -> bool {
        let key = syntax.kind(node) == Kind::Name && syntax.node(node).role == Role::Key;
        let pair = syntax.parent(node).filter(|&up| key && syntax.kind(up) == Kind::Pair);
        let of_argument = pair.is_some_and(|pair| {
            let value = syntax.child(pair, Role::Value);
            // Between `a` and `b` of `a = b` there is room for no `to`.
            value.is_some_and(|value| syntax.node(value).span.start - syntax.node(node).span.end < 4)
        });
        key && pair.is_some() && !of_argument || super::references(syntax, node)
    }

    fn imports(&self, syntax: &Syntax, text: &str, node: NodeId) -> Vec<Import> {
        if syntax.kind(node) != Kind::Import {
            return Vec::new();
        }
        let Some(module) = syntax.child(node, Role::Module) else { return Vec::new() };
        let path = syntax.text(module, text).to_owned();
        if path.contains(char::is_whitespace) {
            return Vec::new();
        }
        let last = path.rsplit('.').next().unwrap_or(&path).to_owned();
        let star = syntax.text(node, text).trim_end().ends_with(".*");
        let alias = syntax.child(node, Role::Name).map(|alias| syntax.text(alias, text).to_owned());
        let (imported, local) =
            if star { ("*".to_owned(), "*".to_owned()) } else { (last.clone(), alias.unwrap_or(last)) };
        let module_span = syntax.node(module).span.clone();
        vec![Import { module: path, module_span, imported: Some(imported), local, node }]
    }

    fn implied_imports(&self, syntax: &Syntax, text: &str) -> Vec<Import> {
        super::types_of_package(self, syntax, text)
    }

    fn module_paths(&self, importer: &str, module: &str) -> Vec<String> {
        super::module_paths::java(importer, module, "kt")
    }

    fn add_import(&self, _syntax: &Syntax, _text: &str, _module: &str) -> Option<(usize, String)> {
        None
    }
}
