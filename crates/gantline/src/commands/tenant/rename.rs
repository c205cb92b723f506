//! `gantline tenant rename`: what a tenant is called.

use std::process::ExitCode;

use contract::users::ChangeTenant;

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup;
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// Which tenant, and its new name.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The tenant, by its number.
    #[arg(value_name = "NUMBER")]
    tenant: i64,
    /// What to call it.
    name: String,
    #[command(flatten)]
    pub(super) format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Does it.
pub(super) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let tenant = lookup::tenant(&client, Some(args.tenant), words).await?;
    let body = ChangeTenant { name: args.name };
    let renamed = client.tenant_change(tenant.id, &body).await?;
    match args.format.format {
        Format::Json => try_print_json(&renamed)?,
        Format::Quiet => {}
        Format::Text => {
            let (before, now) = (escape::line(&tenant.name), escape::line(&renamed.name));
            print_line(words.tenant_renamed(&before, &now))?;
        }
    }
    Ok(Meaning::Done.into())
}
