use http::{HeaderMap, Method};
use proptest::prelude::*;

use super::*;
use crate::recognise;

fn call(path: &str) -> Call {
    recognise(&Method::POST, path, None, &HeaderMap::new()).unwrap()
}

fn tap(path: &str, pieces: &[&[u8]]) -> Reading {
    let mut tap = UsageTap::new(&call(path));
    for piece in pieces {
        tap.push(piece);
    }
    tap.finish(400)
}

fn read(path: &str, body: &str) -> Reading {
    tap(path, &[body.as_bytes()])
}

fn tokens(
    input: u64,
    cache_read: u64,
    cache_write: u64,
    output: u64,
    reasoning: u64,
) -> TokenCounts {
    TokenCounts { input, cache_read, cache_write, cache_write_1h: 0, output, reasoning }
}

fn complete(model: &str, tokens: TokenCounts) -> Reading {
    Reading { tokens, status: UsageStatus::Complete, model_answered: Some(model.into()) }
}

const CHAT: &str = "/v1/chat/completions";
const RESPONSES: &str = "/v1/responses";
const MESSAGES: &str = "/v1/messages";
const GENERATE: &str = "/v1beta/models/g:generateContent";
const STREAM: &str = "/v1beta/models/g:streamGenerateContent";

const CHAT_STREAM: &str = concat!(
    "data: {\"id\":\"c\",\"model\":\"gpt-5.4\",\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":null}\n\n",
    "data: {\"id\":\"c\",\"model\":\"gpt-5.4\",\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":null}\n\n",
    "data: {\"id\":\"c\",\"model\":\"gpt-5.4\",\"choices\":[],\"usage\":{\"prompt_tokens\":100,",
    "\"completion_tokens\":20,\"total_tokens\":120,\"prompt_tokens_details\":{\"cached_tokens\":64},",
    "\"completion_tokens_details\":{\"reasoning_tokens\":8}}}\n\n",
    "data: [DONE]\n\n",
);

const RESPONSES_STREAM: &str = concat!(
    "event: response.created\n",
    "data: {\"type\":\"response.created\",\"response\":{\"model\":\"gpt-5.5\",\"usage\":null}}\n\n",
    "event: response.output_text.delta\n",
    "data: {\"type\":\"response.output_text.delta\",\"delta\":\"say \\\"usage\\\": {\"}\n\n",
    "event: response.completed\n",
    "data: {\"type\":\"response.completed\",\"response\":{\"model\":\"gpt-5.5\",\"output\":[{\"usage\":",
    "{\"input_tokens\":999999}}],\"usage\":{\"input_tokens\":100,\"input_tokens_details\":",
    "{\"cached_tokens\":64},\"output_tokens\":20,\"output_tokens_details\":{\"reasoning_tokens\":8}}}}\n\n",
);

const MESSAGES_STREAM: &str = concat!(
    "event: message_start\n",
    "data: {\"type\":\"message_start\",\"message\":{\"model\":\"claude-x\",\"usage\":{\"input_tokens\":25,",
    "\"cache_creation_input_tokens\":10,\"cache_read_input_tokens\":64,\"output_tokens\":1}}}\n\n",
    "event: ping\ndata: {\"type\":\"ping\"}\n\n",
    "event: content_block_delta\n",
    "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}\n\n",
    "event: message_delta\n",
    "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":null},\"usage\":{\"output_tokens\":7}}\n\n",
    "event: message_delta\n",
    "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":20,",
    "\"input_tokens\":25}}\n\n",
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
);

const GEMINI_STREAM: &str = concat!(
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}],\"modelVersion\":\"gemini-2.5\",",
    "\"usageMetadata\":{\"promptTokenCount\":100,\"candidatesTokenCount\":4,\"cachedContentTokenCount\":64}}\r\n\r\n",
    "data: {\"candidates\":[{\"finishReason\":\"STOP\"}],\"modelVersion\":\"gemini-2.5\",\"usageMetadata\":",
    "{\"promptTokenCount\":100,\"candidatesTokenCount\":20,\"cachedContentTokenCount\":64,",
    "\"thoughtsTokenCount\":8,\"toolUsePromptTokenCount\":3,\"totalTokenCount\":131}}\r\n\r\n",
);

/// P04: each dialect's numbers mean something else; ours always mean the same.
#[test]
fn streams_are_read_to_the_token() {
    assert_eq!(read(CHAT, CHAT_STREAM), complete("gpt-5.4", tokens(36, 64, 0, 20, 8)));
    assert_eq!(read(RESPONSES, RESPONSES_STREAM), complete("gpt-5.5", tokens(36, 64, 0, 20, 8)));
    assert_eq!(read(MESSAGES, MESSAGES_STREAM), complete("claude-x", tokens(25, 64, 10, 20, 0)));
    assert_eq!(read(STREAM, GEMINI_STREAM), complete("gemini-2.5", tokens(39, 64, 0, 28, 8)));
}

/// P04: and so they do where the answer is one document.
#[test]
fn documents_are_read_to_the_token() {
    let cases = [
        (
            CHAT,
            r#"{"model":"m","choices":[{"message":{"content":"{\"usage\":{\"prompt_tokens\":9}}"}}],
               "usage":{"prompt_tokens":100,"completion_tokens":20,
               "prompt_tokens_details":{"cached_tokens":64}}}"#,
            tokens(36, 64, 0, 20, 0),
        ),
        (
            CHAT,
            r#"{"model":"m","usage":{"prompt_tokens":100,"completion_tokens":20,
               "prompt_cache_hit_tokens":64,"prompt_cache_miss_tokens":36}}"#,
            tokens(36, 64, 0, 20, 0),
        ),
        (
            RESPONSES,
            r#"{"model":"m","status":"completed","output":[{"content":[{"usage":{"input_tokens":9}}]}],
               "usage":{"input_tokens":100,"output_tokens":20,
               "output_tokens_details":{"reasoning_tokens":8}}}"#,
            tokens(100, 0, 0, 20, 8),
        ),
        (
            MESSAGES,
            r#"{"model":"m","content":[{"type":"tool_use","input":{"usage":{"input_tokens":9}}}],
               "usage":{"input_tokens":25,"cache_read_input_tokens":64,"output_tokens":20,
               "cache_creation_input_tokens":10,"cache_creation":{"ephemeral_5m_input_tokens":10}}}"#,
            tokens(25, 64, 10, 20, 0),
        ),
        (
            GENERATE,
            r#"{"modelVersion":"m","candidates":[{"finishReason":"STOP"}],"usageMetadata":
               {"promptTokenCount":100,"candidatesTokenCount":20,"thoughtsTokenCount":8}}"#,
            tokens(100, 0, 0, 28, 8),
        ),
        (
            STREAM,
            r#"[{"modelVersion":"m","usageMetadata":{"promptTokenCount":100,"candidatesTokenCount":2}},
                {"modelVersion":"m","usageMetadata":{"promptTokenCount":100,"candidatesTokenCount":20}}]"#,
            tokens(100, 0, 0, 20, 0),
        ),
        (
            "/v1/embeddings",
            r#"{"model":"m","data":[],"usage":{"prompt_tokens":9,"total_tokens":9}}"#,
            tokens(9, 0, 0, 0, 0),
        ),
    ];
    for (path, body, wanted) in cases {
        assert_eq!(read(path, body), complete("m", wanted), "{path}");
    }
}

/// P05: numbers are sums so far, repeated, incomplete, and sometimes missing.
#[test]
fn later_numbers_replace_earlier_ones_and_never_add_up() {
    let repeated = MESSAGES_STREAM.repeat(2);
    assert_eq!(read(MESSAGES, &repeated).tokens, tokens(25, 64, 10, 20, 0));
    let continuous = "data: {\"choices\":[{}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":1}}\n\n\
        data: {\"choices\":[{\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2}}\n\n";
    let reading = read(CHAT, continuous);
    assert_eq!((reading.tokens, reading.status), (tokens(9, 0, 0, 2, 0), UsageStatus::Complete));
}

#[test]
fn an_answer_is_finished_when_its_last_event_says_so() {
    for (path, stream, last) in [
        (CHAT, CHAT_STREAM, "{\"id\":\"c\",\"model\":\"gpt-5.4\",\"choices\":[]"),
        (RESPONSES, RESPONSES_STREAM, "event: response.completed"),
        (MESSAGES, MESSAGES_STREAM, "\"end_turn\""),
        (STREAM, GEMINI_STREAM, "\"STOP\""),
    ] {
        let cut = stream.find(last).unwrap();
        let mut tap = UsageTap::new(&call(path));
        tap.push(&stream.as_bytes()[..cut]);
        assert!(!tap.is_finished(), "{path}");
        tap.push(&stream.as_bytes()[cut..]);
        assert!(tap.is_finished(), "{path}");
    }
}

/// S94: what was seen before the end is kept, and what was not is estimated.
#[test]
fn a_stream_that_ends_early_is_partial_or_estimated() {
    let start = &MESSAGES_STREAM[..MESSAGES_STREAM.find("event: ping").unwrap()];
    let text = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\
        \"delta\":{\"type\":\"text_delta\",\"text\":\"twelve bytes\"}}\n\n";
    let reading = read(MESSAGES, &[start, &text.repeat(10)].concat());
    assert_eq!(reading.status, UsageStatus::Partial);
    let TokenCounts { input, cache_read, cache_write, output, .. } = reading.tokens;
    assert_eq!((input, cache_read, cache_write), (25, 64, 10));
    assert!((30..=90).contains(&output), "{output} tokens for 10 times 12 bytes");

    let first = &GEMINI_STREAM[..GEMINI_STREAM.find("data: {\"candidates\":[{\"fin").unwrap()];
    let reading = read(STREAM, first);
    assert_eq!((reading.status, reading.tokens), (UsageStatus::Partial, tokens(36, 64, 0, 4, 0)));

    let chunk =
        "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
    let reading = read(CHAT, &chunk.repeat(50));
    assert_eq!(
        (reading.status, reading.tokens),
        (UsageStatus::Estimated, tokens(100, 0, 0, 50, 0))
    );
}

#[test]
fn a_document_that_is_cut_or_no_json_is_estimated_from_its_bytes() {
    let body = format!(r#"{{"choices":[{{"message":{{"content":"{}"#, "x".repeat(300));
    let reading = read(CHAT, &body);
    assert_eq!(reading.status, UsageStatus::Estimated);
    assert!((100..130).contains(&reading.tokens.output), "{}", reading.tokens.output);
    let reading = read(CHAT, &format!("{{]{}", "x".repeat(298)));
    assert_eq!((reading.status, reading.tokens.output), (UsageStatus::Estimated, 100));
    let reading = read(CHAT, r#"{"model":"m","choices":[]}"#);
    assert_eq!(reading.status, UsageStatus::Estimated);
    let reading = read(CHAT, "");
    assert_eq!((reading.status, reading.tokens), (UsageStatus::Estimated, tokens(100, 0, 0, 0, 0)));
}

#[test]
fn usage_inside_the_models_own_words_is_not_believed() {
    let chunk = "data: {\"choices\":[{\"delta\":{\"content\":\"\\\"usage\\\":{\\\"prompt_tokens\\\":9}\"}}]}\n\n\
        data: {\"choices\":[{\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":9}}]}\n\n";
    assert_eq!(read(CHAT, chunk).status, UsageStatus::Estimated);
}

#[test]
fn absurd_numbers_do_no_harm() {
    for number in ["18446744073709551615", "99999999999999999999999", "-5", "1e9", "\"7\"", "null"]
    {
        let body = format!(
            r#"{{"usage":{{"prompt_tokens":{number},"completion_tokens":{number},
               "prompt_tokens_details":{{"cached_tokens":{number}}}}}}}"#
        );
        let reading = read(CHAT, &body);
        assert!(reading.tokens.total() <= 2 * MAX_COUNT, "{number}");
    }
    let more_cached_than_there_is = r#"{"usage":{"prompt_tokens":5,"completion_tokens":1,
        "prompt_tokens_details":{"cached_tokens":9},"completion_tokens_details":{"reasoning_tokens":9}}}"#;
    assert_eq!(read(CHAT, more_cached_than_there_is).tokens, tokens(0, 5, 0, 1, 1));
}

#[test]
fn an_event_may_be_spread_over_lines() {
    let stream = "data: {\"choices\":[],\ndata: \"usage\"\ndata: :{\"prompt_tokens\":9,\n\
        data: \"completion_tokens\":2}}\n\n";
    assert_eq!(read(CHAT, stream).tokens, tokens(9, 0, 0, 2, 0));
}

/// The last event of a Responses stream repeats the whole answer. However long, it is read.
#[test]
fn an_event_longer_than_any_buffer_is_read_in_passing() {
    let stream = format!(
        "event: response.completed\ndata: {{\"type\":\"response.completed\",\"response\":{{\"output\":\"{}\",\
         \"usage\":{{\"input_tokens\":9,\"output_tokens\":2}}}}}}\n\n",
        "x".repeat(1 << 20)
    );
    let pieces: Vec<_> = stream.as_bytes().chunks(1000).collect();
    let reading = tap(RESPONSES, &pieces);
    assert_eq!((reading.status, reading.tokens), (UsageStatus::Complete, tokens(9, 0, 0, 2, 0)));
}

/// S93: memory stays flat, whatever comes.
#[test]
fn hostile_answers_do_not_grow_memory() {
    let flood = vec![b'a'; 1 << 20];
    let nested = vec![b'['; 1 << 20];
    let starts: [&[u8]; 6] =
        [b"data: ", b"data: {\"a\":\"", b"{\"a\":\"", b"{\"usage\":{\"a\":", b"", b"\n"];
    for start in starts {
        for body in [&flood, &nested] {
            let mut tap = UsageTap::new(&call(CHAT));
            tap.push(start);
            for _ in 0..8 {
                tap.push(body);
            }
            assert_eq!(tap.finish(400).status, UsageStatus::Estimated);
        }
    }
}

#[test]
fn the_word_usage_is_searched_and_not_parsed_for() {
    let reader = |dialect| FieldReader { dialect, endpoint: Endpoint::ChatCompletions };
    let openai = reader(Dialect::OpenAi);
    assert!(openai.may_tell_usage(br#"{"usage" : { "prompt_tokens":1}}"#));
    assert!(!openai.may_tell_usage(br#"{"usage":null}"#));
    assert!(!openai.may_tell_usage(br#"{"a":"\"usage\":{"}"#));
    assert!(openai.may_tell_usage(br#"{"usage":null,"x":{"usage":{}}}"#));
    assert!(!reader(Dialect::Gemini).may_tell_usage(br#"{"usage":{}}"#));
}

fn any_stream() -> impl Strategy<Value = (&'static str, String)> {
    let known = prop::sample::select(vec![
        (CHAT, CHAT_STREAM),
        (RESPONSES, RESPONSES_STREAM),
        (MESSAGES, MESSAGES_STREAM),
        (STREAM, GEMINI_STREAM),
    ]);
    let end = prop::sample::select(vec!["\n", "\r\n", "\r"]);
    (known, end, any::<prop::sample::Index>(), "[ -~\n]{0,20}").prop_map(
        |((path, stream), end, at, noise)| {
            let at = at.index(stream.len() + 1);
            let stream = format!("{}{noise}{}", &stream[..at], &stream[at..]);
            (path, stream.replace("\r\n", "\n").replace('\n', end))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_split_gives_the_same((path, stream) in any_stream(), cuts: Vec<prop::sample::Index>) {
        let bytes = stream.as_bytes();
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces: Vec<_> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        prop_assert_eq!(tap(path, &pieces), tap(path, &[bytes]));
        let bytewise: Vec<_> = bytes.chunks(1).collect();
        prop_assert_eq!(tap(path, &bytewise), tap(path, &[bytes]));
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes: Vec<u8>, start in "(data: |\\{|\\[)?") {
        for path in [CHAT, RESPONSES, MESSAGES, STREAM] {
            tap(path, &[start.as_bytes(), &bytes]);
        }
    }
}

/// P16: what is written to a cache for an hour costs more, so it is counted apart.
#[test]
fn cache_writes_are_told_apart_by_their_lifetime() {
    let body = concat!(
        "event: message_start\n",
        "data: {\"type\":\"message_start\",\"message\":{\"model\":\"claude-x\",\"usage\":{",
        "\"input_tokens\":5,\"cache_read_input_tokens\":7,\"cache_creation_input_tokens\":30,",
        "\"cache_creation\":{\"ephemeral_5m_input_tokens\":10,\"ephemeral_1h_input_tokens\":20},",
        "\"output_tokens\":1}}}\n\n",
        "event: message_delta\n",
        "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},",
        "\"usage\":{\"output_tokens\":9}}\n\n",
        "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
    );
    let expected = TokenCounts { cache_write_1h: 20, ..tokens(5, 7, 30, 9, 0) };
    assert_eq!(read(MESSAGES, body), complete("claude-x", expected));
}
