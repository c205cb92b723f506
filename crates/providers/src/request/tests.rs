use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn read(text: &str) -> Result<RequestFacts, UnreadableRequest> {
    RequestFacts::read(text.as_bytes())
}

#[test]
fn the_facts_of_a_body_are_found_wherever_they_stand() {
    let facts = read(
        r#"{"messages":[{"role":"user","content":"{\"model\":\"evil\",\"stream\":false}"}],
            "tools":[{"model":"evil","stream":false,"max_tokens":1}], "stream" : true,
            "max_completion_tokens":4096,"model":"gpt-5\u002e4"}"#,
    )
    .unwrap();
    assert_eq!(facts.model.as_deref(), Some("gpt-5.4"));
    assert_eq!(facts.delivery, Delivery::Streamed);
    assert_eq!(facts.max_output_tokens, Some(4096));
    assert_eq!(facts.stream_options, StreamOptions::Absent);
}

#[test]
fn the_output_limit_has_a_name_in_every_dialect() {
    for (body, limit) in [
        (r#"{"max_tokens":1}"#, Some(1)),
        (r#"{"max_output_tokens":2}"#, Some(2)),
        (r#"{"max_tokens":1,"max_completion_tokens":3}"#, Some(3)),
        (r#"{"generationConfig":{"maxOutputTokens":4}}"#, Some(4)),
        (r#"{"generation_config":{"max_output_tokens":5}}"#, Some(5)),
        (r#"{"max_tokens":null}"#, None),
        (r#"{"max_tokens":-1}"#, None),
        (r#"{"max_tokens":"many"}"#, None),
    ] {
        assert_eq!(read(body).unwrap().max_output_tokens, limit, "{body}");
    }
}

#[test]
fn only_the_word_true_streams() {
    for (body, delivery) in [
        (r#"{"stream":true}"#, Delivery::Streamed),
        (r#"{"stream":false}"#, Delivery::Whole),
        (r#"{"stream":null}"#, Delivery::Whole),
        (r#"{"stream":"true"}"#, Delivery::Whole),
        (r#"{"stream":{"a":true}}"#, Delivery::Whole),
    ] {
        assert_eq!(read(body).unwrap().delivery, delivery, "{body}");
    }
}

/// S86: only administrators say where calls go. Deep inside a body such a word is content.
#[test]
fn a_body_that_chooses_where_it_goes_is_refused() {
    for (body, name) in [
        (r#"{"model":"m","api_base":"http://e"}"#, "api_base"),
        (r#"{"model":"m","b\u0061se_url":null}"#, "base_url"),
        (r#"{"model":"m","Api_Base":"http://e"}"#, "api_base"),
        (r#"{"litellm_params":{"api_base":"http://e"}}"#, "litellm_params"),
    ] {
        assert_eq!(read(body), Err(UnreadableRequest::Destination(name)), "{body}");
    }
    assert!(read(r#"{"messages":[{"api_base":"x"}],"metadata":{"base_url":"x"}}"#).is_ok());
}

/// S84: two parsers must never see two models.
#[test]
fn a_body_that_parsers_may_read_differently_is_refused() {
    use UnreadableRequest::{Model, ModelInOtherCase, NotAnObject, Repeated};
    for (body, problem) in [
        (r#"{"model":"a","model":"b"}"#, Repeated("model")),
        (r#"{"model":"a","mod\u0065l":"b"}"#, Repeated("model")),
        (r#"{"model":"a","model":{"x":1}}"#, Repeated("model")),
        (r#"{"model":"a","Model":"b"}"#, ModelInOtherCase),
        (r#"{"MODEL":"b"}"#, ModelInOtherCase),
        (r#"{"model":["a"]}"#, Model),
        (r#"{"model":7}"#, Model),
        (r#"{"model":""}"#, Model),
        (r#"{"model":"\ud800"}"#, Model),
        (r#"{"stream":true,"stream":false}"#, Repeated("stream")),
        (r#"{"stream_options":{},"stream_options":null}"#, Repeated("stream_options")),
        (
            r#"{"stream_options":{"include_usage":true,"include_usage":false}}"#,
            Repeated("include_usage"),
        ),
        (r#"["model"]"#, NotAnObject),
        (r#""model""#, NotAnObject),
        ("12", NotAnObject),
    ] {
        assert_eq!(read(body), Err(problem), "{body}");
    }
    assert_eq!(read(&format!(r#"{{"model":"{}"}}"#, "x".repeat(300))), Err(Model));
    assert_eq!(read(&format!(r#"{{"model":"{}"}}"#, "x".repeat(3000))), Err(Model));
}

/// S84: nothing may follow the object, or stand where only some parsers look.
#[test]
fn what_is_not_one_json_object_is_refused() {
    for body in [
        "",
        "{",
        r#"{"model":"a"}{"model":"b"}"#,
        r#"{"model":"a"} x"#,
        r"{'model':'a'}",
        r#"{"model":"a",}"#,
        r#"{/**/"model":"a"}"#,
        "{\"model\":\"a\"\u{0}}",
        "\u{feff}{}",
    ] {
        assert!(matches!(read(body), Err(UnreadableRequest::Malformed { .. })), "{body:?}");
    }
}

#[test]
fn lists_of_other_models_are_noticed() {
    assert_eq!(read(r#"{"models":["a","b"]}"#).unwrap().other_models, OtherModels::Named);
    assert_eq!(read(r#"{"fallbacks":[{}]}"#).unwrap().other_models, OtherModels::Named);
    assert_eq!(read(r#"{"x":{"models":["a"]}}"#).unwrap().other_models, OtherModels::None);
}

#[test]
fn errors_say_what_is_wrong() {
    assert_eq!(read("{]").unwrap_err().to_string(), "the body is not valid JSON at byte 1");
    assert_eq!(
        read(r#"{"model":"a","model":"b"}"#).unwrap_err().to_string(),
        "the body has the member \"model\" twice"
    );
}

fn body() -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u32>().prop_map(Value::from),
        "[a-z\"\\\\é{}:,]{0,10}".prop_map(Value::from),
        Just(serde_json::json!({"include_usage": true})),
        Just(serde_json::json!({"include_usage": false, "x": [1, {"model": "no"}]})),
        Just(serde_json::json!([{"model": "no", "stream": true}])),
    ];
    let key = prop_oneof![
        prop::sample::select(vec!["model", "stream", "stream_options", "max_tokens", "messages"])
            .prop_map(ToOwned::to_owned),
        "[a-z\"]{0,4}",
    ];
    prop::collection::btree_map(key, value, 0..8)
        .prop_map(|members| Value::Object(members.into_iter().collect()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_facts_are_what_a_full_parser_sees(body in body(), pretty: bool) {
        let print = if pretty { serde_json::to_vec_pretty } else { serde_json::to_vec };
        let text = print(&body).unwrap();
        match RequestFacts::read(&text) {
            Ok(facts) => {
                prop_assert_eq!(facts.model.as_deref(), body["model"].as_str());
                prop_assert_eq!(facts.delivery == Delivery::Streamed, body["stream"] == true);
                prop_assert_eq!(facts.max_output_tokens, body["max_tokens"].as_u64());
                let asked = &body["stream_options"]["include_usage"];
                prop_assert_eq!(facts.wants_usage(), *asked == true);
                prop_assert_eq!(&text[facts.end..=facts.end], b"}");
            }
            Err(problem) => {
                prop_assert_eq!(problem, UnreadableRequest::Model);
                let model = &body["model"];
                prop_assert!(!model.is_string() || model == "");
            }
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
        let _ = RequestFacts::read(&bytes);
    }
}
