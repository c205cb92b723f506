//! `gantline up`: the server, and this computer as its first machine, in one process.

use std::path::PathBuf;
use std::process::ExitCode;

use anstream::println;
use anyhow::{Context, bail};
use daemon::{Daemon, Terminals};
use model::agent::InstalledAgent;
use owo_colors::OwoColorize;

use super::server;
use crate::demonstration::Demonstration;
use crate::own_machine::{self, OwnMachineConfig};
use crate::resolved::resolved;
use crate::serving::Server;

/// How to run the server and this computer.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// Directory in which sessions on this computer may run [default: the current directory]. May
    /// be given several times.
    #[arg(long = "workspace", short = 'w')]
    pub workspaces: Vec<PathBuf>,

    /// Open the console in the browser.
    #[arg(long)]
    pub open: bool,

    /// Add an agent and a model provider that follow a script, so that everything can be tried
    /// without a key and without an agent.
    #[arg(long)]
    pub demo: bool,

    #[command(flatten)]
    pub server: server::Args,
}

/// Runs both until interrupted.
pub(crate) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let workspaces = workspaces(args.workspaces)?;
    let mut config = args.server.into_config()?;
    let machine_directory = config.data_directory.join("machine");
    let demonstration = if args.demo { Some(Demonstration::start().await?) } else { None };
    config.trusted_upstreams.extend(demonstration.as_ref().map(Demonstration::authority));
    let server = Server::start(config).await?;
    let plane = server.app.plane.clone();
    match &demonstration {
        Some(demonstration) => demonstration.provide(&plane).await?,
        None => control::demo_keys::demo_keys_remove(&plane).await?,
    }
    let agents = if args.demo { vec![Demonstration::agent()?] } else { Vec::new() };
    let machine = OwnMachineConfig { directory: machine_directory, workspaces, agents };
    let daemon = own_machine::start(&server, machine).await?;
    greet(&server, args.open).await?;
    let served = serve(server, daemon).await;
    if let Some(demonstration) = demonstration {
        demonstration.stop().await;
    }
    served?;
    Ok(ExitCode::SUCCESS)
}

/// The directories, absolute, that must be there.
pub(crate) fn workspaces(given: Vec<PathBuf>) -> anyhow::Result<Vec<PathBuf>> {
    let given = if given.is_empty() {
        vec![std::env::current_dir().context("find the current directory")?]
    } else {
        given
    };
    given
        .into_iter()
        .map(|path| {
            let whole = resolved(&path)
                .with_context(|| format!("the workspace {} cannot be used", path.display()))?;
            if !whole.is_dir() {
                bail!("the workspace {} is not a directory", path.display());
            }
            Ok(whole)
        })
        .collect()
}

async fn greet(server: &Server, open: bool) -> anyhow::Result<()> {
    let url = server.sign_in_url().await?;
    println!("{} on {}", "Gantline is running".bold(), server.url.cyan());
    println!("Open this link to sign in; it works once:\n  {url}");
    println!("Stop with Ctrl-C.");
    if open && let Err(error) = open::that_detached(&url) {
        println!("{} the browser could not be opened: {error}", "!".yellow());
    }
    Ok(())
}

/// Serves until interrupted. The machine ends first, so that the server hears of its last words.
async fn serve(server: Server, daemon: Daemon) -> anyhow::Result<()> {
    let stopping = server.app.stopping.clone();
    let agents = daemon.agents();
    let machine = async {
        let interrupted = async {
            tokio::select! {
                _ = server::wait_for_interrupt() => {}
                () = stopping.cancelled() => {}
            }
            println!("Stopping…");
            // Who stops all of it expects nothing to be left.
            Terminals::End
        };
        let ended = daemon.run_until(interrupted).await;
        stopping.cancel();
        ended
    };
    let listing = async {
        if let Some(agents) = agents.await {
            agents.iter().for_each(list_agent);
        }
    };
    let (served, ended, ()) = tokio::join!(server.serve(), machine, listing);
    served?;
    Ok(ended?)
}

/// Says of an agent whether it is here, and how it gets here.
pub(crate) fn list_agent(agent: &InstalledAgent) {
    let version = agent.version.as_deref().unwrap_or_default();
    match (&agent.missing, &agent.install) {
        (None, _) => println!("  {} {} {}", "✓".green(), agent.title, version.dimmed()),
        (Some(_), Some(install)) => {
            println!("  {} {}: install with {}", "·".dimmed(), agent.title, install.dimmed());
        }
        (Some(missing), None) => println!("  {} {}: {missing}", "·".dimmed(), agent.title),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_workspace_must_be_a_directory_that_is_there() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(workspaces(vec![directory.path().to_owned()]).unwrap()[0].is_absolute());
        for bad in [file, directory.path().join("none")] {
            let error = workspaces(vec![bad.clone()]).unwrap_err().to_string();
            assert!(error.contains(bad.to_str().unwrap()), "{error}");
        }
        assert_eq!(workspaces(Vec::new()).unwrap().len(), 1);
    }
}
