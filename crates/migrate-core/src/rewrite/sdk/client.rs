//! Constructions of the SDK's client: the options that it is given.

use crate::facts::RegionFacts;
use crate::finding::{Level, Rule};
use crate::plan::values::EnvironmentKind;
use crate::sdk::names::{SdkName, argument_header, by_language, item_value, options_of};
use crate::sdk::{Options, arguments, item_name};
use crate::source::{HeaderClass, Sdk, SdkClass};
use crate::syntax::{Kind, NodeId, Role};
use crate::tree::{At, Place, holds_url, names_url};

use super::quote_like;
use crate::rewrite::Rewriter;
use crate::rewrite::removal::items_of;

impl Rewriter<'_, '_> {
    pub(super) fn construction(&mut self, at: At, facts: &RegionFacts, sdk: &Sdk, call: NodeId) {
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
                    draft.remove_item(shared.node, item, (Rule::SdkClient, group));
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
                self.put(at, facts, container, &items_of(syntax, container), &kept, &gone, &fresh, group);
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
            draft.remove_item(options, item, cause);
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
}
