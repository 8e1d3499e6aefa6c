//! A file's edits as a unified diff. `git apply` takes it from a pipe, except for files that are shown in another form
//! because a line of theirs is masked or is no UTF-8.

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;

use migrate_core::edit::Edit;
use migrate_core::mask::{escape_for_terminal, is_unsafe};
use migrate_core::plan::FilePlan;

use super::View;
use crate::hunk::{Hunk, Kind, Line, Marks, hunks};
use crate::shown::Shown;
use crate::style::{Paint, Styles};
use crate::words::count;

/// Texts before and after, and where in them the edits stand.
struct Sides<'a> {
    old: &'a Shown<'a>,
    new: &'a Shown<'a>,
    marks: Marks,
}

impl Sides<'_> {
    fn text(&self, line: &Line) -> Cow<'_, str> {
        match line.kind {
            Kind::Added => self.new.part(line.range.clone()),
            Kind::Context | Kind::Removed => self.old.part(line.range.clone()),
        }
    }

    /// The edited parts of a line, as ranges of its text; none if that is all of it, or if a part of it is masked.
    fn marks(&self, line: &Line) -> Vec<Range<usize>> {
        let all = match line.kind {
            Kind::Context => return Vec::new(),
            Kind::Removed => &self.marks.removed,
            Kind::Added => &self.marks.added,
        };
        if matches!(self.text(line), Cow::Owned(_)) {
            return Vec::new();
        }
        let first = all.partition_point(|mark| mark.end <= line.range.start);
        let inside = all[first..].iter().take_while(|mark| mark.start < line.range.end);
        let inside = inside.map(|mark| {
            mark.start.max(line.range.start) - line.range.start
                ..mark.end.min(line.range.end) - line.range.start
        });
        inside.filter(|mark| !mark.is_empty() && mark.len() + 1 < line.range.len()).collect()
    }
}

/// Prints the diff that `edits` of `file` make, where `old` is what it is and `rewritten` what they make of it: under a
/// head that counts them and ends with `note`. Gives the lines of the file that it shows, counted from 1.
pub(crate) fn print(
    view: &View<'_>,
    file: &FilePlan,
    old: &Shown<'_>,
    edits: &[Edit],
    rewritten: &[u8],
    note: &str,
    out: &mut dyn Write,
) -> io::Result<Vec<Range<usize>>> {
    let new = Shown::new(rewritten, file.language, view.masker);
    let hunks = hunks(old, &new, edits);
    let sides = Sides { old, new: &new, marks: Marks::new(old, &new, edits) };
    let mut lines = hunks.iter().flat_map(|hunk| &hunk.lines);
    let is_masked = lines.any(|line| matches!(sides.text(line), Cow::Owned(_)));
    let why = match () {
        () if is_masked => " (values are masked, so this is no patch)",
        () if !old.is_exact || !new.is_exact => " (the file is not UTF-8, so this is no patch)",
        () => "",
    };
    let Styles { bold, check, .. } = view.styles;
    let mark = if view.uncommitted.contains(&file.path) {
        format!(", {check}uncommitted changes{}", check.close())
    } else {
        String::new()
    };
    let edits = count(edits.len(), "edit");
    writeln!(out, "{bold}{}{}: {edits}{note}{mark}{why}", label(&file.path), bold.close())?;
    if why.is_empty() {
        patch(view, &file.path, &hunks, &sides, out)?;
    } else {
        plain(view, &hunks, &sides, out)?;
    }
    Ok(hunks.iter().map(|hunk| hunk.old.start + 1..hunk.old.end + 1).collect())
}

/// Hunks as `git apply` takes them.
fn patch(
    view: &View<'_>,
    path: &str,
    hunks: &[Hunk],
    sides: &Sides<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Styles { bold, hunk: head, .. } = view.styles;
    writeln!(out, "{bold}--- {}{}", name("a/", path), bold.close())?;
    writeln!(out, "{bold}+++ {}{}", name("b/", path), bold.close())?;
    for hunk in hunks {
        writeln!(out, "{head}{}{}", hunk.header(), head.close())?;
        for line in &hunk.lines {
            let text = sides.text(line);
            let (body, end) = match text.strip_suffix('\n') {
                Some(body) => (body, ""),
                None => (&*text, "\\ No newline at end of file\n"),
            };
            let body = if view.is_terminal { body.strip_suffix('\r').unwrap_or(body) } else { body };
            let sign = match line.kind {
                Kind::Context => ' ',
                Kind::Removed => '-',
                Kind::Added => '+',
            };
            changed(view, line, sign, body, view.is_terminal, sides, out)?;
            out.write_all(end.as_bytes())?;
        }
    }
    Ok(())
}

/// Hunks with line numbers, in a form that no program takes for a patch.
fn plain(view: &View<'_>, hunks: &[Hunk], sides: &Sides<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Styles { dim, .. } = view.styles;
    for (index, hunk) in hunks.iter().enumerate() {
        if index > 0 {
            writeln!(out, "  {dim}      …{}", dim.close())?;
        }
        for line in &hunk.lines {
            let text = sides.text(line);
            let sign = match line.kind {
                Kind::Context => "  ",
                Kind::Removed => "- ",
                Kind::Added => "+ ",
            };
            write!(out, "  {:>6} ", line.number)?;
            changed(view, line, sign, text.trim_end_matches(['\n', '\r']), true, sides, out)?;
        }
    }
    Ok(())
}

/// One line behind its sign, with the edited words marked where there is colour.
fn changed(
    view: &View<'_>,
    line: &Line,
    sign: impl std::fmt::Display,
    body: &str,
    escape: bool,
    sides: &Sides<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let safe = |text: &str| if escape { escape_for_terminal(text).into_owned() } else { text.to_owned() };
    let (paint, word): (Paint, Paint) = match line.kind {
        Kind::Context => return writeln!(out, "{sign}{}", safe(body)),
        Kind::Removed => (view.styles.removed, view.styles.removed_word),
        Kind::Added => (view.styles.added, view.styles.added_word),
    };
    let marks = if view.styles.is_plain() { Vec::new() } else { sides.marks(line) };
    write!(out, "{paint}{sign}")?;
    let mut at = 0;
    for mark in marks {
        let mark = mark.start.min(body.len())..mark.end.min(body.len());
        // What a mark cuts in the middle of a character is not marked.
        let (Some(before), Some(inside)) = (body.get(at..mark.start), body.get(mark.clone())) else {
            continue;
        };
        let (open, close) = (word, word.close());
        write!(out, "{}{}{open}{}{close}{paint}", safe(before), paint.close(), safe(inside))?;
        at = mark.end;
    }
    writeln!(out, "{}{}", safe(body.get(at..).unwrap_or_default()), paint.close())
}

/// A path at the start of a line that is no part of a patch: what could be taken for one is quoted.
pub(crate) fn label(path: &str) -> String {
    let escaped = escape_for_terminal(path);
    if ["--- ", "+++ ", "@@ -", "diff "].iter().any(|start| escaped.starts_with(start)) {
        return format!("./{escaped}");
    }
    escaped.into_owned()
}

/// A path as git writes it in a patch: quoted if a character of it needs that.
fn name(prefix: &str, path: &str) -> String {
    if !path.chars().any(|c| is_unsafe(c) || matches!(c, '"' | '\\' | '\t')) {
        // A blank would end the name; a tab behind it tells git that it does not.
        let end = if path.contains(' ') { "\t" } else { "" };
        return format!("{prefix}{path}{end}");
    }
    let mut quoted = format!("\"{prefix}");
    for c in path.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\t' => quoted.push_str("\\t"),
            '\n' => quoted.push_str("\\n"),
            c if is_unsafe(c) => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    quoted.push_str(&format!("\\{byte:03o}"));
                }
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_as_git_does() {
        assert_eq!(name("a/", "src/app.py"), "a/src/app.py");
        assert_eq!(name("a/", "my app.py"), "a/my app.py\t");
        assert_eq!(name("b/", "a\"b\\c\n\u{202e}é"), "\"b/a\\\"b\\\\c\\n\\342\\200\\256é\"");
        assert_eq!(label("@@ -1 +1 @@"), "./@@ -1 +1 @@");
    }
}
