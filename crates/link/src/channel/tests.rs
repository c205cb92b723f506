//! What only a peer of another release, or a broken one, would send.

mod lanes;

use std::collections::VecDeque;

use bytes::Bytes;
use model::Tick;
use wire::call::{Answer, Call, Question, ReadScreen, Reply};
use wire::frame::{Body, Ping};
use wire::limits::CALL_WINDOW;

use super::{Channel, Start};
use crate::error::LinkError;
use crate::event::Event;
use crate::handshake::Keys;
use crate::queue::Class;
use crate::seal::{Traffic, TrafficSecret};
use crate::side::{MachineSide, ServerSide, Side};
use crate::{CALL_TIMEOUT, CallFailure};

const NOW: Tick = Tick::from_millis(0);

fn traffic(direction: &[u8]) -> Traffic {
    Traffic::new(TrafficSecret::derive(b"salt", b"secret", direction).unwrap()).unwrap()
}

fn channels() -> (Channel<MachineSide>, Channel<ServerSide>) {
    let start = Start { epoch: 1, peer_has: 0, we_have: 0, heartbeat: None };
    let machine = Keys { outgoing: traffic(b"up"), incoming: traffic(b"down") };
    let server = Keys { outgoing: traffic(b"down"), incoming: traffic(b"up") };
    (Channel::new(NOW, machine, &start), Channel::new(NOW, server, &start))
}

/// Sends whatever frame there is, also one that this release never sends.
fn send<A: Side, B: Side>(
    from: &mut Channel<A>,
    to: &mut Channel<B>,
    body: Body,
) -> Result<VecDeque<Event<B>>, LinkError> {
    from.push_own(Class::Control, body).unwrap();
    transfer(from, to)
}

fn transfer<A: Side, B: Side>(
    from: &mut Channel<A>,
    to: &mut Channel<B>,
) -> Result<VecDeque<Event<B>>, LinkError> {
    let mut events = VecDeque::new();
    while let Some(message) = from.poll_message().unwrap() {
        to.handle_message(NOW, message, &mut events)?;
    }
    Ok(events)
}

fn question() -> Question {
    Question::ReadScreen(ReadScreen { session_id: Bytes::from_static(&[7; 16]) })
}

/// What is copied waits for whoever waits for an answer, and for what terminals wrote before it.
#[test]
fn a_copy_of_files_goes_behind_everything_else() {
    use wire::call::MintProxyToken;
    use wire::mirror::{MirrorPart, WriteMirror};
    let (mut machine, mut server) = channels();
    let part = MirrorPart { data: Bytes::from(vec![0; 100_000]), ..MirrorPart::default() };
    let write = Question::WriteMirror(WriteMirror { mirror_id: 1, parts: vec![part] });
    let mint = Question::MintProxyToken(MintProxyToken::default());
    machine.call(NOW + CALL_TIMEOUT, write).unwrap();
    machine.call(NOW + CALL_TIMEOUT, mint).unwrap();
    let events = transfer(&mut machine, &mut server).unwrap();
    let questions: Vec<_> = events
        .iter()
        .map(|event| match event {
            Event::Called { question, .. } => question,
            other => panic!("{other:?}"),
        })
        .collect();
    let [Question::MintProxyToken(_), Question::WriteMirror(_)] = questions[..] else {
        panic!("{} questions in another order", questions.len());
    };
}

/// R20: a question of a later release is answered, not left to time out.
#[test]
fn an_unknown_question_is_answered_as_unknown() {
    let (mut machine, mut server) = channels();
    let id = server.call(NOW + CALL_TIMEOUT, question()).unwrap();
    server.queue.forget_waiting(Class::Call);
    let asked = send(&mut server, &mut machine, Body::Call(Call { id, question: None }));
    assert_eq!(asked, Ok(VecDeque::new()));
    let mut events = transfer(&mut machine, &mut server).unwrap();
    let [Event::Replied { answer: Answer::Error(error), .. }] = events.make_contiguous() else {
        panic!("not answered");
    };
    assert_eq!(error.code, "unknown_call");
}

/// R20: an answer of a later release fails the call at once.
#[test]
fn an_unknown_answer_fails_the_call() {
    let (mut machine, mut server) = channels();
    let id = server.call(NOW + CALL_TIMEOUT, question()).unwrap();
    transfer(&mut server, &mut machine).unwrap();
    let reply = Body::Reply(Reply { id, answer: None });
    let events = send(&mut machine, &mut server, reply).unwrap();
    assert_eq!(events, [Event::CallFailed { id, reason: CallFailure::UnknownAnswer }]);
}

/// S122: a peer that asks without end is told that it is too much.
#[test]
fn more_calls_than_the_window_are_answered_with_an_error() {
    let (mut machine, mut server) = channels();
    for id in 1..=CALL_WINDOW as u64 {
        let call = Body::Call(Call { id, question: Some(question()) });
        assert_eq!(send(&mut server, &mut machine, call).unwrap().len(), 1);
    }
    let call = Body::Call(Call { id: 999, question: Some(question()) });
    assert_eq!(send(&mut server, &mut machine, call).unwrap().len(), 0);
    machine.poll_message().unwrap().expect("the answer that it is too much");
}

/// R20: a kind of frame this release does not know is counted and ignored.
#[test]
fn an_unknown_frame_is_counted() {
    let (mut machine, mut server) = channels();
    server.queue.push_own(Class::Control, wire::Frame { body: None }, 0);
    assert_eq!(transfer(&mut server, &mut machine), Ok(VecDeque::new()));
    assert_eq!(machine.counters().unknown_frames, 1);
}

#[test]
fn a_frame_of_the_wrong_direction_ends_the_link() {
    let (mut machine, mut server) = channels();
    let report = Body::Report(wire::Report { seq: 1, ..Default::default() });
    let sent = send(&mut server, &mut machine, report);
    assert_eq!(sent, Err(LinkError::Misplaced { what: "a report frame" }));
}

/// S120: a flood of pings costs one answer, not one each.
#[test]
fn a_flood_of_pings_is_answered_once() {
    let (mut machine, mut server) = channels();
    for nonce in 0..1_000 {
        send(&mut machine, &mut server, Body::Ping(Ping { nonce })).unwrap();
    }
    assert!(server.poll_message().unwrap().is_some());
    assert!(server.poll_message().unwrap().is_none());
}
