//! Kills an apply and an undo at every system call that writes, and lets every such call fail, on a real filesystem;
//! then looks at what is left. Prints a table: fault, runs, lost (always 0).
//!
//! The program starts itself under `strace`, which injects the faults. Where there is none (another system, or
//! tracing is forbidden), it is reported as ignored. The same through the command is `faults` of the workspace's tests.
//!
//! By itself it takes a sample of the moments; `cargo test -p migrate-disk --test crash -- --full` takes all of them,
//! which lasts some minutes.

// A test that panics has failed, which is what its unwraps are for; the table is its output.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};

use libtest_mimic::{Arguments, Trial};
use migrate_core::{ApplyOptions, Error, UndoOptions, apply, undo};
use migrate_disk::DiskFs;
use support::{Place, plan};

/// Of so many moments one is taken to kill, and of so many one to fail, unless all are asked for.
const SAMPLE: (usize, usize) = (8, 24);

const FILES: [(&str, &str); 5] = [
    (".env", "KEY=old\n"),
    ("a.py", "x = 'old'\n"),
    ("lib/b.py", "y = 'old'\r\n"),
    ("lib/deep/c.ts", "old"),
    ("z.md", "# old\n"),
];

/// The system calls that write, in all that is done. One that never occurs strikes never.
const CALLS: [&str; 15] = [
    "write",
    "fsync",
    "fchmod",
    "fchown",
    "fsetxattr",
    "chmod",
    "ftruncate",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "linkat",
    "mkdir",
    "openat",
];

/// The calls that fail in a way of their own, and the errors.
const ERRORS: [(&str, &str); 12] = [
    ("write", "ENOSPC"),
    ("write", "EIO"),
    ("fsync", "EIO"),
    ("openat", "EACCES"),
    ("openat", "EMFILE"),
    ("openat", "ENOSPC"),
    ("rename", "EIO"),
    ("renameat", "EIO"),
    ("renameat", "EACCES"),
    ("renameat2", "EIO"),
    ("mkdir", "EACCES"),
    ("fcntl", "EMFILE"),
];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("child") {
        let [what, root, state] = [(); 3].map(|()| arguments.next().unwrap());
        return child(&what, Path::new(&root), Path::new(&state));
    }
    let (own, rest): (Vec<String>, Vec<String>) = std::env::args().partition(|argument| argument == "--full");
    let (kill, fail) = if own.is_empty() { SAMPLE } else { (1, 1) };
    let not_run = !can_trace();
    if not_run {
        println!("not run: there is no strace here, or it may not trace");
    }
    let trial = Trial::test("every file is whole, whenever it ends", move || {
        all(kill, fail);
        Ok(())
    });
    libtest_mimic::run(&Arguments::from_iter(rest), vec![trial.with_ignored_flag(not_run)]).exit_code()
}

fn all(kill: usize, fail: usize) {
    let mut runs = 0;
    let mut line = |fault: &str, count: usize| {
        println!("{fault:<44} {count:>5} runs  0 lost");
        assert!(count > 0, "{fault}: struck never");
        runs += count;
    };
    for what in ["apply", "apply-no-backup"] {
        line(&format!("killed in {what}, then run again"), kill_each(what, kill, run_again));
        line(&format!("killed in {what}, then undone"), kill_each(what, kill, take_back));
        line(&format!("a call fails in {what}"), fail_each(what, fail));
    }
    line("killed in undo, then undone", kill_each("undo", kill, take_back));
    line("a call fails in undo", fail_each("undo", fail));
    println!("{:<44} {runs:>5} runs  0 lost", "all");
}

/// Does what it is told, in a process of its own.
fn child(what: &str, root: &Path, state: &Path) -> ExitCode {
    let done = (|| -> Result<(), Error> {
        let fs = DiskFs::with_state_dir(root, state)?;
        if what == "undo" {
            return undo(&fs, &UndoOptions::default()).map(|_| ());
        }
        let mut options = ApplyOptions::default();
        options.backup = what == "apply";
        let old = |path: &&str| std::fs::read_to_string(root.join(path)).unwrap().contains("old");
        let paths: Vec<&str> = FILES.iter().map(|(path, _)| *path).filter(|path| old(path)).collect();
        apply(&fs, &plan(&fs, &paths), &options).map(|_| ())
    })();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

fn can_trace() -> bool {
    let traced = Command::new("strace").args(["-qq", "-e", "trace=none", "true"]).output();
    traced.is_ok_and(|output| output.status.success())
}

/// Runs a child. With a fault, under the tracer.
fn start(place: &Place, what: &str, fault: Option<&str>) -> Output {
    let program: PathBuf = std::env::current_exe().unwrap();
    let mut command = match fault {
        Some(fault) => {
            let mut command = Command::new("strace");
            // What the tracer itself says goes to a file beside the tree.
            command
                .args(["-qq", "-f", "-o"])
                .arg(place.outside().join("trace"))
                .args(["-e", fault])
                .arg(program);
            command
        }
        None => Command::new(program),
    };
    command.arg("child").arg(what).arg(place.root()).arg(place.state()).output().unwrap()
}

/// Whether the tracer has injected its fault.
fn struck(place: &Place) -> bool {
    let trace = std::fs::read_to_string(place.outside().join("trace")).unwrap();
    trace.contains("(INJECTED)") || trace.contains("killed by SIGKILL")
}

fn fresh(what: &str) -> Place {
    let place = Place::new(&FILES);
    if what == "undo" {
        assert!(start(&place, "apply", None).status.success());
    }
    place
}

/// All files of the tree.
fn tree(place: &Place) -> BTreeMap<String, String> {
    place.names().into_iter().map(|name| (name.clone(), place.read(&name))).collect()
}

fn old() -> BTreeMap<String, String> {
    FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn new() -> BTreeMap<String, String> {
    old().into_iter().map(|(path, text)| (path, text.replace("old", "newer"))).collect()
}

fn new_with_backups() -> BTreeMap<String, String> {
    let backups = old().into_iter().map(|(path, text)| (format!("{path}.aig-migrate.bak"), text));
    new().into_iter().chain(backups).collect()
}

/// Every file is wholly old or wholly new, and every new one has its backup, unless the run is over.
fn assert_whole(place: &Place, what: &str, context: &str) {
    let (now, old, new) = (tree(place), old(), new());
    let over = what == "apply-no-backup" && new.iter().all(|(path, text)| now.get(path) == Some(text));
    for (path, text) in &old {
        let held = now.get(path).unwrap_or_else(|| panic!("{context}: {path} is gone"));
        assert!(held == text || *held == new[path], "{context}: {path} holds {held:?}");
        if held != text && !over {
            assert_eq!(
                now.get(&format!("{path}.aig-migrate.bak")),
                Some(text),
                "{context}: {path} has no backup"
            );
        }
    }
}

/// Kills a child at every call of every kind in turn, or at every `step`-th. Returns how often that was.
fn kill_each(what: &str, step: usize, then: fn(&Place, &str, &str)) -> usize {
    let kill = |call: &&str| {
        let mut runs = 0;
        for nth in (1..).step_by(step) {
            let place = fresh(what);
            let fault = format!("inject={call}:signal=KILL:when={nth}");
            let output = start(&place, what, Some(&fault));
            if !struck(&place) {
                assert!(output.status.success(), "{fault}: {output:?}");
                break;
            }
            runs += 1;
            let context = format!("{what}, {fault}");
            assert_whole(&place, what, &context);
            then(&place, what, &context);
        }
        runs
    };
    side_by_side(&CALLS, kill)
}

/// Does something for each of several kinds of fault at once, since most of the time goes into waiting for the disk.
/// Returns the sum.
fn side_by_side<T: Sync>(kinds: &[T], each: impl Fn(&T) -> usize + Sync) -> usize {
    std::thread::scope(|scope| {
        let each = &each;
        let started: Vec<_> = kinds.iter().map(|kind| scope.spawn(move || each(kind))).collect();
        started.into_iter().map(|thread| thread.join().unwrap()).sum()
    })
}

fn run_again(place: &Place, what: &str, context: &str) {
    let output = start(place, what, None);
    assert!(output.status.success(), "{context}: {output:?}");
    if what == "apply-no-backup" {
        assert_eq!(tree(place), new(), "{context}: running again finishes, and leaves nothing");
        return;
    }
    assert_eq!(tree(place), new_with_backups(), "{context}: running again finishes");
    let output = start(place, "undo", None);
    assert!(output.status.success(), "{context}: {output:?}");
    assert_eq!(tree(place), old(), "{context}: one undo reverts both");
}

fn take_back(place: &Place, what: &str, context: &str) {
    let over =
        what == "apply-no-backup" && new().iter().all(|(path, text)| tree(place).get(path) == Some(text));
    let output = start(place, "undo", None);
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        // Killed before anything, or after everything.
        assert!(
            said.contains("nothing to undo") || said.contains("no run to undo") || over,
            "{context}: {said}"
        );
    }
    if !over {
        assert_eq!(tree(place), old(), "{context}: {said}");
    }
}

/// Lets every call of every kind fail in turn, or every `step`-th. Returns how often that was.
fn fail_each(what: &str, step: usize) -> usize {
    let fail = |(call, error): &(&str, &str)| {
        let mut runs = 0;
        for nth in (1..).step_by(step) {
            let place = fresh(what);
            let before = tree(&place);
            let fault = format!("inject={call}:error={error}:when={nth}");
            let output = start(&place, what, Some(&fault));
            if !struck(&place) {
                assert!(output.status.success(), "{fault}: {output:?}");
                break;
            }
            runs += 1;
            let context = format!("{what}, {fault}: {}", String::from_utf8_lossy(&output.stderr));
            let now = tree(&place);
            if output.status.success() {
                // It was not needed, or came after the last rename.
                let done = match what {
                    "apply" => new_with_backups(),
                    "undo" => old(),
                    _ => new(),
                };
                let extra: Vec<&String> = now.keys().filter(|path| !done.contains_key(*path)).collect();
                assert!(extra.iter().all(|path| path.ends_with(".aig-migrate.bak")), "{context}: {extra:?}");
                assert!(done.iter().all(|(path, text)| now.get(path) == Some(text)), "{context}");
            } else {
                assert_eq!(now, before, "{context}");
            }
            // And then it works.
            let output = start(&place, what, None);
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() || said.contains("no run to undo"), "{context}: {said}");
            if what != "undo" {
                assert!(new().iter().all(|(path, text)| tree(&place).get(path) == Some(text)), "{context}");
            }
        }
        runs
    };
    side_by_side(&ERRORS, fail)
}
