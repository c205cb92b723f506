//! Sessions written down, to be kept or read elsewhere.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;
use crate::sessions::{SessionView, UpdateRecord};

/// The largest request that takes a session in, in bytes; what is in it is a text inside of JSON,
/// which makes a file some percent longer.
pub const MAX_IMPORT_BYTES: usize = 32 * 1024 * 1024;

/// Version of the JSON form.
pub const EXPORT_VERSION: &str = "1.0";

/// As what a session is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Everything, for programs.
    #[default]
    Json,
    /// For people.
    Markdown,
}

impl ExportFormat {
    /// How names of such files end.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Markdown => "md",
        }
    }

    /// What such files are (RFC 8259, RFC 7763).
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Markdown => "text/markdown; charset=utf-8",
        }
    }
}

/// A session, written down as JSON.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SessionExport {
    /// When it was written down.
    pub exported_at: Time,
    /// `json`.
    pub format: ExportFormat,
    /// `1.0`.
    pub version: String,
    /// The session and what was said in it.
    pub session: ExportedTranscript,
}

/// A session with its transcript.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExportedTranscript {
    /// The session.
    #[serde(flatten)]
    pub session: SessionView,
    /// Its transcript, in order.
    pub updates: Vec<UpdateRecord>,
}

/// Takes in a session that was written down (`session.import`).
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportSession {
    /// The text of a JSON export: one of ours, or one of the gateway whose document this interface
    /// follows. A whole request has at most 32 MiB, and 6 MiB over JSON-RPC.
    pub data: String,
    /// On which machine its transcript is to lie, by identifier or name; the only machine that is
    /// online if it is left out.
    #[serde(default, alias = "machine", skip_serializing_if = "Option::is_none")]
    pub machine_id: Option<String>,
    /// The directory in which it was held, as it is to be shown; that of the export if it is left
    /// out. Nothing is done in it.
    #[serde(default, alias = "cwd", alias = "workspace", skip_serializing_if = "Option::is_none")]
    pub project_path: Option<String>,
    /// The same key with the same request makes one session, however often it is sent; the header
    /// `Idempotency-Key` says the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
}
