//! Starting a child in the job of its session.

use std::io;

use tokio::process::{Child, Command};

use crate::windows::{CommandLine, Job, console, threads};
use crate::{Marker, Program, SpawnError};

/// The job, which ends with everybody in it when nobody keeps it.
#[derive(Debug)]
pub(super) struct Kept {
    _job: Job,
}

/// The child takes its first step when it is in the job. It is in a process group of its own, so that
/// it can be asked to end, and on our console, if we have one; on none that anybody sees otherwise.
pub(super) fn start(
    program: &Program,
    marker: &Marker,
    set_up: impl FnOnce(&mut Command),
) -> Result<(Child, Kept), SpawnError> {
    let line = CommandLine::of(program)?;
    let mut command = Command::new(line.application);
    command.raw_arg(line.arguments).current_dir(line.directory);
    command.creation_flags(console::flags_of_a_child() | threads::CREATE_SUSPENDED);
    set_up(&mut command);
    let failed = |error| SpawnError::from_io(program, error);
    let job = Job::make(marker).map_err(failed)?;
    // Dropped, it is killed: nothing runs that is not in the job.
    let child = command.spawn().map_err(failed)?;
    let gone = || io::Error::other("the child has no process id");
    let begun = child.id().ok_or_else(gone).and_then(|id| {
        job.take_in(id)?;
        threads::begin(id)
    });
    begun.map_err(failed)?;
    Ok((child, Kept { _job: job }))
}
