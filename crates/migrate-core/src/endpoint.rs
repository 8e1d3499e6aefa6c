//! Endpoints that stand apart from the URL they belong to: joined to a base in a constant, given to a function or a client
//! that has the base, or asked for by a method of such a client. What holds of one written out in a URL holds of them.

use std::collections::BTreeMap;

use crate::facts::{RegionFacts, Request, VERBS, statement_of};
use crate::finding::Rule;
use crate::scope::key_of;
use crate::sdk::names::snake;
use crate::source::EndpointClass;
use crate::syntax::{Kind, NodeId, Role, Span};
use crate::token::{TokenKind, UrlForm};
use crate::tree::{At, Pin, Place, Tree, UnitId, Units, names_url};

/// An endpoint that is asked for without its base.
#[derive(Debug)]
pub(crate) struct Asked {
    /// What it is asked for by.
    pub unit: UnitId,
    /// Where the path stands.
    pub at: At,
    /// Its span there.
    pub span: Span,
    /// The path, with leading `/` and without the version.
    pub path: String,
    /// What becomes of it.
    pub class: EndpointClass,
}

/// A part of a text that is put together.
enum Piece {
    Text(Span),
    Value(NodeId),
}

/// Functions that join one of their parameters, by its place, to a base, each with its unit.
type Joining = BTreeMap<Place, (usize, UnitId)>;

impl Tree<'_> {
    /// What to say of an endpoint that the target does not serve in the same way.
    pub(crate) fn endpoint_reason(&self, path: &str, class: EndpointClass) -> (Rule, String, String) {
        let title = &self.source.target.title;
        let help = self.source.endpoint(path).map(|endpoint| endpoint.help.clone()).unwrap_or_default();
        let message = if class == EndpointClass::Different {
            format!("`{path}` means something else on {title}")
        } else {
            format!("{title} has no counterpart of the endpoint `{path}`")
        };
        (Rule::Endpoint, message, help)
    }

    /// The reasons to stay that such endpoints are.
    pub(crate) fn endpoint_pins(&self, units: &Units) -> Vec<(UnitId, Pin)> {
        let mut out = Vec::new();
        for Asked { unit, at, span, path, class } in self.asked_endpoints(units) {
            if matches!(class, EndpointClass::SourceOnly | EndpointClass::Different) {
                let (rule, message, help) = self.endpoint_reason(&path, class);
                out.push((unit, Pin { at, span: (span.start, span.end), rule, message, help }));
            }
        }
        for (at, facts) in self.code_of(units) {
            for request in &facts.requests {
                let Some(unit) = units.of(at, request.statement) else { continue };
                out.extend(self.method_pin(at, facts, request).map(|pin| (unit, pin)));
            }
        }
        out
    }

    /// The regions of code that hold something of a unit.
    fn code_of(&self, units: &Units) -> impl Iterator<Item = (At, &RegionFacts)> {
        let any = !units.units.is_empty();
        self.regions().filter(move |(_, facts)| any && facts.syntax.is_some() && !facts.language.is_data())
    }

    /// All known endpoints that units ask for without their base.
    pub(crate) fn asked_endpoints(&self, units: &Units) -> Vec<Asked> {
        let mut out = Vec::new();
        let mut joining = Joining::new();
        for (at, facts) in self.code_of(units) {
            let syntax = facts.tree();
            for node in syntax.ids() {
                let is_part = syntax.parent(node).is_some_and(|up| syntax.kind(up) == Kind::Concat);
                if !matches!(syntax.kind(node), Kind::String | Kind::Concat)
                    || is_part
                    || syntax.children(node).is_empty()
                {
                    continue;
                }
                let statement = statement_of(facts.language, syntax, node);
                let Some(unit) = units.of(at, statement) else { continue };
                match self.behind_base(at, &pieces(facts, node)) {
                    Some(Piece::Text(span)) => out.extend(self.asked(unit, at, span)),
                    Some(Piece::Value(value)) => {
                        let joined = parameter(facts, value);
                        joining.extend(joined.map(|(node, place)| (Place { at, node }, (place, unit))));
                    }
                    None => {}
                }
            }
        }
        for (at, facts) in self.code_of(units) {
            for request in &facts.requests {
                let mut unnamed = request.arguments.iter().filter(|argument| argument.name.is_empty());
                let (path, unit) = match self.joined_by(&joining, at, facts, request) {
                    Some((place, unit)) => (unnamed.nth(place), Some(unit)),
                    None if self.is_asked_of_client(at, facts, request) => {
                        (unnamed.next(), units.of(at, request.statement))
                    }
                    None => continue,
                };
                let (Some(path), Some(unit)) = (path, unit) else { continue };
                if let Some(Piece::Text(span)) = pieces(facts, path.value).into_iter().next()
                    && facts.text[span.clone()].contains('/')
                {
                    out.extend(self.asked(unit, at, span));
                }
            }
        }
        out
    }

    /// The known endpoint that the text at `span` asks for.
    fn asked(&self, unit: UnitId, at: At, span: Span) -> Option<Asked> {
        let text = &self.region(at).text[span.clone()];
        let path = format!("/{}", text.trim_start_matches('/'));
        let version = &self.source.version_path;
        let below = path.strip_prefix(version.as_str()).filter(|rest| rest.starts_with('/'));
        let path = below.unwrap_or(&path).trim_end_matches('/').to_string();
        let endpoint = self.source.endpoint(&path).filter(|_| !text.contains("://"))?;
        let class = endpoint.class;
        Some(Asked { unit, at, span, path, class })
    }

    /// What stands behind the base that a text begins with.
    fn behind_base(&self, at: At, pieces: &[Piece]) -> Option<Piece> {
        let facts = self.region(at);
        let (Some(first), Some(second)) = (pieces.first(), pieces.get(1)) else { return None };
        let is_base = match first {
            Piece::Text(span) => ends_in_base(facts, span),
            Piece::Value(node) => self.is_base(Place { at, node: *node }),
        };
        is_base.then_some(match second {
            Piece::Text(span) => Piece::Text(span.clone()),
            Piece::Value(node) => Piece::Value(*node),
        })
    }

    /// Whether an expression gives the API's base URL, with the names in it followed.
    fn is_base(&self, place: Place) -> bool {
        let syntax = self.region(place.at).tree();
        let names = syntax.descendants(place.node).into_iter().filter(|&node| {
            matches!(syntax.kind(node), Kind::Name | Kind::Member) && syntax.node(node).role != Role::Property
        });
        std::iter::once(place.node).chain(names).any(|node| {
            let Place { at, node } = self.resolve(Place { at: place.at, node });
            let facts = self.region(at);
            let span = &facts.tree().node(node).span;
            let is_text = matches!(facts.tree().kind(node), Kind::String | Kind::Concat);
            if is_text {
                ends_in_base(facts, span)
            } else {
                names_url(facts, span) || holds_base(facts, span)
            }
        })
    }

    /// The place of the argument that the called function joins to a base, and the function's unit.
    fn joined_by(
        &self,
        joining: &Joining,
        at: At,
        facts: &RegionFacts,
        request: &Request,
    ) -> Option<(usize, UnitId)> {
        let syntax = facts.tree();
        let callee = syntax.child(request.call, Role::Callee).filter(|_| !joining.is_empty())?;
        let Some((id, _)) = facts.scopes.resolve(syntax, &facts.text, callee) else {
            // A method of the object itself.
            let name = syntax.child(callee, Role::Property).map(|property| facts.node_text(property))?;
            key_of(syntax, &facts.text, callee)?;
            let class = |node: NodeId| syntax.ancestors(node).find(|&up| syntax.kind(up) == Kind::Class);
            let own = |place: &Place| {
                let named = syntax.child(place.node, Role::Name);
                place.at == at
                    && class(place.node) == class(request.call)
                    && named.is_some_and(|named| facts.node_text(named) == name)
            };
            return joining.iter().find(|(place, _)| own(place)).map(|(_, joined)| *joined);
        };
        let (at, id) = self.imported(at, &id).unwrap_or((at, id));
        let there = self.region(at);
        let binding = there.scopes.scopes[id.scope].bindings.get(&id.name)?;
        let values = binding.assigns.iter().filter_map(|&assign| there.tree().child(assign, Role::Value));
        let mut makers = binding.definition.into_iter().chain(values);
        makers.find_map(|node| joining.get(&Place { at, node }).copied())
    }

    /// Whether a request is sent by a client that was given the API's base URL, and names a path only.
    fn is_asked_of_client(&self, at: At, facts: &RegionFacts, request: &Request) -> bool {
        if !VERBS.contains(&request.callee.to_ascii_lowercase().as_str()) {
            return false;
        }
        let syntax = facts.tree();
        let callee = syntax.child(request.call, Role::Callee);
        callee
            .and_then(|callee| syntax.child(callee, Role::Object))
            .is_some_and(|object| self.client_at(Place { at, node: object }).is_some())
    }

    /// The call that makes the client which an expression gives, if that client has the API's base URL.
    fn client_at(&self, place: Place) -> Option<(At, &Request)> {
        let Place { at, node } = self.resolve(place);
        let facts = self.region(at);
        let syntax = facts.tree();
        // `await x`, `(x)`.
        let mut node = node;
        while let (Kind::Other, [only]) = (syntax.kind(node), syntax.children(node)) {
            node = *only;
        }
        if syntax.kind(node) != Kind::Call {
            return None;
        }
        let request = facts.requests.iter().find(|request| request.call == node)?;
        let clients = &self.source.clients;
        let has_base = crate::tree::argument_values(self, at, request).any(|(argument, place)| {
            let is_url = clients.url_arguments.contains(&argument.name);
            let (own, there) = (facts.tree().node(argument.value), self.region(place.at));
            is_url
                && (names_url(facts, &own.span)
                    || names_url(there, &there.tree().node(place.node).span)
                    || holds_base(there, &there.tree().node(place.node).span))
        });
        has_base.then_some((at, request))
    }

    /// A method of a client of the API that asks for what the target does not serve.
    fn method_pin(&self, at: At, facts: &RegionFacts, request: &Request) -> Option<Pin> {
        let sdk = self.source.sdk.as_ref()?;
        let syntax = facts.tree();
        let mut node = syntax.child(request.call, Role::Callee)?;
        let mut parts: Vec<String> = Vec::new();
        let client = loop {
            let property = syntax.child(node, Role::Property)?;
            parts.push(snake(facts.node_text(property)));
            node = syntax.child(node, Role::Object).filter(|_| syntax.kind(node) == Kind::Member)?;
            if let Some((_, client)) = self.client_at(Place { at, node }) {
                break client;
            }
        };
        self.source.clients.client(&client.callee)?;
        parts.reverse();
        let path = parts.join(".");
        let unserved = sdk
            .unserved_methods
            .iter()
            .any(|method| path.starts_with(method.as_str()) || method.strip_suffix('.') == Some(&path));
        let title = &self.source.target.title;
        // A long expression is pointed at by its first line.
        let span = syntax.node(request.call).span.clone();
        let end = facts.text[span.clone()].find('\n').map_or(span.end, |at| span.start + at);
        unserved.then(|| Pin {
            at,
            span: (span.start, end),
            rule: Rule::Endpoint,
            message: format!("{title} does not serve `{path}`"),
            help: "Use an endpoint that it lists, chat completions for one.".to_string(),
        })
    }
}

/// The parts that a text is put together from, in order.
fn pieces(facts: &RegionFacts, node: NodeId) -> Vec<Piece> {
    let syntax = facts.tree();
    let mut out = Vec::new();
    match syntax.kind(node) {
        Kind::String => {
            let content = syntax.node(node).content.clone();
            let mut from = content.start;
            for &hole in syntax.children(node).iter().filter(|&&child| syntax.kind(child) == Kind::Hole) {
                let span = &syntax.node(hole).span;
                if from < span.start {
                    out.push(Piece::Text(from..span.start));
                }
                out.push(Piece::Value(syntax.children(hole).first().copied().unwrap_or(hole)));
                from = span.end;
            }
            if from < content.end {
                out.push(Piece::Text(from..content.end));
            }
        }
        Kind::Concat => {
            let children = syntax.children(node).iter();
            out.extend(
                children
                    .filter(|&&child| syntax.kind(child) != Kind::Comment)
                    .flat_map(|&child| pieces(facts, child)),
            );
        }
        _ => out.push(Piece::Value(node)),
    }
    out
}

/// Whether a token is the API's URL without an endpoint.
fn is_base_url(kind: &TokenKind) -> bool {
    match kind {
        TokenKind::Url(UrlForm::Base { endpoint, .. }) => endpoint.is_empty(),
        TokenKind::Url(UrlForm::Root { .. }) => true,
        _ => false,
    }
}

/// Whether a span holds the API's URL without an endpoint.
fn holds_base(facts: &RegionFacts, span: &Span) -> bool {
    facts.sites_within(span).any(|site| is_base_url(&site.token.kind))
}

/// Whether a text ends in the API's URL without an endpoint.
fn ends_in_base(facts: &RegionFacts, span: &Span) -> bool {
    facts.sites_within(span).any(|site| {
        is_base_url(&site.token.kind)
            && facts.text[site.token.span.end..span.end].trim_matches(['"', '\'', '`', '/']).is_empty()
    })
}

/// The function whose parameter the name at `node` is, and which of its parameters that is.
fn parameter(facts: &RegionFacts, node: NodeId) -> Option<(NodeId, usize)> {
    let syntax = facts.tree();
    let (_, binding) =
        facts.scopes.resolve(syntax, &facts.text, node).filter(|_| syntax.kind(node) == Kind::Name)?;
    let name = facts.node_text(node);
    let function =
        syntax.ancestors(node).find(|&up| syntax.kind(up) == Kind::Function).filter(|_| binding.parameter)?;
    let list = syntax.child(function, Role::Parameters);
    let of_one =
        syntax.child(function, Role::Name).filter(|&one| list.is_none() && facts.node_text(one) == name);
    let place = match list {
        Some(list) => {
            let named = |one: NodeId| {
                let mut names =
                    syntax.descendants(one).into_iter().filter(|&id| syntax.kind(id) == Kind::Name);
                names.next().map_or(String::new(), |id| facts.node_text(id).to_string())
            };
            let all = syntax.children(list).iter().filter(|&&one| syntax.kind(one) != Kind::Comment);
            // The object itself is given by no one.
            let names = all.map(|&one| named(one)).filter(|name| !matches!(name.as_str(), "self" | "cls"));
            names.into_iter().position(|other| other == name)?
        }
        None => of_one.map(|_| 0)?,
    };
    Some((function, place))
}
