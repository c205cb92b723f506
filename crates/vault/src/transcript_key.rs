//! The key that seals the transcript of one session, where its tenant keeps transcripts. The ring seals
//! the key, so that a rotation seals a row for each session and not all that was said; and who deletes
//! that row has made the rest unreadable, in old copies of the database's pages too.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use model::{ExposeSecret, Rng, SecretString, SessionId};
use zeroize::Zeroizing;

const LABEL: &[u8] = b"gantline transcript part\0";

/// The key of one session's transcript.
pub struct TranscriptKey {
    bytes: Zeroizing<[u8; 32]>,
    cipher: LessSafeKey,
}

/// A part of a transcript does not open: it was changed, or stands in another's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a part of a kept transcript does not open")]
pub struct PartRefused;

impl TranscriptKey {
    /// Makes a new one.
    pub fn generate(rng: &dyn Rng) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        rng.fill(&mut *bytes);
        Self::new(bytes)
    }

    /// Reads what [`to_text`](Self::to_text) wrote.
    pub fn from_text(text: &SecretString) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text.expose_secret(), &mut *bytes).ok()?;
        Some(Self::new(bytes))
    }

    /// The key, to be sealed by the ring.
    pub fn to_text(&self) -> SecretString {
        SecretString::from(hex::encode(*self.bytes))
    }

    /// Seals the part of a session's transcript that ends with this record.
    pub fn seal(&self, rng: &dyn Rng, session: SessionId, last: u64, part: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        rng.fill(&mut nonce);
        let mut sealed = Vec::with_capacity(NONCE_LEN + part.len() + AES_256_GCM.tag_len());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(part);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let aad = Aad::from(associated(session, last));
        // Fails only above 64 GiB; a part has less than a frame of the link.
        let tag = self
            .cipher
            .seal_in_place_separate_tag(nonce, aad, &mut sealed[NONCE_LEN..])
            .expect("a part of a transcript can be sealed");
        sealed.extend_from_slice(tag.as_ref());
        sealed
    }

    /// Opens it for the same place.
    pub fn open(
        &self,
        session: SessionId,
        last: u64,
        mut sealed: Vec<u8>,
    ) -> Result<Vec<u8>, PartRefused> {
        let nonce = sealed.first_chunk::<NONCE_LEN>().copied().ok_or(PartRefused)?;
        let nonce = Nonce::assume_unique_for_key(nonce);
        let aad = Aad::from(associated(session, last));
        let part = self.cipher.open_in_place(nonce, aad, &mut sealed[NONCE_LEN..]);
        let length = part.map_err(|_| PartRefused)?.len();
        sealed.drain(..NONCE_LEN);
        sealed.truncate(length);
        Ok(sealed)
    }

    fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        let unbound = UnboundKey::new(&AES_256_GCM, &*bytes);
        // The length is that of the algorithm's keys.
        let cipher = LessSafeKey::new(unbound.expect("32 bytes are an AES-256 key"));
        Self { bytes, cipher }
    }
}

impl fmt::Debug for TranscriptKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TranscriptKey([redacted])")
    }
}

fn associated(session: SessionId, last: u64) -> Vec<u8> {
    [LABEL, &session.as_bytes()[..], &last.to_be_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use model::SessionId;
    use model::rng::CountingRng;

    use super::*;

    fn session(last: u8) -> SessionId {
        let mut bytes = [0; 16];
        bytes[15] = last;
        SessionId::from_slice(&bytes).unwrap()
    }

    #[test]
    fn a_part_opens_in_its_place_and_nowhere_else() {
        let rng = CountingRng::new(7);
        let key = TranscriptKey::generate(&rng);
        let sealed = key.seal(&rng, session(1), 9, "说过的话".as_bytes());
        assert!(!sealed.windows(3).any(|bytes| "说".as_bytes() == bytes));
        let again = TranscriptKey::from_text(&key.to_text()).unwrap();
        let opened = again.open(session(1), 9, sealed.clone()).unwrap();
        assert_eq!(opened, "说过的话".as_bytes());
        for (session, last) in [(session(2), 9), (session(1), 10)] {
            assert_eq!(again.open(session, last, sealed.clone()), Err(PartRefused));
        }
        let mut changed = sealed.clone();
        changed[20] ^= 1;
        assert_eq!(key.open(session(1), 9, changed), Err(PartRefused));
        assert_eq!(key.open(session(1), 9, sealed[..9].to_vec()), Err(PartRefused));
        let other = TranscriptKey::generate(&rng);
        assert_eq!(other.open(session(1), 9, sealed), Err(PartRefused));
    }
}
