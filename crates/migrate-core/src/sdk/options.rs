//! The options that a client is constructed with, wherever they are written: in the call, or in a map of a name that
//! is spread into it.

use crate::facts::{RegionFacts, statement_of};
use crate::source::Sdk;
use crate::syntax::{Kind, NodeId, Role, Syntax};
use crate::tree::{At, Place, Tree};

use super::{SdkName, item_name, options_of};

/// Maps that are spread into one another deeper than this are no program.
const DEPTH: usize = 8;

/// The options of one construction.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// All named options: the item's place and its name, in order of writing within each container.
    pub items: Vec<(Place, String)>,
    /// Containers other than the call's own whose items these are.
    pub shared: Vec<Place>,
    /// What can't be told: a spread of something unknown, or a map that is used for something else too.
    pub opaque: Vec<Place>,
}

impl Options {
    /// The options of the construction `call` in the region `at`.
    pub(crate) fn of(tree: &Tree<'_>, sdk: &Sdk, at: At, call: NodeId) -> Self {
        let facts = tree.region(at);
        let syntax = facts.tree();
        let mut out = Self::default();
        match options_of(syntax, call) {
            Some(container) => {
                // Behind a map stands something that is none of the options.
                if syntax.kind(container) == Kind::Map && arguments(syntax, call).len() > 1 {
                    out.opaque.push(Place { at, node: call });
                }
                out.container(tree, Place { at, node: container }, 0);
            }
            None => match arguments(syntax, call).as_slice() {
                [name] => out.spread(tree, Place { at, node: *name }, 0),
                _ => out.opaque.push(Place { at, node: call }),
            },
        }
        for &map in &out.shared {
            if let Some(user) = other_user(tree, sdk, map, 0) {
                out.opaque.push(user);
                break;
            }
        }
        out
    }

    /// Whether an option of this name is given.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.items.iter().any(|(_, known)| known == name)
    }

    fn container(&mut self, tree: &Tree<'_>, container: Place, depth: usize) {
        let facts = tree.region(container.at);
        let syntax = facts.tree();
        for &node in syntax.children(container.node) {
            let place = Place { at: container.at, node };
            if let Some(operand) = spread_of(facts, node) {
                self.spread(tree, Place { at: container.at, node: operand }, depth);
            } else if let Some(name) = item_name(facts, node) {
                self.items.push((place, name));
            } else if syntax.kind(node) != Kind::Comment {
                self.opaque.push(place);
            }
        }
    }

    fn spread(&mut self, tree: &Tree<'_>, operand: Place, depth: usize) {
        match map_of(tree, operand).filter(|_| depth < DEPTH) {
            Some(map) if self.shared.contains(&map) => {}
            Some(map) => {
                self.shared.push(map);
                self.container(tree, map, depth + 1);
            }
            None => self.opaque.push(operand),
        }
    }
}

/// A place that uses a map for something else than the options of clients.
fn other_user(tree: &Tree<'_>, sdk: &Sdk, map: Place, depth: usize) -> Option<Place> {
    for (at, facts) in tree.regions() {
        let Some(syntax) = &facts.syntax else { continue };
        for node in syntax.ids() {
            let refers = match syntax.kind(node) {
                Kind::Name | Kind::Shorthand => facts.language.is_reference(syntax, node),
                Kind::Member => syntax.node(node).role != Role::Target,
                _ => false,
            };
            let place = Place { at, node };
            if refers && map_of(tree, place) == Some(map) && !is_use(tree, sdk, place, depth) {
                return Some(place);
            }
        }
    }
    None
}

/// Whether an expression at `place`, which is a map of options, is given to a client, to a map that is, or is only
/// exported.
fn is_use(tree: &Tree<'_>, sdk: &Sdk, place: Place, depth: usize) -> bool {
    let facts = tree.region(place.at);
    let syntax = facts.tree();
    let statement = facts.node_text(statement_of(facts.language, syntax, place.node));
    let exports = ["export {", "export default", "module.exports", "exports."];
    if exports.iter().any(|words| statement.starts_with(words))
        && !syntax.ancestors(place.node).any(|up| matches!(syntax.kind(up), Kind::Call | Kind::Spread))
    {
        return true;
    }
    let Some(parent) = syntax.parent(place.node) else { return false };
    match syntax.kind(parent) {
        Kind::Spread => {
            let container = syntax.parent(parent);
            container.is_some_and(|container| match syntax.kind(container) {
                Kind::Arguments => is_construction(sdk, facts, container),
                _ => depth < DEPTH && is_use(tree, sdk, Place { at: place.at, node: container }, depth + 1),
            })
        }
        Kind::Arguments => is_construction(sdk, facts, parent),
        Kind::Other => depth < DEPTH && is_use(tree, sdk, Place { at: place.at, node: parent }, depth + 1),
        // A map with a name of its own; what has a second name is looked at where that is used.
        Kind::Assign => {
            let named = syntax.child(parent, Role::Target).is_some_and(|to| syntax.kind(to) == Kind::Name);
            let is_map = syntax.kind(place.node) == Kind::Map;
            named && (!is_map || depth < DEPTH && other_user(tree, sdk, place, depth + 1).is_none())
        }
        _ => false,
    }
}

/// Whether the arguments are those of a client's construction.
fn is_construction(sdk: &Sdk, facts: &RegionFacts, arguments: NodeId) -> bool {
    let syntax = facts.tree();
    let callee = syntax.parent(arguments).and_then(|call| syntax.child(call, Role::Callee));
    callee.is_some_and(|callee| {
        let name = sdk.name_of(facts.language, &facts.scopes, syntax, &facts.text, callee);
        matches!(name, Some(SdkName::Class(_)))
    })
}

/// The arguments of a call, without comments.
pub(crate) fn arguments(syntax: &Syntax, call: NodeId) -> Vec<NodeId> {
    let list = syntax.arguments(call);
    let children = list.map(|list| syntax.children(list)).unwrap_or_default();
    children.iter().copied().filter(|&child| syntax.kind(child) != Kind::Comment).collect()
}

/// What an item spreads, if it spreads a map.
pub(crate) fn spread_of(facts: &RegionFacts, item: NodeId) -> Option<NodeId> {
    let syntax = facts.tree();
    // `*items` gives positions, not names.
    let names = ["**", "..."].iter().any(|sign| facts.node_text(item).starts_with(sign));
    (syntax.kind(item) == Kind::Spread && names).then(|| syntax.children(item).first().copied()).flatten()
}

/// The map that an expression is, followed through names: its items are what options are made of.
pub(crate) fn map_of(tree: &Tree<'_>, place: Place) -> Option<Place> {
    let mut found = tree.resolve(place);
    let facts = tree.region(found.at);
    let syntax = facts.tree();
    // `{…} as const`, `({…})`.
    while syntax.kind(found.node) == Kind::Other {
        found.node = syntax.children(found.node).first().copied()?;
    }
    match syntax.kind(found.node) {
        Kind::Map => Some(found),
        Kind::Call => {
            let callee = syntax.child(found.node, Role::Callee)?;
            let list = syntax.arguments(found.node)?;
            let is_map = facts.node_text(callee) == "dict" && facts.language.family() == "python";
            is_map.then_some(Place { at: found.at, node: list })
        }
        _ => None,
    }
}
