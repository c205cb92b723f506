//! How far a copy is: for whoever waits for it, and in the log.

use std::time::Duration;

use model::Tick;

use super::account::{Account, Doing};
use crate::context::Context;

/// How often it is written how far it is.
const TOLD_EVERY: Duration = Duration::from_millis(500);

/// How often the log says how far it is.
const LOGGED_EVERY: Duration = Duration::from_secs(10);

/// How far a copy is.
pub(super) struct Progress<'a> {
    context: &'a Context,
    account: &'a mut Account,
    told_at: Option<Tick>,
    logged_at: Option<Tick>,
}

impl<'a> Progress<'a> {
    pub(super) fn of(context: &'a Context, account: &'a mut Account) -> Self {
        // What is over in a moment is said once, at its end.
        Self { context, account, told_at: None, logged_at: Some(context.clock.tick()) }
    }

    /// Says it, where that was not done a moment ago.
    pub(super) async fn tell(&mut self, doing: &Doing) {
        let now = self.context.clock.tick();
        let is_due = |last: Option<Tick>, every| last.is_none_or(|last| now.since(last) >= every);
        if is_due(self.told_at, TOLD_EVERY) {
            self.told_at = Some(now);
            self.account.doing = Some(doing.clone());
            self.account.write(&self.context.directory).await;
        }
        if is_due(self.logged_at, LOGGED_EVERY) {
            self.logged_at = Some(now);
            tracing::info!(
                workspace = doing.workspace,
                sent.files = doing.sent_files,
                files = doing.files,
                sent.bytes = doing.sent_bytes,
                bytes = doing.bytes,
                "a copy of the workspace goes to the server"
            );
        }
    }
}
