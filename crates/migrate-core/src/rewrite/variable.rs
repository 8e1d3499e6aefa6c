//! Environment variables: their names, and their values where they are set.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Context, EntryValue, RegionFacts, Site};
use crate::finding::{Level, Rule};
use crate::language::Separator;
use crate::plan::values::EnvironmentKind;
use crate::source::VariableRole;
use crate::syntax::{Kind, NodeId, Role, Span};
use crate::token::{TokenKind, UrlForm};
use crate::tree::{At, Place, definition_of, holds_url};

use super::Rewriter;
use crate::edit::SHARED;

/// What someone has to repeat outside the tree: (kind, old name, new name) and the files.
#[derive(Debug, Default)]
pub(crate) struct Names(pub BTreeMap<(EnvironmentKind, String, String), BTreeSet<String>>);

impl Names {
    pub(super) fn add(&mut self, kind: EnvironmentKind, from: &str, to: &str, file: &str) {
        self.0.entry((kind, from.to_string(), to.to_string())).or_default().insert(file.to_string());
    }
}

impl Rewriter<'_, '_> {
    /// A variable of the source's.
    pub(super) fn variable(
        &mut self,
        at: At,
        facts: &RegionFacts,
        index: usize,
        site: &Site,
        role: VariableRole,
        key: Option<&Span>,
    ) {
        let span = site.token.span.clone();
        let name = facts.text[span.clone()].to_string();
        let path = self.tree.files[at.file].path.clone();
        let Some(key) = key else {
            self.other_variable(at, facts, index, site, role, &name);
            return;
        };
        let target = &self.tree.source.target;
        let new_name = format!(
            "{}{}{}",
            &facts.text[span.start..key.start],
            target.key_variable,
            &facts.text[key.end..span.end]
        );
        let definition = definition_of(facts, site);
        let free = matches!(site.context, Context::Comment | Context::Lexical)
            || facts.language.is_prose()
            || facts.language.is_data()
                && !of_client(facts, site)
                // The key of a client whose URL stands beside it goes with that.
                && self.tree.urls_beside(facts, site).is_empty();
        let stays = if free { self.units.key_stays() } else { self.units.keeps_variable(at, site.statement) }
            || self.is_spoken_of_a_stay(at, facts, site, &name)
            || site.context == Context::Name && !facts.language.is_data() && self.is_split(&name);

        // Without syntax it can't be known whether the variable is set here or read: where both names are needed, a file
        // of that kind stays whole.
        let is_lexical = site.context == Context::Lexical && !facts.language.is_prose();
        if stays && is_lexical && self.units.of(at, site.statement).is_some() {
            let reason = format!(
                "`{name}` is still needed beside the new one, in a file that can't be read by syntax"
            );
            if !self.units.stays(at, site.statement) {
                self.impossible(at, site.statement, &reason);
            }
        }

        if let Some(value) = definition {
            if self.defines_target(facts, at, &new_name) {
                let message = format!("`{new_name}` is set here too; `{name}` was left as it is");
                let help = format!("Remove `{name}` once nothing reads it any more.");
                self.find(at, span, Rule::EnvVar, Level::Check, message, help);
                self.draft(at).reported.insert(index);
                return;
            }
            if stays && self.units.any_moves() {
                self.beside(at, facts, index, site, value, &new_name);
                return;
            }
            if !stays {
                self.value(at, facts, &new_name, value);
                self.reference(at, facts, &new_name, value);
            }
        }
        if stays {
            if free {
                let message = format!(
                    "`{name}` is still needed: a part of this tree stays on {}",
                    self.tree.source.title
                );
                self.find(at, span, Rule::EnvVar, Level::Note, message, "");
            } else if !self.units.stays(at, site.statement) {
                let message =
                    format!("`{name}` was left: a part of this tree stays on {}", self.tree.source.title);
                let help = format!("Where it serves what has moved, write `{new_name}`.");
                self.find(at, span, Rule::EnvVar, Level::Check, message, help);
            }
            self.draft(at).reported.insert(index);
            return;
        }
        let group = if free { SHARED } else { self.group(at, site.statement) };
        if self.is_stored(facts, site) {
            let message = format!("`{new_name}` is read from a store of secrets, which does not have it yet");
            let help = format!(
                "Create it before you deploy, with a key of {} made at {}.",
                target.title, target.keys_url
            );
            self.find(at, span.clone(), Rule::EnvVar, Level::Action, message, help);
        }
        if self.is_interface(facts, site) {
            let message = format!("`{name}` is what callers give this by name; it is `{new_name}` now");
            let help = "Let those outside of this tree follow.";
            self.find(at, span.clone(), Rule::EnvVar, Level::Action, message, help);
        }
        self.edit(at, key.clone(), target.key_variable.clone(), Rule::EnvVar, group);
        // A longer name in code is the program's own, if no value file has it.
        let of_program = site.context == Context::Name
            && definition.is_none()
            && *key != span
            && self.tree.environment_values(&path, &name).is_empty();
        if !of_program && site.context != Context::Comment && !facts.language.is_prose() {
            self.drafts.names.add(EnvironmentKind::Rename, &name, &new_name, &path);
        }
    }

    /// Fields of settings classes whose name is the key variable's, in lower case: the class reads that variable. With
    /// their new names; none where the variable keeps its name somewhere.
    pub(super) fn fields(&self) -> BTreeMap<String, String> {
        let mut out = BTreeMap::new();
        if self.units.key_stays() {
            return out;
        }
        let source = self.tree.source;
        for (_, facts) in self.tree.regions() {
            let Some(syntax) = &facts.syntax else { continue };
            for class in syntax.ids().filter(|&id| syntax.kind(id) == Kind::Class) {
                let head = facts.node_text(class).lines().next().unwrap_or_default();
                if !source.clients.settings_classes.iter().any(|name| head.contains(name.as_str())) {
                    continue;
                }
                for site in
                    facts.sites.iter().filter(|site| syntax.ancestors(site.node).any(|up| up == class))
                {
                    let name = &facts.text[site.token.span.clone()];
                    let upper = name.to_ascii_uppercase();
                    let is_field = site.context == Context::Name
                        && syntax.node(site.node).role == Role::Target
                        && *name != upper;
                    let key = source.variables.iter().find(|variable| {
                        variable.role == VariableRole::Key
                            && crate::token::find_word(&upper, &variable.name).is_some()
                    });
                    if let Some(key) = key.filter(|_| is_field) {
                        let new = upper.replace(&key.name, &source.target.key_variable).to_ascii_lowercase();
                        out.insert(name.to_string(), new);
                    }
                }
            }
        }
        // A field that code which stays uses keeps its name for all.
        for (at, facts) in self.tree.regions() {
            let staying = facts.sites.iter().filter(|site| self.units.stays(at, site.statement));
            for site in staying.filter(|site| site.context == Context::Name) {
                out.remove(&facts.text[site.token.span.clone()]);
            }
        }
        out
    }

    /// A field of a settings class, or a use of it, under its new name.
    pub(super) fn field(&mut self, at: At, facts: &RegionFacts, site: &Site) -> bool {
        let span = site.token.span.clone();
        let Some(new) = self.fields.get(&facts.text[span.clone()]).cloned() else { return false };
        let group = self.group(at, site.statement);
        self.edit(at, span, new, Rule::EnvVar, group);
        true
    }

    /// Whether a text in code speaks of a variable that only staying code of the same file reads: `"… is not set"`.
    fn is_spoken_of_a_stay(&self, at: At, facts: &RegionFacts, site: &Site, name: &str) -> bool {
        if !matches!(site.context, Context::Text { .. })
            || facts.language.is_data()
            || facts.language.is_prose()
        {
            return false;
        }
        let mut reads = facts
            .sites
            .iter()
            .filter(|other| {
                matches!(other.context, Context::Read(_)) && &facts.text[other.token.span.clone()] == name
            })
            .peekable();
        reads.peek().is_some() && reads.all(|read| self.units.stays(at, read.statement))
    }

    /// Whether a name of the program stands in code that stays, and somewhere it can't be told what it refers to: then
    /// it is renamed nowhere.
    fn is_split(&self, name: &str) -> bool {
        let (mut stays, mut unknown) = (false, false);
        for (at, facts) in self.tree.regions().filter(|(_, facts)| !facts.language.is_data()) {
            let named = facts
                .sites
                .iter()
                .filter(|site| site.context == Context::Name && &facts.text[site.token.span.clone()] == name);
            for site in named {
                stays |= self.units.stays(at, site.statement);
                unknown |= facts.scopes.resolve(facts.tree(), &facts.text, site.node).is_none();
            }
        }
        stays && unknown
    }

    /// A variable that keeps its name.
    fn other_variable(
        &mut self,
        at: At,
        facts: &RegionFacts,
        index: usize,
        site: &Site,
        role: VariableRole,
        name: &str,
    ) {
        let span = site.token.span.clone();
        let source = self.tree.source;
        let path = self.tree.files[at.file].path.clone();
        let stays = self.units.stays(at, site.statement);
        self.draft(at).reported.insert(index);
        let in_prose = matches!(site.context, Context::Comment) || facts.language.is_prose();
        if stays || in_prose {
            return self.find(at, span, Rule::EnvVar, Level::Note, format!("`{name}` was left as it is"), "");
        }
        let help = source.variable(name).map(|variable| variable.help.clone()).unwrap_or_default();
        match role {
            VariableRole::Url => {
                // A value in sight moves by itself, and needs no one to set it.
                let values = match definition_of(facts, site) {
                    Some(node) => vec![Place { at, node }],
                    None => self.tree.environment_values(&path, name),
                };
                let beside = self.has_value_beside(facts, &span);
                let elsewhere = definition_of(facts, site).is_some_and(|node| {
                    let value = facts.text[facts.tree().node(node).content.clone()].trim();
                    value.contains("://") && !holds_url(facts, &facts.tree().node(node).span)
                });
                if elsewhere {
                    let message = format!("`{name}` holds the URL of another host; it was left as it is");
                    return self.find(at, span, Rule::SelfHosted, Level::Note, message, "");
                }
                let known = beside
                    || values.iter().any(|place| {
                        let there = self.tree.region(place.at);
                        holds_url(there, &there.tree().node(place.node).span)
                    });
                let default = match &site.context {
                    Context::Read(read) => {
                        read.default.is_some_and(|node| holds_url(facts, &facts.tree().node(node).span))
                    }
                    _ => false,
                };
                let message =
                    format!("`{name}` keeps its name, and must hold the URL of {}", source.target.title);
                let help = format!("Where it is set, set it to `{}`.", self.settings.base_url);
                if known {
                    return self.find(at, span, Rule::EnvValue, Level::Note, message, help);
                }
                self.drafts.names.add(EnvironmentKind::Value, name, name, &path);
                let level = if default { Level::Note } else { Level::Check };
                self.find(at, span, Rule::EnvValue, level, message, help);
            }
            VariableRole::VirtualKey => self.find(
                at,
                span,
                Rule::VirtualKey,
                Level::Note,
                format!("`{name}` has no counterpart"),
                help,
            ),
            VariableRole::Config => {
                self.find(at, span, Rule::Config, Level::Note, format!("`{name}` has no counterpart"), help)
            }
            _ => self.find(at, span, Rule::EnvVar, Level::Note, format!("`{name}` was left as it is"), help),
        }
    }

    /// Whether a URL of the source's stands right behind a variable's name, with nothing between that is more than a sign:
    /// `NAME=https://…` in a text.
    fn has_value_beside(&self, facts: &RegionFacts, name: &Span) -> bool {
        facts.sites.iter().filter(|site| site.token.span.start >= name.end).any(|site| {
            let is_url = matches!(
                site.token.kind,
                TokenKind::Url(UrlForm::Base { .. } | UrlForm::Root { .. } | UrlForm::Host { .. })
                    | TokenKind::TargetUrl
            );
            let gap = &facts.text[name.end..site.token.span.start];
            is_url && gap.len() <= 4 && gap.contains(['=', ':']) && gap.chars().all(|c| "=: \"'".contains(c))
        })
    }

    /// The target's variable, where it is set: its value may still be the source's.
    pub(super) fn target_variable(&mut self, at: At, facts: &RegionFacts, _index: usize, site: &Site) {
        let name = facts.text[site.token.span.clone()].to_string();
        if let Some(value) = definition_of(facts, site) {
            self.value(at, facts, &name, value);
        }
    }

    /// Says that the value of a renamed variable is not the target's key yet.
    fn value(&mut self, at: At, facts: &RegionFacts, new_name: &str, value: NodeId) {
        let target = &self.tree.source.target;
        let content = facts.tree().node(value).content.clone();
        let text = facts.text[content.clone()].trim();
        // What is no text has its value elsewhere.
        if facts.tree().kind(value) != Kind::String
            || text.is_empty()
            || text.starts_with(&target.key_prefix)
            || text.contains(['$', '<', '{'])
            || self.is_placeholder(text)
        {
            return;
        }
        let path = self.tree.files[at.file].path.clone();
        let message = format!("the value of `{new_name}` is not a key of {}", target.title);
        let help = format!(
            "Set it to your {} key (`{}…`), made at {}.",
            target.title, target.key_prefix, target.keys_url
        );
        self.find(at, content, Rule::EnvValue, Level::Action, message, help);
        self.drafts.names.add(EnvironmentKind::Value, new_name, new_name, &path);
    }

    /// Says that a renamed variable gets its value from something of another name, which still holds the source's key.
    fn reference(&mut self, at: At, facts: &RegionFacts, new_name: &str, value: NodeId) {
        let span = facts.tree().node(value).span.clone();
        let text = &facts.text[span.clone()];
        let named = facts.sites_within(&span).any(|site| {
            matches!(site.token.kind, TokenKind::Variable { key: Some(_), .. } | TokenKind::TargetVariable)
        });
        if named || !facts.language.is_data() || !text.contains("${") {
            return;
        }
        let (source, target) = (&self.tree.source.title, &self.tree.source.target);
        let message =
            format!("`{new_name}` gets its value from `{text}`, which holds a key of {source} until now");
        let help = format!("Put a key of {} there, made at {}.", target.title, target.keys_url);
        self.find(at, span, Rule::EnvValue, Level::Check, message, help);
    }

    /// Whether a text stands for a key without being one.
    pub(super) fn is_placeholder(&self, text: &str) -> bool {
        let lower = text.to_ascii_lowercase();
        let clients = &self.tree.source.clients;
        clients.dummy_keys.contains(&lower)
            || text.contains("...")
            || text.contains('…')
            || lower.starts_with("your")
            || lower.starts_with("my-")
            || lower.starts_with("my_")
            || lower.contains("replace")
            || lower.contains("changeme")
            || lower.chars().all(|c| c == 'x' || c == '-' || c == '*')
            || text.starts_with('<')
            || text.contains('_') && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    }

    /// Sets the new variable beside the old one: a reference where the old was one, else empty.
    fn beside(
        &mut self,
        at: At,
        facts: &RegionFacts,
        index: usize,
        site: &Site,
        value: NodeId,
        new_name: &str,
    ) {
        let syntax = facts.tree();
        let path = self.tree.files[at.file].path.clone();
        let name = facts.text[site.token.span.clone()].to_string();
        self.draft(at).reported.insert(index);
        if site.ignored {
            return;
        }
        self.drafts.names.add(EnvironmentKind::Add, &name, new_name, &path);
        // The entry alone: in a file that is one map, the statement is all of it.
        let entry = syntax.parent(value).unwrap_or(site.statement);
        let entry_span = syntax.node(entry).span.clone();
        let line = super::removal::whole_lines(&facts.text, &entry_span);
        let text = &facts.text[line.clone()];
        let value_span = syntax.node(value).span.clone();
        let value_text = &facts.text[value_span.clone()];
        let separator = syntax.parent(entry).map(|container| facts.language.separator(syntax, container));
        let commas = match separator {
            Some(Separator::Comma) => true,
            Some(Separator::CommaOrLine) => facts.text[entry_span.end..].trim_start().starts_with(','),
            _ => false,
        };
        let own_line =
            facts.text[line.start..entry_span.start].trim_start_matches("export").trim().is_empty()
                || !facts.language.is_data();
        let single = text.trim_end().lines().count() == 1
            // What is put behind a line that goes on would become a part of it.
            && !text.trim_end().ends_with('\\')
            && line.start <= site.token.span.start
            && value_span.end <= line.end
            // What else is said there would be said twice.
            && !facts.sites.iter().any(|other| {
                line.start <= other.token.span.start
                    && other.token.span.end <= value_span.start
                    && other.token.span != site.token.span
            })
            && (own_line || facts.text[line.start..entry_span.start].trim() == "-");
        // The reference's own name follows; a value is never copied, nor is a reference to one.
        let is_reference = value_text.contains('$') || !syntax.node(value).children.is_empty();
        let is_same = is_reference && !value_text.contains(name.as_str());
        if !single || is_same {
            let message = format!(
                "`{new_name}` is needed beside `{name}`: a part of this tree stays on {}",
                self.tree.source.title
            );
            self.find(
                at,
                site.token.span.clone(),
                Rule::EnvVar,
                Level::Action,
                message,
                format!("Set `{new_name}` here too."),
            );
            return;
        }
        let is_quoted = syntax.node(value).content != value_span;
        let new_value = if is_reference {
            value_text.replace(name.as_str(), new_name)
        } else if facts.language.is_data() && is_quoted {
            facts.language.spell_string("", Some(value_text))
        } else {
            String::new()
        };
        let head = &facts.text[line.start..value_span.start];
        let head = head.replacen(name.as_str(), new_name, 1);
        let tail = if facts.language.is_data() { &facts.text[value_span.end..entry_span.end] } else { "" };
        let end = if text.ends_with("\r\n") { "\r\n" } else { "\n" };
        let added = format!("{head}{new_value}{tail}");
        if commas {
            self.edit(at, entry_span.end..entry_span.end, format!(",{end}{added}"), Rule::EnvVar, SHARED);
        } else {
            let gap = if text.ends_with(['\n', '\r']) { "" } else { end };
            let close = if gap.is_empty() { end } else { "" };
            self.edit(at, line.end..line.end, format!("{gap}{added}{close}"), Rule::EnvVar, SHARED);
        }
        if !is_reference {
            let message = format!("`{new_name}` was added beside `{name}`, without a value");
            let target = &self.tree.source.target;
            let help = format!(
                "Set it to your {} key (`{}…`), made at {}.",
                target.title, target.key_prefix, target.keys_url
            );
            self.find(at, site.token.span.clone(), Rule::EnvValue, Level::Action, message, help);
        }
    }

    /// Whether the name at `site` is that of a secret which is kept outside the tree.
    fn is_stored(&self, facts: &RegionFacts, site: &Site) -> bool {
        let outside = facts.language.is_data() || facts.language.assigns_environment();
        let Some(syntax) = facts.syntax.as_ref().filter(|_| outside) else { return false };
        let known = |text: &str| self.tree.source.clients.secret_references.iter().any(|name| name == text);
        let before = &facts.text[..site.token.span.start];
        let dotted = before.ends_with('.')
            && before.rsplit(|char: char| !char.is_alphanumeric() && char != '.').next().is_some_and(known);
        let map = syntax.ancestors(site.node).find(|&up| syntax.kind(up) == Kind::Map);
        let referring = map.and_then(|map| syntax.parent(map)).and_then(|pair| syntax.child(pair, Role::Key));
        dotted || referring.is_some_and(|key| known(&facts.text[syntax.node(key).content.clone()]))
    }

    /// Whether the name at `site` is one that callers from outside have to give.
    fn is_interface(&self, facts: &RegionFacts, site: &Site) -> bool {
        let Some(syntax) = facts.syntax.as_ref().filter(|_| facts.language.is_data()) else { return false };
        let interfaces = &self.tree.source.clients.interfaces;
        let mut around = syntax.ancestors(site.node).filter_map(|up| syntax.child(up, Role::Key));
        // A block with the name as its label.
        let label = syntax.parent(site.node).filter(|&up| syntax.kind(up) == Kind::Other).is_some_and(|up| {
            let first = syntax.children(up).first().copied();
            first.is_some_and(|first| interfaces.iter().any(|name| name == facts.node_text(first)))
        });
        label
            || syntax.node(site.node).role == Role::Key
                && around
                    .any(|key| interfaces.contains(&facts.text[syntax.node(key).content.clone()].to_string()))
    }

    /// Whether the file sets `name` already.
    fn defines_target(&self, facts: &RegionFacts, _at: At, name: &str) -> bool {
        facts.sites.iter().any(|site| {
            site.token.kind == TokenKind::TargetVariable
                && &facts.text[site.token.span.clone()] == name
                && definition_of(facts, site).is_some()
        })
    }
}

/// Whether a name in data is read for a client's settings or headers there, with which it moves or stays.
fn of_client(facts: &RegionFacts, site: &Site) -> bool {
    let Some(syntax) = &facts.syntax else { return false };
    let within = |node: NodeId| {
        let span = &syntax.node(node).span;
        span.start <= site.token.span.start && site.token.span.end <= span.end
    };
    let of_request = || facts.requests.iter().any(|request| within(request.call));
    // A template of the tool that the file is for (`{{env.NAME}}`) is a text with a name inside.
    let of_entry =
        facts.sets.iter().flat_map(|set| &set.entries).any(|entry| {
            within(entry.key) || matches!(entry.value, EntryValue::Node(value) if within(value))
        });
    of_entry || matches!(site.context, Context::Read(_)) && of_request()
}
