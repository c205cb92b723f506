//! The WebSocket of a link.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{FutureExt, Sink, SinkExt, Stream, StreamExt};
use tokio::time::{Sleep, sleep, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use transport::ConnectionError;
use wire::limits::MAX_MESSAGE_BYTES;

use super::ConnectError;
use super::address::{Bytestream, ServerAddress};
use super::detour::{Detour, Memory};

/// Where the link of machines is found.
const PATH: &str = "/api/remote/agent/ws";

/// How long the server may take to go on as a WebSocket, and then to say its first word. Whatever
/// lets neither through is found out soon enough for the link to come up otherwise in ten seconds.
const HEARD_WITHIN: Duration = Duration::from_secs(4);

/// What a connection reads at a time.
const READ_BUFFER_BYTES: usize = 16 * 1024;

/// Why there is no WebSocket.
pub(super) enum NoSocket {
    /// The server was not even reached.
    Unreached(ConnectError),
    /// Something there lets no WebSocket through.
    Blocked(Detour),
}

/// Opens one.
pub(super) async fn open(
    address: &ServerAddress,
    memory: &Arc<Memory>,
) -> Result<LinkSocket, NoSocket> {
    let stream = address.byte_stream().await.map_err(NoSocket::Unreached)?;
    match timeout(HEARD_WITHIN, upgrade(address, stream)).await {
        Ok(Ok(socket)) => Ok(LinkSocket::new(socket, memory.clone())),
        Ok(Err(Error::Http(answer))) => {
            Err(NoSocket::Blocked(Detour::Answered { status: answer.status().as_u16() }))
        }
        Ok(Err(_)) => Err(NoSocket::Blocked(Detour::Cut)),
        Err(_) => Err(NoSocket::Blocked(Detour::Silent)),
    }
}

async fn upgrade(
    address: &ServerAddress,
    stream: Box<dyn Bytestream>,
) -> Result<WebSocketStream<Box<dyn Bytestream>>, Error> {
    let request = http::Request::builder()
        .uri(format!("ws://{}{PATH}", address.authority))
        .header("host", &address.authority)
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header(
            "sec-websocket-key",
            tokio_tungstenite::tungstenite::handshake::client::generate_key(),
        )
        .body(())?;
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(4 * MAX_MESSAGE_BYTES)
        .max_message_size(Some(MAX_MESSAGE_BYTES))
        .max_frame_size(Some(MAX_MESSAGE_BYTES));
    let upgraded = tokio_tungstenite::client_async_with_config(request, stream, Some(config));
    upgraded.await.map(|(socket, _)| socket)
}

/// A WebSocket as a connection of binary messages. Where it stays silent, or ends, before the
/// server was heard, that is remembered.
pub(super) struct LinkSocket {
    socket: WebSocketStream<Box<dyn Bytestream>>,
    memory: Arc<Memory>,
    hearing: Hearing,
}

/// Whether the server was heard.
enum Hearing {
    /// Nothing was said to it.
    Unasked,
    /// It has until then to say something.
    Waiting(Pin<Box<Sleep>>),
    /// It was.
    Heard,
}

impl LinkSocket {
    const fn new(socket: WebSocketStream<Box<dyn Bytestream>>, memory: Arc<Memory>) -> Self {
        Self { socket, memory, hearing: Hearing::Unasked }
    }

    fn poll_message(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, ConnectionError>>> {
        loop {
            return match ready!(self.socket.poll_next_unpin(context)) {
                Some(Ok(Message::Binary(bytes))) => Poll::Ready(Some(Ok(bytes))),
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => continue,
                Some(Ok(Message::Text(_))) => {
                    let error = ConnectionError("a text message on a link".to_owned());
                    Poll::Ready(Some(Err(error)))
                }
                Some(Ok(Message::Close(_))) | None => Poll::Ready(None),
                Some(Err(error)) => Poll::Ready(Some(Err(ConnectionError(error.to_string())))),
            };
        }
    }
}

impl Stream for LinkSocket {
    type Item = Result<Bytes, ConnectionError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let message = self.poll_message(context);
        let Hearing::Waiting(deadline) = &mut self.hearing else { return message };
        match &message {
            Poll::Ready(Some(Ok(_))) => {
                self.hearing = Hearing::Heard;
                self.memory.let_through();
            }
            Poll::Ready(_) => self.memory.blocked(Detour::Cut),
            Poll::Pending => {
                ready!(deadline.poll_unpin(context));
                self.memory.blocked(Detour::Silent);
                let error = "the WebSocket was opened and stays silent";
                return Poll::Ready(Some(Err(ConnectionError(error.to_owned()))));
            }
        }
        message
    }
}

impl Sink<Bytes> for LinkSocket {
    type Error = ConnectionError;

    fn poll_ready(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        self.socket.poll_ready_unpin(context).map_err(|error| ConnectionError(error.to_string()))
    }

    fn start_send(mut self: Pin<&mut Self>, message: Bytes) -> Result<(), ConnectionError> {
        if matches!(self.hearing, Hearing::Unasked) {
            self.hearing = Hearing::Waiting(Box::pin(sleep(HEARD_WITHIN)));
        }
        self.socket
            .start_send_unpin(Message::Binary(message))
            .map_err(|error| ConnectionError(error.to_string()))
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        self.socket.poll_flush_unpin(context).map_err(|error| ConnectionError(error.to_string()))
    }

    fn poll_close(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        self.socket.poll_close_unpin(context).map_err(|error| ConnectionError(error.to_string()))
    }
}
