//! A browser and its push service, as far as they are the other side of what this server sends: it is
//! decrypted here by the other half of the keys, and who has sent it is verified.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use aws_lc_rs::signature::{self, ECDSA_P256_SHA256_FIXED};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::receiver::{Receiver, Told, field};

/// The browser of RFC 8291, appendix A.
pub(crate) const P256DH: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";

/// What it shares with whoever may write to it.
pub(crate) const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

/// A browser that has subscribed.
pub(crate) struct Browser {
    private: PrivateKey,
    auth: [u8; 16],
    pub(crate) endpoint: String,
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

impl Browser {
    /// One whose push service is this receiver.
    pub(crate) fn at(receiver: &Receiver, name: &str) -> Self {
        let private = PrivateKey::generate(&ECDH_P256).unwrap();
        let endpoint = format!("http://{}/push/{name}", receiver.authority);
        Self { private, auth: *b"0123456789abcdef", endpoint }
    }

    fn point(&self) -> Vec<u8> {
        self.private.compute_public_key().unwrap().as_ref().to_vec()
    }

    /// What its console says to the server.
    pub(crate) fn subscription(&self) -> Value {
        json!({
            "endpoint": self.endpoint,
            "p256dh": URL_SAFE_NO_PAD.encode(self.point()),
            "auth": URL_SAFE_NO_PAD.encode(self.auth),
            "name": "Firefox · Linux",
        })
    }

    /// Opens a message (RFC 8291 §4, RFC 8188 §2).
    pub(crate) fn open(&self, body: &[u8]) -> Value {
        let (salt, rest) = body.split_at(16);
        let (size, rest) = rest.split_at(4);
        assert!(u32::from_be_bytes(size.try_into().unwrap()) as usize >= rest.len());
        let (theirs, sealed) = rest[1..].split_at(usize::from(rest[0]));
        let public = UnparsedPublicKey::new(&ECDH_P256, theirs);
        let extract = |shared: &[u8]| Ok(Salt::new(HKDF_SHA256, &self.auth).extract(shared));
        let shared = agreement::agree(&self.private, public, (), extract).unwrap();
        let material = expand(&shared, &[b"WebPush: info\0", &self.point(), theirs], 32);
        let prk = Salt::new(HKDF_SHA256, salt).extract(&material);
        let key = expand(&prk, &[b"Content-Encoding: aes128gcm\0"], 16);
        let nonce = expand(&prk, &[b"Content-Encoding: nonce\0"], 12);
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).unwrap());
        let nonce = Nonce::try_assume_unique_for_key(&nonce).unwrap();
        let mut text = sealed.to_vec();
        let text = key.open_in_place(nonce, Aad::empty(), &mut text).unwrap();
        let end = text.iter().rposition(|byte| *byte != 0).unwrap();
        assert_eq!(text[end], 2, "it is the last record");
        serde_json::from_slice(&text[..end]).unwrap()
    }
}

fn expand(prk: &Prk, info: &[&[u8]], bytes: usize) -> Vec<u8> {
    let mut expanded = vec![0; bytes];
    prk.expand(info, Length(bytes)).unwrap().fill(&mut expanded).unwrap();
    expanded
}

/// What a push service learns of the sender, once it has verified it with the key that the browser has
/// subscribed with (RFC 8292).
pub(crate) fn verified(told: &Told, subscribed_with: &str) -> Value {
    let field = field(&told.head, "authorization").strip_prefix("vapid t=").unwrap();
    let (token, key) = field.split_once(", k=").unwrap();
    assert_eq!(key, subscribed_with);
    let (signed, sealed) = token.rsplit_once('.').unwrap();
    let public =
        signature::UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, decoded(subscribed_with));
    public.verify(signed.as_bytes(), &decoded(sealed)).unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&decoded(header)).unwrap();
    assert_eq!(header, json!({ "typ": "JWT", "alg": "ES256" }));
    serde_json::from_slice(&decoded(claims)).unwrap()
}

fn decoded(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}
