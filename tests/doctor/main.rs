//! `aig doctor` against gateways on loopback; and that no other command opens a connection.

#![forbid(unsafe_code)]

// Only a part of the server is used here.
#[allow(dead_code)]
#[path = "../end_to_end/http.rs"]
mod http;

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Command;

use aig_tests::workspace::{aig, copy_tree, everything_required, root};
use anyhow::{Context, Result, ensure};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::json;

use http::{Body, Request, Response, Server};

const KEY: &str = "sk-aig-0123456789abcdefTEST";
const ANOTHERS: &str = "pk-9876543210fedcba";
const VARIABLE: &str = "AIGATEWAY_API_KEY";

const APP: &str = "import os

from openai import OpenAI

MODEL = \"openai/gpt-4o-mini\"
client = OpenAI(base_url=\"https://api.aigateway.sh/v1\", api_key=os.environ[\"AIGATEWAY_API_KEY\"])
print(client.chat.completions.create(model=MODEL, messages=[]))
";

type Test = fn() -> Result<()>;

fn main() {
    let all: [(&str, Test); 13] = [
        ("all_is_well", all_is_well),
        ("the_environment_wins_over_files", the_environment_wins_over_files),
        ("without_a_key_nothing_is_asked", without_a_key_nothing_is_asked),
        ("what_is_no_key_is_sent_nowhere", what_is_no_key_is_sent_nowhere),
        ("a_key_that_is_refused", a_key_that_is_refused),
        ("answers_that_are_no_list", answers_that_are_no_list),
        ("a_redirect_is_not_followed", a_redirect_is_not_followed),
        ("a_gateway_that_is_not_there", a_gateway_that_is_not_there),
        ("a_gateway_that_does_not_answer", a_gateway_that_does_not_answer),
        ("a_model_that_is_not_there", a_model_that_is_not_there),
        ("what_is_left_by_hand", what_is_left_by_hand),
        ("settings_of_a_tree_are_asked_only_on_demand", settings_of_a_tree_are_asked_only_on_demand),
        ("models_before_a_migration_are_those_after_it", models_before_a_migration_are_those_after_it),
    ];
    let mut trials: Vec<Trial> = all
        .into_iter()
        .map(|(name, test)| {
            Trial::test(name, move || test().map_err(|error| Failed::from(format!("{error:#}"))))
        })
        .collect();
    let traces = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).output();
    let missing = !traces.is_ok_and(|out| out.status.success()) && !everything_required();
    let sockets = || only_the_doctor_opens_a_socket().map_err(|error| Failed::from(format!("{error:#}")));
    let kind = if missing { "not run: strace does not work here" } else { "" };
    let sockets = Trial::test("only_the_doctor_opens_a_socket", sockets);
    trials.push(sockets.with_kind(kind).with_ignored_flag(missing));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// A gateway that knows two models, and takes only its key.
fn gateway() -> Result<Server> {
    Server::start(|request| {
        let bearer: Vec<&str> = request.values("authorization").collect();
        if bearer != [format!("Bearer {KEY}")] {
            return answer(401, "application/json", r#"{"error": {"message": "no such key"}}"#);
        }
        let models = json!({"object": "list", "data": [
            {"id": "openai/gpt-4o-mini", "object": "model"},
            {"id": "anthropic/claude-opus-4.7", "object": "model"},
        ]});
        answer(200, "application/json", &models.to_string())
    })
}

fn answer(status: u16, content_type: &'static str, body: &str) -> Response {
    Response { status, content_type, body: Body::Whole(body.as_bytes().to_vec()) }
}

struct Ran {
    code: Option<i32>,
    out: String,
}

/// A tree of these files.
fn tree(files: &[(&str, &str)]) -> Result<tempfile::TempDir> {
    let tree = tempfile::tempdir()?;
    for (path, text) in files {
        let path = tree.path().join(path);
        fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
        fs::write(path, text)?;
    }
    Ok(tree)
}

/// The command in `tree`, with nothing of this process's environment that it heeds.
fn command(program: &Path, tree: &Path, key: Option<&str>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(tree).env_remove(VARIABLE).env("XDG_STATE_HOME", tree.join(".git/state"));
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    if let Some(key) = key {
        command.env(VARIABLE, key);
    }
    command
}

fn doctor(tree: &Path, key: Option<&str>, arguments: &[&str]) -> Result<Ran> {
    let output = command(aig()?, tree, key).arg("doctor").args(arguments).output()?;
    let out = String::from_utf8(output.stdout)? + &String::from_utf8(output.stderr)?;
    for secret in [KEY, ANOTHERS] {
        ensure!(!out.contains(secret), "the key is printed:\n{out}");
    }
    Ok(Ran { code: output.status.code(), out })
}

fn url(server: &Server) -> String {
    format!("http://127.0.0.1:{}/v1", server.port())
}

impl Ran {
    fn is(&self, code: i32, lines: &[&str]) -> Result<()> {
        ensure!(self.code == Some(code), "exit code {:?}, not {code}:\n{}", self.code, self.out);
        let words = self.out.split_whitespace().collect::<Vec<_>>().join(" ");
        for line in lines {
            ensure!(words.contains(line), "`{line}` is missing in:\n{}", self.out);
        }
        Ok(())
    }
}

fn all_is_well() -> Result<()> {
    let example = format!("{VARIABLE}=sk-aig-put-yours-here\n");
    let env = format!("OTHER=1\n{VARIABLE}=\"{KEY}\"\n");
    let tree = tree(&[("app.py", APP), (".env", &env), (".env.example", &example)])?;
    let server = gateway()?;
    doctor(tree.path(), None, &["--base-url", &url(&server)])?.is(
        0,
        &[
            "ok AIGATEWAY_API_KEY is set in .env:2",
            "/v1/models accepts the key, and knows 2 models",
            "ok 1 of 1 model that this tree names is there",
            "ok nothing in this tree is left to do by hand",
        ],
    )?;
    let records = server.records();
    ensure!(records.len() == 1, "{} requests", records.len());
    let Request { method, path, query, body, .. } = &records[0];
    ensure!((method.as_str(), path.as_str(), query.as_str()) == ("GET", "/v1/models", ""), "{records:?}");
    ensure!(body.is_empty() && records[0].header("authorization").is_some(), "{records:?}");
    Ok(())
}

fn the_environment_wins_over_files() -> Result<()> {
    let tree = tree(&[("app.py", APP), (".env", &format!("{VARIABLE}=sk-aig-old\n"))])?;
    let server = gateway()?;
    let ran = doctor(tree.path(), Some(KEY), &["--base-url", &url(&server)])?;
    ran.is(0, &["is set in the environment", "accepts the key"])
}

fn without_a_key_nothing_is_asked() -> Result<()> {
    let tree = tree(&[
        ("app.py", APP),
        (".env", &format!("{VARIABLE}=\n")),
        ("compose.env", &format!("{VARIABLE}=${{OTHER}}\n")),
    ])?;
    let server = gateway()?;
    let ran = doctor(tree.path(), None, &["--base-url", &url(&server)])?;
    ran.is(1, &["todo AIGATEWAY_API_KEY is set neither", "Keys are made at https://aigateway.sh/"])?;
    ensure!(server.records().is_empty(), "something was asked: {:?}", server.records());
    Ok(())
}

fn what_is_no_key_is_sent_nowhere() -> Result<()> {
    let tree = tree(&[("app.py", APP), (".env", &format!("{VARIABLE}={ANOTHERS}\n"))])?;
    let server = gateway()?;
    for (key, place) in [(None, ".env:1"), (Some(ANOTHERS), "the environment")] {
        let ran = doctor(tree.path(), key, &["--base-url", &url(&server)])?;
        ran.is(1, &[&format!("is set in {place}, to what is no key of AIgateway"), "sent nowhere"])?;
    }
    ensure!(server.records().is_empty(), "it was sent: {:?}", server.records());
    Ok(())
}

fn a_key_that_is_refused() -> Result<()> {
    let tree = tree(&[("app.py", APP)])?;
    let server = gateway()?;
    let ran = doctor(tree.path(), Some("sk-aig-revoked"), &["--base-url", &url(&server)])?;
    ran.is(
        1,
        &[
            "todo",
            "does not accept the key of the environment (401)",
            "Keys are made at https://aigateway.sh/",
        ],
    )
}

fn answers_that_are_no_list() -> Result<()> {
    let tree = tree(&[("app.py", APP)])?;
    for (status, body, told) in [
        (500, "oops", "answers with status 500 The gateway has trouble of its own"),
        (404, "{}", "answers with status 404 Is http://127.0.0.1"),
        (403, "{}", "answers with status 403 May this key list models?"),
        (200, "<html>", "answers, with no list of models"),
        (200, "{\"data\": 1}", "answers, with no list of models"),
    ] {
        let server = Server::start(move |_| answer(status, "text/plain", body))?;
        let ran = doctor(tree.path(), Some(KEY), &["--base-url", &url(&server)])?;
        ran.is(2, &["error", told])?;
    }
    Ok(())
}

fn a_redirect_is_not_followed() -> Result<()> {
    let tree = tree(&[("app.py", APP)])?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let other = gateway()?;
    let target = url(&other);
    let base = format!("http://127.0.0.1:{}/v1", listener.local_addr()?.port());
    std::thread::spawn(move || -> Result<()> {
        use std::io::{BufRead as _, BufReader, Write as _};
        let (mut stream, _) = listener.accept()?;
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
        write!(stream, "HTTP/1.1 302 Found\r\nLocation: {target}/models\r\nContent-Length: 0\r\n\r\n")?;
        Ok(())
    });
    let ran = doctor(tree.path(), Some(KEY), &["--base-url", &base])?;
    ran.is(2, &["answers with status 302", "the key was not sent there"])?;
    ensure!(other.records().is_empty(), "the key was sent elsewhere");
    Ok(())
}

fn a_gateway_that_is_not_there() -> Result<()> {
    let tree = tree(&[("app.py", APP)])?;
    // A port that was free a moment ago.
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let ran = doctor(tree.path(), Some(KEY), &["--base-url", &format!("http://127.0.0.1:{port}/v1")])?;
    ran.is(2, &["was not reached", "The connection was refused", "Check that this machine is online"])?;
    ran.is(2, &["nothing in this tree is left to do by hand"])?;
    let ran = doctor(tree.path(), Some(KEY), &["--base-url", "nonsense"])?;
    ran.is(2, &["is no http(s) URL"])
}

fn a_gateway_that_does_not_answer() -> Result<()> {
    let tree = tree(&[("app.py", APP)])?;
    // Connections are taken by the system, and no one answers.
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let base = format!("http://127.0.0.1:{}/v1", silent.local_addr()?.port());
    let ran = doctor(tree.path(), Some(KEY), &["--base-url", &base, "--timeout", "1"])?;
    ran.is(2, &["was not reached", "There was no answer within 1 s."])
}

fn a_model_that_is_not_there() -> Result<()> {
    let other = APP.replace("openai/gpt-4o-mini", "gpt-4o-mini");
    let tree = tree(&[("app.py", APP), ("other/app.py", &other)])?;
    let server = gateway()?;
    let ran = doctor(tree.path(), Some(KEY), &["--base-url", &url(&server)])?;
    ran.is(
        1,
        &[
            "ok 1 of 2 models that this tree names is there",
            "todo `gpt-4o-mini` is not among the models there other/app.py:5:10 It may be `openai/gpt-4o-mini`.",
        ],
    )
}

fn what_is_left_by_hand() -> Result<()> {
    let tree = tree(&[
        ("app.py", APP),
        (
            "ask.sh",
            "curl https://api.portkey.ai/v1/prompts/pp-1/completions -H \"x-portkey-api-key: $PORTKEY_API_KEY\"\n",
        ),
        ("more.sh", "curl https://api.portkey.ai/v1/models -H \"x-portkey-api-key: $PORTKEY_API_KEY\"\n"),
    ])?;
    let server = gateway()?;
    let ran = doctor(tree.path(), Some(KEY), &["--base-url", &url(&server)])?;
    ran.is(
        1,
        &["in 1 file are pending `aig migrate portkey` shows", "left to do by hand in this tree: ask.sh:1: "],
    )
}

fn settings_of_a_tree_are_asked_only_on_demand() -> Result<()> {
    let server = gateway()?;
    let settings = format!("base-url = \"{}\"\n", url(&server));
    let tree = tree(&[("app.py", APP), (".aig.toml", &settings)])?;
    let ran = doctor(tree.path(), Some(KEY), &[])?;
    ran.is(
        1,
        &[
            ".aig.toml moves this tree to http://127.0.0.1",
            "which was not asked",
            "aig doctor --base-url http",
        ],
    )?;
    ensure!(server.records().is_empty(), "the key was sent where a file of the tree says");
    doctor(tree.path(), Some(KEY), &["--base-url", &url(&server)])?.is(0, &["accepts the key"])
}

fn models_before_a_migration_are_those_after_it() -> Result<()> {
    let call = "curl https://api.portkey.ai/v1/chat/completions -H \"x-portkey-api-key: $PORTKEY_API_KEY\" \
                -d '{\"model\": \"@openai-prod/gpt-4o-mini\", \"messages\": []}'\n";
    let tree = tree(&[("ask.sh", call)])?;
    let server = gateway()?;
    let arguments = ["--base-url", &url(&server)];
    let there = "ok 1 of 1 model that this tree names is there";
    doctor(tree.path(), Some(KEY), &arguments)?.is(1, &["are pending", there])?;
    let migrated = command(aig()?, tree.path(), None).args(["migrate", "portkey", "--yes"]).output()?;
    ensure!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
    doctor(tree.path(), Some(KEY), &arguments)?.is(0, &[there])
}

/// The system calls of the network in all other commands, and as a control in the one that makes some.
fn only_the_doctor_opens_a_socket() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let tree = folder.path().join("sample");
    copy_tree(&root().join("tests/sample"), &tree, &[])?;
    let log = folder.path().join("log");
    let server = gateway()?;
    let base = url(&server);
    let runs: [(&[&str], bool); 10] = [
        (&["migrate", "portkey", "--dry-run"], false),
        (&["migrate", "portkey", "--dry-run", "--format", "json"], false),
        (&["migrate", "portkey", "--yes", "--report", "report.html"], false),
        (&["findings"], false),
        (&["sources", "portkey"], false),
        (&["explain", "model"], false),
        (&["man", "doctor"], false),
        (&["undo"], false),
        (&["clean"], false),
        (&["doctor", "--base-url", &base], true),
    ];
    for (arguments, opens) in runs {
        let mut traced = command(Path::new("strace"), &tree, Some(KEY));
        traced.args(["-f", "-qq", "-e", "trace=network", "-o"]).arg(&log).arg(aig()?).args(arguments);
        let output = traced.output()?;
        let failed = output.status.code() != Some(0) && !opens;
        ensure!(!failed, "aig {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
        let calls = fs::read_to_string(&log)?;
        // What ends a thread or a process is told in this log too, and is no call.
        let calls: Vec<&str> = calls.lines().filter(|line| line.contains('(')).collect();
        ensure!(calls.iter().any(|call| call.contains("connect(")) == opens, "aig {arguments:?}: {calls:?}");
        ensure!(opens || calls.is_empty(), "aig {arguments:?}: {calls:?}");
    }
    Ok(())
}
