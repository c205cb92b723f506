//! What is said of how things are.

/// What is said of how things are.
pub(crate) trait DoctorWords {
    fn reached(&self, server: &str, took_ms: u64) -> String;
    fn versions(&self, server: &str, own: &str) -> String;
    fn versions_differ(&self) -> &'static str;
    fn encrypted(&self) -> &'static str;
    fn this_computer(&self) -> &'static str;
    fn readable_on_the_way(&self) -> &'static str;
    fn clock_agrees(&self, seconds: u64) -> String;
    fn clock_differs(&self, seconds: u64) -> String;
    fn set_the_clock(&self) -> &'static str;
    fn signed_in_as(&self, name: &str, role: &str) -> String;
    fn not_signed_in(&self) -> &'static str;
    fn proxy_is_not_used(&self, variables: &str) -> String;
    fn reach_directly(&self) -> &'static str;
    fn no_machine_here(&self) -> &'static str;
    fn machine_here(&self, name: &str, server: &str) -> String;
    fn key_is_there(&self, pinned: usize) -> String;
    fn daemon_linked(&self) -> &'static str;
    fn hint_let_websockets_through(&self) -> &'static str;
    fn workspaces_are_there(&self, count: usize) -> String;
    fn workspaces_missing(&self, paths: &str) -> String;
    fn make_or_remove_them(&self) -> &'static str;
    fn agents_found(&self, agents: &str) -> String;
    fn no_agents_found(&self) -> &'static str;
    fn disk_free(&self, gib: u64) -> String;
    fn free_some_disk(&self) -> &'static str;
    fn administrators_have_second_factors(&self) -> &'static str;
    fn administrators_without(&self, names: &str) -> String;
    fn hint_demand_second_factors(&self) -> &'static str;
    fn policy_allows(&self, agents: &str, shell: bool, preset: &str) -> String;
    fn hint_narrow_policy(&self) -> &'static str;
    fn updates_are_taken(&self) -> &'static str;
    fn updates_by_hand(&self) -> &'static str;
    fn updates_cannot_be_verified(&self) -> &'static str;
    fn server_files_private(&self) -> &'static str;
    fn switches_unknown(&self) -> &'static str;
    fn hint_start_server(&self) -> &'static str;
    fn listens_encrypted(&self, address: &str) -> String;
    fn listens_here(&self, address: &str) -> String;
    fn listens_in_the_clear(&self, address: &str) -> String;
    fn hint_encrypt(&self) -> &'static str;
    fn shared_token_is_set(&self) -> &'static str;
    fn no_shared_token(&self) -> &'static str;
    fn hint_shared_token(&self) -> &'static str;
    fn trusts(&self, hosts: &str) -> String;
    fn audit_is_kept(&self, days: Option<u64>) -> String;
    fn never_backed_up(&self) -> &'static str;
    fn backed_up(&self, days: u64) -> String;
    fn hint_back_up(&self) -> &'static str;
}
