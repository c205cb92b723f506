//! Codex, by the adapter of the ACP project or the older one of Zed.

use conversation::Profile;
use model::provider::Dialect;
use serde_json::{Value, json};

use super::{PROVIDER, TOKEN};
use crate::adapter::is_of;
use crate::history::{self, ANY, Told};
use crate::{Adapter, ChatLaunch, Facts, Hazard, History, Launch, LaunchRequest};

/// Codex.
pub struct Codex;

/// The adapter that takes its settings from the environment; the older one takes arguments. Both
/// have the same program name.
const CURRENT: &str = "@agentclientprotocol/codex-acp";

impl Adapter for Codex {
    fn facts(&self) -> Facts {
        let install = "npm install -g @agentclientprotocol/codex-acp";
        Facts::new("codex", "Codex", "codex-acp", install).with_terminal("codex")
    }

    fn chat(&self, request: &LaunchRequest<'_>) -> ChatLaunch {
        // In its own first mode a model decides in the person's place.
        let profile = Profile {
            title: "Codex".to_owned(),
            asking_mode: Some("read-only".to_owned()),
            asking_modes: vec!["read-only".to_owned()],
            free_mode: Some("workspace-write".to_owned()),
            ..Profile::default()
        };
        let launch = with_token(Launch::new(request), request);
        let launch = if is_of(request.found, CURRENT) {
            launch
                .variable("MODEL_PROVIDER", PROVIDER)
                .variable("INITIAL_AGENT_MODE", "read-only")
                .variable("NO_BROWSER", "1")
                .variable("CODEX_CONFIG", config(request))
        } else {
            launch.arguments(overrides(request))
        };
        launch.chat(profile).ignores_eof()
    }

    /// Its adapter declares every workspace trusted, whatever it is told.
    fn hazards(&self) -> Vec<Hazard> {
        let words = &["mcp_servers", "hooks", "notify", "plugins", "apps"];
        vec![Hazard::naming(".codex/config.toml", words), Hazard::any(".codex/hooks.json")]
    }

    fn history(&self) -> Option<History> {
        Some(History {
            variable: "CODEX_HOME",
            in_home: ".codex",
            below_state: "codex",
            layout: &["sessions", ANY, ANY, ANY],
            session_of,
            tell,
            adapt: Some(adapt),
        })
    }

    fn terminal(&self, request: &LaunchRequest<'_>) -> Option<Launch> {
        let workspace = toml_string(&request.workspace.display().to_string());
        let distrust = format!("projects={{{workspace}={{trust_level=\"untrusted\"}}}}");
        let launch = Launch::new(request)
            .arguments(overrides(request))
            .arguments(["-c".to_owned(), distrust]);
        Some(with_token(launch, request))
    }
}

/// `rollout-` with the time of its beginning and the identifier.
fn session_of(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("rollout-")?;
    let (_, id) = rest.split_at_checked(rest.len().checked_sub(36)?)?;
    history::is_identifier(id).then_some(id)
}

/// Takes in what a line of a session's file tells.
fn tell(line: &Value, told: &mut Told) {
    let payload = &line["payload"];
    match line["type"].as_str() {
        Some("session_meta") => {
            told.works_in(payload["cwd"].as_str());
            // A word where a person began it, an object where another session of Codex did.
            told.is_of_an_agent |= payload["source"].is_object();
        }
        Some("event_msg") => match payload["type"].as_str() {
            Some("user_message") => told.asked(payload["message"].as_str().unwrap_or_default()),
            Some("item_completed") if payload["item"]["type"] == "UserMessage" => {
                let blocks = payload["item"]["content"].as_array().into_iter().flatten();
                let mut texts = blocks.filter_map(|block| block["text"].as_str());
                told.asked(texts.next().unwrap_or_default());
            }
            _ => {}
        },
        _ => {}
    }
}

/// It refuses a session whose provider of models is not the one that it is told to use.
fn adapt(line: &mut Value) -> bool {
    let pointers = ["/payload/model_provider", "/payload/thread_settings/model_provider_id"];
    let mut is_changed = false;
    for pointer in pointers {
        if let Some(provider) = line.pointer_mut(pointer).filter(|value| value.is_string()) {
            *provider = PROVIDER.into();
            is_changed = true;
        }
    }
    is_changed
}

fn with_token(launch: Launch, request: &LaunchRequest<'_>) -> Launch {
    launch.home("CODEX_HOME", "codex").variable(TOKEN, request.gateway.token())
}

/// A provider of our own, because the built-in one tries a WebSocket five times before it speaks
/// HTTP.
fn config(request: &LaunchRequest<'_>) -> String {
    let gateway = request.gateway;
    json!({
        "model": gateway.model_for(Dialect::OpenAi),
        "model_provider": PROVIDER,
        "analytics": { "enabled": false },
        "check_for_update_on_startup": false,
        "model_providers": { PROVIDER: {
            "name": PROVIDER,
            "base_url": gateway.v1(),
            "env_key": TOKEN,
            "wire_api": "responses",
        } },
    })
    .to_string()
}

/// The same as arguments `-c name=value`, where values are TOML.
fn overrides(request: &LaunchRequest<'_>) -> Vec<String> {
    let gateway = request.gateway;
    let base_url = toml_string(&gateway.v1());
    let provider = format!(
        "{{name=\"{PROVIDER}\",base_url={base_url},env_key=\"{TOKEN}\",wire_api=\"responses\"}}"
    );
    let settings = [
        format!("model={}", toml_string(gateway.model_for(Dialect::OpenAi))),
        format!("model_provider=\"{PROVIDER}\""),
        format!("model_providers.{PROVIDER}={provider}"),
        "analytics.enabled=false".to_owned(),
        "check_for_update_on_startup=false".to_owned(),
    ];
    settings.into_iter().flat_map(|setting| ["-c".to_owned(), setting]).collect()
}

/// A basic string of TOML 1.0; what must be escaped there must be escaped in JSON in the same way.
fn toml_string(text: &str) -> String {
    json!(text).to_string()
}
