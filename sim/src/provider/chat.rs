//! OpenAI chat completions.

use serde_json::{Value, json};

use super::answer::{Ids, Numbers};
use super::prompt::{Delivery, Prompt, StreamUsage, Tool, Turn, Wanted, text_of};
use super::script::Reply;
use super::tools::{Input, ToolCall};

pub(super) fn read(body: &Value) -> Prompt {
    let mut prompt = Prompt {
        model: body["model"].as_str().unwrap_or("").to_owned(),
        tools: tools(&body["tools"]),
        wanted: wanted(body),
        ..Prompt::default()
    };
    if body["stream"] == true {
        prompt.delivery = Delivery::Streamed;
    }
    if body["stream_options"]["include_usage"] == true {
        prompt.stream_usage = StreamUsage::Asked;
    }
    for message in body["messages"].as_array().into_iter().flatten() {
        let content = &message["content"];
        match message["role"].as_str() {
            Some("system" | "developer") => prompt.push_system(content),
            Some("user") => prompt.push_user(content),
            Some("assistant") => prompt.turns.push(Turn::Model),
            Some("tool" | "function") => prompt.turns.push(Turn::ToolResult(text_of(content))),
            _ => {}
        }
    }
    prompt
}

pub(super) fn document(reply: &Reply, model: &str, numbers: Option<Numbers>, ids: Ids) -> String {
    let mut message = json!({ "role": "assistant", "content": reply.whole_text() });
    if let Some(call) = &reply.call {
        message["tool_calls"] = json!([tool_call(call, ids)]);
    }
    let mut document = frame("chat.completion", model, ids);
    document["choices"] = json!([{
        "index": 0, "message": message, "logprobs": null, "finish_reason": finish_reason(reply),
    }]);
    if let Some(numbers) = numbers {
        document["usage"] = usage(numbers);
    }
    document.to_string()
}

pub(super) fn events(
    reply: &Reply,
    prompt: &Prompt,
    numbers: Option<Numbers>,
    ids: Ids,
) -> Vec<String> {
    let asked = prompt.stream_usage == StreamUsage::Asked;
    let chunk = |delta: Value, finish: Option<&str>| {
        let mut chunk = frame("chat.completion.chunk", &prompt.model, ids);
        chunk["choices"] = json!([{ "index": 0, "delta": delta, "finish_reason": finish }]);
        if asked {
            chunk["usage"] = Value::Null;
        }
        event(&chunk)
    };
    let mut events = vec![chunk(json!({ "role": "assistant", "content": "" }), None)];
    events.extend(reply.text.iter().map(|piece| chunk(json!({ "content": piece }), None)));
    if let Some(call) = &reply.call {
        let mut start = tool_call(call, ids);
        let arguments = start["function"]["arguments"].take();
        start["function"]["arguments"] = json!("");
        start["index"] = json!(0);
        events.push(chunk(json!({ "tool_calls": [start] }), None));
        let rest = json!({ "index": 0, "function": { "arguments": arguments } });
        events.push(chunk(json!({ "tool_calls": [rest] }), None));
    }
    events.push(chunk(json!({}), Some(finish_reason(reply))));
    if let (true, Some(numbers)) = (asked, numbers) {
        let mut last = frame("chat.completion.chunk", &prompt.model, ids);
        last["choices"] = json!([]);
        last["usage"] = usage(numbers);
        events.push(event(&last));
    }
    events.push("data: [DONE]\n\n".to_owned());
    events
}

fn tools(tools: &Value) -> Vec<Tool> {
    let read = |tool: &Value| {
        if tool["type"] == "custom" {
            return Tool::custom(&tool["custom"]["name"], &tool["custom"]["description"]);
        }
        let function = &tool["function"];
        Tool::function(&function["name"], &function["description"], &function["parameters"])
    };
    tools.as_array().into_iter().flatten().filter_map(read).collect()
}

fn wanted(body: &Value) -> Wanted {
    let format = &body["response_format"];
    match format["type"].as_str() {
        Some("json_schema") => return Wanted::Json(format["json_schema"]["schema"].clone()),
        Some("json_object") => return Wanted::Json(Value::Null),
        _ => {}
    }
    let choice = &body["tool_choice"];
    let named = choice["function"]["name"].as_str();
    let only = || match body["tools"].as_array().map(Vec::as_slice) {
        Some([tool]) if choice == "required" => tool["function"]["name"].as_str(),
        _ => None,
    };
    named.or_else(only).map_or(Wanted::Free, |name| Wanted::Call(name.to_owned()))
}

fn frame(object: &str, model: &str, ids: Ids) -> Value {
    json!({ "id": ids.of("chatcmpl"), "object": object, "created": Ids::CREATED, "model": model })
}

fn tool_call(call: &ToolCall, ids: Ids) -> Value {
    match &call.input {
        Input::Json(arguments) => json!({
            "id": ids.of("call"), "type": "function",
            "function": { "name": call.name, "arguments": arguments.to_string() },
        }),
        Input::Text(text) => json!({
            "id": ids.of("call"), "type": "custom",
            "custom": { "name": call.name, "input": text },
        }),
    }
}

const fn finish_reason(reply: &Reply) -> &'static str {
    if reply.call.is_some() { "tool_calls" } else { "stop" }
}

fn usage(numbers: Numbers) -> Value {
    let tokens = numbers.0;
    let prompt = tokens.input + tokens.cache_read;
    json!({
        "prompt_tokens": prompt,
        "completion_tokens": tokens.output,
        "total_tokens": prompt + tokens.output,
        "prompt_tokens_details": { "cached_tokens": tokens.cache_read },
        "completion_tokens_details": { "reasoning_tokens": tokens.reasoning },
    })
}

fn event(value: &Value) -> String {
    format!("data: {value}\n\n")
}
