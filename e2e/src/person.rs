//! Somebody who uses a server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use client::{AttachConfig, Client, ClientConfig, Part, Patience, ServerUrl};
use contract::machines::MachineView;
use contract::sessions::CreateSession;
use http::Method;
use model::SessionId;
use model::machine::MachineStatus;
use model::rng::CountingRng;
use model::session::{SessionKind, SessionState};
use serde_json::{Value, json};

use crate::chat::Chat;
use crate::patience::{PATIENCE, within};
use crate::raw::{self, Answer};
use crate::viewer::Viewer;

/// As other clients, but soon back: tests cut connections often, and wait for each to come back.
const PATIENT: Patience = Patience {
    connect: Duration::from_secs(10),
    answer: Duration::from_secs(30),
    silence: Duration::from_secs(15),
    first_retry: Duration::from_millis(50),
    widest_retry: Duration::from_millis(500),
};

/// Somebody who uses a server.
#[derive(Clone)]
pub struct Person {
    /// What can be asked of the server.
    pub client: Client,
    server: SocketAddr,
    token: String,
}

impl Person {
    /// Somebody with a token.
    pub fn new(server: SocketAddr, token: &str) -> Result<Self> {
        let url: ServerUrl = format!("http://{server}").parse()?;
        // Only waits are drawn from it.
        let rng = Arc::new(CountingRng::new(std::process::id().into()));
        let mut config = ClientConfig::new(url, rng);
        config.patience = PATIENT;
        config.token = Some(token.to_owned().into());
        Ok(Self { client: Client::new(config)?, server, token: token.to_owned() })
    }

    /// The only machine, as soon as it can be worked on.
    pub async fn machine(&self) -> Result<MachineView> {
        let mut live = self.client.live();
        within(PATIENCE, "wait until the machine is online", async {
            loop {
                let machines = self.client.machines().await?;
                ensure!(machines.len() <= 1, "there is more than one machine");
                // A new one says soon after its first link which agents it has.
                let online = machines.into_iter().find(|machine| {
                    let is_described = !machine.agents.is_empty();
                    machine.connected && machine.status == MachineStatus::Online && is_described
                });
                match online {
                    Some(machine) => return Ok(machine),
                    None => drop(live.next().await?),
                }
            }
        })
        .await
    }

    /// What is needed to start a chat with an agent on the only machine.
    pub async fn chat_with(&self, agent: &str) -> Result<CreateSession> {
        Ok(CreateSession {
            machine_id: self.machine().await?.machine_id,
            kind: SessionKind::Chat,
            agent_name: Some(agent.to_owned()),
            project_path: None,
            model: None,
            policy: contract::PolicyOptions::default(),
            interactive: true,
            title: None,
            ttl: None,
            columns: None,
            rows: None,
            worktree: None,
            continues: None,
        })
    }

    /// Starts a chat with an agent on the only machine, and waits until the agent is ready.
    pub async fn chat(&self, agent: &str) -> Result<Chat> {
        let order = self.chat_with(agent).await?;
        self.chat_of(&order).await
    }

    /// Starts a chat and waits until the agent is ready.
    pub async fn chat_of(&self, order: &CreateSession) -> Result<Chat> {
        let session = self.client.session_create(order).await.context("start a chat")?;
        let mut chat = Chat::follow(self.client.clone(), session);
        chat.idle().await?;
        Ok(chat)
    }

    /// Waits until a session is in a state.
    pub async fn session_is(&self, session: SessionId, state: SessionState) -> Result<()> {
        let mut live = self.client.live();
        within(PATIENCE, &format!("wait until the session is {state}"), async {
            loop {
                let now = self.client.session(session).await?;
                if now.status == state {
                    return Ok(());
                }
                ensure!(!now.status.is_final(), "it is {}: {:?}", now.status, now.detail);
                live.next().await?;
            }
        })
        .await
    }

    /// Starts a terminal with the machine's shell.
    pub async fn terminal(&self) -> Result<SessionId> {
        let order = CreateSession {
            kind: SessionKind::Terminal,
            agent_name: None,
            ..self.chat_with("none").await?
        };
        let session = self.client.session_create(&order).await.context("start a terminal")?;
        Ok(session.session_id)
    }

    /// Attaches to a terminal, with a window of 80 columns and 24 rows.
    pub async fn attach(&self, session: SessionId, part: Part) -> Result<Viewer> {
        let person = self.client.me().await?.user_id;
        let config = AttachConfig { session, person, part, columns: 80, rows: 24 };
        Ok(Viewer::attach(&self.client, config))
    }

    /// Follows a chat from its first update.
    pub async fn follow(&self, session: SessionId) -> Result<Chat> {
        let session = self.client.session(session).await?;
        Ok(Chat::follow(self.client.clone(), session))
    }

    /// Sends a request that the typed client does not have.
    pub async fn request(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer> {
        raw::request(self.server, &self.token, method, path, body).await
    }

    /// Stores the key of a model provider.
    pub async fn provider_key(&self, provider: &str, key: &str, base_url: &str) -> Result<()> {
        let body = json!({
            "provider": provider,
            "key_name": format!("{provider} of the test"),
            "api_key": key,
            "base_url": base_url,
        });
        let answer = self.request(Method::POST, "/api/remote/api-keys", Some(&body)).await?;
        ensure!(answer.status.is_success(), "store a key: {answer:?}");
        Ok(())
    }
}
