//! What both mock gateways answer: the shapes of the OpenAI and the Anthropic API.
//!
//! Not allowed here: credentials. Every answer is a function of the endpoint and the body with the model's prefix
//! taken off, so a program prints the same before its migration and after it, if it asks for the same.

use migrate_core::fs::Hash;
use serde_json::{Map, Value, json};

use super::http::{Body, Request, Response};

/// The model without what only addresses it: `@slug/gpt-4o` and `openai/gpt-4o` are `gpt-4o`.
pub fn bare_model(model: &str) -> &str {
    model.rsplit('/').next().unwrap_or(model)
}

/// The body with the bare model and with its keys in order: equal for requests that ask for the same.
pub fn canonical(body: &[u8]) -> String {
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => sorted(&value, true).to_string(),
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    }
}

fn sorted(value: &Value, top: bool) -> Value {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            let mut out = Map::new();
            for key in keys {
                let value = match map[key].as_str() {
                    Some(model) if top && key == "model" => Value::from(bare_model(model)),
                    _ => sorted(&map[key], false),
                };
                out.insert(key.clone(), value);
            }
            Value::Object(out)
        }
        Value::Array(items) => items.iter().map(|item| sorted(item, false)).collect(),
        other => other.clone(),
    }
}

/// A JSON answer.
pub fn json_response(status: u16, value: &Value) -> Response {
    Response { status, content_type: "application/json", body: Body::Whole(value.to_string().into_bytes()) }
}

/// An error in OpenAI's envelope.
pub fn error(status: u16, kind: &str, message: &str) -> Response {
    json_response(
        status,
        &json!({ "error": { "message": message, "type": kind, "code": status, "param": null } }),
    )
}

/// Answers a request that has passed the gateway's door. `path` has no version prefix. `None` for an endpoint that
/// this mock does not know.
pub fn answer(path: &str, request: &Request) -> Option<Response> {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
    let digest = Hash::of(canonical(&request.body).as_bytes()).to_hex();
    let model = bare_model(body["model"].as_str().unwrap_or("auto"));
    let streamed = body["stream"] == json!(true);
    Some(match (request.method.as_str(), path) {
        ("POST", "/chat/completions") if streamed => chat_stream(model, &digest, &body),
        ("POST", "/chat/completions") => chat(model, &digest, &body),
        ("POST", "/messages") if streamed => messages_stream(model, &digest, &body),
        ("POST", "/messages") => messages(model, &digest, &body),
        ("POST", "/embeddings") => embeddings(model, &body),
        ("POST", "/images/generations") => json_response(
            200,
            &json!({ "created": 1_700_000_000, "data": [{ "url": format!("https://media.example/{}.png", &digest[..12]) }] }),
        ),
        ("POST", "/moderations") => moderations(model, &digest, &body),
        ("GET", "/models") => json_response(
            200,
            &json!({ "object": "list", "data": [model_card("claude-opus-4.7"), model_card("gpt-4o-mini")] }),
        ),
        _ => return None,
    })
}

fn model_card(id: &str) -> Value {
    json!({ "id": id, "object": "model", "created": 1_700_000_000, "owned_by": "mock" })
}

/// What the mock model says: names what it was asked, so that a lost message or parameter shows in the output.
fn words(model: &str, digest: &str, body: &Value) -> Vec<String> {
    let messages = body["messages"].as_array().map_or(0, Vec::len);
    let last = body["messages"].as_array().and_then(|all| all.last()).map(|message| &message["content"]);
    let last = match last {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    vec![
        format!("{model} "),
        format!("read {messages} "),
        "message(s), ".to_owned(),
        format!("the last says {last:?}"),
        format!(" [{}]", &digest[..12]),
    ]
}

fn usage() -> Value {
    json!({ "prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8 })
}

fn chat(model: &str, digest: &str, body: &Value) -> Response {
    json_response(
        200,
        &json!({
            "id": format!("chatcmpl-{}", &digest[..16]), "object": "chat.completion", "created": 1_700_000_000,
            "model": model, "usage": usage(),
            "choices": [{
                "index": 0, "finish_reason": "stop", "logprobs": null,
                "message": { "role": "assistant", "content": words(model, digest, body).concat(), "refusal": null },
            }],
        }),
    )
}

fn chat_stream(model: &str, digest: &str, body: &Value) -> Response {
    let chunk = |delta: Value, finish: Value| {
        let value = json!({
            "id": format!("chatcmpl-{}", &digest[..16]), "object": "chat.completion.chunk",
            "created": 1_700_000_000, "model": model,
            "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }],
        });
        format!("data: {value}\n\n")
    };
    let mut pieces = vec![chunk(json!({ "role": "assistant", "content": "" }), Value::Null)];
    pieces.extend(
        words(model, digest, body).into_iter().map(|word| chunk(json!({ "content": word }), Value::Null)),
    );
    pieces.push(chunk(json!({}), json!("stop")));
    pieces.push("data: [DONE]\n\n".to_owned());
    Response { status: 200, content_type: "text/event-stream", body: Body::Pieces(pieces) }
}

fn messages(model: &str, digest: &str, body: &Value) -> Response {
    json_response(
        200,
        &json!({
            "id": format!("msg_{}", &digest[..16]), "type": "message", "role": "assistant", "model": model,
            "content": [{ "type": "text", "text": words(model, digest, body).concat() }],
            "stop_reason": "end_turn", "stop_sequence": null,
            "usage": { "input_tokens": 3, "output_tokens": 5 },
        }),
    )
}

fn messages_stream(model: &str, digest: &str, body: &Value) -> Response {
    let event =
        |value: Value| format!("event: {}\ndata: {value}\n\n", value["type"].as_str().unwrap_or_default());
    let mut pieces = vec![
        event(json!({ "type": "message_start", "message": {
            "id": format!("msg_{}", &digest[..16]), "type": "message", "role": "assistant", "model": model,
            "content": [], "stop_reason": null, "stop_sequence": null,
            "usage": { "input_tokens": 3, "output_tokens": 0 } } })),
        event(
            json!({ "type": "content_block_start", "index": 0, "content_block": { "type": "text", "text": "" } }),
        ),
    ];
    pieces.extend(words(model, digest, body).into_iter().map(|word| {
        event(
            json!({ "type": "content_block_delta", "index": 0, "delta": { "type": "text_delta", "text": word } }),
        )
    }));
    pieces.push(event(json!({ "type": "content_block_stop", "index": 0 })));
    pieces.push(event(json!({ "type": "message_delta", "usage": { "output_tokens": 5 },
        "delta": { "stop_reason": "end_turn", "stop_sequence": null } })));
    pieces.push(event(json!({ "type": "message_stop" })));
    Response { status: 200, content_type: "text/event-stream", body: Body::Pieces(pieces) }
}

fn embeddings(model: &str, body: &Value) -> Response {
    let inputs: Vec<String> = match &body["input"] {
        Value::Array(items) => items.iter().map(Value::to_string).collect(),
        other => vec![other.to_string()],
    };
    let data: Vec<Value> = inputs
        .iter()
        .enumerate()
        .map(|(index, input)| {
            // Eighths are exact in binary, so they print the same everywhere.
            let vector: Vec<f32> =
                Hash::of(input.as_bytes()).0[..4].iter().map(|&byte| f32::from(byte) / 8.0).collect();
            let embedding = if body["encoding_format"] == json!("base64") {
                let bytes: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
                Value::from(base64(&bytes))
            } else {
                json!(vector)
            };
            json!({ "object": "embedding", "index": index, "embedding": embedding })
        })
        .collect();
    json_response(
        200,
        &json!({ "object": "list", "model": model, "data": data,
                 "usage": { "prompt_tokens": 3, "total_tokens": 3 } }),
    )
}

fn moderations(model: &str, digest: &str, body: &Value) -> Response {
    let flagged = body["input"].to_string().contains("attack");
    json_response(
        200,
        &json!({ "id": format!("modr-{}", &digest[..16]), "model": model, "results": [{
            "flagged": flagged,
            "categories": { "violence": flagged },
            "category_scores": { "violence": if flagged { 0.5 } else { 0.0 } },
        }] }),
    )
}

/// Standard base64 with padding: the clients of OpenAI ask for embeddings in it.
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let bits =
            three.iter().fold(0u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            if place <= three.len() {
                out.push(char::from(LETTERS[(bits >> (18 - 6 * place) & 63) as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}
