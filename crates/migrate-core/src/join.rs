//! Ties sites into units over all files, and decides for each unit whether it moves or stays.
//!
//! A unit is what must move together or stay together: statements that hold sites, tied by the names that carry
//! their values from one statement to another. The only floor that sees two files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use crate::facts::{Argument, Context, EntryForm, RegionFacts, Request, SetOf, Site, statement_of};
use crate::finding::Rule;
use crate::language::{Import, is_variable_name};
use crate::scope::{BindingId, DEFAULT, WHOLE, exported};
use crate::sdk::RegionSdk;
use crate::source::{EndpointClass, HeaderClass, Source, VariableRole};
use crate::syntax::{Kind, NodeId, Role, Span, Syntax};
use crate::token::{TokenKind, UrlForm};

/// Why a unit stays that someone asks to leave.
pub(crate) const ASKED: &str = "an `aig: ignore` comment asks for it";

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

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Statement(Place),
    Binding(At, BindingId),
}

/// The units of a tree.
#[derive(Clone, Debug)]
pub(crate) struct Units {
    /// By id.
    pub units: Vec<Unit>,
    of: Arc<BTreeMap<Key, UnitId>>,
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

/// All facts of a tree, with the ways between files.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    /// The rule pack.
    pub source: &'a Source,
    /// The files, sorted by path.
    pub files: Vec<FileFacts>,
    by_path: BTreeMap<String, usize>,
    /// The files of this tree that imports name, by region and module.
    modules: BTreeMap<At, BTreeMap<String, Option<usize>>>,
    /// The imports of each file of this tree, in others and in itself.
    importers: BTreeMap<usize, Vec<(At, BindingId)>>,
    /// Where the tree's value files set a variable, by folder and name.
    values: BTreeMap<String, BTreeMap<String, Vec<Place>>>,
    /// The SDK, by region.
    pub sdk: BTreeMap<At, RegionSdk>,
    /// The units, as they are when none was dropped.
    units: OnceLock<Units>,
}

impl<'a> Tree<'a> {
    /// Ties `files`, sorted by path, together.
    pub(crate) fn new(source: &'a Source, files: Vec<FileFacts>) -> Self {
        let by_path = files.iter().enumerate().map(|(index, file)| (file.path.clone(), index)).collect();
        let mut tree = Self {
            source,
            files,
            by_path,
            modules: BTreeMap::new(),
            importers: BTreeMap::new(),
            values: BTreeMap::new(),
            sdk: BTreeMap::new(),
            units: OnceLock::new(),
        };
        tree.share_names();
        tree.index_imports();
        tree.index_values();
        crate::constant::tie(&mut tree);
        tree.sdk = crate::sdk::collect(&tree);
        tree
    }

    /// Binds names that a file uses and another one of its folder declares, where a language has them in common.
    fn share_names(&mut self) {
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
            scopes.scopes[0].bindings.entry(name).or_default().import = Some(import);
        }
    }

    fn index_imports(&mut self) {
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

    fn index_values(&mut self) {
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

    /// The same tree with more files.
    pub(crate) fn with(mut self, more: Vec<FileFacts>) -> Self {
        self.files.extend(more);
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        Self::new(self.source, self.files)
    }

    /// The files that give other files something of a unit's.
    pub(crate) fn exports(&self) -> BTreeSet<usize> {
        let mut joiner = Joiner::new(self);
        joiner.seed();
        joiner.spread();
        let exported = joiner.keys.keys().filter_map(|key| match key {
            Key::Binding(at, id) if id.scope == 0 => Some(at.file),
            _ => None,
        });
        exported.collect()
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
        let candidates = self.region(at).language.module_paths(path, module);
        candidates.iter().find_map(|candidate| self.by_path.get(candidate).copied())
    }

    /// The binding in another file that an imported name stands for.
    pub(crate) fn imported(&self, at: At, id: &BindingId) -> Option<(At, BindingId)> {
        let binding = self.region(at).scopes.scopes[id.scope].bindings.get(&id.name)?;
        let import = binding.import.as_ref()?;
        let file = self.module(at, &import.module)?;
        // A module as a whole may be one value.
        let name = import.imported.clone().unwrap_or_else(|| WHOLE.to_string());
        let region = At { file, region: 0 };
        let bindings = &self.region(region).scopes.scopes[0].bindings;
        // The whole of a CommonJS module is the default of it.
        let whole = (name == DEFAULT).then(|| exported(WHOLE));
        let names = [exported(&name), name].into_iter().chain(whole);
        let name = names.into_iter().find(|name| bindings.contains_key(name))?;
        Some((region, BindingId { scope: 0, name }))
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
    fn other_host(&self, at: At, name: &str) -> Option<String> {
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

    /// The units, with the reasons of those that stay. `dropped` are units that must stay because their edits failed.
    pub(crate) fn units(&self, dropped: &BTreeMap<UnitId, String>) -> Units {
        // What is dropped from round to round only adds reasons.
        let join = || {
            let mut joiner = Joiner::new(self);
            joiner.seed();
            joiner.spread();
            let mut units = joiner.finish();
            self.pin(&mut units);
            units
        };
        let mut units = self.units.get_or_init(join).clone();
        for (&unit, reason) in dropped {
            if let Some(unit) = units.units.get_mut(unit as usize) {
                let pin = Pin {
                    at: At { file: usize::MAX, region: 0 },
                    span: (0, 0),
                    rule: Rule::KeptWhole,
                    message: reason.clone(),
                    help: String::new(),
                };
                unit.pins.push(pin);
            }
        }
        units
    }

    fn pin(&self, units: &mut Units) {
        for (&at, region) in &self.sdk {
            for (statement, pin) in &region.pins {
                if let Some(unit) = units.of(at, *statement) {
                    let unit = &mut units.units[unit as usize];
                    unit.needs_key = true;
                    unit.pins.push(pin.clone());
                }
            }
        }
        for (at, facts) in self.regions() {
            // What the SDK's helper is given has no site of its own, nor has a constant's use.
            for entry in facts.sets.iter().flat_map(|set| &set.entries) {
                let header =
                    self.source.header(&entry.name).filter(|header| header.class == HeaderClass::Pin);
                let is_argument = matches!(entry.form, EntryForm::Argument { .. });
                if let (Some(header), true, Some(unit)) = (header, is_argument, units.of(at, entry.statement))
                {
                    let span = (entry.name_span.start, entry.name_span.end);
                    let name = &facts.text[entry.name_span.clone()];
                    let message =
                        format!("`{name}` asks for something that {} can't do", self.source.target.title);
                    let help = header.help.clone();
                    units.units[unit as usize].pins.push(Pin { at, span, rule: header.rule, message, help });
                }
            }
            for site in &facts.sites {
                let Some(unit) = units.of(at, site.statement) else { continue };
                let unit = &mut units.units[unit as usize];
                unit.in_code |= !facts.language.is_data() && definition_of(facts, site).is_none();
                unit.talks |= matches!(
                    site.token.kind,
                    TokenKind::Provider
                        | TokenKind::Url(_)
                        | TokenKind::Header(_)
                        | TokenKind::Module
                        | TokenKind::SdkName
                        | TokenKind::TargetUrl
                );
                unit.needs_key |= matches!(
                    site.token.kind,
                    TokenKind::Provider
                        | TokenKind::Header(_)
                        | TokenKind::Module
                        | TokenKind::SdkName
                        | TokenKind::Variable { role: VariableRole::Key, .. }
                );
                if let Some((rule, message, help)) = self.reason(at, facts, site) {
                    let span = (site.token.span.start, site.token.span.end);
                    unit.pins.push(Pin { at, span, rule, message, help });
                }
            }
        }
        for (unit, pin) in self.foreign_pins(units) {
            units.units[unit as usize].pins.push(pin);
        }
        for unit in &mut units.units {
            unit.pins.sort();
        }
    }

    /// Why the unit of a site stays, if the site is a reason.
    fn reason(&self, at: At, facts: &RegionFacts, site: &Site) -> Option<(Rule, String, String)> {
        let source = self.source;
        let text = &facts.text[site.token.span.clone()];
        if site.context == Context::Comment || facts.language.is_prose() {
            return None;
        }
        match &site.token.kind {
            TokenKind::Header(name) => match site.context {
                Context::Entry { .. } => {
                    let header = source.header(name)?;
                    (header.class == HeaderClass::Pin).then(|| {
                        (
                            header.rule,
                            format!("`{name}` asks for something that {} can't do", source.target.title),
                            header.help.clone(),
                        )
                    })
                }
                Context::Lexical => Some((
                    Rule::IndirectHeader,
                    format!("`{name}` stands in a file that can't be read by syntax"),
                    format!(
                        "Move this file by hand: see what {} asks for in place of this header.",
                        source.target.title
                    ),
                )),
                Context::HeaderIndirect => Some((
                    Rule::IndirectHeader,
                    format!("the header name `{name}` reaches its request in a way that can't be followed"),
                    format!(
                        "Move this request by hand: see what {} asks for in place of this header.",
                        source.target.title
                    ),
                )),
                _ => None,
            },
            TokenKind::Url(UrlForm::Base {
                class: class @ (EndpointClass::SourceOnly | EndpointClass::Different),
                endpoint,
                ..
            }) => {
                let help =
                    source.endpoint(endpoint).map(|endpoint| endpoint.help.clone()).unwrap_or_default();
                let message = if *class == EndpointClass::Different {
                    format!("`{endpoint}` means something else on {}", source.target.title)
                } else {
                    format!("{} has no counterpart of the endpoint `{endpoint}`", source.target.title)
                };
                Some((Rule::Endpoint, message, help))
            }
            TokenKind::Url(UrlForm::Foreign) => {
                // Some paths lie beside the version's own.
                let path = text.split_once("://").map_or(text, |(_, rest)| rest);
                let path = path.find('/').map_or("", |slash| &path[slash..]);
                let help = source.endpoint(path).map(|endpoint| endpoint.help.clone()).unwrap_or_default();
                Some((
                    Rule::Endpoint,
                    format!("`{text}` has no counterpart on {}", source.target.title),
                    help,
                ))
            }
            TokenKind::Url(UrlForm::Infrastructure { help }) => Some((
                Rule::Endpoint,
                format!("`{text}` has no counterpart on {}", source.target.title),
                help.clone(),
            )),
            TokenKind::Provider if is_evidence(facts, site) => Some((
                Rule::SdkClient,
                format!("`{text}` names {} as a provider that this tool knows by itself", source.title),
                format!(
                    "Give the tool {} as an OpenAI-compatible provider, with the base URL `{}`.",
                    source.target.title, source.target.base_url
                ),
            )),
            TokenKind::SdkName if site.context == Context::Name && self.imports_package(facts) => Some((
                Rule::SdkClient,
                format!(
                    "`{text}` is of {}'s own package, which is not rewritten in this language",
                    source.title
                ),
                format!(
                    "Use an OpenAI client with the base URL `{}` and a key of {}.",
                    source.target.base_url, source.target.title
                ),
            )),
            TokenKind::Variable { role: VariableRole::Url, .. }
                if matches!(site.context, Context::Read(_)) =>
            {
                let url = self.other_host(at, text)?;
                Some((
                    Rule::SelfHosted,
                    format!("`{text}` is set to `{url}`, which is not {}'s", source.title),
                    format!(
                        "If that is a gateway of your own that should move too, run again with `--from-url {url}`."
                    ),
                ))
            }
            _ => None,
        }
    }

    /// Whether a file imports a package of the source's, in a language in which its SDK is not rewritten.
    fn imports_package(&self, facts: &RegionFacts) -> bool {
        let rewritten =
            self.source.sdk.as_ref().is_some_and(|sdk| sdk.modules.contains_key(facts.language.family()));
        let Some(syntax) = facts.syntax.as_ref().filter(|_| !rewritten) else { return false };
        let mut imports = syntax
            .ids()
            .filter(|&id| syntax.kind(id) == Kind::Import)
            .flat_map(|id| facts.language.imports(syntax, &facts.text, id));
        imports
            .any(|import| self.source.packages.iter().any(|package| package.modules.contains(&import.module)))
    }
}

/// The folder that a path lies in; empty at the root.
fn folder_of(path: &str) -> &str {
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
    facts.sites.iter().any(|site| {
        span.start <= site.token.span.start
            && site.token.span.end <= span.end
            && matches!(site.token.kind, TokenKind::Variable { role: VariableRole::Url, .. })
    })
}

/// Whether a token makes its statement a part of a unit.
fn is_evidence(facts: &RegionFacts, site: &Site) -> bool {
    if site.context == Context::Comment || facts.language.is_prose() {
        return false;
    }
    match &site.token.kind {
        TokenKind::Url(UrlForm::Page) => false,
        TokenKind::Url(_) | TokenKind::Header(_) | TokenKind::Variable { .. } | TokenKind::CgiHeader => true,
        // A key or a member may be any word: only what is imported, or a name by itself, is the SDK's.
        TokenKind::Module | TokenKind::SdkName => match site.context {
            Context::Import => true,
            Context::Name => !matches!(facts.tree().node(site.node).role, Role::Key | Role::Property),
            _ => false,
        },
        // A place that has moved already belongs to what it is used with.
        TokenKind::TargetUrl | TokenKind::TargetVariable => true,
        TokenKind::Provider => site.context == Context::Text { whole: true },
        TokenKind::Identifier | TokenKind::Word | TokenKind::Path | TokenKind::Unrelated => false,
    }
}

struct Joiner<'t, 'a> {
    tree: &'t Tree<'a>,
    parents: Vec<usize>,
    keys: BTreeMap<Key, usize>,
    work: Vec<Key>,
    /// For each region, the statements (with the referring node) by binding.
    references: BTreeMap<At, BTreeMap<BindingId, Vec<(NodeId, NodeId)>>>,
    /// For each exported binding, the bindings that import it.
    importers: BTreeMap<(At, BindingId), Vec<(At, BindingId)>>,
    /// What each statement binds.
    binders: BTreeMap<Place, Vec<Binder>>,
}

/// A name that a statement binds.
struct Binder {
    id: BindingId,
    /// The assignment; none where it is imported.
    assign: Option<NodeId>,
}

impl<'t, 'a> Joiner<'t, 'a> {
    fn new(tree: &'t Tree<'a>) -> Self {
        let mut joiner = Self {
            tree,
            parents: Vec::new(),
            keys: BTreeMap::new(),
            work: Vec::new(),
            references: BTreeMap::new(),
            importers: BTreeMap::new(),
            binders: BTreeMap::new(),
        };
        for (at, facts) in tree.regions() {
            let Some(syntax) = &facts.syntax else { continue };
            joiner.references.insert(at, references(facts, syntax));
            for (scope, bindings) in facts.scopes.scopes.iter().enumerate() {
                for (name, binding) in &bindings.bindings {
                    let id = BindingId { scope, name: name.clone() };
                    let mut binds = |node: NodeId, assign: Option<NodeId>| {
                        let binder = Binder { id: id.clone(), assign };
                        joiner.binders.entry(Place { at, node }).or_default().push(binder);
                    };
                    for &assign in &binding.assigns {
                        let statement = crate::facts::statement_of(facts.language, syntax, assign);
                        binds(statement, Some(assign));
                        if assign != statement {
                            binds(assign, Some(assign));
                        }
                    }
                    if let Some(import) = &binding.import {
                        binds(import.node, None);
                        syntax.ancestors(import.node).for_each(|up| binds(up, None));
                    }
                    if let Some(there) = tree.imported(at, &id) {
                        joiner.importers.entry(there).or_default().push((at, id));
                    }
                }
            }
        }
        joiner
    }

    fn index(&mut self, key: &Key) -> usize {
        if let Some(&index) = self.keys.get(key) {
            return index;
        }
        let index = self.parents.len();
        self.parents.push(index);
        self.keys.insert(key.clone(), index);
        self.work.push(key.clone());
        index
    }

    fn root(&mut self, mut index: usize) -> usize {
        while self.parents[index] != index {
            self.parents[index] = self.parents[self.parents[index]];
            index = self.parents[index];
        }
        index
    }

    fn union(&mut self, a: &Key, b: &Key) {
        let (a, b) = (self.index(a), self.index(b));
        let (a, b) = (self.root(a), self.root(b));
        // The smaller index wins, so that the result does not depend on the order of unions.
        self.parents[a.max(b)] = a.min(b);
    }

    fn seed(&mut self) {
        // A reason to stay holds its statement, whatever else stands there.
        for (&at, region) in &self.tree.sdk {
            for (statement, _) in &region.pins {
                self.index(&Key::Statement(Place { at, node: *statement }));
            }
        }
        for (at, facts) in self.tree.regions() {
            for site in facts.sites.iter().filter(|site| is_evidence(facts, site)) {
                let statement = Key::Statement(Place { at, node: site.statement });
                self.index(&statement);
                // A class is one client: its fields, what its methods send, and whoever uses it.
                if let Some(class) = class_of(facts, site.statement) {
                    self.union(&statement, &Key::Binding(at, class));
                }
            }
        }
        for (at, facts) in self.tree.regions().filter(|(_, facts)| facts.language.is_data()) {
            let key = |node| Key::Statement(Place { at, node });
            // Where one value ends and the next begins is not known in a text that can't be read whole.
            if facts.syntax.as_ref().is_some_and(|syntax| syntax.errors > 0) {
                let sites = facts.sites.iter().filter(|site| is_evidence(facts, site));
                let statements: Vec<NodeId> = sites.map(|site| site.statement).collect();
                for pair in statements.windows(2) {
                    self.union(&key(pair[0]), &key(pair[1]));
                }
            }
            for site in facts.sites.iter().filter(|site| matches!(site.token.kind, TokenKind::Header(_))) {
                if let Some(outer) = list_of_header(facts, site) {
                    self.union(&key(site.statement), &key(outer));
                }
                // A host is where a proxy sends what it sets headers on, wherever in its settings it is named.
                let is_host = |site: &&Site| {
                    matches!(site.token.kind, TokenKind::Url(UrlForm::Host { .. } | UrlForm::Root { .. }))
                };
                for host in facts.sites.iter().filter(is_host) {
                    self.union(&key(site.statement), &key(host.statement));
                }
                if site.context != Context::HeaderIndirect {
                    continue;
                }
                // What is read from one file of values is one client's.
                let outer = facts.tree().parent(site.statement);
                let urls = facts.sites.iter().filter(|site| matches!(site.token.kind, TokenKind::Url(_)));
                for url in urls.filter(|url| facts.tree().parent(url.statement) == outer) {
                    self.union(&key(site.statement), &key(url.statement));
                }
            }
        }
        self.seed_variables();
        self.seed_properties();
        for (at, facts) in self.tree.regions() {
            // Everything that is set on one receiver goes out together.
            for set in facts.sets.iter().filter(|set| is_relevant(self.tree.source, set)) {
                for pair in set.entries.windows(2) {
                    let key = |index: usize| Key::Statement(Place { at, node: pair[index].statement });
                    self.union(&key(0), &key(1));
                }
                // They belong to the session, client or map that they are set on, or given to.
                for entry in &set.entries {
                    for around in statements_around(facts, &set.of, entry.statement) {
                        let key = |node| Key::Statement(Place { at, node });
                        self.union(&key(entry.statement), &key(around));
                    }
                    if let Some(id) = receiver_of(facts, entry.statement) {
                        let statement = Key::Statement(Place { at, node: entry.statement });
                        self.union(&statement, &Key::Binding(at, id));
                    }
                }
            }
        }
    }

    /// What is given its URL as a property (`config.BaseURL = url`) is of that URL's unit.
    fn seed_properties(&mut self) {
        for (at, facts) in self.tree.regions().filter(|(_, facts)| !facts.language.is_data()) {
            let Some(syntax) = &facts.syntax else { continue };
            let clients = &self.tree.source.clients;
            let mut given = Vec::new();
            for site in facts.sites.iter().filter(|site| is_evidence(facts, site)) {
                let assign = syntax.ancestors(site.node).find(|&up| syntax.kind(up) == Kind::Assign);
                let Some(target) = assign.and_then(|assign| syntax.child(assign, Role::Target)) else {
                    continue;
                };
                let (Some(object), Some(property)) =
                    (syntax.child(target, Role::Object), syntax.child(target, Role::Property))
                else {
                    continue;
                };
                let property = facts.node_text(property);
                let is_url = clients.url_arguments.iter().any(|name| name.eq_ignore_ascii_case(property));
                if let Some((id, _)) = facts.scopes.resolve(syntax, &facts.text, object).filter(|_| is_url) {
                    given.push((Key::Statement(Place { at, node: site.statement }), Key::Binding(at, id)));
                }
            }
            for (statement, binding) in given {
                self.union(&statement, &binding);
            }
        }
    }

    /// A variable that is set to the source's URL ties where it is set to what reads it, by its name or because the
    /// client does so by itself: a client that stays must find what it found before.
    fn seed_variables(&mut self) {
        let mut set: BTreeMap<&str, Vec<Key>> = BTreeMap::new();
        for (at, facts) in self.tree.regions() {
            let Some(syntax) = &facts.syntax else { continue };
            if !(facts.language.is_data() || facts.language.assigns_environment()) {
                continue;
            }
            let urls = facts.sites.iter().filter(|site| matches!(site.token.kind, TokenKind::Url(_)));
            for site in urls.filter(|site| is_evidence(facts, site)) {
                let around = std::iter::once(site.node).chain(syntax.ancestors(site.node)).take(3);
                let target = around.into_iter().find_map(|node| match syntax.kind(node) {
                    Kind::Assign => syntax.child(node, Role::Target),
                    Kind::Pair => syntax.child(node, Role::Key),
                    _ => None,
                });
                let name = target.map_or("", |target| &facts.text[syntax.node(target).content.clone()]);
                if is_variable_name(name) {
                    set.entry(name).or_default().push(Key::Statement(Place { at, node: site.statement }));
                }
            }
        }
        if set.is_empty() {
            return;
        }
        let mut ties: Vec<(&str, Key)> = Vec::new();
        let clients = &self.tree.source.clients;
        for (at, facts) in self.tree.regions().filter(|(_, facts)| !facts.language.is_data()) {
            let Some(syntax) = &facts.syntax else { continue };
            let key = |node| Key::Statement(Place { at, node });
            if set.keys().any(|name| facts.text.contains(name)) {
                for id in syntax.ids() {
                    let Some(read) = facts.language.environment_read(syntax, &facts.text, id) else {
                        continue;
                    };
                    if let Some((name, _)) = set.get_key_value(&facts.text[read.name]) {
                        ties.push((name, key(statement_of(facts.language, syntax, id))));
                    }
                }
            }
            for request in &facts.requests {
                let Some(client) = clients.client(&request.callee) else { continue };
                let given = |argument: &Argument| clients.url_arguments.contains(&argument.name);
                if request.arguments.iter().any(given) {
                    continue;
                }
                let names = client.fallback.iter().flat_map(|key| clients.url_fallbacks.get(key)).flatten();
                let names = names.filter_map(|name| set.get_key_value(name.as_str()));
                ties.extend(names.map(|(name, _)| (*name, key(request.statement))));
            }
        }
        for (name, reader) in ties {
            for setter in &set[name] {
                self.union(&reader, setter);
            }
        }
    }

    fn spread(&mut self) {
        while let Some(key) = self.work.pop() {
            match key {
                Key::Statement(place) => self.spread_statement(place),
                Key::Binding(at, id) => self.spread_binding(at, &id),
            }
        }
    }

    /// From a statement to the names that it gives its value to.
    fn spread_statement(&mut self, place: Place) {
        let facts = self.tree.region(place.at);
        let Some(syntax) = &facts.syntax else { return };
        let statement = Key::Statement(place);
        let mut bound: Vec<BindingId> = Vec::new();
        for binder in self.binders.get(&place).into_iter().flatten() {
            let binds = match binder.assign {
                Some(assign) => !self.is_answer(place.at, facts, syntax, assign),
                None => self.tree.imported(place.at, &binder.id).is_none(),
            };
            if binds && bound.last() != Some(&binder.id) {
                bound.push(binder.id.clone());
            }
        }
        if let Some(id) = self.returned_from(facts, syntax, place.node) {
            bound.push(id);
        }
        for id in bound {
            self.union(&statement, &Key::Binding(place.at, id));
        }
    }

    /// Whether an assignment keeps what a client answered: a method called on something that is bound here. The answer
    /// is no part of the unit, wherever it goes.
    fn is_answer(&self, at: At, facts: &RegionFacts, syntax: &Syntax, assign: NodeId) -> bool {
        let Some(mut node) = syntax.child(assign, Role::Value) else { return false };
        // `await client.chat…` and `(…)`.
        while syntax.kind(node) == Kind::Other && syntax.children(node).len() == 1 {
            node = syntax.children(node)[0];
        }
        if syntax.kind(node) != Kind::Call {
            return false;
        }
        let mut at_node = node;
        loop {
            let next = match syntax.kind(at_node) {
                Kind::Call => syntax.child(at_node, Role::Callee),
                Kind::Member | Kind::Index => syntax.child(at_node, Role::Object),
                _ => None,
            };
            match next {
                Some(next) => at_node = next,
                None => break,
            }
        }
        at_node != node
            && facts.scopes.resolve(syntax, &facts.text, at_node).is_some_and(|(id, binding)| {
                binding.import.is_none()
                    && binding.definition.is_none()
                    && self.keys.contains_key(&Key::Binding(at, id))
            })
    }

    /// The function (or class) whose value a statement gives, where it is a `return` or an arrow's expression.
    fn returned_from(&self, facts: &RegionFacts, syntax: &Syntax, statement: NodeId) -> Option<BindingId> {
        let text = facts.node_text(statement);
        let function = syntax.ancestors(statement).find(|&up| syntax.kind(up) == Kind::Function)?;
        let returns = text.starts_with("return")
            || text.starts_with("yield")
            || syntax.parent(statement) == Some(function)
            || facts.language.gives_last() && is_last_expression(syntax, function, statement);
        if !returns {
            return None;
        }
        let method =
            syntax.ancestors(function).find(|&up| matches!(syntax.kind(up), Kind::Function | Kind::Class));
        let named = match method {
            Some(class) if syntax.kind(class) == Kind::Class => class,
            _ => function,
        };
        let scope = facts.scopes.scope_of(syntax, named);
        let bindings = &facts.scopes.scopes[scope].bindings;
        let name = bindings.iter().find(|(_, binding)| {
            binding.definition == Some(named)
                || binding.assigns.iter().any(|&assign| syntax.child(assign, Role::Value) == Some(named))
        });
        name.map(|(name, _)| BindingId { scope, name: name.clone() })
    }

    /// From a name to the statements that use it, and to the files that import it.
    fn spread_binding(&mut self, at: At, id: &BindingId) {
        let key = Key::Binding(at, id.clone());
        let facts = self.tree.region(at);
        let syntax = facts.tree();
        if let Some(binding) = facts.scopes.scopes[id.scope].bindings.get(&id.name) {
            for &assign in &binding.assigns {
                let node = crate::facts::statement_of(facts.language, syntax, assign);
                self.union(&key, &Key::Statement(Place { at, node }));
            }
        }
        let used: BTreeSet<NodeId> = self
            .references
            .get(&at)
            .and_then(|references| references.get(id))
            .into_iter()
            .flatten()
            .map(|&(statement, _)| statement)
            .collect();
        for node in used {
            self.union(&key, &Key::Statement(Place { at, node }));
        }
        if let Some(there) = self.tree.imported(at, id) {
            self.union(&key, &Key::Binding(there.0, there.1));
        }
        for (importer, local) in self.importers.get(&(at, id.clone())).cloned().unwrap_or_default() {
            self.union(&key, &Key::Binding(importer, local));
        }
    }

    fn finish(mut self) -> Units {
        let mut ids: BTreeMap<usize, UnitId> = BTreeMap::new();
        let mut of = BTreeMap::new();
        // Keys are sorted by place, so unit ids follow the text whatever the order of the work was.
        for (key, index) in self.keys.clone() {
            let root = self.root(index);
            let next = ids.len() as UnitId;
            let unit = *ids.entry(root).or_insert(next);
            of.insert(key, unit);
        }
        Units { units: (0..ids.len()).map(|_| Unit::default()).collect(), of: Arc::new(of) }
    }
}

/// Whether a header set concerns the source at all.
pub(crate) fn is_relevant(source: &Source, set: &crate::facts::HeaderSet) -> bool {
    set.entries.iter().any(|entry| entry.name.starts_with(&source.header_prefix))
}

fn references(facts: &RegionFacts, syntax: &Syntax) -> BTreeMap<BindingId, Vec<(NodeId, NodeId)>> {
    let mut out: BTreeMap<BindingId, Vec<(NodeId, NodeId)>> = BTreeMap::new();
    for id in syntax.ids() {
        let node = syntax.node(id);
        let candidate = match node.kind {
            Kind::Name if node.role == Role::Key => facts.language.is_reference(syntax, id),
            Kind::Name => !matches!(node.role, Role::Property | Role::Name | Role::Target),
            Kind::Member | Kind::Shorthand => node.role != Role::Target,
            _ => false,
        };
        if !candidate {
            continue;
        }
        if let Some((binding, _)) = facts.scopes.resolve(syntax, &facts.text, id) {
            let statement = crate::facts::statement_of(facts.language, syntax, id);
            out.entry(binding).or_default().push((statement, id));
        }
    }
    out
}

/// In data, the statement around the list of headers that a header is an item of: as one text, or as a map of its name
/// and value. They go out with what stands there.
fn list_of_header(facts: &RegionFacts, site: &Site) -> Option<NodeId> {
    if !matches!(site.context, Context::Entry { .. } | Context::HeaderIndirect) {
        return None;
    }
    let syntax = facts.syntax.as_ref()?;
    let of_map = || {
        let pair = syntax.parent(site.node)?;
        (syntax.kind(pair) == Kind::Pair
            && syntax.node(site.node).role == Role::Value
            && syntax.parent(pair) == Some(site.statement))
        .then_some(())
    };
    if site.node != site.statement && of_map().is_none() {
        return None;
    }
    let list = syntax.parent(site.statement).filter(|&up| syntax.kind(up) == Kind::List)?;
    Some(crate::facts::statement_of(facts.language, syntax, list))
}

/// The class that a statement stands in, by the name that it is bound to: a method may name it as its owner, and it may
/// have several bodies.
fn class_of(facts: &RegionFacts, statement: NodeId) -> Option<BindingId> {
    let syntax = facts.syntax.as_ref()?;
    let owner = |function: NodeId| {
        let parameters = syntax.children(function).iter().copied();
        let mut parameters = parameters.filter(|&id| syntax.node(id).role == Role::Parameters);
        parameters.find_map(|id| {
            syntax.descendants(id).into_iter().find(|&name| syntax.node(name).role == Role::Owner)
        })
    };
    let around = std::iter::once(statement).chain(syntax.ancestors(statement));
    let (class, name) = around.into_iter().find_map(|up| match syntax.kind(up) {
        Kind::Class if up != statement => Some((up, syntax.child(up, Role::Name)?)),
        Kind::Function => Some((up, owner(up)?)),
        _ => None,
    })?;
    let scope = facts.scopes.scope_of(syntax, class);
    let name = facts.node_text(name).to_string();
    facts.scopes.scopes[scope].bindings.contains_key(&name).then_some(BindingId { scope, name })
}

/// Whether a statement is an expression that ends the body of `function`.
fn is_last_expression(syntax: &Syntax, function: NodeId, statement: NodeId) -> bool {
    let body = syntax.parent(statement).filter(|&up| syntax.parent(up) == Some(function));
    let last = body
        .and_then(|body| syntax.children(body).iter().copied().rfind(|&id| syntax.kind(id) != Kind::Comment));
    last == Some(statement) && !matches!(syntax.kind(statement), Kind::Statement | Kind::Assign)
}

/// The statements around what is set in a function that is written where it is used, on what that function is given:
/// `client.post(url) { header(name, value) }`, `headers(h -> h.set(name, value))`.
fn statements_around(facts: &RegionFacts, of: &SetOf, statement: NodeId) -> Vec<NodeId> {
    let syntax = facts.tree();
    let mut out = Vec::new();
    let mut at = statement;
    let given = |function: NodeId| match of {
        SetOf::Node(node) => {
            syntax.ancestors(statement).take_while(|&up| up != function).any(|up| up == *node)
                || *node == function
        }
        SetOf::Receiver { scope, text } => {
            // On what it is given, or a part of it.
            let name = text.split('.').next().unwrap_or(text);
            let bindings = &facts.scopes.scopes[*scope].bindings;
            bindings.get(name).is_some_and(|binding| binding.parameter)
        }
    };
    while let Some(function) = syntax.ancestors(at).find(|&up| syntax.kind(up) == Kind::Function) {
        let parent = syntax.parent(function).map(|up| syntax.kind(up));
        if !matches!(parent, Some(Kind::Arguments | Kind::Call)) || out.is_empty() && !given(function) {
            break;
        }
        at = crate::facts::statement_of(facts.language, syntax, function);
        out.push(at);
    }
    out
}

/// What a statement calls a method on, or sets an item of: a name of the program's own, at the start of it all.
fn receiver_of(facts: &RegionFacts, statement: NodeId) -> Option<BindingId> {
    let syntax = facts.tree();
    let mut node = statement;
    loop {
        if matches!(syntax.kind(node), Kind::Name | Kind::Member)
            && !matches!(facts.node_text(node), "self" | "this" | "cls")
            && let Some((id, binding)) = facts.scopes.resolve(syntax, &facts.text, node)
        {
            return (binding.import.is_none() && binding.definition.is_none()).then_some(id);
        }
        node = match syntax.kind(node) {
            Kind::Call => syntax.child(node, Role::Callee)?,
            Kind::Member | Kind::Index => syntax.child(node, Role::Object)?,
            Kind::Assign => {
                let target = syntax.child(node, Role::Target)?;
                let item = syntax.kind(target) == Kind::Index;
                if item { target } else { syntax.child(node, Role::Value)? }
            }
            Kind::Statement | Kind::Other => syntax.children(node).first().copied()?,
            _ => return None,
        };
    }
}

/// What a request's arguments stand for, followed to other files.
pub(crate) fn argument_values<'r>(
    tree: &'r Tree<'_>,
    at: At,
    request: &'r Request,
) -> impl Iterator<Item = (&'r crate::facts::Argument, Place)> {
    request.arguments.iter().map(move |argument| (argument, tree.resolve(Place { at, node: argument.value })))
}

/// Whether a span of a region holds a token of the source's (or target's) API URL.
pub(crate) fn holds_url(facts: &RegionFacts, span: &Span) -> bool {
    facts.sites.iter().any(|site| {
        span.start <= site.token.span.start
            && site.token.span.end <= span.end
            && matches!(
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
