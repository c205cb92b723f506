use axum::Json;
use axum::extract::State;
use contract::assignments::UserUnassigned;
use contract::users::UserRef;
use control::assignments;
use model::MachineId;

use crate::App;
use crate::caller::Caller;
use crate::params::Paths;
use crate::problem::Answer;

/// Takes somebody's right on a machine back. What they have open there ends within seconds, and so
/// do their sessions there.
#[utoipa::path(delete, path = "/api/remote/machines/{machine_id}/assign/{user_id}",
    tag = "machines",
    params(("machine_id" = MachineId, Path), ("user_id" = UserRef, Path)),
    responses((status = 200, body = UserUnassigned)))]
pub(super) async fn unassign(
    State(app): State<App>,
    Caller(actor): Caller,
    Paths(machine, user): Paths<MachineId, UserRef>,
) -> Answer<Json<UserUnassigned>> {
    assignments::assignment_revoke(&app.plane, &actor, machine, user).await?;
    Ok(Json(UserUnassigned { success: true, message: "User access revoked".to_owned() }))
}
