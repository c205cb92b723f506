//! Asking an agent something on the side, and waiting for the answer.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use conversation::acp::RpcError;
use conversation::acp::message;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::{mpsc, oneshot};

/// The ids of our own questions begin with this; every other id belongs to whoever takes the
/// messages, and their numbers never meet.
const PREFIX: &str = "gantline-";

/// Questions that may wait for their answer.
const MAX_OPEN_CALLS: usize = 64;

/// The speaking end of a connection. Clones speak to the same agent.
#[derive(Debug, Clone)]
pub struct Peer {
    outgoing: mpsc::Sender<Box<RawValue>>,
    answers: Answers,
    next: Arc<AtomicU64>,
}

/// A question was not answered.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The agent is gone.
    #[error("the agent has ended")]
    Ended,
    /// The agent did not answer in time; it was told that the answer is not wanted any more.
    #[error("the agent did not answer {method} within {within:?}")]
    Unanswered {
        /// What was asked.
        method: String,
        /// How long it had.
        within: Duration,
    },
    /// Too many questions wait.
    #[error("{MAX_OPEN_CALLS} questions wait for the agent already")]
    TooMany,
    /// The agent answered with an error.
    #[error("{}", .0.for_people())]
    Refused(RpcError),
}

impl CallError {
    /// Whether the same question may be answered later.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Unanswered { .. } | Self::TooMany)
    }
}

impl Peer {
    pub(super) fn new(outgoing: mpsc::Sender<Box<RawValue>>, answers: Answers) -> Self {
        Self { outgoing, answers, next: Arc::default() }
    }

    /// Writes a message as it is. Waits while too many wait to be written; false when the agent
    /// does not read any more.
    pub async fn send(&self, message: Box<RawValue>) -> bool {
        self.outgoing.send(message).await.is_ok()
    }

    /// Asks and waits for the answer. Somebody must be taking in messages meanwhile. If the future
    /// is dropped, the agent is told that the answer is not wanted any more.
    pub async fn call(
        &self,
        method: &str,
        params: &Value,
        within: Duration,
    ) -> Result<Value, CallError> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let id = format!("{PREFIX}{number}");
        let answer = self.answers.expect(&id)?;
        let question = OpenCall { peer: self, id: &id };
        if !self.send(request(&id, method, params)).await {
            return Err(CallError::Ended);
        }
        let unanswered = || CallError::Unanswered { method: method.to_owned(), within };
        let answered = tokio::time::timeout(within, answer).await.map_err(|_| unanswered())?;
        drop(question);
        answered.map_err(|_| CallError::Ended)?.map_err(CallError::Refused)
    }
}

/// Takes the question back unless it was answered.
struct OpenCall<'a> {
    peer: &'a Peer,
    id: &'a str,
}

impl Drop for OpenCall<'_> {
    fn drop(&mut self) {
        if self.peer.answers.forget(self.id) {
            let params = serde_json::json!({ "requestId": self.id });
            let message = message::notification("$/cancel_request", &params);
            // Not worth waiting for: the answer is ignored in any case.
            let _ = self.peer.outgoing.try_send(message);
        }
    }
}

/// The questions that wait for their answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Answers(Arc<Mutex<Open>>);

#[derive(Debug, Default)]
struct Open {
    waiting: HashMap<String, oneshot::Sender<Result<Value, RpcError>>>,
    closed: bool,
}

/// Where a line belongs.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Routed {
    /// It was the answer to a question of ours.
    Answer,
    /// It is for whoever takes the messages.
    Message,
    /// It is no message.
    Junk,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default, borrow)]
    id: Option<&'a RawValue>,
    #[serde(default, borrow)]
    method: Option<&'a RawValue>,
    #[serde(default)]
    result: Option<&'a RawValue>,
    #[serde(default)]
    error: Option<RpcError>,
}

impl Answers {
    fn expect(&self, id: &str) -> Result<oneshot::Receiver<Result<Value, RpcError>>, CallError> {
        let (answer, answered) = oneshot::channel();
        let mut open = self.open();
        match (open.closed, open.waiting.len()) {
            (true, _) => Err(CallError::Ended),
            (false, MAX_OPEN_CALLS..) => Err(CallError::TooMany),
            (false, _) => {
                open.waiting.insert(id.to_owned(), answer);
                Ok(answered)
            }
        }
    }

    /// Whether the question was still waiting.
    fn forget(&self, id: &str) -> bool {
        self.open().waiting.remove(id).is_some()
    }

    /// Nothing will be answered any more.
    pub(super) fn close(&self) {
        let mut open = self.open();
        open.closed = true;
        open.waiting.clear();
    }

    /// Delivers the line if it answers a question of ours.
    pub(super) fn route(&self, line: &str) -> Routed {
        let Ok(envelope) = serde_json::from_str::<Envelope<'_>>(line) else { return Routed::Junk };
        let id = envelope.id.and_then(|id| serde_json::from_str::<String>(id.get()).ok());
        let Some(id) = id.filter(|id| envelope.method.is_none() && id.starts_with(PREFIX)) else {
            return Routed::Message;
        };
        if let Some(answer) = self.open().waiting.remove(&id) {
            let result = envelope.result.and_then(|raw| serde_json::from_str(raw.get()).ok());
            // Whoever asked may have gone away a moment ago.
            let _ = answer.send(envelope.error.map_or(Ok(result.unwrap_or_default()), Err));
        }
        Routed::Answer
    }

    fn open(&self) -> std::sync::MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn request(id: &str, method: &str, params: &Value) -> Box<RawValue> {
    let question = serde_json::json!({
        "jsonrpc": "2.0", "id": id, "method": method, "params": params,
    });
    // Writing JSON to memory fails only for keys that are not strings, and this has none.
    serde_json::value::to_raw_value(&question).expect("a question can be written as JSON")
}
