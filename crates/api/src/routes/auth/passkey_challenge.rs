use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use contract::passkeys::AskPasskey;
use control::passkeys;

use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, public_url, views};

/// Asks one's browser to sign with a passkey, for an endpoint that wants a second factor shown again.
/// What it signs counts once.
#[utoipa::path(post, path = "/api/auth/passkeys/challenge", tag = "auth",
    responses((status = 200, body = AskPasskey)))]
pub(super) async fn passkey_challenge(
    State(app): State<App>,
    headers: HeaderMap,
    Caller(actor): Caller,
) -> Answer<Json<AskPasskey>> {
    let party = public_url::passkeys(&app, &headers);
    let asked = passkeys::passkey_challenge(&app.plane, &actor, party).await?;
    Ok(Json(views::passkeys::asked(asked)))
}
