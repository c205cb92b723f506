//! One model call as it is made and answered: OpenAI's chat completions, as agents make them.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderValue, Method, Request};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use memchr::memmem;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// The model that is asked for.
pub(crate) const MODEL: &str = "gpt-5.5";

/// What is asked, and how the answer comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exchange {
    /// Little, and the answer in one piece, as between two steps.
    Whole,
    /// Little, and the answer as server-sent events.
    Streamed,
    /// 228 kB, as with the conversation behind a step, and the answer as server-sent events.
    Large,
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
    /// What the model is called there.
    pub(crate) model: &'static str,
    /// Header fields that it wants beside the usual ones.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// What becomes of the upstream's answer.
    pub(crate) fidelity: Fidelity,
}

/// What becomes of the upstream's answer on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fidelity {
    /// It arrives byte for byte.
    Exact,
    /// It is written anew, with the same words in it.
    Rewritten,
}

/// A connection to a target. Calls follow one another on it.
pub(crate) struct Caller {
    sender: SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
    exchange: Exchange,
    fidelity: Fidelity,
    /// Moves the bytes; ends with the caller.
    _connection: JoinSet<()>,
}

impl Caller {
    /// Connects.
    pub(crate) async fn connect(target: &Target, exchange: Exchange) -> Result<Self> {
        let stream = TcpStream::connect(&target.authority).await.context("connect")?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        let mut tasks = JoinSet::new();
        // What goes wrong on a connection is told to whoever waits for an answer on it.
        tasks.spawn(async move { drop(connection.await) });
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", target.token))?;
        authorization.set_sensitive(true);
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(&target.path)
            .header(HOST, &target.authority)
            .header(AUTHORIZATION, authorization)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in &target.headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::from(question(exchange, target.model)))?;
        Ok(Self { sender, request, exchange, fidelity: target.fidelity, _connection: tasks })
    }

    /// Makes one call and reads its answer, which must be whole.
    pub(crate) async fn call(&mut self) -> Result<()> {
        self.sender.ready().await?;
        let response = self.sender.send_request(self.request.clone()).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        ensure!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&body));
        match self.fidelity {
            Fidelity::Exact => {
                let expected = answer_bytes(self.exchange);
                ensure!(body.len() == expected, "{} of {expected} bytes came", body.len());
            }
            Fidelity::Rewritten => {
                let last = last_words(self.exchange).as_bytes();
                ensure!(memmem::rfind(&body, last).is_some(), "an answer without its last words");
            }
        }
        Ok(())
    }
}

/// What is asked.
pub(crate) fn question(exchange: Exchange, model: &str) -> Bytes {
    let words = "Say in one sentence what this function does, and name its callers. ";
    let system = json!({ "role": "system", "content": "You are a careful engineer." });
    let messages = match exchange {
        Exchange::Whole | Exchange::Streamed => {
            vec![system, json!({ "role": "user", "content": words.repeat(2) })]
        }
        Exchange::Large => {
            let said = ["user", "assistant"].iter().cycle().take(59);
            let said = said.map(|role| json!({ "role": role, "content": words.repeat(57) }));
            [system].into_iter().chain(said).collect()
        }
    };
    let mut question = json!({ "model": model, "messages": messages });
    if exchange != Exchange::Whole {
        question["stream"] = json!(true);
        question["stream_options"] = json!({ "include_usage": true });
    }
    question.to_string().into()
}

/// Whether a question wants its answer as events; the gateways in between write it as they like.
pub(crate) fn wants_events(question: &[u8]) -> bool {
    // Ours says it at its end.
    [&b"\"stream\":true"[..], b"\"stream\": true"]
        .iter()
        .any(|wish| memmem::rfind(question, wish).is_some())
}

/// The answer in one piece.
pub(crate) fn whole() -> Bytes {
    let text = "It adds one record to the ledger and is called where a model call ends. ".repeat(4);
    json!({
        "id": "chatcmpl-bench",
        "object": "chat.completion",
        "created": 1_760_000_000,
        "model": MODEL,
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
        "model": MODEL,
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

fn last_words(exchange: Exchange) -> &'static str {
    match exchange {
        Exchange::Whole => "called where a model call ends. ",
        Exchange::Streamed | Exchange::Large => "piece number 20 ",
    }
}

fn answer_bytes(exchange: Exchange) -> usize {
    match exchange {
        Exchange::Whole => whole().len(),
        Exchange::Streamed | Exchange::Large => events().iter().map(Bytes::len).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_question_is_as_large_as_a_long_conversation() {
        let question = question(Exchange::Large, MODEL);
        assert!((220_000..240_000).contains(&question.len()), "{}", question.len());
        assert!(wants_events(&question));
    }

    #[test]
    fn a_small_question_wants_events_only_if_it_says_so() {
        assert!(wants_events(&question(Exchange::Streamed, MODEL)));
        assert!(!wants_events(&question(Exchange::Whole, MODEL)));
    }
}
