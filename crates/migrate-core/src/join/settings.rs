//! Ties by the name of a setting: what sets it and what reads it lie where no import can be followed from one to the
//! other.

use std::collections::{BTreeMap, BTreeSet};

use super::{Joiner, is_evidence};
use crate::facts::{Context, RegionFacts, Site, is_one_of, last_name, statement_of};
use crate::finding::Rule;
use crate::language::is_variable_name;
use crate::source::VariableRole;
use crate::syntax::{Kind, NodeId, Role, Syntax};
use crate::token::TokenKind;
use crate::tree::{At, Key, Pin, Place, Tree, Units};

impl Joiner<'_, '_> {
    /// A setting that holds the source's URL ties to what reads it as a member or an item of settings:
    /// `settings.GATEWAY_URL`, `config["GATEWAY_URL"]`. A client that stays must find what it found before.
    pub(super) fn seed_settings(&mut self) {
        let is_name =
            |site: &&Site| matches!(site.token.kind, TokenKind::Variable { role: VariableRole::Url, .. });
        let mut set: BTreeMap<&str, Vec<Key>> = BTreeMap::new();
        for (at, facts) in self.tree.regions().filter(|(_, facts)| facts.syntax.is_some()) {
            let urls = facts.sites.iter().filter(|site| matches!(site.token.kind, TokenKind::Url(_)));
            for site in urls.filter(|site| is_evidence(facts, site)) {
                let Some(name) = target_of(facts, site.node) else { continue };
                let span = facts.tree().node(name).content.clone();
                if let Some(name) = facts.sites_within(&span).find(is_name) {
                    let name = &facts.text[name.token.span.clone()];
                    set.entry(name).or_default().push(Key::Statement(Place { at, node: site.statement }));
                }
            }
        }
        let mut ties = Vec::new();
        for (at, facts) in self.tree.regions().filter(|(_, facts)| !facts.language.is_data()) {
            for site in facts.sites.iter().filter(is_name).filter(|site| reads_member(facts, site)) {
                for setter in set.get(&facts.text[site.token.span.clone()]).into_iter().flatten() {
                    ties.push((Key::Statement(Place { at, node: site.statement }), setter.clone()));
                }
            }
        }
        for (reader, setter) in ties {
            self.union(&reader, &setter);
        }
    }

    /// The variables of another client, of which one is given the source's URL and one its key, are one client's:
    /// `OPENAI_BASE_URL=https://…` beside `OPENAI_API_KEY=$GATEWAY_KEY`.
    pub(super) fn seed_neighbours(&mut self) {
        let mut ties = Vec::new();
        for (at, facts) in self.tree.regions() {
            for site in facts.sites.iter().filter(|site| is_key(site)) {
                let statement = |node| Key::Statement(Place { at, node });
                let urls = self.tree.urls_beside(facts, site);
                ties.extend(
                    urls.into_iter().map(|url| (statement(url.statement), statement(site.statement))),
                );
            }
        }
        for (url, key) in ties {
            self.union(&url, &key);
        }
    }
}

/// Whether a site is the source's key variable, where it counts.
fn is_key(site: &Site) -> bool {
    matches!(site.token.kind, TokenKind::Variable { role: VariableRole::Key, .. })
        && site.context != Context::Comment
}

impl Tree<'_> {
    /// The source's URLs that a variable of the same client is set to as one which gets the key at `site`, in the same
    /// list or map.
    pub(crate) fn urls_beside<'f>(&self, facts: &'f RegionFacts, site: &'f Site) -> Vec<&'f Site> {
        let environment = facts.language.is_data() || facts.language.assigns_environment();
        let word = |site: &Site| Some(self.variable_of(facts, site)?.split('_').next()?.to_string());
        let key = facts.syntax.as_ref().filter(|_| environment).and_then(|_| word(site));
        let urls = facts.sites.iter().filter(move |url| {
            key.is_some()
                && matches!(url.token.kind, TokenKind::Url(_))
                && is_evidence(facts, url)
                && word(url) == key
                && container_of(facts, url) == container_of(facts, site)
        });
        urls.collect()
    }

    /// The variable that is set to what begins with the token of `site`, if it is not one of the source's.
    fn variable_of<'f>(&self, facts: &'f RegionFacts, site: &Site) -> Option<&'f str> {
        let before = facts.text[..site.token.span.start].lines().next_back()?;
        let before = before.trim_end_matches(['$', '{', '"', '\'', ' ']).strip_suffix(['=', ':'])?;
        let name = last_name(before.trim_end_matches(['"', '\'', ' ']));
        let mut markers = self.source.markers.iter();
        let is_own = markers.any(|marker| name.contains(marker.as_str()));
        (is_variable_name(name) && !is_own).then_some(name)
    }

    /// A file of settings stays with what reads its URL by the name that it has there, if nothing that moves does.
    pub(super) fn pin_settings(&self, units: &mut Units) {
        if !units.any_stays() {
            return;
        }
        let names = &self.source.clients.url_arguments;
        let mut set: Vec<(At, &Site, &str)> = Vec::new();
        for (at, facts) in self.regions().filter(|(_, facts)| facts.language.is_data()) {
            let urls = facts.sites.iter().filter(|site| matches!(site.token.kind, TokenKind::Url(_)));
            for site in urls.filter(|site| is_evidence(facts, site) && units.moves(at, site.statement)) {
                let key = target_of(facts, site.node).map(|key| &facts.tree().node(key).content);
                let key = key.map(|key| &facts.text[key.clone()]);
                set.extend(
                    key.filter(|key| is_one_of(facts.language, key, names)).map(|key| (at, site, key)),
                );
            }
        }
        let keys: BTreeSet<&str> = set.iter().map(|(_, _, key)| *key).collect();
        let (mut staying, mut moving) = (BTreeSet::new(), BTreeSet::new());
        for (at, facts) in self.regions().filter(|(_, facts)| !facts.language.is_data() && !keys.is_empty()) {
            let Some(syntax) = &facts.syntax else { continue };
            for id in syntax.ids() {
                let is_read = matches!(syntax.node(id).role, Role::Subscript | Role::Property);
                let Some(key) = keys.get(&facts.text[syntax.node(id).content.clone()]).filter(|_| is_read)
                else {
                    continue;
                };
                match units.of(at, statement_of(facts.language, syntax, id)) {
                    Some(unit) if units.units[unit as usize].stays() => staying.insert(*key),
                    _ => moving.insert(*key),
                };
            }
        }
        for (at, site, key) in set {
            let Some(unit) = units.of(at, site.statement) else { continue };
            if staying.contains(key) && !moving.contains(key) {
                let title = &self.source.title;
                units.units[unit as usize].pins.push(Pin {
                    at,
                    span: (site.token.span.start, site.token.span.end),
                    rule: Rule::KeptWhole,
                    message: format!("`{key}` is read by what stays on {title}"),
                    help: format!("Deal with what stays on {title}, then run the command again."),
                });
            }
        }
    }
}

/// What an assignment or an entry around a node gives its value to.
fn target_of(facts: &RegionFacts, node: NodeId) -> Option<NodeId> {
    let syntax = facts.syntax.as_ref()?;
    let around = std::iter::once(node).chain(syntax.ancestors(node));
    around.take_while(|&up| !matches!(syntax.kind(up), Kind::Block | Kind::Function | Kind::Class)).find_map(
        |up| match syntax.kind(up) {
            Kind::Assign => syntax.child(up, Role::Target),
            Kind::Pair => syntax.child(up, Role::Key),
            _ => None,
        },
    )
}

/// Whether a name is that of a member or an item.
fn reads_member(facts: &RegionFacts, site: &Site) -> bool {
    let is = |role| facts.syntax.as_ref().is_some_and(|syntax| syntax.node(site.node).role == role);
    match site.context {
        Context::Name => is(Role::Property),
        Context::Text { whole } => whole && is(Role::Subscript),
        _ => false,
    }
}

/// The list, map or body that a site is in.
fn container_of(facts: &RegionFacts, site: &Site) -> NodeId {
    let syntax = facts.tree();
    let is_container = |&up: &NodeId| matches!(syntax.kind(up), Kind::Map | Kind::List | Kind::Block);
    syntax.ancestors(site.node).find(is_container).unwrap_or(Syntax::ROOT)
}
