//! Base 32 (RFC 4648 §6) of whole groups of five bytes, which need no padding.

use zeroize::Zeroizing;

const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Bytes as text. Their number must be a multiple of five.
pub(crate) fn encode(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() / 5 * 8));
    for group in bytes.chunks_exact(5) {
        let number = group.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        for place in (0..8).rev() {
            let letter = usize::try_from(number >> (place * 5) & 31).unwrap_or_default();
            text.push(char::from(LETTERS[letter]));
        }
    }
    text
}

/// The bytes of a text in capitals; `None` if it is none of whole groups.
pub(crate) fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let groups = text.as_bytes().chunks_exact(8);
    if !groups.remainder().is_empty() {
        return None;
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() / 8 * 5));
    for group in groups {
        let mut number = 0_u64;
        for letter in group {
            let value = LETTERS.iter().position(|known| known == letter)?;
            number = number << 5 | value as u64;
        }
        bytes.extend_from_slice(&number.to_be_bytes()[3..]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4648 §10, the one vector of a whole group; and every letter.
    #[test]
    fn text_is_that_of_the_standard() {
        assert_eq!(*encode(b"fooba"), "MZXW6YTB");
        let all = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        assert_eq!(*encode(&decode(all).unwrap()), all);
        for wrong in ["A", "abcdefgh", "ABCDEFG=", "ABCDEFG1"] {
            assert!(decode(wrong).is_none(), "{wrong}");
        }
    }
}
