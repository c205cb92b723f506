//! Walkthroughs with a program that was made for another computer, or for every distribution.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use super::targets::Target;
use crate::shell::Shell;

/// What `e2e::binary` looks at for the program to test.
const OTHER_PROGRAM: &str = "GANTLINE_E2E_PROGRAM";

/// A machine is enrolled and linked, a terminal echoes and outlives a daemon that is killed, a job runs.
/// Few, because an emulated processor takes half a minute for each.
const WALKTHROUGHS: &str = "package(e2e) & (\
    test(=terminals::what_is_typed_runs_and_the_exit_status_is_told) \
    + test(=held::a_terminal_outlives_a_daemon_that_is_killed) \
    + test(=jobs::a_job_does_what_its_policy_allows))";

/// Runs them; answers what came of it, to be said behind what was made.
///
/// # Errors
///
/// If a walkthrough fails, or the program does not run here though it could.
pub(super) fn walk_through(shell: &Shell, target: &Target, program: &Path) -> Result<&'static str> {
    if !target.name.starts_with("linux-") {
        return Ok("; not tried: another system");
    }
    if !runs_here(program) {
        bail!(
            "{} does not run here: for another processor than this one install qemu-user-static, \
             which has the kernel start such programs (binfmt_misc)",
            program.display()
        );
    }
    let program = std::fs::canonicalize(program)?;
    let mut walk = shell.command("cargo");
    walk.args(["nextest", "run", "--locked", "--workspace", "--profile", "ci"]);
    walk.args(["--filterset", WALKTHROUGHS]).env(OTHER_PROGRAM, program);
    shell.finish(walk)?;
    Ok("; walkthroughs passed")
}

fn runs_here(program: &Path) -> bool {
    let version = Command::new(program).arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}
