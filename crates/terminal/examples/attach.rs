//! A program's output on its way to two viewers: one that was there from the beginning, and one
//! that comes late and gets the screen.
//!
//! `cargo run -p terminal --example attach`

use model::Tick;
use terminal::viewer::{Next, WINDOW_BYTES};
use terminal::{Memory, Ring, Screen, Size, Terminal, Viewer};

fn main() {
    let now = Tick::default();
    let mut machine = Terminal::new(Size::default(), Memory::default());
    let mut relay = Ring::new(64 * 1024);
    let (mut early, mut early_screen) = (Viewer::resuming(0, WINDOW_BYTES), blank());

    for output in ["$ vi notes\r\n", "\x1b[?1049h\x1b[2;4H\x1b[1;34m笔记", "\x1b[m\r\nof to"] {
        let from = machine.ring().end();
        machine.append(output.as_bytes());
        if let terminal::ring::Read::Chunk(chunk) = machine.read_from(from, 64 * 1024) {
            relay.append_at(chunk.offset, &chunk.data).expect("no hole");
        }
        draw(&mut early, &mut early_screen, &relay, now);
    }

    let (mut late, mut late_screen) = (Viewer::new(WINDOW_BYTES), blank());
    if late.next(now, &relay, 64 * 1024) == Next::NeedScreen {
        let snapshot = machine.snapshot(0);
        late.screen(snapshot.offset);
        late_screen.feed(&snapshot.data);
        late.acknowledge(snapshot.offset);
    }

    machine.append(b"day\x1b[3;1H");
    if let terminal::ring::Read::Chunk(chunk) = machine.read_from(relay.end(), 64 * 1024) {
        relay.append_at(chunk.offset, &chunk.data).expect("no hole");
    }
    draw(&mut early, &mut early_screen, &relay, now);
    draw(&mut late, &mut late_screen, &relay, now);

    assert_eq!(early_screen.text(), late_screen.text());
    assert_eq!(late_screen.text()[..3], ["", "   笔记", "of today"]);
    assert_eq!(late_screen.snapshot(0), machine.snapshot(0).data);
}

fn blank() -> Screen {
    Screen::new(Size::default(), 0)
}

/// Sends everything there is to a viewer, which draws it at once.
fn draw(viewer: &mut Viewer, screen: &mut Screen, relay: &Ring, now: Tick) {
    while let Next::Send(chunk) = viewer.next(now, relay, 16 * 1024) {
        screen.feed(&chunk.data);
        viewer.acknowledge(chunk.end());
    }
}
