use axum::Json;
use axum::extract::State;
use contract::notifications::ChannelTested;
use control::notifications::trial::channel_test;
use model::ChannelId;

use super::attempt;
use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Sends a test to one of one's channels, and says what came of it. It takes up to 15 seconds where
/// nobody answers.
#[utoipa::path(post, path = "/api/notification-channels/{channel_id}/test", tag = "notifications",
    params(("channel_id" = ChannelId, Path)), responses((status = 200, body = ChannelTested)))]
pub(super) async fn test(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<ChannelId>,
) -> Answer<Json<ChannelTested>> {
    let tried = attempt(channel_test(&app.plane, &actor, id).await?);
    Ok(Json(ChannelTested {
        delivered: tried.error.is_none(),
        took_ms: tried.took_ms,
        status: tried.status,
        error: tried.error,
    }))
}
