//! What usage and prices look like from outside.

use contract::prices::{
    KnownPrice, PriceInForce, PriceView, Prices, Rates as RatesView, UnknownPrice,
};
use contract::quotas::{BudgetRequestView, BudgetRequests, QuotaStatus, QuotaView};
use contract::usage::{SessionUsage, UsageGroup, UsageSummary, UsageTotals, UsageView};
use control::prices::FoundPrice;
use control::quotas::QuotaUse;
use control::usage::{Group, Summary};
use control::{ControlPlane, Error, budget_requests, prices};
use model::price::{PriceOverride, PriceSource, Rates};
use model::quota::{Account, BudgetRequest, Quota, QuotaMeasure};
use model::usage::{UsageRecord, UsageSum};
use model::{Actor, NanoUsd, SessionId};
use policy::quota::lines::Line;
use policy::quota::offers::offers;

/// One LLM call attempt.
pub fn usage(record: &UsageRecord) -> UsageView {
    UsageView {
        usage_id: record.id,
        user_id: record.user,
        machine_id: record.machine,
        session_id: record.session,
        provider: record.provider.to_string(),
        provider_key_id: record.provider_key,
        model: record.model_asked.clone(),
        model_answered: record.model_answered.clone(),
        tokens: record.tokens,
        cost_usd: record.cost.as_ref().map(|cost| cost.amount.as_dollars()),
        price_source: record.cost.as_ref().map(|cost| cost.source),
        price_version: record.cost.as_ref().map(|cost| cost.version.to_string()),
        status: record.status,
        http_status: record.http_status,
        started_at: record.started_at.into(),
        first_byte_ms: record.first_byte_ms,
        duration_ms: record.duration_ms,
        overhead_us: record.overhead_us,
    }
}

/// What calls used together.
pub fn totals(sum: &UsageSum) -> UsageTotals {
    UsageTotals {
        calls: sum.calls,
        estimated_calls: sum.estimated_calls,
        tokens: sum.tokens,
        total_tokens: sum.tokens.total(),
        cost_usd: sum.cost.as_dollars(),
        cost_is_assumed: sum.is_assumed,
    }
}

/// What a session used.
pub fn session_usage(session_id: SessionId, sum: &UsageSum) -> SessionUsage {
    SessionUsage { session_id, totals: totals(sum) }
}

/// What is known of prices.
pub fn prices(known: prices::Prices) -> Prices {
    Prices {
        prices: known.overrides.iter().map(price).collect(),
        table_version: known.table_version.to_owned(),
        table_models: known.table_models,
        assumed: rates(&known.assumed),
        unknown: known
            .unknown
            .into_iter()
            .map(|unknown| UnknownPrice {
                provider: unknown.provider.to_string(),
                model: unknown.model,
                calls: unknown.calls,
                last_at: unknown.last_at.into(),
            })
            .collect(),
        in_force: known.in_force.map(|(source, of)| in_force(source, &of)),
        found: known.found.iter().map(found_price).collect(),
        has_more_found: known.has_more_found,
    }
}

fn found_price(found: &FoundPrice) -> KnownPrice {
    KnownPrice {
        provider: found.listed.provider.to_owned(),
        model: found.listed.model.to_owned(),
        price: in_force(found.source, &found.rates),
    }
}

fn in_force(source: PriceSource, of: &Rates) -> PriceInForce {
    PriceInForce { source, usd_per_million_tokens: rates(of) }
}

/// A price that an administrator has set.
pub fn price(price: &PriceOverride) -> PriceView {
    PriceView {
        price_id: price.id,
        provider: price.provider.to_string(),
        model: price.model.clone(),
        usd_per_million_tokens: rates(&price.rates),
        changed_by: price.changed_by,
        changed_at: price.changed_at.into(),
    }
}

/// Rates as people give them. What a cache costs is what it costs without one, unless it is said.
pub fn rates_of(view: &RatesView) -> Result<Rates, Error> {
    let input = micros(view.input)?;
    let or = |dollars: Option<f64>, other| dollars.map_or(Ok(other), micros);
    let cache_write = or(view.cache_write, input)?;
    Ok(Rates {
        input,
        cache_read: or(view.cache_read, input)?,
        cache_write,
        cache_write_1h: or(view.cache_write_1h, cache_write)?,
        output: micros(view.output)?,
    })
}

fn rates(rates: &Rates) -> RatesView {
    #[expect(clippy::cast_precision_loss, reason = "exact below nine billion dollars")]
    let dollars = |micros: u64| micros as f64 / 1e6;
    RatesView {
        input: dollars(rates.input),
        cache_read: Some(dollars(rates.cache_read)),
        cache_write: Some(dollars(rates.cache_write)),
        cache_write_1h: Some(dollars(rates.cache_write_1h)),
        output: dollars(rates.output),
    }
}

fn micros(dollars: f64) -> Result<u64, Error> {
    if !(0.0..=100_000.0).contains(&dollars) {
        let message = "a price is 0 to 100000 dollars for a million tokens";
        return Err(Error::invalid("invalid_price", message));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was checked")]
    Ok((dollars * 1e6).round() as u64)
}

/// A quota.
pub async fn quota(plane: &ControlPlane, quota: &Quota) -> Result<QuotaView, Error> {
    let name = match &quota.account {
        Some(account) => account_name(plane, account).await?,
        None => None,
    };
    Ok(QuotaView {
        quota_id: quota.id,
        subject: quota.subject,
        of: quota.account.as_ref().map(Account::of),
        name,
        measure: quota.measure,
        period: quota.period,
        limit: amount(quota.measure, quota.limit),
        at_stop: quota.at_stop,
        changed_by: quota.changed_by,
        changed_at: quota.changed_at.into(),
    })
}

/// How far a quota is used up.
pub async fn quota_status(plane: &ControlPlane, status: &QuotaUse) -> Result<QuotaStatus, Error> {
    let (quota, limit, used) = (&status.quota, status.limit, status.used);
    let amount = |of| amount(quota.measure, of);
    Ok(QuotaStatus {
        quota_id: quota.id,
        subject: quota.subject,
        of: status.account.of(),
        name: account_name(plane, &status.account).await?,
        measure: quota.measure,
        period: quota.period,
        limit: amount(limit),
        granted: amount(limit.saturating_sub(quota.limit)),
        used: amount(used),
        left: amount(limit.saturating_sub(used)),
        reached_percent: status.line.map(Line::percent),
        resets_at: status.resets_at.map(Into::into),
    })
}

/// What people call something that has an allowance.
async fn account_name(plane: &ControlPlane, account: &Account) -> Result<Option<String>, Error> {
    let store = &plane.store;
    Ok(match account {
        Account::Tenant(_) => None,
        Account::User(id) => store.user(*id).await?.map(|user| user.display_name),
        Account::Machine(id) => store.machine(*id).await?.map(|machine| machine.name),
        Account::Session(id) => store.session(*id).await?.map(|it| it.name().to_owned()),
        Account::Model(_, model) => Some(model.clone()),
    })
}

/// What was used, added up.
pub fn summary(summary: Summary) -> UsageSummary {
    let group =
        |group: Group| UsageGroup { key: group.key, name: group.name, totals: totals(&group.sum) };
    UsageSummary {
        by: summary.by,
        since: summary.since.into(),
        until: summary.until.into(),
        total: totals(&summary.total),
        groups: summary.groups.into_iter().map(group).collect(),
        has_more_groups: summary.has_more_groups,
    }
}

/// A session that waits for a larger budget.
pub async fn budget_request(
    plane: &ControlPlane,
    actor: &Actor,
    request: &BudgetRequest,
) -> Result<BudgetRequestView, Error> {
    let amount = |of| amount(request.measure, of);
    let missing = request.spent.saturating_add(request.asked).saturating_sub(request.limit);
    Ok(BudgetRequestView {
        budget_request_id: request.id,
        session_id: request.session,
        machine_id: request.machine,
        user_id: request.owner,
        quota_id: request.quota,
        subject: request.account.subject(),
        of: request.account.of(),
        name: account_name(plane, &request.account).await?,
        measure: request.measure,
        period: request.period,
        limit: amount(request.limit),
        used: amount(request.spent),
        asked: amount(request.asked),
        offers: offers(request.measure, missing).map(amount),
        can_grant: budget_requests::may_grant(actor, request),
        model: request.model.clone(),
        state: request.state,
        asked_at: request.asked_at.into(),
        answered_by: request.answered_by,
        answered_at: request.answered_at.map(Into::into),
    })
}

/// All of these.
pub async fn budget_requests(
    plane: &ControlPlane,
    actor: &Actor,
    requests: &[BudgetRequest],
) -> Result<BudgetRequests, Error> {
    let mut views = Vec::with_capacity(requests.len());
    for request in requests {
        views.push(budget_request(plane, actor, request).await?);
    }
    Ok(BudgetRequests { requests: views })
}

/// In the measure's own unit: tokens, calls, or dollars.
#[expect(clippy::cast_precision_loss, reason = "exact up to nine thousand million million")]
fn amount(measure: QuotaMeasure, amount: u64) -> f64 {
    match measure {
        QuotaMeasure::Cost => NanoUsd::from_nanos(amount).as_dollars(),
        QuotaMeasure::Tokens | QuotaMeasure::Requests => amount as f64,
    }
}
