//! Which machine can be reached, and since when not.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use model::machine::{Liveness, MachineHealth, MachineStatus};
use model::{MachineId, Tick};

use crate::handle::LinkHandle;

/// One machine as the relay knows it.
#[derive(Default)]
struct Standing {
    liveness: Liveness,
    link: Option<LinkHandle>,
    /// How it fares, as it has said on this link.
    health: Option<MachineHealth>,
    /// What was last told to others.
    told: Option<(MachineStatus, bool)>,
}

/// All machines that were heard of since the start.
#[derive(Default)]
pub(crate) struct Standings {
    machines: Mutex<HashMap<MachineId, Standing>>,
}

impl Standings {
    /// The link of a machine is up; answers the one that it replaces.
    pub(crate) fn up(&self, machine: MachineId, link: LinkHandle, now: Tick) -> Option<LinkHandle> {
        self.with(machine, |standing| {
            standing.liveness =
                Liveness { last_contact: Some(now), connected: true, said_goodbye: false };
            standing.health = None;
            standing.link.replace(link)
        })
    }

    /// A link has ended; nothing changes if the machine has a newer one. Answers whether it was
    /// the machine's.
    pub(crate) fn down(
        &self,
        machine: MachineId,
        epoch: u64,
        said_goodbye: bool,
        now: Tick,
    ) -> bool {
        self.with(machine, |standing| {
            let own = standing.link.as_ref().is_some_and(|link| link.epoch == epoch);
            if own {
                standing.link = None;
                standing.health = None;
                standing.liveness =
                    Liveness { last_contact: Some(now), connected: false, said_goodbye };
            }
            own
        })
    }

    /// Something was heard.
    pub(crate) fn heard(&self, machine: MachineId, now: Tick) {
        self.with(machine, |standing| standing.liveness.last_contact = Some(now));
    }

    /// The machine says how it fares; answers whether it had not said so on this link.
    pub(crate) fn fares(&self, machine: MachineId, health: MachineHealth) -> bool {
        self.with(machine, |standing| standing.health.replace(health).is_none())
    }

    /// How a machine fares, if it is linked and has said so.
    pub(crate) fn health(&self, machine: MachineId) -> Option<MachineHealth> {
        self.lock().get(&machine)?.health
    }

    pub(crate) fn liveness(&self, machine: MachineId) -> Liveness {
        let machines = self.lock();
        machines.get(&machine).map(|standing| standing.liveness).unwrap_or_default()
    }

    pub(crate) fn link(&self, machine: MachineId) -> Option<LinkHandle> {
        self.lock().get(&machine)?.link.clone()
    }

    pub(crate) fn links(&self) -> Vec<LinkHandle> {
        self.lock().values().filter_map(|standing| standing.link.clone()).collect()
    }

    /// What is known of every machine.
    pub(crate) fn all(&self) -> Vec<(Liveness, Option<LinkHandle>)> {
        self.lock().values().map(|standing| (standing.liveness, standing.link.clone())).collect()
    }

    /// Forgets a machine; answers its link.
    pub(crate) fn forget(&self, machine: MachineId) -> Option<LinkHandle> {
        self.lock().remove(&machine)?.link
    }

    /// Machines of which others have been told something else than what is true now; they count
    /// as told. Each with whether it was online as far as others know, and is not any more.
    pub(crate) fn changed(&self, now: Tick, stale_after: Duration) -> Vec<(MachineId, bool)> {
        let mut changed = Vec::new();
        for (machine, standing) in self.lock().iter_mut() {
            let status = standing.liveness.status(now, stale_after);
            let truth = Some((status, standing.liveness.connected));
            if standing.told != truth {
                let was_online =
                    standing.told.is_some_and(|(told, _)| told == MachineStatus::Online);
                standing.told = truth;
                changed.push((*machine, was_online && status == MachineStatus::Offline));
            }
        }
        changed
    }

    fn with<T>(&self, machine: MachineId, change: impl FnOnce(&mut Standing) -> T) -> T {
        change(self.lock().entry(machine).or_default())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<MachineId, Standing>> {
        // A panic while the lock was held leaves each standing as it was before or after.
        self.machines.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
