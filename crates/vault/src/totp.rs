//! What a person's authenticator and the server both know, and the codes that both make of it: RFC
//! 6238 with what every authenticator takes: HMAC-SHA-1, 30 seconds, six digits. SHA-1 is broken for
//! signatures, not in an HMAC (RFC 6238 §1.2 has it as the default, and many apps know nothing else).

pub(crate) mod base32;

use std::fmt;

use aws_lc_rs::hmac;
use model::{ExposeSecret, Rng, SecretString, Timestamp};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use self::base32::{decode, encode};

/// The length of a secret: 160 bits, as RFC 4226 §4 recommends.
const BYTES: usize = 20;

/// For how long a code stands (RFC 6238 §5.2).
const STEP_S: i64 = 30;

/// How many digits a code has.
const DIGITS: usize = 6;

/// How many codes there are: 10 to the power of [`DIGITS`].
const CODES: u32 = 1_000_000;

/// Which 30 seconds since the Unix epoch a code is for.
pub type Step = u64;

/// A secret that makes codes.
#[derive(Clone)]
pub struct TotpSecret(Zeroizing<[u8; BYTES]>);

impl TotpSecret {
    /// Makes one.
    pub fn mint(rng: &dyn Rng) -> Self {
        let mut bytes = Zeroizing::new([0; BYTES]);
        rng.fill(bytes.as_mut_slice());
        Self(bytes)
    }

    /// The secret as it is typed into an authenticator: base 32 (RFC 4648 §6). Shown once, stored
    /// sealed.
    pub fn text(&self) -> SecretString {
        SecretString::from(encode(self.0.as_slice()).as_str())
    }

    /// Reads what [`text`](Self::text) has made; `None` for everything else.
    pub fn parse(text: &str) -> Option<Self> {
        let decoded = decode(text)?;
        let bytes = <[u8; BYTES]>::try_from(decoded.as_slice()).ok()?;
        Some(Self(Zeroizing::new(bytes)))
    }

    /// The address that authenticators read from a picture (the Key URI Format). `issuer` and
    /// `account` say there whose codes these are.
    pub fn uri(&self, issuer: &str, account: &str) -> SecretString {
        let (issuer, account) = (escaped(issuer), escaped(account));
        let secret = self.text();
        let secret = secret.expose_secret();
        SecretString::from(format!(
            "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}\
             &algorithm=SHA1&digits={DIGITS}&period={STEP_S}"
        ))
    }

    /// The code of one step.
    pub fn code(&self, step: Step) -> String {
        // RFC 4226 §5.3.
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, self.0.as_slice());
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let offset = usize::from(tag[tag.len() - 1] & 0xf);
        let word = [tag[offset] & 0x7f, tag[offset + 1], tag[offset + 2], tag[offset + 3]];
        let number = u32::from_be_bytes(word) % CODES;
        format!("{number:0DIGITS$}")
    }

    /// The step of which this is the code, if it is one of now: the present one, and one before and
    /// after it, for clocks that differ and people who type slowly (RFC 6238 §5.2). Takes the same
    /// time for every answer. That a step is not accepted twice is the caller's.
    pub fn step_of(&self, code: &str, now: Timestamp) -> Option<Step> {
        let present = step_at(now);
        let mut found = None;
        for step in present.saturating_sub(1)..=present + 1 {
            let fits: bool = self.code(step).as_bytes().ct_eq(code.as_bytes()).into();
            found = if fits { Some(step) } else { found };
        }
        found
    }
}

/// The step of a moment.
pub fn step_at(now: Timestamp) -> Step {
    u64::try_from(now.as_millis() / 1000 / STEP_S).unwrap_or_default()
}

/// Percent-encoded but for what RFC 3986 §2.3 leaves alone.
fn escaped(text: &str) -> String {
    use fmt::Write;
    text.bytes().fold(String::new(), |mut escaped, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                escaped.push(char::from(byte));
            }
            // Writing into a text does not fail.
            _ => drop(write!(escaped, "%{byte:02X}")),
        }
        escaped
    })
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use model::rng::CountingRng;

    use super::*;

    /// The secret of RFC 6238, appendix B.
    fn of_the_rfc() -> TotpSecret {
        TotpSecret(Zeroizing::new(*b"12345678901234567890"))
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    /// RFC 6238, appendix B: its codes have eight digits, ours the last six of them.
    #[test]
    fn codes_are_those_of_the_standard() {
        let vectors = [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ];
        for (seconds, code) in vectors {
            assert_eq!(of_the_rfc().code(step_at(at(seconds))), code[2..], "at {seconds}");
        }
    }

    #[test]
    fn a_code_stands_one_step_before_and_after_its_own() {
        let secret = of_the_rfc();
        let code = secret.code(100);
        for (seconds, stands) in
            [(2969, false), (2970, true), (3000, true), (3059, true), (3060, false)]
        {
            let found = secret.step_of(&code, at(seconds));
            assert_eq!(found, stands.then_some(100), "at {seconds}");
        }
        for wrong in ["", "0", &code[1..], &format!("{code}0"), "１２３４５６"] {
            assert_eq!(secret.step_of(wrong, at(3000)), None, "{wrong}");
        }
    }

    #[test]
    fn a_secret_is_typed_as_it_is_shown() {
        assert_eq!(of_the_rfc().text().expose_secret(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let minted = TotpSecret::mint(&CountingRng::new(7));
        let text = minted.text();
        let read = TotpSecret::parse(text.expose_secret()).unwrap();
        assert_eq!(read.code(1), minted.code(1));
        for wrong in ["", "GEZDGNBV", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1"] {
            assert!(TotpSecret::parse(wrong).is_none(), "{wrong}");
        }
    }

    /// A name is part of an address, whatever stands in it.
    #[test]
    fn names_cannot_change_the_address() {
        let uri = of_the_rfc().uri("Gantline", "a&secret=AA?#安");
        let expected = "otpauth://totp/Gantline:a%26secret%3DAA%3F%23%E5%AE%89\
                        ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Gantline\
                        &algorithm=SHA1&digits=6&period=30";
        assert_eq!(uri.expose_secret(), expected);
    }

    /// A secret does not get into a log by way of `Debug`.
    #[test]
    fn debug_output_shows_no_secret() {
        assert_eq!(format!("{:?}", of_the_rfc()), "TotpSecret([redacted])");
    }
}
