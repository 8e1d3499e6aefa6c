//! Tables of files of variables.

use super::{parsed, prefixed, tree};

#[test]
fn trees() {
    let table = [
        ("A=b", r##"(Statement (Assign (Name/Target "A") (String/Value "b")))"##),
        (
            "export A = 'x#$y' # c\r\n# d",
            r##"(Statement (Assign (Name/Target "A") (String/Value "x#$y"))) (Comment "# c") (Comment "# d")"##,
        ),
        (
            "A=\"a\n${B} $C\"\nD=",
            r##"(Statement (Assign (Name/Target "A") (String/Value "a\n${B} $C" (Hole (EnvironmentRead (Name "B"))) (Hole (EnvironmentRead (Name "C")))))) (Statement (Assign (Name/Target "D") (String/Value)))"##,
        ),
        (
            "A=it's #x\nB=#y",
            r##"(Statement (Assign (Name/Target "A") (String/Value "it's"))) (Comment "#x") (Statement (Assign (Name/Target "B") (String/Value))) (Comment "#y")"##,
        ),
    ];
    for (text, expected) in table {
        assert_eq!(tree("dotenv", text), expected, "{text}");
    }
    assert_eq!(parsed("dotenv", "A=b\nnonsense\n").errors, 1);
}

#[test]
fn prefixes() {
    let table = [
        ("A=b", "b", "A=\"Bearer b\""),
        ("A='b'", "'b'", "A='Bearer b'"),
        ("A=${B}", "${B}", "A=\"Bearer ${B}\""),
    ];
    for (text, part, expected) in table {
        assert_eq!(prefixed("dotenv", text, part).as_deref(), Some(expected), "{text}");
    }
}
