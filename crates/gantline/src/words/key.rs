//! What is said of provider keys.

use model::provider::KeyState;

/// What is said of provider keys.
pub(crate) trait KeyWords {
    fn no_keys(&self) -> &'static str;
    fn key_headings(&self) -> [&'static str; 7];
    fn no_such_key(&self, name: &str) -> String;
    fn several_keys(&self, name: &str) -> String;
    fn hint_list_keys(&self) -> &'static str;
    fn which_key(&self, provider: &str) -> String;
    fn key_prompt(&self) -> &'static str;
    fn no_key_given(&self) -> &'static str;
    fn key_added(&self, name: &str, id: &str) -> String;
    fn key_models(&self, count: usize) -> String;
    fn key_is_now(&self, name: &str, state: KeyState) -> String;
    fn remove_key(&self, name: &str) -> String;
    fn key_removed(&self, name: &str) -> String;
}
