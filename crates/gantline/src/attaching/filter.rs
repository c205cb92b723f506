//! What a program in a terminal may not do to the window of whoever looks on (S101): write the
//! clipboard, forge a title, name links, or make the window type what the program chose.
//!
//! All of that is said in control strings (OSC, DCS, APC, PM, SOS: ECMA-48 §5.6) or asked for with
//! the window reports of `CSI … t`; those are left out, and everything else passes. Sequences may
//! be cut anywhere.

/// The longest control sequence that is held back until it is known; a longer one is none.
const LONGEST_SEQUENCE: usize = 64;

/// Where in the output it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    /// After ESC.
    Escape,
    /// In a control sequence.
    Sequence,
    /// In a control string that is left out, and whether ESC was the last byte of it.
    String {
        after_escape: bool,
    },
    /// After the first byte of a two-byte control character of UTF-8.
    Control,
}

/// Lets output pass, without what a program may not do.
#[derive(Debug)]
pub(super) struct Filter {
    place: Place,
    /// What was taken and is not decided.
    held: Vec<u8>,
}

impl Filter {
    pub(super) const fn new() -> Self {
        Self { place: Place::Text, held: Vec::new() }
    }

    /// Takes the next output and answers what may be drawn.
    pub(super) fn pass(&mut self, output: &[u8]) -> Vec<u8> {
        let mut passed = Vec::with_capacity(output.len() + self.held.len());
        for byte in output.iter().copied() {
            self.take(byte, &mut passed);
        }
        passed
    }

    fn take(&mut self, byte: u8, passed: &mut Vec<u8>) {
        match self.place {
            Place::Text => self.text(byte, passed),
            Place::Escape => self.escape(byte, passed),
            Place::Sequence => self.sequence(byte, passed),
            Place::String { after_escape } => self.string(byte, after_escape, passed),
            Place::Control => self.control(byte, passed),
        }
    }

    fn text(&mut self, byte: u8, passed: &mut Vec<u8>) {
        match byte {
            0x1b => self.hold(byte, Place::Escape),
            0xc2 => self.hold(byte, Place::Control),
            _ => passed.push(byte),
        }
    }

    fn escape(&mut self, byte: u8, passed: &mut Vec<u8>) {
        match byte {
            b'[' => self.hold(byte, Place::Sequence),
            b']' | b'P' | b'X' | b'^' | b'_' => self.leave_out(),
            0x1b => passed.push(0x1b),
            _ => {
                self.release(passed);
                self.text(byte, passed);
            }
        }
    }

    fn sequence(&mut self, byte: u8, passed: &mut Vec<u8>) {
        match byte {
            // Cancelled, or another one begins.
            0x18 | 0x1a | 0x1b => {
                self.release(passed);
                self.text(byte, passed);
            }
            0x40..=0x7e => {
                self.held.push(byte);
                if byte == b't' {
                    self.held.clear();
                }
                self.release(passed);
            }
            _ if self.held.len() >= LONGEST_SEQUENCE => {
                self.release(passed);
                self.text(byte, passed);
            }
            _ => self.held.push(byte),
        }
    }

    fn string(&mut self, byte: u8, after_escape: bool, passed: &mut Vec<u8>) {
        match byte {
            b'\\' if after_escape => self.place = Place::Text,
            // ESC ends a string whatever follows; what follows begins something else.
            _ if after_escape => {
                self.held.push(0x1b);
                self.place = Place::Escape;
                self.escape(byte, passed);
            }
            0x07 | 0x18 | 0x1a | 0x9c => self.place = Place::Text,
            0x1b => self.place = Place::String { after_escape: true },
            _ => {}
        }
    }

    /// The C1 controls as UTF-8 has them; some windows obey them.
    fn control(&mut self, byte: u8, passed: &mut Vec<u8>) {
        match byte {
            0x9b => self.hold(byte, Place::Sequence),
            0x90 | 0x98 | 0x9d..=0x9f => self.leave_out(),
            _ => {
                self.release(passed);
                self.text(byte, passed);
            }
        }
    }

    fn hold(&mut self, byte: u8, place: Place) {
        self.held.push(byte);
        self.place = place;
    }

    fn leave_out(&mut self) {
        self.held.clear();
        self.place = Place::String { after_escape: false };
    }

    fn release(&mut self, passed: &mut Vec<u8>) {
        passed.append(&mut self.held);
        self.place = Place::Text;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use terminal::{Screen, Size};

    use super::*;

    #[track_caller]
    fn check(output: &[u8], expect: &[u8]) {
        let passed = Filter::new().pass(output);
        assert_eq!(passed, expect, "{}", output.escape_ascii());
    }

    /// S101: the clipboard, the title, links, and reports of what the program chose.
    #[test]
    fn what_a_program_may_not_do_is_left_out() {
        check(b"a\x1b]52;c;aGk=\x07b", b"ab");
        check(b"a\x1b]0;title\x1b\\b", b"ab");
        check(b"\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", b"link");
        check(b"\x1bP$q\"p\x1b\\c", b"c");
        check(b"\x1b[21tx", b"x");
        check(b"\xc2\x9d52;c;aGk=\x07b", b"b");
        check(b"\x1b_G\x1b\\\x1b^x\x1b\\\x1bXx\x1b\\y", b"y");
        check(b"\x1b]0;cut off by \x1b[31mred", b"\x1b[31mred");
    }

    /// S106: what was recorded is drawn through the same gate: a program that was hostile once is not
    /// more so when its screen is drawn again, or its output replayed, for somebody who comes later.
    #[test]
    fn a_recording_is_as_harmless_as_live_output() {
        let attacks = b"a\x1b]52;c;aGk=\x07\x1b]0;title\x1b\\\x1b]2;rm -rf /\n\x07\x1b[21t\
            \x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\\x1bP$q\"p\x1b\\b";
        let mut screen = Screen::new(Size::default(), 100);
        screen.feed(attacks);
        assert_eq!(screen.title(), "rm -rf /");
        let recorded = [screen.snapshot(100).to_vec(), attacks.to_vec()];
        for recording in recorded {
            let drawn = Filter::new().pass(&recording);
            let text = String::from_utf8_lossy(&drawn);
            assert!(text.contains('a') && text.contains("link"), "{text:?}");
            for forbidden in ["\x1b]", "\x1bP", "\x1b[21t", "\x07", "http://x", "rm -rf"] {
                assert!(!text.contains(forbidden), "{forbidden:?} in {text:?}");
            }
        }
    }

    #[test]
    fn everything_else_passes() {
        let plain = "colours \u{1b}[1;31m, 汉字 \u{1b}[2J\u{1b}[?1049h \u{1b}(B é\r\n\u{7}";
        check(plain.as_bytes(), plain.as_bytes());
        check(b"\x1b[6n\x1b[c", b"\x1b[6n\x1b[c");
        check(b"\x1b7\x1b8\x1bM", b"\x1b7\x1b8\x1bM");
        let long = [b"\x1b[".as_slice(), &[b'1'; 100], b"m"].concat();
        check(&long, &long);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        /// However output is cut into pieces, the same passes.
        #[test]
        fn cuts_do_not_matter(
            output in prop::collection::vec(
                prop::sample::select(b"\x1b[]P_0;t\\\x07m\xc2\x9d\x9ba\x18".to_vec()), 0..60),
            cut in 0_usize..60,
        ) {
            let (first, second) = output.split_at(cut.min(output.len()));
            let mut filter = Filter::new();
            let mut passed = filter.pass(first);
            passed.extend(filter.pass(second));
            prop_assert_eq!(passed, Filter::new().pass(&output));
        }
    }
}
