//! Asking a model: chat completions, streaming, with tools.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use model::ExposeSecret;
use serde_json::{Value, json};

use super::ModelAccess;
use super::turn::{Step, Stop, Turn};

/// How much of an answer is taken in.
const MAX_ANSWER_BYTES: usize = 8 * 1024 * 1024;

/// How much of an error is read.
const MAX_ERROR_BYTES: usize = 64 * 1024;

const INTERNAL: i64 = -32603;

/// What a model has answered. Its text was said while it came.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) calls: Vec<Call>,
    pub(super) total_tokens: Option<u64>,
    finished: bool,
}

/// A tool that the model wants to use.
#[derive(Debug, Clone, Default)]
pub(super) struct Call {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) arguments: String,
}

/// Asks, and says the text as it comes.
pub(super) async fn ask(turn: &Turn, access: &ModelAccess, messages: &[Value]) -> Step<Answer> {
    let answer = async {
        let response = send(turn, access, messages).await?;
        read(turn, response).await
    };
    tokio::select! {
        answer = answer => answer,
        () = turn.cancelled.cancelled() => Err(Stop::Cancelled),
    }
}

async fn send(turn: &Turn, access: &ModelAccess, messages: &[Value]) -> Step<Response<Incoming>> {
    let body = json!({
        "model": turn.session.settings().model,
        "messages": messages,
        "tools": tools(),
        "stream": true,
        "stream_options": { "include_usage": true },
    });
    let request = Request::post(format!("{}/chat/completions", access.base_url))
        .header(CONTENT_TYPE, "application/json")
        .header(AUTHORIZATION, format!("Bearer {}", access.key.expose_secret()))
        .body(Full::new(Bytes::from(body.to_string())))
        .map_err(|error| problem(format!("the model's address cannot be used: {error}")))?;
    let client = Client::builder(TokioExecutor::new()).build_http();
    let response = client
        .request(request)
        .await
        .map_err(|error| problem(format!("the model cannot be reached: {}", cause(&error))))?;
    if response.status().is_success() { Ok(response) } else { Err(refusal(response).await) }
}

async fn refusal(response: Response<Incoming>) -> Stop {
    let status = response.status().as_u16();
    let body = Limited::new(response.into_body(), MAX_ERROR_BYTES).collect().await;
    let bytes = body.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    match body["error"]["message"].as_str() {
        Some(message) => problem(message.to_owned()),
        None => problem(format!("the model answered with status {status}")),
    }
}

/// Reads server-sent events until the model is done.
async fn read(turn: &Turn, response: Response<Incoming>) -> Step<Answer> {
    let mut body = response.into_body();
    let mut answer = Answer::default();
    let mut calls = BTreeMap::<u64, Call>::new();
    let mut waiting: Vec<u8> = Vec::new();
    let mut taken_in = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            problem(format!("the model's answer was cut off: {}", cause(&error)))
        })?;
        let Some(data) = frame.data_ref() else { continue };
        taken_in += data.len();
        if taken_in > MAX_ANSWER_BYTES {
            return Err(problem("the model's answer is too long".to_owned()));
        }
        waiting.extend_from_slice(data);
        while let Some(end) = waiting.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = waiting.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            if let Some(event) = line.trim_end().strip_prefix("data:") {
                take_in(turn, event.trim(), &mut answer, &mut calls).await?;
            }
        }
    }
    answer.calls = calls.into_values().collect();
    if answer.finished {
        Ok(answer)
    } else {
        Err(problem("the model's answer is incomplete".into()))
    }
}

async fn take_in(
    turn: &Turn,
    event: &str,
    answer: &mut Answer,
    calls: &mut BTreeMap<u64, Call>,
) -> Step {
    let Ok(event) = serde_json::from_str::<Value>(event) else { return Ok(()) };
    if let Some(message) = event["error"]["message"].as_str() {
        return Err(problem(message.to_owned()));
    }
    answer.total_tokens = event["usage"]["total_tokens"].as_u64().or(answer.total_tokens);
    let choice = &event["choices"][0];
    answer.finished |= choice["finish_reason"].is_string();
    for part in choice["delta"]["tool_calls"].as_array().into_iter().flatten() {
        let call = calls.entry(part["index"].as_u64().unwrap_or_default()).or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        call.id.push_str(&text(&part["id"]));
        call.name.push_str(&text(&part["function"]["name"]));
        call.arguments.push_str(&text(&part["function"]["arguments"]));
    }
    match choice["delta"]["content"].as_str() {
        Some(piece) if !piece.is_empty() => {
            answer.text.push_str(piece);
            turn.say_piece(piece).await
        }
        _ => Ok(()),
    }
}

fn tools() -> Value {
    let tool = |name: &str, description: &str, properties: Value, required: Value| {
        let parameters =
            json!({ "type": "object", "properties": properties, "required": required });
        json!({ "type": "function", "function": {
            "name": name, "description": description, "parameters": parameters,
        } })
    };
    let text = |description: &str| json!({ "type": "string", "description": description });
    let path = || text("Path of the file, relative to the working directory");
    json!([
        tool(
            "write_file",
            "Makes or replaces a file. The user is asked first.",
            json!({ "path": path(), "content": text("The whole content of the file") }),
            json!(["path", "content"]),
        ),
        tool("read_file", "Reads a file", json!({ "path": path() }), json!(["path"])),
        tool(
            "run_shell_command",
            "Runs a command in the working directory. The user is asked first.",
            json!({ "command": text("The command line") }),
            json!(["command"]),
        ),
    ])
}

fn problem(message: String) -> Stop {
    Stop::Error { code: INTERNAL, message }
}

/// The innermost reason, which says more than the outer ones.
fn cause(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
