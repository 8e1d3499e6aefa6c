//! The languages: how each is parsed to [`Syntax`], and how it spells what the rules have to write.
//!
//! Not allowed here: any fact of a gateway. A language is a module of this folder and a line in `ALL`; no rule
//! names one.

use std::collections::BTreeSet;
use std::fmt::Debug;

use crate::syntax::{Kind, NodeId, Role, Span, Syntax};

#[cfg(feature = "bash")]
mod bash;
#[cfg(feature = "csharp")]
mod csharp;
mod data;
mod directives;
mod dotenv;
#[cfg(feature = "go")]
mod go;
#[cfg(feature = "hcl")]
mod hcl;
mod http;
#[cfg(any(feature = "java", feature = "kotlin"))]
mod java;
#[cfg(feature = "javascript")]
mod javascript;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "kotlin")]
mod kotlin;
mod lexical;
mod lines;
#[cfg(feature = "grammar")]
mod lower;
mod module_paths;
pub(crate) mod packages;
#[cfg(feature = "php")]
mod php;
mod prose;
#[cfg(feature = "python")]
mod python;
#[cfg(feature = "ruby")]
mod ruby;
#[cfg(feature = "rust")]
mod rust;
mod spell;
#[cfg(test)]
mod tests;
#[cfg(feature = "toml")]
mod toml;
#[cfg(feature = "xml")]
mod xml;
#[cfg(feature = "yaml")]
mod yaml;

/// Every language of this build. The last one, `lexical`, is for text of no known language.
static ALL: &[&dyn Language] = &[
    #[cfg(feature = "python")]
    &python::Python,
    #[cfg(feature = "javascript")]
    &javascript::JAVASCRIPT,
    #[cfg(feature = "javascript")]
    &javascript::TYPESCRIPT,
    #[cfg(feature = "javascript")]
    &javascript::TSX,
    #[cfg(feature = "bash")]
    &bash::Bash,
    #[cfg(feature = "php")]
    &php::Php,
    #[cfg(feature = "csharp")]
    &csharp::CSharp,
    #[cfg(feature = "java")]
    &java::Java,
    #[cfg(feature = "kotlin")]
    &kotlin::Kotlin,
    #[cfg(feature = "go")]
    &go::Go,
    #[cfg(feature = "rust")]
    &rust::Rust,
    #[cfg(feature = "ruby")]
    &ruby::Ruby,
    #[cfg(feature = "hcl")]
    &hcl::HCL,
    #[cfg(feature = "json")]
    &json::JSON,
    #[cfg(feature = "toml")]
    &toml::TOML,
    #[cfg(feature = "yaml")]
    &yaml::YAML,
    #[cfg(feature = "xml")]
    &xml::XML,
    &directives::NGINX,
    &directives::CADDYFILE,
    &http::HTTP,
    &lines::INI,
    &lines::REQUIREMENTS,
    &lines::DOCKERFILE,
    &lines::MAKEFILE,
    &dotenv::Dotenv,
    &prose::Prose,
    &lexical::Lexical,
];

/// Every language of this build.
pub fn all() -> &'static [&'static dyn Language] {
    ALL
}

/// The language of this id, if this build has it.
pub fn by_id(id: &str) -> Option<&'static dyn Language> {
    ALL.iter().copied().find(|language| language.id() == id)
}

/// Whether a bare word that stands for a value in files of this language, or kind of document, may be an expression
/// (the name of what holds the value). Where it is not, the word is the value itself.
pub fn has_expressions(id: &str) -> bool {
    match id {
        // Programs, in what shows them.
        "markup" | "notebook" => true,
        _ => by_id(id).is_some_and(Language::has_expressions),
    }
}

/// The language for text of no known one: no syntax at all.
pub fn lexical() -> &'static dyn Language {
    &lexical::Lexical
}

/// The language for text that people read.
pub fn prose() -> &'static dyn Language {
    &prose::Prose
}

/// Whether `name` is spelt like an environment variable: capitals, digits, `_`.
pub(crate) fn is_variable_name(name: &str) -> bool {
    let shouting = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    name.bytes().all(shouting) && name.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// A read of an environment variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentRead {
    /// The span of the variable's name, without quotes.
    pub name: Span,
    /// Whether the expression's value is null (or empty) when the variable is unset, instead of an error.
    pub nullable: bool,
    /// The default that stands in the read, if any.
    pub default: Option<NodeId>,
}

/// A name that an import binds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The module as written, without quotes: `openai`, `./config`, `..settings`. Of one that is named by a prefix or an
    /// address, the package (`npm:openai@6` is `openai`).
    pub module: String,
    /// The span of the module's name.
    pub module_span: Span,
    /// The name in that module; `None` for the module itself, `"*"` for all its names, `"default"` for a default export.
    pub imported: Option<String>,
    /// The name that it is bound to here.
    pub local: String,
    /// The node of kind `Import` that it stands in.
    pub node: NodeId,
}

/// An expression, and what must be imported for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spelled {
    /// The expression.
    pub text: String,
    /// A module that must be imported under its own name (`os`).
    pub import: Option<&'static str>,
}

/// Text to insert at two places around or in a value, so that it becomes another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrap {
    /// Where the first text goes.
    pub start: usize,
    /// The first text.
    pub before: String,
    /// Where the second text goes.
    pub end: usize,
    /// The second text; may be empty.
    pub after: String,
}

/// How items of a sequence stand side by side, which decides what goes with a removed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// `a, b, c`, with or without a last comma.
    Comma,
    /// Words, on one line or on lines joined by a continuation character.
    Blank,
    /// One item a line (or `;` between).
    Line,
    /// A comma or a line end.
    CommaOrLine,
}

/// One language.
pub trait Language: Send + Sync + Debug {
    /// The stable name that reports print: `python`, `javascript`, …
    fn id(&self) -> &'static str;

    /// The language that this one is a dialect of, by which facts of libraries are found: `javascript` for TypeScript.
    fn family(&self) -> &'static str {
        self.id()
    }

    /// Lowers `text`. `None` if it can't be digested within the step budget; the region is lexical then.
    fn parse(&self, text: &str) -> Option<Syntax>;

    /// The environment read that `node` is, if it is one.
    fn environment_read(&self, syntax: &Syntax, text: &str, node: NodeId) -> Option<EnvironmentRead>;

    /// A read of `name` that fails (or gives an empty string, never a null) when the variable is unset.
    fn spell_environment_read(&self, name: &str) -> Option<Spelled>;

    /// [`Language::spell_environment_read`] of `name`, in the place of `read`, which reads it already and may give null.
    fn respell_environment_read(&self, _read: &str, name: &str) -> Option<Spelled> {
        self.spell_environment_read(name)
    }

    /// What to insert so that the value at `node` gets `prefix` in front of its text. `None` if this language has no
    /// way to say that of such a value. A literal of any quoting gets the prefix inside its quotes.
    fn spell_prefixed(&self, syntax: &Syntax, text: &str, node: NodeId, prefix: &str) -> Option<Wrap>;

    /// A string literal of this text, in the quotes that `like` (a literal of the region) uses.
    fn spell_string(&self, value: &str, like: Option<&str>) -> String;

    /// `name` and `value` as an entry of the map or arguments at `container`: `name=value`, `name: value`.
    fn spell_entry(&self, syntax: &Syntax, container: NodeId, name: &str, value: &str) -> Option<String>;

    /// How the items of `container` are separated.
    fn separator(&self, syntax: &Syntax, container: NodeId) -> Separator;

    /// The names that the import at `node` binds.
    fn imports(&self, syntax: &Syntax, text: &str, node: NodeId) -> Vec<Import>;

    /// The names of other files that a file sees without importing them: the types of its own package. Their node is
    /// the root.
    fn implied_imports(&self, _syntax: &Syntax, _text: &str) -> Vec<Import> {
        Vec::new()
    }

    /// Where and what to insert so that `module` is imported under its own name; `None` if it is already, or if the
    /// language needs no import for it.
    fn add_import(&self, syntax: &Syntax, text: &str, module: &str) -> Option<(usize, String)>;

    /// Whether the name (or shorthand) at `node` refers to something bound elsewhere: it is no property, no key and no
    /// declaration, and stands in no import.
    fn is_reference(&self, syntax: &Syntax, node: NodeId) -> bool {
        references(syntax, node)
    }

    /// The files, relative to the root, that `module` may name when the file `importer` imports it; the likeliest first.
    fn module_paths(&self, _importer: &str, _module: &str) -> Vec<String> {
        Vec::new()
    }

    /// The file in whose folder a package lies that others import by the name it gives there.
    fn package_file(&self) -> Option<&'static str> {
        None
    }

    /// The files, of a package in `folder`, that an import of the package itself (an empty `rest`) or of `rest` in it may
    /// name. `main` is what the package says of itself.
    fn package_paths(&self, _folder: &str, _main: Option<&str>, _rest: &str) -> Vec<String> {
        Vec::new()
    }

    /// Generic types whose value is, sooner or later, what is between their brackets: `Optional`, `Promise`.
    fn wrapper_types(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether the fields of a class are seen in its methods by their bare names.
    fn has_open_classes(&self) -> bool {
        false
    }

    /// Whether what a file declares is known by name in all files of its folder. Such a name is bound there as if it
    /// were imported from the file's own path.
    fn shares_names(&self) -> bool {
        false
    }

    /// Whether an assignment of this language sets an environment variable (shell).
    fn assigns_environment(&self) -> bool {
        false
    }

    /// What goes of the value at `node` when it is given a prefix by [`Language::spell_prefixed`]: what only made a value
    /// of its type, which it is by itself now.
    fn cut_by_prefix(&self, _syntax: &Syntax, _text: &str, _node: NodeId) -> Vec<Span> {
        Vec::new()
    }

    /// A statement that uses `name` for nothing, where a name without a use is an error.
    fn spell_use(&self, _name: &str) -> Option<String> {
        None
    }

    /// Whether a function gives the value of its last expression.
    fn gives_last(&self) -> bool {
        false
    }

    /// Whether texts of this language are read by people, not run (Markdown).
    fn is_prose(&self) -> bool {
        false
    }

    /// What stands in a body that does nothing, where a body can't be empty.
    fn empty_body(&self) -> Option<&'static str> {
        None
    }

    /// What stands where a statement must stand, and none is left (`if (x) …`), in a language with braces.
    fn empty_statement(&self) -> Option<&'static str> {
        None
    }

    /// A map literal of these keys and values (expressions).
    fn spell_map(&self, _entries: &[(String, String)]) -> Option<String> {
        None
    }

    /// The import of `names` (with their local names) from `module`, without the line's end, in the form of the import
    /// `like`. `default` is the name of what a module exports by default, where the language has that.
    fn spell_import(&self, _module: &str, _names: &[(String, String)], _like: &str) -> Option<String> {
        None
    }

    /// The module of the package `name` in the notation in which the module `like` is written, without quotes; `version` is
    /// a range of its versions. `None` where that notation can't name it.
    fn spell_module(&self, name: &str, _version: &str, _like: &str) -> Option<String> {
        Some(name.to_string())
    }

    /// The expression at `expression`, made so that it is never null: an empty string takes null's place.
    fn spell_not_null(&self, _expression: &str) -> Option<String> {
        None
    }

    /// Whether values of this language are only text (dotenv, YAML): a value is then never an expression.
    fn is_data(&self) -> bool {
        false
    }

    /// Whether a bare word that stands for a value may be an expression.
    fn has_expressions(&self) -> bool {
        !self.is_data()
    }
}

/// The types that a file names without declaring or importing them, each as an import of a module of its own name.
fn types_of_package(language: &dyn Language, syntax: &Syntax, text: &str) -> Vec<Import> {
    let mut known: BTreeSet<String> = BTreeSet::new();
    for id in syntax.ids() {
        match syntax.kind(id) {
            Kind::Import => {
                known.extend(language.imports(syntax, text, id).into_iter().map(|import| import.local));
            }
            Kind::Class => {
                known.extend(syntax.child(id, Role::Name).map(|name| syntax.text(name, text).to_owned()));
            }
            _ => {}
        }
    }
    let mut out = Vec::new();
    for id in syntax.ids() {
        let node = syntax.node(id);
        let name = syntax.text(id, text);
        let is_type = node.kind == Kind::Name
            && !matches!(node.role, Role::Property | Role::Name | Role::Target | Role::Module | Role::Key)
            && name.starts_with(|first: char| first.is_ascii_uppercase())
            && name.contains(|char: char| char.is_ascii_lowercase())
            && !name.contains('.');
        if is_type && known.insert(name.to_owned()) {
            out.push(Import {
                module: name.to_owned(),
                module_span: node.span.clone(),
                imported: Some(name.to_owned()),
                local: name.to_owned(),
                node: Syntax::ROOT,
            });
        }
    }
    out
}

/// [`Language::is_reference`] for languages in which a map's key is no expression.
fn references(syntax: &Syntax, node: NodeId) -> bool {
    if !matches!(syntax.kind(node), Kind::Name | Kind::Shorthand) {
        return false;
    }
    let of_list = |pair| syntax.parent(pair).is_some_and(|list| syntax.kind(list) == Kind::List);
    match syntax.node(node).role {
        Role::Property | Role::Name | Role::Module | Role::Target => return false,
        // `export { a as b }`
        Role::Key if !syntax.parent(node).is_some_and(of_list) => return false,
        _ => {}
    }
    // A pattern that is assigned to, or a parameter.
    for ancestor in syntax.ancestors(node) {
        let role = syntax.node(ancestor).role;
        match syntax.kind(ancestor) {
            Kind::Import => return false,
            Kind::Map | Kind::List | Kind::Pair | Kind::Spread if role == Role::Target => return false,
            Kind::Other | Kind::Spread | Kind::Map | Kind::List if role == Role::Parameters => return false,
            Kind::Map | Kind::List | Kind::Pair | Kind::Spread => {}
            _ => break,
        }
    }
    !syntax.ancestors(node).any(|id| syntax.kind(id) == Kind::Import)
}
