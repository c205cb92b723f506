//! `gantline session archive` and `unarchive`: puts a session away, and takes it out again.

use std::process::ExitCode;

use contract::sessions::ChangeSession;

use super::change::{self, Which};
use crate::invocation::Invocation;

/// Puts it away, or takes it out again.
pub(super) async fn run(
    which: Which,
    archived: bool,
    invocation: &Invocation,
) -> anyhow::Result<ExitCode> {
    let body = ChangeSession { archived: Some(archived), ..ChangeSession::default() };
    change::run(which, &body, invocation).await
}
