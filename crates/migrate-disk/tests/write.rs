//! What an apply and an undo do to real files.

// A test that panics has failed, which is what its unwraps are for.
#![allow(clippy::unwrap_used)]

mod support;

use migrate_core::fs::{Committed, FsError, Hash};
use migrate_core::{ApplyOptions, Error, FileSystem, UndoOptions, apply, clean, undo};
use support::{Place, plan};

fn applied(place: &Place, paths: &[&str]) -> migrate_core::Applied {
    let fs = place.fs();
    apply(&fs, &plan(&fs, paths), &ApplyOptions::default()).unwrap()
}

/// Applies a plan that was made before `meanwhile` came to pass; it must fail.
fn disturbed(place: &Place, paths: &[&str], meanwhile: impl FnOnce()) -> Error {
    let fs = place.fs();
    let plan = plan(&fs, paths);
    meanwhile();
    apply(&fs, &plan, &ApplyOptions::default()).unwrap_err()
}

#[test]
fn apply_then_undo_by_another_process() {
    let place = Place::new(&[("a.py", "old\r\n"), ("lib/b.py", "x\nold"), ("lib/c.py", "other")]);
    let before = place.names();
    let done = applied(&place, &["a.py", "lib/b.py"]);
    assert_eq!(done.files[1], ("lib/b.py".to_owned(), Some("lib/b.py.aig-migrate.bak".to_owned())));
    assert!(done.in_place.is_empty() && !done.excluded_backups);
    assert_eq!((place.read("a.py"), place.read("lib/b.py")), ("newer\r\n".into(), "x\nnewer".into()));
    let names = ["a.py", "a.py.aig-migrate.bak", "lib/b.py", "lib/b.py.aig-migrate.bak", "lib/c.py"]
        .map(str::to_owned);
    assert_eq!(place.names(), names);
    assert_eq!(place.fs().backups().unwrap(), ["a.py.aig-migrate.bak", "lib/b.py.aig-migrate.bak"]);
    let undone = undo(&place.fs(), &UndoOptions::default()).unwrap();
    assert_eq!(undone.restored, ["a.py", "lib/b.py"]);
    assert_eq!((place.read("a.py"), place.read("lib/b.py")), ("old\r\n".into(), "x\nold".into()));
    assert_eq!(place.names(), before);
    assert!(place.fs().load_records().unwrap().is_empty());
}

#[test]
fn records_are_kept_in_order_outside_the_tree() {
    let place = Place::new(&[]);
    let fs = place.fs();
    let ids: Vec<String> = (0..5).map(|n| fs.save_record(format!("{n}").as_bytes()).unwrap()).collect();
    let loaded = place.fs().load_records().unwrap();
    assert_eq!(loaded.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>(), ids);
    assert_eq!(loaded[4].1, b"4");
    fs.remove_record(&ids[4]).unwrap();
    fs.remove_record(&ids[4]).unwrap();
    assert_eq!(fs.load_records().unwrap().len(), 4);
    assert!(place.names().is_empty());
    // Another tree has records of its own.
    let other = migrate_disk::DiskFs::with_state_dir(place.outside(), &place.state()).unwrap();
    assert!(other.load_records().unwrap().is_empty());
}

#[test]
fn a_file_that_changed_since_is_not_written() {
    let place = Place::new(&[("a.py", "old"), ("b.py", "old")]);
    let error = disturbed(&place, &["a.py", "b.py"], || place.write("b.py", "mine, old"));
    assert!(
        matches!(&error, Error::NotApplied { cause: FsError::Changed { path } } if path == "b.py"),
        "{error:?}"
    );
    assert_eq!((place.read("a.py"), place.read("b.py")), ("old".into(), "mine, old".into()));
    assert_eq!(place.names(), ["a.py", "b.py"]);

    let error = disturbed(&place, &["a.py", "b.py"], || std::fs::remove_file(place.path("b.py")).unwrap());
    assert!(error.to_string().contains("b.py: no such file"), "{error}");
    assert_eq!(place.names(), ["a.py"]);
}

#[test]
fn a_backup_that_differs_is_never_overwritten() {
    let place = Place::new(&[("a.py", "old"), ("a.py.aig-migrate.bak", "mine")]);
    let done = applied(&place, &["a.py"]);
    assert_eq!(done.files[0].1.as_deref(), Some("a.py.2.aig-migrate.bak"));
    assert_eq!(place.read("a.py.aig-migrate.bak"), "mine");
    assert_eq!(place.read("a.py.2.aig-migrate.bak"), "old");

    // One with the same bytes serves again.
    let fs = place.fs();
    place.write("a.py", "old");
    let backup = fs.backup("a.py", Hash::of(b"old")).unwrap();
    assert_eq!((backup.path.as_str(), backup.fresh), ("a.py.2.aig-migrate.bak", false));
    assert!(matches!(fs.backup("a.py", Hash::of(b"other")), Err(FsError::Changed { .. })));
    assert!(matches!(
        fs.remove_backup("a.py.aig-migrate.bak", Hash::of(b"old")),
        Err(FsError::Changed { .. })
    ));
    assert!(matches!(fs.remove_backup("a.py", Hash::of(b"old")), Err(FsError::Refused { .. })));
}

#[test]
fn what_a_killed_run_left_is_swept() {
    let place = Place::new(&[
        ("src/a.py", "old"),
        ("src/.a.py.aig-migrate.tmp", "half"),
        ("src/.gone.py.aig-migrate.tmp", "half"),
        ("src/.a.py.aig-migrate.bak.aig-migrate.tmp", "half"),
        ("src/notes.tmp", "mine"),
    ]);
    applied(&place, &["src/a.py"]);
    assert_eq!(place.names(), ["src/a.py", "src/a.py.aig-migrate.bak", "src/notes.tmp"]);
}

#[test]
fn another_process_staging_the_same_file_is_noticed() {
    let place = Place::new(&[("a.py", "old")]);
    let (mine, theirs) = (place.fs(), place.fs());
    mine.stage("a.py", b"mine").unwrap();
    theirs.stage("a.py", b"theirs").unwrap();
    assert!(matches!(mine.commit("a.py", Hash::of(b"old")), Err(FsError::Changed { .. })));
    assert_eq!(place.read("a.py"), "old");
    assert_eq!(theirs.commit("a.py", Hash::of(b"old")).unwrap(), Committed::Renamed);
    assert_eq!(place.read("a.py"), "theirs");
}

#[test]
fn paths_that_lead_out_are_refused() {
    let place = Place::new(&[("a.py", "old")]);
    std::fs::write(place.outside().join("x.py"), "old").unwrap();
    let fs = place.fs();
    for path in ["../x.py", "/etc/passwd", "a/../../x.py", "", "./a.py", "a//b"] {
        assert!(matches!(fs.read(path), Err(FsError::Refused { .. })), "{path}");
        assert!(matches!(fs.stage(path, b""), Err(FsError::Refused { .. })), "{path}");
        assert!(matches!(fs.backup(path, Hash::of(b"old")), Err(FsError::Refused { .. })), "{path}");
    }
}

#[test]
fn the_repository_is_told_of_backups_once() {
    let place = Place::new(&[(".git/HEAD", "ref"), (".git/objects/x", ""), ("a.py", "old"), ("b.py", "old")]);
    let fs = place.fs();
    assert!(applied(&place, &["a.py"]).excluded_backups);
    assert_eq!(place.read(".git/info/exclude"), "*.aig-migrate.bak\n");
    assert!(!applied(&place, &["b.py"]).excluded_backups);
    place.write(".git/info/exclude", "# mine\nx");
    assert!(fs.exclude_backups(&["b.py"]).unwrap());
    assert_eq!(place.read(".git/info/exclude"), "# mine\nx\n*.aig-migrate.bak\n");
}

#[test]
fn a_worktree_and_a_repository_inside_are_told_too() {
    let place = Place::new(&[
        ("worktree/.git", "gitdir: ../main/.git/worktrees/w\n"),
        ("worktree/a.py", "old"),
        ("main/.git/HEAD", ""),
        ("main/.git/objects/x", ""),
        ("main/.git/worktrees/w/HEAD", ""),
        ("main/.git/worktrees/w/commondir", "../..\n"),
        ("broken/.git", "gitdir: ../nowhere\n"),
        ("broken/a.py", "old"),
    ]);
    std::fs::create_dir(place.outside().join("nowhere")).unwrap();
    let done = applied(&place, &["broken/a.py", "worktree/a.py"]);
    assert!(done.excluded_backups);
    assert_eq!(place.read("main/.git/info/exclude"), "*.aig-migrate.bak\n");
}

#[test]
fn clean_takes_backups_from_folders_that_no_walk_enters() {
    let place =
        Place::new(&[("build/a.py", "old"), ("src/b.py", "old"), ("src/c.py.aig-migrate.bak", "alone")]);
    applied(&place, &["build/a.py", "src/b.py"]);
    let removed = clean(&place.fs()).unwrap();
    let backups = ["build/a.py.aig-migrate.bak", "src/b.py.aig-migrate.bak", "src/c.py.aig-migrate.bak"];
    assert_eq!(removed, backups);
    assert_eq!(place.names(), ["build/a.py", "src/b.py"]);
}

#[cfg(unix)]
mod unix {
    use std::fs::Permissions;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};

    use super::*;

    fn mode(place: &Place, path: &str) -> u32 {
        place.path(path).symlink_metadata().unwrap().mode() & 0o7777
    }

    fn set_mode(place: &Place, path: &str, mode: u32) {
        std::fs::set_permissions(place.path(path), Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn modes_survive() {
        let place = Place::new(&[("secret", "old"), ("script", "old"), ("odd", "old")]);
        for (path, bits) in [("secret", 0o600), ("script", 0o4755), ("odd", 0o662)] {
            set_mode(&place, path, bits);
        }
        applied(&place, &["odd", "script", "secret"]);
        for (path, bits) in [("secret", 0o600), ("script", 0o4755), ("odd", 0o662)] {
            assert_eq!(mode(&place, path), bits, "{path}");
            assert_eq!(mode(&place, &format!("{path}.aig-migrate.bak")), bits, "backup of {path}");
        }
        undo(&place.fs(), &UndoOptions::default()).unwrap();
        assert_eq!(mode(&place, "script"), 0o4755);
        // The record is private.
        place.fs().save_record(b"x").unwrap();
        for folder in std::fs::read_dir(place.state().join("runs")).unwrap() {
            let folder = folder.unwrap().path();
            assert_eq!(folder.metadata().unwrap().mode() & 0o777, 0o700);
            for record in std::fs::read_dir(folder).unwrap() {
                assert_eq!(record.unwrap().metadata().unwrap().mode() & 0o777, 0o600);
            }
        }
    }

    #[test]
    fn the_owner_survives() {
        let place = Place::new(&[("a.py", "old")]);
        // Only root may give files away.
        if chown(place.path("a.py"), Some(12345), Some(23456)).is_err() {
            return;
        }
        applied(&place, &["a.py"]);
        for path in ["a.py", "a.py.aig-migrate.bak"] {
            let meta = place.path(path).metadata().unwrap();
            assert_eq!((meta.uid(), meta.gid()), (12345, 23456), "{path}");
        }
    }

    #[test]
    fn attributes_survive() {
        let place = Place::new(&[("a.py", "old")]);
        // Not every filesystem has them.
        if xattr::set(place.path("a.py"), "user.colour", b"green").is_err() {
            return;
        }
        applied(&place, &["a.py"]);
        for path in ["a.py", "a.py.aig-migrate.bak"] {
            assert_eq!(
                xattr::get(place.path(path), "user.colour").unwrap().as_deref(),
                Some(&b"green"[..]),
                "{path}"
            );
        }
    }

    #[test]
    fn hard_links_stay_together() {
        let place = Place::new(&[("a.py", "the old one, and longer than the new"), ("b", "")]);
        std::fs::remove_file(place.path("b")).unwrap();
        std::fs::hard_link(place.path("a.py"), place.path("b")).unwrap();
        let inode = place.path("a.py").metadata().unwrap().ino();
        let done = applied(&place, &["a.py"]);
        assert_eq!(done.in_place, ["a.py"]);
        assert_eq!(place.read("b"), "the newer one, and longer than the new");
        assert_eq!(place.path("a.py").metadata().unwrap().ino(), inode);
        assert_eq!(place.names(), ["a.py", "a.py.aig-migrate.bak", "b"]);
        undo(&place.fs(), &UndoOptions::default()).unwrap();
        assert_eq!(place.read("b"), "the old one, and longer than the new");
        assert_eq!(place.path("b").metadata().unwrap().nlink(), 2);
        // A shorter text leaves no tail of the longer one.
        let hash = place.fs().read("a.py").unwrap().identity.hash;
        let fs = place.fs();
        fs.stage("a.py", b"short").unwrap();
        assert_eq!(fs.commit("a.py", hash).unwrap(), Committed::InPlace);
        assert_eq!(place.read("b"), "short");
    }

    #[test]
    fn read_only_is_reported_and_not_forced() {
        let place = Place::new(&[("a.py", "old"), ("b.py", "old")]);
        set_mode(&place, "b.py", 0o444);
        assert!(place.fs().check_writable("b.py").is_err() && place.fs().check_writable("a.py").is_ok());
        let error = disturbed(&place, &["a.py", "b.py"], || {});
        assert_eq!(error.to_string(), "nothing was applied: b.py: is read-only; it is not written");
        assert_eq!((place.read("a.py"), place.read("b.py")), ("old".into(), "old".into()));
        assert_eq!(place.names(), ["a.py", "b.py"]);
    }

    #[test]
    fn a_name_too_long_for_a_backup_is_refused_before_anything() {
        let long = "n".repeat(250);
        let place = Place::new(&[(&long, "old"), ("a.py", "old")]);
        assert!(place.fs().check_writable(&long).unwrap_err().to_string().contains("too long"));
        disturbed(&place, &["a.py", &long], || {});
        assert_eq!(place.read("a.py"), "old");
        // The longest that still has room for one.
        let longest = "n".repeat(255 - ".aig-migrate.bak".len());
        place.write(&longest, "old");
        applied(&place, &[&longest]);
        assert_eq!(place.read(&longest), "newer");
        undo(&place.fs(), &UndoOptions::default()).unwrap();
        assert_eq!(place.read(&longest), "old");
    }

    #[test]
    fn links_are_never_written_through_or_replaced() {
        let place = Place::new(&[("a.py", "old"), ("dir/b.py", "old")]);
        std::fs::write(place.outside().join("target.py"), "old").unwrap();
        std::fs::create_dir(place.outside().join("dir")).unwrap();
        std::fs::write(place.outside().join("dir/b.py"), "old").unwrap();

        // The file becomes a link.
        let error = disturbed(&place, &["a.py", "dir/b.py"], || {
            std::fs::remove_file(place.path("a.py")).unwrap();
            symlink(place.outside().join("target.py"), place.path("a.py")).unwrap();
        });
        assert!(error.to_string().contains("a.py: is a symbolic link"), "{error}");
        assert!(place.path("a.py").symlink_metadata().unwrap().is_symlink());

        // Its folder becomes a link.
        let error = disturbed(&place, &["dir/b.py"], || {
            std::fs::rename(place.path("dir"), place.path("moved")).unwrap();
            symlink(place.outside().join("dir"), place.path("dir")).unwrap();
        });
        assert!(error.to_string().contains("behind a symbolic link"), "{error}");
        let outside = |path: &str| std::fs::read_to_string(place.outside().join(path)).unwrap();
        assert_eq!((outside("target.py"), outside("dir/b.py")), ("old".into(), "old".into()));
        assert_eq!(std::fs::read_dir(place.outside().join("dir")).unwrap().count(), 1);
        assert_eq!(place.read("moved/b.py"), "old");
    }

    #[test]
    fn the_root_is_what_was_opened_whatever_becomes_of_its_name() {
        let place = Place::new(&[("a.py", "old")]);
        let fs = place.fs();
        let plan = plan(&fs, &["a.py"]);
        std::fs::rename(place.root(), place.outside().join("moved")).unwrap();
        std::fs::create_dir(place.root()).unwrap();
        place.write("a.py", "old");
        apply(&fs, &plan, &ApplyOptions::default()).unwrap();
        assert_eq!(place.read("a.py"), "old");
        assert_eq!(std::fs::read_to_string(place.outside().join("moved/a.py")).unwrap(), "newer");
    }

    #[test]
    fn links_where_our_own_files_would_be_are_not_followed() {
        let place =
            Place::new(&[("a.py", "old"), (".git/HEAD", ""), (".git/objects/x", ""), (".git/info/x", "")]);
        let victim = place.outside().join("victim");
        std::fs::write(&victim, "untouched").unwrap();
        symlink(&victim, place.path(".a.py.aig-migrate.tmp")).unwrap();
        symlink(&victim, place.path("a.py.aig-migrate.bak")).unwrap();
        let done = applied(&place, &["a.py"]);
        assert_eq!(done.files[0].1.as_deref(), Some("a.py.2.aig-migrate.bak"));
        assert_eq!(std::fs::read_to_string(&victim).unwrap(), "untouched");

        std::fs::remove_file(place.path(".git/info/exclude")).unwrap();
        symlink(&victim, place.path(".git/info/exclude")).unwrap();
        assert!(place.fs().exclude_backups(&["a.py"]).is_err());
        assert_eq!(std::fs::read_to_string(&victim).unwrap(), "untouched");
    }

    #[test]
    fn one_run_at_a_time_also_in_trees_within() {
        let place = Place::new(&[("sub/a.py", "old"), ("other/a.py", "old")]);
        let open =
            |path: &str| migrate_disk::DiskFs::with_state_dir(&place.path(path), &place.state()).unwrap();
        let (whole, sub, other) = (place.fs(), open("sub"), open("other"));
        let held = whole.lock().unwrap();
        assert!(matches!(sub.lock(), Err(FsError::Locked { .. })));
        drop(held);
        let held = sub.lock().unwrap();
        assert!(matches!(whole.lock(), Err(FsError::Locked { .. })));
        assert!(other.lock().is_ok());
        drop(held);
        assert!(whole.lock().is_ok());
    }
}
