//! What a journal should say, kept in the simplest way.

use std::collections::BTreeMap;

use bytes::Bytes;
use model::{CommandId, SessionId};
use wire::Command;
use wire::report::{Fact, SessionChanged};

use crate::change::Change;
use crate::journal::Journal;
use crate::opening::Recovered;

/// What is in a journal.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Model {
    pub(crate) received_commands: u64,
    /// Open commands: number, id, whether begun.
    pub(crate) open: Vec<(u64, CommandId, bool)>,
    pub(crate) last_report: u64,
    /// Reports that are not acknowledged: number and text.
    pub(crate) reports: Vec<(u64, String)>,
    pub(crate) sessions: BTreeMap<SessionId, Bytes>,
    /// Every command that was ever accepted.
    ever: Vec<CommandId>,
}

impl Model {
    /// Whether the changes make sense one after the other; if so, makes them.
    pub(crate) fn commit(&mut self, changes: &[Change]) -> bool {
        let mut next = self.clone();
        let all = changes.iter().all(|change| next.make(change));
        if all {
            *self = next;
        }
        all
    }

    fn make(&mut self, change: &Change) -> bool {
        match change {
            Change::Accept(command) => return self.accept(command),
            Change::Begin(id) => {
                let open = self.open.iter_mut().find(|(_, open, _)| open == id);
                let Some((_, _, begun)) = open else { return false };
                return !std::mem::replace(begun, true);
            }
            Change::Finish(id) => {
                let before = self.open.len();
                self.open.retain(|(_, open, _)| open != id);
                return self.open.len() < before;
            }
            Change::Report { fact, .. } => {
                self.last_report += 1;
                self.reports.push((self.last_report, text(fact)));
            }
            Change::Acknowledged { up_to } => {
                self.reports.retain(|(seq, _)| seq > up_to);
                self.last_report = self.last_report.max(*up_to);
            }
            Change::PutSession { session, spec } => {
                self.sessions.insert(*session, spec.clone());
            }
            Change::RemoveSession(session) => {
                self.sessions.remove(session);
            }
        }
        true
    }

    fn accept(&mut self, command: &Command) -> bool {
        if command.seq <= self.received_commands {
            return true;
        }
        if command.seq != self.received_commands + 1 {
            return false;
        }
        let id = CommandId::from_slice(&command.command_id).unwrap();
        self.received_commands = command.seq;
        if !self.ever.contains(&id) {
            self.ever.push(id);
            self.open.push((command.seq, id, false));
        }
        true
    }

    /// What a journal that was opened says. Which finished commands it remembers does not show.
    pub(crate) fn of(journal: &Journal, recovered: &Recovered) -> Self {
        let open = |begun| {
            move |command: &Command| {
                (command.seq, CommandId::from_slice(&command.command_id).unwrap(), begun)
            }
        };
        let mut all: Vec<_> = recovered.accepted.iter().map(open(false)).collect();
        all.extend(recovered.begun.iter().map(open(true)));
        all.sort_unstable();
        let reports = journal.reports(0, usize::MAX, usize::MAX).unwrap();
        Self {
            received_commands: recovered.received_commands,
            open: all,
            last_report: recovered.last_report,
            reports: reports.iter().map(|r| (r.seq, text(r.fact.as_ref().unwrap()))).collect(),
            sessions: recovered.sessions.iter().cloned().collect(),
            ever: Vec::new(),
        }
    }

    /// The same without what does not show.
    pub(crate) fn shown(&self) -> Self {
        Self { ever: Vec::new(), ..self.clone() }
    }
}

pub(crate) fn fact(text: &str) -> Fact {
    Fact::SessionChanged(SessionChanged { detail: text.to_owned(), ..SessionChanged::default() })
}

fn text(fact: &Fact) -> String {
    match fact {
        Fact::SessionChanged(changed) => changed.detail.clone(),
        _ => String::new(),
    }
}
