//! The doors of the two gateways: which credentials they take, and which endpoints they have.
//!
//! Not allowed here: leniency. Where a real gateway says no, the mock says no, for a half-migrated program must not
//! pass.

use anyhow::Result;

use super::answers::{answer, error};
use super::http::{Request, Response, Server};

/// The only key that the AIgateway mock takes.
pub const AIGATEWAY_KEY: &str = "sk-aig-0123456789abcdefTEST";
/// A key of the Portkey mock; a request with it has to say where it goes.
pub const PORTKEY_KEY: &str = "Tm9uZU9mWW91ckJ1c2luZXNzMTI=";
/// A key of the Portkey mock that has a configuration attached, so that a request need not say more.
pub const PORTKEY_KEY_WITH_CONFIG: &str = "Q29uZmlnQXR0YWNoZWRUb0l0MTI=";
/// The only key that the provider behind the Portkey mock takes.
pub const PROVIDER_KEY: &str = "sk-proj-upstreamProviderKeyTEST";
/// Never a key of anything: where it arrives, something has leaked.
pub const CANARY: &str = "canary-7c1f0e-must-never-arrive";

/// What AIgateway lists below `/v1` and the mock does not play: an answer to these would be invented.
const LISTED_BUT_NOT_PLAYED: [&str; 17] = [
    "/messages/count_tokens",
    "/images/edits",
    "/audio/",
    "/files",
    "/batches",
    "/videos/generations",
    "/3d/generations",
    "/jobs/",
    "/translations",
    "/classifications",
    "/detections",
    "/ocr",
    "/rerank",
    "/sub-accounts",
    "/evals",
    "/replays",
    "/usage/",
];

/// Starts an AIgateway: takes only its own key, as `Authorization: Bearer` (on `/v1/messages` also as `x-api-key`).
pub fn aigateway() -> Result<Server> {
    Server::start(aigateway_answer)
}

/// Starts a Portkey: takes only what Portkey takes, and wants to know where a request goes.
pub fn portkey() -> Result<Server> {
    Server::start(portkey_answer)
}

fn aigateway_answer(request: &Request) -> Response {
    if request.method == "CONNECT" {
        return not_forwarded(request);
    }
    let bearer: Vec<&str> = request.values("authorization").collect();
    let keys: Vec<&str> = request.values("x-api-key").collect();
    let known = match (bearer.as_slice(), keys.as_slice()) {
        ([value], _) => value.strip_prefix("Bearer ") == Some(AIGATEWAY_KEY),
        ([], [key]) => request.path.starts_with("/v1/messages") && *key == AIGATEWAY_KEY,
        _ => false,
    };
    if !known {
        return error(401, "authentication_error", "The API key is missing or not one of this gateway.");
    }
    let Some(path) = request.path.strip_prefix("/v1") else {
        return error(404, "not_found", &format!("There is no {}.", request.path));
    };
    match answer(path, request) {
        Some(response) => response,
        None if LISTED_BUT_NOT_PLAYED.iter().any(|listed| path.starts_with(listed)) => {
            error(501, "mock_gap", &format!("This mock does not play {}; teach it.", request.path))
        }
        None => error(404, "not_found", &format!("There is no {}.", request.path)),
    }
}

fn portkey_answer(request: &Request) -> Response {
    if request.method == "CONNECT" {
        return not_forwarded(request);
    }
    let bearer = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    // Portkey looks for its key in `Authorization` only when its own header is absent.
    let key = request.header("x-portkey-api-key").or(bearer).or_else(|| request.header("x-api-key"));
    let with_config = match key {
        Some(PORTKEY_KEY) => false,
        Some(PORTKEY_KEY_WITH_CONFIG) => true,
        _ => return error(401, "authentication_error", "Invalid API Key. Error Code: 03"),
    };
    let Some(path) = request.path.strip_prefix("/v1") else {
        return error(404, "not_found", &format!("There is no {}.", request.path));
    };
    if let Some(response) = portkey_only(path, request) {
        return response;
    }
    if request.method == "POST"
        && let Some(refusal) = refusal_of_route(request, with_config, bearer)
    {
        return refusal;
    }
    answer(path, request).unwrap_or_else(|| {
        error(501, "mock_gap", &format!("This mock does not play {}; teach it.", request.path))
    })
}

/// Says no where Portkey would not know which provider to ask, or the provider would refuse the key.
fn refusal_of_route(request: &Request, with_config: bool, bearer: Option<&str>) -> Option<Response> {
    let stored = with_config
        || request.header("x-portkey-virtual-key").is_some()
        || request.header("x-portkey-config").is_some()
        || model_of(request).is_some_and(|model| model.starts_with('@'));
    if stored {
        return None;
    }
    match request.header("x-portkey-provider") {
        Some(slug) if slug.starts_with('@') => None,
        Some(_) if bearer.or_else(|| request.header("x-api-key")) == Some(PROVIDER_KEY) => None,
        Some(_) => Some(error(401, "authentication_error", "The provider refuses the key.")),
        None => Some(error(
            400,
            "invalid_request_error",
            "Either x-portkey-config or x-portkey-provider header is required",
        )),
    }
}

fn model_of(request: &Request) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(&request.body).ok()?;
    Some(body.get("model")?.as_str()?.to_owned())
}

/// The endpoints that only Portkey has.
fn portkey_only(path: &str, request: &Request) -> Option<Response> {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match (request.method.as_str(), parts.as_slice()) {
        ("POST", ["prompts", id, "completions"]) => {
            let mut asked = request.clone();
            asked.body =
                serde_json::json!({ "model": "prompt", "messages": [{ "role": "user", "content": id }] })
                    .to_string()
                    .into_bytes();
            answer("/chat/completions", &asked)
        }
        ("POST", ["prompts", id, "render"]) => Some(super::answers::json_response(
            200,
            &serde_json::json!({ "success": true, "data": { "model": "prompt",
                "messages": [{ "role": "user", "content": id }] } }),
        )),
        ("POST", ["feedback"]) => Some(super::answers::json_response(
            200,
            &serde_json::json!({ "status": "success", "message": "Feedback successfully saved",
                "feedback_ids": ["mock"] }),
        )),
        _ => None,
    }
}

/// The mocks stand in as the HTTPS proxy of the programs: whoever asks for the world outside is recorded and refused.
fn not_forwarded(request: &Request) -> Response {
    error(403, "mock_gap", &format!("{} is outside; nothing leaves a test.", request.path))
}
