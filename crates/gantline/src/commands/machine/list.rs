//! `gantline machine list`: the machines that one may work on.

use std::process::ExitCode;

use contract::machines::{MachineView, Machines};
use host::SystemClock;
use model::Clock;
use model::agent::InstalledAgent;

use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup::short;
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};
use crate::words::Words;

/// How to list them.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Lists them.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let machines = invocation.client(args.connection)?.machines().await?;
    match args.format.format {
        Format::Json => try_print_json(&Machines { success: true, machines, user_role: None })?,
        Format::Quiet => {
            for machine in machines {
                print_line(machine.machine_id)?;
            }
        }
        Format::Text if machines.is_empty() => {
            print_line(invocation.words.no_machine())?;
            print_line(invocation.words.hint_enrol())?;
        }
        Format::Text => print(&machines, invocation.words)?,
    }
    Ok(Meaning::Done.into())
}

fn print(machines: &[MachineView], words: &dyn Words) -> std::io::Result<()> {
    let now = SystemClock::start().now();
    let rows = machines.iter().map(|machine| {
        let agents = machine.agents.iter().filter(|agent| agent.usable());
        let agents: Vec<&str> = agents.map(|agent: &InstalledAgent| agent.name.as_str()).collect();
        [
            machine.machine_name.clone(),
            short(&machine.machine_id),
            standing(machine, words),
            machine.last_seen_at.map_or_else(String::new, |seen| words.ago(now.since(seen.0))),
            format!("{} {}", machine.os_type, machine.arch),
            agents.join(" "),
        ]
    });
    print_table(words.machine_headings(), rows)
}

/// Whether it can be worked on, and whether it takes new work.
fn standing(machine: &MachineView, words: &dyn Words) -> String {
    let status = words.machine_status(machine.status);
    if machine.frozen.is_none() && machine.all_frozen.is_none() {
        return status.to_owned();
    }
    format!("{status}, {}", words.frozen())
}
