//! `cargo xtask up`: everything between a fresh checkout and a running `gantline up`.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::console::{self, Freshness};
use crate::programs;
use crate::repository::Repository;
use crate::shell::Shell;
use crate::tools;

/// `cargo xtask up`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Handed on to `gantline up`, such as `--demo`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    flags: Vec<String>,
}

/// Builds the console and the release binary, and becomes `gantline up`.
pub(crate) fn run(repository: &Repository, arguments: &Arguments) -> Result<ExitCode> {
    let shell = Shell::on_screen(repository);
    shell.say(&format!("[1/3] tools: {}", tools::check(&shell)?.join(", ")));
    shell.say("[2/3] console");
    if console::build(&shell)? == Freshness::Unchanged {
        shell.say("   unchanged");
    }
    shell.say("[3/3] gantline (the first time takes some minutes)");
    let mut build = shell.command("cargo");
    build.args(["build", "--release", "--locked", "-p", "gantline"]).envs(origin(&shell));
    shell.finish(build)?;
    let program = programs::release(&shell, "gantline")?;
    let mut command = Command::new(&program);
    command.arg("up").args(&arguments.flags);
    shell.say(&format!("starting {} up {}", program.display(), arguments.flags.join(" ")));
    become_program(command)
}

/// What the program says of itself in `/api/build`: the commit and its time. A copy of the sources
/// without their history says nothing.
fn origin(shell: &Shell) -> Vec<(&'static str, String)> {
    [("GANTLINE_COMMIT", "%H"), ("GANTLINE_BUILT_AT", "%cI")]
        .into_iter()
        .filter_map(|(name, format)| {
            let format = format!("--format={format}");
            let said = shell.stdout_of("git", &["log", "-1", &format]).ok()?;
            Some((name, said.trim().to_owned()))
        })
        .collect()
}

/// Replaces this process, so that Ctrl-C and the exit code are the program's own.
#[cfg(unix)]
fn become_program(mut command: Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    Err(error).with_context(|| format!("failed to start {}", command.get_program().display()))
}

#[cfg(not(unix))]
fn become_program(mut command: Command) -> Result<ExitCode> {
    let status = command
        .status()
        .with_context(|| format!("failed to start {}", command.get_program().display()))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
