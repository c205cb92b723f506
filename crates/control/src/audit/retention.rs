//! Dropping old lines, where `server.toml` says after how long. It is written down what was dropped,
//! so that the rest can still be checked.

use std::time::Duration;

use model::{TenantId, Timestamp};
use serde_json::json;
use store::audit::retention::DROP_ACTION;

use crate::housekeeping::before;
use crate::{ControlPlane, Error};

const DAY_MS: i64 = 86_400_000;

/// Drops what is older than is kept, by whole days (UTC): one line a day says so, not one an hour.
pub(crate) async fn audit_drop_old(plane: &ControlPlane) -> Result<(), Error> {
    let Some(kept) = plane.config.audit_retention else { return Ok(()) };
    let first_kept = first_kept(plane.now(), kept);
    for chain in plane.store.audit_chains().await? {
        drop_before(plane, chain, first_kept).await?;
    }
    Ok(())
}

async fn drop_before(
    plane: &ControlPlane,
    chain: Option<TenantId>,
    first_kept: Timestamp,
) -> Result<(), Error> {
    while let Some(old) = plane.store.audit_last_before(chain, first_kept).await? {
        let system = "system".to_owned();
        let record = plane.audit_in(chain, system, DROP_ACTION, "audit", "ok", &json!({}));
        plane
            .store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move { Ok(tx.audit_drop(old, record).await?) })
            })
            .await?;
    }
    Ok(())
}

fn first_kept(now: Timestamp, kept: Duration) -> Timestamp {
    let moment = before(now, kept).as_millis();
    Timestamp::from_millis(moment - moment.rem_euclid(DAY_MS))
}
