//! The SDK as a text names it to a function when the program runs: a mock of its module, of a class of it, or of that class
//! where a file of the tree imports it.

use crate::facts::{RegionFacts, Site, last_name};
use crate::finding::{Level, Rule};
use crate::language::Language;
use crate::sdk::is_source_module;
use crate::sdk::names::{SdkName, by_language};
use crate::syntax::{Kind, NodeId, Role};
use crate::tree::At;

use crate::edit::SHARED;
use crate::rewrite::Rewriter;

/// Functions that put a mock in the place of the module they are given the name of.
const MOCKS: [&str; 5] = ["dontMock", "doMock", "mock", "setMock", "unmock"];

/// What is said where a mock of the client's class is translated.
const CALLED: &str = "See what is asserted of it: it is made with other arguments now.";

impl Rewriter<'_, '_> {
    /// The SDK's module, alone or with a name of it. Returns whether it has spoken for the token.
    pub(in crate::rewrite) fn named_module(&mut self, at: At, facts: &RegionFacts, site: &Site) -> bool {
        let Some(sdk) = &self.tree.source.sdk else { return false };
        let modules = (by_language(&sdk.modules, facts.language), by_language(&sdk.becomes, facts.language));
        let ((Some(own), Some(new)), Some(syntax)) = (modules, &facts.syntax) else { return false };
        let text = syntax.literal(site.node, &facts.text).unwrap_or_default();
        let (Some(rest), Some(call)) = (text.strip_prefix(own), called_with(facts, site.node)) else {
            return false;
        };
        let (moving, staying) = self.imports_of_sdk(facts.language);
        if !moving {
            return false;
        }
        let span = syntax.node(site.node).content.clone();
        let class = rest
            .strip_prefix('.')
            .and_then(|name| sdk.clients.iter().find(|class| class.modules.is_empty() && class.name == name));
        let callee = syntax.child(call, Role::Callee).map_or("", |callee| last_name(facts.node_text(callee)));
        let alone = syntax.arguments(call).is_some_and(|list| syntax.children(list).len() == 1);
        if let Some(class) = class.filter(|_| !staying) {
            let message = format!("`{text}` is named here; the client is `{}` of `{new}` now", class.becomes);
            self.find(at, span.clone(), Rule::SdkClient, Level::Check, message, CALLED);
            self.edit(at, span, format!("{new}.{}", class.becomes), Rule::SdkClient, SHARED);
        } else if rest.is_empty() && alone && MOCKS.contains(&callee) && !staying {
            let message = format!("the module that is mocked here is `{new}` now");
            let help = format!("If a mock of `{own}` lies in a folder of mocks, rename it too.");
            self.find(at, span.clone(), Rule::SdkClient, Level::Check, message, help);
            self.edit(at, span, new, Rule::SdkClient, SHARED);
        } else {
            let message = format!("`{text}` is named here; what has moved imports `{new}` in its place");
            let help = format!("Name `{new}` here, and what it exports.");
            self.find(at, span, Rule::SdkClient, Level::Action, message, help);
        }
        true
    }

    /// A class of the SDK by the file that imports it: `"app.Client"`. Returns whether it has spoken for the token.
    pub(in crate::rewrite) fn named_class(
        &mut self,
        at: At,
        facts: &RegionFacts,
        index: usize,
        site: &Site,
    ) -> bool {
        let Some(sdk) = &self.tree.source.sdk else { return false };
        let Some(syntax) = &facts.syntax else { return false };
        let text = syntax.literal(site.node, &facts.text).unwrap_or_default();
        let (Some((module, name)), Some(_)) = (text.rsplit_once('.'), called_with(facts, site.node)) else {
            return false;
        };
        let span = site.token.span.clone();
        let Some(file) = self.tree.module(at, module).filter(|_| facts.text[span.clone()] == *name) else {
            return false;
        };
        let place = At { file, region: 0 };
        let there = self.tree.region(place);
        let Some(import) =
            there.scopes.scopes[0].bindings.get(name).and_then(|binding| binding.import.as_ref())
        else {
            return false;
        };
        let own = by_language(&sdk.modules, there.language);
        let imported = import.imported.as_deref().filter(|imported| *imported == name);
        let known = imported.and_then(|imported| sdk.name_in(own?, &import.module, imported));
        let (Some(SdkName::Class(class)), Some(region)) = (known, self.tree.sdk.get(&place)) else {
            return false;
        };
        if !is_source_module(self.tree, place, &import.module) || !self.moves(place, there, import.node) {
            return false;
        }
        let group = self.node_group(place, there, import.node);
        self.draft(at).reported.insert(index);
        match self.locals(place, there, sdk, region).remove(&class) {
            Some(new) => {
                let message = format!("`{text}` is named here; the client is `{module}.{new}` now");
                self.find(at, span.clone(), Rule::SdkClient, Level::Check, message, CALLED);
                self.edit(at, span, new, Rule::SdkClient, group);
            }
            None => {
                let message = format!("`{text}` is named here, and is there no more");
                let help = "Take it out, or name what has taken its place.";
                self.find(at, span, Rule::SdkClient, Level::Action, message, help);
            }
        }
        true
    }

    /// Whether imports of the SDK move, and whether some stay, in a language.
    fn imports_of_sdk(&self, language: &dyn Language) -> (bool, bool) {
        let (mut moving, mut staying) = (false, false);
        let alike = self.tree.regions().filter(|(_, facts)| facts.language.family() == language.family());
        for (at, facts) in alike {
            let bindings = facts.scopes.scopes.iter().flat_map(|scope| scope.bindings.values());
            let imports = bindings.filter_map(|binding| binding.import.as_ref());
            for import in imports.filter(|import| is_source_module(self.tree, at, &import.module)) {
                if self.moves(at, facts, import.node) { moving = true } else { staying = true }
            }
        }
        (moving, staying)
    }
}

/// The call whose argument a node is.
fn called_with(facts: &RegionFacts, node: NodeId) -> Option<NodeId> {
    let syntax = facts.tree();
    let list = syntax.parent(node).filter(|&up| syntax.kind(up) == Kind::Arguments)?;
    syntax.parent(list).filter(|&up| syntax.kind(up) == Kind::Call)
}
