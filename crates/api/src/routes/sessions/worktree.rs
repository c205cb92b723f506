use axum::extract::State;
use contract::sessions::OneSession;
use control::worktrees;
use model::SessionId;
use serde::Deserialize;

use crate::caller::Caller;
use crate::params::{Path, Query};
use crate::problem::Answer;
use crate::remote_words::{Told, Words};
use crate::{App, views};

/// How a worktree is removed.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Removal {
    /// Whether what is nowhere else goes with it.
    #[serde(default)]
    discard: bool,
}

/// Removes the worktree of a session that is over. Where it holds what is nowhere else, that is
/// refused with the code `worktree_holds_work`, unless it is to be discarded. Its branch stays where
/// it has commits.
#[utoipa::path(delete, path = "/api/sessions/{session_id}/worktree", tag = "sessions",
    params(("session_id" = SessionId, Path), Removal), responses((status = 200, body = OneSession)))]
pub(super) async fn remove(
    State(app): State<App>,
    words: Words,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
    Query(removal): Query<Removal>,
) -> Answer<Told> {
    let session = worktrees::worktree_remove(&app.plane, &actor, id, removal.discard).await?;
    Ok(words.one(views::session(&app.plane, &session).await?)?)
}
