//! What is said of sessions that stand still or end, in English.

use super::English;
use crate::words::pauses::PauseWords;

impl PauseWords for English {
    fn session_paused(&self, title: &str, has_happened: bool) -> String {
        if has_happened {
            return format!("{title} is paused: nothing of it runs until it is resumed");
        }
        format!("Pausing {title}; its machine has not confirmed yet")
    }

    fn session_resumed(&self, title: &str, has_happened: bool) -> String {
        if has_happened {
            return format!("{title} goes on");
        }
        format!("Resuming {title}; its machine has not confirmed yet")
    }

    fn seconds_idle(&self, seconds: u64) -> String {
        format!("{seconds} s in which nothing happens")
    }

    fn paused_since(&self, by: &str, ago: &str) -> String {
        format!("by {by}, {ago}")
    }

    fn session_stopping(&self, title: &str) -> String {
        format!("Stopping {title}")
    }
}
