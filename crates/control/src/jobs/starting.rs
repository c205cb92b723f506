//! The beginning of an attempt: one write takes the job from the queue and stores everything that
//! follows from that, so that it is either queued or has a turn whose fate is known.

use std::sync::Arc;

use bus::{Event, Place};
use model::Actor;
use model::actor::Credential;
use model::job::{Job, JobFailure, JobLogLine, JobState, LogLevel};
use model::session::SessionKind;
use model::turn::WhenBusy;
use model::user::UserState;
use policy::Door;
use serde_json::json;
use store::Tx;

use super::ending::{Ending, job_end};
use super::tell;
use crate::sessions::{ReadySession, SessionRequest, session_ready};
use crate::turns::{ReadyTurn, turn_ready};
use crate::worktrees::WorktreeRequest;
use crate::{ControlPlane, Error, Meaning, session_limits};

/// How often the beginning of one attempt may go wrong for reasons that could pass, while the
/// machine is there. A job that cannot be begun must not be tried for ever (R21).
const MAX_TRIES: u32 = 5;

/// What came of it.
#[derive(Debug)]
pub(super) enum Started {
    /// It runs, it has failed, or somebody else has ended it.
    Yes,
    /// It has to be tried again.
    Later(Error),
}

/// Begins an attempt of a job that waits. `tries` says how often that went wrong before.
pub(super) async fn start(plane: &ControlPlane, job: Job, tries: u32) -> Started {
    match begin(plane, &job).await {
        Ok(()) => Started::Yes,
        Err(error) if may_pass(&error) && tries + 1 < MAX_TRIES => Started::Later(error),
        Err(error) => give_up(plane, &job, error).await,
    }
}

/// Whether it may work later. That the machine is away is no fault of the job, and counted
/// elsewhere.
fn may_pass(error: &Error) -> bool {
    matches!(error.meaning, Meaning::Unavailable | Meaning::Throttled | Meaning::Internal)
}

/// Whether a job has to wait for what says nothing about the job: its machine is away or takes no
/// new work, as was said on the server or on the machine itself, or there are as many sessions as
/// may be.
pub(super) fn has_to_wait(error: &Error) -> bool {
    CLOSED.contains(&error.code) || session_limits::is_reached(error)
}

/// Codes of a machine that is away, or takes no new work.
const CLOSED: [&str; 5] =
    ["machine_offline", "machine_frozen", "machine_halted", "policy_unusable", "tunnel_off"];

async fn give_up(plane: &ControlPlane, job: &Job, error: Error) -> Started {
    let failure = match (error.meaning, error.code) {
        _ if has_to_wait(&error) => return Started::Later(error),
        (Meaning::NotFound, _) | (_, "permission_denied" | "account_disabled") => {
            JobFailure::NotAllowed
        }
        _ => JobFailure::NotStarted,
    };
    match job_end(plane, job, Ending::failed(failure, error.message)).await {
        Ok(_) => Started::Yes,
        Err(error) => Started::Later(error),
    }
}

async fn begin(plane: &ControlPlane, job: &Job) -> Result<(), Error> {
    let actor = owner(plane, job).await?;
    let text = plane.store.job_text(job.id).await?.ok_or(Error::not_found("job"))?;
    let worktree = text.worktree.as_deref().map(serde_json::from_str::<WorktreeRequest>);
    let worktree = worktree.transpose().map_err(Error::internal)?;
    let request = SessionRequest {
        machine: job.machine,
        kind: SessionKind::Chat,
        agent: Some(job.agent.clone()),
        workspace: job.workspace.clone(),
        model: job.model.clone(),
        policy: serde_json::from_str(&text.policy).map_err(Error::internal)?,
        door: Door::documented(job.interactive),
        title: None,
        size: None,
        idle_limit: None,
        worktree: worktree.map(|wanted| wanted.of_attempt(job.attempt)),
        continues: None,
    };
    let content = text
        .content
        .unwrap_or_else(|| json!([{ "type": "text", "text": text.prompt }]).to_string());
    let session = session_ready(plane, &actor, &request).await?;
    let turn = turn_ready(plane, &actor, session.session(), &content, WhenBusy::Queue).await?;
    store_begin(plane, job, session, turn).await
}

/// The owner as they are now: what they may not do any more is not done in their name (S48).
async fn owner(plane: &ControlPlane, job: &Job) -> Result<Actor, Error> {
    let user = plane.store.user(job.owner).await?;
    let active = user.filter(|user| user.state == UserState::Active);
    let user = active.ok_or_else(|| {
        Error::denied("account_disabled", "the account that submitted it is disabled")
    })?;
    Ok(Actor::User {
        user: user.id,
        tenant: user.tenant,
        role: user.role,
        credential: Credential::Job(job.id),
    })
}

async fn store_begin(
    plane: &ControlPlane,
    seen: &Job,
    session: ReadySession,
    turn: ReadyTurn,
) -> Result<(), Error> {
    let (begun_session, begun_turn) = (session.session().clone(), turn.turn().clone());
    let (id, attempt, now) = (seen.id, seen.attempt, plane.now());
    let begun = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let Some(mut job) = tx.job(id).await? else { return Ok(None) };
                if job.attempt != attempt || job.state != JobState::Queued {
                    return Ok(None);
                }
                job.state = JobState::Running;
                job.session = Some(session.session().id);
                job.turn = Some(turn.turn().id);
                job.started_at = Some(now);
                let lines = write_begin(tx, &job, session, turn).await?;
                Ok(Some((job, lines)))
            })
        })
        .await?;
    // Somebody has cancelled it meanwhile.
    let Some((job, lines)) = begun else { return Ok(()) };
    plane.relay.commands_waiting(job.machine);
    let place = Place::from(&begun_session);
    plane.bus.tell(Event::SessionChanged(Arc::new(begun_session)));
    plane.bus.tell(Event::TurnChanged(place, Arc::new(begun_turn)));
    tell(plane, &job, lines);
    Ok(())
}

async fn write_begin(
    tx: &mut Tx,
    job: &Job,
    session: ReadySession,
    turn: ReadyTurn,
) -> Result<Vec<JobLogLine>, Error> {
    let (session_id, turn_id) = (session.session().id, turn.turn().id);
    let at = job.started_at.unwrap_or(job.queued_at);
    tx.job_put(job).await?;
    tx.job_attempt_insert(job, session_id, turn_id, at).await?;
    session.store(tx).await?;
    turn.store(tx).await?;
    let details = format!("Session {session_id}, attempt {}", job.attempt);
    Ok(vec![
        tx.job_log(job.id, at, LogLevel::Info, "Job started").await?,
        tx.job_log(job.id, at, LogLevel::Info, &details).await?,
    ])
}
