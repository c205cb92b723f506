//! The bytes of a sealed value.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce};
use model::Rng;
use zeroize::{Zeroize, Zeroizing};

use super::{OpenError, RingKey, RingKeyId};

const VERSION: u8 = 1;
const HEADER_BYTES: usize = 1 + 8;
const NONCE_END: usize = HEADER_BYTES + NONCE_LEN;

pub(super) fn seal(rng: &dyn Rng, key: &RingKey, associated: &[u8], plaintext: &[u8]) -> Vec<u8> {
    let mut nonce = [0_u8; NONCE_LEN];
    rng.fill(&mut nonce);
    let mut sealed = Vec::with_capacity(NONCE_END + plaintext.len() + AES_256_GCM.tag_len());
    sealed.push(VERSION);
    sealed.extend_from_slice(&key.id.0);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(plaintext);
    let aad = Aad::from(bound(&sealed[..HEADER_BYTES], associated));
    let nonce = Nonce::assume_unique_for_key(nonce);
    // Fails only above 64 GiB of plaintext; callers allow a few KiB.
    let tag = key
        .cipher
        .seal_in_place_separate_tag(nonce, aad, &mut sealed[NONCE_END..])
        .expect("a short plaintext can be sealed");
    sealed.extend_from_slice(tag.as_ref());
    sealed
}

pub(super) fn open(
    key: &RingKey,
    associated: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let refused = OpenError::Refused { key: key.id };
    let (header, rest) = sealed.split_at_checked(HEADER_BYTES).ok_or(OpenError::Malformed)?;
    let (nonce, ciphertext) = rest.split_at_checked(NONCE_LEN).ok_or(OpenError::Malformed)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| OpenError::Malformed)?;
    let mut buffer = Zeroizing::new(ciphertext.to_vec());
    let aad = Aad::from(bound(header, associated));
    let length = match key.cipher.open_in_place(nonce, aad, &mut buffer) {
        Ok(plaintext) => plaintext.len(),
        Err(_) => return Err(refused),
    };
    buffer[length..].zeroize();
    buffer.truncate(length);
    Ok(buffer)
}

/// The key that sealed the value.
pub(super) fn key_id(sealed: &[u8]) -> Result<RingKeyId, OpenError> {
    let shortest = NONCE_END + AES_256_GCM.tag_len();
    match sealed {
        [VERSION, rest @ ..] if sealed.len() >= shortest => {
            let id = rest.first_chunk::<8>().ok_or(OpenError::Malformed)?;
            Ok(RingKeyId(*id))
        }
        _ => Err(OpenError::Malformed),
    }
}

/// The header has a fixed length, so header and row cannot run into each other.
fn bound(header: &[u8], associated: &[u8]) -> Vec<u8> {
    [header, associated].concat()
}
