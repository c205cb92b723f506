//! The modes that the grid does not keep: what the program wants to hear of keys and mouse, and
//! how the cursor looks.
//!
//! Numbers and meanings: xterm's control sequences
//! (<https://invisible-island.net/xterm/ctlseqs/ctlseqs.html>), and for 2026, 2031 and 2048 the
//! proposals that terminals have taken up.

use std::fmt::Write;

use avt::ScreenKind;

use super::csi::Csi;
use super::keys::KeyFlags;

/// Private modes that are on or off, off at first, and of no consequence for the grid.
const SWITCHES: [u16; 12] = [
    5,    // reverse video
    12,   // blinking cursor
    45,   // reverse wrap
    69,   // left and right margins
    1004, // focus in and out
    1007, // wheel as arrow keys on the alternate screen
    1036, // Alt sends ESC
    2004, // bracketed paste
    2031, // notice of a new colour scheme
    2048, // notice of a new size, in band
    9001, // Windows key events
    2026, // synchronized output: written last, so that everything before it is shown
];

/// Modes that say what of the mouse is told; at most one holds.
const MOUSE_TRACKING: [u16; 5] = [9, 1000, 1001, 1002, 1003];

/// Modes that say how it is told; at most one holds.
const MOUSE_ENCODING: [u16; 4] = [1005, 1006, 1015, 1016];

/// Application keypad as a private mode.
const KEYPAD: u16 = 66;

/// Everything a program has asked for apart from what is on the screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Modes {
    switches: [bool; SWITCHES.len()],
    mouse_tracking: Option<u16>,
    mouse_encoding: Option<u16>,
    keypad: Keypad,
    /// DECSCUSR, 0 to 6.
    cursor_style: u16,
    /// XTMODKEYS resource 4.
    modify_other_keys: u16,
    primary_keys: KeyFlags,
    alternate_keys: KeyFlags,
}

/// What the keys of the number pad send.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Keypad {
    /// Digits.
    #[default]
    Numeric,
    /// Escape sequences.
    Application,
}

impl Modes {
    /// Whether pasted text is marked as such (2004).
    pub fn bracketed_paste(&self) -> bool {
        self.is_on(2004)
    }

    /// Whether gaining and losing the focus is told (1004).
    pub fn focus_events(&self) -> bool {
        self.is_on(1004)
    }

    /// Whether output is being held back until a picture is complete (2026).
    pub fn synchronized_output(&self) -> bool {
        self.is_on(2026)
    }

    /// Which mouse events are told: 9, 1000, 1001, 1002 or 1003.
    pub fn mouse_tracking(&self) -> Option<u16> {
        self.mouse_tracking
    }

    /// How mouse events are written: 1005, 1006, 1015 or 1016.
    pub fn mouse_encoding(&self) -> Option<u16> {
        self.mouse_encoding
    }

    /// What the keys of the number pad send.
    pub fn keypad(&self) -> Keypad {
        self.keypad
    }

    /// The cursor's shape, a parameter of DECSCUSR: 0 to 6.
    pub fn cursor_style(&self) -> u16 {
        self.cursor_style
    }

    pub(crate) fn apply(&mut self, csi: &Csi<'_>, screen: ScreenKind) {
        match (csi.prefix, csi.intermediates, csi.end) {
            (Some(b'?'), b"", b'h') => csi.numbers().for_each(|mode| self.set(mode)),
            (Some(b'?'), b"", b'l') => csi.numbers().for_each(|mode| self.reset(mode)),
            (None, b" ", b'q') if csi.number(0) <= 6 => self.cursor_style = csi.number(0),
            (Some(b'>'), b"", b'm') => self.modify_keys(csi),
            (Some(_), b"", b'u') => self.keys_of(screen).apply(csi),
            _ => {}
        }
    }

    pub(crate) fn set_keypad(&mut self, keypad: Keypad) {
        self.keypad = keypad;
    }

    /// DECSTR, as far as it concerns these modes.
    pub(crate) fn soft_reset(&mut self) {
        self.keypad = Keypad::Numeric;
    }

    /// Writes the flags of one screen's keyboard; that screen must be the active one.
    pub(crate) fn restore_keys(&self, screen: ScreenKind, out: &mut String) {
        match screen {
            ScreenKind::Primary => self.primary_keys.restore(out),
            ScreenKind::Alternate => self.alternate_keys.restore(out),
        }
    }

    /// Writes everything but the keyboard flags, for a terminal that is fresh.
    ///
    /// Writing to a `String` does not fail, so the results are dropped.
    pub(crate) fn restore(&self, out: &mut String) {
        if self.keypad == Keypad::Application {
            out.push_str("\x1b=");
        }
        if self.cursor_style != 0 {
            let _ = write!(out, "\x1b[{} q", self.cursor_style);
        }
        if self.modify_other_keys != 0 {
            let _ = write!(out, "\x1b[>4;{}m", self.modify_other_keys);
        }
        let switched_on =
            SWITCHES.iter().zip(self.switches).filter(|(_, on)| *on).map(|(mode, _)| *mode);
        for mode in self.mouse_tracking.into_iter().chain(self.mouse_encoding).chain(switched_on) {
            let _ = write!(out, "\x1b[?{mode}h");
        }
    }

    fn is_on(&self, mode: u16) -> bool {
        SWITCHES.iter().zip(self.switches).any(|(switch, on)| on && *switch == mode)
    }

    fn set(&mut self, mode: u16) {
        if MOUSE_TRACKING.contains(&mode) {
            self.mouse_tracking = Some(mode);
        } else if MOUSE_ENCODING.contains(&mode) {
            self.mouse_encoding = Some(mode);
        } else if mode == KEYPAD {
            self.keypad = Keypad::Application;
        }
        self.switch(mode, true);
    }

    /// Resetting any tracking mode turns tracking off, whichever is on; an encoding is only turned
    /// off by its own number.
    fn reset(&mut self, mode: u16) {
        if MOUSE_TRACKING.contains(&mode) {
            self.mouse_tracking = None;
        } else if self.mouse_encoding == Some(mode) {
            self.mouse_encoding = None;
        } else if mode == KEYPAD {
            self.keypad = Keypad::Numeric;
        }
        self.switch(mode, false);
    }

    fn switch(&mut self, mode: u16, on: bool) {
        if let Some(index) = SWITCHES.iter().position(|switch| *switch == mode) {
            self.switches[index] = on;
        }
    }

    /// `CSI > 4 ; value m`; a missing value, or no parameter at all, means the default.
    fn modify_keys(&mut self, csi: &Csi<'_>) {
        if matches!(csi.number(0), 0 | 4) {
            self.modify_other_keys = csi.number(1).min(3);
        }
    }

    fn keys_of(&mut self, screen: ScreenKind) -> &mut KeyFlags {
        match screen {
            ScreenKind::Primary => &mut self.primary_keys,
            ScreenKind::Alternate => &mut self.alternate_keys,
        }
    }
}
