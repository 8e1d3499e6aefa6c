//! Hosts that are neither the source's nor the target's: a request that sends the source's headers or key there stays,
//! with its unit, because the target's key must never reach such a host. Tables of gateways stay too.

use std::collections::BTreeSet;

use crate::facts::{Argument, RegionFacts, Request, SetOf, VERBS};
use crate::finding::Rule;
use crate::source::{Source, VariableRole};
use crate::syntax::{Kind, NodeId, Role, Span};
use crate::token::{TokenKind, UrlForm};
use crate::tree::{At, Pin, Place, Tree, UnitId, Units, is_relevant};

/// The hosts that an expression names.
#[derive(Debug, Default)]
struct Hosts {
    /// The source's or the target's.
    known: bool,
    /// The URL of another, up to its version path.
    other: Option<String>,
}

impl Tree<'_> {
    /// The reasons to stay that other hosts are.
    pub(crate) fn foreign_pins(&self, units: &Units) -> Vec<(UnitId, Pin)> {
        let mut out = Vec::new();
        for (at, facts) in self.regions().filter(|(_, facts)| facts.syntax.is_some()) {
            for request in &facts.requests {
                let Some(unit) = units.of(at, request.statement) else { continue };
                out.extend(self.protocol_pin(at, facts, request).map(|pin| (unit, pin)));
                if let Some(pin) = self.foreign_request(units, at, facts, request) {
                    out.push((unit, pin));
                }
            }
            for site in &facts.sites {
                let is_api = matches!(
                    site.token.kind,
                    TokenKind::Url(UrlForm::Base { .. } | UrlForm::Root { .. } | UrlForm::Host { .. })
                );
                let Some(unit) = units.of(at, site.statement).filter(|_| is_api) else { continue };
                if self.is_catalogued(facts, site.node) {
                    out.push((unit, self.catalogue_pin(at, &site.token.span)));
                }
            }
        }
        out
    }

    /// A client that speaks a protocol of its own.
    fn protocol_pin(&self, at: At, facts: &RegionFacts, request: &Request) -> Option<Pin> {
        let clients = &self.source.clients;
        let callee = facts.tree().child(request.call, Role::Callee)?;
        // By its last name, or, where that says little, by its whole path: `genai.Client`.
        let client = clients.client(&request.callee).or_else(|| clients.client(facts.node_text(callee)));
        let client = client.filter(|client| client.pins)?;
        let span = facts.tree().node(callee).span.clone();
        let title = &self.source.target.title;
        Some(Pin {
            at,
            span: (span.start, span.end),
            rule: Rule::SdkClient,
            message: format!("`{}` speaks a protocol that {title} does not", client.name),
            help: format!("Use the OpenAI client with the base URL and a key of {title}."),
        })
    }

    fn catalogue_pin(&self, at: At, span: &Span) -> Pin {
        Pin {
            at,
            span: (span.start, span.end),
            rule: Rule::BaseUrl,
            message: "this URL stands in a table of gateways".to_string(),
            help: format!(
                "Add an entry of its own for {}: `{}`.",
                self.source.target.title, self.source.target.base_url
            ),
        }
    }

    fn foreign_request(&self, units: &Units, at: At, facts: &RegionFacts, request: &Request) -> Option<Pin> {
        let urls: Vec<&Argument> = request
            .arguments
            .iter()
            .filter(|argument| self.is_url_argument(facts, request, argument))
            .collect();
        let mut known = false;
        let mut other = None;
        for argument in urls {
            let place = Place { at, node: argument.value };
            let hosts = self.hosts(place);
            known |= hosts.known && hosts.other.is_none();
            if let Some(url) = hosts.other {
                other.get_or_insert((url, facts.tree().node(argument.value).span.clone()));
            }
        }
        let (url, span) = other.filter(|_| !known)?;
        let title = &self.source.title;
        if self.carries(units, at, facts, request) {
            return Some(Pin {
                at,
                span: (span.start, span.end),
                rule: Rule::SelfHosted,
                message: format!("`{url}` is not {title}'s, and gets {title}'s headers or key"),
                help: format!(
                    "If that is a gateway of your own that should move too, run again with `--from-url {url}`."
                ),
            });
        }
        let receiver = self.receiver(units, at, facts, request)?;
        Some(Pin {
            at,
            span: (span.start, span.end),
            rule: Rule::KeptWhole,
            message: format!("`{receiver}` also calls `{url}`, which is not {title}'s"),
            help: "Use a client of its own for each host, then run the command again.".to_string(),
        })
    }

    /// Whether an argument may be the URL that a request goes to: by its name, or by its place.
    fn is_url_argument(&self, facts: &RegionFacts, request: &Request, argument: &Argument) -> bool {
        let syntax = facts.tree();
        if matches!(syntax.kind(argument.value), Kind::Map | Kind::Function) {
            return false;
        }
        // Of a map's or a call's own, or of the options that are the call's own argument.
        let direct = argument.container == request.call
            || syntax.parent(argument.container) == Some(request.call)
            || syntax.kind(request.call) == Kind::Call
                && syntax.parent(argument.container).and_then(|up| syntax.parent(up)) == Some(request.call)
                && syntax.kind(argument.container) == Kind::Map;
        // What sets a header asks for nothing.
        let sets_header = facts
            .sets
            .iter()
            .flat_map(|set| &set.entries)
            .any(|entry| request.arguments.first().is_some_and(|first| first.value == entry.key));
        if sets_header {
            return false;
        }
        if argument.name.is_empty() {
            // A body or a message may be a URL too, but stands behind the one that is called.
            let read = facts.language.environment_read(syntax, &facts.text, argument.value).is_some();
            syntax.kind(request.call) == Kind::Call
                && direct
                && (syntax.kind(argument.value) != Kind::Call || read)
        } else {
            direct && self.source.clients.url_arguments.contains(&argument.name)
        }
    }

    /// Whether a request is given headers or a key of the source's.
    fn carries(&self, units: &Units, at: At, facts: &RegionFacts, request: &Request) -> bool {
        let clients = &self.source.clients;
        if self.sdk.get(&at).is_some_and(|sdk| sdk.constructions.contains(&request.call)) {
            return true;
        }
        request.arguments.iter().any(|argument| {
            let named = clients.header_arguments.contains(&argument.name)
                || clients.key_arguments.contains(&argument.name)
                || clients.auth_arguments.contains(&argument.name);
            if !named && !argument.name.is_empty() {
                return false;
            }
            let holds = |place: Place| {
                let there = self.region(place.at);
                let span = &there.tree().node(place.node).span;
                holds_secret(there, span) || holds_headers(self.source, there, span)
            };
            if holds(Place { at, node: argument.value })
                || holds(self.resolve(Place { at, node: argument.value }))
            {
                return true;
            }
            let syntax = facts.tree();
            let is_options = syntax.kind(argument.value) == Kind::Spread;
            // Where they come from a function, or are set piece by piece, the name's unit tells.
            (named || is_options)
                && syntax.descendants(argument.value).into_iter().any(|node| {
                    matches!(syntax.kind(node), Kind::Name | Kind::Member | Kind::Shorthand)
                        && facts
                            .scopes
                            .resolve(syntax, &facts.text, node)
                            .is_some_and(|(id, _)| units.binds(at, &id))
                })
        })
    }

    /// What a request is sent with, if that is a session or client of a unit's.
    fn receiver<'f>(
        &self,
        units: &Units,
        at: At,
        facts: &'f RegionFacts,
        request: &Request,
    ) -> Option<&'f str> {
        if !VERBS.contains(&request.callee.to_ascii_lowercase().as_str()) {
            return None;
        }
        let syntax = facts.tree();
        let callee = syntax.child(request.call, Role::Callee)?;
        let object = syntax.child(callee, Role::Object)?;
        let (id, binding) = facts.scopes.resolve(syntax, &facts.text, object)?;
        let is_client = binding.import.is_none() && binding.definition.is_none();
        (is_client && units.binds(at, &id)).then(|| facts.node_text(object))
    }

    /// The hosts of the URLs in an expression, with the names in it followed.
    fn hosts(&self, place: Place) -> Hosts {
        let mut seen: BTreeSet<Place> = BTreeSet::new();
        let mut out = Hosts::default();
        let mut work = vec![place];
        while let Some(place) = work.pop() {
            if !seen.insert(place) {
                continue;
            }
            let facts = self.region(place.at);
            let syntax = facts.tree();
            out.known |= crate::tree::holds_url(facts, &syntax.node(place.node).span);
            for node in syntax.descendants(place.node) {
                match syntax.kind(node) {
                    Kind::String => {
                        if let Some(url) = self.other_url(facts, node) {
                            out.other.get_or_insert(url);
                        }
                    }
                    Kind::Name | Kind::Member | Kind::Shorthand
                        if !matches!(syntax.node(node).role, Role::Property | Role::Key) =>
                    {
                        work.extend(self.values(Place { at: place.at, node }));
                    }
                    _ => {}
                }
            }
        }
        out
    }

    /// All values that a name may have, by what is assigned to it.
    fn values(&self, place: Place) -> Vec<Place> {
        let Place { at, node } = self.resolve(place);
        let facts = self.region(at);
        let syntax = facts.tree();
        let assigned = facts.scopes.resolve(syntax, &facts.text, node).map(|(_, binding)| {
            let values = binding.assigns.iter().filter_map(|&assign| syntax.child(assign, Role::Value));
            values.map(|node| Place { at, node }).collect()
        });
        assigned.unwrap_or_else(|| if node == place.node { Vec::new() } else { vec![Place { at, node }] })
    }

    /// The `http(s)` URL that a string begins with, up to its version path, if its host is neither the source's nor the
    /// target's.
    fn other_url(&self, facts: &RegionFacts, node: NodeId) -> Option<String> {
        let content = facts.tree().node(node).content.clone();
        let text = facts.text[content.clone()].trim_start();
        let scheme = ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme))?;
        let known = facts.sites_within(&content).any(|site| match &site.token.kind {
            TokenKind::Url(form) => *form != UrlForm::SelfHosted,
            TokenKind::TargetUrl => true,
            _ => false,
        });
        let rest = &text[scheme.len()..];
        let host = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || ".-:_[]".contains(c)))
            .map_or(rest, |end| &rest[..end]);
        if known || host.is_empty() {
            return None;
        }
        let version = &self.source.version_path;
        let path = &rest[host.len()..];
        let has_version = path
            .strip_prefix(version.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
        Some(format!("{scheme}{host}{}", if has_version { version.as_str() } else { "" }))
    }

    /// Whether a URL is a value of a table whose other values are URLs of other hosts.
    fn is_catalogued(&self, facts: &RegionFacts, node: NodeId) -> bool {
        let syntax = facts.tree();
        let Some(pair) = syntax.parent(node).filter(|&up| syntax.kind(up) == Kind::Pair) else {
            return false;
        };
        if syntax.node(node).role != Role::Value {
            return false;
        }
        let key = |pair: NodeId| {
            syntax.child(pair, Role::Key).map(|key| &facts.text[syntax.node(key).content.clone()])
        };
        let (Some(name), Some(table)) = (key(pair), syntax.parent(pair)) else { return false };
        if syntax.kind(table) != Kind::Map {
            return false;
        }
        let clients = &self.source.clients;
        let is_url = |name: &str| clients.url_arguments.iter().any(|argument| argument == name);
        let value = |pair: NodeId| syntax.child(pair, Role::Value);
        let others = |table: NodeId, pair: NodeId| {
            syntax.children(table).iter().copied().filter(move |&other| other != pair)
        };
        if !is_url(name) {
            return others(table, pair).any(|other| {
                key(other).is_some_and(|name| !is_url(name))
                    && value(other).is_some_and(|value| {
                        syntax.kind(value) == Kind::String && self.other_url(facts, value).is_some()
                    })
            });
        }
        // One level further out: `{"a": {"base_url": …}, "b": {"base_url": …}}`, where no entry is a client by itself.
        let is_client = others(table, pair).any(|other| {
            key(other).is_some_and(|name| {
                clients.header_arguments.iter().chain(&clients.key_arguments).any(|argument| argument == name)
            })
        });
        let outer = syntax.parent(table).filter(|&up| syntax.kind(up) == Kind::Pair);
        let Some((outer, rows)) = outer.and_then(|outer| Some((outer, syntax.parent(outer)?))) else {
            return false;
        };
        !is_client
            && !facts.language.is_data()
            && others(rows, outer).any(|row| {
                value(row).filter(|&value| syntax.kind(value) == Kind::Map).is_some_and(|value| {
                    syntax.children(value).iter().any(|&entry| {
                        key(entry) == Some(name)
                            && syntax
                                .child(entry, Role::Value)
                                .is_some_and(|url| self.other_url(facts, url).is_some())
                    })
                })
            })
    }
}

/// Whether a span holds a header of the source's, or its key's variable.
fn holds_secret(facts: &RegionFacts, span: &Span) -> bool {
    facts.sites_within(span).any(|site| {
        matches!(site.token.kind, TokenKind::Header(_) | TokenKind::Variable { role: VariableRole::Key, .. })
    })
}

/// Whether a span holds headers of which some are the source's, in whatever way they are made.
fn holds_headers(source: &Source, facts: &RegionFacts, span: &Span) -> bool {
    facts.sets.iter().filter(|set| is_relevant(source, set)).any(|set| match set.of {
        SetOf::Node(node) => {
            let set = &facts.tree().node(node).span;
            span.start <= set.start && set.end <= span.end
        }
        SetOf::Receiver { .. } => false,
    })
}
