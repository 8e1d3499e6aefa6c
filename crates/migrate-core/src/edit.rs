//! Edits: replacements of byte spans of an original file, and their application.
//!
//! The original bytes never change. Edits of a file are sorted and disjoint; two insertions at one point keep the
//! order in which they were made, and an insertion sorts before a replacement that starts at the same point.

use std::ops::Range;

use crate::finding::Rule;

/// Names a unit of the plan: edits with the same group are applied together or not at all.
pub type Group = u32;

/// The group of edits that belong to no unit of their own: documents, comments, manifests, value files.
pub const SHARED: Group = 0;

/// One replacement in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Edit {
    /// Byte span in the original file.
    pub span: Range<usize>,
    /// The bytes that take its place, in the file's own encoding.
    pub replacement: Vec<u8>,
    /// The rule that made it.
    pub rule: Rule,
    /// The unit that it belongs to.
    pub group: Group,
    /// Line of `span.start`, counted from 1.
    pub line: usize,
    /// Column of `span.start`, in characters, counted from 1.
    pub column: usize,
}

impl Edit {
    /// An edit of rule `rule` in group `group` that puts `replacement` in the place of `span` of `original`. Line and
    /// column are counted here: characters of UTF-8 (a byte that belongs to no character counts as one).
    ///
    /// # Panics
    /// If `span` lies outside `original`.
    pub fn new(original: &[u8], span: Range<usize>, replacement: Vec<u8>, rule: Rule, group: Group) -> Self {
        assert!(span.end <= original.len(), "the span must lie inside the file");
        let (line, column) = crate::text::line_and_column(original, span.start);
        Self { span, replacement, rule, group, line, column }
    }
}

/// Two edits that can't both be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an edit of rule {first} overlaps one of rule {second} at bytes {}..{}", span.start, span.end)]
#[non_exhaustive]
pub struct Overlap {
    /// The rule of the edit that starts first.
    pub first: Rule,
    /// The rule of the other one.
    pub second: Rule,
    /// The groups of both.
    pub groups: (Group, Group),
    /// The span of the second edit.
    pub span: Range<usize>,
}

/// Sorts edits, drops exact duplicates, and checks that what is left is disjoint.
///
/// # Errors
/// The first [`Overlap`], naming both rules.
pub fn normalize(edits: &mut Vec<Edit>) -> Result<(), Overlap> {
    edits.sort_by_key(|edit| (edit.span.start, !edit.span.is_empty(), edit.span.end));
    edits.dedup_by(|b, a| {
        a.span == b.span && a.replacement == b.replacement && a.rule == b.rule && !a.span.is_empty()
    });
    for pair in edits.windows(2) {
        let [a, b] = pair else { continue };
        if b.span.start < a.span.end {
            return Err(Overlap {
                first: a.rule,
                second: b.rule,
                groups: (a.group, b.group),
                span: b.span.clone(),
            });
        }
    }
    Ok(())
}

/// Applies edits that [`normalize`] has passed.
pub fn apply_edits(original: &[u8], edits: &[Edit]) -> Vec<u8> {
    let grown: usize = edits.iter().map(|edit| edit.replacement.len()).sum();
    let mut out = Vec::with_capacity(original.len() + grown);
    let mut at = 0;
    for edit in edits {
        out.extend_from_slice(&original[at..edit.span.start]);
        out.extend_from_slice(&edit.replacement);
        at = edit.span.end;
    }
    out.extend_from_slice(&original[at..]);
    out
}
