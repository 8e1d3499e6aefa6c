//! Run records: what `undo`, `clean` and `findings` know of an apply that has been. They hold paths, hashes and
//! masked findings, and never a file's bytes.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::finding::{Finding, Level, Rule};
use crate::fs::{FileSystem, Hash, RecordId};
use crate::plan::Plan;

/// The version of the form below. A record of another version is not understood.
const VERSION: u32 = 1;

/// One apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// The source's name.
    pub source: String,
    /// The target's name.
    pub target: String,
    /// Whether the backups were to stay.
    pub keeps_backups: bool,
    /// The files that were to be rewritten.
    pub files: Vec<RecordedFile>,
    /// The findings, each with the path of its file.
    pub findings: Vec<(String, Finding)>,
}

/// One file of a [`Record`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RecordedFile {
    /// Its path.
    pub path: String,
    /// Its hash before.
    pub before: Hash,
    /// Its hash after.
    pub after: Hash,
    /// The backup of what it was before.
    pub backup: String,
}

/// The record as it is written.
#[derive(Serialize, Deserialize)]
struct Form {
    version: u32,
    source: String,
    target: String,
    keeps_backups: bool,
    #[serde(default)]
    files: Vec<FileForm>,
    #[serde(default)]
    findings: Vec<FindingForm>,
}

#[derive(Serialize, Deserialize)]
struct FileForm {
    path: String,
    before: String,
    after: String,
    backup: String,
}

#[derive(Serialize, Deserialize)]
struct FindingForm {
    path: String,
    start: usize,
    end: usize,
    line: usize,
    column: usize,
    rule: String,
    level: String,
    message: String,
    help: String,
}

impl Record {
    /// The record of applying `plan`, which rewrites `files`.
    pub fn new(plan: &Plan, keeps_backups: bool, files: Vec<RecordedFile>) -> Self {
        let findings = plan
            .files
            .iter()
            .flat_map(|file| file.findings.iter().map(|finding| (file.path.clone(), finding.clone())));
        Self {
            source: plan.source.clone(),
            target: plan.target.clone(),
            keeps_backups,
            files,
            findings: findings.collect(),
        }
    }

    /// The record as TOML.
    pub fn to_bytes(&self) -> Vec<u8> {
        let form = Form {
            version: VERSION,
            source: self.source.clone(),
            target: self.target.clone(),
            keeps_backups: self.keeps_backups,
            files: self
                .files
                .iter()
                .map(|file| FileForm {
                    path: file.path.clone(),
                    before: file.before.to_hex(),
                    after: file.after.to_hex(),
                    backup: file.backup.clone(),
                })
                .collect(),
            findings: self
                .findings
                .iter()
                .map(|(path, finding)| FindingForm {
                    path: path.clone(),
                    start: finding.start,
                    end: finding.end,
                    line: finding.line,
                    column: finding.column,
                    rule: finding.rule.id().to_owned(),
                    level: finding.level.id().to_owned(),
                    message: finding.message.clone(),
                    help: finding.help.clone(),
                })
                .collect(),
        };
        // Strings, numbers below 2^63 and lists of tables: all of it has a spelling in TOML.
        toml::to_string(&form).unwrap_or_default().into_bytes()
    }

    /// Reads what [`Record::to_bytes`] wrote. The error says what is wrong with it.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
        let form: Form = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        if form.version != VERSION {
            return Err(format!("it is of version {}, this program knows version {VERSION}", form.version));
        }
        let hash = |text: &str| Hash::from_hex(text).ok_or_else(|| format!("`{text}` is no hash"));
        let files = form.files.into_iter().map(|file| {
            Ok(RecordedFile {
                before: hash(&file.before)?,
                after: hash(&file.after)?,
                path: file.path,
                backup: file.backup,
            })
        });
        let findings = form.findings.into_iter().map(|form| {
            let rule = Rule::from_id(&form.rule).ok_or_else(|| format!("`{}` is no rule", form.rule))?;
            let level = [Level::Action, Level::Check, Level::Note]
                .into_iter()
                .find(|level| level.id() == form.level)
                .ok_or_else(|| format!("`{}` is no level", form.level))?;
            let (start, end, line, column) = (form.start, form.end, form.line, form.column);
            let finding =
                Finding { start, end, line, column, rule, level, message: form.message, help: form.help };
            Ok((form.path, finding))
        });
        Ok(Self {
            source: form.source,
            target: form.target,
            keeps_backups: form.keeps_backups,
            files: files.collect::<Result<_, String>>()?,
            findings: findings.collect::<Result<_, String>>()?,
        })
    }
}

/// The newest record of the tree in `fs`.
///
/// # Errors
/// If the records can't be read, or the newest one is not understood.
pub(crate) fn newest(fs: &dyn FileSystem) -> Result<Option<(RecordId, Record)>, Error> {
    let Some((id, bytes)) = fs.load_records()?.pop() else { return Ok(None) };
    match Record::parse(&bytes) {
        Ok(record) => Ok(Some((id, record))),
        Err(reason) => Err(Error::Record { id, reason }),
    }
}

/// What the newest run of a tree found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LastFindings {
    /// The source's name.
    pub source: String,
    /// The target's name.
    pub target: String,
    /// Each finding with the path of its file, sorted by path. Places are those of the files before the run.
    pub findings: Vec<(String, Finding)>,
}

/// The findings of the newest run of the tree in `fs`; `None` if there has been none.
///
/// # Errors
/// If the records can't be read, or the newest one is not understood.
pub fn last_findings(fs: &dyn FileSystem) -> Result<Option<LastFindings>, Error> {
    Ok(newest(fs)?.map(|(_, record)| LastFindings {
        source: record.source,
        target: record.target,
        findings: record.findings,
    }))
}
