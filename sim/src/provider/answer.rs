//! From a request to its answer.

use std::sync::Arc;

use aws_lc_rs::digest;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use model::provider::Dialect;
use model::usage::TokenCounts;
use serde_json::{Value, json};

use super::failing;
use super::gemini::Framing;
use super::prompt::{Delivery, Prompt};
use super::record::{Arrival, Delivered, Exchange};
use super::route::{self, Route, Writing};
use super::script::{self, Reply};
use super::stream::{Body, Script};
use super::wire::Switch;
use super::{Bodies, Shared};
use super::{anthropic, chat, gemini, models, responses};

const MAX_BODY_BYTES: usize = 64 * 1024 * 1024;

/// Names the parts of one answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ids(u64);

impl Ids {
    /// When everything was made: 21 November 2025.
    pub(super) const CREATED: i64 = 1_763_683_200;

    pub(super) fn of(self, kind: &str) -> String {
        format!("{kind}_sim{:08}", self.0)
    }
}

/// What an answer says that it used.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbers(pub(super) TokenCounts);

/// An answer that has not been sent.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) script: Script,
    /// What it uses if all of it arrives.
    pub(super) tokens: TokenCounts,
}

/// Answers a request and writes down what happened.
pub(super) async fn answer(
    shared: &Shared,
    switch: Switch,
    request: Request<Incoming>,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, MAX_BODY_BYTES).collect().await;
    let body = body.map(http_body_util::Collected::to_bytes);
    let path = parts.uri.path().to_owned();
    let query = parts.uri.query().map(ToOwned::to_owned);
    let read = body.as_ref().ok();
    let exchange = shared.records.add(Arrival {
        key: key(&parts.headers, query.as_deref()),
        body_sha256: read.map_or_else(String::new, sha256),
        body: read.filter(|_| shared.config.bodies == Bodies::Kept).cloned(),
        method: parts.method,
        path,
        query,
        headers: parts.headers,
    });
    let Ok(body) = body else {
        let prepared = refused(Dialect::OpenAi, StatusCode::PAYLOAD_TOO_LARGE, "too large");
        return send(prepared, &exchange, switch);
    };
    let route = route::find(&exchange);
    match prepare(shared, &exchange, &switch, route, &body) {
        Some(prepared) => send(prepared, &exchange, switch),
        None => hang(&exchange).await,
    }
}

/// `None` where the request is never answered.
fn prepare(
    shared: &Shared,
    exchange: &Exchange,
    switch: &Switch,
    route: Option<Route>,
    body: &[u8],
) -> Option<Prepared> {
    let Some(route) = route else {
        return Some(refused(Dialect::OpenAi, StatusCode::NOT_FOUND, "no such endpoint"));
    };
    let dialect = route.dialect();
    let wanted = shared.config.key.as_ref().filter(|_| route.wants_key());
    if wanted.is_some() && exchange.key.as_ref() != wanted {
        return Some(refused(dialect, StatusCode::UNAUTHORIZED, "wrong or missing key"));
    }
    let body = || serde_json::from_slice::<Value>(body);
    Some(match route {
        Route::Probe => plain(StatusCode::OK, String::new()),
        Route::Socket => refused(dialect, StatusCode::UPGRADE_REQUIRED, "no WebSocket here"),
        Route::Models { dialect, name } => {
            document(&models(dialect, name.as_deref(), exchange), TokenCounts::default())
        }
        Route::Count { dialect } => document(&count(dialect, body), TokenCounts::default()),
        Route::Embeddings => match body() {
            Ok(body) => embeddings(&body),
            Err(_) => refused(dialect, StatusCode::BAD_REQUEST, "the body is not JSON"),
        },
        Route::Write(writing) => match body() {
            Ok(body) => return write(shared, exchange, switch, &writing, &body),
            Err(_) => refused(dialect, StatusCode::BAD_REQUEST, "the body is not JSON"),
        },
    })
}

/// The model answers.
fn write(
    shared: &Shared,
    exchange: &Exchange,
    switch: &Switch,
    writing: &Writing,
    body: &Value,
) -> Option<Prepared> {
    let prompt = read(writing, body);
    let mut reply = script::reply(&prompt);
    let first = reply.fault_once.take().filter(|_| shared.is_first(prompt.last_user()));
    let fault = reply.fault.take().or(first).or_else(|| shared.next_fault());
    let key = exchange.key.as_deref().unwrap_or("");
    if let Some(fault) = &fault {
        failing::change_reply(fault, &mut reply, key);
    }
    let tokens = tokens(writing, &prompt, &reply, body);
    let numbers = (!failing::hides_usage(fault.as_ref())).then_some(Numbers(tokens));
    let ids = Ids(exchange.number);
    let pace = reply.every.unwrap_or(shared.config.pace);
    let streamed = prompt.delivery == Delivery::Streamed;
    let (events, content_type) = if streamed {
        (stream_events(writing, &reply, &prompt, numbers, ids), writing.stream_type())
    } else {
        (vec![whole(writing, &reply, &prompt, numbers, ids)], "application/json")
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(id) = HeaderValue::try_from(ids.of("req")) {
        headers.insert("request-id", id.clone());
        headers.insert("x-request-id", id);
    }
    let script = Script::of(events, pace);
    let prepared = Prepared { status: StatusCode::OK, headers, script, tokens };
    match fault {
        Some(fault) => failing::change_answer(&fault, prepared, writing.dialect(), key, switch),
        None => Some(prepared),
    }
}

fn read(writing: &Writing, body: &Value) -> Prompt {
    match writing {
        Writing::Chat => chat::read(body),
        Writing::Responses => responses::read(body),
        Writing::Messages => anthropic::read(body),
        Writing::Generate { model } => gemini::read(body, model, Delivery::Whole),
        Writing::Stream { model, .. } => gemini::read(body, model, Delivery::Streamed),
    }
}

fn whole(
    writing: &Writing,
    reply: &Reply,
    prompt: &Prompt,
    numbers: Option<Numbers>,
    ids: Ids,
) -> String {
    let model = &prompt.model;
    match writing {
        Writing::Chat => chat::document(reply, model, numbers, ids),
        Writing::Responses => responses::document(reply, model, numbers, ids),
        Writing::Messages => anthropic::document(reply, model, numbers, ids),
        Writing::Generate { .. } | Writing::Stream { .. } => {
            gemini::document(reply, model, numbers, ids)
        }
    }
}

fn stream_events(
    writing: &Writing,
    reply: &Reply,
    prompt: &Prompt,
    numbers: Option<Numbers>,
    ids: Ids,
) -> Vec<String> {
    let model = &prompt.model;
    match writing {
        Writing::Chat => chat::events(reply, prompt, numbers, ids),
        Writing::Responses => responses::events(reply, model, numbers, ids),
        Writing::Messages => anthropic::events(reply, model, numbers, ids),
        Writing::Generate { .. } => gemini::events(reply, model, Framing::Events, numbers, ids),
        Writing::Stream { framing, .. } => gemini::events(reply, model, *framing, numbers, ids),
    }
}

/// Numbers that follow from the request and the answer alone: a token for every four bytes, half
/// of the input from a cache where the conversation is continued, five tokens of reasoning where
/// the dialect tells of reasoning. What is written to the cache is kept for an hour where the request
/// says so anywhere.
fn tokens(writing: &Writing, prompt: &Prompt, reply: &Reply, body: &Value) -> TokenCounts {
    let sent = body.to_string();
    let all = (sent.len() as u64).div_ceil(4);
    let cache_read = if prompt.is_continued() { all / 2 } else { 0 };
    let anthropic = writing.dialect() == Dialect::Anthropic;
    let cache_write = if anthropic { all / 8 } else { 0 };
    let reasoning = if anthropic { 0 } else { 5 };
    let call = reply.call.as_ref().map_or(0, |call| format!("{call:?}").len());
    let said = (reply.whole_text().len() + call) as u64;
    TokenCounts {
        input: all - cache_read - cache_write,
        cache_read,
        cache_write,
        cache_write_1h: if sent.contains(r#""ttl":"1h""#) { cache_write } else { 0 },
        output: said.div_ceil(4).max(1) + reasoning,
        reasoning,
    }
}

fn models(dialect: Dialect, name: Option<&str>, exchange: &Exchange) -> Value {
    let codex = exchange.query.as_deref().is_some_and(|query| query.contains("client_version"));
    match (dialect, name) {
        (Dialect::OpenAi, None) if codex => models::codex(),
        (Dialect::OpenAi, None) => models::openai(),
        (Dialect::OpenAi, Some(name)) => models::openai_model(name),
        (Dialect::Anthropic, None) => models::anthropic(),
        (Dialect::Anthropic, Some(name)) => models::anthropic_model(name),
        (Dialect::Gemini, None) => models::gemini(),
        (Dialect::Gemini, Some(name)) => models::gemini_model(name),
    }
}

/// Counts as [`tokens`] does.
fn count<E>(dialect: Dialect, body: impl Fn() -> Result<Value, E>) -> Value {
    let tokens = body().map_or(0, |body| (body.to_string().len() as u64).div_ceil(4));
    match dialect {
        Dialect::Gemini => gemini::counted(tokens),
        Dialect::OpenAi | Dialect::Anthropic => anthropic::counted(tokens),
    }
}

fn embeddings(body: &Value) -> Prepared {
    let inputs = match &body["input"] {
        Value::Array(inputs) => inputs.len(),
        _ => 1,
    };
    let tokens = (body.to_string().len() as u64).div_ceil(4);
    let vector = json!([0.25, -0.5, 0.125, 1.0]);
    let data: Vec<Value> = (0..inputs)
        .map(|index| json!({ "object": "embedding", "index": index, "embedding": vector }))
        .collect();
    let answer = json!({
        "object": "list", "model": body["model"], "data": data,
        "usage": { "prompt_tokens": tokens, "total_tokens": tokens },
    });
    document(&answer, TokenCounts { input: tokens, ..TokenCounts::default() })
}

fn document(answer: &Value, tokens: TokenCounts) -> Prepared {
    Prepared { tokens, ..plain(StatusCode::OK, answer.to_string()) }
}

/// An error in the dialect's own shape.
pub(super) fn refused(dialect: Dialect, status: StatusCode, message: &str) -> Prepared {
    let body = match dialect {
        Dialect::OpenAi => json!({
            "error": { "message": message, "type": "sim_error", "param": null, "code": null },
        }),
        Dialect::Anthropic => {
            json!({ "type": "error", "error": { "type": "sim_error", "message": message } })
        }
        Dialect::Gemini => json!({
            "error": { "code": status.as_u16(), "message": message, "status": "INTERNAL" },
        }),
    };
    plain(status, body.to_string())
}

fn plain(status: StatusCode, body: String) -> Prepared {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let script = Script::of([body], std::time::Duration::ZERO);
    Prepared { status, headers, script, tokens: TokenCounts::default() }
}

fn send(prepared: Prepared, exchange: &Arc<Exchange>, switch: Switch) -> Response<Body> {
    exchange.decide(prepared.status, prepared.tokens);
    if exchange.method == Method::HEAD {
        // The body of an answer to it is never asked for.
        exchange.settle(Delivered::Complete);
    }
    let mut response = Response::new(prepared.script.into_body(exchange.clone(), switch));
    *response.status_mut() = prepared.status;
    *response.headers_mut() = prepared.headers;
    response
}

/// Waits until the client goes away.
async fn hang(exchange: &Exchange) -> Response<Body> {
    struct Abandoned<'a>(&'a Exchange);
    impl Drop for Abandoned<'_> {
        fn drop(&mut self) {
            self.0.settle(Delivered::Aborted);
        }
    }
    let _abandoned = Abandoned(exchange);
    std::future::pending().await
}

/// The key, from wherever a dialect puts it.
fn key(headers: &HeaderMap, query: Option<&str>) -> Option<String> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = text("authorization").map(|value| value.trim_start_matches("Bearer "));
    let in_query =
        query.and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("key=")));
    let key = text("x-api-key").or(text("x-goog-api-key")).or(bearer).or(in_query);
    key.map(ToOwned::to_owned)
}

fn sha256(body: &Bytes) -> String {
    hex::encode(digest::digest(&digest::SHA256, body))
}
