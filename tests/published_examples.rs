//! What the READMEs of the gateway's own packages show, migrated: it has to type-check against the packages that a
//! migrated program has, Python with pyright, JavaScript (as TypeScript) with `tsc`.
//!
//! One test a block of code; a fragment that imports nothing is no program, before or after. A block that stays must say so in a finding. Packages and checkers are fetched by `cargo
//! xtask setup`; a block whose package or checker is not there is reported as ignored.

#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use aig_tests::workspace;
use anyhow::{Context, Result, bail, ensure};
use libtest_mimic::{Arguments, Trial};
use migrate_core::finding::Rule;
use migrate_core::{ApplyOptions, MemoryFs, PlanOptions, Source, apply, plan};

/// A README, the words that its fences have in front of the code, and the code's file in the test.
struct Readme {
    file: &'static str,
    fences: &'static [&'static str],
    example: &'static str,
}

const READMES: [Readme; 2] = [
    Readme {
        file: "pypi-portkey-ai-2.3.4/portkey_ai-2.3.4.dist-info/METADATA",
        fences: &["py", "python"],
        example: "example.py",
    },
    Readme { file: "npm-portkey-ai-3.1.0/package/README.md", fences: &["js", "ts"], example: "example.ts" },
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    match trials() {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(error) => {
            eprintln!("the published examples can't be listed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn trials() -> Result<Vec<Trial>> {
    let target = workspace::target()?;
    let environment = target.join("test-env");
    let checkers = environment.join("checkers/node/node_modules");
    let mut trials = Vec::new();
    for readme in &READMES {
        let path = target.join("real-packages").join(readme.file);
        let there = path.is_file()
            && checkers.is_dir()
            && ["python", "node"].iter().all(|part| environment.join(part).is_dir());
        if !there && !workspace::everything_required() {
            eprintln!("not run: the examples of {}; `cargo xtask setup` fetches what they need", readme.file);
            let not_run = Trial::test(format!("{}::not run", readme.example), || Ok(()));
            trials.push(not_run.with_ignored_flag(true));
            continue;
        }
        let text =
            std::fs::read_to_string(&path).with_context(|| format!("can't read {}", path.display()))?;
        let mut blocks = blocks(&text, readme.fences);
        blocks.retain(|block| block.contains("import "));
        ensure!(!blocks.is_empty(), "{} shows no code; is it still the README?", path.display());
        for (number, block) in blocks.into_iter().enumerate() {
            let environment = environment.clone();
            let name = format!("{}::block {}", readme.example, number + 1);
            trials.push(Trial::test(name, move || {
                test(readme.example, &block, &environment).map_err(|error| format!("{error:#}").into())
            }));
        }
    }
    Ok(trials)
}

/// The fenced blocks of a page whose fence has one of these words.
fn blocks(page: &str, fences: &[&str]) -> Vec<String> {
    let mut out = Vec::new();
    let mut open: Option<(bool, String)> = None;
    for line in page.lines() {
        match (line.trim().strip_prefix("```"), &mut open) {
            (Some(_), Some((wanted, text))) => {
                if *wanted {
                    out.push(std::mem::take(text));
                }
                open = None;
            }
            (Some(word), None) => open = Some((fences.contains(&word.trim()), String::new())),
            (None, Some((_, text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    out
}

fn test(name: &str, code: &str, environment: &Path) -> Result<()> {
    let source = Source::builtin("portkey")?;
    let fs = MemoryFs::from_files([(name, code)]);
    let planned = plan(&fs, &source, &PlanOptions::default())?;
    if planned.is_empty() {
        // What has no counterpart says so.
        let findings = planned.files.iter().flat_map(|file| &file.findings);
        let rules: Vec<Rule> = findings.map(|finding| finding.rule).collect();
        ensure!(rules.contains(&Rule::KeptWhole), "neither moved nor kept, but {rules:?}");
        return Ok(());
    }
    apply(&fs, &planned, &ApplyOptions::default())?;
    let folder = tempfile::tempdir()?;
    for (path, bytes) in fs.files() {
        std::fs::write(folder.path().join(path), bytes)?;
    }
    let after = std::fs::read_to_string(folder.path().join(name))?;
    ensure!(
        !after.contains("portkey_ai") && !after.contains("portkey-ai"),
        "the package is still used:\n{after}"
    );
    check(name, folder.path(), environment).with_context(|| format!("the migrated example:\n{after}"))
}

/// Type-checks the file `name` of `folder`.
fn check(name: &str, folder: &Path, environment: &Path) -> Result<()> {
    let checkers = environment.join("checkers/node/node_modules");
    let json = |path: PathBuf| serde_json::Value::from(path.to_string_lossy().into_owned());
    let (file, script, settings) = match name.rsplit_once('.') {
        Some((_, "py")) => (
            "pyrightconfig.json",
            "pyright/index.js",
            serde_json::json!({
                "include": [name],
                "extraPaths": [json(environment.join("python"))],
                "typeCheckingMode": "standard",
            }),
        ),
        Some((_, "ts")) => (
            "tsconfig.json",
            "typescript/bin/tsc",
            serde_json::json!({
                "files": [name],
                "compilerOptions": {
                    "strict": true, "noEmit": true, "skipLibCheck": true,
                    "target": "es2022", "module": "esnext", "moduleResolution": "bundler",
                    "types": ["node"], "typeRoots": [json(checkers.join("@types"))],
                    "paths": { "*": [json(environment.join("node/node_modules/*"))] },
                },
            }),
        ),
        _ => bail!("nothing checks {name}"),
    };
    std::fs::write(folder.join(file), settings.to_string())?;
    let mut node = Command::new("node");
    node.arg(checkers.join(script)).arg("--project").arg(folder.join(file)).current_dir(folder);
    let output = node.output().context("node does not start")?;
    let told = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "{script} says:\n{told}{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
