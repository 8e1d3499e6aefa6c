//! Several headers in one string, a line each: `name: value`, with line ends as they are or as `\n`.

use crate::syntax::Span;

/// One line of such a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// What goes with it when it goes: its end, or for the last one the end before it.
    pub span: Span,
    /// Its own text, without blanks around.
    pub text: Span,
}

/// The lines of the string with this content that are not blank.
pub(super) fn lines(text: &str, content: &Span) -> Vec<Line> {
    let inner = &text[content.clone()];
    let mut pieces: Vec<(Span, usize)> = Vec::new();
    let mut start = 0;
    while start < inner.len() {
        let ends = [("\\r\\n", 4), ("\\n", 2), ("\r\n", 2), ("\n", 1)];
        let end = ends
            .into_iter()
            .filter_map(|(end, length)| inner[start..].find(end).map(|found| (start + found, length)))
            .min_by_key(|&(at, length)| (at, std::cmp::Reverse(length)));
        let (at, length) = end.unwrap_or((inner.len(), 0));
        pieces.push((start..at, length));
        start = at + length;
    }
    let mut out: Vec<Line> = Vec::new();
    for (piece, end) in pieces {
        let line = &inner[piece.clone()];
        let trimmed = line.trim();
        if trimmed.is_empty() {
            continue;
        }
        let at = content.start + piece.start + line.len() - line.trim_start().len();
        let last = end == 0;
        let from = if last {
            out.last().map_or(content.start, |line| line.text.end)
        } else {
            content.start + piece.start
        };
        out.push(Line { span: from..content.start + piece.end + end, text: at..at + trimmed.len() });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_goes_with_one_end() {
        let table: [(&str, &[&str]); 5] = [
            ("a: b", &["a: b"]),
            ("a: b\\nc: d", &["a: b\\n", "\\nc: d"]),
            ("a: b\\nc: d\\n", &["a: b\\n", "c: d\\n"]),
            ("\n  a: b\n  c: d\n", &["  a: b\n", "  c: d\n"]),
            ("", &[]),
        ];
        for (text, expected) in table {
            let found: Vec<&str> =
                lines(text, &(0..text.len())).into_iter().map(|line| &text[line.span]).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
