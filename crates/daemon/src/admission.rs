//! Whether work may begin on this machine at this moment, as its owner says in files that no server
//! can change (S65): what is allowed, and whether the machine is halted.
//!
//! The files are read whenever something is to begin, so that they hold from the moment in which
//! they are written. Whoever starts a process is [`Admitted`] while it does. That everything has
//! ended is looked at when nobody is any more, so that nothing slips in behind it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use model::machine::{ClosedBy, Closure};
use tokio::sync::{OwnedRwLockReadGuard, RwLock, watch};
use tokio_util::sync::CancellationToken;

use crate::halt::Halt;
use crate::local_policy::LocalPolicy;
use crate::reports::Refused;

/// What is said of the machine before any file is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reach {
    /// Workspaces instead of those that the owner's policy names. Where there is no policy,
    /// everything is allowed in them.
    pub workspaces: Option<Vec<PathBuf>>,
    /// Whether the server only gets to see the machine.
    pub no_tunnel: bool,
}

/// Whether work may begin.
pub(crate) struct Admission {
    directory: PathBuf,
    reach: Reach,
    /// Held for reading by whoever starts something.
    starting: Arc<RwLock<()>>,
    /// What was seen last, for those who are told of changes.
    seen: watch::Sender<Standing>,
    /// Cancelled when the machine is halted; another one when that is lifted.
    halting: Mutex<CancellationToken>,
}

/// What the machine's owner allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Nothing, where that cannot be read.
    pub(crate) policy: Arc<LocalPolicy>,
    /// Why there is no work at all.
    pub(crate) closed: Option<Closure>,
    /// How many sessions were ended when the machine was halted, once nothing runs any more.
    pub(crate) ended_sessions: Option<u32>,
}

/// That something may begin. What is started is started before this is dropped.
pub(crate) struct Admitted {
    pub(crate) policy: Arc<LocalPolicy>,
    _starting: OwnedRwLockReadGuard<()>,
}

impl Admission {
    /// Reads what the owner says.
    pub(crate) fn new(directory: &Path, reach: Reach) -> Self {
        let standing = look(directory, &reach);
        let halting = CancellationToken::new();
        if is_halted(&standing) {
            halting.cancel();
        }
        Self {
            directory: directory.to_owned(),
            reach,
            starting: Arc::default(),
            seen: watch::Sender::new(standing),
            halting: Mutex::new(halting),
        }
    }

    /// Lets something begin, or says why not.
    pub(crate) async fn admit(&self) -> Result<Admitted, Refused> {
        // Until it is seen that a halt was lifted, whatever began would be ended again.
        let still = self.halting().is_cancelled().then(|| self.seen.borrow().closed.clone());
        if let Some(closed) = still.flatten() {
            return Err(refusal(&closed));
        }
        let starting = self.starting.clone().read_owned().await;
        let standing = self.look().await;
        match standing.closed {
            Some(closed) => Err(refusal(&closed)),
            None => Ok(Admitted { policy: standing.policy, _starting: starting }),
        }
    }

    /// Waits until whoever was admitted has started what they wanted to. On a halted machine nobody
    /// is admitted from then on.
    pub(crate) async fn nobody_starts(&self) {
        if cfg!(feature = "mutant-halt-waits-for-nobody") {
            return;
        }
        drop(self.starting.write().await);
    }

    /// Cancelled when everything is to end that exists now.
    pub(crate) fn halting(&self) -> CancellationToken {
        self.lock().clone()
    }

    /// What was seen last.
    pub(crate) fn standing(&self) -> Standing {
        self.seen.borrow().clone()
    }

    /// Why the sessions end.
    pub(crate) fn why_all_ends(&self) -> String {
        let halt = self.standing().closed.map(|closed| (closed.since, closed.reason));
        let (since, reason) = halt.unwrap_or_default();
        Halt { since, reason }.sentence()
    }

    /// Whoever waits here is told of changes.
    pub(crate) fn changes(&self) -> watch::Receiver<Standing> {
        self.seen.subscribe()
    }

    /// Reads again what the owner says, and has it hold. Answers whether it has changed.
    pub(crate) async fn look_again(&self) -> bool {
        let mut standing = self.look().await;
        let before = self.standing();
        let (was, is) = (is_halted(&before), is_halted(&standing));
        standing.ended_sessions = before.ended_sessions.filter(|_| was && is);
        if standing == before {
            return false;
        }
        if was && !is {
            *self.lock() = CancellationToken::new();
        }
        self.seen.send_replace(standing);
        if is {
            self.halting().cancel();
        }
        true
    }

    /// Notes that nothing runs any more, after so many sessions were ended.
    pub(crate) fn note_rest(&self, sessions: u32) {
        self.seen.send_modify(|standing| {
            standing.ended_sessions = Some(sessions).filter(|_| is_halted(standing));
        });
    }

    async fn look(&self) -> Standing {
        let (directory, reach) = (self.directory.clone(), self.reach.clone());
        let looked = tokio::task::spawn_blocking(move || look(&directory, &reach)).await;
        // The runtime is being shut down, or reading has panicked, which is in the log.
        looked.unwrap_or_else(|_| unusable("the daemon is stopping".to_owned()))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, CancellationToken> {
        self.halting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Standing {
    /// Whether the machine is halted and something may still run there.
    pub(crate) fn has_to_end(&self) -> bool {
        is_halted(self) && self.ended_sessions.is_none()
    }
}

fn is_halted(standing: &Standing) -> bool {
    standing.closed.as_ref().is_some_and(|closed| closed.by == ClosedBy::Halt)
}

fn look(directory: &Path, reach: &Reach) -> Standing {
    let standing = match policy(directory, reach) {
        Ok(policy) => Standing { policy: Arc::new(policy), closed: None, ended_sessions: None },
        Err(problem) => unusable(problem),
    };
    let reason = String::new();
    let no_tunnel = Closure { by: ClosedBy::NoTunnel, reason, since: None };
    let only_seen = || reach.no_tunnel.then_some(no_tunnel);
    let halted = Halt::read(directory).map(Closure::from);
    Standing { closed: halted.or_else(only_seen).or(standing.closed), ..standing }
}

/// Nothing is allowed.
fn unusable(reason: String) -> Standing {
    let closed = Closure { by: ClosedBy::Policy, reason, since: None };
    Standing {
        policy: Arc::new(LocalPolicy::nothing()),
        closed: Some(closed),
        ended_sessions: None,
    }
}

/// What the owner allows; a mistake in it allows nothing.
fn policy(directory: &Path, reach: &Reach) -> Result<LocalPolicy, String> {
    let written = LocalPolicy::read(directory).map_err(|error| error.to_string())?;
    Ok(match (written, reach.workspaces.clone()) {
        (Some(policy), Some(workspaces)) => LocalPolicy { workspaces, ..policy },
        (Some(policy), None) => policy,
        (None, workspaces) => LocalPolicy::for_workspaces(workspaces.unwrap_or_default()),
    })
}

/// What whoever asks for work is told.
fn refusal(closed: &Closure) -> Refused {
    match closed.by {
        ClosedBy::Halt => {
            let halt = Halt { since: closed.since, reason: closed.reason.clone() };
            Refused::new("machine_halted", halt.sentence())
                .with_hint("only its owner can lift that, on the machine: gantline machine resume")
        }
        ClosedBy::Policy => {
            let message = format!("this machine's policy cannot be used: {}", closed.reason);
            Refused::new("policy_unusable", message)
                .with_hint("on the machine, look with: gantline machine policy show")
        }
        ClosedBy::NoTunnel => {
            let message = "this machine only says how it fares: it was started with --no-tunnel";
            Refused::new("tunnel_off", message)
                .with_hint("on the machine, start its daemon without --no-tunnel")
        }
    }
}

#[cfg(test)]
mod tests;
