//! What one region holds: sites, header sets, requests. A value a region, made without any decision.
//!
//! Not allowed here: looking at another file, or deciding anything.

mod changes;
mod header_lines;
mod headers;
mod requests;

use std::sync::Arc;

use headers::Position;
pub(crate) use headers::made_name;

use crate::language::{EnvironmentRead, Language};
use crate::scope::Scopes;
use crate::source::Source;
use crate::syntax::{Kind, NodeId, Role, Span, Syntax};
use crate::token::{Token, TokenKind, Tokenizer};

/// Where in a region a token stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    /// No syntax is known here.
    Lexical,
    /// A comment.
    Comment,
    /// An identifier of the program.
    Name,
    /// A string; `whole` if the token is all of its content.
    Text { whole: bool },
    /// The name in a read of an environment variable.
    Read(EnvironmentRead),
    /// An entry of a header set.
    Entry { set: usize, entry: usize },
    /// A header's name by which a header is looked up or removed.
    HeaderRead,
    /// A header's name in a list of names.
    HeaderList,
    /// A header's name in a constant; `used` if every use of it is an entry of a header set, otherwise there is none.
    Constant { used: bool },
    /// A header's name that goes somewhere else.
    HeaderIndirect,
    /// The module of an import.
    Import,
}

/// A token in its place.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// The token.
    pub token: Token,
    /// The smallest node around it.
    pub node: NodeId,
    /// The statement it stands in.
    pub statement: NodeId,
    /// What the syntax says of it.
    pub context: Context,
    /// Whether someone asks to leave it.
    pub ignored: bool,
}

/// How a header entry is written, which decides how its name and value are edited and how it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntryForm {
    /// An item of a container: a pair of a map, a two-item list in a list.
    Item { container: NodeId, item: NodeId },
    /// `Name: value` in one string, which is an item of `container`, behind the item `flag` if there is one.
    Packed { container: NodeId, item: NodeId, flag: Option<NodeId> },
    /// A line of a string of several: from `start` to `end` it goes.
    Line { string: NodeId, start: usize, end: usize },
    /// A statement of its own.
    Statement { statement: NodeId },
    /// A link of a chain of calls, from the end of what it is called on to its own end.
    Link { call: NodeId, object: NodeId },
    /// A named argument of the SDK's headers helper.
    Argument { call: NodeId, item: NodeId },
    /// Two adjacent items of a command: a flag and its value (`-u name:password`).
    Flag { container: NodeId, flag: NodeId, item: NodeId },
}

/// The value of a header entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EntryValue {
    /// An expression or a literal.
    Node(NodeId),
    /// The rest of a packed string.
    Part(Span),
    /// What is joined to a packed string, and what that has behind the name; `start` is the place behind the colon, and
    /// `item` all that is joined.
    Joined { start: usize, span: Span, item: NodeId },
}

/// One header of a set.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The header's name, lower case; empty for a credential flag.
    pub name: String,
    /// The span of the name.
    pub name_span: Span,
    /// The span of the name's node, with quotes.
    pub key: NodeId,
    /// The value.
    pub value: EntryValue,
    /// How it is written.
    pub form: EntryForm,
    /// The statement it stands in.
    pub statement: NodeId,
    /// Whether the name stands in a constant elsewhere, and this is a reference to it.
    pub constant: bool,
}

/// What holds the entries of a set together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SetOf {
    /// A map, list, or command.
    Node(NodeId),
    /// Everything set on one receiver in one scope.
    Receiver { scope: usize, text: String },
}

/// Headers that go out together.
#[derive(Clone, Debug)]
pub(crate) struct HeaderSet {
    /// What holds it together.
    pub of: SetOf,
    /// Its entries, in order of text.
    pub entries: Vec<Entry>,
}

/// Headers that are put into others as a whole: `headers.update(common)`.
#[derive(Clone, Debug)]
pub(crate) struct Merge {
    /// What they are put into.
    pub of: SetOf,
    /// The statement it stands in.
    pub statement: NodeId,
}

/// A header that is taken out of others: `headers.pop(name)`, `delete headers[name]`.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    /// The header's name, lower case.
    pub name: String,
    /// The node of it.
    pub node: NodeId,
    /// What it is taken out of.
    pub of: SetOf,
    /// The statement it stands in.
    pub statement: NodeId,
    /// Whether the statement does nothing else.
    pub alone: bool,
}

/// A named argument or option of a call.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    /// Its name; empty for a positional one.
    pub name: String,
    /// The pair (or the value itself, for a positional one).
    pub item: NodeId,
    /// What holds the pair: arguments or map.
    pub container: NodeId,
    /// The value.
    pub value: NodeId,
}

/// A call, with its arguments flattened: options in maps count as named arguments.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The call.
    pub call: NodeId,
    /// The last name of the callee: `OpenAI` of `openai.OpenAI`.
    pub callee: String,
    /// Its arguments, in order of text. For a whole chain of calls also what its links set (`.base_url(url)`).
    pub arguments: Vec<Argument>,
    /// The whole chain of calls that it is a link of; itself where there is none.
    pub chain: NodeId,
    /// The statement it stands in.
    pub statement: NodeId,
    /// What its arguments are set on, where that is done one by one: the call is no call then, but one of them.
    pub set_on: Option<SetOf>,
}

/// Methods that send a request to the URL they are given, by last name, lower case. Common to our languages.
pub(crate) const VERBS: [&str; 10] =
    ["delete", "fetch", "get", "head", "options", "patch", "post", "put", "request", "stream"];

/// The facts of a region.
#[derive(Debug)]
pub(crate) struct RegionFacts {
    /// The language.
    pub language: &'static dyn Language,
    /// Whether it is what a program once printed: a record, in which nothing is rewritten.
    pub is_record: bool,
    /// The region's text.
    pub text: Arc<str>,
    /// The syntax; `None` where there is only text.
    pub syntax: Option<Syntax>,
    /// Names.
    pub scopes: Scopes,
    /// One site a token, in order of text.
    pub sites: Vec<Site>,
    /// Header sets.
    pub sets: Vec<HeaderSet>,
    /// Calls.
    pub requests: Vec<Request>,
    /// Headers that are put into others.
    pub merges: Vec<Merge>,
    /// Credential headers that are taken out of others.
    pub taken: Vec<Taken>,
}

impl RegionFacts {
    /// Collects the facts of a region.
    pub(crate) fn of(
        source: &Source,
        tokenizer: &Tokenizer<'_>,
        language: &'static dyn Language,
        text: Arc<str>,
        syntax: Option<Syntax>,
    ) -> Self {
        let tokens = tokenizer.tokens(&text);
        let empty = Syntax::new(Kind::Other, text.len());
        let tree = syntax.as_ref().unwrap_or(&empty);
        let scopes = Scopes::of(language, tree, &text);
        let mut facts = Self {
            language,
            is_record: false,
            text,
            syntax: None,
            scopes,
            sites: Vec::new(),
            sets: Vec::new(),
            requests: Vec::new(),
            merges: Vec::new(),
            taken: Vec::new(),
        };
        if let Some(syntax) = syntax {
            let collector =
                Collector { source, language, text: &facts.text, syntax: &syntax, scopes: &facts.scopes };
            let sets = collector.header_sets();
            let mut requests = collector.requests();
            requests.extend(collector.configured(&sets));
            let sites = tokens.into_iter().map(|token| collector.site(token, &sets)).collect();
            let (merges, taken) = collector.changes();
            (facts.sets, facts.requests, facts.sites) = (sets, requests, sites);
            (facts.merges, facts.taken) = (merges, taken);
            facts.syntax = Some(syntax);
        } else {
            facts.sites = tokens
                .into_iter()
                .map(|token| Site {
                    token,
                    node: Syntax::ROOT,
                    statement: Syntax::ROOT,
                    context: Context::Lexical,
                    ignored: false,
                })
                .collect();
        }
        facts
    }

    /// The syntax of a region that has one. Facts about nodes exist only there.
    pub(crate) fn tree(&self) -> &Syntax {
        #[allow(
            clippy::expect_used,
            reason = "nodes are only handed out by facts that were read from a tree"
        )]
        self.syntax.as_ref().expect("a region with nodes has a tree")
    }

    /// The entry whose name is given by the reference at `node`, to a constant that holds `header`.
    pub(crate) fn entry_by(&self, source: &Source, node: NodeId, header: &str) -> Option<(SetOf, Entry)> {
        let syntax = self.syntax.as_ref()?;
        let (language, text, scopes) = (self.language, &*self.text, &self.scopes);
        let collector = Collector { source, language, text, syntax, scopes };
        match collector.position(node, &syntax.node(node).content)? {
            Position::Entry(of, entry) => {
                Some((of, Entry { name: header.to_string(), constant: true, ..entry }))
            }
            _ => None,
        }
    }

    /// The text of a node.
    pub(crate) fn node_text(&self, id: NodeId) -> &str {
        &self.text[self.tree().node(id).span.clone()]
    }

    /// The sites whose tokens lie in a span.
    pub(crate) fn sites_within(&self, span: &Span) -> impl Iterator<Item = &Site> {
        self.sites
            .iter()
            .filter(|site| span.start <= site.token.span.start && site.token.span.end <= span.end)
    }
}

/// The statement that a node stands in: the outermost node around it that is still inside the innermost body. In data,
/// where there are no bodies, the outermost entry or list item.
pub(crate) fn statement_of(language: &dyn Language, syntax: &Syntax, id: NodeId) -> NodeId {
    let mut at = id;
    while let Some(parent) = syntax.parent(at) {
        let stop = match syntax.kind(parent) {
            Kind::Block | Kind::Function | Kind::Class => true,
            Kind::List => language.is_data(),
            _ => parent == Syntax::ROOT,
        };
        if stop {
            break;
        }
        at = parent;
    }
    at
}

struct Collector<'a> {
    source: &'a Source,
    language: &'static dyn Language,
    text: &'a str,
    syntax: &'a Syntax,
    scopes: &'a Scopes,
}

impl Collector<'_> {
    fn node_text(&self, id: NodeId) -> &str {
        &self.text[self.syntax.node(id).span.clone()]
    }

    /// The key of a pair, without its quotes.
    fn key_of(&self, pair: NodeId) -> Option<&str> {
        let key = self.syntax.child(pair, Role::Key)?;
        Some(&self.text[self.syntax.node(key).content.clone()])
    }

    fn site(&self, token: Token, sets: &[HeaderSet]) -> Site {
        let node = self.syntax.innermost(&token.span);
        let statement = statement_of(self.language, self.syntax, node);
        let context = self.context(&token, node, sets);
        Site { token, node, statement, context, ignored: false }
    }

    fn context(&self, token: &Token, node: NodeId, sets: &[HeaderSet]) -> Context {
        let kind = self.syntax.kind(node);
        if kind == Kind::Comment
            || self.syntax.ancestors(node).any(|id| self.syntax.kind(id) == Kind::Comment)
        {
            return Context::Comment;
        }
        if let Some(read) = self.read(token, node) {
            return Context::Read(read);
        }
        if self.import(node) {
            return Context::Import;
        }
        let whole = self.syntax.node(node).content == token.span;
        if let TokenKind::Header(_) = token.kind {
            for (set, header_set) in sets.iter().enumerate() {
                if let Some(entry) = header_set.entries.iter().position(|entry| entry.name_span == token.span)
                {
                    return Context::Entry { set, entry };
                }
            }
            if kind == Kind::String || kind == Kind::Name {
                return match self.position(node, &token.span) {
                    Some(Position::Read) => Context::HeaderRead,
                    Some(Position::List) => Context::HeaderList,
                    _ if whole || token.span.start == self.syntax.node(node).content.start => {
                        Context::HeaderIndirect
                    }
                    _ if self.is_header_line(&token.span) => Context::HeaderIndirect,
                    _ => Context::Text { whole: false },
                };
            }
            if self.is_header_line(&token.span) && !self.language.is_prose() {
                return Context::HeaderIndirect;
            }
        }
        match kind {
            Kind::String => Context::Text { whole },
            Kind::Name | Kind::Shorthand => Context::Name,
            _ => Context::Text { whole: false },
        }
    }

    /// Whether a header's name stands inside a longer text as it does in a request: behind a quote, a line's start or a
    /// command's flag, and before a colon.
    fn is_header_line(&self, span: &Span) -> bool {
        let before = &self.text[..span.start];
        let opened = before.ends_with(['"', '\'', '`'])
            || before.trim_end_matches([' ', '\t']).ends_with('\n')
            || before.ends_with("\\n")
            || self.source.clients.header_flags.iter().any(|flag| before.trim_end().ends_with(flag.as_str()));
        // An object's key, in JSON inside of a string.
        let after = self.text[span.end..].trim_start_matches('\\');
        let after = if before.ends_with('"') { after.strip_prefix('"').unwrap_or(after) } else { after };
        opened && after.trim_start_matches(' ').starts_with(':')
    }

    /// The environment read whose name is (or holds) the token.
    fn read(&self, token: &Token, node: NodeId) -> Option<EnvironmentRead> {
        std::iter::once(node).chain(self.syntax.ancestors(node)).take(4).find_map(|id| {
            let read = self.language.environment_read(self.syntax, self.text, id)?;
            (read.name.start <= token.span.start && token.span.end <= read.name.end).then_some(read)
        })
    }

    fn import(&self, node: NodeId) -> bool {
        std::iter::once(node).chain(self.syntax.ancestors(node)).any(|id| {
            self.syntax.kind(id) == Kind::Import
                || self.syntax.kind(id) == Kind::Assign
                    && !self.language.imports(self.syntax, self.text, id).is_empty()
        })
    }
}

/// Whether `name` is one of `names`. In data its words may be joined by `-` in place of `_`.
pub(crate) fn is_one_of(language: &dyn Language, name: &str, names: &[String]) -> bool {
    names.iter().any(|known| {
        known == name || language.is_data() && name.contains('-') && *known == name.replace('-', "_")
    })
}

/// The last name of a dotted path: `OpenAI` of `openai.OpenAI`, `post` of `requests.post`.
pub(crate) fn last_name(path: &str) -> &str {
    path.rsplit(|c: char| !c.is_alphanumeric() && c != '_').find(|part| !part.is_empty()).unwrap_or(path)
}
