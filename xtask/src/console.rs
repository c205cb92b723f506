//! The web console: installing what it needs, building it when it changed, and weighing it
//! ([`budget`]).

mod budget;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};

pub(crate) use self::budget::check_budget;
use crate::programs;
use crate::repository::Repository;
use crate::shell::Shell;
use crate::stamp::Stamp;

/// Whether something had to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// The inputs are those of last time.
    Unchanged,
    /// It was made again.
    Renewed,
}

fn folder(repository: &Repository) -> PathBuf {
    repository.path("console")
}

/// Installs the packages that `package-lock.json` names, unless they are there.
pub(crate) fn install(shell: &Shell) -> Result<Freshness> {
    let console = folder(shell.repository());
    ensure!(
        console.join("package-lock.json").is_file(),
        "console/package-lock.json is missing: there is no console in this checkout"
    );
    let lock = Stamp::of_files(&console, &["package.json", "package-lock.json"])?;
    let modules = console.join("node_modules");
    if lock.is_on(&modules) {
        return Ok(Freshness::Unchanged);
    }
    shell.run_in(&console, "npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund"])?;
    lock.put_on(&modules)?;
    Ok(Freshness::Renewed)
}

/// Installs what makes the console's types from the description of the interface. It has a folder
/// of its own: it wants another compiler than the console.
pub(crate) fn install_type_generator(shell: &Shell) -> Result<()> {
    let place = folder(shell.repository()).join("tools/openapi");
    let lock = Stamp::of_files(&place, &["package.json", "package-lock.json"])?;
    let modules = place.join("node_modules");
    if !lock.is_on(&modules) {
        shell.run_in(&place, "npm", &["ci", "--ignore-scripts", "--no-audit", "--no-fund"])?;
        lock.put_on(&modules)?;
    }
    Ok(())
}

/// Builds the console into `console/dist`, unless it was built from the same files.
pub(crate) fn build(shell: &Shell) -> Result<Freshness> {
    let installed = install(shell)?;
    let console = folder(shell.repository());
    let inputs = Stamp::of_folder(&console)?;
    let dist = console.join("dist");
    if installed == Freshness::Unchanged && inputs.is_on(&dist) {
        return Ok(Freshness::Unchanged);
    }
    run_script(shell, "build")?;
    inputs.put_on(&dist)?;
    Ok(Freshness::Renewed)
}

/// Runs one script of `console/package.json`, with what it needs installed.
pub(crate) fn script(shell: &Shell, name: &str) -> Result<()> {
    install(shell)?;
    run_script(shell, name)
}

/// Walks through the console in a browser, with the program that `build` has left.
pub(crate) fn walk_through(shell: &Shell) -> Result<()> {
    install(shell)?;
    // Told to a program that runs in another folder.
    let programs = shell.repository().root().join(programs::folder(shell.repository()));
    let mut command = script_command(shell, "walkthrough");
    command.env("GANTLINE_BINARY", programs.join("gantline"));
    shell.finish(command)
}

fn run_script(shell: &Shell, name: &str) -> Result<()> {
    shell.finish(script_command(shell, name))
}

fn script_command(shell: &Shell, name: &str) -> Command {
    let mut command = shell.command("npm");
    command.current_dir(folder(shell.repository())).args(["run", "--silent", name]);
    // What it says is kept in files as well, and some tools colour it wherever `CI` is set.
    command.env("NO_COLOR", "1");
    command
}
