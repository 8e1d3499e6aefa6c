//! Every chore of the project, with nothing to install first: `cargo xtask <chore>`.
//!
//! Progress goes to standard error. The exit code is that of the step that failed.

#![forbid(unsafe_code)]

mod bench;
mod demo;
mod files;
mod pack;
mod setup;
mod step;
mod suite;

use std::process::ExitCode;

const HELP: &str = "\
Every chore of the project.

    cargo xtask demo     build aig, migrate a copy of tests/sample under target/demo, show what happens
    cargo xtask setup    fetch what the tests need into target/: Python and Node packages, real packages
    cargo xtask test     setup, then format, clippy and all tests
    cargo xtask pack [--dev]
                         build the packages for npm and PyPI of this platform, into target/packages; --dev: quickly,
                         as the tests have them
    cargo xtask doors    pack --dev, install the packages in empty places, and compare all ways into the library
    cargo xtask rules-off
                         switch off every rule, one at a time, and print the fixture that fails without it
    cargo xtask faults   kill aig at every moment, let every call fail, fill the disk: prints what was lost (nothing)
    cargo xtask fuzz [--cases N]
                         try what must hold of any input on N made-up ones (1,000,000 by default)
    cargo xtask bench [PART...]
                         time aig against rg, git grep and ast-grep on trees made for it: prints ratios; parts: big,
                         dense, long, start, growth (all by default)
    cargo xtask full     test, then what takes longer: documentation, features one by one, optimised tests
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["demo"] => demo::demo(),
        ["setup"] => suite::setup_alone(),
        ["test"] => suite::test(),
        ["full"] => suite::full(),
        ["pack"] => pack::pack(pack::Profile::Release),
        ["pack", "--dev"] => pack::pack(pack::Profile::Dev),
        ["doors"] => suite::doors(),
        ["rules-off"] => suite::rules_off(),
        ["faults"] => suite::faults(),
        ["bench"] => bench::bench(&bench::PARTS),
        ["bench", parts @ ..] if parts.iter().all(|part| bench::PARTS.contains(part)) => bench::bench(parts),
        [bench::PEAK, command @ ..] => bench::print_peak(command),
        [bench::FLOOR, threads, list] => bench::open_read_close(threads, list),
        ["fuzz"] => suite::fuzz("1000000"),
        ["fuzz", "--cases", cases] => suite::fuzz(cases),
        ["help" | "--help" | "-h"] => {
            eprint!("{HELP}");
            return ExitCode::SUCCESS;
        }
        other => {
            eprint!("no such chore: {:?}\n\n{HELP}", other.join(" "));
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            step::exit_code(&error)
        }
    }
}
