//! Gemini.

use serde_json::{Value, json};

use super::answer::{Ids, Numbers};
use super::prompt::{Delivery, Prompt, Tool, Turn, Wanted, text_of};
use super::script::Reply;
use super::tools::{Input, ToolCall};

/// How a stream is framed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// `alt=sse`: events.
    Events,
    /// Without it: one JSON array.
    Array,
}

pub(super) fn read(body: &Value, model: &str, delivery: Delivery) -> Prompt {
    let mut prompt = Prompt {
        model: model.to_owned(),
        system: text_of(&either(body, "systemInstruction", "system_instruction")["parts"]),
        tools: tools(&body["tools"]),
        wanted: wanted(body),
        delivery,
        ..Prompt::default()
    };
    for content in body["contents"].as_array().into_iter().flatten() {
        let parts = content["parts"].as_array().map_or(&[][..], Vec::as_slice);
        let results = parts.iter().filter_map(result);
        let results: Vec<Turn> = results.map(Turn::ToolResult).collect();
        match content["role"].as_str() {
            Some("model") => prompt.turns.push(Turn::Model),
            _ if results.is_empty() => prompt.push_user(&content["parts"]),
            _ => prompt.turns.extend(results),
        }
    }
    prompt
}

pub(super) fn document(reply: &Reply, model: &str, numbers: Option<Numbers>, ids: Ids) -> String {
    let mut parts = Vec::new();
    if !reply.text.is_empty() {
        parts.push(json!({ "text": reply.whole_text() }));
    }
    parts.extend(reply.call.as_ref().map(|call| function_call(call, ids)));
    let output = numbers.map_or(0, |numbers| numbers.0.output);
    chunk(&parts, Some("STOP"), model, numbers, output, ids).to_string()
}

pub(super) fn events(
    reply: &Reply,
    model: &str,
    framing: Framing,
    numbers: Option<Numbers>,
    ids: Ids,
) -> Vec<String> {
    let count = reply.text.len() as u64 + 1;
    let total = numbers.map_or(0, |numbers| numbers.0.output);
    let so_far = |index: usize| total * (index as u64 + 1) / count;
    let mut chunks: Vec<Value> = reply
        .text
        .iter()
        .enumerate()
        .map(|(index, piece)| {
            chunk(&[json!({ "text": piece })], None, model, numbers, so_far(index), ids)
        })
        .collect();
    let last = match &reply.call {
        Some(call) => function_call(call, ids),
        None => json!({ "text": "" }),
    };
    chunks.push(chunk(&[last], Some("STOP"), model, numbers, total, ids));
    framed(&chunks, framing)
}

/// `countTokens`.
pub(super) fn counted(tokens: u64) -> Value {
    json!({ "totalTokens": tokens })
}

fn framed(chunks: &[Value], framing: Framing) -> Vec<String> {
    let last = chunks.len() - 1;
    let frame = |(index, chunk): (usize, &Value)| match framing {
        Framing::Events => format!("data: {chunk}\r\n\r\n"),
        Framing::Array => {
            let before = if index == 0 { "[" } else { ",\r\n" };
            let after = if index == last { "]" } else { "" };
            format!("{before}{chunk}{after}")
        }
    };
    chunks.iter().enumerate().map(frame).collect()
}

fn chunk(
    parts: &[Value],
    finish: Option<&str>,
    model: &str,
    numbers: Option<Numbers>,
    output: u64,
    ids: Ids,
) -> Value {
    let mut candidate = json!({ "content": { "role": "model", "parts": parts }, "index": 0 });
    if let Some(finish) = finish {
        candidate["finishReason"] = json!(finish);
    }
    let mut chunk = json!({
        "candidates": [candidate], "modelVersion": model, "responseId": ids.of("gem"),
    });
    if let Some(numbers) = numbers {
        chunk["usageMetadata"] = usage(numbers, output);
    }
    chunk
}

/// `output` so far; thoughts come first, and are not among the candidates.
fn usage(numbers: Numbers, output: u64) -> Value {
    let tokens = numbers.0;
    let prompt = tokens.input + tokens.cache_read;
    let thoughts = tokens.reasoning.min(output);
    json!({
        "promptTokenCount": prompt,
        "cachedContentTokenCount": tokens.cache_read,
        "candidatesTokenCount": output - thoughts,
        "thoughtsTokenCount": thoughts,
        "totalTokenCount": prompt + output,
    })
}

fn function_call(call: &ToolCall, ids: Ids) -> Value {
    let arguments = match &call.input {
        Input::Json(arguments) => arguments.clone(),
        Input::Text(text) => json!({ "input": text }),
    };
    json!({ "functionCall": { "id": ids.of("call"), "name": call.name, "args": arguments } })
}

fn result(part: &Value) -> Option<String> {
    let response = &either(part, "functionResponse", "function_response")["response"];
    let text =
        ["output", "result", "error", "content"].iter().find_map(|key| response[*key].as_str());
    (!response.is_null()).then(|| text.map_or_else(|| response.to_string(), ToOwned::to_owned))
}

fn tools(tools: &Value) -> Vec<Tool> {
    let groups = tools.as_array().into_iter().flatten();
    let declarations = groups.flat_map(|group| {
        let list = either(group, "functionDeclarations", "function_declarations");
        list.as_array().map_or(&[][..], Vec::as_slice)
    });
    let read = |tool: &Value| {
        let schema = either(tool, "parametersJsonSchema", "parameters");
        Tool::function(&tool["name"], &tool["description"], schema)
    };
    declarations.filter_map(read).collect()
}

fn wanted(body: &Value) -> Wanted {
    let config = either(body, "generationConfig", "generation_config");
    let schema = either(config, "responseJsonSchema", "responseSchema");
    if !schema.is_null() {
        return Wanted::Json(schema.clone());
    }
    let names = &body["toolConfig"]["functionCallingConfig"];
    match (names["mode"].as_str(), names["allowedFunctionNames"][0].as_str()) {
        (Some("ANY"), Some(name)) => Wanted::Call(name.to_owned()),
        _ if config["responseMimeType"] == "application/json" => Wanted::Json(Value::Null),
        _ => Wanted::Free,
    }
}

/// The member under its first name, or under its second.
fn either<'a>(value: &'a Value, first: &str, second: &str) -> &'a Value {
    value.get(first).unwrap_or(&value[second])
}
