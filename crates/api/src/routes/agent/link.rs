use axum::extract::State;
use axum::http::header::{COOKIE, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use model::machine::Carrier;
use wire::limits::MAX_MESSAGE_BYTES;

use crate::sockets::{self, Binary, Upgrade};
use crate::{App, problem};

/// The link of a machine, which proves on it who it is.
#[utoipa::path(get, path = "/api/remote/agent/ws", tag = "agent",
    responses((status = 101, description = "The link, as a WebSocket")))]
pub(super) async fn link(
    State(app): State<App>,
    headers: HeaderMap,
    Upgrade(upgrade): Upgrade,
) -> Response {
    if let Some(refusal) = browser_refusal(&headers) {
        return refusal;
    }
    let relay = app.plane.relay.clone();
    let tasks = app.tasks.clone();
    sockets::sized(upgrade, MAX_MESSAGE_BYTES).on_upgrade(move |socket| {
        tasks.track_future(async move {
            relay.serve_link(Binary::new(socket), Carrier::WebSocket).await;
        })
    })
}

/// No browser has any business here (S18).
pub(super) fn browser_refusal(headers: &HeaderMap) -> Option<Response> {
    let is_browser = headers.contains_key(ORIGIN) || headers.contains_key(COOKIE);
    let detail = "this is the link of machines; browsers use /ws";
    is_browser.then(|| problem::plain(StatusCode::FORBIDDEN, "not_a_machine", detail))
}
