//! Tables of Go.

use super::{imports, prefixed, read, tree, with_import};

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
        assert_eq!(with_import("go", text, "os").as_deref(), expected, "{text}");
    }
}
