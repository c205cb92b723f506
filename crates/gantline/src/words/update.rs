//! What is said of releases that a machine takes.

use release::Version;

/// What is said of releases that a machine takes. Texts that go in are escaped by who prints them.
pub(crate) trait UpdateWords {
    fn program_is_tried(&self, version: Version) -> String;
    #[cfg_attr(windows, expect(dead_code, reason = "no program becomes another one there"))]
    fn program_is_kept(&self, version: Version) -> String;
    #[cfg_attr(windows, expect(dead_code, reason = "no program becomes another one there"))]
    fn program_given_up(&self, reason: &str) -> String;

    fn update_label(&self) -> &'static str;
    fn key_replaced(&self, machine: &str) -> String;
    fn key_not_replaced(&self, machine: &str) -> String;
    fn hint_key_not_replaced(&self) -> &'static str;
    fn update_offered(&self, machine: &str, version: &str) -> String;
    fn update_not_taken(&self, machine: &str, reason: &str) -> String;
    fn update_not_needed(&self, machine: &str, running: &str) -> String;
    fn version_and_newer(&self, running: &str, newer: &str) -> String;

    fn updates_not_here(&self) -> &'static str;
    fn no_release_key(&self) -> &'static str;
    fn hint_install_again(&self) -> &'static str;
    fn nothing_newer(&self, running: Version, reason: &str) -> String;
    fn not_taken(&self, reason: &str) -> String;
    fn hint_not_taken(&self) -> &'static str;
    fn no_release_there(&self, reason: &str) -> String;
    fn newer_is_there(&self, version: Version, running: Version) -> String;
    fn hint_update(&self) -> &'static str;
    fn taken(&self, version: Version) -> String;
    fn tried_at_next_start(&self, version: Version) -> String;
    fn updated(&self, from: Version, to: Version) -> String;
    fn not_updated(&self, to: Version, from: Version, reason: &str) -> String;
    fn hint_not_updated(&self) -> &'static str;
    fn update_not_seen(&self, version: Version) -> String;
}
