use axum::Json;
use axum::extract::State;
use contract::second_factors::{GiveCode, RecoveryCodes};
use control::second_factors;

use crate::body::Body;
use crate::caller::{Caller, Source};
use crate::problem::Answer;
use crate::{App, views};

/// Makes new recovery codes; those made before stop working.
#[utoipa::path(post, path = "/api/auth/second-factor/recovery-codes", tag = "auth",
    request_body = GiveCode, responses((status = 200, body = RecoveryCodes)))]
pub(super) async fn second_factor_renew(
    State(app): State<App>,
    Caller(actor): Caller,
    Source(source): Source,
    Body(body): Body<GiveCode>,
) -> Answer<Json<RecoveryCodes>> {
    let codes =
        second_factors::recovery_codes_renew(&app.plane, &actor, &body.code, source).await?;
    Ok(Json(views::second_factors::recovery_codes(&codes)))
}
