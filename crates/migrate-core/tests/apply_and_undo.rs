//! `apply`, `undo` and `clean` over `MemoryFs`: what they do, what they leave when any operation fails, and what a
//! kill at any moment leaves.

// A test that panics has failed, which is what its unwraps are for.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::Arc;

use migrate_core::edit::Edit;
use migrate_core::error::FileState;
use migrate_core::finding::{Finding, Level, Rule};
use migrate_core::fs::{Failure, FsError, Operation, names};
use migrate_core::plan::{FilePlan, Plan};
use migrate_core::record::last_findings;
use migrate_core::{ApplyOptions, Error, FileSystem, MemoryFs, UndoOptions, apply, clean, undo};

type Files = BTreeMap<String, Vec<u8>>;

fn tree() -> MemoryFs {
    MemoryFs::from_files([
        (".env", "KEY=old\n"),
        ("a.py", "x = 'old'\n"),
        ("lib/b.py", "y = 'old'\n"),
        ("lib/untouched.py", "z\n"),
        ("z.md", "old\n"),
    ])
    .with_mode(".env", 0o600)
    .with_link("lib/b.py", "lib/other-name.txt")
}

/// A plan that writes `new` for the first `old` of every file but backups and texts.
fn plan(fs: &dyn FileSystem, paths: impl IntoIterator<Item = String>) -> Plan {
    let mut plan = Plan::new("here", "there");
    for path in paths.into_iter().filter(|path| !path.contains(".aig-migrate.") && !path.ends_with(".txt")) {
        let contents = fs.read(&path).unwrap();
        let Some(at) = contents.bytes.windows(3).position(|window| window == b"old") else { continue };
        let edit = Edit::new(&contents.bytes, at..at + 3, b"new".to_vec(), Rule::BaseUrl, 0);
        let finding =
            Finding::new(&contents.bytes, at..at + 3, Rule::BaseUrl, Level::Check, "look: \u{1b}\"")
                .with_help("here");
        let mut file = FilePlan::new(path, "text", contents, vec![edit]).unwrap();
        file.findings.push(finding);
        plan.files.push(file);
    }
    plan
}

fn plan_all(fs: &MemoryFs) -> Plan {
    plan(fs, fs.files().into_keys())
}

fn without_backups() -> ApplyOptions {
    let mut options = ApplyOptions::default();
    options.backup = false;
    options
}

fn forced() -> UndoOptions {
    let mut options = UndoOptions::default();
    options.force = true;
    options
}

fn migrated(files: &Files) -> Files {
    let new =
        |bytes: &Vec<u8>| String::from_utf8(bytes.clone()).unwrap().replacen("old", "new", 1).into_bytes();
    files.iter().map(|(path, bytes)| (path.clone(), new(bytes))).collect()
}

fn without_own(files: &Files) -> Files {
    files
        .iter()
        .filter(|(path, _)| !path.contains(".aig-migrate."))
        .map(|(p, b)| (p.clone(), b.clone()))
        .collect()
}

/// Every file of the tree is wholly old or wholly new, and every new one has its backup.
fn assert_whole(fs: &MemoryFs, before: &Files, context: &str) {
    let (now, after) = (fs.files(), migrated(before));
    assert_eq!(without_own(&now).keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>(), "{context}");
    for (path, old) in before {
        let bytes = &now[path];
        assert!(bytes == old || *bytes == after[path], "{context}: {path} is neither old nor new");
        if bytes != old && !path.ends_with(".txt") {
            assert_eq!(now.get(&names::backup_path(path, 1)), Some(old), "{context}: {path} has no backup");
        }
    }
}

fn assert_no_litter(fs: &MemoryFs, context: &str) {
    let litter: Vec<String> = fs.files().into_keys().filter(|path| path.ends_with(".tmp")).collect();
    assert!(litter.is_empty(), "{context}: {litter:?}");
}

#[test]
fn apply_then_undo_gives_every_byte_back() {
    let fs = tree();
    let before = fs.files();
    let applied = apply(&fs, &plan_all(&fs), &ApplyOptions::default()).unwrap();
    let files: Vec<&str> = applied.files.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(files, [".env", "a.py", "lib/b.py", "z.md"]);
    assert_eq!(applied.files[0].1.as_deref(), Some(".env.aig-migrate.bak"));
    assert_eq!(applied.in_place, ["lib/b.py"]);
    assert!(applied.excluded_backups);
    assert_eq!(without_own(&fs.files()), migrated(&before));
    assert_eq!(fs.mode(".env"), Some(0o600));
    assert_eq!(fs.mode(".env.aig-migrate.bak"), Some(0o600));
    let undone = undo(&fs, &UndoOptions::default()).unwrap();
    assert_eq!(undone.restored, files);
    assert_eq!(fs.files(), before, "no backup is left");
    assert_eq!(fs.mode(".env"), Some(0o600));
    assert!(fs.records().is_empty());
    assert!(matches!(undo(&fs, &UndoOptions::default()), Err(Error::NothingToUndo)));
}

#[test]
fn a_plan_without_edits_writes_nothing() {
    let fs = MemoryFs::from_files([("a.py", "nothing of it")]);
    let applied = apply(&fs, &plan_all(&fs), &ApplyOptions::default()).unwrap();
    assert!(applied.files.is_empty());
    assert_eq!(fs.write_calls(), 0);
}

#[test]
fn without_backups_nothing_is_left_and_undo_says_so() {
    let fs = tree();
    let before = fs.files();
    let applied = apply(&fs, &plan_all(&fs), &without_backups()).unwrap();
    assert!(applied.files.iter().all(|(_, backup)| backup.is_none()));
    assert_eq!(fs.files(), migrated(&before));
    match undo(&fs, &UndoOptions::default()) {
        Err(error @ Error::NoBackup { .. }) => assert!(error.to_string().contains(".env, a.py")),
        other => panic!("{other:?}"),
    }
    assert_eq!(fs.files(), migrated(&before));
}

#[test]
fn the_record_holds_findings_and_no_bytes() {
    let fs = MemoryFs::from_files([("a.py", "canary-secret old")]);
    apply(&fs, &plan_all(&fs), &ApplyOptions::default()).unwrap();
    let record = String::from_utf8(fs.records().remove(0)).unwrap();
    assert!(record.contains("a.py") && !record.contains("canary"));
    let last = last_findings(&fs).unwrap().unwrap();
    assert_eq!((last.source.as_str(), last.target.as_str()), ("here", "there"));
    assert_eq!(last.findings.len(), 1);
    let (path, finding) = &last.findings[0];
    assert_eq!((path.as_str(), finding.start, finding.message.as_str()), ("a.py", 14, "look: \u{1b}\""));
    assert_eq!((finding.rule, finding.level, finding.help.as_str()), (Rule::BaseUrl, Level::Check, "here"));
    assert_eq!(last_findings(&MemoryFs::new()).unwrap(), None);
}

#[test]
fn a_file_changed_since_the_plan_stops_everything() {
    for bytes in [Some(b"mine".to_vec()), None] {
        // Changed before anything, while others are staged, backed up, checked, and between two renames.
        let moments = [
            (Operation::Stage, 1),
            (Operation::Stage, 2),
            (Operation::Backup, 1),
            (Operation::Backup, 2),
            (Operation::SaveRecord, 1),
            (Operation::Read, 1),
            (Operation::Commit, 1),
            (Operation::Commit, 2),
        ];
        for (moment, nth) in moments {
            let fs = tree();
            let plan = plan_all(&fs);
            fs.heal();
            let mut expected = fs.files();
            match &bytes {
                Some(bytes) => expected.insert("z.md".into(), bytes.clone()),
                None => expected.remove("z.md"),
            };
            fs.fail(moment, nth, Failure::Edited { path: "z.md".into(), bytes: bytes.clone() });
            let error = apply(&fs, &plan, &ApplyOptions::default()).unwrap_err();
            assert!(matches!(error, Error::NotApplied { .. }), "{moment:?} {nth}: {error:?}");
            assert!(error.to_string().contains("z.md"), "{error}");
            assert_eq!(fs.files(), expected, "{moment:?} {nth}");
        }
    }
}

#[test]
fn a_read_only_file_is_not_forced() {
    let fs = tree().with_mode("z.md", 0o444);
    let before = fs.files();
    assert!(fs.check_writable("z.md").is_err() && fs.check_writable("a.py").is_ok());
    let error = apply(&fs, &plan_all(&fs), &ApplyOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "nothing was applied: z.md: is read-only; it is not written");
    assert_eq!(fs.files(), before);
}

#[test]
fn two_runs_at_once_are_told_apart() {
    let fs = tree();
    let before = fs.files();
    let held = fs.lock().unwrap();
    let error = apply(&fs, &plan_all(&fs), &ApplyOptions::default()).unwrap_err();
    assert!(matches!(error, Error::NotApplied { cause: FsError::Locked { .. } }));
    assert!(matches!(undo(&fs, &UndoOptions::default()), Err(Error::Fs(FsError::Locked { .. }))));
    assert_eq!(fs.files(), before);
    drop(held);
    apply(&fs, &plan_all(&fs), &ApplyOptions::default()).unwrap();
}

#[test]
fn a_second_run_never_overwrites_a_backup() {
    let fs = MemoryFs::from_files([("a.py", "old old"), ("a.py.aig-migrate.bak", "someone's")]);
    apply(&fs, &plan_all(&fs), &ApplyOptions::default()).unwrap();
    apply(&fs, &plan_all(&fs), &ApplyOptions::default()).unwrap();
    assert_eq!(fs.file("a.py").unwrap(), b"new new");
    assert_eq!(fs.file("a.py.aig-migrate.bak").unwrap(), b"someone's");
    assert_eq!(fs.file("a.py.2.aig-migrate.bak").unwrap(), b"old old");
    assert_eq!(fs.file("a.py.3.aig-migrate.bak").unwrap(), b"new old");
    undo(&fs, &UndoOptions::default()).unwrap();
    assert_eq!(fs.file("a.py").unwrap(), b"new old");
    undo(&fs, &UndoOptions::default()).unwrap();
    assert_eq!(fs.file("a.py").unwrap(), b"old old");
    assert_eq!(fs.files().len(), 2);
}

/// Lets every call of every operation fail in turn, and hands what came of it to `check`. Returns how many
/// failures struck.
fn fail_each<T: std::fmt::Debug>(
    make: impl Fn() -> MemoryFs,
    run: impl Fn(&MemoryFs) -> Result<T, Error>,
    check: impl Fn(&MemoryFs, Result<T, Error>, &str),
) -> usize {
    let mut struck = 0;
    for operation in Operation::ALL {
        for nth in 1.. {
            let fs = make();
            fs.heal();
            fs.fail(operation, nth, Failure::Io("injected".into()));
            let result = run(&fs);
            if fs.calls(operation) < nth {
                break;
            }
            struck += 1;
            check(&fs, result, &format!("{operation:?} {nth}"));
        }
    }
    struck
}

#[test]
fn any_failure_leaves_all_old_or_all_new() {
    for options in [ApplyOptions::default(), without_backups()] {
        let before = tree().files();
        let plan = plan_all(&tree());
        let struck = fail_each(
            tree,
            |fs| apply(fs, &plan, &options),
            |fs, result, context| {
                assert_no_litter(fs, context);
                match result {
                    // What fails after the last rename does not matter to the files.
                    Ok(_) => assert_eq!(without_own(&fs.files()), migrated(&before), "{context}"),
                    Err(error) => {
                        assert!(matches!(error, Error::NotApplied { .. }), "{context}: {error:?}");
                        assert!(error.to_string().contains("injected"), "{context}: {error}");
                        assert_eq!(fs.files(), before, "{context}");
                        assert!(fs.records().is_empty(), "{context}");
                    }
                }
                fs.heal();
                apply(fs, &plan_all(fs), &options).unwrap();
                assert_eq!(without_own(&fs.files()), migrated(&before), "{context}: running again finishes");
            },
        );
        assert!(struck > 20, "only {struck} failures struck");
    }
}

#[test]
fn any_failure_of_an_undo_leaves_all_as_it_was_or_all_undone() {
    let before = tree().files();
    let make = || {
        let fs = tree();
        apply(&fs, &plan_all(&fs), &ApplyOptions::default()).unwrap();
        fs
    };
    let applied = make().files();
    let struck = fail_each(
        make,
        |fs| undo(fs, &UndoOptions::default()),
        |fs, result, context| {
            assert_no_litter(fs, context);
            match result {
                Ok(_) => assert_eq!(without_own(&fs.files()), before, "{context}"),
                Err(_) => assert_eq!(fs.files(), applied, "{context}"),
            }
            fs.heal();
            match undo(fs, &UndoOptions::default()) {
                Ok(_) | Err(Error::NothingToUndo) => {}
                Err(error) => panic!("{context}: {error}"),
            }
            assert_eq!(without_own(&fs.files()), before, "{context}: running again finishes");
        },
    );
    assert!(struck > 15, "only {struck} failures struck");
}

#[test]
fn a_rollback_that_fails_too_names_every_file() {
    let fs = tree();
    let before = fs.files();
    let plan = plan_all(&fs);
    fs.heal();
    fs.fail_from(Operation::Commit, 3, Failure::Io("disk gone".into()));
    let error = apply(&fs, &plan, &ApplyOptions::default()).unwrap_err();
    let Error::HalfApplied { files, .. } = &error else { panic!("{error:?}") };
    let new = |path: &str| FileState::New { backup: names::backup_path(path, 1) };
    let expected = [
        (".env".to_owned(), new(".env")),
        ("a.py".to_owned(), new("a.py")),
        ("lib/b.py".to_owned(), FileState::Old),
        ("z.md".to_owned(), FileState::Old),
    ];
    assert_eq!(files, &expected);
    for path in ["disk gone", "a.py: new, the original is in a.py.aig-migrate.bak", "z.md: as it was"] {
        assert!(error.to_string().contains(path), "{error}");
    }
    assert_no_litter(&fs, "half applied");
    fs.heal();
    undo(&fs, &UndoOptions::default()).unwrap();
    assert_eq!(fs.files(), before);
}

#[test]
fn killed_at_any_moment_every_file_is_whole_and_running_again_finishes() {
    for options in [ApplyOptions::default(), without_backups()] {
        let before = tree().files();
        let mut moments = 0;
        for nth in 1.. {
            let make = || {
                let fs = tree();
                let plan = plan_all(&fs);
                fs.heal();
                fs.kill_at(nth);
                let _ = apply(&fs, &plan, &options);
                fs
            };
            let fs = make();
            if !fs.killed() {
                break;
            }
            moments += 1;
            let context = format!("killed at {nth}, backup: {}", options.backup);
            fs.heal();
            let finished = without_own(&fs.files()) == migrated(&before);
            if options.backup || !finished {
                assert_whole(&fs, &before, &context);
            }

            // One way on: run again.
            apply(&fs, &plan_all(&fs), &options).unwrap();
            assert_eq!(without_own(&fs.files()), migrated(&before), "{context}");
            if options.backup {
                assert_no_litter(&fs, &context);
                let undone = undo(&fs, &UndoOptions::default()).unwrap();
                assert_eq!(fs.files(), before, "{context}: {undone:?}");
            } else {
                assert_eq!(fs.files(), migrated(&before), "{context}: no backup and no litter");
            }

            // The other way: take it back. Where the new version is everywhere, the backups may be on their way out.
            let fs = make();
            fs.heal();
            if options.backup || !finished {
                match undo(&fs, &UndoOptions::default()) {
                    Ok(_) | Err(Error::NothingToUndo) => {}
                    Err(error) => panic!("{context}: {error}"),
                }
                assert_eq!(fs.files(), before, "{context}: no backup and no litter");
            }
        }
        assert!(moments > 12, "only {moments} moments");
    }
}

#[test]
fn killed_at_any_moment_of_an_undo_running_it_again_finishes() {
    let before = tree().files();
    let mut moments = 0;
    for nth in 1.. {
        let fs = tree();
        apply(&fs, &plan_all(&fs), &ApplyOptions::default()).unwrap();
        fs.heal();
        fs.kill_at(nth);
        let _ = undo(&fs, &UndoOptions::default());
        if !fs.killed() {
            break;
        }
        moments += 1;
        fs.heal();
        let now = fs.files();
        for (path, old) in &before {
            assert!(now[path] == *old || now[path] == migrated(&before)[path], "killed at {nth}: {path}");
        }
        undo(&fs, &UndoOptions::default()).unwrap();
        assert_eq!(fs.files(), before, "killed at {nth}");
    }
    assert!(moments > 8, "only {moments} moments");
}

#[test]
fn a_file_edited_since_is_left_and_named() {
    let fs = tree();
    apply(&fs, &plan_all(&fs), &ApplyOptions::default()).unwrap();
    fs.write("a.py", b"edited");
    fs.remove("z.md");
    let undone = undo(&fs, &UndoOptions::default()).unwrap();
    assert_eq!(undone.restored, [".env", "lib/b.py"]);
    let left = [
        ("a.py".to_owned(), Some("a.py.aig-migrate.bak".to_owned())),
        ("z.md".to_owned(), Some("z.md.aig-migrate.bak".to_owned())),
    ];
    assert_eq!(undone.left, left);
    assert_eq!(fs.file("a.py").unwrap(), b"edited");
    assert_eq!(fs.file("a.py.aig-migrate.bak").unwrap(), b"x = 'old'\n");

    let undone = undo(&fs, &forced()).unwrap();
    assert_eq!(undone.restored, ["a.py"]);
    assert_eq!(undone.unchanged, [".env", "lib/b.py"]);
    assert_eq!(undone.newer, [("a.py".to_owned(), "a.py.2.aig-migrate.bak".to_owned())]);
    assert_eq!(fs.file("a.py").unwrap(), b"x = 'old'\n");
    assert_eq!(fs.file("a.py.2.aig-migrate.bak").unwrap(), b"edited");
    assert_eq!(fs.file("a.py.aig-migrate.bak"), None);
}

#[test]
fn a_forced_undo_that_fails_keeps_no_second_backup() {
    let make = || {
        let fs = tree();
        apply(&fs, &plan_all(&fs), &ApplyOptions::default()).unwrap();
        fs.write("a.py", b"edited");
        fs
    };
    let edited = make().files();
    fail_each(
        make,
        |fs| undo(fs, &forced()),
        |fs, result, context| match result {
            Ok(_) => assert_eq!(fs.file("a.py.2.aig-migrate.bak").unwrap(), b"edited", "{context}"),
            Err(_) => assert_eq!(fs.files(), edited, "{context}"),
        },
    );
}

#[test]
fn a_backup_that_was_tampered_with_is_not_restored() {
    let fs = tree();
    apply(&fs, &plan_all(&fs), &ApplyOptions::default()).unwrap();
    fs.write("a.py.aig-migrate.bak", b"not the original");
    let undone = undo(&fs, &UndoOptions::default()).unwrap();
    assert_eq!(undone.without_backup, ["a.py"]);
    assert_eq!(fs.file("a.py").unwrap(), b"x = 'new'\n");
    assert_eq!(fs.file("a.py.aig-migrate.bak").unwrap(), b"not the original");
}

#[test]
fn without_a_record_the_backups_serve() {
    let fs = tree().with_file("v.2", "old\n");
    let before = fs.files();
    apply(&fs, &plan_all(&fs), &ApplyOptions::default()).unwrap();
    for (id, _) in fs.load_records().unwrap() {
        fs.remove_record(&id).unwrap();
    }
    fs.write("z.md", b"edited");
    let applied = fs.files();
    // Without a way to plan again, nothing is known.
    let undone = undo(&fs, &UndoOptions::default()).unwrap();
    assert_eq!((undone.restored.len(), undone.left.len()), (0, 5));
    assert_eq!(fs.files(), applied);

    let paths: Vec<String> = before.keys().cloned().collect();
    let mut options = UndoOptions::default();
    options.replan = Some(Arc::new(move |fs: &dyn FileSystem| Ok(plan(fs, paths.clone()))));
    let undone = undo(&fs, &options).unwrap();
    assert_eq!(undone.restored, [".env", "a.py", "lib/b.py", "v.2"]);
    assert_eq!(undone.left, [("z.md".to_owned(), Some("z.md.aig-migrate.bak".to_owned()))]);
    let mut expected = before;
    expected.insert("z.md".into(), b"edited".to_vec());
    expected.insert("z.md.aig-migrate.bak".into(), b"old\n".to_vec());
    assert_eq!(fs.files(), expected);
}

#[test]
fn clean_removes_backups_and_litter_and_nothing_else() {
    let fs = tree();
    apply(&fs, &plan_all(&fs), &ApplyOptions::default()).unwrap();
    fs.write("lib/.b.py.aig-migrate.tmp", b"litter");
    fs.write("lib/gone.py.aig-migrate.bak", b"of a file that is gone");
    let expected = without_own(&fs.files());
    let removed = clean(&fs).unwrap();
    assert_eq!(removed.len(), 5);
    assert_eq!(fs.files(), expected);
    assert!(matches!(undo(&fs, &UndoOptions::default()), Err(Error::NoBackup { .. })));
    assert!(last_findings(&fs).unwrap().is_some(), "the findings stay");
}

#[test]
fn a_record_that_is_not_understood_is_an_error() {
    let fs = tree();
    let id = fs.save_record(b"version = 99\nsource = ''\ntarget = ''\nkeeps_backups = true\n").unwrap();
    let error = undo(&fs, &UndoOptions::default()).unwrap_err();
    assert!(error.to_string().contains(&id) && error.to_string().contains("version 99"), "{error}");
}
