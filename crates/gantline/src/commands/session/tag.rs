//! `gantline session tag` and `untag`: words by which people find a session again.

use std::process::ExitCode;

use contract::sessions::ChangeSession;

use super::change::{self, Which};
use crate::invocation::Invocation;

/// Which session, and which tags.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub which: Which,
    /// Tags, each of 1 to 50 characters; a session has at most 32.
    #[arg(required = true, value_name = "TAG")]
    tags: Vec<String>,
}

/// Adds them.
pub(super) async fn add(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let body = ChangeSession { add_tags: args.tags, ..ChangeSession::default() };
    change::run(args.which, &body, invocation).await
}

/// Takes them away.
pub(super) async fn remove(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let body = ChangeSession { remove_tags: args.tags, ..ChangeSession::default() };
    change::run(args.which, &body, invocation).await
}
