//! That the owner of the machine has halted it: `halt.json` in the machine's directory. Nothing runs
//! on a halted machine and nothing begins there, whatever its server says (S65).
//!
//! The file alone is the state: it is there before anything is ended, and outlives the daemon.

use std::path::{Path, PathBuf};

use host::private::{self, PrivateError};
use journal::{Limits, OpenError};
use model::machine::{ClosedBy, Closure};
use model::{SessionId, Timestamp};
use processes::Grace;
use serde::{Deserialize, Serialize};

use crate::holders::end_terminals;
use crate::sweep;

/// The file's name.
const FILE: &str = "halt.json";

/// The longest reason, in characters.
pub const MAX_REASON_CHARS: usize = 500;

/// That the machine is halted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Halt {
    /// Since when, by the clock of this computer; `None` if it cannot be read who said so and when.
    pub since: Option<Timestamp>,
    /// Why, for people; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// What was left running by a daemon that does not run any more cannot be ended.
#[derive(Debug, thiserror::Error)]
pub enum EndError {
    /// The journal says which sessions there are, and cannot be read.
    #[error(transparent)]
    Journal(#[from] OpenError),
    /// Somebody is still there, though killed.
    #[error("these processes do not end: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Left(Vec<u32>),
}

impl Halt {
    /// Reads whether the machine is halted. A file that cannot be read halts, too: somebody has
    /// written it.
    pub fn read(directory: &Path) -> Option<Self> {
        let path = file(directory);
        let unreadable = |problem: String| Self { since: None, reason: problem };
        match private::read(&path) {
            Ok(None) => None,
            Ok(Some(text)) => Some(serde_json::from_slice(&text).unwrap_or_else(|error| {
                unreadable(format!("{} cannot be understood: {error}", path.display()))
            })),
            Err(error) => Some(unreadable(error.to_string())),
        }
    }

    /// Writes it, so that it survives a power cut.
    pub fn write(&self, directory: &Path) -> Result<(), PrivateError> {
        // Writing JSON to memory fails only for keys that are not strings, and a halt has none.
        let text = serde_json::to_vec_pretty(self).expect("a halt can be written as JSON");
        private::write(&file(directory), &text)
    }

    /// Lifts it. Nothing happens if the machine is not halted.
    pub fn lift(directory: &Path) -> Result<(), PrivateError> {
        private::remove(&file(directory))
    }

    /// In one sentence, for whoever is refused or whose session ends.
    pub(crate) fn sentence(&self) -> String {
        let text = "this machine was halted by its owner";
        if self.reason.is_empty() { text.to_owned() } else { format!("{text}: {}", self.reason) }
    }
}

impl From<Halt> for Closure {
    fn from(halt: Halt) -> Self {
        Self { by: ClosedBy::Halt, reason: halt.reason, since: halt.since }
    }
}

/// Ends every process that a daemon has left behind which does not run any more; answers how many
/// sessions had some. The next daemon tells the server.
pub async fn end_what_was_left(directory: &Path) -> Result<usize, EndError> {
    let path = directory.join("journal");
    let opened = tokio::task::spawn_blocking(move || journal::open(&path, Limits::default())).await;
    // The thread has panicked, which is a bug of the journal's.
    let opened = opened.expect("the journal does not panic")?;
    let sessions: Vec<SessionId> =
        opened.recovered.sessions.into_iter().map(|(session, _)| session).collect();
    let had_some = sessions.iter().filter(|session| !sweep::left_of(**session).is_empty()).count();
    let left = sweep::kill_all(&sessions).await;
    end_terminals(directory, Grace::NONE).await;
    // Nothing was written; what can go wrong with closing it will with opening it.
    let _ = opened.writer.close().await;
    if left.is_empty() { Ok(had_some) } else { Err(EndError::Left(left)) }
}

fn file(directory: &Path) -> PathBuf {
    directory.join(FILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S65: that a machine is halted is kept as it was said, and lifted by taking it away.
    #[test]
    fn a_halt_is_read_as_it_was_written() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(Halt::read(root.path()), None);
        let since = Some(Timestamp::from_millis(7));
        let halt = Halt { since, reason: "a leak".to_owned() };
        halt.write(root.path()).unwrap();
        assert_eq!(Halt::read(root.path()), Some(halt.clone()));
        assert!(halt.sentence().ends_with("a leak"));
        Halt::lift(root.path()).unwrap();
        Halt::lift(root.path()).unwrap();
        assert_eq!(Halt::read(root.path()), None);
    }

    /// S65: a file that makes no sense, or that others can write, halts.
    #[test]
    #[cfg(unix)]
    fn what_cannot_be_read_halts() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        host::private::write(&file(root.path()), b"{").unwrap();
        let halt = Halt::read(root.path()).unwrap();
        assert!(halt.since.is_none() && halt.reason.contains("halt.json"), "{halt:?}");
        std::fs::set_permissions(file(root.path()), std::fs::Permissions::from_mode(0o644))
            .unwrap();
        assert!(Halt::read(root.path()).unwrap().reason.contains("chmod 600"));
    }
}
