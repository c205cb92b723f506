//! What signs a message to the chat robots of Feishu (Lark) and DingTalk, as their makers describe it.
//! Both take an HMAC-SHA256 of a time and a secret, but not in the same way.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The field `sign` beside `timestamp` in a body for Feishu: time and secret together are the key, and
/// nothing is signed with it. `at_s` is in seconds since the Unix epoch.
pub fn feishu_signature(secret: &str, at_s: i64) -> String {
    let key = format!("{at_s}\n{secret}");
    mac(key.as_bytes(), b"")
}

/// The parameter `sign` beside `timestamp` in an address of DingTalk, before it is escaped for an
/// address: the secret is the key, time and secret together are signed. `at_ms` is in milliseconds
/// since the Unix epoch.
pub fn dingtalk_signature(secret: &str, at_ms: i64) -> String {
    let signed = format!("{at_ms}\n{secret}");
    mac(secret.as_bytes(), signed.as_bytes())
}

fn mac(key: &[u8], signed: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    STANDARD.encode(hmac::sign(&key, signed).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with the HMAC of Python's standard library, in the way of the samples in the makers'
    /// documents.
    #[test]
    fn a_known_secret_makes_a_known_signature() {
        assert_eq!(
            feishu_signature("demo", 1_599_360_473),
            "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="
        );
        assert_eq!(
            dingtalk_signature("SECdemo", 1_599_360_473_000),
            "tGWkA5eQOQNCNPDgphtxIoNLO+/gD8Lcb705KQoRzeY="
        );
    }

    #[test]
    fn a_signature_covers_secret_and_time() {
        for sign in [feishu_signature, dingtalk_signature] {
            let signature = sign("a", 1);
            assert_eq!(signature, sign("a", 1));
            assert_ne!(signature, sign("b", 1));
            assert_ne!(signature, sign("a", 2));
        }
    }
}
