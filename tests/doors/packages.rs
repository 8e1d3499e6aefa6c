//! What is told of the packages: their types, the README's one-liners, what is said when a part is missing.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use aig_tests::workspace::{copy_tree, everything_required, root, target};
use anyhow::{Context, Result, ensure};

use crate::{Installed, quiet};

/// The type checkers, if `cargo xtask setup` has fetched them.
pub fn checkers() -> Result<Option<PathBuf>> {
    let checkers = target()?.join("test-env/checkers");
    let there = checkers.join("node/node_modules").is_dir() && checkers.join("python/mypy").is_dir();
    ensure!(there || !everything_required(), "the type checkers are not there: run `cargo xtask setup`");
    Ok(there.then_some(checkers))
}

fn ends_well(output: &Output, what: &str) -> Result<()> {
    let told = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    ensure!(output.status.success(), "{what} says:\n{}{}", told(&output.stdout), told(&output.stderr));
    Ok(())
}

/// `tsc --strict` takes a program that uses every export, through `import` and through `require`, and refuses what it
/// must.
pub fn typescript(installed: &Installed, checkers: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let at = folder.path();
    copy_tree(&installed.node_package, &at.join("node_modules/aigateway-cli"), &[])?;
    for file in ["use.mts", "use.cts"] {
        std::fs::copy(root().join("tests/doors/types").join(file), at.join(file))?;
    }
    let modules = checkers.join("node/node_modules");
    let settings = serde_json::json!({
        "files": ["use.mts", "use.cts"],
        "compilerOptions": {
            "strict": true, "noEmit": true, "exactOptionalPropertyTypes": true, "noUncheckedIndexedAccess": true,
            "target": "es2022", "module": "nodenext", "moduleResolution": "nodenext",
            "types": ["node"], "typeRoots": [modules.join("@types")],
        },
    });
    std::fs::write(at.join("tsconfig.json"), settings.to_string())?;
    let mut tsc = Command::new("node");
    tsc.arg(modules.join("typescript/bin/tsc")).arg("--project").arg(at.join("tsconfig.json"));
    ends_well(&tsc.current_dir(at).output()?, "tsc --strict")
}

/// `mypy --strict` takes the package and a program that uses every export, and refuses what it must.
pub fn mypy(installed: &Installed, checkers: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut mypy = Command::new("python3");
    mypy.args(["-m", "mypy", "--strict", "--warn-unused-ignores", "--cache-dir"]).arg(folder.path());
    mypy.arg("--python-executable").arg(&installed.python).arg(root().join("tests/doors/types/use.py"));
    mypy.env("PYTHONPATH", checkers.join("python")).current_dir(folder.path());
    ends_well(&mypy.output()?, "mypy --strict")?;
    let mut own = Command::new("python3");
    own.args(["-m", "mypy", "--strict", "--cache-dir"]).arg(folder.path());
    own.arg(root().join("bindings/python/python/aigateway_migrate"));
    own.env("PYTHONPATH", checkers.join("python")).current_dir(folder.path());
    ends_well(&own.output()?, "mypy --strict")
}

/// pyright in strict mode, likewise.
pub fn pyright(installed: &Installed, checkers: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let at = folder.path();
    std::fs::copy(root().join("tests/doors/types/use.py"), at.join("use.py"))?;
    copy_tree(&root().join("bindings/python/python"), &at.join("package"), &["__pycache__"])?;
    let settings = serde_json::json!({
        "include": ["use.py", "package"], "typeCheckingMode": "strict", "reportUnnecessaryTypeIgnoreComment": true,
        // A notebook calls it, and so does the test.
        "reportPrivateUsage": false,
    });
    std::fs::write(at.join("pyrightconfig.json"), settings.to_string())?;
    let mut pyright = Command::new("node");
    pyright.arg(checkers.join("node/node_modules/pyright/index.js")).arg("--project").arg(at);
    pyright.arg("--pythonpath").arg(&installed.python);
    ends_well(&pyright.current_dir(at).output()?, "pyright")
}

/// The lines of the README's section on libraries run as they are printed, in a copy of the sample, and print what
/// stands in the comments below them.
pub fn one_liners(installed: &Installed) -> Result<()> {
    let readme = std::fs::read_to_string(root().join("README.md"))?;
    let section =
        readme.split("\n### As a library\n").nth(1).context("README.md has no `### As a library`")?;
    let block = section.split("```sh\n").nth(1).and_then(|rest| rest.split("\n```").next());
    let mut lines = block.context("the section has no commands")?.lines().peekable();
    let folder = tempfile::tempdir()?;
    let tree = folder.path().join("tree");
    copy_tree(&root().join("tests/sample"), &tree, &[])?;
    let bin = |program: &Path| program.parent().map(Path::to_owned).context("a program lies in a folder");
    let mut path = vec![bin(&installed.python)?];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let mut number = 0;
    while let Some(line) = lines.next() {
        let mut expected = String::new();
        while let Some(told) = lines.next_if(|line| line.starts_with("# ")) {
            expected += &format!("{}\n", &told[2..]);
        }
        let mut shell = quiet(Path::new("sh"), &folder.path().join("state"));
        shell.arg("-c").arg(line).current_dir(&tree).env("PATH", std::env::join_paths(&path)?);
        shell.env("NODE_PATH", bin(&installed.node_package)?);
        let output = shell.output()?;
        ends_well(&output, line)?;
        let printed = String::from_utf8(output.stdout)?;
        ensure!(printed == expected, "README.md: `{line}` prints {printed:?}, not {expected:?}");
        number += 1;
    }
    ensure!(number == 2, "README.md shows {number} one-liners");
    Ok(())
}

/// Without the package of the platform, the command and the library name it, and the one command that mends it; and
/// that command mends it.
pub fn missing_part(installed: &Installed) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let project = folder.path().join("project");
    let own = project.join("node_modules/aigateway-cli");
    copy_tree(&installed.node_package, &own, &[])?;
    let packages = target()?.join("packages");
    // By its file: no registry has it.
    let root = packages.join(format!("aigateway-cli-{}.tgz", env!("CARGO_PKG_VERSION")));
    let manifest =
        serde_json::json!({ "dependencies": { "aigateway-cli": format!("file:{}", root.display()) } });
    std::fs::write(project.join("package.json"), manifest.to_string())?;
    let aig = own.join("bin/aig.js");
    let start = || Command::new("node").arg(&aig).arg("--version").output();
    let output = start()?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.code() == Some(2), "it ends with {}: {told}", output.status);
    let (_, command) = told.trim_end().split_once("run: ").context("no command is named")?;
    let package = command.split_whitespace().last().unwrap_or_default().to_owned();
    let (name, version) = package.split_once('@').context("no package is named")?;
    ensure!(told.contains(&format!("the package {name} is not installed")), "{told}");
    ensure!(version == env!("CARGO_PKG_VERSION"), "{told}");

    let tarball = packages.join(format!("{name}-{version}.tgz"));
    let here = command.replace(&package, &format!("{} --offline --loglevel=error", tarball.display()));
    let mended = Command::new("sh").arg("-c").arg(here).current_dir(folder.path()).output()?;
    ends_well(&mended, command)?;
    let output = start()?;
    ends_well(&output, "aig")?;
    ensure!(String::from_utf8_lossy(&output.stdout).trim_end() == format!("aig {version}"), "{output:?}");
    Ok(())
}

/// actionlint has nothing against the workflows, and something against one that is broken.
pub fn workflows(_: &Installed, checkers: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let broken = folder.path().join("broken.yml");
    std::fs::write(
        &broken,
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ${{ nothing.at.all }}\n",
    )?;
    let lint = |files: &[PathBuf]| -> Result<String> {
        let mut node = Command::new("node");
        node.arg(root().join("tests/doors/workflows.mjs")).arg(checkers).args(files);
        let output = node.output()?;
        ends_well(&output, "actionlint")?;
        Ok(String::from_utf8(output.stdout)?)
    };
    ensure!(lint(&[broken])?.contains("nothing"), "actionlint finds nothing in a broken workflow");
    let own = ["ci.yml", "release.yml"].map(|name| root().join(".github/workflows").join(name));
    let found = lint(&own)?;
    ensure!(found.is_empty(), "{found}");
    Ok(())
}

/// The script of `docs/many-repositories.md`, over twenty repositories: each that has edits gets a branch with one
/// commit and a report, the others are left as they were, and a second run does nothing.
pub fn many_repositories(native: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (all, reports) = (folder.path().join("repositories"), folder.path().join("reports"));
    let git = |at: &Path, arguments: &[&str]| -> Result<String> {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false"]);
        let output = git.args(arguments).current_dir(at).output().context("git is needed")?;
        ends_well(&output, &format!("git {arguments:?}"))?;
        Ok(String::from_utf8(output.stdout)?)
    };
    for number in 1..=20 {
        let at = all.join(format!("service-{number:02}"));
        if number % 5 == 0 {
            std::fs::create_dir_all(&at)?;
            std::fs::write(at.join("app.py"), "print(1)\n")?;
        } else {
            copy_tree(&root().join("tests/sample"), &at, &[])?;
        }
        git(&at, &["init", "--quiet", "--initial-branch", "main"])?;
        git(&at, &["add", "--all"])?;
        git(&at, &["commit", "--quiet", "--message", "All"])?;
    }
    // One with work that is not committed: it is named and left.
    std::fs::write(all.join("service-01/app.py"), "changed = True\n")?;
    let run = || -> Result<String> {
        let mut script = quiet(Path::new("sh"), &folder.path().join("state"));
        script.arg(root().join("docs/many-repositories.sh")).arg(&reports).env("AIG", native);
        for variable in ["AUTHOR", "COMMITTER"] {
            script
                .env(format!("GIT_{variable}_NAME"), "test")
                .env(format!("GIT_{variable}_EMAIL"), "test@localhost");
        }
        let mut repositories: Vec<PathBuf> = Vec::new();
        for entry in std::fs::read_dir(&all)? {
            repositories.push(entry?.path());
        }
        repositories.sort();
        let output = script.args(repositories).output()?;
        ends_well(&output, "the script")?;
        Ok(String::from_utf8(output.stdout)?)
    };
    let first = run()?;
    let last = first.lines().last().unwrap_or_default();
    ensure!(last == "20 repositories: 15 migrated, 4 with nothing to do, 1 left, 0 failed", "{first}");
    for number in 1..=20 {
        let at = all.join(format!("service-{number:02}"));
        let branches = git(&at, &["branch", "--format", "%(refname:short)"])?;
        let migrated = number % 5 != 0 && number != 1;
        ensure!(branches.contains("aig-migrate") == migrated, "{}: {branches}", at.display());
        ensure!(git(&at, &["rev-parse", "--abbrev-ref", "HEAD"])?.trim() == "main", "{}", at.display());
        let dirty = git(&at, &["status", "--porcelain"])?;
        ensure!(dirty.is_empty() == (number != 1), "{}: {dirty}", at.display());
        if migrated {
            let files = git(&at, &["diff", "--name-only", "main", "aig-migrate"])?;
            ensure!(files.lines().count() == 7, "{}: {files}", at.display());
            ensure!(reports.join(format!("service-{number:02}.md")).is_file(), "no report");
        }
    }
    let second = run()?;
    ensure!(
        second.contains("20 repositories: 0 migrated, 4 with nothing to do, 16 left, 0 failed"),
        "{second}"
    );
    Ok(())
}
