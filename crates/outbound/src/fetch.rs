//! One request and the whole of its answer, on a connection of its own: for small answers of somebody
//! whom an administrator has named. What is longer than the caller wants is refused, a redirect is an
//! answer like any other, and one deadline is over all of it.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONNECTION, HOST};
use http::uri::PathAndQuery;
use http::{HeaderName, Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::client::conn::http1;

use crate::connector::{ConnectError, Connector, Stream};

/// The largest head of an answer, in bytes.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// What is asked.
#[derive(Debug)]
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

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    Answer(#[source] hyper::Error),
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
    let uri = fetch.uri.clone();
    let request = request(fetch).map_err(FetchError::Request)?;
    let stream = connector.connect(&uri).await?;
    exchange(stream, request, most_bytes).await
}

/// The connection is worked on here and nowhere else, so that nothing is left of it afterwards.
async fn exchange(
    stream: Stream,
    request: Request<Full<Bytes>>,
    most_bytes: usize,
) -> Result<Fetched, FetchError> {
    let mut builder = http1::Builder::new();
    builder.max_buf_size(MAX_HEAD_BYTES);
    let (mut sender, connection) = builder.handshake(stream).await.map_err(FetchError::Answer)?;
    let answer = async {
        let answer = sender.send_request(request).await.map_err(FetchError::Answer)?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), most_bytes).collect().await;
        let body = body.map_err(|error| match error.downcast_ref::<LengthLimitError>() {
            Some(_) => FetchError::Body(format!("it is longer than {most_bytes} bytes")),
            None => FetchError::Body(error.to_string()),
        })?;
        Ok(Fetched { status, body: body.to_bytes() })
    };
    let mut connection = std::pin::pin!(connection);
    let mut answer = std::pin::pin!(answer);
    tokio::select! {
        biased;
        answer = &mut answer => return answer,
        // It has ended, which the request is told.
        _ = &mut connection => {}
    }
    answer.await
}

fn request(fetch: Fetch) -> Result<Request<Full<Bytes>>, http::Error> {
    let host = fetch.uri.authority().map_or("", |authority| authority.as_str());
    let path = fetch.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let mut request = Request::builder()
        .method(fetch.method)
        .uri(path)
        .header(HOST, host)
        .header(CONNECTION, "close");
    for (name, value) in fetch.headers {
        request = request.header(name, value);
    }
    request.body(Full::new(fetch.body))
}
