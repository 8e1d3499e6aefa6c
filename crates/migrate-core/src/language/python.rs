//! Python.

use std::ops::Range;

use tree_sitter::Node;

use super::lower::{GrammarNode, Lowering, Shape, lower, operator};
use super::spell;
use super::{EnvironmentRead, Import, Language, Separator, Spelled, Wrap};
use crate::syntax::{Kind, NodeId, Role, Syntax};

/// Python 3 (and what Python 2 the grammar takes).
#[derive(Debug)]
pub(super) struct Python;

const LOWERING: Lowering = Lowering { grammar: || tree_sitter_python::LANGUAGE.into(), shape, role };

fn shape(node: &GrammarNode<'_, '_>, text: &str) -> Shape {
    Shape::Node(match node.kind() {
        "block" => Kind::Block,
        "function_definition" | "lambda" => Kind::Function,
        "class_definition" => Kind::Class,
        "call" => Kind::Call,
        "argument_list" => Kind::Arguments,
        "keyword_argument" | "pair" => Kind::Pair,
        "dictionary" => Kind::Map,
        "list" | "tuple" | "set" | "expression_list" | "pattern_list" | "tuple_pattern" | "list_pattern" => {
            Kind::List
        }
        "string" if quotes_name(node, node.parent(), text) => return Shape::Through,
        "string" => return Shape::String(between_quotes(node)),
        "string_start" | "string_end" => return Shape::Skip,
        "string_content"
            if node.parent().is_some_and(|up| quotes_name(&up, node.ancestors().nth(1), text)) =>
        {
            return Shape::Leaf(Kind::Name);
        }
        "interpolation" => Kind::Hole,
        "concatenated_string" => Kind::Concat,
        "binary_operator" if operator(node, text) == "+" => Kind::Concat,
        "identifier" => Kind::Name,
        "dotted_name" | "relative_import" => return Shape::Leaf(Kind::Name),
        "attribute" => Kind::Member,
        "subscript" => Kind::Index,
        "assignment"
        | "named_expression"
        | "default_parameter"
        | "typed_default_parameter"
        | "as_pattern" => Kind::Assign,
        "dictionary_splat" | "list_splat" | "dictionary_splat_pattern" | "list_splat_pattern" => Kind::Spread,
        "import_statement" | "import_from_statement" | "future_import_statement" => Kind::Import,
        "expression_statement"
        | "return_statement"
        | "assert_statement"
        | "delete_statement"
        | "raise_statement"
        | "pass_statement"
        | "break_statement"
        | "continue_statement"
        | "global_statement"
        | "nonlocal_statement"
        | "print_statement"
        | "exec_statement"
        | "type_alias_statement" => Kind::Statement,
        "if_statement" | "elif_clause" | "for_statement" | "while_statement" | "try_statement"
        | "except_clause" | "with_statement" | "match_statement" | "case_clause" => return Shape::Compound,
        "else_clause" | "finally_clause" | "with_clause" | "with_item" | "as_pattern_target" => {
            return Shape::Through;
        }
        "type_conversion" | "line_continuation" => return Shape::Skip,
        "comment" => Kind::Comment,
        _ => Kind::Other,
    })
}

/// Whether a string is a type's name in quotes, as it is written where the name is known to type checkers only.
fn quotes_name(string: &Node<'_>, parent: Option<Node<'_>>, text: &str) -> bool {
    let is_name = |text: &str| {
        text.chars().all(|c| c.is_alphanumeric() || c == '_') && text.starts_with(|c: char| !c.is_numeric())
    };
    parent.is_some_and(|up| up.kind() == "type") && text.get(between_quotes(string)).is_some_and(is_name)
}

fn role(parent: &str, field: Option<&str>, node: &GrammarNode<'_, '_>) -> Role {
    match (parent, field) {
        ("call", Some("function")) => Role::Callee,
        ("keyword_argument", Some("name")) | ("pair", Some("key")) => Role::Key,
        ("keyword_argument" | "pair", Some("value")) => Role::Value,
        ("assignment", Some("left")) => Role::Target,
        ("assignment", Some("right")) => Role::Value,
        ("named_expression" | "default_parameter" | "typed_default_parameter", Some("name")) => Role::Target,
        ("named_expression" | "default_parameter" | "typed_default_parameter", Some("value")) => Role::Value,
        ("as_pattern", None) if node.kind() != "comment" => Role::Value,
        ("as_pattern_target", _) => Role::Target,
        ("attribute", Some("object")) | ("subscript", Some("value")) => Role::Object,
        ("attribute", Some("attribute")) => Role::Property,
        ("subscript", Some("subscript")) => Role::Subscript,
        ("function_definition" | "class_definition", Some("name")) => Role::Name,
        ("function_definition" | "lambda", Some("parameters")) => Role::Parameters,
        (_, Some("body" | "consequence")) => Role::Body,
        ("else_clause" | "finally_clause" | "except_clause", _) if node.kind() == "block" => Role::Body,
        ("import_from_statement", Some("module_name")) | ("import_statement", Some("name")) => Role::Module,
        ("aliased_import", Some("alias")) => Role::Name,
        (_, Some("return_type")) => Role::Type,
        ("typed_parameter" | "typed_default_parameter" | "assignment", Some("type")) => Role::Type,
        ("parameters" | "lambda_parameters" | "typed_parameter", None) if node.kind() == "identifier" => {
            Role::Name
        }
        _ => Role::Item,
    }
}

/// The extent of a string between its quotes.
fn between_quotes(node: &Node<'_>) -> Range<usize> {
    let count = node.child_count();
    let (first, last) = (node.child(0), node.child(count.saturating_sub(1)));
    let start = first
        .filter(|child| child.kind() == "string_start")
        .map_or(node.start_byte(), |child| child.end_byte());
    let end =
        last.filter(|child| child.kind() == "string_end").map_or(node.end_byte(), |child| child.start_byte());
    start..end.max(start)
}

impl Python {
    /// The string literal that is the first argument (or the argument `key`), then the default.
    fn read_arguments(syntax: &Syntax, text: &str, call: NodeId) -> Option<(NodeId, Option<NodeId>)> {
        let arguments = syntax.arguments(call)?;
        let (mut name, mut default) = (None, None);
        for &id in syntax.children(arguments) {
            match syntax.kind(id) {
                Kind::Comment => {}
                Kind::Pair => {
                    let value = syntax.child(id, Role::Value);
                    match syntax.child(id, Role::Key).map(|key| syntax.text(key, text)) {
                        Some("key" | "name" | "option") => name = name.or(value),
                        Some("default") => default = default.or(value),
                        _ => {}
                    }
                }
                Kind::Spread => return None,
                _ if name.is_none() => name = Some(id),
                _ => default = default.or(Some(id)),
            }
        }
        let name = name.filter(|&id| syntax.literal(id, text).is_some())?;
        Some((name, default))
    }

    /// Whether a top-level or nested import names `module`.
    fn imports_module(syntax: &Syntax, text: &str, module: &str) -> bool {
        syntax.ids().filter(|&id| syntax.kind(id) == Kind::Import).any(|id| {
            syntax.descendants(id).into_iter().any(|name| {
                let name = syntax.text(name, text);
                name == module || name.strip_prefix(module).is_some_and(|rest| rest.starts_with('.'))
            })
        })
    }

    /// Whether a call of this callee reads a variable, and whether it fails when the variable is unset.
    fn reader(syntax: &Syntax, text: &str, callee: NodeId, name: &str) -> Option<bool> {
        let callee: String = syntax.text(callee, text).split_whitespace().collect();
        let (object, method) = callee.rsplit_once('.').unwrap_or(("", &callee));
        let environ = object == "environ" || object.ends_with(".environ");
        let shouting = super::is_variable_name(name);
        match (object, method) {
            (_, "getenv") => Some(false),
            (_, "get") if environ => Some(false),
            (_, "pop") if environ => Some(true),
            ("userdata", "get") | ("google.colab.userdata", "get") => Some(true),
            (_, "get") if object.ends_with("st.secrets") => Some(false),
            ("", "config") if shouting && Self::imports_module(syntax, text, "decouple") => Some(true),
            ("" | "environ", "env" | "Env") if shouting => Some(true),
            ("env" | "environ", "str" | "get_value" | "__call__") if shouting => Some(true),
            ("" | "dotenv", "get_key") => None,
            _ => None,
        }
    }
}

impl Language for Python {
    fn id(&self) -> &'static str {
        "python"
    }

    fn parse(&self, text: &str) -> Option<Syntax> {
        lower(&LOWERING, text)
    }

    fn environment_read(&self, syntax: &Syntax, text: &str, node: NodeId) -> Option<EnvironmentRead> {
        match syntax.kind(node) {
            Kind::Index if syntax.node(node).role != Role::Target => {
                let object: String =
                    syntax.text(syntax.child(node, Role::Object)?, text).split_whitespace().collect();
                let known =
                    object == "environ" || object.ends_with(".environ") || object.ends_with("st.secrets");
                let name = syntax.child(node, Role::Subscript)?;
                syntax.literal(name, text).filter(|_| known)?;
                Some(EnvironmentRead {
                    name: syntax.node(name).content.clone(),
                    nullable: false,
                    default: None,
                })
            }
            Kind::Call => {
                let (name, default) = Self::read_arguments(syntax, text, node)?;
                let fails = Self::reader(
                    syntax,
                    text,
                    syntax.child(node, Role::Callee)?,
                    syntax.literal(name, text).unwrap_or_default(),
                )?;
                let empty = default.is_none_or(|default| syntax.text(default, text) == "None");
                let nullable = if default.is_some() { empty } else { !fails };
                Some(EnvironmentRead { name: syntax.node(name).content.clone(), nullable, default })
            }
            _ => None,
        }
    }

    fn spell_environment_read(&self, name: &str) -> Option<Spelled> {
        Some(Spelled { text: format!("os.environ[\"{name}\"]"), import: Some("os") })
    }

    fn spell_prefixed(&self, syntax: &Syntax, text: &str, node: NodeId, prefix: &str) -> Option<Wrap> {
        if !spell::is_plain(prefix) {
            return None;
        }
        if let Some(literal) = self.first_literal(syntax, text, node) {
            return Some(spell::inside(syntax, literal, prefix));
        }
        let span = syntax.node(node).span.clone();
        let expression = syntax.text(node, text);
        let wrap =
            |before: String, after: String| Some(Wrap { start: span.start, before, end: span.end, after });
        // Quotes of f-strings around this place can't be used again before Python 3.12.
        let taken: String = syntax
            .ancestors(node)
            .filter(|&id| syntax.kind(id) == Kind::String)
            .filter_map(|id| spell::quote_of(syntax.text(id, text)))
            .collect();
        let quote = ['"', '\''].into_iter().find(|&quote| !taken.contains(quote))?;
        let free =
            ['"', '\''].into_iter().find(|&quote| !expression.contains(quote) && !taken.contains(quote));
        let flat = !expression.contains(['\n', '\r', '\\', '#', '!', '{']) && !expression.contains("lambda");
        match syntax.kind(node) {
            Kind::Name | Kind::Member | Kind::Index | Kind::Call | Kind::Other => {
                if matches!(expression, "None" | "True" | "False") {
                    return None;
                }
                if let (Some(quote), true) = (free, flat) {
                    return wrap(format!("f{quote}{prefix}{{"), format!("}}{quote}"));
                }
                let parent = syntax.parent(node).map(|parent| syntax.kind(parent));
                let loose = matches!(
                    parent,
                    Some(
                        Kind::Pair
                            | Kind::Assign
                            | Kind::Arguments
                            | Kind::List
                            | Kind::Statement
                            | Kind::Hole
                    )
                );
                let inner = syntax.kind(node) == Kind::Other && !spell::is_parenthesised(syntax, text, node);
                let (outer, inner) = (if loose { "" } else { "(" }, if inner { "(" } else { "" });
                let after = format!("{}{}", spell::closing(inner), spell::closing(outer));
                wrap(format!("{outer}{quote}{prefix}{quote} + {inner}"), after)
            }
            Kind::Concat => wrap(format!("{quote}{prefix}{quote} + "), String::new()),
            _ => None,
        }
    }

    fn spell_string(&self, value: &str, like: Option<&str>) -> String {
        spell::string(value, like.and_then(spell::quote_of))
    }

    fn spell_entry(&self, syntax: &Syntax, container: NodeId, name: &str, value: &str) -> Option<String> {
        match syntax.kind(container) {
            Kind::Arguments => spell::is_identifier(name, "").then(|| format!("{name}={value}")),
            Kind::Map => Some(format!("{}: {value}", spell::string(name, None))),
            _ => None,
        }
    }

    fn separator(&self, syntax: &Syntax, container: NodeId) -> Separator {
        if syntax.kind(container) == Kind::Block { Separator::Line } else { Separator::Comma }
    }

    fn module_paths(&self, importer: &str, module: &str) -> Vec<String> {
        super::module_paths::python(importer, module)
    }

    fn spell_map(&self, entries: &[(String, String)]) -> Option<String> {
        let entries: Vec<String> =
            entries.iter().map(|(key, value)| format!("{}: {value}", self.spell_string(key, None))).collect();
        Some(format!("{{{}}}", entries.join(", ")))
    }

    fn spell_import(&self, module: &str, names: &[(String, String)], _like: &str) -> Option<String> {
        let names: Vec<String> = names
            .iter()
            .map(|(name, local)| if name == local { name.clone() } else { format!("{name} as {local}") })
            .collect();
        Some(format!("from {module} import {}", names.join(", ")))
    }

    fn spell_not_null(&self, expression: &str) -> Option<String> {
        Some(format!("{expression} or \"\""))
    }

    fn wrapper_types(&self) -> &'static [&'static str] {
        // What a generator yields is what its context manager, or its dependency, gives.
        &[
            "Annotated",
            "AsyncGenerator",
            "AsyncIterator",
            "Awaitable",
            "ClassVar",
            "Coroutine",
            "Final",
            "Generator",
            "Iterator",
            "Optional",
            "Union",
        ]
    }

    fn imports(&self, syntax: &Syntax, text: &str, node: NodeId) -> Vec<Import> {
        if syntax.kind(node) != Kind::Import {
            return Vec::new();
        }
        let from = syntax.text(node, text).starts_with("from");
        let module = if from { syntax.child(node, Role::Module) } else { None };
        if from && module.is_none() {
            // `from __future__` binds nothing.
            return Vec::new();
        }
        let mut out = Vec::new();
        for &id in syntax.children(node) {
            if Some(id) == module || matches!(syntax.kind(id), Kind::Comment | Kind::Error) {
                continue;
            }
            let name = syntax.children(id).first().copied().unwrap_or(id);
            let alias = syntax.child(id, Role::Name).map(|alias| syntax.text(alias, text));
            let named = syntax.text(name, text);
            let local = alias.unwrap_or(if from { named } else { named.split('.').next().unwrap_or(named) });
            let module = module.unwrap_or(name);
            out.push(Import {
                module: syntax.text(module, text).split_whitespace().collect(),
                module_span: syntax.node(module).span.clone(),
                imported: from.then(|| named.to_owned()),
                local: local.to_owned(),
                node,
            });
        }
        out
    }

    fn empty_body(&self) -> Option<&'static str> {
        Some("pass")
    }

    fn add_import(&self, syntax: &Syntax, text: &str, module: &str) -> Option<(usize, String)> {
        let top = syntax.children(Syntax::ROOT);
        let imports = || top.iter().copied().filter(|&id| syntax.kind(id) == Kind::Import);
        let bound = |id| {
            self.imports(syntax, text, id).iter().any(|import| {
                import.imported.is_none() && import.local == module && is_inside(&import.module, module)
            })
        };
        if imports().any(bound) {
            return None;
        }
        let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let future = |id: &NodeId| syntax.text(*id, text).split_whitespace().nth(1) == Some("__future__");
        if let Some(first) = imports().find(|id| !future(id)) {
            return Some((syntax.node(first).span.start, format!("import {module}{ending}")));
        }
        // After the last of: a shebang and coding line, the docstring, `from __future__`.
        let mut after = None;
        for &id in top {
            let docstring = syntax.kind(id) == Kind::Statement
                && matches!(syntax.children(id), [only] if matches!(syntax.kind(*only), Kind::String | Kind::Concat));
            let start = syntax.node(id).span.start;
            let comment = syntax.kind(id) == Kind::Comment
                && (start == 0 || text[start..].lines().next().is_some_and(|line| line.contains("coding")));
            if docstring || comment || (syntax.kind(id) == Kind::Import) {
                after = Some(id);
            } else if syntax.kind(id) != Kind::Comment {
                break;
            }
        }
        let Some(after) = after else { return Some((0, format!("import {module}{ending}"))) };
        let end = syntax.node(after).span.end;
        match text[end..].find('\n') {
            Some(newline) => Some((end + newline + 1, format!("import {module}{ending}"))),
            None => Some((text.len(), format!("{ending}import {module}{ending}"))),
        }
    }

    fn is_reference(&self, syntax: &Syntax, node: NodeId) -> bool {
        Self::is_dict_key(syntax, node) || super::references(syntax, node)
    }
}

impl Python {
    /// Whether `node` is a name that is a dict's key, which is an expression.
    fn is_dict_key(syntax: &Syntax, node: NodeId) -> bool {
        let of_map = |pair| syntax.parent(pair).is_some_and(|map| syntax.kind(map) == Kind::Map);
        let key = syntax.kind(node) == Kind::Name && syntax.node(node).role == Role::Key;
        key && syntax.parent(node).is_some_and(of_map)
    }

    /// The literal whose text comes first in the value of `node`, if it starts with one.
    fn first_literal(&self, syntax: &Syntax, text: &str, node: NodeId) -> Option<NodeId> {
        let mut id = node;
        loop {
            let first = syntax.children(id).first().copied();
            match syntax.kind(id) {
                Kind::String => return Some(id),
                Kind::Concat => id = first?,
                // `"{}".format(x)`
                Kind::Call => {
                    let callee = syntax.child(id, Role::Callee)?;
                    let property = syntax.child(callee, Role::Property)?;
                    let object = syntax.child(callee, Role::Object)?;
                    let literal =
                        syntax.kind(object) == Kind::String && syntax.text(property, text) == "format";
                    return literal.then_some(object);
                }
                // `"%s" % x`, `("…")`
                Kind::Other => {
                    let [left, right] = syntax.children(id) else {
                        if spell::is_parenthesised(syntax, text, id) {
                            id = first?;
                            continue;
                        }
                        return None;
                    };
                    let operator = text[syntax.node(*left).span.end..syntax.node(*right).span.start].trim();
                    if operator != "%" {
                        return None;
                    }
                    id = *left;
                }
                _ => return None,
            }
        }
    }
}

/// Whether `module` is `package` or in it.
fn is_inside(module: &str, package: &str) -> bool {
    module == package || module.strip_prefix(package).is_some_and(|rest| rest.starts_with('.'))
}
