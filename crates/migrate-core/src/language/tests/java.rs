//! Tables of Java.

use super::{imports, language, parsed, prefixed, read, tree};

#[test]
fn trees() {
    let table = [
        (
            "class A { String k = b.<T>c(\"d\" + e[0]); }",
            r##"(Class (Name/Name "A") (Block/Body (Statement (Name "String") (Assign (Name/Target "k") (Call/Value (Member/Callee (Name/Object "b") (Other (Name "T")) (Name/Property "c")) (Arguments (Concat (String "d") (Index (Name/Object "e") (Other/Subscript "0")))))))))"##,
        ),
        (
            "record R(@V(\"a\") List<String> k) { R { f(); } }",
            r##"(Class (Name/Name "R") (Other/Parameters (Other (Other (Call (Name/Callee "V") (Arguments (String "a")))) (Other "List") (Other (Other "String")) (Name/Name "k"))) (Block/Body (Function (Name "R") (Block/Body (Statement (Call (Name/Callee "f") (Arguments "()")))))))"##,
        ),
        (
            "Map.of(\"a\", b, /* c */ \"d\", // e\n f);",
            r##"(Statement (Call (Member/Callee (Name/Object "Map") (Name/Property "of")) (Arguments (Pair (String/Key "a") (Name/Value "b")) (Comment "/* c */") (Pair (String/Key "d") (Comment "// e") (Name/Value "f")))))"##,
        ),
        (
            "b.headers(\"a\", c).build();",
            r##"(Statement (Call (Member/Callee (Call/Object (Member/Callee (Name/Object "b") (Name/Property "headers")) (Arguments (Pair (String/Key "a") (Name/Value "c")))) (Name/Property "build")) (Arguments "()")))"##,
        ),
        (
            "x = new A.B<>(this.y) { };",
            r##"(Statement (Assign (Name/Target "x") (Call/Value (Name/Callee "A.B") (Other/Callee "<>") (Arguments (Member (Name/Object "this") (Name/Property "y"))) (Block "{ }"))))"##,
        ),
        (
            "if (a) b(); else { c; }",
            r##"(Other (Statement (Other (Name "a"))) (Statement/Body (Call (Name/Callee "b") (Arguments "()"))) (Block/Body (Statement (Name "c"))))"##,
        ),
        (
            "switch (a) { case 1: b(); break; default: c(); }",
            r##"(Other (Statement (Other (Name "a"))) (Block/Body (Other (Other "1")) (Statement (Call (Name/Callee "b") (Arguments "()"))) (Statement "break;")) (Block/Body (Other "default") (Statement (Call (Name/Callee "c") (Arguments "()")))))"##,
        ),
        (
            "f(x -> x.y(1));",
            r##"(Statement (Call (Name/Callee "f") (Arguments (Function (Name/Parameters "x") (Call/Body (Member/Callee (Name/Object "x") (Name/Property "y")) (Arguments (Other "1")))))))"##,
        ),
        ("t = \"\"\"\n  a\"\"\";", r##"(Statement (Assign (Name/Target "t") (String/Value "\n  a")))"##),
    ];
    for (text, expected) in table {
        assert_eq!(tree("java", text), expected, "{text}");
    }
}

#[test]
fn prefixes() {
    let table = [
        ("x = key;", "key", "x = \"Bearer \" + key;"),
        ("x = \"k\";", "\"k\"", "x = \"Bearer k\";"),
        ("x = \"a\" + b;", "\"a\" + b", "x = \"Bearer a\" + b;"),
        ("x = a + b;", "a + b", "x = \"Bearer \" + a + b;"),
        ("x = a ? b : c;", "a ? b : c", "x = \"Bearer \" + (a ? b : c);"),
        ("x = (String) a;", "(String) a", "x = \"Bearer \" + ((String) a);"),
        ("x = System.getenv(\"K\");", "System.getenv(\"K\")", "x = \"Bearer \" + System.getenv(\"K\");"),
        ("f(List.of(key));", "List.of(key)", "f(List.of(\"Bearer \" + key));"),
        ("f(List.of(\"k\"));", "List.of(\"k\")", "f(List.of(\"Bearer k\"));"),
        ("x = String.format(\"%s\", k);", "String.format(\"%s\", k)", "x = String.format(\"Bearer %s\", k);"),
        ("x = \"%s\".formatted(k);", "\"%s\".formatted(k)", "x = \"Bearer %s\".formatted(k);"),
    ];
    for (text, part, expected) in table {
        assert_eq!(prefixed("java", text, part).as_deref(), Some(expected), "{text}");
    }
    for (text, part) in [
        ("x = null;", "null"),
        ("x = \"\"\"\n k\"\"\";", "\"\"\"\n k\"\"\""),
        ("f(() -> k);", "() -> k"),
        ("x = new String[] {k};", "new String[] {k}"),
    ] {
        assert_eq!(prefixed("java", text, part), None, "{text}");
    }
}

#[test]
fn reads() {
    let table = [
        ("System.getenv(\"K\")", Some(("K", true, None))),
        ("System.getenv().get(\"K\")", Some(("K", true, None))),
        ("System.getenv().getOrDefault(\"K\", \"d\")", Some(("K", false, Some("\"d\"")))),
        ("System.getenv().getOrDefault(\"K\", \"\")", Some(("K", true, Some("\"\"")))),
        ("environment.getRequiredProperty(\"K\")", Some(("K", false, None))),
        ("dotenv.get(\"K\", \"d\")", Some(("K", false, Some("\"d\"")))),
        ("map.get(\"K\")", None),
        ("System.getenv(k)", None),
        ("props.getProperty(\"portkey.api-key\")", None),
    ];
    for (text, expected) in table {
        assert_eq!(read("java", &format!("x = {text};"), text), expected, "{text}");
    }
    let text =
        "class A { @Value(\"${K:}\") String k; @Value(value = \"${L}\") String l; String m = \"${M}\"; }";
    assert_eq!(read("java", text, "\"${K:}\""), Some(("K", true, None)));
    assert_eq!(read("java", text, "\"${L}\""), Some(("L", false, None)));
    assert_eq!(read("java", text, "\"${M}\""), None);
}

#[test]
fn imported_names() {
    let table = [
        ("import a.b.C;", "a.b.C:C>C"),
        ("import a.b.*;", "a.b:*>*"),
        ("import static a.B.c;", "a.B:c>c"),
        ("package a;", ""),
    ];
    for (text, expected) in table {
        assert_eq!(imports("java", text).join(" "), expected, "{text}");
    }
    let text =
        "import a.B; class C extends D { E e = new F.G(B.h, I.j()); K<L> m(N n) { return Strings.x; } }";
    let syntax = parsed("java", text);
    let implied = language("java").implied_imports(&syntax, text);
    let names: Vec<_> = implied.iter().map(|import| import.local.as_str()).collect();
    assert_eq!(names, ["Strings"], "a letter alone is a type's parameter");
}
