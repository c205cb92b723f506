use axum::Json;
use axum::extract::State;
use contract::searches::{FoundInSessions, SearchSessions};

use crate::App;
use crate::body::Body;
use crate::caller::Caller;
use crate::pages;
use crate::problem::Answer;

/// Looks for something in the transcripts of the chats that one may see. Their machines look; those
/// that are offline, too old or too slow are named. Terminals are not looked through.
#[utoipa::path(post, path = "/api/sessions/search", tag = "sessions",
    request_body = SearchSessions, responses((status = 200, body = FoundInSessions)))]
pub(super) async fn search(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(body): Body<SearchSessions>,
) -> Answer<Json<FoundInSessions>> {
    Ok(Json(pages::search(&app.plane, &actor, body).await?))
}
