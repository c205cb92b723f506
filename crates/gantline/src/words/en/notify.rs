//! What is said of channels.

use model::notification::{ChannelState, NoticeLanguage};

use super::English;
use crate::words::notify::NotifyWords;

impl NotifyWords for English {
    fn notice_language(&self) -> NoticeLanguage {
        NoticeLanguage::En
    }

    fn no_channels(&self) -> &'static str {
        "There are no channels; add one with `gantline notify add`"
    }

    fn channel_headings(&self) -> [&'static str; 7] {
        ["ID", "NAME", "KIND", "HOST", "TELLS OF", "STATE", "LAST"]
    }

    fn no_such_channel(&self, name: &str) -> String {
        format!("there is no channel `{name}`")
    }

    fn several_channels(&self, name: &str) -> String {
        format!("several channels match `{name}`")
    }

    fn hint_list_channels(&self) -> &'static str {
        "list them with `gantline notify list`"
    }

    fn which_address(&self) -> &'static str {
        "The address is sealed on the server and not shown again"
    }

    fn address_prompt(&self) -> &'static str {
        "Address:"
    }

    fn which_signing(&self) -> &'static str {
        "The secret with which the robot verifies who tells it"
    }

    fn signing_prompt(&self) -> &'static str {
        "Secret:"
    }

    fn no_address_given(&self) -> &'static str {
        "no address or no secret was given; type it, or send it to standard input"
    }

    fn channel_added(&self, name: &str, id: &str) -> String {
        format!("Added {name} ({id}); try it out with `gantline notify test {id}`")
    }

    fn channel_changed(&self, name: &str) -> String {
        format!("Changed {name}")
    }

    fn channel_state(&self, state: ChannelState) -> &'static str {
        match state {
            ChannelState::On => "on",
            ChannelState::Off => "off",
            ChannelState::PutOff => "put off",
        }
    }

    fn channel_is(&self, name: &str, state: &str) -> String {
        format!("{name} is {state}")
    }

    fn channel_took_it(&self, took_ms: u64) -> String {
        format!("Delivered within {took_ms} ms")
    }

    fn channel_did_not(&self, error: &str) -> String {
        format!("Not delivered: {error}")
    }

    fn channel_told(&self, ago: &str) -> String {
        format!("told {ago}")
    }

    fn channel_not_told(&self, ago: &str, error: &str) -> String {
        format!("not told {ago}: {error}")
    }

    fn remove_channel(&self, name: &str) -> String {
        format!("Remove {name} for good?")
    }

    fn channel_removed(&self, name: &str) -> String {
        format!("Removed {name}")
    }
}
