use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use contract::second_factors::ShowSecondFactor;
use control::second_factors::{self, Proof};

use crate::App;
use crate::body::Body;
use crate::caller::{Caller, Source};
use crate::problem::Answer;

/// Switches one's own authenticator off. Passkeys stay.
#[utoipa::path(post, path = "/api/auth/second-factor/remove", tag = "auth",
    request_body = ShowSecondFactor, responses((status = 200, body = Done)))]
pub(super) async fn second_factor_remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Source(source): Source,
    Body(body): Body<ShowSecondFactor>,
) -> Answer<Json<Done>> {
    let proof = Proof::needed(Proof::of(body.code, body.passkey)?)?;
    second_factors::second_factor_remove(&app.plane, &actor, &proof, source).await?;
    Ok(Json(Done::YES))
}
