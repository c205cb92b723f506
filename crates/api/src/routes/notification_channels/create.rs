use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use contract::notifications::{ChannelView, CreateChannel};
use control::notifications::changing::{ChannelRequest, channel_create};

use super::view;
use crate::body::Body;
use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, public_url};

/// Makes a channel: somebody else's server is told of what waits for one. Its address is sealed and
/// never shown again.
#[utoipa::path(post, path = "/api/notification-channels", tag = "notifications",
    request_body = CreateChannel, responses((status = 201, body = ChannelView)))]
pub(super) async fn create(
    State(app): State<App>,
    Caller(actor): Caller,
    headers: HeaderMap,
    Body(body): Body<CreateChannel>,
) -> Answer<(StatusCode, Json<ChannelView>)> {
    let request = ChannelRequest {
        name: body.name,
        kind: body.kind,
        url: body.url,
        secret: body.secret,
        events: body.events,
        shortest_turn: body.shortest_turn_s.map(Duration::from_secs),
        language: body.language,
    };
    let console = public_url::server(&app, &headers);
    let channel = channel_create(&app.plane, &actor, request, console).await?;
    Ok((StatusCode::CREATED, Json(view(channel, Vec::new()))))
}
