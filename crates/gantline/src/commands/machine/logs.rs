//! `gantline machine logs`: what the machine has said in the background.

use std::path::Path;
use std::process::ExitCode;

use super::{background, uninstall};
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;

/// Which part of it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Go on with what it says from now on.
    #[arg(long, short)]
    follow: bool,
}

/// Shows it.
pub(crate) fn run(args: &Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let starter = uninstall::starter(invocation)?;
    let Some(line) = starter.show_log(args.follow) else {
        return Err(Refusal::new(Meaning::Failed, invocation.words.no_log()).into());
    };
    background::run(&line, Path::new(""))?;
    Ok(Meaning::Done.into())
}
