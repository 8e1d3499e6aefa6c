//! Header names in constants: `TRACE = "x-…-trace-id"`, and `{TRACE: value}` here or in a file that imports it. Where
//! every use of the name is an entry of a header set, the entries are as good as if they were written out; where a
//! single one is not, none is, and the constant's unit stays.

use crate::facts::{Context, Entry, RegionFacts, SetOf, made_name};
use crate::scope::BindingId;
use crate::source::{HeaderClass, Source};
use crate::syntax::{Kind, NodeId, Role};
use crate::token::TokenKind;
use crate::tree::{At, Tree, single_value};

/// A use of a constant: an entry of this region's.
type Use = (At, SetOf, Entry);

/// Ties the uses of header names in constants to them, in the facts of the tree. Doing it again, with more files, starts
/// anew.
pub(crate) fn tie(tree: &mut Tree<'_>) {
    for set in tree.files.iter_mut().flat_map(|file| &mut file.regions).flat_map(|region| &mut region.sets) {
        set.entries.retain(|entry| !entry.constant);
    }
    let mut contexts: Vec<(At, usize, Context)> = Vec::new();
    let mut uses: Vec<Use> = Vec::new();
    for (at, facts) in tree.regions() {
        for (index, site) in facts.sites.iter().enumerate() {
            let TokenKind::Header(name) = &site.token.kind else { continue };
            if !matches!(site.context, Context::HeaderIndirect | Context::Constant { .. }) {
                continue;
            }
            let Some(id) = constant(tree.source, facts, site.node, &site.token.span) else { continue };
            let class = tree.source.header(name).map(|header| header.class);
            let context = match uses_of(tree, at, &id, name) {
                Some(found) if found.is_empty() => Context::Constant { used: false },
                Some(found) if class.is_some_and(|class| class != HeaderClass::Pin) => {
                    uses.extend(found);
                    Context::Constant { used: true }
                }
                _ => Context::HeaderIndirect,
            };
            contexts.push((at, index, context));
        }
    }
    for (at, index, context) in contexts {
        tree.files[at.file].regions[at.region].sites[index].context = context;
    }
    for (at, of, entry) in uses {
        let sets = &mut tree.files[at.file].regions[at.region].sets;
        match sets.iter_mut().find(|set| set.of == of) {
            Some(set) => {
                set.entries.push(entry);
                set.entries.sort_by_key(|entry| entry.name_span.start);
            }
            None => sets.push(crate::facts::HeaderSet { of, entries: vec![entry] }),
        }
    }
}

/// The name that the string at `node` is the one and only value of.
fn constant(
    source: &Source,
    facts: &RegionFacts,
    node: NodeId,
    span: &std::ops::Range<usize>,
) -> Option<BindingId> {
    let syntax = facts.syntax.as_ref()?;
    if syntax.node(node).content != *span {
        return None;
    }
    let node = made_name(source, syntax, &facts.text, node).map_or(node, |(made, _)| made);
    let assign = syntax.parent(node).filter(|&up| syntax.kind(up) == Kind::Assign)?;
    if syntax.node(node).role != Role::Value {
        return None;
    }
    let target = syntax.child(assign, Role::Target)?;
    let (id, binding) = facts.scopes.resolve(syntax, &facts.text, target)?;
    (!binding.parameter && single_value(facts, &id) == Some(node)).then_some(id)
}

/// Whether two names are one: a class's constant is also a member of its objects.
fn is_same(a: &BindingId, b: &BindingId) -> bool {
    let bare = |id: &BindingId| id.name.strip_prefix("self.").unwrap_or(&id.name).to_string();
    a.scope == b.scope && bare(a) == bare(b)
}

/// All uses of a constant; `None` if one of them is no entry, or may be out of sight.
fn uses_of(tree: &Tree<'_>, at: At, id: &BindingId, header: &str) -> Option<Vec<Use>> {
    let word = id.name.rsplit('.').next().unwrap_or(&id.name);
    let mut out = Vec::new();
    for (place, facts) in tree.regions() {
        let Some(syntax) = &facts.syntax else { continue };
        for node in syntax.ids() {
            let is_name = matches!(syntax.kind(node), Kind::Name | Kind::Shorthand);
            if !is_name || facts.node_text(node) != word {
                continue;
            }
            if syntax.ancestors(node).any(|up| syntax.kind(up) == Kind::Import) {
                continue;
            }
            // `self.NAME` is one use, and so is `NAME`.
            let whole = syntax
                .parent(node)
                .filter(|&up| syntax.kind(up) == Kind::Member && syntax.node(node).role == Role::Property);
            let used = whole.unwrap_or(node);
            match facts.scopes.resolve(syntax, &facts.text, used) {
                Some((other, _)) if place == at && is_same(&other, id) => {}
                Some((other, _))
                    if tree.imported(place, &other).is_some_and(|there| there == (at, id.clone())) => {}
                // A name of its own that happens to be the same.
                Some((_, binding)) if binding.import.is_none() => continue,
                None if whole.is_none() && syntax.node(node).role == Role::Key => continue,
                _ => return None,
            }
            if syntax.node(used).role == Role::Target {
                continue;
            }
            let (of, entry) = facts.entry_by(tree.source, used, header)?;
            out.push((place, of, entry));
        }
    }
    Some(out)
}
