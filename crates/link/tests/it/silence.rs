//! A peer that says nothing any more.

use std::time::Duration;

use link::{Down, Event, PING_AFTER, PONG_WITHIN};
use model::Tick;

use crate::pair::{Pair, Terms};

/// R10: a link that swallows everything is found out by both sides in at most 40 seconds.
#[test]
fn a_half_open_link_is_found_out_on_both_sides() {
    let mut pair = Pair::up(Terms::default());
    let since = pair.now;
    let (mut machine_down, mut server_down) = (None, None);
    while machine_down.is_none() || server_down.is_none() {
        let due = [pair.machine.poll_timeout(), pair.server.poll_timeout()];
        pair.now = due.into_iter().flatten().min().unwrap();
        pair.machine.handle_timeout(pair.now);
        pair.server.handle_timeout(pair.now);
        let silent = |down: &_| *down == Down::Silent;
        let machine = std::iter::from_fn(|| pair.machine.poll_event());
        let lost = machine.filter_map(|e| if let Event::Down(d) = e { Some(d) } else { None });
        machine_down = machine_down.or(lost.filter(silent).map(|_| pair.now).next());
        let server = std::iter::from_fn(|| pair.server.poll_event());
        let lost = server.filter_map(|e| if let Event::Down(d) = e { Some(d) } else { None });
        server_down = server_down.or(lost.filter(silent).map(|_| pair.now).next());
        while pair.machine.poll_message().is_some() || pair.server.poll_message().is_some() {}
    }
    for down in [machine_down, server_down] {
        let after = down.unwrap_or(Tick::default()).since(since);
        assert_eq!(after, PING_AFTER + PONG_WITHIN);
        assert!(after <= Duration::from_secs(40));
    }
}

#[test]
fn a_quiet_link_stays_up() {
    let mut pair = Pair::up(Terms::default());
    pair.pass(Duration::from_hours(1));
    assert!(pair.machine.epoch().is_some() && pair.server.epoch().is_some());
}

/// R11: only differences of monotonic ticks count, so a wall clock may do what it wants; and a
/// machine that slept finds out by asking, not by arithmetic.
#[test]
fn after_sleep_the_peer_is_asked_before_it_is_given_up() {
    let mut pair = Pair::up(Terms::default());
    pair.now = pair.now + Duration::from_hours(8);
    pair.machine.handle_timeout(pair.now);
    pair.run();
    assert!(pair.machine.epoch().is_some(), "{:?}", pair.machine_events);
}
