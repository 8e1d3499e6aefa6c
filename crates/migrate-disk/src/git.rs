//! What has to be known of git: where a repository's top is, and its own list of files to ignore. No git is run.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use migrate_core::fs::FsError;

use crate::failure;
use crate::sys::Folder;

/// The top of the repository that `folder` lies in: the nearest folder, upward, with a `.git` in it.
pub fn top(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok())
}

/// The file `info/exclude` of the repository with this top, whether it is there or not.
///
/// `.git` is a folder, or, in a worktree or submodule, a file that names one; a worktree's names the repository's in
/// turn, which holds the list.
pub fn exclude_file(top: &Path) -> Option<PathBuf> {
    let dot_git = top.join(".git");
    let folder = if dot_git.is_dir() {
        dot_git
    } else {
        let text = std::fs::read_to_string(&dot_git).ok()?;
        top.join(text.strip_prefix("gitdir:")?.trim())
    };
    let common = std::fs::read_to_string(folder.join("commondir"));
    let common = common.map_or_else(|_| folder.clone(), |text| folder.join(text.trim()));
    // A `.git` file that leads to what is no repository leads nowhere.
    (folder.join("HEAD").is_file() && common.join("objects").is_dir()).then(|| common.join("info/exclude"))
}

/// Adds `line` to the `info/exclude` of the repository with this top, unless it is there. Returns whether it was
/// added.
pub fn exclude(top: &Path, line: &str) -> Result<bool, FsError> {
    let Some(file) = exclude_file(top) else { return Ok(false) };
    let shown = file.display().to_string();
    add_line(&file, line).map_err(|error| failure(&shown, "keep backups out of version control", &error))
}

fn add_line(file: &Path, line: &str) -> io::Result<bool> {
    let (Some(info), Some(name)) = (file.parent(), file.file_name().and_then(|name| name.to_str())) else {
        return Ok(false);
    };
    match std::fs::create_dir(info) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    // Neither the folder nor the file may be a link: what it leads to is not the repository's.
    let info = Folder::open(info)?;
    let mut text = Vec::new();
    let mut file = match info.open_file(name) {
        Ok(mut file) => {
            file.read_to_end(&mut text)?;
            if text.split(|byte| *byte == b'\n').any(|old| old.trim_ascii_end() == line.as_bytes()) {
                return Ok(false);
            }
            info.open_in_place(name)?
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => info.create(name)?,
        Err(error) => return Err(error),
    };
    file.seek(SeekFrom::End(0))?;
    let start = if text.is_empty() || text.ends_with(b"\n") { "" } else { "\n" };
    file.write_all(format!("{start}{line}\n").as_bytes())?;
    Ok(true)
}
