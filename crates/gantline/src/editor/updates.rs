//! Records of a transcript, in the words of ACP v1.

use conversation::Update;
use conversation::update::{
    ContextUsage, Level, Location, Plan, TerminalOutput, ToolCall, ToolContent, ToolKind,
    ToolStatus,
};
use serde_json::{Value, json};

use super::blocks::{of_transcript, text_block, without_nulls};
use super::chat::Chat;
use super::controls::current;

/// How much of what a terminal has shown is told again with every piece.
const MAX_TERMINAL_BYTES: usize = 64 * 1024;

/// What the editor is told of an update. What it changes of the chat's controls is taken over.
pub(super) fn tell(chat: &mut Chat, update: &Update) -> Vec<Value> {
    let told = match update {
        Update::UserMessage(message) => {
            // What the editor itself has said, it shows already.
            if chat.turns.has(message.turn_id) || chat.turns.is_sending() {
                return Vec::new();
            }
            let chunks = message.content.iter().map(of_transcript);
            return chunks
                .map(|content| chunk("user_message_chunk", &message.message_id, &content))
                .collect();
        }
        Update::AgentMessageChunk(said) => {
            chunk("agent_message_chunk", &said.message_id, &of_transcript(&said.content))
        }
        Update::AgentThoughtChunk(said) => {
            chunk("agent_thought_chunk", &said.message_id, &of_transcript(&said.content))
        }
        Update::ToolCall(call) => tool_update(chat, call),
        Update::TerminalOutput(output) => terminal_update(chat, output),
        Update::Plan(plan) => plan_update(plan),
        Update::Usage(usage) => usage_update(usage),
        Update::Modes(modes) => {
            let told =
                json!({ "sessionUpdate": "current_mode_update", "currentModeId": current(modes) });
            chat.controls.modes = Some(modes.clone());
            told
        }
        Update::Models(models) => {
            chat.controls.models = Some(models.clone());
            chat.controls.options_update()
        }
        Update::Options(options) => {
            chat.controls.options.clone_from(&options.options);
            chat.controls.options_update()
        }
        Update::Commands(commands) => {
            chat.controls.commands = Some(commands.clone());
            return chat.controls.commands_update().into_iter().collect();
        }
        Update::SessionInfo(info) => {
            json!({ "sessionUpdate": "session_info_update", "title": info.title })
        }
        Update::Notice(notice) if notice.level != Level::Info => {
            let text = match &notice.detail {
                Some(detail) => format!("{}\n{detail}", notice.text),
                None => notice.text.clone(),
            };
            json!({ "sessionUpdate": "agent_thought_chunk", "content": text_block(&text) })
        }
        // Something newer than we are, as the agent has said it.
        Update::Unknown(unknown) if unknown.raw["sessionUpdate"].is_string() => unknown.raw.clone(),
        _ => return Vec::new(),
    };
    let mut told = told;
    without_nulls(&mut told);
    vec![told]
}

fn chunk(kind: &str, message_id: &str, content: &Value) -> Value {
    json!({ "sessionUpdate": kind, "messageId": message_id, "content": content })
}

/// The first that is told of a tool call must have a title; what follows says what has changed.
fn tool_update(chat: &mut Chat, call: &ToolCall) -> Value {
    let is_new = !chat.calls.contains_key(&call.tool_call_id);
    let known = chat
        .calls
        .entry(call.tool_call_id.clone())
        .or_insert_with(|| ToolCall::new(call.tool_call_id.as_str()));
    known.absorb(call.clone());
    let (kind, title) = if is_new {
        ("tool_call", Some(known.title.as_deref().unwrap_or("Tool call")))
    } else {
        ("tool_call_update", call.title.as_deref())
    };
    let shown = |id: &str| chat.terminals.get(id).cloned().unwrap_or_default();
    let mut told = told_call(call, title, &shown);
    told["sessionUpdate"] = json!(kind);
    told
}

/// A tool call about which the editor is asked.
pub(super) fn tool_call(call: &ToolCall, title: &str) -> Value {
    let mut told = told_call(call, Some(title), &|_| String::new());
    told["status"] = json!("pending");
    without_nulls(&mut told);
    told
}

fn told_call(call: &ToolCall, title: Option<&str>, shown: &dyn Fn(&str) -> String) -> Value {
    let content = call.content.as_ref().map(|content| {
        content.iter().map(|content| told_content(content, shown)).collect::<Vec<_>>()
    });
    let locations = call.locations.as_ref().map(|locations| {
        let told = |location: &Location| {
            let mut told = json!({ "path": location.path });
            if let Some(line) = location.line {
                told["line"] = json!(line);
            }
            told
        };
        locations.iter().map(told).collect::<Vec<_>>()
    });
    json!({
        "toolCallId": call.tool_call_id,
        "title": title,
        "name": call.name,
        "kind": call.tool_kind.map(ToolKind::as_str),
        "status": call.status.map(told_status),
        "content": content,
        "locations": locations,
        "rawInput": call.raw_input,
        "rawOutput": call.raw_output,
    })
}

/// The protocol knows four of them.
const fn told_status(status: ToolStatus) -> &'static str {
    match status {
        ToolStatus::Pending => "pending",
        ToolStatus::InProgress | ToolStatus::Paused => "in_progress",
        ToolStatus::Completed => "completed",
        ToolStatus::Failed | ToolStatus::Cancelled | ToolStatus::Unfinished => "failed",
    }
}

fn told_content(content: &ToolContent, shown: &dyn Fn(&str) -> String) -> Value {
    match content {
        ToolContent::Content { content } => {
            json!({ "type": "content", "content": of_transcript(content) })
        }
        ToolContent::Diff { path, old_text, new_text } => {
            json!({ "type": "diff", "path": path, "oldText": old_text, "newText": new_text })
        }
        // The terminal is the agent's, on its machine: the editor sees what it shows.
        ToolContent::Terminal { terminal_id } => {
            json!({ "type": "content", "content": text_block(&shown(terminal_id)) })
        }
        ToolContent::Unknown { raw } => raw.clone(),
    }
}

fn terminal_update(chat: &mut Chat, output: &TerminalOutput) -> Value {
    let shown = chat.terminals.entry(output.terminal_id.clone()).or_default();
    shown.push_str(&output.text);
    let over = shown.len().saturating_sub(MAX_TERMINAL_BYTES);
    let start = shown.ceil_char_boundary(over);
    shown.drain(..start);
    json!({
        "sessionUpdate": "tool_call_update",
        "toolCallId": output.tool_call_id,
        "content": [{ "type": "content", "content": text_block(shown) }],
    })
}

fn plan_update(plan: &Plan) -> Value {
    let one_of = |said: Option<&str>, known: &[&str], usual: &str| {
        said.filter(|said| known.contains(said)).unwrap_or(usual).to_owned()
    };
    let entries = plan.entries.iter().map(|entry| {
        let priority = one_of(entry.priority.as_deref(), &["high", "medium", "low"], "medium");
        let states = ["pending", "in_progress", "completed"];
        let status = one_of(entry.status.as_deref(), &states, "pending");
        json!({ "content": entry.content, "priority": priority, "status": status })
    });
    json!({ "sessionUpdate": "plan", "entries": entries.collect::<Vec<_>>() })
}

fn usage_update(usage: &ContextUsage) -> Value {
    let cost = usage.cost.as_ref();
    let cost = cost.map(|cost| json!({ "amount": cost.amount, "currency": cost.currency }));
    json!({ "sessionUpdate": "usage_update", "used": usage.used, "size": usage.size, "cost": cost })
}
