//! What signs webhooks, as the Standard Webhooks specification has it (version 1.0.0): the receiver
//! holds the same secret, and recomputes an HMAC-SHA256 over identifier, time and body, so that it
//! knows who has sent them, when, and that nothing was changed on the way.

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::{Rng, SecretString};
use zeroize::Zeroizing;

/// How the text of a secret begins.
const PREFIX: &str = "whsec_";

/// The length of a secret: 256 bits, what the HMAC makes full use of. The specification asks for
/// 24 to 64 bytes.
const BYTES: usize = 32;

/// A secret that signs.
pub struct SigningSecret(Zeroizing<[u8; BYTES]>);

impl SigningSecret {
    /// Makes one.
    pub fn mint(rng: &dyn Rng) -> Self {
        let mut bytes = Zeroizing::new([0; BYTES]);
        rng.fill(bytes.as_mut_slice());
        Self(bytes)
    }

    /// The secret as the receiver needs it: `whsec_` and base64. Shown once, stored sealed.
    pub fn text(&self) -> SecretString {
        let encoded = Zeroizing::new(STANDARD.encode(self.0.as_slice()));
        let mut text = String::with_capacity(PREFIX.len() + encoded.len());
        text.push_str(PREFIX);
        text.push_str(&encoded);
        SecretString::from(text)
    }

    /// Reads what [`text`](Self::text) has made; `None` for everything else.
    pub fn parse(text: &str) -> Option<Self> {
        let decoded = Zeroizing::new(STANDARD.decode(text.strip_prefix(PREFIX)?).ok()?);
        let bytes = <[u8; BYTES]>::try_from(decoded.as_slice()).ok()?;
        Some(Self(Zeroizing::new(bytes)))
    }

    /// One signature of the header `webhook-signature`. `at_s` is the time of `webhook-timestamp`,
    /// in seconds since the Unix epoch.
    pub fn sign(&self, id: &str, at_s: i64, body: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_slice());
        let mut context = hmac::Context::with_key(&key);
        context.update(format!("{id}.{at_s}.").as_bytes());
        context.update(body);
        format!("v1,{}", STANDARD.encode(context.sign().as_ref()))
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use model::ExposeSecret;
    use model::rng::CountingRng;

    use super::*;

    /// Computed with the HMAC of Python's standard library over the bytes 0, 1, … 31.
    #[test]
    fn a_known_secret_makes_a_known_signature() {
        let text = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        let secret = SigningSecret::parse(text).unwrap();
        assert_eq!(secret.text().expose_secret(), text);
        let signature = secret.sign("msg_1", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,GWvjEzx3AphU7wha3hNZPXJnymF9Fg+ZdvPQqWPOjZ0=");
    }

    #[test]
    fn a_signature_covers_identifier_time_and_body() {
        let secret = SigningSecret::mint(&CountingRng::new(1));
        let other = SigningSecret::mint(&CountingRng::new(2));
        let signature = secret.sign("a", 1, b"{}");
        assert_eq!(signature, secret.sign("a", 1, b"{}"));
        let others = [
            secret.sign("b", 1, b"{}"),
            secret.sign("a", 2, b"{}"),
            secret.sign("a", 1, b"[]"),
            other.sign("a", 1, b"{}"),
        ];
        assert!(others.iter().all(|other| *other != signature), "{others:?}");
    }

    #[test]
    fn only_the_text_of_a_secret_is_read() {
        let good = SigningSecret::mint(&CountingRng::new(1)).text().expose_secret().to_owned();
        for bad in ["", "whsec_", &good[6..], &good[..20], &format!("{good}AAAA"), "whsec_=%"] {
            assert!(SigningSecret::parse(bad).is_none(), "{bad}");
        }
    }

    /// A secret does not get into a log by way of `Debug`.
    #[test]
    fn debug_output_shows_no_secret() {
        let secret = SigningSecret::mint(&CountingRng::new(1));
        assert_eq!(format!("{secret:?}"), "SigningSecret([redacted])");
    }
}
