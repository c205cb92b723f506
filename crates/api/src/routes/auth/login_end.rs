use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use control::credentials;
use model::LoginId;

use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Signs a browser out of one's own account.
#[utoipa::path(delete, path = "/api/auth/logins/{login_id}", tag = "auth",
    params(("login_id" = LoginId, Path)), responses((status = 200, body = Done)))]
pub(super) async fn login_end(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<LoginId>,
) -> Answer<Json<Done>> {
    credentials::login_end(&app.plane, &actor, id).await?;
    Ok(Json(Done::YES))
}
