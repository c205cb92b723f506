//! What a session is.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use agent_client_protocol_schema::v1::SessionId;
use tokio_util::sync::CancellationToken;

use super::Environment;
use super::history::History;

/// How the agent treats what it wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Mode {
    #[default]
    Ask,
    Plan,
    Auto,
}

impl Mode {
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Plan => "plan",
            Self::Auto => "auto",
        }
    }

    pub(super) fn named(id: &str) -> Option<Self> {
        [Self::Ask, Self::Plan, Self::Auto].into_iter().find(|mode| mode.id() == id)
    }
}

/// What can be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) mode: Mode,
    pub(super) model: String,
    pub(super) fast: bool,
    /// Whether a person has said that it need not ask any more.
    pub(super) always_allowed: bool,
}

/// One session.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) id: SessionId,
    pub(super) cwd: PathBuf,
    pub(super) environment: Arc<Environment>,
    settings: Mutex<Settings>,
    history: Mutex<History>,
    next_call: AtomicU64,
    running: Mutex<Option<CancellationToken>>,
}

impl Session {
    pub(super) fn new(
        id: &str,
        cwd: PathBuf,
        environment: Arc<Environment>,
        history: History,
    ) -> Self {
        let settings = Settings {
            mode: Mode::default(),
            model: environment.model.clone(),
            fast: false,
            always_allowed: false,
        };
        // Ids of tool calls go on where the earlier process stopped.
        let next_call = AtomicU64::new(history.entries.len() as u64 * 100 + 1);
        Self {
            id: SessionId::new(id),
            cwd,
            environment,
            settings: Mutex::new(settings),
            history: Mutex::new(history),
            next_call,
            running: Mutex::default(),
        }
    }

    pub(super) fn settings(&self) -> Settings {
        lock(&self.settings).clone()
    }

    pub(super) fn set(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut lock(&self.settings));
    }

    pub(super) fn history(&self) -> MutexGuard<'_, History> {
        lock(&self.history)
    }

    pub(super) fn fresh_call_id(&self) -> String {
        format!("call-{}", self.next_call.fetch_add(1, Ordering::Relaxed))
    }

    /// Begins a turn; `None` while another one runs.
    pub(super) fn begin_turn(&self) -> Option<CancellationToken> {
        let mut running = lock(&self.running);
        if running.is_some() {
            return None;
        }
        Some(running.insert(CancellationToken::new()).clone())
    }

    pub(super) fn end_turn(&self) {
        *lock(&self.running) = None;
    }

    pub(super) fn cancel(&self) {
        if let Some(running) = &*lock(&self.running) {
            running.cancel();
        }
    }
}

/// Nothing that is done under these locks can leave the value half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
