//! Which regions files have, and that their offsets lead back.

use proptest::prelude::*;

use super::*;

/// `language kind "text"` of each region.
fn regions(path: &str, text: &str) -> Vec<String> {
    let document = Document::split(path, text);
    check(&document, text);
    document
        .regions
        .iter()
        .map(|region| format!("{} {:?} {:?}", region.language.id(), region.kind, region.text))
        .collect()
}

/// Every byte of a region leads to the file and back, and stands there as it does here, if escapes and folds are left
/// out; no two regions share a byte.
fn check(document: &Document, text: &str) {
    let mut taken = vec![false; text.len()];
    for region in &document.regions {
        for (offset, char) in region.text.char_indices() {
            let span = region.to_file(offset..offset + char.len_utf8());
            let there = &text[span.clone()];
            // A folded block's line end is a space.
            let folded = char == ' ' && there == "\n";
            assert!(there.starts_with(char) || there.starts_with('\\') || folded, "{char:?} {there:?}");
            assert_eq!(region.from_file(span.start), Some(offset));
            assert!(region.is_contiguous(offset..offset + char.len_utf8()));
            for byte in span {
                assert!(!std::mem::replace(&mut taken[byte], true), "byte {byte} is in two regions");
            }
        }
    }
}

/// `text` with `old` in its region replaced by `new`.
fn edited(path: &str, text: &str, old: &str, new: &str) -> String {
    let document = Document::split(path, text);
    let region = document.regions.iter().rfind(|region| region.text.contains(old)).unwrap();
    let at = region.text.find(old).unwrap();
    assert!(region.is_contiguous(at..at + old.len()));
    let span = region.to_file(at..at + old.len());
    format!("{}{}{}", &text[..span.start], region.escape(new), &text[span.end..])
}

#[test]
fn languages_by_name() {
    let table = [
        ("a/b.py", "", "python"),
        ("b.PYI", "", "python"),
        ("x.mjs", "", "javascript"),
        ("x.cts", "", "typescript"),
        ("x.tsx", "", "tsx"),
        (".env", "", "dotenv"),
        (".env.local", "", "dotenv"),
        ("prod.env", "", "dotenv"),
        (".dev.vars", "", "dotenv"),
        (".envrc", "", "bash"),
        ("config.py.example", "", "python"),
        ("run", "#!/usr/bin/env python3.11\n", "python"),
        ("run", "#!/bin/sh -e\n", "bash"),
        ("run", "#!/usr/bin/env -S deno run\n", "typescript"),
        ("run", "#! nothing", "lexical"),
        ("a.cobol", "", "lexical"),
        ("README.md", "", "markdown"),
    ];
    for (path, text, expected) in table {
        assert_eq!(Document::split(path, text).language, expected, "{path}");
    }
}

#[test]
fn fences() {
    let text = "# T\n```python title=x\nx = 1\n!pip install \\\n  y\nz\n```\n- a\n  ```sh\n  f \\\n    g\n  ```\n> ~~~js\n> a\n> ~~~\n\
                ```\n$ curl u\nout\n```\n```zig\nr\n```\n```py\nopen";
    assert_eq!(
        regions("a.md", text),
        [
            "text Prose \"# T\\n```python title=x\\n\"",
            "python Code \"x = 1\\nz\\n\"",
            "bash Code \"pip install \\\\\\n  y\\n\"",
            "text Prose \"```\\n- a\\n  ```sh\\n\"",
            "bash Code \"f \\\\\\n  g\\n\"",
            "text Prose \"  ```\\n> ~~~js\\n\"",
            "javascript Code \"a\\n\"",
            "text Prose \"> ~~~\\n```\\n\"",
            "bash Code \"curl u\\n\"",
            "text Output \"out\\n\"",
            "text Prose \"```\\n```zig\\n\"",
            "lexical Code \"r\\n\"",
            "text Prose \"```\\n```py\\nopen\"",
        ]
    );
    assert_eq!(
        edited("a.md", "1. x\n   ```py\n   import a\n   b\n   ```\n", "import a", "import os\nimport a"),
        "1. x\n   ```py\n   import os\n   import a\n   b\n   ```\n"
    );
    assert_eq!(
        edited("a.md", "- x\n  ```py\n  a\n  b\n  c\n  ```\n", "b\n", ""),
        "- x\n  ```py\n  a\n  c\n  ```\n"
    );
}

const NOTEBOOK: &str = r#"{
 "cells": [
  {"cell_type": "markdown", "source": ["see \"x\""]},
  {"cell_type": "code", "outputs": [{"text": ["x"]}], "source": [
    "import a\n",
    "!pip install b\n",
    "h = {\"k\": \"\u00e9\ud83d\ude00\"}\n",
    "f()"
   ]},
  {"source": "%%bash\ncurl u", "cell_type": "code"},
  {"cell_type": "code", "source": []}
 ],
 "metadata": {"language_info": {"name": "python"}}
}
"#;

#[test]
fn notebooks() {
    let found = regions("a.ipynb", NOTEBOOK);
    let code: Vec<_> = found.iter().filter(|region| !region.contains("Prose")).map(String::as_str).collect();
    assert_eq!(
        code,
        [
            "text Output \"[{\\\"text\\\": [\\\"x\\\"]}]\"",
            "python Code \"import a\\nh = {\\\"k\\\": \\\"é😀\\\"}\\nf()\"",
            "bash Code \"pip install b\\n\"",
            "lexical Code \"%%bash\\n\"",
            "bash Code \"curl u\"",
        ]
    );
    assert!(edited("a.ipynb", NOTEBOOK, "f()", "f(\"x\")").contains(r#"    "f(\"x\")""#));
    assert!(edited("a.ipynb", NOTEBOOK, "\"é", "\"a").contains(r#"\"k\": \"a\ud83d"#));
    let lines = edited("a.ipynb", NOTEBOOK, "import a", "import os\nimport a");
    assert!(lines.contains("    \"import os\\n\",\n    \"import a\\n\",\n"), "{lines}");
    let gone = edited("a.ipynb", NOTEBOOK, "import a\n", "");
    assert!(gone.contains("    \"\",\n    \"!pip"), "{gone}");
    let gone = edited("a.ipynb", NOTEBOOK, "h = {\"k\": \"é😀\"}\n", "");
    assert!(gone.contains("    \"!pip install b\\n\",\n    \"f()\"\n"), "{gone}");
    let joined = edited("a.ipynb", NOTEBOOK, "😀\"}\nf(", "\"}; f(");
    assert!(joined.contains(r#"\u00e9\"}; f()""#), "{joined}");
    let document = Document::split("a.ipynb", NOTEBOOK);
    let cell = document.regions.iter().find(|region| region.language.id() == "python").unwrap();
    assert!(!cell.is_contiguous(0..12), "a shell line stands in between");
    assert_eq!(Document::split("a.ipynb", "{\"cells\": [").language, "lexical");
    assert_eq!(Document::split("a.ipynb", "").language, "lexical");
}

proptest! {
    #[test]
    fn pages_lead_back(lines in proptest::collection::vec("[ >]{0,3}(```|~~~~|- )?(python|sh|)[!$%a-c\\\\ é]{0,4}\r?\n?", 0..30)) {
        let text = lines.concat();
        check(&Document::split("a.md", &text), &text);
    }

    #[test]
    fn cells_lead_back(lines in proptest::collection::vec("[ !%\"\\\\a-cé😀\n\t\u{1}]{0,12}", 0..8), ascii: bool) {
        let quote = |line: &String| format!("\"{}\"", if ascii {
            line.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect()
        } else {
            notebook::escape(line, None)
        });
        let strings: Vec<_> = lines.iter().map(quote).collect();
        let text = format!("{{\"cells\":[{{\"cell_type\":\"code\",\"source\":[{}]}}]}}", strings.join(",\n"));
        let document = Document::split("a.ipynb", &text);
        check(&document, &text);
    }

    #[test]
    fn anything_splits(text in "[\"\\\\{}\\[\\]:,a`~\n $!u0]{0,60}") {
        for path in ["a.md", "a.ipynb", "a"] {
            let document = Document::split(path, &text);
            check(&document, &text);
            prop_assert!(!document.regions.is_empty());
        }
    }
}

#[test]
fn scripts() {
    let table: [(&str, &str, &[&str]); 9] = [
        (
            "w.yml",
            "a:\n  - run: |\n      f \\\n        g\n\n      h\n    env: x\n  - run: \"i\"\n",
            &[
                "yaml File \"a:\\n  - run: |\\n    env: x\\n  - run: \\\"\\\"\\n\"",
                "bash Code \"f \\\\\\n  g\\n\\nh\\n\"",
                "bash Code \"i\"",
            ],
        ),
        (
            "w.yml",
            "script: [f, 'g']\n",
            &["yaml File \"script: [, '']\\n\"", "bash Code \"f\"", "bash Code \"g\""],
        ),
        ("w.yml", "run: >\n  f\n  g\n", &["yaml File \"run: >\\n\\n\"", "bash Code \"f g\""]),
        (
            "w.yml",
            "with:\n  script: f()\n",
            &["yaml File \"with:\\n  script: \\n\"", "javascript Code \"f()\""],
        ),
        (
            "Dockerfile",
            "FROM a\nRUN f \\\n  # c\n  g\nrun <<E\nh\nE\nRUN [\"x\"]\n",
            &[
                "dockerfile File \"FROM a\\nRUN run RUN [\\\"x\\\"]\\n\"",
                "bash Code \"f \\\\\\n  # c\\n  g\\n\"",
                "bash Code \"<<E\\nh\\nE\\n\"",
            ],
        ),
        (
            "Makefile",
            "A := b\nc: d\n\t@f \\\n\t\tg\n\th\n",
            &[
                "makefile File \"A := b\\nc: d\\n\\t@\\t\"",
                "bash Code \"f \\\\\\n\\t\\tg\\n\"",
                "bash Code \"h\\n\"",
            ],
        ),
        (
            "a.vue",
            "<p/>\n<script lang=\"ts\">\nf()\n</script>\n",
            &[
                "lexical File \"<p/>\\n<script lang=\\\"ts\\\"></script>\\n\"",
                "typescript Code \"\\nf()\\n\"",
            ],
        ),
        (
            "a.astro",
            "---\nf()\n---\n<p/>\n",
            &["lexical File \"---\\n---\\n<p/>\\n\"", "typescript Code \"f()\\n\""],
        ),
        (
            "a.html",
            "<script src='x'></script><SCRIPT>f</SCRIPT>",
            &["lexical File \"<script src='x'></script><SCRIPT></SCRIPT>\"", "javascript Code \"f\""],
        ),
    ];
    for (path, text, expected) in table {
        assert_eq!(regions(path, text), expected, "{text}");
    }
    assert_eq!(edited("w.yml", "run: |\n  f\n  g\n", "f", "f \\\n  h"), "run: |\n  f \\\n    h\n  g\n");
}
