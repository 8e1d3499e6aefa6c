//! XML. An element that gives a value to a name (`<add key="…" value="…"/>`, `<entry key="…">…</entry>`) is an entry.

use super::Separator;
use super::data::{self, Data};
use super::lower::{GrammarNode, Lowering, Shape, lower};
use crate::syntax::{Kind, NodeId, Role, Syntax};

/// XML.
pub(super) static XML: Data = Data {
    id: "xml",
    parse,
    sign: "=",
    quoted_keys: false,
    reads: false,
    interpolation: None,
    words: false,
    separator: |_, _| Separator::Line,
};

const LOWERING: Lowering = Lowering { grammar: || tree_sitter_xml::LANGUAGE_XML.into(), shape, role };

/// The attributes that give an element's entry its name.
const NAMES: [&str; 2] = ["key", "name"];

fn shape(node: &GrammarNode<'_, '_>, text: &str) -> Shape {
    let span = node.byte_range();
    Shape::Node(match node.kind() {
        "element" if node.named_child(0).is_some_and(|child| child.kind() == "EmptyElemTag") => {
            return Shape::Through;
        }
        "element" | "EmptyElemTag" | "STag" => Kind::Map,
        "Attribute" => Kind::Pair,
        "AttValue" => return Shape::String(data::trim(span, 1)),
        "CharData" if text[span.clone()].trim().is_empty() => return Shape::Skip,
        "CharData" | "CData" => return Shape::String(data::trimmed(text, span)),
        "Name" => return Shape::Leaf(Kind::Name),
        "content" | "CDSect" | "ETag" | "prolog" => return Shape::Through,
        "Comment" => Kind::Comment,
        _ => Kind::Other,
    })
}

fn role(parent: &str, _: Option<&str>, node: &GrammarNode<'_, '_>) -> Role {
    match (parent, node.kind()) {
        ("Attribute", "Name") => Role::Key,
        ("Attribute", "AttValue") => Role::Value,
        _ => Role::Item,
    }
}

fn parse(text: &str) -> Option<Syntax> {
    let mut syntax = lower(&LOWERING, text)?;
    let tags: Vec<NodeId> = syntax.ids().filter(|&id| syntax.kind(id) == Kind::Map).collect();
    for tag in tags {
        make_entry(&mut syntax, text, tag);
    }
    Some(data::finish(syntax, text))
}

/// The value of the first attribute of `tag` that has one of these names.
fn attribute(syntax: &Syntax, text: &str, tag: NodeId, names: &[&str]) -> Option<NodeId> {
    let named = |pair: &&NodeId| {
        let key = syntax.child(**pair, Role::Key);
        key.is_some_and(|key| names.iter().any(|name| syntax.text(key, text).eq_ignore_ascii_case(name)))
    };
    syntax.children(tag).iter().find(named).and_then(|&pair| syntax.child(pair, Role::Value))
}

/// The one text of an element that holds nothing else; that of `<value>` where this is all that the element holds.
fn only_text(syntax: &Syntax, element: NodeId, tag: NodeId) -> Option<NodeId> {
    let (mut element, mut tag) = (element, tag);
    for _ in 0..2 {
        let parts = syntax.children(element).iter().copied();
        let parts: Vec<NodeId> =
            parts.filter(|&part| !matches!(syntax.kind(part), Kind::Comment | Kind::Name)).collect();
        let [first, inner] = parts[..] else { return None };
        if first != tag {
            return None;
        }
        if syntax.kind(inner) == Kind::String {
            return Some(inner);
        }
        (element, tag) = (inner, *syntax.children(inner).first()?);
    }
    None
}

/// Makes an element whose tag is `tag` an entry, if it gives a value to a name: by another attribute, or by its text.
fn make_entry(syntax: &mut Syntax, text: &str, tag: NodeId) {
    let Some(key) = attribute(syntax, text, tag, &NAMES) else { return };
    let (element, value) = match attribute(syntax, text, tag, &["value"]) {
        Some(value) => (tag, value),
        None => {
            let element = syntax.node(tag).parent;
            let Some(value) = only_text(syntax, element, tag) else { return };
            (element, value)
        }
    };
    if element == Syntax::ROOT {
        return;
    }
    // What the entry is made of no longer hangs below its attributes.
    let attributes = syntax.node(tag).children.clone();
    let holder = syntax.node(value).parent;
    for pair in attributes.into_iter().chain([holder]) {
        syntax.node_mut(pair).children.retain(|child| *child != key && *child != value);
        syntax.node_mut(pair).kind = Kind::Other;
    }
    for (node, role) in [(key, Role::Key), (value, Role::Value)] {
        syntax.node_mut(node).parent = element;
        syntax.node_mut(node).role = role;
    }
    let in_order = syntax.node(key).span.start < syntax.node(value).span.start;
    let entry = syntax.node_mut(element);
    entry.kind = Kind::Pair;
    entry.children = if in_order { [key, value] } else { [value, key] }.as_slice().into();
}
