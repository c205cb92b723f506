use axum::Json;
use axum::extract::State;
use contract::audit::AuditVerification;
use control::Error;
use control::audit::{self, Link};
use model::audit::AuditLog;
use serde::Deserialize;

use crate::App;
use crate::caller::Caller;
use crate::params::Query;
use crate::problem::Answer;

/// What somebody has kept of an earlier answer.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Anchor {
    /// Whose: `tenant`, or `server` for that of the installation [default: tenant].
    log: Option<AuditLog>,
    /// The `position` of an earlier answer.
    position: Option<u64>,
    /// The `hash` of the same answer.
    hash: Option<String>,
}

/// Checks the audit log from its beginning to its end: whether each line is there, and as it was
/// written. With position and hash of an earlier answer it also finds a log that was made anew.
#[utoipa::path(get, path = "/api/audit/verify", tag = "audit", params(Anchor),
    responses((status = 200, body = AuditVerification)))]
pub(super) async fn verify(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(kept): Query<Anchor>,
) -> Answer<Json<AuditVerification>> {
    let log = kept.log.unwrap_or_default();
    let verified = audit::audit_verify(&app.plane, &actor, log, anchor(kept)?).await?;
    Ok(Json(AuditVerification {
        intact: verified.broken.is_none(),
        position: verified.last.position,
        hash: hex::encode(verified.last.hash),
        dropped: verified.dropped.position,
        broken_at: verified.broken.map(|broken| broken.position),
        problem: verified.broken.map(|broken| broken.problem),
    }))
}

fn anchor(kept: Anchor) -> Result<Option<Link>, Error> {
    let invalid = || {
        let message = "position and hash belong together: a line and 64 hexadecimal digits";
        Error::invalid("invalid_anchor", message)
    };
    match (kept.position, kept.hash) {
        (None, None) => Ok(None),
        (Some(position), Some(text)) => {
            let mut hash = [0; 32];
            hex::decode_to_slice(text, &mut hash).map_err(|_| invalid())?;
            Ok(Some(Link { position, hash }))
        }
        _ => Err(invalid()),
    }
}
