//! The SDK's client becomes the client that takes its place: constructions, the headers helper, the URL constant,
//! methods, imports.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{RegionFacts, SetOf, Site, statement_of};
use crate::finding::{Level, Rule};
use crate::plan::values::EnvironmentKind;
use crate::sdk::names::{SdkName, argument_header, by_language, item_value, options_of};
use crate::sdk::{Options, arguments, item_name};
use crate::source::{HeaderClass, Sdk, SdkClass};
use crate::syntax::{Kind, NodeId, Role, Span};
use crate::tree::{At, Place, RegionSdk, holds_url, names_url};

use super::Rewriter;

impl Rewriter<'_, '_> {
    /// Whether a site is a name that the SDK exports (or the import of one).
    pub(super) fn is_sdk_name(&self, at: At, facts: &RegionFacts, site: &Site) -> bool {
        let Some(sdk) = &self.tree.source.sdk else { return false };
        if self.units.stays(at, site.statement) {
            return false;
        }
        let syntax = facts.tree();
        if sdk.name_of(facts.language, &facts.scopes, syntax, &facts.text, site.node).is_some() {
            return true;
        }
        facts.scopes.scopes.iter().flat_map(|scope| scope.bindings.values()).any(|binding| {
            binding.import.as_ref().is_some_and(|import| {
                let span = &syntax.node(import.node).span;
                crate::sdk::is_source_module(self.tree, at, &import.module)
                    && span.start <= site.token.span.start
                    && site.token.span.end <= span.end
            })
        })
    }

    /// All uses of the SDK in a region whose units move.
    pub(super) fn sdk(&mut self, at: At, facts: &RegionFacts) {
        let (Some(sdk), Some(region)) = (&self.tree.source.sdk, self.tree.sdk.get(&at)) else { return };
        let locals = self.locals(at, facts, sdk, region);
        for &call in &region.constructions {
            if self.moves(at, facts, call) {
                self.construction(at, facts, sdk, call);
            }
        }
        for &call in &region.calls {
            if self.moves(at, facts, call) {
                self.method_call(at, facts, sdk, call);
            }
        }
        self.option_methods(at, facts, sdk, region);
        for &(index, call) in &region.subscripts {
            if self.moves(at, facts, call) {
                let group = self.node_group(at, facts, call);
                self.subscript(at, facts, index, group);
            }
        }
        for &node in &region.escapes {
            if self.moves(at, facts, node) {
                let span = facts.tree().node(node).span.clone();
                let message = format!(
                    "`{}` is handed on here; what is called on it there was not looked at",
                    &facts.text[span.clone()]
                );
                self.find(
                    at,
                    span,
                    Rule::SdkClient,
                    Level::Check,
                    message,
                    "Make sure that it only uses what the OpenAI SDK has.",
                );
            }
        }
        self.helpers(at, facts);
        for (node, name) in &region.names {
            if self.moves(at, facts, *node) {
                self.name(at, facts, *node, name, &locals);
            }
        }
        self.imports(at, facts, sdk, &locals);
    }

    fn moves(&self, at: At, facts: &RegionFacts, node: NodeId) -> bool {
        let statement = statement_of(facts.language, facts.tree(), node);
        self.units.of(at, statement).is_some() && !self.units.stays(at, statement)
    }

    fn node_group(&self, at: At, facts: &RegionFacts, node: NodeId) -> u32 {
        self.group(at, statement_of(facts.language, facts.tree(), node))
    }

    /// The local names of the new classes in a region: by index of the class.
    fn locals(&self, at: At, facts: &RegionFacts, sdk: &Sdk, region: &RegionSdk) -> BTreeMap<usize, String> {
        let mut out = BTreeMap::new();
        for (node, name) in &region.names {
            let SdkName::Class(class) = name else { continue };
            if !self.moves(at, facts, *node) || out.contains_key(class) {
                continue;
            }
            let becomes = &sdk.clients[*class].becomes;
            let module = module_of(sdk, *class, facts);
            let bindings = facts.scopes.scopes.iter().flat_map(|scope| &scope.bindings);
            let mut taken = false;
            let mut existing = None;
            for (local, binding) in bindings {
                let import = binding.import.as_ref();
                let same = import.is_some_and(|import| {
                    let named = import.imported.as_deref();
                    Some(import.module.as_str()) == module
                        && (named == Some(becomes) || named == Some("default"))
                });
                if same {
                    existing = Some(local.clone());
                } else if local == becomes {
                    taken = true;
                }
            }
            let fresh = if taken { format!("Gateway{becomes}") } else { becomes.clone() };
            out.insert(*class, existing.unwrap_or(fresh));
        }
        out
    }

    /// A class or constant under its new name.
    fn name(
        &mut self,
        at: At,
        facts: &RegionFacts,
        node: NodeId,
        name: &SdkName,
        locals: &BTreeMap<usize, String>,
    ) {
        let syntax = facts.tree();
        let span = syntax.node(node).span.clone();
        let group = self.node_group(at, facts, node);
        match name {
            SdkName::Class(class) => {
                if self.alias(facts, node).is_some() {
                    return;
                }
                if let Some(local) = locals.get(class) {
                    self.edit(at, span, local.clone(), Rule::SdkClient, group);
                }
            }
            SdkName::Url => {
                let literal = facts.language.spell_string(&self.settings.base_url, quote_like(facts));
                self.replace(at, span, literal, Rule::BaseUrl, group);
            }
            SdkName::Helper | SdkName::Module | SdkName::Other(_) => {}
        }
    }

    /// The alias that the import of a name gives it; uses of it stay as they are.
    fn alias(&self, facts: &RegionFacts, node: NodeId) -> Option<String> {
        let syntax = facts.tree();
        let (id, binding) = facts.scopes.resolve(syntax, &facts.text, node)?;
        let import = binding.import.as_ref()?;
        let imported = import.imported.as_deref()?;
        // A default import has whatever name the program gives it; only the class's own name is no alias.
        let sdk = self.tree.source.sdk.as_ref()?;
        let own = if imported == "default" { sdk.clients.first()?.name.as_str() } else { imported };
        (id.name != own).then_some(id.name)
    }

    fn construction(&mut self, at: At, facts: &RegionFacts, sdk: &Sdk, call: NodeId) {
        let syntax = facts.tree();
        let group = self.node_group(at, facts, call);
        let (Some(url_name), Some(key_name)) =
            (by_language(&sdk.url_argument, facts.language), by_language(&sdk.key_argument, facts.language))
        else {
            return;
        };
        let callee = syntax.child(call, Role::Callee);
        let class = callee.and_then(|callee| {
            match sdk.name_of(facts.language, &facts.scopes, syntax, &facts.text, callee)? {
                SdkName::Class(class) => sdk.clients.get(class),
                _ => None,
            }
        });
        let Some(class) = class else { return };
        let options = Options::of(self.tree, sdk, at, call);
        // What is spread into several clients is dealt with once.
        for &shared in &options.shared {
            if self.spread.insert(shared) {
                let there = self.tree.region(shared.at);
                let (_, gone) = self.options(shared.at, there, sdk, class, shared.node, group);
                let draft = self.draft(shared.at);
                for item in gone {
                    draft.removals.item(shared.node, item);
                    draft.removed.insert(item, (Rule::SdkClient, group));
                }
            }
        }
        let container = options_of(syntax, call);
        let mut fresh: Vec<String> = Vec::new();
        let spelled_in = container.unwrap_or(call);
        for (name, value) in &class.arguments {
            let value = facts.language.spell_string(value, quote_like(facts));
            fresh.extend(self.spell_item(facts, spelled_in, name, &value));
        }
        let quoted = facts.language.spell_string(&self.settings.base_url, quote_like(facts));
        if !options.has(url_name) {
            fresh.extend(self.spell_item(facts, spelled_in, url_name, &quoted));
        }
        if !options.has(key_name)
            && let Some(spelled) =
                facts.language.spell_environment_read(&self.tree.source.target.key_variable)
        {
            fresh.extend(self.spell_item(facts, spelled_in, key_name, &spelled.text));
            self.draft(at).imports.extend(spelled.import);
            let path = self.tree.files[at.file].path.clone();
            let target = self.tree.source.target.key_variable.clone();
            // The old client read its variable by itself.
            let from = self.key_variable();
            self.drafts.names.add(EnvironmentKind::Rename, &from, &target, &path);
        }
        match (container, arguments(syntax, call).as_slice()) {
            (Some(container), _) => {
                let (kept, gone) = self.options(at, facts, sdk, class, container, group);
                let items: Vec<NodeId> = syntax
                    .children(container)
                    .iter()
                    .copied()
                    .filter(|&child| syntax.kind(child) != Kind::Comment)
                    .collect();
                self.put(at, facts, container, &items, &kept, &gone, &fresh, group);
            }
            // `new Client(options)`: what is missing goes beside it, into a map of the call's own.
            (None, [name]) if !fresh.is_empty() => {
                let span = syntax.node(*name).span.clone();
                let text = format!("{{ {}, ...{} }}", fresh.join(", "), &facts.text[span.clone()]);
                self.replace(at, span, text, Rule::SdkClient, group);
            }
            (None, _) => {}
        }
    }

    /// The items of one container of a client's options, rewritten; those that stay, and those that go.
    fn options(
        &mut self,
        at: At,
        facts: &RegionFacts,
        sdk: &Sdk,
        class: &SdkClass,
        container: NodeId,
        group: u32,
    ) -> (Vec<NodeId>, Vec<NodeId>) {
        let syntax = facts.tree();
        let (mut kept, mut gone): (Vec<NodeId>, Vec<NodeId>) = (Vec::new(), Vec::new());
        let (Some(url_name), Some(key_name), Some(headers_name)) = (
            by_language(&sdk.url_argument, facts.language),
            by_language(&sdk.key_argument, facts.language),
            class.headers_argument.as_deref().or_else(|| by_language(&sdk.headers_argument, facts.language)),
        ) else {
            return (kept, gone);
        };
        let mut tags: Vec<(NodeId, String, NodeId)> = Vec::new();
        for &item in syntax.children(container) {
            if syntax.kind(item) == Kind::Spread {
                kept.push(item);
            }
            let (Some(name), Some(value)) = (item_name(facts, item), item_value(syntax, item)) else {
                continue;
            };
            if name == url_name {
                kept.push(item);
                self.check_url(at, facts, value);
            } else if name == key_name {
                kept.push(item);
                self.client_key(at, facts, value, group);
            } else if sdk.kept_arguments.contains(&name) {
                kept.push(item);
            } else if let Some(header) = argument_header(self.tree.source, facts.language, &name).cloned() {
                match header.class {
                    HeaderClass::Rename => {
                        kept.push(item);
                        tags.push((item, header.becomes.clone().unwrap_or_default(), value));
                    }
                    _ => {
                        self.dropped(at, facts, item, &name, value, Some(&header));
                        gone.push(item);
                    }
                }
            } else {
                self.dropped(at, facts, item, &name, value, None);
                gone.push(item);
            }
        }
        // Several arguments may become headers of one map: they stand where the first of them stood.
        if let Some((first, ..)) = tags.first() {
            let entries: Vec<(String, String)> = tags
                .iter()
                .map(|(_, name, value)| (name.clone(), self.rewritten(at, &syntax.node(*value).span)))
                .collect();
            let map = facts.language.spell_map(&entries).unwrap_or_default();
            if let Some(entry) = facts.language.spell_entry(syntax, container, headers_name, &map) {
                self.replace(at, syntax.node(*first).span.clone(), entry, Rule::TraceHeader, group);
            }
            for (item, ..) in tags.iter().skip(1) {
                gone.push(*item);
                kept.retain(|other| other != item);
            }
        }
        (kept, gone)
    }

    /// The source's key variable.
    fn key_variable(&self) -> String {
        let key = self
            .tree
            .source
            .variables
            .iter()
            .find(|variable| variable.role == crate::source::VariableRole::Key);
        key.map(|variable| variable.name.clone()).unwrap_or_default()
    }

    /// `name=value` as an item of `options`, or of the map that has to be made.
    fn spell_item(&self, facts: &RegionFacts, options: NodeId, name: &str, value: &str) -> Option<String> {
        let syntax = facts.tree();
        facts.language.spell_entry(syntax, options, name, value).or_else(|| Some(format!("{name}: {value}")))
    }

    /// Puts new items among the options and takes others out.
    #[allow(clippy::too_many_arguments, reason = "one step of one rule")]
    fn put(
        &mut self,
        at: At,
        facts: &RegionFacts,
        options: NodeId,
        items: &[NodeId],
        kept: &[NodeId],
        gone: &[NodeId],
        fresh: &[String],
        group: u32,
    ) {
        let syntax = facts.tree();
        let cause = (Rule::SdkClient, group);
        let anchor = kept.first().or_else(|| items.first()).copied();
        let Some(anchor) = anchor else {
            if fresh.is_empty() {
                return;
            }
            let all = fresh.join(", ");
            let needs_map = syntax.kind(options) == Kind::Arguments
                && facts.language.spell_entry(syntax, options, "a", "b").is_none();
            let span = syntax.node(options).span.clone();
            let text = match (needs_map, syntax.kind(options)) {
                (true, _) => format!("({{ {all} }})"),
                (false, Kind::Map) => format!("{{ {all} }}"),
                (false, _) => format!("({all})"),
            };
            self.replace(at, span, text, Rule::SdkClient, group);
            return;
        };
        let span = syntax.node(anchor).span.clone();
        let line = facts.text[..span.start].rfind(['\n', '\r']).map_or(0, |found| found + 1);
        let indent = &facts.text[line..span.start];
        let separator =
            if indent.trim().is_empty() && line > 0 { format!(",\n{indent}") } else { ", ".to_string() };
        let text = fresh.join(&separator);
        let mut gone: Vec<NodeId> = gone.to_vec();
        if kept.is_empty() {
            // What all the old items stood for is told by the new ones.
            if !fresh.is_empty() {
                gone.retain(|&item| item != anchor);
                self.replace(at, span, text, Rule::SdkClient, group);
            }
        } else if !fresh.is_empty() {
            self.edit(at, span.start..span.start, format!("{text}{separator}"), Rule::SdkClient, group);
        }
        let draft = self.draft(at);
        for item in gone {
            draft.removals.item(options, item);
            draft.removed.insert(item, cause);
        }
    }

    /// A base URL that is given to a client that moves.
    fn check_url(&mut self, at: At, facts: &RegionFacts, value: NodeId) {
        let place = self.tree.resolve(Place { at, node: value });
        let there = self.tree.region(place.at);
        let span = there.tree().node(place.node).span.clone();
        if holds_url(there, &span) || names_url(there, &span) {
            return;
        }
        let span = facts.tree().node(value).span.clone();
        let message =
            format!("`{}` must be the URL of {}", &facts.text[span.clone()], self.tree.source.target.title);
        let help = format!("Where it is set, set it to `{}`.", self.settings.base_url);
        self.find(at, span, Rule::BaseUrl, Level::Check, message, help);
    }

    /// Says what went, quoting it.
    fn dropped(
        &mut self,
        at: At,
        facts: &RegionFacts,
        item: NodeId,
        name: &str,
        value: NodeId,
        header: Option<&crate::source::Header>,
    ) {
        let syntax = facts.tree();
        let span = syntax.node(item).span.clone();
        let text =
            facts.text[syntax.node(value).span.clone()].split_whitespace().collect::<Vec<_>>().join(" ");
        let literal = syntax.kind(value) == Kind::String && syntax.children(value).is_empty();
        let secret = header.is_some_and(|header| header.secret || header.class == HeaderClass::Credential)
            || name.eq_ignore_ascii_case("authorization");
        let text = if secret && literal {
            "…".to_string()
        } else if text.chars().count() > 60 {
            format!("{}…", text.chars().take(60).collect::<String>())
        } else {
            text
        };
        let (rule, level, help) = match header {
            Some(header) if header.class == HeaderClass::Credential => {
                (Rule::ProviderKey, Level::Check, String::new())
            }
            Some(header) => (header.rule, header.level, header.help.clone()),
            None if name.eq_ignore_ascii_case("authorization") => {
                (Rule::ProviderKey, Level::Check, String::new())
            }
            None => (Rule::UnmappedHeader, Level::Check, String::new()),
        };
        let message = format!("`{name}: {text}` has no counterpart; it was removed");
        self.find(at, span, rule, level, message, help);
    }

    /// What a method is given that the new client takes in another way.
    fn method_call(&mut self, at: At, facts: &RegionFacts, sdk: &Sdk, call: NodeId) {
        let syntax = facts.tree();
        let group = self.node_group(at, facts, call);
        let Some(arguments) = syntax.arguments(call) else {
            return;
        };
        let positional: Vec<NodeId> = syntax
            .children(arguments)
            .iter()
            .copied()
            .filter(|&child| syntax.kind(child) != Kind::Comment)
            .collect();
        if facts.language.family() == "python" {
            let unknown: Vec<(String, NodeId)> = positional
                .iter()
                .filter_map(|&item| item_name(facts, item).map(|name| (name, item)))
                .filter(|(name, _)| !sdk.parameters.contains(name))
                .collect();
            self.extra_body(at, facts, arguments, &unknown, group);
            return;
        }
        if let [_, second] = positional.as_slice()
            && syntax.kind(*second) == Kind::Map
        {
            self.call_options(at, facts, sdk, *second, group);
        }
    }

    /// Arguments that the old client put into the body by itself.
    fn extra_body(
        &mut self,
        at: At,
        facts: &RegionFacts,
        arguments: NodeId,
        unknown: &[(String, NodeId)],
        group: u32,
    ) {
        let syntax = facts.tree();
        let Some((_, first)) = unknown.first() else { return };
        let entries: Vec<(String, String)> = unknown
            .iter()
            .filter_map(|(name, item)| {
                item_value(syntax, *item)
                    .map(|value| (name.clone(), self.rewritten(at, &syntax.node(value).span)))
            })
            .collect();
        let Some(map) = facts.language.spell_map(&entries) else { return };
        self.replace(
            at,
            syntax.node(*first).span.clone(),
            format!("extra_body={map}"),
            Rule::SdkMethod,
            group,
        );
        let draft = self.draft(at);
        for (_, item) in unknown.iter().skip(1) {
            draft.removals.item(arguments, *item);
            draft.removed.insert(*item, (Rule::SdkMethod, group));
        }
    }

    /// The second argument of a method: the old client's own settings become headers.
    fn call_options(&mut self, at: At, facts: &RegionFacts, sdk: &Sdk, map: NodeId, group: u32) {
        let syntax = facts.tree();
        let mut entries = Vec::new();
        for &item in syntax.children(map) {
            let (Some(name), Some(value)) = (item_name(facts, item), item_value(syntax, item)) else {
                continue;
            };
            let header = argument_header(self.tree.source, facts.language, &name).cloned();
            match header {
                Some(header) if header.class == HeaderClass::Rename => {
                    entries.push((
                        header.becomes.clone().unwrap_or_default(),
                        self.rewritten(at, &syntax.node(value).span),
                    ));
                }
                header => self.dropped(at, facts, item, &name, value, header.as_ref()),
            }
        }
        let span = syntax.node(map).span.clone();
        let text = if entries.is_empty() {
            None
        } else {
            let headers = facts.language.spell_map(&entries);
            let name = by_language(&sdk.call_headers_argument, facts.language).unwrap_or("headers");
            headers.and_then(|headers| facts.language.spell_map(&[(name.to_string(), headers)]))
        };
        match text {
            Some(text) => self.replace(at, span, text, Rule::TraceHeader, group),
            None => {
                let Some(arguments) = syntax.parent(map) else { return };
                let draft = self.draft(at);
                draft.removals.item(arguments, map);
                draft.removed.insert(map, (Rule::UnmappedHeader, group));
            }
        }
    }

    /// `client.with_options(trace_id=x)`.
    fn option_methods(&mut self, at: At, facts: &RegionFacts, sdk: &Sdk, region: &RegionSdk) {
        let syntax = facts.tree();
        let Some(headers_name) = by_language(&sdk.headers_argument, facts.language) else { return };
        for &call in &region.options {
            let Some(callee) =
                syntax.child(call, Role::Callee).filter(|&callee| syntax.kind(callee) == Kind::Member)
            else {
                continue;
            };
            let Some(object) = syntax.child(callee, Role::Object) else { continue };
            if !self.moves(at, facts, call) {
                continue;
            }
            let Some(options) = options_of(syntax, call) else { continue };
            let group = self.node_group(at, facts, call);
            let mut entries = Vec::new();
            let mut first = None;
            let mut gone = Vec::new();
            let mut other = false;
            for &item in syntax.children(options) {
                let (Some(name), Some(value)) = (item_name(facts, item), item_value(syntax, item)) else {
                    continue;
                };
                let Some(header) = argument_header(self.tree.source, facts.language, &name).cloned() else {
                    other = true;
                    continue;
                };
                if header.class == HeaderClass::Rename {
                    entries.push((
                        header.becomes.clone().unwrap_or_default(),
                        self.rewritten(at, &syntax.node(value).span),
                    ));
                    if first.is_none() {
                        first = Some(item);
                        continue;
                    }
                } else {
                    self.dropped(at, facts, item, &name, value, Some(&header));
                }
                gone.push(item);
            }
            match (first, facts.language.spell_map(&entries)) {
                (Some(first), Some(map)) => {
                    if let Some(entry) = facts.language.spell_entry(syntax, options, headers_name, &map) {
                        self.replace(at, syntax.node(first).span.clone(), entry, Rule::TraceHeader, group);
                    }
                    let draft = self.draft(at);
                    for item in gone {
                        draft.removals.item(options, item);
                        draft.removed.insert(item, (Rule::UnmappedHeader, group));
                    }
                }
                _ if !other => {
                    let span = syntax.node(object).span.end..syntax.node(call).span.end;
                    let draft = self.draft(at);
                    draft.removals.link(span);
                    draft.removed.insert(call, (Rule::UnmappedHeader, group));
                }
                _ => {}
            }
        }
    }

    /// `message["content"]` as `message.content`.
    fn subscript(&mut self, at: At, facts: &RegionFacts, index: NodeId, group: u32) {
        let syntax = facts.tree();
        let (Some(object), Some(subscript)) =
            (syntax.child(index, Role::Object), syntax.child(index, Role::Subscript))
        else {
            return;
        };
        let name = &facts.text[syntax.node(subscript).content.clone()];
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if plain {
            let span = syntax.node(object).span.end..syntax.node(index).span.end;
            self.edit(at, span, format!(".{name}"), Rule::SdkMethod, group);
        }
    }

    /// Calls of the headers helper: what is left of them is a plain map, or nothing.
    fn helpers(&mut self, at: At, facts: &RegionFacts) {
        let syntax = facts.tree();
        let calls: Vec<NodeId> = facts
            .sets
            .iter()
            .filter_map(|set| match set.of {
                SetOf::Node(node) if syntax.kind(node) == Kind::Call => Some(node),
                _ => None,
            })
            .collect();
        let Some(sdk) = &self.tree.source.sdk else { return };
        let is_helper = |call: NodeId| {
            syntax.child(call, Role::Callee).is_some_and(|callee| {
                sdk.name_of(facts.language, &facts.scopes, syntax, &facts.text, callee)
                    == Some(SdkName::Helper)
            })
        };
        let calls: Vec<NodeId> =
            calls.into_iter().filter(|&call| is_helper(call) && self.moves(at, facts, call)).collect();
        for call in calls {
            let group = self.node_group(at, facts, call);
            let fates = self.draft(at).helpers.get(&call).cloned().unwrap_or_default();
            let entries: Vec<(String, String)> = fates
                .iter()
                .filter_map(|(item, name)| {
                    let value = item_value(syntax, *item)?;
                    Some((name.clone()?, self.rewritten(at, &syntax.node(value).span)))
                })
                .collect();
            let parent = syntax.parent(call);
            if entries.is_empty() {
                // `default_headers=createHeaders(…)` goes whole; `{**createHeaders(…)}` loses its spread.
                let cause = (Rule::UnmappedHeader, group);
                if let Some(pair) = parent.filter(|&pair| syntax.kind(pair) == Kind::Pair)
                    && let (Some(key), Some(outer)) = (syntax.child(pair, Role::Key), syntax.parent(pair))
                {
                    let name = &facts.text[syntax.node(key).content.clone()];
                    if self.tree.source.clients.header_arguments.iter().any(|argument| argument == name) {
                        let draft = self.draft(at);
                        draft.removals.item(outer, pair);
                        draft.removed.insert(pair, cause);
                        self.remove_emptied(at, facts, outer, cause);
                        continue;
                    }
                }
                if let Some(spread) = parent.filter(|&spread| syntax.kind(spread) == Kind::Spread)
                    && let Some(outer) = syntax.parent(spread)
                {
                    let draft = self.draft(at);
                    draft.removals.item(outer, spread);
                    draft.removed.insert(spread, cause);
                    continue;
                }
            }
            if let Some(map) = facts.language.spell_map(&entries) {
                self.replace(at, syntax.node(call).span.clone(), map, Rule::SdkClient, group);
            }
        }
    }

    /// Import statements of the SDK's module, each as a whole.
    fn imports(&mut self, at: At, facts: &RegionFacts, sdk: &Sdk, locals: &BTreeMap<usize, String>) {
        let syntax = facts.tree();
        let Some(own) = by_language(&sdk.becomes, facts.language) else { return };
        let mut statements: BTreeMap<NodeId, Vec<(usize, String, crate::language::Import)>> = BTreeMap::new();
        for (scope, bindings) in facts.scopes.scopes.iter().enumerate() {
            for (local, binding) in &bindings.bindings {
                if let Some(import) = &binding.import
                    && crate::sdk::is_source_module(self.tree, at, &import.module)
                {
                    statements.entry(import.node).or_default().push((scope, local.clone(), import.clone()));
                }
            }
        }
        let mut imported: BTreeSet<(usize, String)> = BTreeSet::new();
        for (statement, mut imports) in statements {
            if !self.moves(at, facts, statement) {
                continue;
            }
            imports.sort_by_key(|(_, _, import)| (import.module_span.start, import.local.clone()));
            let group = self.node_group(at, facts, statement);
            let mut names: Vec<(String, String)> = Vec::new();
            let mut module = own;
            for (scope, local, import) in &imports {
                let whole = import.imported.is_none();
                let classes: Vec<usize> = match import.imported.as_deref() {
                    // The import of a whole package: what is used of it.
                    None => locals
                        .keys()
                        .copied()
                        .filter(|&class| sdk.clients[class].modules.is_empty())
                        .collect(),
                    Some("default") => vec![0],
                    Some(name) => {
                        sdk.clients.iter().position(|class| class.name == name).into_iter().collect()
                    }
                };
                for class in classes {
                    let becomes = sdk.clients[class].becomes.clone();
                    module = module_of(sdk, class, facts).unwrap_or(own);
                    let own = import.imported.as_deref() == Some("default")
                        && *local == sdk.clients[class].name
                        || import.imported.as_deref() == Some(local.as_str());
                    let local = if whole || own {
                        locals.get(&class).cloned().unwrap_or_else(|| becomes.clone())
                    } else {
                        local.clone()
                    };
                    let there = self.binds(facts, *scope, module, &becomes, &local);
                    if !there && imported.insert((*scope, local.clone())) {
                        let exported = by_language(&sdk.exported, facts.language);
                        let exported = exported.filter(|_| sdk.clients[class].module.is_none());
                        names.push((exported.map_or(becomes, str::to_string), local));
                    }
                }
            }
            names.sort();
            names.dedup();
            let span = syntax.node(statement).span.clone();
            if names.is_empty() {
                let whole = statement_of(facts.language, syntax, statement);
                let draft = self.draft(at);
                draft.removals.statement(whole);
                draft.removed.insert(whole, (Rule::SdkClient, group));
            } else if let Some(text) = facts.language.spell_import(module, &names, &facts.text[span.clone()])
            {
                self.replace(at, span, text, Rule::SdkClient, group);
            } else {
                self.drafts.impossible.insert(group - 1, "its imports can't be spelt".to_string());
            }
        }
    }

    /// Whether the file imports `name` of `module` as `local` already.
    fn binds(&self, facts: &RegionFacts, scope: usize, module: &str, name: &str, local: &str) -> bool {
        [0, scope].into_iter().any(|scope| {
            facts.scopes.scopes[scope].bindings.get(local).and_then(|binding| binding.import.as_ref()).is_some_and(|import| {
                import.module == module && matches!(import.imported.as_deref(), Some(imported) if imported == name || imported == "default")
            })
        })
    }
}

/// The module of what takes the place of a class.
fn module_of<'s>(sdk: &'s Sdk, class: usize, facts: &RegionFacts) -> Option<&'s str> {
    sdk.clients[class].module.as_deref().or_else(|| by_language(&sdk.becomes, facts.language))
}

/// A literal of the region to take the quotes from: the first one.
fn quote_like(facts: &RegionFacts) -> Option<&str> {
    let syntax = facts.tree();
    let literal = syntax.ids().find(|&id| {
        let node = syntax.node(id);
        let span: Span = node.span.clone();
        node.kind == Kind::String && matches!(facts.text.as_bytes().get(span.start), Some(b'"' | b'\''))
    })?;
    Some(facts.node_text(literal))
}
