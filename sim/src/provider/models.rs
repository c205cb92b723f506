//! The lists of models. Any other name works as well.

use serde_json::{Value, json};

use super::answer::Ids;

const OPENAI: [&str; 4] = ["gpt-5.5", "gpt-5.4", "gpt-5.4-nano", "text-embedding-3-small"];
const ANTHROPIC: [&str; 2] = ["claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001"];
const GEMINI: [&str; 3] = ["gemini-2.5-pro", "gemini-2.5-flash", "gemini-3.5-flash-lite"];

pub(super) fn openai() -> Value {
    let models = OPENAI.map(openai_model);
    json!({ "object": "list", "data": models })
}

pub(super) fn openai_model(id: &str) -> Value {
    json!({ "id": id, "object": "model", "created": Ids::CREATED, "owned_by": "gantline-sim" })
}

/// Codex asks with its version and wants another shape; an empty list leaves it with what it
/// knows itself.
pub(super) fn codex() -> Value {
    json!({ "models": [] })
}

pub(super) fn anthropic() -> Value {
    let models = ANTHROPIC.map(anthropic_model);
    json!({ "data": models, "has_more": false, "first_id": ANTHROPIC[0], "last_id": ANTHROPIC[1] })
}

pub(super) fn anthropic_model(id: &str) -> Value {
    json!({ "type": "model", "id": id, "display_name": id, "created_at": "2025-11-21T00:00:00Z" })
}

pub(super) fn gemini() -> Value {
    let models = GEMINI.map(gemini_model);
    json!({ "models": models })
}

pub(super) fn gemini_model(id: &str) -> Value {
    json!({
        "name": format!("models/{id}"), "displayName": id, "inputTokenLimit": 1_048_576,
        "outputTokenLimit": 65_536,
        "supportedGenerationMethods": ["generateContent", "countTokens"],
    })
}
