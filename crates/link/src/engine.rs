//! A link from its first message to its end: what both sides can do.
//!
//! A shell makes one for each transport connection and then, until [`Event::Down`]:
//!
//! - hands in each transport message, the passing of time, and the end of the transport;
//! - after each of these, and after each call of its own, polls all events and all messages;
//! - keeps what must last: see [`Event::Received`] and [`Link::wanted`].

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use model::Tick;
use wire::call::{Answer, Question};

use crate::channel::{Channel, Counters};
use crate::error::{LinkError, SendError};
use crate::event::{Down, Event};
use crate::outbox::Wanted;
use crate::queue::Class;
use crate::side::{Moved, Opening, Output, Side};

/// How long the handshake may take.
pub const HANDSHAKE_WITHIN: Duration = Duration::from_secs(20);

/// Longest reason of a goodbye; the rest of a longer one is not sent.
const MAX_REASON_CHARS: usize = 200;

/// One connection, seen from one side. [`MachineLink`](crate::MachineLink) and
/// [`ServerLink`](crate::ServerLink) add what only one side does.
pub struct Link<S: Side> {
    pub(crate) phase: Phase<S>,
    pub(crate) output: Output<S>,
}

pub(crate) enum Phase<S: Side> {
    Opening(S::Opening),
    Up(Box<Channel<S>>),
    Down,
}

impl<S: Side> Link<S> {
    pub(crate) fn opening(opening: S::Opening) -> Self {
        let output = Output { messages: VecDeque::new(), events: VecDeque::new() };
        Self { phase: Phase::Opening(opening), output }
    }

    /// Takes a transport message, whole. One that does not fit ends the link, and nothing of it
    /// reaches the shell.
    pub fn handle_message(&mut self, now: Tick, message: Bytes) {
        let moved = match &mut self.phase {
            Phase::Opening(opening) => opening.handle_message(now, message, &mut self.output),
            Phase::Up(channel) => channel
                .handle_message(now, message, &mut self.output.events)
                .map(|down| down.map_or(Moved::On, Moved::Down)),
            Phase::Down => Ok(Moved::On),
        };
        self.follow(moved);
    }

    /// Takes the end of the transport.
    pub fn handle_transport_closed(&mut self) {
        self.end(Down::Lost);
    }

    /// Takes the passing of time; to be called when [`Link::poll_timeout`] says, or later.
    pub fn handle_timeout(&mut self, now: Tick) {
        let moved = match &mut self.phase {
            Phase::Opening(opening) if opening.deadline() <= now => Ok(Moved::Down(Down::Silent)),
            Phase::Opening(_) | Phase::Down => Ok(Moved::On),
            Phase::Up(channel) => channel
                .handle_timeout(now, &mut self.output.events)
                .map(|down| down.map_or(Moved::On, Moved::Down)),
        };
        self.follow(moved);
    }

    /// The next message for the transport. When the transport cannot take it at once, leave the
    /// rest here: what is urgent and comes later will still go first.
    pub fn poll_message(&mut self) -> Option<Bytes> {
        if let Some(message) = self.output.messages.pop_front() {
            return Some(message);
        }
        let Phase::Up(channel) = &mut self.phase else {
            return None;
        };
        channel.poll_message().unwrap_or_else(|error| {
            self.end(Down::Broken(error));
            None
        })
    }

    /// The next event for the shell.
    pub fn poll_event(&mut self) -> Option<Event<S>> {
        self.output.events.pop_front()
    }

    /// When [`Link::handle_timeout`] is due; `None` once the link is down. To be asked again after
    /// anything was handed in.
    pub fn poll_timeout(&self) -> Option<Tick> {
        match &self.phase {
            Phase::Opening(opening) => Some(opening.deadline()),
            Phase::Up(channel) => Some(channel.deadline()),
            Phase::Down => None,
        }
    }

    /// Ends the link on purpose. The goodbye is the last message to poll.
    pub fn close(&mut self, reason: &str) {
        if let Phase::Up(channel) = &mut self.phase {
            let reason: String = reason.chars().take(MAX_REASON_CHARS).collect();
            self.output.messages.extend(channel.goodbye(&reason).ok());
        }
        self.end(Down::Closed);
    }

    /// The number of this link, once it is up.
    pub fn epoch(&self) -> Option<u64> {
        self.channel().map(Channel::epoch)
    }

    /// Which message of the reliable lane to [`Link::offer`] next; `None` while enough are on
    /// their way. Ask after every event and every new message in durable storage: after a hole
    /// the answer goes back.
    pub fn wanted(&self) -> Option<Wanted> {
        self.channel().and_then(Channel::wanted)
    }

    /// Sends the wanted message, which must be in durable storage. A command gets the link's
    /// epoch.
    pub fn offer(&mut self, message: S::Sent) -> Result<(), SendError> {
        self.up()?.offer(message)
    }

    /// Says that everything received up to here is in durable storage. Only then is it
    /// acknowledged to the peer, which may forget it.
    pub fn persisted(&mut self, up_to: u64) {
        if let Phase::Up(channel) = &mut self.phase {
            channel.persisted(up_to);
        }
    }

    /// Asks the peer. The number comes back in [`Event::Replied`] or [`Event::CallFailed`].
    pub fn call(
        &mut self,
        now: Tick,
        question: Question,
        within: Duration,
    ) -> Result<u64, SendError> {
        self.up()?.call(now + within, question)
    }

    /// Answers a call of the peer, once.
    pub fn reply(&mut self, id: u64, answer: Answer) -> Result<(), SendError> {
        self.up()?.reply(id, answer)
    }

    /// Sends something of the moment.
    pub fn send(&mut self, live: S::LiveOut) -> Result<(), SendError> {
        self.up()?.send(live)
    }

    /// Whether something of this class can be sent now. If not, it can when messages were polled.
    pub fn is_writable(&self, class: Class) -> bool {
        self.channel().is_some_and(|channel| channel.is_writable(class))
    }

    /// What was dropped so far; all zero before the link is up and after it is down.
    pub fn counters(&self) -> Counters {
        self.channel().map(Channel::counters).unwrap_or_default()
    }

    /// How long the last ping that was answered took there and back; `None` until one was.
    pub fn round_trip(&self) -> Option<Duration> {
        self.channel()?.round_trip()
    }

    pub(crate) fn up(&mut self) -> Result<&mut Channel<S>, SendError> {
        match &mut self.phase {
            Phase::Up(channel) => Ok(channel),
            Phase::Opening(_) | Phase::Down => Err(SendError::NotUp),
        }
    }

    pub(crate) fn follow(&mut self, moved: Result<Moved<S>, LinkError>) {
        match moved {
            Ok(Moved::On) => {}
            Ok(Moved::Up(channel)) => {
                // What the peer had from earlier links is acknowledged by its having said so.
                let up_to = channel.acknowledged();
                self.output.events.push_back(Event::Acknowledged { up_to });
                self.phase = Phase::Up(channel);
            }
            Ok(Moved::Down(down)) => self.end(down),
            Err(error) => self.end(Down::Broken(error)),
        }
    }

    fn channel(&self) -> Option<&Channel<S>> {
        match &self.phase {
            Phase::Up(channel) => Some(channel),
            Phase::Opening(_) | Phase::Down => None,
        }
    }

    fn end(&mut self, down: Down) {
        match std::mem::replace(&mut self.phase, Phase::Down) {
            Phase::Down => return,
            Phase::Opening(_) => {}
            Phase::Up(mut channel) => channel.lose(&mut self.output.events),
        }
        self.output.events.push_back(Event::Down(down));
    }
}

impl<S: Side> fmt::Debug for Link<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = match &self.phase {
            Phase::Opening(_) => "opening",
            Phase::Up(_) => "up",
            Phase::Down => "down",
        };
        f.debug_struct("Link")
            .field("phase", &phase)
            .field("epoch", &self.epoch())
            .finish_non_exhaustive()
    }
}
