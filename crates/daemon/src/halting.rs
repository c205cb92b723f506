//! Heeding what the machine's owner says while the daemon runs: changes of the policy are told, and
//! a halt ends everything.

use std::time::Duration;

use tokio::time::MissedTickBehavior;

use crate::supervisor::Supervisor;
use crate::sweep;

/// How often it is looked whether the owner has said something else. What begins is looked at by
/// itself, so this is how long a halt takes to be heard by what runs.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How long a start that had begun before may take. If it takes longer, it is looked again.
const STARTED_WITHIN: Duration = Duration::from_secs(2);

/// Heeds it until the daemon stops.
pub(crate) async fn keep_heeded(supervisor: &Supervisor) {
    let context = &supervisor.context;
    let mut to_end = 0;
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = context.stopping.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if context.admission.look_again().await {
            tell(supervisor);
        }
        if !context.admission.standing().has_to_end() {
            continue;
        }
        to_end = supervisor.sessions().max(to_end);
        if everything_has_ended(supervisor).await {
            context.admission.note_rest(to_end);
            tracing::warn!(sessions = to_end, "nothing runs on this machine any more");
            to_end = 0;
        }
    }
}

fn tell(supervisor: &Supervisor) {
    let context = &supervisor.context;
    match context.admission.standing().closed {
        Some(closed) => {
            tracing::warn!(by = %closed.by, reason = closed.reason, "the machine takes no work");
        }
        None => tracing::info!("the machine takes work, as its owner's policy allows it"),
    }
    context.looked.notify_one();
}

/// Kills whatever runs, without waiting for the sessions, which end by themselves; answers whether
/// nothing is left of either.
async fn everything_has_ended(supervisor: &Supervisor) -> bool {
    // At once; this does not wait for a start that hangs.
    sweep::kill_all(&supervisor.session_ids()).await;
    let started = supervisor.context.admission.nobody_starts();
    if tokio::time::timeout(STARTED_WITHIN, started).await.is_err() {
        tracing::error!("something that was to start before the halt neither starts nor fails");
        return false;
    }
    let left = sweep::kill_all(&supervisor.session_ids()).await;
    if !left.is_empty() {
        tracing::error!(processes = ?left, "these were killed and are still there");
    }
    left.is_empty() && supervisor.sessions() == 0
}
