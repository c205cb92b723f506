//! What an agent writes to its standard error: only the end of it is worth keeping.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt};

/// How much is kept.
pub const KEPT_BYTES: usize = 4 * 1024;

/// The end of what was written.
#[derive(Debug, Clone, Default)]
pub struct Complaint(Arc<Mutex<VecDeque<u8>>>);

impl Complaint {
    /// The last lines as text. A line whose beginning is gone is left out.
    pub fn text(&self) -> String {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes: Vec<u8> = kept.iter().copied().collect();
        tail(&bytes)
    }

    fn keep(&self, bytes: &[u8]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = &bytes[bytes.len().saturating_sub(KEPT_BYTES)..];
        let surplus = (kept.len() + bytes.len()).saturating_sub(KEPT_BYTES);
        kept.drain(..surplus);
        kept.extend(bytes);
    }
}

/// The last lines as text, of the last [`KEPT_BYTES`] that were written. A line whose beginning is
/// gone is left out.
pub fn tail(bytes: &[u8]) -> String {
    let is_cut = bytes.len() == KEPT_BYTES;
    let first_line_end = bytes.iter().position(|byte| *byte == b'\n').filter(|_| is_cut);
    let whole = &bytes[first_line_end.map_or(0, |end| end + 1)..];
    String::from_utf8_lossy(whole).trim().to_owned()
}

/// Reads until the pipe is closed.
pub(super) async fn listen(mut stderr: impl AsyncRead + Unpin, complaint: Complaint) {
    let mut buffer = vec![0; KEPT_BYTES];
    while let Ok(length @ 1..) = stderr.read(&mut buffer).await {
        complaint.keep(&buffer[..length]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_last_whole_lines_are_kept() {
        let complaint = Complaint::default();
        let mut said: Vec<u8> = Vec::new();
        for number in 0..10_000 {
            said.extend(format!("line {number}\n").bytes());
        }
        listen(said.as_slice(), complaint.clone()).await;
        let text = complaint.text();
        assert!(text.len() <= KEPT_BYTES);
        assert!(text.starts_with("line 9") && text.ends_with("line 9999"), "{text}");
    }

    #[tokio::test]
    async fn short_and_broken_text_is_kept_whole() {
        let complaint = Complaint::default();
        listen(&b"no key \xff\n"[..], complaint.clone()).await;
        assert_eq!(complaint.text(), "no key \u{fffd}");
    }
}
