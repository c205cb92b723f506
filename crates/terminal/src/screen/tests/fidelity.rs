//! Where the grid alone would differ from the terminals that people use.

use super::*;

fn shows(output: &str, rows: &[&str]) {
    let columns = 8;
    let screen = screen(columns, u32::try_from(rows.len()).unwrap(), output);
    assert_eq!(screen.text(), rows, "{output:?}");
}

fn cursor(output: &str) -> (usize, usize) {
    let cursor = screen(8, 4, output).cursor();
    (cursor.column, cursor.row)
}

#[test]
fn marks_share_the_cell_of_their_base() {
    shows("cafe\u{301}!", &["cafe\u{301}!"]);
    shows("❤\u{fe0f}x", &["❤\u{fe0f}x"]);
    assert_eq!(cursor("e\u{301}x").0, 2);
    assert_eq!(cursor("漢\u{302}").0, 2);
    shows("\u{301}a", &["a"]);
    shows("a\r\u{301}b", &["b"]);
    let zalgo = format!("a{}b", "\u{301}".repeat(500));
    assert_eq!(screen(8, 1, &zalgo).text()[0].chars().filter(|c| *c == '\u{301}').count(), 15);
}

#[test]
fn a_mark_in_the_next_piece_of_output_still_joins() {
    let mut screen = screen(8, 1, "e");
    let mut fresh = restored(&screen, 0);
    for screen in [&mut screen, &mut fresh] {
        screen.feed("\u{301}x".as_bytes());
        assert_eq!(screen.text(), ["e\u{301}x"]);
    }
}

#[test]
fn code_points_that_stand_for_clusters_are_shown_as_themselves() {
    shows("e\u{301}\u{10F000}\u{10FFFF}x", &["e\u{301}\u{10F000}\u{10FFFF}x"]);
    shows("\u{3F000}x", &["\u{3F000}x"]);
}

#[test]
fn delete_prints_nothing() {
    shows("a\x7fb", &["ab"]);
    assert_eq!(cursor("\x7f\x7f"), (0, 0));
}

/// What is erased, or scrolls into view, has the background and nothing else of the pen.
#[test]
fn erasing_shows_neither_underline_nor_inversion() {
    for output in ["\x1b[7ma\x1b[K", "\x1b[4ma\x1b[3X", "\x1b[9;4ma\x1b[3@", "a\x1b[7;4m\x1b[L"] {
        let restored = restored(&screen(4, 2, output), 0);
        let looks = restored.canvas.grid.cells().map(Look::of);
        let blanks: Vec<_> = looks.filter(|look| look.character == ' ').collect();
        assert!(blanks.len() >= 4 && blanks.iter().all(|look| look.style == style::Style::PLAIN));
    }
    let bottom = screen(4, 2, "\r\n\x1b[4mabcdef");
    let last: Vec<_> = bottom.canvas.grid.cells().map(Look::of).collect();
    assert_eq!(last.last().map(|look| look.style), Some(style::Style::PLAIN));
}

#[test]
fn printed_spaces_keep_underline_and_inversion() {
    let screen = screen(4, 1, "\x1b[7m  \x1b[m");
    let inverse = |screen: &Screen| {
        screen.canvas.grid.cells().take(2).map(|cell| Look::of(cell).style).collect::<Vec<_>>()
    };
    assert_ne!(inverse(&screen)[0], style::Style::PLAIN);
    assert_eq!(inverse(&screen), inverse(&restored(&screen, 0)));
    assert_eq!(screen.text(), [""]);
}

#[test]
fn repetition_needs_a_character_before_it_and_ends_in_time() {
    shows("ab\x1b[2b", &["abbb"]);
    shows("ab\x1b[D\x1b[2b", &["ab"]);
    shows("\x1b[5bx", &["x"]);
    let mut cut = screen(8, 1, "a\x1b[2");
    let mut fresh = restored(&cut, 0);
    for screen in [&mut cut, &mut fresh] {
        screen.feed(b"b|");
        assert_eq!(screen.text()[0].trim_end_matches('|'), "aaa");
    }
    for (columns, character) in [(7, "x"), (7, "漢"), (8, "漢"), (1, "x")] {
        let rows = 3;
        let once = |times: u32| screen(columns, rows, &format!("{character}\x1b[{times}b"));
        let many = |times: u32| {
            let repeated = character.repeat(usize::try_from(times).unwrap() + 1);
            screen(columns, rows, &repeated)
        };
        for times in [1, 20, 30, 50, 101, 990, 65_535] {
            assert_eq!(once(times).text(), many(times).text(), "{columns} {character} {times}");
            assert_eq!(once(times).cursor(), many(times).cursor(), "{columns} {character} {times}");
        }
    }
}

#[test]
fn inserting_and_deleting_rows_moves_to_the_first_column_and_stays_within_margins() {
    assert_eq!(cursor("\x1b[2;5H\x1b[L"), (0, 1));
    assert_eq!(cursor("\x1b[2;5H\x1b[M"), (0, 1));
    shows("a\r\nb\r\nc\x1b[1;2r\x1b[3;1H\x1b[L", &["a", "b", "c"]);
    shows("a\r\nb\r\nc\x1b[1;2r\x1b[1;1H\x1b[M", &["b", "", "c"]);
}

#[test]
fn margins_reach_no_further_than_the_screen() {
    shows("a\r\nb\r\nc\x1b[2;99r\x1b[2;1H\x1b[M", &["a", "c", ""]);
    assert_eq!(cursor("\x1b[3;3H\x1b[3;2r"), (2, 2), "margins in the wrong order");
    assert_eq!(cursor("\x1b[3;3H\x1b[1;2r"), (0, 0));
}

#[test]
fn a_resize_ends_the_margins_and_leaves_the_cursor() {
    let mut screen = screen(8, 4, "a\r\nb\r\nc\x1b[1;2r\x1b[?6h\x1b[2;3H");
    screen.resize(size(9, 4));
    assert_eq!((screen.cursor().column, screen.cursor().row), (2, 1));
    screen.feed(b"\x1b[4;1Hd");
    assert_eq!(screen.text(), ["a", "b", "c", "d"]);
}

#[test]
fn a_tab_leaves_the_cursor_waiting_to_wrap_and_a_line_feed_does_not() {
    shows("abcdefgh\tx", &["abcdefgh", "x"]);
    assert_eq!(cursor("abcdefgh\t"), (8, 0));
    assert_eq!(cursor("abcdefgh\n"), (7, 1));
    assert_eq!(cursor("\x1b[4;1Habcdefgh\n"), (7, 3));
    assert_eq!(cursor("\x1b[4;1Habcdefgh\x1bD"), (7, 3));
}

#[test]
fn restoring_the_cursor_does_not_restore_wrapping() {
    let wraps = |output: &str| screen(3, 2, &format!("{output}\x1b[1;1Habcd")).text()[1] == "d";
    assert!(wraps(""));
    assert!(!wraps("\x1b[?7l\x1b8"));
    assert!(wraps("\x1b[?7l\x1b7\x1b[?7h\x1b8"));
    assert!(!wraps("\x1b[?1049h\x1b[?7l\x1b[?1049l"));
}

/// What the program has cleared from the history is not given out again.
#[test]
fn a_cleared_history_stays_cleared() {
    let mut screen = screen(4, 2, "a\r\nb\r\nc\r\nd\x1b[3J");
    assert_eq!(screen.history_rows(), 0);
    assert!(!String::from_utf8_lossy(&screen.snapshot(99)).contains('a'));
    screen.feed(b"\r\ne\r\nf\r\ng");
    assert_eq!(screen.history_rows(), 3);
    for columns in [9, 1, 5] {
        screen.resize(size(columns, 2));
        let snapshot = String::from_utf8_lossy(&screen.snapshot(99)).into_owned();
        assert_eq!((screen.history_rows(), snapshot.contains('a')), (3, false));
        assert!(snapshot.contains('c'));
    }
}

#[test]
fn a_soft_reset_resets_what_terminals_reset() {
    let reset =
        screen(5, 4, "\x1b[?1;25l\x1b[?1h\x1b[?7l\x1b[4h\x1b[2;3r\x1b=\x1b[7m\x1b(0\x1b[!p");
    assert_eq!(fingerprint(&reset), fingerprint(&screen(5, 4, "")));
    let kept = screen(5, 4, "\x1b[?2004h\x1b[?1002h\x1b[!p");
    assert!(kept.modes().bracketed_paste());
    assert_eq!(kept.modes().mouse_tracking(), Some(1002));
}

#[test]
fn a_reset_leaves_only_the_title() {
    let all = "\x1b]2;t\x07\x1b[?1049h\x1b[?1000;1006;2004h\x1b=\x1b[>1u\x1b[5 q\x1b[2;3rabc\x1b[>4;2m\x1bc";
    assert_eq!(fingerprint(&screen(5, 4, all)), fingerprint(&screen(5, 4, "\x1b]2;t\x07")));
}

#[test]
fn modes_are_told() {
    let mouse = |output: &str| {
        let screen = screen(5, 2, output);
        (screen.modes().mouse_tracking(), screen.modes().mouse_encoding())
    };
    assert_eq!(mouse("\x1b[?1000h\x1b[?1003;1006h"), (Some(1003), Some(1006)));
    assert_eq!(mouse("\x1b[?1003;1006h\x1b[?1000l\x1b[?1016l"), (None, Some(1006)));
    let screen = screen(5, 2, "\x1b[?1004;2004;2026h\x1b[4 q\x1b[9 q\x1b=");
    let modes = screen.modes();
    assert!(modes.bracketed_paste() && modes.focus_events() && modes.synchronized_output());
    assert_eq!((modes.cursor_style(), modes.keypad()), (4, Keypad::Application));
}

/// Each mode that the grid does not keep is in the snapshot, and gone from it when it is reset. The
/// feature `mutant-grid-only` turns this red.
#[test]
fn every_mode_is_restored() {
    let modes = [
        5, 9, 12, 45, 66, 69, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1015, 1016, 1036,
        2004, 2026, 2031, 2048, 9001, 1, 6, 7, 25, 47, 1047, 1049,
    ];
    let blank = fingerprint(&screen(5, 2, ""));
    for mode in modes {
        let (on, off) = if matches!(mode, 7 | 25) { ('l', 'h') } else { ('h', 'l') };
        let mut screen = screen(5, 2, &format!("\x1b[?{mode}{on}"));
        assert_ne!(fingerprint(&screen), blank, "{mode}");
        let mut fresh = restored(&screen, 0);
        assert_eq!(fingerprint(&fresh), fingerprint(&screen), "{mode}");
        for screen in [&mut screen, &mut fresh] {
            screen.feed(format!("\x1b[?{mode}{off}").as_bytes());
            assert_eq!(fingerprint(screen), blank, "{mode}");
        }
    }
}

#[test]
fn keyboard_flags_are_a_stack_for_each_screen() {
    let restore = |output: &str| {
        let screen = screen(5, 2, output);
        String::from_utf8_lossy(&screen.snapshot(0)).replace('\x1b', "␛")
    };
    assert!(restore("\x1b[>1u\x1b[>3u").contains("␛[>1u␛[>3u"));
    assert!(restore("\x1b[=5u\x1b[=2;2u").contains("␛[=7u"));
    assert!(restore("\x1b[=5u\x1b[=1;3u\x1b[>8u").contains("␛[=4u␛[>8u"));
    assert!(!restore("\x1b[>1u\x1b[<u").contains('u'));
    assert!(!restore("\x1b[>1u\x1b[>1u\x1b[<99u").contains('u'));
    let both = restore("\x1b[>1u\x1b[?1049h\x1b[>2u");
    let (main, alternate) = both.split_once("␛[?1047h").unwrap();
    assert!(main.contains("␛[>1u") && alternate.contains("␛[>2u"), "{both}");
    let hidden = restore("\x1b[?1049h\x1b[>2u\x1b[?1049l");
    assert!(hidden.contains("␛[?1047h␛[>2u␛[?1047l"), "{hidden}");
}
