//! The way to the collector: the server's guarded way out, allowed to connect to the collector that
//! the operator has named and to nothing else.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{Request, Response, Uri};
use opentelemetry_http::{HttpClient, HttpError};
use outbound::{Answered, Connector, Guard, Post, PostError, post};
use tokio::runtime::Handle;

use crate::calls::Counts;

/// How long a connection may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// How long a request may take. The SDK has a limit of its own (`OTEL_EXPORTER_OTLP_TIMEOUT`)
/// for all tries of one batch.
const POST_WITHIN: Duration = Duration::from_secs(30);

/// Posts what the SDK has encoded.
#[derive(Clone)]
pub(crate) struct Client {
    connector: Connector,
    /// The SDK asks from threads of its own, on which no connection could be made.
    runtime: Handle,
    counts: Arc<Counts>,
    /// Whether the last request failed: said once, not every few seconds.
    is_failing: Arc<AtomicBool>,
}

impl Client {
    /// A client for these collectors, whose requests are made on the current runtime.
    pub(crate) fn new<'a>(collectors: impl Iterator<Item = &'a Uri>, counts: Arc<Counts>) -> Self {
        let hosts = collectors.filter_map(|uri| uri.authority().map(ToString::to_string));
        Self {
            connector: Connector::new(Guard::new(hosts), CONNECT_WITHIN),
            runtime: Handle::current(),
            counts,
            is_failing: Arc::default(),
        }
    }

    fn note(&self, uri: &Uri, problem: Option<&dyn fmt::Display>) {
        let was_failing = self.is_failing.swap(problem.is_some(), Ordering::Relaxed);
        match problem {
            None => self.counts.posted.increment(),
            Some(_) => self.counts.not_posted.increment(),
        }
        let collector = uri.host();
        match problem {
            Some(problem) if !was_failing => {
                tracing::warn!(collector, %problem, "the collector takes no telemetry");
            }
            None if was_failing => tracing::info!(collector, "the collector takes telemetry again"),
            _ => {}
        }
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let headers = parts.headers.iter().filter_map(|(name, value)| {
            let value = value.to_str().ok()?;
            Some((name.clone(), value.to_owned()))
        });
        let uri = parts.uri.clone();
        let what = Post { uri: parts.uri, headers: headers.collect(), body };
        let connector = self.connector.clone();
        let posting = self.runtime.spawn(async move { post(&connector, what, POST_WITHIN).await });
        let answered = posting.await?;
        self.note(&uri, problem(&answered).as_deref().map(|problem| problem as _));
        response(answered?)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

fn problem(answered: &Result<Answered, PostError>) -> Option<Box<dyn fmt::Display + Send>> {
    match answered {
        Ok(answered) if answered.status.is_success() => None,
        Ok(answered) => Some(Box::new(answered.status)),
        Err(error) => Some(Box::new(error.to_string())),
    }
}

/// As much of the answer as the SDK needs to know whether to try again.
fn response(answered: Answered) -> Result<Response<Bytes>, HttpError> {
    let mut response = Response::builder().status(answered.status);
    if let Some(after) = answered.retry_after {
        response = response.header(RETRY_AFTER, after.as_secs());
    }
    Ok(response.body(Bytes::new())?)
}
