//! What unmigrated programs run on: the real Portkey SDKs, with their one base URL pointed at the mock.
//!
//! Node's own ES modules see a CommonJS package's `default` as an entry of its default export; TypeScript's output and
//! bundlers see it as the default export itself, and that is what programs are written for. A wrapper gives them that.
//!
//! Not allowed here: any other change to the SDKs, and any way for a migrated program to import them.

use std::path::PathBuf;
use std::sync::OnceLock;

use aig_tests::workspace;
use anyhow::{Context, Result, bail, ensure};

/// The variable that the patched SDKs take their base URL from.
pub const BASE_VARIABLE: &str = "AIG_TEST_BEFORE_BASE";
/// What changes in the installed packages: file, its text, what it becomes.
const CHANGES: [(&str, &str, &str); 4] = [
    (
        "python/portkey_ai/api_resources/global_constants.py",
        "PORTKEY_BASE_URL = \"https://api.portkey.ai/v1\"",
        "import os; PORTKEY_BASE_URL = os.environ[\"AIG_TEST_BEFORE_BASE\"]",
    ),
    (
        "node/node_modules/portkey-ai/dist/src/constants.js",
        "exports.PORTKEY_BASE_URL = 'https://api.portkey.ai/v1';",
        "exports.PORTKEY_BASE_URL = process.env.AIG_TEST_BEFORE_BASE;",
    ),
    // The provider has a copy of its own.
    (
        "node/node_modules/@portkey-ai/vercel-provider/node_modules/portkey-ai/dist/src/constants.js",
        "exports.PORTKEY_BASE_URL = 'https://api.portkey.ai/v1';",
        "exports.PORTKEY_BASE_URL = process.env.AIG_TEST_BEFORE_BASE;",
    ),
    (
        "node/node_modules/portkey-ai/package.json",
        "\"main\": \"dist/src/index.js\",",
        "\"exports\": { \"import\": \"./interop.mjs\", \"require\": \"./dist/src/index.js\" },",
    ),
];
/// The wrapper that ES modules get.
const WRAPPER: &str = "import sdk from './dist/src/index.js';
export default sdk.default;
export const { Portkey, createHeaders, PORTKEY_GATEWAY_URL } = sdk;
";

/// The folder with `python` and `node/node_modules` that only unmigrated programs see.
pub fn packages() -> Result<PathBuf> {
    static PATCHED: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    match PATCHED.get_or_init(|| patched().map_err(|error| format!("{error:#}"))) {
        Ok(folder) => Ok(folder.clone()),
        Err(message) => bail!("{message}"),
    }
}

fn patched() -> Result<PathBuf> {
    let folder = workspace::packages()?.join("before");
    let wrapper = folder.join("node/node_modules/portkey-ai/interop.mjs");
    std::fs::write(&wrapper, WRAPPER).with_context(|| format!("can't write {}", wrapper.display()))?;
    for (name, old, new) in CHANGES {
        let file = folder.join(name);
        let text =
            std::fs::read_to_string(&file).with_context(|| format!("can't read {}", file.display()))?;
        if text.contains(new) {
            continue;
        }
        ensure!(text.contains(old), "{} does not hold {old:?}", file.display());
        // By a rename: another test process may be reading it.
        let staged = file.with_extension(format!("{}.tmp", std::process::id()));
        std::fs::write(&staged, text.replace(old, new))
            .with_context(|| format!("can't write {}", staged.display()))?;
        std::fs::rename(&staged, &file).with_context(|| format!("can't replace {}", file.display()))?;
    }
    Ok(folder)
}
