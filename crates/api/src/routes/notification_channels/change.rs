use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use contract::notifications::{ChangeChannel, ChannelView};
use control::notifications::changing::{ChannelChange, channel_change};
use model::ChannelId;

use super::view;
use crate::body::Body;
use crate::caller::Caller;
use crate::params::Path;
use crate::problem::Answer;
use crate::{App, public_url};

/// Changes one of one's channels. What is left out stays as it is.
#[utoipa::path(patch, path = "/api/notification-channels/{channel_id}", tag = "notifications",
    params(("channel_id" = ChannelId, Path)), request_body = ChangeChannel,
    responses((status = 200, body = ChannelView)))]
pub(super) async fn change(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<ChannelId>,
    headers: HeaderMap,
    Body(body): Body<ChangeChannel>,
) -> Answer<Json<ChannelView>> {
    let change = ChannelChange {
        name: body.name,
        url: body.url,
        secret: body.secret,
        events: body.events,
        shortest_turn: body.shortest_turn_s.map(Duration::from_secs),
        language: body.language,
        enabled: body.enabled,
    };
    let console = public_url::server(&app, &headers);
    let (channel, attempts) = channel_change(&app.plane, &actor, id, change, console).await?;
    Ok(Json(view(channel, attempts)))
}
