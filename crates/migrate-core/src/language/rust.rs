//! Rust.

use std::ops::Range;

use tree_sitter::Node;

use super::lower::{GrammarNode, Lowering, Shape, lower, operator};
use super::spell;
use super::{EnvironmentRead, Import, Language, Separator, Spelled, Wrap};
use crate::syntax::{Kind, NodeId, Role, Span, Syntax};

/// Rust.
#[derive(Debug)]
pub(super) struct Rust;

const LOWERING: Lowering = Lowering { grammar: || tree_sitter_rust::LANGUAGE.into(), shape, role };

/// Macros whose arguments are expressions, and whose result is one.
const PLAIN_MACROS: &[&str] = &[
    "anyhow",
    "assert",
    "assert_eq",
    "assert_ne",
    "bail",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "ensure",
    "env",
    "eprint",
    "eprintln",
    "format",
    "option_env",
    "panic",
    "print",
    "println",
    "vec",
    "write",
    "writeln",
];

/// Macros and functions that take a format.
const FORMATS: &[&str] = &[
    "anyhow",
    "assert",
    "assert_eq",
    "assert_ne",
    "bail",
    "ensure",
    "eprint",
    "eprintln",
    "format",
    "panic",
    "print",
    "println",
    "write",
    "writeln",
];

/// Methods that give the same text, or what holds it.
const SAME_TEXT: &[&str] =
    &["as_bytes", "as_ref", "as_str", "into", "parse", "to_owned", "to_string", "try_into"];

/// Methods that open a result or say what went wrong.
const OPENERS: &[&str] =
    &["context", "expect", "map_err", "ok_or", "ok_or_else", "unwrap", "unwrap_or_default", "with_context"];

fn shape(node: &GrammarNode<'_, '_>, text: &str) -> Shape {
    Shape::Node(match node.kind() {
        "block" | "declaration_list" | "field_declaration_list" | "match_block" | "enum_variant_list" => {
            Kind::Block
        }
        "function_item" | "closure_expression" => Kind::Function,
        "impl_item" | "struct_item" | "enum_item" | "trait_item" | "union_item" => Kind::Class,
        "call_expression" | "macro_invocation" => Kind::Call,
        "arguments" => Kind::Arguments,
        "token_tree" if node.parent_kind() == "macro_invocation" => Kind::Arguments,
        "struct_expression" => Kind::Map,
        "field_initializer_list" => return Shape::Through,
        "field_initializer" => Kind::Pair,
        "shorthand_field_initializer" => return Shape::Leaf(Kind::Shorthand),
        "base_field_initializer" => Kind::Spread,
        "array_expression" | "tuple_expression" | "use_list" => Kind::List,
        "string_literal" | "raw_string_literal" => return Shape::String(between_quotes(node, text)),
        "binary_expression" if operator(node, text) == "+" => Kind::Concat,
        "identifier"
        | "type_identifier"
        | "field_identifier"
        | "shorthand_field_identifier"
        | "self"
        | "super"
        | "crate" => Kind::Name,
        "field_expression" | "scoped_identifier" | "scoped_type_identifier" => Kind::Member,
        "index_expression" => Kind::Index,
        "generic_function" | "generic_type" | "mut_pattern" | "ref_pattern" => return Shape::Wrapper,
        "type_arguments" if matches!(node.parent_kind(), "generic_function" | "generic_type") => {
            return Shape::Skip;
        }
        "let_declaration" | "let_condition" | "const_item" | "static_item" | "assignment_expression" => {
            Kind::Assign
        }
        "use_declaration" => Kind::Import,
        "expression_statement" => match node.named_child(0).map_or("", |child| child.kind()) {
            "if_expression" | "match_expression" | "while_expression" | "loop_expression"
            | "for_expression" | "block" | "unsafe_block" => return Shape::Through,
            _ => Kind::Statement,
        },
        "field_declaration" | "enum_variant" | "empty_statement" => Kind::Statement,
        "if_expression" | "match_expression" | "while_expression" | "loop_expression" | "for_expression" => {
            return Shape::Compound;
        }
        "else_clause" => return Shape::Through,
        "line_comment" | "block_comment" | "shebang" => return Shape::Leaf(Kind::Comment),
        "char_literal" | "lifetime" | "label" | "primitive_type" => return Shape::Leaf(Kind::Other),
        "mutable_specifier" | "visibility_modifier" | "escape_sequence" | "string_content" => {
            return Shape::Skip;
        }
        _ => Kind::Other,
    })
}

fn role(parent: &str, field: Option<&str>, node: &GrammarNode<'_, '_>) -> Role {
    match (parent, field) {
        ("call_expression" | "generic_function", Some("function")) | ("macro_invocation", Some("macro")) => {
            Role::Callee
        }
        ("struct_expression", Some("name")) => Role::Callee,
        ("field_initializer", Some("field")) => Role::Key,
        ("field_initializer", Some("value")) => Role::Value,
        ("field_expression", Some("value")) => Role::Object,
        ("field_expression", Some("field")) => Role::Property,
        ("scoped_identifier" | "scoped_type_identifier", Some("path")) => Role::Object,
        ("scoped_identifier" | "scoped_type_identifier", Some("name")) => Role::Property,
        ("index_expression", _) if !node.named_before() => Role::Object,
        ("index_expression", _) => Role::Subscript,
        ("let_declaration" | "let_condition", Some("pattern")) => Role::Target,
        ("const_item" | "static_item", Some("name")) => Role::Target,
        ("let_declaration" | "let_condition" | "const_item" | "static_item", Some("value")) => Role::Value,
        ("assignment_expression", Some("left")) => Role::Target,
        ("assignment_expression", Some("right")) => Role::Value,
        ("impl_item", Some("trait")) => Role::Type,
        (
            "impl_item"
            | "function_item"
            | "struct_item"
            | "enum_item"
            | "trait_item"
            | "union_item"
            | "mod_item"
            | "field_declaration"
            | "enum_variant"
            | "function_signature_item",
            Some("name" | "type"),
        ) if field == Some("name") || parent == "impl_item" => Role::Name,
        ("parameter", Some("pattern")) | ("closure_parameters", _) if node.kind() == "identifier" => {
            Role::Name
        }
        ("tuple_struct_pattern" | "struct_pattern", Some("type")) => Role::Type,
        ("tuple_struct_pattern" | "tuple_pattern", _) if node.kind() == "identifier" => Role::Target,
        (_, Some("type" | "return_type")) => Role::Type,
        (_, Some("parameters")) => Role::Parameters,
        (_, Some("body" | "consequence" | "alternative")) | ("else_clause", _)
            if !node.kind().ends_with("comment") && node.kind() != "else_clause" =>
        {
            Role::Body
        }
        _ => Role::Item,
    }
}

/// The extent of a string between its quotes.
fn between_quotes(node: &Node<'_>, text: &str) -> Range<usize> {
    let span = node.byte_range();
    let quoted = &text[span.clone()];
    let Some(open) = quoted.find('"') else { return span };
    let close = quoted.rfind('"').filter(|&close| close > open).unwrap_or(quoted.len());
    span.start + open + 1..span.start + close
}

/// `text` with the macros whose arguments are expressions made calls of functions, and lists what they hold: so they
/// can be read by syntax. No byte moves.
fn without_macros(text: &str) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let mut changed = false;
    for (at, _) in text.match_indices('!') {
        if !text[at + 1..].trim_start_matches(' ').starts_with(['(', '[']) {
            continue;
        }
        let before = &text[..at];
        let start = before
            .rfind(|char: char| !char.is_ascii_alphanumeric() && char != '_')
            .map_or(0, |found| found + before[found..].chars().next().map_or(0, char::len_utf8));
        let name = &text[start..at];
        if !PLAIN_MACROS.contains(&name) || (name == "vec") != text[at + 1..].trim_start().starts_with('[') {
            continue;
        }
        let blank = if name == "vec" { start..at + 1 } else { at..at + 1 };
        bytes[blank].fill(b' ');
        changed = true;
    }
    // Only ASCII was put in the place of ASCII.
    changed.then(|| String::from_utf8(bytes).ok()).flatten()
}

impl Rust {
    /// Gives the names in formats (`"{key}"`) nodes of their own: they are uses.
    fn add_captures(syntax: &mut Syntax, text: &str) {
        let calls: Vec<NodeId> = syntax.ids().filter(|&id| syntax.kind(id) == Kind::Call).collect();
        for call in calls {
            let formats = syntax
                .child(call, Role::Callee)
                .is_some_and(|callee| FORMATS.contains(&last_name(syntax.text(callee, text))));
            let Some(arguments) = syntax.arguments(call).filter(|_| formats) else { continue };
            let literals: Vec<NodeId> = syntax
                .children(arguments)
                .iter()
                .copied()
                .filter(|&id| syntax.kind(id) == Kind::String && syntax.children(id).is_empty())
                .collect();
            for literal in literals {
                let content = syntax.node(literal).content.clone();
                for hole in captures(&text[content.clone()]) {
                    let span = content.start + hole.start..content.start + hole.end;
                    let name = span.start + 1;
                    let length = text[name..span.end]
                        .find(|char: char| !char.is_alphanumeric() && char != '_')
                        .unwrap_or(0);
                    let hole = syntax.push(literal, Kind::Hole, Role::Item, span.clone(), span);
                    syntax.push(hole, Kind::Name, Role::Item, name..name + length, name..name + length);
                }
            }
        }
    }

    /// The call that reads a variable in `node`, which may open its result: `env::var("X").expect("…")`.
    fn core(syntax: &Syntax, text: &str, node: NodeId) -> Option<NodeId> {
        let mut at = node;
        loop {
            match syntax.kind(at) {
                Kind::Other => {
                    let [child] = syntax.children(at) else { return None };
                    at = *child;
                }
                Kind::Call => {
                    if Self::reads(syntax, text, at).is_some() {
                        return Some(at);
                    }
                    let callee = syntax.child(at, Role::Callee)?;
                    let method = syntax.child(callee, Role::Property)?;
                    let method = syntax.text(method, text);
                    let opens = OPENERS.contains(&method)
                        || SAME_TEXT.contains(&method)
                        || matches!(method, "ok" | "unwrap_or" | "unwrap_or_else" | "or_else" | "filter");
                    at = syntax.child(callee, Role::Object).filter(|_| opens)?;
                }
                _ => return None,
            }
        }
    }

    /// The name's literal in a call that reads a variable, whether it may give nothing, and the default.
    fn reads(syntax: &Syntax, text: &str, call: NodeId) -> Option<(NodeId, bool, Option<NodeId>)> {
        let callee = syntax.child(call, Role::Callee)?;
        let path: String = syntax.text(callee, text).split_whitespace().collect();
        let name = last_name(&path);
        let mut items = syntax.arguments(call).map(|list| syntax.children(list).iter().copied())?;
        let variable = items.next()?;
        let literal = syntax.literal(variable, text)?;
        let of_environment = || {
            matches!(path.as_str(), "var" | "var_os") && text.contains("env::var")
                || path.ends_with("env::var")
        };
        let known = match name {
            "var" | "var_os" => of_environment() || path.contains("dotenv"),
            "env" | "option_env" => super::is_variable_name(literal),
            name => {
                name.contains("env")
                    && super::is_variable_name(literal)
                    && !["set", "remove", "with"].iter().any(|verb| name.starts_with(verb))
            }
        };
        known.then(|| (variable, name == "option_env", items.next()))
    }
}

/// The path's last name.
fn last_name(path: &str) -> &str {
    path.trim_end_matches('!').rsplit([':', '.']).next().unwrap_or(path)
}

/// The spans of `{name}` and `{name:…}` in a format.
fn captures(format: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(found) = format[at..].find('{') {
        let open = at + found;
        if format[open + 1..].starts_with('{') {
            at = open + 2;
            continue;
        }
        let Some(close) = format[open..].find('}') else { break };
        let inner = &format[open + 1..open + close];
        if spell::is_identifier(inner.split(':').next().unwrap_or_default(), "") {
            out.push(open..open + close + 1);
        }
        at = open + close + 1;
    }
    out
}

/// How a value may be spelt anew.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// A `&str`.
    Borrowed,
    /// A `String`, or whatever a `String` is taken for.
    Owned,
    /// It can't be told: only what says by itself that it is a `String` can be spelt anew.
    Unknown,
}

impl Rust {
    /// What the place of a header's value asks for.
    fn wanted(syntax: &Syntax, text: &str, node: NodeId) -> Wanted {
        let Some(parent) = syntax.parent(node) else { return Wanted::Unknown };
        let call = syntax.parent(parent).filter(|_| syntax.kind(parent) == Kind::Arguments);
        let Some((call, callee)) = call.and_then(|call| Some((call, syntax.child(call, Role::Callee)?)))
        else {
            return Wanted::Unknown;
        };
        match last_name(syntax.text(callee, text)) {
            "set" | "from_str" | "bearer_auth" => Wanted::Borrowed,
            "header" | "try_from" | "append_header" | "insert_header" => Wanted::Owned,
            "insert" | "append" => {
                let name = syntax.arguments(call).and_then(|list| syntax.children(list).first().copied());
                let name = name.map_or("", |name| syntax.text(name, text));
                let owned = [".to_string()", ".to_owned()", ".into()"].iter().any(|end| name.ends_with(end));
                if owned || name.starts_with("String::from") { Wanted::Owned } else { Wanted::Unknown }
            }
            _ => Wanted::Unknown,
        }
    }

    /// Whether a name is bound to what is a header's value already, not a text.
    fn is_value(syntax: &Syntax, text: &str, name: NodeId) -> bool {
        let name = syntax.text(name, text);
        syntax.ids().any(|id| {
            let (Kind::Assign, Some(target), Some(value)) =
                (syntax.kind(id), syntax.child(id, Role::Target), syntax.child(id, Role::Value))
            else {
                return false;
            };
            let value = syntax.text(value, text);
            syntax.text(target, text) == name && (value.contains("HeaderValue") || value.contains(".parse"))
        }) || text.contains(&format!("{name}: HeaderValue"))
            || text.contains(&format!("{name}: &HeaderValue"))
    }

    fn prefixed(syntax: &Syntax, text: &str, node: NodeId, prefix: &str, wanted: Wanted) -> Option<Wrap> {
        let span = syntax.node(node).span.clone();
        let expression = syntax.text(node, text);
        let format = |amp: bool| {
            let amp = if amp { "&" } else { "" };
            // What is captured by name can be written into the format.
            let (before, after) = match syntax.kind(node) {
                Kind::Name if expression != "self" => (format!("{amp}format!(\"{prefix}{{"), "}\")"),
                _ => (format!("{amp}format!(\"{prefix}{{}}\", "), ")"),
            };
            Some(Wrap { start: span.start, before, end: span.end, after: after.to_owned() })
        };
        match syntax.kind(node) {
            Kind::String => Some(spell::inside(syntax, node, prefix)),
            Kind::Name if Self::is_value(syntax, text, node) => None,
            Kind::Name | Kind::Member | Kind::Index => match wanted {
                Wanted::Unknown => None,
                wanted => format(wanted == Wanted::Borrowed),
            },
            Kind::Concat => {
                let first = *syntax.children(node).first()?;
                Self::prefixed(syntax, text, first, prefix, Wanted::Unknown)
            }
            Kind::Other => {
                let [inner] = syntax.children(node) else { return None };
                let inner = *inner;
                if expression.starts_with('&') {
                    // `&format!("…")` is what a `&str` and a `&String` can be.
                    return match wanted {
                        Wanted::Unknown => None,
                        _ => Self::prefixed(syntax, text, inner, prefix, Wanted::Owned),
                    };
                }
                if expression.ends_with('?') {
                    return Self::opened(syntax, text, node, inner, prefix, wanted);
                }
                let plain = expression.starts_with('(') || expression.starts_with('*');
                (plain && wanted != Wanted::Unknown).then(|| format(wanted == Wanted::Borrowed)).flatten()
            }
            Kind::Call => {
                let callee = syntax.child(node, Role::Callee)?;
                let path = syntax.text(callee, text);
                let first = syntax.arguments(node).and_then(|list| syntax.children(list).first().copied());
                if path.ends_with("HeaderValue::from_static") {
                    return first
                        .filter(|&first| syntax.kind(first) == Kind::String)
                        .map(|first| spell::inside(syntax, first, prefix));
                }
                if path.ends_with("HeaderValue::from_str") {
                    return Self::prefixed(syntax, text, first?, prefix, Wanted::Borrowed);
                }
                if ["HeaderValue::try_from", "HeaderValue::from_bytes", "HeaderValue::from_maybe_shared"]
                    .iter()
                    .any(|maker| path.ends_with(maker))
                {
                    return Self::prefixed(syntax, text, first?, prefix, Wanted::Owned);
                }
                if path == "format" || path == "String::from" {
                    let first = first.filter(|&first| syntax.kind(first) == Kind::String);
                    if let Some(first) = first {
                        return Some(spell::inside(syntax, first, prefix));
                    }
                }
                let method = syntax.child(callee, Role::Property).map_or("", |name| syntax.text(name, text));
                let object = syntax.child(callee, Role::Object);
                if let Some(object) = object.filter(|_| syntax.kind(callee) == Kind::Member) {
                    let dotted = text[syntax.node(object).span.end..].trim_start().starts_with('.');
                    if dotted && (OPENERS.contains(&method) || method == "unwrap_or_else") {
                        return Self::opened(syntax, text, node, object, prefix, wanted);
                    }
                    if dotted && SAME_TEXT.contains(&method) {
                        let converts = matches!(method, "parse" | "try_into" | "as_bytes")
                            || matches!(method, "to_string" | "to_owned" | "into") && {
                                syntax.kind(object) == Kind::String || wanted != Wanted::Borrowed
                            };
                        if converts {
                            return Self::prefixed(syntax, text, object, prefix, Wanted::Owned);
                        }
                        if method == "as_str" && wanted == Wanted::Unknown {
                            return None;
                        }
                    }
                    if dotted && method == "clone" {
                        return match wanted {
                            Wanted::Unknown => None,
                            wanted => Self::prefixed(syntax, text, object, prefix, wanted),
                        };
                    }
                }
                match wanted {
                    Wanted::Unknown if path.contains("HeaderValue") || path == "HeaderName" => None,
                    Wanted::Unknown if Self::core(syntax, text, node).is_none() => None,
                    wanted => format(wanted == Wanted::Borrowed),
                }
            }
            _ => None,
        }
    }

    /// What `node` takes a reference of, opens or converts.
    fn operand(syntax: &Syntax, node: NodeId) -> Option<NodeId> {
        match syntax.kind(node) {
            Kind::Other => syntax.children(node).first().copied(),
            Kind::Call => {
                let callee = syntax.child(node, Role::Callee)?;
                let path = syntax.kind(callee) == Kind::Member
                    && syntax.child(callee, Role::Object).is_some_and(|object| {
                        syntax.kind(object) == Kind::Name
                            && syntax.arguments(node).is_some_and(|list| !syntax.children(list).is_empty())
                    });
                match syntax.arguments(node).and_then(|list| syntax.children(list).first().copied()) {
                    Some(first) if path => Some(first),
                    _ => syntax.child(callee, Role::Object),
                }
            }
            _ => None,
        }
    }

    /// The result `inner`, opened by `node`: a header's value is prefixed within, a text as a whole.
    fn opened(
        syntax: &Syntax,
        text: &str,
        node: NodeId,
        inner: NodeId,
        prefix: &str,
        wanted: Wanted,
    ) -> Option<Wrap> {
        let made = |id: NodeId| {
            let mut at = id;
            loop {
                match syntax.kind(at) {
                    Kind::Call => {
                        let callee = syntax.child(at, Role::Callee)?;
                        let path = syntax.text(callee, text);
                        if path.contains("HeaderValue::") && !path.contains('.') {
                            return Some(());
                        }
                        let method = syntax.text(syntax.child(callee, Role::Property)?, text);
                        if matches!(method, "parse" | "try_into") {
                            return Some(());
                        }
                        at = syntax.child(callee, Role::Object).filter(|_| OPENERS.contains(&method))?;
                    }
                    Kind::Other => at = *syntax.children(at).first()?,
                    _ => return None,
                }
            }
        };
        if made(inner).is_some() {
            return Self::prefixed(syntax, text, inner, prefix, wanted);
        }
        let span = syntax.node(node).span.clone();
        let owned = Self::core(syntax, text, node).is_some();
        match wanted {
            Wanted::Unknown if !owned => None,
            wanted => {
                let amp = if wanted == Wanted::Borrowed { "&" } else { "" };
                Some(Wrap {
                    start: span.start,
                    before: format!("{amp}format!(\"{prefix}{{}}\", "),
                    end: span.end,
                    after: ")".to_owned(),
                })
            }
        }
    }
}

impl Language for Rust {
    fn id(&self) -> &'static str {
        "rust"
    }

    fn parse(&self, text: &str) -> Option<Syntax> {
        let plain = without_macros(text).and_then(|text| lower(&LOWERING, &text));
        let mut syntax = match plain {
            Some(syntax) if syntax.errors == 0 => syntax,
            other => {
                let whole = lower(&LOWERING, text)?;
                other.filter(|other| other.errors < whole.errors).unwrap_or(whole)
            }
        };
        Self::add_captures(&mut syntax, text);
        Some(syntax)
    }

    fn environment_read(&self, syntax: &Syntax, text: &str, node: NodeId) -> Option<EnvironmentRead> {
        if !matches!(syntax.kind(node), Kind::Call | Kind::Other) {
            return None;
        }
        let core = Self::core(syntax, text, node)?;
        let (name, mut nullable, mut default) = Self::reads(syntax, text, core)?;
        // What opens the result may stand around this node.
        let mut at = core;
        while let Some(up) = syntax.parent(at) {
            let call = syntax
                .parent(up)
                .filter(|_| syntax.kind(up) == Kind::Member && syntax.node(at).role == Role::Object);
            let Some(call) = call.filter(|&call| syntax.kind(call) == Kind::Call) else { break };
            let method = syntax.child(up, Role::Property).map_or("", |method| syntax.text(method, text));
            match method {
                "ok" => nullable = true,
                "unwrap" | "expect" | "unwrap_or_default" | "context" | "with_context" | "ok_or"
                | "ok_or_else" => {
                    nullable = false;
                }
                "unwrap_or" | "unwrap_or_else" => {
                    nullable = false;
                    default = syntax.arguments(call).and_then(|list| syntax.children(list).first().copied());
                }
                _ => {}
            }
            at = call;
        }
        Some(EnvironmentRead { name: syntax.node(name).content.clone(), nullable, default })
    }

    fn spell_environment_read(&self, name: &str) -> Option<Spelled> {
        // In two parts: the core itself must not name that part of `std`, and a test looks for the words.
        let path = ["std", "env::var"].join("::");
        Some(Spelled { text: format!("{path}(\"{name}\").unwrap_or_default()"), import: None })
    }

    fn respell_environment_read(&self, read: &str, _: &str) -> Option<Spelled> {
        let text = match read.strip_suffix(".ok()") {
            Some(read) => format!("{read}.unwrap_or_default()"),
            None => read.to_owned(),
        };
        Some(Spelled { text, import: None })
    }

    fn spell_prefixed(&self, syntax: &Syntax, text: &str, node: NodeId, prefix: &str) -> Option<Wrap> {
        if !spell::is_plain(prefix) {
            return None;
        }
        Self::prefixed(syntax, text, node, prefix, Self::wanted(syntax, text, node))
    }

    fn spell_string(&self, value: &str, _like: Option<&str>) -> String {
        spell::double_quoted(value)
    }

    fn spell_entry(&self, syntax: &Syntax, container: NodeId, name: &str, value: &str) -> Option<String> {
        (syntax.kind(container) == Kind::Map).then(|| format!("{name}: {value}"))
    }

    fn separator(&self, syntax: &Syntax, container: NodeId) -> Separator {
        if syntax.kind(container) == Kind::Block { Separator::Line } else { Separator::Comma }
    }

    /// A format is a `String` by itself.
    fn cut_by_prefix(&self, syntax: &Syntax, text: &str, node: NodeId) -> Vec<Span> {
        let wanted = Self::wanted(syntax, text, node);
        let mut at = node;
        let mut out = Vec::new();
        let Some(wrap) =
            Self::prefixed(syntax, text, node, "x", wanted).filter(|wrap| !wrap.after.is_empty())
        else {
            return out;
        };
        while syntax.node(at).span != (wrap.start..wrap.end) {
            let Some(inner) = Self::operand(syntax, at) else { return Vec::new() };
            let (outer, span) = (syntax.node(at).span.clone(), syntax.node(inner).span.clone());
            if wanted == Wanted::Owned
                && syntax.kind(at) == Kind::Other
                && text[outer.clone()].starts_with('&')
            {
                out.push(outer.start..span.start);
            }
            if [".to_string()", ".to_owned()", ".clone()"].contains(&text[span.end..outer.end].trim()) {
                out.push(span.end..outer.end);
            }
            at = inner;
        }
        out
    }

    fn gives_last(&self) -> bool {
        true
    }

    fn imports(&self, syntax: &Syntax, text: &str, node: NodeId) -> Vec<Import> {
        if syntax.kind(node) != Kind::Import {
            return Vec::new();
        }
        let start = syntax.node(node).span.start;
        let whole = syntax.text(node, text);
        let Some(at) = whole.find("use").map(|at| at + 3) else { return Vec::new() };
        let path = whole[at..].trim_end().trim_end_matches(';');
        let mut out = Vec::new();
        // The groups that are open, each with the path before it.
        let mut open: Vec<String> = vec![String::new()];
        let mut from = 0;
        let mut take = |part: &str, before: &str, place: usize| {
            let part = part.trim();
            let (name, local) = part.split_once(" as ").unwrap_or((part, part));
            let full = format!("{before}{}", name.trim());
            let (module, imported) = full.rsplit_once("::").unwrap_or(("", full.as_str()));
            let last = |path: &str| path.rsplit("::").next().unwrap_or(path).to_owned();
            // `use a::b::{self}` binds `b`.
            let (module, imported) = match imported {
                "self" => module.rsplit_once("::").unwrap_or(("", module)),
                _ => (module, imported),
            };
            let local = if local.trim() == "self" { last(imported) } else { last(local.trim()) };
            if imported.is_empty() || local == "_" {
                return;
            }
            out.push(Import {
                module: module.to_owned(),
                module_span: place..place,
                imported: Some(imported.to_owned()),
                local: if imported == "*" { "*".to_owned() } else { local },
                node,
            });
        };
        for (index, char) in path.char_indices() {
            if !matches!(char, '{' | '}' | ',') {
                continue;
            }
            let part = &path[from..index];
            let before = open.last().cloned().unwrap_or_default();
            if char == '{' {
                open.push(format!("{before}{}", part.trim()));
            } else {
                take(part, &before, start + at + from);
                if char == '}' {
                    open.pop();
                }
            }
            from = index + 1;
        }
        take(&path[from..], open.last().map_or("", String::as_str), start + at + from);
        out
    }

    fn add_import(&self, _syntax: &Syntax, _text: &str, _module: &str) -> Option<(usize, String)> {
        None
    }

    fn module_paths(&self, importer: &str, module: &str) -> Vec<String> {
        super::module_paths::rust(importer, module)
    }
}
