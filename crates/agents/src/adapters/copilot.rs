//! GitHub Copilot CLI, with a model provider of one's own and without GitHub.

use conversation::Profile;
use conversation::update::OptionValue;
use model::provider::Dialect;

use crate::{Adapter, ChatLaunch, Facts, Hazard, Launch, LaunchRequest};

/// GitHub Copilot CLI.
pub struct Copilot;

const AGENT: &str = "https://agentclientprotocol.com/protocol/session-modes#agent";
const PLAN: &str = "https://agentclientprotocol.com/protocol/session-modes#plan";

impl Adapter for Copilot {
    fn facts(&self) -> Facts {
        let install = "npm install -g @github/copilot";
        Facts::new("copilot", "GitHub Copilot CLI", "copilot", install).with_terminal("copilot")
    }

    fn chat(&self, request: &LaunchRequest<'_>) -> ChatLaunch {
        let profile = Profile {
            title: "GitHub Copilot CLI".to_owned(),
            asking_mode: Some(AGENT.to_owned()),
            asking_modes: vec![AGENT.to_owned(), PLAN.to_owned()],
            asking_options: vec![("allow_all".to_owned(), OptionValue::Choice("off".to_owned()))],
            ..Profile::default()
        };
        with_gateway(Launch::new(request).arguments(["--acp"]), request).chat(profile)
    }

    /// Over ACP it runs the hooks of a repository although its own settings forbid all hooks.
    fn hazards(&self) -> Vec<Hazard> {
        vec![
            Hazard::any(".github/hooks"),
            Hazard::naming(".github/copilot/settings.json", &["hooks"]),
            Hazard::naming(".github/copilot/settings.local.json", &["hooks"]),
        ]
    }

    fn terminal(&self, request: &LaunchRequest<'_>) -> Option<Launch> {
        Some(with_gateway(Launch::new(request), request))
    }
}

fn with_gateway(launch: Launch, request: &LaunchRequest<'_>) -> Launch {
    let gateway = request.gateway;
    launch
        .home("COPILOT_HOME", "copilot")
        .variable("COPILOT_OFFLINE", "true")
        .variable("COPILOT_AUTO_UPDATE", "false")
        .variable("COPILOT_PROVIDER_BASE_URL", gateway.v1())
        .variable("COPILOT_PROVIDER_API_KEY", gateway.token())
        .variable("COPILOT_MODEL", gateway.model_for(Dialect::OpenAi))
}
