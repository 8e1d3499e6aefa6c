//! Headers that are looked up in what the program itself sends: tests that assert on it move with it.

use crate::facts::{Entry, EntryValue, RegionFacts, SetOf, Site, last_name};
use crate::finding::{Level, Rule};
use crate::source::HeaderClass;
use crate::syntax::{Kind, NodeId, Role};
use crate::tree::{At, Place};

use super::Rewriter;

impl Rewriter<'_, '_> {
    /// Gives a header that is looked up in a request's own headers its new name. `false` if it is none of those, or has
    /// no new name.
    pub(super) fn asserted(
        &mut self,
        at: At,
        facts: &RegionFacts,
        index: usize,
        site: &Site,
        name: &str,
    ) -> bool {
        let source = self.tree.source;
        let Some(header) = source.header(name) else { return false };
        let becomes = match (header.class, &header.becomes) {
            (HeaderClass::Credential, _) => source.target.credential_header.clone(),
            (HeaderClass::Rename, Some(becomes)) => becomes.clone(),
            _ => return false,
        };
        let Some(moves) = self.is_sent(at, facts, site) else { return false };
        self.draft(at).reported.insert(index);
        if !moves {
            let message = format!("`{name}` is looked up in headers that stay on {}", source.title);
            self.find(at, site.token.span.clone(), header.rule, Level::Note, message, "");
            return true;
        }
        let group = self.group(at, site.statement);
        let becomes = self.name_at(at, site.node, becomes);
        self.edit(at, site.token.span.clone(), becomes, header.rule, group);
        if header.class == HeaderClass::Credential {
            self.expected(at, facts, site, group);
        }
        true
    }

    /// What a test expects the credential to be gets the scheme in front, where it stands beside it.
    fn expected(&mut self, at: At, facts: &RegionFacts, site: &Site, group: u32) {
        let (syntax, scheme) = (facts.tree(), self.tree.source.target.scheme.clone());
        let texts: Vec<NodeId> = syntax
            .descendants(site.statement)
            .into_iter()
            .filter(|&id| syntax.kind(id) == Kind::String && id != site.node)
            .collect();
        if let [text] = texts.as_slice()
            && is_asserted(self, facts, site.statement)
            && let Some(wrap) = facts.language.spell_prefixed(syntax, &facts.text, *text, &scheme)
        {
            self.edit(at, wrap.start..wrap.start, wrap.before, Rule::AuthHeader, group);
            if !wrap.after.is_empty() {
                self.edit(at, wrap.end..wrap.end, wrap.after, Rule::AuthHeader, group);
            }
            return;
        }
        let message = format!("what is looked up here begins with `{scheme}` now");
        self.find(
            at,
            site.token.span.clone(),
            Rule::AuthHeader,
            Level::Check,
            message,
            "See what is done with it.",
        );
    }

    /// Whether the headers that a name is looked up in are those of a request, and if they are, whether it moves.
    fn is_sent(&self, at: At, facts: &RegionFacts, site: &Site) -> Option<bool> {
        let syntax = facts.tree();
        let up = syntax.parent(site.node)?;
        let object = match syntax.kind(up) {
            Kind::Index => syntax.child(up, Role::Object)?,
            Kind::Arguments | Kind::Call => {
                let call = if syntax.kind(up) == Kind::Call { up } else { syntax.parent(up)? };
                syntax.child(syntax.child(call, Role::Callee)?, Role::Object)?
            }
            _ => return None,
        };
        let text = facts.node_text(object);
        let on_receiver = facts
            .sets
            .iter()
            .find(|set| matches!(&set.of, SetOf::Receiver { text: receiver, .. } if receiver == text));
        if let Some(set) = on_receiver {
            return self.sent_by(at, set.entries.first()?);
        }
        let place = self.tree.resolve(Place { at, node: object });
        let there = self.tree.region(place.at);
        let tree = there.tree();
        let within = match tree.kind(place.node) {
            Kind::Map => Place { at: place.at, node: place.node },
            Kind::Call => {
                let callee = tree.child(place.node, Role::Callee)?;
                let (id, binding) = there.scopes.resolve(tree, &there.text, callee)?;
                let (at, binding) = match self.tree.imported(place.at, &id) {
                    Some((at, id)) => {
                        (at, self.tree.region(at).scopes.scopes[id.scope].bindings.get(&id.name)?)
                    }
                    None => (place.at, binding),
                };
                let node = binding.definition.or_else(|| binding.assigns.first().copied())?;
                Place { at, node }
            }
            _ => return None,
        };
        let home = self.tree.region(within.at);
        let span = &home.tree().node(within.node).span;
        let mut entries = home.sets.iter().flat_map(|set| &set.entries);
        let entry = entries.find(|entry| {
            span.start <= entry.name_span.start
                && entry.name_span.end <= span.end
                && entry.name.starts_with(&self.tree.source.header_prefix)
                && matches!(entry.value, EntryValue::Node(_))
        })?;
        self.sent_by(within.at, entry)
    }

    fn sent_by(&self, at: At, entry: &Entry) -> Option<bool> {
        Some(!self.units.stays(at, entry.statement))
    }

    /// Whether an entry of a header set stands in what something is compared with, and is sent nowhere.
    pub(super) fn is_expectation(&self, facts: &RegionFacts, entry: &Entry) -> bool {
        facts.syntax.is_some() && !facts.language.is_data() && is_asserted(self, facts, entry.statement)
    }
}

/// Whether a statement compares, in an assertion of a test.
fn is_asserted(rewriter: &Rewriter<'_, '_>, facts: &RegionFacts, statement: NodeId) -> bool {
    let syntax = facts.tree();
    let assertions = &rewriter.tree.source.clients.assertions;
    let first = facts.node_text(statement).split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    assertions.iter().any(|name| name == first)
        || syntax.descendants(statement).into_iter().any(|id| {
            syntax.kind(id) == Kind::Call
                && syntax.child(id, Role::Callee).is_some_and(|callee| {
                    let name = last_name(facts.node_text(callee));
                    // Called on something, `expect` opens a result.
                    let opens = name == "expect" && syntax.kind(callee) == Kind::Member;
                    assertions.iter().any(|known| known == name) && !opens
                })
        })
}
