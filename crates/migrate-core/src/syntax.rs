//! The syntax tree as the rules see it: a flat arena of nodes in a few kinds and roles, the same for every language.
//!
//! A language module lowers its own grammar's tree (or its own line parser's result) to this form; nothing above
//! the language floor ever sees a grammar's node kinds. Spans are byte offsets into the region's text.

use std::ops::Range;

use smallvec::SmallVec;

/// Byte offsets into a region's text.
pub type Span = Range<usize>;

/// Names a node of one [`Syntax`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// What a node is, whatever the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A sequence of statements: the file, a body. Names bound in it are seen by what is nested in it.
    Block,
    /// One simple statement (or one line of a line format), or the head of a compound one.
    Statement,
    /// A function, method or lambda, with its body.
    Function,
    /// A class body.
    Class,
    /// An import, in any form that binds names of another file or package.
    Import,
    /// A binding or an assignment: children in the roles [`Role::Target`] and [`Role::Value`].
    Assign,
    /// A call, an instantiation, a command: [`Role::Callee`], then [`Kind::Arguments`] or the arguments themselves.
    Call,
    /// The parenthesised arguments of a call.
    Arguments,
    /// `key: value`, `key=value`, `key => value` in a map or among arguments: [`Role::Key`], [`Role::Value`].
    Pair,
    /// A map entry whose key and value are one name (`{ apiKey }`).
    Shorthand,
    /// A map: object, dict, hash, mapping.
    Map,
    /// A list: array, tuple, set.
    List,
    /// `*a`, `**a`, `...a`.
    Spread,
    /// A string, of any quoting, or a bare scalar or word; its children are [`Kind::Hole`]s.
    String,
    /// An interpolation in a string; its span includes the delimiters. Its child is the expression.
    Hole,
    /// Two expressions joined to one string.
    Concat,
    /// An identifier.
    Name,
    /// `a.b`, `a->b`, `a::b`: [`Role::Object`], [`Role::Property`].
    Member,
    /// `a[b]`: [`Role::Object`], [`Role::Subscript`].
    Index,
    /// An environment variable read in the language's own notation (`$NAME`, `${NAME:-x}`); its first [`Kind::Name`]
    /// child is the variable.
    EnvironmentRead,
    /// A comment.
    Comment,
    /// Text that the grammar could not digest.
    Error,
    /// Anything else.
    Other,
}

/// What a node is to its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Nothing in particular: a list's item, an argument, a statement of a block.
    Item,
    /// What is called.
    Callee,
    /// What is assigned to.
    Target,
    /// What is assigned; a pair's value; a declared default.
    Value,
    /// A pair's key.
    Key,
    /// What a member or an index is taken of.
    Object,
    /// A member's name.
    Property,
    /// An index's subscript.
    Subscript,
    /// The declared name of a function, class or parameter.
    Name,
    /// A function's parameters.
    Parameters,
    /// A body.
    Body,
    /// The module that an import names.
    Module,
    /// A declared type: of a parameter, a variable, a field.
    Type,
    /// The type that a method belongs to which is declared outside of it.
    Owner,
}

/// The children of a node. Most nodes have few, which take no memory of their own.
pub type Children = SmallVec<[NodeId; 4]>;

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// What it is to its parent.
    pub role: Role,
    /// Its whole extent.
    pub span: Span,
    /// For a [`Kind::String`], the extent between the quotes; else the same as `span`.
    pub content: Span,
    /// The node that it is a child of; the root is its own parent.
    pub parent: NodeId,
    /// Its children, in order of text.
    pub children: Children,
}

/// The syntax tree of a region.
#[derive(Clone, Debug)]
pub struct Syntax {
    nodes: Vec<Node>,
    /// How many ERROR and MISSING nodes the grammar reported, by its own count.
    pub errors: usize,
}

impl Syntax {
    /// The root.
    pub const ROOT: NodeId = NodeId(0);

    /// A tree that has only its root, of the given kind, over `length` bytes.
    pub fn new(kind: Kind, length: usize) -> Self {
        let root = Node {
            kind,
            role: Role::Item,
            span: 0..length,
            content: 0..length,
            parent: Self::ROOT,
            children: Children::new(),
        };
        Self { nodes: vec![root], errors: 0 }
    }

    /// Adds a node under `parent`. Children are added in order of text.
    pub fn push(&mut self, parent: NodeId, kind: Kind, role: Role, span: Span, content: Span) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(Node { kind, role, span, content, parent, children: Children::new() });
        self.nodes[parent.0 as usize].children.push(id);
        id
    }

    /// Gives back the memory that was kept for more nodes.
    pub(crate) fn shrink(&mut self) {
        self.nodes.shrink_to_fit();
    }

    /// The node named `id`.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The node named `id`, to change. For language modules that know a node's kind only after its children.
    pub fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id.0 as usize]
    }

    /// The kind of `id`.
    pub fn kind(&self, id: NodeId) -> Kind {
        self.node(id).kind
    }

    /// The parent of `id`; `None` for the root.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        (id != Self::ROOT).then(|| self.node(id).parent)
    }

    /// The children of `id`, in order of text.
    pub fn children(&self, id: NodeId) -> &[NodeId] {
        &self.node(id).children
    }

    /// The first child of `id` in this role.
    pub fn child(&self, id: NodeId, role: Role) -> Option<NodeId> {
        self.children(id).iter().copied().find(|&child| self.node(child).role == role)
    }

    /// The arguments of a call; `None` for what has none.
    pub fn arguments(&self, call: NodeId) -> Option<NodeId> {
        self.children(call).iter().copied().find(|&child| self.kind(child) == Kind::Arguments)
    }

    /// The text of `id`.
    pub fn text<'t>(&self, id: NodeId, text: &'t str) -> &'t str {
        text.get(self.node(id).span.clone()).unwrap_or_default()
    }

    /// The text between the quotes of a string without holes, escapes as written; `None` for anything else.
    pub fn literal<'t>(&self, id: NodeId, text: &'t str) -> Option<&'t str> {
        let node = self.node(id);
        let whole = node.kind == Kind::String && node.children.is_empty();
        whole.then(|| text.get(node.content.clone()).unwrap_or_default())
    }

    /// The expression of a string that is nothing but one interpolation (`"$KEY"`, `` `${key}` ``).
    pub fn only_hole(&self, id: NodeId) -> Option<NodeId> {
        let node = self.node(id);
        match node.children.as_slice() {
            [hole] if node.kind == Kind::String && self.node(*hole).span == node.content => {
                self.children(*hole).first().copied()
            }
            _ => None,
        }
    }

    /// The nodes around `id`, from its parent to the root.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(id), |&node| self.parent(node))
    }

    /// All nodes, parents before children, in order of text among siblings.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + '_ {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    /// `id` and everything below it.
    pub fn descendants(&self, id: NodeId) -> Vec<NodeId> {
        let mut out = vec![id];
        let mut at = 0;
        while at < out.len() {
            out.extend_from_slice(self.children(out[at]));
            at += 1;
        }
        out
    }

    /// The smallest node that holds `span` whole.
    pub fn innermost(&self, span: &Span) -> NodeId {
        let mut id = Self::ROOT;
        loop {
            let children = self.children(id);
            let next = children.partition_point(|&child| self.node(child).span.end < span.end);
            // Empty nodes may share an end; look at the few that could hold the span.
            let found = children[next..].iter().copied().take(4).find(|&child| {
                let node = self.node(child);
                node.span.start <= span.start && span.end <= node.span.end
            });
            match found {
                Some(child) => id = child,
                None => return id,
            }
        }
    }
}
