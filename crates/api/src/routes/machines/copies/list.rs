use axum::Json;
use axum::extract::State;
use contract::copies::{Copies, CopyView};
use control::copies;
use model::MachineId;

use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Lists the copies of the machine's workspaces. There are none unless the machine's owner has switched
/// that on, on the machine; the server cannot ask for one.
#[utoipa::path(get, path = "/api/remote/machines/{machine_id}/copies", tag = "copies",
    params(("machine_id" = MachineId, Path)), responses((status = 200, body = Copies)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(machine): Path<MachineId>,
) -> Answer<Json<Copies>> {
    let (copies, may_remove) = copies::copies(&app.plane, &actor, machine).await?;
    let view = |copy: control::copies::Copy| CopyView {
        copy_id: copy.id().to_string(),
        workspace: copy.workspace,
        files: copy.files,
        size_bytes: copy.size_bytes,
        taken_at: copy.taken_at.into(),
        left_out: copy.left_out.into(),
    };
    Ok(Json(Copies { copies: copies.into_iter().map(view).collect(), may_remove }))
}
