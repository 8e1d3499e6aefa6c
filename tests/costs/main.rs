//! What the command costs, without a clock: instructions, counted by valgrind, and system calls, counted by strace.
//!
//! A count is the same on every machine but for the compiler and the C library, so each bound lies a seventh above what
//! was counted when it was stated. What a file costs is the difference between a tree and a larger one: the start is no
//! part of it. The bounds are those of the profile that tests are built with; `cargo xtask bench` measures what is
//! published, by the clock.
//!
//! Where there is no valgrind or strace, what needs it is reported as ignored.

#![forbid(unsafe_code)]
// A test that panics has failed, which is what its unwraps are for; the counts are its output.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use aig_tests::workspace;
use libtest_mimic::{Arguments, Failed, Trial};
use tempfile::TempDir;

/// Instructions for what is told of the command itself.
const VERSION: u64 = 1_450_000;
/// Instructions for a tree without any file.
const EMPTY: u64 = 12_700_000;
/// Instructions for a small file without a marker, with its share of the folder.
const OTHER_FILE: u64 = 8_400;
/// Instructions for a small file with a client in it: read, parsed, planned, checked and shown.
const CALLING_FILE: u64 = 2_860_000;
/// Instructions for a byte of a long file.
const BYTE: u64 = 305;
/// What the double costs, at most, for twice the work.
const GROWTH: f64 = 1.25;

const PREVIEW: &[&str] = &["migrate", "portkey", "--dry-run", "--threads", "1"];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // One at a time: what they wait for is the processor.
    arguments.test_threads = Some(1);
    let trials = [
        ("the start", "valgrind", start as fn()),
        ("a file without a marker: instructions", "valgrind", other_files),
        ("a file without a marker: system calls", "strace", calls),
        ("a file that calls the gateway", "valgrind", calling_files),
        ("a long file", "valgrind", long_file),
        ("an apply waits for the disk once a phase", "strace", apply),
    ];
    let trials = trials.map(|(name, tool, run)| {
        let missing = !works(tool);
        if missing {
            println!("{name}: not run: {tool} is not installed, or may not be used here");
        }
        let run = move || {
            run();
            Ok::<(), Failed>(())
        };
        Trial::test(name, run).with_ignored_flag(missing && !workspace::everything_required())
    });
    libtest_mimic::run(&arguments, trials.into()).exit_code()
}

fn works(tool: &str) -> bool {
    let arguments: &[&str] = match tool {
        "strace" => &["-qq", "-e", "trace=none", "true"],
        _ => &["--tool=none", "-q", "true"],
    };
    Command::new(tool).args(arguments).output().is_ok_and(|output| output.status.success())
}

/// A tree of its own, with a state folder beside it.
struct Place(TempDir);

impl Place {
    fn new(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        std::fs::create_dir(place.tree()).unwrap();
        for (path, text) in files {
            let path = place.tree().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        place
    }

    fn tree(&self) -> std::path::PathBuf {
        self.0.path().join("tree")
    }

    fn run(&self, tool: &str, of_tool: &[&str], arguments: &[&str]) -> String {
        let output = Command::new(tool)
            .args(of_tool)
            .arg(workspace::aig().unwrap())
            .args(arguments)
            .current_dir(self.tree())
            .env("XDG_STATE_HOME", self.0.path().join("state"))
            // No settings of the user count.
            .env("HOME", self.0.path())
            .env("GIT_CEILING_DIRECTORIES", self.0.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// How many instructions the command takes.
    fn instructions(&self, arguments: &[&str]) -> u64 {
        let said = self.run("valgrind", &["--tool=callgrind", "--callgrind-out-file=/dev/null"], arguments);
        let (_, count) = said.split_once("Collected : ").unwrap_or_else(|| panic!("no count: {said}"));
        count.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// How many of these system calls it makes; of all, if none is named.
    fn calls(&self, named: &[&str], arguments: &[&str]) -> u64 {
        let log = self.0.path().join("log");
        let filter = if named.is_empty() { "all".to_owned() } else { named.join(",") };
        let options = ["-f", "-qq", "-o", log.to_str().unwrap(), "-e", &format!("trace={filter}")];
        self.run("strace", &options, arguments);
        let log = std::fs::read_to_string(log).unwrap();
        // A call that was interrupted by another thread's has a second line.
        // What is built with debug assertions asks of every file, before it is closed, whether it is open.
        let counts =
            |line: &&str| line.contains('(') && !line.contains(" resumed>") && !line.contains("F_GETFD");
        log.lines().filter(counts).count() as u64
    }
}

fn within(what: &str, counted: u64, bound: u64) {
    println!("{what}: {counted} (bound {bound})");
    assert!(counted <= bound, "{what}: {counted}, and the bound is {bound}");
}

/// What one of `more - less` costs, from the counts of two trees.
fn each(counts: [u64; 2], sizes: [usize; 2]) -> u64 {
    counts[1].saturating_sub(counts[0]) / (sizes[1] - sizes[0]) as u64
}

/// Holds the cost of the second step against that of the first: twice as much work may not cost more for each.
fn grows_evenly(what: &str, first: u64, second: u64) {
    println!("{what}: {first}, then {second}");
    assert!(second as f64 <= first as f64 * GROWTH, "{what}: {first} each, and {second} each of the double");
}

fn start() {
    let place = Place::new([]);
    within("aig --version", place.instructions(&["--version"]), VERSION);
    within("an empty tree", place.instructions(PREVIEW), EMPTY);
}

/// Files that hold no marker, fifty in a folder.
fn plain(count: usize) -> Place {
    let body = "def f(a, b):\n    return a + b  # what nobody looks for\n\n\n".repeat(20);
    let text = |number: usize| format!("# {number}\n{body}");
    Place::new((0..count).map(|number| (format!("m{}/f{number}.py", number / 50), text(number))))
}

fn other_files() {
    let sizes = [500, 1500];
    let counts = sizes.map(|count| plain(count).instructions(PREVIEW));
    within("a file without a marker", each(counts, sizes), OTHER_FILE);
}

fn calls() {
    let sizes = [500, 1500];
    let places = sizes.map(plain);
    let counts = [&places[0], &places[1]].map(|place| place.calls(&[], PREVIEW));
    // Open, read and close; in a folder a few more. A tenth of a call is for what threads do among themselves.
    let kind = filesystem(&places[0].tree());
    let bound = if kind == "tmpfs" || OF_DISKS.contains(&kind.as_str()) { 32 } else { 42 };
    let ten_files = [sizes[0] / 10, sizes[1] / 10];
    within("system calls for ten files without a marker", each(counts, ten_files), bound);
}

/// Filesystems on which one read tells a file's end (as it does on tmpfs), and on which one call syncs all.
const OF_DISKS: [&str; 4] = ["ext2/ext3", "xfs", "btrfs", "f2fs"];

/// The kind of filesystem that a tree is on.
fn filesystem(tree: &Path) -> String {
    let kind = Command::new("stat").args(["-f", "-c", "%T"]).arg(tree).output().unwrap();
    String::from_utf8_lossy(&kind.stdout).trim().to_owned()
}

const CLIENT: &str = r#"import os
from openai import OpenAI

clientNUMBER = OpenAI(
    base_url="https://api.portkey.ai/v1",
    api_key="dummy",
    default_headers={"x-portkey-api-key": os.environ["PORTKEY_API_KEY"], "x-portkey-trace-id": "tNUMBER"},
)


def ask(text):
    return clientNUMBER.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])
"#;

/// Files with a client each, ten in a folder.
fn calling(count: usize) -> Place {
    let text = |number: usize| CLIENT.replace("NUMBER", &number.to_string());
    Place::new((0..count).map(|number| (format!("m{}/f{number}.py", number / 10), text(number))))
}

fn calling_files() {
    let sizes = [10, 20, 40];
    let counts = sizes.map(|count| calling(count).instructions(PREVIEW));
    let first = each([counts[0], counts[1]], [sizes[0], sizes[1]]);
    let second = each([counts[1], counts[2]], [sizes[1], sizes[2]]);
    within("a file that calls the gateway", first, CALLING_FILE);
    grows_evenly("a file that calls the gateway", first, second);
}

fn long_file() {
    let of = |kilobytes: usize| {
        let filler = "{\"id\": 0, \"text\": \"words that nobody looks for, as logs hold them\"}\n";
        let marked = "{\"id\": 1, \"url\": \"https://api.portkey.ai/v1/chat/completions\"}\n";
        let some = format!("{marked}{}", filler.repeat(8192 / filler.len()));
        Place::new([("log.jsonl".to_owned(), some.repeat(kilobytes / 8))])
    };
    let sizes = [256, 512, 1024];
    let counts = sizes.map(|kilobytes| of(kilobytes).instructions(PREVIEW));
    let first = each([counts[0], counts[1]], [sizes[0], sizes[1]]);
    let second = each([counts[1], counts[2]], [sizes[1], sizes[2]]);
    within("a byte of a long file", first / 1024, BYTE);
    grows_evenly("a kilobyte of a long file", first, second);
}

fn apply() {
    let waits = ["fsync", "fdatasync", "syncfs"];
    let arguments = &["migrate", "portkey", "--yes"];
    let place = calling(40);
    let bound = if OF_DISKS.contains(&filesystem(&place.tree()).as_str()) {
        // One for what is staged and backed up, one for each of the few folders in which it is put in place, two for the
        // record.
        1 + 4 + 2
    } else {
        // Each new version and each backup, each folder in each of two phases, and the record.
        40 + 40 + 2 * 4 + 2
    };
    within("waiting for the disk, 40 files", place.calls(&waits, arguments), bound);
    // A few are waited for singly, since the whole filesystem may hold more that others wrote.
    let place = calling(5);
    within("waiting for the disk, 5 files", place.calls(&waits, arguments), 5 + 5 + 2 + 2);
    assert_eq!(calling(5).calls(&["syncfs"], arguments), 0, "few files wait for the whole filesystem");
}
