//! How far something large has been sent.

use std::convert::Infallible;
use std::io::{self, IsTerminal, Write};

use client::Sent;
use tokio::sync::watch;

use crate::output::Format;

/// From how many bytes on it is said how far they are: less is gone at once.
const TOLD_FROM_BYTES: u64 = 1024 * 1024;

/// Says on one line, again and again, how far it is, to whoever sits at a terminal. The line is made of
/// per cent, and of how many MiB it is in all.
pub(crate) async fn tell(
    mut sent: watch::Receiver<Sent>,
    format: Format,
    line: impl Fn(u64, u64) -> String,
) -> Infallible {
    let is_told = format == Format::Text && io::stderr().is_terminal();
    let mut shown = None;
    while sent.changed().await.is_ok() {
        let Sent { bytes, of } = *sent.borrow_and_update();
        let percent = bytes * 100 / of.max(1);
        if is_told && of >= TOLD_FROM_BYTES && shown != Some(percent) {
            shown = Some(percent);
            let end = if bytes == of { "\n" } else { "" };
            let mut out = io::stderr().lock();
            // Nobody to tell is no reason to stop.
            let _ = write!(out, "\r{}{end}", line(percent, of >> 20));
            let _ = out.flush();
        }
    }
    std::future::pending().await
}
