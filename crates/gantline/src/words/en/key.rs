//! What is said of provider keys, in English.

use model::provider::KeyState;

use super::English;
use crate::words::key::KeyWords;

impl KeyWords for English {
    fn no_keys(&self) -> &'static str {
        "There are no provider keys; `gantline key add` stores one"
    }

    fn key_headings(&self) -> [&'static str; 7] {
        ["ID", "PROVIDER", "NAME", "ENDS WITH", "STATE", "LAST TEST", "ADDRESS"]
    }

    fn no_such_key(&self, name: &str) -> String {
        format!("there is no provider key `{name}`")
    }

    fn several_keys(&self, name: &str) -> String {
        format!("several provider keys match `{name}`")
    }

    fn hint_list_keys(&self) -> &'static str {
        "`gantline key list` lists them"
    }

    fn which_key(&self, provider: &str) -> String {
        format!("The key of {provider}; it is sealed on the server and never shown again")
    }

    fn key_prompt(&self) -> &'static str {
        "Key:"
    }

    fn no_key_given(&self) -> &'static str {
        "no key was given; type it, or send it to standard input"
    }

    fn key_added(&self, name: &str, id: &str) -> String {
        format!("Stored {name} ({id}); `gantline key test {id}` tries it out")
    }

    fn key_models(&self, count: usize) -> String {
        if count == 1 {
            "It may use one model".to_owned()
        } else {
            format!("It may use {count} models")
        }
    }

    fn key_is_now(&self, name: &str, state: KeyState) -> String {
        match state {
            KeyState::Active => format!("{name} is used"),
            KeyState::Disabled => format!("{name} is used no more"),
        }
    }

    fn remove_key(&self, name: &str) -> String {
        format!("Remove {name} for good?")
    }

    fn key_removed(&self, name: &str) -> String {
        format!("Removed {name}")
    }
}
