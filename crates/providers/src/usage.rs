//! Tokens, read from a copy of the answer while its bytes pass by.
//!
//! An answer is one JSON document or a stream of events; its first byte tells which. Of a stream
//! only the events that carry a usage object are parsed; the others cost one search. Memory stays
//! bounded whatever the upstream sends.
//!
//! What the dialects mean by their numbers differs; [`Reading::tokens`] means the same for all.

mod estimate;
mod events;

use model::provider::Dialect;
use model::usage::{TokenCounts, UsageStatus};

use crate::call::{Call, Endpoint};
use crate::json::{Content, Path, Scalar, Skimmer, Visitor, may_have_object};
use crate::{anthropic, gemini, openai, sse};

use estimate::Estimate;
use events::EventReader;

/// No single count is larger than this; more is an upstream's joke, and sums must not overflow.
const MAX_COUNT: u64 = 1 << 40;

/// What an answer used, as far as it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The tokens.
    pub tokens: TokenCounts,
    /// How sure that is: `Complete`, `Partial` or `Estimated`. Whether the upstream refused the
    /// call is seen from its status, not here.
    pub status: UsageStatus,
    /// The model that answered, where the upstream says so.
    pub model_answered: Option<String>,
}

/// Watches the bytes of one successful answer.
#[derive(Debug)]
pub struct UsageTap {
    reader: FieldReader,
    body: Body,
    tally: Tally,
}

#[derive(Debug)]
enum Body {
    /// Nothing but white space so far.
    Unknown,
    Document(Skimmer, Found),
    /// Not JSON after all; only its size counts.
    Unreadable,
    Stream(sse::Reader, EventReader),
}

impl UsageTap {
    /// For the answer to a metered call.
    pub fn new(call: &Call) -> Self {
        let reader = FieldReader { dialect: call.dialect, endpoint: call.endpoint };
        Self { reader, body: Body::Unknown, tally: Tally::default() }
    }

    /// Reads the next bytes of the answer's body.
    pub fn push(&mut self, bytes: &[u8]) {
        let mut bytes = bytes;
        if matches!(self.body, Body::Unknown) {
            bytes = bytes.trim_ascii_start();
            let Some(first) = bytes.first() else { return };
            self.body = Body::beginning_with(*first);
        }
        self.tally.estimate.body_bytes += bytes.len() as u64;
        match &mut self.body {
            Body::Document(skimmer, found) => {
                let mut fields = self.reader.visit(found);
                if skimmer.push(bytes, &mut fields).is_err() {
                    self.body = Body::Unreadable;
                }
            }
            Body::Stream(lines, events) => {
                lines.push(bytes, &mut events.listen(self.reader, &mut self.tally));
            }
            Body::Unknown | Body::Unreadable => {}
        }
    }

    /// Whether the upstream has said its last word on what was used.
    pub const fn is_finished(&self) -> bool {
        self.tally.finished
    }

    /// What was used, when no more bytes come, for whatever reason. `request_bytes` is the size
    /// of the request's body, from which the input is estimated where the upstream never told it.
    pub fn finish(mut self, request_bytes: u64) -> Reading {
        if let Body::Document(skimmer, found) = &mut self.body {
            let complete = skimmer.finish(&mut self.reader.visit(found)).is_ok();
            self.tally.finished = complete;
            self.tally.commit(std::mem::take(found));
        }
        let streamed = matches!(self.body, Body::Stream(..));
        let estimated = self.tally.estimate.output_tokens(self.reader, streamed);
        let (tokens, status) = match (self.tally.told, self.tally.finished) {
            (true, true) => (self.reader.counts(&self.tally.reported), UsageStatus::Complete),
            (true, false) => {
                let mut tokens = self.reader.counts(&self.tally.reported);
                if self.reader.dialect == Dialect::Anthropic {
                    // Until `message_delta` comes, only the first few tokens have been told.
                    tokens.output = tokens.output.max(estimated);
                }
                (tokens, UsageStatus::Partial)
            }
            (false, _) => {
                let input = estimate::input_tokens(request_bytes);
                let tokens = TokenCounts { input, output: estimated, ..TokenCounts::default() };
                (tokens, UsageStatus::Estimated)
            }
        };
        Reading { tokens, status, model_answered: self.tally.model }
    }
}

impl Body {
    fn beginning_with(first: u8) -> Self {
        match first {
            b'{' | b'[' => Self::Document(Skimmer::new(), Found::default()),
            _ => Self::Stream(sse::Reader::new(), EventReader::new()),
        }
    }
}

/// What one document or event says of usage.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) usage: Numbers,
    pub(crate) model: Option<String>,
    /// Nothing follows any more.
    pub(crate) ends: bool,
}

/// The numbers as the dialect speaks of them.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    pub(crate) input: Option<u64>,
    pub(crate) tool_use: Option<u64>,
    pub(crate) cache_read: Option<u64>,
    pub(crate) cache_write: Option<u64>,
    pub(crate) cache_write_1h: Option<u64>,
    pub(crate) output: Option<u64>,
    pub(crate) reasoning: Option<u64>,
}

/// The highest numbers that were told. All of them are sums so far, in every dialect, so that a
/// later one replaces an earlier one and is never added to it.
#[derive(Debug, Default)]
pub(crate) struct Reported {
    pub(crate) input: u64,
    pub(crate) tool_use: u64,
    pub(crate) cache_read: u64,
    pub(crate) cache_write: u64,
    pub(crate) cache_write_1h: u64,
    pub(crate) output: u64,
    pub(crate) reasoning: u64,
}

#[derive(Debug, Default)]
struct Tally {
    reported: Reported,
    /// At least one usage object was seen.
    told: bool,
    finished: bool,
    model: Option<String>,
    estimate: Estimate,
}

impl Tally {
    /// Takes over what a document or event said, if it said anything of usage.
    fn commit(&mut self, found: Found) {
        let told = found.usage;
        if told.input.is_none() && told.output.is_none() {
            return;
        }
        self.told = true;
        self.finished |= found.ends;
        self.model = found.model.or(self.model.take());
        let raise = |highest: &mut u64, told: Option<u64>| {
            *highest = (*highest).max(told.unwrap_or(0).min(MAX_COUNT));
        };
        raise(&mut self.reported.input, told.input);
        raise(&mut self.reported.tool_use, told.tool_use);
        raise(&mut self.reported.cache_read, told.cache_read);
        raise(&mut self.reported.cache_write, told.cache_write);
        raise(&mut self.reported.cache_write_1h, told.cache_write_1h);
        raise(&mut self.reported.output, told.output);
        raise(&mut self.reported.reasoning, told.reasoning);
    }
}

/// Finds the fields of one dialect.
#[derive(Debug, Clone, Copy)]
struct FieldReader {
    dialect: Dialect,
    endpoint: Endpoint,
}

impl FieldReader {
    const fn visit(self, found: &mut Found) -> Fields<'_> {
        Fields { reader: self, found }
    }

    fn counts(self, reported: &Reported) -> TokenCounts {
        match self.dialect {
            Dialect::OpenAi => openai::counts(reported),
            Dialect::Anthropic => anthropic::counts(reported),
            Dialect::Gemini => gemini::counts(reported),
        }
    }

    /// Whether an event with that name is the last.
    fn ends_stream(self, event: &[u8]) -> bool {
        let Ok(event) = std::str::from_utf8(event) else { return false };
        match self.dialect {
            Dialect::OpenAi => openai::ends_stream(event),
            Dialect::Anthropic => anthropic::ends_stream(event),
            Dialect::Gemini => false,
        }
    }

    /// Whether the event may carry a usage object. `"usage":null` is not worth parsing.
    fn may_tell_usage(self, event: &[u8]) -> bool {
        let key: &[u8] = match self.dialect {
            Dialect::OpenAi | Dialect::Anthropic => b"\"usage\"",
            Dialect::Gemini => b"\"usageMetadata\"",
        };
        may_have_object(event, key)
    }
}

struct Fields<'a> {
    reader: FieldReader,
    found: &'a mut Found,
}

impl Visitor for Fields<'_> {
    fn scalar(&mut self, path: &Path, value: Scalar<'_>, _span: std::ops::Range<usize>) {
        match self.reader.dialect {
            Dialect::OpenAi => openai::absorb(self.found, &path.parts(), value),
            Dialect::Anthropic => anthropic::absorb(self.found, &path.parts(), value),
            Dialect::Gemini => gemini::absorb(self.found, &path.parts(), value),
        }
    }

    fn closed(&mut self, path: &Path, content: Content, _at: usize) {
        if self.reader.endpoint == Endpoint::ChatCompletions && content == Content::None {
            openai::absorb_empty(self.found, &path.parts());
        }
    }
}

#[cfg(test)]
mod tests;
