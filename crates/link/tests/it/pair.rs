//! A machine's and a server's end, and a wire of messages between them.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use link::{
    Event, IdentityKey, MachineLink, MachineSettings, MachineSide, SecretSeed, ServerLink,
    ServerPins, ServerSide, ServerStep,
};
use model::rng::CountingRng;
use model::{MachineId, Tick, Timestamp};
use wire::handshake::Welcome;

pub(crate) const NOW: Tick = Tick::from_millis(1_000_000);

/// The keys and numbers with which a pair begins.
#[derive(Clone)]
pub(crate) struct Terms {
    pub(crate) machine_key: IdentityKey,
    pub(crate) enrolled: Option<IdentityKey>,
    pub(crate) server_key: IdentityKey,
    pub(crate) pins: ServerPins,
    pub(crate) heartbeat: Option<Duration>,
    pub(crate) received_commands: u64,
    pub(crate) first_report: u64,
    pub(crate) received_reports: u64,
    pub(crate) epoch: u64,
}

impl Default for Terms {
    fn default() -> Self {
        let (machine_key, server_key) = (identity(1), identity(2));
        Self {
            enrolled: Some(machine_key.clone()),
            machine_key,
            pins: ServerPins::one(server_key.public_key()),
            server_key,
            heartbeat: None,
            received_commands: 0,
            first_report: 1,
            received_reports: 0,
            epoch: 1,
        }
    }
}

pub(crate) fn identity(seed: u64) -> IdentityKey {
    IdentityKey::from_seed(&SecretSeed::new(&CountingRng::new(seed))).unwrap()
}

pub(crate) fn machine_id() -> MachineId {
    MachineId::new(Timestamp::from_millis(1_790_000_000_000), &CountingRng::new(3))
}

/// Two ends, the messages between them, and all events so far.
pub(crate) struct Pair {
    pub(crate) terms: Terms,
    pub(crate) now: Tick,
    pub(crate) machine: MachineLink,
    pub(crate) server: ServerLink,
    pub(crate) to_server: VecDeque<Bytes>,
    pub(crate) to_machine: VecDeque<Bytes>,
    pub(crate) machine_events: Vec<Event<MachineSide>>,
    pub(crate) server_events: Vec<Event<ServerSide>>,
}

impl Pair {
    pub(crate) fn new(terms: Terms) -> Self {
        let settings = MachineSettings {
            machine_id: machine_id(),
            identity: terms.machine_key.clone(),
            server_pins: terms.pins.clone(),
            daemon_version: "0.1.0".to_owned(),
            heartbeat: terms.heartbeat,
            received_commands: terms.received_commands,
            first_report: terms.first_report,
        };
        let machine = MachineLink::new(NOW, settings, &CountingRng::new(4)).unwrap();
        let server = ServerLink::new(NOW, terms.server_key.clone(), &CountingRng::new(5)).unwrap();
        Self {
            terms,
            now: NOW,
            machine,
            server,
            to_server: VecDeque::new(),
            to_machine: VecDeque::new(),
            machine_events: Vec::new(),
            server_events: Vec::new(),
        }
    }

    /// A pair that is up, its events of the handshake forgotten.
    pub(crate) fn up(terms: Terms) -> Self {
        let mut pair = Self::new(terms);
        pair.run();
        assert_eq!(pair.machine.epoch(), Some(pair.terms.epoch), "{:?}", pair.machine_events);
        assert_eq!(pair.server.epoch(), Some(pair.terms.epoch), "{:?}", pair.server_events);
        pair.machine_events.clear();
        pair.server_events.clear();
        pair
    }

    /// Moves everything until nothing moves any more.
    pub(crate) fn run(&mut self) {
        loop {
            self.poll();
            match (self.to_server.pop_front(), self.to_machine.pop_front()) {
                (None, None) => return,
                (to_server, to_machine) => {
                    if let Some(message) = to_server {
                        self.server.handle_message(self.now, message);
                    }
                    if let Some(message) = to_machine {
                        self.machine.handle_message(self.now, message);
                    }
                }
            }
        }
    }

    /// Takes events and messages out of both ends, and plays the server's shell.
    pub(crate) fn poll(&mut self) {
        while let Some(event) = self.server.poll_event() {
            self.play_server(&event);
            self.server_events.push(event);
        }
        self.machine_events.extend(std::iter::from_fn(|| self.machine.poll_event()));
        self.to_server.extend(std::iter::from_fn(|| self.machine.poll_message()));
        self.to_machine.extend(std::iter::from_fn(|| self.server.poll_message()));
    }

    /// Lets time pass in both ends, in steps as they ask for them.
    pub(crate) fn pass(&mut self, time: Duration) {
        let until = self.now + time;
        loop {
            self.run();
            let due = [self.machine.poll_timeout(), self.server.poll_timeout()];
            match due.into_iter().flatten().min().filter(|due| *due <= until) {
                None => break,
                Some(due) => self.now = self.now.max(due),
            }
            self.machine.handle_timeout(self.now);
            self.server.handle_timeout(self.now);
        }
        self.now = until;
    }

    fn play_server(&mut self, event: &Event<ServerSide>) {
        match event {
            Event::Step(ServerStep::Identify(_)) => {
                let keys = self.terms.enrolled.iter().map(IdentityKey::public_key);
                self.server.identify(keys.collect());
            }
            Event::Step(ServerStep::Proven(_)) => {
                let welcome = welcome(&self.terms);
                // A hostile test may have ended the link by now.
                let _ = self.server.welcome(self.now, welcome);
            }
            _ => {}
        }
    }
}

pub(crate) fn welcome(terms: &Terms) -> Welcome {
    Welcome {
        epoch: terms.epoch,
        received_reports: terms.received_reports,
        heartbeat_ms: 30_000,
        server_time_ms: 1_790_000_000_000,
        reconnect_spread_ms: 2_000,
        server_keys: Vec::new(),
    }
}
