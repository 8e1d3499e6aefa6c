//! Texts in every encoding: the edit is right and every other byte is the same, or the file is named and untouched.

use crate::run::Place;

const BEFORE: &str = "import requests\nr = requests.get(\n    \"https://api.portkey.ai/v1/models\",  # é\n    headers={\"x-portkey-api-key\": key},\n)";
const AFTER: &str = "import requests\nr = requests.get(\n    \"https://api.aigateway.sh/v1/models\",  # é\n    headers={\"Authorization\": f\"Bearer {key}\"},\n)";

fn utf16(text: &str, little: bool) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|char| u8::try_from(u32::from(char)).unwrap()).collect()
}

/// The text in so many guises, before and after.
fn guises() -> Vec<(&'static str, Vec<u8>, Vec<u8>)> {
    let both = |change: &dyn Fn(&str) -> Vec<u8>| (change(BEFORE), change(AFTER));
    let mut guises = Vec::new();
    let mut add = |name: &'static str, change: &dyn Fn(&str) -> Vec<u8>| {
        let (before, after) = both(change);
        guises.push((name, before, after));
    };
    add("utf8", &|text| text.as_bytes().to_vec());
    add("utf8_final_newline", &|text| format!("{text}\n").into_bytes());
    add("utf8_bom", &|text| format!("\u{FEFF}{text}\n").into_bytes());
    add("utf16_le", &|text| utf16(text, true));
    add("utf16_be", &|text| utf16(&format!("{text}\n"), false));
    add("utf16_le_crlf", &|text| utf16(&text.replace('\n', "\r\n"), true));
    add("latin1", &latin1);
    add("latin1_crlf", &|text| latin1(&text.replace('\n', "\r\n")));
    add("crlf", &|text| text.replace('\n', "\r\n").into_bytes());
    add("mixed_ends", &|text| text.replacen('\n', "\r\n", 2).into_bytes());
    add("mixed_bytes", &|text| [text.as_bytes(), b"\n# \xC3\xA9 \xE9 \xFF \xF0\x9F\x98\n"].concat());
    add("emoji_before", &|text| format!("# 😀😀 \u{202E}\u{0301}\n{text}").into_bytes());
    add("form_feed", &|text| format!("\x0C\n{text}\n\x0C").into_bytes());
    guises
}

#[test]
fn every_other_byte_is_the_same() {
    let guises = guises();
    let place = Place::new();
    for (name, before, _) in &guises {
        place.write(&format!("{name}.py"), before);
    }
    place.migrate();
    for (name, before, after) in &guises {
        let now = place.read(&format!("{name}.py"));
        assert!(now == *after, "{name}: {:?}", String::from_utf8_lossy(&now));
        assert_eq!(place.read(&format!("{name}.py.aig-migrate.bak")), *before, "{name}");
    }
    assert_eq!(place.aig(&["migrate", "portkey", "--check"]).code, 0, "a second run has nothing to do");
    assert_eq!(place.aig(&["undo"]).code, 0);
    for (name, before, _) in &guises {
        assert_eq!(place.read(&format!("{name}.py")), *before, "{name}");
    }
}

/// A carriage return alone ends a line for us, and not for the grammars: what comes out must still hold every other
/// byte, or the file must be as it was and be named.
#[test]
fn a_lone_carriage_return_is_kept() {
    let place = Place::new();
    let before = BEFORE.replace('\n', "\r").into_bytes();
    place.write("a.py", &before);
    let report = place.report();
    place.migrate();
    let now = place.read("a.py");
    let moved = AFTER.replace('\n', "\r").into_bytes();
    let ends = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\r').count();
    assert_eq!(ends(&now), ends(&before));
    if now != moved {
        let said = report["files"][0]["findings"].as_array().unwrap();
        assert!(!said.is_empty(), "half a change without a word: {:?}", String::from_utf8_lossy(&now));
    }
    place.aig(&["undo"]);
    assert_eq!(place.read("a.py"), before);
}

#[test]
fn what_is_no_text_is_untouched() {
    let place = Place::new();
    let utf32: Vec<u8> = BEFORE.chars().flat_map(|char| u32::from(char).to_le_bytes()).collect();
    let files = [
        ("nul.py", [BEFORE.as_bytes(), b"\n\0\n"].concat()),
        ("utf32.py", [b"\xFF\xFE\0\0".as_slice(), &utf32].concat()),
        ("utf16_without_a_mark.py", utf16(BEFORE, true)[2..].to_vec()),
    ];
    for (name, bytes) in &files {
        place.write(name, bytes);
    }
    let report = place.report();
    place.migrate();
    for (name, bytes) in &files {
        assert_eq!(place.read(name), *bytes, "{name}");
    }
    let named: Vec<&str> =
        report["skipped"].as_array().unwrap().iter().filter_map(|entry| entry["path"].as_str()).collect();
    // In the others no marker can be seen: they count as files that hold nothing of the source.
    assert_eq!(named, ["nul.py"]);
}
