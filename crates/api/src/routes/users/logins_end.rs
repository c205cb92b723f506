use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use contract::users::UserRef;
use control::users;

use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Signs somebody out of every browser. What is open there ends within seconds.
#[utoipa::path(delete, path = "/api/users/{user_id}/logins", tag = "users",
    params(("user_id" = UserRef, Path)), responses((status = 200, body = Done)))]
pub(super) async fn logins_end(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(user): Path<UserRef>,
) -> Answer<Json<Done>> {
    users::logins_end_of(&app.plane, &actor, user, None).await?;
    Ok(Json(Done::YES))
}
