//! TOML.

use super::Separator;
use super::data::{self, Data};
use super::lower::{GrammarNode, Lowering, Shape, lower};
use crate::syntax::{Kind, NodeId, Role, Syntax};

/// TOML.
pub(super) static TOML: Data = Data {
    id: "toml",
    parse: |text| Some(data::finish(lower(&LOWERING, text)?, text)),
    sign: " = ",
    quoted_keys: false,
    reads: false,
    interpolation: None,
    words: false,
    separator,
};

const LOWERING: Lowering = Lowering { grammar: || tree_sitter_toml_ng::LANGUAGE.into(), shape, role };

const KEYS: [&str; 3] = ["bare_key", "quoted_key", "dotted_key"];

fn shape(node: &GrammarNode<'_, '_>, text: &str) -> Shape {
    let span = node.byte_range();
    Shape::Node(match node.kind() {
        "table" | "table_array_element" | "inline_table" => Kind::Map,
        "array" => Kind::List,
        "pair" => Kind::Pair,
        "string" => {
            let quoted = &text[span.clone()];
            let long = quoted.starts_with("\"\"\"") || quoted.starts_with("'''");
            return Shape::String(data::trim(span, if long { 3 } else { 1 }));
        }
        kind if KEYS.contains(&kind) => {
            // A table's own name is no entry of it.
            if node.parent_kind().starts_with("table") {
                return Shape::Skip;
            }
            let quoted = node.kind() == "quoted_key";
            return Shape::String(data::trim(span, usize::from(quoted)));
        }
        "comment" => Kind::Comment,
        _ => return Shape::String(span),
    })
}

fn role(parent: &str, _: Option<&str>, node: &GrammarNode<'_, '_>) -> Role {
    match parent {
        "pair" if KEYS.contains(&node.kind()) => Role::Key,
        "pair" if !node.is_extra() => Role::Value,
        _ => Role::Item,
    }
}

fn separator(syntax: &Syntax, container: NodeId) -> Separator {
    let is_table = syntax.kind(container) == Kind::Map && syntax.parent(container) == Some(Syntax::ROOT);
    if is_table || container == Syntax::ROOT { Separator::Line } else { Separator::Comma }
}
