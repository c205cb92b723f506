use axum::Json;
use axum::extract::State;
use contract::auth::ChangePassword;
use contract::machines::Done;
use control::passwords;

use crate::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::problem::Answer;

/// Changes one's own password and ends all other logins and tokens.
#[utoipa::path(post, path = "/api/auth/password", tag = "auth", request_body = ChangePassword,
    responses((status = 200, body = Done)))]
pub(super) async fn password(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(body): Body<ChangePassword>,
) -> Answer<Json<Done>> {
    passwords::password_change(&app.plane, &actor, body.current, body.new).await?;
    Ok(Json(Done::YES))
}
