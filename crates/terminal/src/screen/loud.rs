//! Whether blank cells drawn with the current pen would show more than a background.
//!
//! A terminal erases with the background alone; the grid erases with the whole pen and does not
//! tell an erased cell from a printed space. While the pen is inverse, underlined or struck
//! through, printed spaces therefore go into the grid as [`PRINTED_SPACE`], and a real space with
//! such a pen is known to be erased.
//!
//! [`PRINTED_SPACE`]: super::clusters::PRINTED_SPACE

use avt::ScreenKind;
use avt::parser::{DecMode, Function, SgrOp};

/// Attributes that show on a blank cell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Marks {
    inverse: bool,
    underline: bool,
    strikethrough: bool,
}

/// Follows the pen through what changes, saves and restores it.
#[derive(Debug, Default)]
pub(crate) struct Loudness {
    current: Marks,
    saved_primary: Marks,
    saved_alternate: Marks,
}

impl Loudness {
    /// Whether a blank cell would show the current pen.
    pub(crate) fn is_loud(&self) -> bool {
        self.current != Marks::default()
    }

    /// Follows a function that is about to be executed on `screen`.
    pub(crate) fn follow(&mut self, function: &Function, screen: ScreenKind) {
        match function {
            Function::Sgr(operations) => {
                operations.as_slice().iter().for_each(|operation| self.current.apply(*operation));
            }
            Function::Decsc | Function::Scosc => self.save(screen),
            Function::Decrc | Function::Scorc => self.restore(screen),
            Function::Decset(modes) => self.enter(modes.as_slice(), screen),
            Function::Decrst(modes) => self.leave(modes.as_slice(), screen),
            Function::Decstr => {
                self.current = Marks::default();
                *self.saved(screen) = Marks::default();
            }
            Function::Ris => *self = Self::default(),
            _ => {}
        }
    }

    fn enter(&mut self, modes: &[DecMode], mut screen: ScreenKind) {
        for mode in modes {
            if matches!(mode, DecMode::SaveCursor | DecMode::SaveCursorAltScreenBuffer) {
                self.save(screen);
            }
            if matches!(mode, DecMode::AltScreenBuffer | DecMode::SaveCursorAltScreenBuffer) {
                screen = ScreenKind::Alternate;
            }
        }
    }

    fn leave(&mut self, modes: &[DecMode], mut screen: ScreenKind) {
        for mode in modes {
            if matches!(mode, DecMode::AltScreenBuffer | DecMode::SaveCursorAltScreenBuffer) {
                screen = ScreenKind::Primary;
            }
            if matches!(mode, DecMode::SaveCursor | DecMode::SaveCursorAltScreenBuffer) {
                self.restore(screen);
            }
        }
    }

    fn save(&mut self, screen: ScreenKind) {
        *self.saved(screen) = self.current;
    }

    fn restore(&mut self, screen: ScreenKind) {
        self.current = *self.saved(screen);
    }

    fn saved(&mut self, screen: ScreenKind) -> &mut Marks {
        match screen {
            ScreenKind::Primary => &mut self.saved_primary,
            ScreenKind::Alternate => &mut self.saved_alternate,
        }
    }
}

impl Marks {
    fn apply(&mut self, operation: SgrOp) {
        match operation {
            SgrOp::Reset => *self = Self::default(),
            SgrOp::SetInverse => self.inverse = true,
            SgrOp::ResetInverse => self.inverse = false,
            SgrOp::SetUnderline => self.underline = true,
            SgrOp::ResetUnderline => self.underline = false,
            SgrOp::SetStrikethrough => self.strikethrough = true,
            SgrOp::ResetStrikethrough => self.strikethrough = false,
            _ => {}
        }
    }
}
