//! Output may be cut anywhere, and what is broken in it stays where it is.

use super::*;

fn rows(columns: u32, rows: u32, output: &[u8]) -> Vec<String> {
    let mut screen = Screen::new(size(columns, rows), 0);
    screen.feed(output);
    screen.text()
}

#[test]
fn c1_controls_are_sequences_in_both_their_forms() {
    for (one, other) in [
        ("a\u{9b}1;3Hb", "a\x1b[1;3Hb"),
        ("\u{9d}2;title\u{9c}x", "\x1b]2;title\x1b\\x"),
        ("a\u{85}b", "a\x1bEb"),
        ("\u{90}qhidden\u{9c}x", "\x1bPqhidden\x1b\\x"),
        ("\x1b[1\u{9b}2Cx", "\x1b[2Cx"),
        ("\x1b]2;t\u{9b}2Cx", "\x1b]2;t\x1b\\\x1b[2Cx"),
    ] {
        assert_eq!(fingerprint(&screen(9, 3, one)), fingerprint(&screen(9, 3, other)), "{one:?}");
    }
    assert_eq!(screen(9, 3, "\u{9d}2;title\u{9c}x").title(), "title");
}

#[test]
fn what_is_not_utf8_is_shown_as_such() {
    for (output, shown) in [
        (&b"a\xffb"[..], "a\u{fffd}b"),
        (b"a\xe6\xbcb", "a\u{fffd}b"),
        (b"\xe6\xbc\xa2", "漢"),
        (b"\xed\xa0\x80", "\u{fffd}\u{fffd}\u{fffd}"),
        (b"\xf0\x9f\x1b[1C\x80", "\u{fffd} \u{fffd}"),
        (b"\xc2\x1b[1Cx", "\u{fffd} x"),
    ] {
        assert_eq!(rows(9, 1, output), [shown], "{output:?}");
        for cut in 1..output.len() {
            let mut screen = Screen::new(size(9, 1), 0);
            screen.feed(&output[..cut]);
            screen.feed(&output[cut..]);
            assert_eq!(screen.text(), [shown], "{output:?} cut at {cut}");
        }
    }
}

#[test]
fn controls_inside_a_sequence_act_at_once_and_cancel_ends_it() {
    assert_eq!(rows(5, 2, b"a\x1b[\r\n1Cb"), ["a", " b"]);
    assert_eq!(rows(5, 2, b"a\x1b[3\x18Cb"), ["aCb", ""]);
    assert_eq!(rows(5, 2, b"\x1b]2;x\x1aab"), ["ab", ""]);
    assert_eq!(rows(5, 2, "a\x1b[3éb".as_bytes()), ["aéb", ""]);
    assert_eq!(rows(5, 2, b"\x1b\x1b[1Cx"), [" x", ""]);
}

#[test]
fn a_sequence_whose_parts_are_out_of_order_does_nothing() {
    for output in ["\x1b[1?2Cx", "\x1b[1 2Cx", "\x1b[>1Cx", "\x1b[?1Cx", "\x1b[1$Cx"] {
        assert_eq!(rows(9, 1, output.as_bytes()), ["x"], "{output:?}");
    }
}

/// R32: a string without an end costs a bounded amount of memory, and so does its snapshot; it
/// ends where it ends.
#[test]
fn overlong_sequences_do_nothing_and_end_properly() {
    for (begin, filler, end) in [
        ("\x1b]2;", "t", "\x07"),
        ("\x1b]52;c;", "QUJD", "\x1b\\"),
        ("\x1bP", "q", "\x1b\\"),
        ("\x1b_", "x", "\u{9c}"),
        ("\x1b[", "1;", "C"),
        ("\x1b(", "(", "0"),
    ] {
        let mut screen = screen(9, 2, "a");
        screen.feed(begin.as_bytes());
        for _ in 0..100_000 {
            screen.feed(filler.as_bytes());
        }
        assert!(screen.snapshot(0).len() < 5000, "{begin:?}");
        let mut fresh = restored(&screen, 0);
        for screen in [&mut screen, &mut fresh] {
            screen.feed(end.as_bytes());
            screen.feed(b"b");
            assert_eq!((screen.text(), screen.title()), (vec!["ab".into(), String::new()], ""));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Where output is cut makes no difference.
    #[test]
    fn cuts_do_not_show(output in output(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8)) {
        let mut whole = Screen::new(size(17, 5), 20);
        whole.feed(&output);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(output.len() + 1)).collect();
        cuts.extend([0, output.len()]);
        cuts.sort_unstable();
        let mut pieces = Screen::new(size(17, 5), 20);
        for cut in cuts.windows(2) {
            pieces.feed(&output[cut[0]..cut[1]]);
        }
        prop_assert_eq!(fingerprint(&pieces), fingerprint(&whole));
    }

    /// The same byte by byte, for output that is nothing but rubbish.
    #[test]
    fn rubbish_byte_by_byte_is_the_same_rubbish(output in prop::collection::vec(any::<u8>(), 0..200)) {
        let (mut whole, mut bytes) = (Screen::new(size(9, 3), 9), Screen::new(size(9, 3), 9));
        whole.feed(&output);
        for byte in &output {
            bytes.feed(&[*byte]);
        }
        prop_assert_eq!(fingerprint(&bytes), fingerprint(&whole));
        check_restored(&mut whole, b"\x18\x1b[2Cend")?;
    }
}
