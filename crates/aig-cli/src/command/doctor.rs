//! `aig doctor`: what is still in the way of a tree that has moved.
//!
//! The key is sent to the target's own address, or to the one that the caller names; never to one that only a file of
//! the tree names, for that file may be anyone's.

#[cfg(feature = "doctor")]
mod ask;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use migrate_core::finding::Level;
use migrate_core::fs::FileSystem;
use migrate_core::mask::{Masker, escape_for_terminal};
use migrate_core::source::Target;
use migrate_core::{Config, Plan, PlanOptions, Source, last_findings, plan};

use super::open;
use crate::ExitCode;
use crate::io::{Phase, Session};
use crate::report::frame::wrap;
use crate::style::{Colour, Styles};
use crate::words::{count, words};

/// The options of the command.
#[derive(Debug)]
pub(crate) struct Doctor {
    pub paths: Vec<PathBuf>,
    pub base_url: Option<String>,
    /// How long to wait for an answer, in seconds.
    pub timeout: u64,
    pub color: Option<Colour>,
}

/// What the gateway answered when it was asked for its models.
#[cfg_attr(not(feature = "doctor"), allow(dead_code, reason = "nothing is asked then"))]
enum Answer {
    /// Their names.
    Models(BTreeSet<String>),
    /// An answer that is no list of models.
    NoList,
    /// Another status than success.
    Status(u16),
    /// No answer, for this reason.
    None(String),
}

/// Without the feature nothing can be asked.
#[cfg(not(feature = "doctor"))]
mod ask {
    pub(super) fn models(_: &str, _: (&str, &str), _: u64) -> super::Answer {
        super::Answer::None("this aig was built without the feature `doctor`, and opens no connection".into())
    }
}

pub(super) fn run(options: &Doctor, session: &mut Session<'_>) -> Result<ExitCode, String> {
    let (fs, place) = open(&options.paths)?;
    let last = last_findings(&fs).map_err(words)?;
    let source = source(last.as_ref().map(|last| last.source.as_str()))?;
    let mut asked = PlanOptions::default();
    asked.walk.roots = place.roots;
    asked.base_url.clone_from(&options.base_url);
    asked.config = Config::load(&fs).map_err(words)?;
    let interrupt = Arc::clone(&session.interrupt);
    asked.cancelled = Some(Arc::new(move || interrupt.is_requested()));
    let plan = plan(&fs, &source, &asked).map_err(words)?;

    let masker = Masker::new(&source);
    let styles = Styles::new(session.stdout_colour(options.color));
    let mut chart = Chart { masker, styles, worst: ExitCode::Done, session };
    let key = key(&fs, &plan, &source.target, &mut chart);
    let settings = asked.config.as_ref();
    let elsewhere = settings.and_then(|config| Some((config.base_url.as_deref()?, config.file)));
    match (&options.base_url, elsewhere) {
        (None, Some((url, file))) if url.trim_end_matches('/') != source.target.base_url => {
            let message = format!("{file} moves this tree to {url}, which was not asked");
            let help = format!("Your key is sent there only if you say so: aig doctor --base-url {url}");
            chart.tell(Mark::Todo, &message, &[help]);
        }
        (url, _) => {
            let base = url.as_deref().unwrap_or(&source.target.base_url).trim_end_matches('/');
            if let Some(key) = key {
                gateway(base, &key, &plan, &source.target, options.timeout, &mut chart);
            }
        }
    }
    left(&plan, &source, &mut chart);
    if let Some(last) = last {
        let actions = last.findings.iter().filter(|(_, finding)| finding.level == Level::Action).count();
        if actions > 0 {
            let message = format!("the newest migration told of {}", count(actions, "action"));
            chart.tell(Mark::Note, &message, &["`aig findings` prints them again.".to_owned()]);
        }
    }
    Ok(chart.worst)
}

/// The source that the tree was moved from, else the first that is built in.
fn source(recorded: Option<&str>) -> Result<Source, String> {
    let names: Vec<&str> = Source::builtin_names().collect();
    let name = names.iter().find(|name| Some(**name) == recorded).or_else(|| names.first());
    Source::builtin(name.copied().unwrap_or_default()).map_err(words)
}

/// What stands in front of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Ok,
    Note,
    Todo,
    Failed,
}

/// The lines that are printed, and the worst of them.
struct Chart<'c, 'io> {
    masker: Masker,
    styles: Styles,
    worst: ExitCode,
    session: &'c mut Session<'io>,
}

impl Chart<'_, '_> {
    /// Prints a line, with what there is to say of it below.
    fn tell(&mut self, mark: Mark, message: &str, below: &[String]) {
        let (word, paint) = match mark {
            Mark::Ok => ("ok", self.styles.added),
            Mark::Note => ("note", self.styles.note),
            Mark::Todo => ("todo", self.styles.check),
            Mark::Failed => ("error", self.styles.action),
        };
        self.worst = match (mark, self.worst) {
            (Mark::Failed, _) | (_, ExitCode::Failed) => ExitCode::Failed,
            (Mark::Todo, _) => ExitCode::Pending,
            (Mark::Ok | Mark::Note, worst) => worst,
        };
        let safe = |line: &str| wrap(&escape_for_terminal(&self.masker.mask_line(line)), 7, 7);
        let mut text = format!("{paint}{word:<5}{}  {}\n", paint.close(), safe(message));
        for line in below {
            text.push_str(&format!("       {}\n", safe(line)));
        }
        // A closed pipe is told at the end.
        let _ = self.session.stdout().write_all(text.as_bytes());
    }
}

/// The key, and where it was found.
struct Key {
    value: String,
    place: String,
}

/// Looks for the key in the environment, then in the value files of the tree.
fn key(fs: &dyn FileSystem, plan: &Plan, target: &Target, chart: &mut Chart<'_, '_>) -> Option<Key> {
    let name = &target.key_variable;
    let make = format!("Keys are made at {}", target.keys_url);
    let environment = std::env::var_os(name).map(|value| value.to_string_lossy().trim().to_owned());
    let mut found: Vec<Key> = Vec::new();
    match environment.filter(|value| !value.is_empty()) {
        // What a program has in its environment wins over its files.
        Some(value) => found.push(Key { value, place: "the environment".to_owned() }),
        None => {
            let mut places: Vec<_> = plan.key_values.iter().filter(|at| !is_example(&at.path)).collect();
            places.sort_by_key(|at| (at.path.matches('/').count(), !at.path.ends_with(".local"), *at));
            for at in places {
                let Ok(contents) = fs.read(&at.path) else { continue };
                let value = contents.bytes.get(at.start..at.end).unwrap_or_default();
                let value = String::from_utf8_lossy(value).trim().to_owned();
                // One that refers to another place (`$NAME`, `${NAME}`, `{{ name }}`) is no value yet.
                if !value.is_empty() && !value.starts_with('$') && !value.contains("{{") {
                    found.push(Key { value, place: format!("{}:{}", at.path, at.line) });
                }
            }
        }
    }
    match found.iter().position(|key| key.value.starts_with(&target.key_prefix)) {
        Some(index) => {
            let key = found.swap_remove(index);
            chart.tell(Mark::Ok, &format!("{name} is set in {}", key.place), &[]);
            return Some(key);
        }
        None if found.is_empty() => {
            let message =
                format!("{name} is set neither in the environment nor in a value file of this tree");
            chart.tell(Mark::Todo, &message, &[make]);
        }
        None => {
            let places: Vec<&str> = found.iter().map(|key| key.place.as_str()).collect();
            let message = format!(
                "{name} is set in {}, to what is no key of {}: those start with {}",
                places.join(", "),
                target.title,
                target.key_prefix
            );
            chart.tell(Mark::Todo, &message, &["It was sent nowhere.".to_owned(), make]);
        }
    }
    None
}

/// Whether a file shows what a value file looks like, and is none.
fn is_example(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split(['.', '-', '_']).any(|part| ["example", "sample", "template", "dist"].contains(&part))
}

/// Asks the gateway for its models, and looks for those that the tree names.
fn gateway(base: &str, key: &Key, plan: &Plan, target: &Target, timeout: u64, chart: &mut Chart<'_, '_>) {
    let url = format!("{base}/models");
    let credential = format!("{}{}", target.scheme, key.value);
    // Nothing is lost by ending the process while it waits.
    chart.session.interrupt.enter(Phase::Asking);
    let answer = ask::models(&url, (&target.credential_header, &credential), timeout);
    chart.session.interrupt.enter(Phase::Planning);
    let known = match answer {
        Answer::Models(known) => known,
        Answer::NoList => {
            let help = format!("Is {base} the base URL of {}, with its version path?", target.title);
            return chart.tell(Mark::Failed, &format!("{url} answers, with no list of models"), &[help]);
        }
        Answer::Status(401) => {
            let message = format!("{url} does not accept the key of {} (401)", key.place);
            let help = format!("Is it whole, and still valid? Keys are made at {}", target.keys_url);
            return chart.tell(Mark::Todo, &message, &[help]);
        }
        Answer::Status(status) => {
            let help = match status {
                300..=399 => {
                    "It leads elsewhere; the key was not sent there. Give the right base URL.".to_owned()
                }
                403 => format!("May this key list models? See {}", target.keys_url),
                500.. => "The gateway has trouble of its own; try again later.".to_owned(),
                _ => format!("Is {base} the base URL of {}, with its version path?", target.title),
            };
            return chart.tell(Mark::Failed, &format!("{url} answers with status {status}"), &[help]);
        }
        Answer::None(reason) => {
            let below = [
                reason,
                "Check that this machine is online, that HTTPS_PROXY names the proxy if there has to be one, \
                 and that the base URL is right."
                    .to_owned(),
            ];
            return chart.tell(Mark::Failed, &format!("{url} was not reached"), &below);
        }
    };
    chart.tell(Mark::Ok, &format!("{url} accepts the key, and knows {}", count(known.len(), "model")), &[]);

    let mut named: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for model in &plan.models {
        let place = format!("{}:{}:{}", model.path, model.line, model.column);
        named.entry(&model.model).or_default().push(place);
    }
    let total = named.len();
    named.retain(|name, _| !is_known(name, &known));
    if total > named.len() || named.is_empty() {
        let message = match (total, total - named.len()) {
            (0, _) => "no call in this tree names a model as a literal".to_owned(),
            (_, there) => format!("{} of {} that this tree names is there", there, count(total, "model")),
        };
        chart.tell(Mark::Ok, &message, &[]);
    }
    for (name, mut below) in named {
        let near: Vec<String> = known
            .iter()
            .filter(|id| id.rsplit('/').next() == name.rsplit('/').next())
            .map(|id| format!("`{id}`"))
            .collect();
        if !near.is_empty() {
            below.push(format!("It may be {}.", near.join(" or ")));
        }
        chart.tell(Mark::Todo, &format!("`{name}` is not among the models there"), &below);
    }
}

/// Whether a model is there. A client library may want its own prefix in front of the name.
fn is_known(name: &str, known: &BTreeSet<String>) -> bool {
    known.contains(name) || name.strip_prefix("openai/").is_some_and(|name| known.contains(name))
}

/// What a fresh plan would change, and what it asks someone to do.
fn left(plan: &Plan, source: &Source, chart: &mut Chart<'_, '_>) {
    if !plan.is_empty() {
        let (edits, files) = (count(plan.edit_count(), "edit"), count(plan.changed().count(), "file"));
        let help = format!("`aig migrate {}` shows and applies them.", source.name);
        chart.tell(Mark::Todo, &format!("{edits} in {files} are pending"), &[help]);
    }
    let mut actions = Vec::new();
    for file in &plan.files {
        for finding in file.findings.iter().filter(|finding| finding.level == Level::Action) {
            actions.push(format!("{}:{}: {}", file.path, finding.line, finding.message));
        }
    }
    if actions.is_empty() {
        chart.tell(Mark::Ok, "nothing in this tree is left to do by hand", &[]);
    } else {
        let message = format!("{} left to do by hand in this tree:", count(actions.len(), "action"));
        actions.push(format!("`aig migrate {} -n` shows them with what to do.", source.name));
        chart.tell(Mark::Todo, &message, &actions);
    }
}
