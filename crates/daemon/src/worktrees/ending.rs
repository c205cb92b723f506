//! What becomes of a worktree when its session is over: it goes where it holds nothing that is nowhere
//! else, and stays where it does, until somebody removes it.

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use model::SessionId;
use model::session::WorktreeState;
use repositories::worktree::{self, Branch};
use repositories::{Holding, Workspace, Worktree};
use wire::call::Answer;
use wire::report::{Fact, SessionWorktree};
use wire::worktree::{RemoveWorktree, WorktreeRemoved};

use super::note::{self, Note};
use crate::context::Context;
use crate::reports::Refused;
use crate::supervisor::Supervisor;
use crate::workspace_changes::locate;

/// A session is over, or could not begin: its worktree goes, unless it holds what is nowhere else.
pub(crate) async fn over(context: &Context, session: SessionId) {
    // What it needs while git works is on the heap only where there is a worktree at all.
    Box::pin(leave(context, session)).await;
}

async fn leave(context: &Context, session: SessionId) {
    let Some(note) = note::read(context, session).await else { return };
    let worktree = note.worktree();
    let at = match at(context, &worktree).await {
        Ok(at) => at,
        // The whole repository is gone, and with it what was made.
        Err(_) if !super::is_there(&worktree) && !worktree.common.exists() => {
            gone(context, session, &worktree, Branch::Gone).await;
            return;
        }
        Err(refused) => return keep(context, session, note, None, &refused.message).await,
    };
    if note.begun {
        match worktree::holding(&context.git, &at, &worktree).await {
            Ok(Some(held)) if !held.is_nothing() => {
                let why = if held.is_under_way { UNDER_WAY } else { "" };
                return keep(context, session, note, Some(&held), why).await;
            }
            // What cannot be looked at may hold anything.
            Err(error) => return keep(context, session, note, None, &error.to_string()).await,
            Ok(_) => {}
        }
    }
    match worktree::remove(&context.git, &at.allowed, &worktree).await {
        Ok(branch) => {
            gone(context, session, &worktree, branch).await;
        }
        Err(error) => keep(context, session, note, None, &error.to_string()).await,
    }
}

/// What is said of a worktree in which something is half done.
const UNDER_WAY: &str = "something is half done in it, as a merge, or a repository lies in it";

/// Looks after what an earlier life of the daemon has left: what was half made goes now, what belongs
/// to sessions that are over is looked at beside everything else. `going_on` are the other sessions.
pub(crate) async fn recover(context: &Arc<Context>, going_on: &HashSet<SessionId>) {
    context.git.end_what_was_left().await;
    let mut later = Vec::new();
    for session in note::sessions(context).await {
        let Some(note) = note::read(context, session).await else { continue };
        match (going_on.contains(&session), note.begun, note.kept) {
            (true, _, _) => super::begun(context, session).await,
            (false, false, _) => over(context, session).await,
            (false, true, false) => later.push(session),
            (false, true, true) => {}
        }
    }
    let beside = context.clone();
    context.tasks.spawn(async move {
        for session in later {
            if beside.stopping.is_cancelled() {
                return;
            }
            over(&beside, session).await;
        }
    });
}

/// A session was forgotten: what is left of its worktree is its owner's, who finds it with git.
pub(crate) async fn forget(context: &Context, session: SessionId) {
    note::remove(context, session).await;
}

/// Removes the worktree of a session that is over, because somebody says so.
pub(crate) async fn remove(
    supervisor: &Supervisor,
    asked: RemoveWorktree,
) -> Result<Answer, Refused> {
    let context = &supervisor.context;
    let none = || Refused::new("worktree_unknown", "the machine knows no worktree of this session");
    let session = SessionId::from_slice(&asked.session_id).map_err(|_| none())?;
    if supervisor.knows(session) {
        return Err(Refused::new("session_running", "the session works in its worktree")
            .with_hint("stop the session first"));
    }
    let note = note::read(context, session).await.ok_or_else(none)?;
    let worktree = note.worktree();
    let at = at(context, &worktree).await?;
    if !asked.discard {
        let held = worktree::holding(&context.git, &at, &worktree).await?;
        refuse_work(&held.unwrap_or_default(), &worktree)?;
    }
    let branch = worktree::remove(&context.git, &at.allowed, &worktree).await?;
    let detail = gone(context, session, &worktree, branch).await;
    Ok(Answer::WorktreeRemoved(WorktreeRemoved { detail }))
}

fn refuse_work(held: &Holding, worktree: &Worktree) -> Result<(), Refused> {
    if held.is_nothing() {
        return Ok(());
    }
    let more = if held.has_more { "more than " } else { "" };
    let half_done = if held.is_under_way { ", and something half done" } else { "" };
    let message = format!(
        "the worktree {} holds what is nowhere else: files that were not committed: {more}{}, \
        commits that no other branch has: {}{half_done}",
        worktree.tree.display(),
        held.files,
        held.commits,
    );
    Err(Refused::new("worktree_holds_work", message)
        .with_hint("to remove it with all that, say that it is to be discarded"))
}

/// Where the worktree lies, if the machine's owner still allows that.
async fn at(context: &Context, worktree: &Worktree) -> Result<Workspace, Refused> {
    let is_there = worktree.tree.symlink_metadata().is_ok();
    let place = if is_there { &worktree.tree } else { &worktree.common };
    locate(context, &place.to_string_lossy()).await
}

async fn keep(
    context: &Context,
    session: SessionId,
    mut note: Note,
    held: Option<&Holding>,
    why: &str,
) {
    // What could not be looked at is tried again by the next daemon, and so is what has not begun.
    note.kept = note.begun && held.is_some();
    // What cannot be written is in the log, and looked at again.
    let _ = note::write(context, session, &note).await;
    let (files, commits) = held.map_or((0, 0), |held| (held.files, held.commits));
    tell(context, session, WorktreeState::Kept, (files, commits), why).await;
}

/// Notes that it is gone; answers what became of its branch.
async fn gone(
    context: &Context,
    session: SessionId,
    worktree: &Worktree,
    branch: Branch,
) -> String {
    note::remove(context, session).await;
    let detail = match branch {
        Branch::Gone => String::new(),
        Branch::Kept => format!("the branch {} stays", worktree.branch),
    };
    tell(context, session, WorktreeState::Removed, (0, 0), &detail).await;
    detail
}

async fn tell(
    context: &Context,
    session: SessionId,
    state: WorktreeState,
    (files, commits): (u32, u32),
    detail: &str,
) {
    let fact = Fact::SessionWorktree(SessionWorktree {
        session_id: Bytes::copy_from_slice(session.as_bytes()),
        state: state.to_string(),
        files,
        commits,
        detail: detail.to_owned(),
    });
    // What cannot be written is in the log.
    let _ = context.commit(vec![context.report(fact)]).await;
}
