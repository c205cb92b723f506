//! Who has looked at what is not theirs, and who has attached to a terminal. Somebody who reads on is
//! written down once an hour; what cannot be written down is not shown (S112).

use std::time::Duration;

use model::Actor;
use model::session::{Session, SessionKind};
use serde_json::json;

use super::actor_name;
use super::repeats::{Line, Told};
use crate::{ControlPlane, Error};

/// How often the same is written down.
const EVERY: Duration = Duration::from_hours(1);

/// Writes down that somebody is about to see a session.
pub(crate) async fn look(
    plane: &ControlPlane,
    actor: &Actor,
    session: &Session,
) -> Result<(), Error> {
    let action = match session.kind {
        SessionKind::Terminal => "session.attach",
        SessionKind::Chat if actor.user() == Some(session.owner) => return Ok(()),
        SessionKind::Chat => "session.view",
    };
    let object = format!("session:{}", session.id);
    let line = Line {
        tenant: Some(session.tenant),
        actor: actor_name(actor),
        action,
        object: object.clone(),
        result: "ok",
    };
    if plane.repeats.tell(&line, plane.clock().tick(), EVERY) == Told::Already {
        return Ok(());
    }
    let record = plane.audit_about(actor, session.tenant, action, object, &json!({}));
    let written = plane.audit_only(vec![record]).await;
    written.inspect_err(|_| plane.repeats.forget(&line))
}
