//! What the three kinds of WebSocket have in common: small buffers, keep-alive, and an end.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use axum::extract::{FromRequestParts, WebSocketUpgrade};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use transport::ConnectionError;

use crate::{App, problem};

/// What a connection reads at a time. The default of 128 KiB would be held by every idle one.
const READ_BUFFER_BYTES: usize = 4 * 1024;

/// What may wait to be written to one connection.
const WRITE_BUFFER_BYTES: usize = 1024 * 1024;

/// After how long without a sign of life a viewer is asked whether it is there.
pub const PING_AFTER: Duration = Duration::from_secs(20);

/// After how long without a sign of life a viewer counts as gone (R10).
pub const GONE_AFTER: Duration = Duration::from_secs(40);

/// How long a viewer may take to take in one message before it counts as gone.
const SENT_WITHIN: Duration = Duration::from_mins(1);

/// Close code for a server that restarts: come back (RFC 6455, IANA registry).
pub const COMING_BACK: u16 = 1012;

/// Close code for a credential that has stopped working.
pub const POLICY: u16 = 1008;

/// A request to go on as a WebSocket.
#[derive(Debug)]
pub struct Upgrade(pub WebSocketUpgrade);

impl FromRequestParts<App> for Upgrade {
    type Rejection = NoUpgrade;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, NoUpgrade> {
        let upgrade = WebSocketUpgrade::from_request_parts(parts, app).await;
        upgrade.map(Self).map_err(|rejection| NoUpgrade(rejection.to_string()))
    }
}

/// A request for a WebSocket that does not ask for one, and why not.
#[derive(Debug)]
pub struct NoUpgrade(String);

impl IntoResponse for NoUpgrade {
    fn into_response(self) -> Response {
        let detail = format!("this is a WebSocket: {}", self.0);
        let mut response = problem::plain(StatusCode::UPGRADE_REQUIRED, "not_a_websocket", detail);
        // RFC 9110 §15.5.22
        response.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        response
    }
}

/// Sets the sizes of a connection.
pub fn sized(upgrade: WebSocketUpgrade, max_message_bytes: usize) -> WebSocketUpgrade {
    upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER_BYTES.max(2 * max_message_bytes))
        .max_message_size(max_message_bytes)
        .max_frame_size(max_message_bytes)
}

/// The viewer is gone, or takes nothing in any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the viewer is gone")]
pub struct Gone;

/// Sends one message to a viewer.
pub async fn send(socket: &mut WebSocket, message: Message) -> Result<(), Gone> {
    match tokio::time::timeout(SENT_WITHIN, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Gone),
    }
}

/// Sends one text message to a viewer.
pub async fn send_json(
    socket: &mut WebSocket,
    message: &impl serde::Serialize,
) -> Result<(), Gone> {
    let text = serde_json::to_string(message).map_err(|error| {
        tracing::error!(%error, "a message cannot be written as JSON");
        Gone
    })?;
    send(socket, Message::Text(text.into())).await
}

/// Closes a viewer's connection, saying why.
pub async fn close(mut socket: WebSocket, code: u16, reason: &'static str) {
    let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
    let close = async {
        if socket.send(Message::Close(Some(frame))).await.is_ok() {
            // Until the other side closes too, or breaks off.
            while let Some(Ok(_)) = socket.recv().await {}
        }
    };
    let _ = tokio::time::timeout(Duration::from_secs(1), close).await;
}

/// A WebSocket as a connection of binary messages, for links.
#[derive(Debug)]
pub struct Binary {
    socket: WebSocket,
}

impl Binary {
    /// Everything but binary messages is ignored or, where it must not be there, an error.
    pub const fn new(socket: WebSocket) -> Self {
        Self { socket }
    }
}

impl Stream for Binary {
    type Item = Result<Bytes, ConnectionError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            return match futures_util::ready!(self.socket.poll_next_unpin(context)) {
                Some(Ok(Message::Binary(bytes))) => Poll::Ready(Some(Ok(bytes))),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                Some(Ok(Message::Text(_))) => {
                    let error = ConnectionError("a text message on a link".to_owned());
                    Poll::Ready(Some(Err(error)))
                }
                Some(Ok(Message::Close(_))) | None => Poll::Ready(None),
                Some(Err(error)) => Poll::Ready(Some(Err(broke(&error)))),
            };
        }
    }
}

impl Sink<Bytes> for Binary {
    type Error = ConnectionError;

    fn poll_ready(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        self.socket.poll_ready_unpin(context).map_err(|error| broke(&error))
    }

    fn start_send(mut self: Pin<&mut Self>, message: Bytes) -> Result<(), ConnectionError> {
        self.socket.start_send_unpin(Message::Binary(message)).map_err(|error| broke(&error))
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        self.socket.poll_flush_unpin(context).map_err(|error| broke(&error))
    }

    fn poll_close(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        self.socket.poll_close_unpin(context).map_err(|error| broke(&error))
    }
}

fn broke(error: &axum::Error) -> ConnectionError {
    ConnectionError(error.to_string())
}
