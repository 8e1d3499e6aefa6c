//! PHP.

use tree_sitter::Node;

use super::lower::{GrammarNode, Lowering, Shape, lower, operator};
use super::spell;
use super::{EnvironmentRead, Import, Language, Separator, Spelled, Wrap};
use crate::syntax::{Kind, NodeId, Role, Span, Syntax};

/// PHP 7 and 8, in pages and by itself.
#[derive(Debug)]
pub(super) struct Php;

/// A file: text, with PHP between its tags.
const PAGE: Lowering = Lowering { grammar: || tree_sitter_php::LANGUAGE_PHP.into(), shape, role };

/// A piece of PHP without tags, as pages of documentation show it.
const PIECE: Lowering = Lowering { grammar: || tree_sitter_php::LANGUAGE_PHP_ONLY.into(), shape, role };

fn shape(node: &GrammarNode<'_, '_>, text: &str) -> Shape {
    let kind = match node.kind() {
        "compound_statement"
        | "colon_block"
        | "declaration_list"
        | "enum_declaration_list"
        | "switch_block" => Kind::Block,
        "function_definition" | "method_declaration" | "anonymous_function" | "arrow_function" => {
            Kind::Function
        }
        "class_declaration"
        | "interface_declaration"
        | "trait_declaration"
        | "enum_declaration"
        | "anonymous_class" => Kind::Class,
        "function_call_expression" | "object_creation_expression" => Kind::Call,
        "member_call_expression" | "nullsafe_member_call_expression" | "scoped_call_expression" => {
            return Shape::Method;
        }
        "arguments" => Kind::Arguments,
        "argument" if node.child_by_field_name("name").is_some() => Kind::Pair,
        "argument" => return Shape::Through,
        "array_creation_expression" => {
            let mut cursor = node.walk();
            let map = node.named_children(&mut cursor).any(|item| has_arrow(&item));
            if map { Kind::Map } else { Kind::List }
        }
        "array_element_initializer" if has_arrow(node) => Kind::Pair,
        "array_element_initializer" => return Shape::Through,
        "list_literal" => Kind::List,
        "variadic_unpacking" | "variadic_parameter" => Kind::Spread,
        "string" | "encapsed_string" => return Shape::String(between_quotes(text, node.byte_range())),
        "heredoc" | "nowdoc" => {
            let Some(body) = node.child_by_field_name("value") else { return Shape::Leaf(Kind::Other) };
            let span = body.byte_range();
            let line_end =
                text[span.clone()].bytes().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            return Shape::String(span.start + line_end.min(2)..span.end);
        }
        "heredoc_body" | "nowdoc_body" => return Shape::Through,
        "binary_expression" if operator(node, text) == "." => Kind::Concat,
        "variable_name" | "qualified_name" | "relative_name" | "namespace_name" => Kind::Name,
        "name" | "relative_scope" => Kind::Name,
        "member_access_expression"
        | "nullsafe_member_access_expression"
        | "scoped_property_access_expression"
        | "class_constant_access_expression" => Kind::Member,
        "subscript_expression" => Kind::Index,
        "assignment_expression" | "reference_assignment_expression" | "const_element" => Kind::Assign,
        "property_element" | "simple_parameter" | "property_promotion_parameter"
            if node.child_by_field_name("default_value").is_some() =>
        {
            Kind::Assign
        }
        "static_variable_declaration" if node.child_by_field_name("value").is_some() => Kind::Assign,
        "namespace_use_declaration" => Kind::Import,
        "namespace_use_group" => Kind::List,
        "namespace_use_clause" if node.child_by_field_name("alias").is_some() => Kind::Pair,
        "namespace_use_clause" | "else_clause" | "finally_clause" => return Shape::Through,
        "expression_statement"
        | "return_statement"
        | "echo_statement"
        | "unset_statement"
        | "global_declaration"
        | "function_static_declaration"
        | "const_declaration"
        | "property_declaration"
        | "break_statement"
        | "continue_statement"
        | "goto_statement"
        | "exit_statement"
        | "empty_statement" => Kind::Statement,
        "if_statement" | "else_if_clause" | "foreach_statement" | "for_statement" | "while_statement"
        | "do_statement" | "switch_statement" | "case_statement" | "default_statement" | "try_statement"
        | "catch_clause" => return Shape::Compound,
        "comment" => Kind::Comment,
        "text" | "php_tag" | "php_end_tag" | "boolean" | "null" | "integer" | "float" => {
            return Shape::Leaf(Kind::Other);
        }
        "string_content"
        | "escape_sequence"
        | "nowdoc_string"
        | "heredoc_start"
        | "heredoc_end"
        | "cast_type"
        | "primitive_type"
        | "visibility_modifier"
        | "reference_modifier" => return Shape::Skip,
        _ => Kind::Other,
    };
    Shape::Inline(kind)
}

fn role(parent: &str, field: Option<&str>, node: &GrammarNode<'_, '_>) -> Role {
    match (parent, field) {
        _ if node.kind() == "comment" => Role::Item,
        ("function_call_expression", Some("function")) => Role::Callee,
        ("object_creation_expression", None) if !matches!(node.kind(), "arguments" | "anonymous_class") => {
            Role::Callee
        }
        (_, Some("object" | "scope")) => Role::Object,
        (
            "member_call_expression"
            | "nullsafe_member_call_expression"
            | "member_access_expression"
            | "nullsafe_member_access_expression"
            | "scoped_call_expression"
            | "scoped_property_access_expression",
            Some("name"),
        ) => Role::Property,
        ("argument", Some("name")) => Role::Key,
        ("assignment_expression" | "reference_assignment_expression", Some("left")) => Role::Target,
        ("assignment_expression" | "reference_assignment_expression", Some("right")) => Role::Value,
        (_, Some("default_value")) | ("static_variable_declaration", Some("value")) => Role::Value,
        (_, Some("name" | "alias")) => Role::Name,
        (_, Some("parameters")) => Role::Parameters,
        ("namespace_use_declaration", None) if node.kind() == "namespace_name" => Role::Module,
        (_, Some("body")) | ("else_clause" | "finally_clause", _) => Role::Body,
        _ => Role::Item,
    }
}

/// Gives the children of nodes without fields their roles, which go by their order.
fn order(syntax: &mut Syntax) {
    let ids: Vec<NodeId> = syntax.ids().collect();
    for id in ids {
        let (first, second) = match syntax.kind(id) {
            Kind::Index => (Role::Object, Role::Subscript),
            Kind::Member => (Role::Object, Role::Property),
            Kind::Assign => (Role::Target, Role::Value),
            Kind::Pair => (Role::Key, Role::Value),
            _ => continue,
        };
        let children = syntax.children(id).to_vec();
        let mut given = [first, second].into_iter().filter(|&role| {
            let is_given = |&child: &NodeId| {
                let own = syntax.node(child).role;
                own == role || own == Role::Name && role == Role::Target
            };
            !children.iter().any(is_given)
        });
        let mut roles: Vec<(NodeId, Role)> = Vec::new();
        for &child in &children {
            match syntax.node(child) {
                // A parameter or property with a default.
                node if node.role == Role::Name && first == Role::Target => roles.push((child, first)),
                node if node.role == Role::Item && node.kind != Kind::Comment && node.kind != Kind::Error => {
                    roles.extend(given.next().map(|role| (child, role)));
                }
                _ => {}
            }
        }
        for (child, role) in roles {
            syntax.node_mut(child).role = role;
        }
    }
}

/// Makes `define('NAME', value)` the assignment that it is.
fn constants(syntax: &mut Syntax, text: &str) {
    let ids: Vec<NodeId> = syntax.ids().collect();
    for id in ids {
        let defines = syntax.kind(id) == Kind::Call
            && syntax.child(id, Role::Callee).is_some_and(|callee| syntax.text(callee, text) == "define");
        let arguments = syntax.arguments(id);
        let Some(arguments) = arguments.filter(|_| defines) else { continue };
        let [name, value] = *syntax.children(arguments) else { continue };
        if syntax.literal(name, text).is_none_or(str::is_empty) {
            continue;
        }
        let node = syntax.node_mut(id);
        (node.kind, node.children) = (Kind::Assign, [name, value].as_slice().into());
        let node = syntax.node_mut(name);
        (node.kind, node.role, node.parent, node.span) = (Kind::Name, Role::Target, id, node.content.clone());
        let node = syntax.node_mut(value);
        (node.role, node.parent) = (Role::Value, id);
        // What the call had beside them is nothing any more.
        syntax.node_mut(arguments).children.clear();
    }
}

/// Whether an entry of an array has a key.
fn has_arrow(entry: &Node<'_>) -> bool {
    let mut cursor = entry.walk();
    entry.kind() == "array_element_initializer"
        && entry.children(&mut cursor).any(|child| child.kind() == "=>")
}

/// The extent of a string between its quotes.
fn between_quotes(text: &str, span: Span) -> Span {
    let quoted = &text[span.clone()];
    let start = span.start + quoted.find(['\'', '"']).map_or(0, |at| at + 1);
    let closed = quoted.ends_with(['\'', '"']) && span.end > start;
    start..span.end - usize::from(closed)
}

/// The arrays of the environment.
const ENVIRONMENTS: [&str; 2] = ["$_ENV", "$_SERVER"];

impl Php {
    /// The quote that is used around a node: that of its key, or else of the first string of what it stands in.
    fn quote_near(syntax: &Syntax, text: &str, node: NodeId) -> char {
        let up = syntax.parent(node);
        let key = up.and_then(|up| syntax.child(up, Role::Key)).filter(|&key| key != node);
        let first = || {
            let up = syntax.ancestors(node).find(|&up| syntax.kind(up) == Kind::Statement)?;
            syntax.descendants(up).into_iter().find(|&id| syntax.kind(id) == Kind::String)
        };
        key.or_else(first).and_then(|key| spell::quote_of(syntax.text(key, text))).unwrap_or('\'')
    }
}

/// A literal of `value` in this quote.
fn literal(value: &str, quote: char) -> String {
    let mut out = String::from(quote);
    for char in value.chars() {
        if char == quote || char == '\\' || quote == '"' && char == '$' {
            out.push('\\');
        }
        out.push(char);
    }
    out.push(quote);
    out
}

impl Language for Php {
    fn id(&self) -> &'static str {
        "php"
    }

    fn parse(&self, text: &str) -> Option<Syntax> {
        let mut syntax = lower(if text.contains("<?") { &PAGE } else { &PIECE }, text)?;
        order(&mut syntax);
        constants(&mut syntax, text);
        // `{$x}` is an interpolation with its braces.
        let ids: Vec<NodeId> = syntax.ids().filter(|&id| syntax.kind(id) == Kind::Hole).collect();
        for id in ids {
            let span = syntax.node(id).span.clone();
            if text[..span.start].ends_with('{') && text[span.end..].starts_with('}') {
                let node = syntax.node_mut(id);
                node.span = span.start - 1..span.end + 1;
                node.content = node.span.clone();
            }
        }
        Some(syntax)
    }

    fn environment_read(&self, syntax: &Syntax, text: &str, node: NodeId) -> Option<EnvironmentRead> {
        match syntax.kind(node) {
            Kind::Index if syntax.node(node).role != Role::Target => {
                let object = syntax.text(syntax.child(node, Role::Object)?, text);
                let name = syntax.child(node, Role::Subscript)?;
                syntax.literal(name, text).filter(|_| ENVIRONMENTS.contains(&object))?;
                let name = syntax.node(name).content.clone();
                Some(EnvironmentRead { name, nullable: true, default: None })
            }
            Kind::Call => {
                let callee = syntax.text(syntax.child(node, Role::Callee)?, text).trim_start_matches('\\');
                let arguments = syntax.arguments(node)?;
                let mut items = syntax
                    .children(arguments)
                    .iter()
                    .copied()
                    .filter(|&id| syntax.kind(id) != Kind::Comment)
                    .map(|id| syntax.child(id, Role::Value).unwrap_or(id));
                let name = items.next()?;
                let shouting = super::is_variable_name(syntax.literal(name, text)?);
                // The second argument of `getenv` is no default.
                let default = match callee {
                    "getenv" => None,
                    "env" | "Env::get" | "Env::getOrFail" if shouting => items.next(),
                    _ => return None,
                };
                let null = default.is_none_or(|default| syntax.text(default, text) == "null");
                let nullable = null && callee != "Env::getOrFail";
                Some(EnvironmentRead { name: syntax.node(name).content.clone(), nullable, default })
            }
            _ => None,
        }
    }

    fn spell_environment_read(&self, name: &str) -> Option<Spelled> {
        Some(Spelled { text: format!("getenv('{name}') ?: ''"), import: None })
    }

    fn respell_environment_read(&self, read: &str, _: &str) -> Option<Spelled> {
        // Frameworks have ways of their own: `env('X')`.
        Some(Spelled { text: self.spell_not_null(read)?, import: None })
    }

    fn spell_not_null(&self, expression: &str) -> Option<String> {
        // `getenv` gives `false`, which `??` lets pass.
        let operator = if expression.contains("getenv(") { "?:" } else { "??" };
        Some(format!("{expression} {operator} ''"))
    }

    fn spell_prefixed(&self, syntax: &Syntax, text: &str, node: NodeId, prefix: &str) -> Option<Wrap> {
        if !spell::is_plain(prefix) {
            return None;
        }
        let first = spell::first_part(syntax, text, node)?;
        if syntax.kind(first) == Kind::String {
            return Some(spell::inside(syntax, first, prefix));
        }
        let span = syntax.node(node).span.clone();
        let expression = syntax.text(node, text);
        let quote = Self::quote_near(syntax, text, node);
        let wrap =
            |before: String, after: String| Some(Wrap { start: span.start, before, end: span.end, after });
        let in_string = syntax.ancestors(node).any(|up| syntax.kind(up) == Kind::Hole);
        match syntax.kind(node) {
            _ if in_string => None,
            Kind::Name | Kind::Member if quote == '"' && is_simple(expression) => {
                wrap(format!("\"{prefix}{{"), "}\"".to_owned())
            }
            Kind::Name | Kind::Member | Kind::Index | Kind::Call | Kind::Concat => {
                wrap(format!("{quote}{prefix}{quote} . "), String::new())
            }
            Kind::Other => {
                if matches!(expression, "null" | "true" | "false" | "NULL")
                    || syntax.children(node).is_empty()
                {
                    return None;
                }
                // In parentheses, or behind a cast.
                let closed = expression.starts_with('(') && syntax.children(node).len() == 1;
                let (open, close) = if closed { ("", "") } else { ("(", ")") };
                wrap(format!("{quote}{prefix}{quote} . {open}"), close.to_owned())
            }
            _ => None,
        }
    }

    fn spell_string(&self, value: &str, like: Option<&str>) -> String {
        literal(value, like.and_then(spell::quote_of).unwrap_or('\''))
    }

    fn spell_entry(&self, syntax: &Syntax, container: NodeId, name: &str, value: &str) -> Option<String> {
        match syntax.kind(container) {
            Kind::Arguments => spell::is_identifier(name, "").then(|| format!("{name}: {value}")),
            Kind::Map => Some(format!("{} => {value}", literal(name, '\''))),
            _ => None,
        }
    }

    fn separator(&self, syntax: &Syntax, container: NodeId) -> Separator {
        if syntax.kind(container) == Kind::Block { Separator::Line } else { Separator::Comma }
    }

    fn spell_map(&self, entries: &[(String, String)]) -> Option<String> {
        let entries: Vec<String> =
            entries.iter().map(|(key, value)| format!("{} => {value}", literal(key, '\''))).collect();
        Some(format!("[{}]", entries.join(", ")))
    }

    fn imports(&self, syntax: &Syntax, text: &str, node: NodeId) -> Vec<Import> {
        if syntax.kind(node) != Kind::Import {
            return Vec::new();
        }
        let group = syntax.child(node, Role::Module);
        let items = syntax.children(node).iter().flat_map(|&id| {
            if syntax.kind(id) == Kind::List { syntax.children(id).to_vec() } else { vec![id] }
        });
        let mut out = Vec::new();
        for id in items {
            let name = match syntax.kind(id) {
                Kind::Pair => syntax.children(id).iter().copied().find(|&id| syntax.kind(id) == Kind::Name),
                Kind::Name if Some(id) != group => Some(id),
                _ => None,
            };
            let Some(name) = name else { continue };
            let span = syntax.node(name).span.clone();
            let path = &text[span.clone()];
            let last = path.rfind('\\').map_or(0, |at| at + 1);
            let alias = syntax.child(id, Role::Name).map(|alias| syntax.text(alias, text));
            let module_span = match group {
                Some(group) => syntax.node(group).span.clone(),
                None => span.start..span.start + last.saturating_sub(1),
            };
            out.push(Import {
                module: text[module_span.clone()].replace(' ', ""),
                module_span,
                imported: Some(path[last..].to_owned()),
                local: alias.unwrap_or(&path[last..]).to_owned(),
                node,
            });
        }
        out
    }

    fn add_import(&self, _: &Syntax, _: &str, _: &str) -> Option<(usize, String)> {
        None
    }
}

/// Whether an expression can stand between braces in a string: `$x`, `$this->key`.
fn is_simple(expression: &str) -> bool {
    expression.starts_with('$') && !expression.contains(['"', '\'', '?', '\n', '(', ':'])
}
