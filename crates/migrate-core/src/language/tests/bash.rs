//! Tables of the shell.

use super::{language, parsed, prefixed, tree};
use crate::syntax::{Kind, Syntax};

#[test]
fn trees() {
    let table = [
        (
            "curl -H \"a: $K\" \\\n  -H 'b' x$Y\"z\" $Q > f # c",
            r##"(Statement (Call (String/Callee "curl") (String "-H") (String "a: $K" (Hole (EnvironmentRead (Name "K")))) (String "-H") (String "b") (String "x$Y\"z\"" (Hole (EnvironmentRead (Name "Y")))) (String "$Q" (Hole (EnvironmentRead (Name "Q"))))) (Other (String "f"))) (Comment "# c")"##,
        ),
        (
            "export A=${B:-c} D=",
            r##"(Statement (Assign (Name/Target "A") (String/Value "${B:-c}" (Hole (EnvironmentRead (Name "B") (String/Value "c"))))) (Assign (Name/Target "D")))"##,
        ),
        (
            "A=$(f \"$B\") g | h && i",
            r##"(Statement (Statement (Call (Assign (Name/Target "A") (String/Value "$(f \"$B\")" (Hole (Block (Call (String/Callee "f") (String "$B" (Hole (EnvironmentRead (Name "B"))))))))) (String/Callee "g")) (Call (String/Callee "h"))) (Call (String/Callee "i")))"##,
        ),
        (
            "cat <<EOF\na $X\nEOF\n",
            r##"(Statement (Call (String/Callee "cat")) (Other (String "a $X\n" (Hole (EnvironmentRead (Name "X"))))))"##,
        ),
        (
            "while a; do b; done",
            r##"(Other (Statement (Call (String/Callee "a"))) (Block/Body (Call (String/Callee "b"))))"##,
        ),
    ];
    for (text, expected) in table {
        assert_eq!(tree("bash", text), expected, "{text}");
    }
}

#[test]
fn prefixes() {
    let table = [
        ("f \"$K\"", "\"$K\"", "f \"Bearer $K\""),
        ("f 'k'", "'k'", "f 'Bearer k'"),
        ("f $K", "$K", "f \"Bearer $K\""),
        ("f k-1", "k-1", "f \"Bearer k-1\""),
        ("A=${K:-x}", "${K:-x}", "A=\"Bearer ${K:-x}\""),
        ("f \"a\"$K", "\"a\"$K", "f \"Bearer a\"$K"),
        ("f $K\"a\"", "$K\"a\"", "f \"Bearer \"$K\"a\""),
        ("f a*b", "a*b", "f \"Bearer \"a*b"),
    ];
    for (text, part, expected) in table {
        assert_eq!(prefixed("bash", text, part).as_deref(), Some(expected), "{text}");
    }
    let text = "f \"h: $K\"";
    let syntax = parsed("bash", text);
    let hole = syntax.ids().find(|&id| syntax.kind(id) == Kind::Hole).unwrap();
    let wrap = language("bash").spell_prefixed(&syntax, text, hole, "Bearer ").unwrap();
    assert_eq!((wrap.start, wrap.end, wrap.before.as_str()), (6, 6, "Bearer "));
}

#[test]
fn reads() {
    let table = [
        ("$K", Some(("K", true, None))),
        ("${K}", Some(("K", true, None))),
        ("${K:?say}", Some(("K", false, None))),
        ("${K:-d}", Some(("K", false, Some("d")))),
        ("${K-}", Some(("K", true, None))),
        ("${K%x}", Some(("K", true, None))),
        ("${K:+x}", None),
        ("${#K}", None),
        ("${!K}", None),
        ("$1", None),
        ("$?", None),
    ];
    for (part, expected) in table {
        let text = format!("f \"{part}\"");
        let syntax = parsed("bash", &text);
        let node = syntax.ids().find(|&id| syntax.kind(id) == Kind::EnvironmentRead).unwrap();
        let got = language("bash").environment_read(&syntax, &text, node);
        let got = got.map(|read| {
            (&text[read.name], read.nullable, read.default.map(|default| syntax.text(default, &text)))
        });
        assert_eq!(got, expected, "{text}");
    }
}

#[test]
fn characters_beyond_ascii() {
    for text in ["{😀", "{1..😀", "{\u{31860}", "f {é"] {
        parsed("bash", text);
    }
    let text = "f \"é $K\" 'ü' # ✓";
    assert_eq!(
        tree("bash", text),
        r##"(Call (String/Callee "f") (String "é $K" (Hole (EnvironmentRead (Name "K")))) (String "ü")) (Comment "# ✓")"##
    );
}

#[test]
fn only_holes() {
    for (text, expected) in
        [("f \"$K\"", Some("$K")), ("f $K", Some("$K")), ("f \"a$K\"", None), ("f k", None)]
    {
        let syntax = parsed("bash", text);
        let argument = syntax.children(syntax.children(Syntax::ROOT)[0])[1];
        assert_eq!(syntax.only_hole(argument).map(|id| syntax.text(id, text)), expected, "{text}");
    }
}
