//! R32: hostile content is only bytes.

use super::*;

fn survives(output: &[u8]) -> Screen {
    let mut screen = Screen::new(size(80, 24), 100);
    screen.feed(output);
    check_restored(&mut screen, b"\x18\x1b\\ok").unwrap();
    screen
}

/// R32: a line of a megabyte wraps, and memory is what the screen and its history take.
#[test]
fn a_line_of_a_megabyte() {
    let screen = survives(&vec![b'x'; 1 << 20]);
    assert_eq!(screen.history_rows(), 100);
    assert!(screen.snapshot(0).len() < 4000);
}

/// R32: zeros, wrong UTF-8 and halves of surrogate pairs.
#[test]
fn a_megabyte_of_what_is_not_text() {
    survives(&vec![0; 1 << 20]);
    survives(&vec![0xff; 1 << 18]);
    survives(&b"\xed\xa0\xbd".repeat(1 << 15));
    survives(&b"\xc2".repeat(1 << 18));
    survives(&b"\xf0\x9f\x98".repeat(1 << 15));
}

/// R32: ten thousand sizes, with output between them.
#[test]
fn ten_thousand_resizes() {
    let mut screen = Screen::new(size(80, 24), 20);
    for step in 0_u32..10_000 {
        screen.resize(size(1 + step * 7 % 90, 1 + step * 3 % 30));
        screen.feed("漢字e\u{301} text\r\n\x1b[3;5r\x1b[?1049h\x1b[?1049l".as_bytes());
    }
    check_restored(&mut screen, b"ok").unwrap();
}

#[test]
fn the_smallest_and_the_largest_terminal() {
    let output =
        "漢e\u{301}\tab\x1b[2J\x1b[9;9H\x1b[3;1rx\x1b[5L\x1b[99@\x1b[7mz\r\n\x1b#8".repeat(3);
    for (columns, rows) in [(1, 1), (1, 1000), (1000, 1), (1000, 1000)] {
        let mut screen = Screen::new(size(columns, rows), 10);
        screen.feed(output.as_bytes());
        check_restored(&mut screen, "漢".as_bytes()).unwrap();
    }
}

#[test]
fn numbers_beyond_all_bounds() {
    for end in "@ABCDEFGHIJKLMPSTXZ`abdefghlnmqrstuWpxyz{|}~".chars() {
        for numbers in [
            "99999999999999999999",
            "0;0;0",
            "65535;65535",
            "65536",
            ";;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;9",
            ":::::::1",
        ] {
            for prefix in ["", "?", ">", "<", "="] {
                let output = format!("ab漢\x1b[{prefix}{numbers}{end}c");
                let mut screen = screen(5, 3, &output);
                check_restored(&mut screen, b"x").unwrap();
            }
        }
    }
}

/// More different clusters than there is room for: marks are left out, the bases stay.
#[test]
fn more_clusters_than_slots() {
    let mut screen = Screen::new(size(1000, 30), 0);
    for base in 0_u32..400 {
        for mark in 0..20 {
            let cluster = [char::from_u32(0xa000 + base), char::from_u32(0x300 + mark)];
            screen.feed(cluster.iter().flatten().collect::<String>().as_bytes());
        }
    }
    let text = screen.text().concat();
    assert_eq!(text.chars().filter(|character| !clusters::is_mark(*character)).count(), 8000);
    let marks = text.chars().filter(|character| clusters::is_mark(*character)).count();
    assert!((4000..8000).contains(&marks), "{marks}");
    screen.feed("\x1b[2J\x1b[3Jx\x1b[Hn\u{303}o\u{308}".as_bytes());
    for _ in 0..5000 {
        screen.feed("\rq\u{303}".as_bytes());
    }
    screen.feed(b"|");
    assert!(screen.text()[0].starts_with("q\u{303}|"), "slots are free again");
}

/// S101, S106: whatever a program does to the title, the snapshot holds one harmless sequence for it.
#[test]
fn a_title_cannot_smuggle_sequences_into_a_snapshot() {
    let screen = screen(9, 2, "\x1b]2;a\x01\x0d\u{7f}\u{202e}\u{2066}b\x07");
    assert_eq!(screen.title(), "ab");
    let snapshot = String::from_utf8(screen.snapshot(0).to_vec()).unwrap();
    assert!(snapshot.ends_with("\x1b]2;ab\x07"), "{snapshot:?}");
}
