//! How a cell looks, and the shortest SGR sequence from one look to another (ECMA-48 §8.3.117).

use std::fmt::Write;

use avt::{Color, Pen};

/// Colours and attributes of a cell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Style {
    foreground: Option<Color>,
    background: Option<Color>,
    /// One bit for each of [`ATTRIBUTES`].
    attributes: u8,
}

struct Attribute {
    on: u8,
    off: u8,
    of: fn(&Pen) -> bool,
}

/// Bold and faint share what turns them off, so they stand side by side.
const ATTRIBUTES: [Attribute; 7] = [
    Attribute { on: 1, off: 22, of: Pen::is_bold },
    Attribute { on: 2, off: 22, of: Pen::is_faint },
    Attribute { on: 3, off: 23, of: Pen::is_italic },
    Attribute { on: 4, off: 24, of: Pen::is_underline },
    Attribute { on: 5, off: 25, of: Pen::is_blink },
    Attribute { on: 7, off: 27, of: Pen::is_inverse },
    Attribute { on: 9, off: 29, of: Pen::is_strikethrough },
];

/// The bits of bold and faint.
const INTENSITY: u8 = 0b11;

/// The bits of underline, inverse and strikethrough.
const SHOWN_ON_SPACES: u8 = 0b110_1000;

impl Style {
    /// No colour and no attribute.
    pub(crate) const PLAIN: Self = Self { foreground: None, background: None, attributes: 0 };

    /// The look of a cell that was printed.
    pub(crate) fn printed(pen: &Pen) -> Self {
        let attributes = ATTRIBUTES
            .iter()
            .enumerate()
            .fold(0, |bits, (index, attribute)| bits | u8::from((attribute.of)(pen)) << index);
        Self { foreground: pen.foreground(), background: pen.background(), attributes }
    }

    /// The look of a cell that was erased: its background is all that shows.
    pub(crate) fn erased(pen: &Pen) -> Self {
        Self { background: pen.background(), ..Self::default() }
    }

    /// Whether a space printed with this pen shows nothing but the background of `bare`.
    pub(crate) fn shows_as(self, bare: Self) -> bool {
        self.background == bare.background && self.attributes & SHOWN_ON_SPACES == 0
    }

    /// Whether rows that scroll into view with this pen are blank.
    pub(crate) fn scrolls_blank(self) -> bool {
        self.background.is_none()
    }

    /// Writes what changes the pen from `self` to `next`, in the shortest way.
    pub(crate) fn change_to(self, next: Self, out: &mut String) {
        if self == next {
            return;
        }
        let (mut steps, mut anew) = (String::new(), String::from("0"));
        self.steps_to(next, &mut steps);
        Self::default().steps_to(next, &mut anew);
        // A bare `CSI m` is a reset.
        let anew = if anew == "0" { "" } else { &anew };
        let shorter = if steps.len() - 1 < anew.len() { &steps[1..] } else { anew };
        // Writing to a `String` does not fail.
        let _ = write!(out, "\x1b[{shorter}m");
    }

    /// Writes the parameters of every difference, each after a semicolon.
    fn steps_to(self, next: Self, out: &mut String) {
        let (mut had, wanted) = (self.attributes, next.attributes);
        if had & !wanted & INTENSITY != 0 {
            write_parameter(out, 22);
            had &= !INTENSITY;
        }
        for (index, attribute) in ATTRIBUTES.iter().enumerate() {
            let bit = 1 << index;
            if wanted & !had & bit != 0 {
                write_parameter(out, attribute.on);
            } else if had & !wanted & bit != 0 {
                write_parameter(out, attribute.off);
            }
        }
        if self.foreground != next.foreground {
            write_color(out, next.foreground, 30);
        }
        if self.background != next.background {
            write_color(out, next.background, 40);
        }
    }
}

/// Writes a parameter of SGR after a semicolon.
pub(crate) fn write_parameter(out: &mut String, number: u8) {
    // Writing to a `String` does not fail, here and below.
    let _ = write!(out, ";{number}");
}

/// Writes the parameters of a colour. `base` is 30 for the foreground and 40 for the background. Semicolons throughout: every
/// terminal reads them, and not every one reads colons.
pub(crate) fn write_color(out: &mut String, color: Option<Color>, base: u8) {
    match color {
        None => write_parameter(out, base + 9),
        Some(Color::Indexed(index @ 0..=7)) => write_parameter(out, base + index),
        Some(Color::Indexed(index @ 8..=15)) => write_parameter(out, base + 60 + index - 8),
        Some(Color::Indexed(index)) => {
            let _ = write!(out, ";{};5;{index}", base + 8);
        }
        Some(Color::RGB(rgb)) => {
            let _ = write!(out, ";{};2;{};{};{}", base + 8, rgb.r, rgb.g, rgb.b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(sgr: &str) -> Style {
        let mut terminal = avt::Terminal::new(1, 1).unwrap();
        terminal.feed(format!("\x1b[{sgr}mx"));
        Style::printed(terminal.screen().line(0).unwrap().cells()[0].pen())
    }

    fn check(from: &str, to: &str, expect: &str) {
        let mut out = String::new();
        style(from).change_to(style(to), &mut out);
        assert_eq!(out, expect, "from {from} to {to}");
    }

    #[test]
    fn the_shortest_change_is_written() {
        check("0", "0", "");
        check("1;31", "0", "\x1b[m");
        check("0", "1;31", "\x1b[1;31m");
        check("1", "2", "\x1b[0;2m");
        check("1;38;5;200", "2;38;5;200", "\x1b[22;2m");
        check("1", "0;3", "\x1b[0;3m");
        check("31", "39;42", "\x1b[0;42m");
        check("38;2;1;2;3", "38;2;1;2;3;4", "\x1b[4m");
        check("38;5;200", "38;5;9", "\x1b[91m");
        check("48;5;100;3;4;9", "48;5;100;3;4", "\x1b[29m");
        check("7", "48;2;9;8;7", "\x1b[0;48;2;9;8;7m");
    }
}
