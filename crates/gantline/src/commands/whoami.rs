//! `gantline whoami`: who is signed in, and where.

use std::process::ExitCode;

use serde_json::json;

use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_fields, print_line, try_print_json};

/// Where to ask.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Says it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let me = client.me().await?;
    let server = client.server().to_string();
    match args.format.format {
        Format::Json => try_print_json(&json!({ "server": server, "user": me }))?,
        Format::Quiet => print_line(crate::escape::line(&me.username))?,
        Format::Text => {
            let labels = invocation.words.user_labels();
            print_fields([
                (labels.name, me.display_name),
                (labels.username, me.username),
                (labels.role, me.role.to_string()),
                (labels.server, server),
            ])?;
        }
    }
    Ok(Meaning::Done.into())
}
