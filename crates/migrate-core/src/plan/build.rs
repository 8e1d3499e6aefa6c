//! How a plan is made: walk and scan, facts a file in parallel, then join, rewrite, verify, again until it stands.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::config;
use crate::document::{Document, Region, RegionKind};
use crate::edit::{Edit, Group, Overlap, SHARED, apply_edits, normalize};
use crate::error::Error;
use crate::facts::RegionFacts;
use crate::finding::{Finding, Level, Rule, SkipReason, Skipped};
use crate::fs::{Contents, FileSystem, FsError, Hash, Identity, Visit};
use crate::join::ASKED;
use crate::ledger::{Occurrence, Spans, balance};
use crate::parallel;
use crate::rewrite::{Draft, DraftEdit, Drafts, Names, Settings, rewrite};
use crate::scan::Scanner;
use crate::source::Source;
use crate::text::Text;
use crate::token::Tokenizer;
use crate::tree::{At, FileFacts, Place, Tree, UnitId};
use crate::verify::{self, Checked};

use super::ignore::{self, Ignored, ignored};
use super::importers::importers;
use super::{
    EnvironmentChange, EnvironmentKind, FilePlan, KeyValue, LedgerEntry, NamedModel, Plan, PlanOptions,
    Progress,
};

/// How many times the plan is made again without the units that failed. Each round drops at least one unit, so this
/// is only reached by a tree with more failing units than this.
const ROUNDS: usize = 64;

/// A file that holds a marker, read and split.
struct Read {
    path: String,
    /// Its bytes, where they are not those of its text.
    encoded: Option<Vec<u8>>,
    text: Text,
    document: Document,
    /// Regions whose language could not digest them.
    undigested: Vec<usize>,
    /// What is left because someone asks for it.
    ignored: Vec<Ignored>,
    /// The file could not be looked into at all.
    panicked: bool,
    /// The text, read for being compared with what it shall become.
    checked: OnceLock<Checked>,
    /// What was wrong with the bytes that it was last to become. From round to round most files stay as they are.
    last: Mutex<Option<(Hash, Option<String>)>>,
}

impl Read {
    fn bytes(&self) -> &[u8] {
        self.encoded.as_deref().unwrap_or(self.text.text().as_bytes())
    }
}

pub(super) fn build(fs: &dyn FileSystem, source: &Source, options: &PlanOptions) -> Result<Plan, Error> {
    let settings = Settings::new(&source.target, base_url(options)?, options.keep_unmapped);
    let from_urls = from_urls(options)?;
    let tokenizer = Tokenizer::new(source, &from_urls);
    let scanned = scan(fs, source, &from_urls, options)?;
    let (mut files, facts, binary) = read(source, &tokenizer, scanned.candidates, true, options)?;

    let mut tree = Tree::new(source, facts);
    let (mut unread, mut stems) = (scanned.importing, BTreeSet::new());
    loop {
        cancelled(options)?;
        let more = importers(fs, &tree, &mut unread, &mut stems, options);
        if more.is_empty() {
            break;
        }
        let (more, facts, _) = read(source, &tokenizer, more, false, options)?;
        files.extend(more);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        tree = tree.with(facts);
    }
    let refused = options.refused.iter().filter(|&&group| group != SHARED);
    let mut dropped: BTreeMap<UnitId, String> =
        refused.map(|group| (group - 1, "it was refused in the review".to_owned())).collect();
    let mut frozen: BTreeSet<usize> = BTreeSet::new();
    let threads = parallel::threads(options.walk.threads);
    let mut round = 0;
    let (drafts, edits) = loop {
        cancelled(options)?;
        let units = tree.units(&dropped);
        let drafts = rewrite(&tree, &units, &settings);
        let mut failed: BTreeMap<UnitId, String> = drafts.impossible.clone();
        let mut edits: Vec<Vec<Edit>> = Vec::with_capacity(files.len());
        let all = files.iter().enumerate().collect();
        let made = parallel::map(all, threads, &|| false, |(index, file)| {
            file_edits(index, file, &drafts, frozen.contains(&index))
                .and_then(|edits| check(&tree, index, file, edits))
                .and_then(|edits| writable(fs, file, edits))
        });
        for (index, made) in made.into_iter().enumerate() {
            edits.push(match made {
                Ok(edits) => edits,
                Err(failure) => {
                    let units: BTreeSet<UnitId> = failure
                        .groups
                        .iter()
                        .filter(|&&group| group != SHARED)
                        .map(|group| group - 1)
                        .collect();
                    if units.is_empty() || units.iter().all(|unit| dropped.contains_key(unit)) {
                        frozen.insert(index);
                    }
                    for unit in units {
                        failed.entry(unit).or_insert_with(|| failure.reason.clone());
                    }
                    Vec::new()
                }
            });
        }
        let before = (dropped.len(), frozen.len());
        failed.into_iter().for_each(|(unit, reason)| {
            dropped.entry(unit).or_insert(reason);
        });
        round += 1;
        let stands = before == (dropped.len(), frozen.len());
        if stands || round >= ROUNDS {
            break (drafts, edits);
        }
    };

    let mut plan = Plan::new(&source.name, &source.target.name);
    plan.files_scanned = scanned.files_scanned;
    plan.skipped = scanned.skipped;
    plan.skipped.extend(binary);
    plan.skipped.sort();
    plan.environment = environment(&drafts.names);
    plan.models = models(&files, &drafts);
    plan.key_values = key_values(&files, &tree);
    let all = files.into_iter().zip(edits).enumerate();
    for group in parallel::groups(all, |(_, (file, _))| file.bytes().len()) {
        let indices: Vec<usize> = group.iter().map(|(index, _)| *index).collect();
        let outcomes = parallel::map(group, threads, &|| false, |(index, (file, edits))| {
            outcome(fs, source, &tree, index, file, edits, &drafts, frozen.contains(&index))
        });
        // Of a long file, no more than its bytes and those that it becomes is kept.
        indices.into_iter().for_each(|index| tree.forget(index));
        let outcomes: Vec<Option<Planned>> = outcomes.into_iter().collect::<Result<_, _>>()?;
        let planned: Vec<Planned> = outcomes.into_iter().flatten().collect();
        // The edits were normalized when they were made.
        let files = parallel::map(planned, threads, &|| false, |planned| planned.into_plan().ok());
        plan.files.extend(files.into_iter().flatten());
    }
    Ok(plan)
}

/// The models that calls of the target name, sorted.
fn models(files: &[Read], drafts: &Drafts) -> Vec<NamedModel> {
    let place = |(at, span, model): &(At, Range<usize>, String)| {
        let file = &files[at.file];
        let start = file.document.regions[at.region].to_file(span.clone()).start;
        let (line, column) = file.text.line_column(start);
        NamedModel { path: file.path.clone(), line, column, model: model.clone() }
    };
    let mut models: Vec<NamedModel> = drafts.models.iter().map(place).collect();
    models.sort();
    models.dedup();
    models
}

/// Where value files set the target's key variable, sorted. Pieces of documents are examples, and set nothing.
fn key_values(files: &[Read], tree: &Tree<'_>) -> Vec<KeyValue> {
    let place = |place: Place| {
        let (file, facts) = (&files[place.at.file], tree.region(place.at));
        let region = &file.document.regions[place.at.region];
        let is_whole = file.document.language == region.language.id();
        let span = region.to_file(facts.tree().node(place.node).content.clone());
        let line = file.text.line_column(span.start).0;
        let span = file.text.byte_span(span);
        is_whole.then(|| KeyValue { path: file.path.clone(), line, start: span.start, end: span.end })
    };
    let mut values: Vec<KeyValue> =
        tree.all_values(&tree.source.target.key_variable).filter_map(place).collect();
    values.sort();
    values
}

/// The variables, sorted. One that takes another's place is not needed a second time by itself.
fn environment(names: &Names) -> Vec<EnvironmentChange> {
    let is_plain = |kind: EnvironmentKind, from: &str, to: &str| kind == EnvironmentKind::Add && from == to;
    let mut changes: Vec<EnvironmentChange> = Vec::new();
    for ((kind, from, to), files) in &names.0 {
        if !is_plain(*kind, from, to) {
            changes.push(EnvironmentChange::new(*kind, from, to, files.iter().cloned().collect()));
        }
    }
    for ((kind, from, to), files) in names.0.iter().filter(|((kind, from, to), _)| is_plain(*kind, from, to))
    {
        match changes.iter_mut().find(|change| change.kind != EnvironmentKind::Value && change.to == *to) {
            Some(change) => {
                change.files.extend(files.iter().cloned());
                change.files.sort();
                change.files.dedup();
            }
            None => changes.push(EnvironmentChange::new(*kind, from, to, files.iter().cloned().collect())),
        }
    }
    changes.sort();
    changes
}

fn base_url(options: &PlanOptions) -> Result<Option<&str>, Error> {
    options.base_url.as_deref().map(|url| checked_url("base_url", url)).transpose()
}

fn from_urls(options: &PlanOptions) -> Result<Vec<String>, Error> {
    options.from_urls.iter().map(|url| checked_url("from_urls", url).map(str::to_string)).collect()
}

fn checked_url<'u>(option: &'static str, url: &'u str) -> Result<&'u str, Error> {
    config::checked_url(url).ok_or_else(|| Error::Option {
        option,
        reason: format!("`{url}` is no http(s) URL; give one like https://gateway.example/v1"),
    })
}

fn cancelled(options: &PlanOptions) -> Result<(), Error> {
    match &options.cancelled {
        Some(asked) if asked() => Err(Error::Cancelled),
        _ => Ok(()),
    }
}

struct Scanned {
    candidates: Vec<(String, Vec<u8>)>,
    /// Files without a marker, in languages whose files import one another, sorted.
    importing: Vec<String>,
    skipped: Vec<Skipped>,
    files_scanned: usize,
}

fn scan(
    fs: &dyn FileSystem,
    source: &Source,
    from_urls: &[String],
    options: &PlanOptions,
) -> Result<Scanned, Error> {
    let scanner = Scanner::new(source, from_urls);
    let candidates = Mutex::new(Vec::new());
    let importing = Mutex::new(Vec::new());
    let skipped = Mutex::new(Vec::new());
    let (seen, matched) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let read = || {
        let files_scanned = seen.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(progress) = &options.progress {
            progress(Progress { files_scanned, files_matched: matched.load(Ordering::Relaxed) });
        }
    };
    fs.search(&options.walk, &scanner, &|visit| match visit {
        Visit::File { path, bytes } => {
            matched.fetch_add(1, Ordering::Relaxed);
            lock(&candidates).push((path.to_string(), bytes.to_vec()));
            read();
        }
        Visit::Passed { path } => {
            if Document::may_import(path) {
                lock(&importing).push(path.to_string());
            }
            read();
        }
        Visit::Skipped { path, reason } => lock(&skipped).push(Skipped::new(path, reason)),
    })?;
    cancelled(options)?;
    let mut candidates = candidates.into_inner().unwrap_or_else(PoisonError::into_inner);
    candidates.sort();
    candidates.dedup_by(|a, b| a.0 == b.0);
    if let Some(tell) = &options.matched {
        let paths: Vec<&str> = candidates.iter().map(|(path, _)| path.as_str()).collect();
        tell(&paths);
    }
    let skipped = skipped.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut importing = importing.into_inner().unwrap_or_else(PoisonError::into_inner);
    importing.sort();
    importing.dedup();
    Ok(Scanned { candidates, importing, skipped, files_scanned: seen.into_inner() })
}

/// Locks, whatever became of a thread that held the lock: the values are plain.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

type Facts = (Vec<Read>, Vec<FileFacts>, Vec<Skipped>);

/// Decodes, splits and parses the candidates, each on its own, on as many threads as asked for.
fn read(
    source: &Source,
    tokenizer: &Tokenizer<'_>,
    candidates: Vec<(String, Vec<u8>)>,
    marked: bool,
    options: &PlanOptions,
) -> Result<Facts, Error> {
    let stop = || cancelled(options).is_err();
    let results =
        parallel::map(candidates, parallel::threads(options.walk.threads), &stop, |(path, bytes)| {
            read_one(source, tokenizer, path, bytes, marked, options)
        });
    cancelled(options)?;
    let (mut files, mut facts, mut skipped) = (Vec::new(), Vec::new(), Vec::new());
    for result in results {
        match result {
            Outcome::Read(read, regions) => {
                facts.push(FileFacts { path: read.path.clone(), regions });
                files.push(*read);
            }
            Outcome::Skipped(skip) => skipped.push(skip),
            Outcome::Nothing => {}
        }
    }
    Ok((files, facts, skipped))
}

enum Outcome {
    Read(Box<Read>, Vec<RegionFacts>),
    Skipped(Skipped),
    Nothing,
}

fn read_one(
    source: &Source,
    tokenizer: &Tokenizer<'_>,
    path: String,
    bytes: Vec<u8>,
    marked: bool,
    options: &PlanOptions,
) -> Outcome {
    let Some(text) = Text::decode(&bytes) else {
        return Outcome::Skipped(Skipped::new(path, SkipReason::Binary));
    };
    if marked && !tokenizer.has_token(text.text()) {
        return Outcome::Nothing;
    }
    if is_generated(text.text()) {
        return Outcome::Skipped(Skipped::new(path, SkipReason::Generated));
    }
    let encoded = (!text.is_exact()).then_some(bytes);
    // A panic in one file is a finding about that file, never the end of the run.
    let attempt = catch_unwind(AssertUnwindSafe(|| {
        let mut document = Document::split_shared(&path, text.shared());
        let mut undigested = Vec::new();
        let mut regions = Vec::with_capacity(document.regions.len());
        for (index, region) in document.regions.iter_mut().enumerate() {
            // Text of no known language has no syntax, whatever its module makes of it.
            let has_syntax =
                region.language.id() != crate::language::lexical().id() && !region.language.is_prose();
            let syntax = if has_syntax { region.parse() } else { None };
            if syntax.is_none() && has_syntax {
                undigested.push(index);
            }
            let mut facts = RegionFacts::of(source, tokenizer, region.language, region.text.clone(), syntax);
            facts.is_record = region.kind == RegionKind::Output;
            regions.push(facts);
        }
        let ignored = ignored(text.text(), &document, &regions);
        let settings = options.config.as_ref().and_then(|config| config.own_span(&path)).unwrap_or(0..0);
        for (region, facts) in document.regions.iter().zip(&mut regions) {
            // Names in the settings of this tool are no uses.
            facts.sites.retain(|site| {
                let span = region.to_file(site.token.span.clone());
                span.end <= settings.start || settings.end <= span.start
            });
            for site in &mut facts.sites {
                site.ignored = ignore::covers(&ignored, region, &site.token.span);
            }
        }
        (document, undigested, ignored, regions)
    }));
    match attempt {
        Ok((document, undigested, ignored, regions)) => Outcome::Read(
            Box::new(Read {
                path,
                encoded,
                text,
                document,
                undigested,
                ignored,
                panicked: false,
                checked: OnceLock::new(),
                last: Mutex::default(),
            }),
            regions,
        ),
        Err(_) => {
            let document = Document { language: crate::language::lexical().id(), regions: Vec::new() };
            Outcome::Read(
                Box::new(Read {
                    path,
                    encoded,
                    text,
                    document,
                    undigested: Vec::new(),
                    ignored: Vec::new(),
                    panicked: true,
                    checked: OnceLock::new(),
                    last: Mutex::default(),
                }),
                Vec::new(),
            )
        }
    }
}

/// Whether a file says of itself, near its top, that a tool made it.
fn is_generated(text: &str) -> bool {
    let mut end = text.len().min(1024);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = &text[..end];
    // Put together, so that this file does not say it of itself.
    head.contains(concat!("@", "generated"))
        || head.contains("Code generated") && head.contains(concat!("DO NOT", " EDIT"))
}

/// Why the edits of a file can't be made.
struct Failure {
    groups: BTreeSet<Group>,
    reason: String,
}

/// The edits of a file in its own bytes. In a frozen file those that belong to no unit are left out.
fn file_edits(index: usize, file: &Read, drafts: &Drafts, frozen: bool) -> Result<Vec<Edit>, Failure> {
    let mut out = Vec::new();
    for (number, region) in file.document.regions.iter().enumerate() {
        let Some(draft) = drafts.regions.get(&At { file: index, region: number }) else { continue };
        for edit in draft.edits.iter().filter(|edit| !frozen || edit.group != SHARED) {
            if ignore::covers(&file.ignored, region, &edit.span) {
                if edit.group == SHARED {
                    continue;
                }
                return Err(Failure { groups: BTreeSet::from([edit.group]), reason: ASKED.to_owned() });
            }
            match file_edit(file, region, edit) {
                Some(edit) => out.push(edit),
                None => {
                    let reason = format!("{}: an edit can't be written in the file's encoding", file.path);
                    return Err(Failure { groups: BTreeSet::from([edit.group]), reason });
                }
            }
        }
    }
    normalize(&mut out).map_err(|overlap| Failure {
        groups: BTreeSet::from([overlap.groups.0, overlap.groups.1]),
        reason: format!("{}: {overlap}", file.path),
    })?;
    Ok(out)
}

fn file_edit(file: &Read, region: &Region, edit: &DraftEdit) -> Option<Edit> {
    if !region.is_contiguous(edit.span.clone()) {
        return None;
    }
    let span = region.to_file(edit.span.clone());
    let ending = file.text.line_ending(span.start);
    let text = if ending != "\n" && edit.text.contains('\n') && !edit.text.contains('\r') {
        edit.text.replace('\n', ending)
    } else {
        edit.text.clone()
    };
    let replacement = file.text.encode(&region.escape(&text))?;
    let (line, column) = file.text.line_column(span.start);
    Some(Edit {
        span: file.text.byte_span(span),
        replacement,
        rule: edit.rule,
        group: edit.group,
        line,
        column,
    })
}

/// Refuses edits of a file that can't be written.
fn writable(fs: &dyn FileSystem, file: &Read, edits: Vec<Edit>) -> Result<Vec<Edit>, Failure> {
    if edits.is_empty() {
        return Ok(edits);
    }
    match fs.check_writable(&file.path) {
        Ok(()) => Ok(edits),
        Err(error) => {
            let groups = edits.iter().map(|edit| edit.group).collect();
            Err(Failure { groups, reason: error.to_string() })
        }
    }
}

/// Refuses edits after which a file that could be read by syntax no longer can.
fn check(tree: &Tree<'_>, index: usize, file: &Read, edits: Vec<Edit>) -> Result<Vec<Edit>, Failure> {
    if edits.is_empty() {
        return Ok(edits);
    }
    let failure = |reason: String| Failure {
        groups: edits.iter().map(|edit| edit.group).collect(),
        reason: format!("{}: {reason}", file.path),
    };
    let after = apply_edits(file.bytes(), &edits);
    let hash = Hash::of(&after);
    let mut last = lock(&file.last);
    if let Some((_, reason)) = last.as_ref().filter(|(last, _)| *last == hash) {
        return match reason {
            Some(reason) => Err(failure(reason.clone())),
            None => Ok(edits),
        };
    }
    // Read by syntax already, as far as it can be.
    let known = |number| tree.region(At { file: index, region: number }).syntax.as_ref();
    let before = file.checked.get_or_init(|| Checked::read(&file.document, known));
    // No other text of it can be read either, and a long one is not copied to find that out.
    let is_known =
        before.is_opaque() && memchr::memchr(0, &after).is_none() && std::str::from_utf8(&after).is_ok();
    let reason = if is_known {
        None
    } else {
        let text = Text::decode(&after);
        drop(after);
        match text {
            Some(text) => wrong(&file.path, before, text.shared()),
            None => Some("the result would be no text".to_owned()),
        }
    };
    *last = Some((hash, reason.clone()));
    match reason {
        Some(reason) => Err(failure(reason)),
        None => Ok(edits),
    }
}

/// What is wrong with the new text of a file, if anything.
fn wrong(path: &str, before: &Checked, after: &Arc<str>) -> Option<String> {
    let after = before.with(path, after);
    let named = |uses: Vec<verify::NameUse>| uses.into_iter().next().map(|found| found.name);
    after
        .is_broken(before)
        .or_else(|| {
            let unbound = named(after.unbound(before))?;
            Some(format!("`{unbound}` would be used and bound by nothing"))
        })
        .or_else(|| {
            let unused = named(after.unused(before))?;
            Some(format!("`{unused}` would be imported and used by nothing"))
        })
}

/// What becomes of a file: the parts of a [`FilePlan`].
struct Planned {
    path: String,
    language: &'static str,
    contents: Contents,
    edits: Vec<Edit>,
    findings: Vec<Finding>,
    ledger: Vec<LedgerEntry>,
}

impl Planned {
    fn into_plan(self) -> Result<FilePlan, Overlap> {
        let mut file = FilePlan::new(self.path, self.language, self.contents, self.edits)?;
        (file.findings, file.ledger) = (self.findings, self.ledger);
        Ok(file)
    }
}

#[allow(clippy::too_many_arguments, reason = "the parts of one step, all different")]
fn outcome(
    fs: &dyn FileSystem,
    source: &Source,
    tree: &Tree<'_>,
    index: usize,
    file: Read,
    edits: Vec<Edit>,
    drafts: &Drafts,
    frozen: bool,
) -> Result<Option<Planned>, Error> {
    let mut findings = Vec::new();
    if file.panicked {
        let all = 0..file.bytes().len();
        let message = "this file could not be looked into: the tool failed on it";
        let finding = Finding::new(file.bytes(), 0..all.end.min(1), Rule::Unparsable, Level::Action, message);
        findings.push(finding.with_help("Look at it by hand, and please report it."));
    }
    let refused = if frozen { fs.check_writable(&file.path).err() } else { None };
    if let Some(refused) = refused {
        let message = format!("the edits of this file can't be made: {refused}");
        let finding = Finding::new(file.bytes(), 0..0, Rule::KeptWhole, Level::Action, message);
        findings.push(finding.with_help("Make it writable, then run the command again."));
    } else if frozen {
        let message = "the edits of this file could not be made without breaking it; it was left";
        let finding = Finding::new(file.bytes(), 0..0, Rule::Unparsable, Level::Action, message);
        findings.push(finding.with_help("Change it by hand, and please report it."));
    }
    let place = |region: &Region, span: Range<usize>| -> (Range<usize>, (usize, usize)) {
        let span = region.to_file(span);
        let position = file.text.line_column(span.start);
        (file.text.byte_span(span), position)
    };
    let empty = Draft::default();
    for (number, region) in file.document.regions.iter().enumerate() {
        let at = At { file: index, region: number };
        let draft = drafts.regions.get(&at).unwrap_or(&empty);
        for finding in &draft.findings {
            let (span, (line, column)) = place(region, finding.span.clone());
            findings.push(Finding {
                start: span.start,
                end: span.end,
                line,
                column,
                rule: finding.rule,
                level: finding.level,
                message: finding.message.clone(),
                help: finding.help.clone(),
            });
        }
        if file.undigested.contains(&number) && !tree.region(at).sites.is_empty() {
            let (span, (line, column)) = place(region, 0..0);
            findings.push(Finding {
                start: span.start,
                end: span.end,
                line,
                column,
                rule: Rule::Unparsable,
                level: Level::Check,
                message: format!(
                    "could not be read as {}; only plain URLs and variable names were changed",
                    region.language.id()
                ),
                help: "Look at what else of it has to change.".to_string(),
            });
        }
    }

    let ignored = |span: &Range<usize>| file.ignored.iter().find(|ignored| ignored.covers(span));
    let in_text = |start: usize, end: usize| file.text.text_offset(start)..file.text.text_offset(end);
    findings.retain(|finding| ignored(&in_text(finding.start, finding.end)).is_none());

    let mut occurrences = Vec::new();
    let mut left: Vec<&Ignored> = Vec::new();
    for (number, region) in file.document.regions.iter().enumerate() {
        let at = At { file: index, region: number };
        let draft = drafts.regions.get(&at).unwrap_or(&empty);
        for (site_index, site) in tree.region(at).sites.iter().enumerate() {
            let occurrence = Occurrence {
                span: place(region, site.token.span.clone()).0,
                site,
                reported: site.ignored || draft.reported.contains(&site_index),
                left: draft.left.get(&site_index).copied(),
            };
            if site.ignored && !occurrence.is_of_target() {
                left.extend(ignored(&region.to_file(site.token.span.clone())));
            }
            occurrences.push(occurrence);
        }
    }
    for ignored in left {
        let span = file.text.byte_span(ignored.by.clone());
        findings.push(Finding::new(file.bytes(), span, Rule::KeptWhole, Level::Note, ignore::MESSAGE));
    }
    let stray = stray(source, &file, &occurrences);
    let (ledger, missed) = balance(file.bytes(), &source.title, &occurrences, &stray, &edits, &findings);
    findings.extend(missed);
    findings.sort();
    findings.dedup();
    if edits.is_empty() && findings.is_empty() && ledger.is_empty() {
        return Ok(None);
    }
    let contents = if edits.is_empty() {
        let bytes = file.bytes().to_vec();
        let identity = Identity {
            device: 0,
            inode: 0,
            length: bytes.len() as u64,
            mode: 0,
            links: 1,
            hash: Hash::of(&bytes),
        };
        Contents { bytes, identity }
    } else {
        let read = fs.read(&file.path)?;
        if read.bytes != file.bytes() {
            return Err(FsError::Changed { path: file.path }.into());
        }
        read
    };
    let Read { path, document, .. } = file;
    Ok(Some(Planned { path, language: document.language, contents, edits, findings, ledger }))
}

/// Marker occurrences that stand in no token of the source in any region.
fn stray(source: &Source, file: &Read, occurrences: &[Occurrence<'_>]) -> Vec<Range<usize>> {
    let text = file.text.text();
    // The ledger does not count what is of the target, so what stands inside of that is accounted for here.
    let counted = occurrences.iter().filter(|occurrence| !occurrence.is_of_target());
    let counted = Spans::new(counted.map(|occurrence| occurrence.span.clone()));
    let mut out: Vec<Range<usize>> = source
        .markers
        .iter()
        .flat_map(|marker| {
            text.match_indices(marker.as_str()).map(|(at, _)| file.text.byte_span(at..at + marker.len()))
        })
        .filter(|span| !counted.cover(span))
        .collect();
    out.sort_by_key(|span| (span.start, span.end));
    out.dedup();
    out
}
