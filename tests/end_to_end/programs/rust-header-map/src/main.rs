use std::collections::HashMap;
use std::env;
use std::error::Error;

use serde_json::{json, Value};
use ureq::http::header::{HeaderMap, HeaderName, HeaderValue, AUTHORIZATION, CONTENT_TYPE};
use ureq::http::Request;
use ureq::Agent;

const URL: &str = "https://api.portkey.ai/v1/embeddings";

fn headers(key: &str) -> Result<HeaderMap, Box<dyn Error>> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("x-portkey-api-key", HeaderValue::from_str(key)?);
    headers.insert(HeaderName::from_static("x-portkey-trace-id"), HeaderValue::from_static("rust-map"));
    headers.insert("x-portkey-config", HeaderValue::from_static("pc-main-0f9e8d"));
    Ok(headers)
}

fn parsed(key: &str) -> Result<HeaderMap, Box<dyn Error>> {
    let mut headers = HeaderMap::new();
    headers.append("authorization", format!("Bearer {}", env::var("OPENAI_API_KEY")?).parse()?);
    headers.append(HeaderName::from_static("x-portkey-api-key"), key.parse()?);
    headers.append("x-portkey-provider", HeaderValue::from_static("openai"));
    Ok(headers)
}

fn strings(key: &str) -> HashMap<String, String> {
    let mut headers = HashMap::new();
    headers.insert("accept".to_string(), "application/json".to_string());
    headers.insert("x-portkey-api-key".to_string(), key.to_string());
    headers
}

fn pairs() -> Result<Vec<(&'static str, String)>, env::VarError> {
    Ok(vec![
        ("accept", "application/json".to_string()),
        ("x-portkey-api-key", env::var("PORTKEY_API_KEY")?),
        ("x-portkey-metadata", r#"{"team":"maps"}"#.to_string()),
    ])
}

fn main() -> Result<(), Box<dyn Error>> {
    let agent = Agent::new_with_config(Agent::config_builder().proxy(None).build());
    let key = env::var("PORTKEY_API_KEY")?;
    let body = json!({"model": "text-embedding-3-small", "input": "snow"}).to_string();

    for map in [headers(&key)?, parsed(&key)?] {
        let mut request = Request::post(URL).body(body.clone())?;
        request.headers_mut().extend(map);
        let answer: Value = serde_json::from_str(&agent.run(request)?.into_body().read_to_string()?)?;
        println!("{}", answer["data"][0]["embedding"]);
    }
    assert!(headers(&key)?.get(AUTHORIZATION).is_none_or(|value| value.is_sensitive() || !value.is_empty()));

    let mut request = agent.get("https://api.portkey.ai/v1/models");
    for (name, value) in strings(&key) {
        request = request.header(name, value);
    }
    println!("{}", request.call()?.status());

    let mut request = agent.get("https://api.portkey.ai/v1/models");
    for (name, value) in pairs()? {
        request = request.header(name, value);
    }
    println!("{}", request.call()?.status());
    Ok(())
}
