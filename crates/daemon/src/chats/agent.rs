//! The agent of a chat: coming, here or going.

use std::sync::Arc;
use std::time::Duration;

use agents::acp::{Limits, Message};
use agents::{Adapter, Agent, Event, Found, LaunchRequest};
use conversation::{AgentExit, LaunchFailure};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use model::SessionId;
use model::session::SessionKind;
use processes::{Marker, NotPaused, Paused};
use serde_json::value::RawValue;
use tokio_util::sync::CancellationToken;

use super::Chat;
use crate::checks;
use crate::context::Context;
use crate::local_policy::LocalPolicy;
use crate::model_access::model_access;
use crate::reports::{self, Refused};
use crate::spec::Spec;

/// How long an agent may leave unread what it is sent.
const READ_WITHIN: Duration = Duration::from_secs(30);

/// The agent of a chat.
pub(super) enum AgentSlot {
    /// There is none.
    None,
    /// It is being started.
    Coming { start: BoxFuture<'static, Result<Agent, LaunchFailure>>, unwanted: CancellationToken },
    /// It runs.
    Here(Box<Agent>),
    /// It is being ended.
    Going(BoxFuture<'static, AgentExit>),
}

/// What of an agent stands still.
pub(super) enum Standing {
    /// There was none, or it had ended.
    Nothing,
    /// It is to be started.
    Unlaunched,
    /// Its processes, and all that they have started.
    Tree(Paused),
}

/// What happens with an agent.
pub(super) enum AgentNews {
    Started(Box<Agent>),
    NotStarted(LaunchFailure),
    Said(Message),
    Exited(AgentExit),
}

impl AgentSlot {
    /// The next thing that happens. Dropping the future loses nothing; the slot is to be changed
    /// by whoever gets anything else than words.
    pub(super) async fn next(&mut self) -> AgentNews {
        match self {
            Self::None => std::future::pending().await,
            Self::Coming { start, .. } => match start.await {
                Ok(agent) => AgentNews::Started(Box::new(agent)),
                Err(failure) => AgentNews::NotStarted(failure),
            },
            Self::Here(agent) => match agent.next().await {
                Event::Message(message) => AgentNews::Said(message),
                Event::Exited(exit) => AgentNews::Exited(exit),
            },
            Self::Going(exit) => AgentNews::Exited(exit.await),
        }
    }

    /// What the agent has said already.
    pub(super) fn said(&mut self) -> Option<Message> {
        let Self::Here(agent) = self else { return None };
        // The end of an agent is told again.
        match agent.next().now_or_never() {
            Some(Event::Message(message)) => Some(message),
            _ => None,
        }
    }

    /// Writes a message to the agent. One that does not read is ended.
    pub(super) async fn send(&mut self, message: Box<RawValue>) {
        let Self::Here(agent) = self else { return };
        let peer = agent.peer();
        // An agent that reads nothing any more is ending; that is told by itself.
        if tokio::time::timeout(READ_WITHIN, peer.send(message)).await.is_err() {
            tracing::warn!("the agent does not read what it is sent");
            self.kill();
        }
    }

    /// Lets nothing of it run. One that is being started is given up, to be started anew.
    pub(super) async fn stand_still(&mut self) -> Result<Standing, NotPaused> {
        match self {
            Self::None => Ok(Standing::Nothing),
            Self::Here(agent) => agent.pause().await.map(Standing::Tree),
            Self::Coming { .. } => {
                self.end_within(Duration::ZERO).await;
                Ok(Standing::Unlaunched)
            }
            Self::Going(exit) => {
                let exit = exit.await;
                *self = Self::Going(std::future::ready(exit).boxed());
                Ok(Standing::Nothing)
            }
        }
    }

    /// Begins to end it politely.
    pub(super) fn stop(&mut self) {
        self.end(|mut agent| async move { agent.stop().await }.boxed());
    }

    /// Begins to end it at once.
    pub(super) fn kill(&mut self) {
        self.end(|mut agent| async move { agent.kill().await }.boxed());
    }

    /// Ends it, within a time politely, and then at once. `None` if there is none.
    pub(super) async fn end_within(&mut self, time: Duration) -> Option<AgentExit> {
        match std::mem::replace(self, Self::None) {
            Self::None => None,
            Self::Coming { start, unwanted } => {
                unwanted.cancel();
                Some(given_up(start).await)
            }
            Self::Here(mut agent) => Some(match tokio::time::timeout(time, agent.stop()).await {
                Ok(exit) => exit,
                Err(_) => agent.kill().await,
            }),
            Self::Going(exit) => Some(exit.await),
        }
    }

    fn end(&mut self, how: impl FnOnce(Box<Agent>) -> BoxFuture<'static, AgentExit>) {
        *self = match std::mem::replace(self, Self::None) {
            Self::None => Self::Going(async { not_started() }.boxed()),
            Self::Coming { start, unwanted } => {
                unwanted.cancel();
                Self::Going(given_up(start).boxed())
            }
            Self::Here(agent) => Self::Going(how(agent)),
            going @ Self::Going(_) => going,
        };
    }
}

/// Ends an agent that was wanted and is not any more.
async fn given_up(start: BoxFuture<'static, Result<Agent, LaunchFailure>>) -> AgentExit {
    match start.await {
        Ok(mut agent) => agent.kill().await,
        Err(_) => not_started(),
    }
}

fn not_started() -> AgentExit {
    AgentExit { status: "it was not started".to_owned(), complaint: String::new() }
}

impl Chat {
    /// Begins to start the agent.
    pub(super) fn launch(&mut self) {
        let unwanted = CancellationToken::new();
        let start = start(self.context.clone(), self.session, self.spec.clone(), unwanted.clone());
        self.agent = AgentSlot::Coming { start: start.boxed(), unwanted };
    }
}

async fn start(
    context: Arc<Context>,
    session: SessionId,
    spec: Spec,
    unwanted: CancellationToken,
) -> Result<Agent, LaunchFailure> {
    let gateway = tokio::select! {
        gateway = model_access(&context, session, &spec) => gateway.map_err(failure)?,
        () = unwanted.cancelled() => return Err(failure(not_wanted())),
    };
    // Whoever has agents looked for does not keep the machine from being halted.
    let allowed = context.admission.admit().await.map_err(failure)?.policy;
    let (adapter, found) = installed(&context, &allowed, &spec).await.map_err(failure)?;
    let workspace = checks::workspace(&allowed, &spec.workspace).await.map_err(failure)?;
    checks::policy(&allowed, &spec.policy).map_err(failure)?;
    checks::hazard(&context, &spec, &*adapter, &workspace).map_err(failure)?;
    let admitted = context.admission.admit().await.map_err(failure)?;
    let started = tokio::task::spawn_blocking(move || {
        // Until the agent is there to be ended.
        let _admitted = admitted;
        let own = context.state_directory(session);
        let mut chat = adapter.chat(&LaunchRequest {
            found: &found,
            search: context.shelf.search(),
            workspace: spec.workspace.as_ref(),
            state_directory: &own,
            gateway: &gateway,
            variables: &context.variables,
        });
        chat.launch = context.holder.hold_agent(&spec, &*adapter, chat.launch);
        agents::start(&chat, &Marker::new(session), Limits::default())
    });
    match started.await {
        Ok(Ok(agent)) => Ok(agent),
        Ok(Err(error)) => {
            Err(LaunchFailure { message: reports::with_causes(&error), hint: error.hint() })
        }
        Err(_) => Err(failure(not_wanted())),
    }
}

/// The agent's adapter, and where its program is.
async fn installed(
    context: &Context,
    allowed: &LocalPolicy,
    spec: &Spec,
) -> Result<(Arc<dyn Adapter>, Found), Refused> {
    let none = || Refused::new("agent_missing", "the session names no agent");
    let name = spec.agent.as_ref().ok_or_else(none)?;
    let (adapter, detected) = checks::agent(context, allowed, name, SessionKind::Chat).await?;
    let gone = || Refused::new("agent_not_installed", format!("{name} is not installed"));
    Ok((adapter, detected.chat.ok_or_else(gone)?))
}

fn not_wanted() -> Refused {
    Refused::new("not_wanted", "it is not wanted any more")
}

fn failure(refused: Refused) -> LaunchFailure {
    LaunchFailure { message: refused.message, hint: refused.hint }
}
