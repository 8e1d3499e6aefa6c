//! The files that an imported module may name, by the rules of each ecosystem. Text only: whether a file is there is
//! for the caller to see.

/// The folder of a path, `""` for the root.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn join(folder: &str, rest: &str) -> String {
    if folder.is_empty() { rest.to_string() } else { format!("{folder}/{rest}") }
}

/// A path without `.` and `..`; `None` if it leads out of the root.
fn normal(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Python: `config`, `app.config`, `.config`, `..settings`.
pub(super) fn python(importer: &str, module: &str) -> Vec<String> {
    let dots = module.len() - module.trim_start_matches('.').len();
    let path = module[dots..].replace('.', "/");
    let mut base = folder(importer);
    let forms = |base: &str| {
        let stem = if path.is_empty() { base.to_string() } else { join(base, &path) };
        if stem.is_empty() {
            vec!["__init__.py".to_string()]
        } else {
            vec![format!("{stem}.py"), format!("{stem}/__init__.py"), format!("{stem}.pyi")]
        }
    };
    if dots > 0 {
        for _ in 1..dots {
            base = folder(base);
        }
        return forms(base);
    }
    // Absolute: beside the importer (a script), in any folder above it (a package's root), or in `src` there.
    let mut out = Vec::new();
    loop {
        out.extend(forms(base));
        out.extend(forms(&join(base, "src")));
        if base.is_empty() {
            return out;
        }
        base = folder(base);
    }
}

/// The files that a path in JavaScript or TypeScript may mean, with or without its ending.
fn javascript_forms(path: &str) -> Vec<String> {
    const ENDINGS: [&str; 8] = [".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts"];
    let mut out = vec![path.to_string()];
    // TypeScript names the file that its own will be compiled to.
    if let Some((stem, "js" | "jsx" | "mjs" | "cjs")) = path.rsplit_once('.') {
        out.extend([".ts", ".tsx", ".mts", ".cts"].iter().map(|ending| format!("{stem}{ending}")));
    }
    out.extend(ENDINGS.iter().map(|ending| format!("{path}{ending}")));
    out.extend(ENDINGS.iter().map(|ending| format!("{path}/index{ending}")));
    out
}

/// JavaScript and TypeScript: relative specifiers, with or without ending, and `@/` or `~/` for a source root.
pub(super) fn javascript(importer: &str, module: &str) -> Vec<String> {
    if module.starts_with('.') {
        let path = normal(&join(folder(importer), module));
        return path.map(|path| javascript_forms(&path)).unwrap_or_default();
    }
    let Some(rest) = module.strip_prefix("@/").or_else(|| module.strip_prefix("~/")) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    let mut base = folder(importer);
    loop {
        out.extend(javascript_forms(&join(base, rest)));
        out.extend(javascript_forms(&join(&join(base, "src"), rest)));
        if base.is_empty() {
            return out;
        }
        base = folder(base);
    }
}

/// JavaScript and TypeScript: a package of the same workspace. What it says of itself may be what it is built into, whose
/// source lies beside it or in `src`.
pub(super) fn javascript_package(folder: &str, main: Option<&str>, rest: &str) -> Vec<String> {
    let bases = [folder.to_string(), join(folder, "src")];
    if !rest.is_empty() {
        return bases.iter().flat_map(|base| javascript_forms(&join(base, rest))).collect();
    }
    let main = main.and_then(|main| normal(&join(folder, main))).into_iter();
    main.chain(bases).flat_map(|path| javascript_forms(&path)).collect()
}

/// Java and Kotlin: `com.example.Config` is `com/example/Config.java`, from the root of the sources; a type's name alone
/// is in the importer's own package.
pub(super) fn java(importer: &str, module: &str, ending: &str) -> Vec<String> {
    let folder = folder(importer);
    let Some((package, class)) = module.rsplit_once('.') else {
        return vec![join(folder, &format!("{module}.{ending}"))];
    };
    let file = format!("{}/{class}.{ending}", package.replace('.', "/"));
    // The root of the sources is a folder above the importer: as far up as its own package goes.
    let mut out = Vec::new();
    let mut base = folder;
    loop {
        out.push(join(base, &file));
        if base.is_empty() {
            return out;
        }
        base = self::folder(base);
    }
}

/// C#: a type is in a file of its name, beside the importer or in a folder above it. Namespaces say nothing of folders.
pub(super) fn csharp(importer: &str, module: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut base = folder(importer);
    if module.contains('.') {
        return out;
    }
    loop {
        out.push(join(base, &format!("{module}.cs")));
        if base.is_empty() {
            return out;
        }
        base = folder(base);
    }
}

/// Rust: `crate::config`, `super::config`, `self::config`, `config`, and by the crate's own name from its programs.
pub(super) fn rust(importer: &str, module: &str) -> Vec<String> {
    let home = folder(importer);
    let file = importer.rsplit('/').next().unwrap_or(importer);
    let mut root = home;
    while !matches!(root.rsplit('/').next(), Some("src" | "")) {
        root = folder(root);
    }
    let is_root = |file: &str| matches!(file, "lib.rs" | "main.rs" | "mod.rs");
    // Where the importer's own modules lie.
    let own =
        if is_root(file) { home.to_string() } else { join(home, file.strip_suffix(".rs").unwrap_or(file)) };
    let mut parts = module.split("::").peekable();
    let mut bases = match parts.peek() {
        Some(&"crate") => vec![root.to_string()],
        Some(&("self" | "super")) => vec![own],
        Some(_) => vec![own, root.to_string()],
        None => return Vec::new(),
    };
    let mut named = Vec::new();
    let mut first = true;
    for part in parts {
        match part {
            "crate" | "self" => {}
            "super" => bases.iter_mut().for_each(|base| *base = folder(base).to_string()),
            part => named.push(part),
        }
        // The first name may be the crate's.
        if first && bases.len() == 2 {
            named.clear();
            named.push(part);
        }
        first = false;
    }
    let forms = |path: &str| match path.rsplit('/').next() {
        Some("src" | "") => vec![join(path, "lib.rs"), join(path, "main.rs")],
        _ => vec![format!("{path}.rs"), join(path, "mod.rs")],
    };
    let mut out = Vec::new();
    for base in &bases {
        out.extend(forms(&named.iter().fold(base.clone(), |base, part| join(&base, part))));
    }
    if bases.len() == 2 {
        out.extend(forms(&named.iter().skip(1).fold(root.to_string(), |base, part| join(&base, part))));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{java, javascript, python, rust};

    #[test]
    fn a_java_class_is_sought_from_every_folder_above() {
        let paths = java("app/src/main/java/com/acme/chat/Client.java", "com.acme.config.Keys", "java");
        assert!(paths.contains(&"app/src/main/java/com/acme/config/Keys.java".to_string()));
        assert_eq!(java("src/com/acme/Client.java", "Keys", "java"), ["src/com/acme/Keys.java"]);
    }

    #[test]
    fn a_rust_path_leads_from_the_crate_the_module_or_its_parent() {
        assert_eq!(rust("src/api/chat.rs", "crate::config")[0], "src/config.rs");
        assert_eq!(rust("src/api/chat.rs", "super::config")[0], "src/api/config.rs");
        assert_eq!(rust("src/api/mod.rs", "super::config")[0], "src/config.rs");
        assert_eq!(rust("src/api/mod.rs", "self::config")[1], "src/api/config/mod.rs");
        assert_eq!(rust("src/api.rs", "crate")[0], "src/lib.rs");
        assert!(rust("src/main.rs", "config").contains(&"src/config.rs".to_string()));
        assert!(rust("src/bin/ask.rs", "acme::config").contains(&"src/config.rs".to_string()));
    }

    #[test]
    fn a_python_module_is_sought_beside_its_importer_and_above() {
        let paths = python("app/api/chat.py", "app.config");
        assert!(paths.contains(&"app/config.py".to_string()));
        assert_eq!(python("app/api/chat.py", "..config")[0], "app/config.py");
        assert_eq!(python("app/chat.py", ".")[0], "app.py");
        assert!(python("app/chat.py", ".").contains(&"app/__init__.py".to_string()));
    }

    #[test]
    fn a_javascript_specifier_may_lack_its_ending() {
        assert!(javascript("src/a.ts", "./config").contains(&"src/config.ts".to_string()));
        assert!(javascript("src/a.ts", "../lib/x.js").contains(&"lib/x.ts".to_string()));
        assert!(javascript("app/page.tsx", "@/lib/ai").contains(&"lib/ai.ts".to_string()));
        assert!(javascript("a.js", "openai").is_empty());
        assert!(javascript("a.js", "../../x").is_empty());
    }
}
