//! Newer releases of the machines' program. They are only announced: a machine fetches and verifies
//! them itself, and its owner may not want that (S131, S132).

use std::time::Duration;

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

/// Tells a machine that there is this newer release, if there is one; answers which one it takes. Whatever it answers is
/// written down.
pub async fn machine_offer_update(
    plane: &ControlPlane,
    actor: &Actor,
    id: MachineId,
    version: Option<&str>,
) -> Result<String, Error> {
    let tenant = plane.authorise_machine(actor, Action::MachineManage, id).await?.tenant;
    let Some(version) = version else {
        let message = "this server has no newer release for that machine";
        return Err(Error::conflict("no_newer_release", message));
    };
    let question = Question::OfferUpdate(OfferUpdate { version: version.to_owned() });
    let answered = match plane.relay.call(id, question, LOOKS_WITHIN).await {
        Ok(Answer::UpdateTaken(taken)) => Ok(one_line(&taken.version, 40)),
        Ok(_) => Err(relay::CallFailure::Unexpected.into()),
        Err(failure) => Err(Error::from(failure)),
    };
    let facts = json!({
        "version": version,
        "reason": answered.as_ref().err().map(|error| one_line(&error.to_string(), 500)),
    });
    let object = format!("machine:{id}");
    let mut record = plane.audit_about(actor, tenant, "machine.update_offer", object, &facts);
    if answered.is_err() {
        "refused".clone_into(&mut record.result);
    }
    plane
        .store
        .write::<_, StoreError, _>(move |tx| Box::pin(async move { tx.audit_append(record).await }))
        .await?;
    answered
}
