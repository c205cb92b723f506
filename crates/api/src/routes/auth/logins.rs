use axum::Json;
use axum::extract::State;
use contract::auth::Logins;
use control::credentials;

use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, views};

/// Lists the browsers that are signed in to one's own account.
#[utoipa::path(get, path = "/api/auth/logins", tag = "auth", responses((status = 200, body = Logins)))]
pub(super) async fn logins(State(app): State<App>, Caller(actor): Caller) -> Answer<Json<Logins>> {
    let (logins, current) = credentials::logins(&app.plane, &actor).await?;
    let logins = logins.iter().map(|login| views::login(login, current)).collect();
    Ok(Json(Logins { logins }))
}
