//! Every dialect, streamed and not: bytes, headers, usage.

use http::{Method, StatusCode};
use model::provider::Dialect;
use model::usage::UsageStatus;
use serde_json::{Value, json};
use sim::provider::{Config, SimProvider};

use crate::client::{Ask, Ending};
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

/// S99: what the client gets is what the provider sent, and the provider gets what the client
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

/// The gateway asks for usage where the client did not, and keeps the answer to itself.
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

/// S85: every credential of the client's is gone, the real key is there once, and what nobody
/// knows passes. S90: and the same the other way.
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

/// Token counting and lists of models are forwarded with the key and leave no record.
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
