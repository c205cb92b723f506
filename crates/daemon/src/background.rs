//! How a system runs the daemon in the background: from boot on, as the user whose machine it is,
//! and again when it has failed. One description, written down as each system wants it.
//!
//! - `systemd`: a system unit, for Linux
//! - `launchd`: a launch daemon, for macOS
//! - `scheduler`: a task of the task scheduler, for Windows

mod launchd;
mod scheduler;
mod systemd;
mod xml;

use std::path::{Path, PathBuf};

/// What is to run in the background.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Background {
    /// The program, in a directory that only administrators can write to.
    pub program: PathBuf,
    /// Whose machine it is; it runs with the rights of this user and no others.
    pub user: String,
    /// The user's home directory.
    pub home: PathBuf,
    /// The data directory in which the machine's own lies.
    pub data_directory: PathBuf,
}

/// Who starts programs when the system boots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Starter {
    /// systemd, on Linux.
    Systemd,
    /// launchd, on macOS.
    Launchd,
    /// The task scheduler, on Windows.
    Scheduler,
}

/// Stands in a line for the name of a file that holds the description.
pub const DESCRIPTION: &str = "{description}";

/// A program with its arguments.
pub type Line = Vec<&'static str>;

/// A value cannot be written down for the system.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} cannot be written into the description of a background program")]
pub struct Unwritable(pub String);

impl Starter {
    /// Whoever starts programs on this system; `None` if that is nobody we know, as in most
    /// containers.
    pub fn here() -> Option<Self> {
        match std::env::consts::OS {
            // As `sd_booted(3)` finds it out.
            "linux" => Path::new("/run/systemd/system").is_dir().then_some(Self::Systemd),
            "macos" => Some(Self::Launchd),
            "windows" => Some(Self::Scheduler),
            _ => None,
        }
    }

    /// Where the description belongs; `None` if it is only handed over.
    pub fn file(self) -> Option<&'static Path> {
        match self {
            Self::Systemd => Some(Path::new(systemd::FILE)),
            Self::Launchd => Some(Path::new(launchd::FILE)),
            Self::Scheduler => None,
        }
    }

    /// The description.
    pub fn describe(self, background: &Background) -> Result<String, Unwritable> {
        match self {
            Self::Systemd => systemd::unit(background),
            Self::Launchd => launchd::property_list(background),
            Self::Scheduler => scheduler::task(background),
        }
    }

    /// What makes the system take the description on, and start it. [`DESCRIPTION`] stands for a
    /// file that holds it.
    pub fn begin(self) -> Vec<Line> {
        match self {
            Self::Systemd => systemd::begin(),
            Self::Launchd => launchd::begin(),
            Self::Scheduler => scheduler::begin(),
        }
    }

    /// What stops it for good. These may fail where it was gone already.
    pub fn end(self) -> Vec<Line> {
        match self {
            Self::Systemd => systemd::end(),
            Self::Launchd => launchd::end(),
            Self::Scheduler => scheduler::end(),
        }
    }

    /// What makes the system read its descriptions again when one was removed.
    pub fn forget(self) -> Vec<Line> {
        match self {
            Self::Systemd => vec![vec!["systemctl", "daemon-reload"]],
            Self::Launchd | Self::Scheduler => Vec::new(),
        }
    }

    /// What stops it and starts it again. All but the last may fail where it was gone already.
    pub fn restart(self) -> Vec<Line> {
        match self {
            Self::Systemd => systemd::restart(),
            Self::Launchd => launchd::restart(),
            Self::Scheduler => scheduler::restart(),
        }
    }

    /// What shows the last lines of its log, and, if it is followed, those to come; `None` if the
    /// system keeps none.
    pub fn show_log(self, follow: bool) -> Option<Line> {
        match self {
            Self::Systemd => Some(systemd::show_log(follow)),
            Self::Launchd => Some(launchd::show_log(follow)),
            Self::Scheduler => None,
        }
    }
}

/// A path as text, which every description is.
fn text(path: &Path) -> Result<&str, Unwritable> {
    path.to_str().ok_or_else(|| Unwritable(path.display().to_string()))
}

#[cfg(test)]
mod tests;
