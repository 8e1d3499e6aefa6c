//! The trees that are measured: made anew from a fixed seed, so that every machine measures the same.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::files;
use crate::step::{output, run, say};

const PYTHON: &str = include_str!("trees/client.py");
const JAVASCRIPT: &str = include_str!("trees/client.js");
const YAML: &str = include_str!("trees/compose.yaml");
const ENV: &str = include_str!("trees/variables.env");

/// Debian's package of the kernel's sources, which the big tree is made of.
pub const KERNEL: &str = "linux-source-6.1";

/// A generator of numbers that is the same everywhere (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        // A limit is far below 2^32, so what the remainder favours does not show.
        (mixed % limit as u64) as usize
    }
}

/// The `number`-th file that calls the gateway: in turn Python, JavaScript, a compose file and variables.
fn calling(number: usize) -> (String, String) {
    let (name, text) = match number % 4 {
        0 => (format!("pk_app{number}.py"), PYTHON),
        1 => (format!("pkApp{number}.js"), JAVASCRIPT),
        2 => (format!("pk-{number}.yaml"), YAML),
        _ => (format!(".env.pk{number}"), ENV),
    };
    (name, text.replace("NUMBER", &number.to_string()))
}

/// Makes the tree `name` in `home` by `make`, if it is not there whole.
fn once(home: &Path, name: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let (tree, stamp) = (home.join(name), home.join(format!("{name}.whole")));
    if !stamp.exists() {
        say(&format!("making {}", tree.display()));
        files::empty(&tree)?;
        make(&tree)?;
        write(&stamp, "")?;
    }
    Ok(tree)
}

/// Some 83,000 tracked files of 1.3 GB, 30,000 ignored ones in `node_modules`, and 300 that call the gateway.
///
/// # Errors
/// If the kernel's sources can't be had, or the disk is full.
pub fn big(home: &Path) -> Result<PathBuf> {
    once(home, "big", |tree| {
        let archive = kernel()?;
        let mut tar = Command::new("tar");
        tar.arg("-xJf").arg(archive).arg("-C").arg(tree).arg("--strip-components=1");
        run("unpacking the kernel's sources", tar)?;
        write(&tree.join(".gitignore"), "node_modules/\n*.o\n*.ko\n/build/\ndist/\n.venv/\n")?;
        let mut folders = vec![tree.to_owned()];
        folders.extend(
            files::names_under(tree)?
                .iter()
                .filter_map(|name| Some(tree.join(Path::new(name).parent()?)))
                .filter(|folder| folder != tree),
        );
        folders.dedup();
        node_modules(tree)?;
        plain(tree)?;
        let mut numbers = Numbers(20_260_101);
        for number in 0..300 {
            let (name, text) = calling(number);
            write(&folders[numbers.below(folders.len())].join(name), &text)?;
        }
        repository(tree)
    })
}

/// The archive of the kernel's sources; installed, where this may be done.
fn kernel() -> Result<PathBuf> {
    let find = || {
        let mut list = Command::new("dpkg");
        list.args(["-L", KERNEL]);
        output(list)?.lines().find(|line| line.ends_with("tar.xz")).map(PathBuf::from)
    };
    if let Some(archive) = find() {
        return Ok(archive);
    }
    let mut install = Command::new("apt-get");
    install.args(["install", "-y", "-qq", "--no-install-recommends", KERNEL]);
    run(&format!("installing {KERNEL}"), install)
        .with_context(|| format!("the big tree needs Debian's package {KERNEL}"))?;
    find().with_context(|| format!("{KERNEL} has no archive"))
}

/// 1,500 packages of 20 files; one in ten calls the gateway, which is nobody's business.
fn node_modules(tree: &Path) -> Result<()> {
    let body =
        "'use strict';\nmodule.exports = function f(a, b) {\n  return a + b; // filler\n};\n".repeat(12);
    for package in 0..1500 {
        let folder = tree.join(format!("node_modules/pkg{package:04}"));
        write(
            &folder.join("package.json"),
            &format!(
                "{{\"name\":\"pkg{package:04}\",\"version\":\"1.0.{package}\",\"main\":\"index.js\"}}\n"
            ),
        )?;
        write(&folder.join("index.js"), "module.exports=require('./lib/a0');\n")?;
        for file in 0..18 {
            let calls = if package % 10 == 0 && file == 0 { JAVASCRIPT } else { "" };
            write(&folder.join(format!("lib/a{file}.js")), &format!("// {package} {file}\n{body}{calls}"))?;
        }
    }
    Ok(())
}

/// 2,000 files of JavaScript and 2,000 of Python, so that tools that read languages have something to read.
fn plain(tree: &Path) -> Result<()> {
    for number in 0..2000 {
        let folder = tree.join(format!("apps/m{}", number / 50));
        let mut text = String::from("import a from './a';\nconst url = 'https://example.com/v1';\n");
        for function in 0..8 {
            text.push_str(&format!(
                "export function g{number}_{function}(x) {{\n  return fetch(url, {{ headers: {{ 'content-type': \
                 'application/json' }} }}).then((r) => r.json());\n}}\n"
            ));
        }
        write(&folder.join(format!("f{number}.js")), &text)?;
        let python = format!(
            "import os\nurl = 'https://example.com/v1'\n\ndef g{number}(x):\n    return {{'url': url, 'k': \
             os.environ.get('K'), 'x': [i * 2 for i in range(x)]}}\n"
        );
        write(&folder.join(format!("f{number}.py")), &python.repeat(8))?;
    }
    Ok(())
}

/// All files in one commit and one pack, as a clone has them.
fn repository(tree: &Path) -> Result<()> {
    let author = ["-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "gc.auto=0"];
    let steps: [&[&str]; 4] = [
        &["init", "--quiet"],
        &["add", "--all"],
        &["commit", "--quiet", "--message", "tree"],
        &["-c", "pack.threads=2", "repack", "-adq", "--window=0"],
    ];
    for step in steps {
        let mut git = Command::new("git");
        git.current_dir(tree).args(author).args(step).stderr(std::process::Stdio::null());
        run(&format!("git {}", step.join(" ")), git)?;
    }
    Ok(())
}

/// 5,000 small files, each of which calls the gateway, 50 in a folder.
///
/// # Errors
/// If they can't be written.
pub fn dense(home: &Path) -> Result<PathBuf> {
    once(home, "dense", |tree| {
        for number in 0..5000 {
            let (name, text) = calling(number);
            write(&tree.join(format!("m{}", number / 50)).join(name), &text)?;
        }
        Ok(())
    })
}

/// `count` files, one in a hundred of which calls the gateway.
///
/// # Errors
/// If they can't be written.
pub fn sparse(home: &Path, count: usize) -> Result<PathBuf> {
    once(home, &format!("sparse-{count}"), |tree| {
        let filler = "def f(a, b):\n    return a + b  # what nobody looks for\n\n\n".repeat(40);
        for number in 0..count {
            let folder = tree.join(format!("m{}/n{}", number / 1000, number / 20 % 50));
            if number % 100 == 0 {
                let (name, text) = calling(number / 100);
                write(&folder.join(name), &text)?;
            } else {
                write(&folder.join(format!("f{number}.py")), &format!("# {number}\n{filler}"))?;
            }
        }
        Ok(())
    })
}

/// One file of `megabytes`, a call of the gateway in every one of them.
///
/// # Errors
/// If it can't be written.
pub fn long(home: &Path, megabytes: usize) -> Result<PathBuf> {
    once(home, &format!("long-{megabytes}"), |tree| {
        let mut text = String::with_capacity(megabytes << 20);
        for megabyte in 0..megabytes {
            text.push_str(&format!(
                "{{\"id\": {megabyte}, \"url\": \"https://api.portkey.ai/v1/chat/completions\"}}\n"
            ));
            while text.len() < (megabyte + 1) << 20 {
                text.push_str("{\"id\": 0, \"text\": \"words that nobody looks for, as logs hold them\"}\n");
            }
        }
        write(&tree.join("log.jsonl"), &text)
    })
}

/// A folder with nothing in it.
///
/// # Errors
/// If it can't be made.
pub fn empty(home: &Path) -> Result<PathBuf> {
    once(home, "empty", |_| Ok(()))
}

fn write(file: &Path, text: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("can't make {}", folder.display()))?;
    }
    fs::write(file, text).with_context(|| format!("can't write {}", file.display()))
}
