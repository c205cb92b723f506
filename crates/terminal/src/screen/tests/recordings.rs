//! Real sessions, recorded from programs on a pseudo-terminal of 120 columns and 40 rows.

use super::*;

const RECORDINGS: [(&str, &[u8]); 5] = [
    ("shell", include_bytes!("../../../tests/fixtures/shell.bin")),
    ("vim", include_bytes!("../../../tests/fixtures/vim.bin")),
    ("htop", include_bytes!("../../../tests/fixtures/htop.bin")),
    ("less", include_bytes!("../../../tests/fixtures/less.bin")),
    ("tmux", include_bytes!("../../../tests/fixtures/tmux.bin")),
];

/// What a re-attached viewer gets is at most this long while ordinary programs run.
const TYPICAL_BYTES: usize = 10 * 1024;

fn recorder() -> Screen {
    Screen::new(size(120, 40), 200)
}

/// A viewer that comes at any moment of a real session sees what everybody sees, from then on.
#[test]
fn whoever_comes_at_any_moment_sees_the_same() {
    for (name, output) in RECORDINGS {
        for moment in 0..24 {
            let (before, after) = output.split_at(output.len() * moment / 24);
            let mut screen = recorder();
            screen.feed(before);
            let bytes = screen.snapshot(0).len();
            assert!(bytes <= TYPICAL_BYTES, "{name} at {}: {bytes} bytes", before.len());
            check_restored(&mut screen, &after[..after.len().min(3000)])
                .unwrap_or_else(|error| panic!("{name} at {}: {error}", before.len()));
        }
    }
}

#[test]
fn whoever_comes_after_a_resize_sees_the_same() {
    for (name, output) in RECORDINGS {
        for (moment, other) in [(5, size(80, 24)), (11, size(200, 50)), (17, size(33, 60))] {
            let (before, after) = output.split_at(output.len() * moment / 24);
            let mut screen = recorder();
            screen.feed(before);
            screen.resize(other);
            check_restored(&mut screen, &after[..after.len().min(3000)])
                .unwrap_or_else(|error| panic!("{name} at {}: {error}", before.len()));
        }
    }
}

#[test]
fn full_screen_programs_leave_the_shell_as_it_was() {
    for (name, output) in RECORDINGS {
        let mut screen = recorder();
        let mut was_alternate = false;
        for piece in output.chunks(97) {
            screen.feed(piece);
            was_alternate |= screen.is_alternate();
        }
        assert_eq!(was_alternate, name != "shell", "{name}");
        assert!(!screen.is_alternate(), "{name}");
        assert_eq!(screen.modes().mouse_tracking(), None, "{name}");
    }
}

#[test]
fn a_shell_with_colours_and_wide_characters_is_read_right() {
    let mut screen = recorder();
    screen.feed(RECORDINGS[0].1);
    assert_eq!(screen.title(), "root@demo: ~/project");
    let text = screen.text().join("\n");
    for shown in [
        "bold faint italic under inverse struck",
        "größe, naïve cafe\u{301}, 漢字かな, ✔\u{fe0f} done",
    ] {
        assert!(text.contains(shown), "{shown}");
    }
}
