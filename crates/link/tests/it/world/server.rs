//! The server's shell, and what its database holds.

use std::collections::BTreeMap;

use link::{Down, Event, Proven, ServerLink, ServerSide, ServerStep};
use model::Tick;
use model::rng::CountingRng;
use wire::handshake::Welcome;
use wire::report::Fact;
use wire::{Command, Report};

use super::ConnectionId;
use super::pipe::{Packet, Pipe, Towards};
use crate::pair::identity;

/// What survives a death.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) commands: Vec<Command>,
    pub(crate) acknowledged_commands: u64,
    pub(crate) epoch: u64,
    pub(crate) reports: Vec<Report>,
}

#[derive(Default)]
pub(crate) struct Server {
    pub(crate) store: Store,
    links: BTreeMap<ConnectionId, End>,
    /// Links that ended because somebody meddled.
    pub(crate) broken: usize,
    /// Reports that came over a link that was not the newest any more.
    pub(crate) fenced: usize,
}

/// One link, and what the shell has yet to do for it.
struct End {
    link: ServerLink,
    identify: bool,
    proven: Option<Proven>,
    received: Vec<Report>,
}

impl Server {
    pub(crate) fn order(&mut self) {
        let seq = self.store.commands.len() as u64 + 1;
        self.store.commands.push(Command { seq, ..Command::default() });
    }

    pub(crate) fn accept(&mut self, id: ConnectionId, now: Tick, rng: &CountingRng) {
        let link = ServerLink::new(now, identity(2), rng).unwrap();
        let end = End { link, identify: false, proven: None, received: Vec::new() };
        self.links.insert(id, end);
    }

    pub(crate) fn handle(&mut self, id: ConnectionId, now: Tick, packet: Packet) {
        let Some(end) = self.links.get_mut(&id) else { return };
        match packet {
            Packet::Message(message) => end.link.handle_message(now, message),
            Packet::Closed => end.link.handle_transport_closed(),
        }
    }

    pub(crate) fn handle_timeout(&mut self, now: Tick) {
        self.links.values_mut().for_each(|end| end.link.handle_timeout(now));
    }

    /// The database answers what the links have asked.
    pub(crate) fn decide(&mut self, now: Tick) {
        for end in self.links.values_mut() {
            if std::mem::take(&mut end.identify) {
                end.link.identify(vec![identity(1).public_key()]);
            }
            if end.proven.take().is_some() {
                self.store.epoch += 1;
                let welcome = Welcome {
                    epoch: self.store.epoch,
                    received_reports: self.store.reports.len() as u64,
                    heartbeat_ms: 30_000,
                    ..Welcome::default()
                };
                // The machine may have gone while the database worked.
                let _ = end.link.welcome(now, welcome);
            }
        }
    }

    /// I6: only the link of the newest epoch has an effect.
    pub(crate) fn persist(&mut self, count: usize) {
        let epoch = self.store.epoch;
        for end in self.links.values_mut() {
            let count = count.min(end.received.len());
            let received: Vec<Report> = end.received.drain(..count).collect();
            if end.link.epoch() != Some(epoch) {
                self.fenced += received.len();
                continue;
            }
            for report in received {
                assert_eq!(report.seq, self.store.reports.len() as u64 + 1, "a hole or a repeat");
                self.store.reports.push(report);
            }
            end.link.persisted(self.store.reports.len() as u64);
        }
    }

    pub(crate) fn turn(&mut self, pipes: &mut BTreeMap<ConnectionId, Pipe>) {
        for (id, end) in &mut self.links {
            while let Some(event) = end.link.poll_event() {
                self.broken += usize::from(matches!(event, Event::Down(Down::Broken(_))));
                note(&mut self.store, end, event);
            }
            offer(&self.store, &mut end.link);
            let Some(pipe) = pipes.get_mut(id) else { continue };
            while let Some(message) = end.link.poll_message() {
                pipe.push(Towards::Machine, Packet::Message(message));
            }
            if end.link.poll_timeout().is_none() {
                pipe.hang_up(Towards::Machine);
            }
        }
        self.links.retain(|_, end| end.link.poll_timeout().is_some());
    }

    pub(crate) fn die(&mut self, pipes: &mut BTreeMap<ConnectionId, Pipe>) {
        for id in std::mem::take(&mut self.links).keys() {
            pipes.entry(*id).and_modify(|pipe| pipe.hang_up(Towards::Machine));
        }
    }

    /// The commands whose outcome the machine does not know.
    pub(crate) fn reported_unknown(&self) -> Vec<u64> {
        let unknown = |report: &Report| match &report.fact {
            Some(Fact::CommandFinished(finished)) if finished.state == "unknown" => {
                finished.message.parse().ok()
            }
            _ => None,
        };
        self.store.reports.iter().filter_map(unknown).collect()
    }
}

fn note(store: &mut Store, end: &mut End, event: Event<ServerSide>) {
    match event {
        Event::Step(ServerStep::Identify(_)) => end.identify = true,
        Event::Step(ServerStep::Proven(proven)) => end.proven = Some(proven),
        Event::Received(report) => end.received.push(report),
        Event::Acknowledged { up_to } => {
            store.acknowledged_commands = store.acknowledged_commands.max(up_to);
        }
        _ => {}
    }
}

fn offer(store: &Store, link: &mut ServerLink) {
    if link.epoch() != Some(store.epoch) {
        return;
    }
    while let Some(wanted) = link.wanted() {
        let from = usize::try_from(wanted.from).unwrap() - 1;
        let Some(command) = store.commands.get(from) else { return };
        link.offer(command.clone()).unwrap();
    }
}
