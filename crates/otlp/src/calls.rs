//! The queue between calls and the task that tells of them. A call never waits for it: what finds
//! it full is counted and not told.

use std::sync::Arc;

use http::HeaderMap;
use metrics::{Counter, Exposition, Kind};
use model::usage::UsageRecord;
use tokio::sync::mpsc;

/// Calls that may wait to be told.
pub(crate) const QUEUE: usize = 4_096;

/// The longest context that is taken from a client: that of the only version there is.
const TRACEPARENT_BYTES: usize = 55;

/// What a call does, as the conventions name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Chat completions, Responses, Messages.
    Chat,
    /// Embeddings.
    Embeddings,
    /// Gemini's `generateContent`, streamed or not.
    GenerateContent,
}

/// The span of the client that a call belongs to, as the client says (`traceparent` of W3C Trace
/// Context).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent(pub(crate) String);

/// An attempt to call a model that has ended.
#[derive(Debug, Clone)]
pub struct ModelCall {
    /// What it did.
    pub operation: Operation,
    /// Whose part it is, if the client says so.
    pub parent: Option<Parent>,
    /// The attempt.
    pub record: UsageRecord,
}

/// The way of calls to the task. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Calls {
    pub(crate) queue: mpsc::Sender<ModelCall>,
    pub(crate) counts: Arc<Counts>,
}

/// What became of calls and of what was posted.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    told: Counter,
    dropped: Counter,
    pub(crate) posted: Counter,
    pub(crate) not_posted: Counter,
}

impl Operation {
    /// The word of the conventions.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Embeddings => "embeddings",
            Self::GenerateContent => "generate_content",
        }
    }
}

impl Parent {
    /// Finds it among the headers of a call.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let text = headers.get("traceparent")?.to_str().ok()?;
        (text.len() == TRACEPARENT_BYTES).then(|| Self(text.to_owned()))
    }
}

impl Calls {
    /// Tells of a call, as soon as there is time.
    pub fn ended(&self, call: ModelCall) {
        match self.queue.try_send(call) {
            Ok(()) => self.counts.told.increment(),
            Err(_) => self.counts.dropped.increment(),
        }
    }

    /// Writes down what became of it.
    pub fn write_metrics(&self, into: &mut Exposition) {
        into.gauge(
            "gantline_telemetry_queue_length",
            "Model calls that wait to be told to the collector.",
            (self.queue.max_capacity() - self.queue.capacity()) as u64,
        );
        into.family(
            Kind::Counter,
            "gantline_telemetry_calls_total",
            "Model calls for the collector: told, or dropped because too many waited.",
        )
        .count(&[("result", "told")], self.counts.told.total())
        .count(&[("result", "dropped")], self.counts.dropped.total());
        into.family(
            Kind::Counter,
            "gantline_telemetry_posts_total",
            "Requests to the collector, by whether it took them.",
        )
        .count(&[("result", "taken")], self.counts.posted.total())
        .count(&[("result", "failed")], self.counts.not_posted.total());
    }
}
