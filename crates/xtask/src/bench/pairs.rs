//! How two commands are compared: in pairs, one after the other, in turn the one and the other first, so that what
//! else the machine does falls on both alike. What counts is the median of the pairs' ratios.

use std::fs::File;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use wait4::Wait4;

/// What came out of comparing `a` with `b`.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    pub a: Duration,
    pub b: Duration,
    /// The time of `a` divided by that of `b`: the median over the pairs.
    pub ratio: f64,
}

/// Makes a command anew for each run.
pub type Make<'a> = &'a dyn Fn() -> Command;

/// How long a command takes from its start to its end, all that it prints thrown away. Both 0 and 1 are good ends: searches say with 1 that
/// there was nothing to be found, previews that there is something to be done.
///
/// # Errors
/// If it does not start, or ends otherwise.
pub fn time(make: Make<'_>) -> Result<Duration> {
    let mut command = make();
    // A pipe to nowhere: with `/dev/null` as its standard output, a search may stop at the first match.
    let (reader, writer) = std::io::pipe().context("no pipe to be had")?;
    command.stdin(Stdio::null()).stdout(writer).stderr(Stdio::null());
    let drain = std::thread::spawn(move || std::io::copy(&mut { reader }, &mut std::io::sink()));
    let begin = Instant::now();
    let mut child = command.spawn().with_context(|| format!("can't start {:?}", command.get_program()))?;
    // What writes into the pipe is the child alone, so that it ends when the child does.
    command.stdout(Stdio::null());
    let status = child.wait().context("can't wait for it")?;
    let time = begin.elapsed();
    drain.join().ok().context("what it printed can't be read")??;
    ensure!(matches!(status.code(), Some(0 | 1)), "{command:?} ended with {status}");
    Ok(time)
}

/// The chore that [`peak`] starts, in this program.
pub const PEAK: &str = "peak-memory-of";

/// The most memory, in bytes, that a command and what it starts have in use at a time.
///
/// # Errors
/// If it does not start.
pub fn peak(make: Make<'_>) -> Result<u64> {
    // A process is counted from before it becomes another program, when it is a copy of the one that starts it. So that
    // one is small: this program anew.
    let command = make();
    let mut small = Command::new(std::env::current_exe().context("this program does not know its own path")?);
    small.arg(PEAK).arg(command.get_program()).args(command.get_args()).stdin(Stdio::null());
    if let Some(folder) = command.get_current_dir() {
        small.current_dir(folder);
    }
    let variables = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
    let output = small.envs(variables).output().context("can't start this program anew")?;
    String::from_utf8_lossy(&output.stdout).trim().parse().context("no number came back")
}

/// What [`peak`] starts: runs a command and prints its peak of memory.
///
/// # Errors
/// If it does not start.
#[allow(clippy::print_stdout)]
pub fn print_peak(command: &[&str]) -> Result<()> {
    let [program, arguments @ ..] = command else { bail!("no command is named") };
    let mut child = Command::new(program);
    child.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let child = child.spawn().with_context(|| format!("can't start {program}"))?;
    println!("{}", child.wait4().context("can't wait for it")?.rusage.maxrss);
    Ok(())
}

/// Compares two commands in `pairs` pairs, after one run of each that is not counted.
///
/// # Errors
/// Those of [`time`].
pub fn compare(pairs: usize, a: Make<'_>, b: Make<'_>) -> Result<Compared> {
    time(a)?;
    time(b)?;
    let mut all = Vec::with_capacity(pairs);
    for pair in 0..pairs {
        all.push(if pair % 2 == 0 {
            let first = time(a)?;
            (first, time(b)?)
        } else {
            let first = time(b)?;
            (time(a)?, first)
        });
    }
    let ratios = all.iter().map(|(a, b)| Ratio(a.as_secs_f64() / b.as_secs_f64()));
    Ok(Compared {
        a: median(all.iter().map(|pair| pair.0)),
        b: median(all.iter().map(|pair| pair.1)),
        ratio: median(ratios).0,
    })
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
