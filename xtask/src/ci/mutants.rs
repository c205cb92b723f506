//! Each feature named `mutant-…` breaks a promise on purpose; the test that its manifest names
//! must fail under it. A test that stays green proves nothing.

use anyhow::{Result, bail, ensure};

use super::needs::{self, NEXTEST};
use crate::manifest::Manifest;
use crate::shell::Shell;
use crate::tree::Tree;

/// What the runner answers if tests ran and at least one failed.
const TESTS_FAILED: i32 = 100;

pub(super) fn run(shell: &Shell) -> Result<()> {
    needs::install_tool(shell, &NEXTEST)?;
    let manifests = Manifest::read_all(&Tree::read(shell.repository())?)?;
    let mut survivors = Vec::new();
    for manifest in &manifests {
        for (feature, test) in manifest.mutants() {
            let room = &manifest.package.name;
            if let Err(error) = must_fail(shell, room, feature, test) {
                survivors.push(format!("{room}/{feature}: {error:#}"));
            }
        }
    }
    ensure!(survivors.is_empty(), "{}", survivors.join("; "));
    Ok(())
}

fn must_fail(shell: &Shell, room: &str, feature: &str, test: &str) -> Result<()> {
    let mut command = shell.command("cargo");
    command.args(["nextest", "run", "--locked", "--package", room, "--features", feature]);
    command.args(["--filterset", &format!("test(={test})")]);
    // A failure that is wanted should not look like one: only what surprises is shown.
    let (code, printed) = shell.captured(command)?;
    match code {
        Some(TESTS_FAILED) => shell.say(&format!("   red, as it must be: {test}")),
        Some(0) => bail!("{test} passes although the promise is broken"),
        _ => bail!("{test} could not be run (exit code {code:?}):\n{printed}"),
    }
    Ok(())
}
