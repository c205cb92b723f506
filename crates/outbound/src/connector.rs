//! Connections to where they are allowed.

use std::error::Error as StdError;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use http::Uri;
use http::uri::Scheme;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tower::Service;

use crate::guard::{Forbidden, Guard};
use crate::tls;

/// How long one address may be silent before the next one is tried beside it (RFC 8305 §5).
const NEXT_ADDRESS_AFTER: Duration = Duration::from_millis(250);

/// No connection was made. Nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The server may not connect there.
    #[error("the address is refused: {0}")]
    Forbidden(#[from] Forbidden),
    /// The name is not known, or nobody could say.
    #[error("look up the host")]
    LookUp(#[source] io::Error),
    /// None of its addresses answers.
    #[error("connect")]
    Connect(#[source] io::Error),
    /// What the operating system trusts cannot be read.
    #[error("read the certificates that the system trusts")]
    Trust(#[source] rustls::Error),
    /// The other side is not who it should be, or does not speak TLS.
    #[error("agree on encryption")]
    Encrypt(#[source] Box<dyn StdError + Send + Sync>),
    /// It took too long.
    #[error("no connection in time")]
    TimedOut,
}

/// The stream of a connection.
pub type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

/// Makes connections that a [`Guard`] allows. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Connector {
    guard: Guard,
    within: Duration,
    /// Read when the first encrypted connection is made.
    tls: Arc<OnceCell<Arc<ClientConfig>>>,
}

impl Connector {
    /// `within` is how long a connection may take, from looking up the name to the end of the
    /// handshake.
    pub fn new(guard: Guard, within: Duration) -> Self {
        Self { guard, within, tls: Arc::default() }
    }

    /// Connects to where a URI leads, with encryption where it says so.
    pub async fn connect(&self, uri: &Uri) -> Result<Stream, ConnectError> {
        let connecting = async {
            let addresses = self.guard.addresses(uri).await?;
            let stream = connect_to_any(addresses).await.map_err(ConnectError::Connect)?;
            // Pieces of an answer are small and must not wait for each other.
            stream.set_nodelay(true).map_err(ConnectError::Connect)?;
            if uri.scheme() == Some(&Scheme::HTTPS) {
                self.encrypt(uri.clone(), stream).await
            } else {
                Ok(MaybeHttpsStream::Http(TokioIo::new(stream)))
            }
        };
        let connected = tokio::time::timeout(self.within, connecting).await;
        connected.unwrap_or(Err(ConnectError::TimedOut))
    }

    async fn encrypt(&self, uri: Uri, stream: TcpStream) -> Result<Stream, ConnectError> {
        let config = self.tls.get_or_try_init(tls_config).await?;
        let mut https = HttpsConnector::from((Connected(Some(stream)), config.clone()));
        https.call(uri).await.map_err(ConnectError::Encrypt)
    }
}

async fn tls_config() -> Result<Arc<ClientConfig>, ConnectError> {
    let read = tokio::task::spawn_blocking(tls::config).await;
    // Reading certificates does not panic, and nobody aborts it.
    let config = read.map_err(|error| ConnectError::Connect(io::Error::other(error)))?;
    config.map(Arc::new).map_err(ConnectError::Trust)
}

/// The first connection that is made, each address being given a start before the next one. The
/// error is that of the last address that failed.
async fn connect_to_any(addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
    let mut waiting = addresses.into_iter();
    let mut attempts = FuturesUnordered::new();
    let mut failure = io::Error::from(io::ErrorKind::AddrNotAvailable);
    loop {
        if let Some(address) = waiting.next() {
            attempts.push(TcpStream::connect(address));
        } else if attempts.is_empty() {
            return Err(failure);
        }
        tokio::select! {
            // One has answered, or failed and makes room for the next.
            Some(attempt) = attempts.next() => match attempt {
                Ok(stream) => return Ok(stream),
                Err(error) => failure = error,
            },
            // It is the next one's turn.
            () = tokio::time::sleep(NEXT_ADDRESS_AFTER), if waiting.len() > 0 => {}
        }
    }
}

/// A connection that exists already, for the layer that encrypts it.
struct Connected(Option<TcpStream>);

impl Service<Uri> for Connected {
    type Response = TokioIo<TcpStream>;
    type Error = io::Error;
    type Future = std::future::Ready<io::Result<TokioIo<TcpStream>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let stream = self.0.take().ok_or_else(|| io::ErrorKind::NotConnected.into());
        std::future::ready(stream.map(TokioIo::new))
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::net::TcpListener;

    use super::*;

    const WITHIN: Duration = Duration::from_secs(10);

    async fn connect(guard: Guard, uri: &str) -> Result<Stream, ConnectError> {
        Connector::new(guard, WITHIN).connect(&uri.parse().unwrap()).await
    }

    /// S87: the check is part of connecting; there is no way around it.
    #[tokio::test]
    async fn an_address_that_is_not_public_is_never_connected_to() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        for uri in [format!("https://127.0.0.1:{port}/"), format!("https://localhost:{port}/")] {
            let refused = connect(Guard::default(), &uri).await.unwrap_err();
            assert!(matches!(refused, ConnectError::Forbidden(Forbidden::NotPublic(_))));
        }
        let refused = connect(Guard::default(), &format!("http://127.0.0.1:{port}/")).await;
        assert!(matches!(refused, Err(ConnectError::Forbidden(Forbidden::Scheme))));
        let accepted = listener.into_std().unwrap().accept();
        assert_eq!(accepted.unwrap_err().kind(), io::ErrorKind::WouldBlock);
    }

    /// P01: what is written goes out at once.
    #[tokio::test]
    async fn a_trusted_host_is_reached_at_once_and_without_delay() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let guard = Guard::new([format!("localhost:{port}")]);
        let stream = connect(guard, &format!("http://localhost:{port}/")).await.unwrap();
        let MaybeHttpsStream::Http(stream) = stream else { panic!("it is not encrypted") };
        assert!(stream.inner().nodelay().unwrap());
    }

    /// An address that fails does not keep the others from being tried.
    #[tokio::test]
    async fn the_next_address_is_tried_when_one_fails() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let open = listener.local_addr().unwrap();
        let closed = {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            listener.local_addr().unwrap()
        };
        let stream = connect_to_any(vec![closed, open]).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), open);
        let refused = connect_to_any(vec![closed]).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    }

    /// A port that does not speak TLS is an error, never a connection in the clear.
    #[tokio::test]
    async fn https_is_never_downgraded() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let answering = async {
            let (stream, _) = listener.accept().await.unwrap();
            stream.writable().await.unwrap();
            stream.try_write(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            stream
        };
        let guard = Guard::new([format!("localhost:{port}")]);
        let uri = format!("https://localhost:{port}/");
        let (stream, _held) = tokio::join!(connect(guard, &uri), answering);
        assert!(matches!(stream, Err(ConnectError::Encrypt(_) | ConnectError::Trust(_))));
    }
}
