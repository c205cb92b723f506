//! OpenAI Responses, as Codex speaks it.

use serde_json::{Value, json};

use super::answer::{Ids, Numbers};
use super::prompt::{Delivery, Prompt, Tool, Turn, Wanted, text_of};
use super::script::Reply;
use super::tools::{Input, ToolCall};

pub(super) fn read(body: &Value) -> Prompt {
    let mut prompt = Prompt {
        model: body["model"].as_str().unwrap_or("").to_owned(),
        system: body["instructions"].as_str().unwrap_or("").to_owned(),
        tools: tools(&body["tools"]),
        wanted: wanted(body),
        ..Prompt::default()
    };
    if body["stream"] == true {
        prompt.delivery = Delivery::Streamed;
    }
    match &body["input"] {
        text @ Value::String(_) => prompt.push_user(text),
        Value::Array(items) => items.iter().for_each(|item| read_item(&mut prompt, item)),
        _ => {}
    }
    prompt
}

fn read_item(prompt: &mut Prompt, item: &Value) {
    match (item["type"].as_str(), item["role"].as_str()) {
        (Some("message") | None, Some("system" | "developer")) => {
            prompt.push_system(&item["content"]);
        }
        (Some("message") | None, Some("user")) => prompt.push_user(&item["content"]),
        (Some("message") | None, Some("assistant")) => prompt.turns.push(Turn::Model),
        (
            Some("function_call_output" | "custom_tool_call_output" | "local_shell_call_output"),
            _,
        ) => {
            prompt.turns.push(Turn::ToolResult(text_of(&item["output"])));
        }
        // The newest models are told their tools in the conversation.
        (Some("additional_tools"), _) => prompt.tools.extend(tools(&item["tools"])),
        _ => {}
    }
}

pub(super) fn document(reply: &Reply, model: &str, numbers: Option<Numbers>, ids: Ids) -> String {
    response("completed", &items(reply, ids), model, numbers, ids).to_string()
}

pub(super) fn events(
    reply: &Reply,
    model: &str,
    numbers: Option<Numbers>,
    ids: Ids,
) -> Vec<String> {
    let mut events = Events::default();
    let opening = response("in_progress", &[], model, None, ids);
    events.push("response.created", json!({ "response": opening }));
    events.push("response.in_progress", json!({ "response": opening }));
    for (index, item) in items(reply, ids).iter().enumerate() {
        match item["type"].as_str() {
            Some("message") => message_events(&mut events, reply, index, item),
            _ => call_events(&mut events, index, item),
        }
    }
    let closing = response("completed", &items(reply, ids), model, numbers, ids);
    events.push("response.completed", json!({ "response": closing }));
    events.framed
}

fn message_events(events: &mut Events, reply: &Reply, index: usize, item: &Value) {
    let mut empty = item.clone();
    empty["status"] = json!("in_progress");
    empty["content"] = json!([]);
    let place = |mut event: Value| {
        event["output_index"] = json!(index);
        event["item_id"] = item["id"].clone();
        event["content_index"] = json!(0);
        event
    };
    let part = |text: &str| json!({ "type": "output_text", "text": text, "annotations": [] });
    let text = reply.whole_text();
    events.push("response.output_item.added", json!({ "output_index": index, "item": empty }));
    events.push("response.content_part.added", place(json!({ "part": part("") })));
    for piece in &reply.text {
        events.push("response.output_text.delta", place(json!({ "delta": piece })));
    }
    events.push("response.output_text.done", place(json!({ "text": text })));
    events.push("response.content_part.done", place(json!({ "part": part(&text) })));
    events.push("response.output_item.done", json!({ "output_index": index, "item": item }));
}

fn call_events(events: &mut Events, index: usize, item: &Value) {
    let (field, stem) = match item["type"].as_str() {
        Some("custom_tool_call") => ("input", "response.custom_tool_call_input"),
        _ => ("arguments", "response.function_call_arguments"),
    };
    let mut empty = item.clone();
    empty["status"] = json!("in_progress");
    empty[field] = json!("");
    let id = &item["id"];
    events.push("response.output_item.added", json!({ "output_index": index, "item": empty }));
    let delta = json!({ "output_index": index, "item_id": id, "delta": item[field] });
    events.push(&format!("{stem}.delta"), delta);
    let done = json!({ "output_index": index, "item_id": id, field: item[field] });
    events.push(&format!("{stem}.done"), done);
    events.push("response.output_item.done", json!({ "output_index": index, "item": item }));
}

/// Numbers the events of one stream.
#[derive(Default)]
struct Events {
    framed: Vec<String>,
}

impl Events {
    fn push(&mut self, name: &str, mut event: Value) {
        event["type"] = json!(name);
        event["sequence_number"] = json!(self.framed.len());
        self.framed.push(format!("event: {name}\ndata: {event}\n\n"));
    }
}

fn items(reply: &Reply, ids: Ids) -> Vec<Value> {
    let mut items = Vec::new();
    if !reply.text.is_empty() {
        let part = json!({ "type": "output_text", "text": reply.whole_text(), "annotations": [] });
        items.push(json!({
            "type": "message", "id": ids.of("msg"), "status": "completed", "role": "assistant",
            "content": [part],
        }));
    }
    items.extend(reply.call.as_ref().map(|call| call_item(call, ids)));
    items
}

fn call_item(call: &ToolCall, ids: Ids) -> Value {
    let (kind, id, field, input) = match &call.input {
        Input::Json(arguments) => ("function_call", "fc", "arguments", arguments.to_string()),
        Input::Text(text) => ("custom_tool_call", "ctc", "input", text.clone()),
    };
    let mut item = json!({
        "type": kind, "id": ids.of(id), "call_id": ids.of("call"), "status": "completed",
        "name": call.name, field: input,
    });
    if let Some(namespace) = &call.namespace {
        item["namespace"] = json!(namespace);
    }
    item
}

fn response(
    status: &str,
    output: &[Value],
    model: &str,
    numbers: Option<Numbers>,
    ids: Ids,
) -> Value {
    json!({
        "id": ids.of("resp"), "object": "response", "created_at": Ids::CREATED, "status": status,
        "error": null, "incomplete_details": null, "model": model, "output": output,
        "parallel_tool_calls": false, "store": false, "usage": numbers.map(usage),
    })
}

fn usage(numbers: Numbers) -> Value {
    let tokens = numbers.0;
    let input = tokens.input + tokens.cache_read;
    json!({
        "input_tokens": input,
        "input_tokens_details": { "cached_tokens": tokens.cache_read },
        "output_tokens": tokens.output,
        "output_tokens_details": { "reasoning_tokens": tokens.reasoning },
        "total_tokens": input + tokens.output,
    })
}

/// The tools, those of groups among them. A group named `functions` is as good as none.
fn tools(tools: &Value) -> Vec<Tool> {
    let mut read = Vec::new();
    for tool in tools.as_array().into_iter().flatten() {
        let (name, description) = (&tool["name"], &tool["description"]);
        match tool["type"].as_str() {
            Some("function") => read.extend(Tool::function(name, description, &tool["parameters"])),
            Some("custom") => read.extend(Tool::custom(name, description)),
            Some("namespace") => {
                let group =
                    name.as_str().filter(|name| *name != "functions").map(ToOwned::to_owned);
                let members = self::tools(&tool["tools"]).into_iter();
                read.extend(members.map(|tool| Tool { namespace: group.clone(), ..tool }));
            }
            _ => {}
        }
    }
    read
}

fn wanted(body: &Value) -> Wanted {
    let format = &body["text"]["format"];
    match format["type"].as_str() {
        Some("json_schema") => return Wanted::Json(format["schema"].clone()),
        Some("json_object") => return Wanted::Json(Value::Null),
        _ => {}
    }
    match body["tool_choice"]["name"].as_str() {
        Some(name) => Wanted::Call(name.to_owned()),
        None => Wanted::Free,
    }
}
