//! A stream of bytes of any length that only a passphrase opens: what a backup is written as.
//!
//! ```text
//! gantline sealed stream 1\n | memory KiB (4) | passes (4) | lanes (4) | salt (16)
//! segment*: ciphertext (65,536 bytes, the last one fewer or as many) | tag (16)
//! ```
//!
//! The key is made of the passphrase with Argon2id (RFC 9106) under the parameters and the salt in the
//! header. Segments are sealed with AES-256-GCM in the STREAM construction (Hoang, Reyhanitabar,
//! Rogaway, Vizár: "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015): the
//! nonce is the number of the segment (11 bytes) and whether it is the last (1 byte), so that segments
//! can be neither changed, exchanged, repeated nor left out, and the end cannot be cut off. The key is
//! new with each salt, so no nonce comes twice under one key. The header is the associated data of
//! each segment.

use std::io::{self, Read, Write};

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use model::{ExposeSecret, Rng, SecretString};
use zeroize::Zeroizing;

/// The fewest characters of a passphrase: whoever has the file may try as often as they like.
pub const LEAST_PASSPHRASE_CHARACTERS: usize = 12;

const MAGIC: &[u8] = b"gantline sealed stream 1\n";
const SALT_BYTES: usize = 16;
const HEADER_BYTES: usize = MAGIC.len() + 12 + SALT_BYTES;
const SEGMENT_BYTES: usize = 64 * 1024;
const TAG_BYTES: usize = 16;

/// The second recommended option of RFC 9106 §4: three passes over 64 MiB in four lanes.
const COST: Cost = Cost { memory_kib: 64 * 1024, passes: 3, lanes: 4 };

/// What a file may ask of the computer that opens it.
const DEAREST: Cost = Cost { memory_kib: 1024 * 1024, passes: 16, lanes: 16 };

#[derive(Debug, Clone, Copy)]
struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// A sealed stream does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealedStreamError {
    /// It does not begin like one.
    #[error("it is no sealed stream of this program, or of a newer release")]
    Foreign,
    /// Its first segment does not open.
    #[error("the passphrase is another one, or the first part is damaged")]
    Passphrase,
    /// A later segment does not open.
    #[error("it is damaged")]
    Damaged,
    /// It ends before its last segment.
    #[error("its end is missing")]
    CutOff,
}

impl From<SealedStreamError> for io::Error {
    fn from(error: SealedStreamError) -> Self {
        Self::new(io::ErrorKind::InvalidData, error)
    }
}

/// Seals what is written into it, and writes that on.
pub struct SealingWriter<W: Write> {
    inner: W,
    segments: Segments,
    /// What is not sealed yet: at most one segment.
    waiting: Zeroizing<Vec<u8>>,
}

impl<W: Write> SealingWriter<W> {
    /// Makes a key of the passphrase, which takes a moment and 64 MiB of memory, and writes the header.
    pub fn begin(rng: &dyn Rng, passphrase: &SecretString, mut inner: W) -> io::Result<Self> {
        let mut salt = [0; SALT_BYTES];
        rng.fill(&mut salt);
        let header = header(COST, &salt);
        let segments = Segments::new(header, passphrase, COST, &salt)?;
        inner.write_all(&header)?;
        Ok(Self { inner, segments, waiting: Zeroizing::new(Vec::with_capacity(SEGMENT_BYTES)) })
    }

    /// Seals the last segment. What was written opens only after this.
    pub fn finish(mut self) -> io::Result<W> {
        self.seal(true)?;
        self.inner.flush()?;
        Ok(self.inner)
    }

    fn seal(&mut self, is_last: bool) -> io::Result<()> {
        let tag = self.segments.seal(&mut self.waiting, is_last)?;
        self.inner.write_all(&self.waiting)?;
        self.inner.write_all(&tag)?;
        self.waiting.clear();
        Ok(())
    }
}

impl<W: Write> Write for SealingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full segment waits until more comes: only then is it known not to be the last.
        if self.waiting.len() == SEGMENT_BYTES && !bytes.is_empty() {
            self.seal(false)?;
        }
        let room = SEGMENT_BYTES - self.waiting.len();
        let taken = &bytes[..bytes.len().min(room)];
        self.waiting.extend_from_slice(taken);
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Opens what a [`SealingWriter`] has written.
///
/// Nothing that it gives may be relied on before it has given its end: only then is it known that
/// nothing is missing.
pub struct OpeningReader<R: Read> {
    inner: R,
    segments: Segments,
    /// The first byte of the next segment, by which the last one is told from the others.
    ahead: Option<u8>,
    open: Zeroizing<Vec<u8>>,
    given: usize,
    is_over: bool,
}

impl<R: Read> OpeningReader<R> {
    /// Reads the header and makes the key of the passphrase.
    ///
    /// # Errors
    ///
    /// With [`SealedStreamError`] in it where the stream is none; whether the passphrase is right shows
    /// with the first bytes that are read.
    pub fn begin(passphrase: &SecretString, mut inner: R) -> io::Result<Self> {
        let mut header = [0; HEADER_BYTES];
        match inner.read_exact(&mut header) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(SealedStreamError::Foreign.into());
            }
            read => read?,
        }
        let (cost, salt) = read_header(&header).ok_or(SealedStreamError::Foreign)?;
        let segments = Segments::new(header, passphrase, cost, &salt)?;
        let mut ahead = [0];
        inner.read_exact(&mut ahead).map_err(cut_off)?;
        let open = Zeroizing::new(Vec::with_capacity(SEGMENT_BYTES + TAG_BYTES));
        Ok(Self { inner, segments, ahead: Some(ahead[0]), open, given: 0, is_over: false })
    }

    /// Opens the next segment.
    fn open_next(&mut self) -> io::Result<()> {
        self.open.clear();
        self.given = 0;
        self.open.extend(self.ahead.take());
        // One byte more than the segment has: whether it is there tells of a further one.
        let most = (SEGMENT_BYTES + TAG_BYTES + 1 - self.open.len()) as u64;
        (&mut self.inner).take(most).read_to_end(&mut self.open)?;
        if self.open.len() > SEGMENT_BYTES + TAG_BYTES {
            self.ahead = self.open.pop();
        }
        self.is_over = self.ahead.is_none();
        Ok(self.segments.open(&mut self.open, self.is_over)?)
    }
}

impl<R: Read> Read for OpeningReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given == self.open.len() && !self.is_over {
            self.open_next()?;
        }
        let left = &self.open[self.given..];
        let count = left.len().min(into.len());
        into[..count].copy_from_slice(&left[..count]);
        self.given += count;
        Ok(count)
    }
}

/// The key, and where the next segment stands.
struct Segments {
    header: [u8; HEADER_BYTES],
    cipher: LessSafeKey,
    number: u64,
}

impl Segments {
    fn new(
        header: [u8; HEADER_BYTES],
        passphrase: &SecretString,
        cost: Cost,
        salt: &[u8; SALT_BYTES],
    ) -> io::Result<Self> {
        let mut key = Zeroizing::new([0; 32]);
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(key.len()));
        let params = params.map_err(|_| SealedStreamError::Foreign)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let made =
            argon2.hash_password_into(passphrase.expose_secret().as_bytes(), salt, &mut *key);
        made.map_err(|error| io::Error::other(format!("make a key of the passphrase: {error}")))?;
        let unbound = UnboundKey::new(&AES_256_GCM, &*key);
        // The length is that of the algorithm's keys.
        let cipher = LessSafeKey::new(unbound.expect("32 bytes are an AES-256 key"));
        Ok(Self { header, cipher, number: 0 })
    }

    fn seal(&mut self, segment: &mut [u8], is_last: bool) -> io::Result<[u8; TAG_BYTES]> {
        let nonce = self.next_nonce(is_last);
        let aad = Aad::from(self.header);
        let sealed = self.cipher.seal_in_place_separate_tag(nonce, aad, segment);
        let sealed = sealed.map_err(|_| io::Error::other("a segment cannot be sealed"))?;
        let mut tag = [0; TAG_BYTES];
        tag.copy_from_slice(sealed.as_ref());
        Ok(tag)
    }

    /// Opens a segment where it lies, and takes its tag off.
    fn open(&mut self, sealed: &mut Vec<u8>, is_last: bool) -> Result<(), SealedStreamError> {
        let is_first = self.number == 0;
        let nonce = self.next_nonce(is_last);
        let opened = self.cipher.open_in_place(nonce, Aad::from(self.header), sealed);
        let length = match opened {
            Ok(opened) => opened.len(),
            Err(_) => {
                sealed.clear();
                return Err(match (is_first, is_last) {
                    (true, _) => SealedStreamError::Passphrase,
                    (false, true) => SealedStreamError::CutOff,
                    (false, false) => SealedStreamError::Damaged,
                });
            }
        };
        sealed.truncate(length);
        Ok(())
    }

    fn next_nonce(&mut self, is_last: bool) -> Nonce {
        let mut nonce = [0; NONCE_LEN];
        nonce[3..11].copy_from_slice(&self.number.to_be_bytes());
        nonce[11] = u8::from(is_last);
        self.number += 1;
        Nonce::assume_unique_for_key(nonce)
    }
}

fn header(cost: Cost, salt: &[u8; SALT_BYTES]) -> [u8; HEADER_BYTES] {
    let mut header = [0; HEADER_BYTES];
    let (magic, rest) = header.split_at_mut(MAGIC.len());
    magic.copy_from_slice(MAGIC);
    for (at, number) in [cost.memory_kib, cost.passes, cost.lanes].into_iter().enumerate() {
        rest[4 * at..4 * at + 4].copy_from_slice(&number.to_be_bytes());
    }
    rest[12..].copy_from_slice(salt);
    header
}

/// What a header asks for, if it is one, and what it asks for can be done.
fn read_header(header: &[u8; HEADER_BYTES]) -> Option<(Cost, [u8; SALT_BYTES])> {
    let rest = header.strip_prefix(MAGIC)?;
    let number = |at: usize| rest[at..].first_chunk().copied().map(u32::from_be_bytes);
    let cost = Cost { memory_kib: number(0)?, passes: number(4)?, lanes: number(8)? };
    let is_affordable = cost.memory_kib <= DEAREST.memory_kib
        && cost.passes <= DEAREST.passes
        && cost.lanes <= DEAREST.lanes;
    is_affordable.then_some((cost, *rest[12..].first_chunk()?))
}

fn cut_off(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => SealedStreamError::CutOff.into(),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use model::rng::CountingRng;

    use super::*;

    const SEALED_SEGMENT: usize = SEGMENT_BYTES + TAG_BYTES;

    fn passphrase() -> SecretString {
        SecretString::from("correct horse battery")
    }

    fn sealed(bytes: &[u8]) -> Vec<u8> {
        let mut writer =
            SealingWriter::begin(&CountingRng::new(3), &passphrase(), Vec::new()).unwrap();
        // In pieces that fit no segment.
        bytes.chunks(1_000).for_each(|piece| writer.write_all(piece).unwrap());
        writer.finish().unwrap()
    }

    fn opened(sealed: &[u8], passphrase: &SecretString) -> Result<Vec<u8>, SealedStreamError> {
        let mut bytes = Vec::new();
        let read = OpeningReader::begin(passphrase, sealed)
            .and_then(|mut reader| reader.read_to_end(&mut bytes));
        match read {
            Ok(_) => Ok(bytes),
            Err(error) => Err(*error.get_ref().unwrap().downcast_ref().unwrap()),
        }
    }

    fn bytes(count: usize) -> Vec<u8> {
        (0..count).map(|at| u8::try_from(at % 251).unwrap()).collect()
    }

    #[test]
    fn what_is_sealed_opens_at_every_length_around_a_segment() {
        for count in [0, 1, SEGMENT_BYTES - 1, SEGMENT_BYTES, SEGMENT_BYTES + 1, 2 * SEGMENT_BYTES]
        {
            let sealed = sealed(&bytes(count));
            assert_eq!(opened(&sealed, &passphrase()), Ok(bytes(count)), "{count}");
        }
    }

    /// S116: nothing in the file can be read, and another passphrase opens nothing.
    #[test]
    fn another_passphrase_opens_nothing() {
        let sealed = sealed(b"a secret of the server");
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
        let other = SecretString::from("correct horse batteri");
        assert_eq!(opened(&sealed, &other), Err(SealedStreamError::Passphrase));
    }

    /// S116: what was changed, exchanged, repeated, left out or cut off does not open.
    #[test]
    fn what_was_tampered_with_does_not_open() {
        let whole = sealed(&bytes(3 * SEGMENT_BYTES + 10));
        let segment = |number: usize| {
            let start = HEADER_BYTES + number * SEALED_SEGMENT;
            &whole[start..whole.len().min(start + SEALED_SEGMENT)]
        };
        let head = &whole[..HEADER_BYTES];
        let built = |order: &[usize]| {
            let segments = order.iter().flat_map(|number| segment(*number));
            head.iter().chain(segments).copied().collect::<Vec<u8>>()
        };
        assert_eq!(built(&[0, 1, 2, 3]), whole);
        for (order, error) in [
            (&[1, 0, 2, 3][..], SealedStreamError::Passphrase),
            (&[0, 2, 1, 3], SealedStreamError::Damaged),
            (&[0, 0, 1, 2, 3], SealedStreamError::Damaged),
            (&[0, 1, 3], SealedStreamError::CutOff),
            (&[0, 1, 2], SealedStreamError::CutOff),
            (&[], SealedStreamError::CutOff),
        ] {
            assert_eq!(opened(&built(order), &passphrase()), Err(error), "{order:?}");
        }
        for at in
            [HEADER_BYTES - 1, HEADER_BYTES + 5, HEADER_BYTES + SEALED_SEGMENT, whole.len() - 1]
        {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert!(opened(&changed, &passphrase()).is_err(), "{at}");
        }
        assert!(opened(&whole[..whole.len() - 1], &passphrase()).is_err());
        assert!(opened(&[&whole[..], b"x"].concat(), &passphrase()).is_err());
    }

    /// A file that asks for all memory of the computer is none of ours.
    #[test]
    fn what_is_no_stream_or_asks_for_too_much_is_refused() {
        assert_eq!(opened(b"SQLite format 3\0", &passphrase()), Err(SealedStreamError::Foreign));
        assert_eq!(opened(b"", &passphrase()), Err(SealedStreamError::Foreign));
        let mut dear = sealed(b"x");
        dear[MAGIC.len()] = 0xff;
        assert_eq!(opened(&dear, &passphrase()), Err(SealedStreamError::Foreign));
    }
}
