use super::*;

fn masker() -> Masker {
    Masker::from_parts(
        [r"\bsk-[A-Za-z0-9_-]{8,}", r"\bAKIA[0-9A-Z]{16}\b", r"\bghp_[A-Za-z0-9]{20,}\b"].into_iter(),
        ["api_key", "apikey", "api-key", "token", "secret", "password", "authorization"].into_iter(),
        value::Values::new(
            vec!["authorization".into(), "x-api-key".into()],
            vec!["dummy".into(), "not-needed".into(), "x".into()],
        ),
    )
}

/// Gathers what is wrong, so that one run tells all of it.
struct Checks {
    masker: Masker,
    wrong: Vec<String>,
}

impl Checks {
    fn new() -> Self {
        Self { masker: masker(), wrong: Vec::new() }
    }

    fn masked(&mut self, line: &str, expected: &str) {
        // A masked line is masked again as itself.
        for given in [line, expected] {
            let got = self.masker.mask_line(given);
            if got != expected {
                self.wrong.push(format!("{given}\n    gave {got}\n    not  {expected}"));
            }
        }
    }

    fn shown(&mut self, line: &str) {
        self.masked(line, line);
        if !self.masker.secrets(line, true).is_empty() {
            self.wrong.push(format!("{line}\n    is masked in code"));
        }
    }

    fn done(self) {
        assert!(self.wrong.is_empty(), "{}", self.wrong.join("\n"));
    }
}

#[test]
fn known_shapes_are_masked_anywhere() {
    let mut checks = Checks::new();
    checks.masked("see sk-abcdefgh12345678 there", "see sk-… there");
    checks.masked("x = 'sk-ant-api03-Zz9_8877'", "x = 'sk-…'");
    checks.masked("aws AKIAABCDEFGHIJKLMNOP", "aws AKIA…");
    checks.masked("git ghp_abcdefghijklmnopqrst12", "git ghp_…");
    checks.masked("t eyJhbGciOiJIUzI1.eyJzdWIiOiIx.c2ln end", "t eyJ… end");
    checks.masked("curl -H 'X: Bearer abc123def456'", "curl -H 'X: Bearer …'");
    checks.masked("https://user:hunter2@host/x", "https://user:…@host/x");
    checks.masked("curl -u me:hunter2 http://h", "curl -u me:… http://h");
    checks.masked("-----BEGIN RSA PRIVATE KEY-----MIIEow0", "-----BEGIN RSA PRIVATE KEY-----…");
    checks.done();
}

#[test]
fn values_beside_a_name_are_masked() {
    let mut checks = Checks::new();
    checks.masked("ACME_API_KEY=abc", "ACME_API_KEY=…");
    checks.masked("export ACME_API_KEY=abc.def(g", "export ACME_API_KEY=…");
    checks.masked("# ACME_API_KEY=abc", "# ACME_API_KEY=…");
    checks.masked("ACME_API_KEY='a b' run", "ACME_API_KEY='…' run");
    checks.masked("ENV ACME_API_KEY abc", "ENV ACME_API_KEY …");
    checks.masked("docker run -e ACME_API_KEY=abc img", "docker run -e ACME_API_KEY=… img");
    checks.masked("echo ${ACME_API_KEY:-abc}", "echo ${ACME_API_KEY:-…");
    checks.masked(r#"api_key="abcdef""#, r#"api_key="…""#);
    checks.masked(r#"api_key: str = "abcdef""#, r#"api_key: str = "…""#);
    checks.masked(r#"os.environ["ACME_API_KEY"] = "abcdef""#, r#"os.environ["ACME_API_KEY"] = "…""#);
    checks.masked(r#"os.getenv("ACME_API_KEY", "abcdef")"#, r#"os.getenv("ACME_API_KEY", "…")"#);
    checks.masked(r#"process.env.ACME_API_KEY ?? "abcdef""#, r#"process.env.ACME_API_KEY ?? "…""#);
    checks.masked(r#"process.env["ACME_API_KEY"] || 'abcdef'"#, r#"process.env["ACME_API_KEY"] || '…'"#);
    checks.masked(r#"os.getenv("ACME_API_KEY") or "abcdef""#, r#"os.getenv("ACME_API_KEY") or "…""#);
    checks.masked(r#"  "x-acme-api-key": "abcdef","#, r#"  "x-acme-api-key": "…","#);
    checks
        .masked(r#"{\"x-acme-api-key\": \"abcdef\", \"n\": 1}"#, r#"{\"x-acme-api-key\": \"…\", \"n\": 1}"#);
    checks.masked("headers.set('x-acme-api-key', 'abcdef')", "headers.set('x-acme-api-key', '…')");
    checks.masked("-H 'x-acme-api-key: abcdef'", "-H 'x-acme-api-key: …'");
    checks.masked("-H \"Authorization: Bearer abcdef\"", "-H \"Authorization: Bearer …\"");
    checks.masked(r#""Authorization": "Bearer " + "abcdef""#, r#""Authorization": "Bearer " + "…""#);
    checks.masked("  apiKey: hunter2", "  apiKey: …");
    checks.masked("- api_key: canary-secret-value # mine", "- api_key: … # mine");
    checks.masked("api_key = abcdef", "api_key = …");
    checks.masked(".apiKey(\"abcdef\")", ".apiKey(\"…\")");
    checks.masked("<apiKey>abcdef</apiKey>", "<apiKey>…</apiKey>");
    checks.masked("tool --api-key abc123def456", "tool --api-key …");
    checks.masked("tool --api-key=abc", "tool --api-key=…");
    checks.masked("https://h/x?api_key=abc&b=1", "https://h/x?api_key=…&b=1");
    checks.masked(r#"{"name":"ACME_API_KEY","value":"abc"}"#, r#"{"name":"ACME_API_KEY","value":"…"}"#);
    checks.masked("- name: ACME_API_KEY\n  value: abc\n", "- name: ACME_API_KEY\n  value: …\n");
    checks.masked("headers = {'x-acme-api-key':\n  'abcdef'}", "headers = {'x-acme-api-key':\n  '…'}");
    checks.masked("api_key = b'ümläut'", "api_key = b'…'");
    checks.done();
}

#[test]
fn references_are_shown() {
    let mut checks = Checks::new();
    checks.shown(r#"api_key=os.environ["ACME_API_KEY"]"#);
    checks.shown(r#"client = OpenAI(api_key=os.getenv("ACME_API_KEY"))"#);
    checks.shown(r#"const apiKey = process.env.ACME_API_KEY ?? "";"#);
    checks.shown("curl -H \"x-acme-api-key: $ACME_API_KEY\"");
    checks.shown("curl -H \"Authorization: Bearer ${ACME_API_KEY}\"");
    checks.shown("ACME_API_KEY: ${{ secrets.ACME_API_KEY }}");
    checks.shown("ACME_API_KEY=${OTHER_API_KEY}");
    checks.shown("ACME_API_KEY=");
    checks.shown("f\"Bearer {api_key}\"");
    checks.shown("'Authorization': `Bearer ${process.env.ACME_API_KEY}`,");
    checks.shown("headers={\"Authorization\": \"Bearer \" + key}");
    checks.shown("client = OpenAI(api_key=api_key, base_url=url)");
    checks.shown("  apiKey: config.apiKey,");
    checks.shown("  api_key: Optional[str] = None");
    checks.shown("api_key=load_key_v2()");
    checks.shown("token_url: https://login.example/token");
    checks.shown("https://$USER:$PASSWORD@host/");
    checks.shown("curl -u \"me:$PASSWORD\" http://h");
    checks.shown("api_key:\n  from_env: yes\n");
    checks.done();
}

#[test]
fn placeholders_and_names_are_shown() {
    let mut checks = Checks::new();
    checks.shown(r#"api_key="ACME_API_KEY""#);
    checks.shown("ACME_API_KEY=YOUR_ACME_API_KEY");
    checks.shown("ACME_API_KEY=<your key>");
    checks.shown("api_key='dummy'");
    checks.shown("api_key: 'your-api-key'");
    checks.shown("api_key='sk-YOUR_KEY'");
    checks.shown("api_key='sk-xxxxxxxxxxxx'");
    checks.shown("api_key='sk-...'");
    checks.shown("ACME_API_KEY=***");
    checks.shown("max_tokens: 100, tokenizer: 'cl100k'");
    checks.shown("HEADER_API_KEY = 'x-acme-api-key'");
    checks.shown("secret_name: my-secret");
    checks.shown("a bearer of the token is welcome");
    checks.shown("\"api_key\": null, \"token\": true");
    checks.done();
}

#[test]
fn a_bare_word_in_code_is_a_name() {
    let masker = masker();
    assert!(masker.secrets("const options = {\n  apiKey: key\n}", true).is_empty());
    assert_eq!(masker.secrets("apiKey: key", false).first(), Some(&(8..11)));
    assert!(masker.secrets("self.api_key = api_key", true).is_empty());
    assert_eq!(masker.secrets("ACME_API_KEY=abc", true).first(), Some(&(13..16)));
}

#[test]
fn every_cut_of_a_text_is_masked_without_panic() {
    let text = "é\\\"api_key\\\": \\\"ab→c\\\" password='\\\u{1F511}' token=`x\ny` sk-abcdefgh1234\n'''";
    let masker = masker();
    for start in 0..text.len() {
        for end in start..=text.len() {
            if let Some(cut) = text.get(start..end) {
                masker.mask_line(cut);
            }
        }
    }
}

#[test]
fn what_drives_a_terminal_is_spelt_out() {
    assert_eq!(escape_for_terminal("plain →\té"), "plain →\té");
    assert_eq!(escape_for_terminal("a\x1b[31mb"), "a\\u{1b}[31mb");
    assert_eq!(escape_for_terminal("\r\n"), "\\u{d}\\u{a}");
    assert_eq!(
        escape_for_terminal("\u{202e}\u{9b}\u{7f}\u{200b}\u{2066}"),
        "\\u{202e}\\u{9b}\\u{7f}\\u{200b}\\u{2066}"
    );
    assert_eq!(escape_for_terminal("\u{e0041}\u{feff}"), "\\u{e0041}\\u{feff}");
}

#[test]
fn names_are_cut_into_words() {
    assert_eq!(words("x-apiKey_ID2"), ["x", "api", "key", "id2"]);
    assert_eq!(words("APIKey"), ["api", "key"]);
    assert!(masker().is_secret_name("NEXT_PUBLIC_ACME_API_KEY_PROD"));
    assert!(masker().is_secret_name("accessToken"));
    assert!(!masker().is_secret_name("tokenizer"));
    assert!(!masker().is_secret_name("API_KEY_HEADER"));
}
