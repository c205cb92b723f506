//! What a call may cost at the most, and whether that is left. Asked for each attempt, after its
//! key was chosen and before anything goes to the upstream.

use std::sync::Arc;
use std::time::Duration;

use model::quota::{Amounts, QuotaMeasure, QuotaPeriod, QuotaSubject};
use model::{NanoUsd, Timestamp, UsageRecordId};
use policy::quota::{CallOf, Exceeded};
use providers::prices::{self, Quote};
use providers::{Endpoint, Refusal};

use crate::authenticate::Caller;
use crate::budgets::{Request, Reservation};
use crate::choose_key::{Key, is_current};
use crate::classify::Asked;
use crate::gateway::Inner;
use crate::hold;
use crate::stopwatch::Stopwatch;
use crate::terms::Terms;

/// A prompt has about four bytes for a token, in some languages three.
const BYTES_PER_TOKEN: u64 = 3;

/// What an answer is taken to have at the most where neither the call nor the price list says so,
/// in tokens. One that has more is counted in full when it is over.
const UNBOUNDED_OUTPUT: u64 = 32_768;

/// How long after the longest possible call a reservation ends by itself.
const GRACE: Duration = Duration::from_mins(1);

/// What is reserved for an attempt, and on what terms.
pub(crate) struct Reserved {
    /// The attempt's identifier.
    pub(crate) id: UsageRecordId,
    pub(crate) began: Timestamp,
    pub(crate) terms: Arc<Terms>,
    /// What the model that was asked for costs.
    pub(crate) quote: Quote,
    pub(crate) reservation: Reservation,
}

/// Reserves what a call may cost; where a quota does not allow it, the call waits for somebody to
/// grant more.
pub(crate) async fn reserve(
    gateway: &Inner,
    caller: &Caller,
    asked: &Asked,
    key: &Key,
    stopwatch: &mut Stopwatch<'_>,
) -> Result<Reserved, Refusal> {
    let token = &caller.standing.token;
    let call = CallOf {
        tenant: token.tenant,
        user: token.user,
        machine: token.machine,
        session: token.session,
        model: asked.model.clone(),
    };
    let again = || reserve_now(gateway, &call, asked, key);
    let exceeded = match again().await? {
        Ok(reserved) => return Ok(reserved),
        Err(exceeded) => exceeded,
    };
    tracing::info!(session.id = %call.session, quota.id = %exceeded.quota, "a quota stops a call");
    let refused = |exceeded: &Exceeded| Refusal::OverBudget(told(exceeded));
    let held = (&call, asked.body_bytes);
    let granting = hold::until_granted(gateway, caller, held, exceeded, again, refused);
    let reserved = stopwatch.without(granting).await?;
    // It was chosen before the wait, in which somebody may have taken it back.
    if is_current(gateway, call.tenant, key, asked).await? {
        Ok(reserved)
    } else {
        tracing::warn!(provider_key.id = %key.id, "a key was changed while its call was held");
        Err(Refusal::Unavailable)
    }
}

/// Reserves what a call may cost, if that is left.
async fn reserve_now(
    gateway: &Inner,
    call: &CallOf,
    asked: &Asked,
    key: &Key,
) -> Result<Result<Reserved, Exceeded>, Refusal> {
    let terms = gateway.terms.of(gateway, call.tenant).await?;
    // What a model costs is a question of the name that its vendor knows.
    let renamed = key.renamed.as_ref().map(|renamed| renamed.upstream.as_str());
    let model = renamed.or(asked.model.as_deref());
    let quote = prices::quote(&terms.prices, &key.provider, model);
    let began = gateway.clock.now();
    let id = UsageRecordId::new(began, &*gateway.rng);
    let lasts = gateway.limits.answer_begins_within + gateway.limits.answer_within + GRACE;
    let request = Request {
        id,
        call,
        began,
        asked: most(asked, &quote),
        expires_at: gateway.clock.tick() + lasts,
    };
    let reserved = gateway.budgets.reserve(request, &terms).await.map_err(|error| {
        tracing::error!(%error, "what was spent could not be added up");
        Refusal::Unavailable
    })?;
    Ok(reserved.map(|reservation| Reserved { id, began, terms, quote, reservation }))
}

/// What a call may use at the most.
fn most(asked: &Asked, quote: &Quote) -> Amounts {
    let input = asked.body_bytes.div_ceil(BYTES_PER_TOKEN);
    let output = if asked.call.endpoint == Endpoint::Embeddings { 0 } else { output(asked, quote) };
    Amounts {
        tokens: input.saturating_add(output),
        requests: 1,
        cost: quote.ceiling(input, output),
    }
}

/// The most tokens of an answer: what the call allows, and no more than the model can say.
fn output(asked: &Asked, quote: &Quote) -> u64 {
    let facts = asked.facts.as_ref();
    let allowed = facts.and_then(|facts| facts.max_output_tokens);
    let each = match (allowed, quote.max_output()) {
        (Some(allowed), Some(most)) => allowed.min(most),
        (Some(allowed), None) => allowed,
        (None, most) => most.unwrap_or(UNBOUNDED_OUTPUT).min(UNBOUNDED_OUTPUT),
    };
    each.saturating_mul(facts.map_or(1, |facts| facts.choices))
}

/// What the agent shows to people.
fn told(exceeded: &Exceeded) -> String {
    let whose = match exceeded.account.subject() {
        QuotaSubject::Tenant => "everybody",
        QuotaSubject::User => "this user",
        QuotaSubject::Machine => "this machine",
        QuotaSubject::Session => "this session",
        QuotaSubject::Model => "this model",
    };
    let (within, again) = match exceeded.period {
        QuotaPeriod::Day => ("for a day", " It is whole again at midnight UTC."),
        QuotaPeriod::Month => ("for a month", " It is whole again with the next month."),
        QuotaPeriod::Total => ("in all", ""),
    };
    let amount = |amount| shown(exceeded.measure, amount);
    let left = exceeded.limit.saturating_sub(exceeded.spent.saturating_add(exceeded.reserved));
    format!(
        "The budget of {whose} {within} does not allow this call: {} of {} are spent, {} are \
         left, and the call may need {}.{again} An administrator can raise it in Gantline.",
        amount(exceeded.spent),
        amount(exceeded.limit),
        amount(left),
        amount(exceeded.asked),
    )
}

fn shown(measure: QuotaMeasure, amount: u64) -> String {
    match measure {
        QuotaMeasure::Tokens => format!("{amount} tokens"),
        QuotaMeasure::Requests => format!("{amount} calls"),
        QuotaMeasure::Cost => NanoUsd::from_nanos(amount).to_string(),
    }
}
