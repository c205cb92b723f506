//! What sessions ask for when a quota stops them: somebody grants more, or says no.

use std::sync::Arc;

use bus::Event;
use model::quota::{BudgetRequest, BudgetState, QuotaRaise};
use model::{Actor, BudgetRequestId, SessionId};
use policy::Action;
use policy::quota::calendar::Windows;
use policy::rights::{self, Scope, Verdict};
use serde_json::json;

use crate::authorise::{acting_tenant, acting_user, authorise_in};
use crate::quotas::{amount, find, raise};
use crate::{ControlPlane, Error, Meaning};

/// What is said to a session that asks for more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum BudgetAnswer {
    /// So much more, in the unit of the quota's measure.
    Grant(f64),
    /// Nothing: its agent is told to stop.
    Decline,
}

/// Whether the actor may grant more to sessions of a tenant. Others see that they wait.
pub fn may_grant(actor: &Actor, request: &BudgetRequest) -> bool {
    let scope = Scope::tenant(request.tenant);
    rights::check(actor, Action::BudgetManage, &scope) == Verdict::Allowed
}

/// Sessions that wait for more, the oldest first: all of the tenant's for who may grant it, else
/// one's own; or one session that the actor may see.
pub async fn budget_requests(
    plane: &ControlPlane,
    actor: &Actor,
    session: Option<SessionId>,
) -> Result<Vec<BudgetRequest>, Error> {
    let tenant = acting_tenant(actor)?;
    let all = rights::check(actor, Action::BudgetManage, &Scope::tenant(tenant));
    let owner = match session {
        Some(session) => {
            plane.authorise_session(actor, Action::SessionView, session).await?;
            None
        }
        None if all == Verdict::Allowed => None,
        None => Some(acting_user(actor)?),
    };
    let mut requests = plane.store.budget_requests_pending(tenant, owner, session).await?;
    requests.retain(|request| is_needed(plane, request));
    Ok(requests)
}

/// Answers a session that asks for more. Who may set quotas may grant it; saying no is for
/// everybody who may stop the session. The first answer counts, and more that is granted is for
/// all sessions that ask for the same.
pub async fn budget_request_answer(
    plane: &ControlPlane,
    actor: &Actor,
    id: BudgetRequestId,
    answer: BudgetAnswer,
) -> Result<BudgetRequest, Error> {
    let hidden = || Error::not_found("request");
    let request = plane.store.budget_request(id).await?.ok_or_else(hidden)?;
    let may_see = plane.authorise_session(actor, Action::SessionView, request.session).await;
    may_see.map_err(|error| match error.meaning {
        Meaning::NotFound => hidden(),
        _ => error,
    })?;
    match answer {
        BudgetAnswer::Grant(more) => grant(plane, actor, request, more).await,
        BudgetAnswer::Decline => decline(plane, actor, request).await,
    }
}

async fn grant(
    plane: &ControlPlane,
    actor: &Actor,
    request: BudgetRequest,
    more: f64,
) -> Result<BudgetRequest, Error> {
    authorise_in(actor, Action::BudgetManage, request.tenant)?;
    let quota = find(plane, request.tenant, request.quota).await?;
    let more = amount(request.measure, more)?;
    if more == 0 {
        return Err(Error::invalid("invalid_amount", "grant more than nothing"));
    }
    if !is_needed(plane, &request) {
        return Err(answered());
    }
    let raise = raise(plane, actor, &quota, request.account.clone(), more)?;
    let facts = facts(&request, BudgetState::Granted, Some(&raise));
    let record = plane.audit(actor, "budget.answer", object(&request), &facts);
    let (state, by, now) = (BudgetState::Granted, acting_user(actor)?, plane.now());
    let closed = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let answered_now =
                    tx.budget_request_close(request.id, state, Some(by), now).await?;
                let mut closed = vec![answered_now.ok_or_else(answered)?];
                let (quota, account) = (raise.quota, Some(&raise.account));
                let same = tx.budget_requests_close(quota, account, state, Some(by), now).await?;
                closed.extend(same);
                tx.quota_raise_insert(request.tenant, &raise).await?;
                tx.audit_append(record).await?;
                Ok(closed)
            })
        })
        .await?;
    tell(plane, &closed);
    closed.into_iter().next().ok_or_else(answered)
}

async fn decline(
    plane: &ControlPlane,
    actor: &Actor,
    request: BudgetRequest,
) -> Result<BudgetRequest, Error> {
    plane.authorise_session(actor, Action::SessionStop, request.session).await?;
    let facts = facts(&request, BudgetState::Declined, None);
    let record = plane.audit(actor, "budget.answer", object(&request), &facts);
    let (state, by, now) = (BudgetState::Declined, acting_user(actor)?, plane.now());
    let closed = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let closed = tx.budget_request_close(request.id, state, Some(by), now).await?;
                tx.audit_append(record).await?;
                closed.ok_or_else(answered)
            })
        })
        .await?;
    tell(plane, std::slice::from_ref(&closed));
    Ok(closed)
}

/// Says what has become of requests.
pub(crate) fn tell(plane: &ControlPlane, requests: &[BudgetRequest]) {
    for request in requests {
        plane.bus.tell(Event::BudgetChanged(Arc::new(request.clone())));
    }
}

/// A quota that is whole again needs nobody's answer.
pub(crate) fn is_needed(plane: &ControlPlane, request: &BudgetRequest) -> bool {
    Windows::of(plane.now()).shares(request.period, Windows::of(request.asked_at))
}

fn facts(
    request: &BudgetRequest,
    answer: BudgetState,
    raise: Option<&QuotaRaise>,
) -> serde_json::Value {
    json!({
        "answer": answer, "session": request.session, "quota": request.quota,
        "of": request.account.of(), "amount": raise.map(|raise| raise.amount),
    })
}

fn object(request: &BudgetRequest) -> String {
    format!("budget_request:{}", request.id)
}

fn answered() -> Error {
    let message = "this was answered already, or is not needed any more";
    Error::conflict("already_answered", message)
}
