//! How a session's processes are recognised.

use std::ffi::OsString;
use std::fmt;

/// The environment variable that every process of a session carries.
pub const VARIABLE: &str = "GANTLINE_SESSION";

/// The mark of one session: the value of [`VARIABLE`]. Unique on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Marker(String);

impl Marker {
    /// Makes a mark of a session's identifier.
    pub fn new(session: impl fmt::Display) -> Self {
        Self(session.to_string())
    }

    /// The value of the variable.
    pub fn value(&self) -> &str {
        &self.0
    }

    /// The variable as a child gets it.
    pub fn variable(&self) -> (OsString, OsString) {
        (VARIABLE.into(), self.0.clone().into())
    }

    /// The bytes that stand in a marked process's environment block.
    #[cfg(target_os = "linux")]
    pub(crate) fn entry(&self) -> Vec<u8> {
        format!("{VARIABLE}={}", self.0).into_bytes()
    }
}
