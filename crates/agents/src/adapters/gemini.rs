//! Gemini CLI.

use conversation::Profile;
use model::provider::Dialect;
use serde_json::json;

use crate::{Adapter, ChatLaunch, Facts, Launch, LaunchRequest};

/// Gemini CLI.
pub struct Gemini;

impl Adapter for Gemini {
    fn facts(&self) -> Facts {
        let install = "npm install -g @google/gemini-cli";
        Facts::new("gemini", "Gemini CLI", "gemini", install).with_terminal("gemini")
    }

    fn chat(&self, request: &LaunchRequest<'_>) -> ChatLaunch {
        let profile = Profile {
            title: "Gemini CLI".to_owned(),
            asking_mode: Some("default".to_owned()),
            asking_modes: vec!["default".to_owned(), "plan".to_owned()],
            ..Profile::default()
        };
        with_gateway(Launch::new(request).arguments(["--acp"]), request).chat(profile)
    }

    fn terminal(&self, request: &LaunchRequest<'_>) -> Option<Launch> {
        // Without it the first screen asks how to log in.
        let settings = json!({ "security": { "auth": { "selectedType": "gemini-api-key" } } });
        let launch =
            Launch::new(request).file("gemini/.gemini/settings.json", settings.to_string());
        Some(with_gateway(launch, request))
    }
}

/// The model is always named: left to itself, the agent asks another one first which to take.
fn with_gateway(launch: Launch, request: &LaunchRequest<'_>) -> Launch {
    let gateway = request.gateway;
    launch
        .arguments(["--model", gateway.model_for(Dialect::Gemini)])
        .home("GEMINI_CLI_HOME", "gemini")
        .variable("GEMINI_API_KEY", gateway.token())
        .variable("GOOGLE_GEMINI_BASE_URL", &gateway.base_url)
        .variable("GEMINI_CLI_NO_RELAUNCH", "true")
        .variable("GEMINI_CLI_TRUST_WORKSPACE", "false")
}
