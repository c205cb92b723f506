//! What is said of a terminal in this window.

/// What is said of a terminal in this window.
pub(crate) trait TerminalWords {
    fn needs_a_window(&self) -> &'static str;
    fn not_a_terminal(&self, title: &str) -> String;
    fn hint_go_on_chatting(&self, id: &str) -> String;
    fn attaching(&self, title: &str, prefix: &str) -> String;
    fn detached(&self, id: &str) -> String;
    fn terminal_ended(&self, detail: &str) -> String;
    fn terminal_started(&self, title: &str, id: &str) -> String;

    fn watching_only(&self) -> &'static str;
    fn keyboard_is_theirs(&self, name: &str, prefix: &str) -> String;
    fn typing_given_up(&self, bytes: usize) -> String;
    fn typed_too_far_ahead(&self) -> &'static str;
    fn output_skipped(&self, bytes: u64) -> String;
    fn attach_help(&self, prefix: &str) -> String;
}
