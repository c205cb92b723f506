use axum::Json;
use axum::extract::State;
use contract::files::CreateDirectory;
use contract::machines::Done;
use control::files::looking;
use model::SessionId;

use crate::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Makes a directory in one that is there, in the session's workspace.
#[utoipa::path(post, path = "/api/sessions/{session_id}/files/directories", tag = "files",
    params(("session_id" = SessionId, Path)), request_body = CreateDirectory,
    responses((status = 200, body = Done)))]
pub(super) async fn create_directory(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<SessionId>,
    Body(CreateDirectory { path }): Body<CreateDirectory>,
) -> Answer<Json<Done>> {
    looking::directory_create(&app.plane, &actor, id, path).await?;
    Ok(Json(Done::YES))
}
