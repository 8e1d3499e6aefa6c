//! Tables of TOML.

use super::tree;

#[test]
fn trees() {
    let table = [
        ("a = \"b\" # c\n", r##"(Pair (String/Key "a") (String/Value "b") (Comment "# c"))"##),
        (
            "[a.b]\nc = \"d\"\n\"e\" = 'f'\n\n[[g]]\nh = [1, { i = \"\"\"j\"\"\" }]\n",
            r##"(Map (Pair (String/Key "c") (String/Value "d")) (Pair (String/Key "e") (String/Value "f"))) (Map (Pair (String/Key "h") (List/Value (String "1") (Map (Pair (String/Key "i") (String/Value "j"))))))"##,
        ),
    ];
    for (text, expected) in table {
        assert_eq!(tree("toml", text), expected, "{text}");
    }
}
