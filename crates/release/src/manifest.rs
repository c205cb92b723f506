//! What is said of a program.

use model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Version;

/// Which product our releases are of.
pub const PRODUCT: &str = "gantline";

/// What is said of a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Which product it is; [`PRODUCT`] for ours.
    pub product: String,
    /// Which release.
    pub version: Version,
    /// For which computers: system and processor, such as `linux-x86_64`.
    pub target: String,
    /// How long it is.
    pub size_bytes: u64,
    /// SHA-256 of it, in hexadecimal digits.
    pub sha256: String,
    /// When this was signed.
    pub signed_at: Timestamp,
}

/// For which computers this program is, such as `linux-x86_64`.
pub fn own_target() -> String {
    format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH)
}

/// What the program for a target is called.
pub fn program_name(target: &str) -> String {
    let suffix = if target.starts_with("windows-") { ".exe" } else { "" };
    format!("{PRODUCT}-{target}{suffix}")
}
