//! A tree of its own for each run, and the real command on it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use aig_tests::workspace;

/// Files by path, `/`-separated.
pub type Tree = BTreeMap<String, Vec<u8>>;

pub const BACKUP: &str = ".aig-migrate.bak";

/// So many files of five kinds, in a few folders, each of which has something to migrate.
pub fn files(count: usize) -> Tree {
    let kinds = [
        (
            "py",
            "import os\nfrom openai import OpenAI\n\nclient = OpenAI(\n    base_url=\"https://api.portkey.ai/v1\",\n    api_key=os.environ[\"PORTKEY_API_KEY\"],\n)\n",
        ),
        ("env", "PORTKEY_API_KEY=\"\"\nOTHER=1\n"),
        ("sh", "curl https://api.portkey.ai/v1/models -H \"x-portkey-api-key: $PORTKEY_API_KEY\"\r\n"),
        (
            "js",
            "const url = \"https://api.portkey.ai/v1/chat/completions\";\nfetch(url, { headers: { \"x-portkey-api-key\": process.env.PORTKEY_API_KEY } });\n",
        ),
        ("md", "Set `PORTKEY_API_KEY`"),
    ];
    let one = |number: usize| {
        let (kind, text) = kinds[number % kinds.len()];
        let folder = ["", "lib/", "lib/deep/"][number % 3];
        let path = if kind == "env" {
            format!("{folder}.env.f{number}")
        } else {
            format!("{folder}f{number}.{kind}")
        };
        (path, text.as_bytes().to_vec())
    };
    (0..count).map(one).collect()
}

/// What the command makes of `files`, undisturbed, without the backups.
pub fn migrated(old: &Tree) -> Tree {
    static KNOWN: OnceLock<std::sync::Mutex<BTreeMap<usize, Tree>>> = OnceLock::new();
    let mut known = KNOWN.get_or_init(Default::default).lock().unwrap();
    let new = known.entry(old.len()).or_insert_with(|| {
        let place = Place::new(old);
        assert_eq!(place.aig(&["migrate", "portkey", "--yes", "--no-backup"]).code(), 0);
        place.tree()
    });
    assert!(
        old.iter().all(|(path, text)| new.get(path).is_some_and(|now| now != text)),
        "every file changes"
    );
    assert_eq!(old.len(), new.len());
    new.clone()
}

/// A tree and the backups of `old`.
pub fn with_backups(tree: &Tree, old: &Tree) -> Tree {
    let backups = old.iter().map(|(path, text)| (format!("{path}{BACKUP}"), text.clone()));
    tree.clone().into_iter().chain(backups).collect()
}

/// How the command ended.
#[derive(Debug)]
pub struct Ran {
    pub output: Output,
}

impl Ran {
    /// Its exit code; -1 if it was killed.
    pub fn code(&self) -> i32 {
        self.output.status.code().unwrap_or(-1)
    }

    pub fn said(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }
}

/// A folder that is removed in the end, with a tree and a state folder in it.
pub struct Place {
    folder: tempfile::TempDir,
    root: PathBuf,
}

impl Place {
    pub fn new(files: &Tree) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("tree");
        Self::in_folder(folder, root, files)
    }

    /// With the tree somewhere in that folder.
    pub fn in_folder(folder: tempfile::TempDir, root: PathBuf, files: &Tree) -> Self {
        std::fs::create_dir_all(&root).unwrap();
        let place = Self { folder, root };
        for (path, text) in files {
            place.write(path, text);
        }
        place
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn outside(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, path: &str, text: &[u8]) {
        let path = self.root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// All regular files, with all that this tool may have left.
    pub fn tree(&self) -> Tree {
        read(&self.root)
    }

    /// The command on the tree; its arguments end with the root.
    pub fn command(&self, program: Command, arguments: &[&str]) -> Command {
        let mut command = program;
        command.args(arguments).arg(&self.root).stdin(Stdio::null());
        command.env("HOME", self.outside()).env("XDG_STATE_HOME", self.outside().join("state"));
        command
    }

    pub fn aig(&self, arguments: &[&str]) -> Ran {
        let output = self.command(Command::new(workspace::aig().unwrap()), arguments).output().unwrap();
        Ran { output }
    }

    /// The command under the tracer, which says what it saw of `calls` in the file [`trace`](Self::trace) reads.
    pub fn traced(&self, expression: &str, arguments: &[&str]) -> Ran {
        let mut tracer = Command::new("strace");
        tracer.args(["-qq", "-f", "-o"]).arg(self.outside().join("trace")).args(["-e", expression]);
        tracer.arg(workspace::aig().unwrap());
        Ran { output: self.command(tracer, arguments).output().unwrap() }
    }

    pub fn trace(&self) -> String {
        std::fs::read_to_string(self.outside().join("trace")).unwrap()
    }
}

/// All regular files below a folder.
pub fn read(root: &Path) -> Tree {
    let mut tree = Tree::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                let path = entry.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                tree.insert(path, std::fs::read(entry.path()).unwrap());
            }
        }
    }
    tree
}
