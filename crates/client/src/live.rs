//! What happens on the server, as it happens: changes of everything that is listed, and the
//! updates of the chats that are followed.
//!
//! The connection may be lost and come back at any time. Each chat is asked for again from the
//! last position that was told, so that no update is lost and none comes twice.
//!
//! - [`message`]: what the server says, taken apart

mod message;

use std::collections::HashMap;

use contract::jobs::{JobLogEntry, JobSummary};
use contract::live::{Connected, Notification, StreamFormat, StreamState, Subscribe, Unsubscribe};
use contract::machines::MachineView;
use contract::permissions::PermissionView;
use contract::quotas::BudgetRequestView;
use contract::sessions::{SessionView, TurnView, UpdateRecord};
use model::{JobId, MachineId, SessionId};
use serde::Serialize;
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;

use self::message::Said;
use crate::line::{Line, LineEvent};
use crate::{Client, Error};

/// Where the WebSocket is.
const PATH: &str = "/ws";

/// Everything that is listed, as it is now.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The sessions that were active last and were not put away, at most 200.
    pub sessions: Vec<SessionView>,
    /// Machines that the user may see.
    pub machines: Vec<MachineView>,
    /// Sessions that wait for a larger budget.
    pub budgets: Vec<BudgetRequestView>,
    /// Open questions.
    pub permissions: Vec<PermissionView>,
}

/// Something that has happened.
#[derive(Debug)]
pub enum LiveEvent {
    /// The connection is up; a snapshot follows.
    Connected(Connected),
    /// The connection is lost, or did not come about; it is tried again.
    Disconnected {
        /// What went wrong.
        error: Error,
        /// After how long.
        retry_in: Duration,
    },
    /// Everything that is listed, as it is now. Replaces what was known.
    Snapshot(Snapshot),
    /// A machine is new or has changed.
    Machine(MachineView),
    /// A machine is gone.
    MachineDeleted(MachineId),
    /// A session is new or has changed.
    Session(SessionView),
    /// A session is gone.
    SessionDeleted(SessionId),
    /// A turn is new or has changed.
    Turn(TurnView),
    /// A question is new or has changed.
    Permission(PermissionView),
    /// A session waits for a larger budget, or has its answer.
    Budget(Box<BudgetRequestView>),
    /// A job is new or has changed.
    Job(JobSummary),
    /// A job is gone.
    JobDeleted(JobId),
    /// A line was added to the log of a job.
    JobLogged {
        /// Which job.
        job: JobId,
        /// The line.
        entry: JobLogEntry,
    },
    /// Records of a chat that is followed: the next ones, without a hole.
    Updates {
        /// Which chat.
        session: SessionId,
        /// The records.
        records: Vec<UpdateRecord>,
    },
    /// Whether records of a chat flow. After [`StreamState::Restarted`] everything that was told
    /// of it is void, and it is told again from its first record.
    Stream {
        /// Which chat.
        session: SessionId,
        /// Whether they flow.
        state: StreamState,
    },
    /// A chat cannot be followed; it is not asked for again.
    Refused {
        /// Which chat.
        session: SessionId,
        /// Why not.
        error: Error,
    },
}

/// What happens on the server, as it happens.
pub struct Live {
    client: Client,
    line: Line,
    followed: HashMap<SessionId, Followed>,
    /// What has come of a snapshot so far; it comes in four parts.
    snapshot: Snapshot,
    requests: u64,
    is_up: bool,
}

/// A chat that is followed.
struct Followed {
    /// The last position that was told.
    after: u64,
    /// The request that asked for it on this connection.
    request: Option<u64>,
}

impl Client {
    /// Follows what happens. The connection is opened when it is first waited for.
    pub fn live(&self) -> Live {
        Live {
            client: self.clone(),
            line: Line::new(self.clone()),
            followed: HashMap::new(),
            snapshot: Snapshot::default(),
            requests: 0,
            is_up: false,
        }
    }
}

impl Live {
    /// Follows a chat from after a position; 0 for all of it. One that is followed already is told
    /// again from there.
    pub fn follow(&mut self, session: SessionId, after: u64) {
        self.followed.insert(session, Followed { after, request: None });
        if self.is_up {
            self.subscribe(session);
        }
    }

    /// Follows a chat no longer.
    pub fn unfollow(&mut self, session: SessionId) {
        if self.followed.remove(&session).is_some() && self.is_up {
            self.request("session.unsubscribe", &Unsubscribe { session_id: session.to_string() });
        }
    }

    /// Whether there is a connection at the moment.
    pub fn is_connected(&self) -> bool {
        self.is_up
    }

    /// The last position of a chat that was told.
    pub fn position(&self, session: SessionId) -> Option<u64> {
        self.followed.get(&session).map(|followed| followed.after)
    }

    /// Waits for the next event. An error is the end: coming back would be of no use. Safe to drop
    /// and call again.
    pub async fn next(&mut self) -> Result<LiveEvent, Error> {
        loop {
            match self.line.next(|| PATH.to_owned()).await? {
                LineEvent::Up => self.ask_again(),
                LineEvent::Down { error, retry_in } => {
                    self.is_up = false;
                    return Ok(LiveEvent::Disconnected { error, retry_in });
                }
                LineEvent::Text(text) => {
                    let said = message::read(&text).map_err(|error| {
                        self.client.misunderstood(format!("a message on {PATH}: {error}"))
                    })?;
                    if let Some(event) = self.take(said) {
                        return Ok(event);
                    }
                }
                LineEvent::Binary(_) => {
                    return Err(self.client.misunderstood("bytes where text was expected"));
                }
            }
        }
    }

    /// Closes the connection.
    pub async fn close(self) {
        self.line.close().await;
    }

    fn ask_again(&mut self) {
        self.is_up = true;
        let sessions: Vec<SessionId> = self.followed.keys().copied().collect();
        for session in sessions {
            self.subscribe(session);
        }
    }

    fn subscribe(&mut self, session_id: SessionId) {
        let Some(followed) = self.followed.get(&session_id) else { return };
        let subscribe = Subscribe {
            session_id: session_id.to_string(),
            after: followed.after,
            format: StreamFormat::Updates,
        };
        let request = self.request("session.subscribe", &subscribe);
        if let Some(followed) = self.followed.get_mut(&session_id) {
            followed.request = Some(request);
        }
    }

    fn request(&mut self, method: &str, params: &impl Serialize) -> u64 {
        self.requests += 1;
        let id = self.requests;
        let request = serde_json::json!({
            "jsonrpc": "2.0",
            "id": id,
            "method": method,
            "params": params,
        });
        self.line.send(Message::text(request.to_string()));
        id
    }

    fn take(&mut self, said: Said) -> Option<LiveEvent> {
        let notification = match said {
            Said::Notification(notification) => *notification,
            Said::Refusal { request, problem } => return self.refused(request, problem),
            Said::Nothing => return None,
        };
        match notification {
            Notification::Connected(connected) => Some(LiveEvent::Connected(connected)),
            Notification::SessionSnapshot(part) => {
                self.snapshot = Snapshot { sessions: part.sessions, ..Snapshot::default() };
                None
            }
            Notification::MachineSnapshot(part) => {
                self.snapshot.machines = part.machines;
                None
            }
            Notification::BudgetSnapshot(part) => {
                self.snapshot.budgets = part.requests;
                None
            }
            Notification::PermissionSnapshot(part) => {
                self.snapshot.permissions = part.permissions;
                Some(LiveEvent::Snapshot(std::mem::take(&mut self.snapshot)))
            }
            Notification::MachineUpdated(machine) => Some(LiveEvent::Machine(machine)),
            Notification::MachineDeleted(gone) => Some(LiveEvent::MachineDeleted(gone.machine_id)),
            Notification::SessionUpdated(session) => Some(LiveEvent::Session(session)),
            Notification::SessionDeleted(gone) => {
                self.followed.remove(&gone.session_id);
                Some(LiveEvent::SessionDeleted(gone.session_id))
            }
            Notification::TurnUpdated(turn) => Some(LiveEvent::Turn(turn)),
            Notification::PermissionUpdated(permission) => Some(LiveEvent::Permission(permission)),
            Notification::BudgetUpdated(budget) => Some(LiveEvent::Budget(Box::new(budget))),
            Notification::JobUpdated(job) => Some(LiveEvent::Job(job)),
            Notification::JobDeleted(gone) => Some(LiveEvent::JobDeleted(gone.job_id)),
            Notification::JobLogged(logged) => {
                Some(LiveEvent::JobLogged { job: logged.job_id, entry: logged.entry })
            }
            Notification::SessionUpdates(news) => self.take_records(news.session_id, news.updates),
            Notification::SessionStream(stream) => self.take_state(stream.session_id, stream.state),
            // The connection ends, and comes back; rules and usage are looked up when they are
            // wanted; the others are for those who follow chats in another form, and say nothing
            // that is not said in this one.
            Notification::Closing(_)
            | Notification::SessionUsage(_)
            | Notification::SessionPresence(_)
            | Notification::RuleUpdated(_)
            | Notification::RuleDeleted(_)
            | Notification::SessionActivity(_)
            | Notification::Stream(_)
            | Notification::Event(_) => None,
        }
    }

    /// Tells the records that follow the last one that was told. Where some are missing between
    /// them the rest is asked for again.
    fn take_records(
        &mut self,
        session: SessionId,
        records: Vec<UpdateRecord>,
    ) -> Option<LiveEvent> {
        let followed = self.followed.get_mut(&session)?;
        let mut told = Vec::with_capacity(records.len());
        let mut has_hole = false;
        for record in records {
            if record.seq <= followed.after {
                continue;
            }
            if record.seq != followed.after + 1 {
                has_hole = true;
                break;
            }
            followed.after = record.seq;
            told.push(record);
        }
        if has_hole {
            self.subscribe(session);
        }
        (!told.is_empty()).then_some(LiveEvent::Updates { session, records: told })
    }

    fn take_state(&mut self, session: SessionId, state: StreamState) -> Option<LiveEvent> {
        let followed = self.followed.get_mut(&session)?;
        if state == StreamState::Restarted {
            followed.after = 0;
        }
        Some(LiveEvent::Stream { session, state })
    }

    fn refused(&mut self, request: u64, problem: contract::Problem) -> Option<LiveEvent> {
        let asked = |followed: &Followed| followed.request == Some(request);
        let session = *self.followed.iter().find(|(_, followed)| asked(followed))?.0;
        self.followed.remove(&session);
        Some(LiveEvent::Refused { session, error: Error::Refused(Box::new(problem)) })
    }
}
