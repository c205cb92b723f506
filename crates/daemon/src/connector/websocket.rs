//! The WebSocket of a link.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use http::Uri;
use rustls::ClientConfig;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use rustls_platform_verifier::{BuilderVerifierExt, Verifier};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use transport::ConnectionError;
use wire::limits::MAX_MESSAGE_BYTES;

use super::{BoxedConnection, ConnectError, Connector};

/// Where the link of machines is found.
const PATH: &str = "/api/remote/agent/ws";

/// How long reaching the server may take, all steps together.
const WITHIN: Duration = Duration::from_secs(20);

/// What a connection reads at a time.
const READ_BUFFER_BYTES: usize = 16 * 1024;

/// A byte stream, encrypted or not.
trait Bytestream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Bytestream for T {}

/// How a server is reached.
#[derive(Debug, Clone)]
pub struct WebSocketSettings {
    /// The server's address, such as `https://gantline.example.com`.
    pub server_url: String,
    /// Certificates of a private certification authority, PEM.
    pub ca_bundle: Option<PathBuf>,
}

/// Reaches a server over WebSocket.
#[derive(Debug)]
pub struct WebSocketConnector {
    server_url: String,
    host: String,
    port: u16,
    /// Host and port as they are written in the address.
    authority: String,
    tls: Option<Arc<ClientConfig>>,
}

impl WebSocketConnector {
    /// Checks the address and reads the certificates.
    pub fn new(settings: &WebSocketSettings) -> Result<Self, ConnectError> {
        let malformed = || {
            let text = &settings.server_url;
            ConnectError::new(format!("{text} is not like https://gantline.example.com"))
        };
        let uri: Uri = settings.server_url.parse().map_err(|_| malformed())?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(malformed());
        };
        let (tls, default_port) = match scheme {
            "https" => (Some(tls_config(settings.ca_bundle.as_deref())?), 443),
            "http" => (None, 80),
            _ => return Err(malformed()),
        };
        Ok(Self {
            server_url: settings.server_url.trim_end_matches('/').to_owned(),
            host: authority.host().trim_matches(['[', ']']).to_owned(),
            port: authority.port_u16().unwrap_or(default_port),
            authority: authority.as_str().to_owned(),
            tls,
        })
    }

    async fn open(&self) -> Result<BoxedConnection, ConnectError> {
        let stream = self.byte_stream().await?;
        let request = http::Request::builder()
            .uri(format!("ws://{}{PATH}", self.authority))
            .header("host", &self.authority)
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header(
                "sec-websocket-key",
                tokio_tungstenite::tungstenite::handshake::client::generate_key(),
            )
            .body(())
            .map_err(|error| ConnectError::new(error.to_string()))?;
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(0)
            .max_write_buffer_size(4 * MAX_MESSAGE_BYTES)
            .max_message_size(Some(MAX_MESSAGE_BYTES))
            .max_frame_size(Some(MAX_MESSAGE_BYTES));
        let upgraded =
            tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await;
        match upgraded {
            Ok((socket, _)) => Ok(Box::new(LinkSocket { socket })),
            Err(error) => Err(ConnectError::new(format!(
                "{} does not answer as a Gantline server: {error}",
                self.server_url
            ))),
        }
    }

    async fn byte_stream(&self) -> Result<Box<dyn Bytestream>, ConnectError> {
        let address = (self.host.as_str(), self.port);
        let tcp = TcpStream::connect(address).await.map_err(|error| {
            ConnectError::new(format!("cannot reach {}:{}: {error}", self.host, self.port))
        })?;
        // Keystrokes are small and must not wait for more.
        let _ = tcp.set_nodelay(true);
        let Some(tls) = &self.tls else { return Ok(Box::new(tcp)) };
        let name = ServerName::try_from(self.host.clone())
            .map_err(|_| ConnectError::new(format!("{} is not a host name", self.host)))?;
        let stream = TlsConnector::from(tls.clone()).connect(name, tcp).await.map_err(|error| {
            ConnectError::new(format!("no trusted encryption with {}: {error}", self.host))
        })?;
        Ok(Box::new(stream))
    }
}

#[async_trait]
impl Connector for WebSocketConnector {
    async fn connect(&self) -> Result<BoxedConnection, ConnectError> {
        let late = || ConnectError::new(format!("{} does not answer", self.server_url));
        tokio::time::timeout(WITHIN, self.open()).await.map_err(|_| late())?
    }

    fn server_url(&self) -> String {
        self.server_url.clone()
    }
}

fn tls_config(ca_bundle: Option<&Path>) -> Result<Arc<ClientConfig>, ConnectError> {
    let failed = |error: &dyn std::fmt::Display| ConnectError::new(format!("set up TLS: {error}"));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(&error))?;
    let config = match ca_bundle {
        None => {
            builder.with_platform_verifier().map_err(|error| failed(&error))?.with_no_client_auth()
        }
        Some(path) => {
            let certificates = CertificateDer::pem_file_iter(path)
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .map_err(|error| ConnectError::new(format!("read {}: {error}", path.display())))?;
            let verifier = Verifier::new_with_extra_roots(certificates, provider)
                .map_err(|error| failed(&error))?;
            builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(verifier))
                .with_no_client_auth()
        }
    };
    Ok(Arc::new(config))
}

/// A WebSocket as a connection of binary messages.
struct LinkSocket {
    socket: WebSocketStream<Box<dyn Bytestream>>,
}

impl Stream for LinkSocket {
    type Item = Result<Bytes, ConnectionError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
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

impl Sink<Bytes> for LinkSocket {
    type Error = ConnectionError;

    fn poll_ready(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), ConnectionError>> {
        self.socket.poll_ready_unpin(context).map_err(|error| ConnectionError(error.to_string()))
    }

    fn start_send(mut self: Pin<&mut Self>, message: Bytes) -> Result<(), ConnectionError> {
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
