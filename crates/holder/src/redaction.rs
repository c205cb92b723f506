//! Takes secrets out of what a program prints, before anybody keeps or sees it (S105).
//!
//! A secret is looked for as it is, percent-encoded, escaped for JSON and for a shell, in hexadecimal
//! digits, and in base64 wherever it begins in what was encoded; also where a program breaks lines
//! within it. Its characters become as many asterisks, so that nothing moves. Nothing is held back:
//! where output is cut within the first [`PIECE_BYTES`] of a secret, those have gone out, and the rest
//! does not. Our tokens begin with as much that is no secret.

mod spellings;

use std::borrow::Cow;
use std::ffi::OsString;

use aho_corasick::AhoCorasick;

/// By how many bytes a secret is recognised, wherever in it they stand.
pub(crate) const PIECE_BYTES: usize = 12;

/// How a token begins that the server gives to a session, and how many characters follow at least.
const TOKEN: (&[u8], usize) = (b"glp_", 40);

/// How many secrets a program may have. More are nobody's intention.
const MOST_SECRETS: usize = 16;

/// Replaces secrets in a stream that is cut anywhere.
#[derive(Default)]
pub(crate) struct Redactor {
    known: Option<Known>,
    /// The end of what was read, where a piece may have begun.
    tail: Vec<u8>,
    /// Spellings that the stream is in the middle of, and how far.
    going: Vec<Place>,
}

struct Known {
    pieces: AhoCorasick,
    places: Vec<Place>,
    spellings: Vec<Vec<u8>>,
}

/// A byte of a spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    spelling: usize,
    at: usize,
}

impl Redactor {
    /// For a program with this environment: the tokens in it are its secrets.
    pub(crate) fn of(environment: &[(OsString, OsString)]) -> Self {
        let values = environment.iter().map(|(_, value)| value.as_encoded_bytes());
        Self::new(values.flat_map(tokens))
    }

    fn new<'a>(secrets: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut secrets: Vec<&[u8]> = secrets.collect();
        secrets.sort_unstable();
        secrets.dedup();
        secrets.truncate(MOST_SECRETS);
        let spellings = secrets.iter().flat_map(|secret| spellings::of(secret)).collect();
        Self { known: Known::new(spellings), ..Self::default() }
    }

    /// Reads the next bytes, and answers those that may be shown. They are copied only where a secret
    /// is among them.
    pub(crate) fn pass<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let marked = self.read(bytes);
        if marked.is_empty() {
            return Cow::Borrowed(bytes);
        }
        let mut shown = bytes.to_vec();
        hide(&mut shown, &marked);
        Cow::Owned(shown)
    }

    /// The same in place.
    pub(crate) fn hide_in(&mut self, bytes: &mut [u8]) {
        let marked = self.read(bytes);
        hide(bytes, &marked);
    }

    /// Reads on; answers which of these bytes belong to a secret.
    fn read(&mut self, bytes: &[u8]) -> Vec<usize> {
        let Some(known) = &self.known else { return Vec::new() };
        let before = self.tail.len();
        let text = [&self.tail, bytes].concat();
        let mut marked = Vec::new();
        let mut going = Vec::new();
        for place in &self.going {
            going.extend(known.forward(&text, before, *place, &mut marked));
        }
        // The quick look comes first: nearly all that programs print holds nothing.
        if known.pieces.is_match(&text) {
            for found in known.pieces.find_overlapping_iter(&text) {
                let place = known.places[found.pattern().as_usize()];
                known.backward(&text, found.start(), place, &mut marked);
                going.extend(known.forward(&text, found.start(), place, &mut marked));
            }
        }
        going.dedup();
        self.going = going;
        self.tail = text[text.len().saturating_sub(PIECE_BYTES - 1)..].to_vec();
        marked.into_iter().filter_map(|at| at.checked_sub(before)).collect()
    }
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redactor").finish_non_exhaustive()
    }
}

impl Known {
    fn new(spellings: Vec<Vec<u8>>) -> Option<Self> {
        let (mut places, mut pieces) = (Vec::new(), Vec::new());
        for (spelling, text) in spellings.iter().enumerate() {
            for (index, piece) in text.chunks_exact(PIECE_BYTES).enumerate() {
                places.push(Place { spelling, at: index * PIECE_BYTES });
                pieces.push(piece);
            }
        }
        if pieces.is_empty() || cfg!(feature = "mutant-secrets-shown") {
            return None;
        }
        // It can be made of any few short texts.
        let pieces = AhoCorasick::new(pieces).ok()?;
        Some(Self { pieces, places, spellings })
    }

    /// Marks what a spelling's bytes from a place on are in the text; answers how far it is if it goes
    /// on behind the end.
    fn forward(
        &self,
        text: &[u8],
        mut from: usize,
        place: Place,
        marked: &mut Vec<usize>,
    ) -> Option<Place> {
        let Place { spelling, mut at } = place;
        let wanted = &self.spellings[spelling];
        while at < wanted.len() {
            let Some(byte) = text.get(from) else { return Some(Place { spelling, at }) };
            if *byte == wanted[at] {
                marked.push(from);
                at += 1;
            } else if !is_break(*byte) {
                return None;
            }
            from += 1;
        }
        None
    }

    /// Marks what the bytes before a place are in the text.
    fn backward(&self, text: &[u8], mut until: usize, place: Place, marked: &mut Vec<usize>) {
        let wanted = &self.spellings[place.spelling];
        let mut at = place.at;
        while at > 0 && until > 0 {
            let byte = text[until - 1];
            if byte == wanted[at - 1] {
                marked.push(until - 1);
                at -= 1;
            } else if !is_break(byte) {
                return;
            }
            until -= 1;
        }
    }
}

fn hide(bytes: &mut [u8], marked: &[usize]) {
    for at in marked {
        bytes[*at] = b'*';
    }
}

const fn is_break(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// The tokens in a value, which may be one or hold some, as settings do.
fn tokens(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (prefix, least) = TOKEN;
    let begins = value.windows(prefix.len()).enumerate().filter(move |(_, part)| *part == prefix);
    begins.filter_map(move |(at, _)| {
        let body = &value[at + prefix.len()..];
        let length = body.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        (length >= least).then(|| &value[at..at + prefix.len() + length])
    })
}

#[cfg(test)]
pub(crate) mod tests;
