//! Tables of Python.

use super::{imports, prefixed, read, tree, with_import};

#[test]
fn trees() {
    let table = [
        (
            "x = f(a, k=\"v\", **d)",
            r##"(Statement (Assign (Name/Target "x") (Call/Value (Name/Callee "f") (Arguments (Name "a") (Pair (Name/Key "k") (String/Value "v")) (Spread (Name "d"))))))"##,
        ),
        (
            "h: dict = {'a': b.c[0], **d}  # why",
            r##"(Statement (Assign (Name/Target "h") (Other/Type (Name "dict")) (Map/Value (Pair (String/Key "a") (Index/Value (Member/Object (Name/Object "b") (Name/Property "c")) (Other/Subscript "0"))) (Spread (Name "d"))))) (Comment "# why")"##,
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
            "async def f(a, b: str = 'x', *c) -> 'T':\n  return (a)",
            r##"(Function (Name/Name "f") (Other/Parameters (Name/Name "a") (Assign (Name/Target "b") (Other/Type (Name "str")) (String/Value "x")) (Spread (Name "c"))) (Other/Type (Name "T")) (Block/Body (Statement (Other (Name "a")))))"##,
        ),
        (
            "class A(B):\n  x: str",
            r##"(Class (Name/Name "A") (Arguments (Name "B")) (Block/Body (Statement (Assign (Name/Target "x") (Other/Type (Name "str"))))))"##,
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
        assert_eq!(with_import("python", text, "os").as_deref(), expected, "{text}");
    }
}
