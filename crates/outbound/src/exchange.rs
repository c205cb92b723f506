//! One request on a connection of its own, and what is read of its answer.

use bytes::Bytes;
use http::header::{CONNECTION, HOST};
use http::uri::PathAndQuery;
use http::{HeaderName, Method, Request, Response, Uri};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http1;

use crate::connector::Stream;

/// A request to `uri` with these header fields beside those that every request has.
pub(crate) fn request(
    method: Method,
    uri: &Uri,
    headers: Vec<(HeaderName, String)>,
    body: Bytes,
) -> Result<Request<Full<Bytes>>, http::Error> {
    let host = uri.authority().map_or("", |authority| authority.as_str());
    let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let mut request =
        Request::builder().method(method).uri(path).header(HOST, host).header(CONNECTION, "close");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.body(Full::new(body))
}

/// Writes the request and reads of the answer what `read` wants. The connection is worked on here
/// and nowhere else, so that nothing is left of it afterwards.
pub(crate) async fn exchange<T, E, F>(
    stream: Stream,
    request: Request<Full<Bytes>>,
    most_head_bytes: usize,
    read: impl FnOnce(Response<Incoming>) -> F,
) -> Result<T, E>
where
    E: From<hyper::Error>,
    F: Future<Output = Result<T, E>>,
{
    let mut builder = http1::Builder::new();
    builder.max_buf_size(most_head_bytes);
    let (mut sender, connection) = builder.handshake(stream).await?;
    let mut connection = std::pin::pin!(connection);
    let mut answer = std::pin::pin!(async { read(sender.send_request(request).await?).await });
    tokio::select! {
        biased;
        answer = &mut answer => return answer,
        // It has ended, which the request is told.
        _ = &mut connection => {}
    }
    answer.await
}
