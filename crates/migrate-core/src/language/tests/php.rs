//! Tables of PHP.

use super::{imports, prefixed, read, tree};

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
