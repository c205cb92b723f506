//! Session limits: what a tenant allows its sessions. How many may be open is looked at where one
//! begins, how many prompts one takes where one is given; [`crate::idle_limits`] ends what nobody
//! uses. Lowering how many may be open ends none.

use std::time::Duration;

use bus::Event;
use model::machine::Machine;
use model::session_limits::{Change, SessionLimitsChange};
use model::tenant::Tenant;
use model::{Actor, TenantId, UserId};
use policy::Action;
use serde_json::{Map, Value, json};
use store::Tx;
use store::session_limits::Crowd;

use crate::authorise::authorise_tenant;
use crate::tenants::TenantCounts;
use crate::{ControlPlane, Error, idle_limits, tenants};

/// The shortest idle limit of a tenant: who looks away for less has not left.
const SHORTEST_IDLE: Duration = Duration::from_mins(1);

/// The highest limit of anything that is counted. Whoever wants more wants none.
const HIGHEST: u32 = 100_000;

/// What a refusal says of who can change that.
pub(crate) const WHO_CHANGES: &str =
    "administrators change the limit with `gantline tenant limits`";

/// Changes what a tenant allows its sessions. Doing it again changes nothing.
pub async fn session_limits_change(
    plane: &ControlPlane,
    actor: &Actor,
    tenant: TenantId,
    change: SessionLimitsChange,
) -> Result<(Tenant, TenantCounts), Error> {
    authorise_tenant(actor, Action::SessionLimit, tenant, "tenant")?;
    check(change)?;
    let object = format!("tenant:{tenant}");
    let record = plane.audit_about(actor, tenant, "tenant.limits", object, &facts(change));
    let is_changed = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let before = tx.session_limits(tenant).await?;
                let limits = before.with(change);
                if limits != before {
                    tx.session_limits_put(tenant, limits).await?;
                    tx.audit_append(record).await?;
                }
                Ok(limits != before)
            })
        })
        .await?;
    if is_changed {
        plane.bus.tell(Event::SessionLimitsChanged(tenant));
    }
    let known = tenants::tenants(plane, actor).await?;
    known.into_iter().find(|(known, _)| known.id == tenant).ok_or(Error::not_found("tenant"))
}

/// Refuses one more session on a machine where as many are open as may be, or to a user who has as
/// many.
pub(crate) async fn refuse_beyond(
    plane: &ControlPlane,
    machine: &Machine,
    user: UserId,
) -> Result<(), Error> {
    let crowd = plane.store.sessions_crowd(machine.tenant, machine.id, user).await?;
    refuse(&crowd, &machine.name)
}

/// The same inside the write that begins the session: however many are asked for at once, no more
/// begin.
pub(crate) async fn refuse_beyond_now(
    tx: &mut Tx,
    machine: &Machine,
    user: UserId,
) -> Result<(), Error> {
    let crowd = tx.sessions_crowd(machine.tenant, machine.id, user).await?;
    refuse(&crowd, &machine.name)
}

fn refuse(crowd: &Crowd, machine: &str) -> Result<(), Error> {
    let is_reached = |limit: &u32, open| open >= u64::from(*limit);
    let Crowd { limits, on_machine, of_user } = *crowd;
    if let Some(limit) = limits.per_user.filter(|limit| is_reached(limit, of_user)) {
        let message = format!("you have {of_user} open sessions; one person may have {limit}");
        let hint = format!("stop one: `gantline session list` shows them; {WHO_CHANGES}");
        return Err(Error::conflict("user_session_limit", message).with_hint(hint));
    }
    if let Some(limit) = limits.per_machine.filter(|limit| is_reached(limit, on_machine)) {
        let message =
            format!("{machine} has {on_machine} open sessions; a machine may have {limit}");
        let hint = format!("wait until one ends, or use another machine; {WHO_CHANGES}");
        return Err(Error::conflict("machine_session_limit", message).with_hint(hint));
    }
    Ok(())
}

/// Whether an error says that there are as many sessions as may be, which passes when one ends.
pub(crate) fn is_reached(error: &Error) -> bool {
    matches!(error.code, "user_session_limit" | "machine_session_limit")
}

fn check(change: SessionLimitsChange) -> Result<(), Error> {
    if let Change::To(idle) = change.idle
        && !(SHORTEST_IDLE..=idle_limits::LONGEST).contains(&idle)
    {
        let (shortest, longest) = (SHORTEST_IDLE.as_secs(), idle_limits::LONGEST.as_secs());
        return Err(invalid(format!("idle_limit_s is {shortest} to {longest}")));
    }
    for (name, count) in counts(change) {
        if let Change::To(count) = count
            && !(1..=HIGHEST).contains(&count)
        {
            return Err(invalid(format!("{name} is 1 to {HIGHEST}")));
        }
    }
    Ok(())
}

fn invalid(message: String) -> Error {
    Error::invalid("invalid_limit", message).with_hint("null lifts a limit")
}

fn counts(change: SessionLimitsChange) -> [(&'static str, Change<u32>); 3] {
    [
        ("max_turns", change.turns),
        ("max_sessions_per_machine", change.per_machine),
        ("max_sessions_per_user", change.per_user),
    ]
}

/// What is written down of a change: what was said, and nothing of what was not.
fn facts(change: SessionLimitsChange) -> Value {
    let idle = ("idle_limit_s", change.idle.map(|idle| json!(idle.as_secs())));
    let counts = counts(change).map(|(name, count)| (name, count.map(|count| json!(count))));
    let said = std::iter::once(idle).chain(counts).filter(|(_, change)| !change.is_keep());
    let facts: Map<String, Value> = said
        .map(|(name, change)| (name.to_owned(), change.of(None).unwrap_or(Value::Null)))
        .collect();
    Value::Object(facts)
}

#[cfg(test)]
mod tests {
    use model::session_limits::SessionLimits;

    use super::*;

    fn code_of(per_machine: Option<u32>, per_user: Option<u32>, open: [u64; 2]) -> &'static str {
        let limits = SessionLimits { per_machine, per_user, ..SessionLimits::default() };
        let crowd = Crowd { limits, on_machine: open[0], of_user: open[1] };
        refuse(&crowd, "build-01").map_or_else(|error| error.code, |()| "")
    }

    #[test]
    fn one_more_is_refused_where_as_many_are_open_as_may_be() {
        assert_eq!(code_of(None, None, [1000, 1000]), "");
        assert_eq!(code_of(Some(3), Some(3), [2, 2]), "");
        assert_eq!(code_of(Some(3), None, [3, 0]), "machine_session_limit");
        // It was lowered meanwhile.
        assert_eq!(code_of(None, Some(3), [0, 5]), "user_session_limit");
        assert_eq!(code_of(Some(3), Some(3), [3, 3]), "user_session_limit");
    }

    #[test]
    fn limits_have_a_range_and_nothing_is_not_zero() {
        let turns = |turns| SessionLimitsChange { turns, ..SessionLimitsChange::default() };
        let idle = |seconds| SessionLimitsChange {
            idle: Change::To(Duration::from_secs(seconds)),
            ..SessionLimitsChange::default()
        };
        for fine in [turns(Change::Lift), turns(Change::To(1)), idle(60), idle(30 * 86_400)] {
            assert!(check(fine).is_ok(), "{fine:?}");
        }
        for wrong in [turns(Change::To(0)), turns(Change::To(HIGHEST + 1)), idle(59), idle(0)] {
            assert_eq!(check(wrong).unwrap_err().code, "invalid_limit", "{wrong:?}");
        }
    }

    #[test]
    fn what_is_not_said_is_not_written_down() {
        let change = SessionLimitsChange {
            idle: Change::To(Duration::from_mins(5)),
            per_user: Change::Lift,
            ..SessionLimitsChange::default()
        };
        let expected = json!({ "idle_limit_s": 300, "max_sessions_per_user": null });
        assert_eq!(facts(change), expected);
    }
}
