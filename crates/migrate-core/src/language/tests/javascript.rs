//! Tables of JavaScript, TypeScript and TSX.

use super::{imports, prefixed, read, tree};

#[test]
fn trees() {
    let table = [
        (
            "const c = new OpenAI({ apiKey, 'b': x?.y, ...z });",
            r##"(Statement (Assign (Name/Target "c") (Call/Value (Name/Callee "OpenAI") (Arguments (Map (Shorthand "apiKey") (Pair (String/Key "b") (Member/Value (Name/Object "x") (Name/Property "y"))) (Spread (Name "z")))))))"##,
        ),
        (
            "h[`a${b}`] = 'c' + d",
            r##"(Statement (Assign (Index/Target (Name/Object "h") (String/Subscript "a${b}" (Hole (Name "b")))) (Concat/Value (String "c") (Name "d"))))"##,
        ),
        (
            "if (a) b(); else { c }",
            r##"(Other (Statement (Other (Name "a"))) (Statement/Body (Call (Name/Callee "b") (Arguments "()"))) (Block/Body (Statement (Name "c"))))"##,
        ),
        (
            "const f = async ({ a = 'x', b: c }, d = 1) => a",
            r##"(Statement (Assign (Name/Target "f") (Function/Value (Other/Parameters (Map (Assign (Shorthand/Target "a") (String/Value "x")) (Pair (Name/Key "b") (Name/Value "c"))) (Assign (Name/Target "d") (Other/Value "1"))) (Name/Body "a"))))"##,
        ),
        (
            "class A extends B { headers = { x: 1 }; m() { return this.h } }",
            r##"(Class (Name/Name "A") (Other (Name "B")) (Block/Body (Assign (Name/Target "headers") (Map/Value (Pair (Name/Key "x") (Other/Value "1")))) (Function (Name/Name "m") (Other/Parameters "()") (Block/Body (Statement (Member (Name/Object "this") (Name/Property "h")))))))"##,
        ),
        (
            "f(/a\"/, <a href=\"u\">{x}</a>)",
            r##"(Statement (Call (Name/Callee "f") (Arguments (Other "/a\"/") (Other (Other (Name "a") (Pair (Name/Key "href") (String/Value "u"))) (Other (Name "x")) (Other (Name "a"))))))"##,
        ),
    ];
    for (text, expected) in table {
        assert_eq!(tree("javascript", text), expected, "{text}");
    }
    assert_eq!(
        tree("typescript", "const a: T = <U>b as string; x!.y = z satisfies Q;"),
        "(Statement (Assign (Name/Target \"a\") (Other/Type (Name \"T\")) (Other/Value (Other (Other (Name \"U\")) (Name \"b\")) (Other \"string\")))) \
         (Statement (Assign (Member/Target (Other/Object (Name \"x\")) (Name/Property \"y\")) (Other/Value (Name \"z\") (Name \"Q\"))))"
    );
    assert_eq!(
        tree("tsx", "class A { private h: T = 1; constructor(private k = '') {} }"),
        "(Class (Name/Name \"A\") (Block/Body (Assign (Other \"private\") (Name/Target \"h\") (Other/Type (Name \"T\")) (Other/Value \"1\")) \
         (Function (Name/Name \"constructor\") (Other/Parameters (Assign (Other \"private\") (Name/Target \"k\") (String/Value))) (Block/Body \"{}\"))))"
    );
}

#[test]
fn prefixes() {
    let table = [
        ("h = { a: key }", "key", "h = { a: `Bearer ${key}` }"),
        ("h = 'k'", "'k'", "h = 'Bearer k'"),
        ("h = `${k}`", "`${k}`", "h = `Bearer ${k}`"),
        ("h = 'a' + b", "'a' + b", "h = 'Bearer a' + b"),
        ("h = a ?? ''", "a ?? ''", "h = `Bearer ${a ?? ''}`"),
        ("h = { key }", "key", "h = { key: `Bearer ${key}` }"),
        ("h = f(`${a}`)", "f(`${a}`)", "h = `Bearer ${f(`${a}`)}`"),
    ];
    for (text, part, expected) in table {
        assert_eq!(prefixed("javascript", text, part).as_deref(), Some(expected), "{text}");
    }
    assert_eq!(
        prefixed("typescript", "h = process.env.K!", "process.env.K!").as_deref(),
        Some("h = `Bearer ${process.env.K!}`")
    );
    assert_eq!(prefixed("javascript", "h = undefined", "undefined"), None);
}

#[test]
fn reads() {
    for text in [
        "process.env.K",
        "process.env['K']",
        "process.env?.K",
        "import.meta.env.K",
        "Deno.env.get('K')",
        "Bun.env.K",
        "process.env[`K`]",
    ] {
        assert_eq!(read("javascript", &format!("x = {text}"), text), Some(("K", true, None)), "{text}");
    }
    for text in ["env.K", "process.env[k]", "process.argv.K", "Deno.env.set('K')"] {
        assert_eq!(read("javascript", &format!("x = {text}"), text), None, "{text}");
    }
    assert_eq!(read("javascript", "process.env.K = x", "process.env.K"), None);
    let text = "const { K, L: l, M = 'd' } = process.env";
    assert_eq!(read("javascript", text, "K"), Some(("K", true, None)));
    assert_eq!(read("javascript", text, "L: l"), Some(("L", true, None)));
    assert_eq!(read("javascript", "const { M = 'd' } = process.env", "M"), Some(("M", true, Some("'d'"))));
    assert_eq!(read("javascript", "const { K } = settings", "K"), None);
}

#[test]
fn imported_names() {
    let table = [
        (
            "import P, { createHeaders as c, PORTKEY_GATEWAY_URL } from 'portkey-ai'",
            "portkey-ai:createHeaders>c portkey-ai:PORTKEY_GATEWAY_URL>PORTKEY_GATEWAY_URL portkey-ai:default>P",
        ),
        ("import * as p from \"p\"", "p:->p"),
        ("import 'p'", ""),
        ("const { A, b: B, c = 1 } = require('p')", "p:A>A p:b>B p:c>c"),
        ("const p = require('p'), q = 1", "p:->p"),
        ("const P = require('p').default", "p:default>P"),
        ("const { P } = await import('p')", "p:P>P"),
        ("export { A, b as B } from './x'", "./x:A>A ./x:b>B"),
        ("export * from './x'", "./x:*>*"),
        ("export * as n from './x'", "./x:->n"),
        ("export { A }", ""),
    ];
    for (text, expected) in table {
        assert_eq!(imports("javascript", text).join(" "), expected, "{text}");
    }
    let table = [
        ("import type { P } from 'p'", "p:P>P"),
        ("import { type P, type Q as R } from 'p'", "p:P>P p:Q>R"),
        ("import p = require('p')", "p:->p"),
    ];
    for (text, expected) in table {
        assert_eq!(imports("typescript", text).join(" "), expected, "{text}");
    }
}
