//! A link that is up and well.

use std::time::Duration;

use bytes::Bytes;
use link::{
    CALL_TIMEOUT, CallFailure, Class, Counters, Down, Downstream, Event, MachineStep, SendError,
    Upstream,
};
use wire::call::{Answer, DetectAgents, LeaseGranted, Question, ReadScreen};
use wire::command::Command;
use wire::limits::{CALL_WINDOW, COMMAND_WINDOW, MAX_MESSAGE_BYTES, MAX_OUTPUT_BYTES};
use wire::report::Report;
use wire::stream::{ChatUpdates, StreamClose, StreamClosed, TerminalInput, TerminalOutput};

use crate::pair::{Pair, Terms};

fn command(seq: u64) -> Command {
    Command { seq, actor: "system".to_owned(), ..Command::default() }
}

fn output(stream_id: u64, offset: u64, size: usize) -> Upstream {
    let data = Bytes::from(vec![b'o'; size]);
    Upstream::TerminalOutput(TerminalOutput { stream_id, offset, data })
}

fn input(data: &'static [u8]) -> Downstream {
    let session_id = Bytes::from_static(&[7; 16]);
    let data = Bytes::from_static(data);
    Downstream::TerminalInput(TerminalInput { session_id, lease: 1, seq: 1, data })
}

fn open_stream(pair: &mut Pair) -> u64 {
    pair.server.open_stream(Bytes::from_static(&[7; 16]), 0, 1 << 20).unwrap()
}

/// R06: delivered with the link's epoch, acknowledged only when the shell says that it is durable.
#[test]
fn a_command_is_acknowledged_when_it_is_durable() {
    let mut pair = Pair::up(Terms { epoch: 4, received_commands: 9, ..Terms::default() });
    pair.server.offer(command(10)).unwrap();
    pair.server.offer(command(11)).unwrap();
    pair.run();
    let received = |seq| Event::Received(Command { epoch: 4, ..command(seq) });
    assert_eq!(pair.machine_events, [received(10), received(11)]);
    assert_eq!(pair.server_events, []);

    pair.machine.persisted(10);
    pair.run();
    assert_eq!(pair.server_events, [Event::Acknowledged { up_to: 10 }]);
    pair.machine.persisted(11);
    pair.run();
    assert_eq!(pair.server_events[1], Event::Acknowledged { up_to: 11 });
}

#[test]
fn acknowledgements_of_a_batch_travel_as_one() {
    let mut pair = Pair::up(Terms::default());
    (1..=20).for_each(|seq| pair.server.offer(command(seq)).unwrap());
    pair.run();
    (1..=20).for_each(|seq| pair.machine.persisted(seq));
    pair.poll();
    assert_eq!(pair.to_server.len(), 1);
    pair.run();
    assert_eq!(pair.server_events, [Event::Acknowledged { up_to: 20 }]);
}

#[test]
fn the_window_bounds_what_is_on_its_way() {
    let mut pair = Pair::up(Terms::default());
    let mut offered = 0;
    while let Some(wanted) = pair.machine.wanted() {
        pair.machine.offer(Report { seq: wanted.from, ..Report::default() }).unwrap();
        offered += 1;
    }
    assert_eq!(offered, COMMAND_WINDOW);
    let next = Report { seq: 65, ..Report::default() };
    assert_eq!(pair.machine.offer(next.clone()), Err(SendError::NotWanted { seq: 65 }));
    pair.run();
    pair.server.persisted(3);
    pair.run();
    assert_eq!(pair.machine.wanted().unwrap().max_messages, 3);
    assert_eq!(pair.machine.offer(next), Ok(()));
}

#[test]
fn a_call_gets_its_answer() {
    let mut pair = Pair::up(Terms::default());
    let question = Question::ReadScreen(ReadScreen { session_id: Bytes::from_static(&[7; 16]) });
    let id = pair.server.call(pair.now, question.clone(), CALL_TIMEOUT).unwrap();
    pair.run();
    assert_eq!(pair.machine_events, [Event::Called { id, question }]);
    let answer = Answer::LeaseGranted(LeaseGranted { input_seq: 3 });
    pair.machine.reply(id, answer.clone()).unwrap();
    assert_eq!(pair.machine.reply(id, answer.clone()), Err(SendError::NoSuchCall { id }));
    pair.run();
    assert_eq!(pair.server_events, [Event::Replied { id, answer }]);
}

#[test]
fn a_call_that_is_not_answered_fails_in_time_and_its_late_answer_is_dropped() {
    let mut pair = Pair::up(Terms::default());
    let question = Question::DetectAgents(DetectAgents {});
    let id = pair.server.call(pair.now, question, Duration::from_secs(5)).unwrap();
    pair.pass(Duration::from_millis(4_999));
    assert_eq!(pair.server_events, []);
    pair.pass(Duration::from_millis(1));
    assert_eq!(pair.server_events, [Event::CallFailed { id, reason: CallFailure::TimedOut }]);
    pair.machine.reply(id, Answer::LeaseGranted(LeaseGranted { input_seq: 0 })).unwrap();
    pair.run();
    assert_eq!(pair.server_events.len(), 1);
    assert_eq!(pair.server.counters(), Counters { late_replies: 1, ..Counters::default() });
}

#[test]
fn a_lost_link_fails_every_call_before_it_says_so() {
    let mut pair = Pair::up(Terms::default());
    for _ in 0..CALL_WINDOW {
        pair.machine.call(pair.now, Question::DetectAgents(DetectAgents {}), CALL_TIMEOUT).unwrap();
    }
    let more = pair.machine.call(pair.now, Question::DetectAgents(DetectAgents {}), CALL_TIMEOUT);
    assert_eq!(more, Err(SendError::TooManyCalls));
    pair.machine.handle_transport_closed();
    pair.machine.handle_transport_closed();
    pair.poll();
    assert_eq!(pair.machine_events.len(), CALL_WINDOW + 1);
    let lost = |event: &_| matches!(event, Event::CallFailed { reason: CallFailure::LinkLost, .. });
    assert!(pair.machine_events[..CALL_WINDOW].iter().all(lost));
    assert_eq!(pair.machine_events.last(), Some(&Event::Down(Down::Lost)));
}

#[test]
fn output_flows_on_an_open_stream_and_its_end_stays_behind_it() {
    let mut pair = Pair::up(Terms::default());
    let stream_id = open_stream(&mut pair);
    pair.run();
    pair.machine.send(output(stream_id, 0, 100)).unwrap();
    let closed = StreamClosed { stream_id, code: "ended".to_owned(), message: String::new() };
    pair.machine.send(Upstream::StreamClosed(closed.clone())).unwrap();
    let after = pair.machine.send(output(stream_id, 100, 1));
    assert_eq!(after, Err(SendError::NoSuchStream { id: stream_id }));
    pair.run();
    assert_eq!(
        pair.server_events,
        [Event::Live(output(stream_id, 0, 100)), Event::Live(Upstream::StreamClosed(closed))]
    );
}

/// The end and the last output cross on the way: neither side is at fault.
#[test]
fn what_was_on_its_way_when_a_stream_closed_is_dropped_and_counted() {
    let mut pair = Pair::up(Terms::default());
    let stream_id = open_stream(&mut pair);
    pair.run();
    pair.machine.send(output(stream_id, 0, 100)).unwrap();
    pair.server.send(Downstream::StreamClose(StreamClose { stream_id })).unwrap();
    pair.run();
    assert_eq!(pair.server_events, []);
    assert_eq!(pair.server.counters().late_stream_frames, 1);
    assert_ne!(open_stream(&mut pair), stream_id);
}

#[test]
fn what_breaks_a_limit_is_not_sent() {
    let mut pair = Pair::up(Terms::default());
    let stream_id = open_stream(&mut pair);
    pair.run();
    let too_much = pair.machine.send(output(stream_id, 0, MAX_OUTPUT_BYTES + 1));
    assert_eq!(too_much, Err(SendError::Rule { rule: "output comes in pieces of 64 KiB" }));
    let none = Upstream::ChatUpdates(ChatUpdates { stream_id, records: vec![] });
    assert!(matches!(pair.machine.send(none), Err(SendError::Rule { .. })));
    assert_eq!(pair.machine.send(output(99, 0, 1)), Err(SendError::NoSuchStream { id: 99 }));
}

/// A keystroke does not wait behind the output that waits, on either side.
#[test]
fn what_is_urgent_goes_first() {
    let mut pair = Pair::up(Terms::default());
    let stream_id = open_stream(&mut pair);
    pair.run();
    pair.machine_events.clear();
    pair.server.offer(command(1)).unwrap();
    pair.server.call(pair.now, Question::DetectAgents(DetectAgents {}), CALL_TIMEOUT).unwrap();
    pair.server.send(input(b"l")).unwrap();
    pair.machine.send(output(stream_id, 0, 1_000)).unwrap();
    pair.run();
    let kinds: Vec<_> = pair
        .machine_events
        .iter()
        .map(|event| match event {
            Event::Live(_) => "input",
            Event::Called { .. } => "call",
            Event::Received(_) => "command",
            _ => "other",
        })
        .collect();
    assert_eq!(kinds, ["input", "call", "command"]);
}

/// R16: who does not take messages is not given more; the shell is told to wait.
#[test]
fn output_that_nobody_takes_is_turned_away() {
    let mut pair = Pair::up(Terms::default());
    let stream_id = open_stream(&mut pair);
    pair.run();
    let mut sent = 0;
    while pair.machine.is_writable(Class::Bulk) {
        pair.machine.send(output(stream_id, 0, MAX_OUTPUT_BYTES)).unwrap();
        sent += MAX_OUTPUT_BYTES;
    }
    let more = pair.machine.send(output(stream_id, 0, 1));
    assert!(more == Err(SendError::Congested) && more.unwrap_err().is_retryable());
    assert!(sent <= 1024 * 1024 + MAX_OUTPUT_BYTES, "{sent} bytes");
    assert!(pair.machine.is_writable(Class::Control), "urgent things still go");
    pair.run();
    assert!(pair.machine.is_writable(Class::Bulk));
    assert_eq!(pair.server_events.len(), sent / MAX_OUTPUT_BYTES);
}

/// The largest frame there is comes through, in messages of bounded size, and what is urgent
/// comes through before it.
#[test]
fn a_long_command_does_not_hold_up_a_keystroke() {
    let mut pair = Pair::up(Terms::default());
    let prompt = wire::command::Prompt {
        content_json: Bytes::from(vec![b'p'; wire::limits::MAX_PROMPT_BYTES]),
        ..Default::default()
    };
    let order = Some(wire::command::Order::Prompt(prompt));
    pair.server.offer(Command { order, ..command(1) }).unwrap();
    pair.to_machine.extend(pair.server.poll_message());
    pair.server.send(input(b"k")).unwrap();
    pair.poll();
    assert!(pair.to_machine.len() > 60);
    assert!(pair.to_machine.iter().all(|message| message.len() <= MAX_MESSAGE_BYTES));
    pair.run();
    assert!(matches!(&pair.machine_events[..], [Event::Live(_), Event::Received(_)]));
}

#[test]
fn a_goodbye_is_heard_and_is_the_last_message() {
    let mut pair = Pair::up(Terms::default());
    pair.server.offer(command(1)).unwrap();
    pair.server.close("the server stops");
    pair.run();
    assert_eq!(pair.server_events, [Event::Down(Down::Closed)]);
    let reason = "the server stops".to_owned();
    assert_eq!(pair.machine_events, [Event::Down(Down::Goodbye { reason })]);
    assert_eq!(pair.server.poll_timeout(), None);
    assert_eq!(pair.server.offer(command(2)), Err(SendError::NotUp));
}

#[test]
fn the_machine_is_asked_how_it_is_as_often_as_the_server_wants() {
    let mut pair = Pair::up(Terms::default());
    let due = Event::Step(MachineStep::HeartbeatDue);
    pair.pass(Duration::from_secs(89));
    assert_eq!(pair.machine_events, [due.clone(), due.clone(), due]);
    let heartbeat = wire::frame::Heartbeat { running_sessions: 2, ..Default::default() };
    pair.machine.heartbeat(heartbeat).unwrap();
    pair.run();
    assert_eq!(pair.server_events, [Event::Live(Upstream::Heartbeat(heartbeat))]);
}

#[test]
fn a_machine_may_be_asked_more_often_but_neither_all_the_time_nor_too_rarely() {
    // The first is due when the link comes up.
    for (own_ms, expected) in [(10_000, 3), (0, 30), (3_600_000, 1)] {
        let heartbeat = Some(Duration::from_millis(own_ms));
        let mut pair = Pair::up(Terms { heartbeat, ..Terms::default() });
        pair.pass(Duration::from_secs(29));
        assert_eq!(pair.machine_events.len(), expected, "{own_ms}");
    }
}
