//! Which server this is, and that it lives.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;

/// The server lives.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// `ok`.
    pub status: String,
    /// The server's time.
    pub time: Time,
}

/// Which build this is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Build {
    /// Release.
    pub version: String,
    /// Commit, where it is known.
    pub commit: String,
    /// The time of that commit, where it is known.
    pub time: String,
}
