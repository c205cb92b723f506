use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use contract::users::UserRef;
use control::users;
use model::LoginId;

use crate::App;
use crate::caller::Caller;
use crate::params::Paths;
use crate::problem::Answer;

/// Signs somebody out of one browser. What is open there ends within seconds.
#[utoipa::path(delete, path = "/api/users/{user_id}/logins/{login_id}", tag = "users",
    params(("user_id" = UserRef, Path), ("login_id" = LoginId, Path)),
    responses((status = 200, body = Done)))]
pub(super) async fn login_end(
    State(app): State<App>,
    Caller(actor): Caller,
    Paths(user, login): Paths<UserRef, LoginId>,
) -> Answer<Json<Done>> {
    users::logins_end_of(&app.plane, &actor, user, Some(login)).await?;
    Ok(Json(Done::YES))
}
