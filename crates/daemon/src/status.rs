//! What the daemon says of itself to other programs on this computer: `status.json` in the
//! machine's directory, and a lock that shows whether it runs.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use model::Timestamp;
use model::machine::{Carrier, Closure};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::connector::{Detour, Way};
use crate::supervisor::Supervisor;
use crate::uplink::keeping::LinkStatus;

/// How often the number of sessions is written, if it has changed.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What the daemon says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Its process.
    pub process_id: u32,
    /// Its release.
    pub version: String,
    /// Whether the link is up.
    pub linked: bool,
    /// Since when the link is up.
    pub linked_since: Option<Timestamp>,
    /// What carries the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier: Option<Carrier>,
    /// Why the link goes by long-poll, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detour: Option<Detour>,
    /// Why there is no link.
    pub reason: Option<String>,
    /// How many sessions there are.
    pub sessions: u32,
    /// By how much the server's clock is ahead of this one, in milliseconds.
    pub server_ahead_ms: i64,
    /// What keeps this computer from all work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closure>,
    /// How many sessions were ended when the machine was halted; `None` until nothing runs any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_sessions: Option<u32>,
}

/// Reads what a daemon that runs says of itself; `None` if none runs for this machine.
pub fn read(directory: &Path) -> Option<Status> {
    if !is_running(directory) {
        return None;
    }
    let text = host::private::read(&file(directory)).ok()??;
    serde_json::from_slice(&text).ok()
}

/// Whether a daemon runs for this machine.
pub fn is_running(directory: &Path) -> bool {
    let Ok(lock) = File::open(directory.join("journal").join("lock")) else { return false };
    matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock))
}

/// Writes it whenever it changes, until the daemon stops.
pub(crate) async fn keep_written(supervisor: &Supervisor, mut link: watch::Receiver<LinkStatus>) {
    let context = &supervisor.context;
    let mut standing = context.admission.changes();
    let mut written = None;
    loop {
        let status = now(supervisor, &link.borrow_and_update());
        if written.as_ref() != Some(&status) {
            write(&context.directory, &status).await;
            written = Some(status);
        }
        tokio::select! {
            () = context.stopping.cancelled() => return,
            changed = link.changed() => if changed.is_err() { return },
            // The sender lives as long as the context.
            _ = standing.changed() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

/// Takes it away; a daemon that was killed leaves it, which is why the lock is looked at as well.
pub(crate) fn remove(directory: &Path) {
    if let Err(error) = host::private::remove(&file(directory)) {
        tracing::warn!(%error, "cannot remove the status");
    }
}

fn now(supervisor: &Supervisor, link: &LinkStatus) -> Status {
    let context = &supervisor.context;
    let (linked_since, way, reason) = match link {
        LinkStatus::Up { since, way } => (Some(*since), Some(*way), None),
        LinkStatus::Connecting => (None, None, Some("it is connecting".to_owned())),
        LinkStatus::Down { reason } => (None, None, Some(reason.clone())),
    };
    let detour = match way {
        Some(Way::Around(detour)) => Some(detour),
        _ => None,
    };
    let standing = context.admission.standing();
    Status {
        process_id: std::process::id(),
        version: context.version.clone(),
        linked: linked_since.is_some(),
        linked_since,
        carrier: way.map(Way::carrier),
        detour,
        reason,
        sessions: supervisor.sessions(),
        server_ahead_ms: context.server_ahead_ms.load(std::sync::atomic::Ordering::Relaxed),
        closed: standing.closed,
        ended_sessions: standing.ended_sessions,
    }
}

async fn write(directory: &Path, status: &Status) {
    let path = file(directory);
    // Writing JSON to memory fails only for keys that are not strings, and a status has none.
    let text = serde_json::to_vec(status).expect("a status can be written as JSON");
    let written = tokio::task::spawn_blocking(move || host::private::write(&path, &text)).await;
    if let Ok(Err(error)) = written {
        tracing::warn!(%error, "cannot write the status");
    }
}

fn file(directory: &Path) -> PathBuf {
    directory.join("status.json")
}
