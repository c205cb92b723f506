use axum::Json;
use axum::extract::State;
use contract::passkeys::{PasskeyView, RenamePasskey};
use control::passkeys;
use model::PasskeyId;

use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Gives a passkey of one's own another name.
#[utoipa::path(patch, path = "/api/auth/passkeys/{passkey_id}", tag = "auth",
    params(("passkey_id" = PasskeyId, Path)),
    request_body = RenamePasskey, responses((status = 200, body = PasskeyView)))]
pub(super) async fn passkey_rename(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(passkey): Path<PasskeyId>,
    Body(body): Body<RenamePasskey>,
) -> Answer<Json<PasskeyView>> {
    let renamed = passkeys::passkey_rename(&app.plane, &actor, passkey, &body.name).await?;
    Ok(Json(views::passkeys::one(&renamed)))
}
