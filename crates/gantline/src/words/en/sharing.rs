//! What is said of sessions that are shared, in English.

use super::English;
use crate::words::sharing::SharingWords;

impl SharingWords for English {
    fn present_label(&self) -> &'static str {
        "Open with"
    }

    fn share_headings(&self) -> [&'static str; 4] {
        ["USERNAME", "NAME", "MAY", "UNTIL"]
    }

    fn share_level(&self, may_drive: bool) -> &'static str {
        if may_drive { "drive" } else { "watch" }
    }

    fn not_shared(&self) -> &'static str {
        "This session is shared with nobody"
    }

    fn not_shared_with(&self, title: &str, user: &str) -> String {
        format!("{title} is not shared with {user}")
    }

    fn hint_shares(&self) -> &'static str {
        "with whom it is, says: gantline session shares"
    }

    fn shared(&self, title: &str, user: &str, may_drive: bool, until: &str) -> String {
        let does = if may_drive { "drive" } else { "watch" };
        format!("{user} may {does} {title} until {until}")
    }

    fn unshared(&self, title: &str, user: &str) -> String {
        format!("{title} is shared with {user} no longer")
    }
}
