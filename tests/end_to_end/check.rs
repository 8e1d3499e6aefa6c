//! What the mocks' records must say of a migrated program. Pure: records in, complaints out.

use std::collections::BTreeMap;

use super::answers::canonical;
use super::gateways::{AIGATEWAY_KEY, CANARY, PORTKEY_KEY, PORTKEY_KEY_WITH_CONFIG, PROVIDER_KEY};
use super::http::Request;

/// Compares what a program asked of Portkey with what it asks of AIgateway now. Empty if all is well.
pub fn complaints(before: &[Request], after: &[Request]) -> Vec<String> {
    let mut out = Vec::new();
    for request in after {
        let place = format!("{} {}", request.method, request.path);
        complain_of_credentials(request, &place, &mut out);
        for (name, _) in request.headers.iter().filter(|(name, _)| name.starts_with("x-portkey-")) {
            out.push(format!("{place}: still sends {name}"));
        }
    }
    let (asked, asks) = (grouped(before), grouped(after));
    for key in asked.keys().chain(asks.keys().filter(|key| !asked.contains_key(*key))) {
        let mut old: Vec<Option<&str>> = asked
            .get(key)
            .into_iter()
            .flatten()
            .map(|request| request.header("x-portkey-trace-id"))
            .collect();
        let mut new: Vec<Option<&str>> =
            asks.get(key).into_iter().flatten().map(|request| request.header("x-aig-tag")).collect();
        if old.len() != new.len() {
            out.push(format!("{key}: was sent {} time(s), is now sent {}", old.len(), new.len()));
            continue;
        }
        old.sort_unstable();
        new.sort_unstable();
        if old != new {
            out.push(format!("{key}: the trace ids {old:?} became the tags {new:?}"));
        }
    }
    out
}

/// Parts what a program asked into what stays at Portkey, each of `staying` as `METHOD PATH`, and what moves.
pub fn parted(asked: &[Request], staying: &[String]) -> (Vec<Request>, Vec<Request>) {
    asked
        .iter()
        .cloned()
        .partition(|request| staying.contains(&format!("{} {}", request.method, request.path)))
}

/// Compares what a program asked of Portkey, of the part that stays there, with what it goes on asking. Empty if all is
/// well.
pub fn complaints_of_staying(before: &[Request], after: &[Request]) -> Vec<String> {
    let mut out = Vec::new();
    for request in after.iter().filter(|request| request.holds(AIGATEWAY_KEY)) {
        out.push(format!("{} {}: carries the AIgateway key to Portkey", request.method, request.path));
    }
    let (asked, asks) = (grouped(before), grouped(after));
    for key in asked.keys().chain(asks.keys().filter(|key| !asked.contains_key(*key))) {
        let (old, new) = (asked.get(key).map_or(0, Vec::len), asks.get(key).map_or(0, Vec::len));
        if old != new {
            out.push(format!("Portkey: {key}: was sent {old} time(s), is now sent {new}"));
        }
    }
    out
}

/// Says where the canary arrived. Empty if nowhere.
pub fn leaks(records: &[Request]) -> Vec<String> {
    records
        .iter()
        .filter(|request| request.holds(CANARY))
        .map(|request| format!("{} {}: the canary arrived", request.method, request.path))
        .collect()
}

fn complain_of_credentials(request: &Request, place: &str, out: &mut Vec<String>) {
    let bearer: Vec<&str> = request.values("authorization").collect();
    let keys: Vec<&str> = request.values("x-api-key").collect();
    let right = match (bearer.as_slice(), keys.as_slice()) {
        ([value], []) => *value == format!("Bearer {AIGATEWAY_KEY}"),
        ([], [key]) => *key == AIGATEWAY_KEY,
        _ => false,
    };
    if !right {
        out.push(format!(
            "{place}: does not have the AIgateway key as its one credential ({} Authorization, {} x-api-key)",
            bearer.len(),
            keys.len()
        ));
    }
    for (what, key) in
        [("Portkey", PORTKEY_KEY), ("Portkey", PORTKEY_KEY_WITH_CONFIG), ("the provider", PROVIDER_KEY)]
    {
        if request.holds(key) {
            out.push(format!("{place}: carries a key of {what}"));
        }
    }
}

/// Requests by what they ask for. Concurrent programs send in any order, so the order does not count.
fn grouped(records: &[Request]) -> BTreeMap<String, Vec<&Request>> {
    let mut out: BTreeMap<String, Vec<&Request>> = BTreeMap::new();
    for request in records {
        let key = format!("{} {} {}", request.method, request.path, canonical(&request.body));
        out.entry(key).or_default().push(request);
    }
    out
}
