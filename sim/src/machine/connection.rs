//! The WebSocket of a link, with as little memory as it can do with.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use transport::ConnectionError;
use wire::limits::MAX_MESSAGE_BYTES;

/// Where the link of machines is found.
const PATH: &str = "/api/remote/agent/ws";

/// What a connection reads at a time: hardly more than a sign of life.
const READ_BUFFER_BYTES: usize = 1024;

/// How long a connection may take to be a WebSocket. Longer than a daemon's: whether a network lets
/// WebSockets through is not in question here, and the server may have thousands at its door.
const OPEN_WITHIN: Duration = Duration::from_secs(20);

/// A WebSocket as a connection of binary messages.
#[derive(Debug)]
pub(super) struct Socket(WebSocketStream<TcpStream>);

/// Opens one, from an address of this computer.
pub(super) async fn open(from: IpAddr, server: SocketAddr) -> Result<Socket, Error> {
    let opened = tokio::time::timeout(OPEN_WITHIN, upgrade(from, server)).await;
    opened.unwrap_or_else(|_| Err(Error::Io(io::ErrorKind::TimedOut.into())))
}

async fn upgrade(from: IpAddr, server: SocketAddr) -> Result<Socket, Error> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(from, 0))?;
    let stream = socket.connect(server).await?;
    stream.set_nodelay(true)?;
    let request = http::Request::builder()
        .uri(format!("ws://{server}{PATH}"))
        .header("host", server.to_string())
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", generate_key())
        .body(())?;
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(4 * MAX_MESSAGE_BYTES)
        .max_message_size(Some(MAX_MESSAGE_BYTES))
        .max_frame_size(Some(MAX_MESSAGE_BYTES));
    let opened = tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await?;
    Ok(Socket(opened.0))
}

impl Stream for Socket {
    type Item = Result<Bytes, ConnectionError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            return match ready!(self.0.poll_next_unpin(context)) {
                Some(Ok(Message::Binary(bytes))) => Poll::Ready(Some(Ok(bytes))),
                Some(Ok(Message::Close(_))) | None => Poll::Ready(None),
                Some(Ok(_)) => continue,
                Some(Err(error)) => Poll::Ready(Some(Err(broke(&error)))),
            };
        }
    }
}

impl Sink<Bytes> for Socket {
    type Error = ConnectionError;

    fn poll_ready(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        self.0.poll_ready_unpin(context).map_err(|error| broke(&error))
    }

    fn start_send(mut self: Pin<&mut Self>, message: Bytes) -> Result<(), ConnectionError> {
        self.0.start_send_unpin(Message::Binary(message)).map_err(|error| broke(&error))
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        self.0.poll_flush_unpin(context).map_err(|error| broke(&error))
    }

    fn poll_close(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        self.0.poll_close_unpin(context).map_err(|error| broke(&error))
    }
}

fn broke(error: &Error) -> ConnectionError {
    ConnectionError(error.to_string())
}
