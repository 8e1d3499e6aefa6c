//! Makes the table of built-in packs: every `*.toml` of `sources/` and `targets/`, by file name. Adding a gateway
//! touches no Rust.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    let mut code = String::new();
    table(&mut code, "SOURCES", &root.join("sources"))?;
    table(&mut code, "TARGETS", &root.join("targets"))?;
    fs::write(out.join("packs.rs"), code)
}

/// Writes a static that lists the packs of `folder`, sorted by name.
fn table(code: &mut String, name: &str, folder: &Path) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut packs = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            packs.push(path);
        }
    }
    packs.sort();
    let _ = writeln!(code, "static {name}: &[(&str, &str)] = &[");
    for path in packs {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let _ = writeln!(code, "    ({stem:?}, include_str!({:?})),", path.display().to_string());
    }
    code.push_str("];\n");
    Ok(())
}
