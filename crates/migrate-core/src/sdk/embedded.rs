//! The SDK in code that stands in a text: a heredoc, `python -c "…"`, a template. It is not read as code, so that what it
//! stands in stays.

use crate::facts::{Context, RegionFacts, Site, statement_of};
use crate::finding::Rule;
use crate::syntax::{Kind, NodeId};
use crate::token::TokenKind;
use crate::tree::{At, Pin, RegionSdk, Tree};

/// What stands before a module's name that is imported.
const IMPORTS: [&str; 4] = ["from", "import", "import(", "require("];

/// Puts down the imports of the source's packages in texts of a region.
pub(super) fn find(tree: &Tree<'_>, at: At, facts: &RegionFacts, out: &mut RegionSdk) {
    if facts.is_record || facts.language.is_prose() {
        return;
    }
    for site in facts.sites.iter().filter(|site| site.token.kind == TokenKind::Module) {
        let module = &facts.text[site.token.span.clone()];
        let Some(package) = tree.source.package_of_module(module) else { continue };
        if !matches!(site.context, Context::Text { .. } | Context::Lexical) || !is_imported(facts, site) {
            continue;
        }
        let statement = match &facts.syntax {
            Some(syntax) if is_shown(facts, site.node) => {
                debug_assert!(syntax.kind(site.node) == Kind::String, "only a text is shown");
                continue;
            }
            Some(syntax) => statement_of(facts.language, syntax, site.node),
            None => site.statement,
        };
        let span = (site.token.span.start, site.token.span.end);
        let message = format!("`{module}` is imported by code in a text, which is not read as code");
        let help = "Move that code by hand, then run the command again.".to_string();
        out.embedded.push(package.name.clone());
        out.pins.push((statement, Pin { at, span, rule: Rule::SdkClient, message, help }));
    }
}

/// Whether the words before a module's name import it: at the start of a line, a statement or a text, so that a message
/// which speaks of it is none.
fn is_imported(facts: &RegionFacts, site: &Site) -> bool {
    let is_quote = |c: char| matches!(c, '"' | '\'' | '`' | '\\');
    let before = &facts.text[..site.token.span.start];
    let quoted = before.ends_with(is_quote);
    let before = before.trim_end_matches(is_quote).trim_end_matches([' ', '\t']);
    let Some(word) = IMPORTS.into_iter().find(|word| before.ends_with(word)) else { return false };
    let lead = &before[..before.len() - word.len()];
    // `x } from "a"`, `x = require("a")`.
    if quoted {
        return !lead.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    }
    let lead = lead.trim_end_matches([' ', '\t']);
    lead.is_empty() || lead.ends_with(['\n', '\r', ';', '"', '\'', '`', '(']) || lead.ends_with("\\n")
}

/// Whether a text is a statement by itself: it shows the code to whoever reads the program.
fn is_shown(facts: &RegionFacts, text: NodeId) -> bool {
    let syntax = facts.tree();
    if facts.language.is_data() || syntax.kind(text) != Kind::String {
        return false;
    }
    let statement = statement_of(facts.language, syntax, text);
    syntax.node(statement).span == syntax.node(text).span
}
