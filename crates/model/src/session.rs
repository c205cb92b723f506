//! One unit of interactive work in a workspace.

use std::time::Duration;

use crate::agent::AgentName;
use crate::label::Labels;
use crate::{InvalidTransition, MachineId, SessionId, TenantId, Timestamp, UserId, words};

words! {
    /// What kind of work a session is.
    pub enum SessionKind as "session kind" {
        /// A conversation with an agent over ACP.
        Chat = "chat",
        /// A program on a pseudo-terminal.
        Terminal = "terminal",
    }
}

words! {
    /// Where a session stands.
    pub enum SessionState as "session state" {
        /// Ordered, not yet confirmed by the machine.
        Starting = "starting",
        /// A chat that waits for a prompt.
        Idle = "idle",
        /// A turn runs, or the terminal's program runs.
        Running = "running",
        /// A person must answer before the turn goes on.
        Waiting = "waiting",
        /// Nothing of it runs, because somebody said so; it goes on from where it stands.
        Paused = "paused",
        /// Ended on request or because its program ended.
        Stopped = "stopped",
        /// Ended because it could not start or go on.
        Failed = "failed",
    }
}

impl SessionState {
    /// Whether nothing follows any more.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Stopped | Self::Failed)
    }

    /// Takes on the state that the machine reports. A final state never changes again.
    pub fn become_state(self, next: Self) -> Result<Self, InvalidTransition> {
        let back_to_start = next == Self::Starting && self != Self::Starting;
        if (self.is_final() && next != self) || back_to_start {
            return Err(InvalidTransition {
                what: "session",
                from: self.as_str(),
                to: next.as_str(),
            });
        }
        Ok(next)
    }
}

/// Somebody has said that nothing of a session runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// Since when.
    pub at: Timestamp,
    /// Who said so.
    pub by: UserId,
}

words! {
    /// Who holds a session to reading, where its policy allows nothing else.
    pub enum Containment as "containment" {
        /// The machine's kernel: no write succeeds outside of the session's own directory, whatever
        /// the agent asks or does not ask.
        Kernel = "kernel",
        /// The kernel, but not in every respect; the policy holds the rest.
        Partly = "partly",
        /// The policy alone: an agent that does not ask is not held.
        Policy = "policy",
    }
}

words! {
    /// What became of a session's worktree.
    pub enum WorktreeState as "worktree state" {
        /// The session works in it, or is about to.
        InUse = "in_use",
        /// The session is over, and it holds what is nowhere else.
        Kept = "kept",
        /// It is not there any more, or was never made.
        Removed = "removed",
    }
}

/// A worktree that was made for a session: a second set of a repository's files, with a branch of
/// its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worktree {
    /// The directory of whose repository it is, absolute.
    pub source: String,
    /// The branch that was made for it.
    pub branch: String,
    /// The commit with which it began, in hexadecimal.
    pub base: String,
    /// What became of it.
    pub state: WorktreeState,
    /// Files in it that were not committed, when the session was over.
    pub files: u32,
    /// Commits that no other branch had then.
    pub commits: u32,
    /// What else is to be said of it; for people.
    pub detail: Option<String>,
}

/// One unit of interactive work, as the server stores it: no content, only what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Identifier.
    pub id: SessionId,
    /// The tenant it belongs to.
    pub tenant: TenantId,
    /// Who started it.
    pub owner: UserId,
    /// Where it runs.
    pub machine: MachineId,
    /// Chat or terminal.
    pub kind: SessionKind,
    /// The agent; `None` for a plain shell.
    pub agent: Option<AgentName>,
    /// The directory on the machine, absolute.
    pub workspace: String,
    /// The worktree in which that directory lies, where one was made for it.
    pub worktree: Option<Worktree>,
    /// The model asked for, if one was.
    pub model: Option<String>,
    /// The name of the policy preset.
    pub preset: String,
    /// What it may do without a person, as it was resolved, as JSON. `None` for sessions of
    /// earlier releases, which have their preset unchanged.
    pub policy: Option<String>,
    /// What it is called where nobody has named it; the agent may change it.
    pub title: String,
    /// What people have said about it.
    pub labels: Labels,
    /// Where it stands.
    pub state: SessionState,
    /// Why it failed, or how its program ended; for people.
    pub detail: Option<String>,
    /// Who holds it to reading; `None` where it may do more, or where its machine has not said.
    pub containment: Option<Containment>,
    /// What holds it, and what that does not hold; for people.
    pub containment_detail: Option<String>,
    /// After how long without anything happening it ends by itself; never if there is none.
    pub idle_limit: Option<Duration>,
    /// That it is to stand still. It does once its machine has said so, in [`Self::state`].
    pub pause: Option<Pause>,
    /// For how long it was to stand still before, in all: no time of its work passes meanwhile.
    pub paused_for: Duration,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// When anything last happened.
    pub last_active_at: Timestamp,
    /// When it was taken in, where it was held elsewhere. Such a session is over, and can be read.
    pub imported_at: Option<Timestamp>,
}

impl Session {
    /// Whether it stands still, or is to.
    pub fn is_paused(&self) -> bool {
        self.pause.is_some() || self.state == SessionState::Paused
    }

    /// The directory for which it was asked, which rules about directories mean.
    pub fn asked_workspace(&self) -> &str {
        self.worktree.as_ref().map_or(&self.workspace, |worktree| &worktree.source)
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        self.labels.name.as_deref().unwrap_or(&self.title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_final_state_stays() {
        for end in [SessionState::Stopped, SessionState::Failed] {
            for next in SessionState::ALL {
                assert_eq!(end.become_state(*next).is_ok(), *next == end, "{end} to {next}");
            }
        }
    }

    #[test]
    fn what_stands_still_can_go_on_or_end() {
        for next in SessionState::ALL {
            let goes_on = SessionState::Paused.become_state(*next).is_ok();
            assert_eq!(goes_on, *next != SessionState::Starting, "{next}");
        }
    }

    #[test]
    fn nothing_goes_back_to_starting() {
        assert!(SessionState::Running.become_state(SessionState::Starting).is_err());
        assert!(SessionState::Starting.become_state(SessionState::Idle).is_ok());
        assert!(SessionState::Waiting.become_state(SessionState::Running).is_ok());
    }
}
