//! Tables of JSON.

use super::tree;

#[test]
fn trees() {
    let table = [
        (
            "{\"a\": \"b\", \"c\": [1, true]} // d",
            r##"(Map (Pair (String/Key "a") (String/Value "b")) (Pair (String/Key "c") (List/Value (String "1") (String "true")))) (Comment "// d")"##,
        ),
        (
            "{\"a\": {\"b\": \"x ${N} $M ${env:K} {env:O}\"}}",
            r##"(Map (Pair (String/Key "a") (Map/Value (Pair (String/Key "b") (String/Value "x ${N} $M ${env:K} {env:O}" (Hole (EnvironmentRead (Name "N"))) (Hole (EnvironmentRead (Name "M"))) (Hole (EnvironmentRead (Name "K"))) (Hole (EnvironmentRead (Name "O"))))))))"##,
        ),
        ("[\"-e\", \"KEY=v\"]", r##"(List (String "-e") (Assign (Name/Target "KEY") (String/Value "v")))"##),
    ];
    for (text, expected) in table {
        assert_eq!(tree("json", text), expected, "{text}");
    }
}
