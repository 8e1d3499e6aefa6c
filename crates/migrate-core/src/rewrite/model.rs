//! Model names: the target's have the form `vendor/model`. Only what the data is certain of is rewritten.

use std::collections::BTreeMap;

use crate::facts::{EntryValue, RegionFacts};
use crate::finding::{Level, Rule};
use crate::join::{At, Place, UnitId};
use crate::syntax::{Kind, NodeId};

use super::Rewriter;

/// Names of arguments and entries that hold a model.
const MODEL_NAMES: [&str; 5] = ["model", "model_name", "modelName", "model_id", "modelId"];

impl Rewriter<'_, '_> {
    /// The models that the calls of moved units of a region name.
    pub(super) fn models(&mut self, at: At, facts: &RegionFacts) {
        let mut seen: BTreeMap<NodeId, ()> = BTreeMap::new();
        for request in &facts.requests {
            let Some(unit) = self.units.of(at, request.statement) else { continue };
            if self.units.units[unit as usize].stays() {
                continue;
            }
            for argument in
                request.arguments.iter().filter(|argument| MODEL_NAMES.contains(&argument.name.as_str()))
            {
                if seen.insert(argument.value, ()).is_none() {
                    let place = self.tree.resolve(Place { at, node: argument.value });
                    let there = self.tree.region(place.at);
                    // A read of the environment may have the model as its default.
                    let read = there.language.environment_read(there.tree(), &there.text, place.node);
                    let node = read.and_then(|read| read.default).unwrap_or(place.node);
                    self.model(place.at, there, unit, node);
                }
            }
        }
    }

    fn model(&mut self, at: At, facts: &RegionFacts, unit: UnitId, value: NodeId) {
        let syntax = facts.tree();
        if syntax.kind(value) != Kind::String || !syntax.children(value).is_empty() {
            return;
        }
        let span = syntax.node(value).content.clone();
        let text = &facts.text[span.clone()];
        let group = unit + 1;
        // LiteLLM's own prefix stays in front.
        let (prefix, name) = match text.strip_prefix("openai/") {
            Some(rest) if rest.starts_with('@') => ("openai/", rest),
            _ => ("", text),
        };
        let source = self.tree.source;
        if let Some((slug, model)) = name.strip_prefix('@').and_then(|rest| rest.split_once('/')) {
            let vendor = source.vendors.iter().find(|vendor| {
                let tail = slug.strip_prefix(vendor.provider.as_str());
                tail.is_some_and(|tail| tail.is_empty() || tail.starts_with(['-', '_']))
                    && vendor.has_model(model)
            });
            match vendor {
                Some(vendor) => {
                    let new = format!("{prefix}{}/{model}", vendor.vendor);
                    self.edit(at, span, new, Rule::Model, group);
                }
                None => {
                    let message = format!("`{text}` names a model by a slug of {}", source.title);
                    let help = format!(
                        "{} names models vendor/model: write the maker of `{model}` before it.",
                        source.target.title
                    );
                    self.find(at, span, Rule::Model, Level::Action, message, help);
                }
            }
            return;
        }
        if name.contains('/') {
            return;
        }
        let vendor = match self.providers.get(&unit).map(Vec::as_slice) {
            Some([provider]) => source.vendor(provider).filter(|vendor| vendor.has_model(name)),
            _ => None,
        };
        if let Some(vendor) = vendor {
            self.edit(at, span.start..span.start, format!("{}/", vendor.vendor), Rule::Model, group);
            return;
        }
        let guess = source.vendors.iter().find(|vendor| vendor.has_model(name));
        let message = format!("`{name}` has no vendor in front of it");
        let help = match guess {
            Some(vendor) => format!(
                "{} names models vendor/model; this may be `{}/{name}`.",
                source.target.title, vendor.vendor
            ),
            None => format!("{} names models vendor/model: see its catalog.", source.target.title),
        };
        self.find(at, span, Rule::Model, Level::Check, message, help);
    }

    /// The providers that headers and client arguments name, by unit; an empty one is no literal.
    pub(super) fn providers(&self) -> BTreeMap<UnitId, Vec<String>> {
        let mut out: BTreeMap<UnitId, Vec<String>> = BTreeMap::new();
        let header = format!("{}provider", self.tree.source.header_prefix);
        for (at, facts) in self.tree.regions() {
            for entry in facts.sets.iter().flat_map(|set| &set.entries).filter(|entry| entry.name == header) {
                let Some(unit) = self.units.of(at, entry.statement) else { continue };
                out.entry(unit).or_default().push(match &entry.value {
                    EntryValue::Node(node) => literal(facts, *node),
                    EntryValue::Part(span) => facts.text[span.clone()].trim().to_string(),
                });
            }
            for &construction in self.tree.sdk.get(&at).into_iter().flat_map(|sdk| &sdk.constructions) {
                let statement = crate::facts::statement_of(facts.language, facts.tree(), construction);
                let Some(unit) = self.units.of(at, statement) else { continue };
                let Some(sdk) = &self.tree.source.sdk else { continue };
                let options = crate::sdk::Options::of(self.tree, sdk, at, construction);
                for (place, _) in options.items.iter().filter(|(_, name)| name == "provider") {
                    let there = self.tree.region(place.at);
                    if let Some(value) = crate::sdk::item_value(there.tree(), place.node) {
                        out.entry(unit).or_default().push(literal(there, value));
                    }
                }
            }
        }
        for providers in out.values_mut() {
            providers.sort();
            providers.dedup();
        }
        out
    }
}

/// The text of a literal; empty for anything else.
fn literal(facts: &RegionFacts, value: NodeId) -> String {
    let syntax = facts.tree();
    let literal = syntax.kind(value) == Kind::String && syntax.children(value).is_empty();
    if literal { facts.text[syntax.node(value).content.clone()].to_string() } else { String::new() }
}
