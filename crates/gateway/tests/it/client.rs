//! A client that sees everything, and leaves when it is told to.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// Longer than anything in a test may take.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    method: Method,
    target: String,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
}

/// An answer that is still coming.
pub(crate) struct Coming {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    body: Incoming,
    connection: JoinHandle<()>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) ending: Ending,
}

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// As HTTP says it must.
    Whole,
    /// The connection was cut.
    Cut,
}

impl Ask {
    pub(crate) fn post(target: &str, body: &Value) -> Self {
        Self::bytes(target, Bytes::from(body.to_string()))
    }

    pub(crate) fn bytes(target: &str, body: Bytes) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self { method: Method::POST, target: target.to_owned(), headers, body }
    }

    pub(crate) fn without_body(method: Method, target: &str) -> Self {
        Self { method, target: target.to_owned(), headers: Vec::new(), body: Bytes::new() }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    fn request(self) -> Request<Full<Bytes>> {
        let mut request = Request::builder().method(self.method).uri(self.target);
        request = request.header("host", "gantline.test");
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        request.body(Full::new(self.body)).unwrap()
    }

    /// Sends it and waits for the head of the answer.
    pub(crate) async fn send(self, to: SocketAddr) -> Coming {
        let coming = async {
            let stream = TcpStream::connect(to).await.unwrap();
            let (mut sender, connection) =
                hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
            let connection = tokio::spawn(async {
                let _ = connection.await;
            });
            let (parts, body) = sender.send_request(self.request()).await.unwrap().into_parts();
            Coming { status: parts.status, headers: parts.headers, body, connection }
        };
        tokio::time::timeout(DEADLINE, coming).await.unwrap()
    }

    /// Sends it and waits for all of the answer.
    pub(crate) async fn answer(self, to: SocketAddr) -> Answered {
        self.send(to).await.rest().await
    }
}

impl Coming {
    /// The next bytes; `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<Result<Bytes, hyper::Error>> {
        let frame = tokio::time::timeout(DEADLINE, self.body.frame()).await.unwrap()?;
        Some(frame.map(|frame| frame.into_data().unwrap()))
    }

    /// All that is still to come.
    pub(crate) async fn rest(mut self) -> Answered {
        let mut body = Vec::new();
        let ending = loop {
            match self.next().await {
                Some(Ok(bytes)) => body.extend_from_slice(&bytes),
                Some(Err(_)) => break Ending::Cut,
                None => break Ending::Whole,
            }
        };
        self.connection.abort();
        Answered { status: self.status, headers: self.headers, body: body.into(), ending }
    }

    /// Leaves without a word.
    pub(crate) fn leave(self) {
        self.connection.abort();
    }
}

impl Answered {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body, whatever it is.
    pub(crate) fn text_lossy(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What an error says, wherever the dialect puts it.
    pub(crate) fn message(&self) -> String {
        self.json()["error"]["message"].as_str().unwrap().to_owned()
    }
}

/// Sends bytes as they are and reads until the other side closes.
pub(crate) async fn raw(to: SocketAddr, bytes: &[u8]) -> String {
    let answered = async {
        let mut stream = TcpStream::connect(to).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        // A connection that is reset has said what it had to say.
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    };
    tokio::time::timeout(DEADLINE, answered).await.unwrap()
}

/// Sends bytes as they are and reads until `end` has come, without waiting for the other side to
/// close.
pub(crate) async fn raw_until(to: SocketAddr, bytes: &[u8], end: &str) -> String {
    let answered = async {
        let mut stream = TcpStream::connect(to).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        while !String::from_utf8_lossy(&answer).contains(end) {
            if stream.read_buf(&mut answer).await.unwrap_or(0) == 0 {
                break;
            }
        }
        String::from_utf8_lossy(&answer).into_owned()
    };
    tokio::time::timeout(DEADLINE, answered).await.unwrap()
}
