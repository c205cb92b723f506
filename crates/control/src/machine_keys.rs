//! A machine's key is replaced while it works: it makes another one, says so, and proves itself with it from
//! its next link on; then the old one is refused (S62).

use std::time::Duration;

use model::machine::Machine;
use model::{Actor, AuditRecordId, MachineId, Rng, Timestamp};
use policy::Action;
use serde_json::json;
use store::audit::NewAuditRecord;
use store::{StoreError, Tx};
use wire::call::{Answer, Question};
use wire::machine_key::ProposeKey;

use crate::{ControlPlane, Error};

/// How long a machine may take to make a key.
const MADE_WITHIN: Duration = Duration::from_secs(15);

/// Has a machine replace its key. It comes with the new one within seconds of the answer.
pub async fn machine_key_rotate(
    plane: &ControlPlane,
    actor: &Actor,
    id: MachineId,
) -> Result<Machine, Error> {
    let machine = plane.authorise_machine(actor, Action::MachineManage, id).await?;
    let key = match plane.relay.call(id, Question::ProposeKey(ProposeKey {}), MADE_WITHIN).await {
        Ok(Answer::KeyProposed(proposed)) => <[u8; 32]>::try_from(&*proposed.public_key)
            .map_err(|_| Error::from(relay::CallFailure::Unexpected))?,
        Ok(_) => return Err(relay::CallFailure::Unexpected.into()),
        Err(failure) => return Err(failure.into()),
    };
    let (now, epoch) = (plane.now(), machine.epoch);
    let object = format!("machine:{id}");
    let record = plane.audit_about(actor, machine.tenant, "machine.key_rotate", object, &json!({}));
    let is_noted = plane.store.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            // Whoever has another link by now may have forgotten what it proposed on this one.
            let is_noted = tx.machine_key_propose(id, epoch, key, now).await?;
            if is_noted {
                tx.audit_append(record).await?;
            }
            Ok(is_noted)
        })
    });
    if !is_noted.await? {
        let message = "the machine has come back meanwhile, or is about to come with its new key";
        return Err(Error::conflict("machine_reconnected", message).with_hint("try again"));
    }
    plane.relay.reconnect(id, "come back with the new key");
    plane.store.machine(id).await?.ok_or(Error::not_found("machine"))
}

/// Takes note of the key with which a machine has proven who it is: a next one takes the place of the
/// other. Answers whether the key counts still.
pub(crate) async fn came_with(
    tx: &mut Tx,
    id: MachineId,
    key: [u8; 32],
    now: Timestamp,
    rng: &dyn Rng,
) -> Result<bool, StoreError> {
    let Some(keys) = tx.machine_keys(id).await? else { return Ok(true) };
    if !keys.valid(now).contains(&key) {
        return Ok(false);
    }
    let Some(machine) = tx.machine(id).await? else { return Ok(true) };
    if key == keys.current {
        // It comes with a next key first, where it has one.
        tx.machine_key_call_off(id).await?;
    } else if tx.machine_key_replace(id, key, now).await? {
        tx.audit_append(NewAuditRecord {
            id: AuditRecordId::new(now, rng),
            tenant: Some(machine.tenant),
            at: now,
            actor: format!("machine:{id}"),
            action: "machine.key_replace".to_owned(),
            object: format!("machine:{id}"),
            result: "ok".to_owned(),
            facts: json!({}).to_string(),
        })
        .await?;
    }
    Ok(true)
}
