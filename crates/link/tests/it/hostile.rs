//! Somebody on the way, or a peer that does not keep to the rules.

use bytes::{Bytes, BytesMut};
use link::{
    Down, Event, LinkError, MachineLink, MachineSettings, ServerLink, ServerPins, Upstream,
};
use model::rng::CountingRng;
use proptest::prelude::*;
use wire::command::Command;
use wire::report::Report;
use wire::stream::TerminalOutput;

use crate::pair::{Pair, Terms, identity, machine_id};

/// What somebody on the way does to the messages to the machine.
#[derive(Debug, Clone)]
enum Meddling {
    Drop(usize),
    Repeat(usize),
    Swap(usize),
    Cut(usize, usize),
    Flip(usize, usize, u8),
    Insert(usize, Vec<u8>),
}

fn meddling() -> impl Strategy<Value = Meddling> {
    let at = 0_usize..5;
    prop_oneof![
        at.clone().prop_map(Meddling::Drop),
        at.clone().prop_map(Meddling::Repeat),
        (0_usize..4).prop_map(Meddling::Swap),
        (at.clone(), 0_usize..60).prop_map(|(at, to)| Meddling::Cut(at, to)),
        (at.clone(), 0_usize..60, 1..=u8::MAX)
            .prop_map(|(at, byte, by)| Meddling::Flip(at, byte, by)),
        (at, prop::collection::vec(any::<u8>(), 0..80)).prop_map(|(at, m)| Meddling::Insert(at, m)),
    ]
}

impl Meddling {
    /// Gives the number of the first message that is not what was sent.
    fn apply(&self, messages: &mut Vec<Bytes>) -> usize {
        match self.clone() {
            Self::Drop(at) => {
                messages.remove(at);
                at
            }
            Self::Repeat(at) => {
                messages.insert(at, messages[at].clone());
                at + 1
            }
            Self::Swap(at) => {
                messages.swap(at, at + 1);
                at
            }
            Self::Cut(at, to) => {
                let to = to.min(messages[at].len() - 1);
                messages[at].truncate(to);
                at
            }
            Self::Flip(at, byte, by) => {
                let mut changed = BytesMut::from(&messages[at][..]);
                let byte = byte % changed.len();
                changed[byte] ^= by;
                messages[at] = changed.freeze();
                at
            }
            Self::Insert(at, message) => {
                messages.insert(at, message.into());
                at
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever is done to the messages on the way, the link ends at the first one that is not
    /// what was sent, and nothing of it or after it is delivered.
    #[test]
    fn meddling_ends_the_link_and_delivers_nothing(meddling in meddling()) {
        let mut pair = Pair::up(Terms::default());
        let mut messages = Vec::new();
        for seq in 1..=5 {
            pair.server.offer(Command { seq, ..Command::default() }).unwrap();
            messages.push(pair.server.poll_message().unwrap());
        }
        let last_message_dropped = matches!(meddling, Meddling::Drop(4));
        let intact = meddling.apply(&mut messages);
        for message in messages {
            pair.machine.handle_message(pair.now, message);
        }
        pair.poll();
        let delivered = pair.machine_events.iter().filter(|e| matches!(e, Event::Received(_)));
        prop_assert_eq!(delivered.count(), intact);
        if last_message_dropped {
            // A missing last message shows with the one after it.
            pair.server.offer(Command { seq: 6, ..Command::default() }).unwrap();
            pair.run();
        }
        let down = pair.machine_events.last().cloned();
        prop_assert!(matches!(down, Some(Event::Down(Down::Broken(_)))), "{:?}", down);
        prop_assert_eq!(pair.machine.epoch(), None);
    }

    /// No bytes at any point bring either side down.
    #[test]
    fn no_bytes_bring_the_link_down_hard(
        steps in 0_usize..8,
        message in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let mut pair = Pair::new(Terms::default());
        for _ in 0..steps {
            pair.poll();
            if let Some(message) = pair.to_server.pop_front() {
                pair.server.handle_message(pair.now, message);
            } else if let Some(message) = pair.to_machine.pop_front() {
                pair.machine.handle_message(pair.now, message);
            }
        }
        pair.server.handle_message(pair.now, message.clone().into());
        pair.machine.handle_message(pair.now, message.into());
        pair.run();
    }
}

/// A man in the middle may carry the whole handshake to and fro: all he has then is messages he
/// can neither read nor make.
#[test]
fn who_relays_the_handshake_can_neither_read_nor_inject() {
    let mut pair = Pair::up(Terms::default());
    let secret = "rm -rf /";
    pair.server.offer(Command { seq: 1, actor: secret.to_owned(), ..Command::default() }).unwrap();
    let carried = pair.server.poll_message().unwrap();
    let readable = carried.windows(secret.len()).any(|bytes| bytes == secret.as_bytes());
    assert!(!readable);

    // His own command, as the server would encode it, with any seal he can think of.
    let forged = wire::Frame::from(wire::Body::Command(Command { seq: 1, ..Command::default() }));
    let forged = wire::encode(&forged).unwrap();
    for message in [forged.clone().freeze(), Bytes::from([&[7], &forged[..], &[0; 16]].concat())] {
        let mut pair = Pair::up(Terms::default());
        pair.machine.handle_message(pair.now, message);
        pair.poll();
        assert!(matches!(
            &pair.machine_events[..],
            [Event::Down(Down::Broken(LinkError::Seal { .. }))]
        ));
    }
}

/// A man in the middle with a handshake of his own on each side needs the server's key for the one
/// and the machine's for the other.
#[test]
fn who_speaks_for_both_gets_past_neither() {
    let mut pair = Pair::new(Terms::default());
    let his_key = identity(666);
    let mut towards_machine =
        ServerLink::new(pair.now, his_key.clone(), &CountingRng::new(9)).unwrap();
    pair.poll();
    towards_machine.handle_message(pair.now, pair.to_server.pop_front().unwrap());
    pair.machine.handle_message(pair.now, towards_machine.poll_message().unwrap());
    pair.poll();
    assert!(matches!(
        &pair.machine_events[..],
        [Event::Down(Down::Broken(LinkError::WrongServer { .. }))]
    ));

    let settings = MachineSettings {
        machine_id: machine_id(),
        identity: his_key,
        server_pins: ServerPins::one(identity(2).public_key()),
        daemon_version: String::new(),
        heartbeat: None,
        received_commands: 0,
        first_report: 1,
    };
    pair.machine = MachineLink::new(pair.now, settings, &CountingRng::new(10)).unwrap();
    pair.run();
    assert!(matches!(pair.server_events.last(), Some(Event::Down(Down::Refused(_)))));
}

/// A message of one direction is worth nothing in the other.
#[test]
fn a_message_cannot_be_sent_back() {
    let mut pair = Pair::up(Terms::default());
    pair.machine.offer(Report { seq: 1, ..Report::default() }).unwrap();
    let message = pair.machine.poll_message().unwrap();
    pair.machine.handle_message(pair.now, message);
    pair.poll();
    assert!(matches!(pair.machine_events[..], [Event::Down(Down::Broken(_))]));
}

/// S122: a machine that talks on streams nobody opened is cut off.
#[test]
fn a_stream_that_nobody_opened_ends_the_link() {
    let mut pair = Pair::up(Terms::default());
    let mut other = Pair::up(Terms::default());
    // The other pair has the same keys, so the machine of the first can be made to send this.
    let stream_id = other.server.open_stream(Bytes::from_static(&[7; 16]), 0, 1).unwrap();
    other.run();
    let data = Bytes::from_static(b"x");
    let output = TerminalOutput { stream_id, offset: 0, data };
    other.machine.send(Upstream::TerminalOutput(output)).unwrap();
    pair.server.handle_message(pair.now, other.machine.poll_message().unwrap());
    pair.poll();
    let [Event::Down(Down::Broken(error))] = &pair.server_events[..] else { panic!() };
    assert_eq!(error.to_string(), "the peer broke a rule: a stream is opened before it is used");
    assert!(!error.is_suspicious());
}

/// S66: a command of another epoch than the link's does not reach the shell.
#[test]
fn a_command_of_another_epoch_is_not_delivered() {
    let mut pair = Pair::up(Terms { epoch: 5, ..Terms::default() });
    let mut stale = Pair::up(Terms { epoch: 4, ..Terms::default() });
    stale.server.offer(Command { seq: 1, ..Command::default() }).unwrap();
    pair.machine.handle_message(pair.now, stale.server.poll_message().unwrap());
    pair.poll();
    assert_eq!(pair.machine_events, []);
    assert_eq!(pair.machine.counters().foreign_epoch, 1);
}
