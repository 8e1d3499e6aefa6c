//! What a walk of a real folder sees and what it passes over.

// A test that panics has failed, which is what its unwraps are for.
#![allow(clippy::unwrap_used)]

mod support;

use std::sync::Mutex;

use migrate_core::FileSystem;
use migrate_core::finding::SkipReason;
use migrate_core::fs::{FsError, Search, Visit, WalkOptions};
use support::{Place, walk};

fn options() -> WalkOptions {
    WalkOptions::default()
}

fn with_roots(roots: &[&str]) -> WalkOptions {
    let mut options = WalkOptions::default();
    options.roots = roots.iter().map(|root| (*root).to_owned()).collect();
    options
}

fn skipped(place: &Place, path: &str) -> Option<SkipReason> {
    let (_, skipped) = walk(&place.fs(), &options());
    skipped.into_iter().find(|(skipped, _)| skipped == path).map(|(_, reason)| reason)
}

#[test]
fn dependencies_builds_and_version_control_are_passed_by() {
    let place = Place::new(&[
        (".git/config", ""),
        ("node_modules/a/index.js", ""),
        ("sub/.venv/lib/x.py", ""),
        ("build/x.js", ""),
        ("build.js", ""),
        ("builder/x.js", ""),
        ("src/build", "a file of that name"),
        ("env/x.py", ""),
        ("other/env/x.py", ""),
        ("other/env/pyvenv.cfg", ""),
        ("vendor/x.go", ""),
        ("go/vendor/modules.txt", ""),
        ("submodule/.git", "gitdir: ../.git/modules/submodule\n"),
        ("submodule/x.py", ""),
        ("package-lock.json", ""),
        ("app.min.js", ""),
        ("app.py.aig-migrate.bak", ""),
        (".app.py.aig-migrate.tmp", ""),
        (".hidden/x.py", ""),
    ]);
    let (files, skipped) = walk(&place.fs(), &options());
    let seen = [
        ".hidden/x.py",
        "build.js",
        "builder/x.js",
        "env/x.py",
        "src/build",
        "submodule/x.py",
        "vendor/x.go",
    ];
    assert_eq!(files, seen);
    let expected = [
        (".app.py.aig-migrate.tmp", SkipReason::Backup),
        (".git", SkipReason::ExcludedFolder),
        ("app.min.js", SkipReason::Minified),
        ("app.py.aig-migrate.bak", SkipReason::Backup),
        ("build", SkipReason::ExcludedFolder),
        ("go/vendor", SkipReason::ExcludedFolder),
        ("node_modules", SkipReason::ExcludedFolder),
        ("other/env", SkipReason::ExcludedFolder),
        ("package-lock.json", SkipReason::Lockfile),
        ("sub/.venv", SkipReason::ExcludedFolder),
        ("submodule/.git", SkipReason::ExcludedFolder),
    ];
    assert_eq!(skipped, expected.map(|(path, reason)| (path.to_owned(), reason)));
}

#[test]
fn ignore_files_count_with_and_without_git() {
    let files = [
        (".gitignore", "*.log\n/secret/\n!keep.log\n"),
        ("a.log", ""),
        ("keep.log", ""),
        ("secret/x.py", ""),
        ("src/secret/x.py", ""),
        ("src/.gitignore", "local.py\n"),
        ("src/local.py", ""),
        ("local.py", ""),
        (".ignore", "plain.py\n"),
        ("plain.py", ""),
    ];
    let place = Place::new(&files);
    let expected = [".gitignore", ".ignore", "keep.log", "local.py", "src/.gitignore", "src/secret/x.py"];
    let ignored = ["a.log", "plain.py", "secret", "src/local.py"];
    for git in [false, true] {
        if git {
            place.write(".git/HEAD", "");
            std::fs::create_dir(place.path(".git/objects")).unwrap();
            place.write(".git/info/exclude", "/local.py\n");
        }
        let (files, skipped) = walk(&place.fs(), &options());
        let skipped: Vec<&str> = skipped
            .iter()
            .filter(|(_, reason)| *reason == SkipReason::Ignored)
            .map(|(path, _)| path.as_str())
            .collect();
        let seen: Vec<&str> = expected.into_iter().filter(|path| !git || *path != "local.py").collect();
        assert_eq!(files, seen);
        assert_eq!(skipped.len(), ignored.len() + usize::from(git));
        assert!(ignored.iter().all(|path| skipped.contains(path)), "{skipped:?}");
    }
    let mut all = options();
    all.ignore_files = false;
    assert_eq!(walk(&place.fs(), &all).0.len(), files.len());
}

#[test]
fn ignore_files_above_the_root_count_up_to_the_repository() {
    let place = Place::new(&[("tree.py", ""), ("x.py", ""), ("y.py", "")]);
    std::fs::write(place.outside().join(".gitignore"), "x.py\n/tree/y.py\n").unwrap();
    assert_eq!(
        walk(&place.fs(), &options()).0,
        ["tree.py", "x.py", "y.py"],
        "no repository, no rules from above"
    );
    std::fs::create_dir(place.outside().join(".git")).unwrap();
    assert_eq!(walk(&place.fs(), &options()).0, ["tree.py"]);
    // A repository of its own starts anew.
    std::fs::write(place.path(".git"), "gitdir: elsewhere").unwrap();
    assert_eq!(walk(&place.fs(), &options()).0, ["tree.py", "x.py", "y.py"]);
}

#[test]
fn a_repository_inside_the_tree_starts_anew() {
    let place = Place::new(&[
        (".gitignore", "x.py\n"),
        (".ignore", "y.py\n"),
        ("inner/.git/HEAD", ""),
        ("inner/x.py", ""),
        ("inner/y.py", ""),
        ("outer/x.py", ""),
    ]);
    assert_eq!(walk(&place.fs(), &options()).0, [".gitignore", ".ignore", "inner/x.py"]);
}

#[test]
fn secret_files_are_seen_though_ignored() {
    let place = Place::new(&[
        (".gitignore", ".env*\n*.tfvars\n.streamlit/\n.claude/*\nappsettings.*\n.dev.vars\nlogs/\n"),
        (".env", ""),
        ("deep/.env.local", ""),
        (".envrc", ""),
        (".dev.vars", ""),
        ("prod.tfvars", ""),
        (".streamlit/secrets.toml", ""),
        (".streamlit/config.toml", ""),
        (".streamlit/sub/.env", ""),
        (".claude/settings.local.json", ""),
        (".claude/notes.md", ""),
        ("appsettings.Development.json", ""),
        ("logs/.env", ""),
        ("node_modules/a/.env", ""),
    ]);
    let (files, skipped) = walk(&place.fs(), &options());
    let seen = [
        ".claude/settings.local.json",
        ".dev.vars",
        ".env",
        ".envrc",
        ".gitignore",
        ".streamlit/secrets.toml",
        "appsettings.Development.json",
        "deep/.env.local",
        "prod.tfvars",
    ];
    assert_eq!(files, seen);
    assert!(skipped.contains(&("logs".into(), SkipReason::Ignored)));
    assert!(skipped.contains(&(".streamlit/config.toml".into(), SkipReason::Ignored)));
}

#[test]
fn what_is_named_is_seen_once() {
    let place = Place::new(&[
        (".gitignore", "ignored.py\nbuild/\n"),
        ("ignored.py", ""),
        ("build/a.min.js", ""),
        ("build/b.js", ""),
        ("src/.gitignore", "deep\n"),
        ("src/deep/x.py", ""),
        ("src/y.py", ""),
        ("uv.lock", ""),
    ]);
    let roots = |roots: &[&str]| walk(&place.fs(), &with_roots(roots)).0;
    assert_eq!(roots(&["ignored.py"]), ["ignored.py"]);
    assert_eq!(roots(&["./build//a.min.js"]), ["build/a.min.js"]);
    assert_eq!(roots(&["build"]), ["build/b.js"]);
    assert_eq!(roots(&["uv.lock"]), [""; 0], "a lockfile is never looked into");
    assert_eq!(roots(&["src/deep"]), ["src/deep/x.py"]);
    let all = [".gitignore", "ignored.py", "src/.gitignore", "src/deep/x.py", "src/y.py"];
    assert_eq!(roots(&[".", "src", "src/deep", "src/deep/x.py", "ignored.py", "src/y.py"]), all);
    // The ignore files on the way to a start count below it.
    place.write("src/lib/deep", "");
    assert_eq!(roots(&["src/lib"]), [""; 0]);
    assert!(matches!(place.fs().walk(&with_roots(&["nowhere"]), &|_| {}), Err(FsError::NotFound { .. })));
    assert!(matches!(place.fs().walk(&with_roots(&["../tree"]), &|_| {}), Err(FsError::Refused { .. })));
}

#[test]
fn globs_choose() {
    let place = Place::new(&[("a.py", ""), ("a.js", ""), ("src/b.py", ""), ("tests/c.py", "")]);
    let with = |include: &[&str], exclude: &[&str]| {
        let mut options = options();
        options.include = include.iter().map(|glob| (*glob).to_owned()).collect();
        options.exclude = exclude.iter().map(|glob| (*glob).to_owned()).collect();
        walk(&place.fs(), &options)
    };
    assert_eq!(with(&["*.py"], &["tests"]).0, ["a.py", "src/b.py"]);
    assert_eq!(with(&["src/"], &[]).0, ["src/b.py"]);
    assert_eq!(with(&["/*.{py,js}"], &[]).0, ["a.js", "a.py"]);
    assert!(with(&[], &["tests"]).1.contains(&("tests".into(), SkipReason::Filtered)));
    assert!(with(&["*.js"], &[]).1.contains(&("a.py".into(), SkipReason::Filtered)));
}

#[test]
fn long_files_are_read_whole_or_skipped() {
    let place =
        Place::new(&[("empty", ""), ("long", &"x".repeat(300_000)), ("longer", &"x".repeat(300_001))]);
    let mut options = options();
    options.max_file_size = 300_000;
    options.threads = 1;
    let lengths = std::sync::Mutex::new(Vec::new());
    place
        .fs()
        .walk(&options, &|visit| {
            if let migrate_core::fs::Visit::File { path, bytes } = visit {
                assert!(bytes.iter().all(|byte| *byte == b'x'));
                lengths.lock().unwrap().push((path.to_owned(), bytes.len()));
            }
        })
        .unwrap();
    let mut lengths = lengths.into_inner().unwrap();
    lengths.sort();
    assert_eq!(lengths, [("empty".to_owned(), 0), ("long".to_owned(), 300_000)]);
    assert!(walk(&place.fs(), &options).1.contains(&("longer".into(), SkipReason::TooLarge)));
}

#[test]
fn any_number_of_threads_sees_the_same() {
    let place = Place::new(&[(".gitignore", "*7.py\n")]);
    for folder in 0..20 {
        for file in 0..=(folder * 10) {
            place.write(&format!("d{folder}/e/f{file}.py"), "x");
        }
    }
    let mut options = options();
    options.threads = 1;
    let one = walk(&place.fs(), &options);
    assert!(one.0.len() > 1500 && one.1.len() > 100);
    for threads in [2, 8, 0] {
        options.threads = threads;
        assert_eq!(walk(&place.fs(), &options), one, "{threads} threads");
    }
}

#[test]
fn a_panic_of_the_visitor_ends_the_walk() {
    let place = Place::new(&[("a", ""), ("b/c", ""), ("d/e", "")]);
    let fs = place.fs();
    let walked = std::panic::catch_unwind(|| fs.walk(&WalkOptions::default(), &|_| panic!("no more")));
    assert!(walked.is_err());
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_not_followed() {
        let place = Place::new(&[("a.py", ""), ("src/b.py", "")]);
        std::fs::write(place.outside().join("outside.py"), "").unwrap();
        symlink(place.path("a.py"), place.path("link.py")).unwrap();
        symlink(place.outside(), place.path("out")).unwrap();
        symlink(".", place.path("src/loop")).unwrap();
        symlink("nowhere", place.path("broken")).unwrap();
        let (files, skipped) = walk(&place.fs(), &options());
        assert_eq!(files, ["a.py", "src/b.py"]);
        let links = ["broken", "link.py", "out", "src/loop"];
        assert_eq!(skipped, links.map(|path| (path.to_owned(), SkipReason::SymbolicLink)));
        // Named, they are not followed either.
        assert_eq!(walk(&place.fs(), &with_roots(&["link.py", "out"])).0, [""; 0]);
        assert!(place.fs().walk(&with_roots(&["out/outside.py"]), &|_| {}).is_err());
        // A link in the place of an ignore file is none.
        std::fs::write(place.outside().join("rules"), "a.py\n").unwrap();
        symlink(place.outside().join("rules"), place.path(".gitignore")).unwrap();
        assert_eq!(walk(&place.fs(), &options()).0, ["a.py", "src/b.py"]);
    }

    #[test]
    fn what_is_no_file_is_not_opened() {
        let place = Place::new(&[("a.py", "")]);
        let made = std::process::Command::new("mkfifo").arg(place.path("fifo.py")).status().unwrap();
        assert!(made.success());
        let _socket = std::os::unix::net::UnixListener::bind(place.path("socket.py")).unwrap();
        assert_eq!(walk(&place.fs(), &options()).0, ["a.py"]);
        assert_eq!(skipped(&place, "fifo.py"), Some(SkipReason::NotAFile));
        assert_eq!(skipped(&place, "socket.py"), Some(SkipReason::NotAFile));
        assert!(matches!(place.fs().read("fifo.py"), Err(FsError::Refused { .. })));
        let named = walk(&place.fs(), &with_roots(&["fifo.py"]));
        assert_eq!(named.1, [("fifo.py".to_owned(), SkipReason::NotAFile)]);
    }

    #[test]
    fn names_may_be_strange() {
        let place = Place::new(&[("new\nline \u{1b}[31m.py", ""), ("ünï.py", "")]);
        std::fs::write(place.root().join(OsStr::from_bytes(b"\xff.py")), "").unwrap();
        std::fs::create_dir(place.root().join(OsStr::from_bytes(b"d\xfe"))).unwrap();
        let (files, skipped) = walk(&place.fs(), &options());
        assert_eq!(files, ["new\nline \u{1b}[31m.py", "ünï.py"]);
        let names = ["\\xff.py", "d\\xfe"];
        assert_eq!(skipped, names.map(|path| (path.to_owned(), SkipReason::NameNotUtf8)));
    }

    /// Makes a file at the end of so many folders, one in the other, whose names are so long.
    fn deep(place: &Place, folders: usize, length: usize) -> String {
        let name = "d".repeat(length);
        // Deeper than one path can say: made from within.
        let made = std::process::Command::new("sh")
            .arg("-c")
            .arg("cd \"$0\" && for i in $(seq $2); do mkdir $1 && cd -P $1 || exit 1; done && echo > x.py")
            .args([place.root().as_os_str(), OsStr::new(&name), OsStr::new(&folders.to_string())])
            .status()
            .unwrap();
        assert!(made.success());
        format!("{}x.py", format!("{name}/").repeat(folders))
    }

    #[test]
    fn a_path_longer_than_a_call_takes_is_walked_step_by_step() {
        let place = Place::new(&[("a.py", "")]);
        let path = deep(&place, 30, 200);
        assert_eq!(walk(&place.fs(), &options()), (vec!["a.py".to_owned(), path.clone()], vec![]));
        assert_eq!(place.fs().read(&path).unwrap().bytes, b"\n");
    }

    #[test]
    fn a_path_too_long_and_too_deep_is_told() {
        let place = Place::new(&[("a.py", "")]);
        deep(&place, 80, 100);
        let (files, skipped) = walk(&place.fs(), &options());
        assert_eq!(files, ["a.py"]);
        assert_eq!(skipped.len(), 1);
        assert_eq!(skipped[0].1, SkipReason::Unreadable);
    }
}

/// A word, which files that begin with `whole` may hold in another spelling.
struct Word;

impl Search for Word {
    fn is_in(&self, part: &[u8]) -> bool {
        let word: &[u8] = if part.starts_with(b"whole") { b"n.e.e.d.l.e" } else { b"needle" };
        part.windows(word.len()).any(|window| window == word)
    }

    fn overlap(&self) -> usize {
        5
    }

    fn wants_whole(&self, start: &[u8]) -> bool {
        start.starts_with(b"whole")
    }
}

#[test]
fn a_long_file_is_searched_in_parts_as_it_is_as_a_whole() {
    const PART: usize = 128 << 10;
    let place = Place::new(&[]);
    let put = |name: &str, length: usize, word: &str, at: usize| {
        let mut text = ".".repeat(length);
        text.replace_range(at..at + word.len(), word);
        place.write(name, &text);
    };
    // Around the ends of parts, wherever exactly they are: with what is repeated, each is shorter than the one before.
    for parts in 1..4 {
        for near in 0..24 {
            put(&format!("cut-{parts}-{near}"), 4 * PART, "needle", parts * PART - near);
        }
    }
    for length in [6, PART - 1, PART, PART + 1, 2 * PART, 3 * PART + 7] {
        put(&format!("end-{length}"), length, "needle", length - 6);
        put(&format!("none-{length}"), length, "needl", length - 6);
    }
    put("empty", 0, "", 0);
    let text = ".".repeat(2 * PART);
    place.write("wide", &format!("whole{text}n.e.e.d.l.e"));
    place.write("other", &format!("halve{text}n.e.e.d.l.e"));
    put("too long", 5 * PART, "needle", 0);
    put("too long, and nothing in it", 5 * PART, "", 0);

    let fs = place.fs();
    let mut options = options();
    options.max_file_size = 4 * PART as u64;
    let (files, skipped) = walk(&fs, &options);
    let long =
        ["too long", "too long, and nothing in it"].map(|path| (path.to_owned(), SkipReason::TooLarge));
    assert_eq!(skipped, long);
    let (found, passed, skipped) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    fs.search(&options, &Word, &|visit| match visit {
        Visit::File { path, bytes } => {
            assert_eq!(bytes, std::fs::read(place.path(path)).unwrap(), "{path}");
            found.lock().unwrap().push(path.to_owned());
        }
        Visit::Passed { path } => passed.lock().unwrap().push(path.to_owned()),
        Visit::Skipped { path, reason } => skipped.lock().unwrap().push((path.to_owned(), reason)),
        _ => panic!("an unknown visit"),
    })
    .unwrap();
    let sorted = |paths: Mutex<Vec<String>>| {
        let mut paths = paths.into_inner().unwrap();
        paths.sort();
        paths
    };
    let (found, passed) = (sorted(found), sorted(passed));
    let mut skipped = skipped.into_inner().unwrap();
    skipped.sort();
    assert_eq!(skipped, long);
    let holds = |path: &&String| path.starts_with("cut") || path.starts_with("end") || *path == "wide";
    assert_eq!(found, files.iter().filter(holds).cloned().collect::<Vec<_>>());
    assert_eq!(passed, files.iter().filter(|path| !holds(path)).cloned().collect::<Vec<_>>());
}

#[test]
fn files_are_read_again_each_once() {
    let place = Place::new(&[("a.py", "a"), ("m/b.py", "b"), ("m/c.py", "c"), ("n/d.py", "d")]);
    let paths = ["a.py", "gone.py", "gone/e.py", "m/b.py", "m/c.py", "n", "n/d.py"].map(str::to_owned);
    for threads in [1, 3] {
        let seen = Mutex::new(Vec::new());
        place.fs().read_each(&paths, threads, &|path, bytes| {
            seen.lock().unwrap().push((path.to_owned(), String::from_utf8(bytes.to_vec()).unwrap()));
        });
        let mut seen = seen.into_inner().unwrap();
        seen.sort();
        let all = [("a.py", "a"), ("m/b.py", "b"), ("m/c.py", "c"), ("n/d.py", "d")];
        assert_eq!(seen, all.map(|(path, text)| (path.to_owned(), text.to_owned())));
    }
}
