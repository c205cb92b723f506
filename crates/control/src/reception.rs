//! What machines report, taken in: each report in one transaction with the note that it was
//! taken, so that none counts twice and none is lost.

mod copies;
mod facts;
pub mod stocktaking;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bus::{Bus, Event, Place};
use mirror::Mirrors;
use model::machine::Machine;
use model::notification::NoticeEvent;
use model::{Clock, MachineId, Rng, SessionId, Timestamp};
use prost::Message;
use relay::{JournalStanding, LinkId, LinkStart, Reception, ReceptionFailed};
use store::commands::PendingCommand;
use store::notifications::notices::News;
use store::{Store, StoreError, Tx};
use wire::call::{Answer, CallError, MintProxyToken, Question, RenewProxyTokens};
use wire::limits::MAX_RENEWED_SESSIONS;
use wire::{Command, Report};

use crate::machine_keys;
use crate::proxy_tokens::{self, Upkeep};

/// After how long it is tried again to write what could not be written.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// The server's side of every link: what it needs of the database.
pub struct ServerReception {
    store: Store,
    bus: Bus,
    mirrors: Arc<Mirrors>,
    copying: Arc<copies::Steps>,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
}

impl ServerReception {
    /// Works on this database and these copies of workspaces, and tells this bus.
    pub fn new(
        store: Store,
        bus: Bus,
        mirrors: Arc<Mirrors>,
        clock: Arc<dyn Clock>,
        rng: Arc<dyn Rng>,
    ) -> Self {
        Self { store, bus, mirrors, copying: Arc::default(), clock, rng }
    }

    fn tell_all(&self, events: Vec<Event>) {
        for event in events {
            self.bus.tell(event);
        }
    }
}

#[async_trait]
impl Reception for ServerReception {
    async fn identify(&self, machine: MachineId) -> Result<Vec<[u8; 32]>, ReceptionFailed> {
        let keys = self.store.machine_keys(machine).await.map_err(failed)?;
        Ok(keys.map(|keys| keys.valid(self.clock.now())).unwrap_or_default())
    }

    async fn link_up(
        &self,
        machine: MachineId,
        key: [u8; 32],
        has: JournalStanding,
    ) -> Result<Option<LinkStart>, ReceptionFailed> {
        let (now, rng) = (self.clock.now(), self.rng.clone());
        let start = self
            .store
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(async move {
                    if !machine_keys::came_with(tx, machine, key, now, &*rng).await? {
                        return Ok(None);
                    }
                    note_missing_reports(tx, machine, has, now, &*rng).await?;
                    tx.machine_raise_epoch(machine, has.received_commands, now).await.map(Some)
                })
            })
            .await
            .map_err(failed)?
            .ok_or_else(|| ReceptionFailed("its key was replaced meanwhile".to_owned()))?;
        Ok(start.map(|start| LinkStart { epoch: start.epoch, received_reports: start.report_seq }))
    }

    async fn liveness_changed(&self, machine: MachineId) {
        match self.store.machine(machine).await {
            Ok(Some(machine)) => self.bus.tell(Event::MachineChanged(Arc::new(machine))),
            Ok(None) => {}
            Err(error) => tracing::warn!(machine.id = %machine, %error, "cannot tell of a machine"),
        }
    }

    async fn went_offline(&self, machine: MachineId) {
        let (now, rng) = (self.clock.now(), self.rng.clone());
        let noted = self
            .store
            .write::<_, StoreError, _>(move |tx| {
                Box::pin(async move {
                    let Some(machine) = tx.machine(machine).await? else { return Ok(()) };
                    tx.news_add(&went_offline(&machine), now, &*rng).await
                })
            })
            .await;
        if let Err(error) = noted {
            tracing::warn!(machine.id = %machine, %error, "cannot note that a machine is offline");
        }
    }

    async fn heard_of(&self, machine: MachineId) {
        let now = self.clock.now();
        let noted = self
            .store
            .write(move |tx| Box::pin(async move { tx.machine_touch(machine, now).await }))
            .await;
        if let Err(error) = noted {
            tracing::warn!(machine.id = %machine, %error, "cannot note a sign of life");
        }
        // How it fares came with it.
        self.liveness_changed(machine).await;
    }

    async fn pending_commands(
        &self,
        machine: MachineId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<Command>, ReceptionFailed> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let pending = self.store.commands_pending(machine, from, limit).await.map_err(failed)?;
        pending.into_iter().map(on_the_wire).collect()
    }

    async fn commands_accepted(&self, link: LinkId, up_to: u64) -> Result<(), ReceptionFailed> {
        let now = self.clock.now();
        let events = until_written(link, || {
            self.store.write::<_, Untaken, _>(move |tx| {
                Box::pin(async move {
                    check_is_newest(tx, link).await?;
                    let (machine, mut events) = (link.machine, Vec::new());
                    for (command, session) in tx.commands_accept(machine, up_to, now).await? {
                        arrived(tx, command, session, &mut events).await?;
                    }
                    Ok(events)
                })
            })
        })
        .await?;
        self.tell_all(events);
        Ok(())
    }

    async fn take_reports(
        &self,
        link: LinkId,
        reports: Vec<Report>,
    ) -> Result<(), ReceptionFailed> {
        let machine = link.machine;
        let (now, reports) = (self.clock.now(), Arc::new(reports));
        let events = until_written(link, || {
            let taking = facts::Taking { machine, now, rng: self.rng.clone() };
            let reports = reports.clone();
            self.store.write::<_, Untaken, _>(move |tx| {
                Box::pin(async move {
                    check_is_newest(tx, link).await?;
                    let mut events = Vec::new();
                    for report in &*reports {
                        // One that was taken before, sent again because our answer was lost.
                        if tx.machine_take_report(taking.machine, report.seq).await? {
                            taking.take(tx, report.clone(), &mut events).await?;
                        }
                    }
                    Ok(events)
                })
            })
        })
        .await?;
        self.tell_all(events);
        Ok(())
    }

    async fn answer(&self, machine: MachineId, question: Question) -> Answer {
        let answered = match question {
            Question::MintProxyToken(question) => self.mint(machine, question).await,
            Question::RenewProxyTokens(question) => self.renew(machine, question).await,
            Question::BeginMirror(_)
            | Question::ListMirror(_)
            | Question::WriteMirror(_)
            | Question::EndMirror(_)
            | Question::RetainMirrors(_) => {
                return self.answer_about_copies(machine, question).await;
            }
            _ => return refusal("unknown_call", "a machine cannot ask this"),
        };
        answered.unwrap_or_else(|error| {
            tracing::error!(machine.id = %machine, %error, "cannot make or renew a proxy token");
            refusal("busy", "the server cannot make or renew a proxy token at the moment")
        })
    }
}

impl ServerReception {
    async fn mint(
        &self,
        machine: MachineId,
        question: MintProxyToken,
    ) -> Result<Answer, StoreError> {
        let Ok(session) = SessionId::from_slice(&question.session_id) else {
            return Ok(refusal("unknown_session", "the session's identifier is malformed"));
        };
        let upkeep = if question.renews { Upkeep::Renewed } else { Upkeep::None };
        let (clock, rng) = (&*self.clock, &*self.rng);
        proxy_tokens::proxy_token_mint(&self.store, clock, rng, machine, session, upkeep).await
    }

    async fn renew(
        &self,
        machine: MachineId,
        question: RenewProxyTokens,
    ) -> Result<Answer, StoreError> {
        if question.session_ids.len() > MAX_RENEWED_SESSIONS {
            return Ok(refusal("too_many_sessions", "these are too many sessions at once"));
        }
        // One that cannot be read is none of ours, and so has no token.
        let sessions = question.session_ids.iter();
        let sessions = sessions.filter_map(|id| SessionId::from_slice(id).ok()).collect();
        proxy_tokens::proxy_tokens_renew(&self.store, &*self.clock, machine, sessions).await
    }
}

/// Notes that reports are missing which the machine has forgotten, because the server had them once.
async fn note_missing_reports(
    tx: &mut Tx,
    machine: MachineId,
    has: JournalStanding,
    now: Timestamp,
    rng: &dyn Rng,
) -> Result<(), StoreError> {
    let forgotten = has.first_report.saturating_sub(1);
    if !tx.machine_skip_reports(machine, forgotten).await? {
        return Ok(());
    }
    tracing::warn!(machine.id = %machine, up_to = forgotten, "reports of a machine are missing here");
    tx.machine_doubt(machine, now).await?;
    if let Some(on) = tx.machine(machine).await? {
        let missing = stocktaking::missing_reports(&on, forgotten, now, rng);
        tx.audit_append(missing).await?;
    }
    Ok(())
}

/// Writes, again and again where the database is held or its disk full. Nothing is acknowledged
/// meanwhile, so the machine keeps what it tells; and its link stays, for terminals need no database
/// (R19). Who gives up on the link gives up on this.
async fn until_written<T, W>(link: LinkId, write: impl Fn() -> W) -> Result<T, Untaken>
where
    W: Future<Output = Result<T, Untaken>>,
{
    loop {
        match write().await {
            Err(Untaken::Store(error)) if error.is_retryable() || error.is_disk_full() => {
                let machine = link.machine;
                tracing::warn!(machine.id = %machine, %error, "what a machine tells waits");
                tokio::time::sleep(AGAIN_AFTER).await;
            }
            written => return written,
        }
    }
}

/// Notes that the machine has a command: the turn or the answer that it carries has arrived.
async fn arrived(
    tx: &mut store::Tx,
    command: model::CommandId,
    session: SessionId,
    events: &mut Vec<Event>,
) -> Result<(), StoreError> {
    let turn = tx.turn_arrived(command).await?;
    let answered = tx.permission_arrived(command).await?;
    if turn.is_none() && answered.is_none() {
        return Ok(());
    }
    let Some(session) = tx.session(session).await? else { return Ok(()) };
    let place = Place::from(&session);
    if let Some(id) = turn
        && let Some(turn) = tx.turn(id).await?
    {
        events.push(Event::TurnChanged(place, Arc::new(turn)));
    }
    if let Some(question) = answered {
        events.push(Event::PermissionChanged(place, Arc::new(question)));
    }
    Ok(())
}

fn on_the_wire(pending: PendingCommand) -> Result<Command, ReceptionFailed> {
    let stored = Command::decode(&pending.body[..])
        .map_err(|error| ReceptionFailed(format!("read a stored command: {error}")))?;
    Ok(Command {
        seq: pending.seq,
        command_id: bytes::Bytes::copy_from_slice(pending.id.as_bytes()),
        session_id: bytes::Bytes::copy_from_slice(pending.session.as_bytes()),
        epoch: 0,
        not_after_ms: pending.not_after.map_or(0, model::Timestamp::as_millis),
        actor: pending.actor,
        order: stored.order,
    })
}

fn refusal(code: &str, message: &str) -> Answer {
    Answer::Error(CallError {
        code: code.to_owned(),
        message: message.to_owned(),
        hint: String::new(),
    })
}

/// It concerns those who administer the tenant, who may have to look after it.
const fn went_offline(machine: &Machine) -> News {
    News {
        event: NoticeEvent::MachineOffline,
        tenant: machine.tenant,
        owner: None,
        administrators: true,
        machine: machine.id,
        session: None,
        took: None,
    }
}

/// Why nothing was taken.
#[derive(Debug, thiserror::Error)]
enum Untaken {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Two computers may have one identity, and both be linked for a moment.
    #[error("the machine has a newer link")]
    Older,
}

impl From<Untaken> for ReceptionFailed {
    fn from(why: Untaken) -> Self {
        Self(why.to_string())
    }
}

/// What comes on an older link has no effect (S61). Looked at in the transaction in which it would
/// have one, so that no newer link comes up in between.
async fn check_is_newest(tx: &mut Tx, link: LinkId) -> Result<(), Untaken> {
    let epoch = tx.machine_epoch(link.machine).await?;
    if epoch == Some(link.epoch) { Ok(()) } else { Err(Untaken::Older) }
}

#[expect(clippy::needless_pass_by_value, reason = "the form that `map_err` wants")]
fn failed(error: StoreError) -> ReceptionFailed {
    ReceptionFailed(error.to_string())
}
