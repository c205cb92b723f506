use axum::Json;
use axum::extract::State;
use contract::usage::SessionUsage;
use control::usage;
use model::SessionId;

use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Says what a session used.
#[utoipa::path(get, path = "/api/sessions/{session_id}/usage", tag = "sessions",
    params(("session_id" = SessionId, Path)), responses((status = 200, body = SessionUsage)))]
pub(super) async fn usage(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
) -> Answer<Json<SessionUsage>> {
    let sum = usage::session_usage(&app.plane, &actor, id).await?;
    Ok(Json(SessionUsage {
        session_id: id,
        calls: sum.calls,
        tokens: sum.tokens,
        total_tokens: sum.tokens.total(),
        cost_usd: sum.cost.as_dollars(),
        cost_is_assumed: sum.is_assumed,
    }))
}
