//! Sessions written down, to be kept or read elsewhere.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;
use crate::sessions::{SessionView, UpdateRecord};

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
