//! The scripted agent of the demonstration.

use std::path::PathBuf;

use conversation::Profile;
use model::provider::Dialect;

use crate::{Adapter, ChatLaunch, Facts, Launch, LaunchRequest};

/// The scripted agent: a real ACP agent without a real model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demo {
    /// The program that runs it, absolute.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
}

impl Adapter for Demo {
    fn facts(&self) -> Facts {
        Facts::new("demo", "Demo agent", &self.program.display().to_string(), "")
    }

    fn chat(&self, request: &LaunchRequest<'_>) -> ChatLaunch {
        let profile = Profile {
            title: "Demo agent".to_owned(),
            asking_mode: Some("ask".to_owned()),
            asking_modes: vec!["ask".to_owned(), "plan".to_owned()],
            ..Profile::default()
        };
        let gateway = request.gateway;
        Launch::new(request)
            .arguments(self.arguments.iter())
            .home("GANTLINE_DEMO_STATE", "demo")
            .variable("OPENAI_BASE_URL", gateway.v1())
            .variable("OPENAI_API_KEY", gateway.token())
            .variable("OPENAI_MODEL", gateway.model_for(Dialect::OpenAi))
            .chat(profile)
    }
}
