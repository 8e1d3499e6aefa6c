use std::env;

pub const BASE_URL: &str = "https://api.portkey.ai/v1";
pub const KEY_HEADER: &str = "x-portkey-api-key";
pub const TRACE_HEADER: &str = "x-portkey-trace-id";

pub fn key() -> Result<String, String> {
    env::var("PORTKEY_API_KEY").map_err(|_| "PORTKEY_API_KEY is not set".to_string())
}
