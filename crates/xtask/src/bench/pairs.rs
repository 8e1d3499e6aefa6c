//! How two commands are compared: in pairs, one after the other, in turn the one and the other first, so that what
//! else the machine does falls on both alike. What counts is the median of the pairs' ratios.

use std::fs::File;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use wait4::Wait4;

/// What one run of a command cost.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    pub time: Duration,
    /// The most memory that was in use, in bytes.
    pub memory: u64,
}

/// What came out of comparing `a` with `b`.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    pub a: Cost,
    pub b: Cost,
    /// The time of `a` divided by that of `b`: the median over the pairs.
    pub ratio: f64,
}

/// Makes a command anew for each run.
pub type Make<'a> = &'a dyn Fn() -> Command;

/// Runs a command to its end, all that it prints thrown away. Both 0 and 1 are good ends: searches say with 1 that
/// there was nothing to be found, previews that there is something to be done.
///
/// # Errors
/// If it does not start, or ends otherwise.
pub fn cost(make: Make<'_>) -> Result<Cost> {
    let mut command = make();
    // A pipe to nowhere: with `/dev/null` as its standard output, a search may stop at the first match.
    let (reader, writer) = std::io::pipe().context("no pipe to be had")?;
    command.stdin(Stdio::null()).stdout(writer).stderr(Stdio::null());
    let drain = std::thread::spawn(move || std::io::copy(&mut { reader }, &mut std::io::sink()));
    let begin = Instant::now();
    let child = command.spawn().with_context(|| format!("can't start {:?}", command.get_program()))?;
    // What writes into the pipe is the child alone, so that it ends when the child does.
    command.stdout(Stdio::null());
    let ended = child.wait4().context("can't wait for it")?;
    let time = begin.elapsed();
    drain.join().ok().context("what it printed can't be read")??;
    let code = ended.status.code();
    ensure!(matches!(code, Some(0 | 1)), "{command:?} ended with {}", ended.status);
    Ok(Cost { time, memory: ended.rusage.maxrss })
}

/// Compares two commands in `pairs` pairs, after one run of each that is not counted.
///
/// # Errors
/// Those of [`cost`].
pub fn compare(pairs: usize, a: Make<'_>, b: Make<'_>) -> Result<Compared> {
    cost(a)?;
    cost(b)?;
    let mut all = Vec::with_capacity(pairs);
    for pair in 0..pairs {
        all.push(if pair % 2 == 0 {
            let first = cost(a)?;
            (first, cost(b)?)
        } else {
            let first = cost(b)?;
            (cost(a)?, first)
        });
    }
    let of = |cost: &dyn Fn(&(Cost, Cost)) -> Cost| Cost {
        time: median(all.iter().map(|pair| cost(pair).time)),
        memory: median(all.iter().map(|pair| cost(pair).memory)),
    };
    let ratios = all.iter().map(|(a, b)| Ratio(a.time.as_secs_f64() / b.time.as_secs_f64()));
    Ok(Compared { a: of(&|pair| pair.0), b: of(&|pair| pair.1), ratio: median(ratios).0 })
}

/// A ratio, in the order of numbers.
#[derive(Clone, Copy, PartialEq)]
struct Ratio(f64);

impl Eq for Ratio {}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// The middle one; of an even number, the upper of the two in the middle.
///
/// # Panics
/// If there is none at all, which no caller asks for.
pub fn median<T: Ord + Copy>(values: impl Iterator<Item = T>) -> T {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values[values.len() / 2]
}

/// How many system calls a command makes, by `strace`; `None` where there is none.
pub fn system_calls(make: Make<'_>) -> Option<u64> {
    let command = make();
    let log = tempfile(&command)?;
    let mut strace = Command::new("strace");
    strace.args(["-f", "-c", "-U", "calls,name", "-o"]).arg(&log).arg(command.get_program());
    strace.args(command.get_args()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Some(folder) = command.get_current_dir() {
        strace.current_dir(folder);
    }
    strace.status().ok()?;
    let table = std::fs::read_to_string(&log).ok()?;
    let total = table.lines().rfind(|line| line.trim_end().ends_with("total"))?;
    total.split_whitespace().next()?.parse().ok()
}

/// A file for what is said of a command's run.
fn tempfile(command: &Command) -> Option<std::path::PathBuf> {
    let name = std::path::Path::new(command.get_program()).file_name()?.to_string_lossy().into_owned();
    let path = std::env::temp_dir().join(format!("bench-{name}-{}", std::process::id()));
    File::create(&path).ok()?;
    Some(path)
}
