//! `gantline machine rotate-key`: has a machine replace the key with which it proves who it is.

use std::process::ExitCode;
use std::time::Duration;

use client::Client;
use contract::machines::MachineView;
use model::MachineId;

use super::named;
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// How long it is waited until the machine is back with its new key.
const BACK_WITHIN: Duration = Duration::from_secs(30);

/// How often it is looked whether it is.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Which machine.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The machine, by its name, its identifier or the end of it.
    machine: String,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Has it do so, and waits until it is back.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let before = named(&client, &args.machine, words).await?;
    client.machine_key_rotate(before.machine_id).await?;
    let back = tokio::time::timeout(BACK_WITHIN, until_settled(&client, before.machine_id)).await;
    let name = escape::line(&before.machine_name);
    let is_replaced = |machine: &MachineView| machine.key_since != before.key_since;
    let Some(machine) = back.ok().transpose()?.filter(is_replaced) else {
        let refusal = Refusal::new(Meaning::Unreachable, words.key_not_replaced(&name));
        return Err(refusal.with_hint(words.hint_key_not_replaced()).into());
    };
    match args.format.format {
        Format::Json => try_print_json(&machine)?,
        Format::Quiet => {}
        Format::Text => print_line(words.key_replaced(&name))?,
    }
    Ok(Meaning::Done.into())
}

/// The machine, once it has come back with one key or the other.
async fn until_settled(client: &Client, id: MachineId) -> Result<MachineView, client::Error> {
    loop {
        let machine = client.machine(id).await?;
        if machine.key_goes_since.is_none() {
            return Ok(machine);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
