//! Any command that the machine's own configuration names.

use std::path::PathBuf;

use conversation::Profile;
use model::agent::AgentName;

use crate::{Adapter, ChatLaunch, Facts, Gateway, Launch, LaunchRequest};

/// An agent that nobody knows but the owner of the machine. It comes from the machine's own
/// configuration and from nowhere else: whoever could name a command from afar could run anything
/// (S77).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custom {
    /// Short name; it may hide a known agent of the same name.
    pub name: AgentName,
    /// Name for people.
    pub title: String,
    /// The program: an absolute path, or a name to look for.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Variables for it. They win over those that point it to the gateway.
    pub variables: Vec<(String, String)>,
    /// The mode in which it asks before it acts, where it must be told.
    pub asking_mode: Option<String>,
}

impl Adapter for Custom {
    fn facts(&self) -> Facts {
        Facts {
            name: self.name.clone(),
            title: self.title.clone(),
            chat: vec![self.program.display().to_string()],
            terminal: None,
            needs: Vec::new(),
            node: None,
            install: String::new(),
            asks: true,
        }
    }

    fn chat(&self, request: &LaunchRequest<'_>) -> ChatLaunch {
        let profile = Profile {
            title: self.title.clone(),
            asking_mode: self.asking_mode.clone(),
            asking_modes: self.asking_mode.iter().cloned().collect(),
            ..Profile::default()
        };
        let launch = Launch::new(request).arguments(self.arguments.iter());
        let launch = with_every_vendor(launch, request.gateway);
        let own = self.variables.iter();
        own.fold(launch, |launch, (name, value)| launch.variable(name, value)).chat(profile)
    }
}

/// The variables in which most programs look for the vendors that they know.
fn with_every_vendor(launch: Launch, gateway: &Gateway) -> Launch {
    let launch = launch
        .variable("OPENAI_BASE_URL", gateway.v1())
        .variable("OPENAI_API_KEY", gateway.token())
        .variable("ANTHROPIC_BASE_URL", &gateway.base_url)
        .variable("ANTHROPIC_AUTH_TOKEN", gateway.token())
        .variable("GOOGLE_GEMINI_BASE_URL", &gateway.base_url)
        .variable("GEMINI_API_KEY", gateway.token());
    match &gateway.model {
        Some(model) => launch.variable("OPENAI_MODEL", model).variable("ANTHROPIC_MODEL", model),
        None => launch,
    }
}
