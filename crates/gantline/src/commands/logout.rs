//! `gantline logout`: forgets the token of this user.

use std::process::ExitCode;

use serde_json::json;

use crate::connection::ConnectionOptions;
use crate::credentials::Credentials;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// Where to sign out.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Forgets it. The token itself goes on working until it expires or is revoked in the console.
pub(crate) fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let server = invocation.connection(args.connection)?.server;
    let forgotten = Credentials::read()?.forget(&server)?;
    let words = invocation.words;
    match args.format.format {
        Format::Json => {
            try_print_json(&json!({ "server": server.to_string(), "forgotten": forgotten }))?;
        }
        Format::Quiet => {}
        Format::Text if forgotten => print_line(words.signed_out(&server.to_string()))?,
        Format::Text => print_line(words.was_not_signed_in(&server.to_string()))?,
    }
    Ok(Meaning::Done.into())
}
