use axum::Json;
use axum::extract::State;
use contract::auth::AuthCheck;
use contract::single_sign_on::SignInProvider;
use control::{setup, single_sign_on};

use crate::App;
use crate::problem::Answer;

/// Says whether signing in is needed, with which providers that can be done, and whether the first administrator is still to be made.
#[utoipa::path(get, path = "/api/auth/check", tag = "auth", responses((status = 200, body = AuthCheck)))]
pub(super) async fn check(State(app): State<App>) -> Answer<Json<AuthCheck>> {
    let setup_required = setup::setup_required(&app.plane).await?;
    let provider = |(provider_id, name)| SignInProvider { provider_id, name };
    let providers = single_sign_on::providers(&app.plane).into_iter().map(provider).collect();
    Ok(Json(AuthCheck { required: true, setup_required, providers }))
}
