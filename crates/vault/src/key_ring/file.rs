//! The text of a key ring file.

use std::path::Path;

use zeroize::Zeroizing;

use super::{RingKey, RingKeyId};
use crate::key_file::{self, KeyFileError, malformed};

const HEADER: &str = "gantline key ring 1";

const COMMENT: &str = "\
# Opens the provider keys in the database. Without this file they are lost for good; with it and
# the database anybody can read them. Keep a copy of it apart from the copies of the database.
";

const MAX_KEYS: usize = 64;

pub(super) fn write<'a>(keys: impl Iterator<Item = &'a RingKey>) -> Zeroizing<String> {
    let mut text = Zeroizing::new(format!("{HEADER}\n{COMMENT}"));
    for key in keys {
        let secret = key_file::encode_key(&key.bytes);
        let check = check(key.id, &key.bytes);
        // Room for the whole line first: growing in the middle would leave a copy of the secret.
        text.reserve(secret.len() + 64);
        text.push_str("key ");
        text.push_str(&key.id.to_string());
        text.push(' ');
        text.push_str(&secret);
        text.push(' ');
        text.push_str(&check);
        text.push('\n');
    }
    text
}

pub(super) fn read(path: &Path, text: &str) -> Result<Vec<RingKey>, KeyFileError> {
    let mut keys: Vec<RingKey> = Vec::new();
    for (line, entry) in key_file::entries(path, text, HEADER)? {
        let key = read_key(entry).map_err(|problem| malformed(path, line, problem))?;
        if keys.iter().any(|other| other.id == key.id) {
            return Err(malformed(path, line, "repeats the id of a key above"));
        }
        if keys.len() == MAX_KEYS {
            return Err(malformed(path, line, "is one key too many; 64 are allowed"));
        }
        keys.push(key);
    }
    if keys.is_empty() {
        return Err(malformed(path, 1, "is followed by no key"));
    }
    Ok(keys)
}

fn read_key(entry: &str) -> Result<RingKey, &'static str> {
    let words: Vec<&str> = entry.split_ascii_whitespace().collect();
    let ["key", id, secret, given] = words[..] else {
        return Err("must read: key <id> <key> <check>");
    };
    let mut id_bytes = [0_u8; 8];
    hex::decode_to_slice(id, &mut id_bytes).map_err(|_| "has an id that is not 16 hex digits")?;
    let id = RingKeyId(id_bytes);
    let bytes = key_file::decode_key(secret).ok_or("has a key that is not 32 bytes of base64")?;
    if check(id, &bytes) != given {
        return Err("is a bad copy: key and check do not fit");
    }
    Ok(RingKey::new(id, bytes))
}

fn check(id: RingKeyId, bytes: &[u8; 32]) -> String {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&id.0);
    hasher.update(bytes);
    format!("{:08x}", hasher.finalize())
}
