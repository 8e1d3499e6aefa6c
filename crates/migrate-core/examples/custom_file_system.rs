//! A filesystem of one's own: here a bundle of files in one text, as a chat or an archive may hold them. It can be
//! planned over; what would write is refused, and an apply says so.
//!
//! ```sh
//! cargo run -p migrate-core --example custom_file_system
//! ```

#![expect(clippy::print_stdout, reason = "that is what the example is for")]

use std::collections::BTreeMap;

use migrate_core::fs::{
    Backup, Committed, Contents, FsError, Hash, Identity, Lock, RecordId, Visit, WalkOptions,
};
use migrate_core::{ApplyOptions, Error, FileSystem, Plan, PlanOptions, Source, apply, plan};

const BUNDLE: &str = "\
=== services/ask.sh
curl https://llm.acme.dev/v1/chat/completions -H \"x-acme-api-key: $ACME_API_KEY\"
=== services/.env
ACME_API_KEY=
=== notes.txt
Nothing of it is in here.
";

/// Files of a bundle, by their paths.
struct Bundle(BTreeMap<String, String>);

impl Bundle {
    fn parse(text: &str) -> Self {
        let files = text.split("=== ").filter_map(|part| part.split_once('\n'));
        Self(files.map(|(path, text)| (path.to_owned(), text.to_owned())).collect())
    }
}

fn refused<T>(path: &str) -> Result<T, FsError> {
    Err(FsError::Refused { path: path.to_owned(), reason: "a bundle can only be read" })
}

impl FileSystem for Bundle {
    /// Only this and the next two are asked for a plan. A real tree would be walked by many threads, obey `options`, and
    /// pass over what [`names`](migrate_core::fs::names) lists.
    fn walk(&self, _: &WalkOptions, visit: &(dyn Fn(Visit<'_>) + Sync)) -> Result<(), FsError> {
        for (path, text) in &self.0 {
            visit(Visit::File { path, bytes: text.as_bytes() });
        }
        Ok(())
    }

    fn read(&self, path: &str) -> Result<Contents, FsError> {
        let text = self.0.get(path).ok_or_else(|| FsError::NotFound { path: path.to_owned() })?;
        Ok(Contents { bytes: text.clone().into_bytes(), identity: Identity::of(text.as_bytes()) })
    }

    /// A file that is refused here stays out of the plan, with all that has to move with it. This bundle lets them be
    /// planned, for the sake of the preview.
    fn check_writable(&self, _: &str) -> Result<(), FsError> {
        Ok(())
    }

    fn lock(&self) -> Result<Lock, FsError> {
        Ok(Lock::new(()))
    }

    fn sweep(&self, _: Option<&[&str]>) -> Result<(), FsError> {
        Ok(())
    }

    fn stage(&self, path: &str, _: &[u8]) -> Result<(), FsError> {
        refused(path)
    }

    fn discard(&self, _: &str) -> Result<(), FsError> {
        Ok(())
    }

    fn backup(&self, path: &str, _: Hash) -> Result<Backup, FsError> {
        refused(path)
    }

    fn commit(&self, path: &str, _: Hash) -> Result<Committed, FsError> {
        refused(path)
    }

    fn remove_backup(&self, _: &str, _: Hash) -> Result<(), FsError> {
        Ok(())
    }

    fn backups(&self) -> Result<Vec<String>, FsError> {
        Ok(Vec::new())
    }

    fn exclude_backups(&self, _: &[&str]) -> Result<bool, FsError> {
        Ok(false)
    }

    fn save_record(&self, _: &[u8]) -> Result<RecordId, FsError> {
        refused("the run record")
    }

    fn load_records(&self) -> Result<Vec<(RecordId, Vec<u8>)>, FsError> {
        Ok(Vec::new())
    }

    fn remove_record(&self, _: &RecordId) -> Result<(), FsError> {
        Ok(())
    }
}

fn planned(bundle: &Bundle) -> Result<Plan, Error> {
    let source = Source::from_toml(include_str!("acme.toml"))?;
    plan(bundle, &source, &PlanOptions::default())
}

fn main() -> Result<(), Error> {
    let bundle = Bundle::parse(BUNDLE);
    let plan = planned(&bundle)?;
    for file in plan.changed() {
        println!("=== {}\n{}", file.path, String::from_utf8_lossy(&file.rewritten));
    }
    if let Err(error) = apply(&bundle, &plan, &ApplyOptions::default()) {
        println!("applied: {error}");
    }
    Ok(())
}

#[test]
fn a_bundle_is_planned_and_not_applied() -> Result<(), Error> {
    let bundle = Bundle::parse(BUNDLE);
    let plan = planned(&bundle)?;
    let changed: Vec<&str> = plan.changed().map(|file| file.path.as_str()).collect();
    assert_eq!(changed, ["services/.env", "services/ask.sh"]);
    let refused = apply(&bundle, &plan, &ApplyOptions::default());
    assert!(matches!(refused, Err(Error::NotApplied { cause: FsError::Refused { .. } })), "{refused:?}");
    Ok(())
}
