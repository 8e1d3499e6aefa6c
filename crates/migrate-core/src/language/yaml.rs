//! YAML.

use super::Separator;
use super::data::{self, Data};
use super::lower::{GrammarNode, Lowering, Shape, lower};
use crate::syntax::{Kind, NodeId, Role, Syntax};

/// YAML.
pub(super) static YAML: Data = Data {
    id: "yaml",
    parse,
    sign: ": ",
    quoted_keys: false,
    reads: true,
    interpolation: None,
    words: false,
    separator,
};

const LOWERING: Lowering = Lowering { grammar: || tree_sitter_yaml::LANGUAGE.into(), shape, role };

fn shape(node: &GrammarNode<'_, '_>, text: &str) -> Shape {
    let span = node.byte_range();
    Shape::Node(match node.kind() {
        "document" | "block_node" | "flow_node" | "block_sequence_item" => return Shape::Wrapper,
        "block_mapping" | "flow_mapping" => Kind::Map,
        "block_sequence" | "flow_sequence" => Kind::List,
        "block_mapping_pair" | "flow_pair" => Kind::Pair,
        "plain_scalar" => return Shape::String(span),
        "double_quote_scalar" | "single_quote_scalar" => return Shape::String(data::trim(span, 1)),
        "block_scalar" => {
            let head = text[span.clone()].find('\n').map_or(span.len(), |found| found + 1);
            return Shape::String(span.start + head..span.end);
        }
        "comment" => Kind::Comment,
        "anchor" | "tag" => return Shape::Skip,
        "alias" => return Shape::Leaf(Kind::Other),
        _ => Kind::Other,
    })
}

fn role(parent: &str, field: Option<&str>, node: &GrammarNode<'_, '_>) -> Role {
    match (parent, field) {
        _ if node.is_extra() => Role::Item,
        ("block_mapping_pair" | "flow_pair", Some("key")) => Role::Key,
        ("block_mapping_pair" | "flow_pair", Some("value")) => Role::Value,
        _ => Role::Item,
    }
}

fn parse(text: &str) -> Option<Syntax> {
    let mut syntax = lower(&LOWERING, text)?;
    let ids: Vec<NodeId> = syntax.ids().collect();
    for &id in &ids[1..] {
        // A block of lines ends with its last line, not where the next one begins.
        let node = syntax.node_mut(id);
        let blanks = text[node.span.clone()].len() - text[node.span.clone()].trim_end().len();
        node.span.end -= blanks;
        node.content.end = node.content.end.min(node.span.end).max(node.content.start.min(node.span.end));
        node.content.start = node.content.start.min(node.content.end);
    }
    data::mark_brackets(&mut syntax, text);
    Some(data::finish(syntax, text))
}

fn separator(syntax: &Syntax, container: NodeId) -> Separator {
    let node = syntax.node(container);
    if node.span == node.content { Separator::Line } else { Separator::Comma }
}
