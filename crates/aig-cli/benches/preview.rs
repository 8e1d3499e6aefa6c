//! What a whole preview costs, with nothing but the process left out: `cargo bench -p aig-cli`.

// A benchmark that can't be run has failed, which is what its unwraps are for.
#![allow(clippy::unwrap_used)]

use aig_cli::{ExitCode, Io, run};
use divan::Bencher;

const PYTHON: &str = include_str!("client.py");

fn main() {
    divan::main();
}

/// A tree of so many files that call the gateway: read from the disk, planned, and shown.
#[divan::bench(args = [0, 10, 100])]
fn preview(bencher: Bencher<'_, '_>, files: usize) {
    let tree = tempfile::tempdir().unwrap();
    for number in 0..files {
        std::fs::write(tree.path().join(format!("f{number}.py")), PYTHON).unwrap();
    }
    let source = migrate_core::Source::builtin_names().next().unwrap();
    bencher.bench_local(|| {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let io = Io {
            stdin: &mut std::io::empty(),
            stdout: &mut stdout,
            stderr: &mut stderr,
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            stdout_colour: false,
            stderr_colour: false,
            interrupt: Default::default(),
        };
        let arguments = ["aig", "migrate", source, "--dry-run", "--threads", "1"].map(Into::into);
        let ended = run(arguments.into_iter().chain([tree.path().as_os_str().to_owned()]), io);
        assert_eq!(ended, ExitCode::Done);
        stdout
    });
}
