//! Landlock.

use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use landlock::{
    ABI, Access, AccessFs, BitFlags, CompatLevel, Compatible, LandlockStatus, PathBeneath, PathFd,
    RestrictionStatus, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetStatus, Scope,
};

use super::ContainError;

/// The newest interface that this was written for. What of it a kernel does not know is left out.
const KNOWN: ABI = ABI::V9;

/// The oldest interface with which it is worth while: without it nothing is started.
const OLDEST: ABI = ABI::V1;

/// Devices that keep nothing.
const DEVICES: &[&str] =
    &["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"];

pub(super) fn contain(own: Option<&Path>) -> Result<u32, ContainError> {
    let status = restrict(own).map_err(ContainError::Refused)?;
    match (status.ruleset, status.landlock) {
        (RulesetStatus::NotEnforced, _)
        | (_, LandlockStatus::NotEnabled | LandlockStatus::NotImplemented) => {
            Err(ContainError::Unsupported)
        }
        (_, LandlockStatus::Available { effective_abi, .. }) => Ok(effective_abi as u32),
    }
}

fn restrict(own: Option<&Path>) -> Result<RestrictionStatus, Box<dyn Error + Send + Sync>> {
    let mut created = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_write(OLDEST))?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_write(KNOWN))?
        .scope(Scope::from_all(KNOWN))?
        .create()?;
    if let Some(own) = own {
        let own =
            if cfg!(feature = "mutant-contained-in-name-only") { Path::new("/") } else { own };
        created = created.add_rule(PathBeneath::new(PathFd::new(own)?, of_own_directory()))?;
    }
    for device in devices() {
        // One that is not there needs no rule.
        let Ok(device) = PathFd::new(device) else { continue };
        created = created.add_rule(PathBeneath::new(device, of_device()))?;
    }
    Ok(created.restrict_self()?)
}

/// Everything but making devices, through which whole disks could be written.
fn of_own_directory() -> BitFlags<AccessFs> {
    AccessFs::from_write(KNOWN) & !(AccessFs::MakeChar | AccessFs::MakeBlock | AccessFs::IoctlDev)
}

fn of_device() -> BitFlags<AccessFs> {
    AccessFs::WriteFile | AccessFs::Truncate | AccessFs::IoctlDev
}

/// The terminal on which the program runs is its own, and it may open it by its name.
fn devices() -> impl Iterator<Item = PathBuf> {
    let terminal = fs::read_link("/proc/self/fd/0").ok();
    let terminal = terminal.filter(|path| path.starts_with("/dev/pts/"));
    DEVICES.iter().map(PathBuf::from).chain(terminal)
}

pub(super) fn become_program(program: &Path, arguments: &[OsString]) -> ContainError {
    let source = Command::new(program).args(arguments).exec();
    ContainError::NotStarted { program: program.to_owned(), source }
}
