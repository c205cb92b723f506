use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use contract::second_factors::ShowSecondFactor;
use control::passkeys;
use control::second_factors::Proof;
use model::PasskeyId;

use crate::App;
use crate::body::Body;
use crate::caller::{Caller, Source};
use crate::params::Path;
use crate::problem::Answer;

/// Removes a passkey of one's own. With the last second factor go the recovery codes.
#[utoipa::path(post, path = "/api/auth/passkeys/{passkey_id}/remove", tag = "auth",
    params(("passkey_id" = PasskeyId, Path)),
    request_body = ShowSecondFactor, responses((status = 200, body = Done)))]
pub(super) async fn passkey_remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Source(source): Source,
    Path(passkey): Path<PasskeyId>,
    Body(body): Body<ShowSecondFactor>,
) -> Answer<Json<Done>> {
    let proof = Proof::needed(Proof::of(body.code, body.passkey)?)?;
    passkeys::passkey_remove(&app.plane, &actor, passkey, &proof, source).await?;
    Ok(Json(Done::YES))
}
