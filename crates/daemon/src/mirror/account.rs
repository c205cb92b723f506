//! What is said of the copies to other programs on this computer: `mirror.json` in the machine's
//! directory.

use std::path::{Path, PathBuf};

use model::Timestamp;
use model::mirror::LeftOut;
use serde::{Deserialize, Serialize};

use crate::reports::Refused;
use crate::uplink::AskFailure;

/// The file's name.
const FILE: &str = "mirror.json";

/// The code of a server that cannot be reached.
const OFFLINE: &str = "server_unreachable";

/// How the copies fare.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Account {
    /// Whether they are kept up to date.
    pub is_on: bool,
    /// What happens just now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doing: Option<Doing>,
    /// The copies that the server has, as far as is known.
    #[serde(default)]
    pub workspaces: Vec<Mirrored>,
    /// Why they are not up to date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// The number of the last wish that was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heeded: Option<u64>,
}

/// What happens to a copy just now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doing {
    /// Of which workspace.
    pub workspace: String,
    /// How many contents the server has got of those that it lacks.
    pub sent_files: u64,
    /// How many it lacks; 0 while the workspace is looked through.
    pub files: u64,
    /// The same in bytes.
    pub sent_bytes: u64,
    /// The same in bytes.
    pub bytes: u64,
}

/// A copy that the server has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mirrored {
    /// Of which workspace.
    pub workspace: String,
    /// How many files there are in it.
    pub files: u64,
    /// How large they are together.
    pub size_bytes: u64,
    /// What is not in it.
    pub left_out: LeftOut,
    /// How many contents were sent for it the last time that anything had changed.
    pub sent_files: u64,
    /// The same in bytes.
    pub sent_bytes: u64,
    /// When it was seen last that the server has the workspace as it is.
    pub at: Timestamp,
}

/// Why the copies are not up to date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A stable word for programs.
    pub code: String,
    /// The same for people.
    pub message: String,
    /// Since when.
    pub since: Option<Timestamp>,
}

impl Account {
    /// What the file says; nothing if there is none.
    pub fn read(directory: &Path) -> Self {
        let text = host::private::read(&file(directory)).ok().flatten();
        text.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }

    /// The daemon has just started.
    pub(super) fn begin(&mut self, is_on: bool) {
        self.is_on = is_on;
        self.doing = None;
        self.problem = None;
    }

    /// Notes that the server has a copy.
    pub(super) fn has(&mut self, copy: Mirrored) {
        self.workspaces.retain(|known| known.workspace != copy.workspace);
        self.workspaces.push(copy);
    }

    pub(super) async fn write(&self, directory: &Path) {
        let path = file(directory);
        // Writing JSON to memory fails only for keys that are not strings, and there are none here.
        let text = serde_json::to_vec(self).expect("an account can be written as JSON");
        let written = tokio::task::spawn_blocking(move || host::private::write(&path, &text)).await;
        if let Ok(Err(error)) = written {
            tracing::warn!(%error, "cannot write how the copies fare");
        }
    }
}

impl Problem {
    /// One on this computer.
    pub(super) fn here(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), since: None }
    }

    pub(super) fn at(self, now: Timestamp) -> Self {
        Self { since: Some(now), ..self }
    }

    /// Whether the server could not be reached.
    pub fn is_offline(&self) -> bool {
        self.code == OFFLINE
    }

    /// Whether the server does not know what copies are, and so has none.
    pub(super) fn is_unknown_to_server(&self) -> bool {
        self.code == "unknown_call"
    }
}

impl From<AskFailure> for Problem {
    fn from(failure: AskFailure) -> Self {
        let message = failure.to_string();
        match failure {
            AskFailure::Offline | AskFailure::TimedOut | AskFailure::Busy => {
                Self::here(OFFLINE, message)
            }
            AskFailure::Refused(error) if error.code == "unknown_call" => {
                Self::here("unknown_call", "the server is of a release that keeps no copies")
            }
            AskFailure::Refused(error) => Self::here(&error.code, error.message),
            AskFailure::Unexpected => Self::here("unexpected", message),
        }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        Self::here(refused.code, refused.message)
    }
}

fn file(directory: &Path) -> PathBuf {
    directory.join(FILE)
}
