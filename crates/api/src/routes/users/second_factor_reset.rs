use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use contract::users::UserRef;
use control::second_factors;

use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Switches somebody's second factor off who has lost it, and signs them out of every browser. They
/// are told when they come back.
#[utoipa::path(delete, path = "/api/users/{user_id}/second-factor", tag = "users",
    params(("user_id" = UserRef, Path)), responses((status = 200, body = Done)))]
pub(super) async fn second_factor_reset(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(user): Path<UserRef>,
) -> Answer<Json<Done>> {
    second_factors::second_factor_reset(&app.plane, &actor, user).await?;
    Ok(Json(Done::YES))
}
