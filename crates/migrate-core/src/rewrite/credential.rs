//! Credentials: after a move the only one of a unit is the target's key.
//!
//! A request either has a client that is given its key as an argument, or sends it in a header. A client gets the
//! target's key as that argument, and no header carries one; a raw request gets it in the target's header, and every
//! other credential of it goes.

use std::collections::BTreeSet;

use crate::facts::{
    Argument, Entry, EntryValue, HeaderSet, RegionFacts, Request, SetOf, is_one_of, last_name, statement_of,
};
use crate::finding::{Level, Rule};
use crate::plan::values::EnvironmentKind;
use crate::sdk::names::by_language;
use crate::sdk::{item_name, map_of, spread_of};
use crate::source::{HeaderClass, VariableRole};
use crate::syntax::{Kind, NodeId, Role, Span};
use crate::token::TokenKind;
use crate::tree::{At, Place, UnitId, argument_values, holds_url, is_relevant, names_url};

use super::{DraftEdit, Rewriter, removal};
use crate::edit::SHARED;

/// No vendor's key is shorter than this, in bytes: what is, stands for one in a test.
const SHORTEST_KEY: usize = 8;

/// How a client is given its key.
struct KeyArgument<'r> {
    /// The argument, if it is there.
    given: Option<&'r Argument>,
    /// Its name.
    name: String,
    /// Where it goes if it is not there.
    container: NodeId,
    /// Whether the client looks for a key of its own when it is given none.
    falls_back: bool,
}

/// What a key argument's value is.
pub(super) enum KeyValue {
    /// The source's key, read from the environment in the argument itself; whether it may be null.
    Read { nullable: bool },
    /// The source's key, by a name that is bound to a read; whether that may be null.
    Named { nullable: bool },
    /// A text that names the variable in place of a value.
    Placeholder,
    /// A literal that stands for no key.
    Dummy,
    /// A literal that may be a key.
    Literal,
    /// Another variable of the environment: another vendor's key.
    OtherRead,
    /// The target's key already.
    Target,
    /// Something that can't be told; `ours` if its name speaks of the source.
    Unknown { ours: bool },
}

impl Rewriter<'_, '_> {
    /// The credentials of all moved sets and clients of a region.
    pub(super) fn credentials(&mut self, at: At, facts: &RegionFacts) {
        if facts.language.is_data() {
            self.keys_beside_urls(at, facts);
        }
        for request in &facts.requests {
            if self.units.of(at, request.statement).is_none() || self.units.stays(at, request.statement) {
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
            } else {
                let keyed =
                    self.units.of(at, request.statement).is_some_and(|unit| self.keyed.contains(&unit));
                self.auth_arguments(at, facts, request, relevant || keyed);
            }
        }
        for (index, set) in facts.sets.iter().enumerate() {
            let Some(first) = set.entries.first() else { continue };
            if self.units.stays(at, first.statement) || self.units.of(at, first.statement).is_none() {
                continue;
            }
            // The client that takes this set has the key, and has taken it out of the set.
            if self.given.contains(&(at, index)) {
                continue;
            }
            if is_relevant(self.tree.source, set) || self.is_of_request(at, facts, set) {
                self.raw(at, facts, set);
            }
        }
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

    /// The place among its arguments at which a known call takes the key without a name.
    fn key_position(&self, facts: &RegionFacts, request: &Request) -> Option<usize> {
        let client = self.tree.source.clients.client(&request.callee)?;
        let (id, family) = (facts.language.id(), facts.language.family());
        client.position.get(id).or_else(|| client.position.get(family)).copied()
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

    fn key_argument<'r>(&self, at: At, facts: &RegionFacts, request: &'r Request) -> Option<KeyArgument<'r>> {
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
        let client = known.filter(|_| !in_map && !in_call())?;
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
    fn client(
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
        let path = self.tree.files[at.file].path.clone();
        let target = self.tree.source.target.key_variable.clone();

        match key.given {
            Some(argument) => {
                let has_header = !self.credential_entries(sets).is_empty();
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
                self.note_added(&new_value, &target, &path);
            }
        }
        self.remove_credentials(sets);
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
                    if !names_variable(there, &value) && !reads(there, &value).is_empty() {
                        self.must_hold_target_key(place, there, entry, &value);
                    }
                    self.remove(place, there, entry, Rule::AuthHeader);
                } else if !self.is_target_value(place, there, entry) {
                    if !self.is_own_key(place, there, entry) {
                        let name = carrier(there, entry);
                        self.provider_key(place, entry.name_span.clone(), &name);
                    }
                    self.remove(place, there, entry, Rule::ProviderKey);
                }
            }
        }
    }

    /// The value of a client's key argument: the target's key, never null where the client would look for another one.
    #[allow(clippy::too_many_arguments, reason = "one step of one rule")]
    pub(super) fn key_of_client(
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
                let message = "a key is written out in the code; it was taken out of this place".to_string();
                let help = "Revoke it: whoever can read this repository has it.";
                self.find(at, span.clone(), Rule::HardCodedKey, Level::Action, message, help);
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
            let path = self.tree.files[at.file].path.clone();
            self.note_added(&new.0, &target, &path);
            if facts.tree().kind(value) == Kind::Shorthand {
                // `{ apiKey }`: the name stays, and gets a value of its own.
                self.edit(at, span.end..span.end, format!(": {}", new.0), Rule::AuthHeader, group);
            } else {
                self.replace(at, span, new.0, Rule::AuthHeader, group);
            }
            self.draft(at).imports.extend(new.1);
        }
    }

    /// Makes an expression that may be null give an empty string instead.
    fn never_null(&mut self, at: At, facts: &RegionFacts, value: NodeId, group: u32) {
        let span = facts.tree().node(value).span.clone();
        // As it reads after the edits: they are taken back where it is replaced as a whole.
        let Some(spelled) = facts.language.spell_not_null(&self.rewritten(at, &span)) else { return };
        if facts.tree().kind(value) == Kind::Shorthand {
            self.edit(at, span.end..span.end, format!(": {spelled}"), Rule::EnvVar, group);
        } else {
            self.replace(at, span, spelled, Rule::EnvVar, group);
        }
    }

    /// The key of a client of the SDK.
    pub(super) fn client_key(&mut self, at: At, facts: &RegionFacts, value: NodeId, group: u32) {
        let spelled = facts.language.spell_environment_read(&self.tree.source.target.key_variable);
        if let Some(spelled) = spelled {
            self.key_of_client(at, facts, value, group, (spelled.text, spelled.import), true, false);
        }
    }

    /// A variable that a program did not read before is needed now.
    pub(super) fn note_added(&mut self, value: &str, target: &str, path: &str) {
        let renamed =
            self.drafts.names.0.keys().any(|(kind, _, to)| *kind == EnvironmentKind::Rename && to == target);
        if value.contains(target) && !renamed {
            self.drafts.names.add(EnvironmentKind::Add, target, target, path);
        }
    }

    pub(super) fn provider_key(&mut self, at: At, span: Span, what: &str) {
        let what = what.trim_matches('`').split_whitespace().collect::<Vec<_>>().join(" ");
        let target = &self.tree.source.target;
        let message = format!("`{what}` carried the provider's credential, which is no longer sent");
        let help = format!(
            "{} authenticates with its own key only; nothing is to be done unless you count on the provider's account.",
            target.title
        );
        self.find(at, span, Rule::ProviderKey, Level::Check, message, help);
    }

    /// The expression of the source's key in one of these sets, as it reads after the edits, if it can stand elsewhere.
    fn source_key(
        &self,
        at: At,
        sets: &[(At, usize)],
        falls_back: bool,
    ) -> Option<(String, Option<&'static str>)> {
        for &(place, index) in sets {
            let there = self.tree.region(place);
            for entry in there.sets[index].entries.iter().filter(|entry| self.is_source_key(entry)) {
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
                if there.language.is_data() {
                    // What is written out in data is the old key; a read keeps the notation that its reader knows.
                    // One of an unknown variable would be taken for a provider's key by the next run.
                    let known = self.classify(Place { at: place, node });
                    let known = !matches!(known, KeyValue::Literal | KeyValue::OtherRead);
                    if known && place == at {
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
                    let text =
                        if nullable { there.language.spell_not_null(&text).unwrap_or(text) } else { text };
                    return Some((text, None));
                }
            }
        }
        None
    }

    /// The new name of the variable that `node` reads, if `node` is a read and nothing else.
    fn read_name(&self, at: At, facts: &RegionFacts, node: NodeId) -> Option<String> {
        let read = facts.language.environment_read(facts.tree(), &facts.text, node).or_else(|| {
            // `process.env.X!` and `(…)`.
            let [child] = facts.tree().children(node) else { return None };
            (facts.tree().kind(node) == Kind::Other)
                .then(|| facts.language.environment_read(facts.tree(), &facts.text, *child))
                .flatten()
        })?;
        // The name's own edit may be gone already, with the place that it stood in.
        facts.sites.iter().find_map(|site| {
            let token = &site.token.span;
            if token.start < read.name.start || read.name.end < token.end {
                return None;
            }
            match &site.token.kind {
                TokenKind::Variable { role: VariableRole::Key, key: Some(key) } => Some(format!(
                    "{}{}{}",
                    &facts.text[read.name.start..key.start],
                    self.tree.source.target.key_variable,
                    &facts.text[key.end..read.name.end]
                )),
                TokenKind::Variable { role: VariableRole::Key, key: None } | TokenKind::TargetVariable => {
                    Some(self.rewritten(at, &read.name))
                }
                _ => None,
            }
        })
    }

    fn credential_entries<'s>(&'s self, sets: &[(At, usize)]) -> Vec<&'s Entry> {
        sets.iter()
            .flat_map(|&(place, index)| &self.tree.region(place).sets[index].entries)
            .filter(|entry| self.is_source_key(entry))
            .collect()
    }

    /// Whether an entry carries the source's key by its name.
    fn is_source_key(&self, entry: &Entry) -> bool {
        self.tree.source.header(&entry.name).is_some_and(|header| header.class == HeaderClass::Credential)
            && entry.name.starts_with(&self.tree.source.header_prefix)
    }

    /// Whether an entry carries a credential of any kind.
    fn is_credential(&self, entry: &Entry) -> bool {
        self.is_source_key(entry)
            || entry.name.is_empty()
            || self.tree.source.clients.credential_headers.contains(&entry.name)
    }

    /// Whether a key is a field of something that no file of the tree makes in sight: a row of a table, a document.
    fn is_kept_elsewhere(&self, facts: &RegionFacts, value: NodeId) -> bool {
        let syntax = facts.tree();
        let mut at = value;
        while let ([child], Kind::Other) = (syntax.children(at), syntax.kind(at)) {
            at = *child;
        }
        let field = last_name(facts.node_text(at));
        let Some(object) = syntax.child(at, Role::Object).filter(|_| syntax.kind(at) == Kind::Member) else {
            return false;
        };
        let is_parameter = facts
            .scopes
            .resolve(syntax, &facts.text, object)
            .is_some_and(|(_, binding)| binding.parameter && binding.assigns.is_empty());
        is_parameter
            && !matches!(facts.node_text(object), "self" | "this" | "cls")
            && !self.fields.contains_key(field)
    }

    pub(super) fn key_value(&self, place: Place) -> KeyValue {
        let direct = self.classify(place);
        if !matches!(direct, KeyValue::Unknown { .. }) {
            return direct;
        }
        let resolved = self.tree.resolve(place);
        if resolved == place {
            return direct;
        }
        match self.classify(resolved) {
            KeyValue::Read { nullable } => KeyValue::Named { nullable },
            // A name's own words count as much as its value's.
            KeyValue::Unknown { ours } => {
                let also = matches!(direct, KeyValue::Unknown { ours: true });
                KeyValue::Unknown { ours: ours || also }
            }
            KeyValue::Literal if matches!(direct, KeyValue::Unknown { ours: true }) => {
                KeyValue::Unknown { ours: true }
            }
            other => other,
        }
    }

    fn classify(&self, place: Place) -> KeyValue {
        let facts = self.tree.region(place.at);
        let syntax = facts.tree();
        let mut node = place.node;
        let language = facts.language;
        loop {
            let inner = match syntax.children(node) {
                [child] if syntax.kind(node) == Kind::Other => *child,
                _ => break,
            };
            if language.environment_read(syntax, &facts.text, node).is_some() {
                break;
            }
            node = inner;
        }
        let span = syntax.node(node).span.clone();
        let holds = |test: &dyn Fn(&TokenKind) -> bool| {
            facts.sites.iter().any(|site| {
                span.start <= site.token.span.start
                    && site.token.span.end <= span.end
                    && test(&site.token.kind)
            })
        };
        let key_token = holds(&|kind| matches!(kind, TokenKind::Variable { role: VariableRole::Key, .. }));
        let target_token = holds(&|kind| matches!(kind, TokenKind::TargetVariable));
        if let Some(read) = language.environment_read(syntax, &facts.text, node) {
            return match (key_token, target_token) {
                (true, _) => KeyValue::Read { nullable: read.nullable && read.default.is_none() },
                (_, true) if read.nullable && read.default.is_none() => KeyValue::Read { nullable: true },
                (_, true) => KeyValue::Target,
                _ => KeyValue::OtherRead,
            };
        }
        if syntax.kind(node) == Kind::String {
            if key_token {
                return KeyValue::Placeholder;
            }
            if target_token {
                return KeyValue::Target;
            }
            let content = facts.text[syntax.node(node).content.clone()].trim();
            if syntax.children(node).is_empty() {
                if content.starts_with(&self.tree.source.target.key_prefix) {
                    return KeyValue::Target;
                }
                let dummy = self.is_placeholder(content);
                return if dummy { KeyValue::Dummy } else { KeyValue::Literal };
            }
            let reads_other = syntax.children(node).iter().any(|&hole| {
                syntax
                    .descendants(hole)
                    .into_iter()
                    .any(|id| language.environment_read(syntax, &facts.text, id).is_some())
            });
            return if reads_other { KeyValue::OtherRead } else { KeyValue::Unknown { ours: false } };
        }
        if key_token {
            return KeyValue::Unknown { ours: true };
        }
        let text = facts.text[span].to_ascii_lowercase();
        let ours = self.tree.source.markers.iter().any(|marker| text.contains(&marker.to_ascii_lowercase()))
            || text.contains(&self.tree.source.target.name);
        KeyValue::Unknown { ours }
    }

    /// A request that sends its key in a header.
    fn raw(&mut self, at: At, facts: &RegionFacts, set: &HeaderSet) {
        let source_keys: Vec<&Entry> = set.entries.iter().filter(|entry| self.is_source_key(entry)).collect();
        let others: Vec<&Entry> = set
            .entries
            .iter()
            .filter(|entry| self.is_credential(entry) && !self.is_source_key(entry))
            // What another branch sends does not go with this key.
            .filter(|other| {
                source_keys.is_empty()
                    || source_keys.iter().any(|key| !exclusive(facts, key.statement, other.statement))
            })
            .collect();
        if let Some((first, more)) = source_keys.split_first() {
            let first_value = facts.text[self.value_span(facts, first)].to_string();
            let same = others.iter().find(|other| {
                other.name == self.tree.source.target.credential_header.to_ascii_lowercase()
                    && self.is_own_key(at, facts, other)
                    && facts.text[self.value_span(facts, other)]
                        .contains(first_value.trim_matches(['"', '\'', '`']))
            });
            if let Some(same) = same.copied() {
                // The key is there already, in the target's own header.
                for entry in
                    source_keys.iter().chain(others.iter().filter(|other| other.name_span != same.name_span))
                {
                    self.remove(at, facts, entry, Rule::AuthHeader);
                }
                return;
            }
            for other in &others {
                let name = carrier(facts, other);
                self.provider_key(at, other.name_span.clone(), &name);
                self.remove(at, facts, other, Rule::ProviderKey);
            }
            for entry in more {
                if exclusive(facts, first.statement, entry.statement) {
                    self.authorize(at, facts, entry);
                } else {
                    self.remove(at, facts, entry, Rule::AuthHeader);
                }
            }
            self.authorize(at, facts, first);
            return;
        }
        let elsewhere = self.key_elsewhere(at, set);
        for other in &others {
            if self.is_own_key(at, facts, other) || self.is_target_value(at, facts, other) {
                continue;
            }
            if elsewhere {
                let name = carrier(facts, other);
                self.provider_key(at, other.name_span.clone(), &name);
                self.remove(at, facts, other, Rule::ProviderKey);
            } else {
                self.reauthorize(at, facts, other);
            }
        }
    }

    /// The length of the sign that makes a text an expression of the tool it is for, which stays in front of all else.
    fn expression_sign(&self, content: &str) -> usize {
        let openers = &self.tree.source.clients.expressions;
        let opener = openers.iter().find(|opener| content.starts_with(opener.as_str()));
        opener.map_or(0, |opener| opener.len() - opener.trim_start_matches(|c| c != '{').len())
    }

    /// The source's key header becomes the target's.
    fn authorize(&mut self, at: At, facts: &RegionFacts, entry: &Entry) {
        let group = self.group(at, entry.statement);
        let target = &self.tree.source.target;
        let scheme = target.scheme.clone();
        let value = self.value_span(facts, entry);
        let mut literal = None;
        let wrap = match &entry.value {
            EntryValue::Part(span) => {
                let text = &facts.text[span.clone()];
                literal = (!text.contains(['$', '{', '<', '%'])).then(|| text.to_string());
                let has_scheme = text.to_ascii_lowercase().starts_with(&scheme.to_ascii_lowercase());
                (!has_scheme).then(|| (span.start, scheme.clone(), span.end, String::new()))
            }
            EntryValue::Joined { start, span, .. } => {
                let text = &facts.text[*start..span.end];
                let has_scheme = text.to_ascii_lowercase().starts_with(&scheme.to_ascii_lowercase());
                (!has_scheme).then(|| (*start, scheme.clone(), *start, String::new()))
            }
            EntryValue::Node(node) => {
                let syntax = facts.tree();
                let content = &facts.text[syntax.node(*node).content.clone()];
                if syntax.kind(*node) == Kind::String {
                    literal = (syntax.children(*node).is_empty() && !content.contains(['$', '<', '{']))
                        .then(|| content.to_string());
                }
                let has_scheme = syntax.kind(*node) == Kind::String
                    && content.to_ascii_lowercase().starts_with(&scheme.to_ascii_lowercase());
                if has_scheme {
                    None
                } else {
                    let sign = self.expression_sign(content);
                    match facts.language.spell_prefixed(syntax, &facts.text, *node, &scheme) {
                        Some(wrap) if wrap.after.is_empty() => {
                            Some((wrap.start + sign, wrap.before, wrap.end + sign, wrap.after))
                        }
                        Some(wrap) => Some((wrap.start, wrap.before, wrap.end, wrap.after)),
                        None => {
                            self.impossible(
                                at,
                                entry.statement,
                                "its key's value can't be given the scheme that the target asks for",
                            );
                            return;
                        }
                    }
                }
            }
        };
        self.set_name(at, entry, target.credential_header.clone(), Rule::AuthHeader, group);
        if let Some((start, mut before, end, mut after)) = wrap {
            let cuts = match &entry.value {
                EntryValue::Node(node) => facts.language.cut_by_prefix(facts.tree(), &facts.text, *node),
                EntryValue::Part(_) | EntryValue::Joined { .. } => Vec::new(),
            };
            for cut in cuts {
                // What is put in where something goes takes its place.
                let text = match (cut.end == start, cut.start == end) {
                    (true, _) => std::mem::take(&mut before),
                    (_, true) => std::mem::take(&mut after),
                    _ => String::new(),
                };
                self.edit(at, cut, text, Rule::AuthHeader, group);
            }
            if !before.is_empty() {
                self.edit(at, start..start, before, Rule::AuthHeader, group);
            }
            if !after.is_empty() {
                self.edit(at, end..end, after, Rule::AuthHeader, group);
            }
        }
        if let Some(literal) = literal
            && !names_variable(facts, &value)
            && literal.trim().len() >= SHORTEST_KEY
            && !self.is_placeholder(literal.trim())
            && !literal.contains(&self.tree.source.target.key_prefix)
        {
            let title = &self.tree.source.target.title;
            let message = "a key is written out here, and it is not one of the target's".to_string();
            let help = format!(
                "Read a key of {title} from `{}` instead, and revoke this one.",
                self.tree.source.target.key_variable
            );
            self.find(at, value, Rule::HardCodedKey, Level::Action, message, help);
        } else if !names_variable(facts, &value) && !reads(facts, &value).is_empty() {
            self.must_hold_target_key(at, facts, entry, &value);
        }
    }

    /// Another vendor's key in the credential header of a request to the source becomes the target's.
    fn reauthorize(&mut self, at: At, facts: &RegionFacts, entry: &Entry) {
        let group = self.group(at, entry.statement);
        let variable = self.tree.source.target.key_variable.clone();
        let path = self.tree.files[at.file].path.clone();
        let span = self.value_span(facts, entry);
        let quoted = self.quote(facts, entry, true);
        if self.may_be_target_key(at, facts, entry.statement, &span) {
            return self.must_hold_target_key(at, facts, entry, &span);
        }
        // The one variable that the value reads is the key.
        let reads = reads(facts, &span);
        if let [name] = reads.as_slice() {
            self.replace(at, name.clone(), variable.clone(), Rule::ProviderKey, group);
            self.drafts.names.add(EnvironmentKind::Add, &variable, &variable, &path);
            self.provider_key(at, entry.name_span.clone(), &carrier(facts, entry));
            return;
        }
        let what = format!("{quoted} must carry");
        self.must_be_target_key(at, entry.name_span.clone(), &what, Level::Action);
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

    /// What is sent as the credential, and may be the target's or not.
    pub(super) fn must_be_target_key(&mut self, at: At, span: Span, what: &str, level: Level) {
        let target = &self.tree.source.target;
        let message = format!("{what} the key of {}", target.title);
        let help = format!(
            "Make sure that it comes from `{}`, and that it is never a provider's key.",
            target.key_variable
        );
        self.find(at, span, Rule::ProviderKey, level, message, help);
    }

    /// Whether what is read in `span` may hold the target's key under a name of the program's own: nothing in the unit
    /// is the source's any more, so that this may be what an earlier run left, and no client falls back to the name.
    pub(super) fn may_be_target_key(&self, at: At, facts: &RegionFacts, node: NodeId, span: &Span) -> bool {
        let statement = statement_of(facts.language, facts.tree(), node);
        let moved = self.units.of(at, statement).is_some_and(|unit| !self.of_source.contains(&unit));
        let clients = &self.tree.source.clients.clients;
        moved
            && reads(facts, span).iter().all(|name| {
                let name = Some(&facts.text[name.clone()]);
                clients.iter().all(|client| client.fallback.as_deref() != name)
            })
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

    /// Whether another set of the same unit carries the source's key.
    fn key_elsewhere(&self, at: At, set: &HeaderSet) -> bool {
        let Some(unit) = set.entries.first().and_then(|entry| self.units.of(at, entry.statement)) else {
            return false;
        };
        self.keyed.contains(&unit)
    }

    /// Whether the value of an entry is the source's key, by the variable that it reads or the name that it has.
    fn is_own_key(&self, at: At, facts: &RegionFacts, entry: &Entry) -> bool {
        let span = self.value_span(facts, entry);
        let names_key = |facts: &RegionFacts, span: &Span| {
            facts.sites.iter().any(|site| {
                span.start <= site.token.span.start
                    && site.token.span.end <= span.end
                    && matches!(site.token.kind, TokenKind::Variable { role: VariableRole::Key, .. })
            })
        };
        if names_key(facts, &span) {
            return true;
        }
        let text = facts.text[span.clone()].to_ascii_lowercase();
        if self.tree.source.markers.iter().any(|marker| text.contains(&marker.to_ascii_lowercase())) {
            return true;
        }
        let syntax = facts.tree();
        syntax.ids().any(|id| {
            let node = syntax.node(id);
            if !matches!(node.kind, Kind::Name | Kind::Member)
                || node.span.start < span.start
                || node.span.end > span.end
            {
                return false;
            }
            let place = Place { at, node: id };
            let resolved = self.tree.resolve(place);
            resolved != place && {
                let there = self.tree.region(resolved.at);
                names_key(there, &there.tree().node(resolved.node).span)
            }
        })
    }

    /// Whether the value of an entry is the target's key already.
    fn is_target_value(&self, _at: At, facts: &RegionFacts, entry: &Entry) -> bool {
        let span = self.value_span(facts, entry);
        facts.text[span.clone()].contains(&self.tree.source.target.key_prefix)
            || facts.sites.iter().any(|site| {
                span.start <= site.token.span.start
                    && site.token.span.end <= span.end
                    && site.token.kind == TokenKind::TargetVariable
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
                let moves = self.units.of(at, request.statement).is_some()
                    && !self.units.stays(at, request.statement);
                if moves && self.key_argument(at, facts, request).is_some() {
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

    /// `auth=(…)` and the like of a raw request.
    fn auth_arguments(&mut self, at: At, facts: &RegionFacts, request: &Request, relevant: bool) {
        if !relevant {
            return;
        }
        let group = self.group(at, request.statement);
        for argument in &request.arguments {
            if self.tree.source.clients.auth_arguments.contains(&argument.name) {
                let span = facts.tree().node(argument.item).span.clone();
                self.provider_key(at, span, &format!("{}=…", argument.name));
                let draft = self.draft(at);
                draft.removals.item(argument.container, argument.item);
                draft.removed.insert(argument.item, (Rule::ProviderKey, group));
            }
        }
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

    pub(super) fn impossible(&mut self, at: At, statement: NodeId, reason: &str) {
        if let Some(unit) = self.units.of(at, statement) {
            let unit: UnitId = unit;
            self.drafts.impossible.insert(unit, reason.to_string());
        }
        debug_assert!(self.group(at, statement) != SHARED, "a request has a unit");
    }
}

/// The names of the variables that are read within `span`, each once.
fn reads(facts: &RegionFacts, span: &Span) -> Vec<Span> {
    let syntax = facts.tree();
    let inner = syntax.ids().filter(|&id| {
        let node = &syntax.node(id).span;
        span.start <= node.start && node.end <= span.end
    });
    let mut out: Vec<Span> = Vec::new();
    for read in inner.filter_map(|id| facts.language.environment_read(syntax, &facts.text, id)) {
        if !out.contains(&read.name) {
            out.push(read.name);
        }
    }
    out
}

/// Whether a variable of the source or the target is named within `span`.
fn names_variable(facts: &RegionFacts, span: &Span) -> bool {
    facts.sites.iter().any(|site| {
        span.start <= site.token.span.start
            && site.token.span.end <= span.end
            && matches!(site.token.kind, TokenKind::Variable { .. } | TokenKind::TargetVariable)
    })
}

/// What carries a credential, as the program names it: a header or a flag. Never the credential.
fn carrier(facts: &RegionFacts, entry: &Entry) -> String {
    facts.text[entry.name_span.clone()].to_string()
}

/// Whether two statements stand in different branches of one statement, so that never both of them run.
fn exclusive(facts: &RegionFacts, a: NodeId, b: NodeId) -> bool {
    let syntax = facts.tree();
    let around: Vec<NodeId> = syntax.ancestors(a).collect();
    let common = syntax.ancestors(b).find(|up| around.contains(up));
    // What two statements of one body have in common is that body.
    common.is_some_and(|common| {
        !matches!(syntax.kind(common), Kind::Block | Kind::Class | Kind::Function)
            && common != crate::syntax::Syntax::ROOT
    })
}

/// Whether an expression whose value is not known may be null: a reference or a call may, unless the call constructs.
fn may_be_null(facts: &RegionFacts, node: NodeId) -> bool {
    let syntax = facts.tree();
    match syntax.kind(node) {
        Kind::Name | Kind::Member | Kind::Shorthand | Kind::Index => true,
        Kind::Call => syntax.child(node, Role::Callee).is_some_and(|callee| {
            let path = facts.node_text(callee);
            let name = path.rsplit('.').next().unwrap_or(path);
            !facts.node_text(node).starts_with("new ") && !name.starts_with(char::is_uppercase)
        }),
        _ => false,
    }
}
