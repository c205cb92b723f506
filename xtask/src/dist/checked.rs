//! What `cargo xtask ci` makes for other systems, and what it does with that.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use super::made::Made;
use super::targets::{self, Target};
use super::toolchain::{self, Toolchain, Verb};
use super::{Profile, tried};
use crate::console;
use crate::shell::Shell;

/// What is made and tried with every change.
const MADE: [&str; 1] = ["windows-x86_64"];

/// What is made and tried too, and what can only be compiled here, where [`ALL`] is set: they cost as
/// long again.
const MADE_TOO: &str = "linux-aarch64";
const COMPILED: &str = "macos-aarch64";

/// Set to anything, it wants every system.
const ALL: &str = "GANTLINE_ALL_SYSTEMS";

fn wants_all() -> bool {
    std::env::var_os(ALL).is_some_and(|value| !value.is_empty())
}

fn made() -> Vec<&'static Target> {
    let too = wants_all().then_some(MADE_TOO);
    MADE.into_iter().chain(too).map(targets::known).collect()
}

/// Makes the programs that [`walk_through`] tries, and compiles for the system for which none is made
/// here, if that is wanted.
pub(crate) fn make(shell: &Shell) -> Result<()> {
    console::build(shell)?;
    let directory = directory(shell);
    fs::create_dir_all(&directory)
        .with_context(|| format!("failed to make {}", directory.display()))?;
    for target in made() {
        shell.say(&format!("   {}", target.name));
        let toolchain = Toolchain::reach(shell, target)?;
        let program = toolchain.cargo(shell, Verb::Build, target, Profile::Trial)?;
        Made::look_at(target, &program)?.put_at(&place(shell, target))?;
    }
    if !wants_all() {
        return Ok(());
    }
    let target = targets::known(COMPILED);
    shell.say(&format!("   {}", target.name));
    let toolchain = Toolchain::reach(shell, target)?;
    toolchain.cargo(shell, Verb::Check, target, Profile::Trial)?;
    Ok(())
}

/// Tries the programs that [`make`] has left.
pub(crate) fn walk_through(shell: &Shell) -> Result<()> {
    for target in made() {
        let program = place(shell, target);
        ensure!(
            program.is_file(),
            "{} is not there: run `cargo xtask ci cross`",
            program.display()
        );
        let tried = tried::walk_through(shell, target, &program)
            .with_context(|| format!("{} failed", target.name))?;
        shell.say(&format!("   {}{tried}", target.name));
    }
    Ok(())
}

/// Not among the programs that are handed out: these are large and slow.
fn directory(shell: &Shell) -> PathBuf {
    toolchain::target_folder(shell).join("trial")
}

fn place(shell: &Shell, target: &Target) -> PathBuf {
    directory(shell).join(release::program_name(target.name))
}
