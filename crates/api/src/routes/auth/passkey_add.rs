use axum::Json;
use axum::extract::State;
use contract::passkeys::{AddPasskey, AddedPasskey};
use control::passkeys;

use crate::body::Body;
use crate::caller::{Caller, Source};
use crate::problem::Answer;
use crate::{App, views};

/// Adds a passkey that an authenticator has made; from now on it can be shown at sign-in. With the
/// first second factor come recovery codes, the only time that they are shown.
#[utoipa::path(post, path = "/api/auth/passkeys/confirm", tag = "auth",
    request_body = AddPasskey, responses((status = 200, body = AddedPasskey)))]
pub(super) async fn passkey_add(
    State(app): State<App>,
    Caller(actor): Caller,
    Source(source): Source,
    Body(body): Body<AddPasskey>,
) -> Answer<Json<AddedPasskey>> {
    let AddPasskey { name, made } = body;
    let (passkey, codes) = passkeys::passkey_add(&app.plane, &actor, &name, &made, source).await?;
    let codes = codes.as_ref().map(views::second_factors::recovery_codes);
    Ok(Json(AddedPasskey {
        passkey: views::passkeys::one(&passkey),
        recovery_codes: codes.map(|codes| codes.recovery_codes).unwrap_or_default(),
    }))
}
