//! Tables of Kotlin.

use super::{imports, prefixed, read, tree};

#[test]
fn trees() {
    let table = [
        (
            "a.b(\"c\", d = e) { f(\"g\") }",
            r##"(Call (Member/Callee (Name/Object "a") (Name/Property "b")) (Arguments (String "c") (Pair (Name/Key "d") (Name/Value "e"))) (Function (Call (Name/Callee "f") (Arguments (String "g")))))"##,
        ),
        (
            "val h = mapOf(\"a\" to b, \"c\" to \"$d/${e.f}\")",
            r##"(Assign (Name/Target "h") (Call/Value (Name/Callee "mapOf") (Arguments (Pair (String/Key "a") (Name/Value "b")) (Pair (String/Key "c") (String/Value "$d/${e.f}" (Hole (Name "d")) (Hole (Member (Name/Object "e") (Name/Property "f"))))))))"##,
        ),
        (
            "class A(private val b: B, val c: String = D) {\n companion object { const val E = \"f\" }\n val g = \"x\" + E\n}",
            r##"(Class (Name/Name "A") (Other/Parameters (Other (Other (Other "private")) (Name/Name "b") (Other (Name "B"))) (Assign (Name/Target "c") (Other (Name "String")) (Name/Value "D"))) (Block/Body (Block/Body (Assign (Other (Other "const")) (Name/Target "E") (String/Value "f"))) (Assign (Name/Target "g") (Concat/Value (String "x") (Name "E")))))"##,
        ),
        (
            "if (a) b[\"c\"] = d else { e }",
            r##"(Other (Statement (Name "a")) (Assign/Body (Index/Target (Name/Object "b") (String/Subscript "c")) (Name/Value "d")) (Block/Body (Name "e")))"##,
        ),
        (
            "fun f(a: B) = \"\\$x\"",
            r##"(Function (Name/Name "f") (Other/Parameters (Other (Name/Name "a") (Other (Name "B")))) (String/Body "\\$x"))"##,
        ),
    ];
    for (text, expected) in table {
        assert_eq!(tree("kotlin", text), expected, "{text}");
    }
}

#[test]
fn prefixes() {
    let table = [
        ("x = key", "key", "x = \"Bearer $key\""),
        ("x = \"k\"", "\"k\"", "x = \"Bearer k\""),
        ("x = \"$k\"", "\"$k\"", "x = \"Bearer $k\""),
        ("x = a.b", "a.b", "x = \"Bearer ${a.b}\""),
        ("x = f(\"K\") ?: \"\"", "f(\"K\") ?: \"\"", "x = \"Bearer ${f(\"K\") ?: \"\"}\""),
        ("x = \"a\" + b", "\"a\" + b", "x = \"Bearer a\" + b"),
        ("f(listOf(k))", "listOf(k)", "f(listOf(\"Bearer $k\"))"),
    ];
    for (text, part, expected) in table {
        assert_eq!(prefixed("kotlin", text, part).as_deref(), Some(expected), "{text}");
    }
    assert_eq!(prefixed("kotlin", "x = null", "null"), None);
}

#[test]
fn reads() {
    let table = [
        ("System.getenv(\"K\")", Some(("K", true, None))),
        ("System.getenv()[\"K\"]", Some(("K", true, None))),
        ("dotenv[\"K\"]", Some(("K", true, None))),
        ("headers[\"K\"]", None),
    ];
    for (text, expected) in table {
        assert_eq!(read("kotlin", &format!("x = {text}"), text), expected, "{text}");
    }
    let text = "class A(@Value(\"\\${K:}\") val k: String)";
    assert_eq!(read("kotlin", text, "\"\\${K:}\""), Some(("K", true, None)));
}

#[test]
fn imported_names() {
    for (text, expected) in
        [("import a.b.C", "a.b.C:C>C"), ("import a.b.*", "a.b:*>*"), ("import a.b.c as d", "a.b.c:c>d")]
    {
        assert_eq!(imports("kotlin", text).join(" "), expected, "{text}");
    }
}
