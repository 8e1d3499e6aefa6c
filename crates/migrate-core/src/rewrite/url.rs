//! The base URL.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Context, RegionFacts, Site, statement_of};
use crate::finding::{Level, Rule};
use crate::plan::values::LeftReason;
use crate::source::{EndpointClass, HeaderClass, HostRole, VariableRole};
use crate::syntax::{Kind, NodeId, Role, Span};
use crate::token::{TokenKind, UrlForm};
use crate::tree::{At, Place, UnitId, holds_url};

use super::Rewriter;

impl Rewriter<'_, '_> {
    /// Says of each unit that moves and sends the source's key, but names no URL anywhere, that someone has to look
    /// where it sends them.
    pub(super) fn untold_urls(&mut self) {
        let (tree, units) = (self.tree, self.units);
        let helper = tree.source.sdk.as_ref().map(|sdk| sdk.headers_helper.as_str());
        let mut told: BTreeSet<UnitId> = BTreeSet::new();
        let mut sent: BTreeMap<UnitId, (At, Span)> = BTreeMap::new();
        for (at, facts) in tree.regions().filter(|(_, facts)| !facts.language.is_prose()) {
            // In data what belongs together need not be tied by names, nor need it where a file has several regions.
            let regions = &tree.files[at.file].regions;
            let beside = (facts.language.is_data() || regions.len() > 1)
                && regions.iter().flat_map(|facts| &facts.sites).any(|site| is_place(&site.token.kind));
            for site in &facts.sites {
                let Some(unit) = units.of(at, site.statement) else { continue };
                let is_client = site.token.kind == TokenKind::SdkName
                    && Some(&facts.text[site.token.span.clone()]) != helper;
                if beside || is_client || is_place(&site.token.kind) {
                    told.insert(unit);
                }
            }
            let entries = facts.sets.iter().flat_map(|set| &set.entries);
            let is_key = |name: &str| {
                tree.source.header(name).is_some_and(|header| header.class == HeaderClass::Credential)
            };
            for entry in entries.filter(|entry| is_key(&entry.name)) {
                if self.is_expectation(facts, entry) {
                    continue;
                }
                if let Some(unit) = units.of(at, entry.statement) {
                    sent.entry(unit).or_insert_with(|| (at, entry.name_span.clone()));
                }
            }
        }
        for (unit, (at, span)) in sent {
            if told.contains(&unit) || units.units[unit as usize].stays() {
                continue;
            }
            let target = &self.tree.source.target;
            let message = "no URL is in sight of these headers: where they are sent can't be told";
            let help = format!("See that it is `{}` or a path of it.", self.settings.base_url);
            let message = format!("{message}; they are those of {} now", target.title);
            self.find(at, span, Rule::BaseUrl, Level::Check, message, help);
        }
    }

    /// A URL of the source's.
    pub(super) fn url(&mut self, at: At, facts: &RegionFacts, index: usize, site: &Site, form: &UrlForm) {
        let span = site.token.span.clone();
        let in_prose = matches!(site.context, Context::Comment) || facts.language.is_prose();
        let target = &self.tree.source.target;
        let (prefix, replacement) = match form {
            UrlForm::Page => {
                self.draft(at).left.insert(index, LeftReason::Link);
                return;
            }
            UrlForm::Base {
                prefix,
                class: EndpointClass::Same | EndpointClass::Unlisted | EndpointClass::Base,
                ..
            } => (prefix.clone(), self.settings.base_url.clone()),
            UrlForm::Root { prefix } => (prefix.clone(), self.settings.root_url.clone()),
            UrlForm::Host { prefix } => {
                // A port of the target's takes the place of the one that stands there.
                let has_port = self.settings.host.contains(':');
                let end = if has_port { span.end } else { prefix.end };
                let path = facts.text[prefix.end..end].find('/').unwrap_or(end - prefix.end);
                (prefix.start..prefix.end + path, self.settings.host.clone())
            }
            UrlForm::SelfHosted => {
                self.self_hosted(at, facts, index, site);
                return;
            }
            UrlForm::Base { .. } | UrlForm::Foreign | UrlForm::Infrastructure { .. } => {
                // In code these pin their unit, and the unit's reasons are its findings.
                if in_prose || self.units.of(at, site.statement).is_none() {
                    let text = &facts.text[span.clone()];
                    let help = match form {
                        UrlForm::Infrastructure { help } => help.clone(),
                        UrlForm::Base { endpoint, .. } => self
                            .tree
                            .source
                            .endpoint(endpoint)
                            .map(|endpoint| endpoint.help.clone())
                            .unwrap_or_default(),
                        _ => String::new(),
                    };
                    let message = format!("`{text}` has no counterpart on {}", target.title);
                    self.find(at, span, Rule::Endpoint, Level::Check, message, help);
                }
                self.draft(at).reported.insert(index);
                return;
            }
        };
        let stays = if in_prose || self.units.of(at, site.statement).is_none() {
            !self.all_move()
        } else {
            self.units.stays(at, site.statement)
        };
        if stays {
            if in_prose {
                let text = &facts.text[span.clone()];
                let message = format!(
                    "`{text}`: a part of this tree stays on {}, so this text was left",
                    self.tree.source.title
                );
                let help = format!("Where it speaks of what has moved, write `{replacement}`.");
                self.find(at, span, Rule::BaseUrl, Level::Note, message, help);
            }
            self.draft(at).reported.insert(index);
            return;
        }
        let group = self.group(at, site.statement);
        self.edit(at, prefix, replacement, Rule::BaseUrl, group);
        if let UrlForm::Base { class: EndpointClass::Unlisted, endpoint, .. } = form {
            self.unlisted(at, span, endpoint);
        }
    }

    /// Says that the target does not list an endpoint.
    fn unlisted(&mut self, at: At, span: Span, endpoint: &str) {
        let target = &self.tree.source.target;
        let help =
            self.tree.source.endpoint(endpoint).map(|endpoint| endpoint.help.clone()).unwrap_or_default();
        let message = format!("{} does not list the endpoint `{endpoint}`", target.title);
        let help = if help.is_empty() {
            format!("Try it against {}, or use an endpoint that is listed.", target.title)
        } else {
            help
        };
        self.find(at, span, Rule::Endpoint, Level::Check, message, help);
    }

    /// Endpoints that stand apart from their base, and that the target does not list.
    pub(super) fn endpoints(&mut self) {
        for asked in self.tree.asked_endpoints(self.units) {
            if asked.class == EndpointClass::Unlisted && !self.units.units[asked.unit as usize].stays() {
                self.unlisted(asked.at, asked.span, &asked.path);
            }
        }
    }

    /// A host in pieces (`["api", "example", "com"]`), as collections of requests hold it beside its URL. Returns
    /// whether it has spoken for the token.
    pub(super) fn host_pieces(&mut self, at: At, facts: &RegionFacts, index: usize, site: &Site) -> bool {
        let Some(syntax) = facts.syntax.as_ref().filter(|_| facts.language.is_data()) else { return false };
        let Some(list) = syntax.parent(site.node).filter(|&up| syntax.kind(up) == Kind::List) else {
            return false;
        };
        let pieces: Vec<&str> =
            syntax.children(list).iter().filter_map(|&piece| syntax.literal(piece, &facts.text)).collect();
        let known = self.tree.source.host(&pieces.join("."));
        if known.is_none_or(|host| host.role != HostRole::Api) {
            return false;
        }
        // What is said of the request beside it decides.
        let statement =
            syntax.parent(list).map_or(site.statement, |up| statement_of(facts.language, syntax, up));
        let stays = match self.units.of(at, statement) {
            Some(_) => self.units.stays(at, statement),
            None => !self.all_move(),
        };
        if stays {
            self.draft(at).reported.insert(index);
            return true;
        }
        let span = |piece: NodeId| syntax.node(piece).content.clone();
        let (Some(&first), Some(&last)) = (syntax.children(list).first(), syntax.children(list).last())
        else {
            return false;
        };
        let new: Vec<String> = self.settings.host.split('.').map(str::to_string).collect();
        let group = self.group(at, statement);
        if new.len() == pieces.len() {
            for (&piece, (old, new)) in syntax.children(list).iter().zip(pieces.iter().zip(new)) {
                if *old != new {
                    self.replace(at, span(piece), new, Rule::BaseUrl, group);
                }
            }
        } else {
            let like = facts.node_text(first);
            let spelled: Vec<String> =
                new.iter().map(|piece| facts.language.spell_string(piece, Some(like))).collect();
            let whole = syntax.node(first).span.start..syntax.node(last).span.end;
            self.replace(at, whole, spelled.join(", "), Rule::BaseUrl, group);
        }
        true
    }

    /// A condition on the source's name in a URL: it flips when the URL moves.
    pub(super) fn host_condition(&mut self, at: At, facts: &RegionFacts, site: &Site) {
        let is_word = matches!(site.token.kind, TokenKind::Word | TokenKind::Identifier);
        let whole = matches!(site.context, Context::Text { whole: true });
        if !is_word || !whole || facts.language.is_data() || !self.units.any_moves() {
            return;
        }
        let syntax = facts.tree();
        // `"x" in url`, `url.includes("x")`.
        let test = syntax.ancestors(site.node).take(3).find(|&up| {
            let text = facts.node_text(up);
            match syntax.kind(up) {
                Kind::Call => syntax.child(up, Role::Callee).is_some_and(|callee| {
                    let name = crate::facts::last_name(facts.node_text(callee)).to_ascii_lowercase();
                    ["contains", "endswith", "includes", "indexof", "match", "search", "startswith"]
                        .contains(&name.as_str())
                }),
                Kind::Other => [" in ", "==", "!="].iter().any(|operator| text.contains(operator)),
                _ => false,
            }
        });
        let Some(test) = test else { return };
        let of_url = syntax.descendants(test).into_iter().any(|node| {
            matches!(syntax.kind(node), Kind::Name | Kind::Member) && {
                let name = facts.node_text(node).to_ascii_lowercase();
                let place = self.tree.resolve(Place { at, node });
                let there = self.tree.region(place.at);
                ["url", "host", "endpoint", "api_base"].iter().any(|word| name.contains(word))
                    || holds_url(there, &there.tree().node(place.node).span)
            }
        });
        if of_url {
            let text = &facts.text[site.token.span.clone()];
            let message = format!("a URL that has moved does not hold `{text}` any more");
            let help = "See what this condition is for, and what it must ask now.";
            self.find(at, site.token.span.clone(), Rule::BaseUrl, Level::Check, message, help);
        }
    }

    /// A well-known address of a gateway of the user's own counts only where something else of the source is near.
    fn self_hosted(&mut self, at: At, facts: &RegionFacts, index: usize, site: &Site) {
        let evidence = facts.sites.iter().any(|other| {
            use crate::token::TokenKind::{Header, Module, SdkName, Url, Variable};
            match &other.token.kind {
                Header(_) | Module | SdkName | Variable { .. } => true,
                Url(form) => !matches!(form, UrlForm::SelfHosted | UrlForm::Page),
                _ => false,
            }
        });
        if !evidence {
            self.draft(at).left.insert(index, LeftReason::Unrelated);
            return;
        }
        self.draft(at).reported.insert(index);
        // Where its unit stays, the unit's reasons are its findings.
        if self.units.stays(at, site.statement) {
            return;
        }
        let span = site.token.span.clone();
        let text = &facts.text[span.clone()];
        let message = format!("`{text}` may be a {} of your own", self.tree.source.title);
        let help = format!("If it is, and it should move too, run again with `--from-url {text}`.");
        self.find(at, span, Rule::SelfHosted, Level::Check, message, help);
    }
}

/// Whether a token tells where a request goes.
fn is_place(kind: &TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Url(UrlForm::Base { .. } | UrlForm::Root { .. } | UrlForm::Host { .. })
            | TokenKind::TargetUrl
            | TokenKind::Variable { role: VariableRole::Url, .. }
    )
}
