//! Whatever is wrong with a call: a refusal in the shape of its dialect that says what is allowed, one
//! record of it, and nothing goes further.

use bytes::Bytes;
use http::StatusCode;
use model::provider::Dialect;
use serde_json::{Value, json};

use crate::client::{Answered, Ask};
use crate::house::{House, Plan};

/// The largest body that is taken.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// A dialect's shape of errors, and the call by which it is tried.
struct Caller {
    dialect: Dialect,
    target: &'static str,
    /// The only model of its session, and how that is said.
    model: &'static str,
    allowed: &'static str,
    /// Endpoints that its provider has and that do not exist here.
    elsewhere: &'static [&'static str],
    /// A provider that speaks another dialect.
    stranger: &'static str,
    /// What a call is refused with that may not be made.
    forbidden: StatusCode,
}

/// A call that must be refused.
struct Bad {
    target: String,
    header: Option<(&'static str, &'static str)>,
    body: Bytes,
    code: &'static str,
    /// What of the refusal is about this call.
    says: &'static str,
}

const CHAT: Caller = Caller {
    dialect: Dialect::OpenAi,
    target: "/v1/chat/completions",
    model: "gpt-5.5",
    allowed: "Allowed: gpt-5.5.",
    elsewhere: &["/v1/files", "/v1/fine_tuning/jobs", "/v1/assistants", "/v1/audio/speech"],
    stranger: "anthropic",
    forbidden: StatusCode::FORBIDDEN,
};

const RESPONSES: Caller = Caller {
    dialect: Dialect::OpenAi,
    target: "/v1/responses",
    model: "gpt-5.5",
    allowed: "Allowed: gpt-5.5.",
    elsewhere: &["/v1/responses/compact", "/v1/responses/resp_1/cancel"],
    stranger: "google",
    forbidden: StatusCode::BAD_REQUEST,
};

const MESSAGES: Caller = Caller {
    dialect: Dialect::Anthropic,
    target: "/v1/messages",
    model: "claude-sonnet-5",
    allowed: "Allowed: claude-sonnet-5.",
    elsewhere: &["/v1/messages/batches", "/v1/messages/batches/b_1/results"],
    stranger: "openai",
    forbidden: StatusCode::FORBIDDEN,
};

const GENERATE: Caller = Caller {
    dialect: Dialect::Gemini,
    target: "/v1beta/models/gemini-2.5-flash:generateContent",
    model: "gemini-2.5-flash",
    allowed: "Allowed: gemini-2.5-flash.",
    elsewhere: &[
        "/v1beta/files",
        "/v1beta/cachedContents",
        "/v1beta/models/gemini-2.5-flash:batchGenerateContent",
    ],
    stranger: "openai",
    forbidden: StatusCode::FORBIDDEN,
};

impl Caller {
    /// A body as this dialect wants it, for a model by its name in the body or in the path.
    fn good(&self) -> Value {
        match self.dialect {
            Dialect::Gemini => json!({ "contents": [] }),
            Dialect::Anthropic => json!({ "model": self.model, "max_tokens": 1, "messages": [] }),
            Dialect::OpenAi => json!({ "model": self.model, "messages": [], "input": "x" }),
        }
    }

    fn bad(&self, code: &'static str, says: &'static str) -> Bad {
        let body = Bytes::from(self.good().to_string());
        Bad { target: self.target.to_owned(), header: None, body, code, says }
    }

    /// The call with one more member in its body.
    fn with(&self, name: &str, value: Value, code: &'static str, says: &'static str) -> Bad {
        let mut body = self.good();
        body[name] = value;
        Bad { body: Bytes::from(body.to_string()), ..self.bad(code, says) }
    }

    /// Models that are not in the list, however close to one that is.
    fn models(&self) -> Vec<Bad> {
        let says = self.allowed;
        let close = [
            "another-model".to_owned(),
            self.model.to_uppercase(),
            format!("{}.", self.model),
            format!("{}-latest", self.model),
            format!("vendor:{}", self.model),
        ];
        let named = |name: String| match self.dialect {
            // Its models stand in the path, where a colon begins what is to be done with them.
            Dialect::Gemini => Bad {
                target: self.target.replace(self.model, &name.replace(':', "-")),
                ..self.bad("model_not_allowed", says)
            },
            _ => self.with("model", name.into(), "model_not_allowed", says),
        };
        let mut bad: Vec<_> = close.into_iter().map(named).collect();
        bad.push(self.with("models", json!([self.model, "x"]), "model_not_allowed", says));
        bad.push(self.with("fallbacks", json!([{ "model": "x" }]), "model_not_allowed", says));
        if self.dialect == Dialect::Gemini {
            let other = json!("models/gemini-2.5-pro");
            bad.push(self.with("model", other, "invalid_request", "name different models"));
        } else {
            for name in [format!(" {}", self.model), format!("{} ", self.model)] {
                bad.push(self.with("model", name.into(), "model_not_allowed", says));
            }
        }
        bad
    }

    /// Bodies that are none, or that can be read in two ways.
    fn bodies(&self) -> Vec<Bad> {
        let deep = format!("{{\"x\":{}{}}}", "[".repeat(600), "]".repeat(600));
        let twice = self.good().to_string().replacen('{', "{\"stream\":false,\"stream\":true,", 1);
        let cased = self.good().to_string().replacen('{', "{\"Model\":\"x\",", 1);
        let large = format!("{{\"x\":\"{}\"}}", "y".repeat(MAX_BODY_BYTES));
        let bodies = [
            (String::new(), "invalid_request", "not valid JSON"),
            ("{\"model\":\"x\"".to_owned(), "invalid_request", "not valid JSON"),
            ("model=x".to_owned(), "invalid_request", "not valid JSON"),
            ("{} {}".to_owned(), "invalid_request", "not valid JSON"),
            ("[{}]".to_owned(), "invalid_request", "must be a JSON object"),
            (deep, "invalid_request", "not valid JSON"),
            (twice, "invalid_request", "twice"),
            (cased, "invalid_request", "differs from"),
            (large, "request_too_large", "larger than 65536 bytes"),
        ];
        let bad = |(body, code, says)| Bad { body: Bytes::from(body), ..self.bad(code, says) };
        let mut bad: Vec<_> = bodies.into_iter().map(bad).collect();
        // What is compressed is not unpacked to be looked at (S92).
        let packed = Bytes::from_static(b"\x1f\x8b\x08\0\0\0\0\0\0\x03");
        let header = Some(("content-encoding", "gzip"));
        bad.push(Bad {
            body: packed,
            header,
            ..self.bad("invalid_request", "not valid JSON at byte 0")
        });
        bad
    }

    /// Other endpoints, other providers, and paths with tricks in them.
    fn paths(&self) -> Vec<Bad> {
        let tricks =
            ["/../files", "/%2e%2e/files", "/%2e%2e%2ffiles", "%00", "%5c..%5cfiles", ";x=1"];
        let tricks = tricks.map(|trick| format!("{}{trick}", self.target));
        let elsewhere = self.elsewhere.iter().map(|path| (*path).to_owned());
        let unknown = |target| Bad {
            target,
            ..self.bad("endpoint_not_allowed", "is not available here. Available are")
        };
        let mut bad: Vec<_> = elsewhere.chain(tricks).map(unknown).collect();
        bad.push(Bad {
            target: format!("/{}{}", self.stranger, self.target),
            ..self.bad("provider_not_allowed", "It answers")
        });
        if self.dialect == Dialect::OpenAi {
            // The one body that is promised to the letter, in every dialect.
            bad.push(Bad {
                target: format!("/qwen{}", self.target),
                ..self.bad("config_error", "No API key configured for provider 'qwen'")
            });
        }
        bad
    }

    /// Places that the caller chooses.
    fn places(&self) -> Vec<Bad> {
        let evil = "http://evil.example";
        let code = "destination_not_allowed";
        let mut bad = Vec::new();
        for header in ["x-provider-endpoint", "helicone-target-url", "x-portkey-custom-host"] {
            bad.push(Bad {
                header: Some((header, evil)),
                ..self.bad(code, "leave out the header")
            });
        }
        for member in ["api_base", "base_url", "litellm_params"] {
            bad.push(self.with(member, json!(evil), code, "in the body. Allowed is"));
        }
        let target = format!("{}?api_base={evil}", self.target);
        bad.push(Bad { target, ..self.bad(code, "api_base in the query") });
        let target = format!("{evil}{}", self.target);
        bad.push(Bad { target, ..self.bad(code, "the host evil.example") });
        bad
    }
}

/// The refusal is in the dialect's own shape, and nobody is asked to try again.
#[track_caller]
fn check(caller: &Caller, bad: &Bad, refused: &Answered) {
    let Bad { target, code, says, .. } = bad;
    let (status, body) = (refused.status, refused.json());
    assert!(refused.message().contains(says), "{target} {says}: {body}");
    assert_eq!(refused.headers["content-type"], "application/json");
    assert_eq!(refused.headers["x-should-retry"], "false", "{target}: {body}");
    let expected = match *code {
        "invalid_request" | "config_error" => StatusCode::BAD_REQUEST,
        "request_too_large" => StatusCode::PAYLOAD_TOO_LARGE,
        _ => caller.forbidden,
    };
    assert_eq!(status, expected, "{target}: {body}");
    let error = &body["error"];
    match caller.dialect {
        _ if *code == "config_error" => assert_eq!(error["type"], "config_error"),
        Dialect::OpenAi => assert_eq!(error["code"], *code, "{target}: {body}"),
        Dialect::Anthropic => {
            assert_eq!(body["type"], "error", "{target}: {body}");
            assert!(error["type"].as_str().unwrap().ends_with("_error") || status == 413, "{body}");
        }
        Dialect::Gemini => {
            assert_eq!(error["code"], status.as_u16(), "{target}: {body}");
            assert!(error["status"].is_string(), "{target}: {body}");
        }
    }
}

async fn refuses(caller: Caller) {
    let mut plan = Plan { model: Some(caller.model), ..Plan::default() };
    plan.limits.request_bytes = MAX_BODY_BYTES as u64;
    let house = House::with(plan).await;
    let kinds = [caller.models(), caller.bodies(), caller.paths(), caller.places()];
    let all: Vec<_> = kinds.into_iter().flatten().collect();
    for bad in &all {
        let mut ask = Ask::bytes(&bad.target, bad.body.clone());
        if let Some((name, value)) = bad.header {
            ask = ask.header(name, value);
        }
        check(&caller, bad, &ask.bearer(&house.token).answer(house.address()).await);
    }
    let good = Ask::post(caller.target, &caller.good()).bearer(&house.token);
    assert_eq!(good.answer(house.address()).await.status, StatusCode::OK);
    assert_eq!(house.provider.exchanges().len(), 1, "the good one alone was forwarded");
    assert_eq!(house.close().await.len(), 1, "what is denied uses nothing");
    let records = house.store.audit_page(Some(house.tenant), None, 500).await.unwrap();
    let mut recorded: Vec<_> = records.iter().map(|record| record.result.as_str()).collect();
    let mut expected: Vec<_> = all.iter().map(|bad| bad.code).collect();
    recorded.sort_unstable();
    expected.sort_unstable();
    assert_eq!(recorded, expected, "each has a record, and no more than one");
    assert_eq!(house.store.audit_page(None, None, 500).await.unwrap(), []);
}

/// S84, S86: in the shape of chat completions.
#[tokio::test]
async fn chat_completions_hear_what_is_wrong_and_what_is_allowed() {
    refuses(CHAT).await;
}

/// S84, S86: in the shape of Responses, whose client stops at 400 alone.
#[tokio::test]
async fn responses_hear_what_is_wrong_and_what_is_allowed() {
    refuses(RESPONSES).await;
}

/// S84, S86: in Anthropic's shape.
#[tokio::test]
async fn messages_hear_what_is_wrong_and_what_is_allowed() {
    refuses(MESSAGES).await;
}

/// S84, S86: in Gemini's shape.
#[tokio::test]
async fn gemini_hears_what_is_wrong_and_what_is_allowed() {
    refuses(GENERATE).await;
}
