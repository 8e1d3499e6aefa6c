//! A source of one's own: what is known of a gateway is data, and no Rust has to be written for it.
//!
//! ```sh
//! cargo run -p migrate-core --example custom_source
//! ```

#![expect(clippy::print_stdout, reason = "that is what the example is for")]

use migrate_core::{Error, MemoryFs, Plan, PlanOptions, Source, plan};

const REQUEST: &str =
    "curl https://llm.acme.dev/v1/chat/completions -H \"x-acme-api-key: $ACME_API_KEY\" -d @question.json\n";

fn planned() -> Result<Plan, Error> {
    // A mistake in it is told with its key and line.
    let source = Source::from_toml(include_str!("acme.toml"))?;
    let fs = MemoryFs::from_files([("ask.sh", REQUEST)]);
    plan(&fs, &source, &PlanOptions::default())
}

fn main() -> Result<(), Error> {
    for file in planned()?.changed() {
        println!("{}:\n{}", file.path, String::from_utf8_lossy(&file.rewritten));
        for edit in &file.edits {
            println!("  line {}: {}", edit.line, edit.rule);
        }
    }
    Ok(())
}

#[test]
fn the_request_moves() -> Result<(), Error> {
    let plan = planned()?;
    let file = plan.changed().next();
    let after = file.map(|file| String::from_utf8_lossy(&file.rewritten).into_owned()).unwrap_or_default();
    assert!(after.contains("Authorization: Bearer $") && !after.contains("acme"), "{after}");
    Ok(())
}
