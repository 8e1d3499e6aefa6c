//! JavaScript, TypeScript, and both with JSX.

use tree_sitter::Node;

use super::lower::{GrammarNode, Lowering, Shape, lower, operator};
use super::{EnvironmentRead, Import, Language, Separator, Spelled, Wrap};
use super::{packages, spell};
use crate::syntax::{Kind, NodeId, Role, Syntax};

/// A dialect: what it is called, and its grammar.
#[derive(Debug)]
pub(super) struct JavaScript {
    id: &'static str,
    grammar: fn() -> tree_sitter::Language,
}

/// JavaScript, with JSX.
pub(super) static JAVASCRIPT: JavaScript =
    JavaScript { id: "javascript", grammar: || tree_sitter_javascript::LANGUAGE.into() };

/// TypeScript.
pub(super) static TYPESCRIPT: JavaScript =
    JavaScript { id: "typescript", grammar: || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into() };

/// TypeScript with JSX.
pub(super) static TSX: JavaScript =
    JavaScript { id: "tsx", grammar: || tree_sitter_typescript::LANGUAGE_TSX.into() };

fn shape(node: &GrammarNode<'_, '_>, text: &str) -> Shape {
    Shape::Node(match node.kind() {
        "statement_block" | "class_body" | "switch_body" => Kind::Block,
        "function_declaration"
        | "function_expression"
        | "generator_function"
        | "generator_function_declaration"
        | "arrow_function"
        | "method_definition" => Kind::Function,
        "class" | "class_declaration" | "abstract_class_declaration" => Kind::Class,
        "call_expression" | "new_expression" => Kind::Call,
        "arguments" => Kind::Arguments,
        "object" | "object_pattern" => Kind::Map,
        "pair" | "pair_pattern" | "jsx_attribute" => Kind::Pair,
        "shorthand_property_identifier" | "shorthand_property_identifier_pattern" => Kind::Shorthand,
        "array" | "array_pattern" | "named_imports" | "export_clause" => Kind::List,
        "spread_element" | "rest_pattern" => Kind::Spread,
        "string" | "template_string" => return Shape::String(spell::between_quotes(text, node.byte_range())),
        "template_substitution" => Kind::Hole,
        "binary_expression" if operator(node, text) == "+" => Kind::Concat,
        "identifier"
        | "property_identifier"
        | "private_property_identifier"
        | "type_identifier"
        | "this"
        | "super" => Kind::Name,
        "member_expression" | "nested_identifier" | "nested_type_identifier" => Kind::Member,
        "subscript_expression" => Kind::Index,
        "variable_declarator" if module_of(node.child_by_field_name("value"), text).is_some() => Kind::Import,
        "variable_declarator"
        | "assignment_expression"
        | "field_definition"
        | "public_field_definition"
        | "assignment_pattern"
        | "object_assignment_pattern" => Kind::Assign,
        "required_parameter" | "optional_parameter" if node.child_by_field_name("value").is_some() => {
            Kind::Assign
        }
        "import_statement" => Kind::Import,
        "export_statement" if node.child_by_field_name("source").is_some() => Kind::Import,
        "import_specifier" | "export_specifier" if node.child_count() == 1 => {
            return Shape::Leaf(Kind::Shorthand);
        }
        "import_specifier" | "export_specifier" => Kind::Pair,
        "import_clause" | "else_clause" | "finally_clause" => return Shape::Through,
        "expression_statement"
        | "lexical_declaration"
        | "variable_declaration"
        | "using_declaration"
        | "return_statement"
        | "throw_statement"
        | "break_statement"
        | "continue_statement"
        | "debugger_statement"
        | "empty_statement"
        | "export_statement" => Kind::Statement,
        "if_statement" | "for_statement" | "for_in_statement" | "while_statement" | "do_statement"
        | "switch_statement" | "switch_case" | "switch_default" | "try_statement" | "catch_clause"
        | "with_statement" | "labeled_statement" => return Shape::Compound,
        "comment" | "hash_bang_line" | "html_comment" => Kind::Comment,
        "regex" | "jsx_text" | "meta_property" => return Shape::Leaf(Kind::Other),
        "optional_chain" | "escape_sequence" => return Shape::Skip,
        _ => Kind::Other,
    })
}

fn role(parent: &str, field: Option<&str>, node: &GrammarNode<'_, '_>) -> Role {
    match (parent, field) {
        ("call_expression", Some("function")) | ("new_expression", Some("constructor")) => Role::Callee,
        ("pair" | "pair_pattern", Some("key")) => Role::Key,
        ("pair" | "pair_pattern", Some("value")) => Role::Value,
        ("jsx_attribute", _) if !node.named_before() && !node.is_extra() => Role::Key,
        ("jsx_attribute", _) if node.kind() != "comment" => Role::Value,
        ("import_specifier" | "export_specifier", Some("name")) => Role::Key,
        ("import_specifier" | "export_specifier", Some("alias")) => Role::Value,
        ("variable_declarator", Some("name")) | ("field_definition", Some("property")) => Role::Target,
        ("public_field_definition", Some("name")) => Role::Target,
        ("assignment_expression" | "assignment_pattern" | "object_assignment_pattern", Some("left")) => {
            Role::Target
        }
        ("assignment_expression" | "assignment_pattern" | "object_assignment_pattern", Some("right")) => {
            Role::Value
        }
        ("required_parameter" | "optional_parameter", Some("pattern")) => Role::Target,
        (_, Some("return_type")) => Role::Type,
        (
            "required_parameter" | "optional_parameter" | "variable_declarator" | "public_field_definition",
            Some("type"),
        ) => Role::Type,
        (
            "variable_declarator"
            | "field_definition"
            | "public_field_definition"
            | "required_parameter"
            | "optional_parameter",
            Some("value"),
        ) => Role::Value,
        ("member_expression" | "nested_identifier" | "subscript_expression", Some("object")) => Role::Object,
        ("nested_type_identifier", Some("module")) => Role::Object,
        ("nested_type_identifier", Some("name")) => Role::Property,
        ("member_expression" | "nested_identifier", Some("property")) => Role::Property,
        ("subscript_expression", Some("index")) => Role::Subscript,
        (
            "function_declaration"
            | "function_expression"
            | "generator_function"
            | "method_definition"
            | "generator_function_declaration"
            | "class"
            | "class_declaration"
            | "abstract_class_declaration"
            | "interface_declaration"
            | "type_alias_declaration"
            | "property_signature"
            | "method_signature"
            | "enum_declaration",
            Some("name"),
        ) => Role::Name,
        ("arrow_function", Some("parameter")) => Role::Name,
        (_, Some("parameters")) => Role::Parameters,
        (_, Some("body" | "consequence")) | ("else_clause", _) if node.kind() != "comment" => Role::Body,
        ("formal_parameters" | "catch_clause", _) if node.kind() == "identifier" => Role::Name,
        ("import_clause" | "namespace_import" | "import_require_clause", None)
            if node.kind() == "identifier" =>
        {
            Role::Name
        }
        ("namespace_export", _) => Role::Name,
        ("import_statement" | "export_statement" | "import_require_clause", Some("source")) => Role::Module,
        // `export default x`.
        ("export_statement", Some("value")) => Role::Value,
        _ => Role::Item,
    }
}

/// The module's string in `require("x")`, `await import("x")`, or a member of one.
fn module_of<'t>(value: Option<Node<'t>>, text: &str) -> Option<Node<'t>> {
    let mut node = value?;
    // Nobody nests these deeper.
    for _ in 0..8 {
        match node.kind() {
            "member_expression" => node = node.child_by_field_name("object")?,
            "await_expression" | "parenthesized_expression" => node = node.named_child(0)?,
            "call_expression" => {
                let function = node.child_by_field_name("function")?;
                if !matches!(&text[function.byte_range()], "require" | "import") {
                    return None;
                }
                let module = node.child_by_field_name("arguments")?.named_child(0)?;
                return (module.kind() == "string").then_some(module);
            }
            _ => return None,
        }
    }
    None
}

/// The objects whose members are environment variables.
const ENVIRONMENTS: &[&str] = &["process.env", "import.meta.env", "Bun.env", "globalThis.process.env"];

/// The callees that read the variable named by their argument.
const READERS: &[&str] = &["Deno.env.get", "Netlify.env.get"];

/// An expression's text without blanks and without `?` and `!` of optional chains.
fn path(syntax: &Syntax, text: &str, id: NodeId) -> String {
    syntax.text(id, text).chars().filter(|char| !char.is_whitespace() && !matches!(char, '?' | '!')).collect()
}

fn is_environment(syntax: &Syntax, text: &str, id: NodeId) -> bool {
    ENVIRONMENTS.contains(&path(syntax, text, id).as_str())
}

impl Language for JavaScript {
    fn id(&self) -> &'static str {
        self.id
    }

    fn parse(&self, text: &str) -> Option<Syntax> {
        lower(&Lowering { grammar: self.grammar, shape, role }, text)
    }

    /// Besides `process.env.X` and the like, an entry of a destructuring of `process.env` is a read: its name is the
    /// key, which for a shorthand is the bound name too.
    fn environment_read(&self, syntax: &Syntax, text: &str, node: NodeId) -> Option<EnvironmentRead> {
        let read = |name, default| Some(EnvironmentRead { name, nullable: true, default });
        match syntax.kind(node) {
            Kind::Member | Kind::Index if syntax.node(node).role != Role::Target => {
                let object = syntax.child(node, Role::Object)?;
                if !is_environment(syntax, text, object) {
                    return None;
                }
                if let Some(property) = syntax.child(node, Role::Property) {
                    return read(syntax.node(property).span.clone(), None);
                }
                let subscript = syntax.child(node, Role::Subscript)?;
                syntax.literal(subscript, text)?;
                read(syntax.node(subscript).content.clone(), None)
            }
            Kind::Call => {
                let callee = path(syntax, text, syntax.child(node, Role::Callee)?);
                let arguments = syntax.arguments(node)?;
                let name = *syntax.children(arguments).first()?;
                syntax.literal(name, text).filter(|_| READERS.contains(&callee.as_str()))?;
                read(syntax.node(name).content.clone(), None)
            }
            Kind::Shorthand | Kind::Pair => {
                let mut entry = node;
                let mut map = syntax.parent(node)?;
                let mut default = None;
                if syntax.kind(map) == Kind::Assign && syntax.node(node).role == Role::Target {
                    default = syntax.child(map, Role::Value);
                    entry = map;
                    map = syntax.parent(map)?;
                }
                let assign = syntax.parent(map)?;
                if syntax.kind(map) != Kind::Map
                    || syntax.node(map).role != Role::Target
                    || syntax.node(entry).role == Role::Value
                    || !is_environment(syntax, text, syntax.child(assign, Role::Value)?)
                {
                    return None;
                }
                let key = syntax.child(node, Role::Key).unwrap_or(node);
                read(syntax.node(key).content.clone(), default)
            }
            _ => None,
        }
    }

    fn spell_environment_read(&self, name: &str) -> Option<Spelled> {
        Some(Spelled { text: format!("process.env.{name} ?? \"\""), import: None })
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
        let name = match syntax.kind(node) {
            Kind::Shorthand => format!("{}: ", syntax.text(node, text)),
            Kind::Name | Kind::Member | Kind::Index | Kind::Call | Kind::Concat | Kind::Other => {
                String::new()
            }
            _ => return None,
        };
        if matches!(syntax.text(node, text), "null" | "undefined" | "true" | "false") {
            return None;
        }
        Some(Wrap {
            start: span.start,
            before: format!("{name}`{prefix}${{"),
            end: span.end,
            after: "}`".to_owned(),
        })
    }

    fn spell_string(&self, value: &str, like: Option<&str>) -> String {
        spell::string(value, like.and_then(spell::quote_of))
    }

    fn spell_entry(&self, syntax: &Syntax, container: NodeId, name: &str, value: &str) -> Option<String> {
        if syntax.kind(container) != Kind::Map {
            return None;
        }
        let key = if spell::is_identifier(name, "$") { name.to_owned() } else { spell::string(name, None) };
        Some(format!("{key}: {value}"))
    }

    fn separator(&self, syntax: &Syntax, container: NodeId) -> Separator {
        match syntax.kind(container) {
            Kind::Block => Separator::Line,
            // Attributes of an element.
            Kind::Other => Separator::Blank,
            _ => Separator::Comma,
        }
    }

    fn module_paths(&self, importer: &str, module: &str) -> Vec<String> {
        super::module_paths::javascript(importer, module)
    }

    fn family(&self) -> &'static str {
        "javascript"
    }

    fn spell_map(&self, entries: &[(String, String)]) -> Option<String> {
        let entries: Vec<String> = entries
            .iter()
            .map(|(key, value)| {
                let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                if plain {
                    format!("{key}: {value}")
                } else {
                    format!("{}: {value}", self.spell_string(key, None))
                }
            })
            .collect();
        Some(if entries.is_empty() { "{}".to_string() } else { format!("{{ {} }}", entries.join(", ")) })
    }

    fn spell_import(&self, module: &str, names: &[(String, String)], like: &str) -> Option<String> {
        // The statement that is replaced tells quotes and form.
        let quote = if like.contains('\'') { '\'' } else { '"' };
        let end = if like.trim_end().ends_with(';') { ";" } else { "" };
        if names.iter().any(|(name, _)| name != "default") {
            let alias = if like.contains("require(") || like.contains("import(") { ": " } else { " as " };
            let named = |(name, local): &(String, String)| {
                if name == local { name.clone() } else { format!("{name}{alias}{local}") }
            };
            let named = names.iter().map(named).collect::<Vec<_>>().join(", ");
            return Some(if like.contains("require(") {
                format!("{{ {named} }} = require({quote}{module}{quote}){end}")
            } else if like.contains("import(") {
                format!("{{ {named} }} = await import({quote}{module}{quote}){end}")
            } else {
                format!("import {{ {named} }} from {quote}{module}{quote}{end}")
            });
        }
        let [(_, local)] = names else { return None };
        // A declarator: its keyword stands before it.
        if like.contains("require(") {
            return Some(format!("{local} = require({quote}{module}{quote}){end}"));
        }
        if like.contains("import(") {
            return Some(format!("{{ default: {local} }} = await import({quote}{module}{quote}){end}"));
        }
        let keyword = if like.starts_with("import type") { "import type" } else { "import" };
        Some(format!("{keyword} {local} from {quote}{module}{quote}{end}"))
    }

    fn spell_module(&self, name: &str, version: &str, like: &str) -> Option<String> {
        packages::respelled(name, version, like)
    }

    fn respell_environment_read(&self, read: &str, _: &str) -> Option<Spelled> {
        // Each runtime has a way of its own: `process.env`, `import.meta.env`, `Deno.env`.
        Some(Spelled { text: format!("{} ?? \"\"", read.trim_end_matches('!')), import: None })
    }

    fn spell_not_null(&self, expression: &str) -> Option<String> {
        Some(format!("{expression} ?? \"\""))
    }

    fn wrapper_types(&self) -> &'static [&'static str] {
        &["Awaited", "NonNullable", "Promise", "Readonly", "Required"]
    }

    fn package_file(&self) -> Option<&'static str> {
        Some("package.json")
    }

    fn package_paths(&self, folder: &str, main: Option<&str>, rest: &str) -> Vec<String> {
        super::module_paths::javascript_package(folder, main, rest)
    }

    fn imports(&self, syntax: &Syntax, text: &str, node: NodeId) -> Vec<Import> {
        if syntax.kind(node) != Kind::Import {
            return Vec::new();
        }
        let target = syntax.child(node, Role::Target);
        let module = match target {
            Some(_) => required(syntax, text, node),
            None => {
                let of = |id: &NodeId| syntax.node(*id).role == Role::Module;
                syntax.descendants(node).into_iter().find(of).map(|module| (module, None))
            }
        };
        let Some((module, member)) = module else { return Vec::new() };
        let unquoted = |id: NodeId| syntax.text(id, text).trim_matches(['"', '\'']).to_owned();
        // Pairs of imported and local name.
        let mut names: Vec<(Option<String>, String)> = Vec::new();
        let mut list = |list: NodeId| {
            for &entry in syntax.children(list) {
                let key = syntax.child(entry, Role::Key);
                match (syntax.kind(entry), key) {
                    (Kind::Shorthand, _) => names.push((Some(unquoted(entry)), unquoted(entry))),
                    (Kind::Assign, _) => {
                        let name = syntax.child(entry, Role::Target).map(unquoted);
                        names.extend(name.map(|name| (Some(name.clone()), name)));
                    }
                    (Kind::Pair, Some(key)) => {
                        let local = syntax.child(entry, Role::Value).unwrap_or(key);
                        names.push((Some(unquoted(key)), unquoted(local)));
                    }
                    _ => {}
                }
            }
        };
        match target {
            Some(target) if syntax.kind(target) == Kind::Map => list(target),
            Some(target) => names.push((member.map(unquoted), unquoted(target))),
            None => {
                for &child in syntax.children(node) {
                    if syntax.kind(child) == Kind::List {
                        list(child);
                    }
                }
                for &child in syntax.children(node) {
                    match syntax.kind(child) {
                        Kind::Name => names.push((Some("default".to_owned()), unquoted(child))),
                        // `* as x`, and TypeScript's `x = require("…")`.
                        Kind::Other => {
                            let name = syntax.child(child, Role::Name).map(unquoted);
                            names.extend(name.map(|name| (None, name)));
                        }
                        _ => {}
                    }
                }
                if names.is_empty() && syntax.text(node, text).starts_with("export") {
                    names.push((Some("*".to_owned()), "*".to_owned()));
                }
            }
        }
        let content = syntax.node(module).content.clone();
        let written = &text[content.clone()];
        let (module, place) = match packages::named(written) {
            Some((package, span)) => (package, content.start + span.start..content.start + span.end),
            None => (written.to_owned(), content),
        };
        let import = |(imported, local)| Import {
            module: module.clone(),
            module_span: place.clone(),
            imported,
            local,
            node,
        };
        names.into_iter().map(import).collect()
    }

    fn add_import(&self, _syntax: &Syntax, _text: &str, _module: &str) -> Option<(usize, String)> {
        None
    }
}

/// The module's string and the last member taken, in the value of a binding of `require("x")` or `import("x")`.
fn required(syntax: &Syntax, text: &str, node: NodeId) -> Option<(NodeId, Option<NodeId>)> {
    let value = syntax.child(node, Role::Value)?;
    let member = syntax.child(value, Role::Property);
    let called = |id: &NodeId| {
        syntax.kind(*id) == Kind::Call
            && syntax
                .child(*id, Role::Callee)
                .is_some_and(|callee| matches!(syntax.text(callee, text), "require" | "import"))
    };
    let call = syntax.descendants(value).into_iter().find(called)?;
    let arguments = syntax.arguments(call)?;
    Some((*syntax.children(arguments).first()?, member))
}
