//! JSON, with comments and last commas as far as its grammar goes along.

use super::Separator;
use super::data::{self, Data};
use super::lower::{GrammarNode, Lowering, Shape, lower};
use crate::syntax::{Kind, NodeId, Role, Syntax};

/// JSON.
pub(super) static JSON: Data = Data {
    id: "json",
    parse,
    sign: ": ",
    quoted_keys: true,
    reads: false,
    interpolation: None,
    words: false,
    separator: |_, _| Separator::Comma,
};

const LOWERING: Lowering = Lowering { grammar: || tree_sitter_json::LANGUAGE.into(), shape, role };

fn shape(node: &GrammarNode<'_, '_>, _: &str) -> Shape {
    Shape::Node(match node.kind() {
        "object" => Kind::Map,
        "array" => Kind::List,
        "pair" => Kind::Pair,
        "string" => return Shape::String(data::trim(node.byte_range(), 1)),
        "number" | "true" | "false" | "null" => return Shape::String(node.byte_range()),
        "comment" => Kind::Comment,
        _ => Kind::Other,
    })
}

fn role(_: &str, field: Option<&str>, _: &GrammarNode<'_, '_>) -> Role {
    match field {
        Some("key") => Role::Key,
        Some("value") => Role::Value,
        _ => Role::Item,
    }
}

fn parse(text: &str) -> Option<Syntax> {
    let mut syntax = lower(&LOWERING, text)?;
    // A comma before the closing bracket is an error to the grammar, and nothing to those who read it.
    let commas: Vec<NodeId> = syntax
        .ids()
        .filter(|&id| syntax.kind(id) == Kind::Error && syntax.text(id, text).trim() == ",")
        .collect();
    for comma in commas {
        let parent = syntax.node(comma).parent;
        syntax.node_mut(parent).children.retain(|child| *child != comma);
    }
    Some(data::finish(syntax, text))
}
