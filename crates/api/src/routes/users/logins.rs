use axum::Json;
use axum::extract::State;
use contract::auth::Logins;
use contract::users::UserRef;
use control::{credentials, users};

use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Lists the browsers in which somebody is signed in.
#[utoipa::path(get, path = "/api/users/{user_id}/logins", tag = "users",
    params(("user_id" = UserRef, Path)), responses((status = 200, body = Logins)))]
pub(super) async fn logins(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(user): Path<UserRef>,
) -> Answer<Json<Logins>> {
    let logins = users::logins_of(&app.plane, &actor, user).await?;
    let current = credentials::current_login(&actor);
    Ok(Json(Logins { logins: logins.iter().map(|login| views::login(login, current)).collect() }))
}
