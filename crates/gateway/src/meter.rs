//! Phase 7: the answer's bytes on their way to the client. They pass unchanged (S99), but for the
//! provider's key if it is among them, for a usage chunk that the client did not ask for, and for
//! the name of a model that the client knows by another; usage is read as they pass.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use http_body::{Body as _, SizeHint};
use memchr::memmem;
use model::provider::ProviderName;
use model::{Clock, ExposeSecret, SecretString};
use providers::redact::Redactor;
use providers::{
    Delivery, Framing, ModelNameRestorer, Refusal, Shape, UsageChunkFilter, UsageTap, headers,
};

use crate::authenticate::Caller;
use crate::body::{Body, Broken};
use crate::choose_key::Renamed;
use crate::classify::Asked;
use crate::failover::Forwarded;
use crate::gateway::Inner;
use crate::open_answers::{End, Entry, Flow, Usage};
use crate::prepare::UsageChunk;
use crate::settle::Ending;

/// Shorter keys are those of local servers that want none; they would be found in ordinary text.
const MIN_KEY_BYTES: usize = 12;

/// An answer's body on its way.
pub(crate) struct Metered {
    entry: Entry,
    clock: Arc<dyn Clock>,
    /// How much may still come.
    room_bytes: u64,
    /// How much is still to come, where the upstream has said so.
    coming_bytes: Option<u64>,
    /// How much the client is still to get, where that is known.
    going_bytes: Option<u64>,
    redactor: Option<Redactor>,
    filter: Option<UsageChunkFilter>,
    /// Where the client knows the model by another name.
    restorer: Option<ModelNameRestorer>,
    /// What can be handed out.
    ready: VecDeque<Bytes>,
    stage: Stage,
    provider: ProviderName,
    /// Where the client reads events, the shape in which it is told of an error.
    events: Option<Shape>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// More may come.
    Flowing,
    /// The answer breaks off, and what was said last must reach the client before it does.
    Breaking,
    /// The connection is to be cut.
    Broken,
    Over,
}

/// What happened upstream.
enum Step {
    Came(Bytes),
    Complete,
    BrokeOff,
    Ended(End),
}

/// The answer for the client: the upstream's status, the headers that may pass, and the body,
/// which is read from the upstream as fast as the client takes it.
pub(crate) fn meter(
    gateway: &Inner,
    caller: Caller,
    asked: &Asked,
    forwarded: Forwarded,
) -> Response<Body> {
    let Forwarded { answered, key, usage_chunk } = forwarded;
    let (parts, upstream) = answered.response.into_parts();
    let headers = shown(parts.status, &parts.headers, &key.secret);
    let success = parts.status.is_success();
    let events = (success && is_events(&headers)).then(|| Shape::of(&asked.call));
    let usage = answered.attempt.map(|attempt| Usage {
        attempt,
        tap: success.then(|| UsageTap::new(&asked.call)),
        request_bytes: asked.body_bytes,
    });
    let filtered = usage_chunk == UsageChunk::Unwanted && events.is_some();
    let restorer = key.renamed.as_ref().map(|renamed| restorer(asked, renamed, events));
    let coming_bytes = upstream.size_hint().exact();
    let entry = gateway.answers.open(caller.live, Flow { upstream, usage });
    let metered = Metered {
        entry,
        clock: gateway.clock.clone(),
        room_bytes: gateway.limits.answer_bytes,
        coming_bytes,
        going_bytes: coming_bytes.filter(|_| !filtered && restorer.is_none()),
        redactor: Some(Redactor::new(&key.secret)),
        filter: filtered.then(UsageChunkFilter::default),
        restorer,
        ready: VecDeque::new(),
        stage: Stage::Flowing,
        provider: key.provider.clone(),
        events,
    };
    let mut response = Response::new(Body::metered(metered));
    *response.status_mut() = parts.status;
    *response.headers_mut() = headers;
    response
}

/// Events are rewritten as they pass, and so are the elements of a stream that is one document, as
/// Gemini's is without `alt=sse`; any other document when it is whole.
fn restorer(asked: &Asked, renamed: &Renamed, events: Option<Shape>) -> ModelNameRestorer {
    let wanted = asked.facts.as_ref().map(|facts| asked.call.delivery(facts));
    let framing = match (events, wanted) {
        (Some(_), _) => Framing::Events,
        (None, Some(Delivery::Streamed)) => Framing::Elements,
        (None, _) => Framing::Document,
    };
    ModelNameRestorer::new(&renamed.asked, framing)
}

/// The headers that may pass; one that repeats the key is not among them (S89).
fn shown(status: StatusCode, upstream: &HeaderMap, key: &SecretString) -> HeaderMap {
    let mut shown = headers::answered(upstream);
    if status == StatusCode::UNAUTHORIZED {
        // It is the server's key that is refused, and the client has no other.
        shown.entry("x-should-retry").or_insert(HeaderValue::from_static("false"));
    }
    let key = key.expose_secret().as_bytes();
    let repeats = |value: &[u8]| key.len() >= MIN_KEY_BYTES && memmem::find(value, key).is_some();
    let repeating: Vec<_> = shown
        .iter()
        .filter(|(_, value)| repeats(value.as_bytes()))
        .map(|(name, _)| name.clone())
        .collect();
    for name in repeating {
        shown.remove(name);
    }
    shown
}

fn is_events(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).map(http::HeaderValue::as_bytes);
    content_type.is_some_and(|value| value.starts_with(b"text/event-stream"))
}

impl Metered {
    /// The next bytes for the client.
    pub(crate) fn poll_bytes(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Broken>>> {
        loop {
            if let Some(bytes) = self.ready.pop_front() {
                if let Some(going) = &mut self.going_bytes {
                    *going = going.saturating_sub(bytes.len() as u64);
                }
                return Poll::Ready(Some(Ok(bytes)));
            }
            match self.stage {
                Stage::Flowing => {
                    let step = ready!(self.poll_upstream(context));
                    self.take(step);
                }
                Stage::Breaking => {
                    // Whoever writes to the client sends off what it has when nothing follows at
                    // once, and would throw it away when an error does.
                    self.stage = Stage::Broken;
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Stage::Broken => {
                    self.stage = Stage::Over;
                    return Poll::Ready(Some(Err(Broken)));
                }
                Stage::Over => return Poll::Ready(None),
            }
        }
    }

    /// Whether the client has everything.
    pub(crate) fn is_over(&self) -> bool {
        self.stage == Stage::Over && self.ready.is_empty()
    }

    /// How much the client is still to get.
    pub(crate) fn size_hint(&self) -> SizeHint {
        self.going_bytes.map_or_else(SizeHint::default, SizeHint::with_exact)
    }

    fn poll_upstream(&self, context: &mut Context<'_>) -> Poll<Step> {
        let answer = &self.entry.answer;
        let mut flow = answer.flow();
        let Some(flow) = flow.as_mut() else {
            // While this flows, only somebody outside takes the flow away, and says why.
            return Poll::Ready(Step::Ended(answer.ended().unwrap_or(End::Token)));
        };
        loop {
            let frame = match Pin::new(&mut flow.upstream).poll_frame(context) {
                Poll::Ready(frame) => frame,
                Poll::Pending => {
                    answer.reader.register(context.waker());
                    return Poll::Pending;
                }
            };
            return Poll::Ready(match frame {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(bytes) => {
                        flow.see(&bytes);
                        answer.moved(self.clock.tick());
                        Step::Came(bytes)
                    }
                    // Trailers are nobody's business.
                    Err(_) => continue,
                },
                Some(Err(_)) => Step::BrokeOff,
                None => Step::Complete,
            });
        }
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Came(bytes) if bytes.len() as u64 <= self.room_bytes => self.came(bytes),
            Step::Came(_) => self.break_off(&self.unusable("it is too large")),
            Step::Complete => self.complete(),
            Step::BrokeOff => self.break_off(&self.unusable("it broke off")),
            Step::Ended(End::Token) => self.break_off(&Refusal::TokenEnded),
            Step::Ended(End::Closing) => self.break_off(&Refusal::Unavailable),
            Step::Ended(End::TooLong) => self.break_off(&self.unusable("it takes too long")),
            Step::Ended(End::Still) => {
                let provider = self.provider.clone();
                self.break_off(&Refusal::UpstreamTimeout { provider });
            }
        }
    }

    fn unusable(&self, problem: &'static str) -> Refusal {
        Refusal::UpstreamUnusable { provider: self.provider.clone(), problem }
    }

    fn came(&mut self, bytes: Bytes) {
        let size = bytes.len() as u64;
        self.room_bytes -= size;
        let bytes = match &mut self.redactor {
            Some(redactor) => redactor.push(bytes),
            None => bytes,
        };
        self.pass(bytes);
        if let Some(coming) = &mut self.coming_bytes {
            *coming = coming.saturating_sub(size);
            if *coming == 0 {
                // Whoever writes to the client asks no further once it has as much as announced.
                self.complete();
            }
        }
    }

    fn pass(&mut self, bytes: Bytes) {
        match &mut self.filter {
            Some(filter) => {
                for bytes in filter.push(bytes) {
                    self.restore(bytes);
                }
            }
            None => self.restore(bytes),
        }
    }

    fn restore(&mut self, bytes: Bytes) {
        match &mut self.restorer {
            Some(restorer) => self.ready.extend(restorer.push(bytes)),
            None if bytes.is_empty() => {}
            None => self.ready.push_back(bytes),
        }
    }

    /// Everything has come. It is settled before the client has all of it: what it cost is known.
    fn complete(&mut self) {
        self.settle();
        if let Some(redactor) = self.redactor.take() {
            self.pass(redactor.finish());
        }
        if let Some(filter) = self.filter.take() {
            self.restore(filter.finish());
        }
        if let Some(restorer) = self.restorer.take() {
            self.ready.extend(restorer.finish());
        }
        self.stage = Stage::Over;
    }

    /// The answer ends before its end: a client that reads events is told why, and then the
    /// connection is cut, so that it does not take what it has for everything.
    fn break_off(&mut self, why: &Refusal) {
        self.settle();
        tracing::debug!(provider = %self.provider, code = why.code(), "an answer broke off");
        self.ready.extend(self.events.map(|shape| why.event(shape)));
        self.stage = Stage::Breaking;
    }

    fn settle(&self) {
        let flow = self.entry.answer.flow().take();
        if let Some(flow) = flow {
            flow.settle(Ending::Upstream);
        }
    }
}

impl fmt::Debug for Metered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metered").field("stage", &self.stage).finish_non_exhaustive()
    }
}
