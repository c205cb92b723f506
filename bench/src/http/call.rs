//! One model call as it is made and answered: OpenAI's chat completions, small, as agents make
//! them between two steps.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderValue, Method, Request};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// How an answer comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// In one piece.
    Whole,
    /// As server-sent events.
    Streamed,
}

/// Where calls go.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// Host and port.
    pub(crate) authority: String,
    /// The whole path of the endpoint.
    pub(crate) path: String,
    /// What lets the caller in.
    pub(crate) token: String,
}

/// A connection to a target. Calls follow one another on it.
pub(crate) struct Caller {
    sender: SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
    answer: Answer,
    /// Moves the bytes; ends with the caller.
    _connection: JoinSet<()>,
}

impl Caller {
    /// Connects.
    pub(crate) async fn connect(target: &Target, answer: Answer) -> Result<Self> {
        let stream = TcpStream::connect(&target.authority).await.context("connect")?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        let mut tasks = JoinSet::new();
        // What goes wrong on a connection is told to whoever waits for an answer on it.
        tasks.spawn(async move { drop(connection.await) });
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", target.token))?;
        authorization.set_sensitive(true);
        let request = Request::builder()
            .method(Method::POST)
            .uri(&target.path)
            .header(HOST, &target.authority)
            .header(AUTHORIZATION, authorization)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(Full::from(question(answer)))?;
        Ok(Self { sender, request, answer, _connection: tasks })
    }

    /// Makes one call and reads its answer, which must be whole.
    pub(crate) async fn call(&mut self) -> Result<()> {
        self.sender.ready().await?;
        let response = self.sender.send_request(self.request.clone()).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        ensure!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&body));
        let expected = answer_bytes(self.answer);
        ensure!(body.len() == expected, "{} of {expected} bytes came", body.len());
        Ok(())
    }
}

/// What is asked.
pub(crate) fn question(answer: Answer) -> Bytes {
    let words = "Say in one sentence what this function does, and name its callers. ".repeat(2);
    let mut question = json!({
        "model": "gpt-5.5",
        "messages": [
            { "role": "system", "content": "You are a careful engineer." },
            { "role": "user", "content": words },
        ],
    });
    if answer == Answer::Streamed {
        question["stream"] = json!(true);
        question["stream_options"] = json!({ "include_usage": true });
    }
    question.to_string().into()
}

/// The answer in one piece.
pub(crate) fn whole() -> Bytes {
    let text = "It adds one record to the ledger and is called where a model call ends. ".repeat(4);
    json!({
        "id": "chatcmpl-bench",
        "object": "chat.completion",
        "created": 1_760_000_000,
        "model": "gpt-5.5",
        "choices": [{
            "index": 0,
            "message": { "role": "assistant", "content": text },
            "finish_reason": "stop",
        }],
        "usage": usage(),
    })
    .to_string()
    .into()
}

/// The answer as server-sent events: twenty pieces of text, its end, the usage, and the mark after
/// which nothing follows.
pub(crate) fn events() -> Vec<Bytes> {
    let pieces = (1..=20).map(|number| {
        let text = format!("piece number {number} ");
        event(&json!([{ "index": 0, "delta": { "content": text } }]), None)
    });
    let end = json!([{ "index": 0, "delta": {}, "finish_reason": "stop" }]);
    let last = [event(&end, None), event(&json!([]), Some(usage())), "data: [DONE]\n\n".into()];
    pieces.chain(last).collect()
}

fn event(choices: &serde_json::Value, usage: Option<serde_json::Value>) -> Bytes {
    let mut chunk = json!({
        "id": "chatcmpl-bench",
        "object": "chat.completion.chunk",
        "created": 1_760_000_000,
        "model": "gpt-5.5",
        "choices": choices,
    });
    if let Some(usage) = usage {
        chunk["usage"] = usage;
    }
    format!("data: {chunk}\n\n").into()
}

fn usage() -> serde_json::Value {
    json!({ "prompt_tokens": 42, "completion_tokens": 64, "total_tokens": 106 })
}

fn answer_bytes(answer: Answer) -> usize {
    match answer {
        Answer::Whole => whole().len(),
        Answer::Streamed => events().iter().map(Bytes::len).sum(),
    }
}
