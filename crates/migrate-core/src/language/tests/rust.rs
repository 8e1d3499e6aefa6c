//! Tables of Rust.

use super::{all_imports, parsed, prefixed, read, shown, tree};

#[test]
fn trees() {
    let table = [
        (
            "pub const A: &str = \"x\"; // c",
            r##"(Assign (Name/Target "A") (Other/Type (Other/Type "str")) (String/Value "x")) (Comment "// c")"##,
        ),
        (
            "impl<T> Client<T> { fn f(&self, k: &str) -> R { self.k.g(k) } }",
            r##"(Class (Other (Other (Name "T"))) (Name/Name "Client") (Block/Body (Function (Name/Name "f") (Other/Parameters (Other (Name "self")) (Other (Name/Name "k") (Other/Type (Other/Type "str")))) (Name/Type "R") (Block/Body (Call (Member/Callee (Member/Object (Name/Object "self") (Name/Property "k")) (Name/Property "g")) (Arguments (Name "k")))))))"##,
        ),
        (
            "let h = vec![(\"a\", r#\"b\"#), (X, y?)];",
            r##"(Assign (Name/Target "h") (List/Value (List (String "a") (String "b")) (List (Name "X") (Other (Name "y")))))"##,
        ),
        (
            "let s = S { a, b: c::<D>(), ..d };",
            r##"(Assign (Name/Target "s") (Map/Value (Name/Callee "S") (Shorthand "a") (Pair (Name/Key "b") (Call/Value (Name/Callee "c") (Arguments "()"))) (Spread (Name "d"))))"##,
        ),
        (
            "let u = format!(\"{b}/x{{}}{:?}\", q);",
            r##"(Assign (Name/Target "u") (Call/Value (Name/Callee "format") (Arguments (String "{b}/x{{}}{:?}" (Hole (Name "b"))) (Name "q"))))"##,
        ),
        (
            "if let Ok(k) = f() { g(k) } else { h() }",
            r##"(Other (Statement (Assign (Other/Target (Name/Type "Ok") (Name/Target "k")) (Call/Value (Name/Callee "f") (Arguments "()")))) (Block/Body (Call (Name/Callee "g") (Arguments (Name "k")))) (Block/Body (Call (Name/Callee "h") (Arguments "()"))))"##,
        ),
        (
            "assert_eq!(a.b(\"c\"), Some(1));",
            r##"(Statement (Call (Name/Callee "assert_eq") (Arguments (Call (Member/Callee (Name/Object "a") (Name/Property "b")) (Arguments (String "c"))) (Call (Name/Callee "Some") (Arguments (Other "1"))))))"##,
        ),
    ];
    for (text, expected) in table {
        assert_eq!(tree("rust", text), expected, "{text}");
    }
}

#[test]
fn prefixes() {
    let table = [
        ("r.header(\"a\", key)", "key", Some("r.header(\"a\", format!(\"Bearer {key}\"))")),
        ("r.header(\"a\", self.key)", "self.key", Some("r.header(\"a\", format!(\"Bearer {}\", self.key))")),
        ("r.header(\"a\", \"k\")", "\"k\"", Some("r.header(\"a\", \"Bearer k\")")),
        ("r.set(\"a\", key)", "key", Some("r.set(\"a\", &format!(\"Bearer {key}\"))")),
        ("r.set(\"a\", &key)", "&key", Some("r.set(\"a\", &format!(\"Bearer {key}\"))")),
        ("r.set(\"a\", k.as_str())", "k.as_str()", Some("r.set(\"a\", &format!(\"Bearer {}\", k.as_str()))")),
        (
            "r.set(\"a\", &env::var(\"K\").unwrap())",
            "&env::var(\"K\").unwrap()",
            Some("r.set(\"a\", &format!(\"Bearer {}\", env::var(\"K\").unwrap()))"),
        ),
        (
            "h.insert(\"a\", HeaderValue::from_str(&key)?)",
            "HeaderValue::from_str(&key)?",
            Some("h.insert(\"a\", HeaderValue::from_str(&format!(\"Bearer {key}\"))?)"),
        ),
        (
            "h.insert(\"a\", HeaderValue::from_str(key).expect(\"k\"))",
            "HeaderValue::from_str(key).expect(\"k\")",
            Some("h.insert(\"a\", HeaderValue::from_str(&format!(\"Bearer {key}\")).expect(\"k\"))"),
        ),
        (
            "h.insert(\"a\", HeaderValue::from_static(\"k\"))",
            "HeaderValue::from_static(\"k\")",
            Some("h.insert(\"a\", HeaderValue::from_static(\"Bearer k\"))"),
        ),
        ("h.insert(\"a\", HeaderValue::from_static(KEY))", "HeaderValue::from_static(KEY)", None),
        (
            "h.insert(\"a\", key.parse().unwrap())",
            "key.parse().unwrap()",
            Some("h.insert(\"a\", format!(\"Bearer {key}\").parse().unwrap())"),
        ),
        ("h.insert(\"a\", key)", "key", None),
        (
            "h.insert(\"a\".to_string(), key)",
            "key",
            Some("h.insert(\"a\".to_string(), format!(\"Bearer {key}\"))"),
        ),
        ("h.insert(\"a\", \"k\".into())", "\"k\".into()", Some("h.insert(\"a\", \"Bearer k\".into())")),
        ("f([(\"a\", key)])", "key", None),
        ("f([(\"a\", &key)])", "&key", None),
        (
            "f([(\"a\", env::var(\"K\")?)])",
            "env::var(\"K\")?",
            Some("f([(\"a\", format!(\"Bearer {}\", env::var(\"K\")?))])"),
        ),
        (
            "r.header(\"a\", format!(\"{k}\"))",
            "format!(\"{k}\")",
            Some("r.header(\"a\", format!(\"Bearer {k}\"))"),
        ),
        ("r.header(\"a\", if b { c } else { d })", "if b { c } else { d }", None),
    ];
    for (text, part, expected) in table {
        let text = format!("fn f() {{ {text} }}");
        let expected = expected.map(|expected| format!("fn f() {{ {expected} }}"));
        assert_eq!(prefixed("rust", &text, part), expected, "{text}");
    }
    let value = "fn f() { let key = HeaderValue::from_str(k)?; r.header(\"a\", key) }";
    assert_eq!(prefixed("rust", value, "key"), None);
}

#[test]
fn reads() {
    let table = [
        ("env::var(\"K\")?", Some(("K", false, None))),
        ("std::env::var(\"K\").expect(\"set K\")", Some(("K", false, None))),
        ("std::env::var(\"K\").ok()", Some(("K", true, None))),
        ("env::var(\"K\").unwrap_or_default()", Some(("K", false, None))),
        ("env::var(\"K\").unwrap_or_else(|_| d)", Some(("K", false, Some("|_| d")))),
        ("env!(\"K\")", Some(("K", false, None))),
        ("option_env!(\"K\")", Some(("K", true, None))),
        ("dotenvy::var(\"K\")?", Some(("K", false, None))),
        ("env_or(\"K\", \"d\")", Some(("K", false, Some("\"d\"")))),
        ("env::set_var(\"K\", v)", None),
        ("map.get(\"K\")", None),
        ("env::var(k)?", None),
    ];
    for (text, expected) in table {
        assert_eq!(read("rust", &format!("let x = {text};"), text), expected, "{text}");
    }
}

#[test]
fn imported_names() {
    let table = [
        ("use std::env;", "std:env>env"),
        ("use a::b::{c, d as e, self, f::{g, *}};", "a::b:c>c a::b:d>e a:b>b a::b::f:g>g a::b::f:*>*"),
        ("pub use crate::config::BASE_URL;", "crate::config:BASE_URL>BASE_URL"),
        ("use a::B as _;", ""),
    ];
    for (text, expected) in table {
        let syntax = parsed("rust", text);
        let got: Vec<String> = all_imports("rust", &syntax, text).iter().map(shown).collect();
        assert_eq!(got.join(" "), expected, "{text}");
    }
}
