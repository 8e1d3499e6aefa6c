//! The command line, by its library entry, on real folders.

// The helpers of tests are tests too.
#![allow(clippy::unwrap_used)]

use std::ffi::OsString;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use aig_cli::{ExitCode, Interrupt, Io, run};

struct Ran {
    code: ExitCode,
    stdout: String,
    stderr: String,
}

fn aig(args: &[&str], stdin: &str) -> Ran {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let args: Vec<OsString> = std::iter::once(&"aig").chain(args).map(OsString::from).collect();
    let code = run(
        args,
        Io {
            stdin: &mut Cursor::new(stdin.as_bytes().to_vec()),
            stdout: &mut stdout,
            stderr: &mut stderr,
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            stdout_colour: false,
            stderr_colour: false,
            interrupt: Arc::new(Interrupt::default()),
        },
    );
    Ran { code, stdout: String::from_utf8(stdout).unwrap(), stderr: String::from_utf8(stderr).unwrap() }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn exit_codes_are_their_numbers() {
    assert_eq!([ExitCode::Done, ExitCode::Pending, ExitCode::Failed].map(ExitCode::code), [0, 1, 2]);
}

#[test]
fn help_version_and_completions_are_results() {
    for (args, holds) in [
        (&["--help"] as &[&str], "Exit codes:\n  0  done"),
        (&["migrate", "--help"], "What is never looked into:"),
        (&["migrate", "-h"], "--keep-unmapped"),
        (&["--version"], concat!("aig ", env!("CARGO_PKG_VERSION"))),
        (&["completions", "bash"], "_aig()"),
        (&["completions", "zsh"], "#compdef aig"),
        (&["--help"], "Examples:"),
        (&["explain"], "base-url"),
        (&["explain", "config"], "What it asks of you"),
        (&["man"], ".TH aig"),
        (&["man", "migrate"], ".TH aig-migrate"),
        (&["sources"], "portkey  Portkey → AIgateway"),
        (&["sources", "portkey"], "POST /v1/sub-accounts"),
        (&["migrate", "--print-source", "portkey"], "name = \"portkey\""),
    ] {
        let ran = aig(args, "");
        assert_eq!((ran.code, ran.stderr.as_str()), (ExitCode::Done, ""), "{args:?}");
        assert!(ran.stdout.contains(holds), "{args:?}: {}", ran.stdout);
    }
}

#[test]
fn wrong_usage_is_told_on_standard_error() {
    let tree = tempfile::tempdir().unwrap();
    let (here, none, pack) = (tree.path(), tree.path().join("none"), tree.path().join("pack.toml"));
    let (here, none, pack) = (text(here), text(&none), text(&pack));
    std::fs::write(pack, "name = 1\n").unwrap();
    for (args, told) in [
        (&["migrate"] as &[&str], "SOURCE"),
        (&["migrat", "portkey"], "'migrate'"),
        (&["migrate", "portkee", here], "did you mean `portkey`?"),
        (&["migrate", "portkey", none], "none: no such file or folder"),
        (&["migrate", "portkey", "--dryrun"], "--dry-run"),
        (&["migrate", "portkey", "--check", "--yes"], "cannot be used with"),
        (&["migrate", "portkey", "--dry-run", "--yes"], "cannot be used with"),
        (&["migrate", "portkey", "--strict"], "--check"),
        (&["migrate", "portkey", "--format", "jsn"], "json"),
        (&["migrate", "portkey", "--format", "json", "--stat"], "--stat"),
        (&["migrate", "portkey", "-qv"], "cannot be used with"),
        (&["migrate", "portkey", "-j", "many"], "many"),
        (&["migrate", "portkey", here, "--source-file", none], "none: no such file or folder"),
        (&["migrate", "portkey", here, "--source-file", pack], "pack.toml:1: name"),
        (&["migrate", "--print-source", "portke"], "did you mean `portkey`?"),
        (&["sources", "portke"], "did you mean `portkey`?"),
        (&["undo", none], "none: no such file or folder"),
    ] {
        let ran = aig(args, "y\n");
        assert_eq!((ran.code, ran.stdout.as_str()), (ExitCode::Failed, ""), "{args:?}");
        assert!(ran.stderr.contains(told), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn a_pack_must_be_that_of_the_source() {
    let tree = tempfile::tempdir().unwrap();
    let pack = tree.path().join("pack.toml");
    std::fs::write(&pack, aig(&["migrate", "--print-source", "portkey"], "").stdout).unwrap();
    let with = |source: &str| {
        let (tree, pack) = (text(tree.path()), text(&pack));
        aig(&["migrate", source, tree, "-n", "--exclude", "*.toml", "--source-file", pack], "")
    };
    assert_eq!(with("portkey").code, ExitCode::Done);
    let other = with("other");
    assert_eq!(other.code, ExitCode::Failed);
    assert!(other.stderr.contains("describes `portkey`, not `other`"), "{}", other.stderr);
}

const APP: &str = "from openai import OpenAI\n\nclient = OpenAI(base_url=\"https://api.portkey.ai/v1\")\n";

/// Previews leave the tree as it was, also beside the files.
#[test]
fn a_plan_of_a_real_tree_is_shown_and_nothing_is_written() {
    let tree = tempfile::tempdir().unwrap();
    let file = tree.path().join("app.py");
    std::fs::write(&file, APP).unwrap();
    for (flags, code) in [
        (&["-n"] as &[&str], ExitCode::Done),
        (&["--check"], ExitCode::Pending),
        (&["--format=json"], ExitCode::Pending),
        (&[], ExitCode::Pending),
    ] {
        for place in [tree.path(), &file] {
            let args: Vec<&str> = ["migrate", "portkey", text(place)].iter().chain(flags).copied().collect();
            let ran = aig(&args, "");
            assert_eq!(ran.code, code, "{args:?}: {}", ran.stderr);
            assert!(ran.stdout.contains("https://api.aigateway.sh/v1"), "{args:?}: {}", ran.stdout);
            assert_eq!(std::fs::read_to_string(&file).unwrap(), APP);
            assert_eq!(std::fs::read_dir(tree.path()).unwrap().count(), 1);
        }
    }
}

#[test]
fn a_tree_without_the_source_has_nothing_to_do() {
    let tree = tempfile::tempdir().unwrap();
    std::fs::write(tree.path().join("app.py"), "print(1)\n").unwrap();
    for flags in [&[] as &[&str], &["--check", "--strict"], &["-y"], &["--format=json"]] {
        let args: Vec<&str> =
            ["migrate", "portkey", text(tree.path())].iter().chain(flags).copied().collect();
        let ran = aig(&args, "");
        assert_eq!((ran.code, ran.stderr.as_str()), (ExitCode::Done, ""), "{args:?}");
    }
}

#[test]
fn settings_are_shown_flags_win_and_errors_name_file_and_line() {
    let tree = tempfile::tempdir().unwrap();
    let text = "exclude = ['x']\nbase-url = 'https://g.example/v1'\n[variables]\nLLM_TOKEN = 'key'\n";
    std::fs::write(tree.path().join(".aig.toml"), text).unwrap();
    let root = tree.path().to_str().unwrap().to_owned();
    let aig = |flags: &[&str]| {
        let ran = aig(&[&["migrate", "portkey", &root], flags].concat(), "");
        (ran.code, ran.stdout, ran.stderr)
    };
    let (code, shown, _) = aig(&["--show-config", "--base-url", "https://flag.example/v1"]);
    assert_eq!(code, ExitCode::Done);
    for line in [
        "include = []  # default",
        "exclude = [\"x\"]  # .aig.toml",
        "base-url = \"https://flag.example/v1\"  # flag",
        "LLM_TOKEN = \"key\"  # .aig.toml",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}:\n{shown}");
    }
    let parsed: toml::Table = toml::from_str(&shown).unwrap();
    assert_eq!(parsed["variables"]["LLM_TOKEN"].as_str(), Some("key"));
    std::fs::write(
        tree.path().join("llm.sh"),
        "curl https://api.portkey.ai/v1/models -H \"x-portkey-api-key: $LLM_TOKEN\"\n",
    )
    .unwrap();
    let (_, shown, _) = aig(&["--dry-run"]);
    assert!(
        shown.contains("+curl https://g.example/v1/models -H \"Authorization: Bearer $AIGATEWAY_API_KEY\""),
        "{shown}"
    );
    let (_, shown, _) = aig(&["--dry-run", "--base-url", "https://flag.example/v1"]);
    assert!(shown.contains("+curl https://flag.example/v1/models"), "{shown}");
    std::fs::write(tree.path().join(".aig.toml"), "\nexclud = []\n").unwrap();
    let (code, _, told) = aig(&["--dry-run"]);
    assert_eq!(code, ExitCode::Failed);
    assert!(
        told.contains(".aig.toml:2: unknown field `exclud`, expected one of `include`, `exclude`"),
        "{told}"
    );
}
