//! pi, which never asks before it acts and cannot be made to.

use conversation::Profile;
use model::provider::Dialect;
use serde_json::json;

use super::{PROVIDER, TOKEN};
use crate::{Adapter, ChatLaunch, Facts, Launch, LaunchRequest};

/// pi.
pub struct Pi;

impl Adapter for Pi {
    fn facts(&self) -> Facts {
        let install = "npm install -g pi-acp @earendil-works/pi-coding-agent";
        let facts = Facts::new("pi", "pi", "pi-acp", install).with_terminal("pi").on_node(22);
        Facts { needs: vec!["pi".to_owned()], asks: false, ..facts }
    }

    fn chat(&self, request: &LaunchRequest<'_>) -> ChatLaunch {
        let profile = Profile {
            title: "pi".to_owned(),
            does_not_ask: Some("it never asks: what it wants to do, it does".to_owned()),
            ..Profile::default()
        };
        with_gateway(Launch::new(request), request).chat(profile)
    }

    /// Its adapter keeps a list of sessions in the user's home, and opens none without it.
    fn keeps_at(&self) -> &'static [&'static str] {
        &["HOME"]
    }

    fn terminal(&self, request: &LaunchRequest<'_>) -> Option<Launch> {
        Some(with_gateway(Launch::new(request), request))
    }
}

fn with_gateway(launch: Launch, request: &LaunchRequest<'_>) -> Launch {
    let gateway = request.gateway;
    let model = gateway.model_for(Dialect::OpenAi);
    let models = json!({ "providers": { PROVIDER: {
        "baseUrl": gateway.v1(),
        "api": "openai-completions",
        "apiKey": format!("${TOKEN}"),
        "models": [{ "id": model }],
    } } });
    let settings = json!({ "defaultProvider": PROVIDER, "defaultModel": model });
    launch
        .file("pi/models.json", models.to_string())
        .file("pi/settings.json", settings.to_string())
        .home("PI_CODING_AGENT_DIR", "pi")
        .variable(TOKEN, gateway.token())
        .variable("PI_OFFLINE", "1")
}
