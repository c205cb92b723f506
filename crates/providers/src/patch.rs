//! The few bytes of a body that may change. Everything else is forwarded as it came: another
//! order of keys or another spelling of a character would break the upstream's prompt cache.

use std::ops::Range;

use bytes::Bytes;

use crate::call::{Call, Delivery, Endpoint};
use crate::request::{IncludeUsage, RequestFacts, StreamOptions};

/// One replacement of a range of bytes, which may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    at: Range<usize>,
    with: Bytes,
}

/// Asks the upstream to say what a streamed chat completion has used. `None` where that is asked
/// already, or where the upstream says so unasked.
///
/// Where this is some, the client did not ask: its stream goes through a
/// [`UsageChunkFilter`](crate::UsageChunkFilter).
pub fn ask_for_usage(call: &Call, facts: &RequestFacts) -> Option<Edit> {
    let streamed = call.delivery(facts) == Delivery::Streamed;
    if call.endpoint != Endpoint::ChatCompletions || !streamed || facts.wants_usage() {
        return None;
    }
    let insert = |at: usize, with: &'static str| Edit { at: at..at, with: with.into() };
    let replace =
        |at: &Range<usize>, with: &'static str| Edit { at: at.clone(), with: with.into() };
    match &facts.stream_options {
        StreamOptions::Absent => {
            Some(insert(facts.end, r#","stream_options":{"include_usage":true}"#))
        }
        StreamOptions::Null(span) => Some(replace(span, r#"{"include_usage":true}"#)),
        StreamOptions::Object { open, content, include_usage } => match include_usage {
            IncludeUsage::Absent => {
                let comma = *content == crate::json::Content::Some;
                let member =
                    if comma { r#""include_usage":true,"# } else { r#""include_usage":true"# };
                Some(insert(open + 1, member))
            }
            IncludeUsage::No(span) => Some(replace(span, "true")),
            IncludeUsage::True | IncludeUsage::Other => None,
        },
        StreamOptions::Other => None,
    }
}

/// Puts another model in the place of the one asked for. `None` where the body names none.
pub fn rename_model(facts: &RequestFacts, model: &str) -> Option<Edit> {
    let at = facts.model_span.clone()?;
    let with = serde_json::Value::from(model).to_string();
    Some(Edit { at, with: with.into() })
}

/// The body with the edits, in pieces that share its memory. The edits must be those of this
/// body's facts and must not overlap, which those of this module never do.
pub fn apply(body: &Bytes, mut edits: Vec<Edit>) -> Vec<Bytes> {
    edits.sort_by_key(|edit| edit.at.start);
    let mut pieces = Vec::with_capacity(2 * edits.len() + 1);
    let mut from = 0;
    for edit in edits {
        pieces.push(body.slice(from..edit.at.start));
        pieces.push(edit.with);
        from = edit.at.end;
    }
    pieces.push(body.slice(from..));
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests;
