//! What holds of a plan whatever it is a plan of.

use migrate_core::finding::Rule;
use migrate_core::{MemoryFs, PlanOptions, Source, plan};

const URL: &str = "URL = \"https://api.portkey.ai/v1\"\n";
const CLIENT: &str = "import os\nfrom openai import OpenAI\nfrom settings import URL\n\nclient = OpenAI(base_url=URL, api_key=os.environ[\"PORTKEY_API_KEY\"])\n";
const OTHER: &str = "import os\nimport requests\n\nrequests.get(\"https://api.portkey.ai/v1/models\", headers={\"x-portkey-api-key\": os.environ[\"PORTKEY_API_KEY\"]})\n";

fn changed(fs: &MemoryFs) -> Vec<String> {
    let source = Source::builtin("portkey").expect("it is built in");
    let plan = plan(fs, &source, &PlanOptions::default()).expect("nothing fails");
    let changed = plan.files.iter().filter(|file| file.original != file.rewritten);
    changed.map(|file| file.path.clone()).collect()
}

#[test]
fn a_unit_whose_edits_cant_be_made_is_dropped_whole() {
    let files = [("settings.py", URL), ("client.py", CLIENT), ("other.py", OTHER)];
    assert_eq!(changed(&MemoryFs::from_files(files)), ["client.py", "other.py", "settings.py"]);
    // One of the two files of a unit can't be written: the other is not written either, and each is told.
    for refused in ["settings.py", "client.py"] {
        let fs = MemoryFs::from_files(files).with_mode(refused, 0o444);
        assert_eq!(changed(&fs), ["other.py"], "{refused} is read-only");
        let source = Source::builtin("portkey").expect("it is built in");
        let plan = plan(&fs, &source, &PlanOptions::default()).expect("nothing fails");
        for path in ["settings.py", "client.py"] {
            let file = plan.files.iter().find(|file| file.path == path).expect("it is in the plan");
            assert!(
                file.findings.iter().any(|finding| finding.rule == Rule::KeptWhole),
                "{path} stays without a word, where {refused} is read-only"
            );
        }
    }
}
