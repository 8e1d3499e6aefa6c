//! Tests of the mocks themselves: a gateway that says yes to all would let everything pass.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};

use anyhow::{Context, Result, ensure};
use libtest_mimic::{Failed, Trial};
use serde_json::Value;

use super::answers::{base64, canonical};
use super::gateways::{self, AIGATEWAY_KEY, CANARY, PORTKEY_KEY, PORTKEY_KEY_WITH_CONFIG, PROVIDER_KEY};
use super::http::{Request, Server};
use super::{check, failed};

type Test = fn() -> Result<()>;

/// The tests of this file.
pub fn trials() -> Vec<Trial> {
    let all: [(&str, Test); 8] = [
        ("mock::aigateway_takes_only_its_own_key", aigateway_takes_only_its_own_key),
        ("mock::aigateway_has_only_what_it_lists", aigateway_has_only_what_it_lists),
        ("mock::portkey_takes_its_key_and_wants_a_route", portkey_takes_its_key_and_wants_a_route),
        ("mock::answers_do_not_hang_on_the_model_prefix", answers_do_not_hang_on_the_model_prefix),
        ("mock::requests_are_recorded_whole", requests_are_recorded_whole),
        ("mock::base64_is_standard", base64_is_standard),
        ("mock::checks_find_each_fault", checks_find_each_fault),
        ("mock::checks_of_what_stays_find_each_fault", checks_of_what_stays_find_each_fault),
    ];
    all.into_iter()
        .map(|(name, test)| Trial::test(name, move || test().map_err(|error| -> Failed { failed(error) })))
        .collect()
}

/// Sends one request; gives the status and the body.
fn ask(server: &Server, head: &str, headers: &[String], body: &str) -> Result<(u16, String)> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port()))?;
    let mut text = format!("{head} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n", body.len());
    for header in headers {
        text.push_str(header);
        text.push_str("\r\n");
    }
    stream.write_all(format!("{text}\r\n{body}").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("no end of the head")?;
    let status = head.split(' ').nth(1).context("no status")?.parse()?;
    Ok((status, body.to_owned()))
}

const CHAT: &str = r#"{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hi"}]}"#;

fn aigateway_takes_only_its_own_key() -> Result<()> {
    let server = gateways::aigateway()?;
    let chat = "POST /v1/chat/completions";
    let right = format!("Authorization: Bearer {AIGATEWAY_KEY}");
    let wrong = [
        vec![],
        vec![format!("Authorization: {AIGATEWAY_KEY}")],
        vec![format!("Authorization: Bearer {PORTKEY_KEY}")],
        vec![format!("Authorization: Bearer Bearer {AIGATEWAY_KEY}")],
        vec!["Authorization: Bearer ".to_owned()],
        vec![format!("x-api-key: {AIGATEWAY_KEY}")],
        vec![format!("x-portkey-api-key: {AIGATEWAY_KEY}")],
        vec![right.clone(), format!("Authorization: Bearer {PROVIDER_KEY}")],
    ];
    for headers in wrong {
        let (status, body) = ask(&server, chat, &headers, CHAT)?;
        ensure!(status == 401, "{headers:?} gets {status}");
        let body: Value = serde_json::from_str(&body)?;
        ensure!(body["error"]["type"] == "authentication_error", "not OpenAI's envelope: {body}");
    }
    ensure!(ask(&server, chat, &[right], CHAT)?.0 == 200, "the right key is refused");
    let own = [format!("x-api-key: {AIGATEWAY_KEY}")];
    ensure!(
        ask(&server, "POST /v1/messages", &own, CHAT)?.0 == 200,
        "x-api-key is refused where it is right"
    );
    Ok(())
}

fn aigateway_has_only_what_it_lists() -> Result<()> {
    let server = gateways::aigateway()?;
    let key = [format!("Authorization: Bearer {AIGATEWAY_KEY}")];
    for path in
        ["/v1/responses", "/v1/completions", "/v1/prompts/pp-1/completions", "/v1/feedback", "/v1/logs", "/"]
    {
        let (status, _) = ask(&server, &format!("POST {path}"), &key, CHAT)?;
        ensure!(status == 404, "{path} gets {status}");
    }
    for path in [
        "/v1/chat/completions",
        "/v1/embeddings",
        "/v1/images/generations",
        "/v1/moderations",
        "/v1/messages",
    ] {
        let (status, _) = ask(&server, &format!("POST {path}"), &key, CHAT)?;
        ensure!(status == 200, "{path} gets {status}");
    }
    ensure!(ask(&server, "GET /v1/models", &key, "")?.0 == 200, "no models");
    Ok(())
}

fn portkey_takes_its_key_and_wants_a_route() -> Result<()> {
    let server = gateways::portkey()?;
    let header = |name: &str, value: &str| format!("{name}: {value}");
    let key = header("x-portkey-api-key", PORTKEY_KEY);
    let cases = [
        (401, vec![]),
        (401, vec![header("x-portkey-api-key", AIGATEWAY_KEY)]),
        // Its own header wins over `Authorization`, right or wrong.
        (
            401,
            vec![
                header("x-portkey-api-key", "wrong"),
                header("Authorization", &format!("Bearer {PORTKEY_KEY}")),
            ],
        ),
        (400, vec![key.clone()]),
        (401, vec![key.clone(), header("x-portkey-provider", "openai")]),
        (
            200,
            vec![
                key.clone(),
                header("x-portkey-provider", "openai"),
                header("Authorization", &format!("Bearer {PROVIDER_KEY}")),
            ],
        ),
        (200, vec![key.clone(), header("x-portkey-provider", "@openai-prod")]),
        (200, vec![key.clone(), header("x-portkey-virtual-key", "openai-a1b2c3")]),
        (200, vec![key, header("x-portkey-config", "pc-1")]),
        (200, vec![header("Authorization", &format!("Bearer {PORTKEY_KEY_WITH_CONFIG}"))]),
    ];
    for (expected, headers) in cases {
        let (status, _) = ask(&server, "POST /v1/chat/completions", &headers, CHAT)?;
        ensure!(status == expected, "{headers:?} gets {status}, not {expected}");
    }
    let key = [header("x-portkey-api-key", PORTKEY_KEY)];
    for path in ["/v1/prompts/pp-1/completions", "/v1/prompts/pp-1/render", "/v1/feedback"] {
        let (status, _) = ask(&server, &format!("POST {path}"), &key, "{}")?;
        ensure!(status == 200, "{path} gets {status}");
    }
    Ok(())
}

fn answers_do_not_hang_on_the_model_prefix() -> Result<()> {
    let server = gateways::portkey()?;
    let key = [format!("x-portkey-api-key: {PORTKEY_KEY_WITH_CONFIG}")];
    let say = |model: &str, text: &str| {
        let body = format!(r#"{{"model":"{model}","messages":[{{"role":"user","content":"{text}"}}]}}"#);
        ask(&server, "POST /v1/chat/completions", &key, &body)
    };
    let plain = say("gpt-4o", "hi")?;
    ensure!(
        plain == say("openai/gpt-4o", "hi")? && plain == say("@openai-prod/gpt-4o", "hi")?,
        "the prefix shows"
    );
    ensure!(plain != say("gpt-4o-mini", "hi")?, "the model does not show");
    ensure!(plain != say("gpt-4o", "hi!")?, "the message does not show");
    ensure!(
        canonical(br#"{"b":1,"model":"openai/x","a":[{"model":"o/x"}]}"#)
            == r#"{"a":[{"model":"o/x"}],"b":1,"model":"x"}"#,
        "the canonical form is not"
    );
    Ok(())
}

fn requests_are_recorded_whole() -> Result<()> {
    let server = gateways::aigateway()?;
    ask(&server, "POST /v1/a?b=c", &["X-Two: 1".to_owned(), "x-two: 2".to_owned()], "body")?;
    let chunked =
        "POST /v1/chunked HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port()))?;
    stream.write_all(chunked.as_bytes())?;
    stream.read_to_end(&mut Vec::new())?;
    let records = server.records();
    let [first, second] = records.as_slice() else { anyhow::bail!("{} records", records.len()) };
    ensure!(first.method == "POST" && first.path == "/v1/a" && first.query == "b=c", "{first:?}");
    ensure!(first.values("x-two").eq(["1", "2"]) && first.body == b"body", "{first:?}");
    ensure!(second.body == b"abcde", "{second:?}");
    Ok(())
}

fn base64_is_standard() -> Result<()> {
    for (plain, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
        ensure!(base64(plain.as_bytes()) == coded, "{plain:?} becomes {}", base64(plain.as_bytes()));
    }
    Ok(())
}

fn checks_find_each_fault() -> Result<()> {
    let request = |headers: &[(&str, &str)], body: &str| Request {
        method: "POST".into(),
        path: "/v1/chat/completions".into(),
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: body.into(),
        ..Request::default()
    };
    let bearer = format!("Bearer {AIGATEWAY_KEY}");
    let provider = format!("Bearer {PROVIDER_KEY}");
    let (key, tag) = (("authorization", bearer.as_str()), ("x-aig-tag", "t1"));
    let before = [request(&[("x-portkey-api-key", PORTKEY_KEY), ("x-portkey-trace-id", "t1")], CHAT)];
    let right = request(&[key, tag], CHAT);
    ensure!(
        check::complaints(&before, std::slice::from_ref(&right)).is_empty(),
        "a right request is complained of"
    );
    let faults: [(&str, Vec<Request>); 9] = [
        ("nothing sent", vec![]),
        ("sent twice", vec![right.clone(), right.clone()]),
        ("another body", vec![request(&[key, tag], "{}")]),
        ("no credential", vec![request(&[tag], CHAT)]),
        ("two credentials", vec![request(&[key, tag, ("authorization", &provider)], CHAT)]),
        ("a key beside it", vec![request(&[key, tag, ("x-api-key", PROVIDER_KEY)], CHAT)]),
        ("an old header", vec![request(&[key, tag, ("x-portkey-config", "pc-1")], CHAT)]),
        ("no tag", vec![request(&[key], CHAT)]),
        ("another tag", vec![request(&[key, ("x-aig-tag", "t2")], CHAT)]),
    ];
    for (fault, after) in faults {
        ensure!(!check::complaints(&before, &after).is_empty(), "not found: {fault}");
    }
    let text = format!("{{\"note\":\"{CANARY}\"}}");
    let carriers = [
        request(&[("authorization", &format!("Bearer {CANARY}"))], "{}"),
        request(&[key], &text),
        Request { query: format!("key={CANARY}"), ..request(&[key], "{}") },
    ];
    for carrier in carriers {
        ensure!(!check::leaks(std::slice::from_ref(&carrier)).is_empty(), "not found: {carrier:?}");
    }
    ensure!(check::leaks(&[right]).is_empty(), "a leak is found where none is");
    Ok(())
}

fn checks_of_what_stays_find_each_fault() -> Result<()> {
    let request = |path: &str, name: &str, value: &str| Request {
        method: "POST".into(),
        path: path.into(),
        headers: vec![(name.to_owned(), value.to_owned())],
        body: CHAT.into(),
        ..Request::default()
    };
    let prompt = request("/v1/prompts/pp-1/completions", "x-portkey-api-key", PORTKEY_KEY);
    let chat = request("/v1/chat/completions", "x-portkey-api-key", PORTKEY_KEY);
    let asked = [prompt.clone(), chat.clone()];
    let (staying, moving) = check::parted(&asked, &["POST /v1/prompts/pp-1/completions".to_owned()]);
    ensure!(staying.len() == 1 && staying[0].path == prompt.path, "{staying:?}");
    ensure!(moving.len() == 1 && moving[0].path == chat.path, "{moving:?}");
    ensure!(
        check::complaints_of_staying(&staying, std::slice::from_ref(&prompt)).is_empty(),
        "a right request is complained of"
    );
    let faults: [(&str, Vec<Request>); 4] = [
        ("nothing stays", vec![]),
        ("sent twice", vec![prompt.clone(), prompt.clone()]),
        ("what should have moved", vec![prompt.clone(), chat]),
        ("the wrong key", vec![request(&prompt.path, "x-portkey-api-key", AIGATEWAY_KEY)]),
    ];
    for (fault, after) in faults {
        ensure!(!check::complaints_of_staying(&staying, &after).is_empty(), "not found: {fault}");
    }
    Ok(())
}
