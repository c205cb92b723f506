use axum::Json;
use axum::extract::State;
use contract::second_factors::{GiveCode, RecoveryCodes};
use control::second_factors;

use crate::body::Body;
use crate::caller::{Caller, Source};
use crate::problem::Answer;
use crate::{App, views};

/// Proves with a code that the authenticator has taken the secret over; from now on codes of it are
/// asked for. Answers the recovery codes, the only time that they are shown.
#[utoipa::path(post, path = "/api/auth/second-factor/confirm", tag = "auth",
    request_body = GiveCode, responses((status = 200, body = RecoveryCodes)))]
pub(super) async fn second_factor_confirm(
    State(app): State<App>,
    Caller(actor): Caller,
    Source(source): Source,
    Body(body): Body<GiveCode>,
) -> Answer<Json<RecoveryCodes>> {
    let codes =
        second_factors::second_factor_confirm(&app.plane, &actor, &body.code, source).await?;
    Ok(Json(views::second_factors::recovery_codes(&codes)))
}
