//! The machine's end: it begins the handshake, checks the server, and gives signs of life.

use std::time::Duration;

use bytes::Bytes;
use model::{MachineId, Rng, Tick, Timestamp};
use wire::frame::{Body, Heartbeat};
use wire::handshake::{Challenge, Refusal, RefusalCode, Welcome};

use crate::channel::{Channel, Start};
use crate::engine::{HANDSHAKE_WITHIN, Link};
use crate::error::{LinkError, SendError};
use crate::event::{Down, Event, Refused, Word};
use crate::handshake::{self, Greeting, Introduction, Keys};
use crate::keys::{IdentityKey, PublicKey, ServerPins};
use crate::live::Upstream;
use crate::outbox::MAX_SEQ;
use crate::piece::Assembler;
use crate::side::{MachineSide, Moved, Opening, Output, what};

/// A link seen from the machine.
pub type MachineLink = Link<MachineSide>;

/// Who the machine is and whom it trusts.
#[derive(Debug, Clone)]
pub struct MachineSettings {
    /// From the enrolment.
    pub machine_id: MachineId,
    /// Made at the enrolment.
    pub identity: IdentityKey,
    /// From the enrolment, or from the last [`Welcomed`] that had new ones.
    pub server_pins: ServerPins,
    /// Release of the daemon.
    pub daemon_version: String,
    /// How often to give a sign of life, if that is more often than the server asks.
    pub heartbeat: Option<Duration>,
    /// The highest command number in the journal.
    pub received_commands: u64,
    /// The number of the first report that is not acknowledged, or that the next one will have.
    pub first_report: u64,
}

/// What only the machine's shell hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MachineStep {
    /// The link is up.
    Welcomed(Welcomed),
    /// Tell how the machine is, with [`Link::heartbeat`].
    HeartbeatDue,
}

/// The link is up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Welcomed {
    /// The number of this link; higher than that of every link before.
    pub epoch: u64,
    /// The highest report number the server has. Where it is above the last one made, the machine
    /// has lost reports, and must go on numbering above it.
    pub received_reports: u64,
    /// Wall time on the server.
    pub server_time: Timestamp,
    /// Over how long to spread the first attempt after this link; for [`crate::Backoff::up`].
    pub reconnect_spread: Duration,
    /// What the pins are to be from now on; keep them. `None` leaves them as they are.
    pub new_pins: Option<ServerPins>,
}

/// How often a sign of life may be asked for.
const HEARTBEAT_MS: std::ops::RangeInclusive<u32> = 1_000..=60_000;

/// The longest that anybody on the way can make the machine wait.
const UNSEALED_RETRY_AT_MOST: Duration = Duration::from_mins(1);

impl MachineLink {
    /// Begins the handshake.
    pub fn new(now: Tick, settings: MachineSettings, rng: &dyn Rng) -> Result<Self, LinkError> {
        let introduction = Introduction {
            machine_id: settings.machine_id,
            daemon_version: settings.daemon_version,
            received_commands: settings.received_commands,
            first_report: settings.first_report,
        };
        let (greeting, hello) = handshake::greet(introduction, rng)?;
        let mut link = Self::opening(MachineOpening {
            identity: settings.identity,
            pins: settings.server_pins,
            heartbeat: settings.heartbeat,
            received_commands: settings.received_commands,
            step: Step::Challenge(greeting),
            deadline: now + HANDSHAKE_WITHIN,
        });
        link.output.messages.push_back(hello);
        Ok(link)
    }

    /// Tells how the machine is.
    pub fn heartbeat(&mut self, heartbeat: Heartbeat) -> Result<(), SendError> {
        self.send(Upstream::Heartbeat(heartbeat))
    }
}

/// The machine's half of the handshake.
pub struct MachineOpening {
    identity: IdentityKey,
    pins: ServerPins,
    heartbeat: Option<Duration>,
    received_commands: u64,
    step: Step,
    deadline: Tick,
}

enum Step {
    /// Hello is sent.
    Challenge(Greeting),
    /// Proof is sent. `None` when the keys have gone to the link that is up.
    Welcome(Option<Keys>),
}

impl Opening<MachineSide> for MachineOpening {
    fn handle_message(
        &mut self,
        now: Tick,
        message: Bytes,
        output: &mut Output<MachineSide>,
    ) -> Result<Moved<MachineSide>, LinkError> {
        match &mut self.step {
            Step::Challenge(_) => match handshake::decode(message)? {
                Body::Challenge(challenge) => self.handle_challenge(&challenge, output),
                Body::Refusal(refusal) => Ok(refused(refusal, Word::Anybodys)),
                other => Err(LinkError::Misplaced { what: what(&other) }),
            },
            Step::Welcome(keys) => {
                let keys = keys.as_mut().ok_or(LinkError::KeyAgreement)?;
                match open(keys, message)? {
                    Body::Welcome(welcome) => self.handle_welcome(now, &welcome, output),
                    Body::Refusal(refusal) => Ok(refused(refusal, Word::Sealed)),
                    other => Err(LinkError::Misplaced { what: what(&other) }),
                }
            }
        }
    }

    fn deadline(&self) -> Tick {
        self.deadline
    }
}

impl MachineOpening {
    fn handle_challenge(
        &mut self,
        challenge: &Challenge,
        output: &mut Output<MachineSide>,
    ) -> Result<Moved<MachineSide>, LinkError> {
        let Step::Challenge(greeting) = &self.step else {
            return Err(LinkError::Misplaced { what: "a challenge" });
        };
        let (keys, proof) = handshake::prove(greeting, challenge, &self.identity, &self.pins)?;
        output.messages.push_back(proof);
        self.step = Step::Welcome(Some(keys));
        Ok(Moved::On)
    }

    fn handle_welcome(
        &mut self,
        now: Tick,
        welcome: &Welcome,
        output: &mut Output<MachineSide>,
    ) -> Result<Moved<MachineSide>, LinkError> {
        let Step::Welcome(Some(keys)) = std::mem::replace(&mut self.step, Step::Welcome(None))
        else {
            return Err(LinkError::Misplaced { what: "a welcome" });
        };
        let (heartbeat_ms, received_reports) = (welcome.heartbeat_ms, welcome.received_reports);
        let welcomed = welcomed(welcome)?;
        let heartbeat_ms = heartbeat_ms.clamp(*HEARTBEAT_MS.start(), *HEARTBEAT_MS.end());
        let asked = Duration::from_millis(heartbeat_ms.into());
        let shortest = Duration::from_millis((*HEARTBEAT_MS.start()).into());
        let start = Start {
            epoch: welcomed.epoch,
            peer_has: received_reports,
            we_have: self.received_commands,
            heartbeat: Some(self.heartbeat.map_or(asked, |own| own.clamp(shortest, asked))),
        };
        output.events.push_back(Event::Step(MachineStep::Welcomed(welcomed)));
        Ok(Moved::Up(Box::new(Channel::new(now, keys, &start))))
    }
}

fn welcomed(welcome: &Welcome) -> Result<Welcomed, LinkError> {
    if welcome.epoch == 0 || welcome.received_reports > MAX_SEQ {
        return Err(LinkError::Rule { rule: "a welcome has an epoch and a possible number" });
    }
    let keys = welcome.server_keys.iter().map(|key| PublicKey::from_slice(key));
    let keys: Vec<_> = keys
        .collect::<Result<_, _>>()
        .map_err(|_| LinkError::Rule { rule: "a server key has 32 bytes" })?;
    Ok(Welcomed {
        epoch: welcome.epoch,
        received_reports: welcome.received_reports,
        server_time: Timestamp::from_millis(welcome.server_time_ms),
        reconnect_spread: Duration::from_millis(welcome.reconnect_spread_ms.into()),
        new_pins: ServerPins::several(keys),
    })
}

/// Opens the only sealed message of the handshake, which comes in one piece.
fn open(keys: &mut Keys, message: Bytes) -> Result<Body, LinkError> {
    let opened = keys.incoming.open(message)?;
    let whole = Assembler::default().take(opened)?;
    handshake::decode(whole.ok_or(LinkError::Rule { rule: "the handshake is not cut up" })?)
}

fn refused(refusal: Refusal, word: Word) -> Moved<MachineSide> {
    let mut retry_after = Duration::from_millis(refusal.retry_after_ms);
    if word == Word::Anybodys {
        retry_after = retry_after.min(UNSEALED_RETRY_AT_MOST);
    }
    let code = RefusalCode::try_from(refusal.code).unwrap_or(RefusalCode::Unspecified);
    Moved::Down(Down::Refused(Refused { code, message: refusal.message, retry_after, word }))
}
