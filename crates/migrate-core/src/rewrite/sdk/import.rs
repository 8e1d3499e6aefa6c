//! The SDK's names, where they are imported and where they stand: classes and the URL constant.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{RegionFacts, Site, statement_of};
use crate::finding::Rule;
use crate::sdk::names::{SdkName, by_language};
use crate::sdk::respelled;
use crate::source::Sdk;
use crate::syntax::{Kind, NodeId};
use crate::tree::{At, RegionSdk};

use super::quote_like;
use crate::rewrite::Rewriter;

impl Rewriter<'_, '_> {
    /// Whether a site is a name that the SDK exports (or the import of one).
    pub(in crate::rewrite) fn is_sdk_name(&self, at: At, facts: &RegionFacts, site: &Site) -> bool {
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

    /// The local names of the new classes in a region: by index of the class.
    pub(super) fn locals(
        &self,
        at: At,
        facts: &RegionFacts,
        sdk: &Sdk,
        region: &RegionSdk,
    ) -> BTreeMap<usize, String> {
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
    pub(super) fn name(
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
                // In a text with holes it is a part of the text: quotes in quotes are an error in many languages.
                if let Some(hole) = syntax.parent(node).filter(|&up| syntax.kind(up) == Kind::Hole) {
                    let (hole, url) = (syntax.node(hole).span.clone(), self.settings.base_url.clone());
                    return self.replace(at, hole, url, Rule::BaseUrl, group);
                }
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

    /// Import statements of the SDK's module, each as a whole.
    pub(super) fn imports(
        &mut self,
        at: At,
        facts: &RegionFacts,
        sdk: &Sdk,
        locals: &BTreeMap<usize, String>,
    ) {
        let syntax = facts.tree();
        let Some(own) = by_language(&sdk.becomes, facts.language) else { return };
        let mut statements: BTreeMap<NodeId, Vec<(usize, String, crate::language::Import)>> = BTreeMap::new();
        for (scope, bindings) in facts.scopes.scopes.iter().enumerate() {
            for (local, binding) in &bindings.bindings {
                if let Some(import) = &binding.import
                    && crate::sdk::is_source_module(self.tree, at, &import.module)
                {
                    statements.entry(import.node).or_default().push((
                        scope,
                        local.clone(),
                        (**import).clone(),
                    ));
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
                self.draft(at).remove_statement(whole, (Rule::SdkClient, group));
            } else if let Some(text) = imports
                .first()
                .and_then(|(_, _, import)| respelled(self.tree.source, facts, import, module))
                .and_then(|module| facts.language.spell_import(&module, &names, &facts.text[span.clone()]))
            {
                self.replace(at, span, text, Rule::SdkClient, group);
            } else {
                let whole = statement_of(facts.language, syntax, statement);
                self.impossible(at, whole, "its imports can't be spelt");
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
