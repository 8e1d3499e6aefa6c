//! Asks the gateway. The only place of the project that opens a connection.

use std::time::Duration;

use super::Answer;

/// More than any list of models is long, in bytes.
const LIMIT: u64 = 32 << 20;

/// Asks `url` for a list of models, with `credential` (a header and its value), and waits up to `timeout` seconds.
/// No redirect is followed: the credential is for this address.
pub(super) fn models(url: &str, credential: (&str, &str), timeout: u64) -> Answer {
    let mut config = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(timeout)))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .user_agent(concat!("aig/", env!("CARGO_PKG_VERSION")));
    if is_loopback(url) {
        // No proxy leads to this machine itself.
        config = config.proxy(None);
    }
    let request = config.build().new_agent().get(url).header(credential.0, credential.1);
    let mut response = match request.header("Accept", "application/json").call() {
        Ok(response) => response,
        Err(error) => return Answer::None(reason(&error, timeout)),
    };
    let status = response.status().as_u16();
    if !(200..300).contains(&status) {
        return Answer::Status(status);
    }
    let body = match response.body_mut().with_config().limit(LIMIT).read_to_string() {
        Ok(body) => body,
        Err(error) => return Answer::None(reason(&error, timeout)),
    };
    let json: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
    match json.get("data").and_then(serde_json::Value::as_array) {
        Some(models) => {
            let ids = models.iter().filter_map(|model| model.get("id").and_then(serde_json::Value::as_str));
            Answer::Models(ids.map(str::to_owned).collect())
        }
        None => Answer::NoList,
    }
}

fn is_loopback(url: &str) -> bool {
    let uri = url.parse::<ureq::http::Uri>().ok();
    let host = uri.as_ref().and_then(|uri| uri.host()).unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address == "::1" || address.starts_with("127.")
}

/// Why there was no answer, for people.
fn reason(error: &ureq::Error, timeout: u64) -> String {
    match error {
        ureq::Error::Timeout(_) => format!("There was no answer within {timeout} s."),
        ureq::Error::HostNotFound => "The name of the host can't be resolved.".to_owned(),
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            "The connection was refused: nothing listens there.".to_owned()
        }
        // The system's own words for it have no kind of their own.
        ureq::Error::Io(error) if error.to_string().contains("failed to lookup address") => {
            "The name of the host can't be resolved.".to_owned()
        }
        other => format!("{other}."),
    }
}
