use axum::Json;
use axum::extract::State;
use contract::changes::FileDiff;
use control::files::changes;
use model::SessionId;
use serde::Deserialize;

use crate::caller::Caller;
use crate::params::{Path, Query};
use crate::problem::Answer;
use crate::{App, views};

/// Which file.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct File {
    /// From the workspace down, with `/` between names.
    path: String,
    /// Its `old_path` in the list, if it was renamed. Without it the file is shown as a new one.
    old_path: Option<String>,
}

/// Shows what differs in a file of the session's workspace from the last commit.
#[utoipa::path(get, path = "/api/sessions/{session_id}/changes/diff", tag = "files",
    params(("session_id" = SessionId, Path), File), responses((status = 200, body = FileDiff)))]
pub(super) async fn diff(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
    Query(File { path, old_path }): Query<File>,
) -> Answer<Json<FileDiff>> {
    let read = changes::file_diff(&app.plane, &actor, id, path, old_path).await?;
    Ok(Json(views::changes::diff(read)))
}
