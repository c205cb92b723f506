//! The machine's shell, and what its journal holds.

use std::collections::BTreeMap;

use link::{Down, Event, MachineLink, MachineSettings, MachineSide, ServerPins};
use model::Tick;
use model::rng::CountingRng;
use wire::report::{CommandFinished, Fact};
use wire::{Command, Report};

use super::ConnectionId;
use super::pipe::{Packet, Pipe, Towards};
use crate::pair::{identity, machine_id};

/// What survives a death.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    /// Numbers of the accepted commands.
    pub(crate) accepted: Vec<u64>,
    /// How many of them are finished.
    finished: usize,
    /// Whether the next of them is begun.
    begun: bool,
    pub(crate) reports: Vec<Report>,
    pub(crate) acknowledged_reports: u64,
}

impl Journal {
    pub(crate) fn is_idle(&self) -> bool {
        self.finished == self.accepted.len()
    }

    fn report(&mut self, state: &str, command: u64) {
        let finished = CommandFinished {
            state: state.to_owned(),
            message: command.to_string(),
            ..CommandFinished::default()
        };
        let seq = self.reports.len() as u64 + 1;
        let fact = Some(Fact::CommandFinished(finished));
        self.reports.push(Report { seq, at_ms: 0, fact });
    }
}

#[derive(Default)]
pub(crate) struct Machine {
    pub(crate) store: Journal,
    /// The effects, in the order they happened: the world's memory, which no death changes.
    pub(crate) executed: Vec<u64>,
    pub(crate) deaths: usize,
    /// Links that ended because somebody meddled.
    pub(crate) broken: usize,
    link: Option<(ConnectionId, MachineLink)>,
    received: Vec<Command>,
    /// Whether the command that is begun has had its effect.
    effect_done: bool,
}

impl Machine {
    pub(crate) fn fact(&mut self) {
        self.store.report("fact", 0);
    }

    pub(crate) fn connect(&mut self, id: ConnectionId, now: Tick, rng: &CountingRng) {
        let settings = MachineSettings {
            machine_id: machine_id(),
            identity: identity(1),
            server_pins: ServerPins::one(identity(2).public_key()),
            daemon_version: String::new(),
            heartbeat: None,
            received_commands: self.store.accepted.len() as u64,
            first_report: 1,
        };
        self.received.clear();
        self.link = Some((id, MachineLink::new(now, settings, rng).unwrap()));
    }

    pub(crate) fn handle(&mut self, id: ConnectionId, now: Tick, packet: Packet) {
        let Some((_, link)) = self.link.as_mut().filter(|(own, _)| *own == id) else { return };
        match packet {
            Packet::Message(message) => link.handle_message(now, message),
            Packet::Closed => link.handle_transport_closed(),
        }
    }

    pub(crate) fn handle_timeout(&mut self, now: Tick) {
        if let Some((_, link)) = &mut self.link {
            link.handle_timeout(now);
        }
    }

    pub(crate) fn persist(&mut self, count: usize) {
        let count = count.min(self.received.len());
        for command in self.received.drain(..count) {
            assert_eq!(command.seq, self.store.accepted.len() as u64 + 1, "a hole or a repeat");
            self.store.accepted.push(command.seq);
        }
        if let Some((_, link)) = &mut self.link {
            link.persisted(self.store.accepted.len() as u64);
        }
    }

    /// Begun in the journal, then the effect, then finished and reported in the journal.
    pub(crate) fn work(&mut self) {
        let Some(command) = self.store.accepted.get(self.store.finished).copied() else { return };
        if !self.store.begun {
            self.store.begun = true;
        } else if !self.effect_done {
            self.effect_done = true;
            self.executed.push(command);
        } else {
            self.finish("done", command);
        }
    }

    pub(crate) fn turn(&mut self, pipes: &mut BTreeMap<ConnectionId, Pipe>) {
        let Some((id, link)) = &mut self.link else { return };
        while let Some(event) = link.poll_event() {
            self.broken += usize::from(matches!(event, Event::Down(Down::Broken(_))));
            note(&mut self.store, &mut self.received, link, event);
        }
        while let Some(wanted) = link.wanted() {
            let from = usize::try_from(wanted.from).unwrap() - 1;
            let Some(report) = self.store.reports.get(from) else { break };
            link.offer(report.clone()).unwrap();
        }
        let Some(pipe) = pipes.get_mut(id) else { return };
        while let Some(message) = link.poll_message() {
            pipe.push(Towards::Server, Packet::Message(message));
        }
        if link.poll_timeout().is_none() {
            pipe.hang_up(Towards::Server);
            self.link = None;
            self.received.clear();
        }
    }

    /// Comes back at once, and finds in its journal what it had begun.
    pub(crate) fn die(&mut self, pipes: &mut BTreeMap<ConnectionId, Pipe>) {
        self.deaths += 1;
        self.received.clear();
        if let Some((id, _)) = self.link.take() {
            pipes.entry(id).and_modify(|pipe| pipe.hang_up(Towards::Server));
        }
        if self.store.begun {
            let command = self.store.accepted[self.store.finished];
            self.finish("unknown", command);
        }
    }

    fn finish(&mut self, state: &str, command: u64) {
        self.store.report(state, command);
        self.store.finished += 1;
        self.store.begun = false;
        self.effect_done = false;
    }
}

/// I6: what reaches the shell is of the link's own epoch.
fn note(
    store: &mut Journal,
    received: &mut Vec<Command>,
    link: &MachineLink,
    event: Event<MachineSide>,
) {
    match event {
        Event::Received(command) => {
            // The link may have ended since it delivered this.
            assert!(link.epoch().is_none_or(|epoch| epoch == command.epoch));
            received.push(command);
        }
        Event::Acknowledged { up_to } => {
            assert!(up_to >= store.acknowledged_reports, "an acknowledgement was taken back");
            store.acknowledged_reports = up_to;
        }
        _ => {}
    }
}
