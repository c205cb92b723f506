//! What is said to whoever looks after machines.

use contract::machines::MachineHealthView;
use model::machine::ClosedBy;

/// What is said to whoever looks after machines. Names that go in are escaped by who prints them.
pub(crate) trait CareWords {
    fn health_label(&self) -> &'static str;
    fn health(&self, health: &MachineHealthView) -> String;
    fn frozen(&self) -> &'static str;
    fn frozen_by(&self, name: &str, ago: &str) -> String;
    fn all_frozen_by(&self, name: &str, ago: &str) -> String;
    fn machine_frozen(&self, machine: &str) -> String;
    fn machine_unfrozen(&self, machine: &str) -> String;
    fn freeze_all(&self) -> &'static str;
    fn all_machines_frozen(&self, count: usize) -> String;
    fn all_machines_unfrozen(&self, count: usize, still_frozen: usize) -> String;
    fn closed_label(&self) -> &'static str;
    fn closed(&self, by: ClosedBy) -> &'static str;
    fn no_such_tenant(&self, number: i64) -> String;
    fn machine_renamed(&self, old: &str, new: &str) -> String;
    fn machine_has_labels(&self, machine: &str, labels: &str) -> String;
    fn machine_has_no_labels(&self, machine: &str) -> String;
}

/// Bytes, in gibibytes with one decimal.
#[expect(clippy::cast_precision_loss, reason = "a size for people, in whole tenths")]
pub(crate) fn gib(bytes: u64) -> String {
    format!("{:.1} GiB", bytes as f64 / 1_073_741_824.0)
}
