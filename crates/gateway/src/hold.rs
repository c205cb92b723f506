//! A call that a quota stops waits for somebody to grant more.
//!
//! The session asks in the inbox of whoever may answer, and its call is held: the agent sees a model
//! that takes its time. Nothing has been said to it yet, so that whatever becomes of the call can
//! be said in order: it goes on when there is enough, it is refused when somebody says so, or when
//! it has been held for as long as clients wait for the head of an answer. The question stays then;
//! once it is answered the next prompt goes through.
//!
//! Where only what is reserved for other calls is in the way, nobody is asked: the call waits for
//! those to end.
//!
//! Calls that are held keep their bodies in memory, so there is only so much room for them; for
//! which there is none are refused at once. The question is asked all the same.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bus::Event;
use model::notification::NoticeEvent;
use model::quota::{AtStop, BudgetRequest, BudgetState};
use model::{AuditRecordId, BudgetRequestId, Timestamp};
use policy::quota::{CallOf, Exceeded};
use providers::Refusal;
use serde_json::json;
use store::StoreError;
use store::audit::NewAuditRecord;
use store::notifications::notices::News;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::authenticate::Caller;
use crate::gateway::Inner;

/// How much memory the bodies of calls may take that are held, in KiB.
const ROOM_KIB: u32 = 128 * 1024;

/// What each of them takes at the least, in KiB: no more than 256 are held at a time.
const LEAST_KIB: u32 = 512;

/// How often a call that is held looks for more.
const EVERY: Duration = Duration::from_millis(500);

/// Who was asked for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// Nobody: other calls are about to give back what is missing.
    Nobody,
    /// Whoever may grant it.
    People(BudgetRequestId),
    /// It is of no use to ask: the quota is not to be raised, or somebody has just said no.
    InVain,
}

/// What came of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    Nothing,
    /// There is more, or the quota is another one.
    News,
    No,
}

/// The room for calls that are held.
pub(crate) fn room() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(ROOM_KIB as usize))
}

/// Asks for more and tries again until it succeeds. `refused` makes the answer for a call that is
/// held no longer.
pub(crate) async fn until_granted<T, F>(
    gateway: &Inner,
    caller: &Caller,
    (call, body_bytes): (&CallOf, u64),
    mut exceeded: Exceeded,
    again: impl Fn() -> F,
    refused: impl Fn(&Exceeded) -> Refusal,
) -> Result<T, Refusal>
where
    F: Future<Output = Result<Result<T, Exceeded>, Refusal>>,
{
    let until = gateway.clock.tick() + gateway.limits.budget_within;
    let place = place(gateway, body_bytes);
    let mut asked = ask(gateway, call, &exceeded).await?;
    while asked != Asked::InVain && place.is_some() && gateway.clock.tick() < until {
        tokio::select! {
            biased;
            // The session, or the server, ends.
            () = caller.live.ended.cancelled() => return Err(gateway.ended()),
            () = tokio::time::sleep(EVERY) => {}
        }
        let heard = listen(gateway, asked).await;
        match heard {
            Heard::Nothing => {}
            // What was granted is not among what was read a moment ago.
            Heard::News => gateway.terms.forget(call.tenant),
            Heard::No => break,
        }
        let still = match again().await? {
            Ok(reserved) => {
                withdraw(gateway, asked).await;
                return Ok(reserved);
            }
            Err(still) => still,
        };
        let is_other = still.quota != exceeded.quota;
        exceeded = still;
        if is_other {
            withdraw(gateway, asked).await;
        }
        // What was granted was not enough, others were faster, or another quota is in the way.
        if is_other || heard == Heard::News || asked == Asked::Nobody {
            asked = ask(gateway, call, &exceeded).await?;
        }
    }
    Err(refused(&exceeded))
}

/// Room for one call, if there is any.
fn place(gateway: &Inner, body_bytes: u64) -> Option<OwnedSemaphorePermit> {
    let kib = u32::try_from(body_bytes.div_ceil(1024)).unwrap_or(u32::MAX);
    gateway.held.clone().try_acquire_many_owned(kib.max(LEAST_KIB)).ok()
}

/// Asks whoever may grant more, if it is of use.
async fn ask(gateway: &Inner, call: &CallOf, exceeded: &Exceeded) -> Result<Asked, Refusal> {
    if exceeded.at_stop == AtStop::Refuse {
        return Ok(Asked::InVain);
    }
    if exceeded.is_only_reserved() {
        return Ok(Asked::Nobody);
    }
    if was_declined(gateway, call, exceeded).await.map_err(|error| unavailable(&error))? {
        return Ok(Asked::InVain);
    }
    let request = request(gateway, call, exceeded);
    let id = put(gateway, request.clone()).await.map_err(|error| unavailable(&error))?;
    if id == request.id {
        gateway.bus.tell(Event::BudgetChanged(Arc::new(request)));
    }
    Ok(Asked::People(id))
}

/// Whether somebody has just said no. Agents send several calls, and some send one again; none of
/// them is a new question.
async fn was_declined(
    gateway: &Inner,
    call: &CallOf,
    exceeded: &Exceeded,
) -> Result<bool, StoreError> {
    let holds_ms = gateway.limits.budget_declined_for.as_millis();
    let holds_ms = i64::try_from(holds_ms).unwrap_or(i64::MAX);
    let now_ms = gateway.clock.now().as_millis();
    let since = Timestamp::from_millis(now_ms.saturating_sub(holds_ms));
    gateway.store.budget_declined_since(call.session, exceeded.quota, since).await
}

fn request(gateway: &Inner, call: &CallOf, exceeded: &Exceeded) -> BudgetRequest {
    let now = gateway.clock.now();
    BudgetRequest {
        id: BudgetRequestId::new(now, &*gateway.rng),
        tenant: call.tenant,
        session: call.session,
        owner: call.user,
        machine: call.machine,
        quota: exceeded.quota,
        account: exceeded.account.clone(),
        measure: exceeded.measure,
        period: exceeded.period,
        limit: exceeded.limit,
        spent: exceeded.spent.saturating_add(exceeded.reserved),
        asked: exceeded.asked,
        model: call.model.clone(),
        state: BudgetState::Pending,
        asked_at: now,
        answered_by: None,
        answered_at: None,
    }
}

/// Writes it down; what is new with its line in the audit log. Answers the identifier of what is
/// asked: there is one question of a session for each quota, however many of its calls wait.
async fn put(gateway: &Inner, request: BudgetRequest) -> Result<BudgetRequestId, StoreError> {
    let record = record(gateway, &request);
    let (news, rng) = (news(&request), gateway.rng.clone());
    gateway
        .store
        .write::<_, StoreError, _>(move |tx| {
            Box::pin(async move {
                let id = tx.budget_request_open(&request).await?;
                if id == request.id {
                    tx.audit_append(record).await?;
                    tx.news_add(&news, request.asked_at, &*rng).await?;
                }
                Ok(id)
            })
        })
        .await
}

/// It is told to whoever wants to know that it waits: the session's owner, and who may grant more.
fn news(request: &BudgetRequest) -> News {
    News {
        event: NoticeEvent::Budget,
        tenant: request.tenant,
        owner: Some(request.owner),
        administrators: true,
        machine: request.machine,
        session: Some(request.session),
        took: None,
    }
}

fn record(gateway: &Inner, request: &BudgetRequest) -> NewAuditRecord {
    let facts = json!({
        "session": request.session, "quota": request.quota, "of": request.account.of(),
        "limit": request.limit, "spent": request.spent, "asked": request.asked,
    });
    NewAuditRecord {
        id: AuditRecordId::new(request.asked_at, &*gateway.rng),
        tenant: Some(request.tenant),
        at: request.asked_at,
        actor: format!("user:{}", request.owner),
        action: "budget.ask".to_owned(),
        object: format!("budget_request:{}", request.id),
        result: "ok".to_owned(),
        facts: facts.to_string(),
    }
}

/// What has become of the question. Where that cannot be read, it is looked for the next time.
async fn listen(gateway: &Inner, asked: Asked) -> Heard {
    let Asked::People(id) = asked else { return Heard::Nothing };
    match gateway.store.budget_request(id).await {
        Ok(Some(request)) => match request.state {
            BudgetState::Pending => Heard::Nothing,
            BudgetState::Granted | BudgetState::Withdrawn => Heard::News,
            BudgetState::Declined => Heard::No,
        },
        // It has gone with its quota.
        Ok(None) => Heard::News,
        Err(error) => {
            tracing::warn!(%error, "the answer to a call for more could not be read");
            Heard::Nothing
        }
    }
}

/// Nobody needs to answer any more.
async fn withdraw(gateway: &Inner, asked: Asked) {
    let Asked::People(id) = asked else { return };
    let now = gateway.clock.now();
    let closed = gateway.store.write::<_, StoreError, _>(move |tx| {
        let state = BudgetState::Withdrawn;
        Box::pin(async move { tx.budget_request_close(id, state, None, now).await })
    });
    match closed.await {
        Ok(Some(request)) => gateway.bus.tell(Event::BudgetChanged(Arc::new(request))),
        Ok(None) => {}
        // Somebody will answer a question that is none any more; that does no harm.
        Err(error) => tracing::warn!(%error, "a question for a larger budget stays open"),
    }
}

fn unavailable(error: &StoreError) -> Refusal {
    tracing::error!(%error, "a session cannot ask for a larger budget");
    Refusal::Unavailable
}
