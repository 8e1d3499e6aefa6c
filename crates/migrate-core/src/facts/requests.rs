//! Calls with their arguments: what is given by name, by an option, by a link of a chain.

use std::collections::BTreeMap;

use super::{Argument, Collector, HeaderSet, Request, SetOf, is_one_of, last_name, statement_of};
use crate::syntax::{Kind, NodeId, Role};

impl Collector<'_> {
    pub(super) fn requests(&self) -> Vec<Request> {
        let mut out = Vec::new();
        for id in self.syntax.ids() {
            let is_entry_map = self.is_settings(id);
            // A call that only makes headers sends nothing.
            let is_call = self.syntax.kind(id) == Kind::Call && !self.is_headers_helper(id);
            if !is_call && !is_entry_map {
                continue;
            }
            let callee =
                self.syntax.child(id, Role::Callee).map_or("", |callee| last_name(self.node_text(callee)));
            let mut arguments = Vec::new();
            if !is_entry_map {
                let children = self.syntax.children(id).iter().copied();
                for list in children.filter(|&child| self.syntax.kind(child) == Kind::Arguments) {
                    self.arguments(list, 0, &mut arguments);
                }
            }
            self.arguments(id, 0, &mut arguments);
            let chain = self.chain_of(id);
            if chain == id {
                let mut link = self.link_before(id).map(|_| id);
                while let Some(call) = link {
                    arguments.extend(
                        self.set_argument(call).map(|argument| Argument { container: id, ..argument }),
                    );
                    link = self.link_before(call);
                }
                arguments.sort_by_key(|argument| self.syntax.node(argument.value).span.start);
            }
            out.push(Request {
                call: id,
                callee: callee.to_string(),
                arguments,
                chain,
                statement: statement_of(self.language, self.syntax, id),
                set_on: None,
            });
        }
        out
    }

    /// Clients that are given their settings one by one: `config.api_key = key`, `builder.apiKey(key);`.
    pub(super) fn configured(&self, sets: &[HeaderSet]) -> Vec<Request> {
        let (syntax, clients) = (self.syntax, &self.source.clients);
        if self.language.is_data() {
            return Vec::new();
        }
        let mut settings: BTreeMap<SetOf, Vec<Argument>> = BTreeMap::new();
        for id in syntax.ids() {
            let Some((object, argument)) = self.set_property(id).or_else(|| self.set_by_statement(id)) else {
                continue;
            };
            // What a class keeps for itself is no client's yet.
            if !matches!(self.node_text(object), "self" | "this" | "$this" | "super") {
                settings.entry(self.receiver(object)).or_default().push(argument);
            }
        }
        let clients_of = settings.into_iter().filter_map(|(of, arguments)| {
            let has = |names: &[String]| arguments.iter().any(|argument| names.contains(&argument.name));
            let mut keys = arguments.iter().filter(|argument| clients.key_arguments.contains(&argument.name));
            let (key, None) = (keys.next()?, keys.next()) else { return None };
            let whole = has(&clients.url_arguments)
                || has(&clients.header_arguments)
                || sets.iter().any(|set| set.of == of);
            let call = key.item;
            whole.then(|| Request {
                call,
                callee: String::new(),
                chain: call,
                statement: statement_of(self.language, syntax, call),
                set_on: Some(of),
                arguments,
            })
        });
        clients_of.collect()
    }

    /// `object.name = value`, where the name is one of a client's arguments.
    fn set_property(&self, assign: NodeId) -> Option<(NodeId, Argument)> {
        let (syntax, clients) = (self.syntax, &self.source.clients);
        let target = syntax.child(assign, Role::Target).filter(|_| syntax.kind(assign) == Kind::Assign)?;
        let property =
            syntax.child(target, Role::Property).filter(|_| syntax.kind(target) == Kind::Member)?;
        let (object, value) = (syntax.child(target, Role::Object)?, syntax.child(assign, Role::Value)?);
        let text = self.node_text(property);
        let known = [&clients.key_arguments, &clients.url_arguments, &clients.header_arguments];
        let name = known.into_iter().flatten().find(|name| name.eq_ignore_ascii_case(text))?.clone();
        let statement = statement_of(self.language, syntax, assign);
        let is_whole = self.is_statement(assign, statement);
        is_whole.then_some((object, Argument { name, item: assign, container: assign, value }))
    }

    /// `object.name(value)` as a statement, where the name is one that sets a client's argument.
    fn set_by_statement(&self, call: NodeId) -> Option<(NodeId, Argument)> {
        let argument = self.set_argument(call)?;
        let object = self.syntax.child(self.syntax.child(call, Role::Callee)?, Role::Object)?;
        let statement = statement_of(self.language, self.syntax, call);
        let alone = self.syntax.kind(object) != Kind::Call && self.is_statement(call, statement);
        alone.then_some((object, argument))
    }

    /// Whether a map has an entry of one of these names. In data their words may be joined by `-`.
    pub(super) fn holds(&self, map: NodeId, names: &[String]) -> bool {
        let is_held =
            |&pair: &NodeId| self.key_of(pair).is_some_and(|key| is_one_of(self.language, key, names));
        self.syntax.children(map).iter().any(is_held)
    }

    /// Whether a map holds the settings of one client: in data its URL or its key is an entry of it, in code both its
    /// URL and its key or headers are.
    fn is_settings(&self, map: NodeId) -> bool {
        let clients = &self.source.clients;
        let holds = |names: &[String]| self.holds(map, names);
        if self.syntax.kind(map) != Kind::Map {
            return false;
        }
        let (url, key) = (holds(&clients.url_arguments), holds(&clients.key_arguments));
        if self.language.is_data() {
            // `api-key` alone is a header.
            let is_key = |key: &str| clients.key_arguments.iter().any(|known| known == key);
            let mut keys = self.syntax.children(map).iter().filter_map(|&pair| self.key_of(pair));
            return url || keys.any(is_key);
        }
        // In code a call's own options are the call's.
        let of_call = self
            .syntax
            .parent(map)
            .is_some_and(|up| matches!(self.syntax.kind(up), Kind::Arguments | Kind::Call));
        url && (key || holds(&clients.header_arguments)) && !of_call
    }

    /// The argument that a call sets by its own name: `api_key(key)`, `WithBaseURL(url)`.
    pub(super) fn set_argument(&self, call: NodeId) -> Option<Argument> {
        let syntax = self.syntax;
        let callee = syntax.child(call, Role::Callee).filter(|_| syntax.kind(call) == Kind::Call)?;
        let name = last_name(self.node_text(callee)).to_ascii_lowercase();
        let clients = &self.source.clients;
        let setters = [
            (&clients.key_setters, clients.key_arguments.first()),
            (&clients.url_setters, clients.url_arguments.first()),
            (&clients.header_map_setters, clients.header_arguments.first()),
        ];
        // Beside the URL of a client it is that client's key, which need be no header's.
        if clients.credential_setters.contains(&name) && self.is_beside_url(call) {
            let (name, container) = (clients.key_arguments.first()?.clone(), syntax.arguments(call)?);
            let [value] = self.items(container)[..] else { return None };
            return Some(Argument { name, item: call, container, value });
        }
        let by_list = || setters.into_iter().find(|(setters, _)| setters.contains(&name))?.1.cloned();
        let is_model = clients.model_setters.contains(&name);
        let argument = if is_model { "model".to_owned() } else { by_list()? };
        let container = syntax.arguments(call)?;
        let [value] = self.items(container)[..] else { return None };
        Some(Argument { name: argument, item: call, container, value })
    }

    /// Whether a call is one of several options that something is made with, of which another one is its URL.
    fn is_beside_url(&self, call: NodeId) -> bool {
        let syntax = self.syntax;
        let Some(options) = syntax.parent(call).filter(|&up| syntax.kind(up) == Kind::Arguments) else {
            return false;
        };
        self.items(options).into_iter().filter(|&other| syntax.kind(other) == Kind::Call).any(|other| {
            let callee = syntax.child(other, Role::Callee).map_or("", |callee| self.node_text(callee));
            self.source.clients.url_setters.contains(&last_name(callee).to_ascii_lowercase())
        })
    }

    fn arguments(&self, container: NodeId, depth: usize, out: &mut Vec<Argument>) {
        for item in self.items(container) {
            if let Some(argument) = self.set_argument(item) {
                out.push(Argument { container, ..argument });
                continue;
            }
            let (name, value) = match self.syntax.kind(item) {
                Kind::Pair => {
                    let (Some(key), Some(value)) = (self.key_of(item), self.syntax.child(item, Role::Value))
                    else {
                        continue;
                    };
                    (key.to_string(), value)
                }
                Kind::Shorthand => (self.node_text(item).to_string(), item),
                Kind::Arguments => continue,
                _ => (String::new(), item),
            };
            out.push(Argument { name, item, container, value });
            // Options may lie in a map, and some of them in a map of their own.
            if depth < 3 && self.syntax.kind(value) == Kind::Map && !self.is_settings(value) {
                self.arguments(value, depth + 1, out);
            }
        }
    }
}
