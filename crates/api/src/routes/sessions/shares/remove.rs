use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use contract::users::UserRef;
use control::shares;
use model::SessionId;

use crate::App;
use crate::caller::Caller;
use crate::params::Paths;
use crate::problem::Answer;

/// Takes back what of a session was lent to somebody, or gives it back. What they have open of it
/// ends within seconds.
#[utoipa::path(delete, path = "/api/sessions/{session_id}/shares/{user_id}", tag = "sessions",
    params(("session_id" = SessionId, Path), ("user_id" = UserRef, Path)),
    responses((status = 200, body = Done)))]
pub(super) async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Paths(session, user): Paths<SessionId, UserRef>,
) -> Answer<Json<Done>> {
    shares::unshare(&app.plane, &actor, session, user).await?;
    Ok(Json(Done::YES))
}
