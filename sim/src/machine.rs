//! Machines with nothing behind their links: so light that thousands fit beside a server.
//!
//! The links are those of daemons, by the same engine: keys, encryption, signs of life, waits before
//! coming back. Orders are acknowledged and forgotten, questions are answered with an error.

mod connection;
mod enrolment;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use host::{SystemClock, SystemRng};
use link::{
    Backoff, Down, Event, IdentityKey, MachineLink, MachineSettings, MachineSide, MachineStep,
    ServerPins,
};
use model::{Clock, MachineId};
use tokio::sync::watch;
use tokio::task::JoinSet;
use transport::Pump;
use wire::call::{Answer, CallError};
use wire::frame::Heartbeat;

use self::connection::Socket;
pub use self::enrolment::{Unenrolled, enrol};

/// How many machines come from one address of this computer: far fewer than it has ports.
const MACHINES_FOR_AN_ADDRESS: usize = 1_000;

/// A machine with nothing behind its link.
#[derive(Debug, Clone)]
pub struct IdleMachine {
    /// Who it is.
    pub id: MachineId,
    identity: IdentityKey,
    pins: ServerPins,
}

/// Machines that keep their links up until they are dropped.
#[derive(Debug)]
pub struct Fleet {
    up: watch::Receiver<usize>,
    _keeping: JoinSet<()>,
}

/// What keeps one machine's link up.
struct Keeping {
    machine: IdleMachine,
    server: SocketAddr,
    /// From which address of this computer it comes.
    from: IpAddr,
    clock: SystemClock,
    rng: Arc<SystemRng>,
    up: Arc<watch::Sender<usize>>,
    backoff: Backoff,
    received_commands: u64,
}

impl Fleet {
    /// Has machines connect to a server on this computer, and connect again whenever a link is lost.
    pub fn start(server: SocketAddr, machines: Vec<IdleMachine>) -> Self {
        let (up, counted) = watch::channel(0);
        let (up, rng, clock) = (Arc::new(up), Arc::new(SystemRng::default()), SystemClock::start());
        let mut keeping = JoinSet::new();
        for (index, machine) in machines.into_iter().enumerate() {
            let one = Keeping {
                machine,
                server,
                from: address(index),
                clock,
                rng: rng.clone(),
                up: up.clone(),
                backoff: Backoff::default(),
                received_commands: 0,
            };
            keeping.spawn(one.keep());
        }
        Self { up: counted, _keeping: keeping }
    }

    /// How many links are up.
    pub fn up(&self) -> usize {
        *self.up.borrow()
    }

    /// Waits until so many links are up.
    pub async fn reaches(&mut self, count: usize) {
        // The machines keep the sender, and are kept by this.
        let _ = self.up.wait_for(|up| *up >= count).await;
    }

    /// Waits until no more than so many links are up.
    pub async fn falls_to(&mut self, count: usize) {
        let _ = self.up.wait_for(|up| *up <= count).await;
    }
}

/// One of the addresses of this computer for each thousand of machines.
fn address(index: usize) -> IpAddr {
    let number = u8::try_from(index / MACHINES_FOR_AN_ADDRESS).unwrap_or(u8::MAX);
    Ipv4Addr::new(127, 0, number, 1).into()
}

impl Keeping {
    async fn keep(mut self) {
        // Machines are not switched on in the same moment either.
        self.backoff.down(self.clock.tick(), &Down::Lost, &*self.rng);
        loop {
            self.wait_for_next_attempt().await;
            let down = match connection::open(self.from, self.server).await {
                Ok(socket) => self.serve(socket).await,
                Err(error) => {
                    tracing::trace!(%error, "there is no connection");
                    Down::Lost
                }
            };
            self.backoff.down(self.clock.tick(), &down, &*self.rng);
        }
    }

    async fn wait_for_next_attempt(&self) {
        if let Some(at) = self.backoff.next_attempt() {
            tokio::time::sleep(at.since(self.clock.tick())).await;
        }
    }

    /// Serves a link until it ends.
    async fn serve(&mut self, socket: Socket) -> Down {
        let settings = MachineSettings {
            machine_id: self.machine.id,
            identity: self.machine.identity.clone(),
            server_pins: self.machine.pins.clone(),
            daemon_version: env!("CARGO_PKG_VERSION").to_owned(),
            heartbeat: None,
            received_commands: self.received_commands,
            first_report: 1,
        };
        let mut link = match MachineLink::new(self.clock.tick(), settings, &*self.rng) {
            Ok(link) => link,
            Err(error) => return Down::Broken(error),
        };
        let mut pump = Pump::new(socket);
        let mut is_up = None;
        loop {
            match next(&mut pump, &mut link, self.clock).await {
                Some(message) => link.handle_message(self.clock.tick(), message),
                None => link.handle_transport_closed(),
            }
            let now = self.clock.tick();
            if link.poll_timeout().is_some_and(|at| at <= now) {
                link.handle_timeout(now);
            }
            while let Some(event) = link.poll_event() {
                match event {
                    Event::Step(MachineStep::Welcomed(welcomed)) => {
                        self.backoff.up(now, welcomed.reconnect_spread);
                        is_up = Some(Counted::one(self.up.clone()));
                    }
                    Event::Down(down) => {
                        drop(is_up);
                        return down;
                    }
                    other => self.take(&mut link, other),
                }
            }
        }
    }

    fn take(&mut self, link: &mut MachineLink, event: Event<MachineSide>) {
        match event {
            Event::Step(MachineStep::HeartbeatDue) => {
                let machine_time_ms = self.clock.now().as_millis();
                let heartbeat = Heartbeat { machine_time_ms, ..Heartbeat::default() };
                // There is nothing else on this link that there had to be room beside.
                let _ = link.heartbeat(heartbeat);
            }
            Event::Received(command) => {
                self.received_commands = command.seq;
                link.persisted(command.seq);
            }
            Event::Called { id, .. } => {
                let error = CallError {
                    code: "unknown_call".to_owned(),
                    message: "there is nothing behind this link".to_owned(),
                    ..CallError::default()
                };
                // The server may have given up on the answer meanwhile.
                let _ = link.reply(id, Answer::Error(error));
            }
            _ => {}
        }
    }
}

/// The next message; what the time brings is looked for after each call. `None` when the connection
/// is over.
async fn next(
    pump: &mut Pump<Socket>,
    link: &mut MachineLink,
    clock: SystemClock,
) -> Option<Bytes> {
    loop {
        let until = link.poll_timeout().map_or(Duration::ZERO, |at| at.since(clock.tick()));
        match tokio::time::timeout(until, pump.turn(link)).await {
            Ok(message) => return message.ok().flatten(),
            Err(_) => link.handle_timeout(clock.tick()),
        }
    }
}

/// One link that is up.
struct Counted(Arc<watch::Sender<usize>>);

impl Counted {
    fn one(up: Arc<watch::Sender<usize>>) -> Self {
        up.send_modify(|up| *up += 1);
        Self(up)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.send_modify(|up| *up -= 1);
    }
}
