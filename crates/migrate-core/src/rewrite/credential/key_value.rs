//! What a key is: whose, by the header that carries it or by the value that stands for it.

use crate::facts::{Entry, RegionFacts, last_name, statement_of};
use crate::source::{HeaderClass, VariableRole};
use crate::syntax::{Kind, NodeId, Role, Span};
use crate::token::TokenKind;
use crate::tree::{At, Place};

use crate::rewrite::Rewriter;

/// What a key argument's value is.
pub(super) enum KeyValue {
    /// The source's key, read from the environment in the argument itself; whether it may be null.
    Read { nullable: bool },
    /// The source's key, by a name that is bound to a read; whether that may be null.
    Named { nullable: bool },
    /// A text that names the variable in place of a value.
    Placeholder,
    /// A literal that stands for no key.
    Dummy,
    /// A literal that may be a key.
    Literal,
    /// Another variable of the environment: another vendor's key.
    OtherRead,
    /// The target's key already.
    Target,
    /// Something that can't be told; `ours` if its name speaks of the source.
    Unknown { ours: bool },
}

impl Rewriter<'_, '_> {
    /// Whether an entry carries the source's key by its name.
    pub(super) fn is_source_key(&self, entry: &Entry) -> bool {
        self.tree.source.header(&entry.name).is_some_and(|header| header.class == HeaderClass::Credential)
            && entry.name.starts_with(&self.tree.source.header_prefix)
    }

    /// Whether an entry carries a credential of any kind.
    pub(super) fn is_credential(&self, entry: &Entry) -> bool {
        self.is_source_key(entry)
            || entry.name.is_empty()
            || self.tree.source.clients.credential_headers.contains(&entry.name)
    }

    /// Whether the value of an entry is the source's key, by the variable that it reads or the name that it has.
    pub(super) fn is_own_key(&self, at: At, facts: &RegionFacts, entry: &Entry) -> bool {
        let span = self.value_span(facts, entry);
        if names_key(facts, &span) {
            return true;
        }
        if self.speaks_of_source(&facts.text[span.clone()]) {
            return true;
        }
        let syntax = facts.tree();
        syntax.ids().any(|id| {
            let node = syntax.node(id);
            if !matches!(node.kind, Kind::Name | Kind::Member)
                || node.span.start < span.start
                || node.span.end > span.end
            {
                return false;
            }
            let place = Place { at, node: id };
            let resolved = self.tree.resolve(place);
            resolved != place && {
                let there = self.tree.region(resolved.at);
                names_key(there, &there.tree().node(resolved.node).span)
            }
        })
    }

    /// Whether the value of an entry is the target's key already.
    pub(super) fn is_target_value(&self, facts: &RegionFacts, entry: &Entry) -> bool {
        let span = self.value_span(facts, entry);
        facts.text[span.clone()].contains(&self.tree.source.target.key_prefix)
            || names_target_key(facts, &span)
    }

    /// Whether a text has a marker of the source's in it, in capitals or not.
    fn speaks_of_source(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        self.tree.source.markers.iter().any(|marker| text.contains(&marker.to_ascii_lowercase()))
    }

    /// Whether what is read in `span` may hold the target's key under a name of the program's own: nothing in the unit
    /// is the source's any more, so that this may be what an earlier run left, and no client falls back to the name.
    pub(super) fn may_be_target_key(&self, at: At, facts: &RegionFacts, node: NodeId, span: &Span) -> bool {
        let statement = statement_of(facts.language, facts.tree(), node);
        let moved = self.units.of(at, statement).is_some_and(|unit| !self.of_source.contains(&unit));
        let clients = &self.tree.source.clients.clients;
        moved
            && reads(facts, span).iter().all(|name| {
                let name = Some(&facts.text[name.clone()]);
                clients.iter().all(|client| client.fallback.as_deref() != name)
            })
    }

    pub(super) fn key_value(&self, place: Place) -> KeyValue {
        let direct = self.classify(place);
        if !matches!(direct, KeyValue::Unknown { .. }) {
            return direct;
        }
        let resolved = self.tree.resolve(place);
        if resolved == place {
            return direct;
        }
        match self.classify(resolved) {
            KeyValue::Read { nullable } => KeyValue::Named { nullable },
            // A name's own words count as much as its value's.
            KeyValue::Unknown { ours } => {
                let also = matches!(direct, KeyValue::Unknown { ours: true });
                KeyValue::Unknown { ours: ours || also }
            }
            KeyValue::Literal if matches!(direct, KeyValue::Unknown { ours: true }) => {
                KeyValue::Unknown { ours: true }
            }
            other => other,
        }
    }

    pub(super) fn classify(&self, place: Place) -> KeyValue {
        let facts = self.tree.region(place.at);
        let syntax = facts.tree();
        let mut node = place.node;
        let language = facts.language;
        loop {
            let inner = match syntax.children(node) {
                [child] if syntax.kind(node) == Kind::Other => *child,
                _ => break,
            };
            if language.environment_read(syntax, &facts.text, node).is_some() {
                break;
            }
            node = inner;
        }
        let span = syntax.node(node).span.clone();
        let key_token = names_key(facts, &span);
        let target_token = names_target_key(facts, &span);
        if let Some(read) = language.environment_read(syntax, &facts.text, node) {
            return match (key_token, target_token) {
                (true, _) => KeyValue::Read { nullable: read.nullable && read.default.is_none() },
                (_, true) if read.nullable && read.default.is_none() => KeyValue::Read { nullable: true },
                (_, true) => KeyValue::Target,
                _ => KeyValue::OtherRead,
            };
        }
        if syntax.kind(node) == Kind::String {
            if key_token {
                return KeyValue::Placeholder;
            }
            if target_token {
                return KeyValue::Target;
            }
            let content = facts.text[syntax.node(node).content.clone()].trim();
            if syntax.children(node).is_empty() {
                if content.starts_with(&self.tree.source.target.key_prefix) {
                    return KeyValue::Target;
                }
                let dummy = self.is_placeholder(content);
                return if dummy { KeyValue::Dummy } else { KeyValue::Literal };
            }
            let reads_other = syntax.children(node).iter().any(|&hole| {
                syntax
                    .descendants(hole)
                    .into_iter()
                    .any(|id| language.environment_read(syntax, &facts.text, id).is_some())
            });
            return if reads_other { KeyValue::OtherRead } else { KeyValue::Unknown { ours: false } };
        }
        if key_token {
            return KeyValue::Unknown { ours: true };
        }
        let text = &facts.text[span];
        let ours =
            self.speaks_of_source(text) || text.to_ascii_lowercase().contains(&self.tree.source.target.name);
        KeyValue::Unknown { ours }
    }

    /// Whether a key is a field of something that no file of the tree makes in sight: a row of a table, a document.
    pub(super) fn is_kept_elsewhere(&self, facts: &RegionFacts, value: NodeId) -> bool {
        let syntax = facts.tree();
        let mut at = value;
        while let ([child], Kind::Other) = (syntax.children(at), syntax.kind(at)) {
            at = *child;
        }
        let field = last_name(facts.node_text(at));
        let Some(object) = syntax.child(at, Role::Object).filter(|_| syntax.kind(at) == Kind::Member) else {
            return false;
        };
        let is_parameter = facts
            .scopes
            .resolve(syntax, &facts.text, object)
            .is_some_and(|(_, binding)| binding.parameter && binding.assigns.is_empty());
        is_parameter
            && !matches!(facts.node_text(object), "self" | "this" | "cls")
            && !self.fields.contains_key(field)
    }

    /// The new name of the variable that `node` reads, if `node` is a read and nothing else.
    pub(super) fn read_name(&self, at: At, facts: &RegionFacts, node: NodeId) -> Option<String> {
        let read = facts.language.environment_read(facts.tree(), &facts.text, node).or_else(|| {
            // `process.env.X!` and `(…)`.
            let [child] = facts.tree().children(node) else { return None };
            (facts.tree().kind(node) == Kind::Other)
                .then(|| facts.language.environment_read(facts.tree(), &facts.text, *child))
                .flatten()
        })?;
        // The name's own edit may be gone already, with the place that it stood in.
        facts.sites.iter().find_map(|site| {
            let token = &site.token.span;
            if token.start < read.name.start || read.name.end < token.end {
                return None;
            }
            match &site.token.kind {
                TokenKind::Variable { role: VariableRole::Key, key: Some(key) } => Some(format!(
                    "{}{}{}",
                    &facts.text[read.name.start..key.start],
                    self.tree.source.target.key_variable,
                    &facts.text[key.end..read.name.end]
                )),
                TokenKind::Variable { role: VariableRole::Key, key: None } | TokenKind::TargetVariable => {
                    Some(self.rewritten(at, &read.name))
                }
                _ => None,
            }
        })
    }
}

/// The names of the variables that are read within `span`, each once.
pub(super) fn reads(facts: &RegionFacts, span: &Span) -> Vec<Span> {
    let syntax = facts.tree();
    let inner = syntax.ids().filter(|&id| {
        let node = &syntax.node(id).span;
        span.start <= node.start && node.end <= span.end
    });
    let mut out: Vec<Span> = Vec::new();
    for read in inner.filter_map(|id| facts.language.environment_read(syntax, &facts.text, id)) {
        if !out.contains(&read.name) {
            out.push(read.name);
        }
    }
    out
}

/// Whether the variable of the source's key is named within `span`.
fn names_key(facts: &RegionFacts, span: &Span) -> bool {
    facts
        .sites_within(span)
        .any(|site| matches!(site.token.kind, TokenKind::Variable { role: VariableRole::Key, .. }))
}

/// Whether the variable of the target's key is named within `span`.
pub(super) fn names_target_key(facts: &RegionFacts, span: &Span) -> bool {
    facts.sites_within(span).any(|site| site.token.kind == TokenKind::TargetVariable)
}

/// Whether a variable of the source or the target is named within `span`.
pub(super) fn names_variable(facts: &RegionFacts, span: &Span) -> bool {
    facts
        .sites_within(span)
        .any(|site| matches!(site.token.kind, TokenKind::Variable { .. } | TokenKind::TargetVariable))
}

/// Whether an expression whose value is not known may be null: a reference or a call may, unless the call constructs.
pub(super) fn may_be_null(facts: &RegionFacts, node: NodeId) -> bool {
    let syntax = facts.tree();
    match syntax.kind(node) {
        Kind::Name | Kind::Member | Kind::Shorthand | Kind::Index => true,
        Kind::Call => syntax.child(node, Role::Callee).is_some_and(|callee| {
            let path = facts.node_text(callee);
            let name = path.rsplit('.').next().unwrap_or(path);
            !facts.node_text(node).starts_with("new ") && !name.starts_with(char::is_uppercase)
        }),
        _ => false,
    }
}
