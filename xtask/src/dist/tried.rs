//! Walkthroughs with a program that was made for another computer, or for every distribution.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};

use super::emulated;
use super::targets::Target;
use super::wine::Wine;
use crate::shell::Shell;

/// What `e2e::binary` looks at for the program to test.
const OTHER_PROGRAM: &str = "GANTLINE_E2E_PROGRAM";

/// What `e2e::windows` looks at for the program of a machine that runs Windows.
const WINDOWS_PROGRAM: &str = "GANTLINE_E2E_WINDOWS_PROGRAM";

/// A machine is enrolled and linked, a terminal echoes and outlives a daemon that is killed, a job runs.
/// Few, because an emulated processor takes half a minute for each.
const WALKTHROUGHS: &str = "package(e2e) & (\
    test(=terminals::what_is_typed_runs_and_the_exit_status_is_told) \
    + test(=held::a_terminal_outlives_a_daemon_that_is_killed) \
    + test(=jobs::a_job_does_what_its_policy_allows))";

/// All that are written for a machine that runs Windows; they are run nowhere else.
const ON_WINDOWS: &str = "package(e2e) & test(/^windows::/)";

/// Runs them; answers what came of it, to be said behind what was made.
///
/// # Errors
///
/// If a walkthrough fails, or the program does not run here though it could.
pub(super) fn walk_through(shell: &Shell, target: &Target, program: &Path) -> Result<&'static str> {
    let program = std::fs::canonicalize(program)?;
    if target.is_windows() {
        on_windows(shell, &program)?;
        return Ok("; walkthroughs passed, under Wine");
    }
    if !target.name.starts_with("linux-") {
        return Ok("; not tried: another system");
    }
    if !runs_here(&program) && target.name == "linux-aarch64" {
        emulated::let_start(shell)?;
    }
    ensure!(runs_here(&program), "{} does not run here", program.display());
    let mut walk = tests(shell, WALKTHROUGHS);
    walk.env(OTHER_PROGRAM, program);
    shell.finish(walk)?;
    Ok("; walkthroughs passed")
}

/// A machine with this program, under Wine; its server is the program of this computer.
fn on_windows(shell: &Shell, program: &Path) -> Result<()> {
    let wine = Wine::ready(shell)?;
    ensure!(wine.runs(program), "{} does not run under Wine", program.display());
    let mut walk = tests(shell, ON_WINDOWS);
    walk.args(["--run-ignored", "only"]).env(WINDOWS_PROGRAM, program);
    wine.meant_by(&mut walk);
    let walked = shell.finish(walk);
    wine.end(shell)?;
    walked
}

fn tests(shell: &Shell, which: &str) -> Command {
    let mut walk = shell.command("cargo");
    walk.args(["nextest", "run", "--locked", "--workspace", "--profile", "ci"]);
    walk.args(["--filterset", which]);
    walk
}

fn runs_here(program: &Path) -> bool {
    let version = Command::new(program).arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}
