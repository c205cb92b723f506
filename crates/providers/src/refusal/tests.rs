use serde_json::Value;

use super::*;

fn provider(name: &str) -> ProviderName {
    name.parse().unwrap()
}

const SHAPES: [Shape; 4] = [Shape::Chat, Shape::Responses, Shape::Anthropic, Shape::Gemini];

fn every_refusal() -> Vec<Refusal> {
    let provider = provider("openai");
    vec![
        Refusal::Unauthorized,
        Refusal::TokenEnded,
        Refusal::ProviderForbidden { provider: provider.clone() },
        Refusal::DestinationForbidden { named: "the host \"evil\".example".into() },
        Refusal::ModelForbidden { model: Some("gpt-\"9\n".into()), allowed: vec!["gpt-5".into()] },
        Refusal::ModelForbidden { model: None, allowed: Vec::new() },
        Refusal::EndpointForbidden { method: Method::POST, path: "/v1/files\"".into() },
        Refusal::BadRequest("the body must be a JSON object".into()),
        Refusal::NoKey { provider: provider.clone() },
        Refusal::OverBudget("5 of 5 dollars are spent".into()),
        Refusal::TooLarge { limit_bytes: 32 },
        Refusal::UpgradeRequired,
        Refusal::Unavailable,
        Refusal::UpstreamUnreachable { provider: provider.clone() },
        Refusal::UpstreamTimeout { provider: provider.clone() },
        Refusal::UpstreamUnusable { provider, problem: "it redirects" },
    ]
}

/// The body that the documents print, to the letter, whoever asks.
#[test]
fn a_missing_key_is_said_exactly_as_documented() {
    for shape in SHAPES {
        let answer = Refusal::NoKey { provider: provider("openai") }.answer(shape);
        assert_eq!(
            answer.body,
            r#"{"error": {"message": "No API key configured for provider 'openai'", "type": "config_error"}}"#
        );
        assert_eq!(answer.status, 400);
    }
}

#[test]
fn each_dialects_clients_find_the_message_where_they_look() {
    for refusal in every_refusal() {
        for shape in SHAPES {
            let answer = refusal.answer(shape);
            let body: Value = serde_json::from_slice(&answer.body).unwrap();
            assert_eq!(body["error"]["message"], refusal.message(), "{shape:?}");
            assert_eq!(answer.headers["content-type"], "application/json");
            if matches!(refusal, Refusal::NoKey { .. }) {
                continue;
            }
            match shape {
                Shape::Chat | Shape::Responses => assert_eq!(body["error"]["code"], refusal.code()),
                Shape::Anthropic => assert_eq!(body["type"], "error"),
                Shape::Gemini => assert_eq!(body["error"]["code"], answer.status.as_u16()),
            }
        }
    }
}

/// The statuses that make each client stop at once, as measured; 429 and 503 never.
#[test]
fn no_refusal_makes_a_client_hammer() {
    for refusal in every_refusal() {
        for shape in SHAPES {
            let answer = refusal.answer(shape);
            let status = answer.status.as_u16();
            // The only 429 is the one at which Codex stops at once.
            let stops = matches!(refusal, Refusal::OverBudget(_)) && shape == Shape::Responses;
            assert!(![500, 503].contains(&status) && (status != 429 || stops), "{refusal:?}");
            let retry = answer.headers["x-should-retry"] == "true";
            assert_eq!(retry, refusal.is_retryable(), "{refusal:?}");
            assert_eq!(retry, status >= 500, "{refusal:?}");
        }
        let codex = refusal.answer(Shape::Responses).status.as_u16();
        assert!([400, 401, 413, 426, 429, 502, 504].contains(&codex), "{refusal:?} is {codex}");
    }
    assert_eq!(Refusal::TokenEnded.answer(Shape::Anthropic).status, 402);
    assert_eq!(Refusal::TokenEnded.answer(Shape::Responses).status, 400);
    assert_eq!(Refusal::UpgradeRequired.answer(Shape::Responses).status, 426);
}

/// S84: what is refused is said together with what is allowed.
#[test]
fn refusals_say_what_is_allowed() {
    let refusal =
        Refusal::ModelForbidden { model: Some("o9".into()), allowed: vec!["gpt-5".into()] };
    assert_eq!(refusal.message(), "This session may not use the model 'o9'. Allowed: gpt-5.");
    assert_eq!(refusal.answer(Shape::Chat).status, 403);
}

#[test]
fn a_mid_stream_error_is_an_event_of_the_dialect() {
    let refusal = Refusal::UpstreamTimeout { provider: provider("openai") };
    let data = |shape: Shape| {
        let event = String::from_utf8(refusal.event(shape).to_vec()).unwrap();
        assert!(event.starts_with("\n\n") || event.starts_with("\r\n\r\n"), "{event:?}");
        assert!(event.ends_with("\n\n") || event.ends_with("\r\n\r\n"), "{event:?}");
        let line = event.lines().find_map(|line| line.strip_prefix("data: ")).unwrap().to_owned();
        (event, serde_json::from_str::<Value>(&line).unwrap())
    };
    let (event, body) = data(Shape::Anthropic);
    assert!(event.contains("event: error\n"));
    assert_eq!((&body["type"], &body["error"]["type"]), (&"error".into(), &"timeout_error".into()));

    let (event, body) = data(Shape::Responses);
    assert!(event.contains("event: response.failed\n"));
    assert_eq!(body["response"]["error"]["code"], "upstream_timeout");

    let (_, body) = data(Shape::Chat);
    assert_eq!(body["error"]["type"], "server_error");

    let (_, body) = data(Shape::Gemini);
    assert_eq!(body["error"]["status"], "DEADLINE_EXCEEDED");
}

#[test]
fn the_shape_is_guessed_from_what_an_unknown_call_shows() {
    let none = HeaderMap::new();
    assert_eq!(Shape::guess("/v1/files", &none), Shape::Chat);
    assert_eq!(Shape::guess("/v1/messages/batches", &none), Shape::Anthropic);
    assert_eq!(Shape::guess("/v1/responses/compact", &none), Shape::Responses);
    assert_eq!(Shape::guess("/v1beta/cachedContents", &none), Shape::Gemini);
    let mut headers = HeaderMap::new();
    headers.insert("anthropic-version", HeaderValue::from_static("2023-06-01"));
    assert_eq!(Shape::guess("/v1/files", &headers), Shape::Anthropic);
}

/// What was seen to make each client stop at once instead of asking again: S95 would be little
/// worth if every refusal cost a prompt.
#[test]
fn the_end_of_a_budget_makes_every_client_stop() {
    for shape in SHAPES {
        let answer = Refusal::OverBudget("5 of 5 dollars are spent".into()).answer(shape);
        let body: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(answer.headers["x-should-retry"], "false");
        assert_eq!(body["error"]["message"], "5 of 5 dollars are spent");
        match shape {
            Shape::Responses => {
                assert_eq!(answer.status, 429);
                assert_eq!(body["error"]["code"], "insufficient_quota");
                assert_eq!(body["error"]["type"], "insufficient_quota");
            }
            Shape::Anthropic => {
                assert_eq!(
                    (answer.status.as_u16(), body["error"]["type"].as_str()),
                    (402, Some("billing_error"))
                );
            }
            Shape::Chat | Shape::Gemini => assert_eq!(answer.status, 402),
        }
    }
}
