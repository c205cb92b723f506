use axum::Json;
use axum::extract::State;
use contract::auth::AuthCheck;
use control::setup;

use crate::App;
use crate::problem::Answer;

/// Says whether signing in is needed, and whether the first administrator is still to be made.
#[utoipa::path(get, path = "/api/auth/check", tag = "auth", responses((status = 200, body = AuthCheck)))]
pub(super) async fn check(State(app): State<App>) -> Answer<Json<AuthCheck>> {
    let setup_required = setup::setup_required(&app.plane).await?;
    Ok(Json(AuthCheck { required: true, setup_required }))
}
