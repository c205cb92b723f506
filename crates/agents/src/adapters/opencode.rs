//! `OpenCode`, and what its fork Kilo has in common with it.

use conversation::Profile;
use model::provider::Dialect;
use serde_json::{Value, json};

use super::{PROVIDER, TOKEN};
use crate::{Adapter, ChatLaunch, Facts, Hazard, Launch, LaunchRequest};

/// `OpenCode`.
pub struct OpenCode;

const SPOKEN: &[Dialect] = &[Dialect::OpenAi, Dialect::Anthropic, Dialect::Gemini];

impl Adapter for OpenCode {
    fn facts(&self) -> Facts {
        let install = "npm install -g opencode-ai";
        Facts::new("opencode", "OpenCode", "opencode", install).with_terminal("opencode")
    }

    fn chat(&self, request: &LaunchRequest<'_>) -> ChatLaunch {
        let profile = Profile { title: "OpenCode".to_owned(), ..Profile::default() };
        let launch = Launch::new(request).arguments(["acp"]);
        with_gateway(launch, request, "OPENCODE", SPOKEN).chat(profile)
    }

    /// It loads the plugins of a project whatever it is told; tools and servers it can be told to
    /// leave alone.
    fn hazards(&self) -> Vec<Hazard> {
        let words = &["plugin"];
        vec![
            Hazard::any(".opencode/plugin"),
            Hazard::any(".opencode/plugins"),
            Hazard::naming("opencode.json", words),
            Hazard::naming("opencode.jsonc", words),
            Hazard::naming(".opencode/opencode.json", words),
            Hazard::naming(".opencode/opencode.jsonc", words),
        ]
    }

    /// It installs what its plugins need beside its settings, and does not start where it cannot.
    fn keeps_at(&self) -> &'static [&'static str] {
        &["XDG_CONFIG_HOME"]
    }

    fn terminal(&self, request: &LaunchRequest<'_>) -> Option<Launch> {
        let launch = Launch::new(request);
        Some(with_gateway(launch, request, "OPENCODE", SPOKEN))
    }
}

/// Settings in the environment win over those of the user; those of the project are not read.
pub(super) fn with_gateway(
    launch: Launch,
    request: &LaunchRequest<'_>,
    prefix: &str,
    spoken: &[Dialect],
) -> Launch {
    launch
        .variable(TOKEN, request.gateway.token())
        .variable(&format!("{prefix}_CONFIG_CONTENT"), config(request, spoken).to_string())
        .variable(&format!("{prefix}_DISABLE_PROJECT_CONFIG"), "1")
        .variable(&format!("{prefix}_PURE"), "1")
        .variable(&format!("{prefix}_DISABLE_AUTOUPDATE"), "1")
        .variable(&format!("{prefix}_DISABLE_MODELS_FETCH"), "1")
}

fn config(request: &LaunchRequest<'_>, spoken: &[Dialect]) -> Value {
    let gateway = request.gateway;
    let dialect = gateway.dialect(spoken);
    let model = gateway.model_for(dialect);
    let (package, base_url) = match dialect {
        Dialect::OpenAi => ("@ai-sdk/openai-compatible", gateway.v1()),
        Dialect::Anthropic => ("@ai-sdk/anthropic", gateway.v1()),
        Dialect::Gemini => ("@ai-sdk/google", format!("{}/v1beta", gateway.base_url)),
    };
    let chosen = format!("{PROVIDER}/{model}");
    json!({
        "model": chosen,
        "small_model": chosen,
        "autoupdate": false,
        "share": "disabled",
        "enabled_providers": [PROVIDER],
        "permission": permission(),
        "provider": { PROVIDER: {
            "npm": package,
            "name": "Gantline",
            "options": { "baseURL": base_url, "apiKey": format!("{{env:{TOKEN}}}") },
            "models": { model: {} },
        } },
    })
}

/// Out of the box everything is allowed. The last rule that fits counts.
fn permission() -> Value {
    json!({
        "*": "ask",
        "read": "allow",
        "glob": "allow",
        "grep": "allow",
        "list": "allow",
        "todowrite": "allow",
        "todoread": "allow",
        "edit": "ask",
        "bash": "ask",
        "webfetch": "ask",
        "external_directory": "ask",
    })
}
