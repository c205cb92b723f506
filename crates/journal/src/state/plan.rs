//! From what the daemon wants to what is written: whether it makes sense, and whether there is room.

use std::collections::HashSet;

use bytes::Bytes;
use model::CommandId;
use prost::Message;
use wire::{Command, Report};

use super::State;
use crate::change::{Change, Committed};
use crate::entry::{self, Entry};
use crate::error::{FullOf, JournalError, Refused};
use crate::limits::{Limits, MAX_COMMIT_BYTES, MAX_OPEN_COMMANDS, MAX_SPEC_BYTES};

/// What is to be written for one commit.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) entries: Vec<Entry>,
    pub(crate) bytes: usize,
    pub(crate) committed: Committed,
}

/// Plans all changes of a commit, or refuses all of them.
pub(crate) fn plan(
    state: &State,
    limits: &Limits,
    changes: &[Change],
) -> Result<Planned, JournalError> {
    let mut plan = Plan::new(state, limits);
    for change in changes {
        plan.add(change)?;
    }
    Ok(plan.finish())
}

/// The state as it will be after the changes so far, without touching it.
struct Plan<'a> {
    state: &'a State,
    limits: &'a Limits,
    entries: Vec<Entry>,
    bytes: usize,
    received_commands: u64,
    last_report: u64,
    accepted: Vec<CommandId>,
    begun: HashSet<CommandId>,
    finished: HashSet<CommandId>,
}

impl<'a> Plan<'a> {
    fn new(state: &'a State, limits: &'a Limits) -> Self {
        Self {
            state,
            limits,
            entries: Vec::new(),
            bytes: 0,
            received_commands: state.received_commands,
            last_report: state.last_report,
            accepted: Vec::new(),
            begun: HashSet::new(),
            finished: HashSet::new(),
        }
    }

    fn add(&mut self, change: &Change) -> Result<(), JournalError> {
        match change {
            Change::Accept(command) => self.accept(command),
            Change::Begin(id) => self.begin(*id),
            Change::Finish(id) => self.finish_command(*id),
            Change::Report { at, fact } => {
                let seq = self.last_report + 1;
                let report = Report { seq, at_ms: at.as_millis(), fact: Some(fact.clone()) };
                let report = Bytes::from(report.encode_to_vec());
                self.push_within(Entry::Reported { seq, report }, self.limits.log_bytes)?;
                self.last_report = seq;
                Ok(())
            }
            Change::Acknowledged { up_to } => {
                self.last_report = self.last_report.max(*up_to);
                self.push(Entry::Acknowledged { up_to: *up_to })
            }
            Change::PutSession { session, spec } => {
                let (size, limit) = (spec.len(), MAX_SPEC_BYTES);
                if size > limit {
                    return Err(Refused::TooLarge { size, limit }.into());
                }
                let entry = Entry::SessionPut { session: *session, spec: spec.clone() };
                self.push_within(entry, self.limits.log_bytes)
            }
            Change::RemoveSession(session) => {
                self.push(Entry::SessionRemoved { session: *session })
            }
        }
    }

    fn accept(&mut self, command: &Command) -> Result<(), JournalError> {
        let seq = command.seq;
        if seq <= self.received_commands {
            return Ok(());
        }
        let expected = self.received_commands + 1;
        if seq != expected {
            return Err(Refused::Hole { seq, expected }.into());
        }
        let id = CommandId::from_slice(&command.command_id).map_err(|_| Refused::NoId { seq })?;
        if self.state.knows(id) || self.accepted.contains(&id) {
            self.push(Entry::Repeated { seq })?;
        } else {
            self.check_open_commands()?;
            let command = Bytes::from(command.encode_to_vec());
            self.push_within(Entry::Accepted { seq, id, command }, self.limits.log_bytes / 2)?;
            self.accepted.push(id);
        }
        self.received_commands = seq;
        Ok(())
    }

    fn begin(&mut self, id: CommandId) -> Result<(), JournalError> {
        self.check_open(id)?;
        let begun_before = self.state.command(id).is_some_and(|command| command.begun);
        if begun_before || !self.begun.insert(id) {
            return Err(Refused::BegunBefore { id }.into());
        }
        self.push(Entry::Begun { id })
    }

    fn finish_command(&mut self, id: CommandId) -> Result<(), JournalError> {
        self.check_open(id)?;
        self.finished.insert(id);
        self.push(Entry::Finished { id })
    }

    fn check_open(&self, id: CommandId) -> Result<(), Refused> {
        let accepted = self.state.command(id).is_some() || self.accepted.contains(&id);
        if !accepted || self.finished.contains(&id) {
            return Err(Refused::NotOpen { id });
        }
        Ok(())
    }

    fn check_open_commands(&self) -> Result<(), JournalError> {
        let open = self.state.open.len() + self.accepted.len();
        if open < MAX_OPEN_COMMANDS {
            return Ok(());
        }
        Err(JournalError::Full { of: FullOf::Commands, limit_bytes: 0 })
    }

    fn push_within(&mut self, entry: Entry, limit_bytes: u64) -> Result<(), JournalError> {
        let size = entry::size(&entry);
        if self.state.live_bytes + (self.bytes + size) as u64 > limit_bytes {
            return Err(JournalError::Full { of: FullOf::Log, limit_bytes });
        }
        self.push(entry)
    }

    fn push(&mut self, entry: Entry) -> Result<(), JournalError> {
        self.bytes += entry::size(&entry);
        if self.bytes > MAX_COMMIT_BYTES {
            let (size, limit) = (self.bytes, MAX_COMMIT_BYTES);
            return Err(Refused::TooLarge { size, limit }.into());
        }
        self.entries.push(entry);
        Ok(())
    }

    fn finish(self) -> Planned {
        let committed = Committed {
            accepted: self.accepted,
            received_commands: self.received_commands,
            last_report: self.last_report,
        };
        Planned { entries: self.entries, bytes: self.bytes, committed }
    }
}
