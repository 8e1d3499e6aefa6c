//! All facts of a tree, and the ways between its files: modules and imports, values, what a name stands for.
//!
//! What is decided of them is in [`join`](crate::join).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use crate::facts::{Argument, Context, HeaderSet, RegionFacts, Request, Site};
use crate::finding::Rule;
use crate::language::{self, Import};
use crate::scope::{ALL, Binding, BindingId, DEFAULT, WHOLE, exported};
use crate::sdk::names::SdkName;
use crate::source::{Source, VariableRole};
use crate::syntax::{Kind, NodeId, Role, Span, Syntax};
use crate::token::{TokenKind, UrlForm};

/// How many files in a row are followed that give on what another one exports.
const STAR_STEPS: usize = 8;

/// Names a unit.
pub(crate) type UnitId = u32;

/// The facts of one file.
#[derive(Debug)]
pub(crate) struct FileFacts {
    /// Its path.
    pub path: String,
    /// Its regions.
    pub regions: Vec<RegionFacts>,
}

/// A region of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct At {
    /// Index of the file.
    pub file: usize,
    /// Index of the region.
    pub region: usize,
}

/// A node of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    /// The region.
    pub at: At,
    /// The node.
    pub node: NodeId,
}

/// Why a unit stays.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pin {
    /// Where.
    pub at: At,
    /// The span in the region.
    pub span: (usize, usize),
    /// The rule.
    pub rule: Rule,
    /// What was found.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// What moves or stays together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unit {
    /// Why it stays; it moves if there is no reason.
    pub pins: Vec<Pin>,
    /// Whether the source's key goes with it: a staying unit of this kind still needs the variable.
    pub needs_key: bool,
    /// Whether any of it is code, and not only a value that code may read.
    pub in_code: bool,
    /// Whether any of it is a request or a client, and not only a variable that one may need.
    pub talks: bool,
}

impl Unit {
    /// Whether it stays on the source gateway.
    pub(crate) fn stays(&self) -> bool {
        !self.pins.is_empty()
    }
}

/// What belongs to a unit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// A statement.
    Statement(Place),
    /// A name, by the region that binds it.
    Binding(At, BindingId),
}

/// The units of a tree.
#[derive(Clone, Debug)]
pub(crate) struct Units {
    /// By id.
    pub units: Vec<Unit>,
    /// The unit of what belongs to one.
    pub of: Arc<BTreeMap<Key, UnitId>>,
}

impl Units {
    /// The unit of a statement, if it holds a site or refers to one.
    pub(crate) fn of(&self, at: At, statement: NodeId) -> Option<UnitId> {
        self.of.get(&Key::Statement(Place { at, node: statement })).copied()
    }

    /// Whether the unit of a statement stays.
    pub(crate) fn stays(&self, at: At, statement: NodeId) -> bool {
        self.of(at, statement).is_some_and(|unit| self.units[unit as usize].stays())
    }

    /// Whether a statement belongs to a unit that moves.
    pub(crate) fn moves(&self, at: At, statement: NodeId) -> bool {
        self.of(at, statement).is_some_and(|unit| !self.units[unit as usize].stays())
    }

    /// Whether a name belongs to a unit.
    pub(crate) fn binds(&self, at: At, id: &BindingId) -> bool {
        self.of.contains_key(&Key::Binding(at, id.clone()))
    }

    /// Whether the key variable keeps its name in a statement: its unit stays, or is nothing but the variable, which a
    /// unit that stays may read.
    pub(crate) fn keeps_variable(&self, at: At, statement: NodeId) -> bool {
        let talks = self.of(at, statement).is_some_and(|unit| self.units[unit as usize].talks);
        self.stays(at, statement) || !talks && self.key_stays()
    }

    /// Whether any unit stays that needs the source's key.
    pub(crate) fn key_stays(&self) -> bool {
        self.units.iter().any(|unit| unit.stays() && unit.needs_key)
    }

    /// Whether any unit moves.
    pub(crate) fn any_moves(&self) -> bool {
        self.units.iter().any(|unit| !unit.stays() && unit.in_code)
    }

    /// Whether any unit stays.
    pub(crate) fn any_stays(&self) -> bool {
        self.units.iter().any(Unit::stays)
    }
}

/// What one region holds of the SDK.
#[derive(Debug, Default)]
pub(crate) struct RegionSdk {
    /// Calls that construct a client.
    pub constructions: Vec<NodeId>,
    /// Calls of methods that both clients have.
    pub calls: Vec<NodeId>,
    /// Calls of the method that gives a client with other settings.
    pub options: Vec<NodeId>,
    /// References to the SDK's names outside of imports.
    pub names: Vec<(NodeId, SdkName)>,
    /// Members of answers that only the old client's answers have as items (`message["content"]`), each with the call
    /// that was answered.
    pub subscripts: Vec<(NodeId, NodeId)>,
    /// Places where a client is handed to what can't be followed.
    pub escapes: Vec<NodeId>,
    /// Packages of the source's that code in a text imports.
    pub embedded: Vec<String>,
    /// Reasons to stay, each with its statement.
    pub pins: Vec<(NodeId, Pin)>,
    /// Statements that use a client, or say that a name holds one, each with that name: a type, a call or a class that is
    /// inherited from ties them, which no assignment does.
    pub ties: Vec<(NodeId, (At, BindingId))>,
}

/// All facts of a tree, with the ways between files.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    /// The rule pack.
    pub source: &'a Source,
    /// The files, sorted by path.
    pub files: Vec<FileFacts>,
    pub by_path: BTreeMap<String, usize>,
    /// The files of this tree that imports name, by region and module.
    pub modules: BTreeMap<At, BTreeMap<String, Option<usize>>>,
    /// The packages of this tree that its files import by name: the folder of each, and what it says to be its main file.
    pub packages: BTreeMap<String, (String, Option<String>)>,
    /// The imports of each file of this tree, in others and in itself.
    pub importers: BTreeMap<usize, Vec<(At, BindingId)>>,
    /// Where the tree's value files set a variable, by folder and name.
    pub values: BTreeMap<String, BTreeMap<String, Vec<Place>>>,
    /// The SDK, by region.
    pub sdk: BTreeMap<At, RegionSdk>,
    /// The units, as they are when none was dropped.
    pub units: OnceLock<Units>,
}

impl Tree<'_> {
    /// Binds names that a file uses and another one of its folder declares, where a language has them in common.
    pub(crate) fn share_names(&mut self) {
        // By folder and language, the names and the one file that declares each; none where several do.
        let mut declared: BTreeMap<(String, &str), BTreeMap<String, Option<usize>>> = BTreeMap::new();
        for (index, file) in self.files.iter().enumerate() {
            let Some(facts) = file.regions.first().filter(|facts| facts.language.shares_names()) else {
                continue;
            };
            let home = (folder_of(&file.path).to_string(), facts.language.id());
            let names = declared.entry(home).or_default();
            for (name, binding) in &facts.scopes.scopes[0].bindings {
                if binding.import.is_none() {
                    names.entry(name.clone()).and_modify(|file| *file = None).or_insert(Some(index));
                }
            }
        }
        let mut found: Vec<(usize, String, usize)> = Vec::new();
        for (index, file) in self.files.iter().enumerate() {
            let Some(facts) = file.regions.first().filter(|facts| facts.language.shares_names()) else {
                continue;
            };
            let home = (folder_of(&file.path).to_string(), facts.language.id());
            let (Some(names), Some(syntax)) = (declared.get(&home), &facts.syntax) else { continue };
            for id in syntax.ids().filter(|&id| syntax.kind(id) == Kind::Name) {
                let name = facts.node_text(id);
                let Some(&Some(other)) = names.get(name).filter(|other| **other != Some(index)) else {
                    continue;
                };
                let role = syntax.node(id).role;
                let is_use = !matches!(role, Role::Property | Role::Name | Role::Target | Role::Key)
                    || role == Role::Key && facts.language.is_reference(syntax, id);
                if is_use && facts.scopes.resolve(syntax, &facts.text, id).is_none() {
                    found.push((index, name.to_string(), other));
                }
            }
        }
        for (file, name, other) in found {
            let import = Import {
                module: self.files[other].path.clone(),
                module_span: 0..0,
                imported: Some(name.clone()),
                local: name.clone(),
                node: Syntax::ROOT,
            };
            let scopes = &mut self.files[file].regions[0].scopes;
            scopes.scopes[0].bindings.entry(name).or_default().import = Some(Box::new(import));
        }
    }

    pub(crate) fn index_imports(&mut self) {
        let mut modules: BTreeMap<At, BTreeMap<String, Option<usize>>> = BTreeMap::new();
        let mut importers: BTreeMap<usize, Vec<(At, BindingId)>> = BTreeMap::new();
        for (at, facts) in self.regions() {
            for (scope, bindings) in facts.scopes.scopes.iter().enumerate() {
                for (name, binding) in &bindings.bindings {
                    let Some(import) = &binding.import else { continue };
                    let known = modules.entry(at).or_default().entry(import.module.clone());
                    if let Some(file) = *known.or_insert_with(|| self.module(at, &import.module)) {
                        let id = BindingId { scope, name: name.clone() };
                        importers.entry(file).or_default().push((at, id));
                    }
                }
            }
        }
        (self.modules, self.importers) = (modules, importers);
    }

    pub(crate) fn index_values(&mut self) {
        let mut values: BTreeMap<String, BTreeMap<String, Vec<Place>>> = BTreeMap::new();
        for (at, facts) in self.regions().filter(|(_, facts)| facts.language.is_data()) {
            for site in &facts.sites {
                let Some(node) = definition_of(facts, site) else { continue };
                let names = values.entry(folder_of(&self.files[at.file].path).to_string()).or_default();
                let name = facts.text[site.token.span.clone()].to_string();
                names.entry(name).or_default().push(Place { at, node });
            }
        }
        self.values = values;
    }

    /// The imports of what the file at index `file` gives, by name, in other files and in itself.
    pub(crate) fn importers(&self, file: usize) -> &[(At, BindingId)] {
        self.importers.get(&file).map_or(&[], Vec::as_slice)
    }

    /// The facts of a region.
    pub(crate) fn region(&self, at: At) -> &RegionFacts {
        &self.files[at.file].regions[at.region]
    }

    /// Lets go of the text of a file that nothing will be asked of any more.
    pub(crate) fn forget(&mut self, file: usize) {
        for region in &mut self.files[file].regions {
            region.text = Arc::default();
        }
    }

    /// All regions, in order.
    pub(crate) fn regions(&self) -> impl Iterator<Item = (At, &RegionFacts)> {
        self.files.iter().enumerate().flat_map(|(file, facts)| {
            facts.regions.iter().enumerate().map(move |(region, facts)| (At { file, region }, facts))
        })
    }

    /// The file of this tree that `module`, imported in `file`, names.
    pub(crate) fn module(&self, at: At, module: &str) -> Option<usize> {
        if let Some(file) = self.modules.get(&at).and_then(|modules| modules.get(module)) {
            return *file;
        }
        let path = &self.files[at.file].path;
        let language = self.region(at).language;
        let file = |candidates: Vec<String>| {
            candidates.iter().find_map(|candidate| self.by_path.get(candidate).copied())
        };
        file(language.module_paths(path, module)).or_else(|| {
            // `@scope/name/rest`: the name of a package may have a slash.
            let ends = module.match_indices('/').map(|(slash, _)| slash).chain([module.len()]);
            ends.into_iter().find_map(|end| {
                let (folder, main) = self.packages.get(&module[..end])?;
                let rest = module[end..].trim_start_matches('/');
                file(language.package_paths(folder, main.as_deref(), rest))
            })
        })
    }

    /// Finds the packages of the tree that have a file to say so.
    pub(crate) fn index_packages(&mut self) {
        let marks: BTreeSet<&str> =
            language::all().iter().filter_map(|language| language.package_file()).collect();
        let mut packages = BTreeMap::new();
        for file in &self.files {
            let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
            let Some(facts) = file.regions.first().filter(|_| marks.contains(name)) else { continue };
            let value = |key: &str| top_value(facts, key).map(str::to_string);
            // A fork of the SDK is no client of the tree's own.
            if let Some(name) = value("name").filter(|name| self.source.package_of_module(name).is_none()) {
                packages.insert(name, (folder.to_string(), value("main")));
            }
        }
        self.packages = packages;
    }

    /// The name of the package that a file lies in, if it is known.
    pub(crate) fn package_of(&self, path: &str) -> Option<&str> {
        let mut folder = folder_of(path);
        loop {
            let found = self.packages.iter().find(|(_, (home, _))| home == folder);
            match found {
                Some((name, _)) => return Some(name),
                None if folder.is_empty() => return None,
                None => folder = folder_of(folder),
            }
        }
    }

    /// The binding in another file that an imported name stands for.
    pub(crate) fn imported(&self, at: At, id: &BindingId) -> Option<(At, BindingId)> {
        let binding = self.region(at).scopes.scopes[id.scope].bindings.get(&id.name)?;
        let import = binding.import.as_ref()?;
        let file = self.module(at, &import.module)?;
        // A module as a whole may be one value.
        let name = import.imported.clone().unwrap_or_else(|| WHOLE.to_string());
        self.exported(file, &name, STAR_STEPS)
    }

    /// What a file gives as `name`, itself or by giving all that another one does.
    fn exported(&self, file: usize, name: &str, steps: usize) -> Option<(At, BindingId)> {
        let at = At { file, region: 0 };
        let bindings = &self.files[file].regions.first()?.scopes.scopes[0].bindings;
        // The whole of a CommonJS module is the default of it.
        let whole = (name == DEFAULT).then(|| exported(WHOLE));
        let mut names = [exported(name), name.to_string()].into_iter().chain(whole);
        if let Some(name) = names.find(|name| bindings.contains_key(name)) {
            return Some((at, BindingId { scope: 0, name }));
        }
        // All that a package of the source's gives is passed on under its name.
        let of_source =
            |import: &Import| import.local == ALL && crate::sdk::is_source_module(self, at, &import.module);
        let all = |binding: &Binding| binding.import.as_ref().is_some_and(|import| of_source(import));
        if let Some((name, _)) = bindings.iter().find(|(_, binding)| all(binding)) {
            return Some((at, BindingId { scope: 0, name: name.clone() }));
        }
        let steps = steps.checked_sub(1)?;
        self.stars(at).find_map(|there| self.exported(there, name, steps))
    }

    /// The files of which a region gives on all that they export.
    pub(crate) fn stars(&self, at: At) -> impl Iterator<Item = usize> + '_ {
        let bindings = self.region(at).scopes.scopes[0].bindings.values();
        let imports = bindings.filter_map(|binding| binding.import.as_ref());
        imports.filter(|import| import.local == "*").filter_map(move |import| self.module(at, &import.module))
    }

    /// What the tree's own value files (dotenv and the like) set the variable `name` to, for a program at `path`: in the
    /// nearest folder upward that has one which sets it. All of its values, where several files of that folder do.
    pub(crate) fn environment_values(&self, path: &str, name: &str) -> Vec<Place> {
        let mut folder = path;
        loop {
            folder = folder_of(folder);
            let found = self.values.get(folder).and_then(|names| names.get(name));
            match found {
                Some(places) => return places.clone(),
                None if folder.is_empty() => return Vec::new(),
                None => {}
            }
        }
    }

    /// Where value files of the tree set the variable `name`.
    pub(crate) fn all_values<'t>(&'t self, name: &'t str) -> impl Iterator<Item = Place> + 't {
        self.values.values().filter_map(move |names| names.get(name)).flatten().copied()
    }

    /// The host of another gateway, if that is what the value files set a URL variable to.
    pub(crate) fn other_host(&self, at: At, name: &str) -> Option<String> {
        let values = self.environment_values(&self.files[at.file].path, name);
        let text = |place: &Place| {
            let facts = self.region(place.at);
            (facts, facts.tree().node(place.node).content.clone())
        };
        let moves = values.iter().any(|place| {
            let (facts, span) = text(place);
            holds_url(facts, &span)
        });
        let url = values.iter().find_map(|place| {
            let (facts, span) = text(place);
            let value = &facts.text[span];
            (value.starts_with("http://") || value.starts_with("https://")).then(|| value.to_string())
        });
        if moves { None } else { url }
    }

    /// The expression that a name at `place` stands for, followed through single assignments and imports.
    pub(crate) fn resolve(&self, place: Place) -> Place {
        let mut at = place;
        // A chain of names longer than this is no program.
        for _ in 0..16 {
            match self.step(at) {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }

    fn step(&self, place: Place) -> Option<Place> {
        let facts = self.region(place.at);
        let syntax = facts.tree();
        if !matches!(syntax.kind(place.node), Kind::Name | Kind::Member | Kind::Shorthand) {
            return None;
        }
        let (id, binding) = facts.scopes.resolve(syntax, &facts.text, place.node)?;
        if let Some((at, there)) = self.imported(place.at, &id) {
            let node = single_value(self.region(at), &there)?;
            return Some(Place { at, node });
        }
        if binding.parameter {
            return None;
        }
        let node = single_value(facts, &id)?;
        (node != place.node).then_some(Place { at: place.at, node })
    }
}

/// The text that a data file has as `key`, outside of everything else.
fn top_value<'f>(facts: &'f RegionFacts, key: &str) -> Option<&'f str> {
    let syntax = facts.syntax.as_ref()?;
    let map = syntax.children(Syntax::ROOT).iter().copied().find(|&id| syntax.kind(id) == Kind::Map)?;
    let is_key = |&pair: &NodeId| {
        let found = syntax.child(pair, Role::Key).and_then(|key| syntax.literal(key, &facts.text));
        found == Some(key)
    };
    let pair = syntax.children(map).iter().copied().find(is_key)?;
    syntax.literal(syntax.child(pair, Role::Value)?, &facts.text)
}

/// The folder that a path lies in; empty at the root.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What a name stands for, if one plain assignment gives it its value.
pub(crate) fn single_value(facts: &RegionFacts, id: &BindingId) -> Option<NodeId> {
    let binding = facts.scopes.scopes[id.scope].bindings.get(&id.name)?;
    // A field's declaration gives it none.
    let value = |assign: &&NodeId| facts.tree().child(**assign, Role::Value).is_some();
    let mut assigns = binding.assigns.iter().filter(value);
    let (Some(assign), None) = (assigns.next(), assigns.next()) else { return None };
    if matches!(facts.tree().kind(*assign), Kind::Pair | Kind::Statement) {
        return facts.tree().child(*assign, Role::Value);
    }
    let target = facts.tree().child(*assign, Role::Target)?;
    // A name out of a destructured value is not that value.
    let plain = matches!(facts.tree().kind(target), Kind::Name | Kind::Member);
    plain.then(|| facts.tree().child(*assign, Role::Value)).flatten()
}

/// Whether a span names a variable or constant that holds the base URL.
pub(crate) fn names_url(facts: &RegionFacts, span: &Span) -> bool {
    facts
        .sites_within(span)
        .any(|site| matches!(site.token.kind, TokenKind::Variable { role: VariableRole::Url, .. }))
}

/// What a request's arguments stand for, followed to other files.
pub(crate) fn argument_values<'r>(
    tree: &'r Tree<'_>,
    at: At,
    request: &'r Request,
) -> impl Iterator<Item = (&'r Argument, Place)> {
    request.arguments.iter().map(move |argument| (argument, tree.resolve(Place { at, node: argument.value })))
}

/// Whether a span of a region holds a token of the source's (or target's) API URL.
pub(crate) fn holds_url(facts: &RegionFacts, span: &Span) -> bool {
    facts.sites_within(span).any(|site| {
        matches!(
            site.token.kind,
            TokenKind::Url(UrlForm::Base { .. } | UrlForm::Root { .. } | UrlForm::Host { .. })
                | TokenKind::TargetUrl
        )
    })
}

/// The value that a data file (or a shell) gives the variable at `site`, if it sets it.
pub(crate) fn definition_of(facts: &RegionFacts, site: &Site) -> Option<NodeId> {
    let syntax = facts.syntax.as_ref()?;
    if matches!(site.context, Context::Comment | Context::Lexical) {
        return None;
    }
    let node = syntax.node(site.node);
    let parent = syntax.parent(site.node)?;
    let defines = match syntax.kind(parent) {
        Kind::Assign => node.role == Role::Target,
        Kind::Pair => node.role == Role::Key && facts.language.is_data(),
        _ => false,
    };
    // In code a variable of the program has its name by choice; only in data and shell is it the environment's.
    let environment = facts.language.is_data() || facts.language.assigns_environment();
    (defines && environment).then(|| syntax.child(parent, Role::Value)).flatten()
}

/// Whether a header set concerns the source at all.
pub(crate) fn is_relevant(source: &Source, set: &HeaderSet) -> bool {
    set.entries.iter().any(|entry| entry.name.starts_with(&source.header_prefix))
}
