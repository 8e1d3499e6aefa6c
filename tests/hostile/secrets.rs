//! Keys in every kind of place: no output tells one.

use std::fs;

use crate::run::Place;

/// Canaries: the shapes that keys have. Each is one of a kind, so that what leaks tells where it stood.
const KEYS: [&str; 9] = [
    "sk-canary0proj0Aa1Bb2Cc3Dd4Ee5Ff6Gg7Hh8",
    "sk-ant-api03-canary1Aa1Bb2Cc3Dd4Ee5Ff6Gg7Hh8Ii9",
    "sk-aig-canary2Aa1Bb2Cc3Dd4Ee5Ff6Gg7Hh8",
    "AKIACANARY3AAAABBBBC",
    "ghp_canary4Aa1Bb2Cc3Dd4Ee5Ff6Gg7Hh8Ii9Jj",
    "AIzaCanary5Aa1Bb2Cc3Dd4Ee5Ff6Gg7Hh8Ii9J",
    "eyJjYW5hcnk2IjoiQWExQmIyIn0.eyJjYW5hcnk2IjoiQ2MzRGQ0In0.Y2FuYXJ5NkVlNUZmNg",
    "Qz7canary7xV9pK2mL4nR8",
    "canary8-aB3dE5fG7hJ9kL1m",
];

/// A word of each key that no output may hold.
fn told(output: &str) -> Option<&'static str> {
    KEYS.into_iter().find(|key| {
        let secret = key.strip_prefix("sk-").unwrap_or(key);
        let middle = &secret[secret.len() / 3..];
        output.contains(middle)
    })
}

fn plant(place: &Place) {
    for (number, key) in KEYS.into_iter().enumerate() {
        place.write(
            &format!("{number}/.env"),
            format!("PORTKEY_API_KEY={key}\nexport OTHER_SECRET_KEY=\"{key}\"\nDB_PASSWORD='{key}'\n"),
        );
        place.write(
            &format!("{number}/app.py"),
            format!(
                "import os, requests\nfrom openai import OpenAI\nPORTKEY_API_KEY = \"{key}\"\napi_key: str = '{key}'\n\
                 client = OpenAI(base_url=\"https://api.portkey.ai/v1\", api_key=\"{key}\", default_headers={{\"x-portkey-api-key\": \"{key}\", \"x-portkey-virtual-key\": \"{key}\"}})\n\
                 requests.get(\"https://api.portkey.ai/v1/models\", headers={{\"x-portkey-api-key\": \"{key}\", \"Authorization\": \"Bearer {key}\"}})\n"
            ),
        );
        place.write(
            &format!("{number}/app.ts"),
            format!(
                "const portkeyApiKey = `{key}`;\nawait fetch(\"https://api.portkey.ai/v1/models\", {{ headers: {{ \"x-portkey-api-key\": \"{key}\", Authorization: `Bearer {key}` }} }});\n"
            ),
        );
        place.write(
            &format!("{number}/call.sh"),
            format!("export PORTKEY_API_KEY={key}\ncurl https://api.portkey.ai/v1/models -H \"x-portkey-api-key: {key}\" -H 'Authorization: Bearer {key}' -u user:{key}\n"),
        );
        place.write(&format!("{number}/config.json"), format!("{{\"url\": \"https://api.portkey.ai/v1\", \"api_key\": \"{key}\", \"x-portkey-api-key\": \"{key}\"}}\n"));
        place.write(&format!("{number}/docker-compose.yml"), format!("services:\n  app:\n    environment:\n      PORTKEY_API_KEY: {key}\n      PORTKEY_SECRET: \"{key}\"\n      URL: https://user:{key}@api.portkey.ai/v1\n"));
        place.write(
            &format!("{number}/settings.toml"),
            format!("[portkey]\napi_key = \"{key}\"\nPORTKEY_API_KEY = '{key}'\n"),
        );
        place.write(&format!("{number}/README.md"), format!("Set `PORTKEY_API_KEY={key}`:\n\n```sh\nexport PORTKEY_API_KEY={key}\ncurl -H \"x-portkey-api-key: {key}\" https://api.portkey.ai/v1/models\n```\n"));
        place.write(&format!("{number}/main.go"), format!("package main\n\nconst portkeyAPIKey = \"{key}\"\n// PORTKEY_API_KEY: {key}\nreq.Header.Set(\"x-portkey-api-key\", \"{key}\")\n"));
        let cell = format!("PORTKEY_API_KEY = '{key}'\\n");
        place.write(
            &format!("{number}/book.ipynb"),
            format!("{{\"cells\": [{{\"cell_type\": \"code\", \"execution_count\": 1, \"metadata\": {{}}, \"source\": [\"{cell}\", \"url = 'https://api.portkey.ai/v1'\"], \"outputs\": [{{\"output_type\": \"stream\", \"name\": \"stdout\", \"text\": [\"PORTKEY_API_KEY={key}\\n\"]}}]}}], \"metadata\": {{}}, \"nbformat\": 4, \"nbformat_minor\": 5}}\n"),
        );
        // A file that no grammar digests.
        place.write(
            &format!("{number}/broken.py"),
            format!("def ((( \"x-portkey-api-key\": '{key}' PORTKEY_API_KEY=\"{key}\n"),
        );
    }
}

#[test]
fn no_output_tells_a_key() {
    let place = Place::new();
    plant(&place);
    let root = place.root();
    let root = root.to_str().unwrap();
    let mut outputs = Vec::new();
    let mut look = |what: &str, arguments: &[&str]| {
        let ran = place.aig(arguments);
        outputs.push((what.to_owned(), ran.stdout));
        outputs.push((format!("{what}, errors"), ran.stderr));
    };
    look("preview", &["migrate", "portkey", "--dry-run"]);
    look("verbose preview", &["migrate", "portkey", "--dry-run", "-v"]);
    look("coloured preview", &["migrate", "portkey", "--dry-run", "-v", "--color", "always"]);
    look("check", &["migrate", "portkey", "--check", "--strict"]);
    look("sums", &["migrate", "portkey", "--dry-run", "--stat"]);
    look("json", &["migrate", "portkey", "--dry-run", "--format", "json", "-v"]);
    look("json lines", &["migrate", "portkey", "--dry-run", "--format", "jsonl", "-v"]);
    look("sarif", &["migrate", "portkey", "--dry-run", "--format", "sarif", "-v"]);
    look("annotations", &["migrate", "portkey", "--dry-run", "--format", "github", "-v"]);
    let reports = ["html", "md"].map(|form| place.outside().join(format!("report.{form}")));
    for report in &reports {
        let report = report.to_str().unwrap();
        look("with a report", &["migrate", "portkey", "--dry-run", "-v", "--report", report]);
    }
    look("keeping what can be kept", &["migrate", "portkey", "--dry-run", "-v", "--keep-unmapped"]);
    look("question", &["migrate", "portkey"]);
    look("apply", &["migrate", "portkey", "--yes", "-v"]);
    look("second run", &["migrate", "portkey", "--yes", "-v"]);
    look("findings", &["findings", "-v"]);
    look("findings of the last run", &["findings"]);
    let mut records = String::new();
    let mut folders = vec![place.outside().join("state")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                records.push_str(&String::from_utf8_lossy(&fs::read(path).unwrap()));
            }
        }
    }
    assert!(records.contains("app.py"), "there is a record");
    // An error that names a file: the backup of one is edited, so that its file can't be taken back.
    let ran = place.aig(&["undo"]);
    let errors = ran.stderr;
    let again = place.aig(&["clean"]);
    for (what, output) in
        [("records", records), ("undo", ran.stdout), ("undo, errors", errors), ("clean", again.stdout)]
    {
        outputs.push((what.to_owned(), output));
    }
    for report in &reports {
        let text = fs::read_to_string(report).unwrap();
        assert!(text.contains("8/broken.py"), "{text}");
        outputs.push((report.display().to_string(), text));
    }
    assert!(outputs.iter().any(|(_, output)| output.contains(root) || output.contains("0/app.py")));
    let leaks: Vec<String> = outputs
        .iter()
        .flat_map(|(what, output)| output.lines().map(move |line| (what, line)))
        .filter_map(|(what, line)| Some(format!("{what}: {}: {line}", told(line)?)))
        .collect();
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks[..leaks.len().min(40)].join("\n"));
}
