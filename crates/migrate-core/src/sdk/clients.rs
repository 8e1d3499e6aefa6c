//! Which names hold a client of the SDK: those that are given one, and those that are declared to be one. Followed
//! through functions that give one, parameters, fields, classes that inherit them, and imports.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::RegionFacts;
use crate::scope::BindingId;
use crate::source::Sdk;
use crate::syntax::{Kind, NodeId, Role, Syntax};
use crate::tree::{At, Place, Tree};

use super::is_source_module;
use super::names::{SdkName, by_language};

/// A name, by the region that binds it.
pub(super) type Bound = (At, BindingId);

/// How many expressions and classes are looked at to tell what one expression is. A name may have many values, and each of
/// these more of them: what can't be told in so many steps is not told.
pub(super) const STEPS: usize = 64;

/// Takes a step of those that are left; `None` where there is none.
pub(super) fn step(steps: &mut usize) -> Option<()> {
    *steps = steps.checked_sub(1)?;
    Some(())
}

/// What constructs an object, in the languages that the SDK is written for.
const CONSTRUCTORS: [&str; 2] = ["__init__", "constructor"];

/// What a class has under a name.
enum Member {
    /// A field that holds a client.
    Held(Bound),
    /// A method (or property) that gives one.
    Made(Bound),
}

/// The names of a tree that hold a client.
pub(super) struct Clients<'t, 'a> {
    tree: &'t Tree<'a>,
    sdk: &'t Sdk,
    /// Whether the tree imports the SDK at all.
    any: bool,
    bindings: BTreeSet<Bound>,
    /// Functions (and classes) whose value is a client.
    makers: BTreeSet<Bound>,
    /// The declared types of parameters.
    types: BTreeMap<Bound, NodeId>,
    /// Names that hold a client because a type or a call says so, each with the place that does.
    pub(super) ties: Vec<(Place, Bound)>,
    /// Arguments whose way into a function was followed.
    followed: BTreeSet<Place>,
}

impl<'t, 'a> Clients<'t, 'a> {
    /// The clients of a tree.
    pub(super) fn of(tree: &'t Tree<'a>, sdk: &'t Sdk) -> Self {
        let mut clients = Self {
            tree,
            sdk,
            any: false,
            bindings: BTreeSet::new(),
            makers: BTreeSet::new(),
            types: BTreeMap::new(),
            ties: Vec::new(),
            followed: BTreeSet::new(),
        };
        let regions: Vec<(At, &RegionFacts, &Syntax)> = tree
            .regions()
            .filter(|(_, facts)| by_language(&sdk.modules, facts.language).is_some())
            .filter_map(|(at, facts)| Some((at, facts, facts.syntax.as_ref()?)))
            .collect();
        let imports = |(at, facts, _): &(At, &RegionFacts, &Syntax)| {
            let mut bindings = facts.scopes.scopes.iter().flat_map(|scope| scope.bindings.values());
            bindings.any(|binding| {
                binding.import.as_ref().is_some_and(|import| is_source_module(tree, *at, &import.module))
            })
        };
        clients.any = regions.iter().any(imports);
        if !clients.any {
            return clients;
        }
        for &(at, facts, syntax) in &regions {
            clients.declared(at, facts, syntax);
        }
        loop {
            let before = (clients.bindings.len(), clients.makers.len());
            for &(at, facts, syntax) in &regions {
                clients.find_in(at, facts, syntax);
            }
            if before == (clients.bindings.len(), clients.makers.len()) {
                return clients;
            }
        }
    }

    /// Whether the tree can have any: something in it imports the SDK.
    pub(super) fn any(&self) -> bool {
        self.any
    }

    /// The declared type of a parameter.
    pub(super) fn declared_type(&self, at: At, id: BindingId) -> Option<NodeId> {
        self.types.get(&(at, id)).copied()
    }

    /// Whether an argument goes where its way can be followed.
    pub(super) fn is_followed(&self, at: At, node: NodeId) -> bool {
        self.followed.contains(&Place { at, node })
    }

    /// The parameters of a region that have a type.
    fn declared(&mut self, at: At, facts: &RegionFacts, syntax: &Syntax) {
        for id in syntax.ids().filter(|&id| syntax.node(id).role == Role::Type) {
            let Some(declared) = syntax.parent(id) else { continue };
            let is_parameter =
                syntax.ancestors(id).take(3).any(|up| syntax.node(up).role == Role::Parameters);
            if !is_parameter {
                continue;
            }
            let name = syntax.child(declared, Role::Target).or_else(|| syntax.child(declared, Role::Name));
            let Some((name, (binding, _))) =
                name.and_then(|name| Some((name, facts.scopes.resolve(syntax, &facts.text, name)?)))
            else {
                continue;
            };
            if self.is_client_type(facts, syntax, id) {
                self.hold(Place { at, node: id }, (at, binding.clone()));
                // A parameter behind a modifier is a field as well.
                if let Some(field) = facts.scopes.field_of_parameter(syntax, &facts.text, name) {
                    self.hold(Place { at, node: id }, (at, field));
                }
            }
            self.types.insert((at, binding), id);
        }
    }

    fn hold(&mut self, place: Place, bound: Bound) {
        if self.bindings.insert(bound.clone()) {
            self.ties.push((place, bound));
        }
    }

    fn find_in(&mut self, at: At, facts: &RegionFacts, syntax: &Syntax) {
        for (scope, bindings) in facts.scopes.scopes.iter().enumerate() {
            for (name, binding) in &bindings.bindings {
                let id = BindingId { scope, name: name.clone() };
                let held = binding.assigns.iter().any(|&assign| {
                    // An export has no target.
                    let plain = syntax
                        .child(assign, Role::Target)
                        .is_none_or(|target| matches!(syntax.kind(target), Kind::Name | Kind::Member));
                    let declared = syntax.child(assign, Role::Type);
                    plain
                        && (declared.is_some_and(|declared| self.is_client_type(facts, syntax, declared))
                            || syntax
                                .child(assign, Role::Value)
                                .is_some_and(|value| self.is_client(at, facts, syntax, value)))
                });
                let imported = self.tree.imported(at, &id);
                if held || imported.as_ref().is_some_and(|there| self.bindings.contains(there)) {
                    self.bindings.insert((at, id.clone()));
                }
                let makes =
                    binding.definition.is_some_and(|function| self.gives_client(at, facts, syntax, function))
                        || binding.assigns.iter().any(|&assign| {
                            syntax.child(assign, Role::Value).is_some_and(|value| {
                                syntax.kind(value) == Kind::Function
                                    && self.gives_client(at, facts, syntax, value)
                            })
                        });
                if makes || imported.is_some_and(|there| self.makers.contains(&there)) {
                    self.makers.insert((at, id));
                }
            }
        }
        for call in syntax.ids().filter(|&id| syntax.kind(id) == Kind::Call) {
            self.hand_over(at, facts, syntax, call);
        }
    }

    /// A client that a call gives to a function of the tree: its parameter holds it.
    fn hand_over(&mut self, at: At, facts: &RegionFacts, syntax: &Syntax, call: NodeId) {
        let Some(arguments) = syntax.arguments(call) else { return };
        let value = |item: NodeId| match syntax.kind(item) {
            Kind::Pair => syntax.child(item, Role::Value),
            _ => Some(item),
        };
        let items = syntax.children(arguments).iter().copied();
        let items: Vec<NodeId> = items.filter(|&item| syntax.kind(item) != Kind::Comment).collect();
        let given: Vec<(usize, NodeId)> = items
            .iter()
            .enumerate()
            .filter(|&(_, &item)| value(item).is_some_and(|value| self.is_client(at, facts, syntax, value)))
            .map(|(index, &item)| (index, item))
            .collect();
        if given.is_empty() || items.iter().any(|&item| syntax.kind(item) == Kind::Spread) {
            return;
        }
        let Some(function) = syntax
            .child(call, Role::Callee)
            .and_then(|callee| self.function(Place { at, node: callee }, &mut { STEPS }))
        else {
            return;
        };
        let (there, inner) = (self.tree.region(function.at), self.tree.region(function.at).tree());
        let Some(parameters) = inner.child(function.node, Role::Parameters) else { return };
        let names: Vec<NodeId> = inner
            .children(parameters)
            .iter()
            .filter_map(|&parameter| match inner.kind(parameter) {
                Kind::Name => Some(parameter),
                Kind::Comment => None,
                _ => Some(
                    inner
                        .child(parameter, Role::Target)
                        .or_else(|| inner.child(parameter, Role::Name))
                        .unwrap_or(parameter),
                ),
            })
            // The object itself is no argument.
            .filter(|&name| !matches!(there.node_text(name), "self" | "cls"))
            .collect();
        for (index, item) in given {
            let key = (syntax.kind(item) == Kind::Pair).then(|| syntax.child(item, Role::Key)).flatten();
            let name = match key {
                Some(key) => {
                    let key = facts.node_text(key);
                    names.iter().copied().find(|&name| there.node_text(name) == key)
                }
                None => names.get(index).copied(),
            };
            let Some(name) = name.filter(|&name| inner.kind(name) == Kind::Name) else { continue };
            let Some((id, _)) = there.scopes.resolve(inner, &there.text, name) else { continue };
            if let Some(node) = value(item) {
                self.followed.insert(Place { at, node });
            }
            self.hold(Place { at, node: call }, (function.at, id));
        }
    }

    /// Whether a function returns a client, by its type or its statements.
    fn gives_client(&self, at: At, facts: &RegionFacts, syntax: &Syntax, function: NodeId) -> bool {
        if syntax.kind(function) != Kind::Function {
            return false;
        }
        let declared = syntax.child(function, Role::Type);
        if declared.is_some_and(|declared| self.is_client_type(facts, syntax, declared)) {
            return true;
        }
        syntax.descendants(function).into_iter().any(|id| {
            let node = syntax.node(id);
            let text = &facts.text[node.span.clone()];
            let is_return =
                node.kind == Kind::Statement && (text.starts_with("return") || text.starts_with("yield"));
            let is_body =
                node.role == Role::Body && node.kind != Kind::Block && syntax.parent(id) == Some(function);
            let value = if is_return { syntax.children(id).first().copied() } else { is_body.then_some(id) };
            value.is_some_and(|value| self.is_client(at, facts, syntax, value))
        })
    }

    /// Whether a declared type is that of a client, which may be missing or come later. A collection of clients is none.
    fn is_client_type(&self, facts: &RegionFacts, syntax: &Syntax, declared: NodeId) -> bool {
        match syntax.kind(declared) {
            Kind::Name | Kind::Member => matches!(
                self.sdk.name_of(facts.language, &facts.scopes, syntax, &facts.text, declared),
                Some(SdkName::Class(class)) if self.sdk.clients[class].modules.is_empty()
            ),
            Kind::Other => {
                let text = facts.node_text(declared);
                // The class itself, a shape with it in it, and what gives it.
                if text.starts_with("typeof") || text.starts_with('{') || text.contains("=>") {
                    return false;
                }
                let children = syntax.children(declared);
                let [first, rest @ ..] = children else { return false };
                let behind =
                    facts.text[syntax.node(*first).span.end..syntax.node(declared).span.end].trim_start();
                if behind.starts_with(['[', '<']) {
                    let wraps = facts.language.wrapper_types().contains(&facts.node_text(*first));
                    return wraps && rest.iter().any(|&child| self.is_client_type(facts, syntax, child));
                }
                children.iter().any(|&child| self.is_client_type(facts, syntax, child))
            }
            _ => false,
        }
    }

    /// Whether the value of an expression is a client.
    pub(super) fn is_client(&self, at: At, facts: &RegionFacts, syntax: &Syntax, mut node: NodeId) -> bool {
        // `await x`, `(x)`, `x as T`, `x or y`.
        while syntax.kind(node) == Kind::Other {
            let Some(&first) = syntax.children(node).first() else { return false };
            if syntax.children(node).len() > 1 {
                return syntax.children(node).iter().any(|&child| self.is_client(at, facts, syntax, child));
            }
            node = first;
        }
        match syntax.kind(node) {
            Kind::Name | Kind::Member => self.holder(Place { at, node }).is_some(),
            Kind::Call => {
                let Some(callee) = syntax.child(node, Role::Callee) else { return false };
                if let Some(SdkName::Class(class)) =
                    self.sdk.name_of(facts.language, &facts.scopes, syntax, &facts.text, callee)
                {
                    return self.sdk.clients[class].modules.is_empty();
                }
                if syntax.kind(callee) == Kind::Member {
                    let options = syntax.child(callee, Role::Property).is_some_and(|property| {
                        let name = &facts.text[syntax.node(property).span.clone()];
                        name == self.sdk.options_method || name == "copy"
                    });
                    if options {
                        return syntax
                            .child(callee, Role::Object)
                            .is_some_and(|object| self.is_client(at, facts, syntax, object));
                    }
                }
                let named = facts.scopes.resolve(syntax, &facts.text, callee);
                named.is_some_and(|(id, _)| self.makers.contains(&(at, id)))
                    || matches!(
                        self.member(Place { at, node: callee }, &mut { STEPS }),
                        Some(Member::Made(_))
                    )
            }
            _ => false,
        }
    }

    /// What the name or member at `place` is bound to, if that holds a client.
    pub(super) fn holder(&self, place: Place) -> Option<Bound> {
        if !self.any {
            return None;
        }
        let facts = self.tree.region(place.at);
        let named = facts.scopes.resolve(facts.tree(), &facts.text, place.node);
        if let Some((id, _)) = named.filter(|(id, _)| self.bindings.contains(&(place.at, id.clone()))) {
            return Some((place.at, id));
        }
        match self.member(place, &mut { STEPS })? {
            Member::Held(bound) => Some(bound),
            // A property; a method that is not called is handed on, and gives one there.
            Member::Made(bound) => Some(bound),
        }
    }

    /// What `object.name` at `place` is, where the class of the object is one of the tree's.
    fn member(&self, place: Place, steps: &mut usize) -> Option<Member> {
        let facts = self.tree.region(place.at);
        let syntax = facts.tree();
        if syntax.kind(place.node) != Kind::Member {
            return None;
        }
        let object = syntax.child(place.node, Role::Object)?;
        let name = facts.node_text(syntax.child(place.node, Role::Property)?);
        let class = self.class_of(Place { at: place.at, node: object }, steps)?;
        self.field(class, name.trim_start_matches('#'), steps)
    }

    /// What a class, or one that it is made from, has as `name`.
    fn field(&self, class: Place, name: &str, steps: &mut usize) -> Option<Member> {
        let scope = self.tree.region(class.at).scopes.of_class(class.node)?;
        let bound = |name: String| (class.at, BindingId { scope, name });
        let (field, method) = (bound(format!("self.{name}")), bound(name.to_string()));
        if self.bindings.contains(&field) {
            return Some(Member::Held(field));
        }
        if self.makers.contains(&method) {
            return Some(Member::Made(method));
        }
        step(steps)?;
        self.bases(class).into_iter().find_map(|base| self.field(base, name, steps))
    }

    /// The classes of the tree that a class is made from.
    fn bases(&self, class: Place) -> Vec<Place> {
        let syntax = self.tree.region(class.at).tree();
        let heritage = syntax
            .children(class.node)
            .iter()
            .filter(|&&child| !matches!(syntax.node(child).role, Role::Body | Role::Name));
        let names = heritage.flat_map(|&child| syntax.descendants(child));
        names.filter_map(|node| self.class_named(Place { at: class.at, node })).collect()
    }

    /// The definition, in this file or another, that a name stands for.
    fn definition(&self, place: Place) -> Option<Place> {
        let facts = self.tree.region(place.at);
        let (id, binding) = facts.scopes.resolve(facts.tree(), &facts.text, place.node)?;
        if let Some(node) = binding.definition {
            return Some(Place { at: place.at, node });
        }
        let (at, there) = self.tree.imported(place.at, &id)?;
        let scope = &self.tree.region(at).scopes.scopes[there.scope];
        scope.bindings.get(&there.name)?.definition.map(|node| Place { at, node })
    }

    fn class_named(&self, place: Place) -> Option<Place> {
        let is_class = |there: &Place| self.tree.region(there.at).tree().kind(there.node) == Kind::Class;
        self.definition(place).filter(is_class)
    }

    /// The function that is called by the expression at `place`: one that is named, a method, or what constructs an
    /// object.
    fn function(&self, place: Place, steps: &mut usize) -> Option<Place> {
        let facts = self.tree.region(place.at);
        let syntax = facts.tree();
        let found = match syntax.kind(place.node) {
            Kind::Name => self.definition(place)?,
            Kind::Member => {
                let class = self
                    .class_of(Place { at: place.at, node: syntax.child(place.node, Role::Object)? }, steps)?;
                self.method(class, facts.node_text(syntax.child(place.node, Role::Property)?))?
            }
            _ => return None,
        };
        match self.tree.region(found.at).tree().kind(found.node) {
            Kind::Function => Some(found),
            Kind::Class => CONSTRUCTORS.iter().find_map(|name| self.method(found, name)),
            _ => None,
        }
    }

    /// The method of a class by its name.
    fn method(&self, class: Place, name: &str) -> Option<Place> {
        let facts = self.tree.region(class.at);
        let scope = facts.scopes.of_class(class.node)?;
        let node = facts.scopes.scopes[scope].bindings.get(name)?.definition?;
        Some(Place { at: class.at, node })
    }

    /// The class of the tree that the value of an expression is an object of.
    fn class_of(&self, place: Place, steps: &mut usize) -> Option<Place> {
        step(steps)?;
        let facts = self.tree.region(place.at);
        let syntax = facts.tree();
        match syntax.kind(place.node) {
            Kind::Name if matches!(facts.node_text(place.node), "self" | "this" | "cls") => {
                let class = syntax.ancestors(place.node).find(|&up| syntax.kind(up) == Kind::Class)?;
                Some(Place { at: place.at, node: class })
            }
            Kind::Name | Kind::Member => {
                let (id, _) = facts.scopes.resolve(syntax, &facts.text, place.node)?;
                let bound = self.tree.imported(place.at, &id).unwrap_or((place.at, id));
                let there = self.tree.region(bound.0);
                if let Some(&declared) = self.types.get(&bound) {
                    return self.class_of_type(Place { at: bound.0, node: declared });
                }
                let binding = there.scopes.scopes[bound.1.scope].bindings.get(&bound.1.name)?;
                for &assign in &binding.assigns {
                    step(steps)?;
                    let of = |role| there.tree().child(assign, role).map(|node| Place { at: bound.0, node });
                    let declared = of(Role::Type).and_then(|declared| self.class_of_type(declared));
                    let class = declared.or_else(|| self.class_of(of(Role::Value)?, steps));
                    if class.is_some() {
                        return class;
                    }
                }
                None
            }
            Kind::Call => {
                self.class_named(Place { at: place.at, node: syntax.child(place.node, Role::Callee)? })
            }
            Kind::Other => {
                let first = *syntax.children(place.node).first()?;
                self.class_of(Place { at: place.at, node: first }, steps)
            }
            _ => None,
        }
    }

    /// The class of the tree that a declared type names.
    fn class_of_type(&self, declared: Place) -> Option<Place> {
        let names = self.tree.region(declared.at).tree().descendants(declared.node);
        names.into_iter().find_map(|node| self.class_named(Place { at: declared.at, node }))
    }
}
