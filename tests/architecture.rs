//! The invariants that `ARCHITECTURE.md` tells and no compiler holds.

#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use aig_tests::workspace::{files_under, root};
use anyhow::{Context, Result, ensure};
use regex::Regex;

/// All that `migrate-core` may stand on, itself and below: parsers, hashing, search. Nothing of it reads a disk, a
/// clock, the environment, a terminal or the network.
const PURE: &str = "aho-corasick arrayvec blake3 cfg-if constant_time_eq cpufeatures encoding_rs equivalent hashbrown \
    indexmap itoa memchr migrate-core proc-macro2 quote regex regex-automata regex-syntax serde serde_core serde_derive \
    serde_json serde_spanned smallvec streaming-iterator syn thiserror thiserror-impl toml toml_datetime toml_parser toml_writer \
    tree-sitter tree-sitter-bash tree-sitter-c-sharp tree-sitter-go tree-sitter-java tree-sitter-kotlin-ng tree-sitter-php tree-sitter-ruby tree-sitter-rust tree-sitter-xml tree-sitter-hcl tree-sitter-javascript tree-sitter-json tree-sitter-language tree-sitter-python \
    tree-sitter-toml-ng tree-sitter-typescript tree-sitter-yaml \
    unicode-ident winnow zmij";

#[test]
fn the_core_depends_on_nothing_impure() -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = "tree --locked -p migrate-core --all-features -e normal --target all --prune cpufeatures --prefix none --format {p}";
    let output = Command::new(cargo).current_dir(root()).args(arguments.split(' ')).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let allowed: BTreeSet<&str> = PURE.split_whitespace().collect();
    let text = String::from_utf8(output.stdout)?;
    let found: BTreeSet<&str> = text.lines().filter_map(|line| line.split_whitespace().next()).collect();
    ensure!(found.contains("migrate-core"), "cargo tree printed something else:\n{text}");
    let more: Vec<_> = found.difference(&allowed).collect();
    ensure!(
        more.is_empty(),
        "migrate-core depends on {more:?}: if they are pure, add them to the list in this test"
    );
    Ok(())
}

#[test]
fn the_core_touches_nothing() -> Result<()> {
    let impure = [
        r"\bstd::(fs|env|net|time|process|os)\b",
        r"\bstd::\{[^}]*\b(fs|env|net|time|process|os)\b",
        r"\bstd::io::(stdin|stdout|stderr|Stdin|Stdout|Stderr|\{[^}]*\b(stdin|stdout|stderr))",
        r"\b(print|println|eprint|eprintln|dbg)!",
        r"\b(Instant|SystemTime)::now\b",
    ];
    let impure: Vec<Regex> = impure.iter().map(|pattern| Regex::new(pattern)).collect::<Result<_, _>>()?;
    let mut wrong = Vec::new();
    for source in rust_sources(&["crates/migrate-core/src"])? {
        for pattern in &impure {
            wrong.extend(
                pattern.find_iter(&source.code).map(|found| source.at(found.start(), found.as_str())),
            );
        }
    }
    ensure!(wrong.is_empty(), "the core is pure; these are not:\n{}", wrong.join("\n"));
    Ok(())
}

/// Facts of gateways are data. What may be named in Rust are the packages of this project itself.
#[test]
fn no_gateway_stands_in_rust() -> Result<()> {
    let own = Regex::new(r"aigateway-cli|aigateway[-_]migrate")?;
    // The project's name in prose, `AIgateway`, is no fact.
    let facts = Regex::new(
        r"(?i:(?:\b|_)port-?key|aigateway\.sh|x-aig\b|sk-aig|openrouter|helicone)|aigateway|AIGATEWAY",
    )?;
    let sources = rust_sources(&["crates", "bindings"])?;
    ensure!(sources.len() > 20, "only {} sources found: the test looks in the wrong place", sources.len());
    let mut wrong = Vec::new();
    for source in sources.iter().filter(|source| !source.path.starts_with("crates/xtask/")) {
        let code = own.replace_all(&source.code, |own: &regex::Captures<'_>| "-".repeat(own[0].len()));
        wrong.extend(facts.find_iter(&code).map(|found| source.at(found.start(), found.as_str())));
    }
    ensure!(
        wrong.is_empty(),
        "facts of a gateway belong into sources/, targets/, clients/:\n{}",
        wrong.join("\n")
    );
    Ok(())
}

/// The floors, the lowest first; those of a line stand side by side. What `plan` declares for its callers (the values that
/// a plan is made of) is known to all.
const FLOORS: [&str; 11] = [
    "finding edit syntax text",
    "source fs",
    "scan token language",
    "scope document",
    "facts verify",
    "tree",
    "constant endpoint foreign",
    "join",
    "rewrite",
    "ledger",
    "plan",
];

#[test]
fn no_floor_knows_the_one_above() -> Result<()> {
    let height = |module: &str| FLOORS.iter().position(|floor| floor.split(' ').any(|name| name == module));
    let comment = Regex::new("(?m)//.*$")?;
    let values = Regex::new(r"\bcrate::plan::values\b")?;
    let named = Regex::new(r"\bcrate::(?:\{[^}]*\}|[a-z_]+)")?;
    let word = Regex::new("[a-z_]+")?;
    let (mut wrong, mut seen) = (Vec::new(), BTreeSet::new());
    for source in rust_sources(&["crates/migrate-core/src"])? {
        let module = source.path.trim_start_matches("crates/migrate-core/src/");
        let module = module.split(['/', '.']).next().unwrap_or_default();
        let Some(own) = height(module) else { continue };
        seen.insert(module.to_owned());
        let code = comment.replace_all(&source.code, "");
        let code = values.replace_all(&code, "");
        for found in named.find_iter(&code) {
            for name in word.find_iter(&found.as_str()["crate::".len()..]) {
                let above = height(name.as_str()).is_some_and(|other| other > own);
                if above {
                    wrong.push(format!("{} knows {}", source.path, name.as_str()));
                }
            }
        }
    }
    ensure!(seen.len() == FLOORS.join(" ").split(' ').count(), "a floor is gone; there are {seen:?}");
    ensure!(wrong.is_empty(), "a floor may know only those below it:\n{}", wrong.join("\n"));
    Ok(())
}

#[test]
fn only_languages_know_grammars() -> Result<()> {
    let grammar = Regex::new(r"\btree_sitter\w*")?;
    let (mut wrong, mut inside) = (Vec::new(), 0);
    for source in rust_sources(&["crates", "bindings"])? {
        let found = grammar.find(&source.code);
        if source.path.starts_with("crates/migrate-core/src/language/") {
            inside += usize::from(found.is_some());
        } else {
            wrong.extend(found.map(|found| source.at(found.start(), found.as_str())));
        }
    }
    ensure!(inside > 0, "no language uses a grammar: the test looks in the wrong place");
    ensure!(wrong.is_empty(), "only modules of languages know grammars:\n{}", wrong.join("\n"));
    Ok(())
}

/// Only `aig doctor` opens a connection, in one file, behind a feature: neither our code nor what it stands on could do it
/// elsewhere.
#[test]
fn only_the_doctor_speaks_to_the_network() -> Result<()> {
    let own = Regex::new(
        r"\b(?:std|core)::net\b|\bstd::\{[^}]*\bnet\b|\b(?:Tcp(?:Stream|Listener)|UdpSocket)\b|\bureq\b",
    )?;
    let sources = rust_sources(&["crates", "bindings"])?;
    let is_doctor = |source: &&RustSource| source.path.starts_with("crates/aig-cli/src/command/doctor/");
    let inside = sources.iter().filter(is_doctor).filter(|source| own.is_match(&source.code)).count();
    ensure!(inside == 1, "{inside} files of the doctor speak to the network");
    let wrong: Vec<String> = sources
        .iter()
        .filter(|source| !is_doctor(source))
        .flat_map(|source| own.find_iter(&source.code).map(|found| source.at(found.start(), found.as_str())))
        .collect();
    ensure!(wrong.is_empty(), "the tool makes no connections:\n{}", wrong.join("\n"));

    // Without the feature there is nothing that could; with it, only what it brings.
    for (flags, expected) in [("--no-default-features", ""), ("--all-features", "rustls ureq")] {
        let found = network_crates(flags)?.join(" ");
        ensure!(found == expected, "with {flags} these can open connections, and are shipped: {found:?}");
    }
    Ok(())
}

/// The crates that can open connections, of all that is built into what is shipped; sorted. For the bindings, the
/// features of the command are those that they ask for.
fn network_crates(flags: &str) -> Result<Vec<String>> {
    let packages = if flags == "--all-features" {
        "-p aig-cli -p aigateway-node -p aigateway-python"
    } else {
        "-p aig-cli"
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments =
        format!("tree --locked {packages} {flags} -e normal --target all --prefix none --format {{p}}");
    let output = Command::new(cargo).current_dir(root()).args(arguments.split(' ')).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    let names: BTreeSet<&str> = text.lines().filter_map(|line| line.split_whitespace().next()).collect();
    ensure!(
        names.contains("aig-cli") && names.contains("clap"),
        "cargo tree printed something else:\n{text}"
    );
    let network = Regex::new(
        "^(?:async-std|attohttpc|curl|curl-sys|h2|h3|hyper|isahc|minreq|mio|native-tls|openssl|openssl-sys|quinn|reqwest|\
        rustls|smol|socket2|surf|tokio|tungstenite|ureq)$",
    )?;
    Ok(names.into_iter().filter(|name| network.is_match(name)).map(str::to_owned).collect())
}

#[test]
fn every_crate_forbids_unsafe_code() -> Result<()> {
    for manifest in files_under(&root().join("crates"))?.iter().filter(|path| path.ends_with("/Cargo.toml")) {
        let folder = root().join("crates").join(manifest);
        let folder = folder.parent().context("a manifest lies in a folder")?.join("src");
        for top in ["lib.rs", "main.rs"] {
            let Ok(code) = fs::read_to_string(folder.join(top)) else { continue };
            // A binary that only calls its library has nothing to forbid beyond the lint of the workspace.
            let forbids = code.contains("#![forbid(unsafe_code)]");
            ensure!(forbids, "{}: #![forbid(unsafe_code)] is missing", folder.join(top).display());
        }
    }
    Ok(())
}

/// Git must hand the bytes of test data out as they came in, line ends and all.
#[test]
fn test_data_is_kept_byte_for_byte() -> Result<()> {
    let attributes = fs::read_to_string(root().join(".gitattributes"))?;
    let rules: Vec<Vec<&str>> = attributes.lines().map(|line| line.split_whitespace().collect()).collect();
    for folder in ["fixtures", "sample", "hostile"] {
        let pattern = format!("tests/{folder}/**");
        let last =
            rules.iter().rfind(|rule| rule.first().is_some_and(|first| *first == "*" || *first == pattern));
        let exact = last.is_some_and(|rule| rule[0] == pattern && rule.contains(&"-text"));
        ensure!(exact, ".gitattributes must end with `{pattern} -text`");
    }
    Ok(())
}

/// One version, in one place: the manifest of the workspace.
#[test]
fn versions_agree() -> Result<()> {
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml"))?.parse()?;
    let workspace = &manifest["workspace"];
    let version = workspace["package"]["version"].as_str().context("the workspace has a version")?;
    let mut found = Vec::new();
    for member in workspace["members"].as_array().context("the workspace has members")? {
        let path = root().join(member.as_str().context("a member is a path")?).join("Cargo.toml");
        let member: toml::Table = fs::read_to_string(&path)?.parse()?;
        let inherits = member["package"]["version"].get("workspace").and_then(toml::Value::as_bool);
        ensure!(inherits == Some(true), "{} does not inherit the workspace's version", path.display());
    }
    for (name, dependency) in
        workspace["dependencies"].as_table().context("the workspace has dependencies")?
    {
        if dependency.get("path").is_some() {
            found.push((name.clone(), dependency["version"].as_str().unwrap_or_default().to_owned()));
        }
    }
    // What is packed takes it from there.
    let package: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(root().join("bindings/node/package.json"))?)?;
    ensure!(package.get("version").is_none(), "bindings/node/package.json states a version; pack.mjs does");
    let project: toml::Table = fs::read_to_string(root().join("bindings/python/pyproject.toml"))?.parse()?;
    ensure!(project["project"].get("version").is_none(), "pyproject.toml states a version; maturin takes it");
    let pinned = Regex::new(r"(?:rev: v|aigateway-migrate==|aigateway-cli@)([0-9][0-9.]*)")?;
    let page = "docs/many-repositories.md";
    for stated in pinned.captures_iter(&fs::read_to_string(root().join(page))?) {
        found.push((page.to_owned(), stated[1].to_owned()));
    }
    let wrong: Vec<_> = found.iter().filter(|(_, stated)| stated != version).collect();
    ensure!(wrong.is_empty(), "the workspace is at {version}; these are not: {wrong:?}");
    Ok(())
}

/// The three crates can be packaged as they are, without a warning, and with what they are built from.
#[test]
fn crates_are_fit_to_be_published() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let cargo = || {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(root()).args(["package", "--locked", "--offline", "--allow-dirty"]);
        cargo.args(["-p", "migrate-core", "-p", "migrate-disk", "-p", "aig-cli"]);
        cargo.arg("--target-dir").arg(folder.path());
        cargo
    };
    // Building them again from their packages is what `cargo publish` does.
    let output = cargo().arg("--no-verify").output()?;
    let told = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success() && !told.contains("warning"), "{told}");
    let output = cargo().arg("--list").output()?;
    let listed = String::from_utf8_lossy(&output.stdout);
    for needed in ["sources/portkey.toml", "targets/aigateway.toml", "clients/clients.toml", "rules.toml"] {
        ensure!(listed.lines().any(|line| line == needed), "{needed} is in no package:\n{listed}");
    }
    Ok(())
}

struct RustSource {
    /// Relative to the workspace.
    path: String,
    /// The text, with test modules blanked out.
    code: String,
}

impl RustSource {
    fn at(&self, offset: usize, what: &str) -> String {
        let line = 1 + self.code[..offset].matches('\n').count();
        format!("{}:{line}: {what}", self.path)
    }
}

/// The Rust sources below these folders, without tests: files in a `tests` folder, files called `tests.rs`, and what
/// follows the first `#[cfg(test)]` that stands before a module.
fn rust_sources(folders: &[&str]) -> Result<Vec<RustSource>> {
    let tests = Regex::new(r"(?m)^#\[cfg\(test\)\]\nmod \w+ \{")?;
    let mut out = Vec::new();
    for folder in folders {
        for path in files_under(&root().join(folder))? {
            let parts: PathBuf = Path::new(folder).join(&path);
            let hidden = parts
                .iter()
                .any(|part| ["tests", "tests.rs", "node_modules", "target"].iter().any(|name| part == *name));
            if hidden || !path.ends_with(".rs") {
                continue;
            }
            let mut code = fs::read_to_string(root().join(&parts))?;
            if let Some(found) = tests.find(&code) {
                code.truncate(found.start());
            }
            out.push(RustSource { path: format!("{folder}/{path}"), code });
        }
    }
    Ok(out)
}
