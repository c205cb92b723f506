//! `session.subscribe`, `session.unsubscribe`: following chats on one WebSocket.

use contract::live::{Subscribe, Subscribed, Unsubscribe};
use control::{presence, transcripts};
use model::SessionId;

use super::call::{Call, Method, Outcome, answer};
use super::sessions::find;
use super::subscriptions::beginning;

pub(super) const METHODS: &[Method] = &[
    Method::new("session.subscribe", |call| Box::pin(subscribe(call))).on_socket(),
    Method::new("session.unsubscribe", |call| Box::pin(unsubscribe(call))).on_socket(),
];

/// Follows a chat from a position.
async fn subscribe(call: Call) -> Outcome {
    let Subscribe { session_id, after, format } = call.params()?;
    let plane = &call.app.plane;
    let id = find(&call, &session_id).await?.id;
    let session = transcripts::chat(plane, &call.actor, id).await?;
    let watching = presence::enter(plane, &call.actor, &session).await?;
    let view = plane.relay.watch_chat(session.machine, id, beginning(after, format));
    call.connection()?.subscriptions().add(id, (view, watching), (after, format))?;
    answer(&Subscribed { subscribed: true, session_id: id })
}

/// Follows a chat no longer; one that is gone as well.
async fn unsubscribe(call: Call) -> Outcome {
    let Unsubscribe { session_id } = call.params()?;
    let id = match session_id.parse::<SessionId>() {
        Ok(id) => id,
        Err(_) => find(&call, &session_id).await?.id,
    };
    call.connection()?.subscriptions().remove(id);
    answer(&Subscribed { subscribed: false, session_id: id })
}
