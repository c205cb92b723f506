//! Newer releases of the machines' program. They are only announced: a machine fetches and verifies
//! them itself, and its owner may not want that (S131, S132).
//!
//! - [`announcing`]: the server does so by itself, where its operator wants that
//! - [`rollout`]: which machine is next, then

pub mod announcing;
mod rollout;

use std::time::Duration;

use model::machine::Machine;
use model::{Actor, MachineId};
use policy::Action;
use serde_json::json;
use store::StoreError;
use wire::call::{Answer, Question};
use wire::update::OfferUpdate;

use crate::text::one_line;
use crate::{ControlPlane, Error};

/// How long a machine may take to look at what was signed.
const LOOKS_WITHIN: Duration = Duration::from_secs(45);

/// Tells a machine that there is this newer release, if there is one; answers which one it takes.
pub async fn machine_offer_update(
    plane: &ControlPlane,
    actor: &Actor,
    id: MachineId,
    version: Option<&str>,
) -> Result<String, Error> {
    let machine = plane.authorise_machine(actor, Action::MachineManage, id).await?;
    let Some(version) = version else {
        let message = "this server has no newer release for that machine";
        return Err(Error::conflict("no_newer_release", message));
    };
    offer(plane, actor, &machine, version).await
}

/// Tells a machine. Whatever it answers is written down.
async fn offer(
    plane: &ControlPlane,
    actor: &Actor,
    machine: &Machine,
    version: &str,
) -> Result<String, Error> {
    let question = Question::OfferUpdate(OfferUpdate { version: version.to_owned() });
    let answered = match plane.relay.call(machine.id, question, LOOKS_WITHIN).await {
        Ok(Answer::UpdateTaken(taken)) => Ok(one_line(&taken.version, 40)),
        Ok(_) => Err(relay::CallFailure::Unexpected.into()),
        Err(failure) => Err(Error::from(failure)),
    };
    let facts = json!({
        "version": version,
        "reason": answered.as_ref().err().map(|error| one_line(&error.to_string(), 500)),
    });
    let object = format!("machine:{}", machine.id);
    let mut record =
        plane.audit_about(actor, machine.tenant, "machine.update_offer", object, &facts);
    if answered.is_err() {
        "refused".clone_into(&mut record.result);
    }
    plane
        .store
        .write::<_, StoreError, _>(move |tx| Box::pin(async move { tx.audit_append(record).await }))
        .await?;
    answered
}
