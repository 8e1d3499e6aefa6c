//! The SDK's client becomes the client that takes its place. Here are the headers helper, and what is handed on or has no
//! counterpart; constructions, calls and names have a file each.

mod client;
mod import;
mod method;
mod named;

use crate::facts::{RegionFacts, SetOf, statement_of};
use crate::finding::{Level, Rule};
use crate::sdk::names::item_value;
use crate::source::HeaderClass;
use crate::syntax::{Kind, NodeId, Role};
use crate::tree::At;

use super::Rewriter;
use super::header::quotable;

impl Rewriter<'_, '_> {
    /// All uses of the SDK in a region whose units move.
    pub(super) fn sdk(&mut self, at: At, facts: &RegionFacts) {
        let (Some(sdk), Some(region)) = (&self.tree.source.sdk, self.tree.sdk.get(&at)) else { return };
        let locals = self.locals(at, facts, sdk, region);
        for &call in &region.constructions {
            if self.moves(at, facts, call) {
                self.construction(at, facts, sdk, call);
            }
        }
        for &call in &region.calls {
            if self.moves(at, facts, call) {
                self.method_call(at, facts, sdk, call);
            }
        }
        self.option_methods(at, facts, sdk, region);
        for &(index, call) in &region.subscripts {
            if self.moves(at, facts, call) {
                let group = self.node_group(at, facts, call);
                self.subscript(at, facts, index, group);
            }
        }
        for &node in &region.escapes {
            if self.moves(at, facts, node) {
                // A construction is told by its class.
                let named = facts.tree().child(node, Role::Callee).unwrap_or(node);
                let span = facts.tree().node(named).span.clone();
                let message = format!(
                    "`{}` is handed on here; what is called on it there was not looked at",
                    &facts.text[span.clone()]
                );
                self.find(
                    at,
                    span,
                    Rule::SdkClient,
                    Level::Check,
                    message,
                    "Make sure that it only uses what the OpenAI SDK has.",
                );
            }
        }
        self.helpers(at, facts);
        for (node, name) in &region.names {
            if self.moves(at, facts, *node) {
                self.name(at, facts, *node, name, &locals);
            }
        }
        self.imports(at, facts, sdk, &locals);
    }

    /// Calls of the headers helper: what is left of them is a plain map, or nothing.
    fn helpers(&mut self, at: At, facts: &RegionFacts) {
        let syntax = facts.tree();
        let calls: Vec<NodeId> = facts
            .sets
            .iter()
            .filter_map(|set| match set.of {
                SetOf::Node(node) if syntax.kind(node) == Kind::Call => Some(node),
                _ => None,
            })
            .collect();
        let Some(sdk) = &self.tree.source.sdk else { return };
        let is_moving = |&call: &NodeId| {
            sdk.makes_headers(facts.language, &facts.scopes, syntax, &facts.text, call)
                && self.moves(at, facts, call)
        };
        let calls: Vec<NodeId> = calls.into_iter().filter(is_moving).collect();
        for call in calls {
            let group = self.node_group(at, facts, call);
            let fates = self.draft(at).helpers.get(&call).cloned().unwrap_or_default();
            let entries: Vec<(String, String)> = fates
                .iter()
                .filter_map(|(item, name)| {
                    let value = item_value(syntax, *item)?;
                    Some((name.clone()?, self.rewritten(at, &syntax.node(value).span)))
                })
                .collect();
            let parent = syntax.parent(call);
            if entries.is_empty() {
                // `default_headers=createHeaders(…)` goes whole; `{**createHeaders(…)}` loses its spread.
                let cause = (Rule::UnmappedHeader, group);
                if let Some(pair) = parent.filter(|&pair| syntax.kind(pair) == Kind::Pair)
                    && let (Some(key), Some(outer)) = (syntax.child(pair, Role::Key), syntax.parent(pair))
                {
                    let name = &facts.text[syntax.node(key).content.clone()];
                    if self.tree.source.clients.header_arguments.iter().any(|argument| argument == name) {
                        self.draft(at).remove_item(outer, pair, cause);
                        self.remove_emptied(at, facts, outer, cause);
                        continue;
                    }
                }
                if let Some(spread) = parent.filter(|&spread| syntax.kind(spread) == Kind::Spread)
                    && let Some(outer) = syntax.parent(spread)
                {
                    self.draft(at).remove_item(outer, spread, cause);
                    continue;
                }
            }
            if let Some(map) = facts.language.spell_map(&entries) {
                self.replace(at, syntax.node(call).span.clone(), map, Rule::SdkClient, group);
            }
        }
    }

    /// Says what went, quoting it.
    fn dropped(
        &mut self,
        at: At,
        facts: &RegionFacts,
        item: NodeId,
        name: &str,
        value: NodeId,
        header: Option<&crate::source::Header>,
    ) {
        let syntax = facts.tree();
        let span = syntax.node(item).span.clone();
        let literal = syntax.kind(value) == Kind::String && syntax.children(value).is_empty();
        let secret = header.is_some_and(|header| header.secret || header.class == HeaderClass::Credential)
            || name.eq_ignore_ascii_case("authorization");
        let text = quotable(&facts.text[syntax.node(value).span.clone()], secret && literal);
        let (rule, level, help) = match header {
            Some(header) if header.class == HeaderClass::Credential => {
                (Rule::ProviderKey, Level::Check, String::new())
            }
            // What the client does not know either it makes a header of.
            Some(header) if header.name.contains('*') => {
                let target = &self.tree.source.target.title;
                let help = format!("The client makes a header of it, and {target} has none of that name.");
                (header.rule, header.level, help)
            }
            Some(header) => (header.rule, header.level, header.help.clone()),
            None if name.eq_ignore_ascii_case("authorization") => {
                (Rule::ProviderKey, Level::Check, String::new())
            }
            None => (Rule::UnmappedHeader, Level::Check, String::new()),
        };
        let message = format!("`{name}: {text}` has no counterpart; it was removed");
        self.find(at, span, rule, level, message, help);
    }

    fn moves(&self, at: At, facts: &RegionFacts, node: NodeId) -> bool {
        let statement = statement_of(facts.language, facts.tree(), node);
        self.units.moves(at, statement)
    }

    fn node_group(&self, at: At, facts: &RegionFacts, node: NodeId) -> u32 {
        self.group(at, statement_of(facts.language, facts.tree(), node))
    }
}

/// A literal of the region to take the quotes from: the first one.
fn quote_like(facts: &RegionFacts) -> Option<&str> {
    let syntax = facts.tree();
    let literal = syntax.ids().find(|&id| {
        let node = syntax.node(id);
        node.kind == Kind::String && matches!(facts.text.as_bytes().get(node.span.start), Some(b'"' | b'\''))
    })?;
    Some(facts.node_text(literal))
}
