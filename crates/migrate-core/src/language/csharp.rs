//! C#.

use std::ops::Range;

use tree_sitter::Node;

use super::lower::{GrammarNode, Lowering, Shape, lower, operator};
use super::spell;
use super::{EnvironmentRead, Import, Language, Separator, Spelled, Wrap};
use crate::syntax::{Kind, NodeId, Role, Syntax};

/// C#, in programs, and in scripts without a class.
#[derive(Debug)]
pub(super) struct CSharp;

const LOWERING: Lowering = Lowering { grammar: || tree_sitter_c_sharp::LANGUAGE.into(), shape, role };

fn shape(node: &GrammarNode<'_, '_>, text: &str) -> Shape {
    Shape::Node(match node.kind() {
        "block" | "declaration_list" | "enum_member_declaration_list" | "switch_section" => Kind::Block,
        "method_declaration"
        | "constructor_declaration"
        | "destructor_declaration"
        | "operator_declaration"
        | "conversion_operator_declaration"
        | "local_function_statement"
        | "accessor_declaration"
        | "lambda_expression"
        | "anonymous_method_expression" => Kind::Function,
        "class_declaration"
        | "struct_declaration"
        | "record_declaration"
        | "record_struct_declaration"
        | "interface_declaration"
        | "enum_declaration" => Kind::Class,
        "invocation_expression"
        | "object_creation_expression"
        | "implicit_object_creation_expression"
        | "constructor_initializer"
        | "attribute" => Kind::Call,
        "argument_list" | "attribute_argument_list" => Kind::Arguments,
        "argument" | "attribute_argument" if node.child_by_field_name("name").is_some() => Kind::Pair,
        "initializer_expression" => match initializer(node, node.parent()) {
            Initializer::Pair => Kind::Pair,
            Initializer::Map => Kind::Map,
            Initializer::List => Kind::List,
        },
        "anonymous_object_creation_expression" if is_alternating(node) => return Shape::Pairs(Kind::Map),
        "assignment_expression" if is_initializer(node.parent()) => Kind::Pair,
        "assignment_expression" if operator(node, text) == "=" => Kind::Assign,
        "collection_expression" | "tuple_expression" => Kind::List,
        "spread_element" => Kind::Spread,
        "string_literal"
        | "raw_string_literal"
        | "verbatim_string_literal"
        | "interpolated_string_expression" => {
            return Shape::String(between_quotes(node, text));
        }
        "interpolation" => Kind::Hole,
        "binary_expression" if operator(node, text) == "+" => Kind::Concat,
        "identifier" | "generic_name" | "qualified_name" | "nullable_type" | "array_type"
            if is_type_of_parameter(node) =>
        {
            return Shape::Leaf(Kind::Other);
        }
        "identifier" => Kind::Name,
        "qualified_name" | "alias_qualified_name" => return Shape::Leaf(Kind::Name),
        "member_access_expression" | "conditional_access_expression" => Kind::Member,
        "element_access_expression" => Kind::Index,
        "variable_declarator" => Kind::Assign,
        "property_declaration" => Kind::Assign,
        "parameter" if default_of(node).is_some() => Kind::Assign,
        "using_directive" => Kind::Import,
        "expression_statement"
        | "local_declaration_statement"
        | "field_declaration"
        | "event_field_declaration"
        | "delegate_declaration"
        | "return_statement"
        | "throw_statement"
        | "yield_statement"
        | "break_statement"
        | "continue_statement"
        | "goto_statement"
        | "empty_statement"
        | "file_scoped_namespace_declaration" => Kind::Statement,
        "if_statement"
        | "for_statement"
        | "foreach_statement"
        | "while_statement"
        | "do_statement"
        | "switch_statement"
        | "try_statement"
        | "catch_clause"
        | "using_statement"
        | "lock_statement"
        | "fixed_statement"
        | "checked_statement"
        | "unsafe_statement"
        | "labeled_statement"
        | "namespace_declaration" => return Shape::Compound,
        "generic_name"
        | "member_binding_expression"
        | "bracketed_argument_list"
        | "arrow_expression_clause" => return Shape::Wrapper,
        "argument"
        | "attribute_argument"
        | "global_statement"
        | "variable_declaration"
        | "accessor_list"
        | "switch_body"
        | "finally_clause"
        | "collection_element"
        | "expression_element"
        | "preproc_if"
        | "preproc_else"
        | "preproc_elif" => return Shape::Through,
        "interpolation_brace"
        | "interpolation_format_clause"
        | "interpolation_alignment_clause"
        | "modifier" => {
            return Shape::Skip;
        }
        "comment" => Kind::Comment,
        _ => Kind::Other,
    })
}

fn role(parent: &str, field: Option<&str>, node: &GrammarNode<'_, '_>) -> Role {
    match (parent, field) {
        ("invocation_expression", Some("function")) | ("object_creation_expression", Some("type")) => {
            Role::Callee
        }
        ("attribute", Some("name")) => Role::Callee,
        ("argument" | "attribute_argument", Some("name")) => Role::Key,
        ("argument" | "attribute_argument", None) if node.named_before() => Role::Value,
        ("initializer_expression", _)
            if node.parent().is_some_and(|up| initializer(&up, grandparent(node)) == Initializer::Pair) =>
        {
            if node.named_before() {
                Role::Value
            } else {
                Role::Key
            }
        }
        ("assignment_expression", Some("left")) if is_initializer(grandparent(node)) => Role::Key,
        ("assignment_expression", Some("left")) => Role::Target,
        ("assignment_expression", Some("right")) => Role::Value,
        ("member_access_expression", Some("expression")) => Role::Object,
        ("member_access_expression", Some("name")) => Role::Property,
        ("conditional_access_expression", Some("condition")) => Role::Object,
        ("conditional_access_expression", _) if node.kind() != "comment" => Role::Property,
        ("element_access_expression", Some("expression")) => Role::Object,
        ("element_access_expression", Some("subscript")) => Role::Subscript,
        ("variable_declarator" | "property_declaration", Some("name")) => Role::Target,
        ("variable_declarator", None) if !matches!(node.kind(), "bracketed_argument_list" | "comment") => {
            Role::Value
        }
        ("property_declaration", Some("value")) => Role::Value,
        ("parameter", Some("name")) if node.parent().is_some_and(|up| default_of(&up).is_some()) => {
            Role::Target
        }
        ("parameter", None) if node.parent().and_then(|up| default_of(&up)) == Some(**node) => Role::Value,
        (
            "class_declaration"
            | "struct_declaration"
            | "record_declaration"
            | "record_struct_declaration"
            | "interface_declaration"
            | "enum_declaration"
            | "method_declaration"
            | "local_function_statement"
            | "parameter",
            Some("name"),
        ) => Role::Name,
        ("lambda_expression", _) if node.kind() == "implicit_parameter" => Role::Parameters,
        ("implicit_parameter_list", _) => Role::Name,
        (_, Some("parameters")) => Role::Parameters,
        (_, None) if node.kind() == "parameter_list" => Role::Parameters,
        (_, Some("body" | "consequence")) | ("if_statement", Some("alternative")) => Role::Body,
        (_, None) if matches!(node.kind(), "block" | "switch_section") => Role::Body,
        ("using_directive", None) => Role::Module,
        _ => Role::Item,
    }
}

fn grandparent<'t>(node: &GrammarNode<'_, 't>) -> Option<Node<'t>> {
    node.ancestors().nth(1)
}

fn is_initializer(node: Option<Node<'_>>) -> bool {
    node.is_some_and(|node| node.kind() == "initializer_expression")
}

/// What `{ … }` behind a `new` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Initializer {
    /// `{ "a", b }` in another one.
    Pair,
    /// `{ A = b }`, `{ ["a"] = b }`, `{ { "a", b } }`.
    Map,
    /// `{ a, b }`.
    List,
}

fn initializer(node: &Node<'_>, parent: Option<Node<'_>>) -> Initializer {
    let mut cursor = node.walk();
    let items: Vec<Node<'_>> =
        node.named_children(&mut cursor).filter(|child| !child.is_extra()).take(3).collect();
    let of_array = parent.is_some_and(|up| up.kind().contains("array_creation"));
    if is_initializer(parent) && items.len() == 2 {
        return Initializer::Pair;
    }
    let map = |item: &Node<'_>| matches!(item.kind(), "assignment_expression" | "initializer_expression");
    if items.iter().all(map) && !of_array { Initializer::Map } else { Initializer::List }
}

/// Whether each member of `new { a = b, c = d }` has its name written out.
fn is_alternating(node: &Node<'_>) -> bool {
    let mut cursor = node.walk();
    let mut children = node.children(&mut cursor).filter(|child| !child.is_extra()).peekable();
    let (mut names, mut others) = (0, 0);
    while let Some(child) = children.next() {
        let assigned = children.peek().is_some_and(|next| next.kind() == "=");
        if !child.is_named() {
            continue;
        }
        if assigned && names == others {
            names += 1;
        } else if names == others + 1 {
            others += 1;
        } else {
            return false;
        }
    }
    names == others
}

/// Whether a node is the type of a parameter: its name must not be taken for the parameter's.
fn is_type_of_parameter(node: &GrammarNode<'_, '_>) -> bool {
    let parent = node.parent().filter(|up| up.kind() == "parameter");
    parent.and_then(|up| up.child_by_field_name("type")).is_some_and(|kind| kind == **node)
}

/// The default of a parameter.
fn default_of<'t>(parameter: &Node<'t>) -> Option<Node<'t>> {
    let name = parameter.child_by_field_name("name")?;
    let mut cursor = parameter.walk();
    let mut children = parameter.named_children(&mut cursor).skip_while(|child| *child != name).skip(1);
    children.find(|child| !child.is_extra())
}

/// The extent of a string between its quotes, of any of its forms: `"…"`, `@"…"`, `$"…"`, `"""…"""`, `$$"""…"""`.
fn between_quotes(node: &Node<'_>, text: &str) -> Range<usize> {
    let span = node.byte_range();
    let literal = &text[span.clone()];
    let signs = literal.bytes().take_while(|byte| matches!(byte, b'$' | b'@')).count();
    let quotes = literal.bytes().skip(signs).take_while(|&byte| byte == b'"').count();
    let quotes = if quotes >= 3 && literal.len() >= signs + 2 * quotes { quotes } else { 1 };
    let start = (span.start + signs + quotes).min(span.end);
    start..span.end.saturating_sub(quotes).max(start)
}

impl CSharp {
    /// A value that may be put into the braces of an interpolated string in any version of the language.
    fn fits_braces(syntax: &Syntax, expression: &str, node: NodeId) -> bool {
        let plain =
            !expression.contains(['"', '\n', '\r', '{', '}', ':', '\'']) && !expression.contains("//");
        plain && syntax.kind(node) != Kind::Concat
    }
}

impl Language for CSharp {
    fn id(&self) -> &'static str {
        "csharp"
    }

    fn parse(&self, text: &str) -> Option<Syntax> {
        lower(&LOWERING, text)
    }

    fn environment_read(&self, syntax: &Syntax, text: &str, node: NodeId) -> Option<EnvironmentRead> {
        let of_configuration = |object: NodeId| {
            let path: String = syntax.text(object, text).split_whitespace().collect();
            let name =
                path.trim_end_matches(['!', '?']).rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
            name.ends_with("config")
                || name.ends_with("configuration")
                || name.ends_with("getenvironmentvariables()")
        };
        match syntax.kind(node) {
            Kind::Index if syntax.node(node).role != Role::Target => {
                let name = syntax.child(node, Role::Subscript)?;
                let known = of_configuration(syntax.child(node, Role::Object)?);
                syntax.literal(name, text).filter(|name| known && super::is_variable_name(name))?;
                let name = syntax.node(name).content.clone();
                Some(EnvironmentRead { name, nullable: true, default: None })
            }
            Kind::Call => {
                let callee = syntax.child(node, Role::Callee)?;
                let path: String = syntax.text(callee, text).split_whitespace().collect();
                let path = path.split('<').next().unwrap_or(&path);
                let method = path.rsplit('.').next().unwrap_or(path);
                let arguments = syntax.arguments(node)?;
                let mut items =
                    syntax.children(arguments).iter().copied().filter(|&id| syntax.kind(id) != Kind::Comment);
                let name = items.next()?;
                let literal = syntax.literal(name, text)?;
                let by_configuration = || {
                    let object = syntax.child(callee, Role::Object);
                    super::is_variable_name(literal) && object.is_some_and(of_configuration)
                };
                let (fails, default) = match method {
                    // Behind the name stands where to look for it.
                    "GetEnvironmentVariable" => (false, None),
                    "GetValue" if by_configuration() => (false, items.next()),
                    "GetRequiredValue" if by_configuration() => (true, None),
                    _ => return None,
                };
                let empty =
                    default.is_some_and(|default| matches!(syntax.text(default, text), "null" | "\"\""));
                let nullable = if default.is_some() { empty } else { !fails };
                Some(EnvironmentRead { name: syntax.node(name).content.clone(), nullable, default })
            }
            _ => None,
        }
    }

    fn spell_environment_read(&self, name: &str) -> Option<Spelled> {
        let text = format!("Environment.GetEnvironmentVariable(\"{name}\") ?? \"\"");
        Some(Spelled { text, import: Some("System") })
    }

    fn respell_environment_read(&self, read: &str, _: &str) -> Option<Spelled> {
        // Settings and secrets have readers of their own.
        Some(Spelled { text: format!("{} ?? \"\"", read.trim_end_matches('!')), import: None })
    }

    fn spell_not_null(&self, expression: &str) -> Option<String> {
        Some(format!("{expression} ?? \"\""))
    }

    fn spell_prefixed(&self, syntax: &Syntax, text: &str, node: NodeId, prefix: &str) -> Option<Wrap> {
        let expression = syntax.text(node, text);
        let is_value =
            matches!(syntax.kind(node), Kind::Name | Kind::Member | Kind::Index | Kind::Call | Kind::Other);
        // The file tells how it puts texts together.
        let adds = text.contains("\" + ") && !text.contains("$\"");
        if is_value
            && !adds
            && spell::is_plain(prefix)
            && spell::is_text(expression)
            && spell::first_literal(syntax, text, node).is_none()
            && Self::fits_braces(syntax, expression, node)
        {
            let span = syntax.node(node).span.clone();
            let (before, after) = (format!("$\"{prefix}{{"), "}\"".to_owned());
            return Some(Wrap { start: span.start, before, end: span.end, after });
        }
        if !spell::is_text(expression) {
            return None;
        }
        spell::concatenated(syntax, text, node, prefix)
    }

    fn spell_string(&self, value: &str, _like: Option<&str>) -> String {
        spell::double_quoted(value)
    }

    fn spell_entry(&self, syntax: &Syntax, container: NodeId, name: &str, value: &str) -> Option<String> {
        match syntax.kind(container) {
            Kind::Arguments if spell::is_identifier(name, "") => Some(format!("{name}: {value}")),
            Kind::Map if spell::is_identifier(name, "") => Some(format!("{name} = {value}")),
            Kind::Map => Some(format!("[{}] = {value}", spell::double_quoted(name))),
            _ => None,
        }
    }

    fn separator(&self, syntax: &Syntax, container: NodeId) -> Separator {
        if syntax.kind(container) == Kind::Block { Separator::Line } else { Separator::Comma }
    }

    fn has_open_classes(&self) -> bool {
        true
    }

    fn empty_statement(&self) -> Option<&'static str> {
        Some("{ }")
    }

    /// In `{ Key, value }` the key is an expression; in `{ Key = value }` it is a property's name.
    fn is_reference(&self, syntax: &Syntax, node: NodeId) -> bool {
        let pair = syntax.parent(node).filter(|&up| syntax.kind(up) == Kind::Pair);
        let of_braces = pair.is_some_and(|pair| syntax.node(pair).span.start < syntax.node(node).span.start);
        let key = syntax.kind(node) == Kind::Name && syntax.node(node).role == Role::Key;
        key && of_braces || super::references(syntax, node)
    }

    fn imports(&self, syntax: &Syntax, text: &str, node: NodeId) -> Vec<Import> {
        if syntax.kind(node) != Kind::Import {
            return Vec::new();
        }
        // `using Alias = A.B;` has two names.
        let mut names = syntax.children(node).iter().copied().filter(|&id| syntax.kind(id) == Kind::Name);
        let (Some(first), second) = (names.next(), names.next()) else { return Vec::new() };
        let module = second.unwrap_or(first);
        let (local, imported) = match second {
            Some(_) => (syntax.text(first, text).to_owned(), None),
            None => ("*".to_owned(), Some("*".to_owned())),
        };
        let name = syntax.text(module, text);
        if name.contains(char::is_whitespace) {
            return Vec::new();
        }
        let module_span = syntax.node(module).span.clone();
        vec![Import { module: name.to_owned(), module_span, imported, local, node }]
    }

    fn implied_imports(&self, syntax: &Syntax, text: &str) -> Vec<Import> {
        super::types_of_package(self, syntax, text)
    }

    fn module_paths(&self, importer: &str, module: &str) -> Vec<String> {
        super::module_paths::csharp(importer, module)
    }

    fn add_import(&self, syntax: &Syntax, text: &str, module: &str) -> Option<(usize, String)> {
        let imports: Vec<NodeId> = syntax
            .children(Syntax::ROOT)
            .iter()
            .copied()
            .filter(|&id| syntax.kind(id) == Kind::Import)
            .collect();
        let named =
            |&id: &NodeId| self.imports(syntax, text, id).iter().any(|import| import.module == module);
        // Without any, the project imports what all files need; so it does where a file uses what it does not import.
        let used = syntax.ids().any(|id| {
            syntax.kind(id) == Kind::Name
                && matches!(syntax.text(id, text), "Environment" | "Uri" | "Console")
        });
        let first = imports.first().filter(|_| !used && !imports.iter().any(named))?;
        let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
        Some((syntax.node(*first).span.start, format!("using {module};{ending}")))
    }
}
