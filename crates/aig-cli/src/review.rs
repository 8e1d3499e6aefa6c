//! `--interactive`: a plan, unit by unit, in the manner of `git add -p`.
//!
//! Not allowed here: writing anything. What comes out is a plan that was made without the refused units, so that what
//! moves fits together; whatever of it was not shown before is shown then, and asked for.

mod item;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use migrate_core::fs::FileSystem;
use migrate_core::mask::escape_for_terminal;
use migrate_core::plan::FilePlan;
use migrate_core::{Plan, PlanOptions, Source, plan};

use self::item::{Item, Key};
use crate::io::Session;
use crate::report::{Look, View, diff};
use crate::shown::Shown;
use crate::style::Styles;
use crate::words::{count, words};

const ANSWERS: &str = "[y,n,a,d,A,D,q,j,k,J,K,?]";

const HELP: &str = "\
y - move this unit
n - leave this unit as it is
a - move this unit and all undecided ones of its first file
d - leave this unit and all undecided ones of its first file
A - move this unit and all that remain
D - leave this unit and all that remain
q - stop here: what was agreed to is moved, what is undecided stays
j - leave this undecided, go to the next undecided unit
k - leave this undecided, go to the previous undecided unit
J - go to the next unit
K - go to the previous unit
? - print this
Ctrl-C or the end of the input: nothing is written.";

/// Makes plans of one tree, always anew.
pub(crate) struct Planner<'a> {
    pub fs: &'a dyn FileSystem,
    pub source: &'a Source,
    pub options: PlanOptions,
}

impl Planner<'_> {
    fn without(&self, refused: BTreeSet<u32>) -> Result<Plan, String> {
        let mut options = self.options.clone();
        options.refused = refused;
        plan(self.fs, self.source, &options).map_err(words)
    }

    /// The first of these files that is not what the plan saw.
    fn changed<'p>(&self, files: impl IntoIterator<Item = &'p FilePlan>) -> Option<&'p str> {
        let is_changed = |file: &&FilePlan| {
            !self.fs.read(&file.path).is_ok_and(|read| read.bytes[..] == file.original[..])
        };
        files.into_iter().find(is_changed).map(|file| file.path.as_str())
    }
}

/// What a look at all units comes to.
enum Looked {
    /// Everything is decided, or the rest is left.
    Ended,
    /// This file is not what was shown.
    Changed(String),
    /// The input has ended.
    EndOfInput,
}

/// Goes through the units of `planned` with whoever answers. Gives the plan to apply, `None` if nothing is to be
/// written.
///
/// # Errors
/// What went wrong, in a sentence for people.
pub(crate) fn review(
    planner: &Planner<'_>,
    show: &Look<'_>,
    mut planned: Plan,
    styles: &Styles,
    session: &mut Session<'_>,
) -> Result<Option<Plan>, String> {
    let mut decided: BTreeMap<Key, bool> = BTreeMap::new();
    loop {
        let items = item::items(&planned);
        let keys: Vec<Key> = items.iter().map(|item| item.key(&planned)).collect();
        let looked = look(planner, &show.at(&planned), &items, &keys, &mut decided, styles, session)?;
        let changed = match looked {
            Looked::EndOfInput => return Ok(None),
            Looked::Changed(path) => Some(path),
            Looked::Ended => {
                let (moved, left): (Vec<_>, Vec<_>) =
                    items.iter().zip(&keys).partition(|(_, key)| decided.get(*key) == Some(&true));
                if moved.is_empty() && !items.is_empty() {
                    return Ok(None);
                }
                let left = left.iter().flat_map(|(item, _)| item.groups.iter().copied()).collect();
                let last = planner.without(left)?;
                match planner.changed(planned.changed()) {
                    Some(path) => Some(path.to_owned()),
                    None => {
                        let shown = moved.iter().map(|(item, _)| *item).collect::<Vec<_>>();
                        let agreed = rest(&show.at(&last), &planned, &shown, styles, session)?;
                        return Ok(agreed.then_some(last));
                    }
                }
            }
        };
        if let Some(path) = changed {
            session.tell(format_args!(
                "{path} has changed meanwhile: the tree is read again, and what is new in it is asked again."
            ));
            planned = planner.without(BTreeSet::new())?;
        }
    }
}

fn look(
    planner: &Planner<'_>,
    view: &View<'_>,
    items: &[Item],
    keys: &[Key],
    decided: &mut BTreeMap<Key, bool>,
    styles: &Styles,
    session: &mut Session<'_>,
) -> Result<Looked, String> {
    let undecided = |decided: &BTreeMap<Key, bool>, mut range: &mut dyn Iterator<Item = usize>| {
        Iterator::find(&mut range, |&index| !decided.contains_key(&keys[index]))
    };
    let Some(mut at) = undecided(decided, &mut (0..items.len())) else { return Ok(Looked::Ended) };
    let mut show = true;
    loop {
        let item = &items[at];
        if show {
            print(view, item, at + 1, items.len(), session.stdout()).map_err(|error| error.to_string())?;
        }
        show = true;
        let answered = match decided.get(&keys[at]) {
            Some(true) => " (now: yes)",
            Some(false) => " (now: no)",
            None => "",
        };
        let question = format!("[{}/{}] Move this unit?{answered}", at + 1, items.len());
        let Some(answer) = session.answer(&question, ANSWERS, styles)? else { return Ok(Looked::EndOfInput) };
        if let Some(path) = planner.changed(item.files.iter().map(|file| &view.plan.files[*file])) {
            return Ok(Looked::Changed(path.to_owned()));
        }
        let same_file = |other: &usize| items[*other].files.contains(&item.files[0]);
        let (these, agreed): (Vec<usize>, bool) = match answer.as_str() {
            "y" | "yes" => (vec![at], true),
            "n" | "no" => (vec![at], false),
            "a" => ((0..items.len()).filter(same_file).collect(), true),
            "d" => ((0..items.len()).filter(same_file).collect(), false),
            "A" => ((0..items.len()).collect(), true),
            "D" => ((0..items.len()).collect(), false),
            "q" => return Ok(Looked::Ended),
            "j" | "k" | "J" | "K" => {
                let to = match answer.as_str() {
                    "j" => undecided(decided, &mut (at + 1..items.len())),
                    "k" => undecided(decided, &mut (0..at).rev()),
                    "J" => (at + 1 < items.len()).then_some(at + 1),
                    _ => at.checked_sub(1),
                };
                match to {
                    Some(to) => at = to,
                    None => {
                        session.tell(match answer.as_str() {
                            "j" => "There is no undecided unit behind this one.",
                            "k" => "There is no undecided unit before this one.",
                            "J" => "This is the last unit.",
                            _ => "This is the first unit.",
                        });
                        show = false;
                    }
                }
                continue;
            }
            _ => {
                session.tell(HELP);
                show = false;
                continue;
            }
        };
        for index in these.into_iter().filter(|index| *index != at) {
            decided.entry(keys[index].clone()).or_insert(agreed);
        }
        decided.insert(keys[at].clone(), agreed);
        let next = undecided(decided, &mut (at + 1..items.len()));
        match next.or_else(|| undecided(decided, &mut (0..at))) {
            Some(next) => at = next,
            None => return Ok(Looked::Ended),
        }
    }
}

/// Prints all of a unit, over its files, each with the findings that stand in what is shown.
fn print(
    view: &View<'_>,
    item: &Item,
    number: usize,
    all: usize,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let Styles { bold, .. } = view.styles;
    let edits: usize = item.files.iter().map(|&file| item.edits(&view.plan.files[file]).len()).sum();
    let sums = format!("{} in {}", count(edits, "edit"), count(item.files.len(), "file"));
    writeln!(out, "\n{bold}Unit {number} of {all}: {sums}{}", bold.close())?;
    for &file in &item.files {
        let file = &view.plan.files[file];
        let edits = item.edits(file);
        let rewritten = migrate_core::edit::apply_edits(&file.original, &edits);
        let text = Shown::new(&file.original, file.language, view.masker);
        let lines = diff::print(view, file, &text, &edits, &rewritten, "", out)?;
        let near =
            file.findings.iter().filter(|finding| lines.iter().any(|shown| shown.contains(&finding.line)));
        view.frames().print(&file.path, Some(&text), near, out)?;
    }
    Ok(())
}

/// Shows what of the last plan was not shown with a unit that was agreed to, and asks for it. `true` if there is nothing
/// of that kind.
fn rest(
    view: &View<'_>,
    planned: &Plan,
    agreed: &[&Item],
    styles: &Styles,
    session: &mut Session<'_>,
) -> Result<bool, String> {
    let mut shown = BTreeSet::new();
    for item in agreed {
        for file in &planned.files {
            for edit in item.edits(file) {
                shown.insert((file.path.clone(), edit.span.start, edit.span.end, edit.replacement));
            }
        }
    }
    let mut is_first = true;
    for file in view.plan.changed() {
        let mut edits = file.edits.clone();
        edits.retain(|edit| {
            let known = (file.path.clone(), edit.span.start, edit.span.end, edit.replacement.clone());
            !shown.contains(&known)
        });
        if edits.is_empty() {
            continue;
        }
        let out = session.stdout();
        let failed = |error: std::io::Error| error.to_string();
        if std::mem::take(&mut is_first) {
            let Styles { bold, .. } = view.styles;
            writeln!(out, "\n{bold}What follows from your answers{}", bold.close()).map_err(failed)?;
        }
        let rewritten = migrate_core::edit::apply_edits(&file.original, &edits);
        let text = Shown::new(&file.original, file.language, view.masker);
        diff::print(view, file, &text, &edits, &rewritten, "", out).map_err(failed)?;
    }
    if is_first {
        return Ok(true);
    }
    let question = format!(
        "Apply {} in {}?",
        count(view.plan.edit_count(), "edit"),
        count(view.plan.changed().count(), "file")
    );
    session.ask(&escape_for_terminal(&question), styles)
}
