//! The requests of a link that goes by long-poll.
//!
//! Whatever is on the way may keep a body back until it is whole, speak HTTP/1.0, or close the
//! connection after each answer: bodies are short and say how long they are, and a connection is
//! used again only where it is still there.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::header::{CONTENT_TYPE, HOST};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::time::timeout;
use transport::polling::{Called, Exchange, ExchangeError, Pace};
use wire::limits::MAX_POLL_BYTES;
use wire::poll::POLL_CONTENT_TYPE;

use super::address::ServerAddress;

/// Where messages are sent, and asked for.
const PATH: &str = "/api/remote/agent/poll";

/// Begins a connection.
pub(super) async fn open(
    address: &Arc<ServerAddress>,
    pace: Pace,
) -> Result<Called, ExchangeError> {
    let way = || Requests { address: address.clone(), line: None };
    Called::open(way(), way(), pace).await
}

/// Sends requests, one after the other, over one connection for as long as that lasts.
struct Requests {
    address: Arc<ServerAddress>,
    line: Option<Line>,
}

/// A connection on which no request is under way.
struct Line {
    sender: SendRequest<Full<Bytes>>,
    working: Working,
}

/// What moves the bytes of a connection, until it is over.
struct Working(Option<BoxFuture<'static, ()>>);

impl Exchange for Requests {
    async fn exchange(&mut self, body: Bytes, within: Duration) -> Result<Bytes, ExchangeError> {
        let late = || ExchangeError::Broke("no answer came in time".to_owned());
        timeout(within, self.ask(body)).await.map_err(|_| late())?
    }
}

impl Requests {
    async fn ask(&mut self, body: Bytes) -> Result<Bytes, ExchangeError> {
        // Taken out, so that it does not come back where the answer is not waited for.
        let Line { mut sender, mut working } = self.line().await?;
        let request = Request::post(PATH)
            .header(HOST, &self.address.authority)
            .header(CONTENT_TYPE, POLL_CONTENT_TYPE)
            .body(Full::new(body))
            .map_err(broke)?;
        let answer = working.during(sender.send_request(request)).await.map_err(broke)?;
        check(&self.address.url, &answer)?;
        let body = Limited::new(answer.into_body(), MAX_POLL_BYTES);
        let body = working.during(body.collect()).await;
        let body = body.map_err(|error| ExchangeError::Broke(error.to_string()))?.to_bytes();
        if working.0.is_some() {
            self.line = Some(Line { sender, working });
        }
        Ok(body)
    }

    /// The connection that was used before, if it is still there, or another one.
    async fn line(&mut self) -> Result<Line, ExchangeError> {
        if let Some(mut line) = self.line.take()
            && line.working.during(line.sender.ready()).await.is_ok()
        {
            return Ok(line);
        }
        let stream = self.address.byte_stream().await.map_err(broke)?;
        let made = http1::handshake(TokioIo::new(stream)).await;
        let (sender, connection) = made.map_err(broke)?;
        // What is wrong with it is told by the request.
        let working = Working(Some(connection.map(drop).boxed()));
        Ok(Line { sender, working })
    }
}

impl Working {
    /// Waits for something that needs the bytes to move.
    async fn during<T>(&mut self, wait: impl Future<Output = T>) -> T {
        let mut wait = pin!(wait);
        if let Some(working) = &mut self.0 {
            tokio::select! {
                biased;
                // First, so that the end of a connection that was not used for a while is seen.
                () = working => {}
                done = &mut wait => return done,
            }
            self.0 = None;
        }
        // What has come is there, or it is known that it will not come.
        wait.await
    }
}

/// Whether it is our server that has answered, and well.
fn check(url: &str, answer: &Response<Incoming>) -> Result<(), ExchangeError> {
    let status = answer.status();
    let is_ours = answer.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == POLL_CONTENT_TYPE);
    if status == StatusCode::OK && is_ours {
        return Ok(());
    }
    let text = format!("{url} answers a poll with {status}");
    let may_pass = status.is_server_error()
        || matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS);
    if may_pass { Err(ExchangeError::Broke(text)) } else { Err(ExchangeError::Refused(text)) }
}

fn broke(error: impl std::fmt::Display) -> ExchangeError {
    ExchangeError::Broke(error.to_string())
}
