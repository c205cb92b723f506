use axum::Json;
use axum::extract::State;
use contract::single_sign_on::{Identities, IdentityView};
use control::single_sign_on;

use crate::App;
use crate::caller::Caller;
use crate::problem::Answer;

/// Lists who one is at providers with which one signs in.
#[utoipa::path(get, path = "/api/auth/identities", tag = "auth",
    responses((status = 200, body = Identities)))]
pub(super) async fn identities(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Answer<Json<Identities>> {
    let identities = single_sign_on::identities(&app.plane, &actor).await?;
    let view = |identity: model::identity::Identity| IdentityView {
        identity_id: identity.id,
        provider: single_sign_on::provider_name(&app.plane, &identity.issuer)
            .unwrap_or(identity.issuer),
        shown: identity.shown,
        role_from: identity.role_from,
        created_at: identity.created_at.into(),
    };
    Ok(Json(Identities { identities: identities.into_iter().map(view).collect() }))
}
