//! What is said of this computer as a machine.

use std::time::Duration;

use daemon::Detour;

/// Names of what is known of this computer as a machine.
pub(crate) struct OwnMachineLabels {
    pub server: &'static str,
    pub name: &'static str,
    pub id: &'static str,
    pub directory: &'static str,
    pub daemon: &'static str,
    pub link: &'static str,
    pub sessions: &'static str,
    pub clock: &'static str,
    pub workspaces: &'static str,
    pub highest_preset: &'static str,
}

/// What is said of this computer as a machine.
pub(crate) trait MachineWords {
    fn where_to_get_an_enrolment_token(&self, server: &str) -> String;
    fn not_an_enrolment_token(&self) -> &'static str;
    fn hint_enrolment_token(&self) -> &'static str;
    fn enrolment_refused(&self) -> &'static str;
    fn other_server(&self, server: &str) -> String;
    fn hint_other_server(&self) -> &'static str;
    fn enrolled_already(&self, name: &str, server: &str) -> String;
    fn hint_unenrol(&self) -> &'static str;
    fn enrolled(&self, name: &str, server: &str) -> String;
    fn hint_run(&self) -> &'static str;
    fn not_enrolled(&self) -> &'static str;

    fn runs_already(&self, process_id: Option<u32>) -> String;
    fn machine_starts(&self, name: &str, server: &str) -> String;
    fn link_up(&self, server: &str) -> String;
    fn link_down(&self, reason: &str) -> String;
    fn stop_with(&self) -> &'static str;
    fn machine_stopped(&self) -> &'static str;
    fn no_workspace(&self) -> &'static str;

    fn own_machine_labels(&self) -> OwnMachineLabels;
    fn daemon_runs(&self, process_id: u32, version: &str) -> String;
    fn daemon_does_not_run(&self) -> &'static str;
    fn linked_since(&self, since: Duration) -> String;
    fn by_long_poll(&self, detour: Detour) -> String;
    fn not_linked(&self, reason: &str) -> String;
    fn clock_difference(&self, server_ahead_ms: i64) -> String;

    fn unenrolled(&self, name: &str, server: &str) -> String;
    fn server_not_told(&self, server: &str) -> String;
    fn server_knows_not(&self, server: &str) -> String;
    fn hint_force(&self) -> &'static str;
    fn stop_it_first(&self) -> &'static str;
}
