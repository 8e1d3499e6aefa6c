//! Calls of the SDK's client: what its methods are given, the one that gives a client with other settings, and items of
//! answers.

use crate::facts::RegionFacts;
use crate::finding::Rule;
use crate::sdk::item_name;
use crate::sdk::names::{argument_header, by_language, item_value, options_of};
use crate::source::{Header, HeaderClass, Sdk};
use crate::syntax::{Kind, NodeId, Role};
use crate::tree::{At, RegionSdk};

use crate::rewrite::Rewriter;
use crate::rewrite::removal::items_of;

impl Rewriter<'_, '_> {
    /// What a method is given that the new client takes in another way.
    pub(super) fn method_call(&mut self, at: At, facts: &RegionFacts, sdk: &Sdk, call: NodeId) {
        let syntax = facts.tree();
        let group = self.node_group(at, facts, call);
        let Some(arguments) = syntax.arguments(call) else {
            return;
        };
        let positional = items_of(syntax, arguments);
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
            draft.remove_item(arguments, *item, (Rule::SdkMethod, group));
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
                    entries.push(self.renamed(at, &header, value));
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
                self.draft(at).remove_item(arguments, map, (Rule::UnmappedHeader, group));
            }
        }
    }

    /// An argument as an entry of a map of headers: the header's new name, and the value as it reads after the edits.
    fn renamed(&self, at: At, header: &Header, value: NodeId) -> (String, String) {
        let span = &self.tree.region(at).tree().node(value).span;
        (header.becomes.clone().unwrap_or_default(), self.rewritten(at, span))
    }

    /// `client.with_options(trace_id=x)`.
    pub(super) fn option_methods(&mut self, at: At, facts: &RegionFacts, sdk: &Sdk, region: &RegionSdk) {
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
                    entries.push(self.renamed(at, &header, value));
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
                        draft.remove_item(options, item, (Rule::UnmappedHeader, group));
                    }
                }
                _ if !other => {
                    let span = syntax.node(object).span.end..syntax.node(call).span.end;
                    self.draft(at).remove_link(span, call, (Rule::UnmappedHeader, group));
                }
                _ => {}
            }
        }
    }

    /// `message["content"]` as `message.content`.
    pub(super) fn subscript(&mut self, at: At, facts: &RegionFacts, index: NodeId, group: u32) {
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
}
