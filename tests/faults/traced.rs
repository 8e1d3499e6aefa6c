//! Killed at a system call, or told by one that it failed.

use std::process::Command;

use libtest_mimic::Trial;

use crate::place::{BACKUP, Place, Tree, files, migrated, with_backups};
use crate::table;

/// The system calls that write, or that lead to what is written. One that never occurs strikes never.
const CALLS: &str = "write,writev,pwrite64,fsync,fdatasync,syncfs,fchmod,fchmodat,fchown,fsetxattr,chmod,ftruncate,rename,\
                     renameat,renameat2,unlink,unlinkat,link,linkat,mkdir,mkdirat,openat,openat2,flock,fcntl";

/// Which calls fail, and how.
const ERRORS: [(&str, &[&str]); 6] = [
    ("ENOSPC", &["write", "openat", "renameat", "renameat2", "mkdir", "fsync", "syncfs"]),
    (
        "EIO",
        &[
            "write",
            "fsync",
            "syncfs",
            "openat",
            "openat2",
            "renameat",
            "renameat2",
            "rename",
            "mkdir",
            "fchmod",
        ],
    ),
    ("EACCES", &["openat", "openat2", "renameat", "renameat2", "rename", "mkdir"]),
    ("EMFILE", &["openat", "openat2", "fcntl"]),
    // As in a sandbox, or on a kernel, that does not have the call: then there is another way.
    ("EPERM", &["openat2"]),
    ("EROFS", &["openat", "renameat", "renameat2", "mkdir"]),
];

// On one thread, so that each run makes the same calls.
const WITH: &[&str] = &["migrate", "portkey", "--yes", "-q", "--threads", "1"];
const WITHOUT: &[&str] = &["migrate", "portkey", "--yes", "-q", "--threads", "1", "--no-backup"];
const UNDO: &[&str] = &["undo"];

/// One call of the command's main thread, which does all the writing.
#[derive(Clone, Debug)]
struct Moment {
    call: String,
    /// Which one of its name.
    nth: usize,
    /// Whether it writes, and not only to standard output.
    writes: bool,
}

pub fn trials(full: bool) -> Vec<Trial> {
    let traces = Command::new("strace").args(["-qq", "-e", "trace=none", "true"]).output();
    let not_run = !traces.is_ok_and(|output| output.status.success());
    if not_run {
        println!("not run: there is no strace here, or it may not trace");
    }
    let mut trials = Vec::new();
    let mut add = |name: String, run: Box<dyn FnOnce() -> usize + Send>| {
        let line = name.clone();
        let run = move || {
            table::add(&line, run());
            Ok(())
        };
        trials.push(Trial::test(name, run).with_ignored_flag(not_run));
    };
    // Of so many moments one is taken.
    let steps = if full { [(5, 1, 1), (50, 23, 41)] } else { [(5, 23, 61), (50, 701, 2003)] };
    for (count, kill_step, fail_step) in steps {
        for (what, arguments) in
            [("migrate --yes", WITH), ("migrate --yes --no-backup", WITHOUT), ("undo", UNDO)]
        {
            let name = |fault: &str| format!("{what}, {count} files: {fault}");
            if arguments != UNDO {
                add(
                    name("killed, then run again"),
                    Box::new(move || kill(count, arguments, kill_step, run_again)),
                );
            }
            add(name("killed, then undone"), Box::new(move || kill(count, arguments, kill_step, take_back)));
            for (error, calls) in ERRORS {
                add(name(error), Box::new(move || fail(count, arguments, error, calls, fail_step)));
            }
        }
    }
    trials
}

fn fresh(old: &Tree, arguments: &[&str]) -> Place {
    let place = Place::new(old);
    if arguments == UNDO {
        assert_eq!(place.aig(WITH).code(), 0);
    }
    place
}

/// The calls of a run that nothing disturbs, from the first that writes on.
fn moments(old: &Tree, arguments: &[&str]) -> Vec<Moment> {
    let place = fresh(old, arguments);
    let ran = place.traced(&format!("trace=execve,{CALLS}"), arguments);
    assert_eq!(ran.code(), 0, "{ran:?}");
    let trace = place.trace();
    let mut lines = trace.lines().filter_map(|line| line.split_once(char::is_whitespace));
    let (main, _) = lines.next().unwrap();
    let mut counts = std::collections::BTreeMap::<String, usize>::new();
    let mut moments = Vec::new();
    for (_, line) in lines.filter(|(process, _)| *process == main) {
        let Some((call, rest)) = line.trim_start().split_once('(') else { continue };
        let nth = counts.entry(call.to_owned()).or_default();
        *nth += 1;
        let writes = match call {
            "openat" => {
                let flags = ["O_WRONLY", "O_RDWR", "O_CREAT"];
                flags.iter().any(|flag| rest.contains(flag)) && !rest.contains("\"/dev/null\"")
            }
            "write" => !rest.starts_with("1,") && !rest.starts_with("2,"),
            "fcntl" | "flock" | "openat2" => false,
            _ => true,
        };
        moments.push(Moment { call: call.to_owned(), nth: *nth, writes });
    }
    let first = moments.iter().position(|moment| moment.writes).unwrap();
    moments.split_off(first)
}

/// Every file is wholly old or wholly new, and every new one has its backup unless the run is over.
fn assert_whole(place: &Place, old: &Tree, new: &Tree, may_be_over: bool, context: &str) {
    let now = place.tree();
    let over = may_be_over && new.iter().all(|(path, text)| now.get(path) == Some(text));
    for (path, text) in old {
        let held = now.get(path).unwrap_or_else(|| panic!("{context}: {path} is gone"));
        assert!(held == text || *held == new[path], "{context}: {path} is neither old nor new");
        if held != text && !over {
            assert_eq!(now.get(&format!("{path}{BACKUP}")), Some(text), "{context}: {path} has no backup");
        }
    }
}

/// Kills the command at every `step`-th call that writes.
fn kill(
    count: usize,
    arguments: &[&str],
    step: usize,
    then: fn(&Place, &[&str], &Tree, &Tree, &str),
) -> usize {
    let old = files(count);
    let new = migrated(&old);
    let writing = moments(&old, arguments).into_iter().filter(|moment| moment.writes);
    let mut runs = 0;
    for moment in writing.step_by(step) {
        let place = fresh(&old, arguments);
        let fault = format!("inject={}:signal=KILL:when={}", moment.call, moment.nth);
        let context = format!("{arguments:?}, {fault}");
        let ran = place.traced(&fault, arguments);
        assert_eq!(ran.code(), -1, "{context}: not struck: {ran:?}");
        runs += 1;
        assert_whole(&place, &old, &new, arguments == WITHOUT, &context);
        then(&place, arguments, &old, &new, &context);
    }
    runs
}

fn run_again(place: &Place, arguments: &[&str], old: &Tree, new: &Tree, context: &str) {
    let ran = place.aig(arguments);
    assert_eq!(ran.code(), 0, "{context}: {ran:?}");
    if arguments == WITHOUT {
        assert_eq!(place.tree(), *new, "{context}: running again finishes, and leaves nothing");
        return;
    }
    assert_eq!(place.tree(), with_backups(new, old), "{context}: running again finishes");
    let ran = place.aig(UNDO);
    assert_eq!(ran.code(), 0, "{context}: {ran:?}");
    assert_eq!(place.tree(), *old, "{context}: one undo reverts both");
}

fn take_back(place: &Place, arguments: &[&str], old: &Tree, new: &Tree, context: &str) {
    let before = place.tree();
    let over = arguments == WITHOUT && new.iter().all(|(path, text)| before.get(path) == Some(text));
    let ran = place.aig(UNDO);
    // Killed before anything was written, or after everything, there is nothing to undo.
    let nothing = ["nothing to undo", "no run to undo"].iter().any(|words| ran.said().contains(words));
    assert!(ran.code() == 0 || nothing || over, "{context}: {ran:?}");
    if !over {
        assert_eq!(place.tree(), *old, "{context}: {ran:?}");
    }
}

/// Lets every `step`-th call fail with `error`.
fn fail(count: usize, arguments: &[&str], error: &str, calls: &[&str], step: usize) -> usize {
    let old = files(count);
    let new = migrated(&old);
    // What fails to be printed is no matter of the files.
    let concerns =
        |moment: &Moment| calls.contains(&moment.call.as_str()) && (moment.writes || moment.call != "write");
    let failing = moments(&old, arguments).into_iter().filter(concerns);
    let mut runs = 0;
    for moment in failing.step_by(step) {
        let place = fresh(&old, arguments);
        let before = place.tree();
        let fault = format!("inject={}:error={error}:when={}", moment.call, moment.nth);
        let ran = place.traced(&fault, arguments);
        let context = format!("{arguments:?}, {fault}: {ran:?}");
        let trace = place.trace();
        let struck: Vec<&str> = trace.lines().filter(|line| line.ends_with("(INJECTED)")).collect();
        assert!(!struck.is_empty(), "{context}: not struck");
        runs += 1;
        let now = place.tree();
        if ran.code() == 0 {
            // It was not needed, or came after the last rename.
            let done = match arguments {
                UNDO => old.clone(),
                WITH => with_backups(&new, &old),
                _ => new.clone(),
            };
            assert!(done.iter().all(|(path, text)| now.get(path) == Some(text)), "{context}");
            let extra: Vec<&String> = now.keys().filter(|path| !done.contains_key(*path)).collect();
            assert!(extra.iter().all(|path| path.ends_with(BACKUP)), "{context}: {extra:?}");
        } else {
            assert_eq!(ran.code(), 2, "{context}");
            assert_eq!(now, before, "{context}");
            let said = ran.said();
            let names = |path: &String| {
                let folder = path.rsplit_once('/').map(|(folder, _)| format!("{folder}: "));
                said.contains(path.as_str()) || folder.is_some_and(|folder| said.contains(&folder))
            };
            let named = old.keys().any(names) || said.contains(&*place.outside().to_string_lossy());
            assert!(named, "{context}: no file or folder is named");
        }
        // And then it works.
        let again = place.aig(arguments);
        let nothing = again.said().contains("no run to undo");
        assert!(again.code() == 0 || nothing, "{context}: {again:?}");
        let wanted = if arguments == UNDO { &old } else { &new };
        let now = place.tree();
        assert!(wanted.iter().all(|(path, text)| now.get(path) == Some(text)), "{context}");
    }
    runs
}
