//! What the link says, one arm each.

use futures_util::FutureExt;
use link::event::Refused;
use link::{Down, Event, ServerSide, ServerStep, Upstream};
use model::SessionId;
use model::machine::MachineHealth;
use transport::Connection;
use wire::frame::Heartbeat;
use wire::handshake::Welcome;

use super::{NOTE_EVERY, Serving};
use crate::handle::{CallFailure, LinkHandle, LinkOrder, Receiver};
use crate::reception::{JournalStanding, LinkStart};
use crate::relay::lock;

/// How long all machines together may take to come back after the server went away (R18).
const LONGEST_SPREAD_MS: usize = 10_000;

/// How much each machine adds to that.
const SPREAD_PER_MACHINE_MS: usize = 2;

impl<C: Connection> Serving<C> {
    pub(super) fn take_event(&mut self, event: Event<ServerSide>) {
        match event {
            Event::Step(ServerStep::Identify(identify)) => {
                let reception = self.shared.config.reception.clone();
                self.work.identifying =
                    Some(async move { reception.identify(identify.machine_id).await }.boxed());
            }
            Event::Step(ServerStep::Proven(proven)) => {
                let reception = self.shared.config.reception.clone();
                self.machine = Some(proven.machine_id);
                let machine = proven.machine_id;
                let has = JournalStanding {
                    received_commands: proven.received_commands,
                    first_report: proven.first_report,
                };
                let key = *proven.key.as_bytes();
                self.work.coming_up =
                    Some(async move { reception.link_up(machine, key, has).await }.boxed());
            }
            Event::Received(report) => self.work.reports.push(report),
            Event::Acknowledged { up_to } => {
                self.work.accepted = Some(up_to);
                self.work.commands_wanted = true;
            }
            Event::Live(live) => self.take_live(live),
            Event::Called { id, question } => {
                let Some(machine) = self.machine else { return };
                let reception = self.shared.config.reception.clone();
                let answer = async move { (id, reception.answer(machine, question).await) };
                self.work.answering.push(answer.boxed());
            }
            Event::Replied { id, answer } => {
                if let Some(asker) = self.calls.remove(&id) {
                    // Who asked may be gone.
                    let _ = asker.send(Ok(answer));
                }
            }
            Event::CallFailed { id, reason } => {
                if let Some(asker) = self.calls.remove(&id) {
                    let _ = asker.send(Err(failure(reason)));
                }
            }
            Event::Down(down) => self.go_down(&down),
        }
    }

    pub(super) fn come_up(&mut self, start: LinkStart) {
        let Some(machine) = self.machine else { return };
        let welcome = Welcome {
            epoch: start.epoch,
            received_reports: start.received_reports,
            heartbeat_ms: heartbeat_ms(),
            server_time_ms: self.shared.config.clock.now().as_millis(),
            reconnect_spread_ms: self.spread_ms(),
            ..Welcome::default()
        };
        if self.link.welcome(self.now(), welcome).is_err() {
            return;
        }
        self.epoch = start.epoch;
        let (handle, orders, commands) = LinkHandle::new(start.epoch);
        self.orders = Some(orders);
        self.commands = commands;
        self.work.commands_wanted = true;
        tracing::info!(
            machine.id = %machine,
            link.epoch = start.epoch,
            link.carrier = %self.carrier,
            "a machine is linked"
        );
        if let Some(older) = self.shared.standings.up(machine, handle, self.now()) {
            // Two copies of one machine must never both act (R07); the newer epoch wins.
            older.try_order(LinkOrder::Close { reason: "replaced by a newer link" });
        }
        self.shared.look.notify_one();
        let (terminals, chats) = self.shared.hubs_of(machine);
        for hub in &terminals {
            hub.link_up();
        }
        for hub in &chats {
            hub.link_up();
        }
    }

    fn take_live(&mut self, live: Upstream) {
        match live {
            Upstream::Heartbeat(heartbeat) => self.note_sign_of_life(heartbeat),
            Upstream::TerminalOutput(output) => {
                if let Some(Receiver::Terminal(hub)) = self.streams.get(&output.stream_id) {
                    hub.output(output.offset, &output.data);
                }
            }
            Upstream::TerminalScreen(message) => {
                if let Some(Receiver::Terminal(hub)) = self.streams.get(&message.stream_id)
                    && let Some(screen) = message.screen
                {
                    hub.screen(screen);
                }
            }
            Upstream::ChatUpdates(updates) => {
                if let Some(Receiver::Chat(hub)) = self.streams.get(&updates.stream_id) {
                    hub.records(updates.records);
                }
            }
            Upstream::StreamClosed(closed) => {
                if let Some(receiver) = self.streams.remove(&closed.stream_id) {
                    receiver.closed(&closed.code, &closed.message);
                }
            }
            Upstream::InputAck(ack) => {
                let hub = SessionId::from_slice(&ack.session_id)
                    .ok()
                    .and_then(|session| lock(&self.shared.terminals).get(&session).cloned());
                if let Some(hub) = hub.filter(|hub| Some(hub.machine) == self.machine) {
                    hub.input_acknowledged(ack.lease, ack.seq);
                }
            }
        }
    }

    fn note_sign_of_life(&mut self, heartbeat: Heartbeat) {
        let now = self.now();
        let Some(machine) = self.machine else { return };
        let is_first = self.shared.standings.fares(machine, self.health(heartbeat));
        if self.work.noting.is_some() {
            return;
        }
        let reception = self.shared.config.reception.clone();
        if now.since(self.noted_at) >= NOTE_EVERY {
            self.noted_at = now;
            self.work.noting = Some(async move { reception.heard_of(machine).await }.boxed());
        } else if is_first {
            // That it was heard of was noted when the link came up; how it fares is new.
            self.work.noting =
                Some(async move { reception.liveness_changed(machine).await }.boxed());
        }
    }

    fn health(&self, heartbeat: Heartbeat) -> MachineHealth {
        let said = |bytes: u64| (bytes > 0).then_some(bytes);
        MachineHealth {
            at: self.shared.config.clock.now(),
            load_average: heartbeat.load_average,
            free_disk_bytes: said(heartbeat.free_disk_bytes),
            free_memory_bytes: said(heartbeat.free_memory_bytes),
            running_sessions: heartbeat.running_sessions,
            round_trip: self.link.round_trip(),
            carrier: self.carrier,
        }
    }

    fn go_down(&mut self, down: &Down) {
        self.over = true;
        let (Some(machine), Some(_)) = (self.machine, &self.orders) else {
            log_refused(down);
            return;
        };
        let goodbye = matches!(down, Down::Goodbye { .. } | Down::Closed);
        tracing::info!(machine.id = %machine, link.epoch = self.epoch, ?down, "a link has ended");
        self.orders = None;
        if self.shared.standings.down(machine, self.epoch, goodbye, self.now()) {
            let (terminals, chats) = self.shared.hubs_of(machine);
            for hub in &terminals {
                hub.link_down();
            }
            for hub in &chats {
                hub.link_down();
            }
        }
        self.shared.look.notify_one();
    }

    fn spread_ms(&self) -> u32 {
        // Counted as they come and go: each link of a crowd asks, and none should count them all.
        let machines = *self.shared.serving.borrow();
        let spread = (machines * SPREAD_PER_MACHINE_MS).min(LONGEST_SPREAD_MS);
        u32::try_from(spread).unwrap_or(0)
    }
}

fn heartbeat_ms() -> u32 {
    u32::try_from(model::machine::HEARTBEAT_EVERY.as_millis()).unwrap_or(30_000)
}

fn log_refused(down: &Down) {
    match down {
        Down::Refused(Refused { code, .. }) => tracing::info!(?code, "a link was refused"),
        down => tracing::debug!(?down, "a link ended before it was up"),
    }
}

fn failure(reason: link::CallFailure) -> CallFailure {
    match reason {
        link::CallFailure::TimedOut => CallFailure::TimedOut,
        link::CallFailure::LinkLost => CallFailure::Offline,
        link::CallFailure::UnknownAnswer => CallFailure::Unexpected,
    }
}

impl Receiver {
    pub(super) fn opened(&self, stream: u64, epoch: u64) {
        match self {
            Self::Terminal(hub) => hub.opened(stream, epoch),
            Self::Chat(hub) => hub.opened(stream, epoch),
        }
    }

    pub(super) fn closed(&self, code: &str, message: &str) {
        match self {
            Self::Terminal(hub) => hub.closed(code, message),
            Self::Chat(hub) => hub.closed(code, message),
        }
    }
}
