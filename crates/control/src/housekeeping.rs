//! What is dropped when its time is over. Runs once an hour for as long as the server runs.

use std::time::Duration;

use model::Timestamp;

use crate::audit::refusals::refusals_settle;
use crate::audit::retention::audit_drop_old;
use crate::credentials::LOGIN_IDLES;
use crate::throttle::FORGET_AFTER;
use crate::users::removal::sessions_of_deleted_drop;
use crate::{ControlPlane, Error, copies, imports, jobs, kept_transcripts};

/// How often.
pub const EVERY: Duration = Duration::from_hours(1);

/// How long the fate of orders and the answers to idempotency keys are remembered.
const REMEMBER: Duration = Duration::from_hours(168);

/// Drops what is over.
pub async fn tidy_up(plane: &ControlPlane) -> Result<(), Error> {
    refusals_settle(plane).await?;
    audit_drop_old(plane).await?;
    jobs::jobs_drop_old(plane).await?;
    copies::tidy_up(plane).await?;
    kept_transcripts::kept_transcripts_drop_old(plane).await?;
    sessions_of_deleted_drop(plane).await?;
    let now = plane.now();
    imports::give_up_begun_before(plane, before(now, imports::LONGEST)).await?;
    let long_ago = before(now, REMEMBER);
    plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                tx.logins_delete_expired(now, before(now, LOGIN_IDLES)).await?;
                tx.sign_in_links_delete_expired(now).await?;
                tx.throttles_forget(before(now, FORGET_AFTER)).await?;
                tx.webhook_secrets_forget(now).await?;
                tx.commands_forget(long_ago).await?;
                tx.idempotent_answers_forget(long_ago).await?;
                tx.api_tokens_forget(long_ago).await?;
                tx.proxy_tokens_forget(long_ago).await?;
                tx.notices_forget(long_ago).await?;
                Ok(())
            })
        })
        .await
}

/// A time, so long before another one.
pub(crate) fn before(now: Timestamp, by: Duration) -> Timestamp {
    let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(now.as_millis().saturating_sub(by))
}
