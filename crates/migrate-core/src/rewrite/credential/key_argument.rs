//! The key of a client: given to it as an argument, and sent in none of its headers.

use crate::facts::{Argument, Entry, EntryValue, RegionFacts, Request, is_one_of};
use crate::finding::{Level, Rule};
use crate::sdk::names::by_language;
use crate::sdk::{item_name, map_of, spread_of};
use crate::syntax::{Kind, NodeId, Role, Span};
use crate::tree::{At, Place};

use super::carrier;
use super::key_value::{KeyValue, may_be_null, names_variable, reads};
use crate::rewrite::{DraftEdit, Rewriter, removal};

/// How a client is given its key.
pub(super) struct KeyArgument<'r> {
    /// The argument, if it is there.
    given: Option<&'r Argument>,
    /// Its name.
    name: String,
    /// Where it goes if it is not there.
    container: NodeId,
    /// Whether the client looks for a key of its own when it is given none.
    falls_back: bool,
}

impl Rewriter<'_, '_> {
    /// The place among its arguments at which a known call takes the key without a name.
    pub(super) fn key_position(&self, facts: &RegionFacts, request: &Request) -> Option<usize> {
        let client = self.tree.source.clients.client(&request.callee)?;
        let (id, family) = (facts.language.id(), facts.language.family());
        client.position.get(id).or_else(|| client.position.get(family)).copied()
    }

    pub(super) fn key_argument<'r>(
        &self,
        at: At,
        facts: &RegionFacts,
        request: &'r Request,
    ) -> Option<KeyArgument<'r>> {
        let clients = &self.tree.source.clients;
        let known = clients.client(&request.callee);
        let place = self.key_position(facts, request);
        let mut unnamed = request.arguments.iter().filter(|argument| argument.name.is_empty());
        let is_header = |argument: &Argument| {
            let mut entries = facts.sets.iter().flat_map(|set| &set.entries);
            let item = &facts.tree().node(argument.item).span;
            entries.any(|entry| item.start <= entry.name_span.start && entry.name_span.end <= item.end)
        };
        let given = request.arguments.iter().find(|argument| {
            is_one_of(facts.language, &argument.name, &clients.key_arguments)
                && (!argument.name.contains('-') || !is_header(argument))
                || known.is_some_and(|client| {
                    by_language(&client.key, facts.language) == Some(argument.name.as_str())
                })
        });
        let given = given.or_else(|| place.and_then(|place| unnamed.nth(place)));
        let syntax = facts.tree();
        if let Some(argument) = given {
            return Some(KeyArgument {
                given,
                name: argument.name.clone(),
                container: argument.container,
                falls_back: known.is_none_or(|client| client.fallback.is_some())
                    && clients.falling_back.iter().any(|family| family == facts.language.family()),
            });
        }
        // Options in a map that has a name are a client's by themselves.
        let in_map = request.arguments.iter().any(|argument| {
            if let Some(operand) = spread_of(facts, argument.value) {
                return map_of(self.tree, Place { at, node: operand }).is_some_and(|map| {
                    let there = self.tree.region(map.at);
                    let mut items = there.tree().children(map.node).iter();
                    items.any(|&item| {
                        item_name(there, item).is_some_and(|name| clients.key_arguments.contains(&name))
                            || spread_of(there, item).is_some()
                    })
                });
            }
            let place = Place { at, node: argument.value };
            let options = self.tree.resolve(place);
            argument.name.is_empty()
                && options != place
                && self.tree.region(options.at).tree().kind(options.node) == Kind::Map
        });
        // So are settings that are made by a call of their own.
        let in_call = || {
            facts.requests.iter().any(|inner| {
                let settings = clients.client(&inner.callee);
                request.arguments.iter().any(|argument| argument.value == inner.call)
                    && settings.is_some_and(|settings| by_language(&settings.key, facts.language).is_some())
            })
        };
        let is_client = |argument: &Argument| clients.client_arguments.contains(&argument.name);
        let keyed = in_map || request.arguments.iter().any(is_client) || in_call();
        let client = known.filter(|_| !keyed)?;
        let name = by_language(&client.key, facts.language)?.to_string();
        // Where the base URL stands there is room for the key.
        let container = request
            .arguments
            .iter()
            .find(|argument| {
                clients.url_arguments.contains(&argument.name)
                    || clients.header_arguments.contains(&argument.name)
            })
            .map(|argument| argument.container)
            .or_else(|| syntax.arguments(request.call))?;
        Some(KeyArgument { given: None, name, container, falls_back: client.fallback.is_some() })
    }

    /// A client that takes its key as an argument.
    pub(super) fn client(
        &mut self,
        at: At,
        facts: &RegionFacts,
        request: &Request,
        key: &KeyArgument<'_>,
        sets: &[(At, usize)],
    ) {
        let group = self.group(at, request.statement);
        let source_key = self.source_key(at, sets, key.falls_back);
        if let Some(argument) = key.given.filter(|_| facts.language.is_data()) {
            self.key_of_settings(at, facts, argument.value, group, source_key.map(|(text, _)| text));
            return self.remove_credentials(sets);
        }
        let spelled = facts.language.spell_environment_read(&self.tree.source.target.key_variable);
        let new_value =
            source_key.or_else(|| spelled.as_ref().map(|spelled| (spelled.text.clone(), spelled.import)));
        let Some((new_value, import)) = new_value else {
            self.impossible(at, request.statement, "its language has no way to read a variable here");
            return;
        };
        if self.key_of_branch(at, facts, request, key.given, (&new_value, import)) {
            return self.remove_credentials(sets);
        }
        match key.given {
            Some(argument) => {
                let has_header = self.source_keys(sets).next().is_some();
                let new = (new_value, import);
                self.key_of_client(at, facts, argument.value, group, new, key.falls_back, has_header);
            }
            None => {
                let Some(entry) =
                    facts.language.spell_entry(facts.tree(), key.container, &key.name, &new_value)
                else {
                    self.impossible(
                        at,
                        request.statement,
                        "there is no place for the key among its arguments",
                    );
                    return;
                };
                self.insert_item(at, facts, key.container, &entry, group);
                self.draft(at).imports.extend(import);
                self.note_added(at, &new_value);
            }
        }
        self.remove_credentials(sets);
    }

    /// The key of a client of the SDK.
    pub(in crate::rewrite) fn client_key(&mut self, at: At, facts: &RegionFacts, value: NodeId, group: u32) {
        let spelled = facts.language.spell_environment_read(&self.tree.source.target.key_variable);
        if let Some(spelled) = spelled {
            self.key_of_client(at, facts, value, group, (spelled.text, spelled.import), true, false);
        }
    }

    /// The value of a client's key argument: the target's key, never null where the client would look for another one.
    #[allow(clippy::too_many_arguments, reason = "one step of one rule")]
    fn key_of_client(
        &mut self,
        at: At,
        facts: &RegionFacts,
        value: NodeId,
        group: u32,
        new: (String, Option<&'static str>),
        falls_back: bool,
        has_header: bool,
    ) {
        let span = facts.tree().node(value).span.clone();
        let text = facts.text[span.clone()].to_string();
        let target = self.tree.source.target.key_variable.clone();
        let replaced = match self.key_value(Place { at, node: value }) {
            KeyValue::Read { nullable: true } if falls_back => {
                let name = self.read_name(at, facts, value).unwrap_or_else(|| target.clone());
                let read = self.rewritten(at, &span);
                if let Some(spelled) = facts.language.respell_environment_read(&read, &name) {
                    self.replace(at, span.clone(), spelled.text, Rule::EnvVar, group);
                    self.draft(at).imports.extend(spelled.import);
                }
                false
            }
            KeyValue::Named { nullable: true } if falls_back => {
                self.never_null(at, facts, value, group);
                false
            }
            KeyValue::Target | KeyValue::Placeholder | KeyValue::Read { .. } | KeyValue::Named { .. } => {
                false
            }
            KeyValue::Dummy => true,
            KeyValue::Literal => {
                self.written_out(at, span.clone());
                true
            }
            KeyValue::OtherRead if self.may_be_target_key(at, facts, value, &span) => {
                self.must_be_target_key(at, span.clone(), &format!("`{text}` must be"), Level::Check);
                false
            }
            KeyValue::OtherRead => {
                self.provider_key(at, span.clone(), &text);
                true
            }
            KeyValue::Unknown { ours: true } => {
                if self.is_kept_elsewhere(facts, value) {
                    let target = &self.tree.source.target;
                    let message = format!("`{text}` must be the key of {}", target.title);
                    let help =
                        format!("See where it comes from: a key made at {} belongs there.", target.keys_url);
                    self.find(at, span.clone(), Rule::ProviderKey, Level::Check, message, help);
                }
                if falls_back && may_be_null(facts, value) {
                    self.never_null(at, facts, value, group);
                }
                false
            }
            KeyValue::Unknown { ours: false } if has_header => {
                self.provider_key(at, span.clone(), &text);
                true
            }
            KeyValue::Unknown { ours: false } => {
                self.must_be_target_key(at, span.clone(), &format!("`{text}` must be"), Level::Check);
                if falls_back && may_be_null(facts, value) {
                    self.never_null(at, facts, value, group);
                }
                false
            }
        };
        if replaced {
            self.note_added(at, &new.0);
            self.set_value(at, facts, value, new.0, Rule::AuthHeader, group);
            self.draft(at).imports.extend(new.1);
        }
    }

    /// Says of a key that stood in the code that it is known to others now.
    fn written_out(&mut self, at: At, span: Span) {
        let message = "a key is written out in the code; it was taken out of this place".to_string();
        let help = "Revoke it: whoever can read this repository has it.";
        self.find(at, span, Rule::HardCodedKey, Level::Action, message, help);
    }

    /// Makes an expression that may be null give an empty string instead.
    fn never_null(&mut self, at: At, facts: &RegionFacts, value: NodeId, group: u32) {
        let span = facts.tree().node(value).span.clone();
        // As it reads after the edits: they are taken back where it is replaced as a whole.
        let Some(spelled) = facts.language.spell_not_null(&self.rewritten(at, &span)) else { return };
        self.set_value(at, facts, value, spelled, Rule::EnvVar, group);
    }

    /// Puts another value in the place of `value`. Of `{ apiKey }` the name stays, and gets a value of its own.
    pub(super) fn set_value(
        &mut self,
        at: At,
        facts: &RegionFacts,
        value: NodeId,
        new: String,
        rule: Rule,
        group: u32,
    ) {
        let span = facts.tree().node(value).span.clone();
        if facts.tree().kind(value) == Kind::Shorthand {
            self.edit(at, span.end..span.end, format!(": {new}"), rule, group);
        } else {
            self.replace(at, span, new, rule, group);
        }
    }

    /// No header of a client carries a credential: the client has the key.
    fn remove_credentials(&mut self, sets: &[(At, usize)]) {
        for &(place, index) in sets {
            let there = self.tree.region(place);
            let credentials: Vec<&Entry> =
                there.sets[index].entries.iter().filter(|entry| self.is_credential(entry)).collect();
            for entry in credentials {
                if self.is_source_key(entry) {
                    let value = self.value_span(there, entry);
                    let node = match &entry.value {
                        EntryValue::Node(node) if !there.language.is_data() => Some(*node),
                        _ => None,
                    };
                    if let Some(node) = node
                        && matches!(self.classify(Place { at: place, node }), KeyValue::Literal)
                    {
                        self.written_out(place, value.clone());
                    }
                    if !names_variable(there, &value) && !reads(there, &value).is_empty() {
                        self.must_hold_target_key(place, there, entry, &value);
                    }
                    self.remove(place, there, entry, Rule::AuthHeader);
                } else if !self.is_target_value(there, entry) {
                    if !self.is_own_key(place, there, entry) {
                        let name = carrier(there, entry);
                        self.provider_key(place, entry.name_span.clone(), &name);
                    }
                    self.remove(place, there, entry, Rule::ProviderKey);
                }
            }
        }
    }

    /// The entries of these sets that carry the source's key, with the regions they stand in.
    fn source_keys<'s>(&'s self, sets: &'s [(At, usize)]) -> impl Iterator<Item = (At, &'s Entry)> {
        sets.iter()
            .flat_map(|&(place, index)| {
                self.tree.region(place).sets[index].entries.iter().map(move |entry| (place, entry))
            })
            .filter(|(_, entry)| self.is_source_key(entry))
    }

    /// The expression of the source's key in one of these sets, as it reads after the edits, if it can stand elsewhere.
    fn source_key(
        &self,
        at: At,
        sets: &[(At, usize)],
        falls_back: bool,
    ) -> Option<(String, Option<&'static str>)> {
        for (place, entry) in self.source_keys(sets) {
            let there = self.tree.region(place);
            let node = match &entry.value {
                EntryValue::Node(node) => *node,
                EntryValue::Joined { .. } => continue,
                EntryValue::Part(part) => {
                    // What a variable gives can stand elsewhere; a key that is written out is the old one.
                    let text = self.rewritten(place, part);
                    if there.language.is_data() && place == at && text.contains(['$', '{']) {
                        let like = there.node_text(entry.key);
                        return Some((there.language.spell_string(&text, Some(like)), None));
                    }
                    continue;
                }
            };
            let span = there.tree().node(node).span.clone();
            let known = self.classify(Place { at: place, node });
            // A key that is written out is the old one, and what stands for none is none.
            if matches!(known, KeyValue::Literal | KeyValue::Dummy) {
                continue;
            }
            if there.language.is_data() {
                // A read keeps the notation that its reader knows. One of an unknown variable would be taken for a
                // provider's key by the next run.
                if !matches!(known, KeyValue::OtherRead) && place == at {
                    return Some((self.rewritten(place, &span), None));
                }
                continue;
            }
            if let Some(name) = self.read_name(place, there, node) {
                let language = self.tree.region(at).language;
                if place == at && !falls_back {
                    return Some((self.rewritten(at, &span), None));
                }
                let spelled = if place == at {
                    language.respell_environment_read(&self.rewritten(at, &span), &name)
                } else {
                    language.spell_environment_read(&name)
                };
                return spelled.map(|spelled| (spelled.text, spelled.import));
            }
            if place == at
                && matches!(
                    there.tree().kind(node),
                    Kind::Name | Kind::Member | Kind::String | Kind::Index | Kind::Other
                )
            {
                let text = self.rewritten(place, &span);
                let nullable = match self.key_value(Place { at: place, node }) {
                    KeyValue::Named { nullable } => nullable,
                    KeyValue::Unknown { .. } => falls_back && may_be_null(there, node),
                    _ => false,
                };
                let text = if nullable { there.language.spell_not_null(&text).unwrap_or(text) } else { text };
                return Some((text, None));
            }
        }
        None
    }

    /// Puts an item into a container, on a line of its own where the others stand on lines of their own.
    fn insert_item(&mut self, at: At, facts: &RegionFacts, container: NodeId, item: &str, group: u32) {
        let syntax = facts.tree();
        let items: Vec<NodeId> = syntax
            .children(container)
            .iter()
            .copied()
            .filter(|&child| syntax.kind(child) != Kind::Comment && syntax.node(child).role != Role::Callee)
            .collect();
        // Behind the base URL, where a reader looks for it; else first.
        let clients = &self.tree.source.clients;
        let behind = items.iter().copied().find(|&child| {
            syntax.child(child, Role::Key).is_some_and(|key| {
                let name = &facts.text[syntax.node(key).content.clone()];
                clients.url_arguments.iter().any(|argument| argument == name)
            })
        });
        let anchor = behind.or_else(|| items.iter().copied().find(|&child| syntax.kind(child) == Kind::Pair));
        let Some(anchor) = anchor.or_else(|| items.last().copied()) else {
            // An empty container: right behind its opening bracket.
            let start = syntax.node(container).span.start + 1;
            self.edit(at, start..start, item.to_string(), Rule::AuthHeader, group);
            return;
        };
        let span = syntax.node(anchor).span.clone();
        let text = removal::behind(&facts.text, &span, item);
        let (span, rule) = (span.end..span.end, Rule::AuthHeader);
        self.draft(at).edits.push(DraftEdit { span, text, rule, group, into: Some(container) });
    }
}
