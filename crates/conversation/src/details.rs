//! What a person is asked about, whole, and the digest that binds the answer to it.

use aws_lc_rs::digest::{SHA256, digest};
use policy::ToolUse;
use serde::{Deserialize, Serialize};

use crate::rules::command_text;
use crate::text;
use crate::update::limits::{MAX_UPDATE_BYTES, cut_tool_call};
use crate::update::{ToolCall, ToolContent};

/// What a person is asked about. Its JSON travels to the server; an answer is bound to the
/// SHA-256 of that JSON (S30).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PermissionDetails {
    /// The tool, as policies name it.
    pub tool: String,
    /// The rule that made it a question, for people.
    pub reason: String,
    /// The tool call with everything that is known of it.
    pub tool_call: ToolCall,
    /// SHA-256 of the agent's request as it came, in hexadecimal. It binds the answer even to
    /// what had to be cut from `tool_call`.
    pub request_digest: String,
}

/// Details, written and digested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The JSON.
    pub json: String,
    /// SHA-256 of the JSON.
    pub digest: [u8; 32],
}

impl PermissionDetails {
    /// Writes and digests. Details that are too large for the link are cut and say so.
    pub fn seal(mut self) -> Sealed {
        let mut json = self.to_json();
        if json.len() > MAX_UPDATE_BYTES {
            self.tool_call = cut_tool_call(self.tool_call);
            json = self.to_json();
        }
        if json.len() > MAX_UPDATE_BYTES {
            let cut_bytes = Some(json.len() as u64);
            let tool_call_id = self.tool_call.tool_call_id;
            self.tool_call = ToolCall { cut_bytes, ..ToolCall::new(tool_call_id) };
            json = self.to_json();
        }
        let digest = sha256(json.as_bytes());
        Sealed { json, digest }
    }

    fn to_json(&self) -> String {
        // Writing JSON to memory fails only for keys that are not strings, and details have none.
        serde_json::to_string(self).expect("details can be written as JSON")
    }
}

/// One line for people: the command itself where there is one, else what the agent says, else the
/// file; control characters are made visible.
pub fn title(tool_use: ToolUse, call: &ToolCall) -> String {
    let command = match tool_use {
        ToolUse::Known(policy::Tool::Bash) => command_text(call),
        _ => None,
    };
    let said = command.or_else(|| call.title.clone()).filter(|said| !said.trim().is_empty());
    let title = said.or_else(|| Some(format!("{tool_use} {}", path(call)?)));
    text::line(&title.unwrap_or_else(|| tool_use.to_string()))
}

fn path(call: &ToolCall) -> Option<&str> {
    let of_diff = call.content.iter().flatten().find_map(|content| match content {
        ToolContent::Diff { path, .. } => Some(path.as_str()),
        _ => None,
    });
    of_diff.or_else(|| call.locations.iter().flatten().next().map(|place| place.path.as_str()))
}

/// SHA-256 (FIPS 180-4).
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0_u8; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

/// SHA-256 in hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(sha256(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn details(call: ToolCall) -> PermissionDetails {
        PermissionDetails {
            tool: "Bash".to_owned(),
            reason: "changes need a person's consent".to_owned(),
            tool_call: call,
            request_digest: sha256_hex(b"the request"),
        }
    }

    #[test]
    fn the_digest_is_that_of_the_json() {
        let sealed = details(ToolCall::new("t")).seal();
        assert_eq!(sealed.digest, sha256(sealed.json.as_bytes()));
        assert_eq!(hex::encode(sha256(b"abc")), sha256_hex(b"abc"));
        assert!(sha256_hex(b"abc").starts_with("ba7816bf"));
    }

    #[test]
    fn details_that_are_too_large_are_cut_and_still_bound_to_the_whole() {
        let mut call = ToolCall::new("t");
        call.raw_input = Some(json!({ "content": "x".repeat(2 * MAX_UPDATE_BYTES) }));
        let sealed = details(call.clone()).seal();
        assert!(sealed.json.len() <= MAX_UPDATE_BYTES);
        let read: PermissionDetails = serde_json::from_str(&sealed.json).unwrap();
        assert!(read.tool_call.cut_bytes.is_some());
        let other = PermissionDetails { request_digest: sha256_hex(b"another"), ..details(call) };
        assert_ne!(other.seal().digest, sealed.digest);
        let titled =
            ToolCall { title: Some("y".repeat(2 * MAX_UPDATE_BYTES)), ..ToolCall::new("t") };
        assert!(details(titled).seal().json.len() <= MAX_UPDATE_BYTES);
    }

    /// S30: the person sees the command that will run, not what the agent calls it.
    #[test]
    fn the_title_of_a_command_is_the_command() {
        let mut call = ToolCall { title: Some("List files".to_owned()), ..ToolCall::new("t") };
        call.raw_input = Some(json!({ "command": "rm -rf \u{202e}x" }));
        assert_eq!(title(ToolUse::Known(policy::Tool::Bash), &call), "rm -rf \\u{202e}x");
        assert_eq!(title(ToolUse::Other, &call), "List files");
        assert_eq!(title(ToolUse::Other, &ToolCall::new("t")), "other");
    }
}
