//! What the server says of newer releases, and what it is told of them. It is told to look, and
//! nothing more: where the release comes from, whether it is ours and whether it is taken is decided
//! here, and the owner of the machine has the last word (S131, S132).

use std::sync::Arc;
use std::time::Duration;

use updates::{Outcome, Own, Store, Verdict};
use wire::call::Answer;
use wire::report::Fact;
use wire::update::{OfferUpdate, UpdateEnded, UpdateTaken};

use super::{Offer, Source, UpdateError, look, take};
use crate::context::Context;
use crate::reports::Refused;

/// How often it is looked whether something is known that was not told.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What a daemon needs to take releases of its own program.
#[derive(Debug)]
pub struct Updates {
    /// Where they are kept.
    pub store: Store,
    /// What runs.
    pub own: Own,
    /// Where they come from.
    pub source: Source,
}

/// The server says that there is a newer release.
pub(crate) async fn consider(
    context: &Arc<Context>,
    offered: OfferUpdate,
) -> Result<Answer, Refused> {
    let Some(updates) = context.updates.clone() else {
        let message = "this machine's program is updated by whoever installs it";
        return Err(Refused::new("update_not_here", message));
    };
    // The policy is read at this moment, and a halted machine begins nothing.
    if !context.admission.admit().await?.policy.updates {
        let message = "the owner of this machine takes updates by hand only";
        return Err(Refused::new("updates_off", message));
    }
    let refused = |error: &UpdateError| {
        tracing::warn!(version = offered.version, %error, "an update that was offered is not taken");
        Refused::new("update_refused", error.to_string())
    };
    let offer = look(&updates.source, &updates.store, &updates.own, &*context.clock).await;
    let offer = offer.map_err(|error| refused(&error))?;
    let state = updates.store.state().map_err(|error| refused(&error.into()))?;
    if let Some(trial) = state.trial {
        return Err(refused(&UpdateError::Waiting(trial.version)));
    }
    let version = offer.authentic.manifest.version;
    if !state.may_try(&offer.folder(), context.clock.now()) {
        let message = format!(
            "release {version} has failed on this machine; whoever owns it can try it again with: \
             gantline machine update"
        );
        return Err(Refused::new("update_failed_before", message));
    }
    let taking = context.clone();
    context.tasks.spawn(async move { fetch(&taking, &updates, offer).await });
    Ok(Answer::UpdateTaken(UpdateTaken { version: version.to_string() }))
}

/// Takes it. Whoever runs the daemon sees that there is something to be tried.
async fn fetch(context: &Context, updates: &Updates, offer: Offer) {
    let Updates { store, own, source } = updates;
    let to = offer.authentic.manifest.version;
    let taken = tokio::select! {
        taken = take(offer, source, store, own, &*context.clock) => taken,
        () = context.stopping.cancelled() => return,
    };
    let reason = match taken {
        Ok(_) => return tracing::info!(version = %to, "a newer release is here, and verified"),
        Err(error) => error.to_string(),
    };
    tracing::warn!(version = %to, reason, "a newer release is not taken");
    let from = store.newest(own).unwrap_or(own.version).to_string();
    let ended = UpdateEnded { from, to: to.to_string(), is_kept: false, reason };
    // What cannot be kept is in the log.
    let _ = context.commit(vec![context.report(Fact::UpdateEnded(ended))]).await;
}

/// Tells the server what became of releases, until the daemon stops.
pub(crate) async fn keep_told(context: &Context) {
    let Some(updates) = &context.updates else { return };
    loop {
        tokio::select! {
            () = context.stopping.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        let last = updates.store.state().ok().and_then(|state| state.last);
        let Some(outcome) = last.filter(|outcome| !outcome.told) else { continue };
        let report = context.report(Fact::UpdateEnded(ended(&outcome)));
        // It is told again after a cut in between: it is in the audit log twice then, and not lost.
        if context.commit(vec![report]).await.is_ok()
            && let Err(error) = updates.store.note_told(&outcome)
        {
            return tracing::error!(%error, "cannot note that an update was told");
        }
    }
}

fn ended(outcome: &Outcome) -> UpdateEnded {
    let Outcome { from, to, result, .. } = outcome;
    let (is_kept, reason) = match result {
        Verdict::Kept => (true, String::new()),
        Verdict::Undone { reason } => (false, reason.clone()),
    };
    UpdateEnded { from: from.to_string(), to: to.to_string(), is_kept, reason }
}
