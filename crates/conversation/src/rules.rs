//! What an answer "allow for the session" allows from then on.

use policy::{Tool, ToolUse};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::details::sha256_hex;
use crate::update::ToolCall;

/// A person's consent that holds until the session ends. It covers a later tool call only if that
/// call leads to the very same rule; nothing is compared in part (S76).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SessionRule {
    /// The tool, as policies name it.
    pub tool: String,
    /// How far it reaches.
    pub scope: RuleScope,
}

/// How far a rule reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RuleScope {
    /// Every use of the tool.
    Tool,
    /// Exactly this command, given in exactly this way.
    Command {
        /// The command, for people.
        command: String,
        /// SHA-256 of everything that decides what the command does, in hexadecimal.
        digest: String,
    },
    /// Exactly this call.
    Call {
        /// SHA-256 of the tool's name and what it is given, in hexadecimal.
        digest: String,
    },
}

/// Members of a tool's input that say nothing about what it does.
const REMARKS: &[&str] = &[
    "description",
    "justification",
    "reason",
    "call_id",
    "callId",
    "turn_id",
    "turnId",
    "item_id",
    "itemId",
    "thread_id",
    "threadId",
    "started_at_ms",
    "startedAtMs",
];

impl SessionRule {
    /// The rule that consent to this call makes; `None` where consent cannot be given in advance.
    pub fn of(tool_use: ToolUse, call: &ToolCall) -> Option<Self> {
        let scope = match tool_use {
            ToolUse::Review => return None,
            ToolUse::Known(Tool::Bash) => command_scope(call)?,
            ToolUse::Other => call_scope(call)?,
            ToolUse::Known(_) | ToolUse::Think => RuleScope::Tool,
        };
        Some(Self { tool: tool_use.to_string(), scope })
    }
}

/// The command that a tool call runs, as text.
pub fn command_text(call: &ToolCall) -> Option<String> {
    let input = call.raw_input.as_ref()?;
    match ["command", "cmd", "script"].iter().find_map(|member| input.get(member))? {
        Value::String(command) => Some(command.clone()),
        Value::Array(words) => {
            let words: Option<Vec<&str>> = words.iter().map(Value::as_str).collect();
            Some(words?.join(" "))
        }
        _ => None,
    }
}

fn command_scope(call: &ToolCall) -> Option<RuleScope> {
    let digest = digest_of_effect(call)?;
    let command = command_text(call).or_else(|| call.title.clone())?;
    Some(RuleScope::Command { command: crate::text::line(&command), digest })
}

fn call_scope(call: &ToolCall) -> Option<RuleScope> {
    Some(RuleScope::Call { digest: digest_of_effect(call)? })
}

/// Covers the tool's name and input. Only where an agent gives no input at all does its title
/// have to stand for it.
fn digest_of_effect(call: &ToolCall) -> Option<String> {
    let given = match &call.raw_input {
        Some(Value::Object(members)) if !members.is_empty() => {
            let mut members = members.clone();
            members.retain(|name, _| !REMARKS.contains(&name.as_str()));
            members.sort_keys();
            Value::Object(members)
        }
        Some(input) if !input.is_null() && !input.is_object() => input.clone(),
        _ => Value::String(call.title.clone()?),
    };
    let kind = call.tool_kind.map(crate::update::ToolKind::as_str);
    Some(sha256_hex(serde_json::json!([call.name, kind, given]).to_string().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const BASH: ToolUse = ToolUse::Known(Tool::Bash);

    fn run(input: Value) -> ToolCall {
        ToolCall { raw_input: Some(input), ..ToolCall::new("t") }
    }

    /// S76: a command is allowed again only if it is the same to the last byte and runs in the
    /// same way.
    #[test]
    fn a_command_is_covered_only_by_the_same_command() {
        let allowed = SessionRule::of(BASH, &run(json!({ "command": "ls", "description": "a" })));
        let same = run(json!({ "description": "b", "command": "ls" }));
        assert_eq!(SessionRule::of(BASH, &same), allowed);
        for other in [
            json!({ "command": "ls; rm -rf ." }),
            json!({ "command": "ls " }),
            json!({ "command": ["ls"] }),
            json!({ "command": "ls", "cwd": "/etc" }),
            json!({ "command": "ls", "dangerouslyDisableSandbox": true }),
        ] {
            assert_ne!(SessionRule::of(BASH, &run(other.clone())), allowed, "{other}");
        }
    }

    #[test]
    fn without_an_input_the_title_stands_for_the_command() {
        let titled = |title: &str| ToolCall { title: Some(title.to_owned()), ..ToolCall::new("t") };
        let allowed = SessionRule::of(BASH, &titled("make test"));
        assert_eq!(SessionRule::of(BASH, &titled("make test")), allowed);
        assert_ne!(SessionRule::of(BASH, &titled("make all")), allowed);
        assert_eq!(SessionRule::of(BASH, &ToolCall::new("t")), None);
    }

    #[test]
    fn a_known_tool_is_covered_whatever_it_is_given_and_an_unknown_one_is_not() {
        let write = ToolUse::Known(Tool::Write);
        let (a, b) = (run(json!({ "path": "a" })), run(json!({ "path": "b" })));
        assert_eq!(SessionRule::of(write, &a), SessionRule::of(write, &b));
        assert_ne!(SessionRule::of(ToolUse::Other, &a), SessionRule::of(ToolUse::Other, &b));
        assert_eq!(SessionRule::of(ToolUse::Other, &a), SessionRule::of(ToolUse::Other, &a));
    }

    #[test]
    fn consent_to_a_plan_is_never_given_in_advance() {
        assert_eq!(SessionRule::of(ToolUse::Review, &run(json!({ "plan": "x" }))), None);
    }
}
