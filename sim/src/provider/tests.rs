use std::error::Error;
use std::io::ErrorKind;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use model::usage::TokenCounts;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

const DEADLINE: Duration = Duration::from_secs(20);

struct Answered {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answered {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The JSON of every event.
    fn events(&self) -> Vec<Value> {
        let data = self.text().lines().filter_map(|line| line.strip_prefix("data: "));
        data.filter(|data| *data != "[DONE]")
            .map(|data| serde_json::from_str(data).unwrap())
            .collect()
    }
}

async fn start() -> SimProvider {
    SimProvider::start(Config::default()).await.unwrap()
}

fn request(method: Method, target: &str, body: &Value) -> Request<Full<Bytes>> {
    let body = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
    let request = Request::builder().method(method).uri(target).header("host", "sim");
    request.header("authorization", "Bearer glp_test").body(Full::new(body)).unwrap()
}

async fn send(
    provider: &SimProvider,
    request: Request<Full<Bytes>>,
) -> hyper::Result<http::Response<Incoming>> {
    let stream = TcpStream::connect(provider.address()).await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http1::Builder::new().handshake(TokioIo::new(stream)).await?;
    // Ends with the connection, which ends with the response or the runtime of the test.
    tokio::spawn(connection);
    sender.send_request(request).await
}

async fn receive(provider: &SimProvider, request: Request<Full<Bytes>>) -> Answered {
    let answered = async {
        let response = send(provider, request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answered { status: parts.status, headers: parts.headers, body }
    };
    tokio::time::timeout(DEADLINE, answered).await.unwrap()
}

async fn post(provider: &SimProvider, target: &str, body: Value) -> Answered {
    receive(provider, request(Method::POST, target, &body)).await
}

async fn get(provider: &SimProvider, target: &str) -> Answered {
    receive(provider, request(Method::GET, target, &Value::Null)).await
}

async fn tokens(provider: &SimProvider) -> TokenCounts {
    let exchange = provider.exchanges().pop().unwrap();
    assert_eq!(exchange.settled().await, Delivered::Complete);
    exchange.tokens().unwrap()
}

fn chat(text: &str) -> Value {
    json!({ "model": "m", "messages": [{ "role": "user", "content": text }] })
}

fn streamed(mut body: Value) -> Value {
    body["stream"] = json!(true);
    body
}

const CHAT: &str = "/v1/chat/completions";
const GENERATE: &str = "/v1beta/models/g:generateContent";
const STREAM: &str = "/v1beta/models/g:streamGenerateContent?alt=sse";

#[tokio::test]
async fn chat_completions_are_answered_whole_and_streamed() {
    let provider = start().await;
    let whole = post(&provider, CHAT, chat("[[say hello there]]")).await;
    let body = whole.json();
    assert_eq!(body["choices"][0]["message"]["content"], "hello there");
    let used = tokens(&provider).await;
    assert_eq!(body["usage"]["prompt_tokens"], used.input + used.cache_read);
    assert_eq!(body["usage"]["completion_tokens"], used.output);
    assert_eq!(body["usage"]["completion_tokens_details"]["reasoning_tokens"], used.reasoning);

    let mut asking = streamed(chat("[[say hello there]]"));
    asking["stream_options"] = json!({ "include_usage": true });
    let stream = post(&provider, CHAT, asking).await;
    assert_eq!(stream.headers["content-type"], "text/event-stream");
    assert!(stream.text().ends_with("data: [DONE]\n\n"));
    let events = stream.events();
    let said: String = events
        .iter()
        .filter_map(|event| event["choices"][0]["delta"]["content"].as_str())
        .collect();
    assert_eq!(said, "hello there");
    let used = tokens(&provider).await;
    assert_eq!(events.last().unwrap()["usage"]["completion_tokens"], used.output);

    let unasked = post(&provider, CHAT, streamed(chat("[[say hello]]"))).await;
    assert!(!unasked.text().contains("usage"));
    provider.stop().await;
}

#[tokio::test]
async fn responses_are_answered_whole_and_streamed() {
    let provider = start().await;
    let ask = json!({ "model": "m", "input": [
        { "type": "message", "role": "developer", "content": [{ "type": "input_text", "text": "be kind" }] },
        { "type": "message", "role": "user", "content": [{ "type": "input_text", "text": "[[say hello there]]" }] },
    ] });
    let body = post(&provider, "/v1/responses", ask.clone()).await.json();
    assert_eq!(body["output"][0]["content"][0]["text"], "hello there");
    assert_eq!(body["usage"]["output_tokens"], tokens(&provider).await.output);

    let events = post(&provider, "/v1/responses", streamed(ask)).await.events();
    let said: String = events
        .iter()
        .filter(|event| event["type"] == "response.output_text.delta")
        .filter_map(|event| event["delta"].as_str())
        .collect();
    assert_eq!(said, "hello there");
    let used = tokens(&provider).await;
    let last = events.last().unwrap();
    assert_eq!(last["type"], "response.completed");
    assert_eq!(last["response"]["usage"]["input_tokens"], used.input + used.cache_read);
    let numbers = events.iter().map(|event| event["sequence_number"].as_u64().unwrap());
    assert!(numbers.eq(0..events.len() as u64));
    provider.stop().await;
}

#[tokio::test]
async fn messages_are_answered_whole_and_streamed() {
    let provider = start().await;
    let ask = json!({ "model": "m", "max_tokens": 100, "messages": [
        { "role": "user", "content": "before" },
        { "role": "assistant", "content": "yes" },
        { "role": "user", "content": [
            { "type": "text", "text": "<system-reminder>[[say no]]</system-reminder>" },
            { "type": "text", "text": "[[say hello there]]" },
        ] },
    ] });
    let body = post(&provider, "/v1/messages?beta=true", ask.clone()).await.json();
    assert_eq!(body["content"][0]["text"], "hello there");
    let used = tokens(&provider).await;
    assert!(used.cache_read > 0 && used.cache_write > 0, "{used:?}");
    assert_eq!(body["usage"]["input_tokens"], used.input);
    assert_eq!(body["usage"]["cache_read_input_tokens"], used.cache_read);
    assert_eq!(body["usage"]["cache_creation_input_tokens"], used.cache_write);
    assert_eq!(body["usage"]["output_tokens"], used.output);

    let events = post(&provider, "/v1/messages", streamed(ask)).await.events();
    let kinds: Vec<&str> = events.iter().filter_map(|event| event["type"].as_str()).collect();
    assert_eq!((kinds[0], *kinds.last().unwrap()), ("message_start", "message_stop"));
    let used = tokens(&provider).await;
    assert_eq!(events[0]["message"]["usage"]["input_tokens"], used.input);
    let delta = events.iter().find(|event| event["type"] == "message_delta").unwrap();
    assert_eq!(delta["usage"]["output_tokens"], used.output);
    provider.stop().await;
}

#[tokio::test]
async fn gemini_is_answered_whole_streamed_and_as_an_array() {
    let provider = start().await;
    let ask =
        json!({ "contents": [{ "role": "user", "parts": [{ "text": "[[say hello there]]" }] }] });
    let body = post(&provider, GENERATE, ask.clone()).await.json();
    assert_eq!(body["candidates"][0]["content"]["parts"][0]["text"], "hello there");
    let used = tokens(&provider).await;
    let usage = &body["usageMetadata"];
    assert_eq!(usage["promptTokenCount"], used.input + used.cache_read);
    assert_eq!(usage["candidatesTokenCount"], used.output - used.reasoning);
    assert_eq!(usage["thoughtsTokenCount"], used.reasoning);

    let stream = post(&provider, STREAM, ask.clone()).await;
    assert!(stream.text().contains("\r\n\r\n"));
    let events = stream.events();
    let last = events.last().unwrap();
    assert_eq!(last["candidates"][0]["finishReason"], "STOP");
    let used = tokens(&provider).await;
    assert_eq!(last["usageMetadata"]["candidatesTokenCount"], used.output - used.reasoning);

    let array = post(&provider, "/v1beta/models/g:streamGenerateContent", ask).await.json();
    assert!(array.as_array().unwrap().len() > 1);
    provider.stop().await;
}

/// The steps of a turn: a tool, its result, the next tool, and a short end.
#[tokio::test]
async fn directives_are_followed_one_tool_at_a_time() {
    let provider = start().await;
    let tools = json!([
        { "type": "function", "function": { "name": "write_file", "parameters": { "type": "object",
          "properties": { "path": { "type": "string" }, "content": { "type": "string" } },
          "required": ["path", "content"] } } },
        { "type": "function", "function": { "name": "bash", "parameters": { "type": "object",
          "properties": { "command": { "type": "string" } }, "required": ["command"] } } },
    ]);
    let mut ask = chat("please [[write notes.txt hello world]] and [[run cat notes.txt]]");
    ask["tools"] = tools;
    let mut steps = Vec::new();
    for result in ["wrote it", "hello world"] {
        let body = post(&provider, CHAT, ask.clone()).await.json();
        let message = body["choices"][0]["message"].clone();
        assert_eq!(body["choices"][0]["finish_reason"], "tool_calls");
        let call = message["tool_calls"][0].clone();
        let arguments: Value =
            serde_json::from_str(call["function"]["arguments"].as_str().unwrap()).unwrap();
        steps.push((call["function"]["name"].as_str().unwrap().to_owned(), arguments));
        let messages = ask["messages"].as_array_mut().unwrap();
        messages.push(message);
        messages.push(json!({ "role": "tool", "tool_call_id": call["id"], "content": result }));
    }
    assert_eq!(
        steps,
        [
            ("write_file".into(), json!({ "path": "notes.txt", "content": "hello world" })),
            ("bash".into(), json!({ "command": "cat notes.txt" })),
        ]
    );
    let body = post(&provider, CHAT, ask).await.json();
    assert_eq!(body["choices"][0]["message"]["content"], "Done. The tool said: hello world");
    assert_eq!(body["choices"][0]["finish_reason"], "stop");
    provider.stop().await;
}

#[tokio::test]
async fn anything_else_is_answered_in_the_users_language() {
    let provider = start().await;
    let english = post(&provider, CHAT, chat("Who are you?")).await.json();
    let text = english["choices"][0]["message"]["content"].as_str().unwrap();
    assert!(text.contains("scripted model") && text.contains("```"), "{text}");
    let chinese = post(&provider, CHAT, chat("你是谁?")).await.json();
    let text = chinese["choices"][0]["message"]["content"].as_str().unwrap();
    assert!(text.contains("脚本模型"), "{text}");
    provider.stop().await;
}

#[tokio::test]
async fn the_small_endpoints_answer() {
    let provider = start().await;
    let head = receive(&provider, request(Method::HEAD, "/", &Value::Null)).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    assert_eq!(get(&provider, "/v1/responses").await.status, StatusCode::UPGRADE_REQUIRED);
    assert_eq!(get(&provider, "/v1/models").await.json()["object"], "list");
    assert!(get(&provider, "/v1/models?client_version=1").await.json()["models"].is_array());
    assert_eq!(get(&provider, "/v1/models/gpt-5.5").await.json()["id"], "gpt-5.5");
    assert!(get(&provider, "/v1beta/models").await.json()["models"][0]["name"].is_string());
    let mut anthropic = request(Method::GET, "/v1/models", &Value::Null);
    anthropic.headers_mut().insert("anthropic-version", "2023-06-01".parse().unwrap());
    assert_eq!(receive(&provider, anthropic).await.json()["has_more"], false);

    let counted = post(&provider, "/v1/messages/count_tokens", chat("x")).await.json();
    assert!(counted["input_tokens"].as_u64().unwrap() > 0);
    let counted = post(&provider, "/v1beta/models/g:countTokens", chat("x")).await.json();
    assert!(counted["totalTokens"].as_u64().unwrap() > 0);
    assert_eq!(tokens(&provider).await.total(), 0, "counting is free");
    let embedded =
        post(&provider, "/v1/embeddings", json!({ "model": "e", "input": ["a", "b"] })).await;
    assert_eq!(embedded.json()["data"].as_array().unwrap().len(), 2);
    assert_eq!(embedded.json()["usage"]["prompt_tokens"], tokens(&provider).await.input);

    assert_eq!(post(&provider, "/v1/files", json!({})).await.status, StatusCode::NOT_FOUND);
    let mut broken = request(Method::POST, CHAT, &Value::Null);
    *broken.body_mut() = Full::new(Bytes::from_static(b"{nonsense"));
    assert_eq!(receive(&provider, broken).await.status, StatusCode::BAD_REQUEST);
    provider.stop().await;
}

#[tokio::test]
async fn every_request_is_written_down() {
    let config = Config { bodies: Bodies::Kept, ..Config::default() };
    let provider = SimProvider::start(config).await.unwrap();
    let mut asked = request(Method::POST, "/v1/chat/completions?a=b", &chat("[[say x]]"));
    asked.headers_mut().insert("x-session-id", "7".parse().unwrap());
    receive(&provider, asked).await;
    provider.requests_reach(1).await;
    let exchange = provider.exchanges().pop().unwrap();
    assert_eq!((exchange.number, exchange.path.as_str()), (1, CHAT));
    assert_eq!(exchange.query.as_deref(), Some("a=b"));
    assert_eq!(exchange.key.as_deref(), Some("glp_test"));
    assert_eq!(exchange.headers["x-session-id"], "7");
    assert_eq!(exchange.body.as_deref().unwrap(), chat("[[say x]]").to_string().as_bytes());
    assert_eq!(exchange.body_sha256.len(), 64);
    assert_eq!(exchange.status(), Some(StatusCode::OK));
    provider.stop().await;
}

#[tokio::test]
async fn another_key_than_the_configured_one_is_refused_in_the_dialects_shape() {
    let config = Config { key: Some("sk-real".into()), ..Config::default() };
    let provider = SimProvider::start(config).await.unwrap();
    for (target, shape) in
        [(CHAT, "/error/message"), ("/v1/messages", "/error/type"), (GENERATE, "/error/code")]
    {
        let answer = post(&provider, target, chat("x")).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{target}");
        assert!(answer.json().pointer(shape).is_some(), "{target}");
    }
    for header in ["x-api-key", "x-goog-api-key"] {
        let mut right = request(Method::POST, CHAT, &chat("[[say x]]"));
        right.headers_mut().insert(header, "sk-real".parse().unwrap());
        assert_eq!(receive(&provider, right).await.status, StatusCode::OK, "{header}");
    }
    let probe = receive(&provider, request(Method::HEAD, "/", &Value::Null)).await;
    assert_eq!(probe.status, StatusCode::OK);
    provider.stop().await;
}

#[tokio::test]
async fn faults_come_in_the_order_in_which_they_were_given() {
    let provider = start().await;
    provider.fail_next(Fault::Status { status: 503, retry_after_s: None }, 2);
    provider.fail_next(Fault::Status { status: 429, retry_after_s: Some(7) }, 1);
    let mut statuses = Vec::new();
    for _ in 0..4 {
        let answer = post(&provider, CHAT, chat("[[say x]]")).await;
        statuses.push(answer.status.as_u16());
        let wait = answer.headers.get("retry-after").is_some_and(|wait| wait == "7");
        assert_eq!(wait, answer.status == 429);
    }
    assert_eq!(statuses, [503, 503, 429, 200]);
    provider.stop().await;
}

#[tokio::test]
async fn what_fails_once_succeeds_when_it_is_asked_again() {
    let provider = start().await;
    let mut statuses = Vec::new();
    for say in ["a", "a", "b", "a"] {
        let say = format!("[[fault once status 429 retry-after 1]] [[say {say}]]");
        statuses.push(post(&provider, CHAT, chat(&say)).await.status.as_u16());
    }
    assert_eq!(statuses, [429, 200, 429, 200]);
    provider.stop().await;
}

async fn faulty_body(fault: &str) -> (SimProvider, Result<Bytes, hyper::Error>) {
    let provider = start().await;
    let ask = streamed(chat(&format!("[[fault {fault}]] [[say one two three four five]]")));
    let response = send(&provider, request(Method::POST, CHAT, &ask)).await.unwrap();
    let body = tokio::time::timeout(DEADLINE, response.into_body().collect()).await.unwrap();
    (provider, body.map(http_body_util::Collected::to_bytes))
}

#[tokio::test]
async fn a_stream_can_be_cut_in_three_ways() {
    let (provider, clean) = faulty_body("cut 3 clean").await;
    let clean = clean.unwrap();
    let text = std::str::from_utf8(&clean).unwrap();
    assert_eq!(text.matches("data: ").count(), 3);
    assert!(!text.contains("[DONE]"));
    assert_eq!(provider.exchanges()[0].settled().await, Delivered::Cut);
    assert_eq!(provider.exchanges()[0].events_sent(), 3);
    provider.stop().await;

    let reset = |error: hyper::Error| {
        let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
        cause.is_some_and(|cause| cause.kind() == ErrorKind::ConnectionReset)
    };
    let (provider, torn) = faulty_body("cut 2 torn").await;
    assert!(!reset(torn.unwrap_err()));
    provider.stop().await;
    let (provider, torn) = faulty_body("cut 2 reset").await;
    assert!(reset(torn.unwrap_err()));
    assert_eq!(provider.exchanges()[0].settled().await, Delivered::Cut);
    provider.stop().await;
}

#[tokio::test]
async fn a_document_can_be_cut_as_well() {
    let provider = start().await;
    let ask = chat("[[fault cut 2 torn]] [[say one two three]]");
    let response = send(&provider, request(Method::POST, CHAT, &ask)).await.unwrap();
    assert!(response.into_body().collect().await.is_err());
    assert_eq!(provider.exchanges()[0].settled().await, Delivered::Cut);
    provider.stop().await;
}

/// Reads until `enough` says so, then goes away; answers how the provider saw it.
async fn leave_early(fault: &str, enough: impl Fn(&[u8]) -> bool) -> Delivered {
    let provider = start().await;
    let ask = streamed(chat(&format!("{fault} [[say one two three]]")));
    let mut body = send(&provider, request(Method::POST, CHAT, &ask)).await.unwrap().into_body();
    let mut read = Vec::new();
    while !enough(&read) {
        let frame = tokio::time::timeout(DEADLINE, body.frame()).await.unwrap();
        read.extend_from_slice(frame.unwrap().unwrap().data_ref().unwrap());
    }
    drop(body);
    let exchange = provider.exchanges().pop().unwrap();
    let delivered = tokio::time::timeout(DEADLINE, exchange.settled()).await.unwrap();
    provider.stop().await;
    delivered
}

#[tokio::test]
async fn a_client_that_goes_away_is_noticed() {
    let many = |read: &[u8]| read.len() > 500;
    assert_eq!(leave_early("[[slow 1000 5ms]]", many).await, Delivered::Aborted);
    assert_eq!(
        leave_early("[[fault silent 2]]", |read| read.len() > 100).await,
        Delivered::Aborted
    );
    assert_eq!(leave_early("[[fault drip 1ms]]", |read| read.len() > 20).await, Delivered::Aborted);
}

#[tokio::test]
async fn a_line_can_be_endless() {
    let long = |read: &[u8]| read.len() > 1 << 20 && !read[read.len() - 100_000..].contains(&b'\n');
    assert_eq!(leave_early("[[fault endless-line]]", long).await, Delivered::Aborted);
}

#[tokio::test]
async fn a_request_can_stay_without_an_answer() {
    let provider = start().await;
    let ask = request(Method::POST, CHAT, &chat("[[fault hang]]"));
    let waiting = tokio::time::timeout(Duration::from_millis(50), send(&provider, ask));
    assert!(waiting.await.is_err());
    provider.stop().await;
}

/// Sends a request by hand and reads whatever comes until the end.
async fn raw(fault: &str) -> Vec<u8> {
    let provider = start().await;
    let body = chat(&format!("[[fault {fault}]]")).to_string();
    let head =
        format!("POST {CHAT} HTTP/1.1\r\nhost: sim\r\ncontent-length: {}\r\n\r\n", body.len());
    let mut stream = TcpStream::connect(provider.address()).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut read = Vec::new();
    tokio::time::timeout(DEADLINE, stream.read_to_end(&mut read)).await.unwrap().unwrap();
    provider.stop().await;
    read
}

#[tokio::test]
async fn headers_can_be_poisoned_or_huge() {
    let poisoned = raw("crlf-headers").await;
    let text = String::from_utf8(poisoned).unwrap();
    assert!(text.contains("request-id: a\rset-cookie: lone=1\r\n"), "{text}");
    assert!(text.contains("\r\n set-cookie: folded=1\r\n"), "{text}");
    assert_eq!(text.matches("HTTP/1.1 200").count(), 2, "{text}");

    let huge = raw("huge-headers").await;
    let head = huge.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    assert!(head > 1024 * 1024);
}

#[tokio::test]
async fn the_key_can_be_echoed() {
    let provider = start().await;
    let answer = post(&provider, CHAT, chat("[[fault echo-key]]")).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.text().contains("glp_test"));
    assert_eq!(answer.headers["x-request-id"], "glp_test");
    let answer =
        post(&provider, CHAT, streamed(chat("[[fault echo-key-in-stream]] [[say a b]]"))).await;
    assert!(answer.text().contains("glp_test"));
    provider.stop().await;
}

#[tokio::test]
async fn an_answer_can_be_compressed_unasked() {
    let provider = start().await;
    let answer = post(&provider, CHAT, chat("[[fault gzip]] [[say hello]]")).await;
    assert_eq!(answer.headers["content-encoding"], "gzip");
    let body = &answer.body;
    assert_eq!(&body[..3], [0x1f, 0x8b, 8]);
    // One block that is stored as it is: five bytes before it, checksum and length behind it.
    let stored = &body[15..body.len() - 8];
    let trailer =
        [crc32fast::hash(stored).to_le_bytes(), u32::try_from(stored.len()).unwrap().to_le_bytes()];
    assert_eq!(body[body.len() - 8..], trailer.concat());
    let document: Value = serde_json::from_slice(stored).unwrap();
    assert_eq!(document["choices"][0]["message"]["content"], "hello");
    provider.stop().await;
}

#[tokio::test]
async fn an_upstream_can_behave_like_a_web_site() {
    let provider = start().await;
    let redirect = post(&provider, CHAT, chat("[[fault redirect]]")).await;
    assert_eq!(redirect.status, StatusCode::TEMPORARY_REDIRECT);
    assert!(redirect.headers.contains_key("location"));
    let cookies = post(&provider, CHAT, chat("[[fault cookies]] [[say x]]")).await;
    assert!(cookies.headers.contains_key("set-cookie"));
    let silent = post(&provider, CHAT, chat("[[fault no-usage]] [[say x]]")).await;
    assert!(silent.json().get("usage").is_none());
    assert!(tokens(&provider).await.total() > 0, "it was used all the same");
    provider.stop().await;
}

#[tokio::test]
async fn stopping_closes_what_is_open() {
    let provider = start().await;
    let ask = streamed(chat("[[fault silent 1]]"));
    let mut body = send(&provider, request(Method::POST, CHAT, &ask)).await.unwrap().into_body();
    body.frame().await.unwrap().unwrap();
    let address = provider.address();
    tokio::time::timeout(DEADLINE, provider.stop()).await.unwrap();
    assert!(body.frame().await.is_none_or(|frame| frame.is_err()));
    assert!(TcpStream::connect(address).await.is_err());
}

#[test]
fn of_many_requests_the_newest_are_kept() {
    let records = Records::default();
    for _ in 0..1_005 {
        records.add(record::Arrival {
            method: Method::GET,
            path: "/".into(),
            query: None,
            headers: HeaderMap::new(),
            body_sha256: String::new(),
            body: None,
            key: None,
        });
    }
    let kept = records.all();
    assert_eq!((kept.len(), kept[0].number, kept[999].number), (1_000, 6, 1_005));
}
