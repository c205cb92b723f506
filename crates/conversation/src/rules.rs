//! What rules must know of a tool call, and what an answer for the session covers.

use policy::commands::{plain_words, script_of};
use policy::{RuleCall, RuleOffer, RuleTool, Tool, ToolUse};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::details::sha256_hex;
use crate::update::ToolCall;

/// What a person's consent for the session covers, for people. The server makes a rule of it, and
/// sends that with the session's policy.
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

/// Members that change how long a command is waited for, and nothing of what it does.
const PATIENCE: &[&str] = &[
    "timeout",
    "timeout_ms",
    "timeoutMs",
    "run_in_background",
    "is_background",
    "yield_time_ms",
    "max_output_tokens",
];

/// Members that say where a command runs.
const PLACES: &[&str] = &["cwd", "workdir", "directory", "working_directory"];

/// What rules must know of a tool call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleFacts {
    digest: Option<String>,
    words: Vec<String>,
    command: Option<String>,
}

impl RuleFacts {
    /// Of a call in a workspace.
    pub fn of(tool_use: ToolUse, call: &ToolCall, workspace: &str) -> Self {
        let command = match tool_use {
            ToolUse::Known(Tool::Bash) => command_text(call).or_else(|| call.title.clone()),
            _ => None,
        };
        let words = match tool_use {
            ToolUse::Known(Tool::Bash) => words_of_command(call, workspace).unwrap_or_default(),
            _ => Vec::new(),
        };
        Self { digest: digest_of_effect(call), words, command }
    }

    /// As rules see it.
    pub fn call(&self, tool_use: ToolUse) -> RuleCall<'_> {
        RuleCall {
            tool_use,
            digest: self.digest.as_deref(),
            words: &self.words,
            command: self.command.as_deref(),
        }
    }

    /// What whoever answers once and for all can choose from.
    pub fn offer(&self, tool_use: ToolUse) -> Option<RuleOffer> {
        let words = self.words.iter().take(policy::rules::MOST_WORDS);
        let is_short = |word: &&String| word.len() <= policy::rules::LONGEST_WORD;
        Some(RuleOffer {
            tool: RuleTool::of(tool_use)?,
            digest: self.digest.clone(),
            words: words.take_while(is_short).cloned().collect(),
        })
    }
}

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

/// The words of a command, if it is plain and nothing beside it decides what it does.
fn words_of_command(call: &ToolCall, workspace: &str) -> Option<Vec<String>> {
    let input = call.raw_input.as_ref()?.as_object()?;
    let decides = |(name, value): (&String, &Value)| {
        let name = name.as_str();
        let is_here = PLACES.contains(&name) && value.as_str() == Some(workspace);
        let known = ["command", "cmd", "script"];
        !known.contains(&name) && !REMARKS.contains(&name) && !PATIENCE.contains(&name) && !is_here
    };
    if input.iter().any(decides) {
        return None;
    }
    let mut commands = ["command", "cmd", "script"].iter().filter_map(|name| input.get(*name));
    let (Some(command), None) = (commands.next(), commands.next()) else { return None };
    match command {
        Value::String(command) => plain_words(command),
        Value::Array(argv) => {
            let argv: Vec<&str> = argv.iter().map(Value::as_str).collect::<Option<_>>()?;
            plain_words(&script_of(&argv).unwrap_or_else(|| argv.join(" ")))
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

    /// S76: a rule about first words is not asked where anything else decides what happens.
    #[test]
    fn the_words_of_a_command_are_known_only_if_it_is_plain() {
        let words = |input: Value| RuleFacts::of(BASH, &run(input), "/w").words;
        let npm = ["npm", "test"];
        assert_eq!(words(json!({ "command": "npm test", "description": "x" })), npm);
        assert_eq!(words(json!({ "command": "npm test", "timeout": 5, "cwd": "/w" })), npm);
        assert_eq!(words(json!({ "command": ["bash", "-lc", "npm test"] })), npm);
        assert_eq!(words(json!({ "cmd": ["npm", "test"] })), npm);
        for other in [
            json!({ "command": "npm test", "cwd": "/etc" }),
            json!({ "command": "npm test", "env": { "PATH": "." } }),
            json!({ "command": "npm test", "dangerouslyDisableSandbox": true }),
            json!({ "command": "npm test; rm x" }),
            json!({ "command": ["bash", "-lc", "npm test; rm x"] }),
            json!({ "command": ["npm", "test; rm x"] }),
            json!({ "command": "npm test", "script": "rm x" }),
            json!({ "command": 7 }),
        ] {
            assert!(words(other.clone()).is_empty(), "{other}");
        }
        let facts = RuleFacts::of(BASH, &run(json!({ "command": "npm test" })), "/w");
        let offer = facts.offer(BASH).unwrap();
        assert_eq!((offer.words, offer.digest), (npm.map(str::to_owned).to_vec(), facts.digest));
        assert_eq!(RuleFacts::default().offer(ToolUse::Review), None);
    }

    #[test]
    fn consent_to_a_plan_is_never_given_in_advance() {
        assert_eq!(SessionRule::of(ToolUse::Review, &run(json!({ "plan": "x" }))), None);
    }
}
