//! What is done to headers as they stand: others are put into them, one is taken out.

use std::collections::BTreeMap;

use super::{Collector, Entry, Merge, SetOf, Taken, last_name, statement_of};
use crate::syntax::{Kind, NodeId, Role};

impl Collector<'_> {
    /// Headers that are put into others, and credential headers that are taken out.
    pub(super) fn changes(&self) -> (Vec<Merge>, Vec<Taken>) {
        let (mut merges, mut taken) = (Vec::new(), Vec::new());
        if self.language.is_data() {
            return (merges, taken);
        }
        for id in self.syntax.ids() {
            if let Some(object) = self.merged_into(id) {
                let statement = statement_of(self.language, self.syntax, id);
                merges.push(Merge { of: self.receiver(object), statement });
            }
            taken.extend(self.taken_by_call(id).or_else(|| self.taken_by_word(id)));
        }
        (merges, taken)
    }

    /// What the call at `id` puts its one argument, or its named ones, into.
    fn merged_into(&self, id: NodeId) -> Option<NodeId> {
        let (syntax, mergers) = (self.syntax, &self.source.clients.header_mergers);
        let callee = syntax.child(id, Role::Callee).filter(|_| syntax.kind(id) == Kind::Call)?;
        let object = syntax.child(callee, Role::Object)?;
        let name = last_name(self.node_text(callee)).to_ascii_lowercase();
        let statement = statement_of(self.language, syntax, id);
        (mergers.contains(&name) && self.is_statement(id, statement)).then_some(object)
    }

    /// Headers that are put into others belong to those, where these are of a name.
    pub(super) fn join_merged(&self, sets: &mut BTreeMap<SetOf, Vec<Entry>>) {
        let (syntax, data) = (self.syntax, self.language.is_data());
        let into = |of: &SetOf| {
            let SetOf::Node(node) = *of else { return None };
            let outer = if syntax.kind(node) == Kind::Map { syntax.parent(node)? } else { node };
            let call = if syntax.kind(outer) == Kind::Arguments { syntax.parent(outer)? } else { outer };
            Some(self.receiver(self.merged_into(call)?))
        };
        let merged: Vec<(SetOf, SetOf)> =
            sets.keys().filter(|_| !data).filter_map(|of| Some((of.clone(), into(of)?))).collect();
        for (of, with) in merged {
            let entries = sets.remove(&of).unwrap_or_default();
            sets.entry(with).or_default().extend(entries);
        }
    }

    /// `headers.remove(name)`
    fn taken_by_call(&self, id: NodeId) -> Option<Taken> {
        let (syntax, clients) = (self.syntax, &self.source.clients);
        let callee = syntax.child(id, Role::Callee).filter(|_| syntax.kind(id) == Kind::Call)?;
        let name = last_name(self.node_text(callee)).to_ascii_lowercase();
        if !clients.header_removers.contains(&name) {
            return None;
        }
        let object = syntax.child(callee, Role::Object)?;
        let header = *self.items(syntax.arguments(id)?).first()?;
        self.taken(header, object, id)
    }

    /// `delete headers[name]`, `del headers[name]`
    fn taken_by_word(&self, id: NodeId) -> Option<Taken> {
        let syntax = self.syntax;
        let (object, up) = (syntax.child(id, Role::Object)?, syntax.parent(id)?);
        let before = self.text[syntax.node(up).span.start..syntax.node(id).span.start].trim();
        if !self.source.clients.removal_words.iter().any(|word| word == before) {
            return None;
        }
        let header = syntax.child(id, Role::Subscript).or_else(|| syntax.child(id, Role::Property))?;
        self.taken(header, object, up)
    }

    fn taken(&self, header: NodeId, object: NodeId, whole: NodeId) -> Option<Taken> {
        let name = self.text[self.syntax.node(header).content.clone()].to_ascii_lowercase();
        if !self.source.clients.credential_headers.contains(&name) {
            return None;
        }
        let statement = statement_of(self.language, self.syntax, whole);
        let alone = self.is_statement(whole, statement);
        Some(Taken { name, node: header, of: self.receiver(object), statement, alone })
    }
}
