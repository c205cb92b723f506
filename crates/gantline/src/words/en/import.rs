//! What is said of chats that are taken in, in English.

use super::English;
use crate::words::import::ImportWords;

impl ImportWords for English {
    fn session_imported(&self, title: &str, id: &str) -> String {
        format!("{title} was imported as {id}; it can be read, not continued")
    }

    fn import_is_too_large(&self, mib: u64) -> String {
        format!("this file is larger than {mib} MiB, the most that is taken in")
    }

    fn import_is_no_text(&self) -> &'static str {
        "this file is no text, and no export"
    }

    fn sending(&self, percent: u64, mib: u64) -> String {
        format!("Sending: {percent} % of {mib} MiB")
    }
}
