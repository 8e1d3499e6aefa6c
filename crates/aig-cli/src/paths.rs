//! PATH arguments to a root and the places in it.

use std::path::{Path, PathBuf};

/// A tree, and where in it to look.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The canonical folder that all paths are relative to.
    pub root: PathBuf,
    /// Relative to the root, `/`-separated; empty means all of it.
    pub roots: Vec<String>,
}

/// One folder is the root itself; the root of one file is its folder; the root of several is the deepest folder that
/// holds them all.
///
/// # Errors
/// A path that does not exist or can't be named relative to the root.
pub(crate) fn place(paths: &[PathBuf]) -> Result<Place, String> {
    let mut found = Vec::with_capacity(paths.len());
    for path in paths {
        found.push(resolve(path)?);
    }
    if let [(folder, None)] = found.as_slice() {
        return Ok(Place { root: folder.clone(), roots: Vec::new() });
    }
    let root =
        found.iter().map(|(folder, _)| folder.clone()).reduce(|a, b| common(&a, &b)).unwrap_or_default();
    if root.as_os_str().is_empty() {
        return Err("these paths share no folder; run the command once for each of them".into());
    }
    let mut roots = Vec::new();
    for (folder, name) in &found {
        let below = folder.strip_prefix(&root).unwrap_or(folder);
        let mut parts: Vec<&str> = Vec::new();
        for part in below.components().map(|part| part.as_os_str()).chain(name.as_deref()) {
            parts.push(part.to_str().ok_or_else(|| {
                format!("{}: the name is not UTF-8; give the folder that holds it", folder.display())
            })?);
        }
        // The root itself was named: all of it is to be seen, beside what is named expressly.
        roots.push(parts.join("/"));
    }
    roots.sort();
    roots.dedup();
    Ok(Place { root, roots })
}

/// The canonical folder of a path, and the file's name if it is a file.
fn resolve(path: &Path) -> Result<(PathBuf, Option<std::ffi::OsString>), String> {
    let failed = |error: std::io::Error| format!("{}: {}", path.display(), plain(&error));
    let metadata = std::fs::metadata(path).map_err(failed)?;
    if metadata.is_dir() {
        return Ok((path.canonicalize().map_err(failed)?, None));
    }
    // A link to a file is not followed: the walk passes it over and says so.
    let name = path.file_name().ok_or_else(|| format!("{}: no file or folder", path.display()))?;
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    Ok((folder.canonicalize().map_err(failed)?, Some(name.to_owned())))
}

fn common(a: &Path, b: &Path) -> PathBuf {
    a.components().zip(b.components()).take_while(|(a, b)| a == b).map(|(part, _)| part).collect()
}

/// An error of the operating system in words, without its number.
pub(crate) fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or folder".into(),
        std::io::ErrorKind::PermissionDenied => "permission denied".into(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> tempfile::TempDir {
        let tree = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(tree.path().join("a/b")).unwrap();
        std::fs::write(tree.path().join("a/x.py"), "").unwrap();
        std::fs::write(tree.path().join("a/b/y.py"), "").unwrap();
        tree
    }

    #[test]
    fn a_folder_is_the_root_and_a_file_has_its_folder() {
        let tree = tree();
        let root = tree.path().canonicalize().unwrap();
        let of = |paths: &[&str]| place(&paths.iter().map(|path| tree.path().join(path)).collect::<Vec<_>>());
        assert_eq!(of(&["a"]), Ok(Place { root: root.join("a"), roots: vec![] }));
        assert_eq!(of(&["a/b/.."]), Ok(Place { root: root.join("a"), roots: vec![] }));
        assert_eq!(of(&["a/x.py"]), Ok(Place { root: root.join("a"), roots: vec!["x.py".into()] }));
        assert_eq!(
            of(&["a/x.py", "a/b", "a/b/../x.py"]),
            Ok(Place { root: root.join("a"), roots: vec!["b".into(), "x.py".into()] })
        );
        assert_eq!(
            of(&["a/b/y.py", "a"]),
            Ok(Place { root: root.join("a"), roots: vec!["".into(), "b/y.py".into()] })
        );
        assert!(of(&["a/none"]).unwrap_err().ends_with("none: no such file or folder"));
    }
}
