//! What messages and tool output consist of.

use model::TurnId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A piece of what the agent says or thinks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MessageChunk {
    /// Pieces with the same id belong together.
    pub message_id: String,
    /// The piece.
    pub content: Content,
}

/// What a person wrote, whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct UserMessage {
    /// Identifier of the message.
    pub message_id: String,
    /// The turn it begins.
    pub turn_id: TurnId,
    /// Who wrote it.
    pub author: String,
    /// What was written.
    pub content: Vec<Content>,
}

/// A piece of content, as ACP has them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    /// Markdown.
    Text {
        /// The text.
        text: String,
    },
    /// An image.
    Image {
        /// Base64.
        data: String,
        /// For example `image/png`.
        mime_type: String,
        /// Where it came from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        uri: Option<String>,
    },
    /// Sound.
    Audio {
        /// Base64.
        data: String,
        /// For example `audio/wav`.
        mime_type: String,
    },
    /// A file that is only named.
    ResourceLink {
        /// Where it is.
        uri: String,
        /// What it is called.
        name: String,
        /// Its type, where it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mime_type: Option<String>,
        /// Its size in bytes, where it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        size: Option<u64>,
    },
    /// A text file, with what is in it.
    Resource {
        /// Where it is.
        uri: String,
        /// Its type, where it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mime_type: Option<String>,
        /// What is in it.
        text: String,
    },
    /// A file that is not text, with what is in it.
    Blob {
        /// Where it is.
        uri: String,
        /// Its type, where it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mime_type: Option<String>,
        /// Base64.
        data: String,
    },
    /// Something that was too large for the transcript.
    Omitted {
        /// What it was: `image`, `audio`, `resource`, `blob` or `unknown`.
        what: String,
        /// Its type, where it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mime_type: Option<String>,
        /// How large it was.
        bytes: u64,
    },
    /// A block that this version does not know, as it was said.
    Unknown {
        /// The JSON.
        #[cfg_attr(feature = "schema", schema(value_type = Object))]
        raw: Value,
    },
}

impl Content {
    /// Plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }
}
