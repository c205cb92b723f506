use axum::Json;
use axum::extract::State;
use contract::shares::Shares;
use control::shares;
use model::SessionId;

use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Lists everybody to whom a session is lent.
#[utoipa::path(get, path = "/api/sessions/{session_id}/shares", tag = "sessions",
    params(("session_id" = SessionId, Path)), responses((status = 200, body = Shares)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
) -> Answer<Json<Shares>> {
    let shared = shares::shares(&app.plane, &actor, id).await?;
    Ok(Json(Shares { success: true, shares: shared.iter().map(views::share).collect() }))
}
