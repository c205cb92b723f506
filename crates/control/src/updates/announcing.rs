//! The server announces newer releases by itself, where its operator has said so: to one machine of a
//! kind first, and to more as they take it. What is known of that is forgotten when the server stops;
//! it begins with one machine again then.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::stream::{self, StreamExt};
use model::Actor;
use model::machine::Machine;
use release::Version;

use super::rollout::{Answered, Candidate, Next, Rollout};
use crate::{ControlPlane, Error};

/// How often it is looked which machines are behind.
const LOOK_EVERY: Duration = Duration::from_secs(20);

/// What this server can hand out.
#[async_trait]
pub trait Offers: Send + Sync {
    /// Which release is offered for a target such as `linux-x86_64`; `None` where there is none, or
    /// where that cannot be read.
    async fn offered(&self, target: &str) -> Option<Version>;
}

/// Announces what is offered, for as long as the server runs.
pub async fn announce(plane: Arc<ControlPlane>, offers: Arc<dyn Offers>) {
    let mut rollout = Rollout::default();
    loop {
        if let Err(error) = look(&plane, &*offers, &mut rollout).await {
            tracing::warn!(error = error.message, "newer releases could not be announced");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn look(
    plane: &ControlPlane,
    offers: &dyn Offers,
    rollout: &mut Rollout,
) -> Result<(), Error> {
    let machines = plane.store.machines(None, None).await?;
    let targets: BTreeSet<String> = machines.iter().map(|one| one.facts.target()).collect();
    let mut offered = BTreeMap::new();
    for target in targets {
        if let Some(version) = offers.offered(&target).await {
            offered.insert(target, version);
        }
    }
    let candidates: Vec<Candidate> =
        machines.iter().filter_map(|machine| candidate(plane, machine)).collect();
    let next = rollout.look(&candidates, &offered, plane.clock().tick());
    for (target, version) in next.newly_held {
        tracing::error!(
            target,
            %version,
            "a release is announced to no more machines, because too many came back without it; the \
             audit log says why (machine.update)"
        );
    }
    tell(plane, &machines, next.told, rollout).await;
    Ok(())
}

/// All at once: there are few, and one that is slow to answer keeps nobody waiting.
async fn tell(plane: &ControlPlane, machines: &[Machine], told: Vec<Next>, rollout: &mut Rollout) {
    let asking = told.iter().filter_map(|next| {
        let machine = machines.iter().find(|machine| machine.id == next.machine)?;
        Some(async move {
            let answered =
                super::offer(plane, &Actor::System, machine, &next.version.to_string()).await;
            (machine.id, answered)
        })
    });
    let mut asking = stream::iter(asking).buffer_unordered(told.len().max(1));
    while let Some((machine, answered)) = asking.next().await {
        match answered {
            Ok(version) => {
                tracing::info!(machine.id = %machine, version, "a newer release was announced");
            }
            Err(error) => {
                tracing::info!(machine.id = %machine, error = error.message, "an announced release is not taken");
                rollout.answered(machine, Answered::of(error.code));
            }
        }
    }
}

/// A machine that may be told. One that is frozen is left as it is, and so is one whose version says
/// nothing.
fn candidate(plane: &ControlPlane, machine: &Machine) -> Option<Candidate> {
    let runs = machine.facts.version.parse().ok()?;
    let is_there = plane.relay.liveness(machine.id).connected && !machine.freezes.is_any();
    Some(Candidate { machine: machine.id, target: machine.facts.target(), runs, is_there })
}
