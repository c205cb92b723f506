//! What every part of the daemon works with.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use journal::{Change, Committed, Journal, JournalError};
use model::{Clock, Rng, SessionId, Timestamp};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wire::report::Fact;

use crate::admission::Admission;
use crate::containment::Holder;
use crate::holders::Holders;
use crate::shelf::Shelf;
use crate::updating::offers::Updates;
use crate::uplink::Uplink;

/// What every part of the daemon works with.
pub(crate) struct Context {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) rng: Arc<dyn Rng>,
    /// The machine's directory.
    pub(crate) directory: PathBuf,
    /// Whether work may begin, and what is allowed.
    pub(crate) admission: Admission,
    pub(crate) shelf: Shelf,
    pub(crate) journal: Journal,
    pub(crate) uplink: Uplink,
    /// Where agents find the server, without a slash at the end.
    pub(crate) server_url: String,
    /// The daemon's environment; a part of it is handed on.
    pub(crate) variables: Vec<(OsString, OsString)>,
    /// What looks at the repositories of workspaces.
    pub(crate) git: repositories::Git,
    /// What holds sessions that may only read.
    pub(crate) holder: Holder,
    /// The processes that hold terminals.
    pub(crate) holders: Holders,
    /// The shell of terminals.
    pub(crate) shell: PathBuf,
    /// Release of the daemon.
    pub(crate) version: String,
    /// How newer releases are taken.
    pub(crate) updates: Option<Arc<Updates>>,
    /// By how much the server's wall clock is ahead of this one, in milliseconds.
    pub(crate) server_ahead_ms: AtomicI64,
    /// Told when it was looked again what this machine has.
    pub(crate) looked: Notify,
    pub(crate) tasks: TaskTracker,
    /// Cancelled when the daemon is to stop.
    pub(crate) stopping: CancellationToken,
    /// Whether terminals are to end when the daemon stops; else they wait for the next one.
    pub(crate) ends_terminals: AtomicBool,
    /// Why the daemon cannot go on.
    pub(crate) failure: OnceLock<String>,
}

impl Context {
    /// Wall time on the server, as well as it is known.
    pub(crate) fn server_now(&self) -> Timestamp {
        let ahead_ms = self.server_ahead_ms.load(Ordering::Relaxed);
        Timestamp::from_millis(self.clock.now().as_millis().saturating_add(ahead_ms))
    }

    /// Notes what time it is on the server.
    pub(crate) fn set_server_time(&self, server_time: Timestamp) {
        let ahead_ms = server_time.as_millis().saturating_sub(self.clock.now().as_millis());
        self.server_ahead_ms.store(ahead_ms, Ordering::Relaxed);
    }

    /// A change of the journal that tells the server this.
    pub(crate) fn report(&self, fact: Fact) -> Change {
        Change::Report { at: self.clock.now(), fact }
    }

    /// Writes into the journal. What cannot be written is written into the log; a journal that has
    /// stopped for good stops the daemon (R14).
    pub(crate) async fn commit(&self, changes: Vec<Change>) -> Result<Committed, JournalError> {
        let committed = self.journal.commit(changes).await;
        if let Err(error) = &committed {
            self.note_failure(error);
        }
        committed
    }

    /// Writes an error of the journal into the log; one that is for good stops the daemon.
    pub(crate) fn note_failure(&self, error: &JournalError) {
        tracing::error!(%error, "the journal cannot keep what happened");
        if error.is_fatal() && !self.stopping.is_cancelled() {
            // The first reason is the one that counts.
            let _ = self.failure.set(error.to_string());
            self.stopping.cancel();
        }
    }

    /// Where a session's agent keeps its settings and its history.
    pub(crate) fn state_directory(&self, session: SessionId) -> PathBuf {
        state_directories(&self.directory).join(session.to_string())
    }
}

/// Where the directories of sessions are.
pub(crate) fn state_directories(directory: &Path) -> PathBuf {
    directory.join("sessions")
}

/// Runs something that reads from disk on a thread that may block.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, JournalError> + Send + 'static,
) -> Result<T, JournalError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        // The runtime is being shut down, or the work has panicked, which is in the log.
        Err(_) => Err(JournalError::Closed),
    }
}
