//! The tree changes between the plan and the apply; two commands at once on one tree.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use aig_tests::workspace;
use libtest_mimic::Trial;

use crate::place::{Place, Ran, Tree, files, migrated, read, with_backups};
use crate::table;

/// A file of the tree, and the folder it lies in.
const FILE: &str = "lib/f4.md";
const FOLDER: &str = "lib";

/// What another program does to the tree while the command waits.
type Disturbance = fn(&Place);

pub fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    let mut add = |name: &'static str, run: Box<dyn FnOnce() -> usize + Send>| {
        trials.push(Trial::test(name, move || {
            table::add(name, run());
            Ok(())
        }));
    };
    let disturbances: [(&'static str, Disturbance); 10] = [
        ("between plan and apply: a file is edited", |place| {
            place.write(FILE, b"Set `PORTKEY_API_KEY` mine")
        }),
        ("between plan and apply: a file is emptied", |place| place.write(FILE, b"")),
        ("between plan and apply: a file is deleted", |place| {
            fs::remove_file(place.root().join(FILE)).unwrap()
        }),
        ("between plan and apply: a file becomes a link out", |place| {
            let (file, moved) = (place.root().join(FILE), place.outside().join("moved"));
            fs::rename(&file, &moved).unwrap();
            symlink(moved, file).unwrap();
        }),
        ("between plan and apply: a file becomes a folder", |place| {
            fs::remove_file(place.root().join(FILE)).unwrap();
            fs::create_dir(place.root().join(FILE)).unwrap();
        }),
        ("between plan and apply: a file becomes a fifo", |place| {
            fs::remove_file(place.root().join(FILE)).unwrap();
            let made = Command::new("mkfifo").arg(place.root().join(FILE)).status().unwrap();
            assert!(made.success());
        }),
        ("between plan and apply: a folder becomes a link out", |place| {
            let (folder, moved) = (place.root().join(FOLDER), place.outside().join("moved"));
            fs::rename(&folder, &moved).unwrap();
            symlink(moved, folder).unwrap();
        }),
        ("between plan and apply: a folder becomes another one", |place| {
            let (folder, moved) = (place.root().join(FOLDER), place.outside().join("moved"));
            fs::rename(&folder, moved).unwrap();
            fs::create_dir(&folder).unwrap();
            place.write(FILE, b"another `PORTKEY_API_KEY`");
        }),
        ("between plan and apply: a folder is moved away", |place| {
            fs::rename(place.root().join(FOLDER), place.outside().join("moved")).unwrap();
        }),
        ("between plan and apply: a folder becomes a file", |place| {
            fs::rename(place.root().join(FOLDER), place.outside().join("moved")).unwrap();
            place.write(FOLDER, b"a file");
        }),
    ];
    for (name, disturb) in disturbances {
        add(name, Box::new(move || stopped(name, disturb)));
    }
    add("between plan and apply: the root becomes a link out", Box::new(root_swapped));
    add("two commands at once", Box::new(two_at_once));
    add("migrate and undo at once", Box::new(migrate_and_undo));
    trials
}

/// Runs the command up to its question, lets `meanwhile` come to pass, and answers yes.
fn asked(place: &Place, meanwhile: impl FnOnce()) -> Ran {
    let mut command = place.command(Command::new(workspace::aig().unwrap()), &["migrate", "portkey"]);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let mut said = Vec::new();
    while !said.ends_with(b"[y/N] ") {
        let mut byte = [0];
        assert_eq!(stderr.read(&mut byte).unwrap(), 1, "no question: {}", String::from_utf8_lossy(&said));
        said.push(byte[0]);
    }
    meanwhile();
    child.stdin.take().unwrap().write_all(b"y\n").unwrap();
    stderr.read_to_end(&mut said).unwrap();
    let mut output = child.wait_with_output().unwrap();
    output.stderr = said;
    Ran { output }
}

/// Everything below a folder but the user's state, in which a record may be.
fn all(place: &Place) -> Tree {
    let mut all = read(place.outside());
    all.retain(|path, _| !path.starts_with("state/"));
    all
}

/// The command must notice, name what is wrong, and write nothing anywhere.
fn stopped(name: &str, disturb: fn(&Place)) -> usize {
    let place = Place::new(&files(5));
    let mut disturbed = Tree::new();
    let ran = asked(&place, || {
        disturb(&place);
        disturbed = all(&place);
    });
    assert_eq!(ran.code(), 2, "{name}: {ran:?}");
    assert!(ran.said().contains(FOLDER), "{name}: nothing is named: {ran:?}");
    assert_eq!(all(&place), disturbed, "{name}: {ran:?}");
    1
}

/// The root is held open: what is written goes to the folder that was planned, whatever its name has become.
fn root_swapped() -> usize {
    let old = files(5);
    let place = Place::new(&old);
    let (moved, other) = (place.outside().join("moved"), place.outside().join("other"));
    write(&other, &old);
    let ran = asked(&place, || {
        fs::rename(place.root(), &moved).unwrap();
        symlink(&other, place.root()).unwrap();
    });
    assert_eq!(read(&other), old, "{ran:?}");
    let now = read(&moved);
    let whole = if ran.code() == 0 { with_backups(&migrated(&old), &old) } else { old };
    assert_eq!(now, whole, "{ran:?}");
    1
}

fn write(root: &Path, tree: &Tree) {
    for (path, text) in tree {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn start(place: &Place, arguments: &[&str]) -> std::process::Child {
    let mut command = place.command(Command::new(workspace::aig().unwrap()), arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn two_at_once() -> usize {
    let old = files(20);
    let new = migrated(&old);
    let mut runs = 0;
    for without in [false, true] {
        let arguments: &[&str] = if without {
            &["migrate", "portkey", "--yes", "--no-backup"]
        } else {
            &["migrate", "portkey", "--yes"]
        };
        for _ in 0..10 {
            let place = Place::new(&old);
            let both = [start(&place, arguments), start(&place, arguments)];
            for child in both {
                let ran = Ran { output: child.wait_with_output().unwrap() };
                assert!([0, 2].contains(&ran.code()), "{ran:?}");
            }
            runs += 1;
            // Whoever came first, nothing is mixed or doubled; and running again finishes.
            let ran = place.aig(arguments);
            assert_eq!(ran.code(), 0, "{ran:?}");
            if without {
                assert_eq!(place.tree(), new);
            } else {
                assert_eq!(place.tree(), with_backups(&new, &old));
                assert_eq!(place.aig(&["undo"]).code(), 0);
                assert_eq!(place.tree(), old);
            }
        }
    }
    runs
}

fn migrate_and_undo() -> usize {
    let old = files(20);
    let new = migrated(&old);
    let rounds = 10;
    for _ in 0..rounds {
        let place = Place::new(&old);
        assert_eq!(place.aig(&["migrate", "portkey", "--yes"]).code(), 0);
        let both = [start(&place, &["undo"]), start(&place, &["migrate", "portkey", "--yes"])];
        for child in both {
            child.wait_with_output().unwrap();
        }
        let now = place.tree();
        for (path, text) in &old {
            assert!(now[path] == *text || now[path] == new[path], "{path} is neither old nor new");
        }
        assert_eq!(place.aig(&["migrate", "portkey", "--yes"]).code(), 0);
        // A migration that came while the undo was half done is a run of its own.
        let mut undone = place.aig(&["undo"]);
        if place.tree() != old {
            undone = place.aig(&["undo"]);
        }
        assert_eq!(place.tree(), old, "{undone:?}");
    }
    rounds
}
