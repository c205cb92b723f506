//! Programs that the kernel lets write in one directory only.
//!
//! A program is contained by being started through our own: it takes its own rights away, for good
//! and for everything that it will start, and then becomes the program. On Linux this is Landlock
//! (<https://docs.kernel.org/userspace-api/landlock.html>); elsewhere there is nothing like it.
//!
//! What the kernel does not hold at all, even where it is the newest: reading; connections to other
//! computers; mode, owner, times and attributes of files.

#[cfg(target_os = "linux")]
mod landlocked;
#[cfg(not(target_os = "linux"))]
mod missing;

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use crate::Program;

#[cfg(target_os = "linux")]
use landlocked as system;
#[cfg(not(target_os = "linux"))]
use missing as system;

/// The command of our own program that contains itself and becomes another one. Its arguments are
/// the own directory, the program, and the program's arguments.
pub const COMMAND: &str = "contain";

/// Directories below the own one, with the variables that send programs there instead of into the
/// user's home or a directory that others write in as well.
const INSTEAD: &[(&str, &[&str])] = &[
    ("tmp", &["TMPDIR", "TMP", "TEMP"]),
    ("cache", &["XDG_CACHE_HOME"]),
    ("data", &["XDG_DATA_HOME"]),
    ("state", &["XDG_STATE_HOME"]),
    ("npm", &["npm_config_cache"]),
];

/// How a program is contained.
#[derive(Debug, Clone, Copy)]
pub struct Containment<'a> {
    /// Our own program, which has [`COMMAND`].
    pub by: &'a Path,
    /// The only directory in which it may write. It must be there, and private.
    pub own: &'a Path,
}

/// How much a kernel holds, by the version of its interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Strength {
    version: u32,
}

/// A program could not be contained, or not be started afterwards. Nothing was started.
#[derive(Debug, thiserror::Error)]
pub enum ContainError {
    /// The system cannot do it.
    #[error("this system cannot contain programs")]
    Unsupported,
    /// The system can do it, and refused.
    #[error("contain this process")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The program could not be started.
    #[error("start {}", program.display())]
    NotStarted {
        /// Which.
        program: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl Containment<'_> {
    /// The same program, started through ours, with its temporary files and caches in the own
    /// directory.
    pub fn around(&self, program: Program) -> Program {
        let executable = program.executable();
        let inner = [self.own.as_os_str().to_owned(), executable.into_os_string()];
        let mut environment = program.environment;
        for (directory, names) in INSTEAD {
            for name in *names {
                set(&mut environment, name, self.own.join(directory).as_os_str());
            }
        }
        // Looking at a repository must not fail because its index cannot be refreshed.
        set(&mut environment, "GIT_OPTIONAL_LOCKS", OsStr::new("0"));
        let arguments = std::iter::once(COMMAND.into()).chain(inner).chain(program.arguments);
        Program {
            path: self.by.to_owned(),
            arguments: arguments.collect(),
            environment,
            directory: program.directory,
        }
    }

    /// The directories to which the program is sent. They must be there.
    pub fn directories(&self) -> impl Iterator<Item = PathBuf> {
        INSTEAD.iter().map(|(directory, _)| self.own.join(directory))
    }
}

fn set(environment: &mut Vec<(OsString, OsString)>, name: &str, value: &OsStr) {
    environment.retain(|(known, _)| known != name);
    environment.push((name.into(), value.to_owned()));
}

impl Strength {
    /// The version of the kernel's interface (Landlock ABI).
    pub const fn version(self) -> u32 {
        self.version
    }

    /// Whether no file outside of the own directory can be changed in any way that is a write.
    pub const fn holds_every_write(self) -> bool {
        self.version >= 3
    }

    /// What newer kernels hold and this one does not, for people.
    pub fn gaps(self) -> Vec<&'static str> {
        let since = [
            (3, "emptying files"),
            (6, "signals to other programs and abstract sockets"),
            (9, "sockets of other programs in the file system"),
        ];
        since.into_iter().filter(|(since, _)| self.version < *since).map(|(_, gap)| gap).collect()
    }
}

/// How much this computer's kernel holds; `None` if it holds nothing. Tries it out, on a thread
/// of its own.
pub fn strength() -> Option<Strength> {
    let tried = std::thread::spawn(|| contain_this_thread(None)).join();
    tried.ok()?.ok()
}

/// Takes from this thread, and from every process that it will start, the right to write anywhere
/// but in `own`; in nothing at all if that is `None`. There is no way back.
pub fn contain_this_thread(own: Option<&Path>) -> Result<Strength, ContainError> {
    system::contain(own).map(|version| Strength { version })
}

/// Contains this process and becomes the program. Comes back only if that failed, and then the
/// program was not started.
pub fn become_contained(own: &Path, program: &Path, arguments: &[OsString]) -> ContainError {
    match contain_this_thread(Some(own)) {
        Ok(_) => system::become_program(program, arguments),
        Err(error) => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contained_program_is_started_through_ours_and_sent_to_its_own_directory() {
        let program = Program {
            path: "/bin/agent".into(),
            arguments: vec!["--acp".into()],
            environment: vec![("TMPDIR".into(), "/tmp".into()), ("HOME".into(), "/h".into())],
            directory: "/w".into(),
        };
        let containment = Containment { by: Path::new("/us"), own: Path::new("/own") };
        let around = containment.around(program);
        assert_eq!(around.path, Path::new("/us"));
        assert_eq!(around.arguments, ["contain", "/own", "/bin/agent", "--acp"]);
        let value = |name: &str| {
            let found = around.environment.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.to_str().unwrap())
        };
        assert_eq!(value("TMPDIR").map(Path::new), Some(Path::new("/own/tmp")));
        assert_eq!(value("HOME"), Some("/h"));
        assert_eq!(around.directory, Path::new("/w"));
    }

    #[test]
    fn an_old_kernel_says_what_it_does_not_hold() {
        assert!(!Strength { version: 2 }.holds_every_write());
        assert_eq!(Strength { version: 2 }.gaps().len(), 3);
        assert!(Strength { version: 3 }.holds_every_write());
        assert!(Strength { version: 9 }.gaps().is_empty());
    }
}
