//! Values that a plan is made of, known to the floors that make it.

/// What became of one marker occurrence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct LedgerEntry {
    /// Byte offset, in the original file, of the token's first byte.
    pub start: usize,
    /// Byte offset past its last one.
    pub end: usize,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a marker occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Fate {
    /// An edit covers it.
    Rewritten,
    /// A finding names it.
    Reported,
    /// Left on purpose, for this reason.
    Left(LeftReason),
}

/// Why a marker occurrence was left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LeftReason {
    /// Prose: a title, a sentence, a name in a comment.
    Prose,
    /// An identifier of the program's own.
    Identifier,
    /// A link to a page.
    Link,
    /// A part of a file's or folder's name.
    Path,
    /// Something else of that name.
    Unrelated,
}

/// A change of an environment variable that someone has to repeat outside the tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct EnvironmentChange {
    /// What has to be done.
    pub kind: EnvironmentKind,
    /// The old name.
    pub from: String,
    /// The new name; the same for [`EnvironmentKind::Value`].
    pub to: String,
    /// The files that name it, sorted.
    pub files: Vec<String>,
}

impl EnvironmentChange {
    /// `from` has to become `to` wherever the `files` are used.
    pub fn new(
        kind: EnvironmentKind,
        from: impl Into<String>,
        to: impl Into<String>,
        files: Vec<String>,
    ) -> Self {
        Self { kind, from: from.into(), to: to.into(), files }
    }
}

/// What has to be done about a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EnvironmentKind {
    /// It has another name now.
    Rename,
    /// It needs another value.
    Value,
    /// It is needed beside the old one.
    Add,
}

impl EnvironmentKind {
    /// `rename`, `value` or `add`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Rename => "rename",
            Self::Value => "value",
            Self::Add => "add",
        }
    }
}
