//! `gantline hold`: holds one terminal, so that it outlives the daemon. Started by a daemon, with a
//! socket as its standard input.

use std::process::ExitCode;

use crate::exit::Meaning;

/// What to hold.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The session, for whoever looks at the list of processes.
    session: String,
}

/// Holds it until its end is known.
pub(crate) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    holder::keep(&args.session).await?;
    Ok(Meaning::Done.into())
}
