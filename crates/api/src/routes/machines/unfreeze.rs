use axum::Json;
use axum::extract::State;
use contract::machines::OneMachine;
use control::freezes;
use model::MachineId;

use super::shown;
use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Lets a machine take new work again. A freeze of all of the tenant's machines still holds.
#[utoipa::path(delete, path = "/api/remote/machines/{machine_id}/freeze", tag = "machines",
    params(("machine_id" = MachineId, Path)), responses((status = 200, body = OneMachine)))]
pub(super) async fn unfreeze(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<MachineId>,
) -> Answer<Json<OneMachine>> {
    let machine = freezes::machine_unfreeze(&app.plane, &actor, id).await?;
    shown(&app, &actor, &machine).await
}
