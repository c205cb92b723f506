use axum::Json;
use axum::extract::State;
use contract::files::FileView;
use control::copies::{self, CopyId};
use model::MachineId;

use super::File;
use crate::App;
use crate::caller::Caller;
use crate::params::{Paths, Query};
use crate::problem::Answer;

/// Shows a file of a copy: the beginning of a text, or what else it is.
#[utoipa::path(get, path = "/api/remote/machines/{machine_id}/copies/{copy_id}/files/view",
    tag = "copies",
    params(("machine_id" = MachineId, Path), ("copy_id" = String, Path), File),
    responses((status = 200, body = FileView)))]
pub(super) async fn show(
    State(app): State<App>,
    Caller(actor): Caller,
    Paths(machine, copy): Paths<MachineId, CopyId>,
    Query(File { path }): Query<File>,
) -> Answer<Json<FileView>> {
    let shown = copies::file_show(&app.plane, &actor, machine, copy, &path).await?;
    let (size_bytes, modified_at) = (shown.size_bytes, shown.modified_at.into());
    Ok(Json(FileView { path, size_bytes, modified_at, content: shown.content }))
}
