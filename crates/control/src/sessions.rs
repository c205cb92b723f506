//! Sessions: starting, finding, naming, ending.
//!
//! - `prepared`: a session that is about to be started, as its machine will have it

mod prepared;

use std::sync::Arc;
use std::time::Duration;

use bus::Event;
use model::agent::AgentName;
use model::machine::{Machine, MachineStatus};
use model::session::{Session, SessionKind};
use model::{Actor, MachineId, SessionId, UserId};
use policy::{Action, Door, PolicyOptions, Resolved, SessionPolicy, Warning};
use serde_json::json;
use store::Tx;
use store::audit::NewAuditRecord;
use store::commands::NewCommand;
use store::sessions::SessionFilter;
use wire::command::{ForgetSession, Order, StartSession, StopSession};

use crate::authorise::{acting_tenant, acting_user, authorise_machine_now};
use crate::error::{machine_not_described, machine_offline};
use crate::worktrees::WorktreeRequest;
use crate::{
    ControlPlane, Error, freezes, idle_limits, machines, outside, policies, policy_rules,
    session_limits, text,
};
use prepared::{new_session, prepare, start_order};

/// Words of one search at the most: each is looked for in every session.
const MAX_SEARCH_WORDS: usize = 16;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct SessionRequest {
    /// Where.
    pub machine: MachineId,
    /// Chat or terminal.
    pub kind: SessionKind,
    /// The agent; a terminal without one runs the user's shell.
    pub agent: Option<AgentName>,
    /// The directory; the machine's first workspace if there is none.
    pub workspace: Option<String>,
    /// The model; the agent's default if there is none.
    pub model: Option<String>,
    /// What it may do without a person.
    pub policy: PolicyOptions,
    /// What the door says of whoever asks.
    pub door: Door,
    /// What to call it; made of the agent and the directory if there is none.
    pub title: Option<String>,
    /// First size of a terminal, columns and rows.
    pub size: Option<(u16, u16)>,
    /// After how long without anything happening it ends by itself; never if there is none. Only
    /// for a chat.
    pub idle_limit: Option<Duration>,
    /// The worktree that is made for it; it works in the directory itself if there is none.
    pub worktree: Option<WorktreeRequest>,
    /// The agent's name for a session that was begun outside of us, with which this one goes on.
    pub continues: Option<String>,
}

/// A session that was checked and only has to be stored.
pub(crate) struct ReadySession {
    actor: Actor,
    session: Session,
    start: StartSession,
    policy: SessionPolicy,
    command: NewCommand,
    records: Vec<NewAuditRecord>,
}

impl ReadySession {
    /// The session.
    pub(crate) const fn session(&self) -> &Session {
        &self.session
    }

    /// Stores it, with the order for its machine.
    pub(crate) async fn store(self, tx: &mut Tx) -> Result<(), Error> {
        let Self { actor, session, start, policy, mut command, records } = self;
        let machine =
            authorise_machine_now(tx, &actor, Action::SessionStart, session.machine).await?;
        freezes::refuse_frozen(&machine)?;
        session_limits::refuse_beyond_now(tx, &machine, session.owner).await?;
        tx.session_insert(&session).await?;
        let now = session.created_at;
        command.body = policy_rules::add_rules(tx, session.id, now, start, policy).await?;
        tx.command_append(&command).await?.ok_or(Error::not_found("machine"))?;
        for record in records {
            tx.audit_append(record).await?;
        }
        Ok(())
    }
}

/// Starts a session.
pub async fn session_start(
    plane: &ControlPlane,
    actor: &Actor,
    request: SessionRequest,
) -> Result<Session, Error> {
    let ready = session_ready(plane, actor, &request).await?;
    let session = ready.session.clone();
    plane
        .store
        .write::<_, Error, _>(move |tx| Box::pin(async move { ready.store(tx).await }))
        .await?;
    plane.relay.commands_waiting(session.machine);
    plane.bus.tell(Event::SessionChanged(Arc::new(session.clone())));
    Ok(session)
}

/// Checks a session. The machine is asked, so that what cannot work is refused before anything is
/// stored.
pub(crate) async fn session_ready(
    plane: &ControlPlane,
    actor: &Actor,
    request: &SessionRequest,
) -> Result<ReadySession, Error> {
    let machine = plane.authorise_machine(actor, Action::SessionStart, request.machine).await?;
    freezes::refuse_frozen(&machine)?;
    session_limits::refuse_beyond(plane, &machine, acting_user(actor)?).await?;
    idle_limits::check(request.kind, request.idle_limit)?;
    let resolved =
        policies::policy_resolve(plane, machine.tenant, &request.policy, request.door).await?;
    let status = machines::machine_status(plane, machine.id).0;
    if status != MachineStatus::Offline && !machine.facts.is_described() {
        return Err(machine_not_described());
    }
    // A machine that takes no work says why itself, which is more than what it lacks.
    if machine.facts.closed.is_none() {
        check_agent(&machine, request.kind, request.agent.as_ref())?;
    }
    if status == MachineStatus::Offline {
        return Err(machine_offline());
    }
    let id = SessionId::new(plane.now(), &**plane.rng());
    let continues = outside::wanted(plane, actor, &machine, request).await?;
    let place = prepare(plane, id, request, &resolved, continues.clone()).await?;
    let session = new_session(plane, actor, &machine, request, &resolved, (id, place))?;
    let start = StartSession { continues, ..start_order(&session, request) };
    let order = Order::StartSession(start.clone());
    let command = plane.command(actor, machine.id, session.id, order);
    let records = start_records(plane, actor, &session, &resolved, request);
    let actor = *actor;
    Ok(ReadySession { actor, session, start, policy: resolved.policy, command, records })
}

/// One session.
pub async fn session(plane: &ControlPlane, actor: &Actor, id: SessionId) -> Result<Session, Error> {
    plane.authorise_session(actor, Action::SessionView, id).await
}

/// Which sessions to list.
#[derive(Debug, Clone, Default)]
pub struct SessionQuery {
    /// Only on this machine.
    pub machine: Option<MachineId>,
    /// Only those that go on, or only those that are over.
    pub open: Option<bool>,
    /// Only those with this tag.
    pub tag: Option<String>,
    /// Only those that were put away, or only those that were not.
    pub archived: Option<bool>,
    /// Only those that have each word of this somewhere: in their name, a tag, their agent or
    /// their workspace. What blanks part are words.
    pub search: Option<String>,
    /// Only those that come after this one in the list.
    pub after: Option<(model::Timestamp, SessionId)>,
    /// How many, 1 to 200.
    pub limit: u32,
}

/// Sessions that the actor may see, the last active first.
pub async fn sessions(
    plane: &ControlPlane,
    actor: &Actor,
    query: SessionQuery,
) -> Result<Vec<Session>, Error> {
    let tenant = acting_tenant(actor)?;
    let visible_to = match actor {
        Actor::User { role, .. } if role.administers_tenant() => None,
        _ => Some((acting_user(actor)?, plane.now())),
    };
    let words = words(query.search.as_deref().unwrap_or_default())?;
    let filter = SessionFilter {
        tenant: Some(tenant),
        visible_to,
        machine: query.machine,
        open: query.open,
        tag: query.tag,
        archived: query.archived,
        words,
        after: query.after,
        limit: query.limit.clamp(1, 200),
    };
    Ok(plane.store.sessions(filter).await?)
}

/// Sessions on one machine that the actor may see, the last active first.
pub async fn sessions_on(
    plane: &ControlPlane,
    actor: &Actor,
    machine: MachineId,
    open: Option<bool>,
    limit: u32,
) -> Result<Vec<Session>, Error> {
    plane.authorise_machine(actor, Action::MachineView, machine).await?;
    let query = SessionQuery { machine: Some(machine), open, limit, ..SessionQuery::default() };
    sessions(plane, actor, query).await
}

fn words(search: &str) -> Result<Vec<String>, Error> {
    let words: Vec<String> = search.split_whitespace().map(str::to_owned).collect();
    if words.len() > MAX_SEARCH_WORDS {
        let message = format!("a search has at most {MAX_SEARCH_WORDS} words, not {}", words.len());
        return Err(Error::invalid("too_many_words", message));
    }
    Ok(words)
}

/// The open session of the actor's own with this name; `None` if there is none.
pub async fn session_named(
    plane: &ControlPlane,
    actor: &Actor,
    name: &str,
) -> Result<Option<Session>, Error> {
    let mut named = plane.store.sessions_named(acting_user(actor)?, name).await?;
    if named.len() > 1 {
        let message = format!("several sessions are called {name:?}");
        let ids: Vec<String> = named.iter().map(|session| session.id.to_string()).collect();
        let error = Error::invalid("session_ambiguous", message);
        return Err(error.with_hint(format!("give the identifier: {}", ids.join(", "))));
    }
    let Some(found) = named.pop() else { return Ok(None) };
    // What was given away with its machine is no longer theirs to see.
    plane.authorise_session(actor, Action::SessionView, found.id).await.map(Some)
}

/// Ends a session and every process of it. Its proxy tokens die at once.
pub async fn session_stop(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
    reason: Option<&str>,
) -> Result<Session, Error> {
    let session = plane.authorise_session(actor, Action::SessionStop, id).await?;
    if session.state.is_final() {
        return Ok(session);
    }
    let (command, record) = stop_parts(plane, actor, &session, reason);
    let now = plane.now();
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                tx.command_append(&command).await?.ok_or(Error::not_found("machine"))?;
                tx.proxy_tokens_revoke_session(id, now).await?;
                tx.audit_append(record).await?;
                Ok(())
            })
        })
        .await?;
    plane.relay.commands_waiting(session.machine);
    Ok(session)
}

/// Ends what a user has open, on one machine or everywhere, because they may not have it any more.
/// Its proxy tokens die at once.
pub(crate) async fn sessions_stop_of(
    plane: &ControlPlane,
    actor: &Actor,
    user: UserId,
    machine: Option<MachineId>,
    reason: &str,
) -> Result<(), Error> {
    let open = plane.store.sessions_open_of(user, machine).await?;
    let now = plane.now();
    let parts: Vec<_> = open
        .iter()
        .map(|session| (session.id, stop_parts(plane, actor, session, Some(reason))))
        .collect();
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                for (session, (command, record)) in parts {
                    // A machine that is gone has ended them already.
                    tx.command_append(&command).await?;
                    tx.proxy_tokens_revoke_session(session, now).await?;
                    tx.audit_append(record).await?;
                }
                Ok(())
            })
        })
        .await?;
    for session in open {
        plane.relay.commands_waiting(session.machine);
    }
    Ok(())
}

/// Deletes a session: ends it if it runs, and forgets it. What stands in its workspace stays.
pub async fn session_delete(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
) -> Result<(), Error> {
    let session = plane.authorise_session(actor, Action::SessionStop, id).await?;
    let place = bus::Place::from(&session);
    let order = Order::ForgetSession(ForgetSession {});
    let command = plane.lasting_command(actor, session.machine, id, order);
    let object = format!("session:{id}");
    let record = plane.audit(actor, "session.delete", object, &json!({}));
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                // The machine drops what it keeps of the session; it may be gone for good.
                tx.command_append(&command).await?;
                tx.session_delete(id).await?;
                tx.audit_append(record).await?;
                Ok(())
            })
        })
        .await?;
    plane.relay.commands_waiting(session.machine);
    plane.bus.tell(Event::SessionRemoved(place));
    Ok(())
}

fn stop_parts(
    plane: &ControlPlane,
    actor: &Actor,
    session: &Session,
    reason: Option<&str>,
) -> (NewCommand, NewAuditRecord) {
    let reason = text::one_line(reason.unwrap_or(""), 200);
    let facts = if reason.is_empty() { json!({}) } else { json!({ "reason": reason }) };
    let order = Order::StopSession(StopSession { reason });
    let command = plane.lasting_command(actor, session.machine, session.id, order);
    let object = format!("session:{}", session.id);
    (command, plane.audit(actor, "session.stop", object, &facts))
}

/// What is written down of a start. That every tool was allowed by an empty text is a line of its
/// own, which is easily found.
fn start_records(
    plane: &ControlPlane,
    actor: &Actor,
    session: &Session,
    resolved: &Resolved,
    request: &SessionRequest,
) -> Vec<NewAuditRecord> {
    let object = format!("session:{}", session.id);
    let facts = json!({
        "kind": session.kind,
        "agent": session.agent,
        "workspace": session.workspace,
        "worktree": session.worktree.as_ref().map(|worktree| json!({
            "source": worktree.source, "branch": worktree.branch, "base": worktree.base,
        })),
        "continues": request.continues,
        "preset": session.preset,
        "permissions": resolved.policy.permissions,
        "tools": resolved.policy.tools,
        "other_tools": resolved.policy.other_tools,
        "auth_policy": resolved.policy.auth,
        "interactive": resolved.policy.interactive,
        "idle_limit_s": session.idle_limit.map(|limit| limit.as_secs()),
    });
    let start = plane.audit(actor, "session.start", &object, &facts);
    let widened = resolved.warnings.contains(&Warning::EmptyTextIsEveryTool).then(|| {
        plane.audit(actor, "policy.every_tool", &object, &json!({ "by": "an empty text" }))
    });
    std::iter::once(start).chain(widened).collect()
}

/// Refuses an agent that the machine does not have, as far as it has said.
pub(crate) fn check_agent(
    machine: &Machine,
    kind: SessionKind,
    agent: Option<&AgentName>,
) -> Result<(), Error> {
    let Some(name) = agent else {
        return match kind {
            SessionKind::Chat => Err(Error::invalid("agent_missing", "a chat needs an agent")),
            SessionKind::Terminal if machine.facts.shell_allowed => Ok(()),
            SessionKind::Terminal => {
                Err(Error::denied("shell_forbidden", "this machine does not allow a shell"))
            }
        };
    };
    let Some(agent) = machine.facts.agents.iter().find(|agent| agent.name == *name) else {
        let known: Vec<_> = machine.facts.agents.iter().map(|agent| agent.name.as_str()).collect();
        let message =
            format!("{name} is not an agent of this machine; known: {}", known.join(", "));
        return Err(Error::invalid("agent_unknown", message));
    };
    if let Some(missing) = &agent.missing {
        let message = format!("{} is not installed on this machine: {missing}", agent.title);
        let error = Error::conflict("agent_not_installed", message);
        let install = agent.install.as_ref();
        return Err(match install {
            Some(command) => error.with_hint(format!("on the machine, run: {command}")),
            None => error,
        });
    }
    let offered = match kind {
        SessionKind::Chat => agent.chat,
        SessionKind::Terminal => agent.terminal,
    };
    if !offered {
        let message = format!("{} has no {kind} on this machine", agent.title);
        return Err(Error::invalid("kind_not_offered", message));
    }
    Ok(())
}
