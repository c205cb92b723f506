//! What a machine has, where the server does not know: its database is an older copy of itself, so that
//! sessions were begun and ended on the machine of which it says nothing.
//!
//! The machine is asked which sessions it has. Those that it has not have ended, and those that the
//! server does not know nobody could see or stop: they are ended.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use bus::Event;
use futures_util::stream::{self, StreamExt};
use model::machine::Machine;
use model::session::SessionState;
use model::{Actor, AuditRecordId, MachineId, Rng, SessionId, Tick, Timestamp};
use relay::CallFailure;
use serde_json::json;
use store::audit::NewAuditRecord;
use store::{StoreError, Tx};
use wire::call::{Answer, ListSessions, Question};
use wire::command::{Order, StopSession};

use super::facts::Taking;
use crate::{ControlPlane, Error};

/// How often it is looked for machines in doubt that are there.
const EVERY: Duration = Duration::from_secs(3);

/// How long a machine may take to say which sessions it has.
const LISTED_WITHIN: Duration = Duration::from_secs(15);

const ENDED_MEANWHILE: &str =
    "the server was restored from a backup, and the session is not on its machine any more";

const UNKNOWN_HERE: &str = "the server was restored from a backup and does not know this session";

/// After how long a machine that did not say what it has is asked again.
const AGAIN_AFTER: Duration = Duration::from_mins(1);

/// How many are asked at a time.
const AT_ONCE: usize = 16;

/// Asks machines in doubt, for as long as the server runs.
pub async fn watch(plane: Arc<ControlPlane>) {
    let mut asked_again_at = HashMap::new();
    loop {
        match plane.store.machines_in_doubt().await {
            Ok(machines) => ask(&plane, machines, &mut asked_again_at).await,
            Err(error) => tracing::warn!(%error, "machines in doubt could not be looked for"),
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Asks those that are there, and not those that did not answer a moment ago.
async fn ask(
    plane: &ControlPlane,
    machines: Vec<(MachineId, Timestamp)>,
    asked_again_at: &mut HashMap<MachineId, Tick>,
) {
    let now = plane.clock().tick();
    asked_again_at.retain(|_, at| *at > now);
    let (mut there, late) = (machines, &*asked_again_at);
    there.retain(|(machine, _)| {
        plane.relay.liveness(*machine).connected && !late.contains_key(machine)
    });
    let asking = there.into_iter().map(async |(machine, since)| {
        let taken = take_stock(plane, machine, since).await;
        taken.err().map(|error| (machine, error))
    });
    let mut asking = stream::iter(asking).buffer_unordered(AT_ONCE);
    while let Some(answered) = asking.next().await {
        if let Some((machine, error)) = answered {
            tracing::warn!(machine.id = %machine, error = error.message, "it is not known what a machine has");
            asked_again_at.insert(machine, now + AGAIN_AFTER);
        }
    }
}

async fn take_stock(
    plane: &ControlPlane,
    machine: MachineId,
    since: Timestamp,
) -> Result<(), Error> {
    let question = Question::ListSessions(ListSessions {});
    let answer = plane.relay.call(machine, question, LISTED_WITHIN).await?;
    let Answer::SessionsListed(listed) = answer else {
        return Err(CallFailure::Unexpected.into());
    };
    let there: HashSet<SessionId> =
        listed.session_ids.iter().filter_map(|id| SessionId::from_slice(id).ok()).collect();
    let taking = Taking { machine, now: plane.now(), rng: plane.rng().clone() };
    let stop = |session| {
        let order = Order::StopSession(StopSession { reason: UNKNOWN_HERE.to_owned() });
        plane.lasting_command(&Actor::System, machine, session, order)
    };
    let stops: Vec<_> = there.iter().map(|session| (*session, stop(*session))).collect();
    let events = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let mut events = Vec::new();
                let Some(on) = tx.machine(machine).await? else { return Ok(events) };
                if !tx.machine_doubt_end(machine, since).await? {
                    return Ok(events);
                }
                let gone = taking.end_what_is_gone(tx, &there, since, &mut events).await?;
                let mut unknown = 0;
                for (session, stop) in stops {
                    let known = tx.session(session).await?;
                    if known.is_none_or(|session| session.state.is_final()) {
                        tx.command_append(&stop).await?;
                        unknown += 1;
                    }
                }
                tx.audit_append(taking.stock_taken(&on, gone, unknown)).await?;
                Ok(events)
            })
        })
        .await?;
    plane.relay.commands_waiting(machine);
    for event in events {
        plane.bus.tell(event);
    }
    Ok(())
}

/// The line of the log that says that reports of a machine are missing.
pub(super) fn missing_reports(
    on: &Machine,
    up_to: u64,
    now: Timestamp,
    rng: &dyn Rng,
) -> NewAuditRecord {
    let facts = json!({ "up_to": up_to });
    record(on, "machine.reports_missing", &facts.to_string(), now, rng)
}

impl Taking {
    /// Ends the sessions of before the doubt that the machine has no more; answers how many.
    async fn end_what_is_gone(
        &self,
        tx: &mut Tx,
        there: &HashSet<SessionId>,
        since: Timestamp,
        events: &mut Vec<Event>,
    ) -> Result<u64, StoreError> {
        let open = tx.sessions_open_on(self.machine).await?.into_iter();
        let gone = open
            .filter(|session| session.created_at <= since && !there.contains(&session.id))
            .collect::<Vec<_>>();
        let count = gone.len() as u64;
        for session in gone {
            let failed = SessionState::Failed;
            self.set_session(tx, session, failed, Some(ENDED_MEANWHILE), events).await?;
        }
        Ok(count)
    }

    fn stock_taken(&self, on: &Machine, gone: u64, unknown: u64) -> NewAuditRecord {
        let facts = json!({ "sessions_gone": gone, "sessions_unknown": unknown });
        record(on, "machine.stock_taken", &facts.to_string(), self.now, &*self.rng)
    }
}

fn record(
    on: &Machine,
    action: &str,
    facts: &str,
    now: Timestamp,
    rng: &dyn Rng,
) -> NewAuditRecord {
    NewAuditRecord {
        id: AuditRecordId::new(now, rng),
        tenant: Some(on.tenant),
        at: now,
        actor: "system".to_owned(),
        action: action.to_owned(),
        object: format!("machine:{}", on.id),
        result: "ok".to_owned(),
        facts: facts.to_owned(),
    }
}
