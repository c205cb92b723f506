use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use contract::notifications::{ChannelView, PutBrowser};
use control::notifications::browsers::{BrowserRequest, browser_put};

use super::view;
use crate::body::Body;
use crate::caller::Caller;
use crate::problem::Answer;
use crate::{App, public_url};

/// Tells what waits for one in the browser that asks, or at its new address: one channel for each
/// login, which ends with it. Only a browser that is signed in can ask.
#[utoipa::path(put, path = "/api/notification-channels/browser", tag = "notifications",
    request_body = PutBrowser, responses((status = 200, body = ChannelView)))]
pub(super) async fn put(
    State(app): State<App>,
    Caller(actor): Caller,
    headers: HeaderMap,
    Body(body): Body<PutBrowser>,
) -> Answer<Json<ChannelView>> {
    let request = BrowserRequest {
        endpoint: body.endpoint,
        p256dh: body.p256dh,
        auth: body.auth,
        name: body.name,
        language: body.language,
    };
    let console = public_url::server(&app, &headers);
    let (channel, attempts) = browser_put(&app.plane, &actor, request, console).await?;
    Ok(Json(view(channel, attempts)))
}
