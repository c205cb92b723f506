//! Every dialect, streamed and not: bytes, headers, usage.

use futures_util::future::join_all;
use http::{Method, StatusCode};
use model::provider::Dialect;
use model::usage::UsageStatus;
use serde_json::{Value, json};
use sim::provider::{Config, SimProvider};

use crate::client::{Ask, Ending, raw_until};
use crate::house::{CANARY, House};

/// A call as a client makes it.
pub(crate) struct Sample {
    pub(crate) dialect: Dialect,
    pub(crate) target: &'static str,
    pub(crate) body: Value,
}

/// One call for each endpoint that uses tokens, streamed and not. `say` is the prompt.
pub(crate) fn samples(say: &str) -> Vec<Sample> {
    let messages = json!([{ "role": "user", "content": say }]);
    let contents = json!([{ "role": "user", "parts": [{ "text": say }] }]);
    let openai = |target, body| Sample { dialect: Dialect::OpenAi, target, body };
    let anthropic = |target, body| Sample { dialect: Dialect::Anthropic, target, body };
    let gemini = |target| Sample {
        dialect: Dialect::Gemini,
        target,
        body: json!({ "contents": contents.clone() }),
    };
    vec![
        openai(
            "/v1/chat/completions",
            json!({ "model": "gpt-5.5", "messages": messages, "stream": true,
                "stream_options": { "include_usage": true } }),
        ),
        openai("/v1/chat/completions", json!({ "model": "gpt-5.5", "messages": messages })),
        openai("/v1/responses", json!({ "model": "gpt-5.5", "input": say, "stream": true })),
        openai("/v1/responses", json!({ "model": "gpt-5.5", "input": say })),
        openai("/v1/embeddings", json!({ "model": "text-embedding-3-small", "input": say })),
        anthropic(
            "/v1/messages?beta=true",
            json!({ "model": "claude-sonnet-5", "max_tokens": 100, "messages": messages,
                "stream": true }),
        ),
        anthropic(
            "/v1/messages",
            json!({ "model": "claude-sonnet-5", "max_tokens": 100, "messages": messages }),
        ),
        gemini("/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse"),
        gemini("/v1beta/models/gemini-2.5-flash:streamGenerateContent"),
        gemini("/v1beta/models/gemini-2.5-flash:generateContent"),
    ]
}

impl Sample {
    /// The call with a token where the dialect's clients put it.
    pub(crate) fn ask(&self, token: &str) -> Ask {
        let ask = Ask::post(self.target, &self.body);
        match self.dialect {
            Dialect::OpenAi => ask.bearer(token),
            Dialect::Anthropic => {
                ask.header("x-api-key", token).header("anthropic-version", "2023-06-01")
            }
            Dialect::Gemini => ask.header("x-goog-api-key", token),
        }
    }
}

/// P08, S99: what the client gets is what the provider sent, and the provider gets what the client
/// sent. R24: and what the ledger says is what the provider used, in one record.
#[tokio::test]
async fn every_dialect_passes_byte_for_byte_and_is_counted_exactly() {
    for sample in samples("Hello there, tell me something about ropes") {
        let house = House::build().await;
        let direct = SimProvider::start(Config::default()).await.unwrap();
        let expected = sample.ask("any").answer(direct.address()).await;
        let answered = sample.ask(&house.token).answer(house.address()).await;
        assert_eq!(answered.status, StatusCode::OK, "{}", sample.target);
        assert_eq!(answered.body, expected.body, "{}", sample.target);
        assert_eq!(answered.ending, Ending::Whole);
        let exchange = house.exchange();
        assert_eq!(exchange.body.as_ref().unwrap(), sample.body.to_string().as_bytes());
        assert_eq!(exchange.key.as_deref(), Some(CANARY));
        let [record] = &house.close().await[..] else { panic!("one call, one record") };
        assert_eq!(Some(record.tokens), exchange.tokens(), "{}", sample.target);
        assert_eq!(record.status, UsageStatus::Complete, "{}", sample.target);
        assert_eq!(record.http_status, Some(200));
        assert!(record.first_byte_ms.is_some());
        let model = sample.body["model"].as_str().unwrap_or("gemini-2.5-flash");
        assert_eq!(record.model_asked.as_deref(), Some(model));
        assert_eq!(record.model_answered.as_deref(), Some(model));
        assert_eq!(record.session, house.session);
        assert_eq!(record.provider.dialect(), sample.dialect);
    }
}

/// P06: the gateway asks for usage where the client did not, and keeps the answer to itself.
#[tokio::test]
async fn a_client_that_did_not_ask_for_usage_sees_none() {
    let house = House::build().await;
    let body = json!({ "model": "gpt-5.5", "stream": true,
        "messages": [{ "role": "user", "content": "[[say hello]]" }] });
    let ask = Ask::post("/v1/chat/completions", &body).bearer(&house.token);
    let answered = ask.answer(house.address()).await;
    assert!(!answered.text().contains("prompt_tokens"), "{}", answered.text());
    assert!(answered.text().ends_with("data: [DONE]\n\n"));
    let exchange = house.exchange();
    let sent: Value = serde_json::from_slice(exchange.body.as_ref().unwrap()).unwrap();
    assert_eq!(sent["stream_options"], json!({ "include_usage": true }));
    let records = house.close().await;
    assert_eq!((records.len(), Some(records[0].tokens)), (1, exchange.tokens()));
    assert_eq!(records[0].status, UsageStatus::Complete);
}

/// P07, P09, S85: every credential of the client's is gone, the real key is there once, and what
/// nobody knows passes. S90: and the same the other way.
#[tokio::test]
async fn headers_are_written_anew_in_both_directions() {
    let house = House::build().await;
    let ask = Ask::post("/v1/messages?beta=true&key=x", &samples("[[fault cookies]]")[6].body)
        .bearer("acp-proxy")
        .header("x-api-key", &house.token)
        .header("api-key", &house.token)
        .header("cookie", "a=b")
        .header("x-forwarded-for", "1.2.3.4")
        .header("connection", "keep-alive, x-hop")
        .header("x-hop", "1")
        .header("accept-encoding", "gzip, br")
        .header("anthropic-beta", "claude-code-20250219")
        .header("x-nobody-knows", "1");
    let answered = ask.answer(house.address()).await;
    assert_eq!(answered.status, StatusCode::OK);
    let exchange = house.exchange();
    let sent = &exchange.headers;
    assert_eq!(sent.get_all("x-api-key").iter().count(), 1);
    assert_eq!(sent["x-api-key"], CANARY);
    assert_eq!(sent["host"], house.provider.address().to_string());
    assert_eq!(sent["accept-encoding"], "identity");
    assert_eq!(sent["anthropic-beta"], "claude-code-20250219");
    assert_eq!(sent["x-nobody-knows"], "1");
    for gone in ["authorization", "api-key", "cookie", "x-forwarded-for", "x-hop", "connection"] {
        assert!(!sent.contains_key(gone), "{gone}");
    }
    assert_eq!(exchange.query.as_deref(), Some("beta=true"));
    for gone in ["set-cookie", "location", "access-control-allow-origin", "alt-svc"] {
        assert!(!answered.headers.contains_key(gone), "{gone}");
    }
    assert!(answered.headers.contains_key("request-id"));
}

/// P15: token counting and lists of models are forwarded with the key and leave no record.
#[tokio::test]
async fn what_costs_nothing_is_not_recorded() {
    let house = House::build().await;
    let count = json!({ "model": "claude-sonnet-5", "messages": [] });
    let asks = [
        Ask::post("/v1/messages/count_tokens?beta=true", &count),
        Ask::post("/v1beta/models/gemini-2.5-flash:countTokens", &json!({ "contents": [] })),
        Ask::without_body(Method::GET, "/v1/models"),
        Ask::without_body(Method::GET, "/v1/models").header("anthropic-version", "2023-06-01"),
        Ask::without_body(Method::GET, "/v1beta/models/gemini-2.5-flash"),
    ];
    let calls = asks.len();
    for ask in asks {
        let answered = ask.bearer(&house.token).answer(house.address()).await;
        assert_eq!(answered.status, StatusCode::OK, "{}", answered.text());
    }
    assert_eq!(house.provider.exchanges().len(), calls);
    assert_eq!(house.close().await, []);
}

/// P15: Claude Code counts every part of its context at the same time.
#[tokio::test]
async fn token_counting_comes_in_bursts() {
    let house = House::build().await;
    let count = json!({ "model": "claude-sonnet-5", "messages": [] });
    let ask = || Ask::post("/v1/messages/count_tokens?beta=true", &count).bearer(&house.token);
    let answered = join_all((0..15).map(|_| ask().answer(house.address()))).await;
    assert!(answered.iter().all(|answered| answered.status == StatusCode::OK), "{answered:?}");
    assert_eq!(house.provider.exchanges().len(), 15);
    assert_eq!(house.close().await, []);
}

/// P10: whoever stands between the gateway and an agent is asked not to collect, to keep or to
/// change what passes, and nothing is compressed here either.
#[tokio::test]
async fn an_answer_asks_not_to_be_held_back() {
    let house = House::build().await;
    for sample in samples("[[say hello]]") {
        let ask = sample.ask(&house.token).header("accept-encoding", "gzip, br, zstd");
        let answered = ask.answer(house.address()).await;
        assert_eq!(answered.headers["x-accel-buffering"], "no", "{}", sample.target);
        let cached = answered.headers["cache-control"].to_str().unwrap();
        assert!(cached.contains("no-cache") && cached.contains("no-transform"), "{cached}");
        assert!(!answered.headers.contains_key("content-encoding"), "{}", sample.target);
    }
}

/// P13: Claude Code shows how full its context is by the first event of a stream.
#[tokio::test]
async fn the_first_event_tells_the_real_input() {
    let house = House::build().await;
    let sample = &samples("Tell me something about ropes")[5];
    let answered = sample.ask(&house.token).answer(house.address()).await;
    let first = answered.text().lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
    let first: Value = serde_json::from_str(first).unwrap();
    assert_eq!(first["type"], "message_start");
    let usage = &first["message"]["usage"];
    let [truth] = house.truth()[..] else { panic!("one call") };
    assert!(truth.input > 0);
    assert_eq!(usage["input_tokens"], truth.input);
    assert_eq!(usage["cache_creation_input_tokens"], truth.cache_write);
}

/// P16: what an agent says of the prompt cache arrives as it was said, and the record knows for how
/// long it was kept.
#[tokio::test]
async fn what_is_said_of_the_prompt_cache_arrives() {
    let house = House::build().await;
    let kept = json!({ "type": "ephemeral", "ttl": "1h" });
    let body = json!({
        "model": "claude-sonnet-5", "max_tokens": 9,
        "system": [{ "type": "text", "text": "You know all knots.", "cache_control": kept }],
        "messages": [{ "role": "user", "content": "[[say hello]]" }],
    });
    let ask = Ask::post("/v1/messages", &body).header("x-api-key", &house.token);
    let ask = ask.header("anthropic-beta", "extended-cache-ttl-2025-04-11");
    assert_eq!(ask.answer(house.address()).await.status, StatusCode::OK);
    let exchange = house.exchange();
    assert_eq!(exchange.headers["anthropic-beta"], "extended-cache-ttl-2025-04-11");
    assert_eq!(exchange.body.as_ref().unwrap(), body.to_string().as_bytes());
    let [record] = &house.close().await[..] else { panic!("one call, one record") };
    assert_eq!(Some(record.tokens), exchange.tokens());
    assert!(record.tokens.cache_write_1h > 0, "{record:?}");
}

/// P14: Codex asks for a WebSocket first. Told 426 it goes on at once; anything else would have it
/// try again for seconds. It does nothing wrong, so that is no denial.
#[tokio::test]
async fn a_websocket_is_refused_at_once() {
    let house = House::build().await;
    let token = &house.token;
    let request = format!(
        "GET /v1/responses HTTP/1.1\r\nhost: gantline.test\r\nauthorization: Bearer {token}\r\n\
         connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         sec-websocket-extensions: permessage-deflate\r\n\
         openai-beta: responses_websockets=2026-02-06\r\n\r\n"
    );
    let answered = raw_until(house.address(), request.as_bytes(), "upgrade_required").await;
    assert!(answered.starts_with("HTTP/1.1 426 "), "{answered}");
    assert!(answered.contains("upgrade: HTTP/1.1"), "{answered}");
    assert_eq!(house.close().await, []);
    for tenant in [Some(house.tenant), None] {
        assert_eq!(house.store.audit_page(tenant, None, 10).await.unwrap(), []);
    }
    assert!(house.provider.exchanges().is_empty());
}

/// Claude Code asks whether anybody is there, Codex asks for a WebSocket; neither goes further.
#[tokio::test]
async fn some_calls_are_answered_here() {
    let house = House::build().await;
    let probe = Ask::without_body(Method::HEAD, "/").answer(house.address()).await;
    assert_eq!((probe.status, probe.body.len()), (StatusCode::OK, 0));
    let socket = Ask::without_body(Method::GET, "/v1/responses").bearer(&house.token);
    let socket = socket.answer(house.address()).await;
    assert_eq!(socket.status, StatusCode::UPGRADE_REQUIRED);
    assert!(house.provider.exchanges().is_empty());
    assert_eq!(house.close().await, []);
}
