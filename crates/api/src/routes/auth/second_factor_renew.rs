use axum::Json;
use axum::extract::State;
use contract::second_factors::{RecoveryCodes, ShowSecondFactor};
use control::second_factors::{self, Proof};

use crate::body::Body;
use crate::caller::{Caller, Source};
use crate::problem::Answer;
use crate::{App, views};

/// Makes new recovery codes; those made before stop working.
#[utoipa::path(post, path = "/api/auth/second-factor/recovery-codes", tag = "auth",
    request_body = ShowSecondFactor, responses((status = 200, body = RecoveryCodes)))]
pub(super) async fn second_factor_renew(
    State(app): State<App>,
    Caller(actor): Caller,
    Source(source): Source,
    Body(body): Body<ShowSecondFactor>,
) -> Answer<Json<RecoveryCodes>> {
    let proof = Proof::needed(Proof::of(body.code, body.passkey)?)?;
    let codes = second_factors::recovery_codes_renew(&app.plane, &actor, &proof, source).await?;
    Ok(Json(views::second_factors::recovery_codes(&codes)))
}
