//! Credentials: after a move the only one of a unit is the target's key.
//!
//! A request either has a client that is given its key as an argument, or sends it in a header. A client gets the
//! target's key as that argument, and no header carries one; a raw request gets it in the target's header, and every
//! other credential of it goes. Here is which requests and header sets that concerns, and what is said of keys.

mod key_argument;
mod key_branch;
mod key_header;
mod key_setting;
mod key_value;
mod overridden;

use std::collections::BTreeSet;

use crate::facts::{Entry, HeaderSet, RegionFacts, Request, SetOf, is_one_of};
use crate::finding::{Level, Rule};
use crate::plan::values::EnvironmentKind;
use crate::source::HeaderClass;
use crate::syntax::{Kind, NodeId, Role, Span};
use crate::token::TokenKind;
use crate::tree::{At, Place, UnitId, argument_values, holds_url, is_relevant, names_url};

use super::Rewriter;
use key_value::reads;

impl Rewriter<'_, '_> {
    /// The credentials of all moved sets and clients of a region.
    pub(super) fn credentials(&mut self, at: At, facts: &RegionFacts) {
        if facts.language.is_data() {
            self.keys_beside_urls(at, facts);
        }
        for request in &facts.requests {
            if !self.units.moves(at, request.statement) {
                continue;
            }
            let sets = self.sets_of(at, facts, request);
            let relevant = sets
                .iter()
                .any(|&(place, set)| is_relevant(self.tree.source, &self.tree.region(place).sets[set]));
            if !relevant && !self.has_url(at, facts, request) && !self.is_configured(at, facts, request) {
                continue;
            }
            if let Some(key) = self.key_argument(at, facts, request) {
                self.client(at, facts, request, &key, &sets);
            } else if relevant || self.is_keyed(at, request.statement) {
                self.auth_arguments(at, facts, request);
            }
        }
        for (index, set) in facts.sets.iter().enumerate() {
            let Some(first) = set.entries.first() else { continue };
            if !self.units.moves(at, first.statement) {
                if self.units.of(at, first.statement).is_none() {
                    self.set_beside(at, facts, set);
                }
                continue;
            }
            // The client that takes this set has the key, and has taken it out of the set.
            if self.given.contains(&(at, index)) {
                continue;
            }
            if is_relevant(self.tree.source, set)
                || self.is_of_request(at, facts, set)
                || self.is_upon_key(at, facts, set)
            {
                self.raw(at, facts, set);
            } else {
                self.set_beside(at, facts, set);
            }
        }
        self.taken_out(at, facts);
    }

    /// The header sets that a request is given, with the regions they stand in.
    fn sets_of(&self, at: At, facts: &RegionFacts, request: &Request) -> Vec<(At, usize)> {
        let syntax = facts.tree();
        let inside = &syntax.node(request.call).span;
        let mut out: Vec<(At, usize)> = Vec::new();
        for (index, set) in facts.sets.iter().enumerate() {
            if request.set_on.as_ref() == Some(&set.of) {
                out.push((at, index));
            }
            if let SetOf::Node(node) = set.of {
                let span = &syntax.node(node).span;
                if node == request.chain
                    || inside.start <= span.start
                        && span.end <= inside.end
                        && self.nearest_request(facts, node, request)
                {
                    out.push((at, index));
                }
            }
        }
        for (argument, place) in argument_values(self.tree, at, request) {
            let there = self.tree.region(place.at);
            let receiver = facts.scopes.resolve(syntax, &facts.text, argument.value);
            for (index, set) in there.sets.iter().enumerate() {
                let same = match &set.of {
                    SetOf::Node(node) => {
                        *node == place.node
                            || (place.node != argument.value || place.at != at) && {
                                let (outer, inner) =
                                    (&there.tree().node(place.node).span, &there.tree().node(*node).span);
                                outer.start <= inner.start && inner.end <= outer.end
                            }
                    }
                    SetOf::Receiver { scope, text } => {
                        place.at == at
                            && receiver.as_ref().is_some_and(|(id, _)| id.scope == *scope)
                            && text == facts.node_text(argument.value)
                    }
                };
                if same && !out.contains(&(place.at, index)) {
                    out.push((place.at, index));
                }
            }
        }
        out
    }

    /// Whether no other client stands between a set and this request: `OpenAI(http_client=httpx.Client(headers={…}))`.
    fn nearest_request(&self, facts: &RegionFacts, node: NodeId, request: &Request) -> bool {
        let syntax = facts.tree();
        for up in syntax.ancestors(node) {
            if up == request.call {
                return true;
            }
            if facts.language.is_data() && facts.requests.iter().any(|other| other.call == up) {
                return false;
            }
            // A body of its own makes requests of its own.
            if matches!(syntax.kind(up), Kind::Function | Kind::Class) {
                return false;
            }
        }
        node == request.call
    }

    /// Whether a request's URL (or base URL) is the source's, by its arguments.
    fn has_url(&self, at: At, facts: &RegionFacts, request: &Request) -> bool {
        let clients = &self.tree.source.clients;
        argument_values(self.tree, at, request).any(|(argument, place)| {
            let may_be_url =
                argument.name.is_empty() || is_one_of(facts.language, &argument.name, &clients.url_arguments);
            if !may_be_url
                || matches!(self.tree.region(place.at).tree().kind(place.node), Kind::Map | Kind::Function)
            {
                return false;
            }
            let there = self.tree.region(place.at);
            let span = &there.tree().node(place.node).span;
            let nested =
                place.at == at && facts.tree().kind(argument.value) == Kind::Call && argument.name.is_empty();
            holds_url(there, span) && !nested || names_url(there, span)
        })
    }

    /// Whether what a call with a key's place makes goes to the source by a URL that is said elsewhere: in the same
    /// statement, in a property of what it makes (`config.BaseURL = url`), or beside it in another call.
    fn is_configured(&self, at: At, facts: &RegionFacts, request: &Request) -> bool {
        let syntax = facts.tree();
        if self.key_position(facts, request).is_none() {
            return false;
        }
        let names = |place: Place| {
            let there = self.tree.region(place.at);
            let span = &there.tree().node(place.node).span;
            holds_url(there, span) || names_url(there, span)
        };
        if names(Place { at, node: request.statement }) {
            return true;
        }
        let name_of = |node: NodeId| facts.scopes.resolve(syntax, &facts.text, node).map(|(id, _)| id);
        let assigned = syntax
            .parent(request.call)
            .filter(|&up| syntax.kind(up) == Kind::Assign)
            .and_then(|assign| syntax.child(assign, Role::Target))
            .and_then(name_of);
        let made = |node: NodeId| {
            self.tree.resolve(Place { at, node }).node == request.call
                || assigned.is_some() && name_of(node) == assigned
        };
        let clients = &self.tree.source.clients;
        let by_property = syntax.ids().filter(|&id| syntax.kind(id) == Kind::Assign).any(|assign| {
            let (Some(target), Some(value)) =
                (syntax.child(assign, Role::Target), syntax.child(assign, Role::Value))
            else {
                return false;
            };
            let (Some(object), Some(property)) =
                (syntax.child(target, Role::Object), syntax.child(target, Role::Property))
            else {
                return false;
            };
            let property = facts.node_text(property);
            let is_url = clients.url_arguments.iter().any(|name| name.eq_ignore_ascii_case(property));
            is_url && made(object) && names(self.tree.resolve(Place { at, node: value }))
        });
        by_property
            || facts.requests.iter().any(|other| {
                other.call != request.call
                    && other.arguments.iter().any(|argument| made(argument.value))
                    && self.has_url(at, facts, other)
            })
    }

    /// Whether a set without a header of the source's goes to the source by its URL.
    fn is_of_request(&self, at: At, facts: &RegionFacts, set: &HeaderSet) -> bool {
        let Some(index) = facts.sets.iter().position(|other| other.of == set.of) else { return false };
        facts.requests.iter().any(|request| {
            self.units.of(at, request.statement).is_some()
                && self.sets_of(at, facts, request).contains(&(at, index))
                && self.has_url(at, facts, request)
        })
    }

    /// The sets that clients are given which take their key as an argument.
    pub(super) fn given(&self) -> BTreeSet<(At, usize)> {
        let mut out = BTreeSet::new();
        for (at, facts) in self.tree.regions().filter(|(_, facts)| facts.syntax.is_some()) {
            for request in &facts.requests {
                if self.units.moves(at, request.statement) && self.key_argument(at, facts, request).is_some()
                {
                    out.extend(self.sets_of(at, facts, request));
                }
            }
        }
        out
    }

    /// The units in which a header carries the source's key.
    pub(super) fn keyed(&self) -> BTreeSet<UnitId> {
        let regions = self.tree.regions();
        let entries = regions.flat_map(|(at, facts)| {
            facts.sets.iter().flat_map(|set| &set.entries).map(move |entry| (at, entry))
        });
        entries
            .filter(|(_, entry)| self.is_source_key(entry))
            .filter_map(|(at, entry)| self.units.of(at, entry.statement))
            .collect()
    }

    /// Whether a header carries the source's key in the unit of a statement.
    fn is_keyed(&self, at: At, statement: NodeId) -> bool {
        self.units.of(at, statement).is_some_and(|unit| self.keyed.contains(&unit))
    }

    /// The units that hold something of the source's: a URL, a header, its SDK. A variable is none of it: one with the
    /// source in its name may hold what is the target's.
    pub(super) fn of_source(&self) -> BTreeSet<UnitId> {
        let mut out = BTreeSet::new();
        for (at, facts) in self.tree.regions() {
            let sites = facts.sites.iter().filter(|site| {
                matches!(site.token.kind, TokenKind::Url(_) | TokenKind::Module | TokenKind::SdkName)
            });
            let entries = facts.sets.iter().flat_map(|set| &set.entries);
            // What the user asked to keep says nothing of the source.
            let is_kept = |entry: &Entry| {
                let header = self.tree.source.header(&entry.name);
                self.settings.keep_unmapped
                    && header.is_some_and(|header| header.class == HeaderClass::Remove && !header.secret)
            };
            let entries = entries
                .filter(|entry| entry.name.starts_with(&self.tree.source.header_prefix) && !is_kept(entry));
            let statements = sites.map(|site| site.statement).chain(entries.map(|entry| entry.statement));
            out.extend(statements.filter_map(|statement| self.units.of(at, statement)));
        }
        out
    }

    fn provider_key(&mut self, at: At, span: Span, what: &str) {
        let what = what.trim_matches('`').split_whitespace().collect::<Vec<_>>().join(" ");
        let target = &self.tree.source.target;
        let message = format!("`{what}` carried the provider's credential, which is no longer sent");
        let help = format!(
            "{} authenticates with its own key only; nothing is to be done unless you count on the provider's account.",
            target.title
        );
        self.find(at, span, Rule::ProviderKey, Level::Check, message, help);
    }

    /// What is sent as the credential, and may be the target's or not.
    fn must_be_target_key(&mut self, at: At, span: Span, what: &str, level: Level) {
        let target = &self.tree.source.target;
        let message = format!("{what} the key of {}", target.title);
        let help = format!(
            "Make sure that it comes from `{}`, and that it is never a provider's key.",
            target.key_variable
        );
        self.find(at, span, Rule::ProviderKey, level, message, help);
    }

    /// A credential under a name of the program's own; it comes from what `value` reads.
    fn must_hold_target_key(&mut self, at: At, facts: &RegionFacts, entry: &Entry, value: &Span) {
        let names: Vec<String> =
            reads(facts, value).into_iter().map(|name| format!("`{}`", &facts.text[name])).collect();
        let what = if names.is_empty() {
            format!("`{}` must carry", carrier(facts, entry))
        } else {
            format!("{} must hold", names.join(", "))
        };
        self.must_be_target_key(at, entry.name_span.clone(), &what, Level::Check);
    }

    /// A variable that a program did not read before is needed now, if `value`, which is put in, reads the target's.
    fn note_added(&mut self, at: At, value: &str) {
        let target = &self.tree.source.target.key_variable;
        let renamed =
            self.drafts.names.0.keys().any(|(kind, _, to)| *kind == EnvironmentKind::Rename && to == target);
        if value.contains(target) && !renamed {
            self.drafts.names.add(EnvironmentKind::Add, target, target, &self.tree.files[at.file].path);
        }
    }
}

/// What carries a credential, as the program names it: a header or a flag. Never the credential.
fn carrier(facts: &RegionFacts, entry: &Entry) -> String {
    facts.text[entry.name_span.clone()].to_string()
}
