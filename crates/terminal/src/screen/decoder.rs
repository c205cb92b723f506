//! Bytes of a program's output, cut into what a terminal acts on.
//!
//! The shape of escape sequences is ECMA-48 §5; where they end is Paul Williams' state machine
//! (<https://vt100.net/emu/dec_ansi_parser>), read as xterm reads it: UTF-8 text, C1 controls in
//! their two-byte UTF-8 form equal to `ESC` and a letter, strings ended by BEL (OSC only), ST,
//! CAN or SUB.
//!
//! A sequence is given on whole or not at all. What has begun and not ended is kept as it came
//! ([`Decoder::unfinished`]), so that another terminal can be put at exactly the same place.

use memchr::memchr2;

use super::csi::Csi;

const ESC: u8 = 0x1b;
const BEL: u8 = 0x07;
const CAN: u8 = 0x18;
const SUB: u8 = 0x1a;
/// First byte of every C1 control in UTF-8, and of U+00A0 to U+00BF.
const C1_LEAD: u8 = 0xc2;

/// Longest sequence that has an effect. Longer ones are cut in no terminal, but none of ours needs
/// them: clipboard contents and pictures pass by unread.
pub(crate) const MAX_SEQUENCE_BYTES: usize = 4096;

/// Takes what the decoder has cut out.
pub(crate) trait Sink {
    /// Text with the C0 controls in it, never with `ESC` or C1.
    fn text(&mut self, text: &str);
    /// One C0 control inside a sequence, which takes effect before the sequence does.
    fn control(&mut self, control: u8);
    /// A control sequence, and its bytes.
    fn csi(&mut self, csi: &Csi<'_>, raw: &str);
    /// An escape sequence without `ESC`: intermediates and a final byte.
    fn escape(&mut self, escape: &str);
    /// An operating system command.
    fn osc(&mut self, payload: &[u8]);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    Escape,
    ControlSequence,
    String(StringKind),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StringKind {
    /// Ended by BEL as well.
    Osc,
    /// DCS, SOS, PM, APC: nothing in them reaches the screen.
    Other,
}

/// The state between two pieces of output.
#[derive(Debug, Clone)]
pub(crate) struct Decoder {
    state: State,
    /// The sequence so far, from `ESC` on, in its seven-bit form; or the first bytes of a
    /// character while in text.
    pending: Vec<u8>,
    /// The sequence has outgrown [`MAX_SEQUENCE_BYTES`] and will have no effect.
    overlong: bool,
    /// A C1 control or a character of the same first byte has begun inside a sequence.
    lead: bool,
}

impl Default for Decoder {
    fn default() -> Self {
        Self { state: State::Text, pending: Vec::new(), overlong: false, lead: false }
    }
}

impl Decoder {
    /// Cuts the next piece of output. Pieces may end anywhere.
    pub(crate) fn feed(&mut self, mut bytes: &[u8], sink: &mut impl Sink) {
        while let Some((&first, rest)) = bytes.split_first() {
            if self.state == State::Text {
                bytes = self.text(bytes, sink);
            } else {
                self.step(first, sink);
                bytes = rest;
            }
        }
    }

    /// Bytes that put another terminal where this one is: inside the same unfinished sequence or
    /// character.
    pub(crate) fn unfinished(&self) -> Vec<u8> {
        let mut bytes = match (self.overlong, self.state) {
            (false, _) => self.pending.clone(),
            // Prefixes that make the rest of the sequence harmless and end where it ends: an
            // operating system command nobody knows, a string nobody reads, two intermediates that
            // mean nothing together, parameters that are out of order.
            (true, State::String(StringKind::Osc)) => b"\x1b]7777;".to_vec(),
            (true, State::String(StringKind::Other)) => b"\x1bX".to_vec(),
            (true, State::Escape) => b"\x1b  ".to_vec(),
            (true, _) => b"\x1b[0<".to_vec(),
        };
        if self.lead {
            bytes.push(C1_LEAD);
        }
        bytes
    }

    /// Handles text up to the next control that begins a sequence and answers what follows it.
    fn text<'b>(&mut self, bytes: &'b [u8], sink: &mut impl Sink) -> &'b [u8] {
        if !self.pending.is_empty() {
            return self.character(bytes, sink);
        }
        let Some(introducer) = Introducer::find(bytes) else {
            self.run(bytes, Ends::Here, sink);
            return &[];
        };
        self.run(&bytes[..introducer.at], Ends::AtSequence, sink);
        self.begin_escape();
        if let Some(second) = introducer.second {
            self.step(second, sink);
        }
        &bytes[introducer.at + introducer.bytes..]
    }

    /// Goes on with a character that the last piece has cut in two.
    fn character<'b>(&mut self, bytes: &'b [u8], sink: &mut impl Sink) -> &'b [u8] {
        let before = self.pending.len();
        let lead = self.pending[0];
        if lead == C1_LEAD && matches!(bytes[0], 0x80..=0x9f) {
            self.begin_escape();
            self.step(bytes[0] - 0x40, sink);
            return &bytes[1..];
        }
        self.pending.extend_from_slice(&bytes[..bytes.len().min(4 - before)]);
        let head = std::mem::take(&mut self.pending);
        let (used, text) = match std::str::from_utf8(&head) {
            Ok(text) => first_character(text),
            Err(error) if error.valid_up_to() > 0 => {
                // `valid_up_to` bytes are valid by definition.
                first_character(std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or(""))
            }
            Err(error) => match error.error_len() {
                Some(wrong) => (wrong, "\u{fffd}"),
                None => {
                    self.pending = head;
                    return &[];
                }
            },
        };
        let rest = &bytes[used - before..];
        sink.text(text);
        rest
    }

    /// Gives on a run without introducers, what is not UTF-8 as U+FFFD.
    fn run(&mut self, mut bytes: &[u8], ends: Ends, sink: &mut impl Sink) {
        while !bytes.is_empty() {
            let error = match std::str::from_utf8(bytes) {
                Ok(text) => return sink.text(text),
                Err(error) => error,
            };
            let (valid, rest) = bytes.split_at(error.valid_up_to());
            // `valid_up_to` bytes are valid by definition.
            sink.text(std::str::from_utf8(valid).unwrap_or(""));
            if error.error_len().is_none() && ends == Ends::Here {
                self.pending.extend_from_slice(rest);
                return;
            }
            sink.text("\u{fffd}");
            bytes = &rest[error.error_len().unwrap_or(rest.len())..];
        }
    }

    /// Handles one byte inside a sequence.
    fn step(&mut self, byte: u8, sink: &mut impl Sink) {
        if std::mem::take(&mut self.lead) {
            if matches!(byte, 0x80..=0x9f) {
                self.leave(sink);
                self.begin_escape();
                return self.step(byte - 0x40, sink);
            }
            self.inside(C1_LEAD, sink);
            if self.state == State::Text {
                // The lead byte has ended the sequence and waits for its character.
                return self.feed(&[byte], sink);
            }
        }
        match byte {
            ESC => {
                self.leave(sink);
                self.begin_escape();
            }
            CAN | SUB => self.become_text(),
            C1_LEAD => self.lead = true,
            _ => self.inside(byte, sink),
        }
    }

    fn inside(&mut self, byte: u8, sink: &mut impl Sink) {
        match self.state {
            State::Text => self.feed(&[byte], sink),
            State::Escape => self.escape(byte, sink),
            State::ControlSequence => self.control_sequence(byte, sink),
            State::String(StringKind::Osc) if byte == BEL => {
                self.leave(sink);
                self.become_text();
            }
            State::String(_) => self.keep(byte),
        }
    }

    fn escape(&mut self, byte: u8, sink: &mut impl Sink) {
        let bare = self.pending.len() == 1;
        match byte {
            0x00..=0x1f => sink.control(byte),
            0x7f => {}
            b'[' if bare => self.become_sequence(State::ControlSequence, byte),
            b']' if bare => self.become_sequence(State::String(StringKind::Osc), byte),
            b'P' | b'X' | b'^' | b'_' if bare => {
                self.become_sequence(State::String(StringKind::Other), byte);
            }
            0x20..=0x2f => self.keep(byte),
            0x30..=0x7e => {
                self.keep(byte);
                let overlong = self.overlong;
                let sequence = self.take();
                if let (false, Ok(escape)) = (overlong, std::str::from_utf8(&sequence[1..])) {
                    sink.escape(escape);
                }
                self.reuse(sequence);
            }
            // No sequence holds such a byte: it is text that follows a broken one.
            0x80.. => {
                self.become_text();
                self.feed(&[byte], sink);
            }
        }
    }

    fn control_sequence(&mut self, byte: u8, sink: &mut impl Sink) {
        match byte {
            0x00..=0x1f => sink.control(byte),
            0x7f => {}
            0x20..=0x3f => self.keep(byte),
            0x40..=0x7e => {
                self.keep(byte);
                let overlong = self.overlong;
                let sequence = self.take();
                if let (false, Ok(raw)) = (overlong, std::str::from_utf8(&sequence))
                    && let Some(csi) = Csi::parse(&sequence[2..])
                {
                    sink.csi(&csi, raw);
                }
                self.reuse(sequence);
            }
            0x80.. => {
                self.become_text();
                self.feed(&[byte], sink);
            }
        }
    }

    /// Ends a string where another sequence begins or its terminator came.
    fn leave(&mut self, sink: &mut impl Sink) {
        if self.state == State::String(StringKind::Osc) && !self.overlong {
            sink.osc(&self.pending[2..]);
        }
    }

    fn begin_escape(&mut self) {
        self.become_text();
        self.state = State::Escape;
        self.pending.push(ESC);
    }

    fn become_sequence(&mut self, state: State, byte: u8) {
        self.state = state;
        self.pending.push(byte);
    }

    fn become_text(&mut self) {
        self.state = State::Text;
        self.pending.clear();
        self.overlong = false;
        self.lead = false;
    }

    fn keep(&mut self, byte: u8) {
        if self.pending.len() < MAX_SEQUENCE_BYTES {
            self.pending.push(byte);
        } else {
            self.overlong = true;
        }
    }

    /// Ends the sequence and answers its bytes.
    fn take(&mut self) -> Vec<u8> {
        let sequence = std::mem::take(&mut self.pending);
        self.become_text();
        sequence
    }

    /// Keeps the memory of a finished sequence for the next one.
    fn reuse(&mut self, mut sequence: Vec<u8>) {
        sequence.clear();
        self.pending = sequence;
    }
}

/// Why a run of text ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// The piece of output does; a character may go on in the next one.
    Here,
    /// A sequence begins.
    AtSequence,
}

/// The first character of a text that is not empty, and its length.
fn first_character(text: &str) -> (usize, &str) {
    let bytes = text.chars().next().map_or(0, char::len_utf8);
    (bytes, &text[..bytes])
}

/// Where text ends because a sequence begins.
struct Introducer {
    at: usize,
    /// How long it is: `ESC`, or a C1 control in UTF-8.
    bytes: usize,
    /// What follows `ESC` in the seven-bit form of a C1 control.
    second: Option<u8>,
}

impl Introducer {
    fn find(bytes: &[u8]) -> Option<Self> {
        let mut from = 0;
        loop {
            let at = from + memchr2(ESC, C1_LEAD, &bytes[from..])?;
            if bytes[at] == ESC {
                return Some(Self { at, bytes: 1, second: None });
            }
            if let Some(control @ 0x80..=0x9f) = bytes.get(at + 1) {
                return Some(Self { at, bytes: 2, second: Some(control - 0x40) });
            }
            from = at + 1;
        }
    }
}
