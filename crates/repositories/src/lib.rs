//! Git repositories of workspaces: looked at with the machine's git, without anything they bring
//! being run (S72).
//!
//! A repository's settings name programs: hooks, monitors, filters, pagers, helpers, and there are
//! more with every release of git. So none of its settings is in force. Git never gets to see the
//! repository's own directory; it works with a stand-in of ours that has the same commits and a copy
//! of the index, settings that we wrote, and no hooks. Nothing here
//! changes a repository, but for the index where somebody discards a change, and for the worktrees
//! that are made for sessions.
//!
//! - [`workspace`]: where is looked, and at which repository; `place`: how that is found
//! - `settings`: the few settings that say what a file is, and name nothing
//! - `stand_in`: the directory that git gets instead of the repository's own
//! - [`git`]: the program, with a clean environment, bounded in time and output
//! - [`changes`]: which files differ from the last commit; `entries`: how git tells it
//! - [`diff`]: what differs in one file; [`patch`]: how git tells it
//! - [`log`]: what was committed; [`committed`]: one file of it, to be put back
//! - [`worktree`]: a second set of a repository's files, made and taken away
//! - [`error`]: why something cannot be looked at

pub mod changes;
pub mod committed;
pub mod diff;
pub mod error;
pub mod git;
pub mod log;
pub mod patch;
pub mod workspace;
pub mod worktree;

mod entries;
mod place;
mod settings;
mod stand_in;
mod system;

pub use changes::{Changed, Changes, Content, Status};
pub use diff::FileDiff;
pub use error::RepositoryError;
pub use git::Git;
pub use log::{Commit, Log, LogPart};
pub use workspace::Workspace;
pub use worktree::{Holding, Worktree};
