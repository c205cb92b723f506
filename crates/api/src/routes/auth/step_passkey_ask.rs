use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use contract::passkeys::AskPasskey;
use control::second_step;

use crate::problem::Answer;
use crate::{App, cookie, public_url, views};

/// Asks a browser to sign with a passkey in the second step of a sign-in. For the one that has made
/// the first one; what it signs counts once.
#[utoipa::path(post, path = "/api/auth/login/passkey", tag = "auth",
    responses((status = 200, body = AskPasskey)))]
pub(super) async fn step_passkey_ask(
    State(app): State<App>,
    headers: HeaderMap,
) -> Answer<Json<AskPasskey>> {
    let step = cookie::STEP.of(&headers).unwrap_or_default();
    let party = public_url::passkeys(&app, &headers);
    let asked = second_step::passkey_ask(&app.plane, &step, party).await?;
    Ok(Json(views::passkeys::asked(asked)))
}
