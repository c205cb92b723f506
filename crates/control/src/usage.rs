//! What LLM calls used.

use std::time::Duration;

use model::usage::{UsageGrouping, UsageRecord, UsageSum};
use model::{Actor, MachineId, SessionId, Timestamp, UserId};
use policy::Action;
use policy::rights::{self, Scope, Verdict};
use store::usage::UsageSpan;
pub use store::usage::summary::UsageGroup as Group;

use crate::authorise::{acting_tenant, acting_user};
use crate::{ControlPlane, Error};

/// The span of a question that names no beginning.
const LATELY: Duration = Duration::from_hours(30 * 24);

/// How many groups a summary has at the most.
pub const MOST_GROUPS: u32 = 1_000;

/// How many attempts are listed at the most.
pub const MOST_LISTED: u32 = 1_000;

/// Which usage is asked about.
#[derive(Debug, Clone, Default)]
pub struct UsageQuery {
    /// From when; 30 days before the end, if it is left out.
    pub since: Option<Timestamp>,
    /// Until when, without that moment; now, if it is left out.
    pub until: Option<Timestamp>,
    /// Only this user's.
    pub user: Option<UserId>,
    /// Only from this machine.
    pub machine: Option<MachineId>,
    /// Only in this session.
    pub session: Option<SessionId>,
    /// Only those that asked for this model.
    pub model: Option<String>,
}

/// What was used, added up.
#[derive(Debug)]
pub struct Summary {
    /// By what.
    pub by: UsageGrouping,
    /// From when.
    pub since: Timestamp,
    /// Until when, without that moment.
    pub until: Timestamp,
    /// All of it.
    pub total: UsageSum,
    /// The dearest first; days and hours in their order.
    pub groups: Vec<Group>,
    /// Whether there are more groups: those that cost least, or the earliest.
    pub has_more_groups: bool,
}

/// What was used, added up, and the last attempts, the newest first: everybody's for who may see
/// that, else one's own.
pub async fn usage(
    plane: &ControlPlane,
    actor: &Actor,
    by: UsageGrouping,
    query: UsageQuery,
    limit: u32,
) -> Result<(Summary, Vec<UsageRecord>), Error> {
    let span = span(plane, actor, query)?;
    let records = match limit {
        0 => Vec::new(),
        limit => plane.store.usage_recent(&span, limit.min(MOST_LISTED)).await?,
    };
    Ok((summary(plane, by, &span).await?, records))
}

/// What was used, added up: everybody's for who may see that, else one's own.
pub async fn usage_summary(
    plane: &ControlPlane,
    actor: &Actor,
    by: UsageGrouping,
    query: UsageQuery,
) -> Result<Summary, Error> {
    let span = span(plane, actor, query)?;
    summary(plane, by, &span).await
}

/// What a session used in all.
pub async fn session_usage(
    plane: &ControlPlane,
    actor: &Actor,
    id: SessionId,
) -> Result<UsageSum, Error> {
    plane.authorise_session(actor, Action::SessionView, id).await?;
    Ok(plane.store.usage_sum(id).await?)
}

async fn summary(
    plane: &ControlPlane,
    by: UsageGrouping,
    span: &UsageSpan,
) -> Result<Summary, Error> {
    let total = plane.store.usage_total(span).await?;
    let mut groups = plane.store.usage_grouped(by, span, MOST_GROUPS + 1).await?;
    let most = MOST_GROUPS as usize;
    let has_more_groups = groups.len() > most;
    groups.truncate(most);
    if matches!(by, UsageGrouping::Day | UsageGrouping::Hour) {
        groups.reverse();
    }
    let UsageSpan { since, until, .. } = *span;
    Ok(Summary { by, since, until, total, groups, has_more_groups })
}

/// The records that are asked about, as far as the actor may see them.
fn span(plane: &ControlPlane, actor: &Actor, query: UsageQuery) -> Result<UsageSpan, Error> {
    let tenant = acting_tenant(actor)?;
    let user = match (seen(actor)?, query.user) {
        (None, asked) => asked,
        (Some(own), None) => Some(own),
        (Some(own), Some(asked)) if asked == own => Some(own),
        (Some(_), Some(_)) => {
            let message = "your role shows you what you have used yourself, nobody else's usage";
            return Err(Error::denied("permission_denied", message));
        }
    };
    let until = query.until.unwrap_or_else(|| plane.now() + Duration::from_secs(1));
    let lately = i64::try_from(LATELY.as_millis()).unwrap_or(0);
    let since = query.since.unwrap_or(Timestamp::from_millis(until.as_millis() - lately));
    if since >= until {
        return Err(Error::invalid("invalid_span", "since must be before until"));
    }
    let UsageQuery { machine, session, model, .. } = query;
    Ok(UsageSpan { tenant, since, until, user, machine, session, model })
}

/// Whose usage the actor may see; `None` for everybody's.
fn seen(actor: &Actor) -> Result<Option<UserId>, Error> {
    let tenant = acting_tenant(actor)?;
    match rights::check(actor, Action::UsageViewAll, &Scope::tenant(tenant)) {
        Verdict::Allowed => Ok(None),
        _ => acting_user(actor).map(Some),
    }
}
