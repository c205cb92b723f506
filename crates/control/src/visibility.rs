//! Who may hear of what: the same rights that hold for looking hold for being told (S39).

use std::collections::HashMap;

use bus::{Event, JobPlace, Place};
use model::actor::AssignmentLevel;
use model::{Actor, MachineId};
use policy::Action;
use policy::rights::{self, Scope, Verdict};

use crate::{ControlPlane, Error};

/// What one listener may hear, with what it was given on each machine.
#[derive(Debug)]
pub struct Hearing {
    actor: Actor,
    assignments: HashMap<MachineId, Option<AssignmentLevel>>,
}

impl Hearing {
    /// For this actor.
    pub fn new(actor: Actor) -> Self {
        Self { actor, assignments: HashMap::new() }
    }

    /// Whether the event may be told.
    pub async fn may_hear(&mut self, plane: &ControlPlane, event: &Event) -> Result<bool, Error> {
        match event {
            Event::MachineChanged(machine) => {
                // Assignments may have changed with the machine.
                self.assignments.remove(&machine.id);
                let level = self.assignment(plane, machine.id).await?;
                let scope = Scope::machine(machine.tenant, level);
                Ok(self.may(Action::MachineView, &scope))
            }
            Event::MachineRemoved { tenant, machine } => {
                let level = self.assignments.get(machine).copied().flatten();
                Ok(self.may(Action::MachineView, &Scope::machine(*tenant, level)))
            }
            Event::SessionChanged(session) => {
                self.may_see_place(plane, &Place::from(&**session), Action::SessionView).await
            }
            Event::SessionRemoved(place) | Event::TurnChanged(place, _) => {
                self.may_see_place(plane, place, Action::SessionView).await
            }
            Event::PermissionChanged(place, _) => {
                self.may_see_place(plane, place, Action::PermissionAnswer).await
            }
            Event::JobChanged(job) => self.may_see_job(plane, &JobPlace::from(&**job)).await,
            Event::JobLogged(place, _) | Event::JobRemoved(place) => {
                self.may_see_job(plane, place).await
            }
            Event::Revoked(_) | Event::Stopping => Ok(false),
        }
    }

    async fn may_see_place(
        &mut self,
        plane: &ControlPlane,
        place: &Place,
        action: Action,
    ) -> Result<bool, Error> {
        let level = self.assignment(plane, place.machine).await?;
        Ok(self.may(action, &Scope::owned(place.tenant, place.owner, level)))
    }

    async fn may_see_job(&mut self, plane: &ControlPlane, place: &JobPlace) -> Result<bool, Error> {
        let level = self.assignment(plane, place.machine).await?;
        let scope = Scope::owned(place.tenant, place.owner, level);
        Ok(self.may(Action::SessionView, &scope))
    }

    fn may(&self, action: Action, scope: &Scope) -> bool {
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
