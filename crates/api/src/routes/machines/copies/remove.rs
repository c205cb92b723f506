use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use control::copies::{self, CopyId};
use model::MachineId;

use crate::App;
use crate::caller::Caller;
use crate::params::Paths;
use crate::problem::Answer;

/// Removes a copy from the server. None of the workspace comes back until the machine's owner asks for
/// it, on the machine.
#[utoipa::path(delete, path = "/api/remote/machines/{machine_id}/copies/{copy_id}", tag = "copies",
    params(("machine_id" = MachineId, Path), ("copy_id" = String, Path)),
    responses((status = 200, body = Done)))]
pub(super) async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Paths(machine, copy): Paths<MachineId, CopyId>,
) -> Answer<Json<Done>> {
    copies::remove(&app.plane, &actor, machine, copy).await?;
    Ok(Json(Done::YES))
}
