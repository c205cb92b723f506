//! `gantline machine rename|label`: what people say about a machine.

use std::process::ExitCode;

use contract::machines::ChangeMachine;

use super::named;
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// Which machine, and what to call it.
#[derive(Debug, clap::Args)]
pub(crate) struct RenameArgs {
    /// The machine, by its name, its identifier or the end of it.
    machine: String,
    /// What to call it.
    name: String,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Which machine, and its labels.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The machine, by its name, its identifier or the end of it.
    machine: String,
    /// Labels to add.
    labels: Vec<String>,
    /// A label to take away; may be given several times.
    #[arg(long, value_name = "LABEL")]
    remove: Vec<String>,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Renames it.
pub(crate) async fn rename(args: RenameArgs, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let before = named(&client, &args.machine, invocation.words).await?;
    let body = ChangeMachine { machine_name: Some(args.name), ..ChangeMachine::default() };
    let machine = client.machine_change(before.machine_id, &body).await?;
    match args.format.format {
        Format::Json => try_print_json(&machine)?,
        Format::Quiet => {}
        Format::Text => {
            let (old, new) =
                (escape::line(&before.machine_name), escape::line(&machine.machine_name));
            print_line(invocation.words.machine_renamed(&old, &new))?;
        }
    }
    Ok(Meaning::Done.into())
}

/// Adds labels and takes some away; without any it says which there are.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let mut machine = named(&client, &args.machine, invocation.words).await?;
    if !args.labels.is_empty() || !args.remove.is_empty() {
        let body = ChangeMachine {
            add_labels: args.labels,
            remove_labels: args.remove,
            ..ChangeMachine::default()
        };
        machine = client.machine_change(machine.machine_id, &body).await?;
    }
    match args.format.format {
        Format::Json => try_print_json(&machine)?,
        Format::Quiet => {
            for label in machine.labels {
                print_line(escape::line(&label))?;
            }
        }
        Format::Text => {
            let name = escape::line(&machine.machine_name);
            let text = if machine.labels.is_empty() {
                invocation.words.machine_has_no_labels(&name)
            } else {
                let labels = machine.labels.join(", ");
                invocation.words.machine_has_labels(&name, &escape::line(&labels))
            };
            print_line(text)?;
        }
    }
    Ok(Meaning::Done.into())
}
