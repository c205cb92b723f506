//! What all viewers of a chat share.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use link::Downstream;
use model::{MachineId, SessionId};
use tokio::sync::watch;
use wire::call::{Answer, Question, ReadUpdates, Updates};
use wire::stream::{Record, StreamClose, StreamCredit};

use crate::acquaintance::{Acquaintance, Unknown};
use crate::handle::{CallFailure, LinkOrder, Receiver};
use crate::relay::{Shared, lock};

/// Records kept on the server for viewers that are a little behind, in bytes.
const KEEP_BYTES: usize = 1024 * 1024;

/// How far the machine may send ahead of the fastest viewer, in bytes.
const WINDOW_BYTES: u64 = 768 * 1024;

/// A page for a viewer that is far behind, in bytes.
const PAGE_BYTES: u32 = 256 * 1024;

/// How long a machine may take for a page.
const PAGE_WITHIN: std::time::Duration = std::time::Duration::from_secs(15);

/// What a record costs beside its content, about; so that empty ones count too.
const RECORD_COST_BYTES: usize = 64;

/// One chat with viewers.
pub(crate) struct ChatHub {
    pub(crate) machine: MachineId,
    session: SessionId,
    shared: Arc<Shared>,
    state: Mutex<State>,
    changes: watch::Sender<u64>,
}

struct State {
    records: VecDeque<Record>,
    bytes: usize,
    /// Number of the last record that came; what is before the kept ones is on the machine.
    last: u64,
    /// Bytes that came on the stream that is open.
    received: u64,
    credit: u64,
    stream: Stream,
    link_up: bool,
    /// Counts how often the machine's transcript turned out to be another one.
    restarts: u64,
    ended: bool,
    acquaintance: Acquaintance,
    viewers: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stream {
    Closed,
    Opening,
    Open(u64),
}

/// What a viewer finds at its place.
pub(super) enum Found {
    /// Records that follow.
    Records(Vec<Record>),
    /// They are no longer kept here.
    OnMachine,
    /// There is nothing more yet.
    CaughtUp(Standing),
}

/// How things stand for a viewer that has caught up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Live,
    MachineOffline,
    Ended,
}

impl ChatHub {
    pub(crate) fn new(machine: MachineId, session: SessionId, shared: Arc<Shared>) -> Self {
        let link_up = shared.link(machine).is_some();
        Self {
            machine,
            session,
            shared,
            state: Mutex::new(State {
                records: VecDeque::new(),
                bytes: 0,
                last: 0,
                received: 0,
                credit: 0,
                stream: Stream::Closed,
                link_up,
                restarts: 0,
                ended: false,
                acquaintance: Acquaintance::default(),
                viewers: 0,
            }),
            changes: watch::Sender::new(0),
        }
    }

    pub(super) fn join(self: &Arc<Self>, after: u64) -> (watch::Receiver<u64>, u64) {
        let restarts = {
            let mut state = lock(&self.state);
            state.viewers += 1;
            if state.viewers == 1 && state.stream == Stream::Closed && state.records.is_empty() {
                state.last = after;
            }
            state.restarts
        };
        self.open_stream();
        (self.changes.subscribe(), restarts)
    }

    /// A viewer is gone; with the last one the stream is closed and the hub forgotten.
    pub(super) fn leave(self: &Arc<Self>) {
        let mut chats = lock(&self.shared.chats);
        let mut state = lock(&self.state);
        state.viewers -= 1;
        if state.viewers > 0 {
            return;
        }
        chats.remove(&self.session);
        if let Stream::Open(stream_id) = std::mem::replace(&mut state.stream, Stream::Closed)
            && let Some(link) = self.shared.link(self.machine)
        {
            let close = Downstream::StreamClose(StreamClose { stream_id });
            link.try_order(LinkOrder::Send(close));
        }
    }

    /// Looks what follows a place.
    pub(super) fn find(&self, after: u64, max_bytes: usize) -> Found {
        let mut state = lock(&self.state);
        if after >= state.last {
            return Found::CaughtUp(state.standing());
        }
        let first = state.records.front().map_or(u64::MAX, |record| record.seq);
        if after + 1 < first {
            return Found::OnMachine;
        }
        let skip = usize::try_from(after + 1 - first).unwrap_or(usize::MAX);
        let mut bytes = 0;
        let records: Vec<_> = state
            .records
            .iter()
            .skip(skip)
            .take_while(|record| {
                let fits = bytes == 0 || bytes + record.update_json.len() <= max_bytes;
                bytes += record.update_json.len() + 1;
                fits
            })
            .cloned()
            .collect();
        // Whoever reads sets the pace of the machine: it may send on.
        let credit = state.received + WINDOW_BYTES;
        if credit >= state.credit + WINDOW_BYTES / 4
            && let Stream::Open(stream_id) = state.stream
            && let Some(link) = self.shared.link(self.machine)
            && link.try_order(LinkOrder::Send(Downstream::StreamCredit(StreamCredit {
                stream_id,
                credit,
            })))
        {
            state.credit = credit;
        }
        Found::Records(records)
    }

    pub(super) fn restarts(&self) -> u64 {
        lock(&self.state).restarts
    }

    /// Reads a page from the machine's journal.
    pub(super) async fn page(&self, after: u64) -> Result<Updates, CallFailure> {
        let link = self.shared.link(self.machine).ok_or(CallFailure::Offline)?;
        let question = Question::ReadUpdates(ReadUpdates {
            session_id: Bytes::copy_from_slice(self.session.as_bytes()),
            after,
            max_bytes: PAGE_BYTES,
        });
        match link.call(question, PAGE_WITHIN).await? {
            Answer::Updates(updates) => Ok(updates),
            _ => Err(CallFailure::Unexpected),
        }
    }

    pub(crate) fn link_up(self: &Arc<Self>) {
        {
            let mut state = lock(&self.state);
            state.link_up = true;
            state.stream = Stream::Closed;
        }
        self.open_stream();
        self.changed();
    }

    pub(crate) fn link_down(&self) {
        {
            let mut state = lock(&self.state);
            state.link_up = false;
            state.stream = Stream::Closed;
        }
        self.changed();
    }

    pub(crate) fn opened(&self, stream: u64, _epoch: u64) {
        let mut state = lock(&self.state);
        if state.stream == Stream::Opening {
            state.stream = Stream::Open(stream);
        }
    }

    pub(crate) fn closed(self: &Arc<Self>, code: &str, _message: &str) {
        {
            let mut state = lock(&self.state);
            state.stream = Stream::Closed;
            match code {
                // The machine has fewer records than were seen: its disk lost some.
                "unknown_position" => state.restart(),
                "unknown_session" => {
                    let now = self.shared.config.clock.tick();
                    match state.acquaintance.unknown(now) {
                        Unknown::Yet => return,
                        Unknown::AnyMore => state.ended = true,
                    }
                }
                "ended" => state.ended = true,
                _ => state.link_up = false,
            }
        }
        self.open_stream();
        self.changed();
    }

    /// The machine may know by now what it did not know before.
    pub(crate) fn ask_again(self: &Arc<Self>) {
        if lock(&self.state).acquaintance.is_to_be_made() {
            self.open_stream();
        }
    }

    pub(crate) fn records(self: &Arc<Self>, records: Vec<Record>) {
        {
            let mut state = lock(&self.state);
            state.acquaintance.known();
            for record in records {
                state.take(record);
            }
        }
        self.changed();
    }

    fn open_stream(self: &Arc<Self>) {
        let mut state = lock(&self.state);
        let wanted = state.link_up && !state.ended && state.viewers > 0;
        let Some(link) =
            self.shared.link(self.machine).filter(|_| wanted && state.stream == Stream::Closed)
        else {
            return;
        };
        let receiver = Receiver::Chat(self.clone());
        let (session, from, credit) = (self.session, state.last, WINDOW_BYTES);
        if link.try_order(LinkOrder::Open { session, from, credit, receiver }) {
            state.stream = Stream::Opening;
            state.received = 0;
            state.credit = credit;
        }
    }

    fn changed(&self) {
        self.changes.send_modify(|changes| *changes += 1);
    }
}

impl State {
    fn take(&mut self, record: Record) {
        let bytes = record.update_json.len();
        self.received += bytes as u64;
        // Numbers have no holes on one stream; one that was seen before comes from an older one.
        if record.seq <= self.last {
            return;
        }
        self.last = record.seq;
        self.bytes += bytes + RECORD_COST_BYTES;
        self.records.push_back(record);
        while self.bytes > KEEP_BYTES && self.records.len() > 1 {
            if let Some(oldest) = self.records.pop_front() {
                self.bytes -= oldest.update_json.len() + RECORD_COST_BYTES;
            }
        }
    }

    fn restart(&mut self) {
        self.records.clear();
        self.bytes = 0;
        self.last = 0;
        self.restarts += 1;
    }

    fn standing(&self) -> Standing {
        match (self.ended, self.link_up) {
            (true, _) => Standing::Ended,
            (false, true) => Standing::Live,
            (false, false) => Standing::MachineOffline,
        }
    }
}
