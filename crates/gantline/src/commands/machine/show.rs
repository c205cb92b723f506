//! `gantline machine show`: one machine, with its workspaces and agents.

use std::process::ExitCode;

use contract::machines::{ClosureView, MachineView};
use host::SystemClock;
use model::{Clock, Timestamp};

use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup::{self, MachineOption};
use crate::output::{Format, FormatOption, print_agents, print_fields, print_line, try_print_json};
use crate::words::Words;

/// Which machine to show.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Machine, by its name or identifier [default: the only one that is online].
    #[arg(value_name = "NAME|ID")]
    machine: Option<String>,
    /// Let it look for agents afresh.
    #[arg(long)]
    detect: bool,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Shows it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let option = MachineOption { machine: args.machine };
    let mut machine = lookup::machine(&client, &option, invocation.words).await?;
    if args.detect {
        machine = client.machine_detect(machine.machine_id).await?;
    }
    match args.format.format {
        Format::Json => try_print_json(&machine)?,
        Format::Quiet => print_line(machine.machine_id)?,
        Format::Text => {
            // An older server does not say.
            let offered = client.machine_update(machine.machine_id).await.ok();
            let newer = offered.and_then(|offered| offered.newer);
            print(machine, newer.as_deref(), invocation.words)?;
        }
    }
    Ok(Meaning::Done.into())
}

fn print(machine: MachineView, newer: Option<&str>, words: &dyn Words) -> std::io::Result<()> {
    let now = SystemClock::start().now();
    let labels = words.machine_labels();
    let seen = machine.last_seen_at.map(|seen| words.ago(now.since(seen.0)));
    let system = format!("{} {}", machine.os_version, machine.arch);
    let health = machine.health.as_ref().map(|health| words.health(health)).unwrap_or_default();
    let frozen = frozen(&machine, words, now);
    let closed = machine.closed.as_ref().map(|closed| closure(closed, words)).unwrap_or_default();
    let capacity = words.capacity(machine.capabilities.cpu_cores, machine.capabilities.memory_gb);
    let version = match newer {
        Some(newer) => words.version_and_newer(&machine.agent_version, newer),
        None => machine.agent_version,
    };
    print_fields([
        (labels.name, machine.machine_name),
        (labels.id, machine.machine_id.to_string()),
        (labels.status, words.machine_status(machine.status).to_owned()),
        (labels.last_seen, seen.unwrap_or_default()),
        (words.health_label(), health),
        (labels.labels, machine.labels.join("  ")),
        (labels.frozen, frozen),
        (words.closed_label(), closed),
        (labels.host, machine.hostname),
        (labels.system, system),
        (labels.capacity, capacity),
        (labels.version, version),
        (labels.shell, words.yes_no(machine.capabilities.shell).to_owned()),
        (labels.workspaces, machine.workspaces.join("  ")),
    ])?;
    if machine.agents.is_empty() {
        return Ok(());
    }
    print_line("")?;
    print_agents(machine.agents, words)
}

/// Who keeps it from new work, and why; empty if nobody does.
fn frozen(machine: &MachineView, words: &dyn Words, now: Timestamp) -> String {
    let (freeze, text) = match (&machine.all_frozen, &machine.frozen) {
        (Some(freeze), _) => {
            (freeze, words.all_frozen_by(&freeze.by_name, &words.ago(now.since(freeze.at.0))))
        }
        (None, Some(freeze)) => {
            (freeze, words.frozen_by(&freeze.by_name, &words.ago(now.since(freeze.at.0))))
        }
        (None, None) => return String::new(),
    };
    freeze.reason.iter().fold(text, |text, reason| format!("{text}: {reason}"))
}

/// Why the machine itself takes no work.
fn closure(closed: &ClosureView, words: &dyn Words) -> String {
    match closed.reason.as_str() {
        "" => words.closed(closed.by).to_owned(),
        reason => format!("{}: {reason}", words.closed(closed.by)),
    }
}
