//! Puts the name under which a client asked for a model in the place of the one that the upstream
//! answers, where an administrator gave that model a name of their own.

use std::ops::Range;

use bytes::{Bytes, BytesMut};

use crate::call::Delivery;
use crate::json::{Path, Scalar, Skimmer, Visitor};
use crate::usage_chunk::event_ends;

/// A longer event, or a longer document, passes with the upstream's name: it is not worth the
/// memory.
const MAX_HELD_BYTES: usize = 4 * 1024 * 1024;

/// Writes one name of a model wherever an answer tells of its model. An event is held back until it
/// is complete, a document until its end; both pass unchanged where they tell of none.
#[derive(Debug)]
pub struct ModelNameRestorer {
    /// The name as JSON.
    name: Bytes,
    delivery: Delivery,
    held: BytesMut,
    /// What is passing is too long to be held.
    passing: bool,
}

impl ModelNameRestorer {
    /// Writes `name`, into each event of a stream or into one document.
    pub fn new(name: &str, delivery: Delivery) -> Self {
        let name = serde_json::Value::from(name).to_string().into();
        Self { name, delivery, held: BytesMut::new(), passing: false }
    }

    /// Reads the next bytes of the answer and answers those that go to the client.
    pub fn push(&mut self, bytes: Bytes) -> Vec<Bytes> {
        match self.delivery {
            Delivery::Streamed => self.events(bytes),
            Delivery::Whole => self.document(bytes),
        }
    }

    /// What is left when the answer ends.
    pub fn finish(mut self) -> Vec<Bytes> {
        let held = std::mem::take(&mut self.held).freeze();
        match self.delivery {
            Delivery::Whole if !self.passing => self.rewritten(&held, 0..held.len()),
            _ => kept([held]),
        }
    }

    fn events(&mut self, bytes: Bytes) -> Vec<Bytes> {
        let bytes = self.with_held(bytes);
        let mut out = Vec::new();
        let mut start = 0;
        for end in event_ends(&bytes) {
            if std::mem::take(&mut self.passing) {
                out.push(bytes.slice(start..end));
            } else {
                out.extend(self.event(&bytes, start..end));
            }
            start = end;
        }
        self.hold(bytes.slice(start..), out)
    }

    fn document(&mut self, bytes: Bytes) -> Vec<Bytes> {
        if self.passing {
            return kept([bytes]);
        }
        let bytes = self.with_held(bytes);
        self.hold(bytes, Vec::new())
    }

    /// Keeps what is not complete, or lets it go if it is too long for that.
    fn hold(&mut self, rest: Bytes, mut out: Vec<Bytes>) -> Vec<Bytes> {
        if self.passing || rest.len() > MAX_HELD_BYTES {
            self.passing = true;
            out.push(rest);
        } else {
            self.held.extend_from_slice(&rest);
        }
        kept(out)
    }

    /// The data of an event is one line of JSON; what is spread over more lines is left alone.
    fn event(&self, bytes: &Bytes, event: Range<usize>) -> Vec<Bytes> {
        let text = &bytes[event.clone()];
        let mut data = lines(text).filter(|line| text[line.clone()].starts_with(b"data:"));
        let (Some(line), None) = (data.next(), data.next()) else {
            return vec![bytes.slice(event)];
        };
        let value = event.start + line.start + b"data:".len()..event.start + line.end;
        let mut out = vec![bytes.slice(event.start..value.start)];
        out.extend(self.rewritten(bytes, value.clone()));
        out.push(bytes.slice(value.end..event.end));
        out
    }

    /// A JSON value with the name in its places.
    fn rewritten(&self, bytes: &Bytes, value: Range<usize>) -> Vec<Bytes> {
        let mut finder = Finder::default();
        let mut skimmer = Skimmer::new();
        let text = &bytes[value.clone()];
        let read = skimmer.push(text, &mut finder).and_then(|()| skimmer.finish(&mut finder));
        if read.is_err() {
            return kept([bytes.slice(value)]);
        }
        let mut out = Vec::new();
        let mut from = value.start;
        for span in finder.spans {
            out.push(bytes.slice(from..value.start + span.start));
            out.push(self.name.clone());
            from = value.start + span.end;
        }
        out.push(bytes.slice(from..value.end));
        kept(out)
    }

    fn with_held(&mut self, bytes: Bytes) -> Bytes {
        if self.held.is_empty() {
            return bytes;
        }
        self.held.extend_from_slice(&bytes);
        self.held.split().freeze()
    }
}

/// Where an answer tells of its model: at the root, or in the message or response that an event is
/// about.
#[derive(Default)]
struct Finder {
    spans: Vec<Range<usize>>,
}

impl Visitor for Finder {
    fn scalar(&mut self, path: &Path, value: Scalar<'_>, span: Range<usize>) {
        let tells = matches!(
            *path.parts(),
            [b"model" | b"modelVersion"] | [b"message" | b"response", b"model"]
        );
        if tells && matches!(value, Scalar::String(_)) {
            self.spans.push(span);
        }
    }
}

/// The lines of a text, without what ends them.
fn lines(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split(|byte| *byte == b'\n').map(move |line| {
        let here = start..start + line.len() - usize::from(line.ends_with(b"\r"));
        start += line.len() + 1;
        here
    })
}

fn kept(pieces: impl IntoIterator<Item = Bytes>) -> Vec<Bytes> {
    pieces.into_iter().filter(|piece| !piece.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn restored(delivery: Delivery, pieces: &[&str]) -> String {
        let mut restorer = ModelNameRestorer::new("fast \"one\"", delivery);
        let mut out = Vec::new();
        for piece in pieces {
            out.extend(restorer.push(Bytes::copy_from_slice(piece.as_bytes())));
            assert!(restorer.held.len() <= MAX_HELD_BYTES);
        }
        out.extend(restorer.finish());
        String::from_utf8(out.concat()).unwrap()
    }

    const EVENTS: [(&str, &str); 6] = [
        (
            "data: {\"model\":\"big\",\"choices\":[{\"delta\":{\"content\":\"\\\"model\\\":\\\"big\\\"\"}}]}\n\n",
            "data: {\"model\":\"fast \\\"one\\\"\",\"choices\":[{\"delta\":{\"content\":\"\\\"model\\\":\\\"big\\\"\"}}]}\n\n",
        ),
        (
            "event: message_start\r\ndata: { \"message\" : {\"model\" : \"big\"} }\r\n\r\n",
            "event: message_start\r\ndata: { \"message\" : {\"model\" : \"fast \\\"one\\\"\"} }\r\n\r\n",
        ),
        (
            "data: {\"response\":{\"tools\":[{\"model\":\"x\"}],\"model\":\"big-2026\"}}\n\n",
            "data: {\"response\":{\"tools\":[{\"model\":\"x\"}],\"model\":\"fast \\\"one\\\"\"}}\n\n",
        ),
        (
            "data: {\"candidates\":[],\"modelVersion\":\"big\"}\r\n\r\n",
            "data: {\"candidates\":[],\"modelVersion\":\"fast \\\"one\\\"\"}\r\n\r\n",
        ),
        ("data: [DONE]\n\n", "data: [DONE]\n\n"),
        (": keep-alive\n\n", ": keep-alive\n\n"),
    ];

    #[test]
    fn a_stream_tells_the_name_that_was_asked_for() {
        for (sent, shown) in EVENTS {
            assert_eq!(restored(Delivery::Streamed, &[sent]), shown);
        }
    }

    #[test]
    fn a_document_tells_the_name_that_was_asked_for() {
        let sent = "{\"id\":\"1\",\"model\":\"big\",\"choices\":[{\"model\":\"other\"}]}";
        let shown = sent.replacen("\"big\"", "\"fast \\\"one\\\"\"", 1);
        assert_eq!(restored(Delivery::Whole, &[sent]), shown);
        assert_eq!(restored(Delivery::Whole, &[&sent[..20], &sent[20..]]), shown);
    }

    /// What cannot be read is not changed, and neither is what tells of no model.
    #[test]
    fn everything_else_passes_unchanged() {
        for sent in ["", "no json", "{\"model\":1}", "{\"model\":\"cut", "[{\"model\":\"x\"}]"] {
            assert_eq!(restored(Delivery::Whole, &[sent]), sent);
        }
        for sent in [
            "data: {\"model\":\"a\"\ndata: }\n\n",
            "data: {\"model\":\"unfinished\"}",
            "data: nonsense\n\n",
            "\n\n\n",
        ] {
            assert_eq!(restored(Delivery::Streamed, &[sent]), sent);
        }
    }

    /// S93: neither an event nor a document without end is waited for.
    #[test]
    fn what_never_ends_passes_without_being_held() {
        let flood = format!("data: {{\"model\":\"big\",\"x\":\"{}", "y".repeat(MAX_HELD_BYTES));
        for delivery in [Delivery::Streamed, Delivery::Whole] {
            assert_eq!(restored(delivery, &[&flood, &flood]), [&*flood, &flood].concat());
        }
        let (sent, shown) = EVENTS[0];
        let after = restored(Delivery::Streamed, &[&flood, "\n\n", sent]);
        assert_eq!(after, [&*flood, "\n\n", shown].concat());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn any_split_gives_the_same(
            parts in prop::collection::vec(prop::sample::select(EVENTS.to_vec()), 0..6),
            cuts: Vec<prop::sample::Index>,
        ) {
            let sent: String = parts.iter().map(|(sent, _)| *sent).collect();
            let shown: String = parts.iter().map(|(_, shown)| *shown).collect();
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(sent.len() + 1)).collect();
            cuts.extend([0, sent.len()]);
            cuts.sort_unstable();
            let pieces: Vec<_> = cuts.windows(2).map(|pair| &sent[pair[0]..pair[1]]).collect();
            prop_assert_eq!(restored(Delivery::Streamed, &pieces), shown);
        }
    }
}
