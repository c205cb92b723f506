//! One request and the head of its answer, on a connection of its own.
//!
//! The receiver is anybody's, and its answer is trusted with nothing: only the status is taken. The
//! body is never read, so that it can neither be endless nor tell what it should not; a redirect is
//! an answer like any other; and one deadline is over all of it, however slowly it drips.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONNECTION, HOST, RETRY_AFTER};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, Method, Request, Response, StatusCode, Uri};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http1;

use crate::connector::{ConnectError, Connector, Stream};

/// The largest head of an answer, in bytes. It has at most 100 header fields, hyper's own limit.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// What is posted.
#[derive(Debug)]
pub struct Post {
    /// Where to.
    pub uri: Uri,
    /// Header fields beside those that every request has.
    pub headers: Vec<(HeaderName, String)>,
    /// The body.
    pub body: Bytes,
}

/// What was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// The status.
    pub status: StatusCode,
    /// For how long the receiver wants to be left alone.
    pub retry_after: Option<Duration>,
}

/// Nothing was answered.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// There was no connection.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The request cannot be written down.
    #[error("write the request")]
    Request(#[source] http::Error),
    /// The connection broke, or what came was not proper HTTP.
    #[error("read the answer")]
    Answer(#[source] hyper::Error),
    /// It took too long.
    #[error("no answer in time")]
    TimedOut,
}

/// Posts to where `connector` may connect, and waits for the head of the answer. `within` is for
/// all of it. When this is dropped, the connection is closed.
pub async fn post(
    connector: &Connector,
    post: Post,
    within: Duration,
) -> Result<Answered, PostError> {
    let answered = tokio::time::timeout(within, send(connector, post)).await;
    answered.unwrap_or(Err(PostError::TimedOut))
}

async fn send(connector: &Connector, post: Post) -> Result<Answered, PostError> {
    let uri = post.uri.clone();
    let request = request(post).map_err(PostError::Request)?;
    let stream = connector.connect(&uri).await?;
    let answer = exchange(stream, request).await.map_err(PostError::Answer)?;
    Ok(Answered { status: answer.status(), retry_after: retry_after(answer.headers()) })
}

/// Writes the request and reads until the head of the answer is there. The connection is worked on
/// here and nowhere else, so that nothing is left of it afterwards.
async fn exchange(
    stream: Stream,
    request: Request<Full<Bytes>>,
) -> Result<Response<Incoming>, hyper::Error> {
    let mut builder = http1::Builder::new();
    builder.max_buf_size(MAX_HEAD_BYTES);
    let (mut sender, connection) = builder.handshake(stream).await?;
    let mut connection = std::pin::pin!(connection);
    let mut answer = std::pin::pin!(sender.send_request(request));
    tokio::select! {
        biased;
        answer = &mut answer => return answer,
        // It has ended, which the request is told.
        _ = &mut connection => {}
    }
    answer.await
}

fn request(post: Post) -> Result<Request<Full<Bytes>>, http::Error> {
    let host = post.uri.authority().map_or("", |authority| authority.as_str());
    let path = post.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(HOST, host)
        .header(CONNECTION, "close");
    for (name, value) in post.headers {
        request = request.header(name, value);
    }
    request.body(Full::new(post.body))
}

/// Only in seconds; a date would need a clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests;
