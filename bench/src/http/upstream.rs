//! A model provider that knows one answer, in a process of its own. It says first where it
//! listens.

use std::convert::Infallible;
use std::sync::Arc;

use anyhow::{Context, Result};
use bytes::Bytes;
use futures_util::{Stream, stream};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::call::{events, wants_events, whole};

struct Answers {
    whole: Bytes,
    events: Arc<[Bytes]>,
}

/// Answers until it is killed.
pub(crate) async fn serve() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await.context("listen")?;
    println!("{}", listener.local_addr()?);
    let answers = Arc::new(Answers { whole: whole(), events: events().into() });
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.context("accept")?;
        stream.set_nodelay(true)?;
        let answers = answers.clone();
        let answer = service_fn(move |request| answer(answers.clone(), request));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
        // A caller that hangs up is none of our business.
        connections.spawn(async move { drop(connection.await) });
        while connections.try_join_next().is_some() {}
    }
}

async fn answer(
    answers: Arc<Answers>,
    request: Request<Incoming>,
) -> Result<Response<BoxBody<Bytes, Infallible>>, hyper::Error> {
    let question = request.into_body().collect().await?.to_bytes();
    let (kind, body) = if wants_events(&question) {
        ("text/event-stream", StreamBody::new(one_by_one(answers.events.clone())).boxed())
    } else {
        ("application/json", Full::new(answers.whole.clone()).boxed())
    };
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    Ok(response)
}

/// Events that go out one by one, as fast as they go, not all in one piece.
fn one_by_one(
    events: Arc<[Bytes]>,
) -> impl Stream<Item = Result<Frame<Bytes>, Infallible>> + Send + Sync {
    stream::unfold(0, move |number| {
        let event = events.get(number).cloned();
        async move {
            tokio::task::yield_now().await;
            Some((Ok(Frame::data(event?)), number + 1))
        }
    })
}
