//! Anthropic Messages.

use serde_json::{Value, json};

use super::answer::{Ids, Numbers};
use super::prompt::{Delivery, Prompt, Tool, Turn, Wanted, text_of};
use super::script::Reply;
use super::tools::{Input, ToolCall};

pub(super) fn read(body: &Value) -> Prompt {
    let mut prompt = Prompt {
        model: body["model"].as_str().unwrap_or("").to_owned(),
        system: text_of(&body["system"]),
        wanted: wanted(body),
        ..Prompt::default()
    };
    if body["stream"] == true {
        prompt.delivery = Delivery::Streamed;
    }
    let tools = body["tools"].as_array().into_iter().flatten();
    prompt.tools = tools
        .filter_map(|tool| {
            Tool::function(&tool["name"], &tool["description"], &tool["input_schema"])
        })
        .collect();
    for message in body["messages"].as_array().into_iter().flatten() {
        match message["role"].as_str() {
            Some("user") => read_user(&mut prompt, &message["content"]),
            Some("assistant") => prompt.turns.push(Turn::Model),
            _ => prompt.push_system(&message["content"]),
        }
    }
    prompt
}

/// A message with tool results is the agent's; text beside them is its reminder to the model.
fn read_user(prompt: &mut Prompt, content: &Value) {
    let blocks = content.as_array().into_iter().flatten();
    let results: Vec<Turn> = blocks
        .filter(|block| block["type"] == "tool_result")
        .map(|block| Turn::ToolResult(text_of(&block["content"])))
        .collect();
    if results.is_empty() {
        prompt.push_user(content);
    } else {
        prompt.turns.extend(results);
    }
}

pub(super) fn document(reply: &Reply, model: &str, numbers: Option<Numbers>, ids: Ids) -> String {
    let mut content = Vec::new();
    if !reply.text.is_empty() {
        content.push(json!({ "type": "text", "text": reply.whole_text() }));
    }
    content.extend(reply.call.as_ref().map(|call| tool_use(call, ids, &input(call))));
    let mut document = message(model, ids);
    document["content"] = content.into();
    document["stop_reason"] = json!(stop_reason(reply));
    if let Some(numbers) = numbers {
        document["usage"] = usage(numbers, numbers.0.output);
    }
    document.to_string()
}

pub(super) fn events(
    reply: &Reply,
    model: &str,
    numbers: Option<Numbers>,
    ids: Ids,
) -> Vec<String> {
    let mut start = message(model, ids);
    if let Some(numbers) = numbers {
        start["usage"] = usage(numbers, 1);
    }
    let mut events =
        vec![event("message_start", json!({ "message": start })), event("ping", json!({}))];
    let mut index = 0;
    if !reply.text.is_empty() {
        let deltas = reply.text.iter().map(|piece| json!({ "type": "text_delta", "text": piece }));
        block(&mut events, index, &json!({ "type": "text", "text": "" }), deltas);
        index += 1;
    }
    if let Some(call) = &reply.call {
        let arguments = input(call).to_string();
        let delta = json!({ "type": "input_json_delta", "partial_json": arguments });
        block(&mut events, index, &tool_use(call, ids, &json!({})), [delta].into_iter());
    }
    let mut delta =
        json!({ "delta": { "stop_reason": stop_reason(reply), "stop_sequence": null } });
    if let Some(numbers) = numbers {
        delta["usage"] = json!({ "output_tokens": numbers.0.output });
    }
    events.push(event("message_delta", delta));
    events.push(event("message_stop", json!({})));
    events
}

/// `count_tokens`.
pub(super) fn counted(tokens: u64) -> Value {
    json!({ "input_tokens": tokens })
}

fn block(
    events: &mut Vec<String>,
    index: usize,
    opening: &Value,
    deltas: impl Iterator<Item = Value>,
) {
    events.push(event("content_block_start", json!({ "index": index, "content_block": opening })));
    for delta in deltas {
        events.push(event("content_block_delta", json!({ "index": index, "delta": delta })));
    }
    events.push(event("content_block_stop", json!({ "index": index })));
}

fn message(model: &str, ids: Ids) -> Value {
    json!({
        "id": ids.of("msg"), "type": "message", "role": "assistant", "model": model,
        "content": [], "stop_reason": null, "stop_sequence": null,
    })
}

fn tool_use(call: &ToolCall, ids: Ids, input: &Value) -> Value {
    json!({ "type": "tool_use", "id": ids.of("toolu"), "name": call.name, "input": input })
}

fn input(call: &ToolCall) -> Value {
    match &call.input {
        Input::Json(arguments) => arguments.clone(),
        Input::Text(text) => json!({ "input": text }),
    }
}

const fn stop_reason(reply: &Reply) -> &'static str {
    if reply.call.is_some() { "tool_use" } else { "end_turn" }
}

fn usage(numbers: Numbers, output: u64) -> Value {
    let tokens = numbers.0;
    json!({
        "input_tokens": tokens.input,
        "cache_creation_input_tokens": tokens.cache_write,
        "cache_read_input_tokens": tokens.cache_read,
        "cache_creation": {
            "ephemeral_5m_input_tokens": tokens.cache_write - tokens.cache_write_1h,
            "ephemeral_1h_input_tokens": tokens.cache_write_1h,
        },
        "output_tokens": output,
        "service_tier": "standard",
    })
}

fn event(name: &str, mut event: Value) -> String {
    event["type"] = json!(name);
    format!("event: {name}\ndata: {event}\n\n")
}

fn wanted(body: &Value) -> Wanted {
    let formats = [&body["output_config"]["format"], &body["output_format"]];
    if let Some(format) = formats.iter().find(|format| format["type"] == "json_schema") {
        return Wanted::Json(format["schema"].clone());
    }
    match body["tool_choice"]["name"].as_str() {
        Some(name) => Wanted::Call(name.to_owned()),
        None => Wanted::Free,
    }
}
