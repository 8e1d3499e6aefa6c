//! Reports of a real plan.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use migrate_core::mask::Masker;
use migrate_core::{MemoryFs, Plan, PlanOptions, Source, plan};

use super::*;
use crate::style::Styles;

const SECRET: &str = "canary0123456789abcdef";

/// A tree made of the examples of the rules, with a secret, and names and text that HTML could take for its own.
fn planned(source: &Source) -> Plan {
    let mut files: Vec<(String, String)> = Vec::new();
    for about in crate::rules::all() {
        if let (Some(file), Some(before)) = (&about.file, &about.before) {
            files.push((
                format!("{}/{file}", about.id),
                format!("{before}# </script><script>alert(1)</script>\n"),
            ));
        }
    }
    files.push(("x/<img src=x>&\"'.sh".into(), files[0].1.clone()));
    files.push(("secret/.env".into(), format!("{}={SECRET}\n", source.variables[0].name)));
    let fs = MemoryFs::from_files(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    plan(&fs, source, &PlanOptions::default()).unwrap()
}

fn pages() -> (String, String) {
    let source = Source::builtin(Source::builtin_names().next().unwrap()).unwrap();
    let (plan, masker) = (planned(&source), Masker::new(&source));
    let view = View {
        plan: &plan,
        source: &source,
        masker: &masker,
        root: Path::new("/nowhere"),
        verbose: true,
        quiet: false,
        uncommitted: BTreeSet::new(),
        is_terminal: false,
        styles: Styles::default(),
        threads: 1,
    };
    assert!(plan.edit_count() > 0 && plan.finding_count() > 0);
    (html::page(&view), markdown::page(&view))
}

#[test]
fn no_page_tells_a_secret_or_lets_text_become_markup() {
    let (html, markdown) = pages();
    for page in [&html, &markdown] {
        assert!(!page.contains(&SECRET[..10]), "{page}");
        assert!(page[..200].contains(GENERATED));
        assert!(!page.contains("<img"), "a file's name is markup");
    }
    assert_eq!(html.matches("<script").count(), 1, "text of a file is a script");
    assert_eq!(html.matches("</script>").count(), 1);
}

#[test]
fn the_page_loads_nothing_and_runs_only_its_own() {
    let (html, _) = pages();
    assert!(html.contains("default-src 'none'"));
    let page = html.replace(html::STYLE, "").replace(html::SCRIPT, "");
    let tags: Vec<&str> = page.split('<').skip(1).map(|tag| tag.split('>').next().unwrap()).collect();
    assert!(tags.len() > 100);
    for outside in ["src=", "href=\"h", "link", "iframe", "style=", " on", "unsafe-"] {
        let tag = tags.iter().find(|tag| tag.contains(outside));
        assert_eq!(tag, None, "{outside}");
    }
    assert!(["url(", "@import"].iter().all(|outside| !html::STYLE.contains(outside)));
    for (part, hash) in [(html::STYLE, html::STYLE_HASH), (html::SCRIPT, html::SCRIPT_HASH)] {
        let python = "import base64,hashlib,sys;print(base64.b64encode(hashlib.sha256(sys.argv[1].encode()).digest()).decode())";
        let output = Command::new("python3").args(["-c", python, part]).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), hash);
        assert!(html.contains(part) && html.contains(&format!("'sha256-{hash}'")));
    }
}

#[test]
fn the_page_can_be_used_without_a_mouse_or_a_screen() {
    let (html, _) = pages();
    assert!(html.contains("<html lang=\"en\"") && html.contains("role=\"status\""));
    let ids: Vec<&str> = html.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id is there twice");
    let boxes = html.matches("type=\"checkbox\"").count();
    assert!(boxes > 10);
    for id in ids.iter().filter(|id| id.starts_with("f-")) {
        assert!(html.contains(&format!("for=\"{id}\"")), "{id} has no label");
    }
    assert_eq!(html.matches("<label for=").count(), boxes);
    for (open, close) in [
        ("<table", "</table>"),
        ("<section", "</section>"),
        ("<tr", "</tr>"),
        ("<li", "</li>"),
        ("<td", "</td>"),
    ] {
        assert_eq!(html.matches(open).count(), html.matches(close).count(), "{open}");
    }
}

#[test]
fn forms_go_by_the_name() {
    let form = |name: &str| Form::of(Path::new(name));
    assert_eq!([form("a.html"), form("a/b.HTM")], [Some(Form::Html); 2]);
    assert_eq!([form("a.md"), form("b.markdown")], [Some(Form::Markdown); 2]);
    assert_eq!([form("a.pdf"), form("html")], [None; 2]);
}
