//! `cargo xtask bench`: how long `aig` takes, as ratios to what peers take for the same files in the same run.
//!
//! It prints, and judges nothing but in words: a clock is no test. `docs/performance.md` says what the figures mean.

// The table is what was asked for.
#![allow(clippy::print_stdout)]

mod floor;
mod pairs;
mod trees;

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::files;
use crate::setup;
use crate::step::{cargo, root, run, target};
pub use floor::{FLOOR, open_read_close};
use pairs::{Compared, Make, compare, median, peak, system_calls, time};
pub use pairs::{PEAK, print_peak};

/// The peers, pinned: the newest of their kind when this was written.
const RIPGREP: &str = "15.2.0";
const AST_GREP: &str = "0.51.1";

/// Two threads each, on whatever machine: what a laptop has to spare.
const THREADS: &str = "2";
const PAIRS: usize = 15;
/// So many times a tree is applied: each takes two copies of it.
const APPLIES: usize = 5;
/// Starts are short, and what else the machine does weighs more.
const START_PAIRS: usize = 101;

/// What is looked for in the comparison with searches: the words that the tool itself looks for.
const WORDS: [&str; 7] =
    ["portkey", "PORTKEY", "Portkey", "PortKey", "api.aigateway.sh", "AIGATEWAY_API_KEY", "x-aig-tag"];

/// What there is to measure.
pub const PARTS: [&str; 5] = ["big", "dense", "long", "start", "growth"];

/// Makes the trees and the peers, and prints the table of these parts.
///
/// # Errors
/// If `aig` can't be built, or a run of it fails. A peer or a tree that can't be had is told as not run.
pub fn bench(parts: &[&str]) -> Result<()> {
    let home = target()?.join("bench");
    fs::create_dir_all(&home).with_context(|| format!("can't make {}", home.display()))?;
    run(
        "building aig as it is published",
        cargo(&["build", "--quiet", "--release", "--package", "aig-cli", "--package", "aigateway-node"]),
    )?;
    let bench = Bench { aig: target()?.join("release/aig"), home };
    let rg = bench.ripgrep();
    let is_wanted = |part: &str| parts.contains(&part);
    if is_wanted("big") {
        match trees::big(&bench.home) {
            Ok(tree) => bench.big(&tree, rg.as_deref())?,
            Err(error) => println!("(a) a big tree: not run: {error:#}"),
        }
    }
    if is_wanted("dense") {
        bench.dense()?;
    }
    if is_wanted("long") {
        bench.long()?;
    }
    if is_wanted("start") {
        bench.start(rg.as_deref())?;
    }
    if is_wanted("growth") {
        bench.growth()?;
    }
    Ok(())
}

/// A command to compare with: its name, the ratio that is to be met, and how it is called.
type Peer<'a> = (String, Option<f64>, Box<dyn Fn() -> Command + 'a>);

struct Bench {
    aig: PathBuf,
    home: PathBuf,
}

impl Bench {
    fn aig(&self, tree: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.aig);
        command.current_dir(tree).args(arguments).env("XDG_STATE_HOME", self.home.join("state"));
        command
    }

    fn preview(&self, tree: &Path) -> Command {
        self.aig(tree, &["migrate", "portkey", "--dry-run", "--threads", THREADS])
    }

    /// The newest ripgrep, built with this machine's compiler.
    fn ripgrep(&self) -> Option<PathBuf> {
        let tools = self.home.join("tools");
        let rg = tools.join("bin/rg");
        if !rg.exists() {
            let mut install =
                cargo(&["install", "--quiet", "--locked", "ripgrep", "--version", RIPGREP, "--root"]);
            install.arg(&tools);
            if let Err(error) = run("building ripgrep", install) {
                println!("ripgrep: not run: {error:#}");
                return None;
            }
        }
        Some(rg)
    }

    /// ast-grep, as npm has it for this platform.
    fn ast_grep(&self) -> Option<PathBuf> {
        let tools = self.home.join("ast-grep");
        let package = "@ast-grep/cli-linux-x64-gnu";
        let binary = tools.join("node_modules").join(package).join("ast-grep");
        if !binary.exists() {
            fs::create_dir_all(&tools).ok()?;
            let mut npm = Command::new("npm");
            npm.current_dir(&tools).args(["install", "--no-audit", "--no-fund", "--loglevel=error"]);
            npm.arg(format!("{package}@{AST_GREP}"));
            run("fetching ast-grep", npm).ok()?;
        }
        binary.exists().then_some(binary)
    }

    fn big(&self, tree: &Path, rg: Option<&Path>) -> Result<()> {
        println!("\n(a) a big tree: {}", tree.display());
        let aig = || self.preview(tree);
        let files = self.files_scanned(tree)?;
        println!("    files read: {files}");
        let mut peers: Vec<Peer<'_>> = Vec::new();
        if let Some(rg) = rg {
            let (list, rg) = (rg.to_owned(), rg.to_owned());
            let search = move || {
                let mut command = Command::new(&rg);
                command.current_dir(tree).args(["-l", "--hidden", "--glob", "!.git", "--threads", THREADS]);
                WORDS.iter().for_each(|word| {
                    command.args(["-e", word]);
                });
                command.arg(".");
                command
            };
            peers.push(("rg -l".into(), Some(0.70), Box::new(search)));
            let files = move || {
                let mut command = Command::new(&list);
                command.current_dir(tree).args(["--files", "--hidden", "--glob", "!.git"]);
                command.args(["--threads", THREADS, "."]);
                command
            };
            peers.push(("rg --files".into(), None, Box::new(files)));
        }
        let grep = || {
            let mut command = Command::new("git");
            command.current_dir(tree).args(["-c", "grep.threads=2", "grep", "-l", "-F"]);
            WORDS.iter().for_each(|word| {
                command.args(["-e", word]);
            });
            command
        };
        peers.push(("git grep -l".into(), None, Box::new(grep)));
        match self.ast_grep() {
            Some(binary) => {
                let rules = self.home.join("rules.yml");
                fs::write(&rules, RULES).with_context(|| format!("can't write {}", rules.display()))?;
                let scan = move || {
                    let mut command = Command::new(&binary);
                    command.current_dir(tree).args(["scan", "--threads", THREADS, "--json=stream", "--rule"]);
                    command.arg(&rules).arg(".");
                    command
                };
                peers.push(("ast-grep scan".into(), None, Box::new(scan)));
            }
            None => println!("    ast-grep: not run: npm has it not, here"),
        }
        if let [(_, _, search), (_, _, files), ..] = &peers[..]
            && rg.is_some()
        {
            self.floor(tree, files.as_ref(), search.as_ref())?;
        }
        for (name, target, make) in &peers {
            let pairs = if target.is_some() { PAIRS } else { 5 };
            tell(name, &compare(pairs, &aig, make.as_ref())?, *target);
        }
        for (name, make) in std::iter::once(("aig", &aig as Make<'_>))
            .chain(peers.iter().take(1).map(|(name, _, make)| (name.as_str(), make.as_ref() as Make<'_>)))
        {
            println!("    peak memory, {name}: {:.1} MB", peak(make)? as f64 / 1e6);
            match system_calls(make) {
                Some(calls) => {
                    println!("    system calls a file, {name}: {:.2}", calls as f64 / files as f64)
                }
                None => println!("    system calls a file: not run: there is no strace"),
            }
        }
        Ok(())
    }

    /// What it takes to open, read and close the files that `files` lists, compared with a search of them.
    fn floor(&self, tree: &Path, files: Make<'_>, search: Make<'_>) -> Result<()> {
        let listed = files().output().context("rg does not start")?.stdout;
        let listed = String::from_utf8_lossy(&listed);
        let mut names: Vec<(&str, &str)> = listed.lines().filter_map(|name| name.rsplit_once('/')).collect();
        names.sort_unstable();
        let names: String = names.into_iter().flat_map(|(folder, name)| [folder, "/", name, "\n"]).collect();
        let list = self.home.join("big.files");
        fs::write(&list, names).with_context(|| format!("can't write {}", list.display()))?;
        let program = std::env::current_exe().context("this program does not know its own path")?;
        let floor = || {
            let mut command = Command::new(&program);
            command.current_dir(tree).args([FLOOR, THREADS]).arg(&list);
            command
        };
        match compare(PAIRS, &floor, search) {
            Ok(Compared { a, b, ratio }) => println!(
                "    the floor: its files opened, read and closed, and nothing else: {} / rg -l {} = {ratio:.2}",
                shown(a),
                shown(b)
            ),
            Err(error) => println!("    the floor: not run: {error:#}"),
        }
        Ok(())
    }

    /// How many files the tool says that it reads in a tree.
    fn files_scanned(&self, tree: &Path) -> Result<u64> {
        let mut command = self.aig(tree, &["migrate", "portkey", "--dry-run", "--format", "jsonl"]);
        let printed = command.output().context("aig does not start")?;
        let printed = String::from_utf8_lossy(&printed.stdout);
        let sums = printed.lines().last().context("aig printed nothing")?;
        let (_, count) = sums.split_once("\"files_scanned\":").context("no sums were printed")?;
        let digits: String = count.trim_start().chars().take_while(char::is_ascii_digit).collect();
        digits.parse().context("the sums hold no number")
    }

    fn dense(&self) -> Result<()> {
        let tree = trees::dense(&self.home)?;
        println!("\n(b) a dense tree: 5,000 small files, each of which matches");
        let plan = || self.aig(&tree, &["migrate", "portkey", "--dry-run", "--quiet", "--threads", "1"]);
        let mut times = Vec::new();
        for _ in 0..5 {
            times.push(time(&plan)?);
        }
        let planned = median(times.into_iter());
        println!(
            "    planned, on one core: {} = {:.0} files a second (target 10,000)",
            shown(planned),
            5000.0 / planned.as_secs_f64()
        );
        // Applying, less planning, against the least that is safe for one file: new bytes beside it, fsync, rename; and
        // that for one file after the other, on one thread, as a script would do it. Backups, a record, a last look at
        // each file and the folders' own fsync are what apply does besides. Before both, the disk is at rest. Each run
        // has a copy of its own, and none is removed before the last: ext4 passes over what was removed in the last
        // minutes one by one when it looks for room for a new file.
        let copies = self.home.join("dense-copies");
        files::empty(&copies)?;
        let copy = |run: usize, name: &str| copies.join(format!("{name}-{run}"));
        for run in 0..APPLIES {
            files::copy_tree(&tree, &copy(run, "applied"))?;
            files::copy_tree(&tree, &copy(run, "plain"))?;
        }
        let (mut applied, mut plain) = (Vec::new(), Vec::new());
        for run in 0..APPLIES {
            let target = copy(run, "applied");
            let apply = || self.aig(&target, &["migrate", "portkey", "--yes", "--quiet", "--threads", "1"]);
            at_rest();
            applied.push(time(&apply)?.saturating_sub(planned));
            let written = written(&target)?;
            at_rest();
            plain.push(replace_all(&copy(run, "plain"), &written)?);
        }
        files::remove(&copies)?;
        let (applied, plain) = (median(applied.into_iter()), median(plain.into_iter()));
        println!(
            "    applied, with backups: {}; the same files written, synced and renamed: {}; that is {:.0} % of its speed (target 70 %)",
            shown(applied),
            shown(plain),
            100.0 * plain.as_secs_f64() / applied.as_secs_f64()
        );
        Ok(())
    }

    fn long(&self) -> Result<()> {
        println!("\n(c) one long file");
        for megabytes in [12, 25, 50] {
            let tree = trees::long(&self.home, megabytes)?;
            let mut times = Vec::new();
            for _ in 0..3 {
                times.push(time(&|| self.preview(&tree))?);
            }
            let taken = median(times.into_iter());
            let memory = peak(&|| self.preview(&tree))?;
            println!(
                "    {megabytes} MB: {} ({:.1} ms a MB); memory {:.1} times the file (target 4)",
                shown(taken),
                taken.as_secs_f64() * 1000.0 / megabytes as f64,
                memory as f64 / (megabytes << 20) as f64
            );
        }
        Ok(())
    }

    fn start(&self, rg: Option<&Path>) -> Result<()> {
        println!("\n(d) the start");
        let tree = trees::empty(&self.home)?;
        if let Some(rg) = rg {
            let of_rg = |arguments: &'static [&str]| {
                move || {
                    let mut command = Command::new(rg);
                    command.current_dir(self.home.join("empty")).args(arguments);
                    command
                }
            };
            let version = || self.aig(&tree, &["--version"]);
            tell("rg --version", &compare(START_PAIRS, &version, &of_rg(&["--version"]))?, Some(1.5));
            println!("    in an empty tree:");
            let preview = || self.preview(&tree);
            let search = of_rg(&["-l", "--threads", THREADS, "-e", "portkey", "."]);
            tell("rg -l", &compare(START_PAIRS, &preview, &search)?, None);
        }
        match self.npm() {
            Ok(program) => {
                println!("    through npm's package:");
                let node = |arguments: &[&str]| {
                    let mut command = Command::new("node");
                    command.current_dir(&tree).args(arguments);
                    command
                };
                let program = program.display().to_string();
                let version = || node(&[&program, "--version"]);
                let nothing = || node(&["-e", "0"]);
                tell("node -e 0", &compare(START_PAIRS, &version, &nothing)?, Some(1.2));
            }
            Err(error) => println!("    through npm's package: not run: {error:#}"),
        }
        Ok(())
    }

    /// The command of npm's package, packed and installed in an empty place.
    fn npm(&self) -> Result<PathBuf> {
        let (packages, prefix) = (self.home.join("packages"), self.home.join("npm"));
        files::empty(&packages)?;
        files::empty(&prefix)?;
        let library = target()?.join(format!("release/{DLL_PREFIX}aigateway_node{DLL_SUFFIX}"));
        let mut pack = Command::new("node");
        pack.current_dir(root()).args(["bindings/node/pack.mjs", "--library"]);
        pack.arg(library).arg("--out").arg(&packages);
        run("packing for npm", pack)?;
        let mut npm = Command::new(setup::NPM);
        npm.args([
            "install",
            "--global",
            "--offline",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
            "--prefix",
        ]);
        npm.arg(&prefix).stdout(std::process::Stdio::null());
        npm.args(files::names_under(&packages)?.iter().map(|name| packages.join(name)));
        run("installing the npm packages in an empty prefix", npm)?;
        let modules = if cfg!(windows) { "node_modules" } else { "lib/node_modules" };
        Ok(prefix.join(modules).join("aigateway-cli/bin/aig.js"))
    }

    fn growth(&self) -> Result<()> {
        println!("\n(e) growth: one file in a hundred matches");
        for count in [10_000, 20_000, 40_000, 80_000] {
            let tree = trees::sparse(&self.home, count)?;
            let mut times = Vec::new();
            for _ in 0..5 {
                times.push(time(&|| self.preview(&tree))?);
            }
            let taken = median(times.into_iter());
            let each = taken.as_secs_f64() * 1e6 / count as f64;
            println!("    {count} files: {} ({each:.2} µs a file)", shown(taken));
        }
        Ok(())
    }
}

/// Rules for ast-grep: for each language, strings that name the gateway.
const RULES: &str = include_str!("bench/rules.yml");

fn tell(peer: &str, compared: &Compared, target: Option<f64>) {
    let Compared { a, b, ratio } = compared;
    let judged = match target {
        Some(target) if *ratio <= target => format!(" (target {target:.2}: met)"),
        Some(target) => format!(" (target {target:.2}: MISSED)"),
        None => String::new(),
    };
    println!("    aig {} / {peer} {} = {ratio:.2}{judged}", shown(*a), shown(*b));
}

/// Has all that was written before reach the disk, so that waiting for it falls on no one that is measured.
fn at_rest() {
    // Where there is no such program, it falls on both.
    let _ = Command::new("sync").status();
}

fn shown(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1000.0;
    if milliseconds < 20.0 { format!("{milliseconds:.1} ms") } else { format!("{milliseconds:.0} ms") }
}

/// The files of a tree that an apply has written: those that have a backup.
fn written(tree: &Path) -> Result<Vec<String>> {
    let mut names = files::names_under(tree)?;
    names.retain(|name| tree.join(format!("{name}.aig-migrate.bak")).exists());
    ensure!(!names.is_empty(), "nothing was applied in {}", tree.display());
    Ok(names)
}

/// Replaces these files of a tree by copies of themselves, each synced before its rename, and says how long that took.
fn replace_all(tree: &Path, names: &[String]) -> Result<Duration> {
    let mut contents = Vec::new();
    for name in names {
        let path = tree.join(name);
        contents.push((fs::read(&path).with_context(|| format!("can't read {}", path.display()))?, path));
    }
    let begin = Instant::now();
    for (bytes, path) in contents {
        let new = path.with_extension("new");
        let write = || {
            let mut file = fs::File::create(&new)?;
            file.write_all(&bytes)?;
            file.sync_all()?;
            fs::rename(&new, &path)
        };
        write().with_context(|| format!("can't write {}", path.display()))?;
    }
    Ok(begin.elapsed())
}
