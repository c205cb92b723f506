//! Keys that are for this program and not for the terminal: those after a prefix.

use std::fmt;
use std::str::FromStr;

/// The key that begins what is for this program; a control key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PrefixKey(u8);

/// The key that nearly no program uses; that of telnet.
impl Default for PrefixKey {
    fn default() -> Self {
        Self(0x1d)
    }
}

impl FromStr for PrefixKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let sign = text.strip_prefix('^').or_else(|| text.strip_prefix("C-"));
        match sign.map(str::as_bytes) {
            // Caret notation: the control key of a sign is the sign without its upper bits.
            Some([sign @ (b'@'..=b'_' | b'a'..=b'z')]) => Ok(Self(sign & 0x1f)),
            _ => Err(format!("{text:?} is not a control key such as ^] or ^A")),
        }
    }
}

impl fmt::Display for PrefixKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ctrl-{}", char::from(self.0 | 0x40))
    }
}

/// What was typed, for whom it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    /// For the terminal.
    Typed(Vec<u8>),
    Detach,
    TakeKeyboard,
    FitToMe,
    Help,
}

/// Tells keys for this program from those for the terminal.
pub(super) struct Detacher {
    prefix: PrefixKey,
    /// Whether the prefix was typed and what follows is for this program.
    is_open: bool,
}

impl Detacher {
    pub(super) const fn new(prefix: PrefixKey) -> Self {
        Self { prefix, is_open: false }
    }

    pub(super) const fn prefix(&self) -> PrefixKey {
        self.prefix
    }

    /// Takes what was typed apart. The prefix typed twice is the key itself.
    pub(super) fn keys(&mut self, typed: &[u8]) -> Vec<Key> {
        let mut keys = Vec::new();
        for byte in typed.iter().copied() {
            if !std::mem::take(&mut self.is_open) {
                match keys.last_mut() {
                    _ if byte == self.prefix.0 => self.is_open = true,
                    Some(Key::Typed(bytes)) => bytes.push(byte),
                    _ => keys.push(Key::Typed(vec![byte])),
                }
                continue;
            }
            keys.push(match byte {
                b'd' | b'D' | b'.' => Key::Detach,
                b't' | b'T' => Key::TakeKeyboard,
                b'f' | b'F' => Key::FitToMe,
                byte if byte == self.prefix.0 => Key::Typed(vec![byte]),
                _ => Key::Help,
            });
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(pieces: &[&[u8]]) -> Vec<Key> {
        let mut detacher = Detacher::new(PrefixKey::default());
        pieces.iter().flat_map(|piece| detacher.keys(piece)).collect()
    }

    fn typed(bytes: &[u8]) -> Key {
        Key::Typed(bytes.to_vec())
    }

    #[test]
    fn keys_after_the_prefix_are_for_this_program() {
        assert_eq!(keys(&[b"ab\x1dd"]), [typed(b"ab"), Key::Detach]);
        assert_eq!(keys(&[b"\x1d", b"t", b"x"]), [Key::TakeKeyboard, typed(b"x")]);
        assert_eq!(keys(&[b"\x1df\x1d?"]), [Key::FitToMe, Key::Help]);
        assert_eq!(keys(&[b"d"]), [typed(b"d")]);
    }

    #[test]
    fn the_prefix_typed_twice_is_the_key_itself() {
        assert_eq!(keys(&[b"\x1d\x1d", b"d"]), [typed(b"\x1d"), typed(b"d")]);
    }

    #[test]
    fn prefixes_are_control_keys() {
        assert_eq!("^]".parse(), Ok(PrefixKey::default()));
        assert_eq!("^a".parse::<PrefixKey>().unwrap().to_string(), "Ctrl-A");
        assert_eq!("C-b".parse::<PrefixKey>(), "^B".parse());
        for bad in ["", "^", "a", "^]]", "^1", "Ctrl-A"] {
            assert!(bad.parse::<PrefixKey>().is_err(), "{bad}");
        }
    }
}
