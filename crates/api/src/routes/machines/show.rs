use axum::Json;
use axum::extract::State;
use contract::machines::OneMachine;
use control::machines;
use model::MachineId;

use super::shown;
use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Shows a machine.
#[utoipa::path(get, path = "/api/remote/machines/{machine_id}", tag = "machines",
    params(("machine_id" = MachineId, Path)), responses((status = 200, body = OneMachine)))]
pub(super) async fn show(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<MachineId>,
) -> Answer<Json<OneMachine>> {
    let machine = machines::machine(&app.plane, &actor, id).await?;
    shown(&app, &actor, &machine).await
}
