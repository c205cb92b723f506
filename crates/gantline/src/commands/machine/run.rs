//! `gantline machine run`: the daemon of this computer, in the foreground.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anstream::println;
use anyhow::Context;
use daemon::{
    Daemon, DaemonSettings, LinkStatus, LocalPolicy, MachineConfig, MachineIdentity,
    WebSocketConnector, WebSocketSettings,
};
use host::{SystemClock, SystemRng};
use owo_colors::OwoColorize;
use tokio::sync::watch;

use super::enrolled;
use crate::commands::{server, up};
use crate::demonstration::Demonstration;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::machine_home::DataDirectoryOption;
use crate::words::Words;

/// How long a first link may take.
const LINKED_WITHIN: Duration = Duration::from_mins(1);

/// How to run the daemon.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Add the agent that follows a script, to try things without a real one.
    #[arg(long)]
    demo: bool,

    /// End once the link was up, instead of staying.
    #[arg(long)]
    once: bool,

    #[command(flatten)]
    data_directory: DataDirectoryOption,
}

/// Runs it until it is interrupted. While the server cannot be reached, sessions go on, and it is
/// tried again for ever.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let directory = args.data_directory.machine_directory()?;
    let config = enrolled(&directory, words)?;
    check_runs_once(&directory, words)?;
    let server_url = config.server_url.clone();
    if args.once {
        return link_once(settings(&directory, config, args.demo, words)?, words).await;
    }
    println!("{}", words.machine_starts(&escape::line(&config.machine_name), &server_url).bold());
    let daemon = Daemon::start(settings(&directory, config, args.demo, words)?)
        .await
        .context("start the daemon")?;
    println!("{}", words.stop_with());
    let (status, agents) = (daemon.link_status(), daemon.agents());
    let interrupted = async {
        server::wait_for_interrupt().await;
        println!("{}", words.machine_stopped());
    };
    let listing = async {
        if let Some(agents) = agents.await {
            agents.iter().for_each(up::list_agent);
        }
    };
    let telling = tell_link(status, &server_url, words);
    let (ended, (), ()) = tokio::join!(daemon.run_until(interrupted), listing, telling);
    ended?;
    Ok(Meaning::Done.into())
}

/// Links once, as a proof that it can be done.
async fn link_once(settings: DaemonSettings, words: &dyn Words) -> anyhow::Result<ExitCode> {
    let server = settings.config.server_url.clone();
    let daemon = Daemon::start(settings).await.context("start the daemon")?;
    let mut status = daemon.link_status();
    let is_up = |status: &LinkStatus| matches!(status, LinkStatus::Up { .. });
    let linked = tokio::time::timeout(LINKED_WITHIN, status.wait_for(is_up)).await;
    let linked = linked.is_ok_and(|waited| waited.is_ok());
    let reason = match &*status.borrow() {
        LinkStatus::Down { reason } => reason.clone(),
        _ => String::new(),
    };
    daemon.run_until(std::future::ready(())).await?;
    if linked {
        println!("{}", words.link_up(&server));
        return Ok(Meaning::Done.into());
    }
    let refusal = Refusal::new(Meaning::Unreachable, words.never_linked(&server, &reason));
    Err(refusal.with_hint(words.hint_never_linked()).into())
}

fn check_runs_once(directory: &Path, words: &dyn Words) -> Result<(), Refusal> {
    if !daemon::status::is_running(directory) {
        return Ok(());
    }
    let process_id = daemon::status::read(directory).map(|status| status.process_id);
    Err(Refusal::new(Meaning::Failed, words.runs_already(process_id)))
}

fn settings(
    directory: &Path,
    config: MachineConfig,
    demo: bool,
    words: &dyn Words,
) -> anyhow::Result<DaemonSettings> {
    let policy =
        LocalPolicy::read(directory)?.unwrap_or_else(|| LocalPolicy::for_workspaces(vec![]));
    if policy.workspaces.is_empty() {
        println!("{} {}", "!".yellow(), words.no_workspace());
    }
    let connector = WebSocketConnector::new(&WebSocketSettings {
        server_url: config.server_url.clone(),
        ca_bundle: config.ca_bundle.clone(),
    })?;
    let mut agents = daemon::custom_agents(directory)?;
    if demo {
        agents.push(Demonstration::agent()?);
    }
    let python = config.python.clone().map(|path| ("PYTHON".into(), path.into_os_string()));
    Ok(DaemonSettings {
        directory: directory.to_owned(),
        identity: MachineIdentity::read(directory)?,
        policy,
        connector: Arc::new(connector),
        config,
        agents,
        variables: std::env::vars_os().chain(python).collect(),
        program: super::super::contain::own_program()?,
        version: contract::VERSION.to_owned(),
        clock: Arc::new(SystemClock::start()),
        rng: Arc::new(SystemRng::default()),
    })
}

/// Says whenever the link comes or goes, until the daemon ends.
async fn tell_link(mut status: watch::Receiver<LinkStatus>, server: &str, words: &dyn Words) {
    while status.changed().await.is_ok() {
        match &*status.borrow_and_update() {
            LinkStatus::Connecting => {}
            LinkStatus::Up { .. } => println!("{} {}", "●".green(), words.link_up(server)),
            LinkStatus::Down { reason } => {
                println!("{} {}", "○".yellow(), words.link_down(&escape::line(reason)));
            }
        }
    }
}
