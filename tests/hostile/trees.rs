//! Trees that were made to hurt.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufWriter, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::process::Command;

use crate::run::{Place, skipped};

const GOOD: &str = "url = \"https://api.portkey.ai/v1\"\n";
const MOVED: &str = "url = \"https://api.aigateway.sh/v1\"\n";

/// A place with one file to migrate, which nothing beside it may hinder.
fn place() -> Place {
    let place = Place::new();
    place.write("good.py", GOOD);
    place
}

fn good_moves(place: &Place) {
    place.migrate();
    assert_eq!(place.read("good.py"), MOVED.as_bytes());
    let undone = place.aig(&["undo"]);
    assert_eq!(undone.code, 0, "{}", undone.stderr);
    assert_eq!(place.read("good.py"), GOOD.as_bytes());
}

#[test]
fn what_is_no_file_is_named_and_never_opened() {
    let place = place();
    let root = place.root();
    assert!(Command::new("mkfifo").arg(root.join("fifo.py")).status().unwrap().success());
    let _socket = UnixListener::bind(root.join("socket.py")).unwrap();
    // Making a device takes more rights than tests may have.
    let device = Command::new("mknod").arg(root.join("device.py")).args(["c", "1", "5"]).output().unwrap();
    fs::create_dir(root.join("folder.py")).unwrap();
    fs::write(place.outside().join("outside.py"), GOOD).unwrap();
    symlink(place.outside().join("outside.py"), root.join("out.py")).unwrap();
    symlink("..", root.join("up")).unwrap();
    symlink("loop.py", root.join("loop.py")).unwrap();
    symlink("nowhere", root.join("dangling.py")).unwrap();
    let report = place.report();
    for (path, reason) in [
        ("fifo.py", "not-a-file"),
        ("socket.py", "not-a-file"),
        ("out.py", "symbolic-link"),
        ("up", "symbolic-link"),
        ("loop.py", "symbolic-link"),
        ("dangling.py", "symbolic-link"),
    ] {
        assert_eq!(skipped(&report, path).as_deref(), Some(reason), "{path}");
    }
    if device.status.success() {
        assert_eq!(skipped(&report, "device.py").as_deref(), Some("not-a-file"));
    }
    good_moves(&place);
    assert_eq!(fs::read_to_string(place.outside().join("outside.py")).unwrap(), GOOD);
    // Named on the command line they are no files either.
    for name in ["fifo.py", "socket.py", "loop.py"] {
        let path = root.join(name);
        place.aig(&["migrate", "portkey", "--dry-run", path.to_str().unwrap()]);
    }
}

#[test]
fn names_of_any_bytes_are_survived_and_spelt_out() {
    let place = place();
    let root = place.root();
    let evil = "new\nline\u{1b}[2J\u{202e}.py";
    place.write(evil, GOOD);
    place.write("--yes", GOOD);
    place.write("quote\"'$(touch x)`.py", GOOD);
    fs::write(root.join(OsStr::from_bytes(b"latin-\xE9.py")), GOOD).unwrap();
    fs::create_dir(root.join(OsStr::from_bytes(b"folder-\xFF"))).unwrap();
    fs::write(root.join(OsStr::from_bytes(b"folder-\xFF/a.py")), GOOD).unwrap();
    let long = "n".repeat(251) + ".py";
    place.write(&long, GOOD);
    let report = place.report();
    let names: Vec<&str> = report["skipped"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["reason"] == "name-not-utf8")
        .filter_map(|entry| entry["path"].as_str())
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
    let shown = place.aig(&["migrate", "portkey", "--dry-run", "--verbose"]);
    for output in [&shown.stdout, &shown.stderr] {
        assert!(!output.contains('\u{1b}') && !output.contains('\u{202e}'), "{output}");
        assert!(!output.contains("new\nline"), "{output}");
    }
    // A name with no room for a backup beside it can't be written: it is told before anything is.
    let ran = place.aig(&["migrate", "portkey", "--yes"]);
    if ran.code == 2 {
        assert!(ran.stderr.contains("nnnn"), "{}", ran.stderr);
        assert_eq!(place.read("good.py"), GOOD.as_bytes());
        fs::remove_file(root.join(&long)).unwrap();
    }
    place.migrate();
    assert_eq!(place.read(evil), MOVED.as_bytes());
    assert_eq!(place.read("good.py"), MOVED.as_bytes());
    assert_eq!(fs::read(root.join(OsStr::from_bytes(b"latin-\xE9.py"))).unwrap(), GOOD.as_bytes());
    assert_eq!(place.aig(&["undo"]).code, 0);
    assert_eq!(place.read(evil), GOOD.as_bytes());
}

#[test]
fn a_line_without_end_is_skipped_or_survived() {
    let place = place();
    let line = |megabytes: usize, name: &str| {
        let mut file = BufWriter::new(fs::File::create(place.root().join(name)).unwrap());
        file.write_all(b"x = \"https://api.portkey.ai/v1\" + \"").unwrap();
        for _ in 0..megabytes {
            file.write_all(&[b'a'; 1 << 20]).unwrap();
        }
        file.write_all(b"\"\n").unwrap();
    };
    line(200, "huge.py");
    line(1, "long.py");
    let report = place.report();
    assert_eq!(skipped(&report, "huge.py").as_deref(), Some("too-large"));
    good_moves(&place);
}

#[test]
fn folders_nested_ten_thousand_deep() {
    let place = place();
    // No path may be so long: what is there is moved into a new folder, again and again.
    let (deep, above) = (place.root().join("d"), place.root().join("above"));
    fs::create_dir(&deep).unwrap();
    for _ in 1..10_000 {
        fs::create_dir(&above).unwrap();
        fs::rename(&deep, above.join("d")).unwrap();
        fs::rename(&above, &deep).unwrap();
    }
    good_moves(&place);
    // The folder is too deep for the standard library to remove by paths.
    let removed = Command::new("rm").arg("-rf").arg(place.root().join("d")).status().unwrap();
    assert!(removed.success());
}

#[test]
fn a_hundred_thousand_files_in_one_folder() {
    let place = place();
    let folder = place.root().join("many");
    fs::create_dir(&folder).unwrap();
    for number in 0..100_000 {
        fs::File::create(folder.join(format!("{number}.py"))).unwrap();
    }
    let report = place.report();
    assert_eq!(report["summary"]["files_scanned"], 100_001);
    good_moves(&place);
}

#[test]
fn nesting_and_bombs_in_every_language() {
    let place = place();
    let url = "https://api.portkey.ai/v1";
    let nest = |open: &str, close: &str, depth: usize| {
        format!("{}\"{url}\"{}", open.repeat(depth), close.repeat(depth))
    };
    place.write("deep.json", nest("[", "]", 1_000_000));
    place.write("objects.json", nest("{\"a\":", "}", 200_000));
    place.write("open.json", format!("{}\"{url}\"", "[".repeat(1_000_000)));
    place.write("deep.py", format!("x = {}\n", nest("(", ")", 100_000)));
    place.write("calls.js", format!("x = {}\n", nest("f(", ")", 100_000)));
    place.write("types.ts", format!("let x: {}1{} = \"{url}\";\n", "A<".repeat(50_000), ">".repeat(50_000)));
    place.write("deep.sh", format!("x={}{url}{}\n", "$(".repeat(50_000), ")".repeat(50_000)));
    place.write("flow.yaml", format!("x: {}\n", nest("[", "]", 100_000)));
    place.write("quotes.md", format!("{}`{url}`\n", "> ".repeat(100_000)));
    place.write("fences.md", format!("```py\n{GOOD}").repeat(500));
    place.write("deep.ipynb", format!("{{\"cells\": {}}}", nest("[", "]", 5_000)));
    place.write("tables.toml", format!("[{}x]\nurl = \"{url}\"\n", "a.".repeat(100_000)));
    let mut bomb = String::from("a0: &a0 [\"https://api.portkey.ai/v1\"]\n");
    for level in 1..60 {
        let below = format!("*a{}, ", level - 1).repeat(9);
        bomb.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    place.write("bomb.yaml", bomb);
    place.write("many.env", "PORTKEY_API_KEY=x\n".repeat(500));
    let report = place.report();
    assert!(report["files"].as_array().unwrap().iter().any(|file| file["path"] == "good.py"));
    good_moves(&place);
}
