//! How large an update may be, and how one that is larger is cut. Nothing is cut silently: a cut
//! update says how much is missing. The journal keeps the agent's own message beside it.

use serde_json::Value;

use super::{
    Content, MessageChunk, TerminalOutput, ToolCall, ToolContent, Unknown, Update, UserMessage,
};
use crate::text::beginning;

/// Largest update, in bytes of JSON. One record of the link must hold it.
pub const MAX_UPDATE_BYTES: usize = 1_000_000;

/// Text of a message is split into pieces of at most this many bytes. JSON can make a byte six
/// bytes long.
const PIECE_BYTES: usize = MAX_UPDATE_BYTES / 8;

/// What all content of one update may take up together, before JSON makes it longer.
const CONTENT_BYTES: usize = MAX_UPDATE_BYTES / 8;

/// What each of a tool's input and output may take up, in bytes of JSON.
const RAW_BYTES: usize = MAX_UPDATE_BYTES / 4;

/// An update with its JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The update.
    pub update: Update,
    /// Its JSON, at most [`MAX_UPDATE_BYTES`] long.
    pub json: String,
}

/// Writes an update as JSON. One that is too large becomes several, or is cut.
pub fn fit(update: Update) -> Vec<Fitted> {
    let json = to_json(&update);
    if json.len() <= MAX_UPDATE_BYTES {
        return vec![Fitted { update, json }];
    }
    cut(update, json.len()).into_iter().map(fit_cut).collect()
}

fn fit_cut(update: Update) -> Fitted {
    let json = to_json(&update);
    if json.len() <= MAX_UPDATE_BYTES {
        return Fitted { update, json };
    }
    let update = left_out(json.len());
    let json = to_json(&update);
    Fitted { update, json }
}

fn cut(update: Update, bytes: usize) -> Vec<Update> {
    match update {
        Update::AgentMessageChunk(chunk) => {
            split(chunk).into_iter().map(Update::AgentMessageChunk).collect()
        }
        Update::AgentThoughtChunk(chunk) => {
            split(chunk).into_iter().map(Update::AgentThoughtChunk).collect()
        }
        Update::TerminalOutput(output) => {
            split_output(&output).into_iter().map(Update::TerminalOutput).collect()
        }
        Update::UserMessage(message) => vec![Update::UserMessage(cut_message(message))],
        Update::ToolCall(call) => vec![Update::ToolCall(cut_tool_call(call))],
        _ => vec![left_out(bytes)],
    }
}

fn left_out(bytes: usize) -> Update {
    Update::Unknown(Unknown { raw: Value::Null, cut_bytes: Some(count(bytes)) })
}

fn split(chunk: MessageChunk) -> Vec<MessageChunk> {
    let MessageChunk { message_id, content } = chunk;
    let Content::Text { text } = content else {
        return vec![MessageChunk { message_id, content: omit(content) }];
    };
    let chunk =
        |piece| MessageChunk { message_id: message_id.clone(), content: Content::text(piece) };
    pieces(&text).map(chunk).collect()
}

fn split_output(output: &TerminalOutput) -> Vec<TerminalOutput> {
    let piece = |text: &str| TerminalOutput {
        tool_call_id: output.tool_call_id.clone(),
        terminal_id: output.terminal_id.clone(),
        text: text.to_owned(),
        exit_code: None,
    };
    let mut split: Vec<TerminalOutput> = pieces(&output.text).map(piece).collect();
    if let Some(last) = split.last_mut() {
        last.exit_code = output.exit_code;
    }
    split
}

fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let piece = beginning(rest, PIECE_BYTES);
        rest = &rest[piece.len()..];
        (!piece.is_empty()).then_some(piece)
    })
}

fn cut_message(message: UserMessage) -> UserMessage {
    let mut room = CONTENT_BYTES;
    let content = message.content.into_iter().map(|content| keep(content, &mut room)).collect();
    UserMessage { content, ..message }
}

/// Makes a tool call small enough for one update.
pub fn cut_tool_call(call: ToolCall) -> ToolCall {
    let before = to_json(&call).len();
    let mut room = CONTENT_BYTES;
    let content = call
        .content
        .map(|list| list.into_iter().map(|content| keep_tool(content, &mut room)).collect());
    let mut cut = ToolCall {
        content,
        raw_input: call.raw_input.filter(is_small),
        raw_output: call.raw_output.filter(is_small),
        ..call
    };
    cut.cut_bytes = Some(count(before.saturating_sub(to_json(&cut).len())));
    cut
}

fn is_small(raw: &Value) -> bool {
    to_json(raw).len() <= RAW_BYTES
}

fn keep_tool(content: ToolContent, room: &mut usize) -> ToolContent {
    match content {
        ToolContent::Content { content } => ToolContent::Content { content: keep(content, room) },
        ToolContent::Diff { path, old_text, new_text } => {
            let new_text = keep_text(&new_text, room);
            let old_text = old_text.map(|text| keep_text(&text, room));
            ToolContent::Diff { path, old_text, new_text }
        }
        ToolContent::Unknown { raw } => {
            ToolContent::Content { content: keep(Content::Unknown { raw }, room) }
        }
        terminal @ ToolContent::Terminal { .. } => terminal,
    }
}

fn keep(content: Content, room: &mut usize) -> Content {
    if let Content::Text { text } = content {
        return Content::text(keep_text(&text, room));
    }
    let bytes = to_json(&content).len();
    if bytes > *room {
        return omit(content);
    }
    *room -= bytes;
    content
}

fn keep_text(text: &str, room: &mut usize) -> String {
    let kept = beginning(text, *room);
    *room -= kept.len();
    kept.to_owned()
}

fn omit(content: Content) -> Content {
    let bytes = count(to_json(&content).len());
    let (what, mime_type) = match content {
        Content::Image { mime_type, .. } => ("image", Some(mime_type)),
        Content::Audio { mime_type, .. } => ("audio", Some(mime_type)),
        Content::Resource { mime_type, .. } => ("resource", mime_type),
        Content::Blob { mime_type, .. } => ("blob", mime_type),
        _ => ("unknown", None),
    };
    Content::Omitted { what: what.to_owned(), mime_type, bytes }
}

fn count(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

fn to_json(value: &impl serde::Serialize) -> String {
    // Writing JSON to memory fails only for keys that are not strings, and updates have none.
    serde_json::to_string(value).expect("an update can be written as JSON")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check_size(fitted: &[Fitted]) {
        for one in fitted {
            assert!(one.json.len() <= MAX_UPDATE_BYTES, "{} bytes", one.json.len());
            assert_eq!(serde_json::from_str::<Update>(&one.json).unwrap(), one.update);
        }
    }

    #[test]
    fn a_long_message_is_split_and_loses_nothing() {
        let text = "汉\u{1}".repeat(MAX_UPDATE_BYTES / 3);
        let content = Content::text(text.clone());
        let chunk = MessageChunk { message_id: "m1".to_owned(), content };
        let fitted = fit(Update::AgentMessageChunk(chunk));
        check_size(&fitted);
        let mut joined = String::new();
        for one in fitted {
            let Update::AgentMessageChunk(chunk) = one.update else { panic!("not a chunk") };
            let Content::Text { text } = chunk.content else { panic!("not text") };
            joined.push_str(&text);
        }
        assert_eq!(joined, text);
    }

    #[test]
    fn long_output_of_a_terminal_is_split_and_loses_nothing() {
        let text = "line\n".repeat(MAX_UPDATE_BYTES / 2);
        let output =
            TerminalOutput { text: text.clone(), exit_code: Some(0), ..Default::default() };
        let fitted = fit(Update::TerminalOutput(output));
        check_size(&fitted);
        let mut joined = (String::new(), None);
        for one in fitted {
            let Update::TerminalOutput(output) = one.update else { panic!("not output") };
            assert_eq!(joined.1, None);
            joined = (joined.0 + &output.text, output.exit_code);
        }
        assert_eq!(joined, (text, Some(0)));
    }

    #[test]
    fn a_large_image_is_left_out_and_said_to_be() {
        let data = "A".repeat(MAX_UPDATE_BYTES);
        let content = Content::Image { data, mime_type: "image/png".to_owned(), uri: None };
        let chunk = MessageChunk { message_id: "m1".to_owned(), content };
        let fitted = fit(Update::AgentMessageChunk(chunk));
        check_size(&fitted);
        let Update::AgentMessageChunk(chunk) = &fitted[0].update else { panic!("not a chunk") };
        assert!(matches!(&chunk.content, Content::Omitted { what, bytes, .. }
            if what == "image" && *bytes > 1_000_000));
    }

    #[test]
    fn a_large_tool_call_is_cut_and_says_how_much() {
        let mut call = ToolCall::new("t1");
        let new_text = "x".repeat(3 * MAX_UPDATE_BYTES);
        call.content =
            Some(vec![ToolContent::Diff { path: "/a".to_owned(), old_text: None, new_text }]);
        call.raw_input = Some(json!({ "content": "y".repeat(MAX_UPDATE_BYTES) }));
        let fitted = fit(Update::ToolCall(call));
        check_size(&fitted);
        let Update::ToolCall(call) = &fitted[0].update else { panic!("not a tool call") };
        assert!(call.cut_bytes.unwrap() > 3_000_000);
        assert_eq!(call.raw_input, None);
        assert!(matches!(&call.content.as_ref().unwrap()[0],
            ToolContent::Diff { new_text, .. } if new_text.len() == CONTENT_BYTES));
    }

    #[test]
    fn anything_else_that_is_too_large_is_left_out_whole() {
        let raw = json!({ "sessionUpdate": "x", "blob": "z".repeat(MAX_UPDATE_BYTES) });
        let fitted = fit(Update::Unknown(Unknown { raw, cut_bytes: None }));
        check_size(&fitted);
        assert!(matches!(&fitted[0].update, Update::Unknown(unknown)
            if unknown.raw.is_null() && unknown.cut_bytes.is_some()));
    }
}
