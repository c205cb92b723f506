//! One request and the head of its answer, on a connection of its own.
//!
//! The receiver is anybody's, and its answer is trusted with nothing: only the status is taken, and of
//! the body no more than the caller asks for, so that it is not endless; a redirect is an answer like
//! any other; and one deadline is over all of it, however slowly it drips.

use std::time::Duration;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderName, Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;

use crate::connector::{ConnectError, Connector, Stream};
use crate::exchange::{exchange, request};

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
    Answer(#[from] hyper::Error),
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

/// The same for receivers that say only in the body what they think of it. Answers the body too;
/// nothing where it is longer than `most_bytes` or breaks off, because half of one says nothing.
pub async fn post_and_read(
    connector: &Connector,
    post: Post,
    within: Duration,
    most_bytes: usize,
) -> Result<(Answered, Option<Bytes>), PostError> {
    let sending = async {
        let (stream, request) = open(connector, post).await?;
        exchange(stream, request, MAX_HEAD_BYTES, async |answer| {
            let head = head(&answer);
            let body = Limited::new(answer.into_body(), most_bytes).collect().await;
            Ok((head, body.ok().map(http_body_util::Collected::to_bytes)))
        })
        .await
    };
    tokio::time::timeout(within, sending).await.unwrap_or(Err(PostError::TimedOut))
}

async fn send(connector: &Connector, post: Post) -> Result<Answered, PostError> {
    let (stream, request) = open(connector, post).await?;
    exchange(stream, request, MAX_HEAD_BYTES, async |answer| Ok(head(&answer))).await
}

async fn open(
    connector: &Connector,
    post: Post,
) -> Result<(Stream, Request<Full<Bytes>>), PostError> {
    let Post { uri, headers, body } = post;
    let request = request(Method::POST, &uri, headers, body).map_err(PostError::Request)?;
    Ok((connector.connect(&uri).await?, request))
}

fn head(answer: &Response<Incoming>) -> Answered {
    Answered { status: answer.status(), retry_after: retry_after(answer.headers()) }
}

/// Only in seconds; a date would need a clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests;
