//! The session that a method is about: one that is there, or a new one where none is named or
//! nobody has one of that name.

use control::sessions::{self, SessionRequest};
use control::{ControlPlane, Error, idle_limits, placing, policies};
use model::agent::AgentName;
use model::session::{Session, SessionKind};
use model::{Actor, SessionId};
use policy::{Door, PolicyOptions};

/// What is wanted.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// An identifier, or a name.
    pub session: Option<String>,
    /// An identifier, or a name.
    pub machine: Option<String>,
    /// The agent.
    pub agent: Option<String>,
    /// The directory.
    pub workspace: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// What it may do without a person.
    pub policy: PolicyOptions,
    /// After how many seconds without anything happening it ends by itself; 0 for never.
    pub ttl: Option<u64>,
    /// What to call a new one; the name by which it was asked for where there is none.
    pub name: Option<String>,
}

/// The session that is wanted. One that is there is not quietly bent to other options.
pub(super) async fn session(
    plane: &ControlPlane,
    actor: &Actor,
    wanted: Wanted,
) -> Result<Session, Error> {
    let named = wanted.session.as_deref().map(str::trim).filter(|named| !named.is_empty());
    let Some(named) = named else { return start(plane, actor, None, &wanted).await };
    match existing(plane, actor, named).await? {
        Some(session) => {
            check_policy(plane, actor, &session, &wanted.policy).await?;
            fits(session, &wanted)
        }
        None => start(plane, actor, Some(named), &wanted).await,
    }
}

/// The session with this identifier, which there must be, or the open one with this name.
pub(super) async fn existing(
    plane: &ControlPlane,
    actor: &Actor,
    named: &str,
) -> Result<Option<Session>, Error> {
    match named.parse::<SessionId>() {
        Ok(id) => sessions::session(plane, actor, id).await.map(Some),
        Err(_) => sessions::session_named(plane, actor, named.trim()).await,
    }
}

async fn start(
    plane: &ControlPlane,
    actor: &Actor,
    named: Option<&str>,
    wanted: &Wanted,
) -> Result<Session, Error> {
    let machine = placing::machine_meant(plane, actor, wanted.machine.as_deref()).await?;
    let request = SessionRequest {
        machine: machine.id,
        kind: SessionKind::Chat,
        agent: Some(placing::agent_meant(&machine, wanted.agent.as_deref())?),
        workspace: wanted.workspace.clone().filter(|path| !path.is_empty()),
        model: wanted.model.clone().filter(|model| !model.is_empty()),
        policy: wanted.policy.clone(),
        door: door(&wanted.policy),
        title: wanted.name.clone().or_else(|| named.map(str::to_owned)),
        size: None,
        idle_limit: idle_limits::of_seconds(wanted.ttl),
        worktree: None,
        continues: None,
    };
    sessions::session_start(plane, actor, request).await
}

/// Whoever says what happens where nobody can be asked does not want anybody to be asked.
const fn door(policy: &PolicyOptions) -> Door {
    Door::documented(policy.non_interactive_permissions.is_none())
}

/// A session has the policy with which it began. Saying it again is not asking for another.
async fn check_policy(
    plane: &ControlPlane,
    actor: &Actor,
    session: &Session,
    asked: &PolicyOptions,
) -> Result<(), Error> {
    if *asked == PolicyOptions::default() {
        return Ok(());
    }
    let asked = policies::policy_explain(plane, actor, asked, door(asked)).await?;
    let is_same = |known: policy::Resolved| {
        known.policy == asked.policy && known.max_turns == asked.max_turns
    };
    if policies::session_policy(session)?.is_some_and(is_same) {
        return Ok(());
    }
    let message = "this session began with other permissions, which cannot be changed like this";
    let error = Error::conflict("session_has_other", message);
    Err(error.with_hint("leave them out, or start a new session"))
}

fn fits(session: Session, wanted: &Wanted) -> Result<Session, Error> {
    if let Some(agent) = wanted.agent.as_deref().filter(|agent| !agent.is_empty()) {
        check_agent(&session, &placing::agent_name(agent)?)?;
    }
    let is_other = |asked: &Option<String>, known: &str| {
        asked.as_deref().is_some_and(|asked| !asked.is_empty() && asked != known)
    };
    let asked = session.asked_workspace();
    if is_other(&wanted.workspace, asked) && is_other(&wanted.workspace, &session.workspace) {
        return Err(fixed("directory", &session.workspace));
    }
    if is_other(&wanted.model, session.model.as_deref().unwrap_or_default()) {
        return Err(fixed("model", session.model.as_deref().unwrap_or("the agent's own")));
    }
    if wanted.ttl.is_some() && idle_limits::of_seconds(wanted.ttl) != session.idle_limit {
        let seconds = session.idle_limit.unwrap_or_default().as_secs();
        return Err(fixed("ttl", &seconds.to_string()));
    }
    Ok(session)
}

/// A session has the agent with which it began.
pub(super) fn check_agent(session: &Session, agent: &AgentName) -> Result<(), Error> {
    match &session.agent {
        Some(known) if known == agent => Ok(()),
        Some(known) => Err(fixed("agent", known.as_str())),
        None => Err(fixed("agent", "none")),
    }
}

fn fixed(what: &str, known: &str) -> Error {
    let message = format!("the {what} of this session is {known} and cannot be changed like this");
    Error::conflict("session_has_other", message).with_hint("leave it out, or start a new session")
}
