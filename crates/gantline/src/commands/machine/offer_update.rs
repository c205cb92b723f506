//! `gantline machine offer-update`: tells a machine that its server has a newer release for it.

use std::process::ExitCode;

use super::named;
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, try_print_json};

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

/// Tells it. It fetches and verifies the release itself.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let machine = named(&client, &args.machine, words).await?;
    let taken = client.machine_offer_update(machine.machine_id).await?;
    match args.format.format {
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
