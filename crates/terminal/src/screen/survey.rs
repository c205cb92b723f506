//! Finds out which output need not be drawn.
//!
//! When a program writes more lines than the screen and its history hold, most of them scroll away
//! before anybody looks. If nothing else happens meanwhile than text and changes of colour, the
//! screen is the same whether those lines were drawn or not, and not drawing them is many times
//! faster.

use memchr::memchr_iter;

use super::csi::Csi;
use super::decoder::Sink;

/// What output consists of.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    line_feeds: usize,
    /// The last character of the text was a carriage return.
    after_return: bool,
    is_more: bool,
}

impl Survey {
    /// How many lines there are, if there are only lines.
    pub(crate) fn line_feeds(&self) -> Option<usize> {
        (!self.is_more).then_some(self.line_feeds)
    }
}

impl Sink for Survey {
    fn text(&mut self, text: &str) {
        let bytes = text.as_bytes();
        for at in memchr_iter(b'\n', bytes) {
            // A line feed alone leaves the cursor in a column that only drawing can tell.
            let returned = bytes[..at].last().map_or(self.after_return, |byte| *byte == b'\r');
            self.is_more |= !returned;
            self.line_feeds += 1;
        }
        self.after_return = bytes.last() == Some(&b'\r');
        // SO and SI change the character set; VT and FF move the cursor down.
        self.is_more |= bytes.iter().any(|byte| matches!(byte, 0x0b | 0x0c | 0x0e | 0x0f));
    }

    fn control(&mut self, _control: u8) {
        self.is_more = true;
    }

    fn csi(&mut self, csi: &Csi<'_>, _raw: &str) {
        // Colours, and erasing within the line as `grep` and compilers do after them.
        self.is_more |=
            !matches!((csi.prefix, csi.intermediates, csi.end), (None, b"", b'm' | b'K'));
        self.after_return = false;
    }

    fn escape(&mut self, escape: &str) {
        // The end of a string.
        self.is_more |= escape != "\\";
        self.after_return = false;
    }

    fn osc(&mut self, _payload: &[u8]) {
        self.after_return = false;
    }
}
