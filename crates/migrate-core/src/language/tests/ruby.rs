//! Tables of Ruby.

use super::{prefixed, read, tree};

#[test]
fn trees() {
    let table = [
        (
            "c.post('u', a: b, \"d\" => e, **f)",
            r##"(Call (Member/Callee (Name/Object "c") (Name/Property "post")) (Arguments (String "u") (Pair (Name/Key "a") (Name/Value "b")) (Pair (String/Key "d") (Name/Value "e")) (Spread (Name "f"))))"##,
        ),
        (
            "h[\"a\"] = \"b #{c.d}\" if e",
            r##"(Other (Assign (Index/Target (Name/Object "h") (String/Subscript "a")) (String/Value "b #{c.d}" (Hole (Member (Name/Object "c") (Name/Property "d"))))) (Name "e"))"##,
        ),
        ("A = \"b\".freeze", r##"(Assign (Name/Target "A") (String/Value "b"))"##),
        (
            "F.new(u) do |g|\n  g.h\nend",
            r##"(Call (Member/Callee (Name/Object "F") (Name/Property "new")) (Arguments (Name "u")) (Function (Other/Parameters (Name/Name "g")) (Block/Body (Member (Name/Object "g") (Name/Property "h")))))"##,
        ),
        (
            "class A < B\n  def c(d, e = 'f', g: 1)\n    @h ||= { \"i\": d }\n  end\nend",
            r##"(Class (Name/Name "A") (Other (Name "B")) (Block/Body (Function (Name/Name "c") (Other/Parameters (Name/Name "d") (Assign (Name/Target "e") (String/Value "f")) (Assign (Name/Target "g") (Other/Value "1"))) (Block/Body (Assign (Name/Target "@h") (Map/Value (Pair (String/Key "i") (Name/Value "d"))))))))"##,
        ),
        (
            "puts [a, :b, N::C]",
            r##"(Call (Name/Callee "puts") (Arguments (List (Name "a") (String "b") (Member (Name/Object "N") (Name/Property "C")))))"##,
        ),
        (
            "if a then b else c end",
            r##"(Other (Statement (Name "a")) (Block/Body (Name "b")) (Block/Body (Name "c")))"##,
        ),
    ];
    for (text, expected) in table {
        assert_eq!(tree("ruby", text), expected, "{text}");
    }
    assert_eq!(
        tree("ruby", "f(<<~X)\n  a #{b}\nX\n"),
        r##"(Call (Name/Callee "f") (Arguments (Other "<<~X"))) (String "  a #{b}\n" (Hole (Name "b")))"##
    );
}

#[test]
fn prefixes() {
    let table = [
        ("h = { 'a' => k }", "k", "h = { 'a' => \"Bearer #{k}\" }"),
        ("h = { a: 'k' }", "'k'", "h = { a: 'Bearer k' }"),
        ("h = { a: %q(k) }", "%q(k)", "h = { a: %q(Bearer k) }"),
        ("h = { a: \"#{k}\" }", "\"#{k}\"", "h = { a: \"Bearer #{k}\" }"),
        ("h = { a: ENV[\"K\"] }", "ENV[\"K\"]", "h = { a: \"Bearer #{ENV[\"K\"]}\" }"),
        ("h = { a: 'k' + b }", "'k' + b", "h = { a: 'Bearer k' + b }"),
        ("h = { a: b + c }", "b + c", "h = { a: \"Bearer #{b + c}\" }"),
        ("h = { a: b || '' }", "b || ''", "h = { a: \"Bearer #{b || ''}\" }"),
        ("h[\"a\"] = b ? c : d", "b ? c : d", "h[\"a\"] = \"Bearer #{b ? c : d}\""),
        ("h[\"a\"] = @k", "@k", "h[\"a\"] = \"Bearer #{@k}\""),
    ];
    for (text, part, expected) in table {
        assert_eq!(prefixed("ruby", text, part).as_deref(), Some(expected), "{text}");
    }
    for part in ["nil", ":k", "[k]", "12"] {
        assert_eq!(prefixed("ruby", &format!("h = {{ 'a' => {part} }}"), part), None, "{part}");
    }
}

#[test]
fn reads() {
    let table = [
        ("ENV[\"K\"]", Some(("K", true, None))),
        ("ENV.fetch('K')", Some(("K", false, None))),
        ("ENV.fetch('K', 'd')", Some(("K", false, Some("'d'")))),
        ("ENV.fetch('K', nil)", Some(("K", true, Some("nil")))),
        ("ENV.fetch('K') { d }", Some(("K", false, None))),
        ("settings['K']", None),
        ("ENV[k]", None),
        ("cache.fetch('K')", None),
    ];
    for (text, expected) in table {
        assert_eq!(read("ruby", &format!("x = {text}"), text), expected, "{text}");
    }
    assert_eq!(read("ruby", "ENV['K'] = 'v'", "ENV['K']"), None);
}
