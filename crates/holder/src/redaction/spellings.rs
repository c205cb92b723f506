//! The ways in which a text is usually written down.

use super::PIECE_BYTES;

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const FOR_ADDRESSES: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Every spelling of a secret that is long enough to be recognised, each once.
pub(super) fn of(secret: &[u8]) -> Vec<Vec<u8>> {
    let mut all = vec![secret.to_vec(), percent(secret), json(secret), shell(secret)];
    all.extend([
        hexadecimal(secret, b"0123456789abcdef"),
        hexadecimal(secret, b"0123456789ABCDEF"),
    ]);
    for alphabet in [STANDARD, FOR_ADDRESSES] {
        all.extend((0..3).map(|shift| base64(secret, shift, alphabet)));
    }
    all.sort_unstable();
    all.dedup();
    all.retain(|spelling| spelling.len() >= PIECE_BYTES);
    all
}

fn percent(secret: &[u8]) -> Vec<u8> {
    let spelled = |byte: &u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => vec![*byte],
        other => format!("%{other:02X}").into_bytes(),
    };
    secret.iter().flat_map(spelled).collect()
}

fn json(secret: &[u8]) -> Vec<u8> {
    let spelled = |byte: &u8| match byte {
        b'"' | b'\\' => vec![b'\\', *byte],
        b'\n' => b"\\n".to_vec(),
        b'\r' => b"\\r".to_vec(),
        b'\t' => b"\\t".to_vec(),
        0..0x20 => format!("\\u{byte:04x}").into_bytes(),
        other => vec![*other],
    };
    secret.iter().flat_map(spelled).collect()
}

/// As between single quotes.
fn shell(secret: &[u8]) -> Vec<u8> {
    let spelled = |byte: &u8| if *byte == b'\'' { b"'\\''".to_vec() } else { vec![*byte] };
    secret.iter().flat_map(spelled).collect()
}

fn hexadecimal(secret: &[u8], digits: &[u8; 16]) -> Vec<u8> {
    let spelled = |byte: &u8| [digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]];
    secret.iter().flat_map(spelled).collect()
}

/// Without the characters that depend on what stands before and behind it in what was encoded, of
/// which it begins at a byte of this remainder by three.
fn base64(secret: &[u8], shift: usize, alphabet: &[u8; 64]) -> Vec<u8> {
    let bits = secret.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    // Six bits are a character; those that belong to one with foreign bits are left out.
    let foreign = (6 - shift * 8 % 6) % 6;
    let own: Vec<u8> = bits.skip(foreign).collect();
    let value = |six: &[u8]| six.iter().fold(0, |value, bit| value << 1 | usize::from(*bit));
    own.chunks_exact(6).map(|six| alphabet[value(six)]).collect()
}
