//! Reading `session/update`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::read::{items, options, string};
use crate::text;
use crate::update::{
    Commands, Content, ContextUsage, Cost, Level, Location, Plan, PlanEntry, SessionInfo,
    SessionOption, SlashCommand, TerminalOutput, ToolCall, ToolContent, ToolKind, ToolStatus,
};

/// What an agent says in an update.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// A piece of a message.
    Chunk {
        /// Whose.
        voice: Voice,
        /// The agent's id of the message, where it gives one.
        message_id: Option<String>,
        /// The piece.
        content: Content,
    },
    /// A tool call has appeared or changed.
    ToolCall(ToolCall),
    /// The plan.
    Plan(Plan),
    /// How full the context is.
    Usage(ContextUsage),
    /// The slash commands.
    Commands(Commands),
    /// The mode has changed.
    Mode(String),
    /// The options have changed.
    Options(Vec<SessionOption>),
    /// The session has a title.
    Info(SessionInfo),
    /// The agent gives notice.
    Notice {
        /// How much it matters.
        level: Level,
        /// One sentence.
        title: String,
        /// More.
        description: Option<String>,
    },
    /// The agent has shortened what it remembers, or has tried to.
    Compacted {
        /// Where it stands, in the agent's word.
        status: String,
    },
    /// Nothing that is shown.
    Nothing,
    /// Something that is not known here.
    Unknown,
}

/// Whose message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Voice {
    /// The agent speaks.
    Agent,
    /// The agent thinks aloud.
    Thought,
    /// The agent repeats what the person said.
    Person,
}

/// Reads the member `update` of a `session/update`.
pub fn read(update: &Value) -> Said {
    match update["sessionUpdate"].as_str().unwrap_or_default() {
        "agent_message_chunk" => chunk(Voice::Agent, update),
        "agent_thought_chunk" => chunk(Voice::Thought, update),
        "user_message_chunk" => chunk(Voice::Person, update),
        "tool_call" | "tool_call_update" => tool_call(update).map_or(Said::Unknown, Said::ToolCall),
        "plan" => Said::Plan(plan(update)),
        "usage_update" => usage(update).map_or(Said::Unknown, Said::Usage),
        "available_commands_update" => Said::Commands(commands(update)),
        "current_mode_update" => string(update, "currentModeId").map_or(Said::Unknown, Said::Mode),
        "config_option_update" => Said::Options(options(&update["configOptions"])),
        "session_info_update" => info(update),
        "notice" => notice(update),
        "compaction_update" => {
            Said::Compacted { status: string(update, "status").unwrap_or_default() }
        }
        "compaction_summary_chunk" => Said::Nothing,
        _ => Said::Unknown,
    }
}

/// Reads a tool call, or the part of one that an upsert carries; `None` where it has no id.
pub fn tool_call(value: &Value) -> Option<ToolCall> {
    Some(ToolCall {
        tool_call_id: string(value, "toolCallId")?,
        title: string(value, "title"),
        name: tool_name(value),
        tool_kind: value["kind"].as_str().map(|kind| kind.parse().unwrap_or(ToolKind::Other)),
        status: value["status"].as_str().map(|word| word.parse().unwrap_or(ToolStatus::Pending)),
        content: list(&value["content"], |item| Some(tool_content(item))),
        locations: list(&value["locations"], location),
        raw_input: said(&value["rawInput"]),
        raw_output: said(&value["rawOutput"]),
        cut_bytes: None,
    })
}

/// Reads what a terminal has shown, which agents put beside a tool call as an extension: Codex and
/// others, after the editor Zed.
pub fn terminal_output(update: &Value) -> Option<TerminalOutput> {
    let meta = &update["_meta"];
    let members = ["terminal_output", "terminal_output_delta"];
    let output = members.iter().map(|member| &meta[*member]).find(|member| member.is_object());
    let exit = meta["terminal_exit"].is_object().then_some(&meta["terminal_exit"]);
    let terminal_id = string(output.or(exit)?, "terminal_id")?;
    Some(TerminalOutput {
        tool_call_id: string(update, "toolCallId")?,
        terminal_id,
        text: output.and_then(|output| string(output, "data")).unwrap_or_default(),
        exit_code: exit.and_then(|exit| exit["exit_code"].as_i64()),
    })
}

/// Reads a content block.
pub fn content(block: &Value) -> Content {
    let known = match block["type"].as_str().unwrap_or_default() {
        "text" => string(block, "text").map(Content::text),
        "image" => media(block).map(|(data, mime_type)| Content::Image {
            data,
            mime_type,
            uri: string(block, "uri"),
        }),
        "audio" => media(block).map(|(data, mime_type)| Content::Audio { data, mime_type }),
        "resource_link" => link(block),
        "resource" => resource(&block["resource"]),
        _ => None,
    };
    known.unwrap_or_else(|| Content::Unknown { raw: block.clone() })
}

fn chunk(voice: Voice, update: &Value) -> Said {
    let message_id = string(update, "messageId");
    Said::Chunk { voice, message_id, content: content(&update["content"]) }
}

/// The name in its own member, or where Claude's adapter puts it.
fn tool_name(value: &Value) -> Option<String> {
    string(value, "name").or_else(|| string(&value["_meta"]["claudeCode"], "toolName"))
}

fn list<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    value.is_array().then(|| items(value).filter_map(read).collect())
}

fn said(value: &Value) -> Option<Value> {
    (!value.is_null()).then(|| value.clone())
}

fn tool_content(item: &Value) -> ToolContent {
    let known = match item["type"].as_str().unwrap_or_default() {
        "content" => Some(ToolContent::Content { content: content(&item["content"]) }),
        "diff" => diff(item),
        "terminal" => {
            string(item, "terminalId").map(|terminal_id| ToolContent::Terminal { terminal_id })
        }
        _ => None,
    };
    known.unwrap_or_else(|| ToolContent::Unknown { raw: item.clone() })
}

fn diff(item: &Value) -> Option<ToolContent> {
    Some(ToolContent::Diff {
        path: string(item, "path")?,
        old_text: string(item, "oldText"),
        new_text: string(item, "newText")?,
    })
}

fn location(item: &Value) -> Option<Location> {
    let line = item["line"].as_u64().and_then(|line| u32::try_from(line).ok());
    Some(Location { path: string(item, "path")?, line })
}

fn media(block: &Value) -> Option<(String, String)> {
    Some((string(block, "data")?, string(block, "mimeType")?))
}

fn link(block: &Value) -> Option<Content> {
    let uri = string(block, "uri")?;
    let name = string(block, "name").unwrap_or_else(|| uri.clone());
    let size = block["size"].as_u64();
    Some(Content::ResourceLink { uri, name, mime_type: string(block, "mimeType"), size })
}

fn resource(resource: &Value) -> Option<Content> {
    let uri = string(resource, "uri")?;
    let mime_type = string(resource, "mimeType");
    if let Some(text) = string(resource, "text") {
        return Some(Content::Resource { uri, mime_type, text });
    }
    Some(Content::Blob { uri, mime_type, data: string(resource, "blob")? })
}

fn plan(update: &Value) -> Plan {
    let entry = |item: &Value| {
        Some(PlanEntry {
            content: string(item, "content")?,
            priority: string(item, "priority"),
            status: string(item, "status"),
        })
    };
    Plan { entries: items(&update["entries"]).filter_map(entry).collect() }
}

fn usage(update: &Value) -> Option<ContextUsage> {
    let cost = &update["cost"];
    let cost = cost["amount"]
        .as_f64()
        .and_then(|amount| Some(Cost { amount, currency: string(cost, "currency")? }));
    Some(ContextUsage { used: update["used"].as_u64()?, size: update["size"].as_u64()?, cost })
}

fn commands(update: &Value) -> Commands {
    let command = |item: &Value| {
        Some(SlashCommand {
            name: string(item, "name")?,
            description: string(item, "description").unwrap_or_default(),
            hint: string(&item["input"], "hint"),
        })
    };
    Commands { commands: items(&update["availableCommands"]).filter_map(command).collect() }
}

/// Some agents send this only to carry `_meta`.
fn info(update: &Value) -> Said {
    match string(update, "title") {
        Some(title) if !title.trim().is_empty() => {
            Said::Info(SessionInfo { title: Some(text::line(&title)) })
        }
        _ => Said::Nothing,
    }
}

fn notice(update: &Value) -> Said {
    let Some(title) = string(update, "title") else { return Said::Unknown };
    let level = match update["severity"].as_str().unwrap_or_default() {
        "error" => Level::Error,
        "warning" => Level::Warning,
        _ => Level::Info,
    };
    let description = string(update, "description").map(|text| text::detail(&text));
    Said::Notice { level, title: text::detail(&title), description }
}

#[cfg(test)]
mod tests;
