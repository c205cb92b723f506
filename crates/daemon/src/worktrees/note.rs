//! What is written down of a worktree: a file for each session, in the machine's directory.

use std::path::PathBuf;

use host::private;
use model::SessionId;
use repositories::Worktree;
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::reports::{Refused, with_causes};

/// The directory's name.
const NOTES: &str = "worktrees";

/// What is known of a worktree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Note {
    tree: PathBuf,
    prefix: String,
    git: PathBuf,
    common: PathBuf,
    branch: String,
    base: String,
    /// Whether its session has begun; before that, nothing in it is anybody's work.
    pub(super) begun: bool,
    /// Whether its session is over, and it was found to hold work.
    pub(super) kept: bool,
}

impl Note {
    pub(super) fn new(worktree: &Worktree) -> Self {
        let Worktree { tree, prefix, git, common, branch, base } = worktree.clone();
        Self { tree, prefix, git, common, branch, base, begun: false, kept: false }
    }

    pub(super) fn worktree(&self) -> Worktree {
        let Self { tree, prefix, git, common, branch, base, .. } = self.clone();
        Worktree { tree, prefix, git, common, branch, base }
    }
}

/// Writes it down, durably.
pub(super) async fn write(
    context: &Context,
    session: SessionId,
    note: &Note,
) -> Result<(), Refused> {
    let (directory, file) = (directory(context), file(context, session));
    // Writing JSON to memory fails only for paths that are not text, and these were read as such.
    let json = serde_json::to_vec(note)
        .map_err(|error| Refused::new("worktree_not_written", error.to_string()))?;
    let written = tokio::task::spawn_blocking(move || {
        private::directory(&directory)?;
        private::write(&file, &json)
    });
    let stopping = |_| Refused::new("stopping", "the daemon is stopping");
    written.await.map_err(stopping)?.map_err(|error| {
        tracing::error!(session.id = %session, error = with_causes(&error), "a worktree cannot be noted");
        let why = format!("the machine cannot note the worktree: {}", with_causes(&error));
        Refused::new("worktree_not_written", why)
    })
}

/// Reads what is known of a session's worktree; `None` if it has none.
pub(super) async fn read(context: &Context, session: SessionId) -> Option<Note> {
    let file = file(context, session);
    let read = tokio::task::spawn_blocking(move || private::read(&file)).await.ok()?;
    let understood = read.map_err(|error| with_causes(&error)).and_then(|bytes| {
        let read = bytes.map(|bytes| serde_json::from_slice(&bytes)).transpose();
        read.map_err(|error| error.to_string())
    });
    understood.unwrap_or_else(|error| {
        tracing::error!(session.id = %session, error, "what is known of a worktree cannot be read");
        None
    })
}

/// Removes it: the worktree is gone, or nobody's business here any more.
pub(super) async fn remove(context: &Context, session: SessionId) {
    let file = file(context, session);
    let removed = tokio::task::spawn_blocking(move || private::remove(&file)).await;
    if let Ok(Err(error)) = removed {
        tracing::error!(session.id = %session, error = with_causes(&error), "a note stays");
    }
}

/// The sessions of which something is known.
pub(super) async fn sessions(context: &Context) -> Vec<SessionId> {
    let directory = directory(context);
    let listed = tokio::task::spawn_blocking(move || {
        let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.filter_map(|name| name.strip_suffix(".json")?.parse().ok()).collect()
    });
    listed.await.unwrap_or_default()
}

fn directory(context: &Context) -> PathBuf {
    context.directory.join(NOTES)
}

fn file(context: &Context, session: SessionId) -> PathBuf {
    directory(context).join(format!("{session}.json"))
}
