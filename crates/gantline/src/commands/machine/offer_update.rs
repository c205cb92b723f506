//! `gantline machine offer-update`: tells machines that their server has a newer release for them.

use std::process::ExitCode;

use client::{Client, Error as ClientError};
use contract::machines::MachineView;
use model::MachineId;
use serde::Serialize;

use super::named;
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::words::Words;

/// Which machines.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The machine, by its name, its identifier or the end of it.
    #[arg(required_unless_present_any = ["all", "label"], conflicts_with_all = ["all", "label"])]
    machine: Option<String>,
    /// Every machine that is there, one after the other.
    #[arg(long)]
    all: bool,
    /// Every machine with this label, one after the other; may be given several times: any of them.
    #[arg(long, value_name = "LABEL", conflicts_with = "all")]
    label: Vec<String>,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Tells them. They fetch and verify the release themselves.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let format = args.format.format;
    if let Some(machine) = &args.machine {
        let machine = named(&client, machine, words).await?;
        return offer_to_one(&client, &machine, format, words).await;
    }
    let mut machines = client.machines().await?;
    machines
        .retain(|machine| args.all || args.label.iter().any(|one| machine.labels.contains(one)));
    offer_to_each(&client, &machines, format, words).await
}

async fn offer_to_one(
    client: &Client,
    machine: &MachineView,
    format: Format,
    words: &dyn Words,
) -> anyhow::Result<ExitCode> {
    let taken = client.machine_offer_update(machine.machine_id).await?;
    match format {
        Format::Json => try_print_json(&taken)?,
        Format::Quiet => print_line(escape::line(&taken.version))?,
        Format::Text => {
            let (name, version) =
                (escape::line(&machine.machine_name), escape::line(&taken.version));
            print_line(words.update_offered(&name, &version))?;
        }
    }
    Ok(Meaning::Done.into())
}

/// What came of it at one of several machines.
#[derive(Debug, Serialize)]
struct Offered {
    machine_id: MachineId,
    machine_name: String,
    /// What it ran until now.
    running: String,
    /// What it takes; `None` where nothing newer is there for it, or it does not take that.
    taken: Option<String>,
    /// Why it takes nothing, where something newer is there or that is not known.
    problem: Option<String>,
}

/// One after the other: the first that fails shows what is wrong before many others try it.
async fn offer_to_each(
    client: &Client,
    machines: &[MachineView],
    format: Format,
    words: &dyn Words,
) -> anyhow::Result<ExitCode> {
    if machines.is_empty() && format == Format::Text {
        print_line(words.no_machine())?;
    }
    let mut all = Vec::with_capacity(machines.len());
    for machine in machines {
        let offered = offer(client, machine).await;
        match format {
            Format::Text => print_line(in_words(&offered, words))?,
            Format::Quiet if offered.taken.is_some() => print_line(offered.machine_id)?,
            Format::Quiet | Format::Json => {}
        }
        all.push(offered);
    }
    let failed = all.iter().any(|offered| offered.problem.is_some());
    if format == Format::Json {
        try_print_json(&all)?;
    }
    Ok(if failed { Meaning::Failed } else { Meaning::Done }.into())
}

async fn offer(client: &Client, machine: &MachineView) -> Offered {
    let (machine_id, mut offered) = (
        machine.machine_id,
        Offered {
            machine_id: machine.machine_id,
            machine_name: machine.machine_name.clone(),
            running: machine.agent_version.clone(),
            taken: None,
            problem: None,
        },
    );
    match try_offer(client, machine_id).await {
        Ok(taken) => offered.taken = taken,
        Err(error) => offered.problem = Some(error.to_string()),
    }
    offered
}

/// Which release it takes, if there is a newer one.
async fn try_offer(client: &Client, machine: MachineId) -> Result<Option<String>, ClientError> {
    if client.machine_update(machine).await?.newer.is_none() {
        return Ok(None);
    }
    Ok(Some(client.machine_offer_update(machine).await?.version))
}

fn in_words(offered: &Offered, words: &dyn Words) -> String {
    let name = escape::line(&offered.machine_name);
    match (&offered.taken, &offered.problem) {
        (Some(version), _) => words.update_offered(&name, &escape::line(version)),
        (None, Some(problem)) => words.update_not_taken(&name, &escape::line(problem)),
        (None, None) => words.update_not_needed(&name, &escape::line(&offered.running)),
    }
}
