//! Rules on their way to machines: with the order that starts a session, and to every session that
//! goes on when they change.

use std::sync::Arc;

use bytes::Bytes;
use model::policy_rule::PolicyRule;
use model::{Actor, CommandId, MachineId, PolicyRuleId, Rng, SessionId, Timestamp};
use policy::{Rule, RuleEffect, RuleMatch, SessionPolicy};
use prost::Message;
use store::Tx;
use store::commands::NewCommand;
use wire::Command;
use wire::command::{Order, SetRules, StartSession};

use crate::audit::actor_name;
use crate::{ControlPlane, Error};

/// How many rules one person can have in force, beyond those of single sessions.
const MOST_OF_A_PERSON: u64 = 300;

/// How many rules can be in force for everybody in a tenant.
const MOST_FOR_EVERYBODY: u64 = 100;

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
    pub(super) now: Timestamp,
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
    pub(super) async fn send(
        &self,
        tx: &mut Tx,
        rule: PolicyRuleId,
    ) -> Result<Vec<MachineId>, Error> {
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
