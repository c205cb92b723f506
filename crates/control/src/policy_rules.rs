//! What people have answered once and for all: rules, kept on the server, sent to the machines of
//! all sessions in which they hold.
//!
//! - `answers`: rules that are given with the answer to a question
//! - `sending`: rules on their way to machines

mod answers;
mod sending;

use std::sync::Arc;
use std::time::Duration;

use bus::Event;
use model::policy_rule::PolicyRule;
use model::{Actor, MachineId, PolicyRuleId, SessionId, TenantId, Timestamp, UserId};
use policy::rights::{self, Scope, Verdict};
use policy::rules::{self, BadRule};
use policy::{Action, RuleEffect, RuleMatch, RuleTool};
use serde_json::json;

use crate::authorise::{acting_tenant, acting_user, authorise_in};
use crate::{ControlPlane, Error, text};

pub use answers::AlwaysRequest;
pub(crate) use answers::rule_of_answer;
pub(crate) use sending::{Sender, add_rules, never_anywhere, wake};

/// The longest time for which a rule can be given.
const LONGEST: Duration = Duration::from_hours(24 * 366);

/// A rule that is to be given.
#[derive(Debug, Clone)]
pub struct RuleRequest {
    /// What it says.
    pub effect: RuleEffect,
    /// The tool.
    pub tool: RuleTool,
    /// Which calls of it.
    pub matches: RuleMatch,
    /// One line for people; made of the rest if there is none.
    pub title: Option<String>,
    /// On which machine; needed unless it is for everybody.
    pub machine: Option<MachineId>,
    /// In which directory of that machine, absolute.
    pub workspace: Option<String>,
    /// For how long; for ever if there is none.
    pub lasts: Option<Duration>,
}

/// Rules in force that the actor may see, the newest first; those that hold in a session, if one
/// is named.
pub async fn rules(
    plane: &ControlPlane,
    actor: &Actor,
    session: Option<SessionId>,
) -> Result<Vec<PolicyRule>, Error> {
    let tenant = acting_tenant(actor)?;
    if let Some(session) = session {
        plane.authorise_session(actor, Action::SessionView, session).await?;
        return Ok(plane.store.policy_rules_for(session, plane.now()).await?);
    }
    let visible_to = match actor {
        Actor::User { role, .. } if role.administers_tenant() => None,
        _ => Some(acting_user(actor)?),
    };
    Ok(plane.store.policy_rules(tenant, visible_to, plane.now()).await?)
}

/// Whether somebody may see a rule: their own, what is for everybody in their tenant, and as its
/// administrator every one.
pub(crate) fn may_see_rule(actor: &Actor, rule: &PolicyRule) -> bool {
    let Actor::User { user, tenant, role, .. } = actor else { return false };
    let is_theirs = rule.owner.is_none_or(|owner| owner == *user);
    *tenant == rule.tenant && (is_theirs || role.administers_tenant())
}

/// Gives a rule: for one's own sessions on a machine, or, by an administrator, what nobody in the
/// tenant may ever do.
pub async fn rule_create(
    plane: &ControlPlane,
    actor: &Actor,
    request: RuleRequest,
) -> Result<PolicyRule, Error> {
    let rule = new_rule(plane, actor, request).await?;
    let sender = Sender::new(plane, actor);
    let record = plane.audit(actor, "policy.rule_create", object(rule.id), &facts(&rule));
    let stored = rule.clone();
    let machines = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let machines = sender.insert_and_send(tx, &stored).await?;
                tx.audit_append(record).await?;
                Ok(machines)
            })
        })
        .await?;
    wake(plane, &machines);
    plane.bus.tell(Event::RuleGiven(Arc::new(rule.clone())));
    Ok(rule)
}

/// Takes a rule back. It says nothing any more once the machine has heard of it, and a machine
/// hears of it before every later order.
pub async fn rule_revoke(
    plane: &ControlPlane,
    actor: &Actor,
    id: PolicyRuleId,
) -> Result<(), Error> {
    let hidden = || Error::not_found("rule");
    let rule = plane.store.policy_rule(id).await?.ok_or_else(hidden)?;
    let by = may_revoke(actor, &rule)?;
    let sender = Sender::new(plane, actor);
    let record = plane.audit(actor, "policy.rule_revoke", object(id), &facts(&rule));
    let machines = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if !tx.policy_rule_revoke(id, by, sender.now).await? {
                    return Ok(None);
                }
                tx.audit_append(record).await?;
                sender.send(tx, id).await.map(Some)
            })
        })
        .await?;
    // Whoever was first has told everybody.
    let Some(machines) = machines else { return Ok(()) };
    wake(plane, &machines);
    plane.bus.tell(Event::RuleRevoked(Arc::new(rule)));
    Ok(())
}

async fn new_rule(
    plane: &ControlPlane,
    actor: &Actor,
    request: RuleRequest,
) -> Result<PolicyRule, Error> {
    let tenant = acting_tenant(actor)?;
    let (owner, machine) = whose(plane, actor, tenant, &request).await?;
    rules::check(request.effect, request.tool, &request.matches)?;
    let workspace = request.workspace.as_deref().map(|path| text::name("the path", path, 4_096));
    let now = plane.now();
    Ok(PolicyRule {
        id: PolicyRuleId::new(now, &**plane.rng()),
        tenant,
        effect: request.effect.to_string(),
        tool: request.tool.to_string(),
        title: title(request.tool, &request.matches, request.title.as_deref()),
        matches: serde_json::to_string(&request.matches).map_err(Error::internal)?,
        owner,
        machine,
        workspace: workspace.transpose()?,
        session: None,
        request: None,
        created_by: acting_user(actor)?,
        created_at: now,
        expires_at: expiry(now, request.lasts)?,
        last_used_at: None,
        uses: 0,
    })
}

/// Whose sessions a rule is about, and on which machine.
async fn whose(
    plane: &ControlPlane,
    actor: &Actor,
    tenant: TenantId,
    request: &RuleRequest,
) -> Result<(Option<UserId>, Option<MachineId>), Error> {
    if request.effect == RuleEffect::Never {
        authorise_in(actor, Action::PolicyManage, tenant)?;
        if request.workspace.is_some() && request.machine.is_none() {
            return Err(Error::invalid("machine_missing", "a directory is on a machine; name it"));
        }
        if let Some(machine) = request.machine {
            plane.authorise_machine(actor, Action::MachineView, machine).await?;
        }
        return Ok((None, request.machine));
    }
    let Some(machine) = request.machine else {
        let message = "a rule for your own sessions needs the machine on which it holds";
        return Err(Error::invalid("machine_missing", message));
    };
    plane.authorise_machine(actor, Action::SessionStart, machine).await?;
    Ok((Some(acting_user(actor)?), Some(machine)))
}

/// Whoever gave it, whose sessions it is about, and administrators may take a rule back; what is
/// never allowed, only administrators.
fn may_revoke(actor: &Actor, rule: &PolicyRule) -> Result<UserId, Error> {
    let user = acting_user(actor)?;
    let is_own = rule.owner == Some(user) && actor.tenant() == Some(rule.tenant);
    let own = Scope::personal(rule.tenant, user);
    let changes = rights::check(actor, Action::SessionStart, &own) == Verdict::Allowed;
    if is_own && changes {
        return Ok(user);
    }
    let refused = authorise_in(actor, Action::PolicyManage, rule.tenant);
    refused.map_err(|error| match (rule.owner, error.meaning) {
        // Other people's rules are nobody else's business.
        (Some(owner), _) if owner != user => Error::not_found("rule"),
        (_, crate::Meaning::NotFound) => Error::not_found("rule"),
        _ => error,
    })
}

fn title(tool: RuleTool, matches: &RuleMatch, said: Option<&str>) -> String {
    let title = match (matches, said) {
        (RuleMatch::Tool, _) => tool.to_string(),
        (RuleMatch::Prefix { words }, _) => format!("{} …", words.join(" ")),
        (RuleMatch::Exact { .. }, Some(said)) => said.to_owned(),
        (RuleMatch::Exact { .. }, None) => format!("{tool}: one call"),
    };
    text::one_line(&title, 500)
}

fn expiry(now: Timestamp, lasts: Option<Duration>) -> Result<Option<Timestamp>, Error> {
    match lasts {
        Some(lasts) if lasts.is_zero() || lasts > LONGEST => {
            let days = LONGEST.as_secs() / 86_400;
            let message = format!("a rule lasts from one second to {days} days, or for ever");
            Err(Error::invalid("invalid_lifetime", message))
        }
        lasts => Ok(lasts.map(|lasts| now + lasts)),
    }
}

fn object(rule: PolicyRuleId) -> String {
    format!("rule:{rule}")
}

fn facts(rule: &PolicyRule) -> serde_json::Value {
    json!({
        "effect": rule.effect,
        "tool": rule.tool,
        "title": rule.title,
        "owner": rule.owner,
        "machine": rule.machine,
        "workspace": rule.workspace,
        "session": rule.session,
        "request": rule.request,
        "expires_at": rule.expires_at.map(Timestamp::as_millis),
    })
}

impl From<BadRule> for Error {
    fn from(error: BadRule) -> Self {
        Self::invalid(error.code(), error.to_string())
    }
}
