//! Tables of lowered trees, and what holds for every language.

use proptest::prelude::*;

use super::{Language, all, by_id};
use crate::syntax::{Kind, NodeId, Role, Syntax};

/// A tree in short: `(kind/role "text" children…)`; the text only of leaves, and of strings their content.
fn debug_tree(syntax: &Syntax, text: &str) -> String {
    fn write(syntax: &Syntax, text: &str, id: NodeId, out: &mut String) {
        let node = syntax.node(id);
        out.push('(');
        out.push_str(&format!("{:?}", node.kind));
        if node.role != Role::Item {
            out.push_str(&format!("/{:?}", node.role));
        }
        if node.children.is_empty() || node.kind == Kind::String {
            let text = &text[node.content.clone()];
            if !text.is_empty() {
                out.push_str(&format!(" {text:?}"));
            }
        }
        for &child in &node.children {
            out.push(' ');
            write(syntax, text, child, out);
        }
        out.push(')');
    }
    let mut out = String::new();
    write(syntax, text, Syntax::ROOT, &mut out);
    out
}

fn language(id: &str) -> &'static dyn Language {
    by_id(id).unwrap_or_else(|| panic!("no language {id}"))
}

fn parsed(id: &str, text: &str) -> Syntax {
    let syntax = language(id).parse(text).unwrap();
    assert_sound(&syntax, text);
    syntax
}

/// The one child of the root, in short.
fn tree(id: &str, text: &str) -> String {
    let syntax = parsed(id, text);
    assert_eq!(syntax.errors, 0, "{text}");
    let tree = debug_tree(&syntax, text);
    let inner = tree.strip_prefix("(Block ").and_then(|tree| tree.strip_suffix(')')).unwrap();
    inner.to_owned()
}

/// Spans lie in their parents' and on character boundaries; children are sorted and disjoint.
fn assert_sound(syntax: &Syntax, text: &str) {
    for id in syntax.ids() {
        let node = syntax.node(id);
        assert!(text.get(node.span.clone()).is_some(), "{node:?}");
        assert!(text.get(node.content.clone()).is_some(), "{node:?}");
        assert!(node.span.start <= node.content.start && node.content.end <= node.span.end, "{node:?}");
        let mut at = node.span.start;
        for &child in &node.children {
            let span = &syntax.node(child).span;
            assert!(at <= span.start && span.end <= node.span.end, "{node:?} {:?}", syntax.node(child));
            at = span.end;
            assert_eq!(syntax.parent(child), Some(id));
        }
    }
}

/// The node whose text is `part`, the outermost one.
fn find(syntax: &Syntax, text: &str, part: &str) -> NodeId {
    syntax
        .ids()
        .find(|&id| {
            syntax.text(id, text) == part
                && syntax.kind(id) != Kind::Block
                && !matches!(syntax.kind(id), Kind::Statement)
        })
        .unwrap_or_else(|| panic!("{part} in {text}"))
}

/// `text` with the value `part` prefixed.
fn prefixed(id: &str, text: &str, part: &str) -> Option<String> {
    let syntax = parsed(id, text);
    let node = find(&syntax, text, part);
    let wrap = language(id).spell_prefixed(&syntax, text, node, "Bearer ")?;
    let out = format!(
        "{}{}{}{}{}",
        &text[..wrap.start],
        wrap.before,
        &text[wrap.start..wrap.end],
        wrap.after,
        &text[wrap.end..]
    );
    assert_eq!(parsed(id, &out).errors, 0, "{out}");
    Some(out)
}

/// Name, nullability and default of the read that `part` is.
fn read(id: &str, text: &str, part: &str) -> Option<(String, bool, Option<String>)> {
    let syntax = parsed(id, text);
    let node = find(&syntax, text, part);
    let read = language(id).environment_read(&syntax, text, node)?;
    let default = read.default.map(|default| syntax.text(default, text).to_owned());
    Some((text[read.name].to_owned(), read.nullable, default))
}

/// All imports of a text: `module:imported>local`.
fn imports(id: &str, text: &str) -> Vec<String> {
    let syntax = parsed(id, text);
    let nodes = syntax.ids().filter(|&id| syntax.kind(id) == Kind::Import);
    nodes
        .flat_map(|node| language(id).imports(&syntax, text, node))
        .map(|import| {
            assert_eq!(text[import.module_span].replace(' ', ""), import.module);
            format!("{}:{}>{}", import.module, import.imported.as_deref().unwrap_or("-"), import.local)
        })
        .collect()
}

#[cfg(feature = "python")]
mod python {
    use super::*;

    #[test]
    fn trees() {
        let table = [
            (
                "x = f(a, k=\"v\", **d)",
                r##"(Statement (Assign (Name/Target "x") (Call/Value (Name/Callee "f") (Arguments (Name "a") (Pair (Name/Key "k") (String/Value "v")) (Spread (Name "d"))))))"##,
            ),
            (
                "h: dict = {'a': b.c[0], **d}  # why",
                r##"(Statement (Assign (Name/Target "h") (Other (Name "dict")) (Map/Value (Pair (String/Key "a") (Index/Value (Member/Object (Name/Object "b") (Name/Property "c")) (Other/Subscript "0"))) (Spread (Name "d"))))) (Comment "# why")"##,
            ),
            (
                "f\"Bearer {key!r:>{w}} x\" 'y'",
                r##"(Statement (Concat (String "Bearer {key!r:>{w}} x" (Hole (Name "key") (Other (Other (Name "w"))))) (String "y")))"##,
            ),
            ("r'''a\nb'''", r##"(Statement (String "a\nb"))"##),
            (
                "if a + b:\n  pass\nelse:\n  c -= 1",
                r##"(Other (Statement (Concat (Name "a") (Name "b"))) (Block/Body (Statement "pass")) (Block/Body (Statement (Other (Name "c") (Other "1")))))"##,
            ),
            (
                "async def f(a, b: str = 'x', *c) -> T:\n  return (a)",
                r##"(Function (Name/Name "f") (Other/Parameters (Name/Name "a") (Assign (Name/Target "b") (Other (Name "str")) (String/Value "x")) (Spread (Name "c"))) (Other (Name "T")) (Block/Body (Statement (Other (Name "a")))))"##,
            ),
            (
                "class A(B):\n  x: str",
                r##"(Class (Name/Name "A") (Arguments (Name "B")) (Block/Body (Statement (Assign (Name/Target "x") (Other (Name "str"))))))"##,
            ),
            (
                "with OpenAI() as c: pass",
                r##"(Other (Statement (Assign (Call/Value (Name/Callee "OpenAI") (Arguments "()")) (Name/Target "c"))) (Block/Body (Statement "pass")))"##,
            ),
        ];
        for (text, expected) in table {
            assert_eq!(tree("python", text), expected, "{text}");
        }
    }

    #[test]
    fn prefixes() {
        let table = [
            ("h = {'a': key}", "key", "h = {'a': f\"Bearer {key}\"}"),
            ("h = 'k-1'", "'k-1'", "h = 'Bearer k-1'"),
            ("h = f'{k}'", "f'{k}'", "h = f'Bearer {k}'"),
            ("h = rb\"\"\"k\"\"\"", "rb\"\"\"k\"\"\"", "h = rb\"\"\"Bearer k\"\"\""),
            ("f(x=os.environ[\"A\"])", "os.environ[\"A\"]", "f(x=f'Bearer {os.environ[\"A\"]}')"),
            ("f(x=g(\"A\", 'b'))", "g(\"A\", 'b')", "f(x=\"Bearer \" + g(\"A\", 'b'))"),
            ("f(x=a or b(\"'\"))", "a or b(\"'\")", "f(x=\"Bearer \" + (a or b(\"'\")))"),
            ("f(x=a or b)", "a or b", "f(x=f\"Bearer {a or b}\")"),
            ("h = 'a' + b", "'a' + b", "h = 'Bearer a' + b"),
            ("h = a + b", "a + b", "h = \"Bearer \" + a + b"),
            ("h = '%s' % k", "'%s' % k", "h = 'Bearer %s' % k"),
            ("h = '{}'.format(k)", "'{}'.format(k)", "h = 'Bearer {}'.format(k)"),
            ("h = f(\n  x, # c\n)", "f(\n  x, # c\n)", "h = \"Bearer \" + f(\n  x, # c\n)"),
            ("h = ('a'\n 'b')", "('a'\n 'b')", "h = ('Bearer a'\n 'b')"),
            ("h = f\"{f(k)}\"", "k", "h = f\"{f(f'Bearer {k}')}\""),
        ];
        for (text, part, expected) in table {
            assert_eq!(prefixed("python", text, part).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(prefixed("python", "h = None", "None"), None);
        assert_eq!(prefixed("python", "h = [k]", "[k]"), None);
    }

    #[test]
    fn reads() {
        let table = [
            ("os.environ['K']", Some(("K", false, None))),
            ("environ.get(\"K\")", Some(("K", true, None))),
            ("os.environ.get(\"K\", 'd')", Some(("K", false, Some("'d'")))),
            ("os.getenv(\"K\", None)", Some(("K", true, Some("None")))),
            ("getenv(key='K', default=d)", Some(("K", false, Some("d")))),
            ("env.str('K')", Some(("K", false, None))),
            ("userdata.get('K')", Some(("K", false, None))),
            ("st.secrets['K']", Some(("K", false, None))),
            ("d.get('K')", None),
            ("config('K')", None),
            ("os.environ[k]", None),
        ];
        for (text, expected) in table {
            let expected = expected
                .map(|(name, nullable, default)| (name.to_owned(), nullable, default.map(str::to_owned)));
            assert_eq!(read("python", &format!("x = {text}"), text), expected, "{text}");
        }
        assert!(read("python", "from decouple import config\nx = config('K')", "config('K')").is_some());
        assert!(read("python", "os.environ['K'] = v", "os.environ['K']").is_none());
    }

    #[test]
    fn imported_names() {
        let text = "import os, a.b, c.d as e\nfrom portkey_ai import Portkey, create as c\nfrom ..x import (y,  # why\n z)\n\
                    def f():\n  from q import *\nfrom __future__ import annotations\n";
        let expected = [
            "os:->os",
            "a.b:->a",
            "c.d:->e",
            "portkey_ai:Portkey>Portkey",
            "portkey_ai:create>c",
            "..x:y>y",
            "..x:z>z",
            "q:*>*",
        ];
        let mut got = imports("python", text);
        got.sort();
        let mut expected = expected.map(str::to_owned);
        expected.sort();
        assert_eq!(got, expected);
    }

    #[test]
    fn added_imports() {
        let table = [
            ("import re\nx\n", Some("import os\nimport re\nx\n")),
            ("import os\n", None),
            ("import os.path\n", None),
            ("import os as o\n", Some("import os\nimport os as o\n")),
            ("x = 1\n", Some("import os\nx = 1\n")),
            ("#!/usr/bin/python\n# hi\nx\n", Some("#!/usr/bin/python\nimport os\n# hi\nx\n")),
            ("\"\"\"Doc.\"\"\"\r\nx\r\n", Some("\"\"\"Doc.\"\"\"\r\nimport os\r\nx\r\n")),
            (
                "'''Doc.'''\nfrom __future__ import annotations\n\nfrom a import b\n",
                Some("'''Doc.'''\nfrom __future__ import annotations\n\nimport os\nfrom a import b\n"),
            ),
            ("from __future__ import annotations", Some("from __future__ import annotations\nimport os\n")),
            ("def f():\n  import os\n", Some("import os\ndef f():\n  import os\n")),
        ];
        for (text, expected) in table {
            let syntax = parsed("python", text);
            let got = language("python").add_import(&syntax, text, "os");
            let got = got.map(|(at, insert)| format!("{}{insert}{}", &text[..at], &text[at..]));
            assert_eq!(got.as_deref(), expected, "{text}");
        }
    }
}

#[cfg(feature = "javascript")]
mod javascript {
    use super::*;

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
            "(Statement (Assign (Name/Target \"a\") (Other (Name \"T\")) (Other/Value (Other (Other (Name \"U\")) (Name \"b\")) (Other \"string\")))) \
             (Statement (Assign (Member/Target (Other/Object (Name \"x\")) (Name/Property \"y\")) (Other/Value (Name \"z\") (Name \"Q\"))))"
        );
        assert_eq!(
            tree("tsx", "class A { private h: T = 1; constructor(private k = '') {} }"),
            "(Class (Name/Name \"A\") (Block/Body (Assign (Other \"private\") (Name/Target \"h\") (Other (Name \"T\")) (Other/Value \"1\")) \
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
            assert_eq!(
                read("javascript", &format!("x = {text}"), text),
                Some(("K".to_owned(), true, None)),
                "{text}"
            );
        }
        for text in ["env.K", "process.env[k]", "process.argv.K", "Deno.env.set('K')"] {
            assert_eq!(read("javascript", &format!("x = {text}"), text), None, "{text}");
        }
        assert_eq!(read("javascript", "process.env.K = x", "process.env.K"), None);
        let text = "const { K, L: l, M = 'd' } = process.env";
        assert_eq!(read("javascript", text, "K"), Some(("K".to_owned(), true, None)));
        assert_eq!(read("javascript", text, "L: l"), Some(("L".to_owned(), true, None)));
        assert_eq!(
            read("javascript", "const { M = 'd' } = process.env", "M"),
            Some(("M".to_owned(), true, Some("'d'".to_owned())))
        );
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
}

#[cfg(feature = "java")]
mod java {
    use super::*;

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
            (
                "x = String.format(\"%s\", k);",
                "String.format(\"%s\", k)",
                "x = String.format(\"Bearer %s\", k);",
            ),
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
            let expected = expected
                .map(|(name, nullable, default)| (name.to_owned(), nullable, default.map(str::to_owned)));
            assert_eq!(read("java", &format!("x = {text};"), text), expected, "{text}");
        }
        let text =
            "class A { @Value(\"${K:}\") String k; @Value(value = \"${L}\") String l; String m = \"${M}\"; }";
        assert_eq!(read("java", text, "\"${K:}\""), Some(("K".to_owned(), true, None)));
        assert_eq!(read("java", text, "\"${L}\""), Some(("L".to_owned(), false, None)));
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
}

#[cfg(feature = "csharp")]
mod csharp {
    use super::*;

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
            let expected = expected
                .map(|(name, nullable, default)| (name.to_owned(), nullable, default.map(str::to_owned)));
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
            let syntax = parsed("csharp", text);
            let got = language("csharp").add_import(&syntax, text, "System");
            let got = got.map(|(at, insert)| format!("{}{insert}{}", &text[..at], &text[at..]));
            assert_eq!(got.as_deref(), expected, "{text}");
        }
    }
}

#[cfg(feature = "kotlin")]
mod kotlin {
    use super::*;

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
            let expected = expected.map(|(name, nullable, default): (&str, bool, Option<&str>)| {
                (name.to_owned(), nullable, default.map(str::to_owned))
            });
            assert_eq!(read("kotlin", &format!("x = {text}"), text), expected, "{text}");
        }
        let text = "class A(@Value(\"\\${K:}\") val k: String)";
        assert_eq!(read("kotlin", text, "\"\\${K:}\""), Some(("K".to_owned(), true, None)));
    }

    #[test]
    fn imported_names() {
        for (text, expected) in
            [("import a.b.C", "a.b.C:C>C"), ("import a.b.*", "a.b:*>*"), ("import a.b.c as d", "a.b.c:c>d")]
        {
            assert_eq!(imports("kotlin", text).join(" "), expected, "{text}");
        }
    }
}

#[cfg(feature = "bash")]
mod bash {
    use super::*;

    #[test]
    fn trees() {
        let table = [
            (
                "curl -H \"a: $K\" \\\n  -H 'b' x$Y\"z\" $Q > f # c",
                r##"(Statement (Call (String/Callee "curl") (String "-H") (String "a: $K" (Hole (EnvironmentRead (Name "K")))) (String "-H") (String "b") (String "x$Y\"z\"" (Hole (EnvironmentRead (Name "Y")))) (String "$Q" (Hole (EnvironmentRead (Name "Q"))))) (Other (String "f"))) (Comment "# c")"##,
            ),
            (
                "export A=${B:-c} D=",
                r##"(Statement (Assign (Name/Target "A") (String/Value "${B:-c}" (Hole (EnvironmentRead (Name "B") (String/Value "c"))))) (Assign (Name/Target "D")))"##,
            ),
            (
                "A=$(f \"$B\") g | h && i",
                r##"(Statement (Statement (Call (Assign (Name/Target "A") (String/Value "$(f \"$B\")" (Hole (Block (Call (String/Callee "f") (String "$B" (Hole (EnvironmentRead (Name "B"))))))))) (String/Callee "g")) (Call (String/Callee "h"))) (Call (String/Callee "i")))"##,
            ),
            (
                "cat <<EOF\na $X\nEOF\n",
                r##"(Statement (Call (String/Callee "cat")) (Other (String "a $X\n" (Hole (EnvironmentRead (Name "X"))))))"##,
            ),
            (
                "while a; do b; done",
                r##"(Other (Statement (Call (String/Callee "a"))) (Block/Body (Call (String/Callee "b"))))"##,
            ),
        ];
        for (text, expected) in table {
            assert_eq!(tree("bash", text), expected, "{text}");
        }
    }

    #[test]
    fn prefixes() {
        let table = [
            ("f \"$K\"", "\"$K\"", "f \"Bearer $K\""),
            ("f 'k'", "'k'", "f 'Bearer k'"),
            ("f $K", "$K", "f \"Bearer $K\""),
            ("f k-1", "k-1", "f \"Bearer k-1\""),
            ("A=${K:-x}", "${K:-x}", "A=\"Bearer ${K:-x}\""),
            ("f \"a\"$K", "\"a\"$K", "f \"Bearer a\"$K"),
            ("f $K\"a\"", "$K\"a\"", "f \"Bearer \"$K\"a\""),
            ("f a*b", "a*b", "f \"Bearer \"a*b"),
        ];
        for (text, part, expected) in table {
            assert_eq!(prefixed("bash", text, part).as_deref(), Some(expected), "{text}");
        }
        let text = "f \"h: $K\"";
        let syntax = parsed("bash", text);
        let hole = syntax.ids().find(|&id| syntax.kind(id) == Kind::Hole).unwrap();
        let wrap = language("bash").spell_prefixed(&syntax, text, hole, "Bearer ").unwrap();
        assert_eq!((wrap.start, wrap.end, wrap.before.as_str()), (6, 6, "Bearer "));
    }

    #[test]
    fn reads() {
        let table = [
            ("$K", Some(("K", true, None))),
            ("${K}", Some(("K", true, None))),
            ("${K:?say}", Some(("K", false, None))),
            ("${K:-d}", Some(("K", false, Some("d")))),
            ("${K-}", Some(("K", true, None))),
            ("${K%x}", Some(("K", true, None))),
            ("${K:+x}", None),
            ("${#K}", None),
            ("${!K}", None),
            ("$1", None),
            ("$?", None),
        ];
        for (part, expected) in table {
            let text = format!("f \"{part}\"");
            let syntax = parsed("bash", &text);
            let node = syntax.ids().find(|&id| syntax.kind(id) == Kind::EnvironmentRead).unwrap();
            let got = language("bash").environment_read(&syntax, &text, node);
            let got = got.map(|read| {
                (&text[read.name], read.nullable, read.default.map(|default| syntax.text(default, &text)))
            });
            assert_eq!(got, expected, "{text}");
        }
    }

    #[test]
    fn characters_beyond_ascii() {
        for text in ["{😀", "{1..😀", "{\u{31860}", "f {é"] {
            parsed("bash", text);
        }
        let text = "f \"é $K\" 'ü' # ✓";
        assert_eq!(
            tree("bash", text),
            r##"(Call (String/Callee "f") (String "é $K" (Hole (EnvironmentRead (Name "K")))) (String "ü")) (Comment "# ✓")"##
        );
    }

    #[test]
    fn only_holes() {
        for (text, expected) in
            [("f \"$K\"", Some("$K")), ("f $K", Some("$K")), ("f \"a$K\"", None), ("f k", None)]
        {
            let syntax = parsed("bash", text);
            let argument = syntax.children(syntax.children(Syntax::ROOT)[0])[1];
            assert_eq!(syntax.only_hole(argument).map(|id| syntax.text(id, text)), expected, "{text}");
        }
    }
}

#[cfg(feature = "php")]
mod php {
    use super::*;

    #[test]
    fn trees() {
        let table = [
            (
                "$c->post('u', ['a' => $b, ...$d]);",
                r##"(Statement (Call (Member/Callee (Name/Object "$c") (Name/Property "post")) (Arguments (String "u") (Map (Pair (String/Key "a") (Name/Value "$b")) (Spread (Name "$d"))))))"##,
            ),
            (
                "$h[] = \"a: {$b->c} $d\" . E;",
                r##"(Statement (Assign (Index/Target (Name/Object "$h")) (Concat/Value (String "a: {$b->c} $d" (Hole (Member (Name/Object "$b") (Name/Property "c"))) (Hole (Name "$d"))) (Name "E"))))"##,
            ),
            (
                "new A(key: 'k', b: self::C);",
                r##"(Statement (Call (Name/Callee "A") (Arguments (Pair (Name/Key "key") (String/Value "k")) (Pair (Name/Key "b") (Member/Value (Name/Object "self") (Name/Property "C"))))))"##,
            ),
            (
                "class A { const B = 'b'; private string $c = 'd'; function e(?F $g = null) { return $h['i']; } }",
                r##"(Class (Name/Name "A") (Block/Body (Statement (Assign (Name/Target "B") (String/Value "b"))) (Statement (Assign (Name/Target "$c") (String/Value "d"))) (Function (Name/Name "e") (Other/Parameters (Assign (Other (Other (Name "F"))) (Name/Target "$g") (Other/Value "null"))) (Block/Body (Statement (Index (Name/Object "$h") (String/Subscript "i")))))))"##,
            ),
            (
                "if ($a) { b(); } else { c(); }",
                r##"(Other (Statement (Other (Name "$a"))) (Block/Body (Statement (Call (Name/Callee "b") (Arguments "()")))) (Block/Body (Statement (Call (Name/Callee "c") (Arguments "()")))))"##,
            ),
            (
                "$a = <<<X\n b $c\n X;",
                r##"(Statement (Assign (Name/Target "$a") (String/Value " b $c" (Hole (Name "$c")))))"##,
            ),
            ("use A\\B;", r##"(Import (Name "A\\B"))"##),
        ];
        for (text, expected) in table {
            assert_eq!(tree("php", text), expected, "{text}");
        }
        assert_eq!(
            tree("php", "<p>x</p><?= $a ?>\n"),
            r##"(Other "<p>x</p>") (Other "<?=") (Statement (Name "$a")) (Other (Other "?>"))"##
        );
    }

    #[test]
    fn prefixes() {
        let table = [
            ("$h = ['a' => $k];", "$k", "$h = ['a' => 'Bearer ' . $k];"),
            ("$h = [\"a\" => $k];", "$k", "$h = [\"a\" => \"Bearer {$k}\"];"),
            ("$h = [\"a\" => $this->k];", "$this->k", "$h = [\"a\" => \"Bearer {$this->k}\"];"),
            ("$h = [\"a\" => f('k')];", "f('k')", "$h = [\"a\" => \"Bearer \" . f('k')];"),
            ("$h = ['a' => 'k'];", "'k'", "$h = ['a' => 'Bearer k'];"),
            ("$h = ['a' => \"{$k}\"];", "\"{$k}\"", "$h = ['a' => \"Bearer {$k}\"];"),
            ("$h = ['a' => 'k' . $b];", "'k' . $b", "$h = ['a' => 'Bearer k' . $b];"),
            ("$h = ['a' => $b . 'k'];", "$b . 'k'", "$h = ['a' => 'Bearer ' . $b . 'k'];"),
            ("$h = ['a' => $b ?? ''];", "$b ?? ''", "$h = ['a' => 'Bearer ' . ($b ?? '')];"),
            ("$h = ['a' => $b ? $c : $d];", "$b ? $c : $d", "$h = ['a' => 'Bearer ' . ($b ? $c : $d)];"),
            ("$h = ['a' => ($b)];", "($b)", "$h = ['a' => 'Bearer ' . ($b)];"),
            ("$h = ['a' => $_ENV['K']];", "$_ENV['K']", "$h = ['a' => 'Bearer ' . $_ENV['K']];"),
        ];
        for (text, part, expected) in table {
            assert_eq!(prefixed("php", text, part).as_deref(), Some(expected), "{text}");
        }
        for part in ["null", "true", "[$k]", "12"] {
            assert_eq!(prefixed("php", &format!("$h = ['a' => {part}];"), part), None, "{part}");
        }
    }

    #[test]
    fn reads() {
        let table = [
            ("getenv('K')", Some(("K", true, None))),
            ("\\getenv(\"K\", true)", Some(("K", true, None))),
            ("$_ENV['K']", Some(("K", true, None))),
            ("$_SERVER[\"K\"]", Some(("K", true, None))),
            ("env('K')", Some(("K", true, None))),
            ("env('K', 'd')", Some(("K", false, Some("'d'")))),
            ("env('K', null)", Some(("K", true, Some("null")))),
            ("Env::get('K')", Some(("K", true, None))),
            ("Env::getOrFail('K')", Some(("K", false, None))),
            ("$settings['K']", None),
            ("config('k.l')", None),
            ("env('k')", None),
            ("getenv($k)", None),
        ];
        for (text, expected) in table {
            let expected = expected
                .map(|(name, nullable, default)| (name.to_owned(), nullable, default.map(str::to_owned)));
            assert_eq!(read("php", &format!("$x = {text};"), text), expected, "{text}");
        }
        assert_eq!(read("php", "$_ENV['K'] = 'v';", "$_ENV['K']"), None);
    }

    #[test]
    fn imported_names() {
        let table = [
            ("use A\\B;", "A:B>B"),
            ("use A\\B as C;", "A:B>C"),
            ("use A;", ":A>A"),
            ("use A\\{B, C as D};", "A:B>B A:C>D"),
            ("use function A\\b;", "A:b>b"),
        ];
        for (text, expected) in table {
            assert_eq!(imports("php", text).join(" "), expected, "{text}");
        }
    }
}

#[cfg(feature = "ruby")]
mod ruby {
    use super::*;

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
            let expected = expected
                .map(|(name, nullable, default)| (name.to_owned(), nullable, default.map(str::to_owned)));
            assert_eq!(read("ruby", &format!("x = {text}"), text), expected, "{text}");
        }
        assert_eq!(read("ruby", "ENV['K'] = 'v'", "ENV['K']"), None);
    }
}

mod dotenv {
    use super::*;

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
}

#[cfg(all(feature = "json", feature = "toml", feature = "yaml"))]
mod data {
    use super::*;

    #[test]
    fn trees() {
        let table = [
            (
                "json",
                "{\"a\": \"b\", \"c\": [1, true]} // d",
                r##"(Map (Pair (String/Key "a") (String/Value "b")) (Pair (String/Key "c") (List/Value (String "1") (String "true")))) (Comment "// d")"##,
            ),
            (
                "json",
                "{\"a\": {\"b\": \"x ${N} $M ${env:K} {env:O}\"}}",
                r##"(Map (Pair (String/Key "a") (Map/Value (Pair (String/Key "b") (String/Value "x ${N} $M ${env:K} {env:O}" (Hole (EnvironmentRead (Name "N"))) (Hole (EnvironmentRead (Name "M"))) (Hole (EnvironmentRead (Name "K"))) (Hole (EnvironmentRead (Name "O"))))))))"##,
            ),
            (
                "json",
                "[\"-e\", \"KEY=v\"]",
                r##"(List (String "-e") (Assign (Name/Target "KEY") (String/Value "v")))"##,
            ),
            ("toml", "a = \"b\" # c\n", r##"(Pair (String/Key "a") (String/Value "b") (Comment "# c"))"##),
            (
                "toml",
                "[a.b]\nc = \"d\"\n\"e\" = 'f'\n\n[[g]]\nh = [1, { i = \"\"\"j\"\"\" }]\n",
                r##"(Map (Pair (String/Key "c") (String/Value "d")) (Pair (String/Key "e") (String/Value "f"))) (Map (Pair (String/Key "h") (List/Value (String "1") (Map (Pair (String/Key "i") (String/Value "j"))))))"##,
            ),
            (
                "hcl",
                "a \"b\" {\n  c = \"d ${var.e}\"\n  f = { g = var.h, \"i\" = [1] }\n}\n",
                r##"(Map (Other (Name "a") (String "b") (Map (Pair (Name/Key "c") (Other/Value (String "d ${var.e}" (Hole (Other (Name "var") (Other (Name "e"))))))) (Pair (Name/Key "f") (Map/Value (Pair (Name/Key "g") (Other/Value (Name "var") (Other (Name "h")))) (Pair (String/Key "i") (List/Value (String "1"))))))))"##,
            ),
            ("yaml", "a: b # c\n", r##"(Map (Pair (String/Key "a") (String/Value "b")) (Comment "# c"))"##),
            (
                "yaml",
                "a:\n  b: \"c\"\n  d: 'e'\n",
                r##"(Map (Pair (String/Key "a") (Map/Value (Pair (String/Key "b") (String/Value "c")) (Pair (String/Key "d") (String/Value "e")))))"##,
            ),
            (
                "yaml",
                "a:\n  # n\n  b: c\n",
                r##"(Map (Pair (String/Key "a") (Comment "# n") (Map/Value (Pair (String/Key "b") (String/Value "c")))))"##,
            ),
            (
                "yaml",
                "a:\n  - b\n  - c: d\n    e: f\n",
                r##"(Map (Pair (String/Key "a") (List/Value (String "b") (Map (Pair (String/Key "c") (String/Value "d")) (Pair (String/Key "e") (String/Value "f"))))))"##,
            ),
            (
                "yaml",
                "- A=b\n- \"C=${D}\"\n",
                r##"(List (Assign (Name/Target "A") (String/Value "b")) (Assign (Name/Target "C") (String/Value "${D}" (Hole (EnvironmentRead (Name "D"))))))"##,
            ),
            (
                "yaml",
                "a: {b: c, d: [e]}\n",
                r##"(Map (Pair (String/Key "a") (Map/Value (Pair (String/Key "b") (String/Value "c")) (Pair (String/Key "d") (List/Value (String "e"))))))"##,
            ),
            ("yaml", "a: |\n  b\n  c\n", r##"(Map (Pair (String/Key "a") (String/Value "  b\n  c")))"##),
            (
                "yaml",
                "a: ${{ secrets.KEY }}\nb: ${KEY:-x}y\n",
                r##"(Map (Pair (String/Key "a") (String/Value "${{ secrets.KEY }}" (Hole (EnvironmentRead (Name "KEY"))))) (Pair (String/Key "b") (String/Value "${KEY:-x}y" (Hole (EnvironmentRead (Name "KEY"))))))"##,
            ),
            (
                "yaml",
                "a: &x b\nc: *x\n<<: *x\nd: !t e\n",
                r##"(Map (Pair (String/Key "a") (String/Value "b")) (Pair (String/Key "c") (Other/Value "*x")) (Pair (String/Key "<<") (Other/Value "*x")) (Pair (String/Key "d") (String/Value "e")))"##,
            ),
            ("yaml", "? a\n: b\n", r##"(Map (Pair (String/Key "a") (String/Value "b")))"##),
            (
                "yaml",
                "a: 1\n---\nb:\n",
                r##"(Map (Pair (String/Key "a") (String/Value "1"))) (Map (Pair (String/Key "b")))"##,
            ),
            (
                "yaml",
                "a: os.environ/KEY\n",
                r##"(Map (Pair (String/Key "a") (String/Value "os.environ/KEY" (Hole (EnvironmentRead (Name "KEY"))))))"##,
            ),
            (
                "yaml",
                "m: {{ .Values.x }}\n",
                r##"(Map (Pair (String/Key "m") (Map/Value (Map (String ".Values.x")))))"##,
            ),
        ];
        for (id, text, expected) in table {
            assert_eq!(tree(id, text), expected, "{text}");
        }
    }
}

#[test]
fn ids_are_unique() {
    let mut ids: Vec<_> = all().iter().map(|language| language.id()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all().len());
}

#[test]
fn deep_nesting_ends() {
    for language in all() {
        for piece in ["(", "[", "{a:", "((x)+", "$(", "if x:\n", "`${", "not ", "!", "<?php $a[", "$a->b("] {
            let text = piece.repeat(150_000 / piece.len());
            if let Some(syntax) = language.parse(&text) {
                assert_sound(&syntax, &text);
            }
        }
    }
}

/// Pieces of programs, so that arbitrary input gets into the grammars' corners.
fn program() -> impl Strategy<Value = String> {
    let pieces = [
        "import os",
        "System.getenv(\"K\")",
        "Map.of(\"a\", b)",
        "new A(b) { c = d }",
        "$\"a{b}\"",
        "@\"a\"",
        "@V(\"${K}\") ",
        "headers { append(\"a\", b) }",
        "\"a\" to b",
        "from a import b as c",
        "const {a, b: c} = require('x')",
        "export * from 'y'",
        "x",
        " = ",
        "\"a\"",
        "'b'",
        "f'{x}'",
        "`a${b}`",
        "os.environ['K']",
        "process.env.K",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "\n",
        "  ",
        "# c\n",
        "// d\n",
        "...",
        "**k",
        "def f(a=1):\n  ",
        "class A:\n",
        "if x:\n",
        "lambda: ",
        " + ",
        " % ",
        "$X",
        "${Y:-z}",
        "<<EOF\n",
        "EOF\n",
        "curl -H ",
        "\\\n",
        "|",
        "é😀",
        "\r\n",
        "=>",
        "?.",
        "!",
        "<a b='c'>",
        "</a>",
        "$(",
        "KEY=v",
        "<?php ",
        "$a->b(",
        "$h[] = ",
        "\"a {$b}\"",
        "['a' => ",
        " . ",
        "getenv('K')",
        "use A\\B;",
        "function f(?A $b = 'c') {",
        "\"a #{b}\"",
        "h[\"a\"] = ",
        "ENV['K']",
        "a.b c: d do |e|\n",
        "<<~X\n",
        "end\n",
        "export ",
        "'",
        "\"",
        "`",
        "- a: b\n",
        "---\n",
        "\t",
        ";",
    ];
    proptest::collection::vec(
        prop_oneof![8 => proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => ".{0,3}"],
        0..40,
    )
    .prop_map(|pieces| pieces.concat())
}

proptest! {
    /// Nothing panics on any input, and every tree is sound.
    #[test]
    fn any_text_lowers(text in program()) {
        for language in all() {
            let Some(syntax) = language.parse(&text) else { continue };
            assert_sound(&syntax, &text);
            for id in syntax.ids() {
                if let Some(read) = language.environment_read(&syntax, &text, id) {
                    prop_assert!(text.get(read.name).is_some());
                }
                if let Some(wrap) = language.spell_prefixed(&syntax, &text, id, "Bearer ") {
                    prop_assert!(text.get(wrap.start..wrap.end).is_some());
                }
                for import in language.imports(&syntax, &text, id) {
                    prop_assert!(text.get(import.module_span).is_some());
                }
                language.spell_entry(&syntax, id, "name", "value");
                language.separator(&syntax, id);
            }
            if let Some((at, _)) = language.add_import(&syntax, &text, "os") {
                prop_assert!(text.get(..at).is_some());
            }
        }
    }
}

#[cfg(feature = "go")]
mod go {
    use super::*;

    #[test]
    fn trees() {
        let table = [
            (
                "req.Header.Set(\"a\", b) // c",
                r##"(Statement (Call (Member/Callee (Member/Object (Name/Object "req") (Name/Property "Header")) (Name/Property "Set")) (Arguments (String "a") (Name "b")))) (Comment "// c")"##,
            ),
            (
                "var h = http.Header{\"a\": []string{b}, `c`: {\"d\"}}",
                r##"(Statement (Assign (Name/Target "h") (Map/Value (Member/Callee (Name/Object "http") (Name/Property "Header")) (Pair (String/Key "a") (List/Value (Other/Callee (Name "string")) (Name "b"))) (Pair (String/Key "c") (List/Value (String "d"))))))"##,
            ),
            (
                "const (\n\tA = \"x\"\n\tB string = A + \"y\"\n)",
                r##"(Assign (Name/Target "A") (String/Value "x")) (Assign (Name/Target "B") (Name/Type "string") (Concat/Value (Name "A") (String "y")))"##,
            ),
            (
                "func (c *Client) Ask(q string) (*T, error) {\n\tr, err := f(&S{k: q})\n\treturn r, err\n}",
                r##"(Function (Other/Parameters (Other (Name/Name "c") (Other/Type (Name/Owner "Client")))) (Name/Name "Ask") (Other/Parameters (Other (Name/Name "q") (Name/Type "string"))) (Other (Other (Other/Type (Name "T"))) (Other (Name/Type "error"))) (Block/Body (Assign (List/Target (Name/Target "r") (Other/Target "err")) (Call/Value (Name/Callee "f") (Arguments (Other (Map (Name/Callee "S") (Pair (Name/Key "k") (Name/Value "q"))))))) (Statement (Name "r") (Name "err"))))"##,
            ),
            (
                "type C struct {\n\tKey string `env:\"K\"`\n}",
                r##"(Class (Name/Name "C") (Block/Body (Statement (Name/Name "Key") (Name/Type "string") (String "env:\"K\""))))"##,
            ),
        ];
        for (text, expected) in table {
            assert_eq!(tree("go", text), expected, "{text}");
        }
        let body = "package a\nfunc f() {\n\tswitch x {\n\tcase 1:\n\t\ta()\n\tdefault:\n\t}\n\tif v, ok := m[k]; ok {\n\t\tb(v)\n\t}\n}";
        assert_eq!(
            tree("go", body),
            r##"(Statement (Name/Name "a")) (Function (Name/Name "f") (Other/Parameters "()") (Block/Body (Other (Statement (Name "x")) (Other/Body (Statement (Other "1")) (Block/Body (Statement (Call (Name/Callee "a") (Arguments "()"))))) (Other/Body (Statement "default:"))) (Other (Statement (Assign (List/Target (Name/Target "v") (Other/Target "ok")) (Index/Value (Name/Object "m") (Name/Subscript "k"))) (Name "ok")) (Block/Body (Statement (Call (Name/Callee "b") (Arguments (Name "v"))))))))"##
        );
    }

    #[test]
    fn prefixes() {
        let table = [
            ("f(\"a\", key)", "key", "f(\"a\", \"Bearer \"+key)"),
            ("f(key)", "key", "f(\"Bearer \" + key)"),
            ("x = c.key", "c.key", "x = \"Bearer \" + c.key"),
            ("f(\"a\", \"k-1\")", "\"k-1\"", "f(\"a\", \"Bearer k-1\")"),
            ("f(\"a\", `k`)", "`k`", "f(\"a\", `Bearer k`)"),
            ("f(\"a\", \"k-\"+b)", "\"k-\"+b", "f(\"a\", \"Bearer k-\"+b)"),
            ("f(\"a\", b+c)", "b+c", "f(\"a\", \"Bearer \"+b+c)"),
            ("f(\"a\", *key)", "*key", "f(\"a\", \"Bearer \"+*key)"),
            ("f(\"a\", string(k))", "string(k)", "f(\"a\", \"Bearer \"+string(k))"),
            (
                "f(\"a\", fmt.Sprintf(\"%s\", k))",
                "fmt.Sprintf(\"%s\", k)",
                "f(\"a\", fmt.Sprintf(\"Bearer %s\", k))",
            ),
            ("x = map[string]string{\"a\": key}", "key", "x = map[string]string{\"a\": \"Bearer \" + key}"),
            ("x = http.Header{\"a\": {key}}", "key", "x = http.Header{\"a\": {\"Bearer \" + key}}"),
        ];
        for (text, part, expected) in table {
            let text = format!("package a\nfunc f() {{\n\t{text}\n}}\n");
            let expected = format!("package a\nfunc f() {{\n\t{expected}\n}}\n");
            assert_eq!(prefixed("go", &text, part).as_deref(), Some(expected.as_str()), "{text}");
        }
        assert_eq!(prefixed("go", "var x = nil", "nil"), None);
        assert_eq!(prefixed("go", "var x = []string{a, b}", "[]string{a, b}"), None);
    }

    #[test]
    fn reads() {
        let table = [
            ("os.Getenv(\"K\")", Some(("K", false, None))),
            ("os.LookupEnv(\"K\")", Some(("K", false, None))),
            ("getEnv(\"K\", \"d\")", Some(("K", false, Some("\"d\"")))),
            ("config.MustEnv(\"K\")", Some(("K", false, None))),
            ("viper.GetString(\"K\")", Some(("K", false, None))),
            ("os.Setenv(\"K\", v)", None),
            ("getEnv(\"k\")", None),
            ("os.Getenv(k)", None),
            ("m.Get(\"K\")", None),
        ];
        for (text, expected) in table {
            let expected = expected
                .map(|(name, nullable, default)| (name.to_owned(), nullable, default.map(str::to_owned)));
            assert_eq!(read("go", &format!("var x = {text}"), text), expected, "{text}");
        }
    }

    #[test]
    fn imported_names() {
        let text = "import (\n\t\"net/http\"\n\topenai \"github.com/sashabaranov/go-openai\"\n\t_ \"a/b\"\n\t\"gopkg.in/yaml.v3\"\n\t\"github.com/go-resty/resty/v2\"\n)\nimport \"os\"\n";
        assert_eq!(
            imports("go", text),
            [
                "net/http:->http",
                "github.com/sashabaranov/go-openai:->openai",
                "gopkg.in/yaml.v3:->yaml",
                "github.com/go-resty/resty/v2:->resty",
                "os:->os",
            ]
        );
    }

    #[test]
    fn added_imports() {
        let table = [
            ("package a\n\nimport \"os\"\n", None),
            ("package a\n\nimport (\n\t\"os\"\n)\n", None),
            ("package a\n", Some("package a\n\nimport \"os\"\n")),
            ("package a\n\nimport \"fmt\"\n", Some("package a\n\nimport \"os\"\nimport \"fmt\"\n")),
            (
                "package a\n\nimport (\n\t\"fmt\"\n\t\"strings\"\n\n\t\"x.y/z\"\n)\n",
                Some("package a\n\nimport (\n\t\"fmt\"\n\t\"os\"\n\t\"strings\"\n\n\t\"x.y/z\"\n)\n"),
            ),
            (
                "package a\n\nimport (\n\t\"fmt\"\n\n\t\"x.y/z\"\n)\n",
                Some("package a\n\nimport (\n\t\"fmt\"\n\t\"os\"\n\n\t\"x.y/z\"\n)\n"),
            ),
        ];
        for (text, expected) in table {
            let syntax = parsed("go", text);
            let got = language("go").add_import(&syntax, text, "os");
            let got = got.map(|(at, insert)| format!("{}{insert}{}", &text[..at], &text[at..]));
            assert_eq!(got.as_deref(), expected, "{text}");
        }
    }
}

#[cfg(feature = "rust")]
mod rust {
    use super::*;

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
            (
                "r.header(\"a\", self.key)",
                "self.key",
                Some("r.header(\"a\", format!(\"Bearer {}\", self.key))"),
            ),
            ("r.header(\"a\", \"k\")", "\"k\"", Some("r.header(\"a\", \"Bearer k\")")),
            ("r.set(\"a\", key)", "key", Some("r.set(\"a\", &format!(\"Bearer {key}\"))")),
            ("r.set(\"a\", &key)", "&key", Some("r.set(\"a\", &format!(\"Bearer {key}\"))")),
            (
                "r.set(\"a\", k.as_str())",
                "k.as_str()",
                Some("r.set(\"a\", &format!(\"Bearer {}\", k.as_str()))"),
            ),
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
            let expected = expected
                .map(|(name, nullable, default)| (name.to_owned(), nullable, default.map(str::to_owned)));
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
            let nodes = syntax.ids().filter(|&id| syntax.kind(id) == Kind::Import);
            let got: Vec<String> = nodes
                .flat_map(|node| language("rust").imports(&syntax, text, node))
                .map(|import| {
                    format!(
                        "{}:{}>{}",
                        import.module,
                        import.imported.as_deref().unwrap_or("-"),
                        import.local
                    )
                })
                .collect();
            assert_eq!(got.join(" "), expected, "{text}");
        }
    }
}
