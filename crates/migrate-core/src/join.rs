//! Ties sites into units over all files, and decides for each unit whether it moves or stays.
//!
//! A unit is what must move together or stay together: statements that hold sites, tied by the names that carry
//! their values from one statement to another. This floor and that of the [`tree`](crate::tree) are the only ones that see two files.

mod settings;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use crate::facts::{Argument, Context, EntryForm, RegionFacts, SetOf, Site, last_name, statement_of};
use crate::finding::Rule;
use crate::language::is_variable_name;
use crate::scope::BindingId;
use crate::source::{EndpointClass, HeaderClass, Source, VariableRole};
use crate::syntax::{Kind, NodeId, Role, Syntax};
use crate::token::{TokenKind, UrlForm};
use crate::tree::{At, FileFacts, Key, Pin, Place, Tree, Unit, UnitId, Units, definition_of, is_relevant};

/// Why a unit stays that someone asks to leave.
pub(crate) const ASKED: &str = "an `aig: ignore` comment asks for it";

impl<'a> Tree<'a> {
    /// Ties `files`, sorted by path, together.
    pub(crate) fn new(source: &'a Source, files: Vec<FileFacts>) -> Self {
        let by_path = files.iter().enumerate().map(|(index, file)| (file.path.clone(), index)).collect();
        let mut tree = Self {
            source,
            files,
            by_path,
            modules: BTreeMap::new(),
            packages: BTreeMap::new(),
            importers: BTreeMap::new(),
            values: BTreeMap::new(),
            sdk: BTreeMap::new(),
            units: OnceLock::new(),
        };
        tree.index_packages();
        tree.share_names();
        tree.index_imports();
        tree.index_values();
        crate::constant::tie(&mut tree);
        tree.sdk = crate::sdk::collect(&tree);
        tree
    }

    /// The same tree with more files.
    pub(crate) fn with(mut self, more: Vec<FileFacts>) -> Self {
        self.files.extend(more);
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        Self::new(self.source, self.files)
    }

    /// The files that give other files something of a unit's, by themselves or on behalf of others.
    pub(crate) fn exports(&self) -> BTreeSet<usize> {
        let mut joiner = Joiner::new(self);
        joiner.seed();
        joiner.spread();
        let exported = joiner.keys.keys().filter_map(|key| match key {
            Key::Binding(at, id) if id.scope == 0 => Some(at.file),
            _ => None,
        });
        let mut exported: BTreeSet<usize> = exported.collect();
        loop {
            let gives_on = |at: &At| self.stars(*at).any(|file| exported.contains(&file));
            let more: Vec<At> = self.regions().map(|(at, _)| at).filter(gives_on).collect();
            let before = exported.len();
            exported.extend(more.into_iter().map(|at| at.file));
            if exported.len() == before {
                return exported;
            }
        }
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
        for (unit, pin) in self.foreign_pins(units).into_iter().chain(self.endpoint_pins(units)) {
            units.units[unit as usize].pins.push(pin);
        }
        self.pin_settings(units);
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
            }) => Some(self.endpoint_reason(endpoint, *class)),
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
            for (statement, (there, id)) in &region.ties {
                let statement = Key::Statement(Place { at, node: *statement });
                self.union(&statement, &Key::Binding(*there, id.clone()));
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
        self.seed_settings();
        self.seed_neighbours();
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
        // What is put into something is a part of it.
        if facts.merges.iter().any(|merge| merge.statement == place.node) {
            bound.extend(receiver_of(facts, place.node));
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
        // A copy is what it was made of.
        let name = syntax.child(node, Role::Callee).map_or("", |callee| last_name(facts.node_text(callee)));
        if self.tree.source.clients.copies.contains(&name.to_ascii_lowercase()) {
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
pub(crate) fn receiver_of(facts: &RegionFacts, statement: NodeId) -> Option<BindingId> {
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
