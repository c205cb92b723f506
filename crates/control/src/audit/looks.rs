//! Who has looked at what is not theirs, and who has attached to a terminal. Somebody who reads on is
//! written down once an hour; what cannot be written down is not shown (S112).

use std::time::Duration;

use model::machine::Machine;
use model::session::{Session, SessionKind};
use model::{Actor, TenantId};
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
    write_down(plane, actor, session.tenant, action, object).await
}

/// Writes down that somebody is about to see which sessions were begun on a machine outside of us.
pub(crate) async fn look_outside(
    plane: &ControlPlane,
    actor: &Actor,
    machine: &Machine,
) -> Result<(), Error> {
    let object = format!("machine:{}", machine.id);
    write_down(plane, actor, machine.tenant, "machine.outside_sessions", object).await
}

async fn write_down(
    plane: &ControlPlane,
    actor: &Actor,
    tenant: TenantId,
    action: &'static str,
    object: String,
) -> Result<(), Error> {
    let line = Line {
        tenant: Some(tenant),
        actor: actor_name(actor),
        action,
        object: object.clone(),
        result: "ok",
    };
    if plane.repeats.tell(&line, plane.clock().tick(), EVERY) == Told::Already {
        return Ok(());
    }
    let record = plane.audit_about(actor, tenant, action, object, &json!({}));
    let written = plane.audit_only(vec![record]).await;
    written.inspect_err(|_| plane.repeats.forget(&line))
}
