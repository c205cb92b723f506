//! What is said to whoever looks after machines, in English.

use contract::machines::MachineHealthView;
use model::machine::{Carrier, ClosedBy};

use super::English;
use crate::words::care::{CareWords, gib};

impl CareWords for English {
    fn health_label(&self) -> &'static str {
        "Health"
    }

    fn health(&self, health: &MachineHealthView) -> String {
        let load = format!("load {:.2}", health.load_average);
        let memory = health.free_memory_bytes.map(|bytes| format!("{} memory free", gib(bytes)));
        let disk = health.free_disk_bytes.map(|bytes| format!("{} disk free", gib(bytes)));
        let link = health.latency_ms.map(|ms| format!("link {ms} ms"));
        let around = (health.carrier == Some(Carrier::LongPoll)).then(|| "by long-poll".to_owned());
        [Some(load), memory, disk, link, around]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn frozen(&self) -> &'static str {
        "frozen"
    }

    fn frozen_by(&self, name: &str, ago: &str) -> String {
        format!("by {name}, {ago}")
    }

    fn all_frozen_by(&self, name: &str, ago: &str) -> String {
        format!("with all machines, by {name}, {ago}")
    }

    fn machine_frozen(&self, machine: &str) -> String {
        format!("{machine} takes no new work; what runs goes on")
    }

    fn machine_unfrozen(&self, machine: &str) -> String {
        format!("{machine} takes new work again")
    }

    fn freeze_all(&self) -> &'static str {
        "Freeze every machine? No session, job or terminal begins until this is lifted."
    }

    fn all_machines_frozen(&self, count: usize) -> String {
        format!("No machine takes new work ({count} frozen); what runs goes on")
    }

    fn all_machines_unfrozen(&self, count: usize, still_frozen: usize) -> String {
        match still_frozen {
            0 => format!("Every machine takes new work again ({count})"),
            _ => format!(
                "Machines take new work again ({count}), but for {still_frozen} that were frozen \
                 by themselves"
            ),
        }
    }

    fn closed_label(&self) -> &'static str {
        "Closed"
    }

    fn closed(&self, by: ClosedBy) -> &'static str {
        match by {
            ClosedBy::Halt => "halted by its owner",
            ClosedBy::Policy => "its policy cannot be used",
            ClosedBy::NoTunnel => "started only to be seen",
        }
    }

    fn no_such_tenant(&self, number: i64) -> String {
        format!("there is no tenant {number}")
    }

    fn machine_renamed(&self, old: &str, new: &str) -> String {
        format!("{old} is called {new}")
    }

    fn machine_has_labels(&self, machine: &str, labels: &str) -> String {
        format!("{machine} has the labels {labels}")
    }

    fn machine_has_no_labels(&self, machine: &str) -> String {
        format!("{machine} has no labels")
    }
}
