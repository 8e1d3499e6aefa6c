//! HCL: Terraform, and what else is configured in it.

use super::Separator;
use super::data::{self, Data};
use super::lower::{GrammarNode, Lowering, Shape, lower};
use crate::syntax::{Kind, NodeId, Role, Syntax};

/// HCL.
pub(super) static HCL: Data = Data {
    id: "hcl",
    parse,
    sign: " = ",
    quoted_keys: false,
    reads: false,
    interpolation: Some(("${", "}")),
    words: false,
    separator,
};

const LOWERING: Lowering = Lowering { grammar: || tree_sitter_hcl::LANGUAGE.into(), shape, role };

fn shape(node: &GrammarNode<'_, '_>, _: &str) -> Shape {
    let span = node.byte_range();
    Shape::Node(match node.kind() {
        "config_file" => return Shape::Through,
        "body" => Kind::Map,
        "block" => Kind::Other,
        "attribute" | "object_elem" => Kind::Pair,
        "object" => Kind::Map,
        "tuple" => Kind::List,
        "collection_value" | "literal_value" => return Shape::Wrapper,
        // `var.x` and sums are one value; one part alone is what it is.
        "expression" if node.named_child_count() == 1 => return Shape::Wrapper,
        "variable_expr" => return Shape::Wrapper,
        "identifier" => Kind::Name,
        "string_lit" | "quoted_template" => return Shape::String(data::trim(span, 1)),
        "numeric_lit" | "bool_lit" | "null_lit" | "heredoc_template" => return Shape::String(span),
        "template_interpolation" => Kind::Hole,
        "function_call" => Kind::Call,
        "comment" => Kind::Comment,
        "block_start"
        | "block_end"
        | "object_start"
        | "object_end"
        | "tuple_start"
        | "tuple_end"
        | "template_interpolation_start"
        | "template_interpolation_end"
        | "template_literal"
        | "quoted_template_start"
        | "quoted_template_end" => return Shape::Skip,
        _ => Kind::Other,
    })
}

fn role(parent: &str, field: Option<&str>, node: &GrammarNode<'_, '_>) -> Role {
    match (parent, node.kind()) {
        _ if node.is_extra() => Role::Item,
        ("attribute", "identifier") => Role::Key,
        ("attribute", _) => Role::Value,
        ("object_elem", _) if field == Some("key") => Role::Key,
        ("object_elem", _) if field == Some("val") => Role::Value,
        ("function_call", "identifier") => Role::Callee,
        _ => Role::Item,
    }
}

fn parse(text: &str) -> Option<Syntax> {
    let mut syntax = lower(&LOWERING, text)?;
    data::mark_brackets(&mut syntax, text);
    Some(syntax)
}

fn separator(syntax: &Syntax, container: NodeId) -> Separator {
    let node = syntax.node(container);
    match node.kind {
        Kind::Map if node.span == node.content => Separator::Line,
        Kind::Map => Separator::CommaOrLine,
        _ => Separator::Comma,
    }
}
