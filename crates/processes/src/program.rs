//! What to start.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

/// A program with everything it gets. Nothing is inherited; nothing passes through a shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The executable: an absolute path, or a name looked up in the `PATH` of `environment`.
    pub path: PathBuf,
    /// Arguments after the name.
    pub arguments: Vec<OsString>,
    /// The whole environment, without the marker.
    pub environment: Vec<(OsString, OsString)>,
    /// The working directory, absolute.
    pub directory: PathBuf,
}

/// A program could not be started.
#[derive(Debug, thiserror::Error)]
pub enum SpawnError {
    /// The working directory is gone.
    #[error("the directory {0} does not exist")]
    NoDirectory(PathBuf),
    /// There is no such executable.
    #[error("the program {0} was not found")]
    NoProgram(PathBuf),
    /// The system refused.
    #[error("start {program}")]
    System {
        /// What was to be started.
        program: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl SpawnError {
    /// Reads the system's answer to an attempt to start `program`.
    pub fn from_io(program: &Program, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::NotFound if !program.directory.is_dir() => {
                Self::NoDirectory(program.directory.clone())
            }
            io::ErrorKind::NotFound => Self::NoProgram(program.path.clone()),
            _ => Self::System { program: program.path.clone(), source },
        }
    }
}

impl Program {
    /// The executable, with a bare name looked up in the `PATH` that the program itself will
    /// have, not in the daemon's. On Windows the endings of its `PATHEXT` are tried.
    pub fn executable(&self) -> PathBuf {
        system::find(&self.path, &self.environment).unwrap_or_else(|| self.path.clone())
    }
}
