//! Where in a document a value stands.

use std::ops::Deref;

use super::{Container, unescape};

/// The keys that lead from the root to a value; an element of an array is `[]`.
#[derive(Debug)]
pub(crate) struct Path {
    names: [Name; Path::DEPTH],
    /// How deep the value stands, which may be deeper than names are kept.
    length: usize,
}

#[derive(Debug, Clone, Copy)]
struct Name {
    bytes: [u8; Name::MAX_BYTES],
    length: usize,
}

/// The names of a [`Path`] as a slice that can be matched.
pub(crate) struct Parts<'a> {
    parts: [&'a [u8]; Path::DEPTH],
    length: usize,
}

impl Path {
    /// How deep values are told of.
    pub(crate) const DEPTH: usize = 4;

    pub(super) const fn root() -> Self {
        Self { names: [Name::NONE; Self::DEPTH], length: 0 }
    }

    /// The names, to be matched against a slice of byte strings.
    pub(crate) fn parts(&self) -> Parts<'_> {
        let mut parts: [&[u8]; Self::DEPTH] = [b""; Self::DEPTH];
        for (part, name) in parts.iter_mut().zip(&self.names) {
            *part = &name.bytes[..name.length];
        }
        Parts { parts, length: self.length.min(Self::DEPTH) }
    }

    pub(super) const fn is_near(&self) -> bool {
        self.length <= Self::DEPTH
    }

    pub(super) fn enter(&mut self, container: Container) {
        if let Some(name) = self.names.get_mut(self.length) {
            *name = match container {
                Container::Object => Name::NONE,
                Container::Array => Name::new(b"[]"),
            };
        }
        self.length += 1;
    }

    pub(super) fn leave(&mut self) {
        self.length -= 1;
    }

    /// The key was read; `None` if it is too long to be one that anybody asks for.
    pub(super) fn set_name(&mut self, raw: Option<&[u8]>) {
        let Some(name) = self.names.get_mut(self.length - 1) else { return };
        *name = match raw {
            Some(raw) if raw.contains(&b'\\') => {
                unescape(raw).map_or(Name::NONE, |text| Name::new(text.as_bytes()))
            }
            Some(raw) => Name::new(raw),
            None => Name::NONE,
        };
    }
}

impl Name {
    const MAX_BYTES: usize = 32;

    /// Also stands for names that nobody asks for.
    const NONE: Self = Self { bytes: [0; Self::MAX_BYTES], length: 0 };

    fn new(name: &[u8]) -> Self {
        let mut bytes = [0; Self::MAX_BYTES];
        match bytes.get_mut(..name.len()) {
            Some(room) => room.copy_from_slice(name),
            None => return Self::NONE,
        }
        Self { bytes, length: name.len() }
    }
}

impl<'a> Deref for Parts<'a> {
    type Target = [&'a [u8]];

    fn deref(&self) -> &Self::Target {
        &self.parts[..self.length]
    }
}
