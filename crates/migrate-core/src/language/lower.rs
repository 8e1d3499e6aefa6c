//! From a grammar's tree to [`Syntax`]: parses within a step budget, walks without recursion, counts errors.

use std::cell::RefCell;
use std::ops::{ControlFlow, Deref};

use tree_sitter::{Node, ParseOptions, Parser, Tree};

use crate::syntax::{Kind, NodeId, Role, Span, Syntax};

/// Trees deeper than this are not lowered. No program that a person writes comes near it.
const DEEPEST: usize = 4000;

/// What becomes of a node of the grammar.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// A node of this kind.
    Node(Kind),
    /// A node of this kind, and nothing below it.
    Leaf(Kind),
    /// A node of this kind; where it stands in a string, in a [`Kind::Hole`]. Nothing comes below a name.
    Inline(Kind),
    /// A string (or bare scalar) with this content; only [`Kind::Hole`]s may come below it.
    String(Span),
    /// A node of this kind that is put into text: in a [`Kind::Hole`], and where it stands in no string, in a
    /// [`Kind::String`] of its own.
    Hole(Kind),
    /// A compound statement: `Other`, whose children before the first body stand in a `Statement` (its head).
    Compound,
    /// A call whose callee has no node of its own (`a->b(c)`, where `a`, `b` and `(c)` are children alike): a `Call`,
    /// whose children before its arguments or block stand in a `Member` that is its callee. Where it stands in a
    /// string, in a [`Kind::Hole`].
    Method,
    /// A node of this kind whose children are by turns the key and the value of a `Pair`.
    Pairs(Kind),
    /// No node; its children are its parent's.
    Through,
    /// As [`Shape::Through`], and its children have its role.
    Wrapper,
    /// No node, and nothing below it either.
    Skip,
}

/// How a grammar's nodes are lowered: one table a language.
#[derive(Clone, Copy)]
pub(crate) struct Lowering {
    /// The grammar.
    pub grammar: fn() -> tree_sitter::Language,
    /// What becomes of a named node. The string is the file's text.
    pub shape: fn(&GrammarNode<'_, '_>, &str) -> Shape,
    /// The role of a child: the parent's kind in the grammar, the child's field in it, the child.
    pub role: fn(&str, Option<&str>, &GrammarNode<'_, '_>) -> Role,
}

/// A node of the grammar where the walk has come to it. What is above and before it is known: the grammar's library
/// would look for either from the root, which takes quadratic time in a text of one long list or of deep nesting.
#[derive(Clone, Copy)]
pub(crate) struct GrammarNode<'a, 't> {
    node: Node<'t>,
    kind: &'t str,
    /// From the root to the parent.
    above: &'a [Open<'t>],
}

impl<'t> Deref for GrammarNode<'_, 't> {
    type Target = Node<'t>;

    fn deref(&self) -> &Node<'t> {
        &self.node
    }
}

impl<'t> GrammarNode<'_, 't> {
    /// Its kind in the grammar. The library would measure and check the name each time.
    pub(crate) fn kind(&self) -> &'t str {
        self.kind
    }

    /// The nodes around it, the nearest first.
    pub(crate) fn ancestors(&self) -> impl Iterator<Item = Node<'t>> {
        self.above.iter().rev().map(|open| open.node)
    }

    /// The node around it.
    pub(crate) fn parent(&self) -> Option<Node<'t>> {
        self.ancestors().next()
    }

    /// The kind of the node around it.
    pub(crate) fn parent_kind(&self) -> &'t str {
        self.above.last().map_or("", |open| open.kind)
    }

    /// The kind of what stands before it in its parent, be it a sign or a comment.
    pub(crate) fn kind_before(&self) -> Option<&'t str> {
        self.above.last()?.before
    }

    /// Whether something named but no comment stands before it in its parent.
    pub(crate) fn named_before(&self) -> bool {
        self.above.last().is_some_and(|parent| parent.named_before)
    }
}

/// The text of a node's operator; empty if it has none.
pub(crate) fn operator<'t>(node: &Node<'_>, text: &'t str) -> &'t str {
    node.child_by_field_name("operator").map_or("", |operator| &text[operator.byte_range()])
}

/// Texts longer than this are not parsed: the stack of [`parse`] would take more than 256 MiB.
const LONGEST: usize = 1 << 20;

/// Texts up to this length are parsed on the caller's own stack.
const SHORT: usize = 4 << 10;

/// How many bytes the grammar's library is given at once.
const CHUNK: usize = 4 << 10;

/// How much stack the grammar's library takes for a byte of text, at worst: it releases a chain of nested tokens by
/// recursion, a frame of about 110 bytes each, and a byte makes two tokens at most (one of them of no width).
const STACK_PER_BYTE: usize = 256;

/// Parses `text` on a stack that holds whatever nesting may be in it. `None` if it is too long, or the grammar needs
/// more steps than any sane text takes.
fn parse(lowering: &Lowering, text: &str) -> Option<Tree> {
    if text.len() <= SHORT {
        return parse_here(lowering, text);
    }
    if text.len() > LONGEST {
        return None;
    }
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(text.len() * STACK_PER_BYTE + (1 << 18));
        let thread = builder.spawn_scoped(scope, || parse_here(lowering, text)).ok()?;
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

thread_local! {
    /// The parser of this thread: it keeps what it has allocated from text to text. A grammar that is set makes it
    /// forget the text before, however that ended.
    static PARSER: RefCell<Parser> = RefCell::new(Parser::new());
}

fn parse_here(lowering: &Lowering, text: &str) -> Option<Tree> {
    PARSER.with_borrow_mut(|parser| parse_with(parser, lowering, text))
}

fn parse_with(parser: &mut Parser, lowering: &Lowering, text: &str) -> Option<Tree> {
    // Fails only for a grammar of another ABI, which the tests of each language would show.
    parser.set_language(&(lowering.grammar)()).ok()?;
    // The callback comes once in a hundred steps, and a byte takes about one step at most.
    let mut left = 2_000 + text.len() / 8;
    let mut progress = |_: &tree_sitter::ParseState| {
        left = left.saturating_sub(1);
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let bytes = text.as_bytes();
    // A grammar's own scanner may look far ahead at each token, which counts as one step: it reads chunk after chunk.
    let mut reads = 1_000 + 200 * (bytes.len() / CHUNK);
    let mut read = |at: usize, _| {
        reads = reads.saturating_sub(1);
        let end = if reads == 0 { at } else { at.saturating_add(CHUNK) };
        bytes.get(at..end.min(bytes.len())).unwrap_or_default()
    };
    let tree = parser.parse_with_options(&mut read, None, Some(options));
    tree.filter(|_| reads > 0)
}

/// Where the children of an open node go.
#[derive(Clone, Copy)]
struct Open<'t> {
    /// The node of the grammar; a `Through` node, too, is the parent that roles are asked of.
    node: Node<'t>,
    /// Its kind.
    kind: &'t str,
    /// The kind of the last child that was met.
    before: Option<&'t str>,
    /// Whether a child was met that is named and no comment.
    named_before: bool,
    /// The node that takes them; `None` where they are skipped.
    into: Option<NodeId>,
    /// The head of a compound statement, as long as no body was seen; the callee of a method's call, as long as no
    /// arguments were.
    head: Option<NodeId>,
    /// Whether only holes are wanted here.
    in_string: bool,
    /// The role that children take from a wrapper around them.
    role: Option<Role>,
    /// Whether its children are put into pairs, and the pair that waits for its value.
    pairs: Option<Option<NodeId>>,
}

impl<'t> Open<'t> {
    /// Nothing comes of what is in `node`.
    fn skipped(node: Node<'t>, kind: &'t str) -> Open<'t> {
        Open {
            node,
            kind,
            before: None,
            named_before: false,
            into: None,
            head: None,
            in_string: false,
            role: None,
            pairs: None,
        }
    }

    /// What is in `node` goes where that of its parent goes.
    fn within(self, node: Node<'t>, kind: &'t str) -> Open<'t> {
        Open { node, kind, before: None, named_before: false, ..self }
    }
}

/// Parses and lowers `text`. `None` if the budget is exceeded or the tree is too deep.
pub(crate) fn lower(lowering: &Lowering, text: &str) -> Option<Syntax> {
    let tree = parse(lowering, text)?;
    let mut syntax = Syntax::new(Kind::Block, text.len());
    let mut cursor = tree.walk();
    let mut errors = usize::from(cursor.node().is_error());
    let mut kinds = Kinds::default();
    let root = cursor.node();
    let mut open = vec![Open { into: Some(Syntax::ROOT), ..Open::skipped(root, kinds.of(root)) }];
    if cursor.goto_first_child() {
        'walk: loop {
            let node = cursor.node();
            errors += usize::from(node.is_error() || node.is_missing());
            let kind = kinds.of(node);
            // Signs have no part in the tree, whatever field they are.
            let field = if node.is_named() || node.is_error() { cursor.field_name() } else { None };
            let child = enter(lowering, text, &mut syntax, &mut open, (node, kind), field);
            if let Some(parent) = open.last_mut() {
                parent.before = Some(kind);
                parent.named_before |= node.is_named() && !node.is_extra();
            }
            if cursor.goto_first_child() {
                if open.len() >= DEEPEST {
                    return None;
                }
                open.push(child);
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    break 'walk;
                }
                open.pop();
            }
        }
    }
    syntax.errors = errors;
    Some(syntax)
}

/// The names of kinds, by their numbers, as far as they were met.
#[derive(Default)]
struct Kinds<'t>(Vec<Option<&'t str>>);

impl<'t> Kinds<'t> {
    fn of(&mut self, node: Node<'t>) -> &'t str {
        let id = usize::from(node.kind_id());
        if id == usize::from(u16::MAX) {
            // An error.
            return node.kind();
        }
        if self.0.len() <= id {
            self.0.resize(id + 1, None);
        }
        self.0[id].get_or_insert_with(|| node.kind())
    }
}

/// Adds what `node` becomes, and says where its children go.
fn enter<'t>(
    lowering: &Lowering,
    text: &str,
    syntax: &mut Syntax,
    open: &mut [Open<'t>],
    (node, name): (Node<'t>, &'t str),
    field: Option<&str>,
) -> Open<'t> {
    let nothing = Open::skipped(node, name);
    let Some(&parent) = open.last() else { return nothing };
    let Some(into) = parent.into else { return nothing };
    let span = node.byte_range();
    if !node.is_named() && !node.is_error() {
        if let Some(head) = parent.head {
            extend(syntax, head, span.end);
        }
        return nothing;
    }
    let place = GrammarNode { node, kind: name, above: open };
    let shape = if node.is_error() { Shape::Node(Kind::Error) } else { (lowering.shape)(&place, text) };
    let role = parent.role.filter(|_| !node.is_extra());
    let role = role.unwrap_or_else(|| (lowering.role)(parent.kind, field, &place));
    let Some(parent) = open.last_mut() else { return nothing };
    let (kind, content) = match shape {
        Shape::Node(kind) | Shape::Leaf(kind) | Shape::Inline(kind) | Shape::Pairs(kind) => {
            (kind, span.clone())
        }
        Shape::String(ref content) => (Kind::String, content.clone()),
        Shape::Compound => (Kind::Other, span.clone()),
        Shape::Method => (Kind::Call, span.clone()),
        Shape::Hole(kind) => (kind, span.clone()),
        Shape::Through => return parent.within(node, name),
        Shape::Wrapper => return Open { role: Some(role), ..parent.within(node, name) },
        Shape::Skip => return nothing,
    };
    if parent.in_string && kind == Kind::String {
        // A quoted part of a longer word.
        return parent.within(node, name);
    }
    let inline = matches!(shape, Shape::Inline(_) | Shape::Method);
    if parent.in_string && kind != Kind::Hole && !inline && !matches!(shape, Shape::Hole(_)) {
        return nothing;
    }
    let of_call = parent.head.is_some_and(|head| syntax.kind(head) == Kind::Member);
    if kind == Kind::Block
        || role == Role::Body
        || of_call && matches!(kind, Kind::Arguments | Kind::Function)
    {
        parent.head = None;
    }
    let to = match parent.head {
        Some(head) => {
            extend(syntax, head, span.end);
            head
        }
        None => into,
    };
    let (to, role) = match parent.pairs {
        Some(None) if !node.is_extra() => {
            let pair = syntax.push(to, Kind::Pair, Role::Item, span.clone(), span.clone());
            parent.pairs = Some(Some(pair));
            (pair, Role::Key)
        }
        Some(Some(pair)) if !node.is_extra() => {
            parent.pairs = Some(None);
            extend(syntax, pair, span.end);
            (pair, Role::Value)
        }
        // A comment between a key and its value.
        Some(Some(pair)) => {
            extend(syntax, pair, span.end);
            (pair, role)
        }
        _ => (to, role),
    };
    let id = match shape {
        Shape::Hole(kind) => {
            let (mut to, mut role) = (to, role);
            if !parent.in_string {
                to = syntax.push(to, Kind::String, role, span.clone(), span.clone());
                role = Role::Item;
            }
            let hole = syntax.push(to, Kind::Hole, role, span.clone(), span.clone());
            syntax.push(hole, kind, Role::Item, span.clone(), content)
        }
        _ if inline && parent.in_string => {
            let hole = syntax.push(to, Kind::Hole, role, span.clone(), span.clone());
            syntax.push(hole, kind, Role::Item, span.clone(), content)
        }
        _ => syntax.push(to, kind, role, span.clone(), content),
    };
    let start = span.start..span.start;
    let head = match shape {
        Shape::Compound => Some(syntax.push(id, Kind::Statement, Role::Item, start.clone(), start)),
        Shape::Method => Some(syntax.push(id, Kind::Member, Role::Callee, start.clone(), start)),
        _ => None,
    };
    let into = (!matches!(shape, Shape::Leaf(_) | Shape::Inline(Kind::Name))).then_some(id);
    let pairs = matches!(shape, Shape::Pairs(_)).then_some(None);
    Open { into, head, in_string: matches!(shape, Shape::String(_)), pairs, ..Open::skipped(node, name) }
}

/// Makes the head of a compound statement reach to `end`.
fn extend(syntax: &mut Syntax, head: NodeId, end: usize) {
    let node = syntax.node_mut(head);
    node.span.end = node.span.end.max(end);
    node.content = node.span.clone();
}
