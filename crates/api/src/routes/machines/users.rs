use axum::Json;
use axum::extract::State;
use contract::assignments::Assignments;
use control::assignments;
use model::MachineId;

use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Lists everybody who was given a right on a machine.
#[utoipa::path(get, path = "/api/remote/machines/{machine_id}/users", tag = "machines",
    params(("machine_id" = MachineId, Path)), responses((status = 200, body = Assignments)))]
pub(super) async fn users(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<MachineId>,
) -> Answer<Json<Assignments>> {
    let assigned = assignments::assignments(&app.plane, &actor, id).await?;
    Ok(Json(Assignments { success: true, users: assigned.iter().map(views::assignment).collect() }))
}
