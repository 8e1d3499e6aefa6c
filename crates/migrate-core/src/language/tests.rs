//! What holds for every language, and what the tables of each are read with.

#[cfg(feature = "bash")]
mod bash;
#[cfg(feature = "csharp")]
mod csharp;
mod dotenv;
#[cfg(feature = "go")]
mod go;
#[cfg(feature = "hcl")]
mod hcl;
#[cfg(feature = "java")]
mod java;
#[cfg(feature = "javascript")]
mod javascript;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "kotlin")]
mod kotlin;
#[cfg(feature = "php")]
mod php;
#[cfg(feature = "python")]
mod python;
#[cfg(feature = "ruby")]
mod ruby;
#[cfg(feature = "rust")]
mod rust;
#[cfg(feature = "toml")]
mod toml;
#[cfg(feature = "yaml")]
mod yaml;

use proptest::prelude::*;

use super::{Import, Language, all, by_id};
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
fn read<'t>(id: &str, text: &'t str, part: &str) -> Option<(&'t str, bool, Option<&'t str>)> {
    let syntax = parsed(id, text);
    let node = find(&syntax, text, part);
    let read = language(id).environment_read(&syntax, text, node)?;
    let default = read.default.map(|default| syntax.text(default, text));
    Some((&text[read.name], read.nullable, default))
}

fn all_imports(id: &str, syntax: &Syntax, text: &str) -> Vec<Import> {
    let nodes = syntax.ids().filter(|&node| syntax.kind(node) == Kind::Import);
    nodes.flat_map(|node| language(id).imports(syntax, text, node)).collect()
}

/// An import in short: `module:imported>local`.
fn shown(import: &Import) -> String {
    format!("{}:{}>{}", import.module, import.imported.as_deref().unwrap_or("-"), import.local)
}

/// All imports of a text, in short.
fn imports(id: &str, text: &str) -> Vec<String> {
    let imports = all_imports(id, &parsed(id, text), text);
    for import in &imports {
        assert_eq!(text[import.module_span.clone()].replace(' ', ""), import.module);
    }
    imports.iter().map(shown).collect()
}

/// `text` with an import of `module` added, if it has none.
fn with_import(id: &str, text: &str, module: &str) -> Option<String> {
    let (at, insert) = language(id).add_import(&parsed(id, text), text, module)?;
    Some(format!("{}{insert}{}", &text[..at], &text[at..]))
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
