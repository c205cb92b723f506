//! Transcripts that a tenant keeps on the server.

use crate::{MachineId, SessionId, TenantId};

/// For how long a tenant keeps the transcripts of its sessions on the server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TranscriptKeeping {
    /// For how many days after they were last active; `None` for not at all.
    pub days: Option<u32>,
    /// What is said of single workspaces instead.
    pub workspaces: Vec<WorkspaceKeeping>,
}

/// For how long the transcripts of a workspace, and of what is inside it, are kept on the server; the
/// innermost counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceKeeping {
    /// The machine on which the workspace is.
    pub machine: MachineId,
    /// Its path on the machine.
    pub workspace: String,
    /// For how many days after they were last active; `None` for not at all.
    pub days: Option<u32>,
}

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
