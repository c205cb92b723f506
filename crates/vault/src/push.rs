//! Messages to browsers (Web Push): the server's own key pair, by which push services know who sends
//! (RFC 8292), and the encryption that only the browser opens (RFC 8291, in the form of RFC 8188).
//!
//! Everything that is computed is computed by `aws-lc-rs`; here is only the order of the steps.

use std::fmt;

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, ECDH_P256, ParsedPublicKey, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::{ExposeSecret, Rng, SecretString};
use zeroize::Zeroizing;

/// How many bytes of a message a push service takes at least (RFC 8030 §7.2).
const MOST_BODY_BYTES: usize = 4_096;

/// The longest message that can be sent to a browser, in bytes: what of a body is not header, tag or
/// the mark at the end of the text.
pub const MAX_MESSAGE_BYTES: usize = MOST_BODY_BYTES - HEADER_BYTES - TAG_BYTES - 1;

/// An uncompressed point of the curve.
const POINT_BYTES: usize = 65;

/// What browser and server share beside keys.
const AUTH_BYTES: usize = 16;

const SCALAR_BYTES: usize = 32;
const SALT_BYTES: usize = 16;
const TAG_BYTES: usize = 16;
const HEADER_BYTES: usize = SALT_BYTES + 4 + 1 + POINT_BYTES;

/// Everything is one record; it could be so long.
const RECORD_BYTES: u32 = 4_096;

/// Ends the text of the last record; what follows is padding.
const LAST: u8 = 2;

/// The key pair with which this server tells push services who it is. It cannot be printed.
pub struct PushKey {
    scalar: Zeroizing<[u8; SCALAR_BYTES]>,
    public: [u8; POINT_BYTES],
    pair: EcdsaKeyPair,
}

/// The text is not that of a key pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the key pair of a sender of push messages")]
pub struct InvalidPushKey;

/// What a browser gave is not what browsers give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBrowserKeys {
    /// The key is no point of the curve.
    #[error("p256dh is not a public key on the curve P-256, in base64url")]
    Key,
    /// The secret has another length.
    #[error("auth is not {AUTH_BYTES} bytes in base64url")]
    Auth,
}

/// A message cannot be encrypted for a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EncryptError {
    /// Push services need not take it.
    #[error("a message has at most {MAX_MESSAGE_BYTES} bytes, not {0}")]
    TooLong(usize),
    /// The key of the browser does not agree with one of ours.
    #[error("the browser's key cannot be used")]
    Key,
}

impl PushKey {
    /// Makes a key pair.
    pub fn generate(rng: &dyn Rng) -> Self {
        let (scalar, private) = fresh(rng);
        // A private key that was accepted has a public one, and is one to sign with.
        Self::of(scalar, &private).expect("a private key has a public one")
    }

    /// Reads what [`text`](Self::text) has written.
    pub fn parse(text: &SecretString) -> Result<Self, InvalidPushKey> {
        let bytes = Zeroizing::new(
            URL_SAFE_NO_PAD.decode(text.expose_secret()).map_err(|_| InvalidPushKey)?,
        );
        let scalar = <[u8; SCALAR_BYTES]>::try_from(&bytes[..]).map_err(|_| InvalidPushKey)?;
        let private = PrivateKey::from_private_key(&ECDH_P256, &scalar);
        let private = private.map_err(|_| InvalidPushKey)?;
        Self::of(Zeroizing::new(scalar), &private).ok_or(InvalidPushKey)
    }

    fn of(scalar: Zeroizing<[u8; SCALAR_BYTES]>, private: &PrivateKey) -> Option<Self> {
        let public = point(private)?;
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(algorithm, &scalar[..], &public);
        Some(Self { scalar, public, pair: pair.ok()? })
    }

    /// The private half, to be sealed.
    pub fn text(&self) -> SecretString {
        SecretString::from(URL_SAFE_NO_PAD.encode(&self.scalar[..]))
    }

    /// The public half as browsers want it when they subscribe: a point, in base64url.
    pub fn public_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.public)
    }

    /// The field `Authorization` of a message to the push service at `origin` (RFC 8292 §2): who sends,
    /// until `until_s` in seconds since the Unix epoch, and where to complain if there is such a place.
    pub fn authorization(&self, origin: &str, until_s: i64, contact: Option<&str>) -> String {
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let contact = contact.map(|contact| format!(r#","sub":{}"#, quoted(contact)));
        let contact = contact.unwrap_or_default();
        let claims = format!(r#"{{"aud":{},"exp":{until_s}{contact}}}"#, quoted(origin));
        let signed = format!("{}.{}", encode(r#"{"typ":"JWT","alg":"ES256"}"#), encode(&claims));
        // Fails only where the operating system has no randomness, without which nothing here works.
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature.expect("a text can be signed"));
        format!("vapid t={signed}.{signature}, k={}", self.public_text())
    }
}

impl fmt::Debug for PushKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PushKey").field("public", &self.public_text()).finish_non_exhaustive()
    }
}

/// A browser that messages are for: its public key, and what it shares with whoever may write to it.
pub struct BrowserKeys {
    point: [u8; POINT_BYTES],
    auth: Zeroizing<[u8; AUTH_BYTES]>,
}

impl BrowserKeys {
    /// Reads what a browser gives with its subscription, both in base64url.
    pub fn parse(p256dh: &str, auth: &str) -> Result<Self, InvalidBrowserKeys> {
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok();
        let point = bytes(p256dh).and_then(|bytes| <[u8; POINT_BYTES]>::try_from(bytes).ok());
        let point = point.filter(|point| point[0] == 4 && parsed(point).is_some());
        let auth = bytes(auth).and_then(|bytes| <[u8; AUTH_BYTES]>::try_from(bytes).ok());
        Ok(Self {
            point: point.ok_or(InvalidBrowserKeys::Key)?,
            auth: Zeroizing::new(auth.ok_or(InvalidBrowserKeys::Auth)?),
        })
    }

    /// Encrypts a message with a key of its own, for the coding `aes128gcm`. What is shorter than
    /// `padded_to` bytes becomes as long as that, so that its length says nothing.
    pub fn encrypt(
        &self,
        rng: &dyn Rng,
        message: &[u8],
        padded_to: usize,
    ) -> Result<Vec<u8>, EncryptError> {
        if message.len() > MAX_MESSAGE_BYTES {
            return Err(EncryptError::TooLong(message.len()));
        }
        let (_, ours) = fresh(rng);
        let our_point = point(&ours).ok_or(EncryptError::Key)?;
        let mut salt = [0_u8; SALT_BYTES];
        rng.fill(&mut salt);
        let keys = self.content_keys(&ours, &our_point, &salt).ok_or(EncryptError::Key)?;

        let length = message.len().max(padded_to.min(MAX_MESSAGE_BYTES));
        let mut body = Vec::with_capacity(HEADER_BYTES + length + 1 + TAG_BYTES);
        body.extend_from_slice(&salt);
        body.extend_from_slice(&RECORD_BYTES.to_be_bytes());
        // The length of a point is less than 256.
        body.push(65);
        body.extend_from_slice(&our_point);
        body.extend_from_slice(message);
        body.push(LAST);
        body.resize(HEADER_BYTES + length + 1, 0);
        let (cipher, nonce) = keys;
        let tag = cipher.seal_in_place_separate_tag(nonce, Aad::empty(), &mut body[HEADER_BYTES..]);
        body.extend_from_slice(tag.map_err(|_| EncryptError::Key)?.as_ref());
        Ok(body)
    }

    /// RFC 8291 §3.4.
    fn content_keys(
        &self,
        ours: &PrivateKey,
        our_point: &[u8; POINT_BYTES],
        salt: &[u8; SALT_BYTES],
    ) -> Option<(LessSafeKey, Nonce)> {
        let combine = |secret: &[u8]| Ok(Salt::new(HKDF_SHA256, &self.auth[..]).extract(secret));
        let theirs = parsed(&self.point)?;
        let shared = agreement::agree(ours, theirs, Unspecified, combine).ok()?;
        let info: [&[u8]; 3] = [b"WebPush: info\0", &self.point, our_point];
        let material: Zeroizing<[u8; 32]> = expanded(&shared, &info)?;
        let extracted = Salt::new(HKDF_SHA256, salt).extract(&material[..]);
        let key: Zeroizing<[u8; 16]> = expanded(&extracted, &[b"Content-Encoding: aes128gcm\0"])?;
        let nonce: Zeroizing<[u8; NONCE_LEN]> =
            expanded(&extracted, &[b"Content-Encoding: nonce\0"])?;
        let cipher = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key[..]).ok()?);
        Some((cipher, Nonce::assume_unique_for_key(*nonce)))
    }
}

impl fmt::Debug for BrowserKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BrowserKeys([redacted])")
    }
}

/// A private key. Of the numbers of this length all but one in four billion are one.
fn fresh(rng: &dyn Rng) -> (Zeroizing<[u8; SCALAR_BYTES]>, PrivateKey) {
    let mut scalar = Zeroizing::new([0_u8; SCALAR_BYTES]);
    loop {
        rng.fill(&mut scalar[..]);
        if let Ok(private) = PrivateKey::from_private_key(&ECDH_P256, &scalar[..]) {
            return (scalar, private);
        }
    }
}

fn point(private: &PrivateKey) -> Option<[u8; POINT_BYTES]> {
    private.compute_public_key().ok()?.as_ref().try_into().ok()
}

fn parsed(point: &[u8; POINT_BYTES]) -> Option<ParsedPublicKey> {
    UnparsedPublicKey::new(&ECDH_P256, point).try_into().ok()
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expanded<const N: usize>(prk: &Prk, info: &[&[u8]]) -> Option<Zeroizing<[u8; N]>> {
    let mut bytes = Zeroizing::new([0_u8; N]);
    prk.expand(info, Length(N)).and_then(|okm| okm.fill(&mut bytes[..])).ok()?;
    Some(bytes)
}

/// A JSON text. What is told to push services are addresses, in which nothing needs more.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests;
