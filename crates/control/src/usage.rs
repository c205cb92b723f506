//! What LLM calls used.

use model::usage::UsageRecord;
use model::{Actor, SessionId};
use policy::Action;
use policy::rights::{self, Scope, Verdict};
use store::usage::UsageSum;

use crate::authorise::{acting_tenant, acting_user};
use crate::{ControlPlane, Error};

/// The last attempts, the newest first: everybody's for who may see that, else one's own.
pub async fn usage(
    plane: &ControlPlane,
    actor: &Actor,
    limit: u32,
) -> Result<Vec<UsageRecord>, Error> {
    let tenant = acting_tenant(actor)?;
    let all = rights::check(actor, Action::UsageViewAll, &Scope::tenant(tenant));
    let user = match all {
        Verdict::Allowed => None,
        _ => Some(acting_user(actor)?),
    };
    Ok(plane.store.usage_recent(tenant, user, limit.clamp(1, 1_000)).await?)
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
