//! Kilo, a fork of `OpenCode`.

use conversation::Profile;
use model::provider::Dialect;

use super::opencode::with_gateway;
use crate::{Adapter, ChatLaunch, Facts, Launch, LaunchRequest};

/// Kilo.
pub struct Kilo;

const SPOKEN: &[Dialect] = &[Dialect::OpenAi];

impl Adapter for Kilo {
    fn facts(&self) -> Facts {
        // 7.8.1 lacks the package with its program.
        let install = "npm install -g @kilocode/cli@7.7.7";
        Facts::new("kilo", "Kilo", "kilo", install).with_terminal("kilo")
    }

    fn chat(&self, request: &LaunchRequest<'_>) -> ChatLaunch {
        let profile = Profile { title: "Kilo".to_owned(), ..Profile::default() };
        let launch = Launch::new(request).arguments(["acp"]);
        with_gateway(launch, request, "KILO", SPOKEN).chat(profile)
    }

    /// It installs what its plugins need beside its settings, and does not start where it cannot.
    fn keeps_at(&self) -> &'static [&'static str] {
        &["XDG_CONFIG_HOME"]
    }

    fn terminal(&self, request: &LaunchRequest<'_>) -> Option<Launch> {
        Some(with_gateway(Launch::new(request), request, "KILO", SPOKEN))
    }
}
