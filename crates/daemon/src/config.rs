//! What a machine must know to find its server again: `config.json` in the machine's directory,
//! readable by its owner only.

use std::path::{Path, PathBuf};

use host::private::{self, PrivateError};
use model::MachineId;
use serde::{Deserialize, Serialize};

/// The file's name.
const FILE: &str = "config.json";

/// What is in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MachineConfig {
    /// The server's address, such as `https://gantline.example.com`.
    pub server_url: String,
    /// The identifier that the server gave this machine.
    pub machine_id: MachineId,
    /// What the machine is called.
    pub machine_name: String,
    /// The server's Ed25519 public keys that are accepted, each 64 hexadecimal digits.
    pub server_keys: Vec<String>,
    /// Certificates of a private certification authority, PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_bundle: Option<PathBuf>,
    /// The shell of terminals; the user's own if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shell: Option<PathBuf>,
    /// The Python of programs in sessions, which find it as `PYTHON`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub python: Option<PathBuf>,
    /// Milliseconds between two heartbeats, where that is less than what the server asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heartbeat_interval_ms: Option<u32>,
    /// Whether the server only gets to see the machine: what it is and how it fares. It takes no
    /// session then.
    #[serde(default, skip_serializing_if = "is_false")]
    pub no_tunnel: bool,
    /// Milliseconds from the beginning of one poll to that of the next, at least, where the link goes
    /// by long-poll.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tunnel_poll_interval_ms: Option<u32>,
    /// Whether copies of the workspaces are kept on the server.
    #[serde(default, skip_serializing_if = "is_false")]
    pub mirror_files: bool,
    /// The most files that the copy of a workspace has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_files: Option<u32>,
    /// What people call the machine's workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What other systems call the machine's workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace_id: Option<String>,
    /// What other systems call the machine. It proves nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_id: Option<String>,
}

/// The configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is none.
    #[error("this computer is not enrolled (no {}); run: gantline machine enroll --server URL", .0.display())]
    NotEnrolled(PathBuf),
    /// The file cannot be read or written.
    #[error(transparent)]
    Private(#[from] PrivateError),
    /// The file holds something else.
    #[error("{} is not a machine's configuration", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

impl MachineConfig {
    /// A machine of which nothing else was said.
    pub fn new(server_url: String, machine_id: MachineId, machine_name: String) -> Self {
        Self {
            server_url,
            machine_id,
            machine_name,
            server_keys: Vec::new(),
            ca_bundle: None,
            shell: None,
            python: None,
            heartbeat_interval_ms: None,
            no_tunnel: false,
            tunnel_poll_interval_ms: None,
            mirror_files: false,
            max_files: None,
            label: None,
            workspace_id: None,
            device_id: None,
        }
    }

    /// Reads it from a machine's directory.
    pub fn read(directory: &Path) -> Result<Self, ConfigError> {
        let path = directory.join(FILE);
        let Some(text) = private::read(&path)? else {
            return Err(ConfigError::NotEnrolled(path));
        };
        serde_json::from_slice(&text).map_err(|source| ConfigError::Malformed { path, source })
    }

    /// Writes it, whole or not at all.
    pub fn write(&self, directory: &Path) -> Result<(), ConfigError> {
        let path = directory.join(FILE);
        let text = serde_json::to_vec_pretty(self)
            .map_err(|source| ConfigError::Malformed { path: path.clone(), source })?;
        private::directory(directory)?;
        Ok(private::write(&path, &text)?)
    }

    /// Removes it. Nothing happens if there is none.
    pub fn remove(directory: &Path) -> Result<(), ConfigError> {
        Ok(private::remove(&directory.join(FILE))?)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde wants it")]
const fn is_false(value: &bool) -> bool {
    !*value
}
