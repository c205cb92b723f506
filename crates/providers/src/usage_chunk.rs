//! Takes the usage chunk out of a chat completion's stream whose client did not ask for it.

use bytes::{Bytes, BytesMut};
use memchr::memchr_iter;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::json::may_have_object;

/// A longer event is not the one that is looked for, and is not waited for.
const MAX_HELD_BYTES: usize = 16 * 1024;

/// Lets every event through but the one that has no choices and tells usage. An event is held
/// back until it is complete, which costs a client nothing: it could not use a part of it.
#[derive(Debug, Default)]
pub struct UsageChunkFilter {
    /// The beginning of an event.
    held: BytesMut,
    /// The event that is passing is too long to be held.
    passing: bool,
}

impl UsageChunkFilter {
    /// Reads the next bytes of the stream and answers those that go to the client.
    pub fn push(&mut self, bytes: Bytes) -> Vec<Bytes> {
        let bytes = self.with_held(bytes);
        let mut kept = Vec::new();
        let mut from = 0;
        let mut event_start = 0;
        for event_end in event_ends(&bytes) {
            let passing = std::mem::take(&mut self.passing);
            // Blank lines before an event belong to none.
            let event = bytes[event_start..event_end].trim_ascii_start();
            if !passing && is_usage_chunk(event) {
                kept.push(bytes.slice(from..event_end - event.len()));
                from = event_end;
            }
            event_start = event_end;
        }
        if self.passing || bytes.len() - event_start > MAX_HELD_BYTES {
            self.passing = true;
            event_start = bytes.len();
        }
        kept.push(bytes.slice(from..event_start));
        self.held.extend_from_slice(&bytes[event_start..]);
        kept.retain(|piece| !piece.is_empty());
        kept
    }

    /// What is left when the stream ends.
    pub fn finish(self) -> Bytes {
        self.held.freeze()
    }

    fn with_held(&mut self, bytes: Bytes) -> Bytes {
        if self.held.is_empty() {
            return bytes;
        }
        self.held.extend_from_slice(&bytes);
        self.held.split().freeze()
    }
}

/// Where events end: after each blank line.
pub(crate) fn event_ends(bytes: &[u8]) -> impl Iterator<Item = usize> {
    memchr_iter(b'\n', bytes).filter_map(|newline| match &bytes[newline + 1..] {
        [b'\n', ..] => Some(newline + 2),
        [b'\r', b'\n', ..] => Some(newline + 3),
        _ => None,
    })
}

fn is_usage_chunk(event: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Chunk {
        choices: Vec<IgnoredAny>,
        usage: Option<serde_json::Map<String, serde_json::Value>>,
    }
    if !may_have_object(event, b"\"usage\"") {
        return false;
    }
    let Ok(event) = std::str::from_utf8(event) else { return false };
    let mut data = event.lines().filter_map(|line| line.strip_prefix("data:"));
    let (Some(value), None) = (data.next(), data.next()) else { return false };
    let chunk: Result<Chunk, _> = serde_json::from_str(value);
    chunk.is_ok_and(|chunk| chunk.choices.is_empty() && chunk.usage.is_some())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CHUNK: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}],\"usage\":null}\n\n";
    const USAGE: &str = "data: {\"id\":\"1\",\"choices\":[],\"usage\":{\"prompt_tokens\":5}}\n\n";
    const DONE: &str = "data: [DONE]\n\n";

    fn filtered(pieces: &[&str]) -> String {
        let mut filter = UsageChunkFilter::default();
        let mut out = Vec::new();
        for piece in pieces {
            out.extend(filter.push(Bytes::copy_from_slice(piece.as_bytes())));
            assert!(filter.held.len() <= MAX_HELD_BYTES);
        }
        out.push(filter.finish());
        String::from_utf8(out.concat()).unwrap()
    }

    #[test]
    fn only_the_usage_chunk_is_taken_out() {
        for newline in ["\n", "\r\n"] {
            let stream = |parts: &[&str]| parts.concat().replace('\n', newline);
            let sent = stream(&[CHUNK, ": comment\n\n", CHUNK, USAGE, DONE]);
            assert_eq!(filtered(&[&sent]), stream(&[CHUNK, ": comment\n\n", CHUNK, DONE]));
        }
    }

    #[test]
    fn everything_else_passes_unchanged() {
        let with_choices = "data: {\"choices\":[{}],\"usage\":{\"prompt_tokens\":5}}\n\n";
        let says_usage = "data: {\"choices\":[{\"delta\":{\"content\":\"\\\"usage\\\":{}\"}}]}\n\n";
        let azure_first = "data: {\"choices\":[],\"prompt_filter_results\":[]}\n\n";
        let error = "data: {\"error\":{\"message\":\"\\\"usage\\\"\"}}\n\n";
        let no_json = "data: \"usage\"\n\ndata: {\n\nnonsense \"usage\"\n\n";
        let unfinished = "data: {\"choices\":[],\"usage\":{}}";
        let sent =
            [CHUNK, with_choices, says_usage, azure_first, error, no_json, unfinished].concat();
        assert_eq!(filtered(&[&sent]), sent);
    }

    #[test]
    fn a_chunk_is_forwarded_as_soon_as_it_is_complete_and_without_a_copy() {
        let mut filter = UsageChunkFilter::default();
        let kept = filter.push(Bytes::from_static(CHUNK.as_bytes()));
        assert_eq!(kept, [CHUNK]);
        assert_eq!(kept[0].as_ptr(), CHUNK.as_ptr());
        assert!(filter.push(Bytes::from_static(b"data: {\"cho")).is_empty());
    }

    /// S93: an event without end is not waited for.
    #[test]
    fn an_endless_event_passes_without_being_held() {
        let flood = format!("data: {}", "x".repeat(MAX_HELD_BYTES));
        let sent = [flood.as_str(), &flood, &flood, "\n\n", USAGE, DONE];
        assert_eq!(filtered(&sent), [&flood, &flood, &flood, "\n\n", DONE].concat());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn any_split_gives_the_same(
            parts in prop::collection::vec(prop::sample::select(vec![CHUNK, USAGE, DONE, "\n", ": x\n"]), 0..8),
            cuts: Vec<prop::sample::Index>,
        ) {
            let sent = parts.concat();
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(sent.len() + 1)).collect();
            cuts.extend([0, sent.len()]);
            cuts.sort_unstable();
            let pieces: Vec<_> = cuts.windows(2).map(|pair| &sent[pair[0]..pair[1]]).collect();
            prop_assert_eq!(filtered(&pieces), filtered(&[&sent]));
        }
    }
}
