use axum::Json;
use axum::extract::State;
use contract::machines::OneMachine;
use control::{assignments, machines};
use model::MachineId;

use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Lets a machine look for agents afresh.
#[utoipa::path(post, path = "/api/remote/machines/{machine_id}/detect", tag = "machines",
    params(("machine_id" = MachineId, Path)), responses((status = 200, body = OneMachine)))]
pub(super) async fn detect(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<MachineId>,
) -> Answer<Json<OneMachine>> {
    let machine = machines::machine_detect_agents(&app.plane, &actor, id).await?;
    let own = assignments::own_assignment(&app.plane, &actor, id).await?;
    Ok(Json(OneMachine {
        success: true,
        machine: views::machine(&app.plane, &machine),
        current_user_permission: own,
    }))
}
