//! Holds a rewritten file against the original: it parses as well as before, and every name that was imported for use
//! still is.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::document::{Document, Region};
use crate::fs::Hash;
use crate::language::Language;
use crate::syntax::{Kind, NodeId, Role, Syntax};

/// What is wrong with `after` that was not with `before`, both the text of the file at `path`: a region that the grammar
/// digests worse than before, or regions that came or went. `None` if nothing is.
pub fn broken(path: &str, before: &str, after: &str) -> Option<String> {
    let before = Checked::of(path, before);
    before.with(path, &after.into()).is_broken(&before)
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
    let before = Checked::of(path, before);
    before.with(path, &after.into()).unbound(&before)
}

/// Names that both texts import, that were used in `before` and are not in `after`. Sorted.
pub fn unused_imports(path: &str, before: &str, after: &str) -> Vec<NameUse> {
    let before = Checked::of(path, before);
    before.with(path, &after.into()).unused(&before)
}

/// A text, read for being compared: once, however often that is.
#[derive(Debug)]
pub(crate) struct Checked {
    language: &'static str,
    parts: Vec<Arc<Part>>,
}

/// A region of it. Cells of a notebook and fences of a page see each other's names.
#[derive(Debug)]
struct Part {
    /// The id of its language.
    language: &'static str,
    /// Of its text.
    hash: Hash,
    /// How many syntax errors there are; `None` if the grammar can't digest it.
    errors: Option<usize>,
    names: Names,
}

impl Part {
    fn of(region: &Region, hash: Hash, syntax: Option<&Syntax>) -> Self {
        let mut names = Names::default();
        if let Some(syntax) = syntax {
            for id in syntax.ids() {
                names.add(region.language, syntax, &region.text, id);
            }
        }
        Self { language: region.language.id(), hash, errors: syntax.map(|syntax| syntax.errors), names }
    }
}

impl Checked {
    /// The text of the file at `path`.
    fn of(path: &str, text: &str) -> Self {
        let nothing = Self { language: "", parts: Vec::new() };
        nothing.with(path, &text.into())
    }

    /// A file that was split already. `known` is the tree of a region, by its index, as far as it was parsed.
    pub(crate) fn read<'s>(document: &Document, known: impl Fn(usize) -> Option<&'s Syntax>) -> Self {
        let parts = document.regions.iter().enumerate().map(|(index, region)| {
            let hash = Hash::of(region.text.as_bytes());
            Arc::new(match known(index) {
                Some(syntax) => Part::of(region, hash, Some(syntax)),
                None => Part::of(region, hash, region.language.parse(&region.text).as_ref()),
            })
        });
        Self { language: document.language, parts: parts.collect() }
    }

    /// Whether nothing can be said of any other text: there is one region, and no grammar digests it.
    pub(crate) fn is_opaque(&self) -> bool {
        matches!(&*self.parts, [part] if part.errors.is_none())
    }

    /// Another text of the same file. What is the same in both is not read again.
    pub(crate) fn with(&self, path: &str, text: &Arc<str>) -> Self {
        let mut document = Document::split_shared(path, text);
        let parts = document.regions.iter_mut().enumerate().map(|(index, region)| {
            let hash = Hash::of(region.text.as_bytes());
            let same = |part: &&Arc<Part>| part.hash == hash && part.language == region.language.id();
            match self.parts.get(index).filter(same) {
                Some(part) => Arc::clone(part),
                None => {
                    let syntax = region.parse();
                    Arc::new(Part::of(region, hash, syntax.as_ref()))
                }
            }
        });
        Self { language: document.language, parts: parts.collect() }
    }

    /// See [`broken`].
    pub(crate) fn is_broken(&self, before: &Self) -> Option<String> {
        let (old, new) = (before, self);
        if old.language != new.language {
            return Some(format!("the file was {} and would be {}", old.language, new.language));
        }
        if old.parts.len() != new.parts.len() {
            return Some(format!(
                "the file had {} regions and would have {}",
                old.parts.len(),
                new.parts.len()
            ));
        }
        for (number, (old, new)) in old.parts.iter().zip(&new.parts).enumerate() {
            let place = if number == 0 { String::new() } else { format!(" in region {}", number + 1) };
            let (was, is) = (old.language, new.language);
            if was != is {
                return Some(format!("{was} would be {is}{place}"));
            }
            match (old.errors, new.errors) {
                _ if old.hash == new.hash => {}
                (None, _) => {}
                (Some(_), None) => {
                    return Some(format!("the {is} grammar could not digest it any more{place}"));
                }
                (Some(before), Some(after)) if after > before => {
                    return Some(format!(
                        "the {is} grammar counts {after} syntax errors where there were {before}{place}"
                    ));
                }
                (Some(_), Some(_)) => {}
            }
        }
        None
    }

    /// See [`unbound_names`].
    pub(crate) fn unbound(&self, before: &Self) -> Vec<NameUse> {
        if self.parts.iter().any(|part| part.names.star) {
            return Vec::new();
        }
        let lost = before.imported().into_iter().filter(|name| {
            before.user(name).is_some() && !self.parts.iter().any(|part| part.names.bound.contains(*name))
        });
        lost.filter_map(|name| Some(NameUse { region: self.user(name)?, name: name.to_owned() })).collect()
    }

    /// See [`unused_imports`].
    pub(crate) fn unused(&self, before: &Self) -> Vec<NameUse> {
        let used = |checked: &Self, name: &str| {
            checked.user(name).is_some() || checked.parts.iter().any(|part| part.names.quoted.contains(name))
        };
        let old = before.imported();
        let idle = self
            .imported()
            .into_iter()
            .filter(|name| old.contains(name) && used(before, name) && !used(self, name));
        let importer = |name: &str| self.parts.iter().position(|part| part.names.imported.contains(name));
        idle.filter_map(|name| Some(NameUse { region: importer(name)?, name: name.to_owned() })).collect()
    }

    /// The names that imports bind.
    fn imported(&self) -> BTreeSet<&str> {
        self.parts.iter().flat_map(|part| &part.names.imported).map(String::as_str).collect()
    }

    /// The first region that uses a name.
    fn user(&self, name: &str) -> Option<usize> {
        self.parts.iter().position(|part| part.names.used.contains(name))
    }
}

/// The names of a region.
#[derive(Debug, Default)]
struct Names {
    /// Names that imports bind.
    imported: BTreeSet<String>,
    /// Names that anything binds.
    bound: BTreeSet<String>,
    /// Names that are used.
    used: BTreeSet<String>,
    /// Strings that could be names of the file (`__all__`, annotations in quotes).
    quoted: BTreeSet<String>,
    /// Whether a `*` is imported.
    star: bool,
}

impl Names {
    fn add(&mut self, language: &dyn Language, syntax: &Syntax, text: &str, id: NodeId) {
        match syntax.kind(id) {
            Kind::Import => {
                for import in language.imports(syntax, text, id) {
                    self.star |= import.local == "*";
                    self.bound.insert(import.local.clone());
                    self.imported.insert(import.local);
                }
            }
            Kind::Name | Kind::Shorthand => {
                // A dotted name of a pattern begins with what it refers to.
                let name = syntax.text(id, text).split('.').next().unwrap_or_default();
                if language.is_reference(syntax, id) {
                    add(&mut self.used, name);
                } else if !matches!(syntax.node(id).role, Role::Property | Role::Key | Role::Module)
                    && !syntax.ancestors(id).any(|id| syntax.kind(id) == Kind::Import)
                {
                    add(&mut self.bound, name);
                }
            }
            Kind::String => {
                if let Some(literal) = syntax.literal(id, text).filter(|literal| literal.len() < 80) {
                    add(&mut self.quoted, literal);
                }
            }
            _ => {}
        }
    }
}

/// Adds a name, which most often is there already.
fn add(names: &mut BTreeSet<String>, name: &str) {
    if !names.contains(name) {
        names.insert(name.to_owned());
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
