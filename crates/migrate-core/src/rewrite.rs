//! Turns sites and decisions into edits and findings, one file a rule family.
//!
//! Edits are made in a region's own offsets, in two steps: first the tokens (URLs, variables), then what a request
//! needs as a whole (credentials, headers), which may move or remove text that holds tokens.

mod asserted;
mod credential;
mod header;
mod json_text;
mod manifest;
mod model;
mod prefix;
mod removal;
mod sdk;
mod unused;
mod url;
mod variable;

use std::collections::{BTreeMap, BTreeSet};

use crate::edit::{Group, SHARED};
use crate::facts::{Context, RegionFacts, Site};
use crate::finding::{Level, Rule};
use crate::join::ASKED;
use crate::plan::values::LeftReason;
use crate::scope::BindingId;
use crate::source::Target;
use crate::syntax::{Kind, NodeId, Span, Syntax};
use crate::token::TokenKind;
use crate::tree::{At, Place, Tree, UnitId, Units};

pub(crate) use variable::Names;

/// What the rules need to know of a run.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The base URL to write, without trailing slash.
    pub base_url: String,
    /// The same, less the version path.
    pub root_url: String,
    /// Its host, with the port if it has one.
    pub host: String,
    /// Leaves harmless headers without a counterpart in place.
    pub keep_unmapped: bool,
}

impl Settings {
    /// The settings for a target, with the base URL of the user's own if there is one.
    pub(crate) fn new(target: &Target, base_url: Option<&str>, keep_unmapped: bool) -> Self {
        let base_url = base_url.unwrap_or(&target.base_url).trim_end_matches('/').to_string();
        let root_url = target.root_of(&base_url).to_string();
        let host = root_url.split_once("://").map_or(root_url.as_str(), |(_, rest)| rest);
        let host = host.split('/').next().unwrap_or(host).to_string();
        Self { base_url, root_url, host, keep_unmapped }
    }
}

/// By which rule, and with which group, something goes.
type Cause = (Rule, Group);

/// An edit in a region's offsets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DraftEdit {
    pub span: Span,
    pub text: String,
    pub rule: Rule,
    pub group: Group,
    /// For an item that is put behind another one, what holds both: it belongs to that, not to what it stands behind.
    pub into: Option<NodeId>,
}

impl DraftEdit {
    /// Whether it is a part of what stands in `span`.
    fn is_within(&self, span: &Span) -> bool {
        span.start <= self.span.start
            && self.span.end <= span.end
            && !(self.into.is_some() && self.span.start == span.end)
    }
}

/// A finding in a region's offsets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DraftFinding {
    pub span: Span,
    pub rule: Rule,
    pub level: Level,
    pub message: String,
    pub help: String,
}

/// What the rules made of one region.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub edits: Vec<DraftEdit>,
    pub findings: Vec<DraftFinding>,
    /// Sites (by index) that a finding somewhere speaks for.
    pub reported: BTreeSet<usize>,
    /// Sites (by index) that are left on purpose.
    pub left: BTreeMap<usize, LeftReason>,
    removals: removal::Removals,
    /// For each call of the SDK's headers helper, what becomes of its arguments: another name, or nothing.
    helpers: BTreeMap<NodeId, BTreeMap<NodeId, Option<String>>>,
    /// What goes, or what it is a part of, with the cause.
    removed: BTreeMap<NodeId, Cause>,
    imports: BTreeSet<&'static str>,
}

impl Draft {
    /// Takes `item` out of `container`.
    fn remove_item(&mut self, container: NodeId, item: NodeId, cause: Cause) {
        self.removals.item(container, item);
        self.removed.insert(item, cause);
    }

    /// Takes a whole statement out.
    fn remove_statement(&mut self, statement: NodeId, cause: Cause) {
        self.removals.statement(statement);
        self.removed.insert(statement, cause);
    }

    /// Takes a part of `node` out that is no node itself: a link of a chain, a line of a string.
    fn remove_link(&mut self, span: Span, node: NodeId, cause: Cause) {
        self.removals.link(span);
        self.removed.insert(node, cause);
    }

    /// Items that were put behind what goes stand behind what stays instead, or in the place of all that goes.
    fn settle_items(&mut self, facts: &RegionFacts, syntax: &Syntax) {
        let of_items = (0..self.edits.len()).filter(|&index| self.edits[index].into.is_some());
        let mut taken: Vec<(usize, Span)> = Vec::new();
        for index in of_items.collect::<Vec<_>>() {
            let edit = &self.edits[index];
            let Some(container) = edit.into else { continue };
            let items = removal::items_of(syntax, container);
            let span_of = |item: NodeId| syntax.node(item).span.clone();
            let goes = |item: &NodeId| self.removals.takes(container, *item);
            let behind = items.iter().find(|&&item| span_of(item).end == edit.span.start);
            if !behind.is_some_and(goes) {
                continue;
            }
            let item = edit.text.trim_start_matches(',').trim_start().to_owned();
            let kept = |item: &&NodeId| !goes(item);
            let pairs = items.iter().filter(kept).find(|&&item| syntax.kind(item) == Kind::Pair);
            if let Some(&other) = pairs.or_else(|| items.iter().rev().find(kept)) {
                let span = span_of(other);
                let text = removal::behind(&facts.text, &span, &item);
                (self.edits[index].span, self.edits[index].text) = (span.end..span.end, text);
            } else if let (Some(&first), Some(&last)) = (items.first(), items.last()) {
                let whole = span_of(first).start..span_of(last).end;
                self.removals.forget(syntax, &whole);
                (self.edits[index].span, self.edits[index].text) = (whole.clone(), item);
                taken.push((index, whole));
            }
        }
        let mut index = 0;
        self.edits.retain(|edit| {
            let is_taken = taken.iter().any(|(by, span)| *by != index && edit.is_within(span));
            index += 1;
            !is_taken
        });
    }
}

/// The drafts of a tree, with what concerns all of it.
#[derive(Debug, Default)]
pub(crate) struct Drafts {
    /// By region.
    pub regions: BTreeMap<At, Draft>,
    /// Variables that were renamed, need another value, or are needed beside others.
    pub names: Names,
    /// The models that calls of the target name, as they will be spelt.
    pub models: Vec<(At, Span, String)>,
    /// Units whose rewrite turned out to be impossible, with the reason.
    pub impossible: BTreeMap<UnitId, String>,
}

/// One run of the rules.
pub(crate) struct Rewriter<'r, 'a> {
    pub tree: &'r Tree<'a>,
    pub units: &'r Units,
    pub settings: &'r Settings,
    pub drafts: Drafts,
    /// Header sets that clients are given which take their key as an argument.
    given: BTreeSet<(At, usize)>,
    /// Units in which a header carries the source's key.
    keyed: BTreeSet<UnitId>,
    /// Units that hold something of the source's still.
    of_source: BTreeSet<UnitId>,
    /// Fields of settings classes that take their variable from their own name, with the new name.
    fields: BTreeMap<String, String>,
    /// The providers that the headers of a unit name.
    providers: BTreeMap<UnitId, Vec<String>>,
    /// For each name at the top of a file, the names of other files that imported it and no longer do.
    lost: BTreeMap<(At, BindingId), BTreeSet<(At, BindingId)>>,
    /// Maps of options that are spread into clients and are dealt with already.
    spread: BTreeSet<Place>,
}

/// Makes the drafts of all regions.
pub(crate) fn rewrite(tree: &Tree<'_>, units: &Units, settings: &Settings) -> Drafts {
    let mut rewriter = Rewriter {
        tree,
        units,
        settings,
        drafts: Drafts::default(),
        given: BTreeSet::new(),
        keyed: BTreeSet::new(),
        of_source: BTreeSet::new(),
        fields: BTreeMap::new(),
        providers: BTreeMap::new(),
        lost: BTreeMap::new(),
        spread: BTreeSet::new(),
    };
    rewriter.given = rewriter.given();
    rewriter.fields = rewriter.fields();
    rewriter.keyed = rewriter.keyed();
    rewriter.of_source = rewriter.of_source();
    rewriter.providers = rewriter.providers();
    for (at, facts) in tree.regions() {
        rewriter.drafts.regions.entry(at).or_default();
        for (index, site) in facts.sites.iter().enumerate() {
            rewriter.site(at, facts, index, site);
        }
    }
    for (at, facts) in tree.regions() {
        if facts.syntax.is_some() {
            rewriter.credentials(at, facts);
            rewriter.headers(at, facts);
        }
    }
    rewriter.models();
    for (at, facts) in tree.regions() {
        if facts.syntax.is_some() {
            rewriter.sdk(at, facts);
        }
    }
    rewriter.kept();
    rewriter.untold_urls();
    rewriter.endpoints();
    rewriter.remove_all_unused();
    for (at, facts) in tree.regions() {
        rewriter.finish(at, facts);
    }
    rewriter.drafts
}

impl Rewriter<'_, '_> {
    fn draft(&mut self, at: At) -> &mut Draft {
        self.drafts.regions.entry(at).or_default()
    }

    fn edit(&mut self, at: At, span: Span, text: impl Into<String>, rule: Rule, group: Group) {
        self.draft(at).edits.push(DraftEdit { span, text: text.into(), rule, group, into: None });
    }

    fn find(
        &mut self,
        at: At,
        span: Span,
        rule: Rule,
        level: Level,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let finding = DraftFinding { span, rule, level, message: message.into(), help: help.into() };
        let findings = &mut self.draft(at).findings;
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    }

    /// The group of a unit's edits.
    fn group(&self, at: At, statement: NodeId) -> Group {
        self.units.of(at, statement).map_or(SHARED, |unit| unit + 1)
    }

    /// Notes that the unit of a statement can't be rewritten, and why: it stays then.
    fn impossible(&mut self, at: At, statement: NodeId, reason: &str) {
        if let Some(unit) = self.units.of(at, statement) {
            self.drafts.impossible.insert(unit, reason.to_string());
        }
        debug_assert!(self.group(at, statement) != SHARED, "a request has a unit");
    }

    /// Whether text outside of all code (documents, comments) speaks of a tree that moves as a whole.
    fn all_move(&self) -> bool {
        !self.units.any_stays()
    }

    fn site(&mut self, at: At, facts: &RegionFacts, index: usize, site: &Site) {
        // What belongs to a unit goes its way: an edit of it that is not wanted makes the unit stay.
        if site.ignored && self.units.of(at, site.statement).is_none() {
            self.draft(at).reported.insert(index);
            return;
        }
        if facts.is_record {
            let text = &facts.text[site.token.span.clone()];
            let message = format!("`{text}` stands in what a program once printed; it was left");
            self.find(
                at,
                site.token.span.clone(),
                Rule::KeptWhole,
                Level::Note,
                message,
                "Run it again to print it anew.",
            );
            self.draft(at).reported.insert(index);
            return;
        }
        // Names of the SDK are dealt with where they are used and imported.
        if matches!(site.context, Context::Name | Context::Import) && self.is_sdk_name(at, facts, site) {
            self.draft(at).left.insert(index, LeftReason::Identifier);
            return;
        }
        if matches!(site.token.kind, TokenKind::Word | TokenKind::Identifier)
            && self.host_pieces(at, facts, index, site)
        {
            return;
        }
        if self.prefix(at, facts, index, site) {
            return;
        }
        self.host_condition(at, facts, site);
        let left = match &site.token.kind {
            TokenKind::Url(form) => return self.url(at, facts, index, site, form),
            TokenKind::Variable { role, key } => {
                return self.variable(at, facts, index, site, *role, key.as_ref());
            }
            TokenKind::TargetVariable => return self.target_variable(at, facts, index, site),
            TokenKind::Header(_) => return self.header_mention(at, facts, index, site),
            TokenKind::CgiHeader => {
                let text = &facts.text[site.token.span.clone()];
                let message = format!(
                    "`{text}` is the spelling of a request header that {} does not send",
                    self.tree.source.target.title
                );
                let help = "Read the credential from `HTTP_AUTHORIZATION`, if this program serves the requests itself.";
                self.find(at, site.token.span.clone(), Rule::IndirectHeader, Level::Check, message, help);
                self.draft(at).reported.insert(index);
                return;
            }
            TokenKind::Module => return self.module(at, facts, index, site),
            TokenKind::TargetUrl => return,
            TokenKind::Identifier if matches!(site.context, Context::Read(_)) => {
                let text = &facts.text[site.token.span.clone()];
                let message = format!(
                    "`{text}` is no variable that {} is known to have; it was left",
                    self.tree.source.title
                );
                let help =
                    format!("If it holds the key, read `{}` instead.", self.tree.source.target.key_variable);
                self.find(at, site.token.span.clone(), Rule::EnvVar, Level::Check, message, help);
                self.draft(at).reported.insert(index);
                return;
            }
            TokenKind::Identifier if site.context == Context::Name && self.field(at, facts, site) => return,
            TokenKind::SdkName if self.named_class(at, facts, index, site) => return,
            TokenKind::SdkName | TokenKind::Identifier => match site.context {
                Context::Comment | Context::Lexical => LeftReason::Prose,
                _ => LeftReason::Identifier,
            },
            TokenKind::Word | TokenKind::Provider => match site.context {
                Context::Name | Context::Import => LeftReason::Identifier,
                _ => LeftReason::Prose,
            },
            TokenKind::Path => LeftReason::Path,
            TokenKind::Unrelated => LeftReason::Unrelated,
        };
        self.draft(at).left.insert(index, left);
    }

    /// Findings for the units that stay: why, and that they do.
    fn kept(&mut self) {
        for (id, unit) in self.units.units.iter().enumerate().filter(|(_, unit)| unit.stays()) {
            let reasons: BTreeSet<&str> = unit.pins.iter().map(|pin| pin.message.as_str()).collect();
            let reasons: Vec<&str> = reasons.into_iter().collect();
            let catalogue = unit.pins.iter().all(|pin| pin.rule == Rule::BaseUrl);
            for pin in unit.pins.iter().filter(|pin| pin.at.file < self.tree.files.len()) {
                self.find(
                    pin.at,
                    pin.span.0..pin.span.1,
                    pin.rule,
                    if catalogue { Level::Check } else { Level::Action },
                    pin.message.clone(),
                    pin.help.clone(),
                );
            }
            for (at, facts) in self.tree.regions() {
                let sites: Vec<usize> = (0..facts.sites.len())
                    .filter(|&index| self.units.of(at, facts.sites[index].statement) == Some(id as UnitId))
                    .filter(|&index| !matches!(facts.sites[index].context, Context::Comment))
                    .collect();
                // Best at something that would move; else at whatever names the source.
                let told: Vec<usize> =
                    sites.iter().copied().filter(|&index| !facts.sites[index].ignored).collect();
                let spoken = told.iter().copied().find(|index| !self.draft(at).left.contains_key(index));
                let Some(first) = spoken.or_else(|| told.first().copied()) else {
                    self.draft(at).reported.extend(sites);
                    continue;
                };
                let mut span = facts.sites[first].token.span.clone();
                // Another host is no site, and may be what stands first.
                let host = unit.pins.iter().filter(|pin| pin.at == at && pin.rule == Rule::SelfHosted).min();
                if let Some(pin) = host.filter(|pin| pin.span.0 < span.start) {
                    span = pin.span.0..pin.span.1;
                }
                // A table that nothing else goes with is no request that stays.
                let draft = self.draft(at);
                let alone = sites.iter().filter(|site| !draft.left.contains_key(site)).all(|&site| {
                    let span = &facts.sites[site].token.span;
                    unit.pins.iter().any(|pin| pin.at == at && pin.span == (span.start, span.end))
                });
                if catalogue && alone {
                    continue;
                }
                draft.reported.extend(sites);
                let message = format!(
                    "stays on {}, with everything that it is used with: {}",
                    self.tree.source.title,
                    reasons.join("; ")
                );
                let asked = reasons == [ASKED];
                let help = match asked {
                    true => "Take the comment away to move it.",
                    false => "Deal with the reason, then run the command again: it moves what is left.",
                };
                let level = if asked { Level::Check } else { Level::Action };
                self.find(at, span, Rule::KeptWhole, level, message, help);
            }
        }
    }

    /// The text of a span with the edits made so far.
    fn rewritten(&self, at: At, span: &Span) -> String {
        let facts = self.tree.region(at);
        let mut edits: Vec<&DraftEdit> = self
            .drafts
            .regions
            .get(&at)
            .into_iter()
            .flat_map(|draft| &draft.edits)
            .filter(|edit| edit.is_within(span))
            .collect();
        edits.sort_by_key(|edit| (edit.span.start, !edit.span.is_empty()));
        let mut out = String::new();
        let mut from = span.start;
        for edit in edits {
            if edit.span.start < from {
                continue;
            }
            out.push_str(&facts.text[from..edit.span.start]);
            out.push_str(&edit.text);
            from = edit.span.end;
        }
        out.push_str(&facts.text[from..span.end]);
        out
    }

    /// Replaces a span as a whole: edits inside of it are taken back.
    fn replace(&mut self, at: At, span: Span, text: String, rule: Rule, group: Group) {
        self.draft(at).edits.retain(|edit| !edit.is_within(&span));
        self.edit(at, span, text, rule, group);
    }

    /// Turns removals and imports into edits; whatever was edited inside a removed span goes with it.
    fn finish(&mut self, at: At, facts: &RegionFacts) {
        let Some(syntax) = &facts.syntax else { return };
        let draft = self.draft(at);
        draft.settle_items(facts, syntax);
        let spans = draft.removals.spans(facts);
        let stubs: BTreeMap<usize, &str> = draft
            .removals
            .stubs(facts)
            .into_iter()
            .map(|(statement, stub)| (syntax.node(statement).span.start, stub))
            .collect();
        for span in &spans {
            let cause = draft.removed.iter().find(|(node, _)| {
                let node = &syntax.node(**node).span;
                node.start < span.end && span.start < node.end
            });
            let (rule, group) = cause.map_or((Rule::UnmappedHeader, SHARED), |(_, cause)| *cause);
            // What is inserted right before or behind belongs to a neighbour.
            draft.edits.retain(|edit| {
                let at_border =
                    edit.span.is_empty() && (edit.span.start == span.start || edit.span.end == span.end);
                at_border || edit.span.start < span.start || span.end < edit.span.end
            });
            let stub = stubs.get(&span.start).copied();
            let text = stub.unwrap_or_default().to_string();
            let takes_its_place =
                |edit: &DraftEdit| edit.span.start <= span.end && span.start <= edit.span.end;
            let span = if stub.is_some() || draft.edits.iter().any(takes_its_place) {
                span.clone()
            } else {
                removal::with_gap(&facts.text, span)
            };
            draft.edits.push(DraftEdit { span, text, rule, group, into: None });
        }
        let group = draft.edits.first().map_or(SHARED, |edit| edit.group);
        for module in std::mem::take(&mut draft.imports) {
            if let Some((offset, text)) = facts.language.add_import(syntax, &facts.text, module) {
                let (span, rule) = (offset..offset, Rule::AuthHeader);
                draft.edits.push(DraftEdit { span, text, rule, group, into: None });
            }
        }
    }
}
