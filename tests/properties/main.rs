//! What must hold of any input, tried on made-up ones: bytes, edits, crashes of an undo, texts of every language, whole
//! trees. Prints a table: target, cases.
//!
//! A case is a number: the same one gives the same input. `--cases N` tries so many over all targets; what fails is
//! told with its number, and `--seed NUMBER` with the target's name as a filter tries that case alone. Cases that once
//! failed are in `regressions.txt` and are tried every time.

#![forbid(unsafe_code)]
// A test that panics has failed; the table is its output.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod bytes;
mod random;
mod trees;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use libtest_mimic::{Arguments, Trial};

use crate::random::Random;

/// Tried by `cargo test`, over all targets.
const BOUNDED: u64 = 20_000;

/// A target: its name, the share of all cases that it gets in thousandths, and what is tried.
type Target = (&'static str, u64, fn(&mut Random));

const TARGETS: [Target; 16] = [
    ("text", 300, bytes::text),
    ("edit", 300, bytes::edit),
    ("undo", 298, bytes::undo),
    ("document", 25, trees::document),
    ("rewrite python", 8, |random| trees::rewrite(random, &["py"])),
    ("rewrite javascript", 6, |random| trees::rewrite(random, &["js", "mjs", "jsx", "cjs"])),
    ("rewrite typescript", 6, |random| trees::rewrite(random, &["ts", "tsx", "mts"])),
    ("rewrite bash", 6, |random| trees::rewrite(random, &["sh", "bash"])),
    ("rewrite dotenv", 5, |random| trees::rewrite(random, &["env"])),
    ("rewrite markdown", 5, |random| trees::rewrite(random, &["md"])),
    ("rewrite notebook", 3, |random| trees::rewrite(random, &["ipynb"])),
    ("rewrite yaml", 4, |random| trees::rewrite(random, &["yaml", "yml"])),
    ("rewrite json", 3, |random| trees::rewrite(random, &["json"])),
    ("rewrite toml", 3, |random| trees::rewrite(random, &["toml"])),
    ("rewrite lexical", 3, |random| trees::rewrite(random, &["go", "conf", "php", "rb"])),
    ("plan", 25, trees::plan_of_a_tree),
];

fn main() -> ExitCode {
    let (mut cases, mut seed, mut rest) = (BOUNDED, None, Vec::new());
    let mut arguments = std::env::args();
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|number| number.parse::<u64>().ok()).unwrap();
        match argument.as_str() {
            "--cases" => cases = number(),
            "--seed" => seed = Some(number()),
            _ => rest.push(argument),
        }
    }
    // A panic is told with its case, and those that the tool catches are looked for in what it says.
    std::panic::set_hook(Box::new(|panic| *LAST_PANIC.lock().unwrap() = panic.to_string()));
    let trials = TARGETS.into_iter().map(|(name, share, target)| {
        Trial::test(name, move || match seed {
            Some(seed) => one(target, seed).map_err(Into::into),
            None => many(name, target, (cases * share).div_ceil(1000)).map_err(Into::into),
        })
    });
    let mut arguments = Arguments::from_iter(rest);
    // Each target uses all cores by itself.
    arguments.test_threads = Some(1);
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    let done = DONE.lock().unwrap();
    for (name, cases) in done.iter() {
        println!("{name:<24} {cases:>9} cases");
    }
    println!("{:<24} {:>9} cases", "all", done.iter().map(|(_, cases)| cases).sum::<u64>());
    conclusion.exit_code()
}

static LAST_PANIC: Mutex<String> = Mutex::new(String::new());
static DONE: Mutex<Vec<(&str, u64)>> = Mutex::new(Vec::new());

fn one(target: fn(&mut Random), seed: u64) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(|| target(&mut Random::new(seed)))).map_err(|_| {
        let last = LAST_PANIC.lock().unwrap();
        format!("--seed {seed}: {last}")
    })
}

/// Cases 0 to `cases`, and those that once failed. At most a few failures are told.
fn many(name: &'static str, target: fn(&mut Random), cases: u64) -> Result<(), String> {
    let known: Vec<u64> = include_str!("regressions.txt")
        .lines()
        .filter_map(|line| line.strip_prefix(name)?.strip_prefix(':')?.trim().parse().ok())
        .collect();
    let next = AtomicU64::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let seed = match known.get(number as usize) {
                        Some(seed) => *seed,
                        None if number < known.len() as u64 + cases => number - known.len() as u64,
                        None => break,
                    };
                    if let Err(failure) = one(target, seed) {
                        failures.lock().unwrap().push(failure);
                    }
                }
            });
        }
    });
    DONE.lock().unwrap().push((name, cases + known.len() as u64));
    let mut failures = failures.into_inner().unwrap();
    let count = failures.len();
    failures.truncate(10);
    if count > failures.len() {
        failures.push(format!("and {} more", count - failures.len()));
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n\n")) }
}
