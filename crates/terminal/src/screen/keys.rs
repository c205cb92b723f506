//! The progressive enhancements of the kitty keyboard protocol
//! (<https://sw.kovidgoyal.net/kitty/keyboard-protocol/>): a stack of flags for each screen.

use std::fmt::Write;

use super::csi::Csi;

/// The five enhancements there are.
const ALL_FLAGS: u8 = 0b1_1111;

/// How deep a stack is; pushing further forgets the oldest entry.
const STACK_LIMIT: usize = 16;

/// The flags of one screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct KeyFlags {
    current: u8,
    pushed: Vec<u8>,
}

impl KeyFlags {
    /// Acts on `CSI > u`, `CSI < u` and `CSI = u`; everything else is left alone.
    pub(crate) fn apply(&mut self, csi: &Csi<'_>) {
        let number = csi.number(0);
        let flags = number.to_be_bytes()[1] & ALL_FLAGS;
        match (csi.prefix, csi.end) {
            (Some(b'>'), b'u') => self.push(flags),
            (Some(b'<'), b'u') => self.pop(usize::from(number.max(1))),
            (Some(b'='), b'u') => self.set(flags, csi.number(1)),
            _ => {}
        }
    }

    /// Writes what leads a terminal without flags here.
    pub(crate) fn restore(&self, out: &mut String) {
        let mut entries = self.pushed.iter().chain([&self.current]);
        if let Some(base) = entries.next().filter(|base| **base != 0) {
            // Writing to a `String` does not fail, here and below.
            let _ = write!(out, "\x1b[={base}u");
        }
        for flags in entries {
            let _ = write!(out, "\x1b[>{flags}u");
        }
    }

    fn push(&mut self, flags: u8) {
        if self.pushed.len() == STACK_LIMIT {
            self.pushed.remove(0);
        }
        self.pushed.push(self.current);
        self.current = flags;
    }

    fn pop(&mut self, entries: usize) {
        for _ in 0..entries.min(STACK_LIMIT + 1) {
            self.current = self.pushed.pop().unwrap_or(0);
        }
    }

    fn set(&mut self, flags: u8, how: u16) {
        match how {
            0 | 1 => self.current = flags,
            2 => self.current |= flags,
            3 => self.current &= !flags,
            _ => {}
        }
    }
}
