//! Systems that cannot contain a program.

use std::ffi::OsString;
use std::path::Path;

use super::ContainError;

pub(super) fn contain(_own: Option<&Path>) -> Result<u32, ContainError> {
    Err(ContainError::Unsupported)
}

pub(super) fn become_program(_program: &Path, _arguments: &[OsString]) -> ContainError {
    ContainError::Unsupported
}
