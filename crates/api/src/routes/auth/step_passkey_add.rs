use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use contract::passkeys::AddPasskey;
use contract::second_factors::SignedInWithSecondFactor;
use control::second_step;

use super::login_cookies;
use crate::body::Body;
use crate::caller::Source;
use crate::problem::Answer;
use crate::{App, cookie, views};

/// Adds a passkey that an authenticator has made, and signs in. Answers the recovery codes, the only
/// time that they are shown.
#[utoipa::path(post, path = "/api/auth/login/second-factor/passkey/confirm", tag = "auth",
    request_body = AddPasskey, responses((status = 200, body = SignedInWithSecondFactor)))]
pub(super) async fn step_passkey_add(
    State(app): State<App>,
    headers: HeaderMap,
    Source(source): Source,
    Body(body): Body<AddPasskey>,
) -> Answer<Response> {
    let step = cookie::STEP.of(&headers).unwrap_or_default();
    let AddPasskey { name, made } = body;
    let (done, codes) =
        second_step::set_up_passkey_confirm(&app.plane, &step, &name, &made, source).await?;
    let recovery_codes = views::second_factors::recovery_codes(&codes).recovery_codes;
    let user = views::user(&done.user);
    let signed_in = SignedInWithSecondFactor { success: true, user, recovery_codes };
    Ok((login_cookies(&app, &headers, &done), Json(signed_in)).into_response())
}
