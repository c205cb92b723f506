//! What is said to the owner of a machine, in English.

use daemon::local_policy::MayKnow;

use super::English;
use crate::words::owner::{LocalPolicyLabels, OwnerWords};

impl OwnerWords for English {
    fn local_policy_labels(&self) -> LocalPolicyLabels {
        LocalPolicyLabels {
            file: "Policy",
            workspaces: "Workspaces",
            agents: "Agents",
            shell: "Plain shell",
            highest_preset: "Highest preset",
            updates: "Updates by server",
            outside_sessions: "Outside sessions",
            halted: "Halted",
        }
    }

    fn may_know(&self, who: MayKnow) -> &'static str {
        match who {
            MayKnow::Nobody => "for nobody",
            MayKnow::Admins => "for who looks after this machine",
            MayKnow::Everyone => "for everybody who may work on it",
        }
    }

    fn policy_unusable(&self, problem: &str) -> String {
        format!("the machine's policy cannot be used, so it refuses every session: {problem}")
    }

    fn hint_mend_policy(&self, path: &str) -> String {
        format!("mend {path}, or remove it and make a new one with `gantline machine policy set`")
    }

    fn no_policy_yet(&self) -> &'static str {
        "there is no policy, so no workspace is allowed"
    }

    fn all_agents(&self) -> &'static str {
        "all"
    }

    fn none_allowed(&self) -> &'static str {
        "none"
    }

    fn workspace_is_not_there(&self, path: &str) -> String {
        format!("{path} is not there, so sessions in it are refused")
    }

    fn agent_is_not_known(&self, agent: &str) -> String {
        format!("this computer knows no agent {agent}")
    }

    fn known_agents(&self, agents: &str) -> String {
        format!("there are {agents}")
    }

    fn not_in_policy(&self, path: &str) -> String {
        format!("{path} is not one of the policy's workspaces")
    }

    fn policy_holds(&self) -> &'static str {
        "It holds for whatever begins from now on; what runs goes on"
    }

    fn is_halted(&self, reason: &str) -> String {
        let text = "the machine is halted, so it refuses every session";
        if reason.is_empty() { text.to_owned() } else { format!("{text} ({reason})") }
    }

    fn hint_resume(&self) -> &'static str {
        "lift that with `gantline machine resume`"
    }

    fn halted_since(&self, ago: &str, reason: &str) -> String {
        let text = if ago.is_empty() { "yes".to_owned() } else { format!("since {ago}") };
        if reason.is_empty() { text } else { format!("{text}: {reason}") }
    }

    fn halted_already(&self) -> &'static str {
        "The machine was halted already; that stays as it was said"
    }

    fn halted_with_nothing_left(&self, sessions: usize) -> String {
        let ended = match sessions {
            0 => "nothing was running".to_owned(),
            1 => "1 session was ended".to_owned(),
            many => format!("{many} sessions were ended"),
        };
        format!(
            "The machine is halted: {ended}, and nothing begins until `gantline machine resume`"
        )
    }

    fn still_ending(&self) -> &'static str {
        "the machine is halted and lets nothing begin, but not everything has ended in time"
    }

    fn not_heeded(&self) -> &'static str {
        "it is written down, but the daemon that runs does not heed it"
    }

    fn hint_not_heeded(&self) -> &'static str {
        "look with `gantline machine status`; stop the daemon, which ends everything it runs"
    }

    fn reason_too_long(&self, most: usize) -> String {
        format!("a reason has at most {most} characters, on one line")
    }

    fn resumed(&self) -> &'static str {
        "The machine takes work again, as far as its policy allows"
    }

    fn was_not_halted(&self) -> &'static str {
        "The machine was not halted"
    }

    fn takes_no_sessions(&self) -> &'static str {
        "the machine only says how it fares and refuses every session (--no-tunnel)"
    }

    fn clock_is_off(&self) -> &'static str {
        "the clock of this computer is too far off, so the server does not believe that it leaves"
    }

    fn hint_disk_full(&self) -> &'static str {
        "make room on that disk and try again"
    }

    fn enrolment_undone(&self) -> &'static str {
        "the enrolment could not be kept and was undone; the token is used up"
    }

    fn hint_clock(&self) -> &'static str {
        "set the clock and try again, or forget the server here only with --force"
    }
}
