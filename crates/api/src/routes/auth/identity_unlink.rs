use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use control::single_sign_on;
use model::IdentityId;

use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Unlinks one's account from a provider. The last way in stays.
#[utoipa::path(delete, path = "/api/auth/identities/{identity_id}", tag = "auth",
    params(("identity_id" = IdentityId, Path)), responses((status = 200, body = Done)))]
pub(super) async fn identity_unlink(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<IdentityId>,
) -> Answer<Json<Done>> {
    single_sign_on::unlink(&app.plane, &actor, id).await?;
    Ok(Json(Done::YES))
}
