//! Package manifests and install commands: the SDK's package gives way to the one that takes its place, once nothing
//! in the tree needs it any more.

use crate::facts::{Context, RegionFacts, Site};
use crate::finding::{Level, Rule};
use crate::language::packages;
use crate::plan::values::LeftReason;
use crate::source::{Package, Replacement};
use crate::syntax::{Kind, NodeId, Role, Span};
use crate::tree::{At, RegionSdk};

use super::Rewriter;
use crate::edit::SHARED;

/// How a manifest names packages.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// One requirement a line.
    Lines,
    /// Entries and lists, read by syntax.
    Syntax,
}

/// The registry and form of a manifest, by its file's name.
fn manifest(path: &str) -> Option<(&'static str, Form)> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let folder_is_requirements = path.contains("requirements/");
    match name.as_str() {
        "package.json" | "deno.json" | "deno.jsonc" | "import_map.json" | "importmap.json" => {
            Some(("npm", Form::Syntax))
        }
        "pyproject.toml" | "pipfile" | "setup.py" | "environment.yml" | "environment.yaml" | "conda.yml"
        | "conda.yaml" => Some(("pypi", Form::Syntax)),
        "setup.cfg" => Some(("pypi", Form::Lines)),
        "directory.packages.props" => Some(("nuget", Form::Syntax)),
        name if name.ends_with(".csproj") => Some(("nuget", Form::Syntax)),
        name if (name.starts_with("requirements")
            || name.starts_with("constraints")
            || folder_is_requirements)
            && (name.ends_with(".txt") || name.ends_with(".in")) =>
        {
            Some(("pypi", Form::Lines))
        }
        _ => None,
    }
}

/// The registry of the install command that stands before a package's name on its line.
fn install_command(line: &str) -> Option<&'static str> {
    let words: Vec<&str> = line
        .split(|c: char| c.is_whitespace() || "`$!%(\"'".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    let verb = words.iter().rposition(|word| matches!(*word, "install" | "add" | "i"))?;
    words[..verb].iter().rev().find_map(|word| match *word {
        "pip" | "pip3" | "uv" | "poetry" | "pipenv" | "pdm" | "conda" | "mamba" | "pipx" => Some("pypi"),
        "npm" | "pnpm" | "yarn" | "bun" => Some("npm"),
        _ => None,
    })
}

/// The length of a requirement's extras and version behind the package's name.
fn version_length(rest: &str) -> usize {
    let extras = rest.strip_prefix('[').and_then(|inner| inner.find(']')).map_or(0, |end| end + 2);
    let tail = &rest[extras..];
    let spaced = tail.trim_start_matches([' ', '\t']);
    if !spaced.starts_with(['=', '<', '>', '~', '!', '^']) {
        return extras
            + if tail.starts_with('@') { tail.find(char::is_whitespace).unwrap_or(tail.len()) } else { 0 };
    }
    let start = tail.len() - spaced.len();
    let end = spaced.find([';', '#', '\'', '"', '\n', '\r', '`', '\\']).unwrap_or(spaced.len());
    extras + start + spaced[..end].trim_end().len()
}

impl Rewriter<'_, '_> {
    /// A package's name: in an import it is the SDK, elsewhere a dependency or a command that names it.
    pub(super) fn module(&mut self, at: At, facts: &RegionFacts, index: usize, site: &Site) {
        if matches!(site.context, Context::Import | Context::Comment) {
            self.draft(at).left.insert(index, LeftReason::Identifier);
            return;
        }
        self.draft(at).reported.insert(index);
        if self.named_module(at, facts, site) {
            return;
        }
        let span = site.token.span.clone();
        // `name@version` is one word.
        let text = &facts.text[span.clone()];
        let name = text.find('@').filter(|&at| at > 0).map_or(text, |at| &text[..at]);
        let (span, text) = (span.start..span.start + name.len(), name.to_string());
        let path = self.tree.files[at.file].path.clone();
        let line = facts.text[..span.start].rfind(['\n', '\r']).map_or(0, |found| found + 1);
        let before = &facts.text[line..span.start];
        let place = match manifest(&path) {
            Some((registry, form)) => Some((registry, Some(form))),
            None => install_command(before).map(|registry| (registry, None)),
        };
        let source = self.tree.source;
        let package = place.and_then(|(registry, _)| {
            source.packages.iter().find(|package| {
                package.registry == registry && (package.name == text || package.modules.contains(&text))
            })
        });
        let (Some((_, form)), Some(package)) = (place, package) else {
            let known = source
                .packages
                .iter()
                .find(|package| package.name == text || package.modules.contains(&text));
            let help = known.map(|package| package.help.clone()).unwrap_or_default();
            let message = format!("`{text}` is a package of {}", source.title);
            self.find(at, span, Rule::Manifest, Level::Note, message, help);
            return;
        };
        if self.is_needed(package) {
            let message = format!("`{text}` is still needed: a part of this tree stays on {}", source.title);
            let help = "Run the command again once nothing imports it any more.";
            self.find(at, span, Rule::Manifest, Level::Check, message, help);
            return;
        }
        let Some(becomes) = package.becomes.clone() else {
            let message = format!("`{text}` has nothing that takes its place");
            self.find(at, span, Rule::Manifest, Level::Action, message, package.help.clone());
            return;
        };
        let done = match form {
            Some(Form::Lines) => self.requirement_line(at, facts, &span, &becomes),
            Some(Form::Syntax) => {
                facts.syntax.is_some() && self.manifest_entry(at, facts, site, &package.name, &becomes)
            }
            None => self.command_word(at, facts, &span, &becomes),
        };
        if !done {
            let message = format!("`{text}` was left: this way of naming a package is not followed");
            let help = format!("Put `{}` ({}) in its place.", becomes.name, becomes.version);
            self.find(at, span, Rule::Manifest, Level::Action, message, help);
        }
    }

    /// Whether a unit that stays imports the package, or something that can't be read by syntax may.
    fn is_needed(&self, package: &Package) -> bool {
        let embedded = |region: &RegionSdk| region.embedded.contains(&package.name);
        self.tree.sdk.values().any(embedded)
            || self.tree.regions().any(|(at, facts)| {
                facts.scopes.scopes.iter().flat_map(|scope| scope.bindings.values()).any(|binding| {
                    binding.import.as_ref().is_some_and(|import| {
                        let ours = self
                            .tree
                            .source
                            .package_of_module(&import.module)
                            .is_some_and(|other| other.name == package.name);
                        let statement = crate::facts::statement_of(facts.language, facts.tree(), import.node);
                        let moves = self.units.moves(at, statement);
                        let local = self.tree.module(at, &import.module).is_some();
                        ours && !moves && !local
                    })
                })
            })
    }

    /// A line of a requirements file.
    fn requirement_line(&mut self, at: At, facts: &RegionFacts, span: &Span, becomes: &Replacement) -> bool {
        let text = &facts.text;
        let line = super::removal::whole_lines(text, span);
        if !text[line.start..span.start].trim().is_empty() {
            return false;
        }
        let there = text.lines().any(|line| names_package(line.trim(), &becomes.name));
        if there {
            self.replace(at, line, String::new(), Rule::Manifest, SHARED);
            return true;
        }
        let end = span.end + version_length(&text[span.end..line.end]);
        self.replace(
            at,
            span.start..end,
            format!("{}{}", becomes.name, becomes.version),
            Rule::Manifest,
            SHARED,
        );
        true
    }

    /// An entry of a map, or a string of a list.
    fn manifest_entry(
        &mut self,
        at: At,
        facts: &RegionFacts,
        site: &Site,
        package: &str,
        becomes: &Replacement,
    ) -> bool {
        let syntax = facts.tree();
        let span = site.token.span.clone();
        let node = site.node;
        let Some(parent) = syntax.parent(node) else { return false };
        // What the package's own name is mapped to is written with that name.
        let named = |key: NodeId| facts.text[syntax.node(key).content.clone()] == *package;
        if syntax.node(node).role == Role::Value && syntax.child(parent, Role::Key).is_some_and(named) {
            return true;
        }
        if syntax.node(node).content.start != span.start {
            return false;
        }
        let Some(container) = syntax.parent(parent) else { return false };
        if matches!(syntax.kind(parent), Kind::Pair | Kind::Assign)
            && matches!(syntax.node(node).role, Role::Key | Role::Target)
        {
            let sibling = syntax.children(container).iter().any(|&other| {
                let key = syntax.child(other, Role::Key).or_else(|| syntax.child(other, Role::Target));
                key.is_some_and(|key| facts.text[syntax.node(key).content.clone()] == becomes.name)
            });
            if sibling {
                self.remove_manifest_item(at, container, parent);
                return true;
            }
            let value = syntax
                .child(parent, Role::Value)
                .filter(|&value| syntax.kind(value) == Kind::String && syntax.children(value).is_empty());
            let Some(value) = value else { return false };
            let content = syntax.node(value).content.clone();
            let there = &facts.text[content.clone()];
            let new = match packages::named(there) {
                Some(_) => packages::respelled(&becomes.name, &becomes.version, there),
                None if there.trim() == "*" => Some(there.to_string()),
                None => Some(becomes.version.clone()),
            };
            let Some(new) = new else { return false };
            let is_new = new != there;
            self.edit(at, span, becomes.name.clone(), Rule::Manifest, SHARED);
            if is_new {
                self.edit(at, content, new, Rule::Manifest, SHARED);
            }
            return true;
        }
        if syntax.kind(parent) != Kind::List || syntax.kind(node) != Kind::String {
            return false;
        }
        let sibling = syntax.children(parent).iter().any(|&other| {
            syntax.kind(other) == Kind::String
                && names_package(facts.text[syntax.node(other).content.clone()].trim(), &becomes.name)
        });
        if sibling {
            self.remove_manifest_item(at, parent, node);
            return true;
        }
        let content = syntax.node(node).content.clone();
        let end = span.end + version_length(&facts.text[span.end..content.end]);
        self.edit(
            at,
            span.start..end,
            format!("{}{}", becomes.name, becomes.version),
            Rule::Manifest,
            SHARED,
        );
        true
    }

    fn remove_manifest_item(&mut self, at: At, container: NodeId, item: NodeId) {
        self.draft(at).remove_item(container, item, (Rule::Manifest, SHARED));
    }

    /// A word of an install command.
    fn command_word(&mut self, at: At, facts: &RegionFacts, span: &Span, becomes: &Replacement) -> bool {
        let text = &facts.text;
        let line = super::removal::whole_lines(text, span);
        let words = text[line.clone()].split(|c: char| c.is_whitespace() || "`\"'".contains(c));
        let there = words.into_iter().any(|word| names_package(word, &becomes.name));
        let end = span.end
            + version_length(&text[span.end..line.end])
                .min(text[span.end..line.end].find(char::is_whitespace).unwrap_or(usize::MAX));
        let quoted = text[..span.start].ends_with(['"', '\'']) && text[end..].starts_with(['"', '\'']);
        let (start, end) = if quoted { (span.start - 1, end + 1) } else { (span.start, end) };
        if there {
            let blank = text[line.start..start].len() - text[line.start..start].trim_end().len();
            self.replace(at, start - blank..end, String::new(), Rule::Manifest, SHARED);
        } else {
            self.replace(at, start..end, becomes.name.clone(), Rule::Manifest, SHARED);
        }
        true
    }
}

/// Whether a requirement (or a word of a command) names this package.
fn names_package(requirement: &str, name: &str) -> bool {
    requirement.strip_prefix(name).is_some_and(|rest| {
        rest.is_empty() || rest.starts_with(['=', '<', '>', '~', '!', '^', '[', ' ', ';', '@'])
    })
}
