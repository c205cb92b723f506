//! What sequences do to the canvas.
//!
//! Most go to the grid as they are. Where the grid does something else than the terminals that
//! people use, or does it at a cost that a program could abuse, it is given what comes to the same.

use super::canvas::{Canvas, Margins};
use super::csi::Csi;
use super::decoder::Sink;
use super::modes::{Keypad, Modes};

/// DECAWM.
const AUTO_WRAP: u16 = 7;

impl Sink for Canvas {
    fn text(&mut self, text: &str) {
        self.write(text);
    }

    fn control(&mut self, control: u8) {
        self.settle();
        self.draw_stepwise(char::from(control).encode_utf8(&mut [0; 4]));
    }

    fn csi(&mut self, csi: &Csi<'_>, raw: &str) {
        if let (None, b"", b'b') = (csi.prefix, csi.intermediates, csi.end) {
            return self.repeat(csi);
        }
        self.settle();
        match (csi.prefix, csi.intermediates, csi.end) {
            (None, b"", b'J') if csi.number(0) == 3 => self.grid.clear_history(),
            (None, b"", b'L' | b'M') => self.move_rows(raw),
            (None, b"", b'r') => self.set_margins(csi),
            (None, b"", b't') => self.window.csi(csi),
            (None, b"", b'u') => self.restore_cursor(raw),
            (None, b"!", b'p') => self.soft_reset(),
            (Some(b'?'), b"", b'h' | b'l') => self.switch_modes(csi, raw),
            // Selective erasure: nothing is ever protected here.
            (Some(b'?'), b"", b'J' | b'K') => self.execute(&raw.replace('?', "")),
            (None, b"", _) => self.execute(raw),
            _ => self.modes.apply(csi, self.grid.shown()),
        }
    }

    fn escape(&mut self, escape: &str) {
        self.settle();
        match escape {
            "=" => self.modes.set_keypad(Keypad::Application),
            ">" => self.modes.set_keypad(Keypad::Numeric),
            "8" => self.restore_cursor("\x1b8"),
            "c" => self.reset(),
            _ => {
                if matches!(escape, "D" | "M") {
                    self.stop_waiting();
                }
                self.execute("\x1b");
                self.execute(escape);
            }
        }
    }

    fn osc(&mut self, payload: &[u8]) {
        self.settle();
        self.window.osc(payload);
    }
}

impl Canvas {
    /// REP, directly behind a character only, and no oftener than it makes a difference: a single
    /// sequence must not keep the processor busy for long.
    fn repeat(&mut self, csi: &Csi<'_>) {
        if self.held.is_empty() {
            return;
        }
        self.settle();
        let times = self.enough_repetitions(u32::from(csi.number(0)));
        self.execute(&format!("\x1b[{times}b"));
    }

    /// As few repetitions as leave the same screen and the cursor at the same place: beyond a
    /// screenful only where the last row ends makes a difference.
    fn enough_repetitions(&self, times: u32) -> u32 {
        let size = self.grid.size();
        let columns = u32::from(size.columns());
        let screenful = size.cells() + columns;
        // Whole rows of narrow characters and whole rows of wide ones.
        let period = columns * (columns / 2).max(1);
        if times <= screenful { times } else { screenful + (times - screenful) % period }
    }

    /// IL and DL: nothing outside the margins, and inside them the cursor goes to the first column.
    fn move_rows(&mut self, raw: &str) {
        if (self.margins.top..=self.margins.bottom).contains(&self.grid.row()) {
            self.execute(raw);
            self.execute("\r");
        }
    }

    /// DECSTBM. A bottom beyond the last row means the last row, and margins in the wrong order
    /// mean nothing, not even a movement of the cursor.
    fn set_margins(&mut self, csi: &Csi<'_>) {
        let rows = self.grid.size().rows();
        let top = csi.number(0).max(1);
        let bottom =
            Some(csi.number(1)).filter(|bottom| (1..rows).contains(bottom)).unwrap_or(rows);
        if top < bottom {
            self.margins = Margins { top: usize::from(top) - 1, bottom: usize::from(bottom) - 1 };
            self.execute(&format!("\x1b[{top};{bottom}r"));
        }
    }

    fn switch_modes(&mut self, csi: &Csi<'_>, raw: &str) {
        if csi.numbers().any(|mode| mode == AUTO_WRAP) {
            self.wraps = csi.end == b'h';
        }
        self.modes.apply(csi, self.grid.shown());
        if csi.end == b'l' && csi.numbers().any(|mode| matches!(mode, 1048 | 1049)) {
            self.restore_cursor(raw);
        } else {
            self.execute(raw);
        }
    }

    /// DECRC in one of its forms. Terminals restore the cursor, not whether text wraps.
    fn restore_cursor(&mut self, raw: &str) {
        self.execute(raw);
        self.execute(if self.wraps { "\x1b[?7h" } else { "\x1b[?7l" });
    }

    /// DECSTR resets what the grid leaves as it is: cursor keys, wrapping and insertion.
    fn soft_reset(&mut self) {
        self.execute("\x1b[!p\x1b[?1l\x1b[?7h\x1b[4l");
        self.modes.soft_reset();
        self.margins = Margins::whole(self.grid.size());
        self.wraps = true;
    }

    /// RIS: everything but the title and the directory.
    fn reset(&mut self) {
        self.execute("\x1bc");
        self.grid.forget_cleared();
        self.modes = Modes::default();
        self.margins = Margins::whole(self.grid.size());
        self.wraps = true;
    }
}
