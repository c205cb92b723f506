use std::time::Duration;

use axum::Json;
use axum::extract::State;
use contract::shares::{OneShare, ShareSession};
use control::shares::{self, ShareRequest};
use model::SessionId;

use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Lends one's own session to somebody of the tenant, or changes what was lent to them.
#[utoipa::path(post, path = "/api/sessions/{session_id}/shares", tag = "sessions",
    params(("session_id" = SessionId, Path)), request_body = ShareSession,
    responses((status = 200, body = OneShare)))]
pub(super) async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
    Body(body): Body<ShareSession>,
) -> Answer<Json<OneShare>> {
    let ShareSession { username, level, expires_in } = body;
    let request = ShareRequest { username, level, lasts: Duration::from_secs(expires_in) };
    let sharing = shares::share(&app.plane, &actor, id, request).await?;
    Ok(Json(OneShare { success: true, share: views::share(&sharing) }))
}
