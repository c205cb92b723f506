//! The two ends of a link, as types: what each sends, receives and does alone.

use std::collections::VecDeque;
use std::fmt::Debug;

use bytes::Bytes;
use model::Tick;
use wire::frame::Body;
use wire::{Command, Report};

use crate::channel::Channel;
use crate::error::LinkError;
use crate::event::{Down, Event};
use crate::inbox::Ack;
use crate::live::{Downstream, Live, Upstream};
use crate::machine::{MachineOpening, MachineStep};
use crate::server::{ServerOpening, ServerStep};

/// One end of a link: [`MachineSide`] or [`ServerSide`].
pub trait Side: Internals {
    /// What it sends reliably.
    type Sent: Sequenced;
    /// What it receives reliably.
    type Received: Sequenced;
    /// What it sends that is of the moment.
    type LiveOut: Live + Debug + Clone + PartialEq;
    /// What it receives that is of the moment.
    type LiveIn: Live + Debug + Clone + PartialEq;
    /// Steps that only it takes.
    type Step: Debug + Clone + PartialEq;
}

/// The machine's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachineSide {}

/// The server's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerSide {}

impl Side for MachineSide {
    type Sent = Report;
    type Received = Command;
    type LiveOut = Upstream;
    type LiveIn = Downstream;
    type Step = MachineStep;
}

impl Side for ServerSide {
    type Sent = Command;
    type Received = Report;
    type LiveOut = Downstream;
    type LiveIn = Upstream;
    type Step = ServerStep;
}

/// A message with a number in the machine's sequence.
pub trait Sequenced: Debug + Clone + PartialEq {
    /// The number, from 1, without holes.
    fn seq(&self) -> u64;

    /// Marks it as sent on the link with this epoch.
    fn stamp(&mut self, epoch: u64);

    /// Whether it may have an effect on a link with this epoch.
    fn is_of_epoch(&self, epoch: u64) -> bool;

    /// The frame that carries it.
    fn into_body(self) -> Body;
}

impl Sequenced for Command {
    fn seq(&self) -> u64 {
        self.seq
    }

    fn stamp(&mut self, epoch: u64) {
        self.epoch = epoch;
    }

    fn is_of_epoch(&self, epoch: u64) -> bool {
        self.epoch == epoch
    }

    fn into_body(self) -> Body {
        Body::Command(self)
    }
}

/// A report says what has happened, whichever link carries it.
impl Sequenced for Report {
    fn seq(&self) -> u64 {
        self.seq
    }

    fn stamp(&mut self, _epoch: u64) {}

    fn is_of_epoch(&self, _epoch: u64) -> bool {
        true
    }

    fn into_body(self) -> Body {
        Body::Report(self)
    }
}

/// What is nobody's business outside; so nobody outside can make a third side.
pub trait Internals: Debug + Clone + PartialEq + Sized + 'static {
    /// The state of the handshake.
    type Opening: Opening<Self>
    where
        Self: Side;

    /// The frame that acknowledges what was received.
    fn ack(ack: Ack) -> Body;

    /// The step of saying how one is, on the side that does.
    fn heartbeat() -> Option<Self::Step>
    where
        Self: Side;

    /// Sorts what arrives on a link that is up. The error names a frame that has no place there.
    fn sort(body: Body) -> Result<Sorted<Self>, &'static str>
    where
        Self: Side;
}

/// A frame, sorted by what is to be done with it.
pub enum Sorted<S: Side> {
    /// For the inbox.
    Reliable(S::Received),
    /// For the outbox.
    Ack(Ack),
    /// For the shell.
    Live(S::LiveIn),
}

/// A link that is not up yet.
pub trait Opening<S: Side> {
    /// Takes a message of the handshake.
    fn handle_message(
        &mut self,
        now: Tick,
        message: Bytes,
        output: &mut Output<S>,
    ) -> Result<Moved<S>, LinkError>;

    /// When it must be over.
    fn deadline(&self) -> Tick;
}

/// Where a message of the handshake led.
pub enum Moved<S: Side> {
    /// To the next step.
    On,
    /// To a link that is up.
    Up(Box<Channel<S>>),
    /// To the end.
    Down(Down),
}

/// What goes out while the link is not up, or no longer.
pub struct Output<S: Side> {
    /// For the transport.
    pub(crate) messages: VecDeque<Bytes>,
    /// For the shell.
    pub(crate) events: VecDeque<Event<S>>,
}

impl Internals for MachineSide {
    type Opening = MachineOpening;

    fn ack(ack: Ack) -> Body {
        Body::CommandAck(wire::command::CommandAck { up_to: ack.up_to, hole: ack.hole })
    }

    fn heartbeat() -> Option<MachineStep> {
        Some(MachineStep::HeartbeatDue)
    }

    fn sort(body: Body) -> Result<Sorted<Self>, &'static str> {
        match body {
            Body::Command(command) => Ok(Sorted::Reliable(command)),
            Body::ReportAck(ack) => Ok(Sorted::Ack(Ack { up_to: ack.up_to, hole: ack.hole })),
            other => Downstream::from_body(other).map(Sorted::Live).map_err(|body| what(&body)),
        }
    }
}

impl Internals for ServerSide {
    type Opening = ServerOpening;

    fn ack(ack: Ack) -> Body {
        Body::ReportAck(wire::report::ReportAck { up_to: ack.up_to, hole: ack.hole })
    }

    fn heartbeat() -> Option<ServerStep> {
        None
    }

    fn sort(body: Body) -> Result<Sorted<Self>, &'static str> {
        match body {
            Body::Report(report) => Ok(Sorted::Reliable(report)),
            Body::CommandAck(ack) => Ok(Sorted::Ack(Ack { up_to: ack.up_to, hole: ack.hole })),
            other => Upstream::from_body(other).map(Sorted::Live).map_err(|body| what(&body)),
        }
    }
}

/// The name of a frame that has no place where it came.
pub(crate) fn what(body: &Body) -> &'static str {
    match body {
        Body::Hello(_) => "a hello",
        Body::Challenge(_) => "a challenge",
        Body::Proof(_) => "a proof",
        Body::Welcome(_) => "a welcome",
        Body::Refusal(_) => "a refusal",
        Body::Command(_) | Body::CommandAck(_) => "a command frame",
        Body::Report(_) | Body::ReportAck(_) => "a report frame",
        Body::Goodbye(_) | Body::Ping(_) | Body::Pong(_) | Body::Heartbeat(_) => "a sign of life",
        Body::Call(_) | Body::Reply(_) => "a call frame",
        Body::StreamOpen(_)
        | Body::StreamCredit(_)
        | Body::StreamClose(_)
        | Body::TerminalInput(_)
        | Body::TerminalResize(_) => "a frame for the machine",
        Body::StreamClosed(_)
        | Body::TerminalOutput(_)
        | Body::TerminalScreen(_)
        | Body::ChatUpdates(_)
        | Body::InputAck(_) => "a frame for the server",
    }
}
