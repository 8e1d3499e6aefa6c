//! Java.

use std::ops::Range;

use super::lower::{GrammarNode, Lowering, Shape, lower, operator};
use super::spell;
use super::{EnvironmentRead, Import, Language, Separator, Spelled, Wrap};
use crate::syntax::{Kind, NodeId, Role, Syntax};

/// Java, with the frameworks' ways to say that a value comes from the environment.
#[derive(Debug)]
pub(super) struct Java;

const LOWERING: Lowering = Lowering { grammar: || tree_sitter_java::LANGUAGE.into(), shape, role };

fn shape(node: &GrammarNode<'_, '_>, text: &str) -> Shape {
    Shape::Node(match node.kind() {
        "block"
        | "class_body"
        | "interface_body"
        | "annotation_type_body"
        | "enum_body"
        | "enum_body_declarations"
        | "constructor_body"
        | "switch_block_statement_group"
        | "switch_rule" => Kind::Block,
        "method_declaration"
        | "constructor_declaration"
        | "compact_constructor_declaration"
        | "lambda_expression" => Kind::Function,
        "class_declaration"
        | "record_declaration"
        | "interface_declaration"
        | "enum_declaration"
        | "annotation_type_declaration" => Kind::Class,
        "method_invocation" if node.child_by_field_name("object").is_some() => return Shape::Method,
        "method_invocation"
        | "object_creation_expression"
        | "explicit_constructor_invocation"
        | "annotation" => Kind::Call,
        "argument_list" if is_alternating(node, text) => return Shape::Pairs(Kind::Arguments),
        "argument_list" | "annotation_argument_list" => Kind::Arguments,
        "element_value_pair" => Kind::Pair,
        "array_initializer" | "element_value_array_initializer" => Kind::List,
        "string_literal" => return Shape::String(spell::between_quotes(text, node.byte_range())),
        "binary_expression" if operator(node, text) == "+" => Kind::Concat,
        "type_identifier" if is_type_of_parameter(node) => return Shape::Leaf(Kind::Other),
        "identifier" | "type_identifier" | "this" | "super" => Kind::Name,
        "scoped_identifier" | "scoped_type_identifier" => return Shape::Leaf(Kind::Name),
        "field_access" => Kind::Member,
        "array_access" => Kind::Index,
        "variable_declarator" | "resource" => Kind::Assign,
        "assignment_expression" if operator(node, text) == "=" => Kind::Assign,
        "import_declaration" => Kind::Import,
        "expression_statement"
        | "local_variable_declaration"
        | "field_declaration"
        | "constant_declaration"
        | "package_declaration"
        | "return_statement"
        | "throw_statement"
        | "yield_statement"
        | "assert_statement"
        | "break_statement"
        | "continue_statement" => Kind::Statement,
        "if_statement"
        | "for_statement"
        | "enhanced_for_statement"
        | "while_statement"
        | "do_statement"
        | "switch_expression"
        | "try_statement"
        | "try_with_resources_statement"
        | "catch_clause"
        | "synchronized_statement"
        | "labeled_statement" => return Shape::Compound,
        // `new Foo<String>(…)` calls `Foo`.
        "generic_type" => return Shape::Wrapper,
        "switch_block" | "finally_clause" | "resource_specification" | "asterisk" => return Shape::Through,
        "modifiers" if node.named_child_count() == 0 => return Shape::Skip,
        "marker_annotation" | "package_header" => return Shape::Leaf(Kind::Other),
        "line_comment" | "block_comment" => Kind::Comment,
        _ => Kind::Other,
    })
}

fn role(parent: &str, field: Option<&str>, node: &GrammarNode<'_, '_>) -> Role {
    match (parent, field) {
        ("method_invocation", Some("object")) => Role::Object,
        ("method_invocation", Some("name")) if node.named_before() => Role::Property,
        ("method_invocation" | "annotation", Some("name")) => Role::Callee,
        ("object_creation_expression", Some("type")) => Role::Callee,
        ("explicit_constructor_invocation", Some("constructor")) => Role::Callee,
        ("element_value_pair", Some("key")) => Role::Key,
        ("element_value_pair", Some("value")) => Role::Value,
        ("field_access", Some("object")) | ("array_access", Some("array")) => Role::Object,
        ("field_access", Some("field")) => Role::Property,
        ("array_access", Some("index")) => Role::Subscript,
        ("variable_declarator" | "resource", Some("name")) | ("assignment_expression", Some("left")) => {
            Role::Target
        }
        ("variable_declarator" | "resource", Some("value")) | ("assignment_expression", Some("right")) => {
            Role::Value
        }
        (
            "class_declaration"
            | "record_declaration"
            | "interface_declaration"
            | "enum_declaration"
            | "annotation_type_declaration"
            | "method_declaration"
            | "formal_parameter",
            Some("name"),
        ) => Role::Name,
        ("inferred_parameters", _) if node.kind() == "identifier" => Role::Name,
        (_, Some("parameters")) => Role::Parameters,
        (_, Some("body" | "consequence")) | ("if_statement", Some("alternative")) => Role::Body,
        (_, None) if matches!(node.kind(), "block" | "switch_block_statement_group" | "switch_rule") => {
            Role::Body
        }
        ("import_declaration", _) if node.kind() != "asterisk" => Role::Module,
        _ => Role::Item,
    }
}

/// Whether a type is that of a parameter: its name must not be taken for the parameter's.
fn is_type_of_parameter(node: &GrammarNode<'_, '_>) -> bool {
    const PARTS: [&str; 5] = ["generic_type", "array_type", "type_arguments", "wildcard", "annotated_type"];
    let whole = node.ancestors().find(|up| !PARTS.contains(&up.kind()));
    whole
        .is_some_and(|up| matches!(up.kind(), "formal_parameter" | "spread_parameter" | "receiver_parameter"))
}

/// Whether arguments are the keys and values of a map by turns: `Map.of("a", b, "c", d)`.
fn is_alternating(node: &GrammarNode<'_, '_>, text: &str) -> bool {
    let Some(call) = node.parent().filter(|call| call.kind() == "method_invocation") else { return false };
    let field = |name| call.child_by_field_name(name).map_or("", |child| &text[child.byte_range()]);
    let object = field("object").rsplit('.').next().unwrap_or_default().trim();
    let name = field("name");
    let mut cursor = node.walk();
    let count = node.named_children(&mut cursor).filter(|child| !child.is_extra()).count();
    // `headers("a", b)` of a request's builder takes any number of them.
    let is_map = matches!((object, name), ("Map" | "ImmutableMap" | "Headers" | "ImmutableSortedMap", "of"));
    count > 0 && count % 2 == 0 && (is_map || name == "headers")
}

/// Methods of the platform and of common libraries that read a variable, with the object they are called on where the
/// name alone says too little, and whether they fail when it is unset.
fn reader(object: &str, method: &str) -> Option<bool> {
    let object = object.rsplit('.').next().unwrap_or(object);
    match (object, method) {
        (_, "getenv") => Some(false),
        ("getenv()", "get" | "getOrDefault") => Some(false),
        // Spring's environment, and a properties file that stands in for it.
        (_, "getProperty" | "getRequiredProperty") => Some(method == "getRequiredProperty"),
        (object, "get") if object.to_ascii_lowercase().ends_with("env") || object == "load()" => Some(false),
        _ => None,
    }
}

/// Of `${NAME}` and `${NAME:default}`: the name's extent, and whether it may be empty.
fn placeholder(text: &str, content: &Range<usize>) -> Option<(Range<usize>, bool)> {
    let inner = &text[content.clone()];
    // In Kotlin the sign is escaped.
    let inner = inner.strip_prefix('\\').unwrap_or(inner).strip_prefix("${")?.strip_suffix('}')?;
    let (name, default) = inner.split_once(':').map_or((inner, None), |(name, rest)| (name, Some(rest)));
    let start = content.end - 1 - inner.len();
    super::is_variable_name(name).then(|| (start..start + name.len(), default == Some("")))
}

/// The read that `node` is, here and in Kotlin: a call, or `"${NAME}"` in an annotation's arguments.
pub(super) fn read(syntax: &Syntax, text: &str, node: NodeId) -> Option<EnvironmentRead> {
    match syntax.kind(node) {
        Kind::String if syntax.children(node).is_empty() => {
            let (name, nullable) = placeholder(text, &syntax.node(node).content)?;
            // An annotation's `@` may be no part of it.
            let is_annotation = |up: NodeId| {
                let start = syntax.node(up).span.start;
                syntax.kind(up) == Kind::Call
                    && (text[start..].starts_with('@') || text[..start].ends_with('@'))
            };
            let of_annotation = syntax.ancestors(node).take(4).any(is_annotation);
            of_annotation.then_some(EnvironmentRead { name, nullable, default: None })
        }
        Kind::Call => {
            let callee = syntax.child(node, Role::Callee)?;
            let path: String = syntax.text(callee, text).split_whitespace().collect();
            let (object, method) = path.rsplit_once('.').unwrap_or(("", &path));
            let arguments = syntax.arguments(node)?;
            let mut items =
                syntax.children(arguments).iter().copied().filter(|&id| syntax.kind(id) != Kind::Comment);
            let name = items.next()?;
            let literal = syntax.literal(name, text)?;
            let fails = reader(object, method).filter(|_| super::is_variable_name(literal))?;
            let default = items.next();
            let empty = default.is_none_or(|default| matches!(syntax.text(default, text), "null" | "\"\""));
            let nullable = if default.is_some() { empty } else { !fails };
            Some(EnvironmentRead { name: syntax.node(name).content.clone(), nullable, default })
        }
        _ => None,
    }
}

impl Language for Java {
    fn id(&self) -> &'static str {
        "java"
    }

    fn parse(&self, text: &str) -> Option<Syntax> {
        lower(&LOWERING, text)
    }

    fn environment_read(&self, syntax: &Syntax, text: &str, node: NodeId) -> Option<EnvironmentRead> {
        read(syntax, text, node)
    }

    fn spell_environment_read(&self, name: &str) -> Option<Spelled> {
        Some(Spelled { text: format!("System.getenv().getOrDefault(\"{name}\", \"\")"), import: None })
    }

    fn spell_prefixed(&self, syntax: &Syntax, text: &str, node: NodeId, prefix: &str) -> Option<Wrap> {
        spell::concatenated(syntax, text, node, prefix)
    }

    fn spell_string(&self, value: &str, _like: Option<&str>) -> String {
        spell::double_quoted(value)
    }

    fn spell_entry(&self, syntax: &Syntax, container: NodeId, name: &str, value: &str) -> Option<String> {
        let pairs = syntax.children(container).iter().any(|&id| syntax.kind(id) == Kind::Pair);
        (syntax.kind(container) == Kind::Arguments && pairs)
            .then(|| format!("{}, {value}", spell::double_quoted(name)))
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

    fn module_paths(&self, importer: &str, module: &str) -> Vec<String> {
        super::module_paths::java(importer, module, "java")
    }

    fn imports(&self, syntax: &Syntax, text: &str, node: NodeId) -> Vec<Import> {
        if syntax.kind(node) != Kind::Import {
            return Vec::new();
        }
        let Some(module) = syntax.child(node, Role::Module) else { return Vec::new() };
        let path: String = syntax.text(module, text).split_whitespace().collect();
        let source: String = syntax.text(node, text).split_whitespace().collect();
        let is_static = syntax.text(node, text)["import".len()..].trim_start().starts_with("static ");
        let star = source.trim_end_matches(';').ends_with(".*");
        let last = path.rsplit('.').next().unwrap_or(&path).to_owned();
        let span = syntax.node(module).span.clone();
        let import = |module: String, imported: Option<String>, local: String| Import {
            module_span: span.start..span.start + module.len().min(span.len()),
            module,
            imported,
            local,
            node,
        };
        if text[span.clone()].len() != path.len() {
            // Blanks in a name: nobody writes them, and no span would be its text.
            return Vec::new();
        }
        vec![match (star, is_static) {
            (true, _) => import(path, Some("*".to_owned()), "*".to_owned()),
            (false, false) => import(path, Some(last.clone()), last),
            (false, true) => {
                let Some((class, _)) = path.rsplit_once('.') else { return Vec::new() };
                import(class.to_owned(), Some(last.clone()), last)
            }
        }]
    }

    fn implied_imports(&self, syntax: &Syntax, text: &str) -> Vec<Import> {
        super::types_of_package(self, syntax, text)
    }

    fn add_import(&self, _syntax: &Syntax, _text: &str, _module: &str) -> Option<(usize, String)> {
        None
    }
}
