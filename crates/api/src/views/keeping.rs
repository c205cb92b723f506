//! For how long transcripts are kept on the server.

use contract::transcript_keeping as said;
use model::kept_transcript::{TranscriptKeeping, WorkspaceKeeping};

/// What is said now.
pub fn transcript_keeping(keeping: TranscriptKeeping) -> said::TranscriptKeeping {
    let workspace = |own: WorkspaceKeeping| said::WorkspaceKeeping {
        machine_id: own.machine,
        project_path: own.workspace,
        days: own.days,
    };
    said::TranscriptKeeping {
        days: keeping.days,
        workspaces: keeping.workspaces.into_iter().map(workspace).collect(),
    }
}

/// What somebody wants to be said.
pub fn transcript_keeping_asked(asked: said::TranscriptKeeping) -> TranscriptKeeping {
    let workspace = |own: said::WorkspaceKeeping| WorkspaceKeeping {
        machine: own.machine_id,
        workspace: own.project_path,
        days: own.days,
    };
    TranscriptKeeping {
        days: asked.days,
        workspaces: asked.workspaces.into_iter().map(workspace).collect(),
    }
}
