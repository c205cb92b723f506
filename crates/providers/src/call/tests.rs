use http::HeaderValue;

use super::*;

fn recognised(line: &str) -> Option<Call> {
    let (method, target) = line.split_once(' ').unwrap();
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    recognise(&method.parse().unwrap(), path, query, &HeaderMap::new())
}

/// What real clients send, as captured: each line is a client with its usual base URL, and with
/// one that has `/v1` too much or too little.
#[test]
fn every_client_is_understood_with_every_base_url() {
    use Dialect::{Anthropic, Gemini, OpenAi};
    let cases = [
        // Claude Code
        ("HEAD /", Anthropic, Endpoint::Probe),
        ("POST /v1/messages?beta=true", Anthropic, Endpoint::Messages),
        ("POST /v1/v1/messages?beta=true", Anthropic, Endpoint::Messages),
        ("POST /messages", Anthropic, Endpoint::Messages),
        ("POST /v1/messages/count_tokens?beta=true", Anthropic, Endpoint::CountMessageTokens),
        // Codex
        ("POST /v1/responses", OpenAi, Endpoint::Responses),
        ("POST /responses", OpenAi, Endpoint::Responses),
        ("GET /v1/responses", OpenAi, Endpoint::ResponsesSocket),
        ("GET /v1/models?client_version=0.169.0", OpenAi, Endpoint::Models),
        // Qwen Code, opencode, Copilot, Kimi, Cline
        ("POST /v1/chat/completions", OpenAi, Endpoint::ChatCompletions),
        ("POST /chat/completions", OpenAi, Endpoint::ChatCompletions),
        ("POST //v1//chat/completions/", OpenAi, Endpoint::ChatCompletions),
        ("POST /v1/embeddings", OpenAi, Endpoint::Embeddings),
        ("GET /v1/models", OpenAi, Endpoint::Models),
        ("GET /v1/models/gpt-5.4", OpenAi, Endpoint::Model),
        // Gemini CLI, opencode
        ("POST /v1beta/models/gemini-2.5-flash:generateContent", Gemini, Endpoint::GenerateContent),
        (
            "POST /v1beta/models/g:streamGenerateContent?alt=sse",
            Gemini,
            Endpoint::StreamGenerateContent,
        ),
        ("POST /models/g:streamGenerateContent?alt=sse", Gemini, Endpoint::StreamGenerateContent),
        ("POST /v1beta/models/g%3AcountTokens", Gemini, Endpoint::CountContentTokens),
        ("GET /v1beta/models?pageSize=50", Gemini, Endpoint::Models),
        ("GET /v1beta/models/gemini-2.5-pro", Gemini, Endpoint::Model),
    ];
    for (line, dialect, endpoint) in cases {
        let call = recognised(line).unwrap_or_else(|| panic!("{line} was not recognised"));
        assert_eq!((call.dialect, call.endpoint), (dialect, endpoint), "{line}");
    }
}

/// S84: an endpoint that is not in the list does not exist here, however it is spelled.
#[test]
fn everything_else_is_refused() {
    for line in [
        "GET /",
        "POST /",
        "DELETE /v1/models/gpt-5",
        "GET /v1/messages",
        "PUT /v1/chat/completions",
        "POST /v1/files",
        "GET /v1/files/abc/content",
        "POST /v1/fine_tuning/jobs",
        "POST /v1/batches",
        "POST /v1/messages/batches",
        "GET /v1/organization/admin_api_keys",
        "POST /v1/assistants",
        "GET /v1/responses/resp_123",
        "DELETE /v1/responses/resp_123",
        "POST /v1/responses/compact",
        "POST /v1/images/generations",
        "POST /v1/audio/speech",
        "POST /v1/realtime",
        "POST /v1beta/cachedContents",
        "POST /v1beta/files",
        "POST /upload/v1beta/files",
        "POST /v1beta/tunedModels/x:generateContent",
        "POST /v1beta/models/g:batchGenerateContent",
        "POST /v1beta/models/:generateContent",
        "POST /v1beta/models/a:b:generateContent",
        "POST /v1beta/models/g:predict",
        "POST /v1beta/models/a/b:generateContent",
        "POST /v1/chat/completions/../files",
        "POST /v1/chat/completions/%2e%2e/%2e%2e/files",
        "POST /v1/chat/completions;/files",
        "POST /v1/chat/completions%00",
        "POST /v1/Chat/Completions",
        "POST /v2/chat/completions",
        "POST /v1/v1/v1/chat/completions",
        "POST /v1beta/models/g:generateContent?fields=candidates",
        "POST /v1beta/models/g:generateContent?%24fields=candidates",
        "POST /v1beta/models/g:generateContent?callback=x",
        "POST https://evil.example/v1/messages",
    ] {
        assert_eq!(recognised(line), None, "{line}");
    }
}

#[test]
fn a_list_of_models_is_anthropics_where_the_client_speaks_anthropic() {
    let mut headers = HeaderMap::new();
    headers.insert("anthropic-version", HeaderValue::from_static("2023-06-01"));
    let call = recognise(&Method::GET, "/v1/models", None, &headers).unwrap();
    assert_eq!((call.dialect, call.endpoint), (Dialect::Anthropic, Endpoint::Models));
    let call = recognise(&Method::POST, "/v1/chat/completions", None, &headers).unwrap();
    assert_eq!(call.dialect, Dialect::OpenAi);
}

#[test]
fn counting_and_listing_are_free_and_some_answers_are_our_own() {
    let free = [
        Endpoint::CountMessageTokens,
        Endpoint::CountContentTokens,
        Endpoint::Models,
        Endpoint::Model,
    ];
    for endpoint in free {
        assert_eq!(endpoint.metering(), Metering::Free);
    }
    for endpoint in [Endpoint::Probe, Endpoint::ResponsesSocket] {
        assert_eq!(endpoint.metering(), Metering::Local);
    }
    for endpoint in [Endpoint::ChatCompletions, Endpoint::Responses, Endpoint::Messages] {
        assert_eq!(endpoint.metering(), Metering::Metered);
    }
}

#[test]
fn streaming_is_known_from_the_path_or_the_body() {
    let streamed = RequestFacts::read(br#"{"model":"m","stream":true}"#).unwrap();
    let whole = RequestFacts::read(br#"{"model":"m"}"#).unwrap();
    let delivery = |line: &str, facts| recognised(line).unwrap().delivery(facts);
    assert_eq!(delivery("POST /v1/responses", &streamed), Delivery::Streamed);
    assert_eq!(delivery("POST /v1/responses", &whole), Delivery::Whole);
    assert_eq!(delivery("POST /models/g:streamGenerateContent", &whole), Delivery::Streamed);
    assert_eq!(delivery("POST /models/g:generateContent", &streamed), Delivery::Whole);
}

/// S84: a model in the body may not contradict the one in the path.
#[test]
fn path_and_body_must_name_one_model() {
    let gemini = recognised("POST /v1beta/models/gemini-2.5-flash:generateContent").unwrap();
    let body = |text: &str| RequestFacts::read(text.as_bytes()).unwrap();
    let asked = |text: &str| gemini.asked_model(&body(text));
    assert_eq!(asked("{}"), Ok(Some("gemini-2.5-flash".into())));
    assert_eq!(
        asked(r#"{"model":"models/gemini-2.5-flash"}"#),
        Ok(Some("gemini-2.5-flash".into()))
    );
    assert_eq!(asked(r#"{"model":"models/gemini-2.5-pro"}"#), Err(DisagreeingModels));
    let chat = recognised("POST /v1/chat/completions").unwrap();
    assert_eq!(chat.asked_model(&body(r#"{"model":"gpt-5"}"#)), Ok(Some("gpt-5".into())));
    assert_eq!(chat.asked_model(&body("{}")), Ok(None));
}
