//! Which headers go out together: entries of maps and lists, calls that set one, lines, flags.

use std::collections::BTreeMap;

use super::{
    Collector, Entry, EntryForm, EntryValue, HeaderSet, SetOf, VERBS, header_lines, is_one_of, last_name,
    statement_of,
};
use crate::sdk::names::{argument_header, header_name, item_value, options_of};
use crate::source::Source;
use crate::syntax::{Kind, NodeId, Role, Span, Syntax};

/// What the position of a header's name makes of it.
pub(super) enum Position {
    Entry(SetOf, Entry),
    Read,
    List,
    Indirect,
}

impl Collector<'_> {
    /// All header sets, of source headers and of credential headers alike.
    pub(super) fn header_sets(&self) -> Vec<HeaderSet> {
        let mut sets: BTreeMap<SetOf, Vec<Entry>> = BTreeMap::new();
        for id in self.syntax.ids() {
            let node = self.syntax.node(id);
            if node.kind == Kind::Call && self.is_headers_helper(id) {
                let entries = sets.entry(SetOf::Node(id)).or_default();
                entries.extend(self.helper_entries(id));
                continue;
            }
            if let Some(entries) = self.header_lines(id) {
                sets.entry(SetOf::Node(id)).or_default().extend(entries);
                continue;
            }
            if let Some((set, entry)) = self.credential_call(id).or_else(|| self.credential_property(id)) {
                sets.entry(set).or_default().push(entry);
                continue;
            }
            if let Some(name) = self.constant_name(id) {
                if let Some(Position::Entry(set, entry)) = self.position(id, &node.content) {
                    sets.entry(set).or_default().push(Entry { name, ..entry });
                }
                continue;
            }
            let is_key_name = node.kind == Kind::Name && node.role == Role::Key;
            if node.kind != Kind::String && !is_key_name {
                continue;
            }
            let Some(span) = self.header_name(&node.content) else {
                if let Some((set, entry)) = self.credential_flag(id) {
                    sets.entry(set).or_default().push(entry);
                }
                continue;
            };
            if let Some(Position::Entry(set, entry)) = self.position(id, &span) {
                sets.entry(set).or_default().push(entry);
            }
        }
        self.join_merged(&mut sets);
        self.join_given(&mut sets);
        self.join_chains(&mut sets);
        sets.into_iter()
            .map(|(of, mut entries)| {
                entries.sort_by_key(|entry| entry.name_span.start);
                HeaderSet { of, entries }
            })
            .collect()
    }

    /// Headers that are given in a map to what other headers are set on go out with those:
    /// `client.bearer_auth(key).headers({…})`.
    fn join_given(&self, sets: &mut BTreeMap<SetOf, Vec<Entry>>) {
        let syntax = self.syntax;
        let given = |map: NodeId| {
            let arguments = syntax.parent(map).filter(|&up| syntax.kind(up) == Kind::Arguments)?;
            let call = syntax.parent(arguments)?;
            let object = syntax.child(syntax.child(call, Role::Callee)?, Role::Object)?;
            Some(self.receiver_of(call, object))
        };
        let maps = sets.keys().filter_map(|of| match of {
            SetOf::Node(map) if matches!(syntax.kind(*map), Kind::Map | Kind::List) => {
                Some((of.clone(), given(*map)?))
            }
            _ => None,
        });
        let joined: Vec<(SetOf, SetOf)> = maps.filter(|(_, with)| sets.contains_key(with)).collect();
        for (of, with) in joined {
            let entries = sets.remove(&of).unwrap_or_default();
            sets.entry(with).or_default().extend(entries);
        }
    }

    /// What a chain of calls made, and a name was given to, has the headers that are set on the name too.
    fn join_chains(&self, sets: &mut BTreeMap<SetOf, Vec<Entry>>) {
        let names: Vec<SetOf> =
            sets.keys().filter(|of| matches!(of, SetOf::Receiver { .. })).cloned().collect();
        for of in names {
            let SetOf::Receiver { scope, text } = &of else { continue };
            let Some(binding) = self.scopes.scopes[*scope].bindings.get(text) else { continue };
            let values = binding.assigns.iter().filter_map(|&assign| self.syntax.child(assign, Role::Value));
            let values: Vec<NodeId> = values.collect();
            let mut chains = sets.keys().filter(|chain| {
                let SetOf::Node(node) = chain else { return false };
                self.syntax.kind(*node) == Kind::Call
                    && std::iter::once(*node)
                        .chain(self.syntax.ancestors(*node))
                        .take_while(|&up| !matches!(self.syntax.kind(up), Kind::Block | Kind::Function))
                        .any(|up| values.contains(&up))
            });
            if let (Some(chain), None) = (chains.next().cloned(), chains.next()) {
                let entries = sets.remove(&chain).unwrap_or_default();
                sets.entry(of).or_default().extend(entries);
            }
        }
    }

    /// Whether a call is one of the SDK's function that makes headers.
    pub(super) fn is_headers_helper(&self, call: NodeId) -> bool {
        let Some(sdk) = &self.source.sdk else { return false };
        sdk.makes_headers(self.language, self.scopes, self.syntax, self.text, call)
    }

    /// The headers that a call of the SDK's headers helper makes.
    fn helper_entries(&self, call: NodeId) -> Vec<Entry> {
        let Some(container) = options_of(self.syntax, call) else { return Vec::new() };
        let statement = statement_of(self.language, self.syntax, call);
        let mut out = Vec::new();
        for &item in self.syntax.children(container) {
            let key = match self.syntax.kind(item) {
                Kind::Pair => self.syntax.child(item, Role::Key),
                Kind::Shorthand => Some(item),
                _ => None,
            };
            let (Some(key), Some(value)) = (key, item_value(self.syntax, item)) else { continue };
            let argument = &self.text[self.syntax.node(key).content.clone()];
            let name = argument_header(self.source, self.language, argument)
                .map_or_else(|| header_name(self.source, argument), |header| header.name.clone());
            // A pattern of the data is no name of a header.
            let name = if name.ends_with('*') { header_name(self.source, argument) } else { name };
            out.push(Entry {
                name,
                name_span: self.syntax.node(key).span.clone(),
                key,
                value: EntryValue::Node(value),
                form: EntryForm::Argument { call, item },
                statement,
                constant: false,
            });
        }
        out
    }

    /// The headers of a string of several, which is the value of what is known to take headers.
    fn header_lines(&self, id: NodeId) -> Option<Vec<Entry>> {
        let syntax = self.syntax;
        let node = syntax.node(id);
        if node.kind != Kind::String {
            return None;
        }
        // Of pieces that are joined, those that end with their line.
        let mut whole = id;
        while let Some(up) = syntax.parent(whole).filter(|&up| syntax.kind(up) == Kind::Concat) {
            whole = up;
        }
        let piece = whole != id;
        if piece && !self.text[..node.content.end].ends_with("\\n") {
            return None;
        }
        let parent = syntax.parent(whole).filter(|_| syntax.node(whole).role == Role::Value)?;
        let name = match syntax.kind(parent) {
            Kind::Pair => syntax.child(parent, Role::Key)?,
            Kind::Assign => syntax.child(parent, Role::Target)?,
            _ => return None,
        };
        let name = last_name(&self.text[syntax.node(name).content.clone()]);
        if !self.source.clients.header_arguments.iter().any(|known| known == name) {
            return None;
        }
        let statement = statement_of(self.language, syntax, id);
        let entries = header_lines::lines(self.text, &node.content).into_iter().filter_map(|line| {
            let name = self.header_name(&line.text)?;
            let rest = self.text[name.end..line.text.end].strip_prefix(':')?;
            let value = line.text.end - rest.trim_start().len()..line.text.end;
            Some(Entry {
                name: self.text[name.clone()].to_ascii_lowercase(),
                name_span: name,
                key: id,
                value: EntryValue::Part(value),
                form: EntryForm::Line { string: id, start: line.span.start, end: line.span.end },
                statement,
                constant: false,
            })
        });
        let entries: Vec<Entry> = entries.collect();
        (!entries.is_empty()).then_some(entries)
    }

    /// The span of the header name that a string is, or begins with before a colon.
    fn header_name(&self, content: &Span) -> Option<Span> {
        let text = &self.text[content.clone()];
        let lead = text.len() - text.trim_start().len();
        let flag = self.source.clients.header_flags.iter().filter(|flag| flag.starts_with('-'));
        // `-H'name: value'` and `--header=name: value` in one word.
        let lead = flag
            .filter_map(|flag| text.strip_prefix(flag.as_str()).map(|rest| (flag, rest)))
            .filter(|(_, rest)| rest.contains(':'))
            .map(|(flag, rest)| {
                flag.len() + rest.len() - rest.trim_start_matches(['=', ' ', '"', '\'']).len()
            })
            .max()
            .unwrap_or(lead);
        let rest = &text[lead..];
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
        let name = rest[..length].to_ascii_lowercase();
        let after = rest[length..].trim_start();
        if length == 0 || !(after.is_empty() || after.starts_with(':')) {
            return None;
        }
        // `x-api-key:` in a shell word is a header; `authorization` alone is one wherever a map has it as a key.
        let known = name.starts_with(&self.source.header_prefix)
            && name.len() > self.source.header_prefix.len()
            || self.source.clients.credential_headers.contains(&name);
        known.then(|| content.start + lead..content.start + lead + length)
    }

    pub(super) fn position(&self, id: NodeId, name: &Span) -> Option<Position> {
        let syntax = self.syntax;
        let content = syntax.node(id).content.clone();
        let statement = statement_of(self.language, syntax, id);
        let make = |value, form| Entry {
            name: self.text[name.clone()].to_ascii_lowercase(),
            name_span: name.clone(),
            key: id,
            value,
            form,
            statement,
            constant: false,
        };
        if let Some(colon) = self.text[name.end..content.end].find(|c: char| !c.is_whitespace()) {
            let colon = name.end + colon;
            if !self.text[colon..].starts_with(':') {
                return Some(Position::Indirect);
            }
            return self.packed(id, name.start, colon, &content, make);
        }
        if *name != content {
            return Some(Position::Indirect);
        }
        // Brackets and parentheses around a computed key stand between it and its pair.
        let mut at = id;
        while syntax
            .parent(at)
            .is_some_and(|parent| syntax.kind(parent) == Kind::Other && syntax.children(parent).len() == 1)
        {
            at = syntax.node(at).parent;
        }
        if let Some((made, _)) = made_name(self.source, syntax, self.text, at) {
            at = made;
        }
        let parent = syntax.parent(at)?;
        match (syntax.kind(parent), syntax.node(at).role) {
            (Kind::Pair, Role::Key) => {
                let container = syntax.parent(parent)?;
                // Beside a URL it is the key of settings: `base-url: …`, `api-key: …`.
                let clients = &self.source.clients;
                let is_key = is_one_of(self.language, &self.text[name.clone()], &clients.key_arguments);
                if self.language.is_data() && is_key && self.holds(container, &clients.url_arguments) {
                    return None;
                }
                let Some(value) = syntax.child(parent, Role::Value) else { return Some(Position::Indirect) };
                let value = EntryValue::Node(self.only_item(value));
                Some(Position::Entry(
                    SetOf::Node(container),
                    make(value, EntryForm::Item { container, item: parent }),
                ))
            }
            (Kind::Pair, Role::Value) => {
                let Some((map, list, value)) = self.named_entry(parent) else {
                    return Some(Position::Indirect);
                };
                Some(Position::Entry(
                    SetOf::Node(list),
                    make(EntryValue::Node(value), EntryForm::Item { container: list, item: map }),
                ))
            }
            (Kind::Index, Role::Subscript) => {
                let assign = syntax.parent(parent).filter(|&up| syntax.kind(up) == Kind::Assign);
                let (Some(assign), Role::Target) = (assign, syntax.node(parent).role) else {
                    return Some(Position::Read);
                };
                let (Some(value), Some(object)) =
                    (syntax.child(assign, Role::Value), syntax.child(parent, Role::Object))
                else {
                    return Some(Position::Indirect);
                };
                let value = EntryValue::Node(self.only_item(value));
                Some(Position::Entry(self.receiver(object), make(value, EntryForm::Statement { statement })))
            }
            (Kind::List, _) => {
                let items = self.items(parent);
                let outer = syntax
                    .parent(parent)
                    .filter(|&up| matches!(syntax.kind(up), Kind::List | Kind::Arguments | Kind::Call));
                if let ([first, value], Some(container)) = (items.as_slice(), outer)
                    && *first == at
                    && (syntax.kind(container) == Kind::List
                        || self.header_name(&syntax.node(*value).content).is_none())
                    && self.header_name(&syntax.node(*value).content).is_none()
                {
                    return Some(Position::Entry(
                        SetOf::Node(container),
                        make(EntryValue::Node(*value), EntryForm::Item { container, item: parent }),
                    ));
                }
                let names = items.iter().all(|&item| syntax.kind(item) == Kind::String);
                Some(if names { Position::List } else { Position::Indirect })
            }
            (Kind::Arguments | Kind::Call, _) => self.argument(at, parent, statement, make),
            (Kind::Assign, Role::Value) => Some(Position::Indirect),
            (Kind::Other, _) => Some(self.compared(parent)),
            _ => Some(Position::Indirect),
        }
    }

    /// The one item of a list of values, where a header's value is given as such a list.
    pub(super) fn only_item(&self, value: NodeId) -> NodeId {
        match self.items(value).as_slice() {
            [item] if self.syntax.kind(value) == Kind::List => *item,
            _ => value,
        }
    }

    /// Of the pair `name: …` in a map `{name: …, value: …}` of a list: the list's item, the list, and the value.
    fn named_entry(&self, pair: NodeId) -> Option<(NodeId, NodeId, NodeId)> {
        let (syntax, clients) = (self.syntax, &self.source.clients);
        let is_one_of = |pair: NodeId, names: &[String]| {
            self.key_of(pair).is_some_and(|key| names.contains(&key.to_ascii_lowercase()))
        };
        let map = syntax.parent(pair).filter(|&up| syntax.kind(up) == Kind::Map)?;
        let mut item = map;
        let list = loop {
            let up = syntax.parent(item)?;
            match syntax.kind(up) {
                Kind::List => break up,
                // `header: {key: …, value: …}`, beside what says how it is set.
                Kind::Pair
                    if syntax.node(item).role == Role::Value && is_one_of(up, &clients.header_arguments) =>
                {
                    item = syntax.parent(up)?;
                }
                Kind::Other if syntax.children(up).len() == 1 => item = up,
                _ => return None,
            }
        };
        if !is_one_of(pair, &clients.entry_names) {
            return None;
        }
        let value = syntax.children(map).iter().find(|&&other| is_one_of(other, &clients.entry_values))?;
        Some((item, list, syntax.child(*value, Role::Value)?))
    }

    /// A name in an expression of unknown kind: a comparison or membership test is a read.
    fn compared(&self, parent: NodeId) -> Position {
        let text = self.node_text(parent);
        let test = [" in ", "==", "!=", " is ", ".includes("].iter().any(|operator| text.contains(operator));
        if test { Position::Read } else { Position::Indirect }
    }

    /// The items of a list or of a call's arguments, without comments.
    pub(super) fn items(&self, container: NodeId) -> Vec<NodeId> {
        self.syntax
            .children(container)
            .iter()
            .copied()
            .filter(|&child| {
                self.syntax.kind(child) != Kind::Comment && self.syntax.node(child).role != Role::Callee
            })
            .collect()
    }

    fn argument(
        &self,
        at: NodeId,
        parent: NodeId,
        statement: NodeId,
        make: impl Fn(EntryValue, EntryForm) -> Entry,
    ) -> Option<Position> {
        let syntax = self.syntax;
        let call = if syntax.kind(parent) == Kind::Call { parent } else { syntax.parent(parent)? };
        let callee = syntax.child(call, Role::Callee)?;
        let name = last_name(self.node_text(callee)).to_ascii_lowercase();
        let items = self.items(parent);
        let clients = &self.source.clients;
        if clients.header_getters.contains(&name) {
            return Some(Position::Read);
        }
        let setter = clients.header_setters.contains(&name);
        let [first, value, rest @ ..] = items.as_slice() else {
            // `response.header(name)` gives what `request.header(name, value)` sets.
            let of_object = syntax.child(callee, Role::Object).is_some();
            return Some(if setter && of_object { Position::Read } else { Position::Indirect });
        };
        if !setter || *first != at || !rest.is_empty() {
            return Some(Position::Indirect);
        }
        let Some((of, form)) = self.set_by(call, callee, statement) else { return Some(Position::Indirect) };
        Some(Position::Entry(of, make(EntryValue::Node(*value), form)))
    }

    /// What a call that sets a header sets it on, and how it is written: as an option among the arguments of another
    /// call (`client(with_header(name, value))`), as a statement, or as a link of a chain.
    fn set_by(&self, call: NodeId, callee: NodeId, statement: NodeId) -> Option<(SetOf, EntryForm)> {
        let syntax = self.syntax;
        let object = syntax.child(callee, Role::Object);
        let is_function = match object {
            None => true,
            Some(object) => {
                let bound = self.scopes.resolve(syntax, self.text, object);
                syntax.kind(object) == Kind::Name && bound.is_none_or(|(_, bound)| bound.import.is_some())
            }
        };
        let around =
            syntax.parent(call).filter(|&up| matches!(syntax.kind(up), Kind::Arguments | Kind::List));
        if let Some(container) = around.filter(|_| is_function) {
            // `request.add(header(name, value))` without it would add nothing.
            let outer = syntax.parent(container).filter(|_| self.items(container).len() == 1);
            let callee = outer.and_then(|outer| syntax.child(outer, Role::Callee));
            let sets = |callee| {
                let name = last_name(self.node_text(callee)).to_ascii_lowercase();
                self.source.clients.header_setters.contains(&name)
            };
            return match (outer, callee.filter(|&callee| sets(callee))) {
                (Some(outer), Some(callee)) => self.set_by(outer, callee, statement),
                _ => Some((SetOf::Node(container), EntryForm::Item { container, item: call })),
            };
        }
        // A body without braces is a statement of its own.
        let alone = syntax.parent(call).filter(|&up| syntax.kind(up) == Kind::Statement).unwrap_or(call);
        let is_body = syntax.node(alone).role == Role::Body && self.is_statement(call, alone);
        let statement = if is_body { alone } else { statement };
        let Some(object) = object else {
            // A directive of a configuration: what stands beside it is set on the same requests.
            if self.language.is_data() {
                return Some((SetOf::Node(syntax.parent(call)?), EntryForm::Statement { statement }));
            }
            let body = self.given_body(statement).filter(|_| self.is_statement(call, statement))?;
            let bound = self.scopes.resolve(syntax, self.text, callee);
            let is_own = bound.is_some_and(|(_, bound)| bound.import.is_none());
            return (!is_own).then_some((SetOf::Node(body), EntryForm::Statement { statement }));
        };
        let chained = syntax.parent(call).is_some_and(|up| syntax.kind(up) == Kind::Member);
        let is_link = chained || syntax.kind(object) == Kind::Call || !self.is_statement(call, statement);
        let form =
            if is_link { EntryForm::Link { call, object } } else { EntryForm::Statement { statement } };
        Some((self.receiver_of(call, object), form))
    }

    /// The body of a statement, where a method called without an object is one of what the body is given to:
    /// `request { header(name, value) }`, `new HashMap<>() {{ put(name, value); }}`.
    fn given_body(&self, statement: NodeId) -> Option<NodeId> {
        let syntax = self.syntax;
        let body = syntax.parent(statement).filter(|_| self.language.has_open_classes())?;
        let holder = if syntax.kind(body) == Kind::Function { body } else { syntax.parent(body)? };
        let around = syntax.kind(syntax.parent(holder)?);
        let is_given = match syntax.kind(holder) {
            Kind::Function => matches!(around, Kind::Arguments | Kind::Call),
            Kind::Block => around == Kind::Call,
            _ => false,
        };
        is_given.then_some(body)
    }

    /// `bearer_auth(key)` and its like: a credential set by a call that names no header.
    fn credential_call(&self, call: NodeId) -> Option<(SetOf, Entry)> {
        let syntax = self.syntax;
        let callee = syntax.child(call, Role::Callee).filter(|_| syntax.kind(call) == Kind::Call)?;
        let name = last_name(self.node_text(callee)).to_ascii_lowercase();
        if !self.source.clients.credential_setters.contains(&name) || self.set_argument(call).is_some() {
            return None;
        }
        let statement = statement_of(self.language, syntax, call);
        let key = syntax.child(callee, Role::Property).or_else(|| {
            // Without an object it is a method of what the body is given to, or a function of the program's own.
            let is_name = syntax.kind(callee) == Kind::Name && syntax.child(callee, Role::Object).is_none();
            (is_name && self.is_statement(call, statement)).then_some(callee)
        })?;
        let value = *self.items(syntax.arguments(call)?).first()?;
        let (of, form) = self.set_by(call, callee, statement)?;
        let name_span = syntax.node(key).span.clone();
        let value = EntryValue::Node(value);
        Some((of, Entry { name: String::new(), name_span, key, value, form, statement, constant: false }))
    }

    /// `headers.Authorization = value`: a credential's header as a property.
    fn credential_property(&self, assign: NodeId) -> Option<(SetOf, Entry)> {
        let syntax = self.syntax;
        let target = syntax.child(assign, Role::Target).filter(|_| syntax.kind(assign) == Kind::Assign)?;
        let key = syntax.child(target, Role::Property).filter(|_| syntax.kind(target) == Kind::Member)?;
        let (object, value) = (syntax.child(target, Role::Object)?, syntax.child(assign, Role::Value)?);
        let name = self.node_text(key).to_ascii_lowercase();
        let statement = statement_of(self.language, syntax, assign);
        let known = self.source.clients.credential_headers.contains(&name) && !self.language.is_data();
        let is_whole = self.node_text(statement).trim_end_matches(';').trim_end() == self.node_text(assign);
        let entry = Entry {
            name,
            name_span: syntax.node(key).span.clone(),
            key,
            value: EntryValue::Node(value),
            form: EntryForm::Statement { statement },
            statement,
            constant: false,
        };
        (known && is_whole).then(|| (self.receiver(object), entry))
    }

    /// The credential header whose name is in a library's constant: `reqwest::header::AUTHORIZATION`.
    fn constant_name(&self, id: NodeId) -> Option<String> {
        let node = self.syntax.node(id);
        if !matches!(node.kind, Kind::Name | Kind::Member)
            || matches!(node.role, Role::Object | Role::Property | Role::Target | Role::Callee)
        {
            return None;
        }
        let path = self.node_text(id);
        let constants = &self.source.clients.header_constants;
        let is_end = |end: &str| {
            path.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with([':', '.']))
        };
        let name = constants.iter().find(|(end, _)| is_end(end)).map(|(_, name)| name.clone())?;
        // One of the program's own holds what it says.
        let bound = || self.scopes.resolve(self.syntax, self.text, id);
        let is_own = node.kind == Kind::Name && bound().is_some_and(|(_, bound)| bound.import.is_none());
        (!is_own).then_some(name)
    }

    /// Whether nothing but the call stands in the statement.
    pub(super) fn is_statement(&self, call: NodeId, statement: NodeId) -> bool {
        self.node_text(statement).trim_end_matches(';').trim_end() == self.node_text(call)
    }

    /// The call that `call` is a link behind, if it is one of a chain.
    pub(super) fn link_before(&self, call: NodeId) -> Option<NodeId> {
        let callee = self.syntax.child(call, Role::Callee)?;
        self.syntax.child(callee, Role::Object).filter(|&object| self.syntax.kind(object) == Kind::Call)
    }

    /// The last call of the chain that `call` is a link of.
    pub(super) fn chain_of(&self, call: NodeId) -> NodeId {
        let syntax = self.syntax;
        let mut at = call;
        while let Some(member) = syntax.parent(at)
            && syntax.node(at).role == Role::Object
            && syntax.node(member).role == Role::Callee
            && let Some(next) = syntax.parent(member)
        {
            at = next;
        }
        at
    }

    /// What holds together the headers that `call` sets on `object`: a chain that begins with a call which makes the
    /// request holds its own; else all goes to the variable that the chain begins with.
    fn receiver_of(&self, call: NodeId, object: NodeId) -> SetOf {
        let mut first = call;
        while let Some(before) = self.link_before(first) {
            first = before;
        }
        let callee = self.syntax.child(first, Role::Callee);
        let base = callee.and_then(|callee| self.syntax.child(callee, Role::Object));
        let name = callee.map_or("", |callee| last_name(self.node_text(callee)));
        let is_variable = |base: NodeId| {
            let bound = self.scopes.resolve(self.syntax, self.text, base);
            self.syntax.kind(base) != Kind::Name || bound.is_some_and(|(_, bound)| bound.import.is_none())
        };
        match base {
            // `Type::bearer(key)->headers(…)` begins with the call itself.
            Some(base) if first == call && !is_variable(base) && self.chain_of(call) != call => {
                SetOf::Node(self.chain_of(call))
            }
            _ if first == call => self.receiver(object),
            // `client.R()` makes one too.
            Some(base)
                if is_variable(base)
                    && !VERBS.contains(&name.to_ascii_lowercase().as_str())
                    && !self.node_text(first).ends_with("()") =>
            {
                self.receiver(base)
            }
            _ => SetOf::Node(self.chain_of(call)),
        }
    }

    pub(super) fn receiver(&self, object: NodeId) -> SetOf {
        let scope = self
            .scopes
            .resolve(self.syntax, self.text, object)
            .map_or_else(|| self.scopes.scope_of(self.syntax, object), |(binding, _)| binding.scope);
        SetOf::Receiver { scope, text: self.node_text(object).to_string() }
    }

    /// `name: value` in one string.
    fn packed(
        &self,
        id: NodeId,
        name_start: usize,
        colon: usize,
        content: &Span,
        make: impl Fn(EntryValue, EntryForm) -> Entry,
    ) -> Option<Position> {
        let syntax = self.syntax;
        let rest = &self.text[colon + 1..content.end];
        let start = colon + 1 + (rest.len() - rest.trim_start().len());
        // Quotes inside of a word (`--header="…"`) are no part of the value.
        let opened = self.text[..name_start].ends_with(['"', '\'']) && name_start > content.start;
        let end = if opened && rest.ends_with(['"', '\'']) { content.end - 1 } else { content.end };
        let mut value = EntryValue::Part(start..end);
        if rest.contains('\n') {
            return Some(Position::Indirect);
        }
        // `"name: " + value`
        let mut id = id;
        while let Some(up) = syntax.parent(id).filter(|&up| syntax.kind(up) == Kind::Concat) {
            let next = syntax.children(up).iter().copied().find(|&other| other != id);
            let Some(next) = next.filter(|_| syntax.children(up).first() == Some(&id)) else {
                return Some(Position::Indirect);
            };
            let from = match value {
                EntryValue::Joined { ref span, .. } => span.start,
                _ if start == end => syntax.node(next).span.start,
                _ => start,
            };
            value = EntryValue::Joined { start, span: from..syntax.node(up).span.end, item: up };
            id = up;
        }
        let container = syntax.parent(id)?;
        if syntax.kind(container) == Kind::Assign && syntax.node(id).role == Role::Value {
            return Some(self.appended(container, value, make));
        }
        if !matches!(syntax.kind(container), Kind::Call | Kind::Arguments | Kind::List) {
            return Some(Position::Indirect);
        }
        let items = self.items(container);
        let index = items.iter().position(|&item| item == id)?;
        let flag = index.checked_sub(1).map(|before| items[before]).filter(|&item| {
            let text = self.text[self.syntax.node(item).content.clone()].trim();
            self.source.clients.header_flags.iter().any(|flag| flag == text)
        });
        let attached = self.text[content.clone()].starts_with('-');
        // A header in one string is only certain behind a flag, or among others of its form in a list.
        if flag.is_none() && !attached && syntax.kind(container) != Kind::List {
            return Some(Position::Indirect);
        }
        Some(Position::Entry(
            SetOf::Node(container),
            make(value, EntryForm::Packed { container, item: id, flag }),
        ))
    }

    /// `list[] = "name: value"`
    fn appended(
        &self,
        assign: NodeId,
        value: EntryValue,
        make: impl Fn(EntryValue, EntryForm) -> Entry,
    ) -> Position {
        let syntax = self.syntax;
        let target = syntax.child(assign, Role::Target).filter(|&target| syntax.kind(target) == Kind::Index);
        let place = target.filter(|&target| syntax.child(target, Role::Subscript).is_none());
        let Some(object) = place.and_then(|target| syntax.child(target, Role::Object)) else {
            return Position::Indirect;
        };
        let statement = statement_of(self.language, syntax, assign);
        Position::Entry(self.receiver(object), make(value, EntryForm::Statement { statement }))
    }

    /// `-u name:password` of a command.
    fn credential_flag(&self, id: NodeId) -> Option<(SetOf, Entry)> {
        let node = self.syntax.node(id);
        let text = self.text[node.content.clone()].trim();
        if !self.source.clients.credential_flags.iter().any(|flag| flag == text) {
            return None;
        }
        let container = self.syntax.parent(id).filter(|&up| self.syntax.kind(up) == Kind::Call)?;
        let items = self.items(container);
        let index = items.iter().position(|&item| item == id)?;
        let item = *items.get(index + 1)?;
        let entry = Entry {
            name: String::new(),
            name_span: node.content.clone(),
            key: id,
            value: EntryValue::Node(item),
            form: EntryForm::Flag { container, flag: id, item },
            statement: statement_of(self.language, self.syntax, id),
            constant: false,
        };
        Some((SetOf::Node(container), entry))
    }
}

/// What makes a header's name of the text at `node`, with what converts it: `HeaderName::from_static("…")`,
/// `"…".to_string()`. And whether the text has to be in lower case.
pub(crate) fn made_name(
    source: &Source,
    syntax: &Syntax,
    text: &str,
    node: NodeId,
) -> Option<(NodeId, bool)> {
    let around = |id: NodeId, kind: Kind| syntax.parent(id).filter(|&up| syntax.kind(up) == kind);
    let clients = &source.clients;
    let (mut at, mut lower) = (node, false);
    loop {
        let argument = around(at, Kind::Arguments)
            .filter(|&up| syntax.children(up).len() == 1)
            .and_then(|arguments| around(arguments, Kind::Call))
            .filter(|&call| {
                let path = syntax.child(call, Role::Callee).map_or("", |callee| syntax.text(callee, text));
                lower |= clients.header_names.iter().any(|maker| path.ends_with(maker.as_str()));
                lower || clients.text_makers.iter().any(|maker| path == maker)
            });
        let converted = || {
            let member = around(at, Kind::Member).filter(|_| syntax.node(at).role == Role::Object)?;
            let method = syntax.child(member, Role::Property).map(|method| syntax.text(method, text))?;
            let known = clients.conversions.iter().any(|conversion| conversion == method);
            around(member, Kind::Call).filter(|_| known)
        };
        let opened = || {
            (at != node)
                .then(|| around(at, Kind::Other).filter(|&up| syntax.children(up).len() == 1))
                .flatten()
        };
        match argument.or_else(converted).or_else(opened) {
            Some(up) => at = up,
            None => return (at != node).then_some((at, lower)),
        }
    }
}
