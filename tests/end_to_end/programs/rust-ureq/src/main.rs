mod config;

use std::env;
use std::error::Error;

use serde_json::{json, Value};
use ureq::Agent;

use crate::config::{key, BASE_URL, KEY_HEADER, TRACE_HEADER};

/// Asks by way of the gateway.
struct Client {
    agent: Agent,
    key: String,
}

impl Client {
    fn from_env() -> Result<Self, Box<dyn Error>> {
        // Nothing stands between this program and the gateway.
        let agent = Agent::new_with_config(Agent::config_builder().proxy(None).build());
        Ok(Self { agent, key: key()? })
    }

    fn chat(&self, question: &str) -> Result<String, Box<dyn Error>> {
        let virtual_key = env::var("PORTKEY_VIRTUAL_KEY").unwrap_or_default();
        let body = json!({"model": "gpt-4o-mini", "messages": [{"role": "user", "content": question}]});
        let text = self
            .agent
            .post(format!("{BASE_URL}/chat/completions"))
            .header("Content-Type", "application/json")
            .header("Authorization", format!("Bearer {}", env::var("OPENAI_API_KEY")?))
            .header("x-portkey-api-key", &self.key)
            .header("x-portkey-virtual-key", virtual_key)
            .header(TRACE_HEADER, "rust-chat")
            .send(body.to_string())?
            .into_body()
            .read_to_string()?;
        let answer: Value = serde_json::from_str(&text)?;
        Ok(answer["choices"][0]["message"]["content"].as_str().unwrap_or_default().to_string())
    }

    fn models(&self) -> Result<usize, Box<dyn Error>> {
        let mut request = self.agent.get(format!("{BASE_URL}/models"));
        for (name, value) in [("accept", "application/json".to_string())] {
            request = request.header(name, value);
        }
        request = request.header(KEY_HEADER, self.key.clone());
        request = request.header("x-portkey-provider", "openai");
        let listed: Value = serde_json::from_str(&request.call()?.into_body().read_to_string()?)?;
        Ok(listed["data"].as_array().map_or(0, Vec::len))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    println!("{}", client.chat("Where is the harbour?")?);
    println!("{}", client.models()?);

    let text = client
        .agent
        .get("https://api.portkey.ai/v1/models")
        .header("x-portkey-api-key", env::var("PORTKEY_API_KEY").expect("PORTKEY_API_KEY is not set"))
        .call()?
        .into_body()
        .read_to_string()?;
    println!("{}", text.len());
    Ok(())
}
