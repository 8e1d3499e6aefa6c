//! The key of a client whose base URL is chosen by a condition: what goes to the source's URL gets the target's key, and
//! what goes elsewhere keeps the one that it had.

use crate::facts::{Argument, RegionFacts, Request, is_one_of};
use crate::finding::Rule;
use crate::syntax::{Kind, NodeId, Span};
use crate::token::TokenKind;
use crate::tree::{At, Place, holds_url, names_url};

use super::key_value::{KeyValue, names_target_key};
use crate::rewrite::Rewriter;

/// An expression that gives the source's URL under a condition, and something else otherwise.
struct Choice {
    whole: Span,
    ours: Span,
    other: Span,
}

impl Rewriter<'_, '_> {
    /// Gives a client whose URL is chosen the key that goes with each of them. Whether its key is dealt with.
    pub(super) fn key_of_branch(
        &mut self,
        at: At,
        facts: &RegionFacts,
        request: &Request,
        given: Option<&Argument>,
        new: (&str, Option<&'static str>),
    ) -> bool {
        let names = &self.tree.source.clients.url_arguments;
        let url = request.arguments.iter().find(|argument| is_one_of(facts.language, &argument.name, names));
        let Some(url) = url.filter(|_| !facts.language.is_data()) else { return false };
        let here = Place { at, node: url.value };
        let there = self.tree.resolve(here);
        let Some(choice) = self.choice(there) else { return false };
        let Some(given) = given else {
            // Without an argument the client finds the other key by itself.
            self.impossible(at, request.statement, CHOSEN);
            return true;
        };
        let span = facts.tree().node(given.value).span.clone();
        if names_target_key(facts, &span) {
            return true;
        }
        let value = self.key_value(Place { at, node: given.value });
        if !matches!(value, KeyValue::OtherRead | KeyValue::Literal | KeyValue::Unknown { ours: false }) {
            return false;
        }
        if there != here || facts.tree().kind(given.value) == Kind::Shorthand {
            self.impossible(at, request.statement, CHOSEN);
            return true;
        }
        let text = |span: Span| &facts.text[span];
        let (old, whole) = (text(span).to_string(), &choice.whole);
        let (first, second) = match choice.ours.start < choice.other.start {
            true => ((&choice.ours, new.0), (&choice.other, old.as_str())),
            false => ((&choice.other, old.as_str()), (&choice.ours, new.0)),
        };
        let chosen = [
            text(whole.start..first.0.start),
            first.1,
            text(first.0.end..second.0.start),
            second.1,
            text(second.0.end..whole.end),
        ]
        .concat();
        let group = self.group(at, request.statement);
        self.note_added(at, new.0);
        self.set_value(at, facts, given.value, chosen, Rule::AuthHeader, group);
        self.draft(at).imports.extend(new.1);
        true
    }

    /// The choice that an expression is, if one of its two values is the source's URL and the other one is not.
    fn choice(&self, place: Place) -> Option<Choice> {
        let facts = self.tree.region(place.at);
        let syntax = facts.tree();
        let parts = |node: NodeId| -> Vec<NodeId> {
            let parts = syntax.children(node).iter().copied();
            parts.filter(|&part| syntax.kind(part) != Kind::Comment).collect()
        };
        let mut node = place.node;
        while let (Kind::Other, [inner]) = (syntax.kind(node), parts(node).as_slice()) {
            node = *inner;
        }
        let [first, second, third] = parts(node)[..] else { return None };
        if syntax.kind(node) != Kind::Other {
            return None;
        }
        // The condition stands first, or in the middle.
        let sign = facts.text[syntax.node(first).span.end..syntax.node(second).span.start].trim();
        let one = match sign {
            "?" => second,
            "if" => first,
            _ => return None,
        };
        let is_ours = |node: NodeId| {
            let named = self.tree.resolve(Place { at: place.at, node });
            let there = self.tree.region(named.at);
            let sites = facts.sites_within(&syntax.node(node).span);
            names_url(facts, &syntax.node(node).span)
                || holds_url(there, &there.tree().node(named.node).span)
                || { sites }.any(|site| site.token.kind == TokenKind::SdkName)
        };
        let (ours, other) = match (is_ours(one), is_ours(third)) {
            (true, false) => (one, third),
            (false, true) => (third, one),
            _ => return None,
        };
        let span = |node: NodeId| syntax.node(node).span.clone();
        Some(Choice { whole: span(node), ours: span(ours), other: span(other) })
    }
}

/// Why a client stays whose keys can't be told apart.
const CHOSEN: &str = "its base URL is chosen when the program runs, and one key would be sent to both";
