//! What is said of releases that a machine takes, in English.

use release::Version;

use super::English;
use crate::words::update::UpdateWords;

impl UpdateWords for English {
    fn program_is_tried(&self, version: Version) -> String {
        format!("Release {version} runs for the first time")
    }

    fn program_is_kept(&self, version: Version) -> String {
        format!("Release {version} is back at the server and stays")
    }

    fn program_given_up(&self, reason: &str) -> String {
        format!("The newer release is given up, and the one of before runs: {reason}")
    }

    fn update_label(&self) -> &'static str {
        "Update"
    }

    fn key_replaced(&self, machine: &str) -> String {
        format!("{machine} is back with its new key, and the old one is refused")
    }

    fn key_not_replaced(&self, machine: &str) -> String {
        format!("{machine} has not come back with its new key")
    }

    fn hint_key_not_replaced(&self) -> &'static str {
        "see `gantline machine show`; it keeps the key that it has, and it can be tried again"
    }

    fn update_offered(&self, machine: &str, version: &str) -> String {
        format!(
            "{machine} has verified release {version} and takes it; see `gantline machine show`"
        )
    }

    fn update_not_taken(&self, machine: &str, reason: &str) -> String {
        format!("{machine} takes nothing: {reason}")
    }

    fn update_not_needed(&self, machine: &str, running: &str) -> String {
        format!("{machine} runs {running}, and nothing newer is there for it")
    }

    fn version_and_newer(&self, running: &str, newer: &str) -> String {
        format!("{running}, and {newer} is there: `gantline machine offer-update`")
    }

    fn updates_not_here(&self) -> &'static str {
        "on this system a machine is updated by installing it again"
    }

    fn no_release_key(&self) -> &'static str {
        "this program was built without a release key, so it can verify no update and takes none"
    }

    fn hint_install_again(&self) -> &'static str {
        "run the install script of your server again; what is there keeps its key and its settings"
    }

    fn nothing_newer(&self, running: Version, reason: &str) -> String {
        format!("{running} runs here, and nothing newer is offered: {reason}")
    }

    fn not_taken(&self, reason: &str) -> String {
        format!("the release was not taken, and nothing was changed: {reason}")
    }

    fn hint_not_taken(&self) -> &'static str {
        "tell whoever runs the server; a program that is not signed as it should be is never started"
    }

    fn no_release_there(&self, reason: &str) -> String {
        format!("no release could be had, and nothing was changed: {reason}")
    }

    fn newer_is_there(&self, version: Version, running: Version) -> String {
        format!("Release {version} is offered and verified; {running} runs here")
    }

    fn hint_update(&self) -> &'static str {
        "take it with `gantline machine update`"
    }

    fn taken(&self, version: Version) -> String {
        format!("Release {version} is here and verified; the machine starts it")
    }

    fn tried_at_next_start(&self, version: Version) -> String {
        format!("Release {version} is here and verified; it runs when the machine is started")
    }

    fn updated(&self, from: Version, to: Version) -> String {
        format!("The machine runs release {to} now, after {from}")
    }

    fn not_updated(&self, to: Version, from: Version, reason: &str) -> String {
        format!("release {to} was given up, and {from} runs again: {reason}")
    }

    fn hint_not_updated(&self) -> &'static str {
        "look into `gantline machine logs`; to try it once more, run this again"
    }

    fn update_not_seen(&self, version: Version) -> String {
        format!(
            "it is not known yet what became of release {version}; see `gantline machine status`"
        )
    }
}
