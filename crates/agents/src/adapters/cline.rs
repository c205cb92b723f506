//! Cline.

use conversation::Profile;
use conversation::update::OptionValue;
use model::provider::Dialect;
use serde_json::json;

use crate::{Adapter, ChatLaunch, Facts, Hazard, Launch, LaunchRequest};

/// Cline. A model that it does not know silently becomes `gpt-4o`.
pub struct Cline;

const PROVIDER: &str = "openai-compatible";

impl Adapter for Cline {
    fn facts(&self) -> Facts {
        Facts::new("cline", "Cline", "cline", "npm install -g cline").with_terminal("cline")
    }

    fn chat(&self, request: &LaunchRequest<'_>) -> ChatLaunch {
        let profile = Profile {
            title: "Cline".to_owned(),
            asking_options: vec![("auto_approve".to_owned(), OptionValue::Switch(false))],
            ..Profile::default()
        };
        with_gateway(Launch::new(request).arguments(["--acp"]), request).chat(profile)
    }

    /// It runs the hooks of a project.
    fn hazards(&self) -> Vec<Hazard> {
        vec![Hazard::any(".clinerules/hooks"), Hazard::any(".cline/hooks")]
    }

    fn terminal(&self, request: &LaunchRequest<'_>) -> Option<Launch> {
        Some(with_gateway(Launch::new(request), request))
    }
}

/// The address can be given in its own file only, and the token must lie beside it.
fn with_gateway(launch: Launch, request: &LaunchRequest<'_>) -> Launch {
    let gateway = request.gateway;
    let model = gateway.model_for(Dialect::OpenAi);
    let settings = json!({
        "provider": PROVIDER,
        "apiKey": gateway.token(),
        "model": model,
        "baseUrl": gateway.v1(),
    });
    let providers = json!({
        "version": 1,
        "lastUsedProvider": PROVIDER,
        "modes": {},
        "providers": { PROVIDER: {
            "settings": settings,
            "updatedAt": "2026-01-01T00:00:00.000Z",
            "tokenSource": "manual",
        } },
    });
    launch
        .arguments(["--auto-approve", "false"])
        .file("cline/settings/providers.json", providers.to_string())
        .home("CLINE_DATA_DIR", "cline")
        .variable("CLINE_PROVIDER", PROVIDER)
        .variable("CLINE_API_KEY", gateway.token())
        .variable("CLINE_MODEL", model)
}
