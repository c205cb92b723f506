use axum::Json;
use axum::extract::State;
use contract::changes::Changes;
use control::files::changes;
use model::SessionId;

use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, views};

/// Lists the files of the session's workspace that differ from the last commit of its Git
/// repository, those included that git was not told of. Nothing that the repository brings is run.
///
/// `409` with the code `no_repository` where there is none, and `git_missing` where its machine has
/// no git.
#[utoipa::path(get, path = "/api/sessions/{session_id}/changes", tag = "files",
    params(("session_id" = SessionId, Path)), responses((status = 200, body = Changes)))]
pub(super) async fn list(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
) -> Answer<Json<Changes>> {
    let listed = changes::changes_list(&app.plane, &actor, id).await?;
    Ok(Json(views::changes::changes(listed)))
}
