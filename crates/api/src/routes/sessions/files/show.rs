use axum::Json;
use axum::extract::State;
use contract::files::FileView;
use control::files::looking;
use model::SessionId;

use super::File;
use crate::App;
use crate::caller::Caller;
use crate::params::{Path, Query};
use crate::problem::Answer;

/// Shows a file of the session's workspace: the beginning of a text, or what else it is.
#[utoipa::path(get, path = "/api/sessions/{session_id}/files/view", tag = "files",
    params(("session_id" = SessionId, Path), File), responses((status = 200, body = FileView)))]
pub(super) async fn show(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
    Query(File { path }): Query<File>,
) -> Answer<Json<FileView>> {
    let shown = looking::file_show(&app.plane, &actor, id, path.clone()).await?;
    let (size_bytes, modified_at) = (shown.size_bytes, shown.modified_at.into());
    Ok(Json(FileView { path, size_bytes, modified_at, content: shown.content }))
}
