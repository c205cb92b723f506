//! The computer that the server itself runs on, as a machine: whoever starts the server owns both,
//! so it needs no registration token.

use std::sync::Arc;

use bus::Event;
use model::freeze::Freezes;
use model::machine::{KeyAge, Machine, MachineFacts};
use model::{Actor, MachineId};
use serde_json::json;

use crate::setup::default_tenant;
use crate::{ControlPlane, Error, text};

/// What the server's own computer is, as a machine.
#[derive(Debug)]
pub struct OwnMachine {
    /// Who it was the last time.
    pub known: Option<MachineId>,
    /// Its Ed25519 public key.
    pub public_key: [u8; 32],
    /// The one with which it replaces that, where it has made one.
    pub next_public_key: Option<[u8; 32]>,
    /// What to call it if it is new.
    pub name: String,
    /// What it says of itself.
    pub facts: MachineFacts,
}

/// The machine that it was the last time, if it still is one, or a new one.
pub async fn machine_adopt(plane: &ControlPlane, own: OwnMachine) -> Result<Machine, Error> {
    if let Some(known) = own.known
        && let Some(machine) = plane.store.machine(known).await?
        && [Some(own.public_key), own.next_public_key].contains(&Some(machine.public_key))
    {
        return Ok(machine);
    }
    let now = plane.now();
    let machine = Machine {
        id: MachineId::new(now, &**plane.rng()),
        tenant: default_tenant(plane).await?,
        name: text::name("the machine's name", &own.name, 100)?,
        public_key: own.public_key,
        key_age: KeyAge::default(),
        epoch: 0,
        facts: own.facts,
        labels: Vec::new(),
        enrolled_at: now,
        last_seen_at: None,
        freezes: Freezes::default(),
    };
    let object = format!("machine:{}", machine.id);
    let record = plane.audit(&Actor::System, "machine.adopt", object, &json!({}));
    let machine = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                tx.machine_insert(&machine).await?;
                tx.audit_append(record).await?;
                // As it is kept: all machines of the tenant may be frozen.
                tx.machine(machine.id).await?.ok_or(Error::not_found("machine"))
            })
        })
        .await?;
    plane.bus.tell(Event::MachineChanged(Arc::new(machine.clone())));
    Ok(machine)
}
