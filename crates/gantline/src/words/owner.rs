//! What is said to the owner of a machine, who has the last word.

use daemon::local_policy::MayKnow;

/// Names of what is known of the owner's policy.
pub(crate) struct LocalPolicyLabels {
    pub file: &'static str,
    pub workspaces: &'static str,
    pub agents: &'static str,
    pub shell: &'static str,
    pub highest_preset: &'static str,
    pub updates: &'static str,
    pub outside_sessions: &'static str,
    pub halted: &'static str,
}

/// What is said to the owner of a machine. Names and texts that go in are escaped by who prints
/// them.
pub(crate) trait OwnerWords {
    fn local_policy_labels(&self) -> LocalPolicyLabels;
    fn may_know(&self, who: MayKnow) -> &'static str;
    fn policy_unusable(&self, problem: &str) -> String;
    fn hint_mend_policy(&self, path: &str) -> String;
    fn no_policy_yet(&self) -> &'static str;
    fn all_agents(&self) -> &'static str;
    fn none_allowed(&self) -> &'static str;
    fn workspace_is_not_there(&self, path: &str) -> String;
    fn agent_is_not_known(&self, agent: &str) -> String;
    fn known_agents(&self, agents: &str) -> String;
    fn not_in_policy(&self, path: &str) -> String;
    fn policy_holds(&self) -> &'static str;

    fn is_halted(&self, reason: &str) -> String;
    fn hint_resume(&self) -> &'static str;
    fn halted_since(&self, ago: &str, reason: &str) -> String;
    fn halted_already(&self) -> &'static str;
    fn halted_with_nothing_left(&self, sessions: usize) -> String;
    fn still_ending(&self) -> &'static str;
    fn not_heeded(&self) -> &'static str;
    fn hint_not_heeded(&self) -> &'static str;
    fn reason_too_long(&self, most: usize) -> String;
    fn resumed(&self) -> &'static str;
    fn was_not_halted(&self) -> &'static str;
    fn takes_no_sessions(&self) -> &'static str;

    fn clock_is_off(&self) -> &'static str;
    fn hint_clock(&self) -> &'static str;
    fn hint_disk_full(&self) -> &'static str;
    fn enrolment_undone(&self) -> &'static str;
}
