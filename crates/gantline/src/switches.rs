//! How a server's switches for safety stand, in `switches.json` beside its database: the server writes
//! it when it starts, and `gantline doctor` on the same computer reads it. It is not to be had over the
//! network, and holds no secret.

use std::io;
use std::path::Path;

use anyhow::Context;
use model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::serving::ServerConfig;

const SWITCHES: &str = "switches.json";

const LAST_BACKUP: &str = "last-backup.json";

/// What the server was started with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Switches {
    /// Where it listens.
    pub address: String,
    /// Whether it encrypts itself.
    pub encrypted: bool,
    /// Whether only this computer reaches it.
    pub loopback: bool,
    /// Whether a shared token lets scripts in.
    pub shared_token: bool,
    /// Proxies that are believed about who calls.
    pub trusted_proxies: Vec<String>,
    /// Hosts of its own network that it calls for models.
    pub trusted_upstreams: Vec<String>,
    /// Hosts of its own network that it tells.
    pub trusted_webhooks: Vec<String>,
    /// For how many days lines of the audit log are kept; for good if there is none.
    pub audit_keep_days: Option<u64>,
}

/// When the last backup was taken.
#[derive(Debug, Serialize, Deserialize)]
struct LastBackup {
    taken_at_ms: i64,
}

impl Switches {
    /// What a configuration says.
    pub(crate) fn of(config: &ServerConfig, address: std::net::SocketAddr) -> Self {
        Self {
            address: address.to_string(),
            encrypted: config.tls.is_some(),
            loopback: address.ip().is_loopback(),
            shared_token: config.shared_token.is_some(),
            trusted_proxies: config.trusted_proxies.iter().map(ToString::to_string).collect(),
            trusted_upstreams: config.trusted_upstreams.clone(),
            trusted_webhooks: config.trusted_webhooks.clone(),
            audit_keep_days: config.audit_retention.map(|kept| kept.as_secs() / 86_400),
        }
    }

    /// Writes them down.
    pub(crate) fn write(&self, data_directory: &Path) -> anyhow::Result<()> {
        write(&data_directory.join(SWITCHES), self)
    }

    /// Those of the server that was started last; `None` if none has written any.
    pub(crate) fn read(data_directory: &Path) -> anyhow::Result<Option<Self>> {
        read(&data_directory.join(SWITCHES))
    }
}

/// Notes that a backup was written.
pub(crate) fn note_backup(data_directory: &Path, taken_at_ms: i64) -> anyhow::Result<()> {
    write(&data_directory.join(LAST_BACKUP), &LastBackup { taken_at_ms })
}

/// When the last backup was taken; `None` if none was.
pub(crate) fn last_backup(data_directory: &Path) -> anyhow::Result<Option<Timestamp>> {
    let noted: Option<LastBackup> = read(&data_directory.join(LAST_BACKUP))?;
    Ok(noted.map(|noted| Timestamp::from_millis(noted.taken_at_ms)))
}

fn write(path: &Path, value: &impl Serialize) -> anyhow::Result<()> {
    let text = serde_json::to_vec_pretty(value)?;
    host::private::write(path, &text).with_context(|| format!("write {}", path.display()))
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> anyhow::Result<Option<T>> {
    let named = || format!("read {}", path.display());
    let Some(bytes) = host::private::read(path).with_context(named)? else { return Ok(None) };
    serde_json::from_slice(&bytes).map_err(io::Error::from).with_context(named).map(Some)
}
