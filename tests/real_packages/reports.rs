//! What the command prints of a package, held to the schemas of its formats.

use std::path::Path;
use std::process::{Command, Stdio};

use aig_tests::workspace::{aig, root};
use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// Previews the package in `folder` in each format that has a schema. Returns what is wrong.
///
/// # Errors
/// If the command fails, or prints no JSON.
pub fn faults(folder: &Path) -> Result<Vec<String>> {
    let mut out = Vec::new();
    for (format, schema) in
        [("json", "schema/plan.schema.json"), ("sarif", "tests/data/sarif-2.1.0.schema.json")]
    {
        let schema = std::fs::read_to_string(root().join("crates/aig-cli").join(schema))?;
        let mut schema: Value = serde_json::from_str(&schema)?;
        // One pattern of SARIF's, of a property that is not used here, is no regex everywhere.
        for of in ["run", "toolComponent"] {
            if let Some(language) = schema.pointer_mut(&format!("/definitions/{of}/properties/language")) {
                *language = Value::Bool(false);
            }
        }
        let schema = jsonschema::validator_for(&schema).context("the schema is none")?;
        let mut command = Command::new(aig()?);
        command.args(["migrate", "portkey", "--dry-run", "--verbose", "--format", format]).arg(folder);
        let output = command.stdin(Stdio::null()).output()?;
        ensure!(output.status.success(), "{format}: {}", String::from_utf8_lossy(&output.stderr));
        let printed: Value = serde_json::from_slice(&output.stdout).with_context(|| format.to_owned())?;
        out.extend(
            schema.iter_errors(&printed).map(|error| format!("{format}: {}: {error}", error.instance_path())),
        );
    }
    Ok(out)
}
