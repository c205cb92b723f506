//! Ending what runs without asking its session: what an earlier life of the daemon has left, and
//! everything when the machine is halted.

use futures_util::StreamExt;
use model::SessionId;
use processes::{Grace, Marker, end_tree, survivors};

/// Sessions whose processes are ended at a time; each looks at all processes of this computer.
const AT_ONCE: usize = 8;

/// Whether whatever is left gets a moment to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It does, unless it stands still.
    Gentle,
    /// Nothing does.
    AtOnce,
}

/// Ends every process of these sessions, given which of them are paused: what stood still does not
/// get to run again.
pub(crate) async fn sweep(sessions: impl IntoIterator<Item = (SessionId, bool)>, manner: Manner) {
    for (session, is_paused) in sessions {
        let left = left_of(session);
        if left.is_empty() {
            continue;
        }
        tracing::warn!(session.id = %session, processes = ?left, "ending what was left running");
        let is_gentle = manner == Manner::Gentle && !is_paused;
        let grace = if is_gentle { Grace::default() } else { Grace::NONE };
        end_tree(&Marker::new(session), None, grace).await;
    }
}

/// Kills every process of these sessions; answers who is still there.
pub(crate) async fn kill_all(sessions: &[SessionId]) -> Vec<u32> {
    let killing: Vec<_> = sessions.iter().copied().map(kill).collect();
    let left = futures_util::stream::iter(killing).buffer_unordered(AT_ONCE);
    left.collect::<Vec<_>>().await.concat()
}

async fn kill(session: SessionId) -> Vec<u32> {
    end_tree(&Marker::new(session), None, Grace::NONE).await;
    left_of(session)
}

/// The processes of a session.
pub(crate) fn left_of(session: SessionId) -> Vec<u32> {
    survivors(&Marker::new(session), None)
}
