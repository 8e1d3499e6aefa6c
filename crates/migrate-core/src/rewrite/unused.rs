//! Names that nothing uses any more after a removal: a variable that was only read for a header that is gone would
//! otherwise still be asked for.

use std::collections::BTreeMap;

use crate::facts::RegionFacts;
use crate::finding::Rule;
use crate::join::At;
use crate::scope::BindingId;
use crate::syntax::{Kind, NodeId, Role, Span};

use super::{Rewriter, SHARED};

impl Rewriter<'_, '_> {
    /// Removes assignments of environment reads to names that were only used in what is removed or replaced.
    pub(super) fn remove_unused(&mut self, at: At, facts: &RegionFacts) {
        let syntax = facts.tree();
        if facts.language.is_data() {
            // Whoever reads the file may want the name.
            return;
        }
        let draft = self.drafts.regions.entry(at).or_default();
        let mut gone: Vec<Span> = draft.removals.spans(facts);
        gone.extend(draft.edits.iter().filter(|edit| !edit.span.is_empty()).map(|edit| edit.span.clone()));
        let is_gone = |span: &Span| gone.iter().any(|gone| gone.start <= span.start && span.end <= gone.end);

        // Each binding: whether a use of it is gone, and whether another one is left.
        let mut uses: BTreeMap<BindingId, (bool, bool)> = BTreeMap::new();
        for id in syntax.ids() {
            let node = syntax.node(id);
            let is_use = match node.kind {
                Kind::Name => !matches!(node.role, Role::Property | Role::Key | Role::Name | Role::Target),
                Kind::Member | Kind::Shorthand => node.role != Role::Target,
                _ => false,
            };
            if !is_use {
                continue;
            }
            if let Some((binding, _)) = facts.scopes.resolve(syntax, &facts.text, id) {
                let entry = uses.entry(binding).or_default();
                if is_gone(&node.span) { entry.0 = true } else { entry.1 = true }
            }
        }
        let mut statements: Vec<NodeId> = Vec::new();
        for (id, _) in uses.into_iter().filter(|(_, (gone, left))| *gone && !*left) {
            let Some(binding) = facts.scopes.scopes[id.scope].bindings.get(&id.name) else { continue };
            let ([assign], false, None) = (binding.assigns.as_slice(), binding.parameter, &binding.import)
            else {
                continue;
            };
            let (Some(target), Some(value)) =
                (syntax.child(*assign, Role::Target), syntax.child(*assign, Role::Value))
            else {
                continue;
            };
            let plain = syntax.kind(target) == Kind::Name;
            let statement = crate::facts::statement_of(facts.language, syntax, *assign);
            let alone =
                facts.node_text(statement).trim_end_matches(';').trim_end().ends_with(facts.node_text(value))
                    && syntax
                        .descendants(statement)
                        .iter()
                        .filter(|&&node| syntax.kind(node) == Kind::Assign)
                        .count()
                        == 1;
            let is_read = is_read(facts, value);
            let exported = id.scope == 0 && self.is_imported(at, &id.name)
                || facts.node_text(statement).starts_with("export");
            if plain && alone && is_read && !exported {
                statements.push(statement);
            }
        }
        for statement in statements {
            let unit = self.group(at, statement);
            let group = if unit == SHARED {
                self.draft(at).edits.first().map_or(SHARED, |edit| edit.group)
            } else {
                unit
            };
            let draft = self.draft(at);
            draft.removals.statement(statement);
            draft.removed.insert(statement, (Rule::ProviderKey, group));
        }
    }

    /// Whether another file imports `name` from this one.
    fn is_imported(&self, at: At, name: &str) -> bool {
        self.tree.regions().any(|(place, facts)| {
            place.file != at.file
                && facts.scopes.scopes.iter().flat_map(|scope| scope.bindings.values()).any(|binding| {
                    binding.import.as_ref().is_some_and(|import| {
                        let named = import
                            .imported
                            .as_deref()
                            .is_none_or(|imported| imported == name || imported == "*");
                        named && self.tree.module(place, &import.module) == Some(at.file)
                    })
                })
        })
    }
}

fn is_read(facts: &RegionFacts, value: NodeId) -> bool {
    let syntax = facts.tree();
    let mut at = value;
    loop {
        if facts.language.environment_read(syntax, &facts.text, at).is_some() {
            return true;
        }
        match syntax.children(at) {
            [child] if syntax.kind(at) == Kind::Other => at = *child,
            _ => return false,
        }
    }
}
