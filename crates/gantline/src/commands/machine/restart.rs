//! `gantline machine restart`: stops what runs in the background, and starts it again.

use std::process::ExitCode;

use super::{background, uninstall};
use crate::exit::Meaning;
use crate::invocation::Invocation;

/// Restarts it.
pub(crate) fn run(invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let starter = uninstall::starter(invocation)?;
    background::restart(starter)?;
    Ok(Meaning::Done.into())
}
