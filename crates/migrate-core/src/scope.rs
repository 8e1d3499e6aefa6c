//! Names and what they are bound to, within one region.
//!
//! Scopes are those that all our languages share: the file, functions, classes. A name with several assignments in
//! one scope has several values and resolves to none of them, but all of them belong together.

use std::collections::BTreeMap;

use smallvec::SmallVec;

use crate::language::{Import, Language};
use crate::syntax::{Kind, NodeId, Role, Syntax};

/// What a name is bound to in one scope.
#[derive(Clone, Debug, Default)]
pub(crate) struct Binding {
    /// The nodes of kind `Assign` that assign to it.
    pub assigns: SmallVec<[NodeId; 4]>,
    /// The import that binds it. Few bindings have one, and there is room for many of them.
    pub import: Option<Box<Import>>,
    /// The function or class of that name.
    pub definition: Option<NodeId>,
    /// Whether a parameter has the name: its values come from callers.
    pub parameter: bool,
}

/// A scope.
#[derive(Debug)]
pub(crate) struct Scope {
    parent: Option<usize>,
    class: bool,
    /// Its bindings by name; a member of the object itself is bound in the class scope as `self.name`.
    pub bindings: BTreeMap<String, Binding>,
}

/// All scopes of a region.
#[derive(Debug)]
pub(crate) struct Scopes {
    /// The first is the file's.
    pub scopes: Vec<Scope>,
    /// Whether methods see the fields of their class by their bare names.
    open: bool,
    of: BTreeMap<NodeId, usize>,
}

/// Names a binding of one region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct BindingId {
    /// Index of the scope.
    pub scope: usize,
    /// The name.
    pub name: String,
}

impl Scopes {
    /// Collects the scopes of a region.
    pub(crate) fn of(language: &dyn Language, syntax: &Syntax, text: &str) -> Self {
        let root = Scope { parent: None, class: false, bindings: BTreeMap::new() };
        let open = language.has_open_classes();
        let mut scopes = Self { scopes: vec![root], open, of: BTreeMap::from([(Syntax::ROOT, 0)]) };
        for id in syntax.ids() {
            match syntax.kind(id) {
                kind @ (Kind::Function | Kind::Class) => {
                    let outer = scopes.scope_of(syntax, id);
                    if let Some(name) = syntax.child(id, Role::Name) {
                        scopes.binding(outer, &text[syntax.node(name).span.clone()]).definition = Some(id);
                    }
                    scopes.scopes.push(Scope {
                        parent: Some(outer),
                        class: kind == Kind::Class,
                        bindings: BTreeMap::new(),
                    });
                    scopes.of.insert(id, scopes.scopes.len() - 1);
                }
                Kind::Import => {
                    let scope = scopes.scope_of(syntax, id);
                    for import in language.imports(syntax, text, id) {
                        // All names of a module are no name; several modules may be imported so.
                        let local = match &*import.local {
                            "*" => format!("*{}", import.module),
                            local => local.to_string(),
                        };
                        scopes.binding(scope, &local).import = Some(Box::new(import));
                    }
                }
                Kind::Assign => scopes.assign(language, syntax, text, id),
                // What a module exports by default has no name, unless it is one.
                Kind::Statement if syntax.child(id, Role::Value).is_some() => {
                    scopes.binding(0, &exported(DEFAULT)).assigns.push(id);
                }
                Kind::Name if is_parameter(syntax, text, id) => {
                    let scope = scopes.scope_of(syntax, id);
                    scopes.binding(scope, &text[syntax.node(id).span.clone()]).parameter = true;
                }
                _ => {}
            }
        }
        for import in language.implied_imports(syntax, text) {
            let local = import.local.clone();
            let binding = scopes.binding(0, &local);
            if binding.definition.is_none() && binding.assigns.is_empty() {
                binding.import.get_or_insert(Box::new(import));
            }
        }
        scopes
    }

    fn assign(&mut self, language: &dyn Language, syntax: &Syntax, text: &str, id: NodeId) {
        // `const { a } = require("m")` and the like bind by import.
        let imports = language.imports(syntax, text, id);
        let scope = self.scope_of(syntax, id);
        if !imports.is_empty() {
            for import in imports {
                let local = import.local.clone();
                self.binding(scope, &local).import = Some(Box::new(import));
            }
            return;
        }
        let Some(target) = syntax.child(id, Role::Target) else { return };
        if self.exports(syntax, text, id, target) {
            return;
        }
        if let Some(mut name) = key_of(syntax, text, target) {
            if self.open && !is_declaration(syntax, id) && self.is_field(scope, &name) {
                name = format!("self.{name}");
            }
            let scope = if name.starts_with("self.") { self.class_of(scope) } else { scope };
            let parameter = syntax.ancestors(id).any(|node| syntax.node(node).role == Role::Parameters);
            let binding = self.binding(scope, &name);
            binding.assigns.push(id);
            binding.parameter |= parameter;
            // A field declared in a class body is also the member of its objects.
            if self.scopes[scope].class {
                self.binding(scope, &own(&name)).assigns.push(id);
            }
        } else if matches!(syntax.kind(target), Kind::Index | Kind::Member) {
            // An item of what has a name already, here or further out.
            let object = std::iter::successors(Some(target), |&node| syntax.child(node, Role::Object)).last();
            if let Some(object) = object.filter(|&object| syntax.kind(object) == Kind::Name) {
                let (scope, name) = match self.resolve(syntax, text, object) {
                    Some((id, _)) => (id.scope, id.name),
                    None => (scope, text[syntax.node(object).span.clone()].to_string()),
                };
                self.binding(scope, &name).assigns.push(id);
            }
        } else {
            for node in syntax.descendants(target) {
                if matches!(syntax.kind(node), Kind::Name | Kind::Shorthand)
                    && !matches!(syntax.node(node).role, Role::Key | Role::Type)
                {
                    self.binding(scope, &text[syntax.node(node).span.clone()]).assigns.push(id);
                }
            }
        }
    }

    /// What CommonJS exports without a name of its own: the entries of an object given to `module.exports`, what is
    /// given to a member of it, and whatever else is given to it as a whole. Whether the assignment is an export.
    fn exports(&mut self, syntax: &Syntax, text: &str, assign: NodeId, target: NodeId) -> bool {
        let whole = text[syntax.node(target).span.clone()].trim();
        if syntax.kind(target) != Kind::Member {
            return false;
        }
        if whole == "module.exports" {
            let map = syntax.child(assign, Role::Value).filter(|&map| syntax.kind(map) == Kind::Map);
            for &pair in map.map(|map| syntax.children(map)).unwrap_or_default() {
                if syntax.kind(pair) == Kind::Pair
                    && let Some(key) = syntax.child(pair, Role::Key)
                {
                    let name = exported(&text[syntax.node(key).content.clone()]);
                    self.binding(0, &name).assigns.push(pair);
                }
            }
            if map.is_none() {
                self.binding(0, &exported(WHOLE)).assigns.push(assign);
            }
            return true;
        }
        let name = whole.strip_prefix("module.exports.").or_else(|| whole.strip_prefix("exports."));
        if let Some(name) = name {
            self.binding(0, &exported(name)).assigns.push(assign);
        }
        name.is_some()
    }

    /// Whether a bare name that is assigned to in `scope` is a field of the class around it.
    fn is_field(&self, scope: usize, name: &str) -> bool {
        let mut at = Some(scope);
        while let Some(scope) = at.filter(|&scope| !self.scopes[scope].class) {
            if self.scopes[scope].bindings.contains_key(name) {
                return false;
            }
            at = self.scopes[scope].parent;
        }
        at.is_some_and(|class| self.scopes[class].bindings.contains_key(&format!("self.{name}")))
    }

    fn binding(&mut self, scope: usize, name: &str) -> &mut Binding {
        self.scopes[scope].bindings.entry(name.to_string()).or_default()
    }

    /// The scope that a node stands in.
    pub(crate) fn scope_of(&self, syntax: &Syntax, id: NodeId) -> usize {
        syntax.ancestors(id).find_map(|node| self.of.get(&node).copied()).unwrap_or(0)
    }

    /// The scope of a class, by its node.
    pub(crate) fn of_class(&self, class: NodeId) -> Option<usize> {
        self.of.get(&class).copied()
    }

    /// The field that a constructor's parameter is as well, by the modifier before its name.
    pub(crate) fn field_of_parameter(&self, syntax: &Syntax, text: &str, name: NodeId) -> Option<BindingId> {
        let parameter = syntax.parent(name)?;
        let modifiers = &text[syntax.node(parameter).span.start..syntax.node(name).span.start];
        let is_field = modifiers
            .split_whitespace()
            .any(|word| matches!(word, "private" | "protected" | "public" | "readonly"));
        let scope = self.class_of(self.scope_of(syntax, name));
        let name = own(&text[syntax.node(name).span.clone()]);
        (is_field && self.scopes[scope].class).then_some(BindingId { scope, name })
    }

    fn class_of(&self, scope: usize) -> usize {
        std::iter::successors(Some(scope), |&scope| self.scopes[scope].parent)
            .find(|&scope| self.scopes[scope].class)
            .unwrap_or(0)
    }

    /// The field that `Class.NAME` is, of a class of this region.
    fn field_of_class(&self, syntax: &Syntax, text: &str, id: NodeId) -> Option<(BindingId, &Binding)> {
        let object = syntax.child(id, Role::Object).filter(|_| self.open)?;
        let property = syntax.child(id, Role::Property)?;
        if syntax.kind(object) != Kind::Name {
            return None;
        }
        let class = self.resolve(syntax, text, object)?.1.definition?;
        let scope = *self.of.get(&class)?;
        let name = format!("self.{}", &text[syntax.node(property).span.clone()]);
        let binding = self.scopes[scope].bindings.get(&name)?;
        Some((BindingId { scope, name }, binding))
    }

    /// The binding that the name (or member of the object itself, or of a class) at `id` refers to.
    pub(crate) fn resolve(&self, syntax: &Syntax, text: &str, id: NodeId) -> Option<(BindingId, &Binding)> {
        let Some(name) = key_of(syntax, text, id) else { return self.field_of_class(syntax, text, id) };
        let start = self.scope_of(syntax, id);
        if name.starts_with("self.") {
            let scope = self.class_of(start);
            return self.scopes[scope]
                .bindings
                .get(&name)
                .map(|binding| (BindingId { scope, name }, binding));
        }
        let mut at = Some(start);
        let mut own = None;
        while let Some(scope) = at {
            let class = self.scopes[scope].class;
            if class && self.open {
                let name = format!("self.{name}");
                if let Some(binding) = self.scopes[scope].bindings.get(&name) {
                    return Some((BindingId { scope, name }, binding));
                }
            }
            // A class body's names are not seen from its methods everywhere.
            if (!class || scope == start || self.open)
                && let Some(binding) = self.scopes[scope].bindings.get(&name)
            {
                let found = (BindingId { scope, name: name.clone() }, binding);
                // In `let headers = headers(key)` the value has the name from outside.
                if own.is_none() && binding.assigns.len() == 1 && gives_value(syntax, binding.assigns[0], id)
                {
                    own = Some(found);
                } else {
                    return Some(found);
                }
            }
            at = self.scopes[scope].parent;
        }
        own
    }
}

/// Stands for the name of what a file exports as a whole. No identifier.
pub(crate) const WHOLE: &str = "=";

/// The name of what a module exports by default.
pub(crate) const DEFAULT: &str = "default";

/// The name of an import of all that a module gives, and what it is bound to.
pub(crate) const ALL: &str = "*";

/// The name under which the file's scope holds what is exported as `name` without being bound to it. No identifier.
pub(crate) fn exported(name: &str) -> String {
    format!("exports.{name}")
}

/// The key that a node binds or refers to: a name, or a member of the object itself as `self.name`.
pub(crate) fn key_of(syntax: &Syntax, text: &str, id: NodeId) -> Option<String> {
    let node = syntax.node(id);
    match node.kind {
        Kind::Name | Kind::Shorthand => {
            let name = &text[node.span.clone()];
            Some(if name.starts_with('@') { own(name) } else { name.to_string() })
        }
        Kind::Member => {
            let property = syntax.child(id, Role::Property)?;
            // A keyword need be no node: then it is all that stands before the property.
            let object = match syntax.child(id, Role::Object) {
                Some(object) => &text[syntax.node(object).span.clone()],
                None => text[node.span.start..syntax.node(property).span.start].trim_end_matches('.'),
            };
            matches!(object, "self" | "this" | "cls" | "$this" | "static")
                .then(|| own(&text[syntax.node(property).span.clone()]))
        }
        _ => None,
    }
}

/// The key of a member of the object itself; what some languages put before its name is no part of it.
fn own(name: &str) -> String {
    format!("self.{}", name.trim_start_matches(['#', '$', '@']))
}

/// Whether an assignment declares its name: something of its statement stands before it.
fn is_declaration(syntax: &Syntax, assign: NodeId) -> bool {
    let target = syntax.child(assign, Role::Target);
    let behind = |target| syntax.node(assign).span.start < syntax.node(target).span.start;
    target.is_some_and(behind)
        || syntax.parent(assign).is_some_and(|up| {
            syntax.kind(up) == Kind::Statement && syntax.node(up).span.start < syntax.node(assign).span.start
        })
}

/// Whether the node at `id` stands in the value of `assign`, in its own body.
fn gives_value(syntax: &Syntax, assign: NodeId, id: NodeId) -> bool {
    let Some(value) = syntax.child(assign, Role::Value) else { return false };
    let around = std::iter::once(id).chain(syntax.ancestors(id));
    let mut around = around.take_while(|&up| !matches!(syntax.kind(up), Kind::Function | Kind::Class));
    around.any(|up| up == value)
}

fn is_parameter(syntax: &Syntax, text: &str, id: NodeId) -> bool {
    let mut at = id;
    while let Some(parent) = syntax.parent(at) {
        if syntax.node(at).role == Role::Parameters {
            return true;
        }
        // A parameter's type names what is bound elsewhere.
        let before = text[..syntax.node(at).span.start].trim_end();
        if before.ends_with(':') && syntax.kind(parent) != Kind::Pair {
            return false;
        }
        // A default is bound elsewhere too.
        if before.ends_with('=') || matches!(syntax.node(at).role, Role::Type | Role::Owner) {
            return false;
        }
        // Of a parameter that has a name beside other names (its type's), only that is the parameter.
        let of_one =
            syntax.node(parent).role != Role::Parameters && syntax.child(parent, Role::Name).is_some();
        if of_one && syntax.node(at).role != Role::Name {
            return false;
        }
        if matches!(syntax.kind(parent), Kind::Block | Kind::Assign | Kind::Call) {
            return false;
        }
        at = parent;
    }
    false
}
