//! Names that nothing uses any more after a removal: a variable that was only read for a header that is gone would
//! otherwise still be asked for.

use std::collections::{BTreeMap, BTreeSet};

use crate::edit::Group;
use crate::facts::RegionFacts;
use crate::finding::{Level, Rule};
use crate::language::Import;
use crate::scope::BindingId;
use crate::sdk::is_source_module;
use crate::syntax::{Kind, NodeId, Role, Span};
use crate::token::TokenKind;
use crate::tree::At;

use super::Rewriter;
use super::removal::new_line;
use crate::edit::SHARED;

impl Rewriter<'_, '_> {
    /// Removes what nothing uses any more, in all files: what only a removed import asked for is not used either.
    pub(super) fn remove_all_unused(&mut self) {
        let tree = self.tree;
        let mut files: Option<BTreeSet<usize>> = None;
        loop {
            let known = self.lost.values().map(BTreeSet::len).sum::<usize>();
            for (at, facts) in tree.regions().filter(|(_, facts)| facts.syntax.is_some()) {
                if files.as_ref().is_none_or(|files| files.contains(&at.file)) {
                    self.remove_unused(at, facts);
                    self.remove_unused_imports(at, facts);
                }
            }
            // Each round loses at least one more import, of which there is an end.
            if self.lost.values().map(BTreeSet::len).sum::<usize>() == known {
                break;
            }
            files = Some(self.lost.keys().map(|(at, _)| at.file).collect());
        }
    }

    /// Removes assignments of environment reads to names that were only used in what is removed or replaced.
    fn remove_unused(&mut self, at: At, facts: &RegionFacts) {
        let syntax = facts.tree();
        if facts.language.is_data() {
            // Whoever reads the file may want the name.
            return;
        }
        let draft = self.draft(at);
        let mut gone: Vec<Span> = draft.removals.spans(facts);
        gone.extend(draft.edits.iter().filter(|edit| !edit.span.is_empty()).map(|edit| edit.span.clone()));
        let is_lost = self.lost.keys().any(|(place, _)| *place == at);
        if gone.is_empty() && !is_lost {
            return;
        }
        let is_gone = |span: &Span| gone.iter().any(|gone| gone.start <= span.start && span.end <= gone.end);

        // Each binding: whether a use of it is gone, and whether another one is left.
        let mut uses: BTreeMap<BindingId, (bool, bool)> = BTreeMap::new();
        for id in syntax.ids() {
            let node = syntax.node(id);
            let is_use = match node.kind {
                Kind::Name if node.role == Role::Key => facts.language.is_reference(syntax, id),
                Kind::Name => !matches!(node.role, Role::Property | Role::Name | Role::Target),
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
        for (_, id) in self.lost.keys().filter(|(place, _)| *place == at) {
            uses.entry(id.clone()).or_default().0 = true;
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
            let lost = self.lost.contains_key(&(at, id.clone()));
            let exported = id.scope == 0 && self.is_imported(at, &id.name)
                || facts.node_text(statement).starts_with("export") && !lost;
            if exported || self.is_named_anew(at, facts, target, statement) {
                continue;
            }
            let unused = facts.language.spell_use(&id.name).filter(|_| id.scope != 0);
            let is_free =
                unused.is_some() && super::header::is_pure(facts.language, syntax, &facts.text, value);
            if plain && alone && (is_read || is_free) {
                statements.push(statement);
                continue;
            }
            self.still_asked(at, facts, value);
            if let Some(unused) = unused {
                self.use_for_nothing(at, facts, statement, &id.name, &unused);
            }
        }
        for statement in statements {
            let unit = self.group(at, statement);
            let group = if unit == SHARED {
                self.draft(at).edits.first().map_or(SHARED, |edit| edit.group)
            } else {
                unit
            };
            self.draft(at).remove_statement(statement, (Rule::ProviderKey, group));
        }
    }

    /// Puts a use behind the statement that binds a name, where a name without a use is an error.
    fn use_for_nothing(&mut self, at: At, facts: &RegionFacts, statement: NodeId, name: &str, unused: &str) {
        let span = facts.tree().node(statement).span.clone();
        let mut group = self.group(at, statement);
        if group == SHARED {
            group = self.draft(at).edits.first().map_or(SHARED, |edit| edit.group);
        }
        let added = format!("{}{unused}", new_line(&facts.text, span.start));
        self.edit(at, span.end..span.end, added, Rule::UnmappedHeader, group);
        let message = format!("nothing uses `{name}` any more");
        let help = "Take it out with what is made for it.";
        self.find(at, span, Rule::UnmappedHeader, Level::Check, message, help);
    }

    /// Says that a variable is still asked for, though nothing uses its value any more.
    fn still_asked(&mut self, at: At, facts: &RegionFacts, value: NodeId) {
        let span = facts.tree().node(value).span.clone();
        let asked = facts
            .sites_within(&span)
            .find(|site| matches!(site.token.kind, TokenKind::Variable { key: None, .. }));
        if let Some(site) = asked {
            let name = &facts.text[site.token.span.clone()];
            let message = format!("`{name}` is still asked for here, and nothing uses it any more");
            let help = "Take it out, or the program goes on asking for a variable that it has no use for.";
            self.find(at, site.token.span.clone(), Rule::EnvVar, Level::Check, message, help);
        }
    }

    /// Removes imports of names that were only used in what is removed or replaced. Those of the source's SDK have a rule of
    /// their own.
    fn remove_unused_imports(&mut self, at: At, facts: &RegionFacts) {
        let syntax = facts.tree();
        let Some(draft) = self.drafts.regions.get(&at) else { return };
        let mut gone: Vec<(Span, Group)> = Vec::new();
        for span in draft.removals.spans(facts) {
            let groups = draft.removed.iter().filter(|(node, _)| {
                let node = &syntax.node(**node).span;
                node.start < span.end && span.start < node.end
            });
            gone.extend(groups.map(|(_, (_, group))| (span.clone(), *group)));
        }
        let edits = draft.edits.iter().filter(|edit| !edit.span.is_empty());
        gone.extend(edits.map(|edit| (edit.span.clone(), edit.group)));

        if gone.is_empty() {
            return;
        }
        let mut found: Vec<(BindingId, Import, Group)> = Vec::new();
        let mut on_line: BTreeMap<NodeId, usize> = BTreeMap::new();
        for (scope, bindings) in facts.scopes.scopes.iter().enumerate() {
            for (local, binding) in &bindings.bindings {
                let Some(import) = &binding.import else { continue };
                *on_line.entry(import.node).or_default() += 1;
                if syntax.kind(import.node) != Kind::Import
                    || !binding.assigns.is_empty()
                    || is_source_module(self.tree, at, &import.module)
                    || draft.imports.contains(local.as_str())
                    || draft.edits.iter().any(|edit| has_word(&edit.text, local))
                    || self.is_named_elsewhere(at, local)
                    || scope == 0 && self.is_imported(at, local)
                {
                    continue;
                }
                if !gone.iter().any(|(gone, _)| facts.text[gone.clone()].contains(local.as_str())) {
                    // None of its uses goes, so that no look at all the others is needed.
                    continue;
                }
                if self.is_used_anew(at, facts, import) {
                    continue;
                }
                let mut groups: BTreeSet<Group> = BTreeSet::new();
                let mut left = false;
                for id in syntax.ids() {
                    let node = syntax.node(id);
                    let is_use = match node.kind {
                        Kind::Name | Kind::Shorthand => facts.text[node.span.clone()] == *local,
                        // `__all__`, and annotations in quotes.
                        Kind::String => has_word(&facts.text[node.content.clone()], local),
                        _ => false,
                    };
                    let in_import = || id == import.node || syntax.ancestors(id).any(|up| up == import.node);
                    if !is_use || node.role == Role::Property || in_import() {
                        continue;
                    }
                    let by = gone
                        .iter()
                        .find(|(gone, _)| gone.start <= node.span.start && node.span.end <= gone.end);
                    match by {
                        Some((_, group)) => drop(groups.insert(*group)),
                        None => left = true,
                    }
                }
                if let (false, 1, Some(&group)) = (left, groups.len(), groups.first()) {
                    found.push((BindingId { scope, name: local.clone() }, (**import).clone(), group));
                }
            }
        }
        let mut going: BTreeMap<NodeId, usize> = BTreeMap::new();
        for (_, import, _) in &found {
            *going.entry(import.node).or_default() += 1;
        }
        for (id, import, group) in found {
            if let Some(there) = self.tree.imported(at, &id) {
                self.lost.entry(there).or_default().insert((at, id));
            }
            let draft = self.draft(at);
            let cause = (Rule::UnmappedHeader, group);
            let item = syntax.descendants(import.node).into_iter().find(|&id| {
                let direct = syntax
                    .parent(id)
                    .is_some_and(|up| matches!(syntax.kind(up), Kind::List | Kind::Map) || up == import.node);
                direct && syntax.node(id).role != Role::Module && facts.node_text(id) == import.local
            });
            // Of an import that loses all its names nothing is left, whether they go now or went before.
            let item = item.and_then(|item| Some((item, syntax.parent(item)?)));
            let gone = item.map_or(0, |(_, container)| {
                let goes = |id: &&NodeId| draft.removals.takes(container, **id);
                syntax.children(container).iter().filter(goes).count()
            });
            let now = going.get(&import.node).copied().unwrap_or_default();
            if on_line.get(&import.node).is_some_and(|&all| all <= now.max(gone + 1)) {
                // `const { name } = require(…)`: the statement is more than its import.
                let alone =
                    |&up: &NodeId| syntax.kind(up) == Kind::Statement && syntax.children(up).len() == 1;
                let whole = syntax.parent(import.node).filter(alone).unwrap_or(import.node);
                draft.remove_statement(whole, cause);
            } else if let Some((item, container)) = item {
                draft.remove_item(container, item, cause);
            }
        }
    }

    /// Whether another region of the same file (a cell of a notebook) speaks of `name`.
    fn is_named_elsewhere(&self, at: At, name: &str) -> bool {
        self.tree
            .regions()
            .any(|(place, facts)| place.file == at.file && place != at && has_word(&facts.text, name))
    }

    /// Whether an edit outside of `statement` writes the name that the statement binds: a key that moved to another
    /// place is still read from it.
    fn is_named_anew(&self, at: At, facts: &RegionFacts, target: NodeId, statement: NodeId) -> bool {
        let syntax = facts.tree();
        let (name, own) = (self.rewritten(at, &syntax.node(target).span), &syntax.node(statement).span);
        self.drafts.regions.get(&at).into_iter().flat_map(|draft| &draft.edits).any(|edit| {
            let outside = edit.span.end <= own.start || own.end <= edit.span.start;
            outside && has_word(&edit.text, &name)
        })
    }

    /// Whether an edit outside of an import writes the name that the import gets: a use that gets another name is a
    /// use.
    fn is_used_anew(&self, at: At, facts: &RegionFacts, import: &Import) -> bool {
        let syntax = facts.tree();
        let mut names = syntax.descendants(import.node).into_iter();
        let name = names.rfind(|&id| facts.node_text(id) == import.local);
        name.is_some_and(|name| self.is_named_anew(at, facts, name, import.node))
    }

    /// Whether the import that binds `local` has been removed.
    fn is_lost(&self, at: At, scope: usize, local: &str) -> bool {
        self.lost.values().flatten().any(|(place, id)| *place == at && id.scope == scope && id.name == local)
    }

    /// Whether another file imports `name` from this one.
    fn is_imported(&self, at: At, name: &str) -> bool {
        self.tree.importers(at.file).iter().any(|(place, id)| {
            let binding = self.tree.region(*place).scopes.scopes[id.scope].bindings.get(&id.name);
            let import = binding.and_then(|binding| binding.import.as_ref());
            place.file != at.file
                && import.is_some_and(|import| {
                    import.imported.as_deref().is_none_or(|imported| imported == name || imported == "*")
                })
                && !self.is_lost(*place, id.scope, &id.name)
        })
    }
}

/// Whether `text` holds `word` as a word of its own.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$');
    text.match_indices(word).any(|(at, _)| {
        !is_part(text[..at].chars().next_back()) && !is_part(text[at + word.len()..].chars().next())
    })
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
