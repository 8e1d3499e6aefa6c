//! Tables of YAML.

use super::tree;

#[test]
fn trees() {
    let table = [
        ("a: b # c\n", r##"(Map (Pair (String/Key "a") (String/Value "b")) (Comment "# c"))"##),
        (
            "a:\n  b: \"c\"\n  d: 'e'\n",
            r##"(Map (Pair (String/Key "a") (Map/Value (Pair (String/Key "b") (String/Value "c")) (Pair (String/Key "d") (String/Value "e")))))"##,
        ),
        (
            "a:\n  # n\n  b: c\n",
            r##"(Map (Pair (String/Key "a") (Comment "# n") (Map/Value (Pair (String/Key "b") (String/Value "c")))))"##,
        ),
        (
            "a:\n  - b\n  - c: d\n    e: f\n",
            r##"(Map (Pair (String/Key "a") (List/Value (String "b") (Map (Pair (String/Key "c") (String/Value "d")) (Pair (String/Key "e") (String/Value "f"))))))"##,
        ),
        (
            "- A=b\n- \"C=${D}\"\n",
            r##"(List (Assign (Name/Target "A") (String/Value "b")) (Assign (Name/Target "C") (String/Value "${D}" (Hole (EnvironmentRead (Name "D"))))))"##,
        ),
        (
            "a: {b: c, d: [e]}\n",
            r##"(Map (Pair (String/Key "a") (Map/Value (Pair (String/Key "b") (String/Value "c")) (Pair (String/Key "d") (List/Value (String "e"))))))"##,
        ),
        ("a: |\n  b\n  c\n", r##"(Map (Pair (String/Key "a") (String/Value "  b\n  c")))"##),
        (
            "a: ${{ secrets.KEY }}\nb: ${KEY:-x}y\n",
            r##"(Map (Pair (String/Key "a") (String/Value "${{ secrets.KEY }}" (Hole (EnvironmentRead (Name "KEY"))))) (Pair (String/Key "b") (String/Value "${KEY:-x}y" (Hole (EnvironmentRead (Name "KEY"))))))"##,
        ),
        (
            "a: &x b\nc: *x\n<<: *x\nd: !t e\n",
            r##"(Map (Pair (String/Key "a") (String/Value "b")) (Pair (String/Key "c") (Other/Value "*x")) (Pair (String/Key "<<") (Other/Value "*x")) (Pair (String/Key "d") (String/Value "e")))"##,
        ),
        ("? a\n: b\n", r##"(Map (Pair (String/Key "a") (String/Value "b")))"##),
        (
            "a: 1\n---\nb:\n",
            r##"(Map (Pair (String/Key "a") (String/Value "1"))) (Map (Pair (String/Key "b")))"##,
        ),
        (
            "a: os.environ/KEY\n",
            r##"(Map (Pair (String/Key "a") (String/Value "os.environ/KEY" (Hole (EnvironmentRead (Name "KEY"))))))"##,
        ),
        ("m: {{ .Values.x }}\n", r##"(Map (Pair (String/Key "m") (Map/Value (Map (String ".Values.x")))))"##),
    ];
    for (text, expected) in table {
        assert_eq!(tree("yaml", text), expected, "{text}");
    }
}
