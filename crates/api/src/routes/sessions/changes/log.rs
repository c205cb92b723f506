use axum::Json;
use axum::extract::State;
use contract::changes::CommitLog;
use control::files::changes::{self, LogCursor};
use model::SessionId;
use serde::Deserialize;

use crate::caller::Caller;
use crate::params::{Path, Query};
use crate::problem::Answer;
use crate::{App, views};

/// Which commits.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// The `next_cursor` of the page before.
    #[serde(default)]
    cursor: String,
    /// At most this many, 1 to 200; 50 if it is left out.
    limit: Option<u32>,
}

/// Lists what was committed of the session's workspace, the last commit first.
#[utoipa::path(get, path = "/api/sessions/{session_id}/changes/log", tag = "files",
    params(("session_id" = SessionId, Path), Part), responses((status = 200, body = CommitLog)))]
pub(super) async fn log(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
    Query(Part { cursor, limit }): Query<Part>,
) -> Answer<Json<CommitLog>> {
    let cursor = LogCursor::parse(&cursor)?;
    let page = changes::commit_log(&app.plane, &actor, id, cursor, limit).await?;
    Ok(Json(views::changes::log(page)))
}
