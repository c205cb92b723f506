use axum::Json;
use axum::extract::State;
use contract::second_factors::{BeginSecondFactor, OfferedSecondFactor};
use control::second_factors::{self, Proof};

use crate::body::Body;
use crate::caller::{Caller, Source};
use crate::problem::Answer;
use crate::{App, views};

/// Begins to set up an authenticator, or another one in its place. Nothing is changed before a code of
/// it was given.
#[utoipa::path(post, path = "/api/auth/second-factor", tag = "auth",
    request_body = BeginSecondFactor, responses((status = 200, body = OfferedSecondFactor)))]
pub(super) async fn second_factor_begin(
    State(app): State<App>,
    Caller(actor): Caller,
    Source(source): Source,
    Body(body): Body<BeginSecondFactor>,
) -> Answer<Json<OfferedSecondFactor>> {
    let BeginSecondFactor { password, code, passkey } = body;
    let proof = Proof::of(code, passkey)?;
    let offer =
        second_factors::second_factor_begin(&app.plane, &actor, password, proof, source).await?;
    Ok(Json(views::second_factors::offered(&offer)))
}
