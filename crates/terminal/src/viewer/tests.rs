use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::{Memory, Screen, Size, Snapshot, Terminal, Upstream};

const START: Tick = Tick::from_millis(0);

fn ring(capacity: usize, bytes: usize) -> Ring {
    let mut ring = Ring::new(capacity);
    ring.append(&vec![b'x'; bytes]);
    ring
}

/// Sends what may be sent and answers how much that was.
fn send(viewer: &mut Viewer, now: Tick, ring: &Ring) -> (u64, Next) {
    let mut bytes = 0;
    loop {
        match viewer.next(now, ring, 64) {
            Next::Send(chunk) => bytes += chunk.data.len() as u64,
            other => return (bytes, other),
        }
    }
}

#[test]
fn a_new_viewer_begins_with_a_screen_and_misses_nothing() {
    let ring = ring(1000, 500);
    let mut viewer = Viewer::new(100);
    assert_eq!(viewer.next(START, &ring, 64), Next::NeedScreen);
    assert_eq!(viewer.next(START, &ring, 64), Next::Wait(Until::Screen), "asked once");
    assert_eq!(viewer.drawn(START), None);
    assert_eq!(viewer.screen(500), None);
    assert_eq!(viewer.next(START, &ring, 64), Next::Wait(Until::Output));
    assert_eq!(viewer.drawn(START), None, "sent is not drawn");
    viewer.acknowledge(500);
    assert_eq!(viewer.drawn(START), Some(500));
}

#[test]
fn no_more_than_a_window_is_on_its_way() {
    let ring = ring(1000, 500);
    let mut viewer = Viewer::resuming(0, 100);
    assert_eq!(send(&mut viewer, START, &ring), (100, Next::Wait(Until::Acknowledged)));
    viewer.acknowledge(30);
    assert_eq!(send(&mut viewer, START, &ring).0, 30);
    viewer.acknowledge(20);
    viewer.acknowledge(5000);
    assert_eq!(send(&mut viewer, START, &ring).0, 0, "neither backwards nor what was never sent");
}

#[test]
fn a_viewer_that_gives_no_sign_for_two_seconds_is_stalled() {
    let ring = ring(1000, 500);
    let mut viewer = Viewer::resuming(0, 100);
    send(&mut viewer, START, &ring);
    let soon = START + Duration::from_millis(1999);
    send(&mut viewer, soon, &ring);
    assert!(!viewer.is_stalled(soon));
    let late = START + STALLED_AFTER;
    assert!(viewer.is_stalled(late));
    assert_eq!(viewer.drawn(late), None);
    viewer.acknowledge(1);
    assert!(!viewer.is_stalled(late));
    assert_eq!(viewer.drawn(late), Some(1));
}

/// R15: a viewer that wakes up late gets a screen and a declared gap, not everything it slept
/// through; until it shows signs of life it gets nothing at all.
#[test]
fn a_viewer_that_wakes_up_late_jumps_to_a_screen() {
    let mut ring = ring(1000, 500);
    let mut viewer = Viewer::resuming(0, 100);
    send(&mut viewer, START, &ring);
    ring.append(&[b'x'; 5000]);
    assert_eq!(viewer.next(START, &ring, 64), Next::Wait(Until::Acknowledged));
    viewer.acknowledge(100);
    assert_eq!(viewer.next(START, &ring, 64), Next::NeedScreen);
    assert_eq!(viewer.screen(5400), Some(Gap { from: 100, to: 5400 }));
    assert_eq!(viewer.next(START, &ring, 64), Next::Wait(Until::Acknowledged));
    viewer.acknowledge(5400);
    assert_eq!(send(&mut viewer, START, &ring), (100, Next::Wait(Until::Acknowledged)));
}

#[test]
fn a_screen_that_overtakes_output_waits_for_it() {
    let mut ring = ring(1000, 10);
    let mut viewer = Viewer::new(100);
    assert_eq!(viewer.next(START, &ring, 64), Next::NeedScreen);
    viewer.screen(15);
    assert_eq!(viewer.next(START, &ring, 64), Next::Wait(Until::Output));
    ring.append(&[b'x'; 7]);
    assert_eq!(send(&mut viewer, START, &ring), (2, Next::Wait(Until::Output)));
}

#[test]
fn a_viewer_from_another_life_of_the_terminal_begins_anew() {
    let ring = ring(1000, 10);
    let mut viewer = Viewer::resuming(777, 100);
    assert_eq!(viewer.next(START, &ring, 64), Next::NeedScreen);
    assert_eq!(viewer.screen(10), None);
    assert_eq!(viewer.drawn(START), None);
    viewer.acknowledge(10);
    assert_eq!(viewer.drawn(START), Some(10));
}

/// A browser: draws what it gets, when it gets to it.
struct Browser {
    viewer: Viewer,
    screen: Screen,
    on_the_way: Vec<Piece>,
}

/// Something on its way to a browser.
struct Piece {
    data: Bytes,
    /// The offset it leads to.
    end: u64,
    kind: Kind,
}

#[derive(PartialEq)]
enum Kind {
    Output,
    Screen,
}

impl Browser {
    fn new(viewer: Viewer) -> Self {
        Self { viewer, screen: Screen::new(size(), 0), on_the_way: Vec::new() }
    }

    fn show(&mut self, snapshot: &Snapshot) -> Option<Gap> {
        let data = [b"\x1bc", &snapshot.data[..]].concat().into();
        self.on_the_way.push(Piece { data, end: snapshot.offset, kind: Kind::Screen });
        self.viewer.screen(snapshot.offset)
    }

    /// Draws some of what came, and says so.
    fn draw(&mut self, pieces: usize) {
        for piece in self.on_the_way.drain(..pieces.min(self.on_the_way.len())) {
            self.screen.feed(&piece.data);
            self.viewer.acknowledge(piece.end);
        }
    }

    /// Bytes of output and number of screens on their way.
    fn burden(&self) -> (usize, usize) {
        let (screens, output): (Vec<_>, Vec<_>) =
            self.on_the_way.iter().partition(|piece| piece.kind == Kind::Screen);
        (output.iter().map(|piece| piece.data.len()).sum(), screens.len())
    }
}

#[derive(Debug, Clone)]
enum Step {
    Output(Vec<u8>),
    Join,
    Leave(usize),
    /// A viewer loses its connection and comes back with what it has drawn.
    Reconnect(usize),
    Draw(usize, usize),
    Pass(u64),
}

fn size() -> Size {
    Size::new(12, 4).unwrap()
}

fn step() -> impl Strategy<Value = Step> {
    let output = prop_oneof![
        "[a-z漢 \r\n]{1,60}".prop_map(String::into_bytes),
        "(\x1b\\[[0-9]{0,2}[mHJKABCD]|[a-z]{1,9}|\x1b\\[\\?1049[hl]|\r\n){1,20}"
            .prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 1..30),
    ];
    prop_oneof![
        6 => output.prop_map(Step::Output),
        1 => Just(Step::Join),
        1 => (0_usize..5).prop_map(Step::Leave),
        1 => (0_usize..5).prop_map(Step::Reconnect),
        6 => (0_usize..5, 0_usize..6).prop_map(|(viewer, pieces)| Step::Draw(viewer, pieces)),
        1 => (0_u64..1500).prop_map(Step::Pass),
    ]
}

const WINDOW: u64 = 60;

/// A machine, a relay and up to five viewers.
struct House {
    machine: Terminal,
    relay: Ring,
    upstream: Upstream,
    browsers: Vec<Browser>,
    now: Tick,
}

impl House {
    fn new() -> Self {
        Self {
            machine: Terminal::new(size(), Memory { ring_bytes: 4096, history_rows: 5 }),
            relay: Ring::new(200),
            upstream: Upstream::new(0, WINDOW),
            browsers: Vec::new(),
            now: START,
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Output(bytes) => _ = self.machine.append(&bytes),
            Step::Join if self.browsers.len() < 5 => {
                self.browsers.push(Browser::new(Viewer::new(WINDOW)));
            }
            Step::Leave(index) if index < self.browsers.len() => _ = self.browsers.remove(index),
            Step::Join | Step::Leave(_) => {}
            Step::Reconnect(index) => {
                if let Some(browser) = self.browsers.get_mut(index) {
                    browser.on_the_way.clear();
                    if let Some(drawn) = browser.viewer.drawn(self.now) {
                        browser.viewer = Viewer::resuming(drawn, WINDOW);
                    } else {
                        *browser = Browser::new(Viewer::new(WINDOW));
                    }
                }
            }
            Step::Draw(index, pieces) => {
                if let Some(browser) = self.browsers.get_mut(index) {
                    browser.draw(pieces);
                }
            }
            Step::Pass(millis) => self.now = self.now + Duration::from_millis(millis),
        }
        self.flow();
    }

    /// Lets everything flow that may.
    fn flow(&mut self) {
        for _ in 0..3 {
            self.fill_relay();
            for browser in &mut self.browsers {
                let next = browser.viewer.next(self.now, &self.relay, 16);
                match next {
                    Next::Send(chunk) => {
                        let end = chunk.end();
                        let kind = Kind::Output;
                        browser.on_the_way.push(Piece { data: chunk.data, end, kind });
                    }
                    Next::NeedScreen => {
                        let snapshot = self.machine.snapshot(0);
                        let gap = browser.show(&snapshot);
                        assert!(
                            gap.is_none_or(|gap| gap.from < gap.to && gap.to == snapshot.offset)
                        );
                    }
                    Next::Wait(_) => {}
                }
                let (bytes, screens) = browser.burden();
                assert!(bytes <= 60 && screens <= 2, "{bytes} bytes and {screens} screens");
            }
            let viewers = self.browsers.iter().map(|browser| &browser.viewer);
            self.upstream.grant(self.now, self.relay.end(), viewers);
        }
    }

    /// What the machine may send reaches the relay, all of it, from where the last ended.
    fn fill_relay(&mut self) {
        while self.relay.end() < self.upstream.credit() {
            let left = usize::try_from(self.upstream.credit() - self.relay.end()).unwrap();
            let Read::Chunk(chunk) = self.machine.read_from(self.relay.end(), left) else { return };
            self.relay.append_at(chunk.offset, &chunk.data).unwrap();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// R31: viewers that come, go, fall asleep, lose their connection and draw at any speed end
    /// with the same screen as the machine.
    #[test]
    fn everybody_ends_with_the_same_screen(steps in prop::collection::vec(step(), 1..120)) {
        let mut house = House::new();
        house.step(Step::Join);
        for step in steps {
            house.step(step);
        }
        // The output ends, and everybody draws what there is.
        for _ in 0..400 {
            house.flow();
            house.browsers.iter_mut().for_each(|browser| browser.draw(usize::MAX));
        }
        let end = house.machine.ring().end();
        let last = house.machine.snapshot(0).data;
        for browser in &mut house.browsers {
            prop_assert_eq!(browser.viewer.drawn(house.now), Some(end));
            prop_assert_eq!(&browser.screen.snapshot(0), &last);
        }
    }

    /// A viewer that stops drawing costs the others nothing: they get everything in time.
    #[test]
    fn a_sleeper_slows_nobody(pieces in prop::collection::vec(1_usize..100, 1..60)) {
        let mut house = House::new();
        house.step(Step::Join);
        house.step(Step::Join);
        house.browsers[1].draw(usize::MAX);
        for bytes in pieces {
            house.machine.append(&vec![b'x'; bytes]);
            // The first never draws; the second draws at once.
            for _ in 0..20 {
                house.flow();
                house.browsers[1].draw(usize::MAX);
            }
            let end = house.machine.ring().end();
            prop_assert_eq!(house.browsers[1].viewer.drawn(house.now), Some(end));
            prop_assert!(house.browsers[0].burden().0 <= 60);
        }
    }
}
