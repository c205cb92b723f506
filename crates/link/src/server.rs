//! The server's end: it answers the handshake, asks its shell who the machine is, and decides.

use std::time::Duration;

use bytes::Bytes;
use model::{MachineId, Rng, Tick};
use wire::frame::{Body, Frame};
use wire::handshake::{Hello, Proof, Refusal, RefusalCode, Welcome};
use wire::stream::StreamOpen;

use crate::channel::{Channel, Start};
use crate::engine::{HANDSHAKE_WITHIN, Link, Phase};
use crate::error::{LinkError, SendError};
use crate::event::{Down, Event, Refused, Word};
use crate::handshake::{self, EphemeralKey, Offer};
use crate::keys::{IdentityKey, PublicKey};
use crate::live::Downstream;
use crate::outbox::MAX_SEQ;
use crate::queue::{Class, SendQueue};
use crate::side::{Moved, Opening, Output, ServerSide, what};

/// A link seen from the server.
pub type ServerLink = Link<ServerSide>;

/// What only the server's shell hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerStep {
    /// A machine claims to be this one. Look its public key up and say [`Link::identify`].
    Identify(Identify),
    /// It is. Raise its epoch durably and say [`Link::welcome`], or [`Link::refuse`].
    Proven(Proven),
}

/// A claim. Nothing of it is proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identify {
    /// Which machine it claims to be.
    pub machine_id: MachineId,
}

/// A claim that is proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// Which machine it is.
    pub machine_id: MachineId,
    /// The key with which it was proven.
    pub key: PublicKey,
    /// Release of its daemon; hostile text until shown as text.
    pub daemon_version: String,
    /// The highest command number in its journal. Where it is above the last one stored, the
    /// server has lost commands, and must go on numbering above it.
    pub received_commands: u64,
    /// The number of the first report that it can still send; 0 if it does not say. Where reports
    /// between the last one stored and this one are missing, the server has lost them, and must go on
    /// from here.
    pub first_report: u64,
}

/// What an unknown machine, a wrong key and a wrong signature all get to read.
const NOT_ENROLLED: &str = "this machine is not enrolled here";

impl ServerLink {
    /// Waits for a machine to begin.
    pub fn new(now: Tick, identity: IdentityKey, rng: &dyn Rng) -> Result<Self, LinkError> {
        let step = Step::Hello(EphemeralKey::new(rng)?);
        Ok(Self::opening(ServerOpening { identity, step, deadline: now + HANDSHAKE_WITHIN }))
    }

    /// Answers [`ServerStep::Identify`] with the public keys of the machine: the one that it was
    /// enrolled with, and while that is being replaced the next one. None where there is no such
    /// machine, which nobody outside can tell from a wrong key.
    pub fn identify(&mut self, enrolled: Vec<PublicKey>) {
        let Phase::Opening(opening) = &mut self.phase else {
            return;
        };
        let moved = opening.identify(enrolled, &mut self.output);
        self.follow(moved);
    }

    /// Answers [`ServerStep::Proven`]: the link is up. The epoch must be raised durably before.
    pub fn welcome(&mut self, now: Tick, welcome: Welcome) -> Result<(), SendError> {
        let Phase::Opening(opening) = &mut self.phase else {
            return Err(SendError::NotUp);
        };
        let Step::Proven(_) = opening.step else {
            return Err(SendError::NotUp);
        };
        let moved = opening.welcome(now, welcome, &mut self.output);
        self.follow(moved);
        Ok(())
    }

    /// Refuses a link that is not up: the server is full or stopping, the machine deregistered.
    pub fn refuse(&mut self, code: RefusalCode, message: &str, retry_after: Duration) {
        let Phase::Opening(opening) = &mut self.phase else {
            return;
        };
        let moved = opening.refuse(code, message, retry_after, &mut self.output);
        self.follow(moved);
    }

    /// Asks for a session's output. Gives the number of the stream.
    pub fn open_stream(
        &mut self,
        session_id: Bytes,
        from: u64,
        credit: u64,
    ) -> Result<u64, SendError> {
        let stream_id = self.up()?.next_stream_id();
        self.send(Downstream::StreamOpen(StreamOpen { stream_id, session_id, from, credit }))?;
        Ok(stream_id)
    }
}

/// The server's half of the handshake.
pub struct ServerOpening {
    identity: IdentityKey,
    step: Step,
    deadline: Tick,
}

enum Step {
    /// Nothing has come.
    Hello(EphemeralKey),
    /// Challenge is sent; proof and public key come in any order.
    Proof { offer: Box<Offer>, lookup: Lookup },
    /// The shell decides.
    Proven(Box<Offer>),
    /// It is decided.
    Over,
}

enum Lookup {
    Pending,
    PendingWithProof(Proof),
    Known(Vec<PublicKey>),
}

impl Opening<ServerSide> for ServerOpening {
    fn handle_message(
        &mut self,
        _now: Tick,
        message: Bytes,
        output: &mut Output<ServerSide>,
    ) -> Result<Moved<ServerSide>, LinkError> {
        match (std::mem::replace(&mut self.step, Step::Over), handshake::decode(message.clone())?) {
            (Step::Hello(ephemeral), Body::Hello(hello)) => {
                self.handle_hello(&ephemeral, &message, hello, output)
            }
            (Step::Proof { offer, lookup }, Body::Proof(proof)) => match lookup {
                Lookup::Pending => {
                    self.step = Step::Proof { offer, lookup: Lookup::PendingWithProof(proof) };
                    Ok(Moved::On)
                }
                Lookup::Known(enrolled) => self.check(offer, &proof, &enrolled, output),
                Lookup::PendingWithProof(_) => Err(LinkError::Misplaced { what: "a second proof" }),
            },
            (_, other) => Err(LinkError::Misplaced { what: what(&other) }),
        }
    }

    fn deadline(&self) -> Tick {
        self.deadline
    }
}

type Outcome = Result<Moved<ServerSide>, LinkError>;

impl ServerOpening {
    fn handle_hello(
        &mut self,
        ephemeral: &EphemeralKey,
        message: &Bytes,
        hello: Hello,
        output: &mut Output<ServerSide>,
    ) -> Outcome {
        if hello.received_commands > MAX_SEQ || hello.first_report > MAX_SEQ {
            return Err(LinkError::Rule { rule: "a hello has a possible number" });
        }
        let answered = handshake::challenge(&self.identity, ephemeral, message, hello);
        let (offer, challenge) = match answered {
            Ok(answered) => answered,
            Err(error @ LinkError::Version { .. }) => {
                let text = error.to_string();
                return self.refuse(RefusalCode::Version, &text, Duration::ZERO, output);
            }
            Err(error) => return Err(error),
        };
        let identify = Identify { machine_id: offer.machine_id };
        output.messages.push_back(challenge);
        output.events.push_back(Event::Step(ServerStep::Identify(identify)));
        self.step = Step::Proof { offer: Box::new(offer), lookup: Lookup::Pending };
        Ok(Moved::On)
    }

    fn identify(&mut self, enrolled: Vec<PublicKey>, output: &mut Output<ServerSide>) -> Outcome {
        match std::mem::replace(&mut self.step, Step::Over) {
            Step::Proof { offer, lookup: Lookup::PendingWithProof(proof) } => {
                self.check(offer, &proof, &enrolled, output)
            }
            Step::Proof { offer, .. } => {
                self.step = Step::Proof { offer, lookup: Lookup::Known(enrolled) };
                Ok(Moved::On)
            }
            other => {
                self.step = other;
                Ok(Moved::On)
            }
        }
    }

    fn check(
        &mut self,
        offer: Box<Offer>,
        proof: &Proof,
        enrolled: &[PublicKey],
        output: &mut Output<ServerSide>,
    ) -> Outcome {
        let proven = handshake::proves(&offer, proof, enrolled, self.identity.public_key());
        let proven = proven.map(|key| Proven {
            machine_id: offer.machine_id,
            key,
            daemon_version: offer.hello.daemon_version.clone(),
            received_commands: offer.hello.received_commands,
            first_report: offer.hello.first_report,
        });
        self.step = Step::Proven(offer);
        let Some(proven) = proven else {
            return self.refuse(RefusalCode::Identity, NOT_ENROLLED, Duration::ZERO, output);
        };
        output.events.push_back(Event::Step(ServerStep::Proven(proven)));
        Ok(Moved::On)
    }

    fn welcome(&mut self, now: Tick, welcome: Welcome, output: &mut Output<ServerSide>) -> Outcome {
        let Step::Proven(mut offer) = std::mem::replace(&mut self.step, Step::Over) else {
            return Ok(Moved::On);
        };
        let start = Start {
            epoch: welcome.epoch,
            peer_has: offer.hello.received_commands,
            we_have: welcome.received_reports,
            heartbeat: None,
        };
        output.messages.push_back(seal(&mut offer, Body::Welcome(welcome))?);
        Ok(Moved::Up(Box::new(Channel::new(now, offer.keys, &start))))
    }

    fn refuse(
        &mut self,
        code: RefusalCode,
        message: &str,
        retry_after: Duration,
        output: &mut Output<ServerSide>,
    ) -> Outcome {
        let refusal = Body::Refusal(Refusal {
            code: code.into(),
            message: message.to_owned(),
            retry_after_ms: u64::try_from(retry_after.as_millis()).unwrap_or(u64::MAX),
        });
        let (refusal, word) = match &mut self.step {
            Step::Hello(_) | Step::Over => (handshake::encode(refusal)?, Word::Anybodys),
            Step::Proof { offer, .. } | Step::Proven(offer) => {
                (seal(offer, refusal)?, Word::Sealed)
            }
        };
        output.messages.push_back(refusal);
        let message = message.to_owned();
        Ok(Moved::Down(Down::Refused(Refused { code, message, retry_after, word })))
    }
}

/// Seals the one message by which the server ends the handshake.
fn seal(offer: &mut Offer, body: Body) -> Result<Bytes, LinkError> {
    let frame = Frame::from(body);
    let size = wire::frame_bytes(&frame)?;
    let mut queue = SendQueue::default();
    queue.push_own(Class::Control, frame, size);
    let message = queue.next_up_to(Class::Control)?.unwrap_or_default();
    offer.keys.outgoing.seal(message)
}
