//! What a backup of a server is: an archive (POSIX.1 `ustar`) in a stream that only a passphrase opens.
//!
//! In it, in this order: `manifest.json`, the keys, `server.toml` if there is one, and the database.
//! Nothing else is taken on, whatever an archive says.

mod packing;
mod unpacking;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub(crate) use self::packing::pack;
pub(crate) use self::unpacking::unpack;

/// The first entry.
const MANIFEST: &str = "manifest.json";

/// The newest layout of an archive that this release reads and writes.
pub(crate) const LAYOUT: u32 = 1;

/// What is in an archive beside the manifest: names in the data directory, and how many bytes each may
/// have. Whoever has the passphrase is believed, but not with all of the disk for a key.
const PARTS: [Part; 4] = [
    Part { name: "keys/server-identity.key", most_bytes: SMALL, is_needed: true },
    Part { name: "keys/key-ring.key", most_bytes: SMALL, is_needed: true },
    Part { name: "server.toml", most_bytes: SMALL, is_needed: false },
    Part { name: DATABASE, most_bytes: u64::MAX, is_needed: true },
];

/// The database, in the data directory.
pub(crate) const DATABASE: &str = "gantline.db";

/// The key ring, in the data directory, unless it was put elsewhere.
pub(crate) const KEY_RING: &str = "keys/key-ring.key";

const SMALL: u64 = 1024 * 1024;

struct Part {
    name: &'static str,
    most_bytes: u64,
    is_needed: bool,
}

/// What an archive says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The layout of the archive.
    pub layout: u32,
    /// The release that made it.
    pub release: String,
    /// When the copy of the database was taken, in milliseconds since the Unix epoch.
    pub taken_at_ms: i64,
}

/// Where what goes into an archive lies.
#[derive(Debug, Clone)]
pub(crate) struct Sources {
    /// The server's data directory.
    pub data_directory: PathBuf,
    /// The key ring, where it lies elsewhere.
    pub key_ring: Option<PathBuf>,
    /// The copy of the database.
    pub database: PathBuf,
}

/// An archive cannot be taken on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArchiveError {
    #[error("it was made by release {release}, which is newer than this one")]
    Newer { release: String },
    #[error("it is no backup of a server: {0}")]
    Foreign(&'static str),
}

#[cfg(test)]
mod tests;
