//! `gantline machine status`: what this computer is to its server, and how it fares.

use std::path::Path;
use std::process::ExitCode;

use daemon::halt::Halt;
use daemon::local_policy::LocalPolicyError;
use daemon::status::Status;
use daemon::{LocalPolicy, MachineConfig};
use host::SystemClock;
use model::agent::InstalledAgent;
use model::{Clock, Timestamp};
use serde_json::json;
use updates::{Outcome, Store, Verdict};

use super::enrolled;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::machine_home::DataDirectoryOption;
use crate::output::{Format, FormatOption, print_agents, print_fields, print_line, try_print_json};
use crate::words::Words;

/// How to print it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    data_directory: DataDirectoryOption,
    #[command(flatten)]
    pub format: FormatOption,
}

/// Everything that is known.
struct Known {
    config: MachineConfig,
    policy: Result<Option<LocalPolicy>, LocalPolicyError>,
    halt: Option<Halt>,
    status: Option<Status>,
    /// What is decided about releases, where that can be read.
    releases: updates::State,
    agents: Vec<InstalledAgent>,
}

/// Prints it. Ends with `unreachable` where the machine cannot be worked on.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let directory = args.data_directory.machine_directory()?;
    let config = enrolled(&directory, words)?;
    let variables: Vec<_> = std::env::vars_os().collect();
    let known = Known {
        config,
        policy: LocalPolicy::read(&directory),
        halt: Halt::read(&directory),
        status: daemon::status::read(&directory),
        releases: Store::of(&directory).state().unwrap_or_default(),
        agents: daemon::agents_here(&directory, &variables).await?,
    };
    let is_linked = known.status.as_ref().is_some_and(|status| status.linked);
    match args.format.format {
        Format::Json => print_as_json(&known, &directory)?,
        Format::Quiet => print_line(known.config.machine_id)?,
        Format::Text => print(&known, &directory, words)?,
    }
    Ok(if is_linked { Meaning::Done } else { Meaning::Unreachable }.into())
}

fn print_as_json(known: &Known, directory: &Path) -> std::io::Result<()> {
    let config = &known.config;
    try_print_json(&json!({
        "server": config.server_url,
        "machine_id": config.machine_id,
        "machine_name": config.machine_name,
        "directory": directory,
        "running": known.status.is_some(),
        "daemon": known.status,
        "policy": known.policy.as_ref().ok(),
        "policy_problem": known.policy.as_ref().err().map(ToString::to_string),
        "halted": known.halt,
        "update": known.releases.last,
        "update_waiting": known.releases.trial.as_ref().map(|trial| trial.version),
        "agents": known.agents,
    }))
}

fn print(known: &Known, directory: &Path, words: &dyn Words) -> std::io::Result<()> {
    let labels = words.own_machine_labels();
    let Known { config, policy, halt, status, releases, agents } = known;
    let (policy, problem) = match policy {
        Ok(policy) => (policy.as_ref(), None),
        Err(error) => (None, Some(error.to_string())),
    };
    let told = |tell: fn(&Status, &dyn Words) -> String| {
        status.as_ref().map(|status| tell(status, words)).unwrap_or_default()
    };
    let daemon = status.as_ref().map_or_else(
        || words.daemon_does_not_run().to_owned(),
        |status| words.daemon_runs(status.process_id, &status.version),
    );
    let workspaces = policy.iter().flat_map(|policy| &policy.workspaces);
    let workspaces: Vec<String> = workspaces.map(|path| path.display().to_string()).collect();
    print_fields([
        (labels.server, config.server_url.clone()),
        (labels.name, config.machine_name.clone()),
        (labels.id, config.machine_id.to_string()),
        (labels.directory, directory.display().to_string()),
        (labels.daemon, daemon),
        (words.update_label(), update(releases, words)),
        (labels.link, told(link)),
        (labels.sessions, told(|status, _| status.sessions.to_string())),
        (labels.clock, told(|status, words| words.clock_difference(status.server_ahead_ms))),
        (labels.workspaces, workspaces.join("  ")),
        (
            labels.highest_preset,
            policy.map(|policy| policy.highest_preset.to_string()).unwrap_or_default(),
        ),
        (
            words.local_policy_labels().halted,
            halt.as_ref().map(|halt| halted(halt.since, &halt.reason, words)).unwrap_or_default(),
        ),
    ])?;
    if let Some(problem) = problem {
        print_line(format_args!("! {}", words.policy_unusable(&crate::escape::line(&problem))))?;
    } else if config.no_tunnel {
        print_line(format_args!("! {}", words.takes_no_sessions()))?;
    }
    print_line("")?;
    print_agents(agents.clone(), words)
}

fn link(status: &Status, words: &dyn Words) -> String {
    match (status.linked_since, &status.reason) {
        (Some(since), _) => {
            let since = words.linked_since(SystemClock::start().now().since(since));
            let around = status.detour.map(|detour| format!(", {}", words.by_long_poll(detour)));
            since + &around.unwrap_or_default()
        }
        (None, reason) => words.not_linked(reason.as_deref().unwrap_or_default()),
    }
}

/// What becomes, or became, of a newer release.
fn update(releases: &updates::State, words: &dyn Words) -> String {
    let Some(trial) = &releases.trial else {
        return match &releases.last {
            Some(Outcome { from, to, result: Verdict::Undone { reason }, .. }) => {
                words.not_updated(*to, *from, reason)
            }
            _ => String::new(),
        };
    };
    words.program_is_tried(trial.version)
}

/// Since when the machine is halted, and why.
pub(super) fn halted(since: Option<Timestamp>, reason: &str, words: &dyn Words) -> String {
    let ago = since.map(|since| words.ago(SystemClock::start().now().since(since)));
    words.halted_since(&ago.unwrap_or_default(), reason)
}
