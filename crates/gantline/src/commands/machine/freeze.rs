//! `gantline machine freeze|unfreeze`: that no new work begins, on one machine or on all.

use std::process::ExitCode;

use contract::machines::{FreezeMachines, MachineView, Machines};

use super::named;
use crate::confirm::{self, Consent};
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup;
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// Which machines to freeze, and why.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,
    /// Why; whoever is refused reads it.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Which machines to let work again.
#[derive(Debug, clap::Args)]
pub(crate) struct UnfreezeArgs {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// One machine, or all.
#[derive(Debug, clap::Args)]
struct Which {
    /// The machine, by its name, its identifier or the end of it.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    machine: Option<String>,
    /// Every machine of the tenant, those that are yet to come included.
    #[arg(long)]
    all: bool,
    /// The tenant by its number, for who runs the installation [default: one's own].
    #[arg(long, value_name = "NUMBER", requires = "all")]
    tenant: Option<i64>,
}

/// Freezes.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let body = FreezeMachines { reason: args.reason };
    if let Some(name) = &args.which.machine {
        let machine = named(&client, name, words).await?;
        let machine = client.machine_freeze(machine.machine_id, &body).await?;
        let name = escape::line(&machine.machine_name);
        return show_one(&machine, args.format.format, &words.machine_frozen(&name));
    }
    let tenant = lookup::tenant(&client, args.which.tenant, words).await?.id;
    confirm::ask(args.consent, words.freeze_all(), words)?;
    let machines = client.machines_freeze_all(tenant, &body).await?;
    let text = words.all_machines_frozen(machines.machines.len());
    show_all(&machines, args.format.format, &text)
}

/// Lifts it.
pub(crate) async fn unfreeze(
    args: UnfreezeArgs,
    invocation: &Invocation,
) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    if let Some(name) = &args.which.machine {
        let machine = named(&client, name, words).await?;
        let machine = client.machine_unfreeze(machine.machine_id).await?;
        let name = escape::line(&machine.machine_name);
        return show_one(&machine, args.format.format, &words.machine_unfrozen(&name));
    }
    let tenant = lookup::tenant(&client, args.which.tenant, words).await?.id;
    let machines = client.machines_unfreeze_all(tenant).await?;
    let still_frozen = machines.machines.iter().filter(|one| one.frozen.is_some()).count();
    let count = machines.machines.len() - still_frozen;
    show_all(&machines, args.format.format, &words.all_machines_unfrozen(count, still_frozen))
}

fn show_one(machine: &MachineView, format: Format, text: &str) -> anyhow::Result<ExitCode> {
    match format {
        Format::Json => try_print_json(machine)?,
        Format::Quiet => {}
        Format::Text => print_line(text)?,
    }
    Ok(Meaning::Done.into())
}

fn show_all(machines: &Machines, format: Format, text: &str) -> anyhow::Result<ExitCode> {
    match format {
        Format::Json => try_print_json(machines)?,
        Format::Quiet => {}
        Format::Text => print_line(text)?,
    }
    Ok(Meaning::Done.into())
}
