//! Factory Droid, with a model of one's own.

use conversation::Profile;
use model::provider::Dialect;
use serde_json::json;

use crate::{Adapter, ChatLaunch, Facts, Hazard, Launch, LaunchRequest};

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
            // Settings of a project can choose another one to begin in.
            asking_mode: Some("normal".to_owned()),
            asking_modes: vec!["normal".to_owned(), "spec".to_owned()],
            ..Profile::default()
        };
        let launch = Launch::new(request).arguments(["exec", "--output-format", "acp"]);
        with_gateway(launch, request).chat(profile)
    }

    /// It starts the servers of a project and takes over its list of commands that need no consent.
    fn hazards(&self) -> Vec<Hazard> {
        let words = &["commandAllowlist", "mcp", "plugin"];
        vec![
            Hazard::any(".factory/mcp.json"),
            Hazard::naming(".factory/settings.json", words),
            Hazard::naming(".factory/settings.local.json", words),
        ]
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
    let settings = json!({
        "customModels": [model],
        "model": MODEL_ID,
        "hooksDisabled": true,
        "allowManagedHooksOnly": true,
    })
    .to_string();
    // What is managed wins over what lies in the project.
    let managed = "FACTORY_ORG_MANAGED_SETTINGS_LOCAL_PATH";
    launch
        .file("droid/.factory/settings.json", settings.clone())
        .named_file(managed, "droid/managed.json", settings)
        .home("FACTORY_HOME_OVERRIDE", "droid")
        .variable("FACTORY_API_KEY", "fk-unused")
        // It is in the files only; what holds the agent learns from here what is secret.
        .variable("GANTLINE_PROXY_TOKEN", gateway.token())
        .variable("DROID_DISABLE_AUTO_UPDATE", "true")
}
