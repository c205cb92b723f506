use std::sync::Mutex;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey as Verifier};
use model::rng::CountingRng;

use super::*;

/// Gives these bytes, one after the other.
struct Told(Mutex<Vec<u8>>);

impl Rng for Told {
    fn fill(&self, bytes: &mut [u8]) {
        let mut left = self.0.lock().unwrap();
        let rest = left.split_off(bytes.len());
        bytes.copy_from_slice(&left);
        *left = rest;
    }
}

fn decoded(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// RFC 8291, appendix A: with its keys and its salt exactly its message comes out.
#[test]
fn the_message_of_the_rfc_is_made() {
    let sender = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
    let salt = "DGv6ra1nlYgDCS1FRnbzlw";
    let keys = BrowserKeys::parse(
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
    )
    .unwrap();
    let rng = Told(Mutex::new([decoded(sender), decoded(salt)].concat()));
    let text = b"When I grow up, I want to be a watermelon";
    let body = keys.encrypt(&rng, text, 0).unwrap();
    let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg\
        Dll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuw\
        XPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
    assert_eq!(URL_SAFE_NO_PAD.encode(body), expected);
}

#[test]
fn every_short_message_has_the_same_length_and_a_long_one_is_refused() {
    let rng = CountingRng::default();
    let browser = PushKey::generate(&CountingRng::new(7));
    let keys = BrowserKeys::parse(&browser.public_text(), "BTBZMqHH6r4Tts7J_aSIgg").unwrap();
    let length = |bytes: usize| keys.encrypt(&rng, &vec![b'x'; bytes], 1_024).unwrap().len();
    assert_eq!(length(0), length(1_024));
    assert_eq!(length(1_025), length(1_024) + 1);
    assert_eq!(length(MAX_MESSAGE_BYTES), MOST_BODY_BYTES);
    let long = keys.encrypt(&rng, &[0; MAX_MESSAGE_BYTES + 1], 0);
    assert_eq!(long, Err(EncryptError::TooLong(MAX_MESSAGE_BYTES + 1)));
}

#[test]
fn keys_that_are_none_are_refused() {
    let good = PushKey::generate(&CountingRng::default()).public_text();
    let auth = "BTBZMqHH6r4Tts7J_aSIgg";
    assert!(BrowserKeys::parse(&good, auth).is_ok());
    assert!(BrowserKeys::parse(&format!("{good}="), &format!("{auth}==")).is_ok());
    // On no curve: the same point with another last coordinate.
    let mut off = decoded(&good);
    off[64] ^= 1;
    let infinity = URL_SAFE_NO_PAD.encode([0; 65]);
    let off = URL_SAFE_NO_PAD.encode(off);
    for key in ["", "AAAA", "not base64!", &off, &infinity, &good[1..]] {
        assert_eq!(BrowserKeys::parse(key, auth).unwrap_err(), InvalidBrowserKeys::Key, "{key}");
    }
    for auth in ["", "AAAA", "BTBZMqHH6r4Tts7J_aSIggAA"] {
        assert_eq!(BrowserKeys::parse(&good, auth).unwrap_err(), InvalidBrowserKeys::Auth);
    }
}

/// RFC 8292: whoever has the public key sees who has sent it, to whom and until when.
#[test]
fn who_sends_is_signed() {
    let key = PushKey::generate(&CountingRng::default());
    let again = PushKey::parse(&key.text()).unwrap();
    assert_eq!(key.public_text(), again.public_text());
    let contact = Some("https://gantline.example");
    let field = again.authorization("https://push.example", 1_453_523_768, contact);
    let (token, known) = field.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
    assert_eq!(known, key.public_text());
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let verifier = Verifier::new(&ECDSA_P256_SHA256_FIXED, decoded(known));
    verifier.verify(signed.as_bytes(), &decoded(signature)).unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    assert_eq!(decoded(header), br#"{"typ":"JWT","alg":"ES256"}"#);
    let expected =
        r#"{"aud":"https://push.example","exp":1453523768,"sub":"https://gantline.example"}"#;
    assert_eq!(String::from_utf8(decoded(claims)).unwrap(), expected);
    let without = again.authorization("https://push.example", 1, None);
    assert!(!without.contains("sub"));
}

#[test]
fn another_text_is_no_key_pair() {
    let zero = URL_SAFE_NO_PAD.encode([0; 32]);
    for text in ["", "AAAA", "not base64!", &zero] {
        assert!(PushKey::parse(&SecretString::from(text)).is_err(), "{text}");
    }
    let key = PushKey::generate(&CountingRng::default());
    let secret = key.text();
    assert!(!format!("{key:?}").contains(secret.expose_secret()));
}
