//! A shallow reader of JSON that arrives in pieces.
//!
//! It follows the grammar (RFC 8259) byte by byte without building a tree, tells a [`Visitor`]
//! about what stands near the root, and skips the rest at the speed of `memchr`. Its memory does
//! not grow with the document. Inside strings it checks neither UTF-8 nor the digits of `\u`:
//! what it accepts is a little more than JSON, and what it says of JSON is exact.

mod path;

use std::ops::Range;

use memchr::{memchr2, memmem};

pub(crate) use path::Path;

/// Deeper documents are refused: they are not requests but attacks on somebody's parser.
const MAX_DEPTH: usize = 512;

/// How much of a string or number is kept for the visitor.
const MAX_TOKEN_BYTES: usize = 512;

/// The bytes are not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// Where that became clear, in bytes from the start.
    pub at: usize,
}

/// What holds other values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    Object,
    Array,
}

/// A value that holds no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scalar<'a> {
    /// The bytes between the quotes, escapes included; `None` if there are too many to keep.
    String(Option<&'a [u8]>),
    /// The digits; `None` if there are too many to keep.
    Number(Option<&'a [u8]>),
    Bool(bool),
    Null,
}

impl Scalar<'_> {
    /// The text, if this is a string of reasonable length.
    pub(crate) fn text(self) -> Option<String> {
        match self {
            Scalar::String(Some(raw)) => unescape(raw),
            _ => None,
        }
    }

    /// The number, if this is one without sign, fraction or exponent.
    pub(crate) fn count(self) -> Option<u64> {
        match self {
            Scalar::Number(Some(digits)) => std::str::from_utf8(digits).ok()?.parse().ok(),
            _ => None,
        }
    }
}

/// Is told what stands near the root. Values deeper than [`Path::DEPTH`] are not mentioned.
pub(crate) trait Visitor {
    /// A string, number, boolean or null; `span` covers it, quotes included.
    fn scalar(&mut self, path: &Path, value: Scalar<'_>, span: Range<usize>);

    /// An object or array begins at `at`.
    fn opened(&mut self, _path: &Path, _container: Container, _at: usize) {}

    /// An object or array ends; its closing bracket stands at `at`.
    fn closed(&mut self, _path: &Path, _content: Content, _at: usize) {}
}

/// Whether a container held anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    None,
    Some,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Key,
    Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// A value must follow.
    Value,
    /// A value or the end of an array.
    FirstValue,
    /// A key must follow.
    Key,
    /// A key or the end of an object.
    FirstKey,
    Colon,
    /// A comma or the end of the container.
    AfterValue,
    String(Role),
    Escape(Role),
    Number,
    /// `true`, `false` or `null`, of which so many letters have been seen.
    Word(&'static [u8], usize),
    /// The document is complete; only white space may follow.
    Done,
}

/// Reads one JSON document.
#[derive(Debug)]
pub(crate) struct Skimmer {
    state: State,
    open: Vec<Container>,
    path: Path,
    /// The string or number that is being read.
    token: Vec<u8>,
    token_fits: bool,
    token_start: usize,
    /// How many bytes came before the piece that is being read.
    offset: usize,
}

impl Skimmer {
    pub(crate) fn new() -> Self {
        Self {
            state: State::Value,
            open: Vec::new(),
            path: Path::root(),
            token: Vec::new(),
            token_fits: true,
            token_start: 0,
            offset: 0,
        }
    }

    /// Makes it ready for another document, with the memory it has.
    pub(crate) fn restart(&mut self) {
        self.state = State::Value;
        self.open.clear();
        self.path = Path::root();
        self.offset = 0;
    }

    /// Reads the next piece. After an error nothing more is read.
    pub(crate) fn push(
        &mut self,
        piece: &[u8],
        visitor: &mut impl Visitor,
    ) -> Result<(), Malformed> {
        let mut at = 0;
        while at < piece.len() {
            at = match self.state {
                State::String(role) => self.string(role, piece, at, visitor),
                State::Escape(role) => {
                    self.keep(&piece[at..=at]);
                    self.state = State::String(role);
                    at + 1
                }
                State::Number => self.number(piece, at, visitor),
                State::Word(word, seen) => self.word(word, seen, piece, at, visitor)?,
                _ => self.structure(piece, at, visitor)?,
            };
        }
        self.offset += piece.len();
        Ok(())
    }

    /// Says that nothing follows any more; an error if the document is not complete.
    pub(crate) fn finish(&mut self, visitor: &mut impl Visitor) -> Result<(), Malformed> {
        if self.state == State::Number && self.open.is_empty() {
            self.end_number(self.offset, visitor);
        }
        if self.state == State::Done { Ok(()) } else { Err(Malformed { at: self.offset }) }
    }

    fn structure(
        &mut self,
        piece: &[u8],
        at: usize,
        visitor: &mut impl Visitor,
    ) -> Result<usize, Malformed> {
        let here = self.offset + at;
        let malformed = Malformed { at: here };
        match (piece[at], self.state) {
            (b' ' | b'\t' | b'\n' | b'\r', _) => {}
            (b'"', State::Key | State::FirstKey) => {
                self.start_token(State::String(Role::Key), here);
            }
            (b':', State::Colon) => self.state = State::Value,
            (b',', State::AfterValue) => self.next(),
            (b'}', State::FirstKey) => {
                self.close(Container::Object, Content::None, here, visitor)?;
            }
            (b']', State::FirstValue) => {
                self.close(Container::Array, Content::None, here, visitor)?;
            }
            (b'}', State::AfterValue) => {
                self.close(Container::Object, Content::Some, here, visitor)?;
            }
            (b']', State::AfterValue) => {
                self.close(Container::Array, Content::Some, here, visitor)?;
            }
            (byte, State::Value | State::FirstValue) => self.value(byte, here, visitor)?,
            _ => return Err(malformed),
        }
        Ok(at + 1)
    }

    /// The first byte of a value.
    fn value(
        &mut self,
        byte: u8,
        here: usize,
        visitor: &mut impl Visitor,
    ) -> Result<(), Malformed> {
        match byte {
            b'{' => self.open(Container::Object, here, visitor)?,
            b'[' => self.open(Container::Array, here, visitor)?,
            b'"' => self.start_token(State::String(Role::Value), here),
            b'-' | b'0'..=b'9' => {
                self.start_token(State::Number, here);
                self.keep(&[byte]);
            }
            b't' => self.start_token(State::Word(b"true", 1), here),
            b'f' => self.start_token(State::Word(b"false", 1), here),
            b'n' => self.start_token(State::Word(b"null", 1), here),
            _ => return Err(Malformed { at: here }),
        }
        Ok(())
    }

    fn string(&mut self, role: Role, piece: &[u8], at: usize, visitor: &mut impl Visitor) -> usize {
        let mut from = at;
        loop {
            let rest = &piece[from..];
            let Some(stop) = memchr2(b'"', b'\\', rest) else {
                self.keep(rest);
                return piece.len();
            };
            if rest[stop] == b'"' {
                self.keep(&rest[..stop]);
                self.end_string(role, self.offset + from + stop + 1, visitor);
                return from + stop + 1;
            }
            // An escape is its backslash and one byte more; what follows `\u` is plain.
            let Some(escape) = rest.get(..stop + 2) else {
                self.keep(rest);
                self.state = State::Escape(role);
                return piece.len();
            };
            self.keep(escape);
            from += stop + 2;
        }
    }

    fn end_string(&mut self, role: Role, end: usize, visitor: &mut impl Visitor) {
        let raw = self.token_fits.then_some(self.token.as_slice());
        if role == Role::Key {
            self.path.set_name(raw);
            self.state = State::Colon;
        } else {
            self.emit(visitor, Scalar::String(raw), end);
            self.value_ended();
        }
    }

    fn number(&mut self, piece: &[u8], at: usize, visitor: &mut impl Visitor) -> usize {
        let rest = &piece[at..];
        let in_number = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
        let length = rest.iter().position(|byte| !in_number(byte)).unwrap_or(rest.len());
        self.keep(&rest[..length]);
        if length < rest.len() {
            self.end_number(self.offset + at + length, visitor);
        }
        at + length
    }

    fn end_number(&mut self, end: usize, visitor: &mut impl Visitor) {
        let digits = self.token_fits.then_some(self.token.as_slice());
        self.emit(visitor, Scalar::Number(digits), end);
        self.value_ended();
    }

    fn word(
        &mut self,
        word: &'static [u8],
        seen: usize,
        piece: &[u8],
        at: usize,
        visitor: &mut impl Visitor,
    ) -> Result<usize, Malformed> {
        if piece[at] != word[seen] {
            return Err(Malformed { at: self.offset + at });
        }
        if seen + 1 < word.len() {
            self.state = State::Word(word, seen + 1);
            return Ok(at + 1);
        }
        let value = match word {
            b"true" => Scalar::Bool(true),
            b"false" => Scalar::Bool(false),
            _ => Scalar::Null,
        };
        self.emit(visitor, value, self.offset + at + 1);
        self.value_ended();
        Ok(at + 1)
    }

    fn open(
        &mut self,
        container: Container,
        here: usize,
        visitor: &mut impl Visitor,
    ) -> Result<(), Malformed> {
        if self.open.len() == MAX_DEPTH {
            return Err(Malformed { at: here });
        }
        if self.path.is_near() {
            visitor.opened(&self.path, container, here);
        }
        self.open.push(container);
        self.path.enter(container);
        self.state = match container {
            Container::Object => State::FirstKey,
            Container::Array => State::FirstValue,
        };
        Ok(())
    }

    fn close(
        &mut self,
        container: Container,
        content: Content,
        here: usize,
        visitor: &mut impl Visitor,
    ) -> Result<(), Malformed> {
        if self.open.pop() != Some(container) {
            return Err(Malformed { at: here });
        }
        self.path.leave();
        if self.path.is_near() {
            visitor.closed(&self.path, content, here);
        }
        self.value_ended();
        Ok(())
    }

    fn emit(&self, visitor: &mut impl Visitor, value: Scalar<'_>, end: usize) {
        if self.path.is_near() {
            visitor.scalar(&self.path, value, self.token_start..end);
        }
    }

    fn value_ended(&mut self) {
        self.state = if self.open.is_empty() { State::Done } else { State::AfterValue };
    }

    fn next(&mut self) {
        self.state = match self.open.last() {
            Some(Container::Object) => State::Key,
            _ => State::Value,
        };
    }

    fn start_token(&mut self, state: State, here: usize) {
        self.state = state;
        self.token.clear();
        self.token_fits = true;
        self.token_start = here;
    }

    /// Keeps bytes of the token, unless the visitor will not hear of it or it has grown too long.
    fn keep(&mut self, bytes: &[u8]) {
        if !self.token_fits || !self.path.is_near() {
            return;
        }
        if self.token.len() + bytes.len() > MAX_TOKEN_BYTES {
            self.token_fits = false;
            return;
        }
        self.token.extend_from_slice(bytes);
    }
}

/// Whether a document, seen as bytes, may have an object as the member `key`, which comes with
/// its quotes: the key, a colon and a brace outside of any string, inside which the quotes would
/// be escaped.
pub(crate) fn may_have_object(document: &[u8], key: &[u8]) -> bool {
    memmem::find_iter(document, key).any(|at| {
        let value = document[at + key.len()..].trim_ascii_start().strip_prefix(b":");
        value.is_some_and(|value| value.trim_ascii_start().starts_with(b"{"))
    })
}

/// Replaces escapes. `None` if the bytes are not the inside of a JSON string.
pub(crate) fn unescape(raw: &[u8]) -> Option<String> {
    if !raw.contains(&b'\\') {
        return std::str::from_utf8(raw).ok().map(ToOwned::to_owned);
    }
    let mut quoted = Vec::with_capacity(raw.len() + 2);
    quoted.push(b'"');
    quoted.extend_from_slice(raw);
    quoted.push(b'"');
    serde_json::from_slice(&quoted).ok()
}

#[cfg(test)]
mod tests;
