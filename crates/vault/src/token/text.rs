//! The text of a token: prefix, id, secret, whatever else the kind carries, check.

use model::SecretString;
use zeroize::{Zeroize, Zeroizing};

use super::kind::{self, Kind};
use super::{InvalidToken, SECRET_BYTES, Token, base62};

const ID_BYTES: usize = 16;
const ID_WIDTH: usize = base62::width(ID_BYTES);
const SECRET_WIDTH: usize = base62::width(SECRET_BYTES);
const CHECK_BYTES: usize = 4;
const CHECK_WIDTH: usize = base62::width(CHECK_BYTES);

pub(super) fn write<K: Kind>(token: &Token<K>, extra: &[u8]) -> SecretString {
    // Room for all of it first: growing in the middle would leave a copy of the secret.
    let mut text = String::with_capacity(K::PREFIX.len() + body_width(extra.len()) + CHECK_WIDTH);
    text.push_str(K::PREFIX);
    base62::encode(&kind::id_bytes::<K>(token.id), &mut text);
    base62::encode(token.secret.as_slice(), &mut text);
    if !extra.is_empty() {
        base62::encode(extra, &mut text);
    }
    let check = crc32fast::hash(text.as_bytes()).to_be_bytes();
    base62::encode(&check, &mut text);
    let secret = SecretString::from(text.as_str());
    text.zeroize();
    secret
}

/// Answers the extra bytes and the token.
pub(super) fn parse<K: Kind, const EXTRA: usize>(
    text: &str,
) -> Result<([u8; EXTRA], Token<K>), InvalidToken> {
    let bytes = text.as_bytes();
    let Some(rest) = bytes.strip_prefix(K::PREFIX.as_bytes()) else {
        return Err(other::<K>(bytes));
    };
    if rest.len() != body_width(EXTRA) + CHECK_WIDTH {
        let length = K::PREFIX.len() + body_width(EXTRA) + CHECK_WIDTH;
        return Err(InvalidToken::Length { wanted: K::NAME, length });
    }
    read(bytes, rest).ok_or(InvalidToken::Damaged { wanted: K::NAME })
}

/// Reads the parts, whose lengths are right together; `None` if a character is wrong.
fn read<K: Kind, const EXTRA: usize>(whole: &[u8], rest: &[u8]) -> Option<([u8; EXTRA], Token<K>)> {
    let (checked, check) = whole.split_at_checked(whole.len() - CHECK_WIDTH)?;
    let check: Zeroizing<[u8; CHECK_BYTES]> = base62::decode(check)?;
    if u32::from_be_bytes(*check) != crc32fast::hash(checked) {
        return None;
    }
    let (id, rest) = rest.split_at_checked(ID_WIDTH)?;
    let (secret, rest) = rest.split_at_checked(SECRET_WIDTH)?;
    let (extra, _) = rest.split_at_checked(extra_width(EXTRA))?;
    let id = kind::id_from::<K>(*base62::decode(id)?);
    Some((*base62::decode(extra)?, Token { id, secret: base62::decode(secret)? }))
}

fn other<K: Kind>(bytes: &[u8]) -> InvalidToken {
    let (wanted, prefix) = (K::NAME, K::PREFIX);
    match kind::ALL.iter().find(|(prefix, _)| bytes.starts_with(prefix.as_bytes())) {
        Some((_, given)) => InvalidToken::OtherKind { given, wanted, prefix },
        None => InvalidToken::Foreign { wanted, prefix },
    }
}

const fn body_width(extra: usize) -> usize {
    ID_WIDTH + SECRET_WIDTH + extra_width(extra)
}

const fn extra_width(extra: usize) -> usize {
    if extra == 0 { 0 } else { base62::width(extra) }
}
