//! Arguments to [`Options`]. The only place that knows the argument parser.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{
    ArgAction, Args, ColorChoice, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum,
};

use crate::command::doctor::Doctor;
use crate::options::{Format, Migrate, Mode, Options};
use crate::style::Colour;

/// What the arguments ask for.
#[derive(Debug)]
pub(crate) enum Parsed {
    /// A run.
    Run(Options),
    /// A text: help, the version, completions.
    Show(String),
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done, or nothing to do
  1  edits are pending and were not applied (--check, or the answer was No)
  2  wrong usage, or any error";

/// Examples, with the name of a source that there is.
fn examples() -> String {
    let source = migrate_core::Source::builtin_names().next().unwrap_or("SOURCE");
    let lines = [
        (format!("aig migrate {source}"), "preview, ask, apply"),
        (format!("aig migrate {source} -n src .env"), "preview only, and only these"),
        (format!("aig migrate {source} -i"), "decide unit by unit"),
        (format!("aig migrate {source} --check --strict"), "in CI: fail while something is left to do"),
        (format!("aig migrate {source} -n --format sarif"), "for code scanning"),
        ("aig undo".to_owned(), "take the newest migration back"),
        ("aig doctor".to_owned(), "is the key good, are the models there, what is left?"),
    ];
    let mut text = String::from("Examples:\n");
    for (command, what) in lines {
        text.push_str(&format!("  {command:<40}  {what}\n"));
    }
    text.push('\n');
    text
}

const SETTINGS: &str = "\
Settings of a tree:
  include, exclude, base-url, from-urls, keep-unmapped, variables and header-helpers can stand in .aig.toml, in
  [tool.aig] of pyproject.toml or under \"aig\" in package.json, in the folder that is migrated. A flag wins.
  A comment `aig: ignore` leaves its line, or on a line of its own the next statement; `aig: ignore-file` the file.

";

const SKIPPED: &str = "\
What is never looked into:
  version control folders; node_modules, virtual environments and caches; build outputs (dist, build, out, target,
  .next …); lockfiles; minified bundles and source maps; *.aig-migrate.bak; symbolic links; binary and generated
  files; files over 64 MiB; and what .gitignore and .ignore name (see --no-ignore). Hidden files are looked into, and
  so are .env*, .dev.vars, .envrc, *.tfvars, .streamlit/secrets.toml, .claude/settings.local.json and
  appsettings.*.json, also where git ignores them.

";

const DOCTOR: &str = "\
The only command that opens a connection: one request, GET <base URL>/models, with your key.
The key is not printed, and nothing of the tree is sent. Nothing is written.

Exit codes:
  0  all is well
  1  something is left to do
  2  wrong usage, or any error: the gateway was not reached, or gave no list";

/// Moves a source tree from another LLM gateway to AIgateway.
#[derive(Debug, Parser)]
#[command(name = "aig", version, after_help = format!("{}{EXIT_CODES}", examples()), disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Shows what would change, asks, and applies it
    #[command(after_long_help = format!("{}{SETTINGS}{SKIPPED}{EXIT_CODES}", examples()), after_help = format!("{}{EXIT_CODES}", examples()))]
    Migrate(Box<MigrateArgs>),
    /// Takes the newest migration back, byte for byte
    Undo {
        /// The same as were given to `aig migrate`
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Also take back files that were edited since; the newer text is kept as a backup
        #[arg(long)]
        force: bool,
    },
    /// Removes the backups (*.aig-migrate.bak) of a tree
    Clean {
        /// The same as were given to `aig migrate`
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Only list them
        #[arg(short = 'n', long)]
        dry_run: bool,
    },
    /// Lists what can be migrated; with a name, tells what to know about it
    Sources {
        /// A source, as in `aig migrate <SOURCE>`
        name: Option<String>,
    },
    /// Prints the findings of the newest migration again
    Findings {
        /// The same as were given to `aig migrate`
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Also notes
        #[arg(short, long)]
        verbose: bool,
        /// When to colour
        #[arg(long, value_name = "WHEN", default_value = "auto")]
        color: When,
    },
    /// Asks the gateway whether all is well: the key, the models, what is left to do
    #[command(after_help = DOCTOR)]
    Doctor {
        /// The same as were given to `aig migrate`
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Ask this base URL (with /v1) in place of the target's own
        #[arg(long, value_name = "URL")]
        base_url: Option<String>,
        /// How long to wait for an answer
        #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=600))]
        timeout: u64,
        /// When to colour
        #[arg(long, value_name = "WHEN", default_value = "auto")]
        color: When,
    },
    /// Tells what a rule does, with an example, and what its findings ask of you
    Explain {
        /// A rule, as in the brackets of a finding; all of them are listed without one
        rule: Option<String>,
        /// When to colour
        #[arg(long, value_name = "WHEN", default_value = "auto")]
        color: When,
    },
    /// Prints the manual page of `aig`, or of one of its commands
    Man {
        /// A command, as in `aig <COMMAND>`
        command: Option<String>,
    },
    /// Prints a shell's completions
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
struct MigrateArgs {
    /// The gateway to move away from; `aig sources` lists them
    #[arg(required_unless_present = "print_source")]
    source: Option<String>,
    /// Files and folders to migrate [default: .]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Preview, write nothing, exit 0
    #[arg(short = 'n', long, conflicts_with_all = ["check", "yes"])]
    dry_run: bool,
    /// Preview, write nothing, exit 1 if edits are pending
    #[arg(long, conflicts_with = "yes")]
    check: bool,
    /// With --check: exit 1 also if actions are left for you
    #[arg(long, requires = "check")]
    strict: bool,
    /// Apply without asking
    #[arg(short, long)]
    yes: bool,
    /// Ask unit by unit, in the manner of `git add -p`
    #[arg(short, long, conflicts_with_all = ["check", "dry_run", "yes", "quiet", "stat"])]
    interactive: bool,
    /// Leave no backups (*.aig-migrate.bak) when done
    #[arg(long)]
    no_backup: bool,
    /// Move to this base URL (with /v1) in place of the target's own
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Also move this base URL of a gateway of your own (can be repeated)
    #[arg(long = "from-url", value_name = "URL")]
    from_urls: Vec<String>,
    /// Leave harmless headers that have no counterpart in place
    #[arg(long)]
    keep_unmapped: bool,
    /// Take what is known of SOURCE from this file (TOML)
    #[arg(long, value_name = "FILE")]
    source_file: Option<PathBuf>,
    /// Print the file of a built-in source, to start one of your own from
    #[arg(long, value_name = "NAME", exclusive = true)]
    print_source: Option<String>,
    /// Print the settings that this run goes by, and where each comes from; do nothing else
    #[arg(long)]
    show_config: bool,
    /// Look only into paths that match (can be repeated)
    #[arg(long, value_name = "GLOB")]
    include: Vec<String>,
    /// Do not look into paths that match (can be repeated)
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Look also into what .gitignore and .ignore name
    #[arg(long)]
    no_ignore: bool,
    /// How to print; other formats than text never ask: they need --yes, or write nothing
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: FormatArg,
    /// Also write a report: one page (.html), or Markdown for a pull request (.md)
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Print only how many edits and findings each file has
    #[arg(long)]
    stat: bool,
    /// When to colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: When,
    /// Print only the sums, the question and errors
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Print also notes and what was passed over
    #[arg(short, long, action = ArgAction::SetTrue)]
    verbose: bool,
    /// How many threads to use; 0: as many as there are cores
    #[arg(short = 'j', long, value_name = "N", default_value_t = 0)]
    threads: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatArg {
    Text,
    Json,
    /// One JSON object a line
    Jsonl,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

impl When {
    fn choice(self) -> Option<Colour> {
        match self {
            Self::Auto => None,
            Self::Always => Some(Colour::Always),
            Self::Never => Some(Colour::Never),
        }
    }
}

/// Reads the arguments, the program's name first.
///
/// # Errors
/// The message about what is wrong with them, with colours if `stderr_colour`.
pub(crate) fn parse<I, T>(args: I, stdout_colour: bool, stderr_colour: bool) -> Result<Parsed, String>
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    // The message is rendered here, for a stream that the parser does not know.
    let matches = Cli::command().color(ColorChoice::Never).try_get_matches_from(args);
    let cli = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => {
            let text = error.render();
            let render = |colour| if colour { text.ansi().to_string() } else { text.to_string() };
            return if error.use_stderr() {
                Err(render(stderr_colour))
            } else {
                Ok(Parsed::Show(render(stdout_colour)))
            };
        }
    };
    Ok(Parsed::Run(match cli.command {
        Command::Migrate(args) => migrate(*args)?,
        Command::Undo { paths, force } => Options::Undo { paths: or_here(paths), force },
        Command::Clean { paths, dry_run } => Options::Clean { paths: or_here(paths), dry_run },
        Command::Sources { name } => Options::Sources { name },
        Command::Findings { paths, verbose, color } => {
            Options::Findings { paths: or_here(paths), verbose, color: color.choice() }
        }
        Command::Doctor { paths, base_url, timeout, color } => {
            Options::Doctor(Doctor { paths: or_here(paths), base_url, timeout, color: color.choice() })
        }
        Command::Explain { rule, color } => Options::Explain { rule, color: color.choice() },
        Command::Man { command } => return man(command.as_deref()).map(Parsed::Show),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "aig", &mut script);
            return Ok(Parsed::Show(String::from_utf8_lossy(&script).into_owned()));
        }
    }))
}

fn migrate(args: MigrateArgs) -> Result<Options, String> {
    if let Some(name) = args.print_source {
        return Ok(Options::PrintSource { name });
    }
    let format = match args.format {
        FormatArg::Text if args.stat => Format::Stat,
        _ if args.stat => {
            return Err(
                "error: the argument '--stat' cannot be used with a '--format' other than text\n".into()
            );
        }
        FormatArg::Text => Format::Text,
        FormatArg::Json => Format::Json,
        FormatArg::Jsonl => Format::JsonLines,
        FormatArg::Sarif => Format::Sarif,
        FormatArg::Github => Format::GitHub,
    };
    if let Some(report) = args.report.as_ref().filter(|report| crate::page::Form::of(report).is_none()) {
        return Err(format!("error: --report {}: the name has to end in .html or .md\n", report.display()));
    }
    if args.interactive && args.format != FormatArg::Text {
        return Err(
            "error: the argument '--interactive' cannot be used with a '--format' other than text\n".into()
        );
    }
    let mode = if args.show_config {
        Mode::ShowConfig
    } else if args.interactive {
        Mode::Interactive
    } else if args.check {
        Mode::Check { strict: args.strict }
    } else if args.dry_run {
        Mode::DryRun
    } else if args.yes {
        Mode::Apply
    } else {
        Mode::Ask
    };
    Ok(Options::Migrate(Box::new(Migrate {
        // The parser has seen to it that there is one.
        source: args.source.unwrap_or_default(),
        source_file: args.source_file,
        paths: or_here(args.paths),
        mode,
        backup: !args.no_backup,
        base_url: args.base_url,
        from_urls: args.from_urls,
        keep_unmapped: args.keep_unmapped,
        include: args.include,
        exclude: args.exclude,
        ignore_files: !args.no_ignore,
        threads: args.threads,
        format,
        report: args.report,
        color: args.color.choice(),
        quiet: args.quiet,
        verbose: args.verbose,
    })))
}

/// The manual page of a command, or of the program.
fn man(name: Option<&str>) -> Result<String, String> {
    let mut cli = Cli::command();
    cli.build();
    let command = match name {
        None => cli,
        Some(name) => cli.find_subcommand(name).cloned().ok_or_else(|| {
            let names: Vec<&str> = cli.get_subcommands().map(clap::Command::get_name).collect();
            format!("error: there is no command '{name}'; there are: {}\n", names.join(", "))
        })?,
    };
    // `aig migrate` is found as `man aig-migrate`.
    let title = name.map_or_else(|| "aig".to_owned(), |name| format!("aig-{name}"));
    let mut page = Vec::new();
    let rendered = clap_mangen::Man::new(command).title(title).render(&mut page);
    rendered.map_err(|error| format!("error: {error}\n"))?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

fn or_here(paths: Vec<PathBuf>) -> Vec<PathBuf> {
    if paths.is_empty() { vec![PathBuf::from(".")] } else { paths }
}
