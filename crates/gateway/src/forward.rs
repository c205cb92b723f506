//! Phase 6: to the upstream and back, as far as the head of the answer.
//!
//! Connections are HTTP/1.1, one call each at a time, kept for the next one. So an answer that
//! nobody reads holds back no other, ending a call ends exactly its connection, and the number of
//! calls to one upstream is not bounded by what it allows on one connection.

use std::error::Error as StdError;
use std::fmt::Write as _;
use std::future::Future;
use std::time::Duration;

use http::{HeaderMap, Request, Response, header};
use hyper::body::Incoming;
use hyper_util::client::legacy::{self, Client};
use hyper_util::rt::TokioTimer;
use outbound::Connector;
use providers::Refusal;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::authenticate::Caller;
use crate::choose_key::Key;
use crate::gateway::Inner;
use crate::request_body::Outgoing;
use crate::settle::Attempt;

/// How long a connection is kept for the next call: shorter than servers keep theirs, so that
/// they do not close it just when it is used.
const KEPT_FOR: Duration = Duration::from_secs(30);

/// How many connections to one upstream are kept.
const KEPT: usize = 64;

/// The largest head of an answer, in bytes. It has at most 100 header fields, which is hyper's own
/// limit: only for that it needs no memory for each answer.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// The head of an answer, its body, and the attempt, unless the call is free.
pub(crate) struct Answered {
    pub(crate) response: Response<Incoming>,
    pub(crate) attempt: Option<Attempt>,
}

/// Connections to upstreams.
pub(crate) struct Upstreams {
    client: Client<Connector, Outgoing>,
    tasks: TaskTracker,
    closing: CancellationToken,
}

/// Runs the tasks of connections, so that they end with the gateway.
#[derive(Clone)]
struct Tasks {
    tasks: TaskTracker,
    closing: CancellationToken,
}

/// What went wrong, and whether the upstream may have done the work all the same.
#[derive(Debug)]
pub(crate) enum Failure {
    /// There was no connection, and so nothing was used.
    Unreached(Refusal),
    /// Nothing was used.
    Nothing(Refusal),
    /// That is not known.
    Unknown(Refusal),
}

impl Failure {
    /// What the client hears of it.
    pub(crate) fn into_refusal(self) -> Refusal {
        match self {
            Self::Unreached(refusal) | Self::Nothing(refusal) | Self::Unknown(refusal) => refusal,
        }
    }
}

impl Answered {
    /// Takes a refusal of the upstream for what it is: nothing was used, and nobody reads on.
    pub(crate) fn give_up(self) {
        if let Some(attempt) = self.attempt {
            attempt.refused();
        }
    }
}

/// Sends a request and waits for the head of its answer, for as long as the limits allow and the
/// token lives.
pub(crate) async fn forward(
    gateway: &Inner,
    caller: &Caller,
    key: &Key,
    request: Request<Outgoing>,
    mut attempt: Option<Attempt>,
) -> Result<Answered, Failure> {
    let sent = gateway.upstreams.send(request);
    let response = tokio::select! {
        biased;
        // Dropping what was sent ends the call upstream.
        () = caller.live.ended.cancelled() => Err(Failure::Unknown(gateway.ended())),
        response = tokio::time::timeout(gateway.limits.answer_begins_within, sent) => {
            judge(response, key, attempt.as_mut())
        }
    };
    match response {
        Ok(response) => Ok(Answered { response, attempt }),
        // The attempt's record stays the estimate that it began with.
        Err(failure @ Failure::Unknown(_)) => Err(failure),
        Err(failure) => {
            if let Some(attempt) = attempt {
                attempt.refused();
            }
            Err(failure)
        }
    }
}

fn judge(
    response: Result<Result<Response<Incoming>, legacy::Error>, tokio::time::error::Elapsed>,
    key: &Key,
    attempt: Option<&mut Attempt>,
) -> Result<Response<Incoming>, Failure> {
    let provider = key.provider.clone();
    let Ok(response) = response else {
        return Err(Failure::Unknown(Refusal::UpstreamTimeout { provider }));
    };
    let response = response.map_err(|error| failure(&error, key))?;
    let status = response.status();
    if let Some(attempt) = attempt {
        attempt.answered(status);
    }
    let unusable = |problem| Refusal::UpstreamUnusable { provider, problem };
    // Where a redirect leads was not chosen by the administrator (S88).
    if status.is_redirection() {
        return Err(Failure::Nothing(unusable("it redirects to another address")));
    }
    if status.is_informational() {
        return Err(Failure::Unknown(unusable("it changes the protocol")));
    }
    // What is compressed can be neither read for usage nor searched for the key.
    if is_encoded(response.headers()) {
        return Err(Failure::Unknown(unusable("it is compressed although nobody asked for that")));
    }
    Ok(response)
}

fn failure(error: &legacy::Error, key: &Key) -> Failure {
    let provider = key.provider.clone();
    tracing::warn!(
        %provider,
        provider_key.id = %key.id,
        error = chain(error),
        "a model call failed upstream"
    );
    if error.is_connect() {
        return Failure::Unreached(Refusal::UpstreamUnreachable { provider });
    }
    let problem = if is_unreadable(error) { "it is not proper HTTP" } else { "it broke off" };
    Failure::Unknown(Refusal::UpstreamUnusable { provider, problem })
}

fn is_unreadable(error: &legacy::Error) -> bool {
    let hyper = error.source().and_then(|source| source.downcast_ref::<hyper::Error>());
    hyper.is_some_and(hyper::Error::is_parse)
}

/// Whether a body is in a form that was not asked for.
pub(crate) fn is_encoded(headers: &HeaderMap) -> bool {
    let encodings = headers.get_all(header::CONTENT_ENCODING);
    encodings.iter().any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// An error with its causes. They name addresses and what went wrong there, no content.
pub(crate) fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        // Writing to a string does not fail.
        let _ = write!(text, ": {cause}");
        source = cause.source();
    }
    text
}

impl Upstreams {
    /// Sends a request and waits for the head of its answer.
    pub(crate) async fn send(
        &self,
        request: Request<Outgoing>,
    ) -> Result<Response<Incoming>, legacy::Error> {
        self.client.request(request).await
    }

    /// Connects through `connector`, and nowhere else.
    pub(crate) fn new(connector: Connector) -> Self {
        let (tasks, closing) = (TaskTracker::new(), CancellationToken::new());
        let executor = Tasks { tasks: tasks.clone(), closing: closing.clone() };
        let client = Client::builder(executor)
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(KEPT_FOR)
            .pool_max_idle_per_host(KEPT)
            .http1_max_buf_size(MAX_HEAD_BYTES)
            .build(connector);
        Self { client, tasks, closing }
    }

    /// Ends every connection.
    pub(crate) async fn close(&self) {
        self.closing.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Drop for Upstreams {
    fn drop(&mut self) {
        self.closing.cancel();
    }
}

impl<F> hyper::rt::Executor<F> for Tasks
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, future: F) {
        let closing = self.closing.clone();
        self.tasks.spawn(async move {
            closing.run_until_cancelled(future).await;
        });
    }
}
