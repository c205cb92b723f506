//! How much may be used: set by administrators, seen by those whom it concerns.

use model::quota::{
    Account, AtStop, BudgetState, Quota, QuotaMeasure, QuotaPeriod, QuotaRaise, QuotaSubject,
};
use model::{Actor, NanoUsd, QuotaId, QuotaRaiseId, SessionId, TenantId, Timestamp};
use policy::Action;
use policy::quota::Allowances;
use policy::quota::calendar::Windows;
use policy::quota::lines::{self, Line};
use policy::rights::{self, Scope, Verdict};
use serde_json::json;

use crate::authorise::{acting_tenant, acting_user, authorise_in};
use crate::{ControlPlane, Error, budget_requests};

/// How many quotas a tenant can have: they are looked through with every call.
const MOST_QUOTAS: usize = 500;

/// How many of those who have an allowance each are looked at, of those who used most: people read
/// no longer list.
const MOST_AT_A_LINE: u32 = 50;

/// The longest name of a model, in bytes.
const LONGEST_MODEL: usize = 256;

/// The most that can be allowed: more tokens than anybody uses, a million dollars.
const MOST: f64 = 1e15;

/// A quota that is to be set.
#[derive(Debug, Clone)]
pub struct NewQuota {
    /// Whose use it limits.
    pub subject: QuotaSubject,
    /// One of them; `None` gives each of them an allowance of its own.
    pub of: Option<String>,
    /// What it counts.
    pub measure: QuotaMeasure,
    /// After which time it is whole again.
    pub period: QuotaPeriod,
    /// How much, in the measure's own unit: tokens, calls, or dollars.
    pub limit: f64,
    /// What becomes of a call that it stops.
    pub at_stop: AtStop,
}

/// How far a quota is used up by one account.
#[derive(Debug, Clone)]
pub struct QuotaUse {
    /// The quota.
    pub quota: Quota,
    /// The account.
    pub account: Account,
    /// How much is allowed now, with what was granted.
    pub limit: u64,
    /// How much is used, by the ledger.
    pub used: u64,
    /// The highest line that is reached.
    pub line: Option<Line>,
    /// When it is whole again.
    pub resets_at: Option<Timestamp>,
}

/// The quotas of the actor's tenant.
pub async fn quotas(plane: &ControlPlane, actor: &Actor) -> Result<Vec<Quota>, Error> {
    let tenant = acting_tenant(actor)?;
    authorise_in(actor, Action::BudgetManage, tenant)?;
    Ok(plane.store.quotas(tenant).await?)
}

/// Sets a quota, or changes the limit of the one for the same. It holds for calls that begin a
/// second later, and counts what was used before it was set. Calls that wait because of it look
/// whether they may go on.
pub async fn quota_put(
    plane: &ControlPlane,
    actor: &Actor,
    request: NewQuota,
) -> Result<Quota, Error> {
    let tenant = acting_tenant(actor)?;
    let changed_by = authorise_in(actor, Action::BudgetManage, tenant)?;
    let now = plane.now();
    let mut quota = Quota {
        id: QuotaId::new(now, &**plane.rng()),
        tenant,
        subject: request.subject,
        account: named_account(plane, tenant, request.subject, request.of.as_deref()).await?,
        measure: request.measure,
        period: request.period,
        limit: amount(request.measure, request.limit)?,
        at_stop: request.at_stop,
        changed_by,
        changed_at: now,
    };
    if plane.store.quotas(tenant).await?.len() >= MOST_QUOTAS {
        let message = format!("there are {MOST_QUOTAS} quotas already; remove one");
        return Err(Error::conflict("too_many_quotas", message));
    }
    let facts = json!({
        "subject": quota.subject, "of": quota.account.as_ref().map(Account::of),
        "measure": quota.measure, "period": quota.period, "limit": quota.limit,
        "at_stop": quota.at_stop,
    });
    let record = plane.audit(actor, "quota.put", "quota", &facts);
    let stored = quota.clone();
    let (id, closed) = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let id = tx.quota_put(&stored).await?;
                let state = BudgetState::Withdrawn;
                let closed = tx.budget_requests_close(id, None, state, None, now).await?;
                tx.audit_append(record).await?;
                Ok((id, closed))
            })
        })
        .await?;
    budget_requests::tell(plane, &closed);
    quota.id = id;
    Ok(quota)
}

/// Removes a quota, with what was granted above it.
pub async fn quota_delete(plane: &ControlPlane, actor: &Actor, id: QuotaId) -> Result<(), Error> {
    let tenant = acting_tenant(actor)?;
    authorise_in(actor, Action::BudgetManage, tenant)?;
    let record = plane.audit(actor, "quota.delete", format!("quota:{id}"), &json!({}));
    find(plane, tenant, id).await?;
    let now = plane.now();
    let closed = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let state = BudgetState::Withdrawn;
                let closed = tx.budget_requests_close(id, None, state, None, now).await?;
                if !tx.quota_delete(tenant, id).await? {
                    return Err(Error::not_found("quota"));
                }
                tx.audit_append(record).await?;
                Ok(closed)
            })
        })
        .await?;
    budget_requests::tell(plane, &closed);
    Ok(())
}

/// Grants more than a quota allows, until its day or month is over. It answers the sessions that
/// ask for it.
pub async fn quota_raise(
    plane: &ControlPlane,
    actor: &Actor,
    id: QuotaId,
    of: Option<&str>,
    more: f64,
) -> Result<(), Error> {
    let tenant = acting_tenant(actor)?;
    authorise_in(actor, Action::BudgetManage, tenant)?;
    let quota = find(plane, tenant, id).await?;
    let account = match (&quota.account, of) {
        (Some(account), None) => account.clone(),
        (Some(account), Some(of)) if account.of() == of => account.clone(),
        (Some(_), Some(_)) => {
            return Err(Error::invalid("other_account", "the quota is for another one"));
        }
        (None, of) => named_account(plane, tenant, quota.subject, of).await?.ok_or_else(|| {
            let message = "each has an allowance of its own; say whose is raised, with `of`";
            Error::invalid("account_missing", message)
        })?,
    };
    let raise = raise(plane, actor, &quota, account, amount(quota.measure, more)?)?;
    let facts = json!({ "of": raise.account.of(), "amount": raise.amount });
    let record = plane.audit(actor, "quota.raise", format!("quota:{id}"), &facts);
    let closed = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                tx.quota_raise_insert(tenant, &raise).await?;
                let (state, by, now) =
                    (BudgetState::Granted, Some(raise.granted_by), raise.granted_at);
                let account = Some(&raise.account);
                let closed = tx.budget_requests_close(id, account, state, by, now).await?;
                tx.audit_append(record).await?;
                Ok(closed)
            })
        })
        .await?;
    budget_requests::tell(plane, &closed);
    Ok(())
}

/// How far quotas are used up that concern the actor: those of everybody together, their own, and
/// those of a session, its machine and its model. Administrators also see those of others that are
/// named, and of quotas that give each an allowance of its own those who have come to a line.
pub async fn quota_status(
    plane: &ControlPlane,
    actor: &Actor,
    session: Option<SessionId>,
) -> Result<Vec<QuotaUse>, Error> {
    let tenant = acting_tenant(actor)?;
    let mut accounts = vec![Account::Tenant(tenant), Account::User(acting_user(actor)?)];
    if let Some(id) = session {
        let session = plane.authorise_session(actor, Action::SessionView, id).await?;
        accounts[1] = Account::User(session.owner);
        accounts.push(Account::Session(id));
        accounts.push(Account::Machine(session.machine));
        let model = session.model.map(|model| model.to_ascii_lowercase());
        accounts.extend(model.map(|model| Account::Model(tenant, model)));
    }
    let now = plane.now();
    let month = Windows::of(now).began(QuotaPeriod::Month).unwrap_or_default();
    let quotas = plane.store.quotas(tenant).await?;
    let all = rights::check(actor, Action::UsageViewAll, &Scope::tenant(tenant));
    let sees_all = session.is_none() && all == Verdict::Allowed;
    if sees_all {
        let named = quotas.iter().filter_map(|quota| quota.account.clone());
        accounts.extend(named);
        accounts.sort();
        accounts.dedup();
    }
    let raises = plane.store.quota_raises(tenant, month).await?;
    let allowances = Allowances { quotas, raises };
    let mut uses = Vec::new();
    for account in &accounts {
        for (quota, limit) in allowances.of(account, Windows::of(now)) {
            uses.push(quota_use(plane, quota, account, limit, now).await?);
        }
    }
    if sees_all {
        uses.extend(at_a_line(plane, &allowances, &accounts, now).await?);
    }
    Ok(uses)
}

/// Of quotas that give each an allowance of its own, those who have come to a line, who used most
/// first; those in `known` are known already.
async fn at_a_line(
    plane: &ControlPlane,
    allowances: &Allowances,
    known: &[Account],
    now: Timestamp,
) -> Result<Vec<QuotaUse>, Error> {
    let windows = Windows::of(now);
    let for_each = |quota: &&Quota| quota.account.is_none();
    let mut uses = Vec::new();
    for quota in allowances.quotas.iter().filter(for_each) {
        let since = windows.began(quota.period).unwrap_or_default();
        let (tenant, subject, measure) = (quota.tenant, quota.subject, quota.measure);
        let most = plane.store.most_spent(tenant, subject, measure, since, MOST_AT_A_LINE).await?;
        for (account, spent) in most.iter().filter(|(account, _)| !known.contains(account)) {
            let limit = allowances.of(account, windows).find(|(other, _)| other.id == quota.id);
            let limit = limit.map_or(quota.limit, |(_, limit)| limit);
            let used = used_up(quota, account, limit, spent.of(measure), windows);
            uses.extend(Some(used).filter(|used| used.line.is_some()));
        }
    }
    Ok(uses)
}

/// An amount as it is kept, from one in the measure's own unit.
pub(crate) fn amount(measure: QuotaMeasure, given: f64) -> Result<u64, Error> {
    let refused = || {
        let unit = match measure {
            QuotaMeasure::Tokens => "tokens, in whole numbers",
            QuotaMeasure::Requests => "calls, in whole numbers",
            QuotaMeasure::Cost => "dollars, up to a million",
        };
        Error::invalid("invalid_amount", format!("the amount is in {unit}, and not negative"))
    };
    if measure == QuotaMeasure::Cost {
        let cost = NanoUsd::from_dollars(given).filter(|_| given <= 1e6);
        return cost.map(NanoUsd::as_nanos).ok_or_else(refused);
    }
    if !(0.0..=MOST).contains(&given) || given.fract() != 0.0 {
        return Err(refused());
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was checked")]
    Ok(given as u64)
}

/// A grant of the actor's.
pub(crate) fn raise(
    plane: &ControlPlane,
    actor: &Actor,
    quota: &Quota,
    account: Account,
    amount: u64,
) -> Result<QuotaRaise, Error> {
    let now = plane.now();
    Ok(QuotaRaise {
        id: QuotaRaiseId::new(now, &**plane.rng()),
        quota: quota.id,
        account,
        amount,
        granted_by: acting_user(actor)?,
        granted_at: now,
    })
}

/// A quota of a tenant.
pub(crate) async fn find(
    plane: &ControlPlane,
    tenant: TenantId,
    id: QuotaId,
) -> Result<Quota, Error> {
    let quotas = plane.store.quotas(tenant).await?;
    quotas.into_iter().find(|quota| quota.id == id).ok_or(Error::not_found("quota"))
}

async fn quota_use(
    plane: &ControlPlane,
    quota: &Quota,
    account: &Account,
    limit: u64,
    now: Timestamp,
) -> Result<QuotaUse, Error> {
    let windows = Windows::of(now);
    let since = windows.began(quota.period).unwrap_or_default();
    let spent = plane.store.spent_since(quota.tenant, account, since).await?;
    Ok(used_up(quota, account, limit, spent.of(quota.measure), windows))
}

fn used_up(quota: &Quota, account: &Account, limit: u64, used: u64, windows: Windows) -> QuotaUse {
    QuotaUse {
        quota: quota.clone(),
        account: account.clone(),
        limit,
        used,
        line: lines::reached(used, limit),
        resets_at: windows.ends(quota.period),
    }
}

/// The account that is meant; it must be one of the tenant's.
async fn named_account(
    plane: &ControlPlane,
    tenant: TenantId,
    subject: QuotaSubject,
    of: Option<&str>,
) -> Result<Option<Account>, Error> {
    let Some(of) = of.map(str::trim) else {
        return Ok((subject == QuotaSubject::Tenant).then_some(Account::Tenant(tenant)));
    };
    let account = Account::parse(tenant, subject, of).ok_or_else(|| {
        Error::invalid("invalid_account", format!("`of` must be the identifier of a {subject}"))
    })?;
    let is_ours = match &account {
        Account::Tenant(_) => of == tenant.to_string(),
        Account::User(id) => plane.store.user(*id).await?.is_some_and(|user| user.tenant == tenant),
        Account::Machine(id) => {
            plane.store.machine(*id).await?.is_some_and(|machine| machine.tenant == tenant)
        }
        Account::Session(id) => {
            plane.store.session(*id).await?.is_some_and(|session| session.tenant == tenant)
        }
        Account::Model(_, model) => {
            (1..=LONGEST_MODEL).contains(&model.len()) && !model.chars().any(char::is_control)
        }
    };
    if is_ours { Ok(Some(account)) } else { Err(Error::not_found(subject.as_str())) }
}
