//! Puts the name under which a client asked for a model in the place of the one that the upstream
//! answers, where an administrator gave that model a name of their own.

use std::ops::Range;

use bytes::{Bytes, BytesMut};

use crate::json::{Content, Path, Scalar, Skimmer, Visitor};
use crate::usage_chunk::event_ends;

/// A longer event, element or document passes with the upstream's name: it is not worth the memory.
const MAX_HELD_BYTES: usize = 4 * 1024 * 1024;

/// The longest end of an event: a line end of one byte, and a blank line of two.
const MAX_EVENT_END_BYTES: usize = 3;

/// How an answer is cut into pieces that tell of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// One JSON document.
    Document,
    /// Server-sent events.
    Events,
    /// One JSON array that comes element by element, as Gemini's streams without `alt=sse` do.
    Elements,
}

/// Writes one name of a model wherever an answer tells of its model. An event or element is held
/// back until it is complete, a document until its end; all pass unchanged where they tell of none.
#[derive(Debug)]
pub struct ModelNameRestorer {
    /// The name as JSON.
    name: Bytes,
    framing: Framing,
    held: BytesMut,
    /// What is passing is too long to be held.
    passing: bool,
    elements: Elements,
}

impl ModelNameRestorer {
    /// Writes `name` into each piece of an answer.
    pub fn new(name: &str, framing: Framing) -> Self {
        let name = serde_json::Value::from(name).to_string().into();
        let elements = Elements::new();
        Self { name, framing, held: BytesMut::new(), passing: false, elements }
    }

    /// Reads the next bytes of the answer and answers those that go to the client.
    pub fn push(&mut self, bytes: Bytes) -> Vec<Bytes> {
        match self.framing {
            Framing::Events => self.events(&bytes),
            Framing::Elements => self.elements(bytes),
            Framing::Document => self.document(bytes),
        }
    }

    /// What is left when the answer ends.
    pub fn finish(mut self) -> Vec<Bytes> {
        let held = std::mem::take(&mut self.held).freeze();
        match self.framing {
            Framing::Document if !self.passing => self.rewritten(&held, 0..held.len()),
            _ => kept([held]),
        }
    }

    fn events(&mut self, bytes: &[u8]) -> Vec<Bytes> {
        // The end of an event may have begun among what was held back.
        let from = self.held.len().saturating_sub(MAX_EVENT_END_BYTES - 1);
        self.held.extend_from_slice(bytes);
        let Some(end) = event_ends(&self.held[from..]).last() else {
            return self.let_go_if_too_long(Vec::new());
        };
        let whole = self.held.split_to(from + end).freeze();
        let mut out = Vec::new();
        let mut start = 0;
        for end in event_ends(&whole) {
            if std::mem::take(&mut self.passing) {
                out.push(whole.slice(start..end));
            } else {
                out.extend(self.event(&whole, start..end));
            }
            start = end;
        }
        self.let_go_if_too_long(out)
    }

    fn elements(&mut self, bytes: Bytes) -> Vec<Bytes> {
        if self.passing {
            return kept([bytes]);
        }
        let read = self.elements.read(&bytes);
        self.held.extend_from_slice(&bytes);
        let Some(complete) = read else {
            self.passing = true;
            return self.let_go_if_too_long(Vec::new());
        };
        let whole = self.held.split_to(complete.bytes).freeze();
        let out = self.with_name(&whole, 0..whole.len(), complete.spans);
        self.let_go_if_too_long(out)
    }

    fn document(&mut self, bytes: Bytes) -> Vec<Bytes> {
        if self.passing {
            return kept([bytes]);
        }
        self.held.extend_from_slice(&bytes);
        self.let_go_if_too_long(Vec::new())
    }

    /// Goes on holding back what is not complete, unless it is too long for that.
    fn let_go_if_too_long(&mut self, mut out: Vec<Bytes>) -> Vec<Bytes> {
        if self.passing || self.held.len() > MAX_HELD_BYTES {
            self.passing = true;
            out.push(self.held.split().freeze());
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
        self.with_name(bytes, value, finder.spans)
    }

    /// A part of the bytes with the name in the place of those spans of it.
    fn with_name(&self, bytes: &Bytes, part: Range<usize>, spans: Vec<Range<usize>>) -> Vec<Bytes> {
        let mut out = Vec::new();
        let mut from = part.start;
        for span in spans {
            out.push(bytes.slice(from..part.start + span.start));
            out.push(self.name.clone());
            from = part.start + span.end;
        }
        out.push(bytes.slice(from..part.end));
        kept(out)
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

/// Follows an array from element to element.
#[derive(Debug)]
struct Elements {
    skimmer: Skimmer,
    /// Where in the answer the bytes begin that are held back.
    held_from: usize,
    found: InElements,
}

/// The elements that are complete.
struct Complete {
    /// How many of the bytes that were held back they are.
    bytes: usize,
    /// Where among those they tell of their model.
    spans: Vec<Range<usize>>,
}

impl Elements {
    fn new() -> Self {
        Self { skimmer: Skimmer::new(), held_from: 0, found: InElements::default() }
    }

    /// Reads on; `None` where this is no JSON.
    fn read(&mut self, bytes: &[u8]) -> Option<Complete> {
        self.skimmer.push(bytes, &mut self.found).ok()?;
        let from = std::mem::replace(&mut self.held_from, self.found.complete);
        let later = |span: &Range<usize>| span.start >= self.found.complete;
        let (later, told): (Vec<_>, _) = self.found.spans.drain(..).partition(later);
        self.found.spans = later;
        let here = |span: Range<usize>| span.start - from..span.end - from;
        let spans = told.into_iter().map(here).collect();
        Some(Complete { bytes: self.found.complete - from, spans })
    }
}

/// Where the elements of an array tell of their model, and how many bytes are complete. What is no
/// array is one element.
#[derive(Debug, Default)]
struct InElements {
    spans: Vec<Range<usize>>,
    complete: usize,
}

impl Visitor for InElements {
    fn scalar(&mut self, path: &Path, value: Scalar<'_>, span: Range<usize>) {
        let path = path.parts();
        let path = path.strip_prefix(&[b"[]".as_slice()]).unwrap_or(&path);
        let tells = matches!(path, [b"model" | b"modelVersion"]);
        if tells && matches!(value, Scalar::String(_)) {
            self.spans.push(span);
        }
    }

    fn closed(&mut self, path: &Path, _: Content, at: usize) {
        if matches!(*path.parts(), [] | [b"[]"]) {
            self.complete = at + 1;
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

    fn restored(framing: Framing, pieces: &[&str]) -> String {
        let mut restorer = ModelNameRestorer::new("fast \"one\"", framing);
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
            assert_eq!(restored(Framing::Events, &[sent]), shown);
        }
    }

    #[test]
    fn a_document_tells_the_name_that_was_asked_for() {
        let sent = "{\"id\":\"1\",\"model\":\"big\",\"choices\":[{\"model\":\"other\"}]}";
        let shown = sent.replacen("\"big\"", "\"fast \\\"one\\\"\"", 1);
        assert_eq!(restored(Framing::Document, &[sent]), shown);
        assert_eq!(restored(Framing::Document, &[&sent[..20], &sent[20..]]), shown);
    }

    /// Gemini's streams without `alt=sse`, in whichever pieces they come.
    #[test]
    fn an_array_tells_the_name_that_was_asked_for() {
        let sent = "[{\"modelVersion\":\"big\",\"candidates\":[{\"model\":\"x\"}]}\r\n,\r\n\
                    {\"candidates\":[]}\n,{\"modelVersion\": \"big\"}\n]";
        let shown = sent.replace("\"big\"", "\"fast \\\"one\\\"\"");
        for cut in 0..=sent.len() {
            let (first, second) = sent.split_at(cut);
            assert_eq!(restored(Framing::Elements, &[first, second]), shown, "{cut}");
        }
        let each: Vec<_> = sent.split_inclusive(|_: char| true).collect();
        assert_eq!(restored(Framing::Elements, &each), shown);
        let document = "{\"error\":{},\"modelVersion\":\"big\"}";
        let shown = document.replace("\"big\"", "\"fast \\\"one\\\"\"");
        assert_eq!(restored(Framing::Elements, &[document]), shown);
    }

    /// An element goes on as soon as it is complete: the next one may be a minute away.
    #[test]
    fn an_element_does_not_wait_for_the_next_one() {
        let mut restorer = ModelNameRestorer::new("fast", Framing::Elements);
        let passed = restorer.push(Bytes::from_static(b"[{\"modelVersion\":\"big\"}"));
        assert_eq!(passed.concat(), b"[{\"modelVersion\":\"fast\"}");
        assert_eq!(restorer.push(Bytes::from_static(b",{\"model")), Vec::<Bytes>::new());
    }

    /// What cannot be read is not changed, and neither is what tells of no model.
    #[test]
    fn everything_else_passes_unchanged() {
        for sent in ["", "no json", "{\"model\":1}", "{\"model\":\"cut", "[{\"model\":\"x\"}]"] {
            assert_eq!(restored(Framing::Document, &[sent]), sent);
        }
        for sent in ["", "no json", "[{\"modelVersion\":1}", "[{}, {\"modelVersion\":\"cut\""] {
            assert_eq!(restored(Framing::Elements, &[sent]), sent);
        }
        for sent in [
            "data: {\"model\":\"a\"\ndata: }\n\n",
            "data: {\"model\":\"unfinished\"}",
            "data: nonsense\n\n",
            "\n\n\n",
        ] {
            assert_eq!(restored(Framing::Events, &[sent]), sent);
        }
    }

    /// S93: neither an event nor a document without end is waited for.
    #[test]
    fn what_never_ends_passes_without_being_held() {
        let flood = format!("data: {{\"model\":\"big\",\"x\":\"{}", "y".repeat(MAX_HELD_BYTES));
        for framing in [Framing::Events, Framing::Document, Framing::Elements] {
            assert_eq!(restored(framing, &[&flood, &flood]), [&*flood, &flood].concat());
        }
        let (sent, shown) = EVENTS[0];
        let after = restored(Framing::Events, &[&flood, "\n\n", sent]);
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
            prop_assert_eq!(restored(Framing::Events, &pieces), shown);
        }
    }
}
