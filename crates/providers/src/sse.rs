//! Server-sent events that arrive in pieces (WHATWG HTML §9.2), read line by line.
//!
//! Lines may end in LF, CR or CRLF and may be cut anywhere. Only `data` and `event` lines are
//! looked at. A line is held back only while it is incomplete and at most [`MAX_LINE_BYTES`]
//! long; a longer one is handed on in pieces, so that a line without end needs no memory.

use memchr::memchr2;

/// The longest line that is handed on whole, its field name included.
pub(crate) const MAX_LINE_BYTES: usize = 64 * 1024;

const DATA: &[u8] = b"data:";
const EVENT: &[u8] = b"event:";

/// Is told of the lines.
pub(crate) trait Lines {
    /// The whole value of a `data` line.
    fn data(&mut self, value: &[u8]);

    /// A piece of the value of a `data` line that is too long to be held.
    fn long_data(&mut self, piece: &[u8]);

    /// The line whose pieces came last is complete.
    fn long_data_ended(&mut self);

    /// The value of an `event` line.
    fn name(&mut self, value: &[u8]);

    /// A blank line: what came since the last one is an event.
    fn event_ended(&mut self);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    /// What there is of it is held.
    Held,
    /// It is a long `data` line and is handed on as it comes.
    HandedOn,
    /// Nobody wants it.
    Skipped,
}

/// Cuts a stream into lines.
#[derive(Debug)]
pub(crate) struct Reader {
    line: Line,
    held: Vec<u8>,
    /// The last byte was a CR; an LF that follows belongs to it.
    after_cr: bool,
    /// Nothing has been read yet; a byte order mark may come.
    at_start: bool,
}

impl Reader {
    pub(crate) const fn new() -> Self {
        Self { line: Line::Held, held: Vec::new(), after_cr: false, at_start: true }
    }

    /// Reads the next piece.
    pub(crate) fn push(&mut self, mut piece: &[u8], lines: &mut impl Lines) {
        while let Some(first) = piece.first() {
            if std::mem::take(&mut self.after_cr) && *first == b'\n' {
                piece = &piece[1..];
                continue;
            }
            let Some(end) = memchr2(b'\n', b'\r', piece) else {
                return self.begin_or_continue(piece, lines);
            };
            self.complete(&piece[..end], lines);
            self.after_cr = piece[end] == b'\r';
            piece = &piece[end + 1..];
        }
    }

    /// A part of a line whose end has not come.
    fn begin_or_continue(&mut self, part: &[u8], lines: &mut impl Lines) {
        match self.line {
            Line::Held if self.held.len() + part.len() <= MAX_LINE_BYTES => {
                self.held.extend_from_slice(part);
            }
            Line::Held => self.outgrow(part, lines),
            Line::HandedOn => lines.long_data(part),
            Line::Skipped => {}
        }
    }

    /// The last part of a line.
    fn complete(&mut self, part: &[u8], lines: &mut impl Lines) {
        if self.line == Line::Held && self.held.len() + part.len() <= MAX_LINE_BYTES {
            if self.held.is_empty() {
                return self.hand_over(part, lines);
            }
            let mut held = std::mem::take(&mut self.held);
            held.extend_from_slice(part);
            self.hand_over(&held, lines);
            held.clear();
            self.held = held;
            return;
        }
        self.begin_or_continue(part, lines);
        if self.line == Line::HandedOn {
            lines.long_data_ended();
        }
        self.line = Line::Held;
    }

    /// The line is longer than what is held: from here on it is handed on or skipped.
    fn outgrow(&mut self, part: &[u8], lines: &mut impl Lines) {
        let room = MAX_LINE_BYTES - self.held.len();
        self.held.extend_from_slice(&part[..room]);
        let held = std::mem::take(&mut self.held);
        let line = self.without_mark(&held);
        self.line = Line::Skipped;
        if let Some(value) = field(line, DATA) {
            self.line = Line::HandedOn;
            lines.long_data(value);
            lines.long_data(&part[room..]);
        }
    }

    fn hand_over(&mut self, line: &[u8], lines: &mut impl Lines) {
        let line = self.without_mark(line);
        if line.is_empty() {
            lines.event_ended();
        } else if let Some(value) = field(line, DATA) {
            lines.data(value);
        } else if let Some(value) = field(line, EVENT) {
            lines.name(value);
        }
    }

    fn without_mark<'a>(&mut self, line: &'a [u8]) -> &'a [u8] {
        match line.strip_prefix(b"\xef\xbb\xbf") {
            Some(rest) if std::mem::take(&mut self.at_start) => rest,
            _ => {
                self.at_start = false;
                line
            }
        }
    }
}

/// The value of a field: what follows its name and at most one space.
fn field<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let value = line.strip_prefix(name)?;
    Some(value.strip_prefix(b" ").unwrap_or(value))
}

#[cfg(test)]
mod tests;
