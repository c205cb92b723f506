//! Who was refused what. Whoever is refused can try as often as they like, so there is one line a
//! minute for the same, and the others are counted.

use std::time::Duration;

use model::Actor;
use serde_json::json;

use super::actor_name;
use super::repeats::{Line, Told};
use crate::error::{Concerns, Refusal};
use crate::{ControlPlane, Error};

/// What the log calls it.
const ACTION: &str = "access.deny";

/// How often the same is written down.
const EVERY: Duration = Duration::from_mins(1);

/// Notes that somebody was refused what they tried, such as `GET /api/users`. The refusal stands
/// whether or not this can be written.
pub async fn refusal_note(plane: &ControlPlane, actor: &Actor, tried: &str, refusal: Refusal) {
    let line = Line {
        tenant: match refusal.concerns {
            Concerns::OwnTenant => actor.tenant(),
            Concerns::Installation => None,
        },
        actor: actor_name(actor),
        action: ACTION,
        object: tried.to_owned(),
        result: refusal.code,
    };
    match plane.repeats.tell(&line, plane.clock().tick(), EVERY) {
        Told::Now { repeated } => {
            if let Err(error) = write(plane, &[(line, repeated)]).await {
                tracing::error!(%error, "a refusal could not be written to the audit log");
            }
        }
        Told::Already => {}
        // The server's own log is where this is still seen.
        Told::TooMuch => {
            let Line { actor, object, result, .. } = line;
            tracing::warn!(actor, object, result, "too many refusals to write each of them down");
        }
    }
}

/// Writes down what was only counted.
pub async fn refusals_settle(plane: &ControlPlane) -> Result<(), Error> {
    let mut counted = plane.repeats.take(plane.clock().tick());
    counted.retain(|(line, _)| line.action == ACTION);
    if counted.is_empty() { Ok(()) } else { write(plane, &counted).await }
}

async fn write(plane: &ControlPlane, lines: &[(Line, u64)]) -> Result<(), Error> {
    let record = |(line, repeated): &(Line, u64)| {
        let facts = if *repeated > 0 { json!({ "repeated": repeated }) } else { json!({}) };
        let (actor, object) = (line.actor.clone(), &line.object);
        plane.audit_in(line.tenant, actor, ACTION, object, line.result, &facts)
    };
    plane.audit_only(lines.iter().map(record).collect()).await
}
