use axum::Json;
use axum::extract::State;
use contract::auth::UserView;
use control::users;

use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, views};

/// Says who is signed in.
#[utoipa::path(get, path = "/api/auth/me", tag = "auth", responses((status = 200, body = UserView)))]
pub(super) async fn me(State(app): State<App>, Caller(actor): Caller) -> Answer<Json<UserView>> {
    Ok(Json(views::user(&users::me(&app.plane, &actor).await?)))
}
