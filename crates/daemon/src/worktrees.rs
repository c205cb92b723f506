//! Worktrees that are made for sessions, from before they are there until they are gone.
//!
//! Each has a note in the machine's directory, written before anything is made. So what was begun and
//! not finished is found by the next daemon, and nothing is ever removed that has no note.
//!
//! - [`note`]: what is written down of one
//! - [`ending`]: what becomes of one when its session is over

pub(crate) mod ending;
mod note;

use bytes::Bytes;
use model::SessionId;
use policy::Preset;
use repositories::worktree::{self, Wanted};
use repositories::{RepositoryError, Worktree};
use serde::{Deserialize, Serialize};
use wire::worktree::WantedWorktree;

use crate::context::Context;
use crate::reports::Refused;
use crate::spec::Spec;
use crate::workspace_changes::locate;
use note::Note;

/// How many characters of a session's identifier name its worktree: the last ones, which are random.
const NAME_LENGTH: usize = 12;

/// The worktree of a session, as it was ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ordered {
    /// The directory of whose repository it is, absolute.
    pub(crate) source: String,
    pub(crate) branch: String,
    /// The commit with which it begins, in hexadecimal.
    pub(crate) base: String,
}

/// Looks whether a session could have such a worktree; answers where it would work, and what would
/// be made.
pub(crate) async fn plan(
    context: &Context,
    session_id: &Bytes,
    preset: Preset,
    workspace: &str,
    wanted: &WantedWorktree,
) -> Result<(String, Ordered), Refused> {
    let malformed = |_| Refused::new("bad_request", "the session's identifier is malformed");
    let name = name(SessionId::from_slice(session_id).map_err(malformed)?);
    refuse_reading(preset)?;
    let at = locate(context, workspace).await?;
    let branch = match wanted.branch.as_str() {
        "" => format!("gantline/{name}"),
        branch => branch.to_owned(),
    };
    let base = Some(wanted.base.as_str()).filter(|base| !base.is_empty());
    let wanted = Wanted { name: &name, branch: &branch, base };
    let planned = worktree::plan(&context.git, &at, wanted).await?;
    let ordered = Ordered { source: text(&at.path)?, branch, base: planned.base.clone() };
    Ok((text(&planned.workspace())?, ordered))
}

/// Makes the worktree of a session that is about to begin. Nothing happens where it has none.
pub(crate) async fn make(
    context: &Context,
    session: SessionId,
    spec: &Spec,
) -> Result<(), Refused> {
    let Some(ordered) = &spec.worktree else { return Ok(()) };
    refuse_reading(spec.policy.reach())?;
    let at = locate(context, &ordered.source).await?;
    let (name, base) = (name(session), Some(ordered.base.as_str()));
    let wanted = Wanted { name: &name, branch: &ordered.branch, base };
    let planned = worktree::plan(&context.git, &at, wanted).await?;
    if text(&planned.workspace())? != spec.workspace {
        let message = "the repository has moved since the session was asked for";
        return Err(Refused::new("worktree_in_the_way", message).with_hint("start it again"));
    }
    note::write(context, session, &Note::new(&planned)).await?;
    let halting = context.admission.halting();
    let made = tokio::select! {
        made = worktree::make(&context.git, &at, &planned) => made.map_err(Refused::from),
        // What is half made is removed by whoever notes the end of the session.
        () = halting.cancelled() => {
            Err(Refused::new("machine_halted", context.admission.why_all_ends()))
        }
    };
    if made.is_err() && !is_there(&planned) {
        note::remove(context, session).await;
    }
    made
}

/// Notes that the session has begun: from now on its worktree may hold work.
pub(crate) async fn begun(context: &Context, session: SessionId) {
    if let Some(mut note) = note::read(context, session).await
        && !note.begun
    {
        note.begun = true;
        // What cannot be written is in the log; the journal knows of the session as well.
        let _ = note::write(context, session, &note).await;
    }
}

/// A session that may only read changes nothing, and so needs no files of its own.
fn refuse_reading(preset: Preset) -> Result<(), Refused> {
    if preset != Preset::SafeReadonly {
        return Ok(());
    }
    let message = "a session that may only read needs no worktree, as it changes nothing";
    Err(Refused::new("worktree_read_only", message)
        .with_hint("leave the worktree out, or start with another preset"))
}

fn is_there(worktree: &Worktree) -> bool {
    [&worktree.tree, &worktree.git].iter().any(|path| path.symlink_metadata().is_ok())
}

fn name(session: SessionId) -> String {
    let id = session.to_string();
    id[id.len() - NAME_LENGTH..].to_owned()
}

fn text(path: &std::path::Path) -> Result<String, Refused> {
    let unnamed = || RepositoryError::Unsupported("a name is not text");
    Ok(path.to_str().ok_or_else(unnamed)?.to_owned())
}
