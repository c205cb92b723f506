//! What is said of channels.

use model::notification::{ChannelState, NoticeLanguage};

/// What is said of channels.
pub(crate) trait NotifyWords {
    fn notice_language(&self) -> NoticeLanguage;
    fn no_channels(&self) -> &'static str;
    fn channel_headings(&self) -> [&'static str; 7];
    fn no_such_channel(&self, name: &str) -> String;
    fn several_channels(&self, name: &str) -> String;
    fn hint_list_channels(&self) -> &'static str;
    fn which_address(&self) -> &'static str;
    fn address_prompt(&self) -> &'static str;
    fn which_signing(&self) -> &'static str;
    fn signing_prompt(&self) -> &'static str;
    fn no_address_given(&self) -> &'static str;
    fn channel_added(&self, name: &str, id: &str) -> String;
    fn channel_changed(&self, name: &str) -> String;
    fn channel_state(&self, state: ChannelState) -> &'static str;
    fn channel_is(&self, name: &str, state: &str) -> String;
    fn channel_took_it(&self, took_ms: u64) -> String;
    fn channel_did_not(&self, error: &str) -> String;
    fn channel_told(&self, ago: &str) -> String;
    fn channel_not_told(&self, ago: &str, error: &str) -> String;
    fn remove_channel(&self, name: &str) -> String;
    fn channel_removed(&self, name: &str) -> String;
}
