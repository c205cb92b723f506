//! `gantline man`: the manual pages, made of the help texts.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Command, CommandFactory};
use clap_mangen::Man;

use crate::cli::Cli;
use crate::exit::{Meaning, Refusal};
use crate::words::Words;

/// Which page.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Command of which to print the page, such as `session list` [default: the whole program].
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
    /// Write the pages of all commands into this directory instead, each as `gantline-….1`.
    #[arg(long, value_name = "DIRECTORY", conflicts_with = "command")]
    directory: Option<PathBuf>,
}

/// Prints the page, or writes all of them.
pub(crate) fn run(args: &Args, words: &dyn Words) -> anyhow::Result<ExitCode> {
    let mut whole = Cli::command();
    whole.build();
    if let Some(directory) = &args.directory {
        write_all(&whole, directory)?;
        return Ok(Meaning::Done.into());
    }
    let mut command = &whole;
    for name in &args.command {
        command = command.find_subcommand(name).ok_or_else(|| {
            Refusal::new(Meaning::Usage, words.prompt_like_command(&args.command.join(" ")))
        })?;
    }
    let mut out = io::stdout().lock();
    out.write_all(&page(command)?)?;
    out.flush()?;
    Ok(Meaning::Done.into())
}

/// Writes the page of a command and those below it.
fn write_all(command: &Command, directory: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(directory)
        .with_context(|| format!("create {}", directory.display()))?;
    let path = directory.join(format!("{}.1", full_name(command)));
    std::fs::write(&path, page(command)?).with_context(|| format!("write {}", path.display()))?;
    for sub in command.get_subcommands().filter(|sub| is_shown(sub)) {
        write_all(sub, directory)?;
    }
    Ok(())
}

fn page(command: &Command) -> anyhow::Result<Vec<u8>> {
    let mut page = Vec::new();
    let name = full_name(command);
    let man = Man::new(command.clone()).title(name);
    man.render(&mut page).context("write the page")?;
    Ok(page)
}

/// The command's name with those above it, joined by dashes, as manual pages are called.
fn full_name(command: &Command) -> String {
    command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned()
}

fn is_shown(command: &Command) -> bool {
    !command.is_hide_set() && command.get_name() != "help"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_its_page() {
        let home = tempfile::tempdir().unwrap();
        let mut whole = Cli::command();
        whole.build();
        write_all(&whole, home.path()).unwrap();
        let page = |name: &str| std::fs::read_to_string(home.path().join(name)).unwrap();
        assert!(page("gantline.1").contains("permission\\-preset"));
        assert!(page("gantline-session-list.1").contains("Only on this machine"));
        assert!(!home.path().join("gantline-help.1").exists());
        assert!(!home.path().join("gantline-demo-agent.1").exists());
    }
}
