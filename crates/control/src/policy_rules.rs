//! What people have answered once and for all: rules, kept on the server, sent to the machines of
//! all sessions in which they hold.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use model::permission::{PermissionAnswer, PermissionRequest};
use model::policy_rule::PolicyRule;
use model::session::Session;
use model::{
    Actor, CommandId, MachineId, PolicyRuleId, Rng, SessionId, TenantId, Timestamp, UserId,
};
use policy::rules::{self, BadRule};
use policy::{
    Action, Rule, RuleEffect, RuleMatch, RuleOffer, RuleReach, RuleTool, RuleWithin, SessionPolicy,
};
use prost::Message;
use serde::Deserialize;
use serde_json::json;
use store::Tx;
use store::commands::NewCommand;
use wire::Command;
use wire::command::{Order, SetRules, StartSession};

use crate::audit::actor_name;
use crate::authorise::{acting_tenant, acting_user, authorise_in};
use crate::{ControlPlane, Error, text};

/// How many rules one person can have in force, beyond those of single sessions.
const MOST_OF_A_PERSON: u64 = 300;

/// How many rules can be in force for everybody in a tenant.
const MOST_FOR_EVERYBODY: u64 = 100;

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

/// What an answer says beyond the question.
#[derive(Debug, Clone)]
pub struct AlwaysRequest {
    /// How much of what was asked it covers.
    pub reach: RuleReach,
    /// How many of the command's first words count, where it is about those.
    pub first_words: Option<usize>,
    /// Where it holds.
    pub within: RuleWithin,
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
                    return Ok(Vec::new());
                }
                tx.audit_append(record).await?;
                sender.send(tx, id).await
            })
        })
        .await?;
    wake(plane, &machines);
    Ok(())
}

/// The rule that an answer gives, if it gives one: for the session, or once and for all.
pub(crate) fn rule_of_answer(
    plane: &ControlPlane,
    actor: &Actor,
    session: &Session,
    question: &PermissionRequest,
    answer: PermissionAnswer,
    always: Option<&AlwaysRequest>,
) -> Result<Option<PolicyRule>, Error> {
    let offer = offer_of(question);
    let (matches, offer) = match (always, answer, offer) {
        (None, PermissionAnswer::AllowSession, Some(offer)) => (for_the_session(&offer), offer),
        (None, _, _) => return Ok(None),
        (Some(_), _, None) => return Err(not_offered()),
        (Some(always), _, Some(offer)) => (Some(reach_of(always, &offer)?), offer),
    };
    let Some(matches) = matches else { return Ok(None) };
    let effect = match answer {
        PermissionAnswer::Deny => RuleEffect::Deny,
        PermissionAnswer::AllowOnce | PermissionAnswer::AllowSession => RuleEffect::Allow,
    };
    rules::check(effect, offer.tool, &matches)?;
    let now = plane.now();
    let in_machine = always.is_some_and(|always| always.within == RuleWithin::Machine);
    Ok(Some(PolicyRule {
        id: PolicyRuleId::new(now, &**plane.rng()),
        tenant: session.tenant,
        effect: effect.to_string(),
        tool: offer.tool.to_string(),
        title: title(offer.tool, &matches, Some(&question.title)),
        matches: serde_json::to_string(&matches).map_err(Error::internal)?,
        owner: Some(session.owner),
        machine: Some(session.machine),
        workspace: (!in_machine).then(|| session.workspace.clone()),
        session: always.is_none().then_some(session.id),
        request: Some(question.id),
        created_by: acting_user(actor)?,
        created_at: now,
        expires_at: expiry(now, always.and_then(|always| always.lasts))?,
        last_used_at: None,
        uses: 0,
    }))
}

/// Puts the rules that hold in a session into the order that starts it.
pub(crate) async fn add_rules(
    tx: &mut Tx,
    session: SessionId,
    now: Timestamp,
    mut start: StartSession,
    policy: SessionPolicy,
) -> Result<Vec<u8>, Error> {
    let rules = for_machine(&tx.policy_rules_for(session, now).await?)?;
    let policy = SessionPolicy { rules, ..policy };
    start.policy_json = Bytes::from(serde_json::to_vec(&policy).map_err(Error::internal)?);
    let order = Some(Order::StartSession(start));
    Ok(Command { order, ..Command::default() }.encode_to_vec())
}

/// Sends rules to machines from inside a transaction.
pub(crate) struct Sender {
    rng: Arc<dyn Rng>,
    actor: String,
    now: Timestamp,
}

impl Sender {
    pub(crate) fn new(plane: &ControlPlane, actor: &Actor) -> Self {
        Self { rng: plane.rng().clone(), actor: actor_name(actor), now: plane.now() }
    }

    /// Adds a rule and tells the machines of all sessions in which it holds; answers which.
    pub(crate) async fn insert_and_send(
        &self,
        tx: &mut Tx,
        rule: &PolicyRule,
    ) -> Result<Vec<MachineId>, Error> {
        let (most, whose) = match rule.owner {
            Some(_) => (MOST_OF_A_PERSON, "a person"),
            None => (MOST_FOR_EVERYBODY, "a tenant"),
        };
        let known = tx.policy_rules_count(rule.tenant, rule.owner, self.now).await?;
        if rule.session.is_none() && known >= most {
            let message = format!("{whose} can have {most} rules; take one back");
            return Err(Error::conflict("too_many_rules", message));
        }
        tx.policy_rule_insert(rule).await?;
        self.send(tx, rule.id).await
    }

    /// Tells the machines of all sessions in which a rule holds, or held, what holds in them.
    async fn send(&self, tx: &mut Tx, rule: PolicyRuleId) -> Result<Vec<MachineId>, Error> {
        let mut machines = Vec::new();
        for (session, machine) in tx.policy_rule_sessions(rule).await? {
            let rules = for_machine(&tx.policy_rules_for(session, self.now).await?)?;
            let rules_json = Bytes::from(serde_json::to_vec(&rules).map_err(Error::internal)?);
            let order = Some(Order::SetRules(SetRules { rules_json }));
            // A machine that is gone for good needs no rules.
            tx.command_append(&self.command(machine, session, order)).await?;
            machines.push(machine);
        }
        Ok(machines)
    }

    fn command(&self, machine: MachineId, session: SessionId, order: Option<Order>) -> NewCommand {
        NewCommand {
            id: CommandId::new(self.now, &*self.rng),
            machine,
            session,
            actor: self.actor.clone(),
            body: Command { order, ..Command::default() }.encode_to_vec(),
            not_after: None,
            created_at: self.now,
        }
    }
}

/// Wakes the links of machines for which orders wait.
pub(crate) fn wake(plane: &ControlPlane, machines: &[MachineId]) {
    for machine in machines {
        plane.relay.commands_waiting(*machine);
    }
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
    let changes = !matches!(actor, Actor::User { role: model::Role::ReadOnly, .. });
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

/// What the machine offers with its question.
fn offer_of(question: &PermissionRequest) -> Option<RuleOffer> {
    #[derive(Deserialize)]
    struct Details {
        always: Option<RuleOffer>,
    }
    serde_json::from_str::<Details>(&question.details).ok()?.always
}

/// A command, and what nobody knows, is allowed again as it was; of the other tools every use.
fn for_the_session(offer: &RuleOffer) -> Option<RuleMatch> {
    match offer.tool {
        RuleTool::Known(policy::Tool::Bash) | RuleTool::Other => {
            Some(RuleMatch::Exact { digest: offer.digest.clone()? })
        }
        RuleTool::Known(_) => Some(RuleMatch::Tool),
    }
}

fn reach_of(always: &AlwaysRequest, offer: &RuleOffer) -> Result<RuleMatch, Error> {
    match always.reach {
        RuleReach::Tool => Ok(RuleMatch::Tool),
        RuleReach::Exact => {
            let digest = offer.digest.clone().ok_or_else(not_offered)?;
            Ok(RuleMatch::Exact { digest })
        }
        RuleReach::Prefix => {
            let count = always.first_words.unwrap_or(offer.words.len());
            match offer.words.get(..count) {
                Some(words) if !words.is_empty() => Ok(RuleMatch::Prefix { words: words.to_vec() }),
                _ => Err(not_offered()),
            }
        }
    }
}

fn not_offered() -> Error {
    let message = "this question cannot be answered once and for all in this way";
    Error::conflict("always_not_offered", message)
        .with_hint("look at `always` in its details: the digest, and the words of a plain command")
}

/// The rules, of these, that forbid tools as a whole to everybody.
pub(crate) fn never_anywhere(rules: &[PolicyRule]) -> Result<Vec<Rule>, Error> {
    let for_all: Vec<PolicyRule> = rules
        .iter()
        .filter(|rule| rule.owner.is_none() && rule.machine.is_none())
        .cloned()
        .collect();
    let mut rules = for_machine(&for_all)?;
    rules.retain(|rule| rule.effect == RuleEffect::Never && rule.matches == RuleMatch::Tool);
    Ok(rules)
}

/// The rules as machines read them.
fn for_machine(rules: &[PolicyRule]) -> Result<Vec<Rule>, Error> {
    let rule = |rule: &PolicyRule| {
        Ok(Rule {
            id: rule.id,
            effect: rule.effect.parse().map_err(Error::internal)?,
            tool: rule.tool.parse().map_err(Error::internal)?,
            matches: serde_json::from_str(&rule.matches).map_err(Error::internal)?,
            expires_at_ms: rule.expires_at.map(Timestamp::as_millis),
        })
    };
    rules.iter().map(rule).collect()
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
