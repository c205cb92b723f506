//! `gantline machine restart`: stops what runs in the background, and starts it again.

use std::path::Path;
use std::process::ExitCode;

use super::{background, uninstall};
use crate::exit::Meaning;
use crate::invocation::Invocation;

/// Restarts it.
pub(crate) fn run(invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let starter = uninstall::starter(invocation)?;
    starter.restart().iter().try_for_each(|line| background::run(line, Path::new("")))?;
    Ok(Meaning::Done.into())
}
