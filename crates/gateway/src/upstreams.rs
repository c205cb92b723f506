//! Connections to upstreams, HTTP/1.1, one call each at a time, kept for the next one.
//!
//! So an answer that nobody reads holds back no other, ending a call ends exactly its connection,
//! and the number of calls to one upstream is not bounded by what it allows on one connection.
//!
//! Whoever waits for an answer works on its connection, and nobody else does: a piece of an answer
//! wakes one task and not two. A connection that is kept is not worked on at all; whether it still
//! stands is found out when it is taken for a call.

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::header::HOST;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Request, Response, Uri};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, Connection, SendRequest};
use model::{Clock, Tick};
use outbound::connector::Stream;
use outbound::{ConnectError, Connector};

use crate::request_body::Outgoing;

/// How long a connection is kept for the next call: shorter than servers keep theirs, so that
/// they do not close it just when it is used.
const KEPT_FOR: Duration = Duration::from_secs(30);

/// How many connections to one upstream are kept.
const KEPT: usize = 64;

/// How often it is seen to that none is kept for longer.
const SWEPT_EVERY: Duration = Duration::from_secs(10);

/// The largest head of an answer, in bytes. It has at most 100 header fields, which is hyper's own
/// limit: only for that it needs no memory for each answer.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// All connections that can be had. They are made through one [`Connector`], and in no other way.
pub(crate) struct Upstreams {
    connector: Connector,
    kept: Arc<Kept>,
}

/// The body of an answer. It works on its connection when it is read, hands it on to the next call
/// when it was read to its end, and closes it when it is dropped before.
pub(crate) struct Answer {
    incoming: Incoming,
    line: Option<Box<Line>>,
    over: bool,
    origin: Origin,
    kept: Arc<Kept>,
}

/// There is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    /// Nor a connection, so nothing was sent.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The connection broke, or what came on it was not proper HTTP. The request may have arrived.
    #[error("the exchange with the upstream failed")]
    Exchange(#[source] hyper::Error),
}

/// Where a connection leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Origin {
    scheme: Option<Scheme>,
    authority: Option<Authority>,
}

/// The connections that no call uses.
struct Kept {
    clock: Arc<dyn Clock>,
    /// The one that was used last comes last; `None` once nothing is kept any more.
    lines: Mutex<Option<HashMap<Origin, Vec<KeptLine>>>>,
}

struct KeptLine {
    line: Box<Line>,
    until: Tick,
}

/// One connection.
struct Line {
    sender: SendRequest<Outgoing>,
    /// `None` once it has ended.
    connection: Option<Connection<Stream, Outgoing>>,
}

/// A connection that ended without an answer.
struct Unanswered {
    error: hyper::Error,
    /// The request, where nothing of it has left.
    unsent: Option<Request<Outgoing>>,
}

impl Upstreams {
    pub(crate) fn new(connector: Connector, clock: Arc<dyn Clock>) -> Self {
        let kept = Kept { clock, lines: Mutex::new(Some(HashMap::new())) };
        Self { connector, kept: Arc::new(kept) }
    }

    /// Sends a request, whose address is absolute, and waits for the head of its answer. Dropping
    /// this ends the call.
    pub(crate) async fn send(
        &self,
        mut request: Request<Outgoing>,
    ) -> Result<Response<Answer>, SendError> {
        let uri = std::mem::take(request.uri_mut());
        let origin = Origin::of(&uri);
        address(&mut request, &uri);
        while let Some(line) = self.kept.take(&origin) {
            match line.ask(request).await {
                Ok((response, line)) => return Ok(self.answer(response, line, origin)),
                // It ended just now, and the next one is as good.
                Err(Unanswered { unsent: Some(unsent), .. }) => request = unsent,
                Err(Unanswered { error, .. }) => return Err(SendError::Exchange(error)),
            }
        }
        // Seldom, and large: what waits for an answer should not carry it.
        let line = Box::pin(self.connect(&uri)).await?;
        let answered = line.ask(request).await;
        let (response, line) = answered.map_err(|none| SendError::Exchange(none.error))?;
        Ok(self.answer(response, line, origin))
    }

    async fn connect(&self, uri: &Uri) -> Result<Box<Line>, SendError> {
        let stream = self.connector.connect(uri).await?;
        let mut builder = http1::Builder::new();
        builder.max_buf_size(MAX_HEAD_BYTES);
        let shaken = builder.handshake(stream).await;
        let (sender, connection) = shaken.map_err(SendError::Exchange)?;
        Ok(Box::new(Line { sender, connection: Some(connection) }))
    }

    fn answer(
        &self,
        response: Response<Incoming>,
        line: Box<Line>,
        origin: Origin,
    ) -> Response<Answer> {
        let kept = self.kept.clone();
        response.map(|incoming| Answer { incoming, line: Some(line), over: false, origin, kept })
    }

    /// Closes what was kept for too long, again and again.
    pub(crate) async fn watch(&self) {
        loop {
            tokio::time::sleep(SWEPT_EVERY).await;
            self.kept.sweep();
        }
    }

    /// Closes what is kept, and keeps nothing from now on.
    pub(crate) fn close(&self) {
        let lines = self.kept.lock().take();
        drop(lines);
    }
}

impl Origin {
    fn of(uri: &Uri) -> Self {
        Self { scheme: uri.scheme().cloned(), authority: uri.authority().cloned() }
    }
}

/// Addresses a request as HTTP/1.1 does: the host in a field of its own, and the path alone before
/// all fields (RFC 9112 §3.2.1).
fn address(request: &mut Request<Outgoing>, uri: &Uri) {
    let usual = if uri.scheme() == Some(&Scheme::HTTP) { 80 } else { 443 };
    let host = match (uri.host(), uri.port_u16()) {
        (Some(host), port) if port.is_none_or(|port| port == usual) => host,
        _ => uri.authority().map_or("", Authority::as_str),
    };
    // What a URI's host may consist of, a field may too.
    if let Ok(host) = HeaderValue::from_str(host) {
        request.headers_mut().insert(HOST, host);
    }
    let path = uri.path_and_query().cloned();
    *request.uri_mut() = path.unwrap_or_else(|| PathAndQuery::from_static("/")).into();
}

impl Kept {
    /// The connection that was used last, of those that still stand.
    fn take(&self, origin: &Origin) -> Option<Box<Line>> {
        let now = self.clock.tick();
        loop {
            let kept = self.lock().as_mut()?.get_mut(origin)?.pop()?;
            let mut line = kept.line;
            if now < kept.until && line.is_free() {
                return Some(line);
            }
        }
    }

    fn keep(&self, origin: &Origin, mut line: Box<Line>) {
        if !line.is_free() {
            return;
        }
        let until = self.clock.tick() + KEPT_FOR;
        let mut lines = self.lock();
        let Some(lines) = lines.as_mut() else { return };
        let there = match lines.get_mut(origin) {
            Some(there) => there,
            None => lines.entry(origin.clone()).or_default(),
        };
        if there.len() < KEPT {
            there.push(KeptLine { line, until });
        }
    }

    fn sweep(&self) {
        let now = self.clock.tick();
        let mut lines = self.lock();
        let Some(lines) = lines.as_mut() else { return };
        lines.retain(|_, there| {
            there.retain(|kept| now < kept.until);
            !there.is_empty()
        });
    }

    fn lock(&self) -> MutexGuard<'_, Option<HashMap<Origin, Vec<KeptLine>>>> {
        // Connections are put in and taken out as a whole.
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    /// Sends a request and works on the connection until the head of its answer is there.
    async fn ask(
        mut self: Box<Self>,
        request: Request<Outgoing>,
    ) -> Result<(Response<Incoming>, Box<Self>), Unanswered> {
        let mut answer = pin!(self.sender.try_send_request(request));
        let answer = poll_fn(|context| {
            self.work(context);
            answer.as_mut().poll(context)
        });
        match answer.await {
            Ok(response) => Ok((response, self)),
            Err(mut failed) => {
                let unsent = failed.take_message();
                Err(Unanswered { error: failed.into_error(), unsent })
            }
        }
    }

    /// Reads and writes what can be read and written. A connection that ends says so to whoever
    /// waits for something on it.
    fn work(&mut self, context: &mut Context<'_>) {
        if let Some(connection) = &mut self.connection
            && Pin::new(connection).poll(context).is_ready()
        {
            self.connection = None;
        }
    }

    /// Whether the connection stands, with nothing on it.
    fn is_free(&mut self) -> bool {
        self.work(&mut Context::from_waker(Waker::noop()));
        self.connection.is_some() && self.sender.is_ready()
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let this = self.get_mut();
        if let Some(line) = &mut this.line {
            line.work(context);
        }
        let polled = Pin::new(&mut this.incoming).poll_frame(context);
        if let Poll::Ready(None) = polled {
            this.over = true;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.over || self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        if self.is_end_stream()
            && let Some(line) = self.line.take()
        {
            self.kept.keep(&self.origin, line);
        }
    }
}

#[cfg(test)]
mod tests;
