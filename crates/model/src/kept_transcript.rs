//! Transcripts that a tenant keeps on the server.

use crate::{SessionId, TenantId};

/// What is kept of a session's transcript.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptTranscript {
    /// Of which session.
    pub session: SessionId,
    /// Whose session it is.
    pub tenant: TenantId,
    /// The key that seals its parts, sealed by the key ring.
    pub sealed: Vec<u8>,
    /// The number of the last record that is kept.
    pub last: u64,
    /// How many bytes that are, sealed.
    pub bytes: u64,
}

impl std::fmt::Debug for KeptTranscript {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptTranscript").field("session", &self.session).finish_non_exhaustive()
    }
}
