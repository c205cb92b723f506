//! What happened, for tests to look at: every request, what was answered, and how far it came.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use model::usage::TokenCounts;
use tokio::sync::watch;

/// Of more requests than this the oldest are forgotten.
const MAX_KEPT: usize = 1_000;

/// One request and its answer.
#[derive(Debug)]
pub struct Exchange {
    /// The number of the request, from 1.
    pub number: u64,
    /// The method.
    pub method: Method,
    /// The path.
    pub path: String,
    /// The query.
    pub query: Option<String>,
    /// The headers, as they came.
    pub headers: HeaderMap,
    /// SHA-256 of the body, in hex.
    pub body_sha256: String,
    /// The body, if the configuration keeps bodies.
    pub body: Option<Bytes>,
    /// The key, without `Bearer`, from whichever place had one.
    pub key: Option<String>,
    outcome: OnceLock<Outcome>,
    events_sent: AtomicUsize,
    delivered: watch::Sender<Delivered>,
}

/// How far an answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivered {
    /// It is under way.
    Pending,
    /// All of it was handed to the connection.
    Complete,
    /// A fault cut it off.
    Cut,
    /// The client went away.
    Aborted,
}

#[derive(Debug)]
struct Outcome {
    status: StatusCode,
    tokens: TokenCounts,
}

/// What a request looked like when it came.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: Option<String>,
    pub(super) headers: HeaderMap,
    pub(super) body_sha256: String,
    pub(super) body: Option<Bytes>,
    pub(super) key: Option<String>,
}

impl Exchange {
    /// The status of the answer, once it is decided.
    pub fn status(&self) -> Option<StatusCode> {
        self.outcome.get().map(|outcome| outcome.status)
    }

    /// What a complete answer uses, to the token; nothing where the call is free or refused.
    pub fn tokens(&self) -> Option<TokenCounts> {
        self.outcome.get().map(|outcome| outcome.tokens)
    }

    /// How many events of a stream, or bodies, were handed to the connection.
    pub fn events_sent(&self) -> usize {
        self.events_sent.load(Ordering::Relaxed)
    }

    /// How far the answer has come.
    pub fn delivered(&self) -> Delivered {
        *self.delivered.borrow()
    }

    /// Waits until nothing more is sent.
    pub async fn settled(&self) -> Delivered {
        let mut delivered = self.delivered.subscribe();
        match delivered.wait_for(|delivered| *delivered != Delivered::Pending).await {
            Ok(delivered) => *delivered,
            // The sender is a part of `self`.
            Err(_) => Delivered::Aborted,
        }
    }

    pub(super) fn decide(&self, status: StatusCode, tokens: TokenCounts) {
        // Decided once, by the one task that answers.
        let _ = self.outcome.set(Outcome { status, tokens });
    }

    pub(super) fn event_sent(&self) {
        self.events_sent.fetch_add(1, Ordering::Relaxed);
    }

    /// The first word on how it ended is the last.
    pub(super) fn settle(&self, ending: Delivered) {
        self.delivered.send_if_modified(|delivered| {
            let first = *delivered == Delivered::Pending;
            if first {
                *delivered = ending;
            }
            first
        });
    }
}

/// The requests so far.
#[derive(Debug)]
pub(super) struct Records {
    kept: Mutex<VecDeque<Arc<Exchange>>>,
    counted: watch::Sender<u64>,
}

impl Default for Records {
    fn default() -> Self {
        Self { kept: Mutex::default(), counted: watch::Sender::new(0) }
    }
}

impl Records {
    pub(super) fn all(&self) -> Vec<Arc<Exchange>> {
        self.kept().iter().cloned().collect()
    }

    pub(super) fn counted(&self) -> watch::Receiver<u64> {
        self.counted.subscribe()
    }

    pub(super) fn add(&self, arrival: Arrival) -> Arc<Exchange> {
        let mut kept = self.kept();
        let number = *self.counted.borrow() + 1;
        let exchange = Arc::new(Exchange {
            number,
            method: arrival.method,
            path: arrival.path,
            query: arrival.query,
            headers: arrival.headers,
            body_sha256: arrival.body_sha256,
            body: arrival.body,
            key: arrival.key,
            outcome: OnceLock::new(),
            events_sent: AtomicUsize::new(0),
            delivered: watch::Sender::new(Delivered::Pending),
        });
        if kept.len() == MAX_KEPT {
            kept.pop_front();
        }
        kept.push_back(exchange.clone());
        self.counted.send_replace(number);
        exchange
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<Arc<Exchange>>> {
        // Nothing that is done under the lock can leave the queue half changed.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
