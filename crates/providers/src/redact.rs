//! Takes a provider's key out of an answer that repeats it.

use bytes::{Bytes, BytesMut};
use memchr::memmem;
use model::{ExposeSecret, SecretString};

/// Shorter keys are those of local servers that want none; they would be found in ordinary text.
const MIN_KEY_BYTES: usize = 12;

/// Replaces every occurrence of one key by as many asterisks, in a stream cut anywhere.
pub struct Redactor {
    finder: Option<memmem::Finder<'static>>,
    /// The end of what was read, where the key may have begun.
    held: BytesMut,
}

impl Redactor {
    /// Looks for `key`.
    pub fn new(key: &SecretString) -> Self {
        let key = key.expose_secret().as_bytes();
        let finder = (key.len() >= MIN_KEY_BYTES).then(|| memmem::Finder::new(key).into_owned());
        Self { finder, held: BytesMut::new() }
    }

    /// Reads the next bytes and answers those that may be shown. They are not copied unless the
    /// key, or what may be its beginning, is among them.
    pub fn push(&mut self, bytes: Bytes) -> Bytes {
        let Some(finder) = &self.finder else { return bytes };
        let bytes = if self.held.is_empty() {
            bytes
        } else {
            self.held.extend_from_slice(&bytes);
            self.held.split().freeze()
        };
        let mut bytes = redacted(finder, bytes);
        let tail = bytes.split_off(bytes.len() - begun(finder.needle(), &bytes));
        self.held.extend_from_slice(&tail);
        bytes
    }

    /// What is left when the stream ends.
    pub fn finish(self) -> Bytes {
        self.held.freeze()
    }
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redactor").finish_non_exhaustive()
    }
}

fn redacted(finder: &memmem::Finder<'_>, bytes: Bytes) -> Bytes {
    if finder.find(&bytes).is_none() {
        return bytes;
    }
    let mut copy = BytesMut::from(bytes.as_ref());
    for at in finder.find_iter(&bytes) {
        copy[at..at + finder.needle().len()].fill(b'*');
    }
    copy.freeze()
}

/// How many bytes at the end of `bytes` are a beginning of `key`.
fn begun(key: &[u8], bytes: &[u8]) -> usize {
    let longest = bytes.len().min(key.len() - 1);
    (1..=longest).rev().find(|length| bytes.ends_with(&key[..*length])).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn redact(key: &str, pieces: &[&str]) -> String {
        let mut redactor = Redactor::new(&key.into());
        let mut out = BytesMut::new();
        for piece in pieces {
            out.extend_from_slice(&redactor.push(Bytes::copy_from_slice(piece.as_bytes())));
        }
        out.extend_from_slice(&redactor.finish());
        String::from_utf8(out.to_vec()).unwrap()
    }

    /// S89: an upstream that repeats the key does not give it away.
    #[test]
    fn a_key_is_replaced_wherever_it_is_cut() {
        let key = "sk-canary-0123456789";
        let text = format!("{{\"error\":\"bad key {key} and {key}\"}}");
        let wanted = text.replace(key, "********************");
        for cut in 0..=text.len() {
            assert_eq!(redact(key, &[&text[..cut], &text[cut..]]), wanted);
        }
        let bytes: Vec<_> = (0..text.len()).map(|at| &text[at..=at]).collect();
        assert_eq!(redact(key, &bytes), wanted);
    }

    #[test]
    fn what_does_not_hold_the_key_is_neither_changed_nor_copied() {
        let mut redactor = Redactor::new(&"sk-canary-0123456789".into());
        let bytes = Bytes::from_static(b"data: {\"x\":\"sk-canary-\"}\n\n");
        let shown = redactor.push(bytes.clone());
        assert_eq!(shown, bytes);
        assert_eq!(shown.as_ptr(), bytes.as_ptr());
        assert_eq!(redact("EMPTY", &["an EMPTY list"]), "an EMPTY list");
    }

    #[test]
    fn debug_output_shows_no_key() {
        let shown = format!("{:?}", Redactor::new(&"sk-canary-0123456789".into()));
        assert!(!shown.contains("canary"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn any_split_gives_the_same(text in "[ab]{0,80}", cuts: Vec<prop::sample::Index>) {
            let key = "abababababab";
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
            cuts.extend([0, text.len()]);
            cuts.sort_unstable();
            let pieces: Vec<_> = cuts.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect();
            let shown = redact(key, &pieces);
            prop_assert_eq!(shown.len(), text.len());
            prop_assert!(!shown.contains(key));
            let kept = shown.bytes().zip(text.bytes()).all(|(shown, sent)| shown == sent || shown == b'*');
            prop_assert!(kept);
        }
    }
}
