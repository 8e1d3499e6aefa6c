//! The source's own SDK: which names of a program are its classes and helpers, which names hold a client, what is
//! called on them, and what of that the target's client can't do.
//!
//! Facts only; the edits are in [`rewrite::sdk`](crate::rewrite).

mod clients;
mod embedded;
pub(crate) mod names;
mod options;
mod strays;

use std::collections::BTreeMap;

use crate::facts::{RegionFacts, statement_of};
use crate::finding::Rule;
use crate::language::Import;
use crate::scope::{ALL, DEFAULT};
use crate::source::{Sdk, Source};
use crate::syntax::{Kind, NodeId, Role, Syntax};
use crate::token::TokenKind;
use crate::tree::{At, Pin, Place, RegionSdk, Tree};

use clients::Clients;
use names::{SdkName, argument_header, by_language, item_value, options_of, snake};
pub(crate) use options::{Options, arguments, map_of, spread_of};
use strays::Answers;

/// Whether the module that is imported in a region is one of the source's packages, and no file of the tree's own.
pub(crate) fn is_source_module(tree: &Tree<'_>, at: At, module: &str) -> bool {
    tree.source.package_of_module(module).is_some() && tree.module(at, module).is_none()
}

/// The module of an import as it is written, without quotes.
pub(crate) fn specifier<'f>(facts: &'f RegionFacts, import: &Import) -> &'f str {
    let syntax = facts.tree();
    &facts.text[syntax.node(syntax.innermost(&import.module_span)).content.clone()]
}

/// The module `name`, which takes the place of an import's, in that import's notation.
pub(crate) fn respelled(source: &Source, facts: &RegionFacts, import: &Import, name: &str) -> Option<String> {
    let package = source.package_of_module(&import.module).and_then(|package| package.becomes.as_ref());
    let version = package.filter(|becomes| becomes.name == name).map_or("", |becomes| &becomes.version);
    facts.language.spell_module(name, version, specifier(facts, import))
}

/// What a tree holds of the SDK, by region.
pub(crate) fn collect(tree: &Tree<'_>) -> BTreeMap<At, RegionSdk> {
    let Some(sdk) = &tree.source.sdk else { return BTreeMap::new() };
    let mut out = BTreeMap::new();
    let clients = Clients::of(tree, sdk);
    for (at, facts) in tree.regions() {
        let mut region = RegionSdk::default();
        if facts.syntax.is_some() && by_language(&sdk.modules, facts.language).is_some() {
            region = Reader { tree, sdk, clients: &clients, at, facts, syntax: facts.tree() }.read();
        }
        embedded::find(tree, at, facts, &mut region);
        out.insert(at, region);
    }
    out
}

struct Reader<'t, 'a> {
    tree: &'t Tree<'a>,
    sdk: &'t Sdk,
    clients: &'t Clients<'t, 'a>,
    at: At,
    facts: &'t RegionFacts,
    syntax: &'t Syntax,
}

impl Reader<'_, '_> {
    fn read(&self) -> RegionSdk {
        let mut out = RegionSdk::default();
        let mut answers = Answers::default();
        for id in self.syntax.ids() {
            if self.in_import(id) {
                continue;
            }
            if self.syntax.kind(id) == Kind::Call {
                self.call(id, &mut out, &mut answers);
            }
            let is_object_of_name = self.syntax.parent(id).is_some_and(|parent| {
                self.syntax.kind(parent) == Kind::Member && self.name_of(parent).is_some()
            });
            if matches!(self.syntax.kind(id), Kind::Name | Kind::Member | Kind::Shorthand)
                && !matches!(self.syntax.node(id).role, Role::Property | Role::Key | Role::Name)
                && !is_object_of_name
                && let Some(name) = self.name_of(id)
            {
                self.reference(id, name, &mut out);
            }
            self.client_use(id, &mut out);
        }
        for (place, holder) in self.clients.ties.iter().filter(|(place, _)| place.at == self.at) {
            let statement = statement_of(self.facts.language, self.syntax, place.node);
            out.ties.push((statement, holder.clone()));
        }
        self.imports(&mut out);
        self.listed(&mut out);
        self.answers(&answers, &mut out);
        out
    }

    fn name_of(&self, node: NodeId) -> Option<SdkName> {
        self.sdk.name_of(self.facts.language, &self.facts.scopes, self.syntax, &self.facts.text, node)
    }

    fn in_import(&self, id: NodeId) -> bool {
        self.syntax.kind(id) == Kind::Import
            || self.syntax.ancestors(id).any(|up| self.syntax.kind(up) == Kind::Import)
    }

    fn pin(
        &self,
        out: &mut RegionSdk,
        node: NodeId,
        rule: Rule,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.pin_with(out, node, node, rule, message, help);
    }

    /// A reason at `node` for the unit of `of` to stay.
    fn pin_with(
        &self,
        out: &mut RegionSdk,
        of: NodeId,
        node: NodeId,
        rule: Rule,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.pin_at(out, of, Place { at: self.at, node }, rule, message, help);
    }

    /// A reason at `place`, in whatever file, for the unit of `of` to stay.
    fn pin_at(
        &self,
        out: &mut RegionSdk,
        of: NodeId,
        place: Place,
        rule: Rule,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let statement = statement_of(self.facts.language, self.syntax, of);
        let there = self.tree.region(place.at);
        let span = there.tree().node(place.node).span.clone();
        // A long expression is pointed at by its first line.
        let end = there.text[span.clone()].find('\n').map_or(span.end, |at| span.start + at);
        let pin =
            Pin { at: place.at, span: (span.start, end), rule, message: message.into(), help: help.into() };
        out.pins.push((statement, pin));
    }

    fn imports(&self, out: &mut RegionSdk) {
        let module = by_language(&self.sdk.modules, self.facts.language);
        for scope in &self.facts.scopes.scopes {
            for binding in scope.bindings.values() {
                let Some(import) = &binding.import else { continue };
                if !is_source_module(self.tree, self.at, &import.module) {
                    self.import_of_others(import, out);
                    continue;
                }
                let written = specifier(self.facts, import);
                let becomes = by_language(&self.sdk.becomes, self.facts.language);
                if becomes.is_some_and(|name| respelled(self.tree.source, self.facts, import, name).is_none())
                {
                    let message = format!("the SDK is loaded from `{written}`, which names no other package");
                    let help = "Load the OpenAI SDK in its place, then run the command again.";
                    self.pin(out, import.node, Rule::SdkClient, message, help);
                    continue;
                }
                // Whoever imports it from here asks for it by this name.
                if self.facts.node_text(import.node).starts_with("export") {
                    let name = import.imported.as_deref().filter(|&name| name != ALL);
                    let what = name.map_or("all".to_string(), |name| format!("`{name}`"));
                    self.exported(import.node, &what, out);
                    continue;
                }
                let exact = Some(import.module.as_str()) == module;
                let known = match &import.imported {
                    None => exact,
                    Some(name) if name == "*" => exact && import.local != "*",
                    Some(name) => module
                        .and_then(|own| self.sdk.name_in(own, &import.module, name))
                        .is_some_and(|name| !matches!(name, SdkName::Other(_))),
                };
                if !known {
                    let what = import.imported.as_deref().unwrap_or(&import.local);
                    let help = self
                        .tree
                        .source
                        .package_of_module(&import.module)
                        .map(|package| package.help.clone());
                    let message = format!("`{what}` of `{}` has no counterpart", import.module);
                    self.pin(out, import.node, Rule::SdkClient, message, help.unwrap_or_default());
                }
            }
        }
    }

    /// A name of the SDK that comes from a package of others: what it does there is not known.
    fn import_of_others(&self, import: &Import, out: &mut RegionSdk) {
        let span = &self.syntax.node(import.node).span;
        let name = import.imported.as_deref().filter(|&name| name != DEFAULT).unwrap_or(&import.local);
        let is_sdk_name = self.facts.sites_within(span).any(|site| {
            site.token.kind == TokenKind::SdkName && self.facts.text[site.token.span.clone()] == *name
        });
        if is_sdk_name && self.tree.module(self.at, &import.module).is_none() {
            let message =
                format!("`{name}` comes from `{}`, which is not looked into", specifier(self.facts, import));
            let help = format!(
                "If it is a client of {}, put the OpenAI SDK's in its place.",
                self.tree.source.title
            );
            self.pin(out, import.node, Rule::SdkClient, message, help);
        }
    }

    fn call(&self, id: NodeId, out: &mut RegionSdk, answers: &mut Answers) {
        let Some(callee) = self.syntax.child(id, Role::Callee) else { return };
        match self.name_of(callee) {
            Some(SdkName::Class(_)) => {
                self.check_construction(id, out);
                out.constructions.push(id);
            }
            // A package that is its own default export.
            Some(SdkName::Module)
                if self.syntax.kind(callee) == Kind::Name && self.facts.language.family() == "javascript" =>
            {
                self.pin(
                    out,
                    id,
                    Rule::SdkClient,
                    "this way of loading the SDK is not followed",
                    "Import its class by name.",
                );
            }
            Some(SdkName::Helper) => self.check_arguments(id, "headers", out),
            _ => {}
        }
        let Some((root, path)) = self.path(id) else { return };
        if self.clients.is_client(self.at, self.facts, self.syntax, root) {
            self.method(id, &path, out);
        } else if self.stray(id, &path, out) {
            answers.strays.insert(id);
        } else {
            return;
        }
        // An answer: `r = client.chat.completions.create(…)`.
        let mut at = id;
        while let Some(parent) = self.syntax.parent(at).filter(|&up| self.syntax.kind(up) == Kind::Other) {
            at = parent;
        }
        let assign = self.syntax.parent(at).filter(|&up| self.syntax.kind(up) == Kind::Assign);
        let target = assign.and_then(|assign| self.syntax.child(assign, Role::Target));
        let named =
            target.and_then(|target| self.facts.scopes.resolve(self.syntax, &self.facts.text, target));
        match named {
            Some((binding, _)) => {
                answers.of.insert(binding, id);
            }
            None => self.answer(at, id, answers, out),
        }
    }

    /// The client and the method path that a call's callee is: `client` and `chat.completions.create`.
    fn path(&self, call: NodeId) -> Option<(NodeId, String)> {
        let mut node = self.syntax.child(call, Role::Callee)?;
        let mut parts: Vec<String> = Vec::new();
        while self.syntax.kind(node) == Kind::Member {
            if self.clients.is_client(self.at, self.facts, self.syntax, node) {
                break;
            }
            let property = self.syntax.child(node, Role::Property)?;
            parts.push(snake(&self.facts.text[self.syntax.node(property).span.clone()]));
            node = self.syntax.child(node, Role::Object)?;
        }
        parts.reverse();
        (!parts.is_empty()).then(|| (node, parts.join(".")))
    }

    fn method(&self, call: NodeId, path: &str, out: &mut RegionSdk) {
        let title = &self.tree.source.target.title;
        if path == self.sdk.options_method {
            out.options.push(call);
            self.check_options(call, out);
            return;
        }
        if self.sdk.methods.iter().any(|method| method == path) {
            out.calls.push(call);
            self.check_method(call, path, out);
            return;
        }
        let below = |method: &String| method.ends_with('.') && path.starts_with(method.as_str());
        if self.sdk.unserved_methods.iter().any(below) {
            self.pin(
                out,
                call,
                Rule::Endpoint,
                format!("{title} does not serve `{path}`"),
                "Use an endpoint that it lists, chat completions for one.",
            );
            return;
        }
        let message = format!("only the SDK of {} has `{path}`", self.tree.source.title);
        self.pin(out, call, Rule::SdkMethod, message, self.method_help(path));
    }

    /// What to do in place of a method that only the SDK has.
    fn method_help(&self, path: &str) -> String {
        let endpoint = format!("/{}", path.split('.').next().unwrap_or(path).replace('_', "-"));
        self.tree.source.endpoint(&endpoint).map(|endpoint| endpoint.help.clone()).unwrap_or_default()
    }

    /// The items among the arguments of a call, as (name, item, value); `None` for one that has no name.
    fn items(&self, call: NodeId) -> Vec<(Option<String>, NodeId)> {
        let Some(container) = options_of(self.syntax, call) else { return Vec::new() };
        self.syntax
            .children(container)
            .iter()
            .filter(|&&child| self.syntax.kind(child) != Kind::Comment)
            .map(|&child| (item_name(self.facts, child), child))
            .collect()
    }

    fn check_arguments(&self, call: NodeId, what: &str, out: &mut RegionSdk) {
        let arguments = self.syntax.arguments(call);
        let count = arguments.map_or(0, |arguments| self.syntax.children(arguments).len());
        let options = options_of(self.syntax, call);
        let opaque = match options {
            None => count > 0,
            Some(container) => {
                self.syntax.kind(container) == Kind::Map && count > 1
                    || self.items(call).iter().any(|(name, _)| name.is_none())
            }
        };
        if opaque {
            let message = format!("the arguments of these {what} can't be followed");
            self.pin(out, call, Rule::SdkClient, message, "Write them out by name.");
        }
    }

    fn check_construction(&self, call: NodeId, out: &mut RegionSdk) {
        let options = Options::of(self.tree, self.sdk, self.at, call);
        if let Some(&place) = options.opaque.first() {
            let message = "the arguments of these client options can't be followed";
            self.pin_at(out, call, place, Rule::SdkClient, message, "Write them out by name.");
        }
        for (place, name) in &options.items {
            let there = self.tree.region(place.at);
            if let Some(header) = argument_header(self.tree.source, there.language, name)
                && header.class == crate::source::HeaderClass::Pin
            {
                let message =
                    format!("`{name}` asks for something that {} can't do", self.tree.source.target.title);
                self.pin_at(out, call, *place, header.rule, message, header.help.clone());
            }
            if by_language(&self.sdk.url_argument, there.language) == Some(name.as_str())
                && let Some(value) = item_value(there.tree(), place.node)
            {
                self.check_host(call, *place, value, out);
            }
        }
    }

    /// A client that talks to a host of the program's own.
    fn check_host(&self, call: NodeId, item: Place, value: NodeId, out: &mut RegionSdk) {
        let place = self.tree.resolve(Place { at: item.at, node: value });
        let there = self.tree.region(place.at);
        let node = there.tree().node(place.node);
        let text = &there.text[node.content.clone()];
        let known = crate::tree::holds_url(there, &node.span) || crate::tree::names_url(there, &node.span);
        if node.kind == Kind::String && text.starts_with("http") && !known {
            let help = format!(
                "If that is a gateway of your own that should move too, run again with `--from-url {text}`."
            );
            self.pin_at(out, call, item, Rule::SelfHosted, format!("this client talks to `{text}`"), help);
        }
    }

    fn check_options(&self, call: NodeId, out: &mut RegionSdk) {
        self.check_arguments(call, "client options", out);
        for (name, item) in self.items(call) {
            let Some(name) = name else { continue };
            let header = argument_header(self.tree.source, self.facts.language, &name);
            let known = header.is_some_and(|header| header.class != crate::source::HeaderClass::Pin);
            if !known {
                self.pin(
                    out,
                    item,
                    Rule::SdkClient,
                    format!("`{name}` of `{}` has no counterpart", self.sdk.options_method),
                    "",
                );
            }
        }
    }

    fn check_method(&self, call: NodeId, path: &str, out: &mut RegionSdk) {
        let python =
            by_language(&self.sdk.call_headers_argument, self.facts.language) == Some("extra_headers");
        let arguments = self.syntax.arguments(call);
        let positional: Vec<NodeId> = arguments
            .map(|arguments| {
                self.syntax
                    .children(arguments)
                    .iter()
                    .copied()
                    .filter(|&child| self.syntax.kind(child) != Kind::Comment)
                    .collect()
            })
            .unwrap_or_default();
        let options = options_of(self.syntax, call);
        let names: Vec<String> = self.items(call).into_iter().filter_map(|(name, _)| name).collect();
        let opaque = self.items(call).iter().any(|(name, _)| name.is_none()) || options.is_none();
        if self.sdk.model_methods.iter().any(|method| method == path)
            && !opaque
            && !names.iter().any(|name| name == "model")
        {
            let message = format!("`{path}` is called without a model, which the gateway's config supplied");
            self.pin(
                out,
                call,
                Rule::Model,
                message,
                "Name the model in the call, as vendor/model; `auto` lets the gateway choose.",
            );
        }
        if python {
            let unknown: Vec<&String> =
                names.iter().filter(|name| !self.sdk.parameters.contains(name)).collect();
            if !unknown.is_empty() && names.iter().any(|name| name == "extra_body") {
                self.pin(
                    out,
                    call,
                    Rule::SdkMethod,
                    format!("`{}` must go into `extra_body`, which is there already", unknown[0]),
                    "Move it there.",
                );
            }
            return;
        }
        if options.is_some_and(|options| self.syntax.kind(options) == Kind::Map) {
            let camel = self.items(call).into_iter().find(|(name, _)| {
                name.as_ref().is_some_and(|name| {
                    name.chars().any(char::is_uppercase) && self.sdk.parameters.contains(&snake(name))
                })
            });
            if let Some((Some(name), item)) = camel {
                let message = format!(
                    "`{name}` was converted to snake case by the SDK; the OpenAI SDK sends it as it is"
                );
                self.pin(out, item, Rule::SdkMethod, message, format!("Write it as `{}`.", snake(&name)));
            }
        }
        if let [_, second, rest @ ..] = positional.as_slice() {
            let known = self.syntax.kind(*second) == Kind::Map
                && self.syntax.children(*second).iter().all(|&item| {
                    self.syntax.kind(item) == Kind::Comment
                        || item_name(self.facts, item).is_some_and(|name| {
                            argument_header(self.tree.source, self.facts.language, &name)
                                .is_some_and(|header| header.class != crate::source::HeaderClass::Pin)
                        })
                });
            if !known || !rest.is_empty() {
                let message = "the options of this call can't be translated";
                self.pin(
                    out,
                    *second,
                    Rule::SdkMethod,
                    message,
                    "Write them out by name, as the second argument.",
                );
            }
        }
    }

    fn reference(&self, id: NodeId, name: SdkName, out: &mut RegionSdk) {
        let parent = self.syntax.parent(id);
        let is_callee = self.syntax.node(id).role == Role::Callee;
        match &name {
            SdkName::Other(what) => {
                let message = format!("`{what}` of the SDK has no counterpart");
                self.pin(out, id, Rule::SdkClient, message, "");
            }
            SdkName::Helper if !is_callee => {
                self.pin(out, id, Rule::SdkClient, "this use of the headers helper can't be followed", "");
            }
            SdkName::Module => {
                let member = parent.is_some_and(|parent| self.syntax.kind(parent) == Kind::Member);
                if !member {
                    self.pin(out, id, Rule::SdkClient, "this use of the SDK's module can't be followed", "");
                }
            }
            SdkName::Url if self.syntax.kind(id) == Kind::Shorthand => {
                self.pin(
                    out,
                    id,
                    Rule::SdkClient,
                    "this use of the URL constant can't be followed",
                    "Write `name: value`.",
                );
            }
            SdkName::Class(_) => {
                let subclass = parent.is_some_and(|parent| {
                    let kind = self.syntax.kind(parent);
                    kind == Kind::Class
                        || kind == Kind::Arguments
                            && self
                                .syntax
                                .parent(parent)
                                .is_some_and(|up| self.syntax.kind(up) == Kind::Class)
                        || self.facts.text[..self.syntax.node(id).span.start].trim_end().ends_with("extends")
                });
                if subclass {
                    self.pin(
                        out,
                        id,
                        Rule::SdkClient,
                        "a class of the program's own is made from the SDK's",
                        "Make it from the OpenAI SDK's.",
                    );
                }
                // Whoever imports it from here asks for it by this name.
                let statement = statement_of(self.facts.language, self.syntax, id);
                if self.facts.node_text(statement).starts_with("export {") {
                    let name = &self.facts.text[self.syntax.node(id).content.clone()];
                    self.exported(id, &format!("`{name}`"), out);
                }
                out.names.push((id, name));
            }
            _ => out.names.push((id, name)),
        }
    }

    fn exported(&self, node: NodeId, what: &str, out: &mut RegionSdk) {
        let message = format!("{what} of the SDK is exported under its name");
        let help = "Export the client, or let whoever imports it import the OpenAI SDK's.";
        self.pin(out, node, Rule::SdkClient, message, help);
    }

    /// Names of the SDK in `__all__`: a `*` imports them.
    fn listed(&self, out: &mut RegionSdk) {
        for id in self.syntax.ids().filter(|&id| self.syntax.kind(id) == Kind::Assign) {
            let target = self.syntax.child(id, Role::Target);
            if target.is_none_or(|target| self.facts.node_text(target) != "__all__") {
                continue;
            }
            for node in self.syntax.descendants(id) {
                let Some(name) = self.syntax.literal(node, &self.facts.text) else { continue };
                let import =
                    self.facts.scopes.scopes[0].bindings.get(name).and_then(|found| found.import.as_ref());
                if import.is_some_and(|import| is_source_module(self.tree, self.at, &import.module)) {
                    // The list has no site: it is the import that stays for it.
                    let of = import.map_or(node, |import| import.node);
                    let message = format!("`{name}` of the SDK is exported under its name");
                    let help = "Export the client, or let whoever imports it import the OpenAI SDK's.";
                    self.pin_with(out, of, node, Rule::SdkClient, message, help);
                }
            }
        }
    }

    /// A client that goes somewhere else than into a call of one of its methods.
    fn client_use(&self, id: NodeId, out: &mut RegionSdk) {
        let node = self.syntax.node(id);
        match node.kind {
            Kind::Name | Kind::Member if node.role != Role::Target => {
                let place = Place { at: self.at, node: id };
                let Some(holder) = self.clients.holder(place) else { return };
                let named = self.facts.scopes.resolve(self.syntax, &self.facts.text, id);
                if named.is_none_or(|(binding, _)| (self.at, binding) != holder) {
                    out.ties.push((statement_of(self.facts.language, self.syntax, id), holder));
                }
            }
            Kind::Call if self.clients.is_client(self.at, self.facts, self.syntax, id) => {}
            _ => return,
        }
        let Some(parent) = self.syntax.parent(id) else { return };
        match (self.syntax.kind(parent), node.role) {
            (Kind::Member, Role::Object) => self.member_use(id, parent, out),
            // A list or map of clients is looked into where it is used.
            (Kind::Pair | Kind::List, _) if node.kind == Kind::Call && !self.is_argument(parent) => {}
            (Kind::Arguments | Kind::Pair | Kind::List, _) if !self.clients.is_followed(self.at, id) => {
                out.escapes.push(id);
            }
            _ => {}
        }
    }

    /// Whether a pair is an argument by its name.
    fn is_argument(&self, pair: NodeId) -> bool {
        self.syntax.kind(pair) == Kind::Pair
            && self.syntax.parent(pair).is_some_and(|up| self.syntax.kind(up) == Kind::Arguments)
    }

    /// A member of the client at `client`: up the chain of members to the call, or to where it is not one.
    fn member_use(&self, client: NodeId, member: NodeId, out: &mut RegionSdk) {
        let mut at = member;
        let mut parts = Vec::new();
        loop {
            if let Some(property) = self.syntax.child(at, Role::Property) {
                parts.push(snake(self.facts.node_text(property)));
            }
            let role = self.syntax.node(at).role;
            match self.syntax.parent(at).map(|up| (up, self.syntax.kind(up))) {
                Some((up, Kind::Member)) if role == Role::Object => at = up,
                Some((_, Kind::Call)) if role == Role::Callee => return,
                _ => break,
            }
        }
        let path = parts.join(".");
        if self.sdk.methods.iter().any(|method| method.starts_with(&path)) {
            out.escapes.push(client);
        } else {
            let message = format!("only the SDK of {} has `{path}`", self.tree.source.title);
            self.pin(out, at, Rule::SdkMethod, message, "");
        }
    }

    fn answers(&self, answers: &Answers, out: &mut RegionSdk) {
        for id in self.syntax.ids() {
            if !matches!(self.syntax.kind(id), Kind::Name | Kind::Member) {
                continue;
            }
            let resolved = self.facts.scopes.resolve(self.syntax, &self.facts.text, id);
            let Some(&call) = resolved.and_then(|(binding, _)| answers.of.get(&binding)) else { continue };
            if self.syntax.node(id).role != Role::Target {
                self.answer(id, call, answers, out);
            }
        }
    }

    /// Where a loop over the value at `of`, with its head at `head`, uses what it takes from it.
    fn parts(&self, head: NodeId, of: NodeId) -> Vec<NodeId> {
        let text = self.facts.node_text(head);
        let name = self.syntax.children(head).first().copied().filter(|&name| name != of);
        let name = name.filter(|&name| self.syntax.kind(name) == Kind::Name);
        let body = self.syntax.parent(head).and_then(|up| self.syntax.child(up, Role::Body));
        let (Some(name), Some(body)) = (name, body) else { return Vec::new() };
        if !text.trim_start_matches("async ").starts_with("for") {
            return Vec::new();
        }
        let name = self.facts.node_text(name);
        let is_part = |&id: &NodeId| {
            let node = self.syntax.node(id);
            node.kind == Kind::Name
                && !matches!(node.role, Role::Property | Role::Key | Role::Target)
                && self.facts.node_text(id) == name
        };
        self.syntax.descendants(body).into_iter().filter(is_part).collect()
    }

    /// What is taken of the answer of `call`, at `at`.
    fn answer(&self, mut at: NodeId, call: NodeId, answers: &Answers, out: &mut RegionSdk) {
        let title = &self.tree.source.title;
        let is_stray = answers.strays.contains(&call);
        while let Some(parent) = self.syntax.parent(at) {
            match (self.syntax.kind(parent), self.syntax.node(at).role) {
                (Kind::Member, Role::Object) => {
                    let property = self.syntax.child(parent, Role::Property);
                    let name = property.map_or("", |property| self.facts.node_text(property));
                    let called =
                        self.syntax.parent(parent).is_some_and(|up| self.syntax.kind(up) == Kind::Call);
                    if called && self.sdk.answer_methods.iter().any(|method| method == name) {
                        let message = format!("only the answers of {title}'s SDK have `{name}()`");
                        let help = "Ask for the raw response, and read its headers.";
                        self.pin_with(out, call, parent, Rule::SdkMethod, message, help);
                    }
                }
                (Kind::Index, Role::Object) => {
                    let subscript = self.syntax.child(parent, Role::Subscript);
                    let named =
                        subscript.is_some_and(|subscript| self.syntax.kind(subscript) == Kind::String);
                    if named && is_stray {
                        let message = format!("only the answers of {title}'s SDK have items by name");
                        let help = format!("{} Write them as members.", strays::UNSEEN);
                        self.pin_with(out, call, parent, Rule::SdkMethod, message, help);
                        return;
                    }
                    if named {
                        out.subscripts.push((parent, call));
                    }
                }
                // `for chunk in answer`: each has what the answer has.
                (Kind::Statement, _) => {
                    for part in self.parts(parent, at) {
                        self.answer(part, call, answers, out);
                    }
                    return;
                }
                _ => return,
            }
            at = parent;
        }
    }
}

/// The name of an item among options.
pub(crate) fn item_name(facts: &RegionFacts, item: NodeId) -> Option<String> {
    let syntax = facts.tree();
    match syntax.kind(item) {
        Kind::Pair => {
            let key = syntax.child(item, Role::Key)?;
            // A key that is computed has no name.
            let name = match syntax.kind(key) {
                Kind::Name => !facts.language.is_reference(syntax, key),
                Kind::String => syntax.children(key).is_empty(),
                _ => false,
            };
            name.then(|| facts.text[syntax.node(key).content.clone()].to_string())
        }
        Kind::Shorthand => Some(facts.node_text(item).to_string()),
        _ => None,
    }
}
