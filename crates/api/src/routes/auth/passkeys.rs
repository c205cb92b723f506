use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use contract::passkeys::Passkeys;
use control::passkeys;

use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, public_url, views};

/// Lists one's own passkeys, and says whether any can be made and used at this address.
#[utoipa::path(get, path = "/api/auth/passkeys", tag = "auth",
    responses((status = 200, body = Passkeys)))]
pub(super) async fn passkeys(
    State(app): State<App>,
    headers: HeaderMap,
    Caller(actor): Caller,
) -> Answer<Json<Passkeys>> {
    let known = passkeys::passkeys(&app.plane, &actor).await?;
    Ok(Json(views::passkeys::all(&known, public_url::passkeys(&app, &headers))))
}
