use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use contract::auth::SignedIn;
use contract::passkeys::SignedByPasskey;
use control::second_factors::Proof;
use control::second_step;

use super::signed_in;
use crate::body::Body;
use crate::caller::Source;
use crate::problem::Answer;
use crate::{App, cookie};

/// Makes the second step of a sign-in with what a passkey has signed. For the browser that was asked
/// for it.
#[utoipa::path(post, path = "/api/auth/login/passkey/confirm", tag = "auth",
    request_body = SignedByPasskey, responses((status = 200, body = SignedIn)))]
pub(super) async fn step_passkey(
    State(app): State<App>,
    headers: HeaderMap,
    Source(source): Source,
    Body(body): Body<SignedByPasskey>,
) -> Answer<Response> {
    let step = cookie::STEP.of(&headers).unwrap_or_default();
    let done = second_step::show(&app.plane, &step, &Proof::Passkey(body), source).await?;
    Ok(signed_in(&app, &headers, StatusCode::OK, &done))
}
