use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use contract::users::UserRef;
use control::users::removal;

use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Deletes an account for good, with its sessions, jobs, tokens, rules and settings, on its machines
/// too. Usage and the audit log stay, with its name.
#[utoipa::path(delete, path = "/api/users/{user_id}", tag = "users",
    params(("user_id" = UserRef, Path)), responses((status = 200, body = Done)))]
pub(super) async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(user): Path<UserRef>,
) -> Answer<Json<Done>> {
    removal::user_delete(&app.plane, &actor, user).await?;
    Ok(Json(Done::YES))
}
