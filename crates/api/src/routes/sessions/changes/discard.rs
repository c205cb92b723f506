use axum::Json;
use axum::extract::State;
use contract::changes::{ChangeDiscarded, DiscardChange};
use control::files::changes;
use model::SessionId;

use crate::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Puts a file of the session's workspace back as it was committed, or away if it was not. What is
/// there is kept on its machine for a week. Only the session's owner may.
///
/// `409` with the code `change_not_discardable` for what is no plain file, is larger than 64 MiB, or
/// passes a filter of the repository.
#[utoipa::path(post, path = "/api/sessions/{session_id}/changes/discard", tag = "files",
    params(("session_id" = SessionId, Path)), request_body = DiscardChange,
    responses((status = 200, body = ChangeDiscarded)))]
pub(super) async fn discard(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
    Body(DiscardChange { path, old_path }): Body<DiscardChange>,
) -> Answer<Json<ChangeDiscarded>> {
    let kept_at = changes::change_discard(&app.plane, &actor, id, path, old_path).await?;
    Ok(Json(ChangeDiscarded { kept_at }))
}
