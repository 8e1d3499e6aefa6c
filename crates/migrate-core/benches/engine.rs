//! What the parts of a plan cost, each by itself: `cargo bench -p migrate-core`.

// A benchmark that can't be run has failed, which is what its unwraps are for.
#![allow(clippy::unwrap_used)]

use divan::Bencher;
use divan::counter::BytesCount;
use migrate_core::{MemoryFs, PlanOptions, Source, plan, verify};

const PYTHON: &str = include_str!("client.py");
const JAVASCRIPT: &str = include_str!("client.js");

fn main() {
    divan::main();
}

fn source() -> Source {
    Source::builtin(Source::builtin_names().next().unwrap()).unwrap()
}

fn options() -> PlanOptions {
    let mut options = PlanOptions::default();
    options.walk.threads = 1;
    options
}

/// Loading the packs, which every run begins with.
#[divan::bench]
fn packs() -> Source {
    source()
}

/// Searching what holds no marker.
#[divan::bench]
fn scan(bencher: Bencher<'_, '_>) {
    let text = "def f(a, b):\n    return a + b  # what nobody looks for\n\n\n".repeat(20_000);
    let (source, fs) = (source(), MemoryFs::new().with_file("long.txt", &text));
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| plan(&fs, &source, &options()).unwrap());
}

/// Parsing a file and lowering it, twice: as it was, and with a line more.
#[divan::bench(args = [("a.py", PYTHON), ("a.js", JAVASCRIPT)])]
fn parse(bencher: Bencher<'_, '_>, (path, text): (&str, &str)) {
    let after = format!("{text}\n\n");
    bencher
        .counter(BytesCount::new(text.len() + after.len()))
        .bench_local(|| verify::broken(path, text, &after));
}

/// Everything that makes a plan of a few files that call the gateway.
#[divan::bench(args = [("a.py", PYTHON), ("a.js", JAVASCRIPT)])]
fn rewrite(bencher: Bencher<'_, '_>, (path, text): (&str, &str)) {
    let files = (0..20).map(|number| (format!("m{number}/{path}"), text));
    let (source, fs) = (source(), MemoryFs::from_files(files));
    bencher.counter(BytesCount::new(20 * text.len())).bench_local(|| plan(&fs, &source, &options()).unwrap());
}
