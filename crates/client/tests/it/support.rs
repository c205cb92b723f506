//! A server that answers by a script.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use client::{Client, ClientConfig, Patience};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CONNECTION, CONTENT_TYPE, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE};
use hyper::service::service_fn;
use hyper::upgrade::Upgraded;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use model::SecretString;
use model::rng::CountingRng;
use tokio::net::TcpListener;
use tokio::task::{AbortHandle, JoinSet};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

pub(crate) type Asked = Request<Incoming>;
pub(crate) type Answered = Response<Full<Bytes>>;
pub(crate) type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// How long a test waits for what must happen.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// A server that answers by a script, until it is dropped.
pub(crate) struct Scripted {
    pub(crate) address: SocketAddr,
    accepting: AbortHandle,
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Scripted {
    /// Starts one; `answer` is asked for every request.
    pub(crate) async fn start<A, F>(answer: A) -> Self
    where
        A: Fn(Asked) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Answered> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let accepting = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let answer = answer.clone();
                let service = service_fn(move |request| {
                    let answered = answer(request);
                    async move { Ok::<_, Infallible>(answered.await) }
                });
                connections.spawn(
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .with_upgrades(),
                );
            }
        });
        Self { address, accepting: accepting.abort_handle() }
    }

    /// A client of it, with a token, that does not wait long.
    pub(crate) fn client(&self) -> Client {
        Client::new(config(self.address)).unwrap()
    }
}

pub(crate) fn config(address: SocketAddr) -> ClientConfig {
    let server = format!("http://{address}").parse().unwrap();
    let rng = Arc::new(CountingRng::new(1));
    ClientConfig {
        token: Some(SecretString::from("gantline-secret".to_owned())),
        patience: Patience {
            first_retry: Duration::from_millis(2),
            widest_retry: Duration::from_millis(8),
            ..Patience::default()
        },
        ..ClientConfig::new(server, rng)
    }
}

pub(crate) fn json(status: u16, body: impl Into<Bytes>) -> Answered {
    Response::builder()
        .status(status)
        .header(CONTENT_TYPE, "application/json")
        .body(Full::from(body.into()))
        .unwrap()
}

pub(crate) fn problem(status: u16, code: &str) -> Answered {
    let body = format!(
        r#"{{"title":"T","status":{status},"code":"{code}","detail":"d","error":"d","hint":"h"}}"#
    );
    json(status, body)
}

/// Switches to a WebSocket and gives it to `talk`.
pub(crate) fn websocket<F>(
    mut request: Asked,
    talk: impl FnOnce(Socket) -> F + Send + 'static,
) -> Answered
where
    F: Future<Output = ()> + Send + 'static,
{
    let key = request.headers().get(SEC_WEBSOCKET_KEY).unwrap().as_bytes().to_vec();
    let upgrade = hyper::upgrade::on(&mut request);
    // Ends with its connection, which ends with the server or the client.
    tokio::spawn(async move {
        let Ok(upgraded) = upgrade.await else { return };
        let socket =
            WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, None).await;
        talk(socket).await;
    });
    Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_ACCEPT, derive_accept_key(&key))
        .body(Full::default())
        .unwrap()
}

/// The value of a name in a request's query.
pub(crate) fn query(request: &Asked, name: &str) -> Option<String> {
    let pairs = request.uri().query()?.split('&');
    let mut pairs = pairs.filter_map(|pair| pair.split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
}

/// Waits for what must happen.
pub(crate) async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, future).await.expect("it did not happen in time")
}

/// Numbers below a bound, the same in every run.
#[derive(Clone)]
pub(crate) struct Dice(Arc<CountingRng>);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Arc::new(CountingRng::new(seed)))
    }

    pub(crate) fn below(&self, bound: u64) -> u64 {
        model::rng::below(&*self.0, bound)
    }
}

/// What was seen, in order.
#[derive(Clone, Default)]
pub(crate) struct Seen<T>(Arc<Mutex<Vec<T>>>);

impl<T: Clone> Seen<T> {
    pub(crate) fn add(&self, thing: T) {
        self.0.lock().unwrap().push(thing);
    }

    pub(crate) fn all(&self) -> Vec<T> {
        self.0.lock().unwrap().clone()
    }
}
