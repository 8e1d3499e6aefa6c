//! The hard cases: what occurs in real trees and is easy to get wrong, and the table of what becomes of each.
//!
//! A fixture says in `case.toml` which of them it shows. Not allowed here: deciding whether what became of it is right;
//! that is what the fixture's `after/` and findings are for.

use std::fmt::Write as _;

/// What each case is. The number of a case is its place, counted from one.
pub const TITLES: [&str; 32] = [
    "The provider's key in `Authorization`, beside the gateway's own header",
    "Key argument and header hold the same key",
    "The gateway's key is the bearer token already",
    "The key argument is a dummy",
    "The SDK is the client: no URL stands in the file",
    "`PORTKEY_GATEWAY_URL` is an SDK's constant, a variable, or a name of the program's own",
    "The arguments of `createHeaders` decide what becomes of it",
    "Headers made by a helper and changed later",
    "A header's name that is computed when the program runs",
    "Headers packed in one string",
    "Anthropic's and Bedrock's own paths through the gateway",
    "The variable's name inside a longer one",
    "Misspelt names of variables",
    "The key under another vendor's name",
    "A placeholder that is spelt as the variable",
    "Settings fields and other names that are bound outside",
    "Endpoints that only Portkey has",
    "A private or self-hosted gateway",
    "Port 8787 of something else",
    "The shapes of a URL: paths, slashes, hosts, comparisons",
    "The trace id of a request, and that of a response",
    "What only Portkey's responses carry",
    "Calls that only the SDK has",
    "Model slugs",
    "Notebooks",
    "Tests and mocks that assert on headers, variables and hosts",
    "Optional imports and switches",
    "CI and infrastructure: names of code, names of secrets",
    "Scripts that write or test variables",
    "Live keys in the code",
    "Comments, commented-out code and prose",
    "Other gateways beside it",
];

/// What became of one case in all of its fixtures.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The fixtures.
    pub fixtures: Vec<String>,
    /// How many of them are rewritten.
    pub rewritten: usize,
    /// How many of them have a finding that asks for something (action, check).
    pub found: usize,
    /// How many of them have notes.
    pub noted: usize,
    /// The fixtures that have neither an edit nor a finding, though `case.toml` does not say `untouched`.
    pub silent: Vec<String>,
}

/// The page with the table, in Markdown.
pub fn page(outcomes: &[Outcome]) -> String {
    let mut out = String::from(
        "# Hard cases\n\n\
         What occurs in real trees and is easy to get wrong. The fixtures that show a case carry its number as `hard_case`.\n\
         The table is made by `tests/fixtures.rs`, which fails where a case has no fixture, where one of its fixtures is neither\n\
         rewritten nor told of, and where this page is not what the engine does (`UPDATE_SNAPSHOTS=1` writes it anew).\n\n\
         | # | Case | Fixtures | Rewritten | Action or check | Notes |\n|---|---|---|---|---|---|\n",
    );
    for (index, (title, outcome)) in TITLES.iter().zip(outcomes).enumerate() {
        // Writing to a string can't fail.
        let _ = writeln!(
            out,
            "| {} | {title} | {} | {} | {} | {} |",
            index + 1,
            outcome.fixtures.len(),
            outcome.rewritten,
            outcome.found,
            outcome.noted
        );
    }
    let silent: usize = outcomes.iter().map(|outcome| outcome.silent.len()).sum();
    let _ = writeln!(out, "\nSilent: {silent}.");
    out
}
