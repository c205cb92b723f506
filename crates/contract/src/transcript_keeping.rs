//! For how long transcripts are kept on the server.

use model::MachineId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// For how long a tenant keeps the transcripts of its sessions on the server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TranscriptKeeping {
    /// For how many days after a session was last active, 1 to 3650. `null` keeps none, and deletes
    /// what is kept.
    pub days: Option<u32>,
    /// Workspaces of which something else is said, 200 at the most.
    #[serde(default)]
    pub workspaces: Vec<WorkspaceKeeping>,
}

/// For how long the transcripts of one workspace, and of what is inside it, are kept on the server,
/// whatever is said of the others. The innermost counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceKeeping {
    /// The machine on which it is.
    pub machine_id: MachineId,
    /// The directory.
    pub project_path: String,
    /// For how many days after a session was last active, 1 to 3650. `null` keeps none, and deletes
    /// what is kept.
    pub days: Option<u32>,
}
