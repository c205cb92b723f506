//! Worktrees of sessions. The machine makes them, looks what is in them, and takes them away; what
//! became of one is in its session.

use std::sync::Arc;

use bus::Event;
use model::session::{Session, Worktree, WorktreeState};
use model::{Actor, SessionId};
use policy::Action;
use relay::CallFailure;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::StoreError;
use wire::call::{Answer, Question, SessionPrepared};
use wire::worktree::{RemoveWorktree, WantedWorktree};

use crate::files::ANSWER_WITHIN;
use crate::{ControlPlane, Error, text};

/// Names of branches and commits are not longer than this, in characters.
const LONGEST_NAME: usize = 200;

/// Commits are named in at most so many characters.
const LONGEST_COMMIT: usize = 64;

/// What a session's worktree is to be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorktreeRequest {
    /// The branch that is made for it; named after the session if there is none.
    pub branch: Option<String>,
    /// The commit with which it begins, as people name commits; the last one if there is none.
    pub base: Option<String>,
}

impl WorktreeRequest {
    /// The same for an attempt of a job, from 1. Each has a branch of its own, as the one before may
    /// have left work on its.
    pub(crate) fn of_attempt(self, attempt: u32) -> Self {
        let branch = self.branch.map(|branch| match attempt {
            ..=1 => branch,
            attempt => format!("{branch}-{attempt}"),
        });
        Self { branch, ..self }
    }
}

/// The question for it.
pub(crate) fn wanted(request: &WorktreeRequest) -> Result<WantedWorktree, Error> {
    let name = |what: &'static str, name: &Option<String>| match name.as_deref().map(str::trim) {
        None | Some("") => Ok(String::new()),
        Some(name) => text::name(what, name, LONGEST_NAME),
    };
    Ok(WantedWorktree {
        branch: name("the branch", &request.branch)?,
        base: name("the base", &request.base)?,
    })
}

/// What the machine has answered of it. One that knows nothing of worktrees would have the session
/// work in the directory itself.
pub(crate) fn planned(
    request: Option<&WorktreeRequest>,
    prepared: SessionPrepared,
) -> Result<(String, Option<Worktree>), Error> {
    let SessionPrepared { workspace, worktree, .. } = prepared;
    let worktree = match (request, worktree) {
        (None, _) => None,
        (Some(_), Some(planned)) => Some(Worktree {
            source: planned.source,
            branch: text::one_line(&planned.branch, LONGEST_NAME),
            base: text::one_line(&planned.base, LONGEST_COMMIT),
            state: WorktreeState::InUse,
            files: 0,
            commits: 0,
            detail: None,
        }),
        (Some(_), None) => {
            let message = "this machine's daemon knows nothing of worktrees";
            return Err(Error::conflict("worktree_unsupported", message)
                .with_hint("update Gantline on the machine"));
        }
    };
    Ok((workspace, worktree))
}

/// As the machine is told of it when the session begins.
pub(crate) fn ordered(worktree: &Worktree) -> wire::worktree::Worktree {
    wire::worktree::Worktree {
        source: worktree.source.clone(),
        branch: worktree.branch.clone(),
        base: worktree.base.clone(),
    }
}

/// Removes the worktree of a session that is over. What is nowhere else goes with it only where
/// `discard` says so. Only who may prompt a session throws away what it has done.
pub async fn worktree_remove(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
    discard: bool,
) -> Result<Session, Error> {
    let session = plane.authorise_session(actor, Action::SessionDrive, id).await?;
    let Some(worktree) = &session.worktree else {
        return Err(Error::conflict("worktree_unknown", "this session has no worktree"));
    };
    if !session.state.is_final() {
        let message = "the session works in its worktree";
        let error = Error::conflict("session_running", message).in_session(session.state);
        return Err(error.with_hint("stop the session first"));
    }
    if worktree.state == WorktreeState::Removed {
        return Ok(session);
    }
    note(plane, actor, &session, discard, "ok").await?;
    let session_id = bytes::Bytes::copy_from_slice(id.as_bytes());
    let question = Question::RemoveWorktree(RemoveWorktree { session_id, discard });
    let failed = match plane.relay.call(session.machine, question, ANSWER_WITHIN).await {
        Ok(Answer::WorktreeRemoved(removed)) => {
            let detail = Some(text::one_line(&removed.detail, 500)).filter(|text| !text.is_empty());
            return gone(plane, session, detail).await;
        }
        Ok(_) => CallFailure::Unexpected.into(),
        Err(failure) => Error::from(failure),
    };
    note(plane, actor, &session, discard, failed.code).await?;
    Err(failed)
}

/// Notes that it is gone. The machine reports the same, later perhaps than somebody looks.
async fn gone(
    plane: &ControlPlane,
    mut session: Session,
    detail: Option<String>,
) -> Result<Session, Error> {
    let Some(worktree) = &mut session.worktree else { return Ok(session) };
    worktree.state = WorktreeState::Removed;
    worktree.files = 0;
    worktree.commits = 0;
    worktree.detail = detail;
    let (id, worktree) = (session.id, worktree.clone());
    let noted = plane.store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move { tx.session_set_worktree(id, &worktree).await })
    });
    noted.await?;
    plane.bus.tell(Event::SessionChanged(Arc::new(session.clone())));
    Ok(session)
}

/// Writes down that it is removed, before it is: what is thrown away is thrown away by somebody.
async fn note(
    plane: &ControlPlane,
    actor: &Actor,
    session: &Session,
    discard: bool,
    result: &str,
) -> Result<(), Error> {
    let branch = session.worktree.as_ref().map(|worktree| worktree.branch.as_str());
    let facts = json!({
        "machine": session.machine.to_string(),
        "path": session.workspace,
        "branch": branch,
        "discard": discard,
    });
    let object = format!("session:{}", session.id);
    let mut record = plane.audit_about(actor, session.tenant, "worktree.remove", object, &facts);
    result.clone_into(&mut record.result);
    let noted = plane.store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move { tx.audit_append(record).await })
    });
    Ok(noted.await?)
}
