//! `session.subscribe`, `session.unsubscribe`: following chats on one WebSocket.

use std::future::ready;

use contract::live::{Subscribe, Subscribed, Unsubscribe};
use control::transcripts;

use super::call::{Call, Method, Outcome, answer};

pub(super) const METHODS: &[Method] = &[
    Method::new("session.subscribe", |call| Box::pin(subscribe(call))).on_socket(),
    Method::new("session.unsubscribe", |call| Box::pin(ready(unsubscribe(&call)))).on_socket(),
];

/// Follows a chat from a position.
async fn subscribe(call: Call) -> Outcome {
    let Subscribe { session_id, after } = call.params()?;
    let plane = &call.app.plane;
    let session = transcripts::chat(plane, &call.actor, session_id).await?;
    let view = plane.relay.watch_chat(session.machine, session_id, after);
    call.connection()?.subscriptions().add(session_id, view)?;
    answer(&Subscribed { subscribed: true, session_id })
}

/// Follows a chat no longer.
fn unsubscribe(call: &Call) -> Outcome {
    let Unsubscribe { session_id } = call.params()?;
    call.connection()?.subscriptions().remove(session_id);
    answer(&Subscribed { subscribed: false, session_id })
}
