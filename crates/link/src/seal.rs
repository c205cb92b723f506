//! Every message of a link that has keys: AES-256-GCM (NIST SP 800-38D) with the number of the
//! message as its nonce, so that a changed, missing, repeated or reordered message does not open.
//! One message that does not open ends the link.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Prk, Salt};
use bytes::{Bytes, BytesMut};
use wire::limits::{MAX_MESSAGE_BYTES, SEAL_BYTES};
use zeroize::Zeroizing;

use crate::error::LinkError;

/// How much is sealed with one key: 2^32 blocks of sixteen bytes, at which nobody can tell AES-GCM
/// from noise with a chance better than 2^-64. A machine can send that much in an hour.
const BYTES_PER_KEY: u64 = 1 << 36;

const TAG_BYTES: usize = 16;
const NEXT_KEY: &[u8] = b"gantline link 1, next key";

/// What the key of one direction is made from.
pub(crate) struct TrafficSecret(Zeroizing<[u8; 32]>);

impl TrafficSecret {
    /// From a shared secret (HKDF, RFC 5869).
    pub(crate) fn derive(salt: &[u8], secret: &[u8], info: &[u8]) -> Result<Self, LinkError> {
        Self::expand(&Salt::new(HKDF_SHA256, salt).extract(secret), info)
    }

    /// The one after this. This one cannot be found from it.
    fn next(&self) -> Result<Self, LinkError> {
        Self::expand(&Prk::new_less_safe(HKDF_SHA256, self.0.as_ref()), NEXT_KEY)
    }

    fn expand(prk: &Prk, info: &[u8]) -> Result<Self, LinkError> {
        let mut bytes = Zeroizing::new([0; 32]);
        let info = [info];
        let okm = prk.expand(&info, HKDF_SHA256).map_err(|_| LinkError::KeyAgreement)?;
        okm.fill(bytes.as_mut()).map_err(|_| LinkError::KeyAgreement)?;
        Ok(Self(bytes))
    }

    fn key(&self) -> Result<LessSafeKey, LinkError> {
        let key = UnboundKey::new(&AES_256_GCM, self.0.as_ref());
        key.map(LessSafeKey::new).map_err(|_| LinkError::KeyAgreement)
    }
}

/// One direction of a link: the key, and how far it has been used.
pub(crate) struct Traffic {
    secret: TrafficSecret,
    key: LessSafeKey,
    /// How many messages there were; never goes back while the key is the same.
    messages: u64,
    bytes_per_key: u64,
    bytes_left: u64,
}

impl Traffic {
    pub(crate) fn new(secret: TrafficSecret) -> Result<Self, LinkError> {
        Self::with_bytes_per_key(secret, BYTES_PER_KEY)
    }

    fn with_bytes_per_key(secret: TrafficSecret, bytes_per_key: u64) -> Result<Self, LinkError> {
        let key = secret.key()?;
        Ok(Self { secret, key, messages: 0, bytes_per_key, bytes_left: bytes_per_key })
    }

    /// Seals a message where it lies.
    pub(crate) fn seal(&mut self, mut message: BytesMut) -> Result<Bytes, LinkError> {
        let nonce = self.next_nonce(message.len())?;
        let sealed = self.key.seal_in_place_append_tag(nonce, Aad::empty(), &mut message);
        sealed.map_err(|_| LinkError::KeyAgreement)?;
        Ok(message.freeze())
    }

    /// Opens the next message; where it lies, if nobody else holds it.
    pub(crate) fn open(&mut self, message: Bytes) -> Result<Bytes, LinkError> {
        if message.len() > MAX_MESSAGE_BYTES {
            let size = message.len();
            return Err(LinkError::TooLarge { size, limit: MAX_MESSAGE_BYTES });
        }
        let number = self.messages;
        if message.len() < SEAL_BYTES {
            return Err(LinkError::Seal { number });
        }
        let nonce = self.next_nonce(message.len() - TAG_BYTES)?;
        let mut message =
            message.try_into_mut().unwrap_or_else(|shared| BytesMut::from(&shared[..]));
        let opened = self.key.open_in_place(nonce, Aad::empty(), &mut message);
        let size = opened.map_err(|_| LinkError::Seal { number })?.len();
        message.truncate(size);
        Ok(message.freeze())
    }

    /// Both sides count the same messages and bytes, so both change the key at the same message.
    fn next_nonce(&mut self, size: usize) -> Result<Nonce, LinkError> {
        let size = size as u64;
        if size > self.bytes_left {
            self.secret = self.secret.next()?;
            self.key = self.secret.key()?;
            self.bytes_left = self.bytes_per_key;
        }
        self.bytes_left = self.bytes_left.saturating_sub(size);
        let mut nonce = [0; 12];
        nonce[4..].copy_from_slice(&self.messages.to_be_bytes());
        self.messages += 1;
        Ok(Nonce::assume_unique_for_key(nonce))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(bytes_per_key: u64) -> (Traffic, Traffic) {
        let traffic = || {
            let secret = TrafficSecret::derive(b"salt", b"secret", b"test").unwrap();
            Traffic::with_bytes_per_key(secret, bytes_per_key).unwrap()
        };
        (traffic(), traffic())
    }

    fn sealed(traffic: &mut Traffic, text: &str) -> Bytes {
        traffic.seal(BytesMut::from(text)).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_in_order() {
        let (mut out, mut into) = pair(BYTES_PER_KEY);
        for text in ["one", "two", "three"] {
            let message = sealed(&mut out, text);
            assert_eq!(message.len(), text.len() + TAG_BYTES);
            assert_eq!(into.open(message).unwrap(), text);
        }
    }

    #[test]
    fn equal_messages_do_not_look_equal() {
        let (mut out, _) = pair(BYTES_PER_KEY);
        assert_ne!(sealed(&mut out, "same"), sealed(&mut out, "same"));
    }

    #[test]
    fn any_changed_byte_and_any_cut_is_noticed() {
        let (mut out, _) = pair(BYTES_PER_KEY);
        let message = sealed(&mut out, "rm -rf build");
        for at in 0..message.len() {
            let mut changed = message.to_vec();
            changed[at] ^= 1;
            assert!(pair(BYTES_PER_KEY).1.open(changed.into()).is_err(), "byte {at} changed");
            assert!(pair(BYTES_PER_KEY).1.open(message.slice(..at)).is_err(), "cut at {at}");
        }
        assert!(pair(BYTES_PER_KEY).1.open(message).is_ok());
    }

    #[test]
    fn a_replayed_or_reordered_message_is_noticed() {
        let (mut out, mut into) = pair(BYTES_PER_KEY);
        let (first, second) = (sealed(&mut out, "first"), sealed(&mut out, "second"));
        assert!(pair(BYTES_PER_KEY).1.open(second).is_err());
        into.open(first.clone()).unwrap();
        assert_eq!(into.open(first), Err(LinkError::Seal { number: 1 }));
    }

    #[test]
    fn the_key_changes_on_both_sides_at_the_same_message() {
        let (mut out, mut into) = pair(100);
        let first_secret = *out.secret.0;
        for number in 0..50 {
            let text = "x".repeat(number % 40);
            let text = format!("{text}.");
            let message = sealed(&mut out, &text);
            assert_eq!(into.open(message).unwrap(), text);
        }
        assert_ne!(*out.secret.0, first_secret);
        assert_eq!(*out.secret.0, *into.secret.0);
    }

    #[test]
    fn what_is_too_large_is_not_even_tried() {
        let (_, mut into) = pair(BYTES_PER_KEY);
        let large = Bytes::from(vec![0; MAX_MESSAGE_BYTES + 1]);
        assert!(matches!(into.open(large), Err(LinkError::TooLarge { .. })));
    }
}
