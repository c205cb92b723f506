//! Factory Droid, with a model of one's own.

use conversation::Profile;
use model::provider::Dialect;
use serde_json::json;

use crate::{Adapter, ChatLaunch, Facts, Launch, LaunchRequest};

/// Factory Droid.
pub struct Droid;

/// What the agent calls the first of the models in its settings.
const MODEL_ID: &str = "custom:Gantline-0";

impl Adapter for Droid {
    fn facts(&self) -> Facts {
        Facts::new("droid", "Factory Droid", "droid", "npm install -g droid").with_terminal("droid")
    }

    fn chat(&self, request: &LaunchRequest<'_>) -> ChatLaunch {
        let profile = Profile {
            title: "Factory Droid".to_owned(),
            model_id: Some(MODEL_ID.to_owned()),
            ..Profile::default()
        };
        let launch = Launch::new(request).arguments(["exec", "--output-format", "acp"]);
        with_gateway(launch, request).chat(profile)
    }

    fn terminal(&self, request: &LaunchRequest<'_>) -> Option<Launch> {
        Some(with_gateway(Launch::new(request), request))
    }
}

/// It insists on a key of its own, which is never used, because every model is a custom one.
fn with_gateway(launch: Launch, request: &LaunchRequest<'_>) -> Launch {
    let gateway = request.gateway;
    let model = json!({
        "model": gateway.model_for(Dialect::OpenAi),
        "displayName": "Gantline",
        "baseUrl": gateway.v1(),
        "apiKey": gateway.token(),
        "provider": "generic-chat-completion-api",
    });
    let settings = json!({ "customModels": [model], "model": MODEL_ID });
    launch
        .file("droid/.factory/settings.json", settings.to_string())
        .home("FACTORY_HOME_OVERRIDE", "droid")
        .variable("FACTORY_API_KEY", "fk-unused")
        .variable("DROID_DISABLE_AUTO_UPDATE", "true")
}
