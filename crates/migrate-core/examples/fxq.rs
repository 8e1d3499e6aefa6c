#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]
use migrate_core::*;
fn main() {
    for dir in std::env::args().skip(1) {
        let root = std::path::PathBuf::from(&dir);
        let before = root.join("before");
        let mut files = Vec::new();
        let mut todo = vec![before.clone()];
        while let Some(d) = todo.pop() {
            for e in std::fs::read_dir(d).unwrap() {
                let p = e.unwrap().path();
                if p.is_dir() {
                    todo.push(p)
                } else {
                    files.push((
                        p.strip_prefix(&before).unwrap().to_str().unwrap().to_string(),
                        std::fs::read(&p).unwrap(),
                    ));
                }
            }
        }
        let fs = MemoryFs::from_files(files);
        let source = Source::builtin(&std::env::var("SRC").unwrap()).unwrap();
        let case = std::fs::read_to_string(root.join("case.toml")).unwrap_or_default();
        let mut o = PlanOptions::default();
        o.keep_unmapped = case.contains("keep_unmapped = true");
        for line in case.lines() {
            if let Some(v) = line.strip_prefix("from_urls = [\"") {
                o.from_urls = vec![v.trim_end_matches("\"]").to_string()];
            }
        }
        let plan = plan(&fs, &source, &o).unwrap();
        let out = root.join("../../target/fxout").join(root.file_name().unwrap());
        let out = std::path::PathBuf::from("target/fxout").join(out.file_name().unwrap());
        let _ = std::fs::remove_dir_all(&out);
        std::fs::create_dir_all(&out).unwrap();
        let mut text = String::new();
        for f in &plan.files {
            let p = out.join("after").join(&f.path);
            std::fs::create_dir_all(p.parent().unwrap()).unwrap();
            std::fs::write(p, &f.rewritten).unwrap();
            for x in &f.findings {
                text += &format!(
                    "{}:{} {} {}\t{}\t{}\n",
                    f.path,
                    x.line,
                    x.level,
                    x.rule,
                    x.message.replace('\n', " "),
                    x.help.replace('\n', " ")
                );
            }
        }
        for s in &plan.skipped {
            text += &format!("SKIPPED {} {}\n", s.path, s.reason.id());
        }
        std::fs::write(out.join("findings.txt"), text).unwrap();
        let mut env = String::new();
        for e in &plan.environment {
            env += &format!("{} {} {}\n", e.kind.id(), e.from, e.to);
        }
        std::fs::write(out.join("environment.txt"), env).unwrap();
    }
}
