//! Starting a child in a process group of its own.

use tokio::process::{Child, Command};

use crate::{Marker, Program, SpawnError};

/// Nothing needs to be kept while the child runs.
#[derive(Debug)]
pub(super) struct Kept;

pub(super) fn start(
    program: &Program,
    _marker: &Marker,
    set_up: impl FnOnce(&mut Command),
) -> Result<(Child, Kept), SpawnError> {
    crate::signals::heard_in_children();
    let mut command = Command::new(program.executable());
    command.args(&program.arguments).current_dir(&program.directory).process_group(0);
    set_up(&mut command);
    let child = command.spawn().map_err(|error| SpawnError::from_io(program, error))?;
    Ok((child, Kept))
}
