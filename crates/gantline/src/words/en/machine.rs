//! What is said of this computer as a machine, in English.

use std::time::Duration;

use daemon::Detour;

use super::English;
use crate::words::Words;
use crate::words::machine::{MachineWords, OwnMachineLabels};

impl MachineWords for English {
    fn where_to_get_an_enrolment_token(&self, server: &str) -> String {
        format!("Make a registration token in the console, under Machines: {server}/machines")
    }

    fn not_an_enrolment_token(&self) -> &'static str {
        "this is not a registration token"
    }

    fn hint_enrolment_token(&self) -> &'static str {
        "it begins with gle_ and is shown once, in the console under Machines; copy all of it"
    }

    fn enrolment_refused(&self) -> &'static str {
        "the server does not accept the registration token"
    }

    fn other_server(&self, server: &str) -> String {
        format!("{server} is not the server that made the registration token")
    }

    fn hint_other_server(&self) -> &'static str {
        "somebody may stand in between, so nothing was kept here. Check the address; the token is \
         used up, make a new one"
    }

    fn enrolled_already(&self, name: &str, server: &str) -> String {
        format!("this computer is enrolled already, as {name} at {server}")
    }

    fn hint_unenrol(&self) -> &'static str {
        "undo that first with `gantline machine unenroll`, or give another --data-dir"
    }

    fn enrolled(&self, name: &str, server: &str) -> String {
        format!("This computer is enrolled as {name} at {server}")
    }

    fn hint_run(&self) -> &'static str {
        "Start it with `gantline machine run`"
    }

    fn not_enrolled(&self) -> &'static str {
        "this computer is not enrolled"
    }

    fn runs_already(&self, process_id: Option<u32>) -> String {
        match process_id {
            Some(id) => format!("this machine runs already, as process {id}"),
            None => "this machine runs already".to_owned(),
        }
    }

    fn machine_starts(&self, name: &str, server: &str) -> String {
        format!("Machine {name} of {server}")
    }

    fn link_up(&self, server: &str) -> String {
        format!("Connected to {server}")
    }

    fn link_down(&self, reason: &str) -> String {
        format!("Not connected: {reason}. Trying again; sessions go on meanwhile.")
    }

    fn stop_with(&self) -> &'static str {
        "Stop with Ctrl-C."
    }

    fn machine_stopped(&self) -> &'static str {
        "Stopping…"
    }

    fn no_workspace(&self) -> &'static str {
        "the policy allows no workspace, so no session can start; name some with `gantline machine policy set`"
    }

    fn own_machine_labels(&self) -> OwnMachineLabels {
        OwnMachineLabels {
            server: "Server",
            name: "Machine",
            id: "ID",
            directory: "Kept in",
            daemon: "Daemon",
            link: "Link",
            sessions: "Sessions",
            clock: "Clock",
            workspaces: "Workspaces",
            highest_preset: "Highest preset",
        }
    }

    fn daemon_runs(&self, process_id: u32, version: &str) -> String {
        format!("running, process {process_id}, version {version}")
    }

    fn daemon_does_not_run(&self) -> &'static str {
        "not running; start it with `gantline machine run`"
    }

    fn linked_since(&self, since: Duration) -> String {
        format!("up, since {}", self.ago(since))
    }

    fn by_long_poll(&self, detour: Detour) -> String {
        let why = match detour {
            Detour::Answered { status } => format!("a WebSocket is answered with {status}"),
            Detour::Silent => "a WebSocket stays silent".to_owned(),
            Detour::Cut => "a WebSocket is cut at once".to_owned(),
        };
        format!("by long-poll ({why})")
    }

    fn not_linked(&self, reason: &str) -> String {
        format!("down: {reason}")
    }

    fn clock_difference(&self, server_ahead_ms: i64) -> String {
        match server_ahead_ms {
            -999..1000 => "the same as the server's".to_owned(),
            ahead if ahead > 0 => format!("{} s behind the server's", ahead / 1000),
            ahead => format!("{} s ahead of the server's", -ahead / 1000),
        }
    }

    fn unenrolled(&self, name: &str, server: &str) -> String {
        format!("This computer is no longer {name} at {server}; its key is removed")
    }

    fn server_not_told(&self, server: &str) -> String {
        format!("{server} could not be told; remove the machine in the console too")
    }

    fn server_knows_not(&self, server: &str) -> String {
        format!("{server} does not know this machine any more")
    }

    fn hint_force(&self) -> &'static str {
        "try again when the server can be reached, or forget it here with --force"
    }

    fn stop_it_first(&self) -> &'static str {
        "stop it first"
    }
}
