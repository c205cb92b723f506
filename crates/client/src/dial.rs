//! Opening a WebSocket (RFC 6455 §4.1) over the same HTTP that requests take, so that a refusal
//! before the switch of protocols reads like every other one.

use http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderValue, Method, StatusCode};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use crate::http::Call;
use crate::{Client, Error};

/// The largest message of a server: a snapshot of everything that is listed.
const MAX_MESSAGE_BYTES: usize = 32 * 1024 * 1024;

/// What may wait to be written.
const MAX_WRITE_BYTES: usize = 4 * 1024 * 1024;

/// An open WebSocket.
pub(crate) type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Opens the WebSocket at `path`.
pub(crate) async fn dial(client: Client, path: String) -> Result<Socket, Error> {
    let within = client.inner.config.patience.connect;
    let dialed = tokio::time::timeout(within, open(&client, path)).await;
    dialed.unwrap_or_else(|_| {
        let server = client.server().to_string();
        Err(Error::TimedOut { server, seconds: within.as_secs() })
    })
}

async fn open(client: &Client, path: String) -> Result<Socket, Error> {
    let key = generate_key();
    let key_header = HeaderValue::from_str(&key)
        .map_err(|_| Error::Setup("make the key of the connection".to_owned()))?;
    let mut request = client.request(Call::new(Method::GET, path))?;
    let headers = request.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    headers.insert(SEC_WEBSOCKET_KEY, key_header);
    let response = client.exchange(request).await?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(client.refusal(response).await);
    }
    let accepted = response.headers().get(SEC_WEBSOCKET_ACCEPT).map(HeaderValue::as_bytes);
    if accepted != Some(derive_accept_key(key.as_bytes()).as_bytes()) {
        return Err(client.misunderstood("the WebSocket handshake was not answered properly"));
    }
    let upgraded = hyper::upgrade::on(response).await.map_err(|error| client.unreachable(error))?;
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_MESSAGE_BYTES))
        .max_frame_size(Some(MAX_MESSAGE_BYTES))
        .write_buffer_size(0)
        .max_write_buffer_size(MAX_WRITE_BYTES);
    Ok(WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Client, Some(config)).await)
}
