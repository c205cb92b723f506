//! What people say about a machine: its name and its labels. None of it reaches the machine.

use std::sync::Arc;

use bus::Event;
use model::machine::Machine;
use model::{Actor, MachineId};
use policy::Action;
use serde_json::json;

use crate::labels::{checked_tags, merged_tags};
use crate::{ControlPlane, Error, text};

/// What is to be different. What is absent stays as it is.
#[derive(Debug, Clone, Default)]
pub struct MachineChange {
    /// What to call it.
    pub name: Option<String>,
    /// All its labels.
    pub labels: Option<Vec<String>>,
    /// Further labels.
    pub add_labels: Vec<String>,
    /// Labels that it no longer has.
    pub remove_labels: Vec<String>,
}

/// Changes what people say about a machine.
pub async fn machine_change(
    plane: &ControlPlane,
    actor: &Actor,
    id: MachineId,
    change: MachineChange,
) -> Result<Machine, Error> {
    let tenant = plane.authorise_machine(actor, Action::MachineManage, id).await?.tenant;
    let change = checked(change)?;
    let facts = json!({
        "name": change.name, "labels": change.labels,
        "added": change.add_labels, "removed": change.remove_labels,
    });
    let object = format!("machine:{id}");
    let record = plane.audit_about(actor, tenant, "machine.change", object, &facts);
    let machine = plane
        .store
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let mut machine = tx.machine(id).await?.ok_or(Error::not_found("machine"))?;
                let all = change.labels.unwrap_or(machine.labels);
                machine.labels = merged_tags(all, change.add_labels, &change.remove_labels)?;
                machine.name = change.name.unwrap_or(machine.name);
                tx.machine_set_labels(id, &machine.name, &machine.labels).await?;
                tx.audit_append(record).await?;
                Ok(machine)
            })
        })
        .await?;
    plane.bus.tell(Event::MachineChanged(Arc::new(machine.clone())));
    Ok(machine)
}

fn checked(change: MachineChange) -> Result<MachineChange, Error> {
    let labels = |labels: Vec<String>| checked_tags("a label", &labels);
    let name = change.name.as_deref().map(|name| text::name("the machine's name", name, 100));
    Ok(MachineChange {
        name: name.transpose()?,
        labels: change.labels.map(labels).transpose()?,
        add_labels: labels(change.add_labels)?,
        remove_labels: labels(change.remove_labels)?,
    })
}
