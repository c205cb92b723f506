//! What a person is asked about, whole, and the digest that binds the answer to it.

use aws_lc_rs::digest::{SHA256, digest};
use policy::{RuleOffer, Tool, ToolUse};
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
    /// What whoever answers once and for all can choose from; absent where only this one question
    /// can be answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub always: Option<RuleOffer>,
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

/// One line for people: the command itself where there is one; else what the agent says, unless
/// that leaves out which file it is about. Control characters are made visible.
pub fn title(tool_use: ToolUse, call: &ToolCall) -> String {
    if let (ToolUse::Known(Tool::Bash), Some(command)) = (tool_use, command_text(call)) {
        return text::line(&command);
    }
    let said = call.title.as_deref().map(str::trim).filter(|said| !said.is_empty());
    let files = files(call);
    let title = match (said, files.as_slice()) {
        (Some(said), [first, ..]) if !names(said, first) => format!("{said}: {}", files.join(", ")),
        (Some(said), _) => said.to_owned(),
        (None, []) => tool_use.to_string(),
        (None, files) => format!("{tool_use} {}", files.join(", ")),
    };
    text::line(&title)
}

/// Whether a title names a file, by its last part at least.
fn names(title: &str, path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    title.contains(name)
}

/// The files that a call changes, or at least touches.
fn files(call: &ToolCall) -> Vec<&str> {
    let diffs = call.content.iter().flatten().filter_map(|content| match content {
        ToolContent::Diff { path, .. } => Some(path.as_str()),
        _ => None,
    });
    let places = call.locations.iter().flatten().map(|place| place.path.as_str());
    let mut files: Vec<&str> = Vec::new();
    for path in diffs.chain(places) {
        if !files.contains(&path) {
            files.push(path);
        }
    }
    files
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
            always: None,
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
        assert_eq!(title(ToolUse::Known(Tool::Bash), &call), "rm -rf \\u{202e}x");
        assert_eq!(title(ToolUse::Other, &call), "List files");
        assert_eq!(title(ToolUse::Other, &ToolCall::new("t")), "other");
    }

    /// Codex says "Edit files", Copilot "Create file".
    #[test]
    fn a_title_names_the_file() {
        let edit = ToolUse::Known(Tool::Edit);
        let diff = |path: &str| ToolContent::Diff {
            path: path.to_owned(),
            old_text: None,
            new_text: String::new(),
        };
        let mut call = ToolCall { title: Some("Edit files".to_owned()), ..ToolCall::new("t") };
        call.content = Some(vec![diff("/w/a.txt"), diff("/w/b.txt")]);
        assert_eq!(title(edit, &call), "Edit files: /w/a.txt, /w/b.txt");
        call.title = Some("Write a.txt".to_owned());
        assert_eq!(title(edit, &call), "Write a.txt");
        call.title = None;
        assert_eq!(title(edit, &call), "Edit /w/a.txt, /w/b.txt");
    }
}
