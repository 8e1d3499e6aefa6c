//! Tables of C#.

use super::{imports, prefixed, read, tree, with_import};

#[test]
fn trees() {
    let table = [
        (
            "a.B(\"c\", d: e);",
            r##"(Statement (Call (Member/Callee (Name/Object "a") (Name/Property "B")) (Arguments (String "c") (Pair (Name/Key "d") (Name/Value "e")))))"##,
        ),
        (
            "var h = new D<string> { [\"a\"] = b, { \"c\", d } };",
            r##"(Statement (Other "var") (Assign (Name/Target "h") (Call/Value (Name/Callee "D") (Other/Callee (Other "string")) (Map (Pair (Other/Key (String "a")) (Name/Value "b")) (Pair (String/Key "c") (Name/Value "d"))))))"##,
        ),
        (
            "x = new() { A = $\"b{c:F2}\", D = new[] { \"e\", f } };",
            r##"(Statement (Assign (Name/Target "x") (Call/Value (Arguments "()") (Map (Pair (Name/Key "A") (String/Value "b{c:F2}" (Hole (Name "c")))) (Pair (Name/Key "D") (Other/Value (List (String "e") (Name "f"))))))))"##,
        ),
        (
            "f(new { model = \"a\", n = b.C });",
            r##"(Statement (Call (Name/Callee "f") (Arguments (Map (Pair (Name/Key "model") (String/Value "a")) (Pair (Name/Key "n") (Member/Value (Name/Object "b") (Name/Property "C")))))))"##,
        ),
        (
            "class A(B b, string c = \"d\") { string E => f; const string G = @\"h\"; A() { this.x = y?[0]?.Z; } }",
            r##"(Class (Name/Name "A") (Other/Parameters (Other (Other "B") (Name/Name "b")) (Assign (Other "string") (Name/Target "c") (String/Value "d"))) (Block/Body (Assign (Other "string") (Name/Target "E") (Name/Value "f")) (Statement (Other "string") (Assign (Name/Target "G") (String/Value "h"))) (Function (Name "A") (Other/Parameters "()") (Block/Body (Statement (Assign (Member/Target (Name/Property "x")) (Member/Value (Member/Object (Name/Object "y") (Other/Property (Other "0"))) (Name/Property "Z"))))))))"##,
        ),
        (
            "if (a) b(); else { c(); }",
            r##"(Other (Statement (Name "a")) (Statement/Body (Call (Name/Callee "b") (Arguments "()"))) (Block/Body (Statement (Call (Name/Callee "c") (Arguments "()")))))"##,
        ),
        (
            "switch (a) { case 1: b(); break; }",
            r##"(Other (Statement (Name "a")) (Block/Body (Other (Other "1")) (Statement (Call (Name/Callee "b") (Arguments "()"))) (Statement "break;")))"##,
        ),
        (
            "x = c => c.D(1);",
            r##"(Statement (Assign (Name/Target "x") (Function/Value (Other/Parameters "c") (Call/Body (Member/Callee (Name/Object "c") (Name/Property "D")) (Arguments (Other "1"))))))"##,
        ),
    ];
    for (text, expected) in table {
        assert_eq!(tree("csharp", text), expected, "{text}");
    }
}

#[test]
fn prefixes() {
    let table = [
        ("x = key;", "key", "x = $\"Bearer {key}\";"),
        ("x = key!;", "key!", "x = $\"Bearer {key!}\";"),
        ("x = \"k\";", "\"k\"", "x = \"Bearer k\";"),
        ("x = $\"{k}\";", "$\"{k}\"", "x = $\"Bearer {k}\";"),
        ("x = c[\"K\"];", "c[\"K\"]", "x = \"Bearer \" + c[\"K\"];"),
        ("x = a ?? b;", "a ?? b", "x = $\"Bearer {a ?? b}\";"),
        ("x = a ? b : c;", "a ? b : c", "x = \"Bearer \" + (a ? b : c);"),
        ("y = \"a\" + b; x = key;", "key", "y = \"a\" + b; x = \"Bearer \" + key;"),
        ("x = a + b;", "a + b", "x = \"Bearer \" + a + b;"),
    ];
    for (text, part, expected) in table {
        assert_eq!(prefixed("csharp", text, part).as_deref(), Some(expected), "{text}");
    }
    for (text, part) in [("x = null;", "null"), ("f(new[] { k });", "new[] { k }"), ("f([k]);", "[k]")] {
        assert_eq!(prefixed("csharp", text, part), None, "{text}");
    }
}

#[test]
fn reads() {
    let table = [
        ("Environment.GetEnvironmentVariable(\"K\")", Some(("K", true, None))),
        ("config[\"K\"]", Some(("K", true, None))),
        ("builder.Configuration[\"K\"]", Some(("K", true, None))),
        ("configuration.GetValue<string>(\"K\", \"d\")", Some(("K", false, Some("\"d\"")))),
        ("_config.GetValue<string>(\"K\")", Some(("K", true, None))),
        ("config[\"Portkey:ApiKey\"]", None),
        ("headers[\"K\"]", None),
    ];
    for (text, expected) in table {
        assert_eq!(read("csharp", &format!("x = {text};"), text), expected, "{text}");
    }
}

#[test]
fn imported_names() {
    for (text, expected) in
        [("using A.B;", "A.B:*>*"), ("using C = A.B;", "A.B:->C"), ("using static A.B;", "A.B:*>*")]
    {
        assert_eq!(imports("csharp", text).join(" "), expected, "{text}");
    }
    for (text, expected) in [
        ("using A;\nf();\n", Some("using System;\nusing A;\nf();\n")),
        ("using System;\nf();\n", None),
        ("f();\n", None),
    ] {
        assert_eq!(with_import("csharp", text, "System").as_deref(), expected, "{text}");
    }
}
