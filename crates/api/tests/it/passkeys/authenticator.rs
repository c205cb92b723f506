//! An authenticator in software, and the browser before it: ES256 keys, CBOR by hand, real signatures.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// The flags of authenticator data (Web Authentication §6.1): somebody is there, and was verified.
pub(crate) const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const HAS_KEY: u8 = 0x40;

/// A key in somebody's device.
pub(crate) struct Authenticator {
    pair: EcdsaKeyPair,
    credential: Vec<u8>,
    handle: Vec<u8>,
    /// How often it says that it was used.
    pub(crate) counter: u32,
    /// For which domain it signs; that which it is asked for, if there is none.
    pub(crate) domain: Option<String>,
    /// What it says of who is there.
    pub(crate) flags: u8,
}

/// What signs nothing.
pub(crate) fn nothing() -> Value {
    json!({ "credential": "AA", "client_data": "AA", "authenticator_data": "AA", "signature": "AA" })
}

pub(crate) fn encoded(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn decoded(text: &Value) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

/// A head of CBOR (RFC 8949 §3) for lengths below 65536.
fn head(major: u8, length: usize) -> Vec<u8> {
    let major = major << 5;
    match u8::try_from(length) {
        Ok(short) if short < 24 => vec![major | short],
        Ok(byte) => vec![major | 0x18, byte],
        Err(_) => {
            let [high, low] = u16::try_from(length).unwrap().to_be_bytes();
            vec![major | 0x19, high, low]
        }
    }
}

pub(crate) fn bytes(value: &[u8]) -> Vec<u8> {
    [head(2, value.len()), value.to_vec()].concat()
}

pub(crate) fn text(value: &str) -> Vec<u8> {
    [head(3, value.len()), value.as_bytes().to_vec()].concat()
}

impl Authenticator {
    pub(crate) fn new() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let credential = sha256(pair.public_key().as_ref());
        let flags = PRESENT | VERIFIED;
        Self { pair, credential, handle: Vec::new(), counter: 0, domain: None, flags }
    }

    /// What a browser on a page of `origin` answers when it was asked for a new passkey.
    pub(crate) fn make(&mut self, options: &Value, origin: &str) -> Value {
        self.handle = decoded(&options["user"]["id"]);
        let client_data = client_data("webauthn.create", options, origin);
        let object = attestation(&self.key_data(options));
        json!({
            "credential": encoded(&self.credential),
            "client_data": encoded(&client_data),
            "attestation": encoded(&object),
            "transports": ["internal", "hybrid", "of-tomorrow"],
        })
    }

    /// What it answers when it was asked to sign.
    pub(crate) fn sign(&mut self, options: &Value, origin: &str) -> Value {
        self.counter += 1;
        self.sign_as_it_is(options, origin)
    }

    /// The same without counting.
    pub(crate) fn sign_as_it_is(&self, options: &Value, origin: &str) -> Value {
        let client_data = client_data("webauthn.get", options, origin);
        self.sign_this(&client_data, options["rpId"].as_str().unwrap())
    }

    pub(crate) fn sign_this(&self, client_data: &[u8], domain: &str) -> Value {
        let data = self.data(domain, self.flags);
        let signed = [data.clone(), sha256(client_data)].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &signed).unwrap();
        json!({
            "credential": encoded(&self.credential),
            "client_data": encoded(client_data),
            "authenticator_data": encoded(&data),
            "signature": encoded(signature.as_ref()),
            "user_handle": encoded(&self.handle),
        })
    }

    fn data(&self, domain: &str, flags: u8) -> Vec<u8> {
        let domain = self.domain.as_deref().unwrap_or(domain);
        [&sha256(domain.as_bytes())[..], &[flags], &self.counter.to_be_bytes()].concat()
    }

    /// Authenticator data with the new key in it (§6.5.1).
    pub(crate) fn key_data(&self, options: &Value) -> Vec<u8> {
        let domain = options["rp"]["id"].as_str().unwrap();
        let length = u16::try_from(self.credential.len()).unwrap().to_be_bytes();
        let point = self.pair.public_key().as_ref();
        // kty 2, alg -7, crv 1, x, y
        let key = [
            vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21],
            bytes(&point[1..33]),
            vec![0x22],
            bytes(&point[33..]),
        ];
        let data = self.data(domain, self.flags | HAS_KEY);
        [data, vec![0; 16], length.to_vec(), self.credential.clone(), key.concat()].concat()
    }

    /// The private half, which never leaves it.
    pub(crate) fn private(&self) -> Vec<u8> {
        use aws_lc_rs::encoding::{AsBigEndian, EcPrivateKeyBin};
        let key: EcPrivateKeyBin<'_> = self.pair.private_key().as_be_bytes().unwrap();
        key.as_ref().to_vec()
    }

    /// Another authenticator that says it is this one.
    pub(crate) fn impostor(&self) -> Self {
        let (credential, handle) = (self.credential.clone(), self.handle.clone());
        Self { credential, handle, counter: self.counter + 10, ..Self::new() }
    }
}

/// The attestation object around it, with no attestation.
pub(crate) fn attestation(key_data: &[u8]) -> Vec<u8> {
    [
        vec![0xa3],
        text("fmt"),
        text("none"),
        text("attStmt"),
        vec![0xa0],
        text("authData"),
        bytes(key_data),
    ]
    .concat()
}

/// What a browser says that it was asked (§5.8.1).
pub(crate) fn client_data(kind: &str, options: &Value, origin: &str) -> Vec<u8> {
    let challenge = &options["challenge"];
    let data = json!({
        "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false,
    });
    data.to_string().into_bytes()
}
