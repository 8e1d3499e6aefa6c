//! Holds a rewritten file against the original: it parses as well as before, and every name that was imported for use
//! still is.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::Document;
use crate::syntax::{Kind, NodeId, Role, Syntax};

/// What is wrong with `after` that was not with `before`, both the text of the file at `path`: a region that the grammar
/// digests worse than before, or regions that came or went. `None` if nothing is.
pub fn broken(path: &str, before: &str, after: &str) -> Option<String> {
    let (old, new) = (Document::split(path, before), Document::split(path, after));
    if old.language != new.language {
        return Some(format!("the file was {} and would be {}", old.language, new.language));
    }
    if old.regions.len() != new.regions.len() {
        return Some(format!(
            "the file had {} regions and would have {}",
            old.regions.len(),
            new.regions.len()
        ));
    }
    for (number, (old, new)) in old.regions.iter().zip(&new.regions).enumerate() {
        let place = if number == 0 { String::new() } else { format!(" in region {}", number + 1) };
        if old.language.id() != new.language.id() {
            return Some(format!("{} would be {}{place}", old.language.id(), new.language.id()));
        }
        if old.text == new.text {
            continue;
        }
        let Some(parsed) = old.language.parse(&old.text) else { continue };
        match new.language.parse(&new.text) {
            None => {
                return Some(format!(
                    "the {} grammar could not digest it any more{place}",
                    new.language.id()
                ));
            }
            Some(again) if again.errors > parsed.errors => {
                return Some(format!(
                    "the {} grammar counts {} syntax errors where there were {}{place}",
                    new.language.id(),
                    again.errors,
                    parsed.errors
                ));
            }
            Some(_) => {}
        }
    }
    None
}

/// A name in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NameUse {
    /// The index of the region: the one that uses an unbound name, or that imports an unused one.
    pub region: usize,
    /// The name.
    pub name: String,
}

/// Names that an import of `before` bound and that were used there, and that are used in `after` with nothing to bind
/// them. Sorted. Nothing is unbound where a `*` is imported.
pub fn unbound_names(path: &str, before: &str, after: &str) -> Vec<NameUse> {
    let (old, new) = (Names::of(path, before), Names::of(path, after));
    if new.star {
        return Vec::new();
    }
    let lost = old.imported.keys().filter(|name| old.used.contains_key(*name) && !new.bound.contains(*name));
    lost.filter_map(|name| Some(NameUse { region: *new.used.get(name)?, name: name.clone() })).collect()
}

/// Names that both texts import, that were used in `before` and are not in `after`. Sorted.
pub fn unused_imports(path: &str, before: &str, after: &str) -> Vec<NameUse> {
    let (old, new) = (Names::of(path, before), Names::of(path, after));
    let idle = new.imported.iter().filter(|(name, _)| {
        let used = |names: &Names| names.used.contains_key(*name) || names.quoted.contains(*name);
        old.imported.contains_key(*name) && used(&old) && !used(&new)
    });
    idle.map(|(name, &region)| NameUse { region, name: name.clone() }).collect()
}

/// The names of a file, over all its regions: cells of a notebook and fences of a page see each other's.
#[derive(Debug, Default)]
struct Names {
    /// Names that imports bind, and the first region that does.
    imported: BTreeMap<String, usize>,
    /// Names that anything binds.
    bound: BTreeSet<String>,
    /// Names that are used, and the first region that does.
    used: BTreeMap<String, usize>,
    /// Strings that could be names of the file (`__all__`, annotations in quotes).
    quoted: BTreeSet<String>,
    /// Whether a `*` is imported.
    star: bool,
}

impl Names {
    fn of(path: &str, text: &str) -> Self {
        let mut names = Self::default();
        for (index, region) in Document::split(path, text).regions.iter().enumerate() {
            let Some(syntax) = region.language.parse(&region.text) else { continue };
            for id in syntax.ids() {
                names.add(region.language, &syntax, &region.text, index, id);
            }
        }
        names
    }

    fn add(
        &mut self,
        language: &dyn crate::language::Language,
        syntax: &Syntax,
        text: &str,
        region: usize,
        id: NodeId,
    ) {
        match syntax.kind(id) {
            Kind::Import => {
                for import in language.imports(syntax, text, id) {
                    self.star |= import.local == "*";
                    self.bound.insert(import.local.clone());
                    self.imported.entry(import.local).or_insert(region);
                }
            }
            Kind::Name | Kind::Shorthand => {
                // A dotted name of a pattern begins with what it refers to.
                let name = syntax.text(id, text).split('.').next().unwrap_or_default().to_owned();
                if language.is_reference(syntax, id) {
                    self.used.entry(name).or_insert(region);
                } else if !matches!(syntax.node(id).role, Role::Property | Role::Key | Role::Module)
                    && !syntax.ancestors(id).any(|id| syntax.kind(id) == Kind::Import)
                {
                    self.bound.insert(name);
                }
            }
            Kind::String => {
                if let Some(literal) = syntax.literal(id, text).filter(|literal| literal.len() < 80) {
                    self.quoted.insert(literal.to_owned());
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(uses: Vec<NameUse>) -> String {
        uses.into_iter().map(|found| found.name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn more_errors_are_broken() {
        let table = [
            ("a.py", "x = f(a)", "x = f(b)", None),
            (
                "a.py",
                "x = f(a)",
                "x = f(b",
                Some("the python grammar counts 1 syntax errors where there were 0"),
            ),
            ("a.py", "x = f(a", "x = g(a", None),
            (
                "a.ts",
                "const a: T = {b: 1}",
                "const a: T = {b: }",
                Some("the typescript grammar counts 1 syntax errors where there were 0"),
            ),
            ("a.sh", "f \"a\"", "f \"a", Some("the bash grammar counts 1 syntax errors where there were 0")),
            (".env", "A=b", "A", Some("the dotenv grammar counts 1 syntax errors where there were 0")),
            ("a.unknown", "{", "}", None),
        ];
        for (path, before, after, expected) in table {
            assert_eq!(broken(path, before, after).as_deref(), expected, "{before} -> {after}");
        }
    }

    #[test]
    fn unbound() {
        let table = [
            ("a.py", "from p import P\nP()", "P()", "P"),
            ("a.py", "from p import P\nP()", "class P: pass\nP()", ""),
            ("a.py", "from p import P\nP()", "from q import P\nP()", ""),
            ("a.py", "from p import P\nP()", "from q import *\nP()", ""),
            ("a.py", "from p import P\nx = {P: 1}", "x = {P: 1}", "P"),
            ("a.py", "from p import P\nx(P=P)", "x(P=1)", ""),
            ("a.py", "from p import P\ndef f(a: P): pass", "def f(a: P): pass", "P"),
            ("a.py", "from p import P\nx.P\nP", "x.P", ""),
            ("a.js", "import P from 'p'; new P()", "new P()", "P"),
            ("a.js", "const { P } = require('p'); f({ P })", "f({ P })", "P"),
            ("a.js", "const { P } = require('p'); f({ P })", "f({ P: 1 })", ""),
            ("a.js", "import { P } from 'p'; P()", "const { P } = q; P()", ""),
            ("a.js", "import { P } from 'p'; export { P as Q }", "export { P as Q }", "P"),
            ("a.ts", "import { P } from 'p'; let x: P", "let x: P", "P"),
            ("a.tsx", "import P from 'p'; let x = <P/>", "let x = <P/>", "P"),
        ];
        for (path, before, after, expected) in table {
            assert_eq!(names(unbound_names(path, before, after)), expected, "{before} -> {after}");
        }
    }

    #[test]
    fn unused() {
        let table = [
            ("a.py", "from p import P, Q\nP(Q)", "from p import P, Q\nP()", "Q"),
            ("a.py", "from p import P, Q\nP()", "from p import P, Q\nP()", ""),
            ("a.py", "from p import P as R\nR()", "from p import P as R\nx(R=1)", "R"),
            ("a.py", "from p import P\nP()\n__all__ = ['P']", "from p import P\n__all__ = ['P']", ""),
            ("a.py", "import os\nos.x()", "import os\ny.os", "os"),
            ("a.js", "import { P } from 'p'; f({ P })", "import { P } from 'p'; f({ P: 1 })", "P"),
            ("a.js", "import { P } from 'p'; f(P)", "import { P } from 'p'; export { P }", ""),
        ];
        for (path, before, after, expected) in table {
            assert_eq!(names(unused_imports(path, before, after)), expected, "{before} -> {after}");
        }
    }
}
