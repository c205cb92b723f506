use axum::Json;
use axum::extract::State;
use contract::assignments::{AssignUser, UserAssigned};
use control::assignments;
use model::MachineId;
use model::actor::AssignmentLevel;

use crate::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Gives somebody a right on a machine, or changes it. Whoever looks after the machine gives the
/// right `user`; if they ask for `admin`, `user` is stored.
#[utoipa::path(post, path = "/api/remote/machines/{machine_id}/assign", tag = "machines",
    params(("machine_id" = MachineId, Path)), request_body = AssignUser,
    responses((status = 200, body = UserAssigned)))]
pub(super) async fn assign(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<MachineId>,
    Body(body): Body<AssignUser>,
) -> Answer<Json<UserAssigned>> {
    let AssignUser { user_id, permission } = body;
    let stored = assignments::assignment_grant(&app.plane, &actor, id, user_id, permission).await?;
    Ok(Json(UserAssigned {
        success: true,
        message: message(permission, stored),
        permission: stored,
    }))
}

fn message(asked: AssignmentLevel, stored: AssignmentLevel) -> String {
    if asked == stored {
        return format!("User assigned with permission {stored}");
    }
    format!(
        "User assigned with permission {stored}; {asked} is given by administrators of the tenant"
    )
}
