//! What the log says, in memory: which commands are open, which reports wait, which sessions there
//! are. Bodies stay on disk; here is where they lie.

mod plan;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use bytes::Bytes;
use model::{CommandId, SessionId};

use crate::entry::{Entry, Place};
use crate::limits::REMEMBERED_COMMANDS;

pub(crate) use plan::{Planned, plan};

/// What an open command or a waiting report costs beside its body.
const ENTRY_COST_BYTES: u64 = 48;

/// What the log says.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    /// The highest number of a command that was accepted.
    pub(crate) received_commands: u64,
    /// Commands that are not finished, by number.
    pub(crate) open: BTreeMap<u64, OpenCommand>,
    /// The numbers of those commands.
    numbers: HashMap<CommandId, u64>,
    /// Finished commands, the oldest first; at most [`REMEMBERED_COMMANDS`].
    remembered: VecDeque<CommandId>,
    /// The same ids.
    remembered_ids: HashSet<CommandId>,
    /// The highest number of a report.
    pub(crate) last_report: u64,
    /// Reports that are not acknowledged; the last has the number `last_report`.
    reports: VecDeque<Place>,
    pub(crate) sessions: BTreeMap<SessionId, Bytes>,
    /// What a log without anything dead would hold, about.
    pub(crate) live_bytes: u64,
}

/// A command that is not finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OpenCommand {
    pub(crate) id: CommandId,
    pub(crate) place: Place,
    pub(crate) begun: bool,
}

impl State {
    /// Takes an entry of the log, which lies there.
    pub(crate) fn apply(&mut self, entry: &Entry, place: Place) -> Result<(), &'static str> {
        match entry {
            Entry::Accepted { seq, id, .. } => self.accept(*seq, *id, place)?,
            Entry::Repeated { seq } => self.count_command(*seq)?,
            Entry::Begun { id } => self.open_command(*id)?.begun = true,
            Entry::Finished { id } => self.finish(*id)?,
            Entry::Reported { seq, .. } => self.report(*seq, place)?,
            Entry::Acknowledged { up_to } => self.acknowledge(*up_to),
            Entry::SessionPut { session, spec } => {
                self.remove_session(*session);
                self.live_bytes += session_cost(spec);
                self.sessions.insert(*session, spec.clone());
            }
            Entry::SessionRemoved { session } => self.remove_session(*session),
            Entry::CommandsUpTo { seq } => self.received_commands = *seq,
            Entry::ReportsUpTo { seq } => self.last_report = *seq,
            Entry::Remembered { ids } => ids.iter().for_each(|id| self.remember(*id)),
        }
        Ok(())
    }

    /// The open command with this id.
    pub(crate) fn command(&self, id: CommandId) -> Option<&OpenCommand> {
        self.open.get(self.numbers.get(&id)?)
    }

    /// Whether a command with this id was accepted, as far as can be known.
    pub(crate) fn knows(&self, id: CommandId) -> bool {
        self.numbers.contains_key(&id) || self.remembered_ids.contains(&id)
    }

    /// The number of the first report that is not acknowledged; above the last if all are.
    pub(crate) fn first_report(&self) -> u64 {
        self.last_report + 1 - self.reports.len() as u64
    }

    /// Where the reports lie from this number on, with their numbers.
    pub(crate) fn reports_from(&self, seq: u64) -> impl Iterator<Item = (u64, Place)> + '_ {
        let first = self.first_report();
        let skip = usize::try_from(seq.saturating_sub(first)).unwrap_or(usize::MAX);
        (first..).zip(self.reports.iter().copied()).skip(skip)
    }

    /// The ids of finished commands, the oldest first.
    pub(crate) fn remembered(&self) -> Vec<CommandId> {
        self.remembered.iter().copied().collect()
    }

    fn accept(&mut self, seq: u64, id: CommandId, place: Place) -> Result<(), &'static str> {
        self.count_command(seq)?;
        self.live_bytes += cost(place);
        self.numbers.insert(id, seq);
        self.open.insert(seq, OpenCommand { id, place, begun: false });
        Ok(())
    }

    /// After compaction the open commands come first, with holes, and the highest number last.
    fn count_command(&mut self, seq: u64) -> Result<(), &'static str> {
        if seq <= self.received_commands {
            return Err("a command is there twice");
        }
        self.received_commands = seq;
        Ok(())
    }

    fn open_command(&mut self, id: CommandId) -> Result<&mut OpenCommand, &'static str> {
        let seq = self.numbers.get(&id);
        seq.and_then(|seq| self.open.get_mut(seq)).ok_or("a command is begun that is not open")
    }

    fn finish(&mut self, id: CommandId) -> Result<(), &'static str> {
        let seq = self.numbers.remove(&id);
        let command = seq.and_then(|seq| self.open.remove(&seq));
        let command = command.ok_or("a command is finished that is not open")?;
        self.live_bytes -= cost(command.place);
        self.remember(id);
        Ok(())
    }

    fn remember(&mut self, id: CommandId) {
        if self.remembered_ids.insert(id) {
            self.remembered.push_back(id);
        }
        if self.remembered.len() > REMEMBERED_COMMANDS
            && let Some(oldest) = self.remembered.pop_front()
        {
            self.remembered_ids.remove(&oldest);
        }
    }

    fn report(&mut self, seq: u64, place: Place) -> Result<(), &'static str> {
        if seq != self.last_report + 1 {
            return Err("a report is missing");
        }
        self.last_report = seq;
        self.live_bytes += cost(place);
        self.reports.push_back(place);
        Ok(())
    }

    fn acknowledge(&mut self, up_to: u64) {
        while self.first_report() <= up_to {
            let Some(place) = self.reports.pop_front() else {
                self.last_report = up_to;
                return;
            };
            self.live_bytes -= cost(place);
        }
    }

    fn remove_session(&mut self, session: SessionId) {
        if let Some(spec) = self.sessions.remove(&session) {
            self.live_bytes -= session_cost(&spec);
        }
    }
}

fn cost(place: Place) -> u64 {
    u64::from(place.size) + ENTRY_COST_BYTES
}

fn session_cost(spec: &Bytes) -> u64 {
    spec.len() as u64 + ENTRY_COST_BYTES
}
