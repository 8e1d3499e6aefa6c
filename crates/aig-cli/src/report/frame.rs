//! Findings for people, in the manner of a compiler: what, where, the line itself, and what to do next.

use std::borrow::Cow;
use std::io::{self, Write};

use migrate_core::finding::{Finding, Level};
use migrate_core::mask::{Masker, escape_for_terminal};

use crate::shown::Shown;
use crate::style::{Paint, Styles};

/// Where lines of words are broken, and lines of code cut.
pub(crate) const WIDTH: usize = 80;

/// How findings are shown.
pub(crate) struct Frames<'a> {
    /// Hides what must not be told; without one, the findings are masked already.
    pub masker: Option<&'a Masker>,
    /// Also notes.
    pub verbose: bool,
    pub styles: Styles,
}

impl Frames<'_> {
    /// Prints `findings` of the file `path`. `text` is the file, if it is at hand.
    pub fn print<'f>(
        &self,
        path: &str,
        text: Option<&Shown<'_>>,
        findings: impl IntoIterator<Item = &'f Finding>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for finding in findings {
            if finding.level != Level::Note || self.verbose {
                self.one(path, text, finding, out)?;
            }
        }
        Ok(())
    }

    fn one(
        &self,
        path: &str,
        text: Option<&Shown<'_>>,
        finding: &Finding,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let paint = level(&self.styles, finding.level);
        let (dim, close) = (self.styles.hunk, self.styles.hunk.close());
        let head = format!("{}[{}]", finding.level, finding.rule);
        let message = wrap(&self.mask(&finding.message), head.len() + 2, 4);
        writeln!(out, "{paint}{head}{}: {message}", paint.close())?;
        let number = finding.line.to_string();
        let gap = " ".repeat(number.len());
        let place = escape_for_terminal(path);
        writeln!(out, " {gap}{dim}-->{close} {place}:{number}:{}", finding.column)?;
        if let Some((line, before, marked)) = text.and_then(|text| excerpt(text, finding)) {
            writeln!(out, " {number} {dim}|{close} {line}")?;
            let carets = "^".repeat(marked);
            writeln!(out, " {gap} {dim}|{close} {}{paint}{carets}{}", " ".repeat(before), paint.close())?;
        }
        for line in finding.help.lines() {
            let line = wrap(&self.mask(line), number.len() + 4, number.len() + 4);
            writeln!(out, " {gap} {dim}={close} {line}")?;
        }
        Ok(())
    }

    fn mask(&self, text: &str) -> String {
        let masked = self.masker.map_or(Cow::Borrowed(text), |masker| masker.mask_line(text));
        escape_for_terminal(&masked).into_owned()
    }
}

fn level(styles: &Styles, level: Level) -> Paint {
    match level {
        Level::Action => styles.action,
        Level::Check => styles.check,
        _ => styles.note,
    }
}

/// The line that a finding is about, as it may be shown, with how many characters of it stand before what is to be
/// marked, and how many are marked. `None` if there is nothing to mark.
fn excerpt(text: &Shown<'_>, finding: &Finding) -> Option<(String, usize, usize)> {
    let (start, end) = (text.offset(finding.start), text.offset(finding.end));
    let from = text.text.get(..start)?.rfind('\n').map_or(0, |newline| newline + 1);
    let to = text.text.get(start..)?.find('\n').map_or(text.text.len(), |newline| start + newline);
    let end = end.clamp(start, to);
    let shown = |part: std::ops::Range<usize>| {
        let part = text.part(part);
        escape_for_terminal(part.trim_end_matches('\r')).replace('\t', "    ")
    };
    let (mut before, marked, mut after) = (shown(from..start), shown(start..end), shown(end..to));
    let marked_length = marked.chars().count();
    if marked.trim().is_empty() {
        return None;
    }
    // What does not fit is cut at the front, so that the mark can be seen, and then at the end.
    let room = WIDTH.saturating_sub(10);
    let indent = before.len() - before.trim_start().len();
    before.drain(..indent);
    let over = (before.chars().count() + marked_length).saturating_sub(room);
    if over > 0 {
        before = std::iter::once('…').chain(before.chars().skip(over + 1)).collect();
    }
    let length = before.chars().count();
    let left = room.saturating_sub(length + marked_length);
    if after.chars().count() > left {
        after = after.chars().take(left.saturating_sub(1)).chain(['…']).collect();
    }
    let marked: String = marked.chars().take(room.max(1)).collect();
    let line = format!("{before}{marked}{after}");
    Some((line.trim_end().to_owned(), length, marked.chars().count()))
}

/// `text` broken between words, so that no line is longer than [`WIDTH`] if a word is not: its first line starts at
/// column `first`, the others are indented by `indent`.
pub(crate) fn wrap(text: &str, first: usize, indent: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut column = first;
    for word in text.split(' ') {
        let length = word.chars().count();
        if out.is_empty() {
            column += length;
        } else if column + 1 + length > WIDTH {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            column = indent + length;
        } else {
            out.push(' ');
            column += 1 + length;
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use migrate_core::Source;
    use migrate_core::finding::Rule;

    fn shown(text: &str, finding: &Finding) -> String {
        let source = Source::builtin(Source::builtin_names().next().unwrap()).unwrap();
        let masker = Masker::new(&source);
        let frames = Frames { masker: Some(&masker), verbose: true, styles: Styles::default() };
        let mut out = Vec::new();
        frames
            .print("a.py", Some(&Shown::new(text.as_bytes(), "python", &masker)), [finding], &mut out)
            .unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_frame_marks_what_it_is_about() {
        let text = "x = 1\n\tcall(header=\"é\")\n";
        let start = text.find("header").unwrap();
        let finding = Finding::new(text.as_bytes(), start..start + 6, Rule::Config, Level::Check, "it goes");
        let frame = shown(text, &finding.with_help("do this"));
        assert_eq!(
            frame,
            "check[config]: it goes\n  --> a.py:2:7\n 2 | call(header=\"é\")\n   |      ^^^^^^\n   = do this\n"
        );
    }

    #[test]
    fn no_line_is_wider_than_the_page() {
        let long = "word ".repeat(60);
        let text = format!("{long}MARK {long}\n");
        let start = text.find("MARK").unwrap();
        let finding =
            Finding::new(text.as_bytes(), start..start + 4, Rule::Config, Level::Action, long.trim());
        let frame = shown(&text, &finding.with_help(long.trim()));
        for line in frame.lines() {
            assert!(line.chars().count() <= WIDTH, "{line}");
        }
        let mark = frame.lines().find(|line| line.contains("^^^^")).unwrap();
        let above = frame.lines().find(|line| line.contains("MARK")).unwrap();
        let column = |line: &str, part: &str| line[..line.find(part).unwrap()].chars().count();
        assert_eq!(column(mark, "^"), column(above, "MARK"));
    }

    #[test]
    fn a_masked_line_stays_masked() {
        let text = "api_key = \"sk-live-0123456789abcdef0123456789abcdef\"\n";
        let finding = Finding::new(text.as_bytes(), 11..40, Rule::HardCodedKey, Level::Action, "a key");
        assert!(!shown(text, &finding).contains("0123456789"), "{}", shown(text, &finding));
    }
}
