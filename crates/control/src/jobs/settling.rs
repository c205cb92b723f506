//! The end of an attempt: what the database knows of its turn decides.

use std::time::Duration;

use model::Timestamp;
use model::job::{Job, JobFailure};
use model::session::{Session, SessionState};
use model::turn::{Turn, TurnState};

use super::answer;
use super::ending::{Ending, job_end};
use crate::{ControlPlane, Error};

/// After how long without a sign of life of its machine a running job counts as lost.
pub(super) const LOST_AFTER: Duration = Duration::from_hours(24);

/// How long a job waits for its result when its turn is over and its machine is away.
const RESULT_WITHIN: Duration = Duration::from_mins(15);

/// What came of it.
#[derive(Debug)]
pub(super) enum Settled {
    /// Nothing more is to be done.
    Yes,
    /// It has to be tried again.
    Later(Error),
}

/// Ends a running job if its attempt is over.
pub(super) async fn settle(plane: &ControlPlane, job: Job) -> Settled {
    match try_to_settle(plane, &job).await {
        Ok(settled) => settled,
        Err(error) => Settled::Later(error),
    }
}

async fn try_to_settle(plane: &ControlPlane, job: &Job) -> Result<Settled, Error> {
    let turn = match job.turn {
        Some(turn) => plane.store.turn(turn).await?,
        None => None,
    };
    let session = match job.session {
        Some(session) => plane.store.session(session).await?,
        None => None,
    };
    let machine = plane.store.machine(job.machine).await?;
    let last_seen = machine.and_then(|machine| machine.last_seen_at);
    let now = plane.now();
    let heard = last_seen.unwrap_or(job.created_at).max(plane.started_at());
    let Some(fate) = fate(job, turn.as_ref(), session.as_ref(), heard, now) else {
        return Ok(Settled::Yes);
    };
    let (ending, is_patient) = match fate {
        Fate::Silent(ending) => {
            job_end(plane, job, ending).await?;
            return Ok(Settled::Yes);
        }
        Fate::Done(ending) => (ending, true),
        Fate::Failed(ending) => (ending, false),
    };
    let ended_at = turn.and_then(|turn| turn.finished_at).unwrap_or(now);
    let ending = match answer::read(plane, job).await {
        Ok(result) => ending.with_result(result),
        Err(error) if is_patient && now.since(ended_at) < RESULT_WITHIN => {
            return Ok(Settled::Later(error));
        }
        Err(error) => ending.with_remark(format!("What the agent said was not read: {error}")),
    };
    job_end(plane, job, ending).await?;
    Ok(Settled::Yes)
}

enum Fate {
    /// There is nothing to read.
    Silent(Ending),
    /// The agent was done: what it said is the result.
    Done(Ending),
    /// The agent may have said something before it failed.
    Failed(Ending),
}

/// What became of an attempt; `None` if it goes on. `heard` is when its machine was heard of last,
/// or could be heard of at the earliest.
fn fate(
    job: &Job,
    turn: Option<&Turn>,
    session: Option<&Session>,
    heard: Timestamp,
    now: Timestamp,
) -> Option<Fate> {
    let Some(turn) = turn else {
        return Some(Fate::Silent(Ending::canceled("canceled: its session was deleted")));
    };
    if turn.state.is_final() {
        return Some(fate_of_turn(turn, session));
    }
    if let Some(session) = session.filter(|session| session.state.is_final()) {
        let detail = session.detail.as_deref().unwrap_or("its session has ended");
        return Some(Fate::Silent(Ending::failed(JobFailure::MachineRemoved, detail)));
    }
    let started_at = job.started_at.unwrap_or(job.queued_at);
    let stands = session.is_some_and(Session::is_paused);
    let stood = session.map_or(Duration::ZERO, |session| session.paused_for);
    let worked = now.since(started_at).saturating_sub(stood);
    if let Some(timeout) = job.timeout.filter(|timeout| !stands && worked >= *timeout) {
        let error = format!("it took longer than {} s", timeout.as_secs());
        return Some(Fate::Failed(Ending::failed(JobFailure::TimedOut, error)));
    }
    if now.since(started_at.max(heard)) >= LOST_AFTER {
        let error = "nothing was heard of its machine for a day";
        return Some(Fate::Silent(Ending::failed(JobFailure::MachineOffline, error)));
    }
    None
}

fn fate_of_turn(turn: &Turn, session: Option<&Session>) -> Fate {
    let outcome = turn.outcome.as_deref();
    let failed_session = session.filter(|session| session.state == SessionState::Failed);
    match turn.state {
        TurnState::Done => match outcome {
            None => Fate::Done(Ending::completed()),
            Some(outcome) => Fate::Done(Ending::failed(JobFailure::StoppedEarly, outcome)),
        },
        TurnState::Unknown => Fate::Failed(Ending::failed(
            JobFailure::TurnUnknown,
            outcome.unwrap_or("the machine lost track of it; it may have had effects"),
        )),
        TurnState::Cancelled => Fate::Silent(match failed_session {
            Some(session) => Ending::failed(
                JobFailure::NotStarted,
                session.detail.as_deref().unwrap_or("its session could not be started"),
            ),
            None => Ending::canceled("canceled: its turn was cancelled"),
        }),
        _ => Fate::Failed(Ending::failed(
            JobFailure::TurnFailed,
            outcome.unwrap_or("the turn ended with an error"),
        )),
    }
}
