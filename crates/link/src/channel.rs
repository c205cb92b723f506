//! A link that is up: everything after the handshake.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use model::Tick;
use wire::call::{Answer, Call, CallError, Question, Reply};
use wire::frame::{Body, Frame, Ping, Pong};
use wire::handshake::Goodbye;

use crate::calls::{Admission, CallFailure, Calls};
use crate::error::{LinkError, SendError};
use crate::event::{Down, Event};
use crate::handshake::Keys;
use crate::inbox::{Arrival, Inbox};
use crate::live::{Live, StreamUse};
use crate::liveness::{Liveness, Silence};
use crate::outbox::{Outbox, Wanted};
use crate::piece::Assembler;
use crate::queue::{Class, SendQueue};
use crate::side::{Sequenced, Side, Sorted};
use crate::streams::{NotOpened, Standing, Streams};

/// What was dropped on a link because it could have no meaning, by kind. All zero on a link
/// between two of the same release that both behave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// Frames of a kind this release does not know.
    pub unknown_frames: u64,
    /// Commands of another epoch than the link's.
    pub foreign_epoch: u64,
    /// Reliable messages that had come before.
    pub repeated: u64,
    /// Reliable messages that came after a hole.
    pub after_hole: u64,
    /// Answers to calls that had failed by then.
    pub late_replies: u64,
    /// Frames of streams that had ended by then.
    pub late_stream_frames: u64,
}

/// Where a link starts from when it is up.
pub(crate) struct Start {
    pub(crate) epoch: u64,
    /// The peer has what this side sends up to here.
    pub(crate) peer_has: u64,
    /// This side has what the peer sends up to here.
    pub(crate) we_have: u64,
    /// How often to give a sign of life.
    pub(crate) heartbeat: Option<Duration>,
}

/// A link that is up.
pub struct Channel<S: Side> {
    epoch: u64,
    keys: Keys,
    assembler: Assembler,
    queue: SendQueue,
    outbox: Outbox,
    inbox: Inbox,
    calls: Calls,
    streams: Streams,
    liveness: Liveness,
    heartbeat: Option<Heartbeat>,
    counters: Counters,
    _side: std::marker::PhantomData<S>,
}

struct Heartbeat {
    every: Duration,
    next: Tick,
}

type Events<S> = VecDeque<Event<S>>;

impl<S: Side> Channel<S> {
    pub(crate) fn new(now: Tick, keys: Keys, start: &Start) -> Self {
        Self {
            epoch: start.epoch,
            keys,
            assembler: Assembler::default(),
            queue: SendQueue::default(),
            outbox: Outbox::after(start.peer_has),
            inbox: Inbox::after(start.we_have),
            calls: Calls::default(),
            streams: Streams::default(),
            liveness: Liveness::new(now),
            heartbeat: start.heartbeat.map(|every| Heartbeat { every, next: now }),
            counters: Counters::default(),
            _side: std::marker::PhantomData,
        }
    }

    pub(crate) fn epoch(&self) -> u64 {
        self.epoch
    }

    pub(crate) fn acknowledged(&self) -> u64 {
        self.outbox.acknowledged()
    }

    pub(crate) fn counters(&self) -> Counters {
        self.counters
    }

    pub(crate) const fn round_trip(&self) -> Option<Duration> {
        self.liveness.round_trip()
    }

    /// Takes a sealed message. Says how the link ended if the peer said goodbye.
    pub(crate) fn handle_message(
        &mut self,
        now: Tick,
        message: Bytes,
        events: &mut Events<S>,
    ) -> Result<Option<Down>, LinkError> {
        let opened = self.keys.incoming.open(message)?;
        self.liveness.heard(now);
        let Some(frame) = self.assembler.take(opened)? else {
            return Ok(None);
        };
        match wire::decode(frame)?.body {
            Some(Body::Goodbye(goodbye)) => {
                return Ok(Some(Down::Goodbye { reason: goodbye.reason }));
            }
            Some(Body::Ping(ping)) => self.liveness.asked(ping.nonce),
            Some(Body::Pong(pong)) => self.liveness.answered(pong.nonce, now),
            Some(Body::Call(call)) => self.handle_call(call, events)?,
            Some(Body::Reply(reply)) => self.handle_reply(reply, events),
            Some(other) => self.handle_sorted(other, events)?,
            None => self.counters.unknown_frames += 1,
        }
        Ok(None)
    }

    /// The next sealed message.
    pub(crate) fn poll_message(&mut self) -> Result<Option<Bytes>, LinkError> {
        if let Some(nonce) = self.liveness.take_pong() {
            self.push_own(Class::Control, Body::Pong(Pong { nonce }))?;
        }
        if let Some(message) = self.queue.next_up_to(Class::Control)? {
            return self.keys.outgoing.seal(message).map(Some);
        }
        // One acknowledgement stands for all that became durable since the last.
        if let Some(ack) = self.inbox.take_ack() {
            self.push_own(Class::Ack, S::ack(ack))?;
        }
        let message = self.queue.next_up_to(Class::Bulk)?;
        message.map(|message| self.keys.outgoing.seal(message)).transpose()
    }

    /// The last message of all.
    pub(crate) fn goodbye(&mut self, reason: &str) -> Result<Bytes, LinkError> {
        let goodbye = Body::Goodbye(Goodbye { reason: reason.to_owned() });
        let mut queue = SendQueue::default();
        let frame = Frame::from(goodbye);
        let size = wire::frame_bytes(&frame)?;
        queue.push_own(Class::Control, frame, size);
        let message = queue.next_up_to(Class::Control)?.unwrap_or_default();
        self.keys.outgoing.seal(message)
    }

    /// When to look at the time again.
    pub(crate) fn deadline(&self) -> Tick {
        let heartbeat = self.heartbeat.as_ref().map(|heartbeat| heartbeat.next);
        let others = [heartbeat, self.calls.deadline()].into_iter().flatten();
        others.fold(self.liveness.deadline(), Tick::min)
    }

    /// Looks at the time. Says so if the peer is gone.
    pub(crate) fn handle_timeout(
        &mut self,
        now: Tick,
        events: &mut Events<S>,
    ) -> Result<Option<Down>, LinkError> {
        let overdue = self.calls.take_overdue(now);
        let failed = |id| Event::CallFailed { id, reason: CallFailure::TimedOut };
        events.extend(overdue.into_iter().map(failed));
        self.beat(now, events);
        match self.liveness.look(now) {
            Silence::Short => Ok(None),
            Silence::Dead => Ok(Some(Down::Silent)),
            Silence::Ping { nonce } => {
                self.push_own(Class::Control, Body::Ping(Ping { nonce }))?;
                Ok(None)
            }
        }
    }

    /// Fails what waits for the peer.
    pub(crate) fn lose(&mut self, events: &mut Events<S>) {
        let failed = |id| Event::CallFailed { id, reason: CallFailure::LinkLost };
        events.extend(self.calls.take_all().into_iter().map(failed));
    }

    /// What to send reliably next, as long as it is not already a lot.
    pub(crate) fn wanted(&self) -> Option<Wanted> {
        self.queue.is_writable(Class::Reliable).then(|| self.outbox.wanted()).flatten()
    }

    pub(crate) fn offer(&mut self, mut message: S::Sent) -> Result<(), SendError> {
        self.outbox.check(message.seq())?;
        message.stamp(self.epoch);
        self.queue.push(Class::Reliable, message.into_body().into())?;
        self.outbox.sent();
        Ok(())
    }

    pub(crate) fn persisted(&mut self, up_to: u64) {
        self.inbox.persisted(up_to);
    }

    pub(crate) fn call(&mut self, deadline: Tick, question: Question) -> Result<u64, SendError> {
        let class = class_of(&question);
        if !self.queue.is_writable(class) {
            return Err(SendError::Congested);
        }
        let id = self.calls.ask(deadline)?;
        let call = Body::Call(Call { id, question: Some(question) });
        let pushed = self.queue.push(class, call.into());
        if pushed.is_err() {
            self.calls.answered(id);
        }
        pushed.map(|()| id)
    }

    pub(crate) fn reply(&mut self, id: u64, answer: Answer) -> Result<(), SendError> {
        self.calls.awaits(id)?;
        let reply = Body::Reply(Reply { id, answer: Some(answer) });
        self.queue.push(Class::Call, reply.into())?;
        self.calls.answer(id);
        Ok(())
    }

    pub(crate) fn send(&mut self, live: S::LiveOut) -> Result<(), SendError> {
        if let Some(rule) = live.broken_rule() {
            return Err(SendError::Rule { rule });
        }
        let (class, stream_use) = (live.class(), live.stream_use());
        if !self.queue.is_writable(class) {
            return Err(SendError::Congested);
        }
        self.check_stream(stream_use)?;
        self.queue.push(class, live.into_body().into())?;
        self.note_sent(stream_use);
        Ok(())
    }

    pub(crate) fn next_stream_id(&self) -> u64 {
        self.streams.next_id()
    }

    pub(crate) fn is_writable(&self, class: Class) -> bool {
        self.queue.is_writable(class)
    }

    fn handle_call(&mut self, call: Call, events: &mut Events<S>) -> Result<(), LinkError> {
        let id = call.id;
        let code = match (self.calls.admit(id)?, call.question) {
            (Admission::Open, Some(question)) => {
                events.push_back(Event::Called { id, question });
                return Ok(());
            }
            (Admission::Open, None) => {
                self.calls.answer(id);
                "unknown_call"
            }
            (Admission::TooMany, _) => "too_many_calls",
        };
        let error = CallError { code: code.to_owned(), ..CallError::default() };
        let reply = Reply { id, answer: Some(Answer::Error(error)) };
        self.queue
            .push(Class::Call, Body::Reply(reply).into())
            .map_err(|_| LinkError::Rule { rule: "no more calls are sent than are answered" })
    }

    fn handle_reply(&mut self, reply: Reply, events: &mut Events<S>) {
        let id = reply.id;
        if !self.calls.answered(id) {
            self.counters.late_replies += 1;
            return;
        }
        events.push_back(match reply.answer {
            Some(answer) => Event::Replied { id, answer },
            None => Event::CallFailed { id, reason: CallFailure::UnknownAnswer },
        });
    }

    fn handle_sorted(&mut self, body: Body, events: &mut Events<S>) -> Result<(), LinkError> {
        match S::sort(body).map_err(|what| LinkError::Misplaced { what })? {
            Sorted::Reliable(message) => self.handle_reliable(message, events),
            Sorted::Live(live) => self.handle_live(live, events),
            Sorted::Ack(ack) => {
                let progress = self.outbox.acknowledge(ack.up_to, ack.hole)?;
                if progress.rewound {
                    self.queue.forget_waiting(Class::Reliable);
                }
                let acknowledged = progress.acknowledged;
                events.extend(acknowledged.map(|up_to| Event::Acknowledged { up_to }));
                Ok(())
            }
        }
    }

    fn handle_reliable(
        &mut self,
        message: S::Received,
        events: &mut Events<S>,
    ) -> Result<(), LinkError> {
        if !message.is_of_epoch(self.epoch) {
            self.counters.foreign_epoch += 1;
            return Ok(());
        }
        match self.inbox.arrive(message.seq())? {
            Arrival::Next => events.push_back(Event::Received(message)),
            Arrival::Repeated => self.counters.repeated += 1,
            Arrival::Hole => self.counters.after_hole += 1,
        }
        Ok(())
    }

    fn handle_live(&mut self, live: S::LiveIn, events: &mut Events<S>) -> Result<(), LinkError> {
        if let Some(rule) = live.broken_rule() {
            return Err(LinkError::Rule { rule });
        }
        match live.stream_use() {
            StreamUse::None => {}
            StreamUse::Opens(id) => self.streams.open(id).map_err(|_| LinkError::Rule {
                rule: "a stream has a new number and there are not too many",
            })?,
            StreamUse::Uses(id) | StreamUse::Ends(id) => match self.streams.standing(id) {
                Standing::Open => {}
                Standing::Over => {
                    self.counters.late_stream_frames += 1;
                    return Ok(());
                }
                Standing::Never => {
                    return Err(LinkError::Rule { rule: "a stream is opened before it is used" });
                }
            },
        }
        if let StreamUse::Ends(id) = live.stream_use() {
            self.streams.end(id);
        }
        events.push_back(Event::Live(live));
        Ok(())
    }

    fn check_stream(&self, stream_use: StreamUse) -> Result<(), SendError> {
        match stream_use {
            StreamUse::None => Ok(()),
            StreamUse::Opens(id) => self.streams.may_open(id).map_err(|reason| match reason {
                NotOpened::Number => SendError::Rule { rule: "a stream has a new number" },
                NotOpened::TooMany => SendError::TooManyStreams,
            }),
            StreamUse::Uses(id) | StreamUse::Ends(id) => match self.streams.standing(id) {
                Standing::Open => Ok(()),
                Standing::Over | Standing::Never => Err(SendError::NoSuchStream { id }),
            },
        }
    }

    fn note_sent(&mut self, stream_use: StreamUse) {
        match stream_use {
            StreamUse::None | StreamUse::Uses(_) => {}
            StreamUse::Opens(id) => self.streams.note_open(id),
            StreamUse::Ends(id) => self.streams.end(id),
        }
    }

    fn beat(&mut self, now: Tick, events: &mut Events<S>) {
        let Some(heartbeat) = self.heartbeat.as_mut().filter(|heartbeat| heartbeat.next <= now)
        else {
            return;
        };
        heartbeat.next = now + heartbeat.every;
        events.extend(S::heartbeat().map(Event::Step));
    }

    fn push_own(&mut self, class: Class, body: Body) -> Result<(), LinkError> {
        let frame = Frame::from(body);
        let size = wire::frame_bytes(&frame)?;
        self.queue.push_own(class, frame, size);
        Ok(())
    }
}

/// How urgent a question is. Copies of files are what nobody waits for: they go between the output
/// of terminals, never before it.
const fn class_of(question: &Question) -> Class {
    match question {
        Question::ListMirror(_) | Question::WriteMirror(_) => Class::Bulk,
        _ => Class::Call,
    }
}

#[cfg(test)]
mod tests;
