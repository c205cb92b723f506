//! Kimi Code.

use conversation::Profile;
use model::provider::Dialect;

use crate::{Adapter, ChatLaunch, Facts, Launch, LaunchRequest};

/// Kimi Code.
pub struct Kimi;

impl Adapter for Kimi {
    fn facts(&self) -> Facts {
        let install = "npm install -g @moonshot-ai/kimi-code";
        Facts::new("kimi", "Kimi Code", "kimi", install).with_terminal("kimi").on_node(22)
    }

    fn chat(&self, request: &LaunchRequest<'_>) -> ChatLaunch {
        let profile = Profile {
            title: "Kimi Code".to_owned(),
            asking_mode: Some("default".to_owned()),
            asking_modes: vec!["default".to_owned(), "plan".to_owned()],
            does_not_ask: Some(
                "in a directory under git it writes files without asking".to_owned(),
            ),
            ..Profile::default()
        };
        with_gateway(Launch::new(request).arguments(["acp"]), request).chat(profile)
    }

    fn terminal(&self, request: &LaunchRequest<'_>) -> Option<Launch> {
        Some(with_gateway(Launch::new(request), request))
    }
}

fn with_gateway(launch: Launch, request: &LaunchRequest<'_>) -> Launch {
    let gateway = request.gateway;
    launch
        .home("KIMI_CODE_HOME", "kimi")
        .variable("KIMI_CODE_NO_AUTO_UPDATE", "1")
        .variable("KIMI_MODEL_PROVIDER_TYPE", "openai")
        .variable("KIMI_MODEL_BASE_URL", gateway.v1())
        .variable("KIMI_MODEL_API_KEY", gateway.token())
        .variable("KIMI_MODEL_NAME", gateway.model_for(Dialect::OpenAi))
}
