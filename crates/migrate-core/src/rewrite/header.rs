//! Headers without the credential: those that get another name, and those without a counterpart.

use crate::facts::{Context, Entry, EntryForm, EntryValue, RegionFacts, Site, made_name};
use crate::finding::{Level, Rule};
use crate::language::Language;
use crate::plan::values::LeftReason;
use crate::source::{Header, HeaderClass};
use crate::syntax::{Kind, NodeId, Role, Span, Syntax};
use crate::token::TokenKind;
use crate::tree::At;

use super::removal::link_span;
use super::{Cause, Rewriter};

/// Functions whose call changes nothing outside of its value, by last name, lower case. Common to our languages.
const PURE_CALLS: &[&str] = &[
    "b64encode",
    "bin2hex",
    "bool",
    "config",
    "date",
    "decode",
    "dict",
    "dumps",
    "encode",
    "format",
    "fromentries",
    "get",
    "getenv",
    "hex",
    "int",
    "isoformat",
    "join",
    "json",
    "json_encode",
    "lower",
    "md5",
    "now",
    "random_bytes",
    "randomuuid",
    "replace",
    "rtrim",
    "sprintf",
    "str",
    "string",
    "stringify",
    "strip",
    "strtolower",
    "time",
    "to_json",
    "to_s",
    "tolowercase",
    "tostring",
    "trim",
    "uniqid",
    "upper",
    "uuid",
    "uuid4",
    "uuidv4",
    // Go
    "marshal",
    "sprint",
    "sprintf",
    // Rust
    "as_bytes",
    "as_deref",
    "as_ref",
    "as_str",
    "clone",
    "context",
    "expect",
    "from",
    "from_bytes",
    "from_static",
    "from_str",
    "into",
    "map_err",
    "parse",
    "to_owned",
    "to_string",
    "to_value",
    "try_from",
    "try_into",
    "unwrap",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
];

impl Rewriter<'_, '_> {
    /// A header's name, wherever it stands. Entries of sets are dealt with as sets.
    pub(super) fn header_mention(&mut self, at: At, facts: &RegionFacts, index: usize, site: &Site) {
        let TokenKind::Header(name) = &site.token.kind else { return };
        let span = site.token.span.clone();
        let source = self.tree.source;
        match &site.context {
            Context::Entry { .. } => {}
            Context::HeaderRead if self.asserted(at, facts, index, site, name) => {}
            Context::HeaderRead => {
                let message = format!("`{name}` is looked up here; {} does not send it", source.target.title);
                let help = match source.response_headers.contains(name) {
                    true => format!(
                        "See which response header of {} tells what this program wants to know.",
                        source.target.title
                    ),
                    false => format!(
                        "Look up what {} sends in its place, `{}`.",
                        source.target.title, source.target.credential_header
                    ),
                };
                self.find(at, span, Rule::ResponseHeader, Level::Check, message, help);
                self.draft(at).reported.insert(index);
            }
            Context::HeaderList => {
                let message = format!("`{name}` is named in a list, which makes no request; it was left");
                self.find(at, span, Rule::UnmappedHeader, Level::Note, message, "");
                self.draft(at).reported.insert(index);
            }
            Context::Constant { used: true } => {
                self.draft(at).reported.insert(index);
                if !self.units.stays(at, site.statement) {
                    self.constant(at, site, name);
                }
            }
            // The unit's pins are its findings.
            Context::HeaderIndirect => {
                self.draft(at).reported.insert(index);
            }
            Context::Lexical if !facts.language.is_prose() => {
                self.draft(at).reported.insert(index);
            }
            _ => {
                let renamed = source.header(name).filter(|header| header.class == HeaderClass::Rename);
                if let Some(becomes) = renamed.and_then(|header| header.becomes.clone())
                    && self.all_move()
                    && !matches!(site.context, Context::Text { .. } if !facts.language.is_prose())
                {
                    let group = self.group(at, site.statement);
                    self.edit(at, span, becomes, Rule::TraceHeader, group);
                    return;
                }
                let message = format!("`{name}` is spoken of here; the text was left");
                self.find(at, span, Rule::UnmappedHeader, Level::Note, message, "");
                self.draft(at).left.insert(index, LeftReason::Prose);
            }
        }
    }

    /// A constant that holds a header's name becomes the name that its uses get.
    fn constant(&mut self, at: At, site: &Site, name: &str) {
        let span = site.token.span.clone();
        let group = self.group(at, site.statement);
        let Some(header) = self.tree.source.header(name).cloned() else { return };
        match (header.class, header.becomes) {
            (HeaderClass::Credential, _) => {
                let becomes = self.tree.source.target.credential_header.clone();
                let becomes = self.name_at(at, site.node, becomes);
                self.edit(at, span, becomes, Rule::AuthHeader, group);
            }
            (HeaderClass::Rename, Some(becomes)) => {
                let becomes = self.name_at(at, site.node, becomes);
                self.edit(at, span, becomes, header.rule, group);
            }
            _ => {
                let message = format!("`{name}` has no counterpart; its constant was left, without a use");
                self.find(at, span, header.rule, Level::Note, message, header.help);
            }
        }
    }

    /// All entries of moved sets that are no credentials.
    pub(super) fn headers(&mut self, at: At, facts: &RegionFacts) {
        for set in &facts.sets {
            for entry in &set.entries {
                if !entry.name.starts_with(&self.tree.source.header_prefix)
                    || self.units.stays(at, entry.statement)
                {
                    continue;
                }
                match self.tree.source.header(&entry.name).cloned() {
                    Some(header) => match header.class {
                        HeaderClass::Credential | HeaderClass::Pin => {}
                        HeaderClass::Rename => self.rename(at, facts, entry, &header),
                        HeaderClass::Remove => self.drop_entry(at, facts, entry, &header),
                        HeaderClass::Silent => self.remove(at, facts, entry, header.rule),
                    },
                    None => {
                        let message = format!(
                            "`{}` is no header that {} is known to take",
                            entry.name, self.tree.source.title
                        );
                        let help = format!(
                            "{} does not read it: take it out, or see what it was for.",
                            self.tree.source.target.title
                        );
                        self.find(
                            at,
                            entry.name_span.clone(),
                            Rule::UnmappedHeader,
                            Level::Check,
                            message,
                            help,
                        );
                    }
                }
            }
        }
    }

    fn rename(&mut self, at: At, facts: &RegionFacts, entry: &Entry, header: &Header) {
        let Some(becomes) = &header.becomes else { return };
        let group = self.group(at, entry.statement);
        self.set_name(at, entry, becomes.clone(), header.rule, group);
        let value = self.value_span(facts, entry);
        let limit = self.tree.source.target.tag_limit;
        let literal = match &entry.value {
            EntryValue::Node(node) => {
                facts.tree().kind(*node) == Kind::String && facts.tree().children(*node).is_empty()
            }
            EntryValue::Part(span) => !facts.text[span.clone()].contains(['$', '{']),
            EntryValue::Joined { .. } => false,
        };
        let content = match &entry.value {
            EntryValue::Node(node) => facts.tree().node(*node).content.clone(),
            EntryValue::Part(span) | EntryValue::Joined { span, .. } => span.clone(),
        };
        if literal && facts.text[content.clone()].chars().count() > limit {
            let message = format!(
                "`{becomes}` may have {limit} characters; this value has {}",
                facts.text[content].chars().count()
            );
            self.find(at, value, header.rule, Level::Check, message, "Shorten it.");
        }
    }

    /// Gives an entry another name.
    pub(super) fn set_name(&mut self, at: At, entry: &Entry, name: String, rule: Rule, group: u32) {
        if let EntryForm::Argument { call, item } = entry.form {
            self.draft(at).helpers.entry(call).or_default().insert(item, Some(name));
        } else if !entry.constant {
            let name = self.name_at(at, entry.key, name);
            self.edit(at, entry.name_span.clone(), name, rule, group);
        }
    }

    /// A header's new name as it is written at `key`: in capitals or lower case, as the old one is or has to be.
    pub(super) fn name_at(&self, at: At, key: NodeId, name: String) -> String {
        let facts = self.tree.region(at);
        let Some(syntax) = &facts.syntax else { return name };
        if let Some((_, true)) = made_name(self.tree.source, syntax, &facts.text, key) {
            return name.to_ascii_lowercase();
        }
        let old = &facts.text[syntax.node(key).content.clone()];
        let capital = |part: &str| part.starts_with(|char: char| char.is_ascii_uppercase());
        if !old.split('-').all(capital) || !old.contains('-') {
            return name;
        }
        let parts = name.split('-').map(|part| {
            let (first, rest) = part.split_at(part.chars().next().map_or(0, char::len_utf8));
            first.to_ascii_uppercase() + rest
        });
        parts.collect::<Vec<_>>().join("-")
    }

    fn drop_entry(&mut self, at: At, facts: &RegionFacts, entry: &Entry, header: &Header) {
        if self.settings.keep_unmapped && !header.secret {
            let message =
                format!("`{}` was kept; {} does not read it", entry.name, self.tree.source.target.title);
            self.find(at, entry.name_span.clone(), header.rule, Level::Note, message, header.help.clone());
            return;
        }
        let pure = match &entry.value {
            EntryValue::Node(node) => is_pure(facts.language, facts.tree(), &facts.text, *node),
            EntryValue::Part(_) => true,
            EntryValue::Joined { item, .. } => is_pure(facts.language, facts.tree(), &facts.text, *item),
        };
        let quoted = self.quote(facts, entry, header.secret);
        if !pure {
            let message = format!("{quoted} has no counterpart, and its value calls something; it was left");
            self.find(at, entry.name_span.clone(), header.rule, header.level, message, header.help.clone());
            return;
        }
        let message = format!("{quoted} has no counterpart; it was removed");
        self.find(at, entry.name_span.clone(), header.rule, header.level, message, header.help.clone());
        self.remove(at, facts, entry, header.rule);
    }

    /// An entry as it stands in the file, on one line, without what may be secret.
    pub(super) fn quote(&self, facts: &RegionFacts, entry: &Entry, secret: bool) -> String {
        let span = self.value_span(facts, entry);
        let value = &facts.text[span];
        let literal = match &entry.value {
            EntryValue::Node(node) => {
                facts.tree().kind(*node) == Kind::String && facts.tree().children(*node).is_empty()
            }
            EntryValue::Part(_) => !value.contains('$'),
            EntryValue::Joined { .. } => false,
        };
        let value = quotable(value, secret && literal);
        if entry.name.is_empty() {
            format!("`{}`", facts.node_text(entry.key))
        } else {
            format!("`{}: {value}`", entry.name)
        }
    }

    /// The span of an entry's value.
    pub(super) fn value_span(&self, facts: &RegionFacts, entry: &Entry) -> Span {
        match &entry.value {
            EntryValue::Node(node) => facts.tree().node(*node).span.clone(),
            EntryValue::Part(span) | EntryValue::Joined { span, .. } => span.clone(),
        }
    }

    /// Takes an entry out, and with a map's last one the argument that the map is.
    pub(super) fn remove(&mut self, at: At, facts: &RegionFacts, entry: &Entry, rule: Rule) {
        let group = self.group(at, entry.statement);
        let syntax = facts.tree();
        let openers = &self.tree.source.clients.openers;
        let draft = self.draft(at);
        let cause = (rule, group);
        match entry.form {
            EntryForm::Item { container, item } => {
                draft.remove_item(container, item, cause);
                self.remove_emptied(at, facts, container, cause);
            }
            EntryForm::Packed { container, item, flag } => {
                draft.remove_item(container, item, cause);
                if let Some(flag) = flag {
                    draft.remove_item(container, flag, cause);
                }
                if syntax.kind(container) == Kind::List {
                    self.remove_emptied(at, facts, container, cause);
                }
            }
            EntryForm::Argument { call, item } => {
                draft.helpers.entry(call).or_default().insert(item, None);
                draft.removed.insert(call, cause);
            }
            EntryForm::Flag { container, flag, item } => {
                for node in [flag, item] {
                    draft.remove_item(container, node, cause);
                }
            }
            EntryForm::Line { string, start, end } => {
                draft.remove_link(start..end, string, cause);
                if !draft.removals.blanks(&facts.text, &syntax.node(string).content) {
                    return;
                }
                match syntax.parent(string).filter(|&up| syntax.kind(up) == Kind::Concat) {
                    Some(whole) => draft.removals.link(operand(syntax, whole, string)),
                    None => self.remove_value(at, facts, string, cause),
                }
            }
            EntryForm::Statement { statement } => {
                draft.remove_statement(statement, cause);
            }
            // `request = request.header(name, value)` alone.
            EntryForm::Link { call, object } if gives_itself(facts, entry.statement, call, object) => {
                draft.remove_statement(entry.statement, cause);
            }
            EntryForm::Link { call, object } => {
                let call_end = opened(facts, openers, call);
                draft.remove_link(link_span(facts, call_end, object), call, cause);
            }
        }
    }

    /// Takes out the entry or assignment whose value is `value`.
    fn remove_value(&mut self, at: At, facts: &RegionFacts, value: NodeId, cause: Cause) {
        let syntax = facts.tree();
        let Some(entry) = syntax.parent(value) else { return };
        let Some(container) = syntax.parent(entry) else { return };
        let draft = self.draft(at);
        match syntax.kind(entry) {
            Kind::Assign if syntax.kind(container) != Kind::List => {
                let statement = crate::facts::statement_of(facts.language, syntax, entry);
                draft.remove_statement(statement, cause);
            }
            _ => {
                draft.remove_item(container, entry, cause);
            }
        }
    }

    /// A map of headers that has become empty goes with the argument that it is the value of.
    pub(super) fn remove_emptied(&mut self, at: At, facts: &RegionFacts, container: NodeId, cause: Cause) {
        let syntax = facts.tree();
        // What makes a map of its arguments: `Map.of(name, value)`.
        let maker = syntax.parent(container).filter(|_| syntax.kind(container) == Kind::Arguments);
        let map = maker.unwrap_or(container);
        let Some(pair) = syntax.parent(map) else { return };
        if syntax.kind(pair) != Kind::Pair {
            return self.remove_setting(at, facts, container, map, cause);
        }
        if syntax.node(map).role != Role::Value {
            return;
        }
        let (Some(key), Some(outer)) = (syntax.child(pair, Role::Key), syntax.parent(pair)) else { return };
        let name = &facts.text[syntax.node(key).content.clone()];
        let is_headers = self.tree.source.clients.header_arguments.iter().any(|argument| argument == name);
        let draft = self.draft(at);
        // In data a map without entries would be no map any more.
        let goes = is_headers || facts.language.is_data();
        if goes && draft.removals.empties(syntax, &facts.text, container) {
            draft.remove_item(outer, pair, cause);
            if facts.language.is_data() {
                self.remove_emptied(at, facts, outer, cause);
            }
        }
    }

    /// What sets headers from `map` alone, which has become empty: `config.headers = map`, a link `.headers(map)`.
    fn remove_setting(&mut self, at: At, facts: &RegionFacts, container: NodeId, map: NodeId, cause: Cause) {
        let (syntax, clients) = (facts.tree(), &self.tree.source.clients);
        let Some(up) = syntax.parent(map) else { return };
        let draft = self.draft(at);
        if !draft.removals.empties(syntax, &facts.text, container) {
            return;
        }
        let statement = crate::facts::statement_of(facts.language, syntax, container);
        let alone = container != map || syntax.children(up).len() == 1;
        if alone && facts.merges.iter().any(|merge| merge.statement == statement) {
            return draft.remove_statement(statement, cause);
        }
        let set = syntax.child(up, Role::Target).and_then(|target| syntax.child(target, Role::Property));
        if let Some(name) = set.filter(|_| syntax.kind(up) == Kind::Assign) {
            let statement = crate::facts::statement_of(facts.language, syntax, up);
            let name = facts.node_text(name);
            let is_whole = facts.node_text(statement).trim_end_matches(';') == facts.node_text(up);
            if is_whole && clients.header_arguments.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                draft.remove_statement(statement, cause);
            }
        } else if let Some(call) = syntax.parent(up)
            && syntax.kind(up) == Kind::Arguments
            && syntax.children(up).len() == 1
            && let Some(callee) = syntax.child(call, Role::Callee)
            && let Some(object) = syntax.child(callee, Role::Object)
            && syntax.kind(object) == Kind::Call
        {
            let name = crate::facts::last_name(facts.node_text(callee)).to_ascii_lowercase();
            if clients.header_map_setters.contains(&name) {
                draft.remove_link(link_span(facts, call, object), call, cause);
            }
        }
    }
}

/// A value as a message may quote it: on one line, not too long, and not at all if it is hidden.
pub(super) fn quotable(value: &str, hidden: bool) -> String {
    if hidden {
        return "…".to_string();
    }
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    if value.chars().count() > 60 {
        format!("{}…", value.chars().take(60).collect::<String>())
    } else {
        value
    }
}

/// What goes with an operand of a joined string: the operator before it, or behind it for the first one.
fn operand(syntax: &Syntax, whole: NodeId, operand: NodeId) -> Span {
    let span = syntax.node(operand).span.clone();
    let around = syntax.children(whole).iter().filter(|&&other| syntax.kind(other) != Kind::Comment);
    let others = || around.clone().map(|&other| syntax.node(other).span.clone());
    match others().rfind(|other| other.end <= span.start) {
        Some(before) => before.end..span.end,
        None => {
            span.start..others().find(|other| other.start >= span.end).map_or(span.end, |next| next.start)
        }
    }
}

/// What opens the result of `call`, where that is done at once: `set(name, value)?`, `set(name, value).unwrap()`.
fn opened(facts: &RegionFacts, openers: &[String], call: NodeId) -> NodeId {
    let syntax = facts.tree();
    let mut at = call;
    while let Some(up) = syntax.parent(at) {
        let rest = facts.text[syntax.node(at).span.end..syntax.node(up).span.end].trim();
        let is_opener = || {
            let method = syntax.child(up, Role::Property).map_or("", |method| facts.node_text(method));
            openers.iter().any(|opener| opener == method)
        };
        match (syntax.kind(up), syntax.parent(up)) {
            (Kind::Other, _) if rest == "?" => at = up,
            (Kind::Member, Some(next))
                if syntax.kind(next) == Kind::Call && syntax.node(at).role == Role::Object && is_opener() =>
            {
                at = next;
            }
            _ => break,
        }
    }
    at
}

/// Whether a statement does nothing but give what `call` is called on the value of `call`.
fn gives_itself(facts: &RegionFacts, statement: NodeId, call: NodeId, object: NodeId) -> bool {
    let syntax = facts.tree();
    let Some(assign) = syntax.parent(call).filter(|&up| syntax.kind(up) == Kind::Assign) else {
        return false;
    };
    let target = syntax.child(assign, Role::Target).map(|target| facts.node_text(target));
    syntax.node(call).role == Role::Value
        && target == Some(facts.node_text(object))
        && facts.node_text(statement).trim_end_matches(';') == facts.node_text(assign)
}

/// Whether evaluating the expression at `node` does nothing but give a value.
pub(super) fn is_pure(language: &dyn Language, syntax: &Syntax, text: &str, node: NodeId) -> bool {
    syntax.descendants(node).into_iter().all(|id| match syntax.kind(id) {
        Kind::Assign => false,
        Kind::Call => {
            language.environment_read(syntax, text, id).is_some()
                || syntax.child(id, Role::Callee).is_some_and(|callee| {
                    let name =
                        crate::facts::last_name(&text[syntax.node(callee).span.clone()]).to_ascii_lowercase();
                    PURE_CALLS.contains(&name.as_str())
                })
        }
        _ => true,
    })
}
