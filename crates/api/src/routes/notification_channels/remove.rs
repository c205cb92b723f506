use axum::Json;
use axum::extract::State;
use contract::machines::Done;
use control::notifications::changing::channel_delete;
use model::ChannelId;

use crate::App;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;

/// Deletes one of one's channels, with everything that waits for it.
#[utoipa::path(delete, path = "/api/notification-channels/{channel_id}", tag = "notifications",
    params(("channel_id" = ChannelId, Path)), responses((status = 200, body = Done)))]
pub(super) async fn remove(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<ChannelId>,
) -> Answer<Json<Done>> {
    channel_delete(&app.plane, &actor, id).await?;
    Ok(Json(Done::YES))
}
