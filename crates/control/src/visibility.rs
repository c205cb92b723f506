//! Who may hear of what: the same rights that hold for looking hold for being told (S39).

use std::collections::HashMap;

use bus::{Event, JobPlace, Place};
use model::actor::AssignmentLevel;
use model::share::SessionShare;
use model::{Actor, MachineId, SessionId, Timestamp, UserId};
use policy::Action;
use policy::rights::{self, Scope, Verdict};

use crate::policy_rules::may_see_rule;
use crate::{ControlPlane, Error};

/// What one listener may hear, with what it was given on each machine.
#[derive(Debug)]
pub struct Hearing {
    actor: Actor,
    assignments: HashMap<MachineId, Option<AssignmentLevel>>,
    /// What is lent to it, once it was asked for. What is taken back or ends closes the stream.
    lent: Option<HashMap<SessionId, SessionShare>>,
}

impl Hearing {
    /// For this actor.
    pub fn new(actor: Actor) -> Self {
        Self { actor, assignments: HashMap::new(), lent: None }
    }

    /// Whether the event may be told.
    pub async fn may_hear(&mut self, plane: &ControlPlane, event: &Event) -> Result<bool, Error> {
        match event {
            Event::MachineChanged(machine) => {
                // Assignments may have changed with the machine.
                self.assignments.remove(&machine.id);
                let scope = |level| Scope::machine(machine.tenant, level);
                self.may(plane, Action::MachineView, machine.id, scope).await
            }
            Event::MachineRemoved { tenant, machine } => {
                let level = self.assignments.get(machine).copied().flatten();
                Ok(self.is_allowed(Action::MachineView, &Scope::machine(*tenant, level)))
            }
            Event::SessionChanged(session) => {
                self.may_see_place(plane, &Place::from(&**session), Action::SessionView).await
            }
            Event::SessionRemoved(place)
            | Event::UsageChanged(place, _)
            | Event::PresenceChanged(place, _)
            | Event::TurnChanged(place, _) => {
                self.may_see_place(plane, place, Action::SessionView).await
            }
            Event::PermissionChanged(place, _) => {
                self.may_see_place(plane, place, Action::PermissionAnswer).await
            }
            Event::BudgetChanged(request) => {
                // What a session may cost is nothing that is lent with it.
                let (place, action) = (Place::from(&**request), Action::PermissionAnswer);
                let scope = |level| Scope::owned(place.tenant, place.owner, level);
                self.may(plane, action, place.machine, scope).await
            }
            Event::JobChanged(job) => self.may_see_job(plane, &JobPlace::from(&**job)).await,
            Event::JobLogged(place, _) | Event::JobRemoved(place) => {
                self.may_see_job(plane, place).await
            }
            Event::RuleGiven(rule) | Event::RuleRevoked(rule) => {
                Ok(may_see_rule(&self.actor, rule))
            }
            Event::SharesGrown(user) => {
                if self.actor.user() == Some(*user) {
                    self.lent = None;
                }
                Ok(false)
            }
            Event::SessionLimitsChanged(_)
            | Event::Revoked(_)
            | Event::Shortened(_)
            | Event::RightsEnded(_)
            | Event::Stopping => Ok(false),
        }
    }

    async fn may_see_place(
        &mut self,
        plane: &ControlPlane,
        place: &Place,
        action: Action,
    ) -> Result<bool, Error> {
        let scope = |level| Scope::owned(place.tenant, place.owner, level);
        if self.may(plane, action, place.machine, scope).await? {
            return Ok(true);
        }
        if self.actor.tenant() != Some(place.tenant) {
            return Ok(false);
        }
        let Some(share) = self.share(plane, place.session).await? else { return Ok(false) };
        let level = self.assignment(plane, place.machine).await?;
        Ok(self.is_allowed(action, &scope(level).lent(Some(share.level))))
    }

    async fn share(
        &mut self,
        plane: &ControlPlane,
        session: SessionId,
    ) -> Result<Option<SessionShare>, Error> {
        let Some(user) = self.actor.user() else { return Ok(None) };
        let now = plane.now();
        let lent = match &mut self.lent {
            Some(lent) => lent,
            lent => lent.insert(lent_to(plane, user, now).await?),
        };
        Ok(lent.get(&session).filter(|share| share.expires_at > now).copied())
    }

    async fn may_see_job(&mut self, plane: &ControlPlane, place: &JobPlace) -> Result<bool, Error> {
        let scope = |level| Scope::owned(place.tenant, place.owner, level);
        self.may(plane, Action::SessionView, place.machine, scope).await
    }

    /// What was given on a machine can only add to what one may, so it is looked up only where
    /// it is needed: everybody who listens asks at the same moment.
    async fn may(
        &mut self,
        plane: &ControlPlane,
        action: Action,
        machine: MachineId,
        scope: impl Fn(Option<AssignmentLevel>) -> Scope,
    ) -> Result<bool, Error> {
        if self.is_allowed(action, &scope(None)) {
            return Ok(true);
        }
        let level = self.assignment(plane, machine).await?;
        Ok(self.is_allowed(action, &scope(level)))
    }

    fn is_allowed(&self, action: Action, scope: &Scope) -> bool {
        rights::check(&self.actor, action, scope) == Verdict::Allowed
    }

    async fn assignment(
        &mut self,
        plane: &ControlPlane,
        machine: MachineId,
    ) -> Result<Option<AssignmentLevel>, Error> {
        let Some(user) = self.actor.user() else { return Ok(None) };
        if let Some(level) = self.assignments.get(&machine) {
            return Ok(*level);
        }
        let level = plane.store.assignment(machine, user).await?;
        self.assignments.insert(machine, level);
        Ok(level)
    }
}

async fn lent_to(
    plane: &ControlPlane,
    user: UserId,
    now: Timestamp,
) -> Result<HashMap<SessionId, SessionShare>, Error> {
    let shares = plane.store.session_shares_of(user, now).await?;
    Ok(shares.into_iter().map(|share| (share.session, share)).collect())
}
