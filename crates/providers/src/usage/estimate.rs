//! Counting tokens from bytes, where the upstream never says.
//!
//! The aim is to be a little too high, never to be exact: an English token has about four bytes,
//! a Chinese one about three, code less.

use model::provider::Dialect;

use super::FieldReader;
use crate::call::Endpoint;

const INPUT_BYTES_PER_TOKEN: u64 = 4;
const OUTPUT_BYTES_PER_TOKEN: u64 = 3;

#[derive(Debug, Default)]
pub(super) struct Estimate {
    pub(super) body_bytes: u64,
    tokens: u64,
    /// Of a long line that is not complete.
    long_bytes: u64,
}

impl Estimate {
    /// An event of a stream: at least one token, more if it is longer than its frame.
    pub(super) const fn line(&mut self, reader: FieldReader, bytes: usize) {
        self.add(reader, bytes as u64);
    }

    pub(super) const fn piece(&mut self, bytes: usize) {
        self.long_bytes += bytes as u64;
    }

    pub(super) const fn long_line(&mut self, reader: FieldReader) {
        self.add(reader, self.long_bytes);
        self.long_bytes = 0;
    }

    pub(super) const fn output_tokens(&self, reader: FieldReader, streamed: bool) -> u64 {
        if reader.is_without_output() {
            0
        } else if streamed {
            self.tokens + self.long_bytes / OUTPUT_BYTES_PER_TOKEN
        } else {
            self.body_bytes.div_ceil(OUTPUT_BYTES_PER_TOKEN)
        }
    }

    const fn add(&mut self, reader: FieldReader, bytes: u64) {
        let text = bytes.saturating_sub(reader.frame_bytes()) / OUTPUT_BYTES_PER_TOKEN;
        self.tokens += if text > 1 { text } else { 1 };
    }
}

pub(super) const fn input_tokens(request_bytes: u64) -> u64 {
    request_bytes.div_ceil(INPUT_BYTES_PER_TOKEN)
}

impl FieldReader {
    /// About how many bytes of an event are not the model's, measured on captured streams.
    const fn frame_bytes(self) -> u64 {
        match (self.dialect, self.endpoint) {
            (Dialect::Anthropic, _) => 85,
            (Dialect::OpenAi, Endpoint::Responses) => 160,
            (Dialect::OpenAi, _) => 200,
            (Dialect::Gemini, _) => 300,
        }
    }

    const fn is_without_output(self) -> bool {
        matches!(self.endpoint, Endpoint::Embeddings)
    }
}
