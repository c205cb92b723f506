use axum::Json;
use axum::extract::State;
use contract::machines::{ChangeMachine, OneMachine};
use control::machine_labels::{self, MachineChange};
use model::MachineId;

use super::shown;
use crate::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Renames a machine, or changes its labels.
#[utoipa::path(patch, path = "/api/remote/machines/{machine_id}", tag = "machines",
    params(("machine_id" = MachineId, Path)), request_body = ChangeMachine,
    responses((status = 200, body = OneMachine)))]
pub(super) async fn change(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<MachineId>,
    Body(body): Body<ChangeMachine>,
) -> Answer<Json<OneMachine>> {
    let ChangeMachine { machine_name, labels, add_labels, remove_labels } = body;
    let change = MachineChange { name: machine_name, labels, add_labels, remove_labels };
    let machine = machine_labels::machine_change(&app.plane, &actor, id, change).await?;
    shown(&app, &actor, &machine).await
}
