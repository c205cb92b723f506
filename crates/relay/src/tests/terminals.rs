//! Terminals with several viewers.

use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use model::{UserId, ViewerId};
use terminal::Size;

use super::machine::Order;
use super::{DEADLINE, House};
use crate::terminals::{Keyboard, Typed};
use crate::{Attach, TerminalEvent, TerminalView};

fn attach(house: &House, person: UserId) -> Attach {
    Attach {
        machine: house.machine,
        session: house.session,
        was: None,
        person,
        name: "Somebody".to_owned(),
        may_write: true,
        size: Size::default(),
        resume_from: None,
        has_ended: false,
    }
}

fn view(house: &House, person: UserId) -> TerminalView {
    house.relay.attach_terminal(&attach(house, person))
}

async fn next(view: &mut TerminalView) -> TerminalEvent {
    tokio::time::timeout(DEADLINE, view.next()).await.expect("an event in time")
}

/// What a viewer has drawn: everything up to `end`, a gap where there was one.
#[derive(Default)]
struct Drawn {
    text: Vec<u8>,
    end: u64,
    gaps: u64,
}

impl Drawn {
    /// Draws and acknowledges until everything up to `wanted` is drawn.
    async fn until(&mut self, view: &mut TerminalView, wanted: u64) {
        while self.end < wanted {
            match next(view).await {
                TerminalEvent::Output { offset, data } => {
                    assert_eq!(offset, self.end, "nothing is left out and nothing comes twice");
                    self.text.extend_from_slice(&data);
                    self.end += data.len() as u64;
                }
                TerminalEvent::Screen { offset, .. } => self.end = offset,
                TerminalEvent::Gap { from, to } => {
                    assert_eq!(from, self.end);
                    self.gaps += to - from;
                }
                _ => {}
            }
            view.acknowledge(self.end);
        }
    }
}

async fn keyboard(view: &mut TerminalView) -> Keyboard {
    loop {
        if let TerminalEvent::Keyboard(keyboard) = next(view).await {
            return keyboard;
        }
    }
}

fn numbers(count: u32) -> Bytes {
    (0..count).map(|number| format!("{number}\r\n")).collect::<Vec<_>>().concat().into()
}

/// R31: everybody who is there from the beginning gets every byte, in order.
#[tokio::test]
async fn several_viewers_get_every_byte() {
    let mut house = House::new();
    let machine = house.link().await;
    let mut views: Vec<_> = (0..5).map(|_| view(&house, house.person())).collect();
    let mut drawn: Vec<_> = views.iter().map(|_| Drawn::default()).collect();
    machine.write(&b"$ "[..]).await;
    for (view, drawn) in views.iter_mut().zip(&mut drawn) {
        drawn.until(view, 2).await;
    }
    let before: Vec<_> = drawn.iter().map(|drawn| drawn.text.len()).collect();
    let output = numbers(100_000);
    machine.write(output.clone()).await;
    let end = 2 + output.len() as u64;
    let all = views.iter_mut().zip(&mut drawn).map(|(view, drawn)| drawn.until(view, end));
    futures_util::future::join_all(all).await;
    for (drawn, before) in drawn.iter().zip(before) {
        assert!(drawn.text[before..] == output, "{} bytes", drawn.text.len());
        assert_eq!(drawn.gaps, 0);
    }
}

/// R15: a viewer that does not read costs nothing and slows nobody, and when it wakes up it is told
/// what it has missed and sees the screen.
#[tokio::test]
async fn a_viewer_that_sleeps_slows_nobody_and_wakes_up_to_a_screen() {
    let mut house = House::new();
    let machine = house.link().await;
    let (mut awake, mut asleep) = (view(&house, house.person()), view(&house, house.person()));
    let (mut seen, mut missed) = (Drawn::default(), Drawn::default());
    machine.write(&b"$ "[..]).await;
    seen.until(&mut awake, 2).await;
    missed.until(&mut asleep, 2).await;
    let output = numbers(700_000);
    let end = 2 + output.len() as u64;
    assert!(end > 5 * 1024 * 1024);
    machine.write(output).await;
    seen.until(&mut awake, end).await;
    assert_eq!(seen.gaps, 0);
    // What the server keeps of it is the ring that all viewers share.
    missed.until(&mut asleep, end).await;
    assert!(missed.gaps > 4 * 1024 * 1024, "{} bytes", missed.gaps);
    assert!(missed.text.len() < 1024 * 1024);
}

/// R15: where nobody reads, the machine goes on without them after two seconds, and until then it
/// sends no more than a window.
#[tokio::test]
async fn where_all_viewers_sleep_the_machine_goes_on_without_them() {
    let mut house = House::new();
    let mut machine = house.link().await;
    let mut asleep = view(&house, house.person());
    let mut drawn = Drawn::default();
    machine.write(&b"$ "[..]).await;
    drawn.until(&mut asleep, 2).await;
    let output = numbers(700_000);
    let total = output.len() as u64;
    machine.write(output).await;
    // It takes what its window allows and acknowledges none of it. Looking for more notes that the
    // window is used up, as the task of a connection does.
    let mut taken = 0;
    while taken < terminal::viewer::WINDOW_BYTES {
        if let TerminalEvent::Output { data, .. } = next(&mut asleep).await {
            taken += data.len() as u64;
        }
    }
    assert!(std::pin::pin!(asleep.next()).now_or_never().is_none());
    assert!(machine.seen().sent_bytes < 1024 * 1024, "{}", machine.seen().sent_bytes);
    house.clock.advance(Duration::from_secs(3));
    machine.until(|seen| seen.sent_bytes >= total).await;
}

/// S107: one types at a time, everybody is told who, and a watcher never does.
#[tokio::test]
async fn the_keyboard_changes_hands_openly() {
    let mut house = House::new();
    let mut machine = house.link().await;
    let (ana, ben) = (house.person(), house.person());
    let (mut first, mut second) = (view(&house, ana), view(&house, ben));
    let watching = Attach { may_write: false, ..attach(&house, ben) };
    let mut watcher = house.relay.attach_terminal(&watching);
    let held = keyboard(&mut first).await;
    assert!(held.yours);
    let told = keyboard(&mut second).await;
    assert!(!told.yours);
    assert_eq!(told.holder.map(|holder| holder.person), Some(ana));
    assert_eq!(first.input(1, Bytes::from_static(b"a")), Typed::Taken);
    assert_eq!(second.input(1, Bytes::from_static(b"x")), Typed::HeldByAnother);
    assert_eq!(watcher.input(1, Bytes::from_static(b"x")), Typed::MayNotType);
    assert!(watcher.take_keyboard().is_err());

    second.take_keyboard().unwrap();
    let taken = keyboard(&mut second).await;
    assert!(taken.yours && taken.lease > held.lease && taken.input_seq == 0);
    let lost = keyboard(&mut first).await;
    assert!(!lost.yours && lost.lease == taken.lease);
    let seen = keyboard(&mut watcher).await;
    assert_eq!(seen.holder.map(|holder| holder.person), Some(ben));
    assert_eq!(first.input(2, Bytes::from_static(b"x")), Typed::HeldByAnother);
    assert_eq!(second.input(1, Bytes::from_static(b"b")), Typed::Taken);
    machine.until(|seen| seen.typed == b"ab").await;
}

/// However fast somebody types: every key, once, in order.
#[tokio::test]
async fn a_flood_of_keys_is_typed_whole() {
    let mut house = House::new();
    let mut machine = house.link().await;
    let mut view = view(&house, house.person());
    keyboard(&mut view).await;
    let keys: Vec<u8> = (0..20_000_u32).map(|number| number.to_le_bytes()[0]).collect();
    for (seq, key) in (1..).zip(&keys) {
        assert_eq!(view.input(seq, Bytes::copy_from_slice(&[*key])), Typed::Taken);
    }
    machine.until(|seen| seen.typed.len() == keys.len()).await;
    assert!(machine.seen().typed == keys);
    loop {
        if let TerminalEvent::InputAck { seq: 20_000, .. } = next(&mut view).await {
            break;
        }
    }
}

/// R03: a link that is lost and comes back: output goes on where it stopped, and what was typed
/// meanwhile is typed once.
#[tokio::test]
async fn a_lost_link_costs_neither_output_nor_keys() {
    let mut house = House::new();
    let machine = house.link().await;
    let mut view = view(&house, house.person());
    let mut drawn = Drawn::default();
    machine.write(&b"one "[..]).await;
    drawn.until(&mut view, 4).await;
    drop(machine);
    while next(&mut view).await != (TerminalEvent::Link { up: false }) {}
    assert_eq!(view.input(1, Bytes::from_static(b"typed while it was away")), Typed::Taken);
    let mut machine = house.link().await;
    machine.write(&b"one two"[..]).await;
    drawn.until(&mut view, 7).await;
    assert!(drawn.text.ends_with(b"two") && drawn.gaps == 0);
    machine.until(|seen| seen.typed == b"typed while it was away").await;
}

/// R31: who comes beside somebody who has come back to a program that says nothing sees the screen at
/// once, and so does who was behind; what the program says then, all get.
#[tokio::test]
async fn beside_a_viewer_that_has_come_back_others_see_the_screen() {
    let mut house = House::new();
    house.written = b"what a program has drawn".to_vec();
    let end = house.written.len() as u64;
    let machine = house.link().await;
    let back = |from| Attach { resume_from: Some(from), ..attach(&house, house.person()) };
    let mut first = house.relay.attach_terminal(&back(end));
    let mut behind = house.relay.attach_terminal(&back(end - 5));
    let mut new = view(&house, house.person());
    let (mut seen, mut missed) = (Drawn { end, ..Drawn::default() }, Drawn::default());
    let mut late = Drawn { end: end - 5, ..Drawn::default() };
    missed.until(&mut new, end).await;
    late.until(&mut behind, end).await;
    assert_eq!((late.gaps, missed.gaps), (5, 0));
    machine.write(&b"!"[..]).await;
    for (drawn, view) in
        [(&mut seen, &mut first), (&mut missed, &mut new), (&mut late, &mut behind)]
    {
        drawn.until(view, end + 1).await;
        assert_eq!(drawn.text, b"!");
    }
}

/// What is typed into a terminal whose machine has not heard of it yet waits until it has.
#[tokio::test]
async fn keys_that_come_before_the_terminal_are_typed_when_it_is_there() {
    let mut house = House::new();
    house.is_to_begin = true;
    let mut machine = house.link().await;
    let mut view = view(&house, house.person());
    assert!(keyboard(&mut view).await.yours);
    machine.until(|seen| seen.refused > 0).await;
    assert_eq!(view.input(1, Bytes::from_static(b"ls\r")), Typed::Taken);
    machine.until(|seen| seen.dropped == b"ls\r").await;
    machine.order(Order::Begin).await;
    let seen = machine.until(|seen| !seen.typed.is_empty()).await;
    assert_eq!(seen.typed, b"ls\r");
    // Not in a loop: a second passes before the machine is asked again without cause.
    assert!(seen.refused < 20, "{} times", seen.refused);
    machine.write(&b"$ "[..]).await;
    Drawn::default().until(&mut view, 2).await;
}

/// A viewer whose connection was lost has its seat, and the keyboard, for a quarter of a minute.
#[tokio::test]
async fn a_seat_is_kept_for_a_while() {
    let mut house = House::new();
    let machine = house.link().await;
    let (ana, ben) = (house.person(), house.person());
    let mut first = view(&house, ana);
    let lease = keyboard(&mut first).await.lease;
    assert_eq!(first.input(1, Bytes::from_static(b"a")), Typed::Taken);
    let seat = first.viewer();
    let mut other = view(&house, ben);
    drop(first);
    house.clock.advance(Duration::from_secs(14));

    // Somebody else does not get it by knowing its number.
    let thief = Attach { was: Some(seat), ..attach(&house, ben) };
    assert_ne!(house.relay.attach_terminal(&thief).viewer(), seat);
    let again = Attach { was: Some(seat), resume_from: Some(0), ..attach(&house, ana) };
    let mut back = house.relay.attach_terminal(&again);
    assert_eq!(back.viewer(), seat);
    let held = keyboard(&mut back).await;
    assert!(held.yours);
    assert_eq!((held.lease, held.input_seq), (lease, 1), "what was typed need not be sent again");

    drop(back);
    house.clock.advance(Duration::from_secs(16));
    let freed = async {
        loop {
            let keyboard = keyboard(&mut other).await;
            if keyboard.holder.is_none_or(|holder| holder.person == ben) {
                return;
            }
        }
    };
    tokio::time::timeout(DEADLINE, freed).await.expect("the seat is given up");
    let late = Attach { was: Some(seat), ..attach(&house, ana) };
    assert_ne!(house.relay.attach_terminal(&late).viewer(), seat);
    drop(machine);
}

/// A connection that came back has the seat; the old one, of which nobody knew yet that it is dead,
/// neither shares it nor takes it along when it ends.
#[tokio::test]
async fn the_end_of_an_old_connection_does_not_cost_the_new_one_its_seat() {
    let mut house = House::new();
    let mut machine = house.link().await;
    let ana = house.person();
    let mut old = view(&house, ana);
    keyboard(&mut old).await;
    let seat: ViewerId = old.viewer();
    let again = Attach { was: Some(seat), resume_from: Some(0), ..attach(&house, ana) };
    let mut new = house.relay.attach_terminal(&again);
    assert_eq!(new.viewer(), seat);
    assert_eq!(next(&mut old).await, TerminalEvent::Replaced);
    assert_eq!(old.input(1, Bytes::from_static(b"x")), Typed::MayNotType);
    drop(old);
    house.clock.advance(Duration::from_secs(30));
    house.relay.drop_empty_seats();
    machine.write(&b"still here"[..]).await;
    Drawn::default().until(&mut new, 10).await;
    assert_eq!(new.input(1, Bytes::from_static(b"y")), Typed::Taken);
    machine.until(|seen| seen.typed == b"y").await;
}

/// The machine remembers the lease of whoever typed last, also when nobody has looked for a while:
/// whoever comes back types under a higher one.
#[tokio::test]
async fn who_comes_back_to_a_terminal_that_nobody_looked_at_can_type() {
    let mut house = House::new();
    let mut machine = house.link().await;
    let ana = house.person();
    for (times, typed) in [&b"a"[..], b"ab", b"abc"].into_iter().enumerate() {
        let mut view = view(&house, ana);
        assert!(keyboard(&mut view).await.yours);
        let key = Bytes::copy_from_slice(&typed[times..]);
        assert_eq!(view.input(1, key), Typed::Taken);
        machine.until(|seen| seen.typed == typed).await;
        view.leave();
        house.relay.drop_empty_seats();
    }
}

/// The end of the program comes after all of its output, for those who watched and for those who
/// come later.
#[tokio::test]
async fn the_end_is_told_to_everybody() {
    let mut house = House::new();
    let machine = house.link().await;
    let mut first = view(&house, house.person());
    let output = numbers(1000);
    machine.write(output.clone()).await;
    machine.order(Order::End).await;
    let mut drawn = Drawn::default();
    drawn.until(&mut first, output.len() as u64).await;
    let ended = TerminalEvent::Ended { detail: "exit status 0".to_owned() };
    while next(&mut first).await != ended {}
    let mut late = view(&house, house.person());
    while next(&mut late).await != ended {}
}

/// Whoever comes back to a program that has ended meanwhile waits for no screen of it.
#[tokio::test]
async fn the_end_is_told_to_whoever_comes_back_too_late() {
    let mut house = House::new();
    let machine = house.link().await;
    machine.order(Order::Forget).await;
    let back = Attach { resume_from: Some(60), ..attach(&house, house.person()) };
    let mut view = house.relay.attach_terminal(&back);
    let ended = TerminalEvent::Ended { detail: "exit status 0".to_owned() };
    let told = async { while view.next().await != ended {} };
    tokio::time::timeout(DEADLINE, told).await.expect("the end is told");
}

/// A machine that has forgotten an ended terminal is not asked about it for long.
#[tokio::test]
async fn a_terminal_that_had_ended_and_is_forgotten_is_over_at_once() {
    let mut house = House::new();
    house.is_to_begin = true;
    let mut machine = house.link().await;
    let late = Attach { has_ended: true, ..attach(&house, house.person()) };
    let mut view = house.relay.attach_terminal(&late);
    while !matches!(next(&mut view).await, TerminalEvent::Ended { .. }) {}
    assert_eq!(machine.until(|seen| seen.refused > 0).await.refused, 1);
}

/// Bytes that the machine no longer holds are declared, not left out silently.
#[tokio::test]
async fn what_the_machine_has_forgotten_is_declared() {
    let mut house = House::new();
    let machine = house.link().await;
    let mut view = view(&house, house.person());
    let mut drawn = Drawn::default();
    machine.write(&b"one"[..]).await;
    drawn.until(&mut view, 3).await;
    drop(machine);
    while next(&mut view).await != (TerminalEvent::Link { up: false }) {}
    // What was said meanwhile is forgotten before anybody can ask for it.
    house.written = b"one two three".to_vec();
    let machine = house.link().await;
    drawn.until(&mut view, 13).await;
    assert_eq!(drawn.gaps, 10);
    machine.write(&b"!"[..]).await;
    drawn.until(&mut view, 14).await;
    assert!(drawn.text.ends_with(b"!"));
}
