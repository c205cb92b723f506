//! What is said in a chat at the window.

/// What is said in a chat at the window.
pub(crate) trait ChatWords {
    fn chat_needs_a_window(&self) -> &'static str;
    fn hint_one_prompt(&self) -> &'static str;
    fn no_chat_to_continue(&self) -> &'static str;
    fn not_a_chat(&self, title: &str) -> String;
    fn hint_attach(&self, id: &str) -> String;
    fn chat_begins(&self, agent: &str, machine: &str, directory: &str) -> String;
    fn chat_goes_on(&self, title: &str) -> String;
    fn chat_keys(&self) -> &'static str;
    fn chat_help(&self) -> &'static str;
    fn chat_left(&self, id: &str) -> String;
    fn new_chat(&self) -> &'static str;
    fn no_chat_yet(&self) -> &'static str;
    fn chat_stopped(&self) -> &'static str;
    fn agent_is_next(&self, agent: &str) -> String;
    fn model_is(&self, model: &str) -> String;
    fn mode_is(&self, mode: &str) -> String;
    fn command_needs(&self, command: &str, what: &str) -> String;
    fn offered(&self, names: &str) -> String;
    fn context_full(&self, percent: u64) -> String;
    fn tokens(&self, count: u64) -> String;
    fn no_such_agent(&self, agent: &str, machine: &str) -> String;
    fn hint_list_agents(&self) -> &'static str;
    fn nothing_folded(&self) -> &'static str;
    fn folded(&self, more: usize) -> String;
    fn thought(&self) -> &'static str;
}
