//! Published packages, migrated whole: hard input that nobody wrote for this tool.
//!
//! One named test a line of `packages.txt`. Each plans a copy of the package in memory, and asserts that
//!
//! * every marker occurrence is in the ledger, counted here by a search of its own;
//! * a changed file that Python or Node could read before can still be read by them;
//! * a second plan, made of the result, has no edits;
//! * the command's JSON and SARIF are of the form of their schemas (the largest packages are left out);
//! * undo gives back every byte;
//! * the sums are those of the snapshot (`UPDATE_SNAPSHOTS=1` writes it anew).
//!
//! The packages are not in the repository: `cargo xtask setup` fetches them. One that is not there is reported as
//! ignored, never as passed.

mod reports;
mod sums;
mod syntax;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use aig_tests::workspace;
use anyhow::{Context, Result, bail, ensure};
use libtest_mimic::{Arguments, Trial};
use migrate_core::finding::{SkipReason, Skipped};
use migrate_core::fs::names;
use migrate_core::plan::{Fate, FilePlan, Plan};
use migrate_core::{ApplyOptions, MemoryFs, PlanOptions, Source, UndoOptions, apply, plan, undo};

use sums::Sums;

/// Packages of more files say nothing else in their reports, and take longer.
const MOST_FILES: usize = 1000;

/// One line of `packages.txt`.
#[derive(Clone, Debug)]
struct Package {
    registry: String,
    name: String,
    version: String,
    unrelated: bool,
}

impl Package {
    /// The folder that `cargo xtask setup` unpacks it into; also what its test is called.
    fn folder(&self) -> String {
        let name = self.name.trim_start_matches('@').replace('/', "__");
        format!("{}-{name}-{}", self.registry, self.version)
    }

    fn snapshot(&self) -> PathBuf {
        let name = self.name.trim_start_matches('@').replace('/', "__");
        home().join(format!("snapshots/{}-{name}.json", self.registry))
    }
}

fn main() -> std::process::ExitCode {
    let arguments = Arguments::from_args();
    match trials() {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(error) => {
            eprintln!("the tests of real packages can't be listed: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn home() -> PathBuf {
    workspace::root().join("tests/real_packages")
}

fn trials() -> Result<Vec<Trial>> {
    let fetched = workspace::target()?.join("real-packages");
    let mut trials = vec![
        Trial::test("self::occurrences_are_found", || {
            occurrences_are_found().map_err(|error| format!("{error:#}").into())
        }),
        Trial::test("self::ledger_faults_are_found", || {
            ledger_faults_are_found().map_err(|error| format!("{error:#}").into())
        }),
        Trial::test("self::broken_syntax_is_found", || {
            broken_syntax_is_found().map_err(|error| format!("{error:#}").into())
        }),
    ];
    for package in packages()? {
        let folder = fetched.join(package.folder());
        let missing = !folder.is_dir();
        if missing {
            eprintln!(
                "not run: {} {}: it is not in {}; `cargo xtask setup` fetches it",
                package.name,
                package.version,
                fetched.display()
            );
        }
        let trial = Trial::test(format!("package::{}", package.folder()), move || {
            test(&package, &folder).map_err(|error| format!("{error:#}").into())
        });
        trials.push(trial.with_ignored_flag(missing && !workspace::everything_required()));
    }
    Ok(trials)
}

fn packages() -> Result<Vec<Package>> {
    let file = home().join("packages.txt");
    let text = std::fs::read_to_string(&file).with_context(|| format!("can't read {}", file.display()))?;
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            [registry, name, version, rest @ ..] if matches!(rest, [] | ["unrelated"]) => Ok(Package {
                registry: (*registry).to_owned(),
                name: (*name).to_owned(),
                version: (*version).to_owned(),
                unrelated: !rest.is_empty(),
            }),
            _ => bail!("{}: not `registry name version [unrelated]`: {line}", file.display()),
        })
        .collect()
}

fn test(package: &Package, folder: &Path) -> Result<()> {
    let original = read(folder)?;
    ensure!(!original.is_empty(), "{} is empty; remove it and run `cargo xtask setup`", folder.display());
    let source = Source::builtin("portkey").context("the built-in source does not load")?;
    let options = PlanOptions::default();
    let fs = MemoryFs::from_files(&original);
    let first = plan(&fs, &source, &options).context("the plan fails")?;

    let mut complaints = ledger_faults(&first, &original, &source.markers);
    complaints.extend(broken(&first, &original)?);
    apply(&fs, &first, &ApplyOptions::default()).context("the apply fails")?;
    let second = plan(&fs, &source, &options).context("the second plan fails")?;
    for file in second.changed() {
        complaints.push(format!("{}: a second run would change it again", file.path));
    }
    if !first.is_empty() {
        undo(&fs, &UndoOptions::default()).context("the undo fails")?;
    }
    let after = fs.files();
    for (name, bytes) in &original {
        if after.get(name) != Some(bytes) {
            complaints.push(format!("{name}: not as it was, after an undo"));
        }
    }
    if package.unrelated {
        for file in &first.files {
            let edits = file.edits.iter().map(|edit| (edit.line, edit.rule, "edit"));
            let findings = file.findings.iter().map(|finding| (finding.line, finding.rule, "finding"));
            for (line, rule, what) in edits.chain(findings) {
                complaints
                    .push(format!("{}:{line}: {what} of {rule} in a package of another trade", file.path));
            }
        }
    }
    if original.len() <= MOST_FILES {
        complaints.extend(reports::faults(folder)?);
    }
    let shown: Vec<&String> = complaints.iter().take(40).collect();
    ensure!(complaints.is_empty(), "{} complaints:\n{shown:#?}", complaints.len());
    compare(&package.snapshot(), &Sums::of(&first))
}

/// The package's files. Folders that no walk enters (`dist`) get another name: a package consists of them.
fn read(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for name in workspace::files_under(folder)? {
        let bytes = std::fs::read(folder.join(&name)).with_context(|| format!("can't read {name}"))?;
        let (folders, last) = names::split(&name);
        let mut path = String::new();
        for part in folders.split('/').filter(|part| !part.is_empty()) {
            path.push_str(part);
            path.push_str(if names::is_excluded_folder(part) { "_/" } else { "/" });
        }
        files.insert(path + last, bytes);
    }
    Ok(files)
}

/// What the ledger owes.
fn ledger_faults(plan: &Plan, files: &BTreeMap<String, Vec<u8>>, markers: &[String]) -> Vec<String> {
    let mut faults = Vec::new();
    let planned: BTreeMap<&str, &FilePlan> =
        plan.files.iter().map(|file| (file.path.as_str(), file)).collect();
    for (name, bytes) in files {
        if plan.skipped.iter().any(|skipped| skipped.path == *name) {
            continue;
        }
        let file = planned.get(name.as_str());
        for (start, end) in occurrences(bytes, markers) {
            let covered = file
                .is_some_and(|file| file.ledger.iter().any(|entry| entry.start <= start && end <= entry.end));
            if !covered {
                faults.push(format!(
                    "{name}: byte {start} is not in the ledger: {}",
                    around(bytes, start, end)
                ));
            }
        }
    }
    for file in &plan.files {
        for entry in &file.ledger {
            let meets = |start: usize, end: usize| start <= entry.end && entry.start <= end;
            let place = around(&file.original, entry.start, entry.end);
            match entry.fate {
                Fate::Rewritten if !file.edits.iter().any(|edit| meets(edit.span.start, edit.span.end)) => {
                    faults
                        .push(format!("{}: said to be rewritten, and no edit is there: {place}", file.path));
                }
                Fate::Reported if file.findings.is_empty() => {
                    faults.push(format!(
                        "{}: said to be reported, and the file has no finding: {place}",
                        file.path
                    ));
                }
                _ => {}
            }
        }
    }
    faults
}

/// Where a marker stands, by a search of its own: byte by byte, and not inside a longer word of the same case
/// (`importkey`, `SUPPORTKEY`).
fn occurrences(bytes: &[u8], markers: &[String]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for start in 0..bytes.len() {
        for marker in markers.iter().map(String::as_bytes) {
            if !bytes[start..].starts_with(marker) {
                continue;
            }
            let upper = marker.iter().all(u8::is_ascii_uppercase);
            let joined = start > 0
                && if upper {
                    bytes[start - 1].is_ascii_uppercase()
                } else {
                    bytes[start - 1].is_ascii_alphabetic()
                }
                && (upper || marker[0].is_ascii_lowercase());
            if !joined {
                found.push((start, start + marker.len()));
            }
        }
    }
    found
}

/// The text about a place, for a complaint.
fn around(bytes: &[u8], start: usize, end: usize) -> String {
    let slice = &bytes[start.saturating_sub(30)..(end + 30).min(bytes.len())];
    format!("{:?}", String::from_utf8_lossy(slice))
}

fn broken(plan: &Plan, original: &BTreeMap<String, Vec<u8>>) -> Result<Vec<String>> {
    let changed: Vec<syntax::Changed<'_>> =
        plan.changed().map(|file| (file.path.as_str(), &*file.original, &*file.rewritten)).collect();
    let manifests: Vec<(&str, &[u8])> = original
        .iter()
        .filter(|(name, _)| names::split(name).1 == "package.json")
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    syntax::broken(&changed, &manifests)
}

/// Compares with the snapshot, or writes it.
fn compare(file: &Path, sums: &Sums) -> Result<()> {
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some_and(|value| value == "1") {
        let text = serde_json::to_string_pretty(sums)? + "\n";
        std::fs::create_dir_all(home().join("snapshots"))
            .context("can't make the folder of the snapshots")?;
        return std::fs::write(file, text).with_context(|| format!("can't write {}", file.display()));
    }
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("there is no {}; UPDATE_SNAPSHOTS=1 makes it", file.display()))?;
    let kept: Sums =
        serde_json::from_str(&text).with_context(|| format!("{} is not right", file.display()))?;
    ensure!(
        kept == *sums,
        "the sums are not those of {} (if that is meant: UPDATE_SNAPSHOTS=1)\n{}",
        file.display(),
        kept.differences(sums).join("\n")
    );
    Ok(())
}

/// A control: the search of this test finds what it should, and only that.
fn occurrences_are_found() -> Result<()> {
    let markers = ["portkey", "PORTKEY", "Portkey"].map(str::to_owned);
    let cases: [(&str, &[(usize, usize)]); 8] = [
        ("x-portkey-api-key", &[(2, 9)]),
        ("PORTKEY_API_KEY", &[(0, 7)]),
        ("NEXT_PUBLIC_PORTKEY_API_KEY", &[(12, 19)]),
        ("AsyncPortkey(portkey)", &[(5, 12), (13, 20)]),
        ("importkey", &[]),
        ("SUPPORTKEY", &[]),
        ("crypto.subtle.importKey", &[]),
        ("https://api.portkey.ai/v1", &[(12, 19)]),
    ];
    for (text, expected) in cases {
        let found = occurrences(text.as_bytes(), &markers);
        ensure!(found == expected, "{text}: {found:?}");
    }
    Ok(())
}

/// A control: a ledger that owes something is found out. A plan without files owes every occurrence; the entries of a
/// plan can't be made here, so what is false in them is held by the crate's own tests.
fn ledger_faults_are_found() -> Result<()> {
    let markers = ["portkey".to_owned()];
    let files = BTreeMap::from([
        ("a.py".to_owned(), b"x-portkey-a portkey".to_vec()),
        ("b.py".to_owned(), b"importkey".to_vec()),
    ]);
    let mut plan = Plan::new("source", "target");
    let faults = ledger_faults(&plan, &files, &markers);
    ensure!(faults.len() == 2 && faults.iter().all(|fault| fault.starts_with("a.py")), "{faults:?}");
    plan.skipped.push(Skipped::new("a.py", SkipReason::Binary));
    ensure!(ledger_faults(&plan, &files, &markers).is_empty(), "a skipped file owes something");
    Ok(())
}

/// A control: a file that an edit broke is found, one that was broken before is not.
fn broken_syntax_is_found() -> Result<()> {
    let changed: [syntax::Changed<'_>; 6] = [
        ("a/good.py", b"x = 1\n", b"x = 2\n"),
        ("a/bad.py", b"x = 1\n", b"x = = 2\n"),
        ("a/was_bad.py", b"x = = 1\n", b"x = = 2\n"),
        ("bad.json", b"{}", b"{,}"),
        ("good.mjs", b"import 'x';\n", b"import 'y';\n"),
        ("bad.js", b"const x = {};\n", b"const x = {;\n"),
    ];
    let broken = syntax::broken(&changed, &[])?;
    let names: Vec<&str> = broken.iter().filter_map(|line| line.split(':').next()).collect();
    ensure!(names == ["a/bad.py", "bad.json", "bad.js"], "{broken:?}");
    Ok(())
}
