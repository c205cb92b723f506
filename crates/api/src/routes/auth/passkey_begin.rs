use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use contract::passkeys::{AskPasskey, BeginPasskey};
use control::passkeys;
use control::second_factors::Proof;

use crate::body::Body;
use crate::caller::{Caller, Source};
use crate::problem::Answer;
use crate::{App, public_url, views};

/// Begins to add a passkey: answers what one's browser is to ask an authenticator for. Nothing is
/// changed before what that makes was sent to `/api/auth/passkeys/confirm`.
#[utoipa::path(post, path = "/api/auth/passkeys", tag = "auth",
    request_body = BeginPasskey, responses((status = 200, body = AskPasskey)))]
pub(super) async fn passkey_begin(
    State(app): State<App>,
    headers: HeaderMap,
    Caller(actor): Caller,
    Source(source): Source,
    Body(body): Body<BeginPasskey>,
) -> Answer<Json<AskPasskey>> {
    let BeginPasskey { password, code, passkey } = body;
    let proof = Proof::of(code, passkey)?;
    let party = public_url::passkeys(&app, &headers);
    let asked = passkeys::passkey_begin(&app.plane, &actor, party, password, proof, source).await?;
    Ok(Json(views::passkeys::asked(asked)))
}
