//! Model names: the target's have the form `vendor/model`. Only what the data is certain of is rewritten.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::edit::{Group, SHARED};
use crate::facts::{EntryValue, RegionFacts};
use crate::finding::{Level, Rule};
use crate::syntax::{Kind, NodeId, Role, Span};
use crate::tree::{At, Place, UnitId};

use super::Rewriter;
use super::json_text::Members;

/// Names of arguments and entries that hold a model.
const MODEL_NAMES: [&str; 5] = ["model", "model_name", "modelName", "model_id", "modelId"];

/// Functions that make a model of its name.
const MODEL_FUNCTIONS: [&str; 5] =
    ["chatModel", "languageModel", "completionModel", "textEmbeddingModel", "imageModel"];

/// Names of members that hold what is asked, or asked about: a map with one of these beside its model is a request.
const INPUTS: [&str; 4] = ["messages", "input", "prompt", "contents"];

/// Names of options that hold a request's body.
const BODY_NAMES: [&str; 5] = ["body", "json", "data", "content", "extra_body"];

/// A model by the slug that the source gives to a provider's account, and LiteLLM's prefix where it has one.
static SLUG: LazyLock<Regex> = LazyLock::new(|| {
    // The pattern is constant.
    #[allow(clippy::unwrap_used)]
    Regex::new(r"(?:openai/)?@([A-Za-z0-9][A-Za-z0-9_.-]*)/([A-Za-z0-9][A-Za-z0-9._:-]*)").unwrap()
});

/// A piece of a region's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Value {
    at: At,
    start: usize,
    end: usize,
}

impl Value {
    fn new(at: At, span: &Span) -> Self {
        Self { at, start: span.start, end: span.end }
    }

    fn span(&self) -> Span {
        self.start..self.end
    }
}

/// Whether an argument may hold a model that is not an argument by itself.
fn is_followed(facts: &RegionFacts, value: NodeId) -> bool {
    matches!(
        facts.tree().kind(value),
        Kind::Name | Kind::Member | Kind::Shorthand | Kind::Call | Kind::Spread | Kind::String
    )
}

/// What is put under a model's name into the map of this name, by assignments of their own.
fn assigned<'f>(facts: &'f RegionFacts, name: NodeId) -> impl Iterator<Item = NodeId> + 'f {
    let syntax = facts.tree();
    let name = &facts.text[syntax.node(name).span.clone()];
    syntax.ids().filter(|&id| syntax.kind(id) == Kind::Assign).filter_map(move |id| {
        let target = syntax.child(id, Role::Target)?;
        let object = syntax.child(target, Role::Object)?;
        let key = syntax.child(target, Role::Subscript).or_else(|| syntax.child(target, Role::Property))?;
        let is_model = MODEL_NAMES.contains(&&facts.text[syntax.node(key).content.clone()]);
        (is_model && &facts.text[syntax.node(object).span.clone()] == name)
            .then(|| syntax.child(id, Role::Value))?
    })
}

impl Rewriter<'_, '_> {
    /// The models that the tree names: those of calls that move, then what else has the form of a slug of the
    /// source's.
    pub(super) fn models(&mut self) {
        let mut told = BTreeSet::new();
        for (value, units) in self.model_values() {
            let facts = self.tree.region(value.at);
            if facts.is_record {
                continue;
            }
            told.insert(value);
            // What two units have in common makes one of them, so that all stay or none.
            let stays = units.iter().any(|&unit| self.units.units[unit as usize].stays());
            if let Some(&unit) = units.first().filter(|_| !stays) {
                let renamed = self.model(value.at, facts, unit, value.span());
                let name = renamed.unwrap_or_else(|| facts.text[value.span()].to_string());
                self.drafts.models.push((value.at, value.span(), name));
            }
        }
        self.stray_slugs(&told);
    }

    /// Where the calls of units have their models from, with the units.
    fn model_values(&self) -> BTreeMap<Value, BTreeSet<UnitId>> {
        let mut out: BTreeMap<Value, BTreeSet<UnitId>> = BTreeMap::new();
        for (at, facts) in self.tree.regions().filter(|(_, facts)| facts.syntax.is_some()) {
            for request in &facts.requests {
                let Some(unit) = self.units.of(at, request.statement) else { continue };
                let mut values = Vec::new();
                let by_call = MODEL_FUNCTIONS.contains(&request.callee.as_str());
                for (index, argument) in request.arguments.iter().enumerate() {
                    let named = MODEL_NAMES.contains(&argument.name.as_str());
                    if named || by_call && index == 0 && argument.name.is_empty() {
                        self.literal(Place { at, node: argument.value }, &mut values);
                    } else if is_followed(facts, argument.value) {
                        self.held(Place { at, node: argument.value }, 0, &mut values);
                    }
                }
                // What a shell hands to a command's input stands beside it.
                let beside = facts.tree().parent(request.call).into_iter();
                for text in beside.flat_map(|up| facts.tree().children(up)).copied() {
                    if text != request.call && facts.tree().node(text).role != Role::Callee {
                        self.input(Place { at, node: text }, &mut values);
                    }
                }
                for value in values {
                    out.entry(value).or_default().insert(unit);
                }
            }
        }
        out
    }

    /// The text that an expression stands for.
    fn literal(&self, place: Place, out: &mut Vec<Value>) {
        let place = self.tree.resolve(place);
        let there = self.tree.region(place.at);
        // A read of the environment may have the model as its default.
        let read = there.language.environment_read(there.tree(), &there.text, place.node);
        let node = read.and_then(|read| read.default).unwrap_or(place.node);
        let syntax = there.tree();
        if syntax.kind(node) == Kind::String && syntax.children(node).is_empty() {
            out.push(Value::new(place.at, &syntax.node(node).content));
        }
    }

    /// The models in what a call is handed: a map by its name, a map made into text, text that is JSON.
    fn held(&self, place: Place, depth: usize, out: &mut Vec<Value>) {
        // Deeper than this no program wraps its request.
        if depth > 4 {
            return;
        }
        let facts = self.tree.region(place.at);
        let syntax = facts.tree();
        let inner = |node: NodeId| Place { at: place.at, node };
        match syntax.kind(place.node) {
            Kind::Name | Kind::Member | Kind::Shorthand => {
                assigned(facts, place.node).for_each(|node| self.literal(inner(node), out));
                let there = self.tree.resolve(place);
                if there != place {
                    self.held(there, depth + 1, out);
                }
            }
            Kind::Map => {
                for &pair in syntax.children(place.node) {
                    let (Some(key), Some(value)) =
                        (syntax.child(pair, Role::Key), syntax.child(pair, Role::Value))
                    else {
                        // What is spread into it.
                        self.held(inner(pair), depth + 1, out);
                        continue;
                    };
                    let key = &facts.text[syntax.node(key).content.clone()];
                    if MODEL_NAMES.contains(&key) {
                        self.literal(inner(value), out);
                    } else if BODY_NAMES.contains(&key) {
                        self.held(inner(value), depth + 1, out);
                    }
                }
            }
            Kind::Call | Kind::Arguments | Kind::Spread | Kind::Pair => {
                if syntax.kind(place.node) == Kind::Pair
                    && let (Some(key), Some(value)) =
                        (syntax.child(place.node, Role::Key), syntax.child(place.node, Role::Value))
                    && MODEL_NAMES.contains(&&facts.text[syntax.node(key).content.clone()])
                {
                    return self.literal(inner(value), out);
                }
                for &child in syntax.children(place.node) {
                    if !matches!(syntax.node(child).role, Role::Callee | Role::Key) {
                        self.held(inner(child), depth + 1, out);
                    }
                }
            }
            Kind::String => {
                let content = syntax.node(place.node).content.clone();
                let text = &facts.text[content.clone()];
                let members = Members::of(text);
                if !INPUTS.iter().any(|name| members.has(text, name)) {
                    return;
                }
                let model = MODEL_NAMES.iter().find_map(|name| members.string(text, name));
                // A hole is no name.
                if let Some(span) =
                    model.filter(|span| !text[span.clone()].contains(['$', '{', '%', '#', '"', '\'']))
                {
                    out.push(Value::new(place.at, &(content.start + span.start..content.start + span.end)));
                }
            }
            _ => {}
        }
    }

    /// The models in the here-documents of a redirection.
    fn input(&self, place: Place, out: &mut Vec<Value>) {
        let syntax = self.tree.region(place.at).tree();
        if syntax.kind(place.node) == Kind::Other {
            for &node in syntax.children(place.node).iter().filter(|&&node| syntax.kind(node) == Kind::String)
            {
                self.held(Place { at: place.at, node }, 0, out);
            }
        }
    }

    /// Slugs that no call was seen to use: in settings, in bodies that are handed on, in docs. What is in no unit moves
    /// when all do.
    fn stray_slugs(&mut self, told: &BTreeSet<Value>) {
        let source = self.tree.source;
        for (at, facts) in self.tree.regions().filter(|(_, facts)| !facts.is_record) {
            for found in SLUG.captures_iter(&facts.text) {
                let (Some(whole), Some(slug), Some(model)) = (found.get(0), found.get(1), found.get(2))
                else {
                    continue;
                };
                let model = model.as_str().trim_end_matches(['.', ':', '-']);
                let (start, end) = (slug.start() - 1, slug.end() + 1 + model.len());
                let in_word = facts.text[..start].chars().next_back().is_some_and(|before| {
                    before.is_alphanumeric()
                        || "._-@".contains(before)
                        || (before == '/' && !whole.as_str().starts_with('o'))
                });
                // A package of some scope may be called after a family; models have a number.
                let known = source.vendors.iter().any(|vendor| vendor.has_model(model))
                    && model.contains(|char: char| char.is_ascii_digit());
                let dealt_with = |value: &Value| value.at == at && value.start <= start && end <= value.end;
                if in_word || !known || told.iter().any(dealt_with) {
                    continue;
                }
                let unit = facts.syntax.as_ref().and_then(|syntax| {
                    let node = syntax.innermost(&(start..end));
                    self.units.of(at, crate::facts::statement_of(facts.language, syntax, node))
                });
                let group = match unit {
                    Some(unit) if self.units.units[unit as usize].stays() => continue,
                    Some(unit) => unit + 1,
                    None if self.all_move() => SHARED,
                    None => {
                        let message = format!(
                            "`{}` names a model by a slug of {}",
                            &facts.text[start..end],
                            source.title
                        );
                        let help = "Whether what uses it moves can't be told; if it does, name the model vendor/model.";
                        self.find(at, start..end, Rule::Model, Level::Check, message, help);
                        continue;
                    }
                };
                self.slug(at, start..end, "", (slug.as_str(), model), group);
            }
        }
    }

    /// `@slug/model`, after `prefix`, in `span`. Gives the new name, if it gets one.
    fn slug(
        &mut self,
        at: At,
        span: Span,
        prefix: &str,
        (slug, model): (&str, &str),
        group: Group,
    ) -> Option<String> {
        let source = self.tree.source;
        let vendor = source.vendors.iter().find(|vendor| {
            let tail = slug.strip_prefix(vendor.provider.as_str());
            tail.is_some_and(|tail| tail.is_empty() || tail.starts_with(['-', '_']))
                && vendor.has_model(model)
        });
        match vendor {
            Some(vendor) => {
                let new = format!("{prefix}{}/{model}", vendor.vendor);
                self.edit(at, span, new.clone(), Rule::Model, group);
                Some(new)
            }
            None => {
                let message =
                    format!("`{prefix}@{slug}/{model}` names a model by a slug of {}", source.title);
                let help = format!(
                    "{} names models vendor/model: write the maker of `{model}` before it.",
                    source.target.title
                );
                self.find(at, span, Rule::Model, Level::Action, message, help);
                None
            }
        }
    }

    /// The model in `span`, which a call of `unit` names. Gives the new name, if it gets one.
    fn model(&mut self, at: At, facts: &RegionFacts, unit: UnitId, span: Span) -> Option<String> {
        let text = &facts.text[span.clone()];
        let group = unit + 1;
        // LiteLLM's own prefix stays in front.
        let (prefix, name) = match text.strip_prefix("openai/") {
            Some(rest) if rest.starts_with('@') => ("openai/", rest),
            _ => ("", text),
        };
        let source = self.tree.source;
        if let Some(slug) = name.strip_prefix('@').and_then(|rest| rest.split_once('/')) {
            return self.slug(at, span, prefix, slug, group);
        }
        if name.is_empty() || name.contains('/') {
            return None;
        }
        let vendor = match self.providers.get(&unit).map(Vec::as_slice) {
            Some([provider]) => source.vendor(provider).filter(|vendor| vendor.has_model(name)),
            _ => None,
        };
        if let Some(vendor) = vendor {
            self.edit(at, span.start..span.start, format!("{}/", vendor.vendor), Rule::Model, group);
            return Some(format!("{}/{name}", vendor.vendor));
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
        None
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
                    EntryValue::Joined { .. } => String::new(),
                });
            }
            for &construction in self.tree.sdk.get(&at).into_iter().flat_map(|sdk| &sdk.constructions) {
                let statement = crate::facts::statement_of(facts.language, facts.tree(), construction);
                let Some(unit) = self.units.of(at, statement) else { continue };
                let Some(sdk) = &self.tree.source.sdk else { continue };
                let options = crate::sdk::Options::of(self.tree, sdk, at, construction);
                for (place, _) in options.items.iter().filter(|(_, name)| name == "provider") {
                    let there = self.tree.region(place.at);
                    if let Some(value) = crate::sdk::names::item_value(there.tree(), place.node) {
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
