//! Go.

use tree_sitter::Node;

use super::lower::{GrammarNode, Lowering, Shape, lower, operator};
use super::spell;
use super::{EnvironmentRead, Import, Language, Separator, Spelled, Wrap};
use crate::syntax::{Kind, NodeId, Role, Syntax};

/// Go.
#[derive(Debug)]
pub(super) struct Go;

const LOWERING: Lowering = Lowering { grammar: || tree_sitter_go::LANGUAGE.into(), shape, role };

/// What a function gives beside its value. As names they would tie everything in a body together.
const BESIDE: &[&str] = &["err", "ok", "_"];

fn shape(node: &GrammarNode<'_, '_>, text: &str) -> Shape {
    Shape::Node(match node.kind() {
        "block" => Kind::Block,
        "statement_list" => match node.parent_kind() {
            "block" => return Shape::Through,
            _ => Kind::Block,
        },
        "field_declaration_list" => Kind::Block,
        "function_declaration" | "method_declaration" | "func_literal" => Kind::Function,
        "type_spec" => Kind::Class,
        "struct_type" | "type_declaration" | "labeled_statement" => return Shape::Through,
        "call_expression" => Kind::Call,
        "argument_list" => Kind::Arguments,
        "composite_literal" => literal(node.child_by_field_name("body"), node.child_by_field_name("type")),
        "literal_value" => match node.parent_kind() {
            "composite_literal" => return Shape::Through,
            _ => literal(Some(**node), None),
        },
        "keyed_element" => Kind::Pair,
        "literal_element" => return Shape::Wrapper,
        "variadic_argument" => Kind::Spread,
        "interpreted_string_literal" | "raw_string_literal" => {
            return Shape::String(spell::between_quotes(text, node.byte_range()));
        }
        "binary_expression" if operator(node, text) == "+" => Kind::Concat,
        "identifier" if BESIDE.contains(&&text[node.byte_range()]) && is_beside(node) => {
            return Shape::Leaf(Kind::Other);
        }
        "identifier" | "field_identifier" | "type_identifier" | "package_identifier" => Kind::Name,
        "selector_expression" | "qualified_type" => Kind::Member,
        "index_expression" => Kind::Index,
        "short_var_declaration" | "assignment_statement" | "const_spec" | "var_spec" | "range_clause" => {
            Kind::Assign
        }
        "expression_list" => match (node.parent_kind(), node.named_child_count()) {
            ("return_statement", _) => return Shape::Through,
            // `for k := range m`: what is bound is no value of `m`.
            ("range_clause", _) => Kind::List,
            (_, 1) => return Shape::Wrapper,
            _ => Kind::List,
        },
        "import_declaration" | "const_declaration" | "var_declaration" if is_group(node) => {
            return Shape::Through;
        }
        "import_spec_list" | "var_spec_list" => return Shape::Through,
        "import_declaration" => Kind::Import,
        "import_spec" if node.parent_kind() == "import_spec_list" => Kind::Import,
        "import_spec" => return Shape::Through,
        "package_clause"
        | "const_declaration"
        | "var_declaration"
        | "field_declaration"
        | "expression_statement"
        | "go_statement"
        | "defer_statement"
        | "return_statement"
        | "send_statement"
        | "inc_statement"
        | "dec_statement"
        | "break_statement"
        | "continue_statement"
        | "goto_statement"
        | "fallthrough_statement"
        | "empty_statement" => Kind::Statement,
        "if_statement"
        | "for_statement"
        | "expression_switch_statement"
        | "type_switch_statement"
        | "select_statement"
        | "expression_case"
        | "type_case"
        | "communication_case"
        | "default_case" => return Shape::Compound,
        "comment" => Kind::Comment,
        "rune_literal" | "label_name" | "blank_identifier" | "dot" => return Shape::Leaf(Kind::Other),
        _ => Kind::Other,
    })
}

fn role(parent: &str, field: Option<&str>, node: &GrammarNode<'_, '_>) -> Role {
    match (parent, field) {
        ("call_expression", Some("function")) | ("composite_literal", Some("type")) => Role::Callee,
        ("keyed_element", Some("key")) => Role::Key,
        ("keyed_element", Some("value")) => Role::Value,
        ("selector_expression", Some("operand")) | ("qualified_type", Some("package")) => Role::Object,
        ("selector_expression", Some("field")) | ("qualified_type", Some("name")) => Role::Property,
        ("index_expression", Some("operand")) => Role::Object,
        ("index_expression", Some("index")) => Role::Subscript,
        ("short_var_declaration" | "assignment_statement" | "range_clause", Some("left")) => Role::Target,
        ("short_var_declaration" | "assignment_statement" | "range_clause", Some("right")) => Role::Value,
        ("expression_list", _) if is_left(node) => Role::Target,
        ("const_spec" | "var_spec", Some("name")) => Role::Target,
        ("const_spec" | "var_spec", Some("value")) => Role::Value,
        ("function_declaration" | "method_declaration" | "type_spec" | "field_declaration", Some("name")) => {
            Role::Name
        }
        ("package_clause", _) => Role::Name,
        ("import_spec", Some("name")) => Role::Name,
        ("import_spec", Some("path")) => Role::Module,
        (_, Some("parameters" | "receiver")) => Role::Parameters,
        ("parameter_declaration" | "variadic_parameter_declaration", Some("name")) => Role::Name,
        ("pointer_type" | "parameter_declaration" | "generic_type", _)
            if node.kind() == "type_identifier" && is_receiver(node) =>
        {
            Role::Owner
        }
        (_, Some("type")) => Role::Type,
        (_, Some("body" | "consequence" | "alternative")) => Role::Body,
        ("expression_case" | "type_case" | "communication_case" | "default_case", _)
            if node.kind() == "statement_list" =>
        {
            Role::Body
        }
        ("type_spec" | "struct_type", _) if node.kind() == "field_declaration_list" => Role::Body,
        ("expression_switch_statement" | "type_switch_statement" | "select_statement", _)
            if node.kind().ends_with("_case") =>
        {
            Role::Body
        }
        _ => Role::Item,
    }
}

/// A composite literal with keys is a map, one without is a list; without items, its type tells.
fn literal(body: Option<Node<'_>>, of: Option<Node<'_>>) -> Kind {
    let first = body.and_then(|body| {
        let mut cursor = body.walk();
        body.named_children(&mut cursor).find(|child| child.kind() != "comment")
    });
    match first {
        Some(first) if first.kind() == "keyed_element" => Kind::Map,
        Some(_) => Kind::List,
        None if of
            .is_some_and(|of| of.kind().ends_with("slice_type") || of.kind().ends_with("array_type")) =>
        {
            Kind::List
        }
        None => Kind::Map,
    }
}

/// Whether an identifier is one of several that are assigned to at once.
fn is_beside(node: &GrammarNode<'_, '_>) -> bool {
    let mut above = node.ancestors();
    let (Some(list), Some(assign)) = (above.next(), above.next()) else { return false };
    list.kind() == "expression_list"
        && matches!(assign.kind(), "short_var_declaration" | "assignment_statement" | "range_clause")
        && list.named_child_count() > 1
}

/// Whether an expression is one of several that are assigned to.
fn is_left(node: &GrammarNode<'_, '_>) -> bool {
    let mut above = node.ancestors();
    let list = above.next();
    let left = above.next().and_then(|assign| assign.child_by_field_name("left"));
    node.kind() == "identifier" && left.is_some() && left == list
}

/// Whether a type stands in a method's receiver.
fn is_receiver(node: &GrammarNode<'_, '_>) -> bool {
    let mut at = **node;
    for parent in node.ancestors() {
        match parent.kind() {
            "pointer_type" | "parameter_declaration" | "generic_type" | "parameter_list" => at = parent,
            "method_declaration" => {
                return parent.child_by_field_name("receiver").is_some_and(|receiver| receiver == at);
            }
            _ => return false,
        }
    }
    false
}

/// Whether a declaration has parentheses around what it declares.
fn is_group(node: &Node<'_>) -> bool {
    let mut cursor = node.walk();
    node.children(&mut cursor).any(|child| matches!(child.kind(), "(" | "import_spec_list" | "var_spec_list"))
}

/// Whether a call of this function reads a variable: `os.Getenv`, and what programs wrap it in (`getEnv`, `mustEnv`,
/// `envOr`).
fn is_reader(callee: &str) -> bool {
    let (object, name) = callee.rsplit_once('.').unwrap_or(("", callee));
    let name = name.to_ascii_lowercase();
    match object {
        "os" => matches!(name.as_str(), "getenv" | "lookupenv"),
        "viper" => matches!(name.as_str(), "get" | "getstring"),
        _ => {
            name.contains("env")
                && !["set", "unset", "clear", "bind"].iter().any(|verb| name.starts_with(verb))
        }
    }
}

impl Go {
    /// The literal whose text comes first in the value of `node`, if it starts with one.
    fn first_literal(syntax: &Syntax, text: &str, node: NodeId) -> Option<NodeId> {
        let id = spell::first_part(syntax, text, node)?;
        match syntax.kind(id) {
            Kind::String => Some(id),
            // `fmt.Sprintf("…%s", x)`
            Kind::Call => {
                let callee = syntax.child(id, Role::Callee)?;
                let arguments = syntax.arguments(id)?;
                let format = *syntax.children(arguments).first()?;
                let formats = syntax.text(callee, text) == "fmt.Sprintf";
                (formats && syntax.kind(format) == Kind::String).then_some(format)
            }
            _ => None,
        }
    }
}

impl Language for Go {
    fn id(&self) -> &'static str {
        "go"
    }

    fn parse(&self, text: &str) -> Option<Syntax> {
        lower(&LOWERING, text)
    }

    /// A read of an unset variable gives an empty string, never a nil.
    fn environment_read(&self, syntax: &Syntax, text: &str, node: NodeId) -> Option<EnvironmentRead> {
        if syntax.kind(node) != Kind::Call {
            return None;
        }
        let callee: String =
            syntax.text(syntax.child(node, Role::Callee)?, text).split_whitespace().collect();
        let arguments = syntax.arguments(node)?;
        let mut items =
            syntax.children(arguments).iter().copied().filter(|&id| syntax.kind(id) != Kind::Comment);
        let name = items.next()?;
        let variable = syntax.literal(name, text).filter(|variable| super::is_variable_name(variable))?;
        let known = is_reader(&callee) && !variable.is_empty();
        known.then(|| EnvironmentRead {
            name: syntax.node(name).content.clone(),
            nullable: false,
            default: items.next(),
        })
    }

    fn spell_environment_read(&self, name: &str) -> Option<Spelled> {
        Some(Spelled { text: format!("os.Getenv(\"{name}\")"), import: Some("os") })
    }

    fn respell_environment_read(&self, read: &str, _: &str) -> Option<Spelled> {
        // Programs read in ways of their own, none of which gives a nil.
        Some(Spelled { text: read.to_owned(), import: None })
    }

    fn spell_prefixed(&self, syntax: &Syntax, text: &str, node: NodeId, prefix: &str) -> Option<Wrap> {
        if !spell::is_plain(prefix) {
            return None;
        }
        if let Some(literal) = Self::first_literal(syntax, text, node) {
            return Some(spell::inside(syntax, literal, prefix));
        }
        let span = syntax.node(node).span.clone();
        let expression = syntax.text(node, text);
        match syntax.kind(node) {
            Kind::Name if matches!(expression, "nil" | "true" | "false") => return None,
            Kind::Name | Kind::Member | Kind::Index | Kind::Call | Kind::Concat => {}
            Kind::Other if expression.starts_with('*') || spell::is_parenthesised(syntax, text, node) => {}
            _ => return None,
        }
        // As `gofmt` has it: tight among several arguments.
        let among = syntax.parent(node).is_some_and(|up| {
            syntax.kind(up) == Kind::Arguments
                && syntax.children(up).iter().filter(|&&id| syntax.kind(id) != Kind::Comment).count() > 1
        });
        let tight = among || syntax.kind(node) == Kind::Concat && !expression.contains(" + ");
        let plus = if tight { "+" } else { " + " };
        Some(Wrap {
            start: span.start,
            before: format!("\"{prefix}\"{plus}"),
            end: span.end,
            after: String::new(),
        })
    }

    fn spell_string(&self, value: &str, _like: Option<&str>) -> String {
        spell::double_quoted(value)
    }

    fn spell_entry(&self, syntax: &Syntax, container: NodeId, name: &str, value: &str) -> Option<String> {
        if syntax.kind(container) != Kind::Map {
            return None;
        }
        // A struct's fields are names, a map's keys are values.
        let keys = || syntax.children(container).iter().filter_map(|&pair| syntax.child(pair, Role::Key));
        let is_struct = keys().next().is_some_and(|key| syntax.kind(key) == Kind::Name);
        Some(if is_struct {
            format!("{name}: {value}")
        } else {
            format!("{}: {value}", self.spell_string(name, None))
        })
    }

    fn separator(&self, syntax: &Syntax, container: NodeId) -> Separator {
        if syntax.kind(container) == Kind::Block { Separator::Line } else { Separator::Comma }
    }

    fn imports(&self, syntax: &Syntax, text: &str, node: NodeId) -> Vec<Import> {
        if syntax.kind(node) != Kind::Import {
            return Vec::new();
        }
        let Some(path) = syntax.child(node, Role::Module) else { return Vec::new() };
        let place = syntax.node(path).content.clone();
        let module = &text[place.clone()];
        let local = match syntax.child(node, Role::Name).map(|name| syntax.text(name, text)) {
            Some("_" | ".") => return Vec::new(),
            Some(name) => name,
            None => package_name(module),
        };
        vec![Import {
            module: module.to_owned(),
            module_span: place,
            imported: None,
            local: local.to_owned(),
            node,
        }]
    }

    fn add_import(&self, syntax: &Syntax, text: &str, module: &str) -> Option<(usize, String)> {
        let imports: Vec<NodeId> = syntax
            .children(Syntax::ROOT)
            .iter()
            .copied()
            .filter(|&id| syntax.kind(id) == Kind::Import)
            .collect();
        let bound = |id: &NodeId| {
            self.imports(syntax, text, *id)
                .iter()
                .any(|import| import.module == module && import.local == package_name(module))
        };
        if imports.iter().any(bound) {
            return None;
        }
        let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let Some(&first) = imports.first() else {
            let package = syntax
                .children(Syntax::ROOT)
                .iter()
                .copied()
                .find(|&id| syntax.kind(id) == Kind::Statement)?;
            let end = syntax.node(package).span.end;
            return Some((end, format!("{ending}{ending}import \"{module}\"")));
        };
        let span = |id: NodeId| syntax.node(id).span.clone();
        if syntax.text(first, text).starts_with("import") {
            let start = span(first).start;
            return Some((start, format!("import \"{module}\"{ending}")));
        }
        // In order among those of its group, which a blank line ends.
        let mut last = first;
        for pair in imports.windows(2) {
            let gap = &text[span(pair[0]).end..span(pair[1]).start];
            if gap.matches('\n').count() > 1 {
                break;
            }
            last = pair[1];
        }
        let before =
            imports.iter().copied().take_while(|&id| span(id).start <= span(last).start).find(|&id| {
                let path = syntax.child(id, Role::Module);
                path.is_some_and(|path| text[syntax.node(path).content.clone()] > *module)
            });
        let anchor = before.unwrap_or(last);
        let line = text[..span(anchor).start].rfind('\n').map_or(0, |found| found + 1);
        let indent = &text[line..span(anchor).start];
        let indent = if indent.trim().is_empty() { indent } else { " " };
        Some(match before {
            Some(_) => (span(anchor).start, format!("\"{module}\"{ending}{indent}")),
            None => (span(anchor).end, format!("{ending}{indent}\"{module}\"")),
        })
    }

    fn shares_names(&self) -> bool {
        true
    }

    /// A package's files know each other's names.
    fn module_paths(&self, _importer: &str, module: &str) -> Vec<String> {
        if module.ends_with(".go") { vec![module.to_owned()] } else { Vec::new() }
    }

    fn spell_use(&self, name: &str) -> Option<String> {
        Some(format!("_ = {name}"))
    }

    /// A map's keys are expressions, a struct's are fields.
    fn is_reference(&self, syntax: &Syntax, node: NodeId) -> bool {
        is_map_key(syntax, node) || super::references(syntax, node)
    }
}

/// Whether the name at `node` is a key in a literal of a map type, as far as the literal tells.
fn is_map_key(syntax: &Syntax, node: NodeId) -> bool {
    if syntax.kind(node) != Kind::Name || syntax.node(node).role != Role::Key {
        return false;
    }
    let map = syntax.parent(node).and_then(|pair| syntax.parent(pair));
    let of = map.and_then(|map| syntax.child(map, Role::Callee));
    match of.map(|of| (syntax.kind(of), syntax.node(of).span.len(), of)) {
        // `map[string]string`
        Some((Kind::Other, ..)) => true,
        // `http.Header`
        Some((Kind::Member, ..)) => {
            let keys = map.map(|map| syntax.children(map)).unwrap_or_default();
            keys.iter()
                .filter_map(|&pair| syntax.child(pair, Role::Value))
                .all(|value| syntax.kind(value) == Kind::List)
        }
        _ => false,
    }
}

/// The name that a package most likely has, by the path that it is imported by.
fn package_name(path: &str) -> &str {
    let is_version = |part: &str| {
        part.strip_prefix('v')
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let mut parts = path.rsplit('/');
    let last = parts.next().unwrap_or(path);
    let name = if is_version(last) { parts.next().unwrap_or(last) } else { last };
    let name =
        name.rsplit_once('.').filter(|(_, version)| is_version(version)).map_or(name, |(name, _)| name);
    let name = name.strip_prefix("go-").unwrap_or(name);
    name.strip_suffix("-go").unwrap_or(name)
}
