//! What takes the place of the key that a raw request sends in its header now, or takes it out: what was meant for the
//! provider's credential, which had that header before.

use crate::facts::{Entry, HeaderSet, RegionFacts, SetOf, Taken};
use crate::finding::{Level, Rule};
use crate::join::receiver_of;
use crate::scope::BindingId;
use crate::sdk::spread_of;
use crate::syntax::{Kind, NodeId, Role, Span};
use crate::tree::{At, Place, is_relevant};

use super::carrier;
use super::key_header::exclusive;
use crate::rewrite::Rewriter;
use crate::rewrite::header::quotable;

impl Rewriter<'_, '_> {
    /// Whether the headers of a set are set on what was given the source's key with other headers: on those that others
    /// were put into (`headers.update(common)`), or on a client that was made with them.
    pub(super) fn is_upon_key(&self, at: At, facts: &RegionFacts, set: &HeaderSet) -> bool {
        let Some(first) = set.entries.first().filter(|first| self.is_keyed(at, first.statement)) else {
            return false;
        };
        let merged = facts.merges.iter().any(|merge| {
            merge.of == set.of
                && self.units.of(at, merge.statement) == self.units.of(at, first.statement)
                && !exclusive(facts, merge.statement, first.statement)
        });
        merged || receiver_of(facts, first.statement).is_some_and(|id| self.is_made_with_key(at, facts, &id))
    }

    /// Whether a name is given what a call makes of headers with the source's key.
    fn is_made_with_key(&self, at: At, facts: &RegionFacts, id: &BindingId) -> bool {
        let syntax = facts.tree();
        let is_name = |node| facts.scopes.resolve(syntax, &facts.text, node).is_some_and(|(of, _)| of == *id);
        facts.requests.iter().any(|request| {
            let assign = syntax.parent(request.call).filter(|&up| syntax.kind(up) == Kind::Assign);
            let target = assign.and_then(|assign| syntax.child(assign, Role::Target));
            target.is_some_and(is_name)
                && self.sets_of(at, facts, request).iter().any(|&(place, index)| {
                    let mut entries = self.tree.region(place).sets[index].entries.iter();
                    entries.any(|entry| self.is_source_key(entry))
                })
        })
    }

    /// What is spread into a map beside the key's header, and has that header too.
    pub(super) fn spread_beside(&mut self, at: At, facts: &RegionFacts, set: &HeaderSet, key: &Entry) {
        let SetOf::Node(map) = set.of else { return };
        let syntax = facts.tree();
        let header = self.tree.source.target.credential_header.clone();
        for &item in syntax.children(map) {
            let Some(value) = spread_of(facts, item) else { continue };
            let Some(name) = self.own_credential(Place { at, node: value }) else { continue };
            // Of two of one spelling the last one counts.
            let span = syntax.node(item).span.clone();
            if span.start < key.name_span.start && name == header {
                continue;
            }
            let what = quotable(facts.node_text(item), false);
            self.overridden(at, span, &format!("`{what}` has a header `{name}` of its own"));
        }
    }

    /// The target's credential header as it is spelled in what an expression gives, where that is another credential.
    fn own_credential(&self, place: Place) -> Option<String> {
        let resolved = self.tree.resolve(place);
        let there = self.tree.region(resolved.at);
        let syntax = there.tree();
        let (at, span) = match syntax.kind(resolved.node) {
            Kind::Call => self.body_of(resolved.at, syntax.child(resolved.node, Role::Callee)?)?,
            _ => (resolved.at, syntax.node(resolved.node).span.clone()),
        };
        let there = self.tree.region(at);
        let sets = there.sets.iter().filter(|set| !is_relevant(self.tree.source, set));
        let mut entries = sets.flat_map(|set| &set.entries);
        let found = entries.find(|entry| {
            span.start <= entry.name_span.start
                && entry.name_span.end <= span.end
                && self.is_target_header(&entry.name)
                && !self.is_own_key(at, there, entry)
                && !self.is_target_value(there, entry)
        })?;
        Some(there.text[found.name_span.clone()].to_string())
    }

    /// Whether an expression is (or makes an object of) code of the tree that sets the source's key.
    pub(super) fn sets_source_key(&self, place: Place) -> bool {
        let made = self.tree.resolve(place);
        let syntax = self.tree.region(made.at).tree();
        let callee = syntax.child(made.node, Role::Callee).unwrap_or(made.node);
        self.body_of(made.at, callee).is_some_and(|(at, body)| {
            let mut entries = self.tree.region(at).sets.iter().flat_map(|set| &set.entries);
            entries.any(|entry| {
                body.start <= entry.name_span.start
                    && entry.name_span.end <= body.end
                    && self.is_source_key(entry)
            })
        })
    }

    /// The function or class that `callee` names, in this file or another one.
    fn body_of(&self, at: At, callee: NodeId) -> Option<(At, Span)> {
        let facts = self.tree.region(at);
        let (id, _) = facts.scopes.resolve(facts.tree(), &facts.text, callee)?;
        let (at, id) = self.tree.imported(at, &id).unwrap_or((at, id));
        let there = self.tree.region(at);
        let binding = there.scopes.scopes[id.scope].bindings.get(&id.name)?;
        let node = binding.definition.or_else(|| crate::tree::single_value(there, &id))?;
        Some((at, there.tree().node(node).span.clone()))
    }

    fn is_target_header(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case(&self.tree.source.target.credential_header)
    }

    /// Another credential that a function sets which a moved request or client is given: a hook, an interceptor.
    pub(super) fn set_beside(&mut self, at: At, facts: &RegionFacts, set: &HeaderSet) {
        for entry in &set.entries {
            if self.is_target_header(&entry.name)
                && self.is_hook(at, facts, entry.statement)
                && !self.is_own_key(at, facts, entry)
                && !self.is_target_value(facts, entry)
            {
                let what = format!("`{}` is set here once more", carrier(facts, entry));
                self.overridden(at, entry.name_span.clone(), &what);
            }
        }
    }

    /// Whether a node stands in a function that is given to what belongs to a moved unit with the key in a header.
    fn is_hook(&self, at: At, facts: &RegionFacts, node: NodeId) -> bool {
        let syntax = facts.tree();
        let mut inside = false;
        for up in syntax.ancestors(node) {
            match syntax.kind(up) {
                Kind::Function => {
                    let around = syntax.parent(up).map(|around| syntax.kind(around));
                    if !matches!(around, Some(Kind::Arguments | Kind::Call | Kind::Pair)) {
                        return false;
                    }
                    inside = true;
                }
                Kind::Class => return false,
                _ if inside && self.units.moves(at, up) && self.is_keyed(at, up) => return true,
                _ => {}
            }
        }
        false
    }

    /// Headers that are taken out: of what has the key in them now, or by a hook.
    pub(super) fn taken_out(&mut self, at: At, facts: &RegionFacts) {
        let syntax = facts.tree();
        for taken in &facts.taken {
            if !self.is_target_header(&taken.name) {
                continue;
            }
            let key = facts
                .sets
                .iter()
                .filter(|set| set.of == taken.of)
                .find_map(|set| set.entries.iter().find(|entry| self.is_source_key(entry)));
            let Some(key) = key.filter(|key| self.units.moves(at, key.statement)) else {
                if self.is_hook(at, facts, taken.node) || self.is_upon(at, facts, taken) {
                    self.is_taken(at, facts, taken);
                }
                continue;
            };
            // What is taken out before is set anew.
            if syntax.node(taken.node).span.start < key.name_span.start {
                continue;
            }
            let together = syntax.parent(taken.statement) == syntax.parent(key.statement);
            let unit = self.units.of(at, taken.statement);
            let free = unit.is_none() || unit == self.units.of(at, key.statement);
            if taken.alone && together && free {
                let group = self.group(at, key.statement);
                self.draft(at).remove_statement(taken.statement, (Rule::ProviderKey, group));
            } else {
                self.is_taken(at, facts, taken);
            }
        }
        self.destructured(at, facts);
    }

    /// Whether a header is taken out of headers with the key that were put in there.
    fn is_upon(&self, at: At, facts: &RegionFacts, taken: &Taken) -> bool {
        let statement = taken.statement;
        let before =
            |other: NodeId| facts.tree().node(other).span.start < facts.tree().node(statement).span.start;
        self.units.moves(at, statement)
            && self.is_keyed(at, statement)
            && (facts.merges.iter().any(|merge| merge.of == taken.of && before(merge.statement))
                || receiver_of(facts, statement).is_some_and(|id| self.is_made_with_key(at, facts, &id)))
    }

    /// `const { authorization, ...rest } = headers`
    fn destructured(&mut self, at: At, facts: &RegionFacts) {
        let syntax = facts.tree();
        for assign in syntax.ids().filter(|&id| syntax.kind(id) == Kind::Assign) {
            let Some(target) = syntax.child(assign, Role::Target) else { continue };
            let parts = syntax.children(target);
            let rest = parts.iter().any(|&part| syntax.kind(part) == Kind::Spread);
            let (true, Kind::Map, Some(value)) =
                (rest, syntax.kind(target), syntax.child(assign, Role::Value))
            else {
                continue;
            };
            let name = |part: NodeId| syntax.child(part, Role::Key).unwrap_or(part);
            let Some(part) = parts
                .iter()
                .find(|&&part| self.is_target_header(&facts.text[syntax.node(name(part)).content.clone()]))
            else {
                continue;
            };
            let place = self.tree.resolve(Place { at, node: value });
            let there = self.tree.region(place.at);
            let key = there
                .sets
                .iter()
                .filter(|set| set.of == SetOf::Node(place.node))
                .find_map(|set| set.entries.iter().find(|entry| self.is_source_key(entry)));
            if key.is_some_and(|key| self.units.moves(place.at, key.statement)) {
                let span = syntax.node(*part).span.clone();
                let what = format!("`{}` is taken out here", facts.node_text(*part));
                self.overridden(at, span, &what);
            }
        }
    }

    fn is_taken(&mut self, at: At, facts: &RegionFacts, taken: &Taken) {
        let span = facts.tree().node(taken.node).span.clone();
        let what =
            format!("`{}` is taken out here", &facts.text[facts.tree().node(taken.node).content.clone()]);
        self.overridden(at, span, &what);
    }

    fn overridden(&mut self, at: At, span: Span, what: &str) {
        let target = &self.tree.source.target;
        let message =
            format!("{what}; the key of {} is sent in `{}` now", target.title, target.credential_header);
        let help = format!(
            "See that the request goes out with the key of {} in it: nothing may take its place, or take it out.",
            target.title
        );
        self.find(at, span, Rule::ProviderKey, Level::Action, message, help);
    }
}
