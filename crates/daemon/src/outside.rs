//! Sessions that were begun on this machine outside of us, with the agents' own programs: which there
//! are, and how one is gone on with.
//!
//! The machine's owner says who may know of them. Only those are told that lie in a workspace; one is
//! gone on with in a copy, and only once at a time.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use agents::history::{self, OutsideSession, TakeError};
use agents::{Adapter, History};
use bytes::Bytes;
use model::agent::AgentName;
use model::{SessionId, Tick};
use tokio::sync::Semaphore;
use wire::call::Answer;
use wire::limits::MAX_OUTSIDE_SESSIONS;
use wire::outside::{self as told, Continuable, ListOutside, OutsideListed};

use crate::context::Context;
use crate::local_policy::{LocalPolicy, MayKnow};
use crate::reports::{self, Refused};
use crate::spec::{Continued, Spec};
use crate::supervisor::Supervisor;

/// How long it is looked for them at the most.
const LOOK_WITHIN: Duration = Duration::from_secs(5);

/// A session that was changed since may be open in the agent's own program.
const OPEN_WITHIN: Duration = Duration::from_mins(2);

/// The one look that runs; others wait for it.
#[derive(Debug)]
pub(crate) struct Looks(Arc<Semaphore>);

impl Default for Looks {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

/// Which session of ours goes on with which one that was begun outside.
#[derive(Debug, Default)]
pub(crate) struct Continuations(Mutex<HashMap<(AgentName, String), SessionId>>);

impl Continuations {
    /// Notes it; the error is the session that goes on with it already.
    pub(crate) fn claim(&self, spec: &Spec, session: SessionId) -> Result<(), SessionId> {
        let Some(key) = key(spec) else { return Ok(()) };
        match *self.lock().entry(key).or_insert(session) {
            known if known == session => Ok(()),
            other => Err(other),
        }
    }

    /// Forgets what an ended session has gone on with.
    pub(crate) fn release(&self, session: SessionId) {
        self.lock().retain(|_, known| *known != session);
    }

    fn who(&self, agent: &AgentName, id: &str) -> Option<SessionId> {
        self.lock().get(&(agent.clone(), id.to_owned())).copied()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(AgentName, String), SessionId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(spec: &Spec) -> Option<(AgentName, String)> {
    Some((spec.agent.clone()?, spec.continues.as_ref()?.id.clone()))
}

/// Whether the machine's owner wants whoever asks to know of such sessions.
fn check(allowed: &LocalPolicy, by_administrator: bool) -> Result<(), Refused> {
    let may = match allowed.who_knows_of_outside_sessions() {
        MayKnow::Nobody => false,
        MayKnow::Admins => by_administrator,
        MayKnow::Everyone => true,
    };
    if may {
        return Ok(());
    }
    let message = "this machine's owner has not opened to you what was said with agents outside";
    Err(Refused::new("outside_forbidden", message).with_hint(
        "on the machine, its owner may allow it: gantline machine policy set --outside-sessions",
    ))
}

/// Lists them.
pub(crate) async fn list(
    supervisor: &Supervisor,
    question: ListOutside,
) -> Result<Answer, Refused> {
    let allowed = supervisor.context.admission.admit().await?.policy;
    check(&allowed, question.by_administrator)?;
    let until = supervisor.context.clock.tick() + LOOK_WITHIN;
    let turn = supervisor.looks.0.clone().acquire_owned();
    let busy = || Refused::new("busy", "the machine looks for such sessions already");
    // It is never closed.
    let Ok(Ok(turn)) = tokio::time::timeout(LOOK_WITHIN, turn).await else { return Err(busy()) };
    let most = question.most.clamp(1, MAX_OUTSIDE_SESSIONS) as usize;
    let work = Look { context: supervisor.context.clone(), allowed, until };
    let looked = tokio::task::spawn_blocking(move || {
        // Kept until it is over, also where nobody waits for it any more.
        let _turn = turn;
        work.look(most)
    });
    let mut listed = looked.await.map_err(|_| stopping())?;
    for session in &mut listed.sessions {
        let agent: Option<AgentName> = session.agent.parse().ok();
        let known = agent.and_then(|agent| supervisor.continuations.who(&agent, &session.id));
        session.continued_in =
            known.map(|id| Bytes::copy_from_slice(id.as_bytes())).unwrap_or_default();
    }
    Ok(Answer::OutsideListed(listed))
}

fn stopping() -> Refused {
    Refused::new("stopping", "the daemon is stopping")
}

struct Look {
    context: Arc<Context>,
    allowed: Arc<LocalPolicy>,
    until: Tick,
}

impl Look {
    fn look(&self, most: usize) -> OutsideListed {
        let goes_on =
            || self.context.clock.tick() < self.until && !self.context.stopping.is_cancelled();
        let mut places = Places::new(&self.allowed);
        let mut listed = OutsideListed::default();
        for (name, history) in histories(&self.context, &self.allowed) {
            let looked = history::look(&history, &self.context.variables, &goes_on);
            listed.unreadable = listed.unreadable.saturating_add(looked.unreadable);
            listed.has_more |= looked.is_cut;
            let here = looked.sessions.into_iter().filter_map(|session| {
                let directory = places.workspace(&session.directory)?;
                Some(self.tell(&name, session, directory))
            });
            listed.sessions.extend(here);
        }
        listed.sessions.sort_by_key(|session| std::cmp::Reverse(session.changed_at_ms));
        listed.has_more |= listed.sessions.len() > most;
        listed.sessions.truncate(most);
        listed
    }

    fn tell(
        &self,
        agent: &AgentName,
        session: OutsideSession,
        directory: String,
    ) -> told::OutsideSession {
        let changed_at_ms = millis(session.changed_at);
        let now_ms = self.context.clock.now().as_millis();
        let since_ms = u128::from(now_ms.saturating_sub(changed_at_ms).max(0).unsigned_abs());
        told::OutsideSession {
            agent: agent.to_string(),
            id: session.id,
            directory,
            title: session.title,
            prompts: session.prompts,
            changed_at_ms,
            size_bytes: session.size_bytes,
            may_be_open: since_ms < OPEN_WITHIN.as_millis(),
            continued_in: Bytes::new(),
        }
    }
}

/// The agents that may be started here, and how each keeps what is said with it.
fn histories(context: &Context, allowed: &LocalPolicy) -> Vec<(AgentName, History)> {
    let known = context.shelf.adapters().iter().filter_map(|adapter| {
        let name = adapter.facts().name;
        Some((name, adapter.history()?))
    });
    known.filter(|(name, _)| allowed.allows_agent(name)).collect()
}

/// Directories that were looked up, as most sessions have the same few.
struct Places<'a> {
    allowed: &'a LocalPolicy,
    known: HashMap<String, Option<String>>,
}

impl<'a> Places<'a> {
    fn new(allowed: &'a LocalPolicy) -> Self {
        Self { allowed, known: HashMap::new() }
    }

    /// The directory, if sessions may run there.
    fn workspace(&mut self, directory: &str) -> Option<String> {
        if let Some(known) = self.known.get(directory) {
            return known.clone();
        }
        let is_whole = Path::new(directory).is_absolute();
        let found = is_whole.then(|| self.allowed.resolve_workspace(directory).ok()).flatten();
        let found = found.and_then(|path| path.to_str().map(str::to_owned));
        self.known.insert(directory.to_owned(), found.clone());
        found
    }
}

fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Whether a session that was begun outside could be gone on with; its directory, and what is said
/// of it.
pub(crate) async fn prepare(
    supervisor: &Supervisor,
    allowed: &LocalPolicy,
    adapter: &dyn Adapter,
    wanted: &told::Continued,
) -> Result<(String, Continuable), Refused> {
    check(allowed, wanted.by_administrator)?;
    let name = adapter.facts().name;
    let history = history_of(adapter)?;
    if let Some(session) = supervisor.continuations.who(&name, &wanted.id) {
        return Err(continued_already(session));
    }
    let (context, id) = (supervisor.context.clone(), wanted.id.clone());
    let found = tokio::task::spawn_blocking(move || {
        history::find(&history, &context.variables, &id).map(|(session, _)| session)
    });
    let session = found.await.map_err(|_| stopping())?.map_err(|error| refused(&error))?;
    if !Path::new(&session.directory).is_absolute() {
        return Err(refused(&TakeError::Unknown));
    }
    Ok((session.directory, Continuable { title: session.title }))
}

fn history_of(adapter: &dyn Adapter) -> Result<History, Refused> {
    adapter.history().ok_or_else(|| {
        let title = adapter.facts().title;
        let message =
            format!("sessions that were begun with {title} outside cannot be gone on with");
        Refused::new("outside_unsupported", message)
            .with_hint("start a new session, and tell the agent what it has to know")
    })
}

fn continued_already(session: SessionId) -> Refused {
    let message = format!("the session {session} goes on with it already");
    Refused::new("outside_continued", message)
        .with_hint("go on in that session, or stop it before it is gone on with in another one")
}

fn refused(error: &TakeError) -> Refused {
    let code = match error {
        TakeError::Unknown => "outside_unknown",
        TakeError::TooLong => "outside_too_long",
        TakeError::Unreadable { .. } | TakeError::Private(_) => "outside_unreadable",
    };
    Refused::new(code, reports::with_causes(error))
}

/// Gives the agent of a session that is about to begin its copy, if it goes on with what was begun
/// outside. Everything is asked again that was asked before.
pub(crate) async fn take(
    supervisor: &Supervisor,
    session: SessionId,
    spec: &Spec,
) -> Result<(), Refused> {
    let Some(Continued { id, by_administrator }) = spec.continues.clone() else { return Ok(()) };
    let context = supervisor.context.clone();
    let allowed = context.admission.admit().await?.policy;
    check(&allowed, by_administrator)?;
    let none = || Refused::new("agent_missing", "a chat needs an agent");
    let name = spec.agent.as_ref().ok_or_else(none)?;
    let unknown = || Refused::new("agent_unknown", format!("this machine knows no agent {name}"));
    let adapter = context.shelf.adapter(name).ok_or_else(unknown)?;
    let history = history_of(&*adapter)?;
    supervisor.continuations.claim(spec, session).map_err(continued_already)?;
    let own: PathBuf = context.state_directory(session);
    let taken = tokio::task::spawn_blocking(move || {
        host::private::directory(own.parent().unwrap_or(&own))?;
        history::take(&history, &context.variables, &id, &own)
    });
    let taken = taken.await.map_err(|_| stopping())?.map_err(|error| refused(&error))?;
    let moved = || Refused::new("outside_unknown", "the session works somewhere else by now");
    let works_in = allowed.resolve_workspace(&taken.directory).map_err(|_| moved())?;
    if works_in.to_str() == Some(spec.workspace.as_str()) { Ok(()) } else { Err(moved()) }
}
