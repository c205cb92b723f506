//! One request and the whole of its answer, on a connection of its own: for small answers of somebody
//! whom an administrator has named. What is longer than the caller wants is refused, a redirect is an
//! answer like any other, and one deadline is over all of it.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, Method, Response, StatusCode, Uri};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;

use crate::connector::{ConnectError, Connector};
use crate::exchange::{exchange, request};

/// The largest head of an answer, in bytes.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// What is asked. It may hold credentials, and so cannot be printed.
pub struct Fetch {
    /// How.
    pub method: Method,
    /// Where.
    pub uri: Uri,
    /// Header fields beside those that every request has.
    pub headers: Vec<(HeaderName, String)>,
    /// The body; empty for none.
    pub body: Bytes,
}

/// What was answered. It may hold tokens, and so cannot be printed.
pub struct Fetched {
    /// The status.
    pub status: StatusCode,
    /// The body.
    pub body: Bytes,
}

/// Nothing was answered, or nothing that is taken.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// There was no connection.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The request cannot be written down.
    #[error("write the request")]
    Request(#[source] http::Error),
    /// The connection broke, or what came was not proper HTTP.
    #[error("read the answer")]
    Answer(#[from] hyper::Error),
    /// The body is longer than the caller takes, or broke off.
    #[error("read the body of the answer: {0}")]
    Body(String),
    /// It took too long.
    #[error("no answer in time")]
    TimedOut,
}

/// Asks where `connector` may connect, and reads at most `most_bytes` of an answer. `within` is for
/// all of it. When this is dropped, the connection is closed.
pub async fn fetch(
    connector: &Connector,
    fetch: Fetch,
    within: Duration,
    most_bytes: usize,
) -> Result<Fetched, FetchError> {
    let answered = tokio::time::timeout(within, send(connector, fetch, most_bytes)).await;
    answered.unwrap_or(Err(FetchError::TimedOut))
}

async fn send(
    connector: &Connector,
    fetch: Fetch,
    most_bytes: usize,
) -> Result<Fetched, FetchError> {
    let Fetch { method, uri, headers, body } = fetch;
    let request = request(method, &uri, headers, body).map_err(FetchError::Request)?;
    let stream = connector.connect(&uri).await?;
    exchange(stream, request, MAX_HEAD_BYTES, |answer| whole(answer, most_bytes)).await
}

async fn whole(answer: Response<Incoming>, most_bytes: usize) -> Result<Fetched, FetchError> {
    let status = answer.status();
    let body = Limited::new(answer.into_body(), most_bytes).collect().await;
    let body = body.map_err(|error| match error.downcast_ref::<LengthLimitError>() {
        Some(_) => FetchError::Body(format!("it is longer than {most_bytes} bytes")),
        None => FetchError::Body(error.to_string()),
    })?;
    Ok(Fetched { status, body: body.to_bytes() })
}
