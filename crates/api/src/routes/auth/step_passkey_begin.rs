use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use contract::passkeys::AskPasskey;
use control::second_step;

use crate::problem::Answer;
use crate::{App, cookie, public_url, views};

/// Begins to add a passkey on the way in, where everybody must have a second factor. For the browser
/// that has made the first step.
#[utoipa::path(post, path = "/api/auth/login/second-factor/passkey", tag = "auth",
    responses((status = 200, body = AskPasskey)))]
pub(super) async fn step_passkey_begin(
    State(app): State<App>,
    headers: HeaderMap,
) -> Answer<Json<AskPasskey>> {
    let step = cookie::STEP.of(&headers).unwrap_or_default();
    let party = public_url::passkeys(&app, &headers);
    let asked = second_step::set_up_passkey_begin(&app.plane, &step, party).await?;
    Ok(Json(views::passkeys::asked(asked)))
}
