use std::sync::LazyLock;

use super::*;
use migrate_core::Source;
use migrate_core::edit::{apply_edits, normalize};
use migrate_core::finding::Rule;
use migrate_core::mask::Masker;

fn edits(original: &[u8], spans: &[(Range<usize>, &str)]) -> Vec<Edit> {
    let mut edits: Vec<Edit> = spans
        .iter()
        .map(|(span, new)| Edit::new(original, span.clone(), new.as_bytes().to_vec(), Rule::BaseUrl, 0))
        .collect();
    normalize(&mut edits).unwrap();
    edits
}

/// The hunks of `original` under `spans`, as a patch prints them.
fn patch(original: &str, spans: &[(Range<usize>, &str)]) -> String {
    let edits = edits(original.as_bytes(), spans);
    let rewritten = apply_edits(original.as_bytes(), &edits);
    static MASKER: LazyLock<Masker> =
        LazyLock::new(|| Masker::new(&Source::builtin(Source::builtin_names().next().unwrap()).unwrap()));
    let masker = &*MASKER;
    let (old, new) = (Shown::new(original.as_bytes(), "x", masker), Shown::new(&rewritten, "x", masker));
    let mut out = String::new();
    for hunk in hunks(&old, &new, &edits) {
        out.push_str(&hunk.header());
        out.push('\n');
        for line in hunk.lines {
            let (sign, text) = match line.kind {
                Kind::Context => (' ', &old.text[line.range]),
                Kind::Removed => ('-', &old.text[line.range]),
                Kind::Added => ('+', &new.text[line.range]),
            };
            out.push(sign);
            out.push_str(text);
            if !text.ends_with('\n') {
                out.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    out
}

#[test]
fn a_changed_word_changes_its_line() {
    assert_eq!(patch("a\nb x\nc\n", &[(4..5, "y")]), "@@ -1,3 +1,3 @@\n a\n-b x\n+b y\n c\n");
}

#[test]
fn removed_and_added_lines_stand_alone() {
    assert_eq!(patch("a\nb\nc\n", &[(2..4, "")]), "@@ -1,3 +1,2 @@\n a\n-b\n c\n");
    assert_eq!(patch("a\nc\n", &[(2..2, "b\n")]), "@@ -1,2 +1,3 @@\n a\n+b\n c\n");
    assert_eq!(
        patch("a\nc", &[(3..3, "\nd")]),
        "@@ -1,2 +1,3 @@\n a\n-c\n\\ No newline at end of file\n+c\n+d\n\\ No newline at end of file\n"
    );
    // The line's end goes at its front: the line before loses its own, the next one's takes its place.
    assert_eq!(patch("a\nb\nc\n", &[(1..3, "")]), "@@ -1,3 +1,2 @@\n a\n-b\n c\n");
}

#[test]
fn a_file_can_become_empty_and_an_empty_one_be_filled() {
    assert_eq!(patch("a\n", &[(0..2, "")]), "@@ -1 +0,0 @@\n-a\n");
    assert_eq!(patch("", &[(0..0, "a\n")]), "@@ -0,0 +1 @@\n+a\n");
}

#[test]
fn edits_on_one_line_make_one_change() {
    assert_eq!(patch("ab cd\n", &[(0..1, "x"), (3..4, "y")]), "@@ -1 +1 @@\n-ab cd\n+xb yd\n");
    // The first joins two lines, the second changes the joined one.
    assert_eq!(patch("a\nb c\nd\n", &[(1..2, " "), (4..5, "x")]), "@@ -1,3 +1,2 @@\n-a\n-b c\n+a b x\n d\n");
}

#[test]
fn far_edits_make_hunks_of_their_own() {
    let text: String = (1..=20).map(|n| format!("{n:02}\n")).collect();
    let near = patch(&text, &[(0..2, "x"), (21..23, "y")]);
    assert_eq!(near.matches("@@ -").count(), 1, "{near}");
    let far = patch(&text, &[(0..2, "x\nx"), (24..26, "y")]);
    assert_eq!(far.matches("@@ -").count(), 2, "{far}");
    assert!(far.contains("@@ -6,7 +7,7 @@"), "{far}");
}

#[test]
fn line_ends_stay() {
    assert_eq!(patch("a\r\nb\r\n", &[(3..4, "c")]), "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n");
}

/// Every pair of spans over a small text with many line ends gives a patch that rebuilds the new text from the old.
#[test]
fn any_edits_give_a_patch_that_holds() {
    let text = "a\nbc\n\nd\r\ne";
    for (first, second) in pairs(text.len()) {
        for new in ["", "x", "\n", "x\n", "\nx", "x\ny"] {
            for last in ["", "z\n"] {
                let spans = [(first.clone(), new), (second.clone(), last)];
                let edits = edits(text.as_bytes(), &spans);
                let expected = String::from_utf8(apply_edits(text.as_bytes(), &edits)).unwrap();
                assert_eq!(rebuild(text, &patch(text, &spans)), expected, "{spans:?}");
            }
        }
    }
}

fn pairs(length: usize) -> Vec<(Range<usize>, Range<usize>)> {
    let mut pairs = Vec::new();
    for a in 0..=length {
        for b in a..=length {
            for c in b..=length {
                for d in c..=length {
                    // Two insertions at one point, or an insertion at the end of a span: their order is not the
                    // order of `normalize`.
                    if b < c {
                        pairs.push((a..b, c..d));
                    }
                }
            }
        }
    }
    pairs
}

/// Applies a patch the dull way.
fn rebuild(old: &str, patch: &str) -> String {
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let (mut out, mut at) = (String::new(), 0);
    let mut lines = patch.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        if let Some(header) = line.strip_prefix("@@ -") {
            let side = header.split([' ', '@']).next().unwrap();
            let (start, count) = side.split_once(',').unwrap_or((side, "1"));
            let start: usize = start.parse().unwrap();
            let first = if count == "0" { start } else { start - 1 };
            out.push_str(&old[at..first].concat());
            at = first;
            continue;
        }
        let mut text = line[1..].to_owned();
        if lines.peek().is_some_and(|next| next.starts_with('\\')) {
            text.pop();
            lines.next();
        }
        match &line[..1] {
            "+" => out.push_str(&text),
            sign => {
                assert_eq!(old[at], text, "the patch tells the old text");
                at += 1;
                if sign == " " {
                    out.push_str(&text);
                }
            }
        }
    }
    out.push_str(&old[at..].concat());
    out
}

#[test]
fn only_the_words_that_differ_are_marked() {
    let differ = |a: &'static str, b: &'static str| {
        let (prefix, suffix) = common(a, b);
        (&a[prefix..a.len() - suffix], &b[prefix..b.len() - suffix])
    };
    for (before, after, expected) in [
        ("https://api.old.ai/v1", "https://api.new.sh/v1", ("old.ai", "new.sh")),
        ("OLD_API_KEY", "NEW_API_KEY", ("OLD_API_KEY", "NEW_API_KEY")),
        ("'dummy'", "env.KEY ?? ''", ("'dummy", "env.KEY ?? '")),
        ("a.b", "a.b.b", ("b", "b.b")),
        ("", "new", ("", "new")),
        ("„é“", "„è“", ("é", "è")),
        ("same", "same", ("same", "same")),
    ] {
        assert_eq!(differ(before, after), expected, "{before} {after}");
    }
    let text = "url = \"https://api.old.ai/v1\" # 🔑\n";
    let made = edits(text.as_bytes(), &[(7..28, "https://api.new-host.sh/v1")]);
    let rewritten = apply_edits(text.as_bytes(), &made);
    let masker = Masker::new(&Source::builtin(Source::builtin_names().next().unwrap()).unwrap());
    let (old, new) = (Shown::new(text.as_bytes(), "x", &masker), Shown::new(&rewritten, "x", &masker));
    let marks = Marks::new(&old, &new, &made);
    assert_eq!((&text[marks.removed[0].clone()], marks.removed.len()), ("old.ai", 1));
    assert_eq!((&new.text[marks.added[0].clone()], marks.added.len()), ("new-host.sh", 1));
}
