//! Asking to end.
//!
//! There are no signals. What comes nearest is Ctrl-Break, which a console sends to a process group:
//! a program hears it, and ends unless it has taken care not to. It is for whoever shares a console
//! with the group, so a child gets ours if we have one.

use windows_sys::Win32::System::Threading::{CREATE_NEW_PROCESS_GROUP, CREATE_NO_WINDOW};

use super::sys;

/// How a child is started that may be asked to end.
pub(crate) fn flags_of_a_child() -> u32 {
    if sys::has_console() {
        CREATE_NEW_PROCESS_GROUP
    } else {
        CREATE_NEW_PROCESS_GROUP | CREATE_NO_WINDOW
    }
}

/// Sends Ctrl-Break to a process group; answers whether it was sent. The group must be there: the
/// console would tell everybody, and us, of one that is not.
pub(crate) fn break_group(leader: u32) -> bool {
    sys::has_console() && sys::ctrl_break(leader).is_ok()
}
