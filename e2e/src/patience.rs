//! How long anything may take. Nothing is waited for by sleeping: each wait is for an event, and
//! this is only when it is given up.

use std::future::Future;
use std::time::Duration;

use anyhow::{Context, Result};

/// How long something may take that takes a moment on an idle computer. Generous: the tests share
/// two cores with a compiler.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Waits for something that may fail, and not for ever.
pub async fn within<T>(
    limit: Duration,
    what: &str,
    wait: impl Future<Output = Result<T>>,
) -> Result<T> {
    tokio::time::timeout(limit, wait)
        .await
        .with_context(|| format!("gave up after {limit:?}: {what}"))?
        .with_context(|| what.to_owned())
}
