//! The key of a raw request: sent in a header, the target's own after the move.

use crate::facts::{Entry, EntryValue, HeaderSet, RegionFacts, Request};
use crate::finding::{Level, Rule};
use crate::plan::values::EnvironmentKind;
use crate::syntax::{Kind, NodeId};
use crate::tree::{At, Place};

use super::carrier;
use super::key_value::{names_variable, reads};
use crate::rewrite::Rewriter;

/// No vendor's key is shorter than this, in bytes: what is, stands for one in a test.
const SHORTEST_KEY: usize = 8;

impl Rewriter<'_, '_> {
    /// A request that sends its key in a header.
    pub(super) fn raw(&mut self, at: At, facts: &RegionFacts, set: &HeaderSet) {
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
                self.remove_provider_key(at, facts, other);
            }
            for entry in more {
                if exclusive(facts, first.statement, entry.statement) {
                    self.authorize(at, facts, entry);
                } else {
                    self.remove(at, facts, entry, Rule::AuthHeader);
                }
            }
            self.authorize(at, facts, first);
            self.spread_beside(at, facts, set, first);
            return;
        }
        // Whether another set of the same unit carries the source's key.
        let elsewhere = set.entries.first().is_some_and(|first| self.is_keyed(at, first.statement));
        for other in &others {
            if self.is_own_key(at, facts, other) || self.is_target_value(facts, other) {
                continue;
            }
            if elsewhere {
                self.remove_provider_key(at, facts, other);
            } else {
                self.reauthorize(at, facts, other);
            }
        }
    }

    /// Takes another vendor's key out.
    fn remove_provider_key(&mut self, at: At, facts: &RegionFacts, entry: &Entry) {
        self.provider_key(at, entry.name_span.clone(), &carrier(facts, entry));
        self.remove(at, facts, entry, Rule::ProviderKey);
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
        let has_scheme = |text: &str| text.to_ascii_lowercase().starts_with(&scheme.to_ascii_lowercase());
        let value = self.value_span(facts, entry);
        let mut literal = None;
        let wrap = match &entry.value {
            EntryValue::Part(span) => {
                let text = &facts.text[span.clone()];
                literal = (!text.contains(['$', '{', '<', '%'])).then(|| text.to_string());
                (!has_scheme(text)).then(|| (span.start, scheme.clone(), span.end, String::new()))
            }
            EntryValue::Joined { start, span, .. } => {
                let text = &facts.text[*start..span.end];
                (!has_scheme(text)).then(|| (*start, scheme.clone(), *start, String::new()))
            }
            EntryValue::Node(node) => {
                let syntax = facts.tree();
                let content = &facts.text[syntax.node(*node).content.clone()];
                if syntax.kind(*node) == Kind::String {
                    literal = (syntax.children(*node).is_empty() && !content.contains(['$', '<', '{']))
                        .then(|| content.to_string());
                }
                if syntax.kind(*node) == Kind::String && has_scheme(content) {
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

    /// `auth=(…)` and the like of a raw request.
    pub(super) fn auth_arguments(&mut self, at: At, facts: &RegionFacts, request: &Request) {
        let group = self.group(at, request.statement);
        for argument in &request.arguments {
            let known = self.tree.source.clients.auth_arguments.contains(&argument.name);
            // What sets the source's key on each request sets the target's now.
            if known && !self.sets_source_key(Place { at, node: argument.value }) {
                let span = facts.tree().node(argument.item).span.clone();
                self.provider_key(at, span, &format!("{}=…", argument.name));
                self.draft(at).remove_item(argument.container, argument.item, (Rule::ProviderKey, group));
            }
        }
    }
}

/// Whether two statements stand in different branches of one statement, so that never both of them run.
pub(super) fn exclusive(facts: &RegionFacts, a: NodeId, b: NodeId) -> bool {
    let syntax = facts.tree();
    let around: Vec<NodeId> = syntax.ancestors(a).collect();
    let common = syntax.ancestors(b).find(|up| around.contains(up));
    // What two statements of one body have in common is that body.
    common.is_some_and(|common| {
        !matches!(syntax.kind(common), Kind::Block | Kind::Class | Kind::Function)
            && common != crate::syntax::Syntax::ROOT
    })
}
