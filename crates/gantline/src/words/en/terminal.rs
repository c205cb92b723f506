//! What is said of a terminal in this window, in English.

use super::English;
use crate::words::terminal::TerminalWords;

impl TerminalWords for English {
    fn needs_a_window(&self) -> &'static str {
        "a terminal needs a window to be shown in; --watch prints what it draws elsewhere"
    }

    fn not_a_terminal(&self, title: &str) -> String {
        format!("{title} is a chat, not a terminal")
    }

    fn hint_go_on_chatting(&self, id: &str) -> String {
        format!("go on with it: gantline chat --session {id}")
    }

    fn attaching(&self, title: &str, prefix: &str) -> String {
        format!("Attaching to {title}; leave it with {prefix} d, help is {prefix} ?")
    }

    fn detached(&self, id: &str) -> String {
        format!("Detached; it goes on. Come back with: gantline attach {id}")
    }

    fn terminal_ended(&self, detail: &str) -> String {
        format!("The terminal has ended: {detail}")
    }

    fn terminal_started(&self, title: &str, id: &str) -> String {
        format!("Started {title}; attach with: gantline attach {id}")
    }

    fn watching_only(&self) -> &'static str {
        "You are watching; typing has no effect here"
    }

    fn keyboard_is_theirs(&self, name: &str, prefix: &str) -> String {
        format!("{name} is typing; {prefix} t takes the keyboard")
    }

    fn typing_given_up(&self, bytes: usize) -> String {
        format!("{bytes} bytes that you typed may not have arrived; look before typing them again")
    }

    fn typed_too_far_ahead(&self) -> &'static str {
        "The program does not read; typing waits"
    }

    fn output_skipped(&self, bytes: u64) -> String {
        format!("{bytes} bytes of output were skipped; this is the screen now")
    }

    fn attach_help(&self, prefix: &str) -> String {
        format!(
            "{prefix} then: d leave, t take the keyboard, f fit to this window, {prefix} itself"
        )
    }
}
