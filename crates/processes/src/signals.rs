//! Signals that this process was started to ignore.

use std::sync::Once;

use rustix::process::Signal;
use tokio::signal::unix::{SignalKind, signal};

/// What people and programs send each other, and expect to be heard.
const EXPECTED: &[Signal] = &[
    Signal::HUP,
    Signal::INT,
    Signal::QUIT,
    Signal::TERM,
    Signal::CHILD,
    Signal::ALARM,
    Signal::USR1,
    Signal::USR2,
    Signal::TSTP,
    Signal::TTIN,
    Signal::TTOU,
];

/// Makes children hear the signals that this process ignores. To be called before one is started,
/// inside a runtime.
///
/// What is ignored stays ignored in every child (POSIX `exec`), and a shell cannot even trap it:
/// a daemon that was started with `nohup`, or in the background by a script, would give terminals
/// in which Ctrl-C does nothing. What is caught is reset in children, so here it is caught, and
/// nothing is done about it.
pub fn heard_in_children() {
    static CAUGHT: Once = Once::new();
    CAUGHT.call_once(|| {
        let Some(ignored) = ignored() else { return };
        let is_ignored = |signal: &&Signal| ignored & (1 << (signal.as_raw() - 1)) != 0;
        for expected in EXPECTED.iter().filter(is_ignored) {
            // Once caught, a signal stays caught although nobody listens any more.
            if let Err(error) = signal(SignalKind::from_raw(expected.as_raw())) {
                tracing::warn!(?expected, %error, "children will ignore a signal");
            }
        }
    });
}

/// The ignored signals as a mask, lowest bit first: `SigIgn` of `/proc/self/status` (proc(5)).
/// `None` where the system does not tell.
fn ignored() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(mask.trim(), 16).ok()
}
