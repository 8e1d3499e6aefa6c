//! `aig sources`: what can be migrated, and what to know of it.

use migrate_core::Source;
use migrate_core::source::HeaderClass;

use crate::ExitCode;
use crate::io::Session;
use crate::words::words;

pub(super) fn run(name: Option<&str>, session: &mut Session<'_>) -> Result<ExitCode, String> {
    let mut text = String::new();
    match name {
        None => {
            for name in Source::builtin_names() {
                let source = Source::builtin(name).map_err(words)?;
                text.push_str(&format!("{name}  {} → {}\n", source.title, source.target.title));
            }
        }
        Some(name) => describe(&Source::builtin(name).map_err(words)?, &mut text),
    }
    session.print(&text);
    Ok(ExitCode::Done)
}

fn describe(source: &Source, text: &mut String) {
    let target = &source.target;
    text.push_str(&format!("{} → {}\n\n", source.title, target.title));
    text.push_str("In code, `aig migrate` sees to it:\n");
    for variable in &source.variables {
        if variable.role == migrate_core::source::VariableRole::Key {
            text.push_str(&format!("  {} → {}\n", variable.name, target.key_variable));
        }
    }
    text.push_str(&format!("  the base URL → {}\n", target.base_url));
    for header in &source.headers {
        match (&header.class, &header.becomes) {
            (HeaderClass::Credential, _) => {
                text.push_str(&format!(
                    "  {} → {}: {}…\n",
                    header.name, target.credential_header, target.scheme
                ));
            }
            (HeaderClass::Rename, Some(becomes)) => {
                text.push_str(&format!("  {} → {becomes}\n", header.name))
            }
            _ => {}
        }
    }
    text.push_str(
        "  other headers of the gateway's: removed with a finding, or kept with all that needs them\n",
    );
    if !source.comparisons.is_empty() {
        text.push_str("\nNot in code:\n");
    }
    for row in &source.comparisons {
        text.push_str(&format!(
            "  {}\n    {}: {}\n    {}: {}\n",
            row.thing, source.title, row.source, target.title, row.target
        ));
    }
    text.push_str(&format!(
        "\nKeys are made at {}, routing rules at {}.\n",
        target.keys_url, target.dashboard_url
    ));
    for step in &target.next_steps {
        text.push_str(&format!("{}\n", crate::next_steps::fill(step, source)));
    }
}
