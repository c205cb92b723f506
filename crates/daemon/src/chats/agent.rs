//! The agent of a chat: coming, here or going.

use std::sync::Arc;
use std::time::Duration;

use agents::{Adapter, ChatLaunch, Found, LaunchRequest};
use conversation::{AgentExit, LaunchFailure};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use holder::{AgentStarting, AttachError, HeldAgent, StartError};
use model::SessionId;
use model::session::SessionKind;
use processes::{Marker, inherited_environment};
use tokio_util::sync::CancellationToken;

use super::Chat;
use super::here::Here;
use crate::checks;
use crate::context::Context;
use crate::holders::ALONE_FOR;
use crate::local_policy::LocalPolicy;
use crate::model_access::model_access;
use crate::reports::{self, Refused};
use crate::spec::Spec;

/// The agent of a chat.
pub(super) enum AgentSlot {
    /// There is none.
    None,
    /// It is being started.
    Coming {
        start: BoxFuture<'static, Result<HeldAgent, LaunchFailure>>,
        unwanted: CancellationToken,
    },
    /// It runs, or is being ended, or its end is not written down.
    Here(Box<Here>),
    /// It was being started, and is not wanted any more.
    GivenUp(BoxFuture<'static, AgentExit>),
}

/// What of an agent stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// There was none, or it had ended.
    Nothing,
    /// It is to be started.
    Unlaunched,
    /// Its processes, and all that they have started.
    Tree,
}

/// What happens with an agent.
pub(super) enum AgentNews {
    Started(HeldAgent),
    NotStarted(LaunchFailure),
    Said(String),
    Exited(AgentExit),
    /// Another daemon has it.
    Displaced,
}

impl AgentSlot {
    /// The next thing that happens. Dropping the future loses nothing; the slot is to be changed
    /// by whoever gets anything else than words.
    pub(super) async fn next(&mut self) -> AgentNews {
        match self {
            Self::None => std::future::pending().await,
            Self::Coming { start, .. } => match start.await {
                Ok(agent) => AgentNews::Started(agent),
                Err(failure) => AgentNews::NotStarted(failure),
            },
            Self::Here(agent) => agent.next().await,
            Self::GivenUp(exit) => AgentNews::Exited(exit.await),
        }
    }

    /// What the agent has said already.
    pub(super) fn said(&mut self) -> Option<String> {
        match self {
            Self::Here(agent) => agent.said(),
            _ => None,
        }
    }

    /// Lets nothing of it run. One that is being started is given up, to be started anew. The error
    /// says which processes could not be stopped.
    pub(super) async fn stand_still(&mut self) -> Result<Standing, Vec<u32>> {
        match self {
            Self::None => Ok(Standing::Nothing),
            Self::Here(agent) => agent.pause().await,
            Self::Coming { .. } => {
                self.end_within(Duration::ZERO).await;
                Ok(Standing::Unlaunched)
            }
            Self::GivenUp(exit) => {
                let exit = exit.await;
                *self = Self::GivenUp(std::future::ready(exit).boxed());
                Ok(Standing::Nothing)
            }
        }
    }

    /// Lets it go on.
    pub(super) fn go_on(&mut self) {
        if let Self::Here(agent) = self {
            agent.resume();
        }
    }

    /// Begins to end it politely.
    pub(super) fn stop(&mut self) {
        match self {
            Self::Here(agent) => agent.stop(),
            _ => self.give_up(),
        }
    }

    /// Begins to end it at once.
    pub(super) fn kill(&mut self) {
        match self {
            Self::Here(agent) => agent.kill(),
            _ => self.give_up(),
        }
    }

    /// Ends it, within a time politely, and then at once. `None` if there is none.
    pub(super) async fn end_within(&mut self, time: Duration) -> Option<AgentExit> {
        match self {
            Self::None => None,
            Self::Here(agent) => Some(agent.end_within(time).await),
            Self::Coming { .. } | Self::GivenUp(_) => {
                self.give_up();
                match std::mem::replace(self, Self::None) {
                    Self::GivenUp(exit) => Some(exit.await),
                    _ => None,
                }
            }
        }
    }

    /// It has ended. Where that is to be written down first, it stays until it is.
    pub(super) fn is_gone(&mut self) {
        if !matches!(self, Self::Here(_)) {
            *self = Self::None;
        }
    }

    /// What has been handed on to its holder is in the journal.
    pub(super) fn kept(&mut self) {
        if let Self::Here(agent) = self {
            agent.kept();
        }
    }

    /// Lets the holder of one that has ended go.
    pub(super) async fn forget_what_is_over(&mut self) {
        if let Self::Here(agent) = self
            && agent.is_over()
            && !agent.has_open_step()
        {
            agent.forget().await;
            *self = Self::None;
        }
    }

    fn give_up(&mut self) {
        *self = match std::mem::replace(self, Self::None) {
            Self::None => Self::GivenUp(async { not_started() }.boxed()),
            Self::Coming { start, unwanted } => {
                unwanted.cancel();
                Self::GivenUp(given_up(start).boxed())
            }
            other => other,
        };
    }
}

/// Ends an agent that was wanted and is not any more.
async fn given_up(start: BoxFuture<'static, Result<HeldAgent, LaunchFailure>>) -> AgentExit {
    if let Ok(mut agent) = start.await {
        Here::end_unheard(&mut agent).await;
    }
    not_started()
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
) -> Result<HeldAgent, LaunchFailure> {
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
    // Until the agent is there to be ended.
    let _admitted = context.admission.admit().await.map_err(failure)?;
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
    hold(&context, session, chat).await
}

/// Starts the agent in a process that outlives this one.
async fn hold(
    context: &Context,
    session: SessionId,
    chat: ChatLaunch,
) -> Result<HeldAgent, LaunchFailure> {
    let ChatLaunch { launch, ends_on_eof, .. } = chat;
    let program = launch.program.clone();
    let prepared = tokio::task::spawn_blocking(move || agents::prepare(&launch)).await;
    match prepared {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            let message = reports::with_causes(&error);
            return Err(LaunchFailure { message, hint: error.hint() });
        }
        Err(_) => return Err(failure(not_wanted())),
    }
    let not_started = |why: String| failure(Refused::new("not_started", why));
    let place = context.holders.place().map_err(|why| not_started(reports::with_causes(&why)))?;
    let starting = AgentStarting {
        holder: context.holders.program.clone(),
        environment: inherited_environment(context.variables.iter().cloned()),
        marker: Marker::new(session),
        alone_for: ALONE_FOR,
        ends_on_eof,
        program,
    };
    let started = holder::start_agent(place, &session.to_string(), starting).await;
    if let Err(StartError::Attach(AttachError::Silent)) = &started {
        // It may still come to it.
        context.holders.kill(session).await;
    }
    started.map_err(|error| not_started(reports::with_causes(&error)))
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
