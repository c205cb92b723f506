use axum::Json;
use axum::extract::State;
use contract::files::Directory;
use control::files::looking;
use model::SessionId;
use serde::Deserialize;

use crate::caller::Caller;
use crate::params::{Path, Query};
use crate::problem::Answer;
use crate::{App, views};

/// Which part of which directory.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// The directory, from the workspace down; the workspace itself if it is left out.
    #[serde(default)]
    path: String,
    /// The `next_cursor` of the page before.
    #[serde(default)]
    cursor: String,
    /// At most this many, 1 to 1000; 500 if it is left out.
    limit: Option<u32>,
}

/// Lists a directory of the session's workspace on its machine, in the order of names. A link is
/// followed as long as it stays in the workspace.
#[utoipa::path(get, path = "/api/sessions/{session_id}/files", tag = "files",
    params(("session_id" = SessionId, Path), Part), responses((status = 200, body = Directory)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
    Query(Part { path, cursor, limit }): Query<Part>,
) -> Answer<Json<Directory>> {
    let page = looking::directory_page(&app.plane, &actor, id, path.clone(), cursor, limit).await?;
    Ok(Json(views::files::directory(path, page)))
}
