//! What `up --demo` adds: an agent and a model provider that follow a script, so that everything
//! can be tried without a key and without an agent.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use control::ControlPlane;
use control::demo_keys::{DemoProvider, demo_keys_put};
use host::SystemRng;
use model::{ExposeSecret, Rng, SecretString};
use sim::provider::{Config, SimProvider};

/// The pause between two pieces of an answer, so that people see it stream.
const PACE: Duration = Duration::from_millis(15);

/// A running model provider that follows a script.
pub(crate) struct Demonstration {
    provider: SimProvider,
    secret: SecretString,
}

impl Demonstration {
    /// Starts it.
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let mut bytes = [0_u8; 16];
        SystemRng::default().fill(&mut bytes);
        let secret = format!("demo-{}", hex::encode(bytes));
        let config = Config { key: Some(secret.clone()), pace: PACE, ..Config::default() };
        let provider = SimProvider::start(config).await.context("start the scripted provider")?;
        Ok(Self { provider, secret: secret.into() })
    }

    /// Host and port, which the server must be allowed to reach although they are not public.
    pub(crate) fn authority(&self) -> String {
        let url = self.provider.base_url();
        url.trim_start_matches("http://").to_owned()
    }

    /// Stores its key for every provider that has no real one.
    pub(crate) async fn provide(&self, plane: &ControlPlane) -> anyhow::Result<()> {
        let (base, openai) = (self.provider.base_url(), self.provider.openai_base_url());
        let provider = DemoProvider {
            addresses: vec![("openai", openai), ("anthropic", base.clone()), ("google", base)],
            secret: self.secret.expose_secret().to_owned().into(),
        };
        Ok(demo_keys_put(plane, &provider).await?)
    }

    /// The scripted agent: this program itself.
    pub(crate) fn agent() -> anyhow::Result<Arc<dyn agents::Adapter>> {
        let program = std::env::current_exe().context("find this program's own file")?;
        Ok(daemon::demo_agent(program, vec!["demo-agent".to_owned()]))
    }

    /// Ends it.
    pub(crate) async fn stop(self) {
        self.provider.stop().await;
    }
}
