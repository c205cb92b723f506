use axum::Json;
use axum::extract::State;
use contract::machines::{FreezeMachines, OneMachine};
use control::freezes;
use model::MachineId;

use super::shown;
use crate::App;
use crate::body::OptionalBody;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Keeps a machine from new work: sessions, jobs and terminals are refused with `machine_frozen`.
/// What runs goes on, and jobs that were queued wait. Doing it again changes nothing.
#[utoipa::path(put, path = "/api/remote/machines/{machine_id}/freeze", tag = "machines",
    params(("machine_id" = MachineId, Path)), request_body = FreezeMachines,
    responses((status = 200, body = OneMachine)))]
pub(super) async fn freeze(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<MachineId>,
    OptionalBody(body): OptionalBody<FreezeMachines>,
) -> Answer<Json<OneMachine>> {
    let reason = body.reason.as_deref();
    let machine = freezes::machine_freeze(&app.plane, &actor, id, reason).await?;
    shown(&app, &actor, &machine).await
}
