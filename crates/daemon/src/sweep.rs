//! What an earlier life of the daemon has left running: it was killed, and its children were not.

use model::SessionId;
use processes::{Grace, Marker, end_tree, survivors};

/// Ends every process of these sessions, given which of them are paused: what stood still does not
/// get to run again.
pub(crate) async fn sweep(sessions: impl IntoIterator<Item = (SessionId, bool)>) {
    for (session, is_paused) in sessions {
        let marker = Marker::new(session);
        let left = survivors(&marker, None);
        if left.is_empty() {
            continue;
        }
        tracing::warn!(session.id = %session, processes = ?left, "ending what was left running");
        let grace = if is_paused { Grace::NONE } else { Grace::default() };
        end_tree(&marker, None, grace).await;
    }
}
