use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use control::machines;
use model::MachineId;

use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Removes a machine: its sessions end, its tokens die, its orders are void.
#[utoipa::path(delete, path = "/api/remote/machines/{machine_id}", tag = "machines",
    params(("machine_id" = MachineId, Path)), responses((status = 200, body = Done)))]
pub(super) async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<MachineId>,
) -> Answer<Json<Done>> {
    machines::machine_deregister(&app.plane, &actor, id).await?;
    Ok(Json(Done::YES))
}
