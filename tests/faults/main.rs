//! The real `aig`, killed at every system call that writes, with every such call failing, on a full disk, and with
//! the tree changing under it. Prints a table: fault, runs, lost (always 0).
//!
//! `strace` injects the faults. Where there is none, it may not trace, or nothing may be mounted, what needs it is
//! reported as ignored. By itself the harness takes a sample of the moments; `cargo xtask faults` takes all of them.

#![forbid(unsafe_code)]
// A test that panics has failed, which is what its unwraps are for; the table is its output.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[cfg(target_os = "linux")]
mod disk;
#[cfg(target_os = "linux")]
mod place;
#[cfg(target_os = "linux")]
mod races;
#[cfg(target_os = "linux")]
mod traced;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let (own, rest): (Vec<String>, Vec<String>) = std::env::args().partition(|argument| argument == "--full");
    let arguments = Arguments::from_iter(rest);
    let trials = trials(!own.is_empty());
    let conclusion = libtest_mimic::run(&arguments, trials);
    table::print();
    conclusion.exit_code()
}

#[cfg(target_os = "linux")]
fn trials(full: bool) -> Vec<Trial> {
    let mut trials = races::trials();
    trials.extend(traced::trials(full));
    trials.extend(disk::trials());
    trials
}

/// The faults are those of one system.
#[cfg(not(target_os = "linux"))]
fn trials(_full: bool) -> Vec<Trial> {
    let not_run = Trial::test("faults of a Linux system", || Ok(())).with_ignored_flag(true);
    vec![not_run]
}

/// What was done, a line a fault. A run that loses something panics, so that it never gets here.
mod table {
    use std::sync::Mutex;

    static LINES: Mutex<Vec<(String, usize)>> = Mutex::new(Vec::new());

    /// Of `fault`, so many runs have lost nothing.
    pub fn add(fault: &str, runs: usize) {
        assert!(runs > 0, "{fault}: struck never");
        LINES.lock().unwrap().push((fault.to_owned(), runs));
    }

    pub fn print() {
        let mut lines = LINES.lock().unwrap();
        lines.sort();
        let sum = lines.iter().map(|(_, runs)| runs).sum();
        println!("{:<58} {:>6}  lost", "fault", "runs");
        for (fault, runs) in lines.iter().chain([&("all".to_owned(), sum)]) {
            println!("{fault:<58} {runs:>6}  0");
        }
    }
}
