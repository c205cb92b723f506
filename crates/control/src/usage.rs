//! What LLM calls used.

use std::time::Duration;

use model::usage::{UsageGrouping, UsageRecord};
use model::{Actor, SessionId, Timestamp, UserId};
use policy::Action;
use policy::rights::{self, Scope, Verdict};
use store::usage::UsageSum;
pub use store::usage::summary::UsageGroup as Group;
use store::usage::summary::UsageSpan;

use crate::authorise::{acting_tenant, acting_user};
use crate::{ControlPlane, Error};

/// The span of a summary that names no beginning.
const LATELY: Duration = Duration::from_hours(30 * 24);

/// How many groups a summary has at the most.
const MOST_GROUPS: u32 = 1_000;

/// What was used, added up.
#[derive(Debug)]
pub struct Summary {
    /// By what.
    pub by: UsageGrouping,
    /// From when.
    pub since: Timestamp,
    /// Until when, without that moment.
    pub until: Timestamp,
    /// The dearest first; days in their order.
    pub groups: Vec<Group>,
}

/// The last attempts, the newest first: everybody's for who may see that, else one's own.
pub async fn usage(
    plane: &ControlPlane,
    actor: &Actor,
    limit: u32,
) -> Result<Vec<UsageRecord>, Error> {
    let tenant = acting_tenant(actor)?;
    Ok(plane.store.usage_recent(tenant, seen(actor)?, limit.clamp(1, 1_000)).await?)
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

/// What was used between two moments, added up: everybody's for who may see that, else one's own.
pub async fn usage_summary(
    plane: &ControlPlane,
    actor: &Actor,
    by: UsageGrouping,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
) -> Result<Summary, Error> {
    let tenant = acting_tenant(actor)?;
    let until = until.unwrap_or_else(|| plane.now() + Duration::from_secs(1));
    let month = i64::try_from(LATELY.as_millis()).unwrap_or(0);
    let since = since.unwrap_or(Timestamp::from_millis(until.as_millis() - month));
    let span = UsageSpan { user: seen(actor)?, since, until };
    let groups = plane.store.usage_grouped(tenant, by, span, MOST_GROUPS).await?;
    Ok(Summary { by, since, until, groups })
}

/// Whose usage the actor may see; `None` for everybody's.
fn seen(actor: &Actor) -> Result<Option<UserId>, Error> {
    let tenant = acting_tenant(actor)?;
    match rights::check(actor, Action::UsageViewAll, &Scope::tenant(tenant)) {
        Verdict::Allowed => Ok(None),
        _ => acting_user(actor).map(Some),
    }
}
