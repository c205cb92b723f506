//! `gantline machine run`: the daemon of this computer, in the foreground.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use ::updates::{Own, Store};
use anstream::println;
use anyhow::Context;
use daemon::halt::Halt;
use daemon::updating::Source;
use daemon::updating::offers::Updates;
use daemon::{
    Daemon, DaemonSettings, Downloads, LinkStatus, LocalPolicy, MachineConfig, MachineIdentity,
    Reach, ServerConnector, ServerSettings, Terminals, Way,
};
use host::{SystemClock, SystemRng};
use owo_colors::OwoColorize;
use tokio::sync::watch;

use super::{enrolled, options, unenroll};
use crate::commands::{server, up};
use crate::demonstration::Demonstration;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::launching::{self, Launch, Launched};
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

    /// Make this computer a machine no longer, as `gantline machine unenroll` does.
    #[arg(long, conflicts_with_all = ["demo", "once", "settings"])]
    unregister: bool,

    /// Seconds that a new release may take, when it runs for the first time, to be back at the server;
    /// if it takes longer, the one of before runs again.
    #[arg(long, env = "GANTLINE_MACHINE_UPDATE_PATIENCE", value_name = "SECONDS", default_value_t = 90,
        value_parser = clap::value_parser!(u32).range(5..=3_600))]
    update_patience: u32,

    /// Which process has started this one as another release.
    #[arg(long = launching::STARTED_BY, hide = true, value_name = "PROCESS")]
    started_by: Option<u32>,

    #[command(flatten)]
    overrides: Overrides,

    #[command(flatten)]
    data_directory: DataDirectoryOption,
}

/// What is said for this time, instead of what config.json says.
#[derive(Debug, clap::Args)]
#[group(id = "settings", multiple = true)]
struct Overrides {
    /// Milliseconds between two heartbeats, where that is less than what the server asks.
    #[arg(long, env = "GANTLINE_MACHINE_INTERVAL", value_name = "MS",
        value_parser = clap::value_parser!(u32).range(1_000..=60_000))]
    interval: Option<u32>,

    /// Let the server see the machine only: what it is and how it fares. It takes no session.
    #[arg(long, env = "GANTLINE_MACHINE_NO_TUNNEL", value_parser = clap::builder::FalseyValueParser::new())]
    no_tunnel: bool,

    /// Milliseconds from the beginning of one poll to that of the next, at least, where the network
    /// lets no WebSocket through and the link goes by long-poll. The server answers a poll as soon as
    /// it has something to say, so that the default loses no time; more than 10000 counts as 10000
    /// [default: the next poll at once].
    #[arg(long, env = "GANTLINE_MACHINE_TUNNEL_POLL_INTERVAL", value_name = "MS",
        value_parser = clap::value_parser!(u32).range(100..=60_000))]
    tunnel_poll_interval: Option<u32>,

    /// Keep copies of the workspaces on the server, for those who may work on the machine. What
    /// `.gitignore` names and what is taken for a secret stays here. What was copied stays on the
    /// server until `gantline machine mirror off`.
    #[arg(long, env = "GANTLINE_MACHINE_MIRROR_FILES", value_parser = clap::builder::FalseyValueParser::new())]
    mirror_files: bool,

    /// The most files that the copy of a workspace has; what is left out is counted and said
    /// [default: 10000].
    #[arg(long, env = "GANTLINE_MACHINE_MAX_FILES", value_name = "COUNT",
        value_parser = clap::value_parser!(u32).range(1..=100_000))]
    max_files: Option<u32>,

    /// Shell of terminals.
    #[arg(long, env = "GANTLINE_MACHINE_SHELL_BIN", value_name = "PATH")]
    shell_bin: Option<PathBuf>,

    /// Python for programs in sessions, which find it as `PYTHON`.
    #[arg(long, env = "GANTLINE_MACHINE_PYTHON_BIN", value_name = "PATH")]
    python_bin: Option<PathBuf>,
}

impl Overrides {
    /// The configuration for this time. Nothing of it is written.
    fn over(self, config: MachineConfig) -> Result<MachineConfig, Refusal> {
        for path in [&self.shell_bin, &self.python_bin].into_iter().flatten() {
            options::check_program(path)?;
        }
        Ok(MachineConfig {
            heartbeat_interval_ms: self.interval.or(config.heartbeat_interval_ms),
            no_tunnel: self.no_tunnel || config.no_tunnel,
            tunnel_poll_interval_ms: self.tunnel_poll_interval.or(config.tunnel_poll_interval_ms),
            mirror_files: self.mirror_files || config.mirror_files,
            max_files: self.max_files.or(config.max_files),
            shell: self.shell_bin.or(config.shell),
            python: self.python_bin.or(config.python),
            ..config
        })
    }
}

/// Runs it until it is interrupted. While the server cannot be reached, sessions go on, and it is
/// tried again for ever.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    if args.unregister {
        return unenroll::run(unenroll::Args::of(args.data_directory), invocation).await;
    }
    let directory = args.data_directory.machine_directory()?;
    let config = args.overrides.over(enrolled(&directory, words)?)?;
    check_runs_once(&directory, words)?;
    if !args.once {
        let launch = Launch {
            directory: &directory,
            started_by: args.started_by,
            patience: Duration::from_secs(args.update_patience.into()),
            words,
        };
        if let Launched::Elsewhere(code) = launching::launch(&launch).await? {
            return Ok(code);
        }
    }
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
    let mut goes_on = false;
    let interrupted = async {
        let interrupt = tokio::select! {
            interrupt = server::wait_for_interrupt() => interrupt,
            () = launching::wait_for_parents_end(args.started_by) => server::Interrupt::Terminated,
            () = launching::wait_for_trial(&directory) => {
                goes_on = true;
                return Terminals::Leave;
            }
        };
        println!("{}", words.machine_stopped());
        match interrupt {
            // Whoever sits in front of it expects nothing to be left.
            server::Interrupt::CtrlC => Terminals::End,
            // A service that is restarted, perhaps as another release.
            server::Interrupt::Terminated => Terminals::Leave,
        }
    };
    let listing = async {
        if let Some(agents) = agents.await {
            agents.iter().for_each(up::list_agent);
        }
    };
    let telling = tell_link(status, &server_url, words);
    let (ended, (), ()) = tokio::join!(daemon.run_until(interrupted), listing, telling);
    ended?;
    if goes_on {
        return launching::again(args.started_by);
    }
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
    daemon.run_until(std::future::ready(Terminals::Leave)).await?;
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
    warn(directory, config.no_tunnel, words);
    if config.mirror_files && !config.no_tunnel {
        println!("{} {}", "!".yellow(), words.mirror_is_on());
    }
    let server = ServerSettings {
        server_url: config.server_url.clone(),
        ca_bundle: config.ca_bundle.clone(),
        poll_interval_ms: config.tunnel_poll_interval_ms,
    };
    let connector = ServerConnector::new(&server)?;
    let mut agents = daemon::custom_agents(directory)?;
    if demo {
        agents.push(Demonstration::agent()?);
    }
    let python = config.python.clone().map(|path| ("PYTHON".into(), path.into_os_string()));
    Ok(DaemonSettings {
        directory: directory.to_owned(),
        identity: MachineIdentity::read(directory)?,
        reach: Reach { workspaces: None, no_tunnel: config.no_tunnel },
        connector: Arc::new(connector),
        config,
        agents,
        variables: std::env::vars_os().chain(python).collect(),
        program: super::super::contain::own_program()?,
        version: release::stamp::version_text().to_owned(),
        updates: updates(directory, &server)?,
        clock: Arc::new(SystemClock::start()),
        rng: Arc::new(SystemRng::default()),
    })
}

/// How newer releases are taken. On Windows whoever installs the program does that.
fn updates(directory: &Path, server: &ServerSettings) -> anyhow::Result<Option<Updates>> {
    if cfg!(not(unix)) {
        return Ok(None);
    }
    let source = Source::Server(Downloads::new(server)?);
    Ok(Some(Updates { store: Store::of(directory), own: Own::of_this_build(), source }))
}

/// Says why no session can start, where that is known already. The daemon runs all the same: what
/// is wrong can be mended while it does.
fn warn(directory: &Path, no_tunnel: bool, words: &dyn Words) {
    let policy = LocalPolicy::read(directory);
    let warning = match (Halt::read(directory), policy) {
        (Some(halt), _) => {
            let halted = words.is_halted(&escape::line(&halt.reason));
            format!("{halted}; {}", words.hint_resume())
        }
        (None, _) if no_tunnel => words.takes_no_sessions().to_owned(),
        (None, Err(error)) => words.policy_unusable(&escape::line(&error.to_string())),
        (None, Ok(policy)) if policy.as_ref().is_none_or(|policy| policy.workspaces.is_empty()) => {
            words.no_workspace().to_owned()
        }
        (None, Ok(_)) => return,
    };
    println!("{} {warning}", "!".yellow());
}

/// Says whenever the link comes or goes, until the daemon ends.
async fn tell_link(mut status: watch::Receiver<LinkStatus>, server: &str, words: &dyn Words) {
    while status.changed().await.is_ok() {
        match &*status.borrow_and_update() {
            LinkStatus::Connecting => {}
            LinkStatus::Up { way: Way::Around(detour), .. } => {
                let around = words.by_long_poll(*detour);
                println!("{} {} {around}", "●".green(), words.link_up(server));
            }
            LinkStatus::Up { .. } => println!("{} {}", "●".green(), words.link_up(server)),
            LinkStatus::Down { reason } => {
                println!("{} {}", "○".yellow(), words.link_down(&escape::line(reason)));
            }
        }
    }
}
