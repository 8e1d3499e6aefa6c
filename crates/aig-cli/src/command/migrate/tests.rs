//! What becomes of a plan, over a filesystem in memory.

use std::io::{self, Cursor, Write};
use std::process::{Command, Stdio};

use migrate_core::MemoryFs;
use migrate_core::edit::Edit;
use migrate_core::finding::{Finding, Rule, SkipReason, Skipped};
use migrate_core::plan::{EnvironmentChange, EnvironmentKind, FilePlan};

use super::*;
use crate::args::{Parsed, parse};
use crate::io::{Interrupt, Io};
use crate::options::Options;

const APP: &str = "import os\n\n\nclient = Client(\n    base_url=\"https://old.example/v1\",\n)\n";
const SECRET: &str = "canary-0123456789";

fn source() -> Source {
    Source::builtin(Source::builtin_names().next().unwrap()).unwrap()
}

fn options(flags: &[&str]) -> Migrate {
    let args = ["aig", "migrate", "x"].iter().chain(flags);
    let Ok(Parsed::Run(Options::Migrate(options))) = parse(args, false, false) else { panic!("{flags:?}") };
    *options
}

/// A file with the first `old` in it replaced.
fn changed(fs: &MemoryFs, path: &str, rule: Rule, old: &str, new: &str) -> FilePlan {
    let contents = fs.read(path).unwrap();
    let start = contents.bytes.windows(old.len()).position(|window| window == old.as_bytes()).unwrap();
    let edit = Edit::new(&contents.bytes, start..start + old.len(), new.into(), rule, 0);
    FilePlan::new(path, "python", contents, vec![edit]).unwrap()
}

/// A tree with one edit and an action in it, and its plan.
fn case() -> (MemoryFs, Plan) {
    let fs = MemoryFs::from_files([("app.py", APP)]);
    let mut file = changed(&fs, "app.py", Rule::BaseUrl, "old.example", "new.example");
    let action = Finding::new(APP.as_bytes(), 11..17, Rule::VirtualKey, Level::Action, "a virtual key goes");
    file.findings.push(action.with_help("create a key"));
    file.findings.push(Finding::new(APP.as_bytes(), 0..1, Rule::BaseUrl, Level::Note, "left on purpose"));
    let mut plan = Plan::new("old", "new");
    plan.files.push(file);
    plan.files_scanned = 3;
    plan.skipped.push(Skipped::new("x.bin", SkipReason::Binary));
    plan.environment.push(EnvironmentChange::new(
        EnvironmentKind::Rename,
        "OLD",
        "NEW",
        vec!["app.py".into()],
    ));
    (fs, plan)
}

struct Ran {
    code: ExitCode,
    stdout: String,
    stderr: String,
}

fn run_with(flags: &[&str], stdin: &str, fs: &MemoryFs, plan: &Plan) -> Ran {
    run_in(Path::new("/nowhere"), flags, stdin, fs, plan)
}

fn run_in(root: &Path, flags: &[&str], stdin: &str, fs: &MemoryFs, plan: &Plan) -> Ran {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let code = run_on(root, flags, stdin, fs, plan, &mut stdout, &mut stderr, Arc::default(), false);
    Ran { code, stdout: String::from_utf8(stdout).unwrap(), stderr: String::from_utf8(stderr).unwrap() }
}

#[allow(clippy::too_many_arguments)]
fn run_on(
    root: &Path,
    flags: &[&str],
    stdin: &str,
    fs: &MemoryFs,
    plan: &Plan,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
    interrupt: Arc<Interrupt>,
    is_terminal: bool,
) -> ExitCode {
    let mut stdin = Cursor::new(stdin.as_bytes());
    let mut session = Session::new(Io {
        stdin: &mut stdin,
        stdout,
        stderr,
        stdout_is_terminal: is_terminal,
        stderr_is_terminal: false,
        stdout_colour: false,
        stderr_colour: false,
        interrupt,
    });
    let ended = finish(&options(flags), &source(), fs, root, Some(&Commits::new(root)), plan, &mut session);
    session.end(ended)
}

fn is_applied(fs: &MemoryFs) -> bool {
    fs.file("app.py").unwrap() != APP.as_bytes()
}

#[test]
fn only_yes_applies() {
    for (answer, applies) in [
        ("y\n", true),
        ("y", true),
        ("YES\r\n", true),
        (" yes \n", true),
        ("n\n", false),
        ("", false),
        ("yeah\n", false),
    ] {
        let (fs, plan) = case();
        let ran = run_with(&[], answer, &fs, &plan);
        assert_eq!(is_applied(&fs), applies, "{answer:?}");
        assert_eq!(ran.code, if applies { ExitCode::Done } else { ExitCode::Pending }, "{answer:?}");
        assert!(ran.stderr.starts_with("Apply 1 edit in 1 file? [y/N] "), "{}", ran.stderr);
        assert_eq!(ran.stderr.contains("Nothing was written."), !applies, "{answer:?}");
    }
}

#[test]
fn previews_write_nothing_and_ask_nothing() {
    for (flags, code) in [
        (&["--dry-run"] as &[&str], ExitCode::Done),
        (&["-n", "--format=json"], ExitCode::Done),
        (&["--check"], ExitCode::Pending),
        (&["--check", "--format=json"], ExitCode::Pending),
        (&["--format=json"], ExitCode::Pending),
    ] {
        let (fs, plan) = case();
        let ran = run_with(flags, "y\n", &fs, &plan);
        assert_eq!((ran.code, ran.stderr.as_str()), (code, ""), "{flags:?}");
        assert_eq!(fs.write_calls(), 0, "{flags:?}");
        assert!(ran.stdout.contains("new.example"), "{flags:?}: {}", ran.stdout);
    }
}

#[test]
fn check_looks_at_edits_and_strict_at_actions_too() {
    let (fs, mut plan) = case();
    let mut only_findings = FilePlan::new("app.py", "python", fs.read("app.py").unwrap(), vec![]).unwrap();
    only_findings.findings.clone_from(&plan.files[0].findings);
    plan.files[0] = only_findings;
    assert_eq!(run_with(&["--check"], "", &fs, &plan).code, ExitCode::Done);
    assert_eq!(run_with(&["--check", "--strict"], "", &fs, &plan).code, ExitCode::Pending);
    plan.files[0].findings.retain(|finding| finding.level != Level::Action);
    assert_eq!(run_with(&["--check", "--strict"], "", &fs, &plan).code, ExitCode::Done);
    // Nothing to apply: nothing is asked.
    let ran = run_with(&[], "", &fs, &plan);
    assert_eq!((ran.code, ran.stderr.as_str()), (ExitCode::Done, ""));
    assert_eq!(
        ran.stdout.lines().last().unwrap(),
        "Nothing to change; 1 note; 3 files read, 1 passed over (1 binary)"
    );
}

#[test]
fn yes_applies_without_a_question_in_every_format() {
    for flags in [
        &["--yes"] as &[&str],
        &["-y", "--format", "json"],
        &["-y", "--stat"],
        &["-yq"],
        &["-y", "--no-backup"],
    ] {
        let (fs, plan) = case();
        let ran = run_with(flags, "", &fs, &plan);
        assert_eq!((ran.code, ran.stderr.as_str()), (ExitCode::Done, ""), "{flags:?}");
        assert!(is_applied(&fs), "{flags:?}");
        assert_eq!(fs.file("app.py.aig-migrate.bak").is_some(), !flags.contains(&"--no-backup"), "{flags:?}");
    }
}

#[test]
fn the_preview_is_a_patch_then_findings_then_environment_then_sums() {
    let (fs, plan) = case();
    let ran = run_with(&["-n"], "", &fs, &plan);
    assert_eq!(
        ran.stdout,
        "app.py: 1 edit, 1 finding\n--- a/app.py\n+++ b/app.py\n@@ -2,5 +2,5 @@\n \n \n client = Client(\n-    base_url=\"https://old.example/v1\",\n\
         +    base_url=\"https://new.example/v1\",\n )\n\
         action[virtual-key]: a virtual key goes\n  --> app.py:3:1\n   = create a key\n\n\
         Variables to set wherever the program runs\n  NEW  in place of OLD\n    named in: app.py\n\n\
         1 edit in 1 file; 1 action, 1 note; 3 files read, 1 passed over (1 binary)\n"
    );
    let verbose = run_with(&["-n", "-v"], "", &fs, &plan).stdout;
    assert!(verbose.contains("note[base-url]: left on purpose\n  --> app.py:1:1"), "{verbose}");
    assert!(verbose.contains("Passed over\n  x.bin (binary)\n"), "{verbose}");
    let sums = "1 edit in 1 file; 1 action, 1 note; 3 files read, 1 passed over (1 binary)\n";
    assert_eq!(run_with(&["-nq"], "", &fs, &plan).stdout, sums);
    assert_eq!(
        run_with(&["-n", "--stat"], "", &fs, &plan).stdout,
        format!("app.py: 1 edit, 2 findings\n{sums}")
    );
}

#[test]
fn colour_is_a_matter_of_the_flag() {
    let (fs, plan) = case();
    let plain = run_with(&["-n"], "", &fs, &plan).stdout;
    let coloured = run_with(&["-n", "--color=always"], "", &fs, &plan).stdout;
    assert!(!plain.contains('\x1b'));
    assert!(coloured.contains("\x1b[32m+    base_url"), "{coloured}");
    let escapes = regex_free_strip(&coloured);
    assert_eq!(escapes, plain);
}

/// `text` without `\x1b[…m`.
fn regex_free_strip(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        out.push_str(part.split_once('m').unwrap().1);
    }
    out
}

#[test]
fn after_an_apply_the_next_steps_are_told_in_order() {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(root.path().join("web/app")).unwrap();
    std::fs::write(root.path().join("web/pnpm-lock.yaml"), "").unwrap();
    let fs = MemoryFs::from_files([
        ("app.py", APP),
        ("web/app/package.json", "old-sdk"),
        ("requirements.txt", "old-sdk"),
    ]);
    let (_, mut plan) = case();
    plan.files.push(changed(&fs, "requirements.txt", Rule::Manifest, "old", "new"));
    plan.files.push(changed(&fs, "web/app/package.json", Rule::Manifest, "old", "new"));
    let env = Finding::new(APP.as_bytes(), 0..1, Rule::EnvValue, Level::Action, "still the old key");
    plan.files[0].findings.insert(0, env);
    let ran = run_in(root.path(), &["-y", "my dir"], "", &fs, &plan);
    let steps = ran.stdout.split("Applied 3 edits in 3 files.").nth(1).unwrap();
    let order = [
        "   NEW: in place of OLD\n     app.py\n",
        "   pip install -r requirements.txt\n",
        "   pnpm install  (in web/app)\n",
        "   app.py:3: a virtual key goes\n   app.py:1: still the old key\n",
        "   aig undo 'my dir'\n   aig clean 'my dir'\n",
        "$1,000",
    ];
    let mut at = 0;
    for part in order {
        let found = steps[at..].find(part);
        at += found.unwrap_or_else(|| panic!("{part:?} is missing, or too early, in {steps}"));
    }
    assert!(!steps.contains("{source}"), "{steps}");
}

/// A stream whose reader has left, or whose disk is full.
struct Broken(io::ErrorKind);

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(self.0.into())
    }
}

#[test]
fn a_closed_pipe_is_quiet_and_stops_no_apply() {
    for flags in [&["-y"] as &[&str], &["-y", "--format=json"], &[]] {
        let (fs, plan) = case();
        let mut stderr = Vec::new();
        let mut stdout = Broken(io::ErrorKind::BrokenPipe);
        let code =
            run_on(Path::new("/"), flags, "y\n", &fs, &plan, &mut stdout, &mut stderr, Arc::default(), false);
        assert_eq!(code, ExitCode::Done, "{flags:?}");
        assert!(is_applied(&fs), "{flags:?}");
        assert!(!String::from_utf8(stderr).unwrap().contains("aig:"), "{flags:?}");
    }
    let (fs, plan) = case();
    let (mut stdout, mut stderr) = (Broken(io::ErrorKind::BrokenPipe), Broken(io::ErrorKind::BrokenPipe));
    assert_eq!(
        run_on(Path::new("/"), &[], "y\n", &fs, &plan, &mut stdout, &mut stderr, Arc::default(), false),
        ExitCode::Done
    );
}

#[test]
fn output_that_can_not_be_written_is_an_error_and_stops_no_apply() {
    let (fs, plan) = case();
    let mut stderr = Vec::new();
    let mut stdout = Broken(io::ErrorKind::StorageFull);
    let code =
        run_on(Path::new("/"), &["-y"], "", &fs, &plan, &mut stdout, &mut stderr, Arc::default(), false);
    assert_eq!(code, ExitCode::Failed);
    assert!(is_applied(&fs));
    assert!(String::from_utf8(stderr).unwrap().contains("aig: standard output: "));
}

#[test]
fn a_request_to_stop_before_the_apply_writes_nothing() {
    let (fs, plan) = case();
    let interrupt = Arc::new(Interrupt::default());
    assert_eq!(interrupt.request(), Phase::Planning);
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let code = run_on(Path::new("/"), &["-y"], "", &fs, &plan, &mut stdout, &mut stderr, interrupt, false);
    assert_eq!(code, ExitCode::Failed);
    assert_eq!(fs.write_calls(), 0);
}

#[test]
fn an_apply_that_fails_is_an_error() {
    let (fs, plan) = case();
    fs.write("app.py", b"someone else was here");
    let ran = run_with(&["-y"], "", &fs, &plan);
    assert_eq!(ran.code, ExitCode::Failed);
    assert!(ran.stderr.starts_with("aig: nothing was applied: app.py: changed"), "{}", ran.stderr);
    assert!(!ran.stdout.contains("Applied"));
}

/// A tree with a secret on the changed line, and one beside it.
fn secret_case() -> (MemoryFs, Plan) {
    let text = format!("# x\nheaders = {{\"api_key\": \"{SECRET}\", \"old\": 1}}\n");
    let fs = MemoryFs::from_files([("app.py", text.as_str())]);
    let mut file = changed(&fs, "app.py", Rule::UnmappedHeader, "\"old\"", "\"new\"");
    let message = format!("`api_key: {SECRET}` goes");
    file.findings.push(Finding::new(text.as_bytes(), 0..1, Rule::HardCodedKey, Level::Action, message));
    let edit = Edit::new(text.as_bytes(), 25..30, SECRET.into(), Rule::HardCodedKey, 0);
    file.edits.insert(0, edit);
    let contents = fs.read("app.py").unwrap();
    let findings = std::mem::take(&mut file.findings);
    let mut file = FilePlan::new("app.py", "python", contents, file.edits).unwrap();
    file.findings = findings;
    let mut plan = Plan::new("old", "new");
    plan.files.push(file);
    (fs, plan)
}

#[test]
fn a_file_with_a_masked_line_is_no_patch() {
    let (fs, plan) = secret_case();
    let ran = run_with(&["-y"], "", &fs, &plan);
    assert_eq!(ran.code, ExitCode::Done);
    assert!(
        ran.stdout.contains("app.py: 2 edits, 1 finding (values are masked, so this is no patch)"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.lines().all(|line| !["---", "+++", "@@"].iter().any(|start| line.starts_with(start))));
    assert!(!ran.stdout.contains(&SECRET[..6]), "{}", ran.stdout);
    let json = run_with(&["--format=json", "-n"], "", &fs, &plan).stdout;
    assert!(!json.contains(&SECRET[..6]), "{json}");
}

#[test]
fn a_terminal_gets_no_control_characters() {
    let text = "x = 'old' # \u{202e}\x1b[2J\r\n";
    let fs = MemoryFs::from_files([("a\x1b.py", text)]);
    let mut plan = Plan::new("old", "new");
    plan.files.push(changed(&fs, "a\x1b.py", Rule::BaseUrl, "old", "new"));
    let mut stdout = Vec::new();
    run_on(Path::new("/"), &["-n"], "", &fs, &plan, &mut stdout, &mut Vec::new(), Arc::default(), true);
    let shown = String::from_utf8(stdout).unwrap();
    assert!(shown.contains("+x = 'new' # \\u{202e}\\u{1b}[2J\n"), "{shown}");
    assert!(!shown.contains('\x1b'));
    let piped = run_with(&["-n"], "", &fs, &plan).stdout;
    assert!(piped.contains("--- \"a/a\\033.py\"\n"), "{piped}");
    assert!(piped.contains("+x = 'new' # \u{202e}\x1b[2J\r\n"), "{piped}");
}

#[test]
fn the_report_is_held_to_its_schema() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../../schema/plan.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for (fs, plan) in [case(), secret_case()] {
        let printed = run_with(&["--format=json", "-n"], "", &fs, &plan).stdout;
        let value: serde_json::Value = serde_json::from_str(&printed).unwrap();
        let errors: Vec<String> = schema.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(value, report::json::report(&plan, &source()));
        assert_eq!(printed.lines().count(), 1);
    }
    let (_, plan) = case();
    let value = report::json::report(&plan, &source());
    assert_eq!(
        value["files"][0]["edits"][0],
        serde_json::json!({"rule": "base-url", "group": 0, "line": 5, "column": 23, "start": 51, "end": 62,
            "before": "old.example", "after": "new.example"})
    );
    assert_eq!(
        value["summary"],
        serde_json::json!({"files_scanned": 3, "files_changed": 1, "edits": 1, "findings": 2})
    );
}

#[test]
fn the_schema_knows_every_id() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../../schema/plan.schema.json")).unwrap();
    let rules: Vec<&str> = Rule::ALL.into_iter().map(Rule::id).collect();
    assert_eq!(schema["$defs"]["rule"]["enum"], serde_json::json!(rules));
}

#[test]
fn git_takes_the_preview() {
    let root = tempfile::tempdir().unwrap();
    let git = |args: &[&str], stdin: &str| {
        let mut child = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example", "-c", "core.autocrlf=false"])
            .args(args)
            .current_dir(root.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{args:?}: {}\n{stdin}", String::from_utf8_lossy(&output.stderr));
    };
    let long: String = (0..40).map(|n| format!("line {n}\n")).collect();
    let files = [
        ("app.py", APP.replace("old.example", "old") + "# no end"),
        ("crlf.py", "a\r\nb old\r\nc".into()),
        ("last", "old".into()),
        ("long.py", format!("{long}old\n{long}")),
        ("sub/a b \"q\\t\"\té\u{202e}.py", "old\n".into()),
        ("--- x", "old\n".into()),
        ("@@ -1 +1 @@", "old\n".into()),
    ];
    let fs = MemoryFs::from_files(files.iter().map(|(path, text)| (*path, text.as_bytes())));
    let mut plan = Plan::new("old", "new");
    for (path, text) in &files {
        let at = root.path().join(path);
        std::fs::create_dir_all(at.parent().unwrap()).unwrap();
        std::fs::write(at, text).unwrap();
        let mut file = changed(&fs, path, Rule::BaseUrl, "old", "new and\nlonger");
        file.findings.push(
            Finding::new(text.as_bytes(), 0..1, Rule::Config, Level::Check, "--- a/x")
                .with_help("+++ b/x\n@@ -1 +1 @@"),
        );
        plan.files.push(file);
    }
    let preview = |plan: &Plan| run_in(root.path(), &["-n"], "", &fs, plan).stdout;
    // Outside a repository, in one, and applied for good.
    git(&["apply", "--check"], &preview(&plan));
    git(&["init", "-q"], "");
    git(&["add", "-A"], "");
    git(&["commit", "-qm", "x"], "");
    assert!(!preview(&plan).contains("uncommitted"));
    git(&["apply", "--check"], &preview(&plan));
    git(&["apply"], &preview(&plan));
    for file in &plan.files {
        assert_eq!(std::fs::read(root.path().join(&file.path)).unwrap(), &*file.rewritten, "{}", file.path);
    }
    // Now they are changed, and said to be.
    let marked = preview(&plan);
    assert_eq!(marked.matches(", uncommitted changes").count(), files.len(), "{marked}");
    assert!(
        run_in(root.path(), &["-n", "--stat"], "", &fs, &plan)
            .stdout
            .contains("last: 1 edit, 1 finding, uncommitted")
    );
    let mut below = Plan::new("old", "new");
    let mut file = plan.files[4].clone();
    file.path = files[4].0.strip_prefix("sub/").unwrap().into();
    below.files.push(file);
    let ran = run_in(&root.path().join("sub"), &["-n"], "", &fs, &below);
    assert!(ran.stdout.contains(", uncommitted changes"), "{}", ran.stdout);
}

/// The lines of JSON Lines, put together, are the JSON report.
#[test]
fn json_lines_say_what_json_says() {
    for (fs, plan) in [case(), secret_case()] {
        let printed = run_with(&["--format=jsonl", "-n"], "", &fs, &plan).stdout;
        let mut whole = serde_json::json!({"files": [], "environment": [], "skipped": []});
        for line in printed.lines() {
            let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
            let kind = line.as_object_mut().unwrap().remove("type").unwrap();
            match kind.as_str().unwrap() {
                "plan" => {
                    line.as_object().unwrap().iter().for_each(|(key, value)| whole[key] = value.clone());
                }
                "file" => whole["files"].as_array_mut().unwrap().push(line),
                "summary" => whole["summary"] = line,
                list => whole[list].as_array_mut().unwrap().push(line),
            }
        }
        assert_eq!(whole, report::json::report(&plan, &source()));
    }
}

#[test]
fn sarif_is_held_to_its_schema() {
    // The schema of OASIS, as it is. One pattern in it, of a property that is not used here, is no regex everywhere.
    let mut schema: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/data/sarif-2.1.0.schema.json")).unwrap();
    for property in
        ["run", "toolComponent"].map(|of| schema["definitions"][of]["properties"]["language"].take())
    {
        assert!(property["pattern"].as_str().unwrap().ends_with("]?$"), "{property}");
    }
    for of in ["run", "toolComponent"] {
        schema["definitions"][of]["properties"]["language"] = serde_json::json!(false);
    }
    let schema = jsonschema::validator_for(&schema).unwrap();
    for (fs, plan) in [case(), secret_case()] {
        let printed = run_with(&["--format=sarif", "-n"], "", &fs, &plan).stdout;
        let value: serde_json::Value = serde_json::from_str(&printed).unwrap();
        let errors: Vec<String> = schema.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        assert!(!printed.contains(&SECRET[..6]), "{printed}");
    }
    let (fs, plan) = case();
    let printed = run_with(&["--format=sarif", "-n"], "", &fs, &plan).stdout;
    let value: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let results = value["runs"][0]["results"].as_array().unwrap();
    let levels: Vec<_> = results.iter().map(|result| result["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["error", "note", "warning"]);
    assert_eq!(
        results[2]["fixes"][0]["artifactChanges"][0]["replacements"][0],
        serde_json::json!({
            "deletedRegion": {"startLine": 5, "startColumn": 23, "endLine": 5, "endColumn": 34},
            "insertedContent": {"text": "new.example"},
        })
    );
    for result in results {
        let rules = &value["runs"][0]["tool"]["driver"]["rules"];
        assert_eq!(rules[result["ruleIndex"].as_u64().unwrap() as usize]["id"], result["ruleId"]);
    }
}

#[test]
fn github_gets_a_command_a_line() {
    let (fs, plan) = case();
    let ran = run_with(&["--format=github", "--check"], "", &fs, &plan);
    assert_eq!(ran.code, ExitCode::Pending);
    assert_eq!(
        ran.stdout,
        "::warning file=app.py,line=5,title=1 edit pending::1 edit pending: run `aig migrate old`\n\
         ::error file=app.py,line=3,col=1,title=action[virtual-key]::a virtual key goes%0Acreate a key\n"
    );
    let (fs, plan) = secret_case();
    assert!(!run_with(&["--format=github", "-nv"], "", &fs, &plan).stdout.contains(&SECRET[..6]));
}
