//! A machine with one terminal and one chat, driven by a test.

use std::collections::HashMap;

use bytes::Bytes;
use link::{
    Class, Downstream, Event, MachineLink, MachineSettings, MachineSide, ServerPins, Upstream,
};
use model::rng::CountingRng;
use model::{Clock, MachineId, SessionId, Tick};
use terminal::InputGate;
use tokio::sync::{mpsc, watch};
use transport::{Pipe, Pump};
use wire::call::{Answer, CallError, LeaseGranted, Question, Updates};
use wire::command::Size;
use wire::stream::{
    ChatUpdates, InputAck, Record, Screen, StreamClosed, TerminalOutput, TerminalScreen,
};

use super::key;

/// The most that is sent in one frame.
const FRAME_BYTES: usize = 32 * 1024;

/// What a test lets the machine do.
pub(super) enum Order {
    /// The program writes this.
    Write(Bytes),
    /// The program ends.
    End,
    /// The program ends, and nothing of it is left to be seen.
    Forget,
    /// The chat says this.
    Say(u64),
    /// The order that begins the session has come.
    Begin,
}

/// What happened on the machine before it was linked.
pub(super) struct Past {
    pub(super) said: u64,
    pub(super) written: Vec<u8>,
    /// Whether the order that begins the session is still on its way.
    pub(super) is_to_begin: bool,
}

/// What a test sees of the machine.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// What was typed into the program.
    pub(super) typed: Vec<u8>,
    /// The size the terminal was given.
    pub(super) size: Option<Size>,
    /// Output bytes that were sent, screens left out.
    pub(super) sent_bytes: u64,
    /// What was typed before the session began.
    pub(super) dropped: Vec<u8>,
    /// Streams that were refused because the session has not begun.
    pub(super) refused: u32,
}

/// A machine that runs in the background. Dropping it cuts the link.
pub(super) struct Machine {
    orders: mpsc::Sender<Order>,
    seen: watch::Receiver<Seen>,
}

impl Machine {
    /// The machine and what is to be run for it.
    pub(super) fn new(
        pipe: Pipe,
        (id, session): (MachineId, SessionId),
        past: Past,
        clock: &dyn Clock,
    ) -> (Self, impl Future<Output = ()> + use<>) {
        let settings = MachineSettings {
            machine_id: id,
            identity: key(2),
            server_pins: ServerPins::one(key(1).public_key()),
            daemon_version: "0".to_owned(),
            heartbeat: None,
            received_commands: 0,
            first_report: 1,
        };
        let now = clock.tick();
        let link = MachineLink::new(now, settings, &CountingRng::new(3)).unwrap();
        let (orders, queue) = mpsc::channel(64);
        let (tell, seen) = watch::channel(Seen::default());
        let mut running = Running {
            link,
            now,
            pump: Pump::new(pipe),
            session: Bytes::copy_from_slice(session.as_bytes()),
            oldest: past.written.len() as u64,
            output: past.written,
            ended: false,
            forgotten: false,
            is_to_begin: past.is_to_begin,
            records: Vec::new(),
            gate: InputGate::default(),
            streams: HashMap::new(),
            seen: tell,
        };
        running.obey(Order::Say(past.said));
        (Self { orders, seen }, running.run(queue))
    }

    pub(super) async fn order(&self, order: Order) {
        self.orders.send(order).await.expect("the machine runs");
    }

    pub(super) async fn write(&self, bytes: impl Into<Bytes>) {
        self.order(Order::Write(bytes.into())).await;
    }

    /// Waits until the machine has seen something.
    pub(super) async fn until(&mut self, wanted: impl FnMut(&Seen) -> bool) -> Seen {
        let waiting = self.seen.wait_for(wanted);
        let seen = tokio::time::timeout(super::DEADLINE, waiting).await.expect("in time");
        seen.expect("the machine runs").clone()
    }

    /// Waits until its link has ended.
    pub(super) async fn ended(&mut self) {
        let waiting = self.seen.wait_for(|_| false);
        let ended = tokio::time::timeout(super::DEADLINE, waiting).await.expect("in time");
        assert!(ended.is_err(), "a machine whose link goes on runs on");
    }

    pub(super) fn seen(&self) -> Seen {
        self.seen.borrow().clone()
    }
}

struct Running {
    link: MachineLink,
    /// Stands still: nothing here is about time.
    now: Tick,
    pump: Pump<Pipe>,
    session: Bytes,
    output: Vec<u8>,
    oldest: u64,
    ended: bool,
    forgotten: bool,
    is_to_begin: bool,
    records: Vec<Record>,
    gate: InputGate,
    streams: HashMap<u64, Stream>,
    seen: watch::Sender<Seen>,
}

struct Stream {
    next: u64,
    credit: u64,
    sent: u64,
    is_chat: bool,
}

impl Running {
    async fn run(mut self, mut orders: mpsc::Receiver<Order>) {
        loop {
            tokio::select! {
                message = self.pump.turn(&mut self.link) => match message {
                    Ok(Some(message)) => self.link.handle_message(self.now, message),
                    Ok(None) | Err(_) => return,
                },
                order = orders.recv() => match order {
                    Some(order) => self.obey(order),
                    None => return,
                },
            }
            while let Some(event) = self.link.poll_event() {
                self.take(event);
            }
            self.send();
        }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Write(bytes) => self.output.extend_from_slice(&bytes),
            Order::End => self.ended = true,
            Order::Begin => self.is_to_begin = false,
            Order::Forget => (self.ended, self.forgotten) = (true, true),
            Order::Say(count) => {
                for _ in 0..count {
                    let seq = self.records.len() as u64 + 1;
                    let update_json = Bytes::from(format!("{{\"n\":{seq}}}"));
                    self.records.push(Record { seq, at_ms: 0, update_json });
                }
            }
        }
    }

    fn end(&self) -> u64 {
        self.output.len() as u64
    }

    fn take(&mut self, event: Event<MachineSide>) {
        match event {
            Event::Live(Downstream::StreamOpen(open)) if self.is_to_begin => {
                let (code, message) = ("unknown_session".to_owned(), String::new());
                let closed = StreamClosed { stream_id: open.stream_id, code, message };
                self.link.send(Upstream::StreamClosed(closed)).unwrap();
                self.seen.send_modify(|seen| seen.refused += 1);
            }
            Event::Live(Downstream::TerminalInput(input)) if self.is_to_begin => {
                self.seen.send_modify(|seen| seen.dropped.extend_from_slice(&input.data));
            }
            Event::Live(Downstream::StreamOpen(open)) => {
                let is_chat = !self.records.is_empty();
                let stream = Stream { next: open.from, credit: open.credit, sent: 0, is_chat };
                self.streams.insert(open.stream_id, stream);
            }
            Event::Live(Downstream::StreamCredit(credit)) => {
                if let Some(stream) = self.streams.get_mut(&credit.stream_id) {
                    stream.credit = credit.credit;
                }
            }
            Event::Live(Downstream::StreamClose(close)) => {
                self.streams.remove(&close.stream_id);
            }
            Event::Live(Downstream::TerminalInput(input)) => self.type_in(&input),
            Event::Live(Downstream::TerminalResize(resize)) => {
                self.seen.send_modify(|seen| seen.size = resize.size);
            }
            Event::Called { id, question } => {
                let answer = self.answer(question);
                self.link.reply(id, answer).unwrap();
            }
            // Orders are not what is tested here.
            _ => {}
        }
    }

    fn type_in(&mut self, input: &wire::stream::TerminalInput) {
        let Ok(admission) = self.gate.check(input.lease, input.seq) else { return };
        admission.accept();
        self.seen.send_modify(|seen| seen.typed.extend_from_slice(&input.data));
        let Some(written) = self.gate.written(input.lease, input.seq) else { return };
        let session_id = self.session.clone();
        let ack = InputAck { session_id, lease: written.lease, seq: written.seq };
        let _ = self.link.send(Upstream::InputAck(ack));
    }

    fn answer(&mut self, question: Question) -> Answer {
        match question {
            Question::GrantLease(_) if self.is_to_begin => Answer::Error(CallError::default()),
            Question::GrantLease(grant) => {
                let input_seq = self.gate.grant(grant.lease).unwrap_or_default();
                Answer::LeaseGranted(LeaseGranted { input_seq })
            }
            Question::ReadScreen(_) if self.forgotten => Answer::Error(CallError::default()),
            Question::ReadScreen(_) => Answer::Screen(self.screen()),
            Question::ReadUpdates(read) => {
                let records = self.records.iter().filter(|record| record.seq > read.after);
                let records = records.take(100).cloned().collect();
                Answer::Updates(Updates { records, last: self.records.len() as u64 })
            }
            other => panic!("{other:?}"),
        }
    }

    /// The screen says how far it is drawn.
    fn screen(&self) -> Screen {
        let data = Bytes::from(format!("screen at {}", self.end()));
        Screen { offset: self.end(), size: Some(Size { columns: 80, rows: 24 }), data }
    }

    fn send(&mut self) {
        let mut streams = std::mem::take(&mut self.streams);
        for (id, stream) in &mut streams {
            let step = |running: &mut Self, stream: &mut Stream| {
                let send = if stream.is_chat { Self::send_records } else { Self::send_output };
                send(running, *id, stream)
            };
            while self.link.is_writable(Class::Bulk) && step(self, stream) {}
        }
        if self.ended {
            streams.retain(|id, stream| {
                let is_over = stream.next >= self.output.len() as u64;
                if is_over {
                    let (code, message) = ("ended".to_owned(), "exit status 0".to_owned());
                    let closed = StreamClosed { stream_id: *id, code, message };
                    self.link.send(Upstream::StreamClosed(closed)).unwrap();
                }
                !is_over
            });
        }
        self.streams = streams;
    }

    fn send_output(&mut self, stream_id: u64, stream: &mut Stream) -> bool {
        if self.forgotten {
            return false;
        }
        if stream.next < self.oldest || stream.next > self.end() {
            let screen = Some(self.screen());
            stream.next = self.end();
            self.link.send(Upstream::TerminalScreen(TerminalScreen { stream_id, screen })).unwrap();
            return true;
        }
        let room = usize::try_from(stream.credit.saturating_sub(stream.sent)).unwrap();
        let from = usize::try_from(stream.next).unwrap();
        let to = self.output.len().min(from + room.min(FRAME_BYTES));
        if from == to {
            return false;
        }
        let data = Bytes::copy_from_slice(&self.output[from..to]);
        let (offset, length) = (stream.next, data.len() as u64);
        self.link
            .send(Upstream::TerminalOutput(TerminalOutput { stream_id, offset, data }))
            .unwrap();
        stream.next += length;
        stream.sent += length;
        self.seen.send_modify(|seen| seen.sent_bytes += length);
        true
    }

    fn send_records(&mut self, stream_id: u64, stream: &mut Stream) -> bool {
        let following = usize::try_from(stream.next).unwrap();
        if following > self.records.len() {
            let code = "unknown_position".to_owned();
            let closed = StreamClosed { stream_id, code, message: String::new() };
            self.link.send(Upstream::StreamClosed(closed)).unwrap();
            // Nothing more is said on it.
            stream.next = 0;
            stream.credit = 0;
            return false;
        }
        let records: Vec<_> = self.records[following..].iter().take(50).cloned().collect();
        if records.is_empty() || stream.sent >= stream.credit {
            return false;
        }
        stream.next = records.last().map_or(stream.next, |record| record.seq);
        stream.sent += records.iter().map(|record| record.update_json.len() as u64).sum::<u64>();
        self.link.send(Upstream::ChatUpdates(ChatUpdates { stream_id, records })).unwrap();
        true
    }
}
