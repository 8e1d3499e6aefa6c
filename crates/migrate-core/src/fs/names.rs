//! What a name says of a file: the names that this tool gives to its own files, and the names of files and
//! folders that no walk looks into. Pure, so that every filesystem sees the same tree.

use crate::finding::SkipReason;

/// What the name of a backup ends with.
pub const BACKUP_SUFFIX: &str = ".aig-migrate.bak";

/// What the name of a staged file ends with; it starts with a dot.
pub const STAGED_SUFFIX: &str = ".aig-migrate.tmp";

/// The longest file name, in bytes, that common filesystems take.
pub const LONGEST_NAME: usize = 255;

/// Folders that are never entered: version control, dependencies, caches, build outputs.
pub const EXCLUDED_FOLDERS: &[&str] = &[
    // Version control. `.git` may be a file too (a worktree, a submodule).
    ".git",
    ".hg",
    ".svn",
    ".jj",
    ".bzr",
    "CVS",
    // Dependencies.
    "node_modules",
    "bower_components",
    "jspm_packages",
    ".pnpm-store",
    ".yarn",
    "site-packages",
    "__pypackages__",
    ".venv",
    "venv",
    "Pods",
    ".bundle",
    // Caches and the state of tools.
    "__pycache__",
    ".tox",
    ".nox",
    ".eggs",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
    ".ipynb_checkpoints",
    ".cache",
    ".parcel-cache",
    ".turbo",
    ".nx",
    ".angular",
    ".expo",
    ".docusaurus",
    ".dart_tool",
    ".gradle",
    ".idea",
    ".terraform",
    ".terragrunt-cache",
    ".serverless",
    ".aws-sam",
    ".wrangler",
    ".vercel",
    // Build outputs.
    "dist",
    "build",
    "out",
    "target",
    ".next",
    ".nuxt",
    ".output",
    ".svelte-kit",
    "cdk.out",
    "coverage",
    "htmlcov",
];

/// Lockfiles, by their whole name.
pub const LOCKFILES: &[&str] = &[
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "bun.lockb",
    "deno.lock",
    "poetry.lock",
    "Pipfile.lock",
    "pdm.lock",
    "uv.lock",
    "pylock.toml",
    "requirements.lock",
    "requirements-dev.lock",
    "conda-lock.yml",
    "pixi.lock",
    "Cargo.lock",
    "go.sum",
    "go.work.sum",
    "Gemfile.lock",
    "composer.lock",
    "mix.lock",
    "rebar.lock",
    "pubspec.lock",
    "Podfile.lock",
    "Package.resolved",
    "Cartfile.resolved",
    "packages.lock.json",
    "paket.lock",
    "gradle.lockfile",
    "flake.lock",
    ".terraform.lock.hcl",
    "Chart.lock",
    "MODULE.bazel.lock",
    "shard.lock",
    "stack.yaml.lock",
    "cabal.project.freeze",
];

/// Files that are looked into although an ignore file names them: code that reads the new name of a variable
/// beside a file that sets the old one is a broken program. For `--help`; [`seen_though_ignored`] decides.
pub const SEEN_THOUGH_IGNORED: &[&str] = &[
    ".env*",
    ".dev.vars*",
    "*.tfvars",
    "*.tfvars.json",
    ".streamlit/secrets.toml",
    ".claude/settings.local.json",
    "appsettings.*.json",
];

/// The folder part and the name of a path; the folder of a file in the root is empty.
pub fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// `name` inside `folder`, where an empty folder is the root.
pub fn join(folder: &str, name: &str) -> String {
    // The walk asks this of every file: no formatter is needed for it.
    if folder.is_empty() { name.to_owned() } else { [folder, "/", name].concat() }
}

/// Where the new bytes of `path` wait for their commit: beside it, under a fixed name.
pub fn staged_path(path: &str) -> String {
    let (folder, name) = split(path);
    let mut staged = format!(".{name}{STAGED_SUFFIX}");
    if staged.len() > LONGEST_NAME {
        let hash = super::Hash::of(name.as_bytes()).to_hex();
        staged = format!(".{}{STAGED_SUFFIX}", &hash[..32]);
    }
    join(folder, &staged)
}

/// The path of the `number`-th backup of `path`, counted from 1: `app.py.aig-migrate.bak`,
/// `app.py.2.aig-migrate.bak`, …
pub fn backup_path(path: &str, number: usize) -> String {
    if number <= 1 { format!("{path}{BACKUP_SUFFIX}") } else { format!("{path}.{number}{BACKUP_SUFFIX}") }
}

/// The paths whose backup may have this path: with a number, there are two readings of it.
pub fn originals_of(backup: &str) -> Vec<&str> {
    let Some(stem) = backup.strip_suffix(BACKUP_SUFFIX) else { return Vec::new() };
    let mut originals = vec![stem];
    if let Some((path, number)) = stem.rsplit_once('.') {
        let counted = number.parse::<usize>().is_ok_and(|n| n >= 2 && n.to_string() == number);
        if counted && !split(path).1.is_empty() {
            originals.push(path);
        }
    }
    originals
}

/// Whether a name is that of a backup.
pub fn is_backup(name: &str) -> bool {
    name.ends_with(BACKUP_SUFFIX) && name.len() > BACKUP_SUFFIX.len()
}

/// Whether a name is that of a staged file.
pub fn is_staged(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(STAGED_SUFFIX)
}

/// Whether a folder of this name is never entered.
pub fn is_excluded_folder(name: &str) -> bool {
    EXCLUDED_FOLDERS.contains(&name) || name.ends_with(".egg-info")
}

/// Names that make a folder of this name one that is not entered: `env` is a virtual environment, and `vendor`
/// the copy of others' code, only if one of these lies in it.
pub fn excluded_if_it_holds(folder: &str) -> &'static [&'static str] {
    match folder {
        "env" => &["pyvenv.cfg"],
        "vendor" => &["modules.txt", "autoload.php", "bundle"],
        _ => &[],
    }
}

/// Why a file of this name is not looked into; `None` if the name says nothing against it.
pub fn skipped_file(name: &str) -> Option<SkipReason> {
    if is_backup(name) || is_staged(name) {
        return Some(SkipReason::Backup);
    }
    if LOCKFILES.contains(&name) || (name.starts_with("pylock.") && name.ends_with(".toml")) {
        return Some(SkipReason::Lockfile);
    }
    if [".map", ".min.js", ".min.mjs", ".min.cjs", ".min.css"].iter().any(|end| name.ends_with(end)) {
        return Some(SkipReason::Minified);
    }
    // A file, where `.git` of a worktree or submodule is one.
    (name == ".git").then_some(SkipReason::ExcludedFolder)
}

/// Whether a file is looked into although an ignore file names it.
pub fn seen_though_ignored(path: &str) -> bool {
    let (folder, name) = split(path);
    let within = split(folder).1;
    name.starts_with(".env")
        || name.starts_with(".dev.vars")
        || name.ends_with(".tfvars")
        || name.ends_with(".tfvars.json")
        || (name.starts_with("appsettings.") && name.ends_with(".json"))
        || (name == "secrets.toml" && within == ".streamlit")
        || (name == "settings.local.json" && within == ".claude")
}

/// Whether a folder of this name is entered, for the files of [`seen_though_ignored`] only, although an ignore
/// file names it.
pub fn entered_though_ignored(name: &str) -> bool {
    name == ".streamlit" || name == ".claude"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn build_folders_are_meant_by_their_whole_name() {
        assert!(is_excluded_folder("build"));
        assert!(!is_excluded_folder("builder"));
        assert!(!is_excluded_folder("my-build"));
        assert_eq!(skipped_file("build"), None);
        assert_eq!(skipped_file("build.py"), None);
    }

    #[test]
    fn backups_are_numbered_and_lead_back() {
        assert_eq!(backup_path("a/app.py", 1), "a/app.py.aig-migrate.bak");
        assert_eq!(backup_path("a/app.py", 2), "a/app.py.2.aig-migrate.bak");
        assert_eq!(originals_of("a/app.py.aig-migrate.bak"), ["a/app.py"]);
        assert_eq!(originals_of("a/app.py.2.aig-migrate.bak"), ["a/app.py.2", "a/app.py"]);
        assert_eq!(originals_of("a/app.py.02.aig-migrate.bak"), ["a/app.py.02"]);
        assert_eq!(originals_of("a/app.py"), [""; 0]);
    }

    #[test]
    fn a_staged_name_is_never_too_long_and_never_looked_into() {
        assert_eq!(staged_path("a/app.py"), "a/.app.py.aig-migrate.tmp");
        let staged = staged_path(&format!("a/{}", "x".repeat(250)));
        let name = split(&staged).1;
        assert!(name.len() <= LONGEST_NAME && is_staged(name));
        assert_eq!(skipped_file(name), Some(SkipReason::Backup));
    }

    #[test]
    fn secret_files_are_seen_though_ignored() {
        for path in
            [".env", "a/.env.local", ".envrc", ".dev.vars", "prod.tfvars", "appsettings.Development.json"]
        {
            assert!(seen_though_ignored(path), "{path}");
        }
        assert!(seen_though_ignored("a/.streamlit/secrets.toml"));
        assert!(!seen_though_ignored("a/secrets.toml"));
        assert!(!seen_though_ignored("app.py"));
    }
}
