//! Mistral Vibe.

use conversation::Profile;
use model::provider::Dialect;

use super::{PROVIDER, TOKEN};
use crate::{Adapter, ChatLaunch, Facts, Launch, LaunchRequest};

/// Mistral Vibe.
pub struct Vibe;

impl Adapter for Vibe {
    fn facts(&self) -> Facts {
        let install = "uv tool install mistral-vibe";
        Facts::new("vibe", "Mistral Vibe", "vibe-acp", install).with_terminal("vibe")
    }

    fn chat(&self, request: &LaunchRequest<'_>) -> ChatLaunch {
        // In its own first mode it changes files without asking.
        let profile = Profile {
            title: "Mistral Vibe".to_owned(),
            asking_mode: Some("ask".to_owned()),
            asking_modes: vec!["ask".to_owned(), "explore".to_owned()],
            ..Profile::default()
        };
        with_gateway(Launch::new(request), request).chat(profile)
    }

    fn terminal(&self, request: &LaunchRequest<'_>) -> Option<Launch> {
        Some(with_gateway(Launch::new(request), request))
    }
}

fn with_gateway(launch: Launch, request: &LaunchRequest<'_>) -> Launch {
    launch
        .file("vibe/config.toml", config(request))
        .home("VIBE_HOME", "vibe")
        .variable(TOKEN, request.gateway.token())
}

fn config(request: &LaunchRequest<'_>) -> String {
    let gateway = request.gateway;
    // What must be escaped in a basic string of TOML must be escaped in JSON in the same way.
    let quoted = |text: &str| serde_json::json!(text).to_string();
    let model = quoted(gateway.model_for(Dialect::OpenAi));
    let base_url = quoted(&gateway.v1());
    format!(
        "active_model = {model}\n\
         enable_update_checks = false\n\
         enable_telemetry = false\n\
         \n\
         [[providers]]\n\
         name = \"{PROVIDER}\"\n\
         api_base = {base_url}\n\
         api_key_env_var = \"{TOKEN}\"\n\
         \n\
         [[models]]\n\
         name = {model}\n\
         provider = \"{PROVIDER}\"\n\
         alias = {model}\n"
    )
}
