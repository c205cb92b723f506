use proptest::prelude::*;

use super::*;

const SIZE: (u32, u32) = (20, 4);

fn size() -> Size {
    Size::new(SIZE.0, SIZE.1).unwrap()
}

fn terminal(ring_bytes: usize) -> Terminal {
    Terminal::new(size(), Memory { ring_bytes, history_rows: 10 })
}

fn drawn(output: &[u8]) -> Bytes {
    let mut screen = Screen::new(size(), 10);
    screen.feed(output);
    screen.snapshot(10)
}

#[test]
fn output_is_stored_at_once_and_drawn_when_asked_for() {
    let mut terminal = terminal(1000);
    assert_eq!(terminal.append(b"hello"), 5);
    assert_eq!(terminal.drawn, 0);
    let Read::Chunk(chunk) = terminal.read_from(2, 2) else { panic!("a chunk") };
    assert_eq!((chunk.offset, &chunk.data[..]), (2, &b"ll"[..]));
    let snapshot = terminal.snapshot(0);
    assert_eq!((snapshot.offset, snapshot.data), (5, drawn(b"hello")));
}

#[test]
fn a_resize_comes_between_the_output_before_and_after_it() {
    let mut terminal = terminal(1000);
    terminal.append(b"\x1b[99C.");
    terminal.resize(Size::new(30, 4).unwrap());
    terminal.append(b"\r\x1b[99C.");
    assert_eq!(terminal.screen().text()[0], format!("{}.{}.", " ".repeat(19), " ".repeat(9)));
    assert_eq!(terminal.snapshot(0).size, terminal.size());
}

#[test]
fn what_falls_out_of_the_ring_has_been_drawn() {
    let mut terminal = terminal(8);
    terminal.append(b"abc");
    terminal.append(b"\r\ndef");
    terminal.append(b"\r\n0123456789 larger than the ring");
    assert_eq!(terminal.screen().text()[..3], ["abc", "def", "0123456789 larger th"]);
    assert_eq!(terminal.ring().oldest(), terminal.ring().end() - 8);
}

#[test]
fn drawing_in_steps_comes_to_the_same() {
    let mut terminal = terminal(1 << 20);
    let output = b"some text\x1b[31m\x1b[3;3H and more\r\n".repeat(3000);
    terminal.append(&output);
    let mut undrawn = output.len() as u64;
    while undrawn > 0 {
        let before = undrawn;
        undrawn = terminal.draw(1000);
        assert!(undrawn >= before.saturating_sub(1000));
    }
    assert_eq!(terminal.draw(1000), 0);
    assert_eq!(terminal.screen.snapshot(10), drawn(&output));
}

#[test]
fn lines_that_scroll_away_unseen_are_not_drawn() {
    let mut terminal = terminal(1 << 20);
    let output = b"\x1b[32mline\x1b[m of text\x1b[K\r\n".repeat(20_000);
    terminal.append(&output);
    let mut steps = 0;
    while terminal.draw(1000) > 0 {
        steps += 1;
    }
    assert!(steps < 5, "{steps} steps of 1000 bytes for {} bytes", output.len());
    assert_eq!(terminal.screen.snapshot(10), drawn(&output));
}

#[test]
fn the_first_exit_counts() {
    let mut terminal = terminal(10);
    assert_eq!(terminal.exited(), None);
    terminal.exit(Exit::Signal(15));
    terminal.exit(Exit::Code(0));
    assert_eq!(terminal.exited(), Some(Exit::Signal(15)));
}

/// Output in which much can be left out and something may stand in the way of it.
fn bulk() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        6 => "[a-z ]{0,30}",
        2 => "\x1b\\[[0-9]{1,2}m[a-z]{0,9}",
        1 => Just("漢字e\u{301}\t\x08x\x1b[K".to_owned()),
        1 => Just("\x1b]2;title\x07\x1b[7mtext ".to_owned()),
    ];
    let interruption = prop_oneof![
        Just("\x1b[2;3r"),
        Just("\x1b[?1049h"),
        Just("\x1b[?1049l"),
        Just("\x1b[r"),
        Just("\n"),
        Just("\x1b[3J"),
        Just("\x0e"),
        Just("\x1b)0"),
        Just("\x1b[2J"),
        Just("\x1b[?7l"),
        Just("\x1bc"),
        Just("e"),
        Just("\u{301}"),
        Just("\x1b["),
        Just("\r"),
        Just("\x1b[20h"),
        Just("\x0b"),
    ];
    let lines = (prop::collection::vec(line, 1..6), 1..40_usize)
        .prop_map(|(lines, times)| lines.join("\r\n").repeat(times) + "\r\n");
    let piece = prop_oneof![3 => lines, 1 => interruption.prop_map(str::to_owned)];
    prop::collection::vec(piece, 1..12).prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Drawing late, in any steps, with what scrolls away left out, and through a ring of any
    /// size, shows what drawing everything at once shows.
    #[test]
    fn drawing_late_shows_the_same(
        before in bulk(),
        lines in bulk(),
        after in bulk(),
        times in 1_usize..60,
        ring_bytes in prop::sample::select(vec![100, 30_000, 70_000, 200_000, 2_000_000]),
        steps in prop::collection::vec((0_u64..3000, 1_usize..100_000), 1..20),
    ) {
        let mut output = before;
        output.extend(lines.repeat(times));
        output.extend(after);
        let mut terminal = terminal(ring_bytes);
        let mut rest = &output[..];
        for (draw, append) in steps {
            let (now, later) = rest.split_at(append.min(rest.len()));
            terminal.append(now);
            terminal.draw(draw);
            rest = later;
        }
        terminal.append(rest);
        let snapshot = terminal.snapshot(10);
        prop_assert_eq!(snapshot.offset, output.len() as u64);
        prop_assert_eq!(snapshot.data, drawn(&output));
    }

    /// R05: who takes a terminal over goes on with it as if nothing had happened, wherever its output
    /// is cut.
    #[test]
    fn a_restored_terminal_goes_on_as_it_would_have(
        before in bulk(),
        after in bulk(),
        ring_bytes in prop::sample::select(vec![100, 2_000, 2_000_000]),
        cut in any::<prop::sample::Index>(),
    ) {
        let output = [before, after].concat();
        let (before, after) = output.split_at(cut.index(output.len()));
        let mut first = terminal(ring_bytes);
        first.append(before);
        let oldest = first.ring().oldest();
        let mut ring = Ring::starting_at(oldest, ring_bytes);
        slices(first.ring(), oldest, first.ring().end()).for_each(|bytes| {
            ring.append(bytes);
        });
        let memory = Memory { ring_bytes, history_rows: 10 };
        let screen = first.snapshot(10).data;
        let mut second = Terminal::restored(size(), memory, ring, &screen);
        prop_assert_eq!(second.snapshot(10), first.snapshot(10));
        first.append(after);
        second.append(after);
        prop_assert_eq!(second.ring().oldest(), first.ring().oldest());
        prop_assert_eq!(second.read_from(oldest, 7), first.read_from(oldest, 7));
        prop_assert_eq!(second.snapshot(10), first.snapshot(10));
    }
}
