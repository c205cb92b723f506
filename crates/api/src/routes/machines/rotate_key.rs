use axum::Json;
use axum::extract::State;
use contract::machines::OneMachine;
use control::machine_keys;
use model::MachineId;

use super::shown;
use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Has a machine replace the key with which it proves who it is. It makes the new one itself and comes
/// back with it within seconds; then the old one is refused. What runs there goes on.
#[utoipa::path(post, path = "/api/remote/machines/{machine_id}/rotate-key", tag = "machines",
    params(("machine_id" = MachineId, Path)), responses((status = 200, body = OneMachine)))]
pub(super) async fn rotate_key(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<MachineId>,
) -> Answer<Json<OneMachine>> {
    let machine = machine_keys::machine_key_rotate(&app.plane, &actor, id).await?;
    shown(&app, &actor, &machine).await
}
