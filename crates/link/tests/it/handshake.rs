//! Who gets in, and who does not.

use std::time::Duration;

use bytes::Bytes;
use link::event::{Refused, Word};
use link::machine::Welcomed;
use link::{Down, Event, LinkError, MachineStep, ServerPins, ServerStep};
use model::Timestamp;
use wire::frame::Body;
use wire::handshake::{Hello, RefusalCode};
use wire::{Frame, decode, encode};

use crate::pair::{Pair, Terms, identity, machine_id};

#[test]
fn an_enrolled_machine_comes_up_with_what_both_sides_said() {
    let terms = Terms { epoch: 7, received_commands: 41, received_reports: 12, ..Terms::default() };
    let mut pair = Pair::new(terms);
    pair.run();
    let Event::Step(ServerStep::Proven(proven)) = &pair.server_events[1] else {
        panic!("{:?}", pair.server_events);
    };
    assert_eq!((proven.machine_id, proven.received_commands), (machine_id(), 41));
    let welcomed = Welcomed {
        epoch: 7,
        received_reports: 12,
        server_time: Timestamp::from_millis(1_790_000_000_000),
        reconnect_spread: Duration::from_secs(2),
        new_pins: None,
    };
    assert_eq!(pair.machine_events[0], Event::Step(MachineStep::Welcomed(welcomed)));
    assert_eq!(pair.machine.wanted().unwrap().from, 13);
    assert_eq!(pair.server.wanted().unwrap().from, 42);
}

/// S56: a server with another identity key gets no proof, and nothing else either.
#[test]
fn a_server_that_is_not_pinned_gets_no_proof() {
    let terms = Terms { server_key: identity(66), ..Terms::default() };
    let mut pair = Pair::new(terms);
    pair.poll();
    pair.server.handle_message(pair.now, pair.to_server.pop_front().unwrap());
    pair.poll();
    pair.machine.handle_message(pair.now, pair.to_machine.pop_front().unwrap());
    pair.poll();
    assert_eq!(pair.to_server, [] as [Bytes; 0], "not a byte after the challenge");
    let [Event::Down(Down::Broken(error))] = &pair.machine_events[..] else {
        panic!("{:?}", pair.machine_events);
    };
    assert!(matches!(error, LinkError::WrongServer { .. }) && error.is_suspicious());
}

/// S56: showing the pinned key without having it does not help.
#[test]
fn a_server_that_only_shows_the_pinned_key_gets_no_proof() {
    let mut pair = Pair::new(Terms { server_key: identity(66), ..Terms::default() });
    pair.poll();
    pair.server.handle_message(pair.now, pair.to_server.pop_front().unwrap());
    pair.poll();
    let mut challenge = decode(pair.to_machine.pop_front().unwrap()).unwrap();
    let Some(Body::Challenge(shown)) = &mut challenge.body else { panic!("no challenge") };
    shown.server_key = Bytes::copy_from_slice(identity(2).public_key().as_bytes());
    pair.machine.handle_message(pair.now, encode(&challenge).unwrap().freeze());
    pair.poll();
    assert_eq!(pair.to_server, [] as [Bytes; 0]);
    let error = "this is not the server of the enrolment: its signature does not fit";
    let [Event::Down(Down::Broken(broken))] = &pair.machine_events[..] else { panic!() };
    assert_eq!(broken.to_string(), error);
}

/// S57: while the server's key is being replaced, the machine accepts the old and the new one; the
/// set itself comes over a link that the old one vouches for.
#[test]
fn an_overlap_of_pins_lets_the_server_change_its_key() {
    let (old, new) = (identity(2).public_key(), identity(8).public_key());
    let both = ServerPins::several(vec![old, new]).unwrap();
    for server_key in [identity(2), identity(8)] {
        Pair::up(Terms { server_key, pins: both.clone(), ..Terms::default() });
    }

    let mut pair = Pair::new(Terms::default());
    pair.to_server.extend(pair.machine.poll_message());
    pair.server.handle_message(pair.now, pair.to_server.pop_front().unwrap());
    pair.server.identify(vec![identity(1).public_key()]);
    pair.to_machine.extend(pair.server.poll_message());
    pair.machine.handle_message(pair.now, pair.to_machine.pop_front().unwrap());
    pair.to_server.extend(pair.machine.poll_message());
    pair.server.handle_message(pair.now, pair.to_server.pop_front().unwrap());
    let mut welcome = crate::pair::welcome(&pair.terms);
    welcome.server_keys =
        both.keys().iter().map(|k| Bytes::copy_from_slice(k.as_bytes())).collect();
    pair.server.welcome(pair.now, welcome).unwrap();
    pair.machine.handle_message(pair.now, pair.server.poll_message().unwrap());
    let Some(Event::Step(MachineStep::Welcomed(welcomed))) = pair.machine.poll_event() else {
        panic!("not welcomed");
    };
    assert_eq!(welcomed.new_pins, Some(both));
}

/// S53, S58: from outside nobody can tell an unknown machine from a wrong key.
#[test]
fn an_unknown_machine_and_a_wrong_key_are_refused_alike() {
    let unknown = Terms { enrolled: None, ..Terms::default() };
    let wrong_key = Terms { enrolled: Some(identity(9)), ..Terms::default() };
    let seen: Vec<_> = [unknown, wrong_key]
        .into_iter()
        .map(|terms| {
            let mut pair = Pair::new(terms);
            pair.run();
            assert_eq!(pair.server.epoch(), None);
            (pair.machine_events, pair.server_events)
        })
        .collect();
    assert_eq!(seen[0], seen[1]);
    let refused = Refused {
        code: RefusalCode::Identity,
        message: "this machine is not enrolled here".to_owned(),
        retry_after: Duration::ZERO,
        word: Word::Sealed,
    };
    assert_eq!(seen[0].0, [Event::Down(Down::Refused(refused))]);
}

/// S53: what a machine signed for one link proves nothing on another.
#[test]
fn an_old_handshake_cannot_be_replayed() {
    let mut pair = Pair::new(Terms::default());
    pair.poll();
    let hello = pair.to_server.pop_front().unwrap();
    pair.server.handle_message(pair.now, hello.clone());
    pair.poll();
    pair.machine.handle_message(pair.now, pair.to_machine.pop_front().unwrap());
    pair.poll();
    let proof = pair.to_server.pop_front().unwrap();

    let rng = model::rng::CountingRng::new(77);
    let mut another = link::ServerLink::new(pair.now, identity(2), &rng).unwrap();
    another.handle_message(pair.now, hello);
    another.identify(vec![identity(1).public_key()]);
    another.handle_message(pair.now, proof);
    let events: Vec<_> = std::iter::from_fn(|| another.poll_event()).collect();
    assert!(matches!(
        &events[..],
        [Event::Step(ServerStep::Identify(_)), Event::Down(Down::Refused(_))]
    ));
}

/// S62: while a machine's key is being replaced, each of the two opens the door, it is known which one
/// did, and no other does.
#[test]
fn a_machine_comes_with_either_of_its_keys() {
    let known = || vec![identity(1).public_key(), identity(9).public_key()];
    let come_with = |number| {
        let terms = Terms { machine_key: identity(number), ..Terms::default() };
        let mut pair = Pair::new(terms);
        pair.to_server.extend(pair.machine.poll_message());
        pair.server.handle_message(pair.now, pair.to_server.pop_front().unwrap());
        pair.server.identify(known());
        pair.machine.handle_message(pair.now, pair.server.poll_message().unwrap());
        pair.server.handle_message(pair.now, pair.machine.poll_message().unwrap());
        std::iter::from_fn(move || pair.server.poll_event()).last().unwrap()
    };
    for number in [1, 9] {
        let Event::Step(ServerStep::Proven(proven)) = come_with(number) else { panic!("refused") };
        assert_eq!(proven.key, identity(number).public_key());
    }
    assert!(matches!(come_with(3), Event::Down(Down::Refused(_))));
}

#[test]
fn the_public_key_may_be_found_before_or_after_the_proof_has_come() {
    let mut pair = Pair::new(Terms::default());
    pair.to_server.extend(pair.machine.poll_message());
    pair.server.handle_message(pair.now, pair.to_server.pop_front().unwrap());
    pair.machine.handle_message(pair.now, pair.server.poll_message().unwrap());
    pair.server.handle_message(pair.now, pair.machine.poll_message().unwrap());
    assert!(matches!(pair.server.poll_event(), Some(Event::Step(ServerStep::Identify(_)))));
    assert_eq!(pair.server.poll_event(), None, "not proven before the key is known");
    pair.server.identify(vec![identity(1).public_key()]);
    assert!(matches!(pair.server.poll_event(), Some(Event::Step(ServerStep::Proven(_)))));
}

/// R20: no common version is said politely, with both ranges, before any key is looked at.
#[test]
fn a_machine_of_another_age_is_told_so() {
    let mut pair = Pair::new(Terms::default());
    pair.poll();
    let mut hello = decode(pair.to_server.pop_front().unwrap()).unwrap();
    let Some(Body::Hello(Hello { version_min, version_max, .. })) = &mut hello.body else {
        panic!("no hello");
    };
    (*version_min, *version_max) = (7, 9);
    pair.server.handle_message(pair.now, encode(&hello).unwrap().freeze());
    pair.run();
    let [Event::Down(Down::Refused(refused))] = &pair.machine_events[..] else {
        panic!("{:?}", pair.machine_events);
    };
    assert_eq!((refused.code, refused.word), (RefusalCode::Version, Word::Anybodys));
    assert_eq!(refused.message, "no common version: the peer speaks 7 to 9");
}

/// R20: a newer machine that still speaks ours is spoken to in ours. And the range is signed:
/// whoever changes it on the way gets no proof.
#[test]
fn a_changed_version_range_is_noticed() {
    let mut pair = Pair::new(Terms::default());
    pair.poll();
    let mut hello = decode(pair.to_server.pop_front().unwrap()).unwrap();
    let Some(Body::Hello(Hello { version_max, .. })) = &mut hello.body else { panic!() };
    *version_max = 9;
    pair.server.handle_message(pair.now, encode(&hello).unwrap().freeze());
    let challenge = pair.server.poll_message().unwrap();
    let Some(Body::Challenge(offered)) = decode(challenge.clone()).unwrap().body else { panic!() };
    assert_eq!(offered.version, 1);
    pair.machine.handle_message(pair.now, challenge);
    pair.poll();
    assert!(matches!(
        &pair.machine_events[..],
        [Event::Down(Down::Broken(LinkError::WrongServer { .. }))]
    ));
}

#[test]
fn a_full_server_refuses_before_anything_was_said() {
    let mut pair = Pair::new(Terms::default());
    pair.server.refuse(RefusalCode::Busy, "the server is full", Duration::from_hours(2));
    pair.run();
    let [Event::Down(Down::Refused(refused))] = &pair.machine_events[..] else { panic!() };
    assert_eq!(refused.word, Word::Anybodys);
    assert_eq!(refused.retry_after, Duration::from_mins(1), "anybody can say it");
}

#[test]
fn a_deregistered_machine_is_told_so_once_it_has_proven_itself() {
    let mut pair = Pair::new(Terms::default());
    pair.to_server.extend(pair.machine.poll_message());
    pair.server.handle_message(pair.now, pair.to_server.pop_front().unwrap());
    pair.server.identify(vec![identity(1).public_key()]);
    pair.machine.handle_message(pair.now, pair.server.poll_message().unwrap());
    pair.server.handle_message(pair.now, pair.machine.poll_message().unwrap());
    pair.server.refuse(RefusalCode::Deregistered, "deregistered by ada", Duration::ZERO);
    pair.machine.handle_message(pair.now, pair.server.poll_message().unwrap());
    let Some(Event::Down(Down::Refused(refused))) = pair.machine.poll_event() else { panic!() };
    assert_eq!((refused.code, refused.word), (RefusalCode::Deregistered, Word::Sealed));
}

#[test]
fn a_handshake_that_stalls_ends() {
    let mut pair = Pair::new(Terms::default());
    let deadline = pair.machine.poll_timeout().unwrap();
    assert_eq!(pair.server.poll_timeout(), Some(deadline));
    pair.machine.handle_timeout(deadline);
    pair.server.handle_timeout(deadline);
    pair.poll();
    assert_eq!(pair.machine_events, [Event::Down(Down::Silent)]);
    assert_eq!(pair.server_events, [Event::Down(Down::Silent)]);
}

#[test]
fn nothing_else_may_come_in_the_place_of_a_hello() {
    for body in
        [Body::Ping(wire::frame::Ping { nonce: 1 }), Body::Proof(wire::handshake::Proof::default())]
    {
        let mut pair = Pair::new(Terms::default());
        let message = encode(&Frame::from(body)).unwrap().freeze();
        pair.server.handle_message(pair.now, message);
        pair.poll();
        assert!(matches!(
            &pair.server_events[..],
            [Event::Down(Down::Broken(LinkError::Misplaced { .. }))]
        ));
    }
}

/// R20: two releases that derive other keys from the same bytes cannot talk. These are the proof
/// and the sealed welcome of a handshake with known randomness.
#[test]
fn the_handshake_keeps_its_bytes() {
    // As machines of the first release say it, which know nothing of a first report.
    let mut pair = Pair::new(Terms { first_report: 0, ..Terms::default() });
    pair.poll();
    pair.server.handle_message(pair.now, pair.to_server.pop_front().unwrap());
    pair.poll();
    pair.machine.handle_message(pair.now, pair.to_machine.pop_front().unwrap());
    pair.poll();
    let proof = pair.to_server.pop_front().unwrap();
    pair.server.handle_message(pair.now, proof.clone());
    pair.poll();
    let welcome = pair.to_machine.pop_front().unwrap();
    assert_eq!(hex::encode(&proof), PROOF);
    assert_eq!(hex::encode(&welcome), SEALED_WELCOME);
}

const PROOF: &str = "1a420a406910bb393264f93f8a34aa9683dc1d8e36a1fbad3e6e478ac29bb9996e666fc9\
    bd07dcc93e368001b2e6e13412ad13350d09c77f17f3bf863c9ac62137dfcf07";
const SEALED_WELCOME: &str =
    "6290e7a958fc740485c8ee78f880952e27327abe8fcb1fea5a0662b8b059f1f3966f8b";
