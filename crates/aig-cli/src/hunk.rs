//! Hunks of a unified diff, made from a file's edits: nothing is compared but the edited lines themselves.

use std::ops::Range;

use migrate_core::edit::Edit;

use crate::shown::Shown;

/// Lines of context on either side.
const CONTEXT: usize = 3;

/// What edits change, as sorted ranges of a text before and of the text after: no more than the words that differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    pub removed: Vec<Range<usize>>,
    pub added: Vec<Range<usize>>,
}

impl Marks {
    /// What the sorted `edits` that turn `old` into `new` change.
    pub fn new(old: &Shown<'_>, new: &Shown<'_>, edits: &[Edit]) -> Self {
        let mut marks = Self::default();
        let mut delta = 0_isize;
        for edit in edits {
            let start = edit.span.start.saturating_add_signed(delta);
            let end = start + edit.replacement.len();
            delta += edit.replacement.len() as isize - edit.span.len() as isize;
            let mut removed = old.offset(edit.span.start)..old.offset(edit.span.end);
            let mut added = new.offset(start)..new.offset(end);
            // An edit of a file that is no text at all may start in the middle of a character.
            if let (Some(before), Some(after)) = (old.text.get(removed.clone()), new.text.get(added.clone()))
            {
                let (prefix, suffix) = common(before, after);
                removed = removed.start + prefix..removed.end - suffix;
                added = added.start + prefix..added.end - suffix;
            }
            marks.removed.push(removed);
            marks.added.push(added);
        }
        marks
    }
}

/// How many bytes two texts have in common at their start and at their end, without any part of a word.
fn common(a: &str, b: &str) -> (usize, usize) {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut prefix = 0;
    // Behind a character that is no word's, a word ends on both sides.
    for ((at, c), other) in a.char_indices().zip(b.chars()) {
        if c != other {
            break;
        }
        if !is_word(c) {
            prefix = at + c.len_utf8();
        }
    }
    let (mut suffix, mut length) = (0, 0);
    for (c, other) in a[prefix..].chars().rev().zip(b[prefix..].chars().rev()) {
        if c != other {
            break;
        }
        length += c.len_utf8();
        if !is_word(c) {
            suffix = length;
        }
    }
    (prefix, suffix)
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Context,
    Removed,
    Added,
}

/// One line of a hunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub kind: Kind,
    /// Its number, from 1, in the new text if it was added, else in the old text.
    pub number: usize,
    /// Where it stands in that text, with its end.
    pub range: Range<usize>,
}

/// A hunk. Line numbers count from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hunk {
    pub old: Range<usize>,
    pub new: Range<usize>,
    pub lines: Vec<Line>,
}

impl Hunk {
    /// The line that starts a hunk in a patch, without its end.
    pub fn header(&self) -> String {
        let side = |lines: &Range<usize>| match lines.len() {
            // No lines: the number is that of the line before.
            0 => format!("{},0", lines.start),
            1 => format!("{}", lines.start + 1),
            count => format!("{},{count}", lines.start + 1),
        };
        format!("@@ -{} +{} @@", side(&self.old), side(&self.new))
    }
}

/// Where the lines of a text start.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        // What follows the last line's end is no line.
        if starts.last() == Some(&text.len()) {
            starts.pop();
        }
        Self { text, starts }
    }

    fn count(&self) -> usize {
        self.starts.len()
    }

    /// How many lines start before `at`; for the start of a line, its number.
    fn at(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start < at)
    }

    fn is_start(&self, at: usize) -> bool {
        at == 0 || self.text.as_bytes().get(at - 1) == Some(&b'\n')
    }

    /// Start of the line that holds `at`.
    fn floor(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |newline| newline + 1)
    }

    fn range(&self, line: usize) -> Range<usize> {
        self.starts[line]..self.starts.get(line + 1).copied().unwrap_or(self.text.len())
    }

    fn line(&self, line: usize) -> &'a str {
        &self.text[self.range(line)]
    }
}

/// A run of lines that changes, as line numbers.
struct Block {
    old: Range<usize>,
    new: Range<usize>,
}

/// The hunks of a file whose sorted `edits` turn `old` into `new`.
pub(crate) fn hunks(old: &Shown<'_>, new: &Shown<'_>, edits: &[Edit]) -> Vec<Hunk> {
    let (old_lines, new_lines) = (Lines::new(&old.text), Lines::new(&new.text));
    let blocks = blocks(old, new, &old_lines, &new_lines, edits);
    let mut hunks = Vec::new();
    let mut rest = blocks.as_slice();
    while !rest.is_empty() {
        // Blocks whose contexts touch make one hunk.
        let together =
            1 + rest.windows(2).take_while(|pair| pair[1].old.start <= pair[0].old.end + 2 * CONTEXT).count();
        let (here, more) = rest.split_at(together);
        hunks.push(hunk(&old_lines, &new_lines, here));
        rest = more;
    }
    hunks
}

fn hunk(old: &Lines<'_>, new: &Lines<'_>, blocks: &[Block]) -> Hunk {
    let (first, last) = (&blocks[0], &blocks[blocks.len() - 1]);
    let before = first.old.start.min(CONTEXT);
    let after = (old.count() - last.old.end).min(CONTEXT);
    let mut lines = Vec::new();
    let context = |range: Range<usize>, lines: &mut Vec<Line>| {
        lines.extend(range.map(|line| Line {
            kind: Kind::Context,
            number: line + 1,
            range: old.range(line),
        }));
    };
    let mut at = first.old.start - before;
    for block in blocks {
        context(at..block.old.start, &mut lines);
        lines.extend(block.old.clone().map(|line| Line {
            kind: Kind::Removed,
            number: line + 1,
            range: old.range(line),
        }));
        lines.extend(block.new.clone().map(|line| Line {
            kind: Kind::Added,
            number: line + 1,
            range: new.range(line),
        }));
        at = block.old.end;
    }
    context(at..at + after, &mut lines);
    Hunk {
        old: first.old.start - before..last.old.end + after,
        new: first.new.start - before..last.new.end + after,
        lines,
    }
}

/// The runs of whole lines that the edits change, with lines cut off that are the same on both sides.
fn blocks(
    old: &Shown<'_>,
    new: &Shown<'_>,
    old_lines: &Lines<'_>,
    new_lines: &Lines<'_>,
    edits: &[Edit],
) -> Vec<Block> {
    // Byte ranges of whole lines in either text.
    let mut wide: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    let mut delta = 0_isize;
    for edit in edits {
        let new_start = edit.span.start.saturating_add_signed(delta);
        let new_end = new_start + edit.replacement.len();
        delta += edit.replacement.len() as isize - edit.span.len() as isize;
        let (old_start, old_end) = (old.offset(edit.span.start), old.offset(edit.span.end));
        let (new_start, new_end) = (new.offset(new_start), new.offset(new_end));
        let (mut end, mut other_end) = (old_end, new_end);
        if !(old_lines.is_start(old_end) && new_lines.is_start(new_end)) {
            let rest = old.text[old_end..].find('\n').map_or(old.text.len() - old_end, |newline| newline + 1);
            (end, other_end) = (old_end + rest, (new_end + rest).min(new.text.len()));
        }
        let start = old_lines.floor(old_start);
        match wide.last_mut() {
            // An edit on a line that the one before has changed too.
            Some((before, other)) if start < before.end => {
                before.end = before.end.max(end);
                other.end = other_end;
            }
            _ => wide.push((start..end, new_start - (old_start - start)..other_end)),
        }
    }
    let mut blocks: Vec<Block> = Vec::new();
    for (old_range, new_range) in wide {
        let mut block = Block {
            old: old_lines.at(old_range.start)..old_lines.at(old_range.end),
            new: new_lines.at(new_range.start)..new_lines.at(new_range.end),
        };
        let same = |a: usize, b: usize| old_lines.line(a) == new_lines.line(b);
        while !block.old.is_empty() && !block.new.is_empty() && same(block.old.start, block.new.start) {
            block.old.start += 1;
            block.new.start += 1;
        }
        while !block.old.is_empty() && !block.new.is_empty() && same(block.old.end - 1, block.new.end - 1) {
            block.old.end -= 1;
            block.new.end -= 1;
        }
        match blocks.last_mut() {
            _ if block.old.is_empty() && block.new.is_empty() => {}
            Some(last) if last.old.end == block.old.start => {
                last.old.end = block.old.end;
                last.new.end = block.new.end;
            }
            _ => blocks.push(block),
        }
    }
    blocks
}

#[cfg(test)]
mod tests;
