//! Codes for whoever has lost their authenticator: each stands for one code of it, once. They are
//! random, not chosen, so that a fast digest is all that needs to be stored.

use std::fmt;

use aws_lc_rs::digest;
use model::{Rng, SecretString, UserId};
use zeroize::Zeroizing;

use crate::totp::base32::{decode, encode};

/// The length of a code's secret: 80 bits, too many to be tried.
const BYTES: usize = 10;

/// How many letters stand together, so that people can read them out.
const GROUP: usize = 4;

/// One code.
pub struct RecoveryCode(Zeroizing<[u8; BYTES]>);

impl RecoveryCode {
    /// Makes one.
    pub fn mint(rng: &dyn Rng) -> Self {
        let mut bytes = Zeroizing::new([0; BYTES]);
        rng.fill(bytes.as_mut_slice());
        Self(bytes)
    }

    /// Reads a code as people type it: case, blanks and hyphens do not count. `None` if it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let letters = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let letters: Zeroizing<String> = Zeroizing::new(letters.collect());
        let letters = Zeroizing::new(letters.to_ascii_uppercase());
        let decoded = decode(&letters)?;
        let bytes = <[u8; BYTES]>::try_from(decoded.as_slice()).ok()?;
        Some(Self(Zeroizing::new(bytes)))
    }

    /// The code as its owner keeps it: `XXXX-XXXX-XXXX-XXXX`. Shown once, never stored.
    pub fn text(&self) -> SecretString {
        let letters = encode(self.0.as_slice());
        let groups: Vec<&str> =
            (0..letters.len()).step_by(GROUP).map(|at| &letters[at..at + GROUP]).collect();
        SecretString::from(groups.join("-"))
    }

    /// What is stored in its place: SHA-256 over the kind, the user and the code, so that a row is
    /// of no use to another account.
    pub fn digest(&self, user: UserId) -> [u8; 32] {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(b"gantline recovery code\0");
        context.update(user.as_bytes());
        context.update(self.0.as_slice());
        let mut bytes = [0; 32];
        bytes.copy_from_slice(context.finish().as_ref());
        bytes
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use model::rng::CountingRng;
    use model::{ExposeSecret, Timestamp};

    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let rng = CountingRng::new(3);
        let user = UserId::new(Timestamp::from_millis(1), &rng);
        let code = RecoveryCode::mint(&rng);
        let text = code.text();
        let text = text.expose_secret();
        assert_eq!((text.len(), text.matches('-').count()), (19, 3), "{text}");
        for typed in [text.to_owned(), text.to_lowercase(), text.replace('-', " ")] {
            let read = RecoveryCode::parse(&typed).unwrap();
            assert_eq!(read.digest(user), code.digest(user), "{typed}");
        }
        for wrong in ["", "123456", &text[..18], &format!("{text}A"), "0000-0000-0000-0000"] {
            assert!(RecoveryCode::parse(wrong).is_none(), "{wrong}");
        }
    }

    /// A row that is copied to another account opens nothing there.
    #[test]
    fn a_digest_belongs_to_one_account() {
        let rng = CountingRng::new(3);
        let code = RecoveryCode::mint(&rng);
        let now = Timestamp::from_millis(1);
        assert_ne!(code.digest(UserId::new(now, &rng)), code.digest(UserId::new(now, &rng)));
        assert_eq!(format!("{code:?}"), "RecoveryCode([redacted])");
    }
}
