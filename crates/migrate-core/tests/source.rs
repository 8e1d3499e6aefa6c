//! The rule packs: what the built-in ones hold, and what the loader says of bad ones.

use migrate_core::Source;
use migrate_core::finding::{Level, Rule};
use migrate_core::source::{EndpointClass, HeaderClass, HostRole, SourceError, VariableRole};

fn portkey() -> Source {
    Source::builtin("portkey").expect("the built-in pack is sound")
}

/// A pack that is right; each test below spoils one thing of it.
const GOOD: &str = r#"name = "acme"
title = "Acme"
target = "aigateway"
markers = ["acme", "ACME"]
unrelated = ['@acme/.*']
version_path = "/v1"
header_prefix = "x-acme-"

[[host]]
name = "api.acme.dev"
role = "api"

[[endpoint]]
path = "/prompts"
class = "source-only"

[[variable]]
name = "ACME_API_KEY"
role = "key"

[[header]]
name = "x-acme-api-key"
class = "credential"
rule = "auth-header"

[[header]]
name = "x-acme-trace"
class = "rename"
becomes = "x-aig-tag"
rule = "trace-header"
"#;

/// Loads `GOOD` with `from` replaced by `to`, and returns the error's line, key and message.
fn spoiled(from: &str, to: &str) -> (usize, String, String) {
    assert_eq!(GOOD.matches(from).count(), 1, "{from:?} must stand in the pack once");
    match Source::from_toml(&GOOD.replace(from, to)) {
        Err(SourceError::Invalid { pack, line, key, message }) => {
            assert_eq!(pack, "source");
            (line, key, message)
        }
        other => panic!("expected an error about {to:?}, got {:?}", other.map(|source| source.name)),
    }
}

fn assert_spoiled(from: &str, to: &str, line: usize, key: &str, says: &str) {
    let (at, of, message) = spoiled(from, to);
    assert_eq!((at, of.as_str()), (line, key), "{message}");
    assert!(message.contains(says), "{message:?} does not say {says:?}");
}

#[test]
fn the_good_pack_is_good() {
    let source = Source::from_toml(GOOD).unwrap();
    assert_eq!(source.target.key_variable, "AIGATEWAY_API_KEY");
    assert!(source.clients.client("OpenAI").is_some());
    assert!(source.target.next_steps.iter().any(|step| step.contains("last Acme invoice")));
}

#[test]
fn errors_name_key_and_line() {
    assert_spoiled(
        "role = \"key\"",
        "role = \"key\"\nrole2 = \"key\"",
        20,
        "variable[0].role2",
        "unknown field",
    );
    assert_spoiled(
        "target = \"aigateway\"",
        "target = \"aigateway\"\ncolour = 1",
        4,
        "colour",
        "unknown field",
    );
    assert_spoiled(
        "class = \"credential\"",
        "class = \"credentail\"",
        23,
        "header[0].class",
        "unknown variant",
    );
    assert_spoiled("rule = \"trace-header\"", "rule = \"trase-header\"", 30, "header[1].rule", "no rule id");
    assert_spoiled(
        "rule = \"trace-header\"",
        "rule = \"trace-header\"\nlevel = \"loud\"",
        31,
        "header[1].level",
        "no level",
    );
    assert_spoiled("role = \"api\"", "role = 3", 11, "host[0].role", "");
    assert_spoiled("name = \"acme\"", "name = \"acme", 1, "(top level)", "");
    assert_spoiled("'@acme/.*'", "'@acme/('", 5, "unrelated[0]", "no regular expression");
    assert_spoiled("x-acme-trace", "x-acme-api-key", 27, "header[1].name", "there twice");
    assert_spoiled("becomes = \"x-aig-tag\"\n", "", 26, "header[1]", "no `becomes`");
    assert_spoiled(
        "rule = \"auth-header\"",
        "rule = \"auth-header\"\nbecomes = \"y\"",
        25,
        "header[0].becomes",
        "class `rename`",
    );
    assert_spoiled("\"ACME\"]", "\"ACME\", \"Zenith\"]", 4, "markers[2]", "holds `Zenith`");
    assert_spoiled("[\"acme\", \"ACME\"]", "[\"acm\"]", 4, "markers[0]", "four or more");
    assert_spoiled("[\"acme\", \"ACME\"]", "[]", 4, "markers", "at least one");
    assert_spoiled("x-acme-trace", "x-trace", 27, "header[1].name", "none of the markers");
    assert_spoiled("ACME_API_KEY", "API_KEY", 18, "variable[0].name", "none of the markers");
    assert_spoiled("ACME_API_KEY", "ACME_*_API_*", 18, "variable[0].name", "more than one `*`");
    assert_spoiled("api.acme.dev", "api.Acme.dev", 10, "host[0].name", "lower case");
    assert_spoiled("api.acme.dev", "https://api.acme.dev", 10, "host[0].name", "no scheme");
    assert_spoiled("role = \"api\"", "role = \"dashboard\"", 9, "host", "nothing to move");
    assert_spoiled("\"/prompts\"", "\"prompts\"", 14, "endpoint[0].path", "start with `/`");
    assert_spoiled("version_path = \"/v1\"", "version_path = \"v1\"", 6, "version_path", "start with `/`");
    assert_spoiled("target = \"aigateway\"", "target = \"aigatway\"", 3, "target", "known: aigateway");
}

#[test]
fn a_missing_field_is_named() {
    let (line, key, message) = spoiled("rule = \"auth-header\"\n", "");
    assert!(message.contains("`rule`"), "{message}");
    assert_eq!((line, key.as_str()), (21, "header[0]"));
}

#[test]
fn an_unknown_name_suggests_the_nearest() {
    let error = Source::builtin("Portky").unwrap_err().to_string();
    assert!(error.contains("did you mean `portkey`?") && error.contains("known: portkey"), "{error}");
    let error = Source::builtin("openrouter").unwrap_err().to_string();
    assert!(!error.contains("did you mean"), "{error}");
}

#[test]
fn every_builtin_source_loads_under_its_own_name() {
    let names: Vec<&str> = Source::builtin_names().collect();
    assert!(names.contains(&"portkey"), "{names:?}");
    for name in names {
        assert_eq!(Source::builtin(name).unwrap().name, name);
        assert!(Source::from_toml(Source::builtin_text(name).unwrap()).is_ok());
    }
}

/// Every header of the reference's table, with the class and the level that the design gives it.
#[test]
fn every_header_has_its_class() {
    let source = portkey();
    let mut table = vec![
        ("x-portkey-api-key", HeaderClass::Credential, Level::Check),
        ("x-portkey-trace-id", HeaderClass::Rename, Level::Check),
        ("x-portkey-virtual-key", HeaderClass::Remove, Level::Action),
        ("x-portkey-config", HeaderClass::Remove, Level::Action),
        ("x-portkey-debug", HeaderClass::Remove, Level::Action),
        ("x-portkey-azure-deployment-id", HeaderClass::Remove, Level::Action),
    ];
    let check = "provider span-id span-name parent-span-id metadata cache-force-refresh cache-namespace cache \
        request-timeout strict-open-ai-compliance strict-openai-compliance forward-headers sensitive-headers \
        fetch-integrated-models models-endpoint beta nitro-mode mode openai-organization openai-project openai-beta \
        anthropic-beta anthropic-version anthropic-aws-workspace-id azure-resource-name azure-api-version azure-model-name \
        azure-endpoint-name azure-ad-token azure-auth-mode azure-managed-client-id azure-workload-client-id \
        azure-entra-client-id azure-entra-client-secret azure-entra-tenant-id azure-entra-scope azure-foundry-url \
        azure-extra-params aws-access-key-id aws-secret-access-key aws-session-token aws-region aws-role-arn aws-auth-type \
        aws-external-id vertex-project-id vertex-region vertex-service-account-json vertex-auth-type workers-ai-account-id \
        fireworks-account-id snowflake-account databricks-workspace databricks-serving-endpoint-name byteplus-region \
        stability-client-id stability-client-user-id stability-client-version oracle-api-version oracle-region \
        oracle-compartment-id oracle-serving-mode oracle-tenancy oracle-user oracle-fingerprint oracle-private-key \
        oracle-key-passphrase audio-file-duration retry user organization metadata-team something-new";
    let pin = "custom-host gateway-transport provider-responses-proxy default-input-guardrails default-output-guardrails \
        aws-s3-bucket aws-s3-object-key aws-bedrock-model amz-server-side-encryption \
        amz-server-side-encryption-aws-kms-key-id amzn-sagemaker-custom-attributes amzn-sagemaker-target-model \
        amzn-sagemaker-target-variant amzn-sagemaker-target-container-hostname amzn-sagemaker-inference-id \
        amzn-sagemaker-enable-explanations amzn-sagemaker-inference-component amzn-sagemaker-session-id \
        amzn-sagemaker-model-name vertex-storage-bucket-name provider-file-name provider-model provider-batch-endpoint \
        file-purpose file-upload-size huggingface-base-url mistral-fim-completion";
    let silent = "package-version runtime runtime-version";
    let names: Vec<(String, HeaderClass, Level)> = [
        (check, HeaderClass::Remove, Level::Check),
        (pin, HeaderClass::Pin, Level::Action),
        (silent, HeaderClass::Silent, Level::Check),
    ]
    .into_iter()
    .flat_map(|(names, class, level)| {
        names.split_whitespace().map(move |name| (format!("x-portkey-{name}"), class, level))
    })
    .collect();
    table.extend(names.iter().map(|(name, class, level)| (name.as_str(), *class, *level)));
    for (name, class, level) in table {
        let header = source.header(name).unwrap_or_else(|| panic!("{name} is not known"));
        assert_eq!((header.class, header.level), (class, level), "{name}");
        assert!(
            class == HeaderClass::Silent || class == HeaderClass::Credential || !header.help.is_empty(),
            "{name} has no help"
        );
    }
}

#[test]
fn headers_are_found_in_any_spelling() {
    let source = portkey();
    let name = |spelling: &str| source.header(spelling).map(|header| header.name.clone());
    for spelling in [
        "X-Portkey-API-Key",
        "x-portkey-api-key",
        "X_PORTKEY_API_KEY",
        "HTTP_X_PORTKEY_API_KEY",
        "X-PortKey-Api-Key",
    ] {
        assert_eq!(name(spelling).as_deref(), Some("x-portkey-api-key"), "{spelling}");
    }
    assert_eq!(
        name("x-portkey-oracle-private-key").as_deref(),
        Some("x-portkey-oracle-private-key"),
        "exact before pattern"
    );
    assert_eq!(
        name("x-portkey-oracle-user").as_deref(),
        Some("x-portkey-oracle-*"),
        "long pattern before short"
    );
    for other in ["authorization", "x-aig-tag", "x-portkey-", "my-x-portkey-api-key", "PORTKEY_API_KEY"] {
        assert_eq!(name(other), None, "{other}");
    }
}

#[test]
fn headers_that_carry_credentials_are_secret() {
    let source = portkey();
    for name in
        "api-key virtual-key aws-access-key-id aws-secret-access-key aws-session-token azure-ad-token \
        azure-entra-client-secret vertex-service-account-json oracle-private-key oracle-key-passphrase"
            .split_whitespace()
    {
        assert!(source.header(&format!("x-portkey-{name}")).unwrap().secret, "{name}");
    }
    assert!(!source.header("x-portkey-trace-id").unwrap().secret);
}

#[test]
fn headers_have_the_rules_that_reports_name() {
    let source = portkey();
    let rule = |name: &str| source.header(name).unwrap().rule;
    assert_eq!(rule("x-portkey-api-key"), Rule::AuthHeader);
    assert_eq!(rule("x-portkey-trace-id"), Rule::TraceHeader);
    assert_eq!(source.header("x-portkey-trace-id").unwrap().becomes.as_deref(), Some("x-aig-tag"));
    assert_eq!(rule("x-portkey-virtual-key"), Rule::VirtualKey);
    assert_eq!(rule("x-portkey-config"), Rule::Config);
    assert_eq!(rule("x-portkey-metadata"), Rule::UnmappedHeader);
}

/// A declared SDK argument is the header's name in the SDK's own spelling.
#[test]
fn sdk_arguments_agree_with_their_headers() {
    for header in &portkey().headers {
        let base = header.name.trim_start_matches("x-portkey-");
        if let Some(python) = &header.python {
            assert_eq!(python.replace('_', "-"), base);
        }
        if let Some(node) = &header.node {
            let kebab: String = node
                .replace("ID", "Id")
                .chars()
                .flat_map(|c| if c.is_uppercase() { vec!['-', c.to_ascii_lowercase()] } else { vec![c] })
                .collect();
            assert_eq!(kebab, base);
        }
        assert_eq!(header.python.is_some(), header.node.is_some(), "{base}");
    }
}

#[test]
fn variables_have_their_roles() {
    let source = portkey();
    let role = |name: &str| source.variable(name).map(|variable| variable.role);
    for (name, expected) in [
        ("PORTKEY_API_KEY", VariableRole::Key),
        ("PORTKEY_BASE_URL", VariableRole::Url),
        ("PORTKEY_GATEWAY_URL", VariableRole::Url),
        ("PORTKEY_PROXY", VariableRole::Url),
        ("PORTKEY_API_BASE_URL", VariableRole::Url),
        ("PORTKEY_VIRTUAL_KEY", VariableRole::VirtualKey),
        ("PORTKEY_VIRTUAL_KEY_OPENAI", VariableRole::VirtualKey),
        ("PORTKEY_OPENAI_VIRTUAL_KEY", VariableRole::VirtualKey),
        ("PORTKEY_OPENAI_VK", VariableRole::VirtualKey),
        ("PORTKEY_CONFIG", VariableRole::Config),
        ("PORTKEY_CONFIG_ID", VariableRole::Config),
        ("PORTKEY_PROVIDER_API_KEY", VariableRole::Other),
        ("PORTKEY_OPENAI_API_KEY", VariableRole::Other),
        ("PORTKEY_ADMIN_API_KEY", VariableRole::Other),
        ("PORTKEY_CLIENT_AUTH", VariableRole::Infrastructure),
        ("PORTKEY_GATEWAY_INGRESS_HOST", VariableRole::Infrastructure),
        ("PORTKEY_AWS_REGION", VariableRole::Infrastructure),
    ] {
        assert_eq!(role(name), Some(expected), "{name}");
    }
    for other in [
        "X_PORTKEY_API_KEY",
        "NEXT_PUBLIC_PORTKEY_API_KEY",
        "portkey_api_key",
        "PORTKEY_PROXY_ENV",
        "PORTKEY_DEBUG",
    ] {
        assert_eq!(role(other), None, "{other}");
    }
}

#[test]
fn endpoints_take_the_longest_match() {
    let source = portkey();
    let class = |path: &str| source.endpoint(path).map(|endpoint| endpoint.class);
    for (path, expected) in [
        ("/chat/completions", EndpointClass::Same),
        ("/chat/completions?x=1", EndpointClass::Same),
        ("/models/gpt-5", EndpointClass::Same),
        ("/messages/count_tokens", EndpointClass::Same),
        ("/batches/b1/cancel", EndpointClass::Same),
        ("/batches/b1/output", EndpointClass::SourceOnly),
        ("/completions", EndpointClass::Unlisted),
        ("/responses/r1", EndpointClass::Unlisted),
        ("/audio/translations", EndpointClass::Unlisted),
        ("/videos", EndpointClass::Different),
        ("/realtime?model=x", EndpointClass::Different),
        ("/proxy", EndpointClass::Base),
        ("/prompts/pp-1/completions", EndpointClass::SourceOnly),
        ("/otel/v1/traces", EndpointClass::SourceOnly),
        ("/logs/otel", EndpointClass::SourceOnly),
        ("/feedback/", EndpointClass::SourceOnly),
        ("/v2/integrations", EndpointClass::SourceOnly),
    ] {
        assert_eq!(class(path), Some(expected), "{path}");
    }
    for other in ["/", "", "/chat", "/promptsx", "/unheard-of"] {
        assert_eq!(class(other), None, "{other}");
    }
}

#[test]
fn hosts_have_their_roles() {
    let source = portkey();
    let role = |name: &str| source.host(name).map(|host| host.role);
    for (name, expected) in [
        ("api.portkey.ai", HostRole::Api),
        ("API.Portkey.AI:443", HostRole::Api),
        ("app.portkey.ai", HostRole::Dashboard),
        ("docs.portkey.ai", HostRole::Documentation),
        ("portkey.ai", HostRole::Documentation),
        ("mcp.portkey.ai", HostRole::Infrastructure),
        ("eu.portkey.ai", HostRole::Infrastructure),
        ("api.portkey.com", HostRole::Infrastructure),
        ("localhost:8787", HostRole::SelfHosted),
    ] {
        assert_eq!(role(name), Some(expected), "{name}");
    }
    for other in ["localhost", "localhost:8080", "portkey.finance", "notportkey.ai", "api.aigateway.sh"] {
        assert_eq!(role(other), None, "{other}");
    }
}

#[test]
fn modules_lead_to_packages() {
    let source = portkey();
    let name = |module: &str| {
        source.package_of_module(module).map(|package| (package.name.as_str(), package.registry.as_str()))
    };
    assert_eq!(name("portkey_ai"), Some(("portkey-ai", "pypi")));
    assert_eq!(name("portkey_ai.llms.langchain"), Some(("portkey-ai", "pypi")));
    assert_eq!(name("portkey-ai"), Some(("portkey-ai", "npm")));
    assert_eq!(name("portkey-ai/dist/src/_types/generalTypes"), Some(("portkey-ai", "npm")));
    assert_eq!(name("portkey-ai-provider"), Some(("portkey-ai-provider", "npm")));
    assert_eq!(name("@portkey-ai/vercel-provider"), Some(("@portkey-ai/vercel-provider", "npm")));
    for other in ["@portkey/did", "portkey_aix", "./portkey", "openai"] {
        assert_eq!(name(other), None, "{other}");
    }
}

#[test]
fn vendors_know_their_models() {
    let source = portkey();
    assert!(source.vendor("x-ai").is_some_and(|vendor| vendor.vendor == "xai" && vendor.has_model("grok-4")));
    assert!(source.vendor("openai").is_some_and(|vendor| !vendor.has_model("claude-opus-4.7")));
    for host in ["azure-openai", "bedrock", "openrouter", "together-ai", "mistral-ai", "dashscope"] {
        assert!(source.vendor(host).is_none(), "{host}");
    }
}

#[test]
fn patterns_of_unrelated_things_spare_the_gateway() {
    let source = portkey();
    let unrelated = |token: &str| {
        source
            .unrelated
            .iter()
            .any(|pattern| regex::Regex::new(&format!("^(?:{pattern})$")).unwrap().is_match(token))
    };
    for token in
        ["@portkey/did-ui-react", "portkey-ui-button", "portkey.finance", "createPortKey", "viewPortKey"]
    {
        assert!(unrelated(token), "{token}");
    }
    for token in [
        "@portkey-ai/gateway",
        "portkey-ai",
        "X-PortKey-Provider",
        "PORTKEY_API_KEY",
        "api.portkey.ai",
        "createPortkey",
    ] {
        assert!(!unrelated(token), "{token}");
    }
}

#[test]
fn the_target_has_a_root_and_the_offer() {
    let target = portkey().target;
    assert_eq!(target.base_url, "https://api.aigateway.sh/v1");
    assert_eq!(target.root_url(), "https://api.aigateway.sh");
    assert_eq!(target.root_of("http://127.0.0.1:9/v1/"), "http://127.0.0.1:9");
    assert_eq!(target.root_of("http://127.0.0.1:9"), "http://127.0.0.1:9");
    let offer = target.next_steps.join(" ");
    for part in ["switch@aigateway.sh", "$1,000", "24 hours", "last Portkey invoice"] {
        assert!(offer.contains(part), "{offer}");
    }
}

#[test]
fn names_tell_secrets_by_words() {
    let clients = portkey().clients;
    for name in [
        "OPENAI_API_KEY",
        "openAIApiKey",
        "x-portkey-api-key",
        "apikey",
        "accessToken",
        "PASSWORD",
        "Authorization",
        "virtualKey",
        "GITHUB_TOKEN",
    ] {
        assert!(clients.is_secret_name(name), "{name}");
    }
    for name in ["max_tokens", "maxTokens", "model", "tokenizer", "key", "secretary", "author"] {
        assert!(!clients.is_secret_name(name), "{name}");
    }
}

#[test]
fn comparison_rows_tell_what_is_not_code() {
    let rows = portkey().comparisons;
    assert!(rows.iter().any(|row| row.source.contains("$49/mo") && row.target == "5% per call"));
    assert!(rows.iter().any(|row| row.thing == "Per-user keys" && row.target.contains("sub-account API")));
}
