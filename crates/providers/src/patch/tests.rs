use http::{HeaderMap, Method};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::recognise;

fn chat() -> Call {
    recognise(&Method::POST, "/v1/chat/completions", None, &HeaderMap::new()).unwrap()
}

fn joined(pieces: &[Bytes]) -> Vec<u8> {
    pieces.concat()
}

fn asking(body: &str) -> String {
    let facts = RequestFacts::read(body.as_bytes()).unwrap();
    let edits = ask_for_usage(&chat(), &facts).into_iter().collect();
    String::from_utf8(joined(&apply(&Bytes::copy_from_slice(body.as_bytes()), edits))).unwrap()
}

/// P06: however the client has written what it wants.
#[test]
fn usage_is_asked_for_where_it_is_not() {
    for (body, wanted) in [
        (r#"{ "stream":true }"#, r#"{ "stream":true ,"stream_options":{"include_usage":true}}"#),
        (
            r#"{"stream":true,"stream_options":{}}"#,
            r#"{"stream":true,"stream_options":{"include_usage":true}}"#,
        ),
        (
            r#"{"stream_options":{ "x":1 },"stream":true}"#,
            r#"{"stream_options":{"include_usage":true, "x":1 },"stream":true}"#,
        ),
        (
            r#"{"stream_options":{"include_usage": false},"stream":true}"#,
            r#"{"stream_options":{"include_usage": true},"stream":true}"#,
        ),
        (
            r#"{"stream_options": null,"stream":true}"#,
            r#"{"stream_options": {"include_usage":true},"stream":true}"#,
        ),
    ] {
        assert_eq!(asking(body), wanted);
    }
}

#[test]
fn nothing_changes_where_nothing_must() {
    for body in [
        r#"{"stream":true,"stream_options":{"include_usage":true}}"#,
        r#"{"stream":false}"#,
        r#"{"stream":true,"stream_options":"nonsense"}"#,
        r#"{"stream":true,"stream_options":{"include_usage":"nonsense"}}"#,
    ] {
        assert_eq!(asking(body), body);
    }
    let facts = RequestFacts::read(br#"{"stream":true}"#).unwrap();
    for path in ["/v1/responses", "/v1/messages"] {
        let call = recognise(&Method::POST, path, None, &HeaderMap::new()).unwrap();
        assert_eq!(ask_for_usage(&call, &facts), None, "{path}");
    }
}

#[test]
fn a_model_is_replaced_in_its_place() {
    let body = Bytes::from_static(br#"{"a":"m","model": "m" ,"stream":true,"b":{"model":"m"}}"#);
    let facts = RequestFacts::read(&body).unwrap();
    let edits =
        vec![ask_for_usage(&chat(), &facts).unwrap(), rename_model(&facts, "x\"y").unwrap()];
    assert_eq!(
        String::from_utf8(joined(&apply(&body, edits))).unwrap(),
        r#"{"a":"m","model": "x\"y" ,"stream":true,"b":{"model":"m"},"stream_options":{"include_usage":true}}"#
    );
    let nameless = RequestFacts::read(b"{}").unwrap();
    assert_eq!(rename_model(&nameless, "x"), None);
}

#[test]
fn the_pieces_share_the_memory_of_the_body() {
    let body = Bytes::from(format!(r#"{{"model":"m","x":"{}"}}"#, "y".repeat(1000)));
    let facts = RequestFacts::read(&body).unwrap();
    let pieces = apply(&body, vec![rename_model(&facts, "n").unwrap()]);
    assert_eq!(pieces.len(), 3);
    assert_eq!(pieces[0].as_ptr(), body.as_ptr());
    assert_eq!(apply(&body, Vec::new())[0].as_ptr(), body.as_ptr());
}

fn options() -> impl Strategy<Value = Option<Value>> {
    prop::sample::select(vec![
        None,
        Some(json!(null)),
        Some(json!({})),
        Some(json!({"x": [1, 2]})),
        Some(json!({"include_usage": false})),
        Some(json!({"include_usage": true, "x": "y"})),
        Some(json!({"include_usage": null})),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// P08: what the upstream parses is what the client sent, apart from what was meant to change.
    #[test]
    fn an_edit_changes_one_member_and_no_other_byte(
        options in options(),
        text in "[ -~é中]{0,20}",
        model in "[a-z\"\\\\]{1,8}",
        new_model in "[a-z\"\\\\é]{1,8}",
        pretty: bool,
    ) {
        let mut body = json!({"a": text, "model": model, "stream": true, "z": {"model": text}});
        if let Some(options) = options {
            body["stream_options"] = options;
        }
        let print = if pretty { serde_json::to_vec_pretty } else { serde_json::to_vec };
        let original = Bytes::from(print(&body).unwrap());
        let facts = RequestFacts::read(&original).unwrap();

        let mut edits: Vec<Edit> = ask_for_usage(&chat(), &facts).into_iter().collect();
        edits.push(rename_model(&facts, &new_model).unwrap());
        let kept: usize = original.len() - edits.iter().map(|edit| edit.at.len()).sum::<usize>();
        let pieces = apply(&original, edits.clone());
        let from_original: usize = pieces
            .iter()
            .filter(|piece| original.as_ptr_range().contains(&piece.as_ptr()))
            .map(Bytes::len)
            .sum();
        prop_assert_eq!(from_original, kept);

        body["model"] = new_model.clone().into();
        if !body["stream_options"].is_object() {
            body["stream_options"] = json!({});
        }
        body["stream_options"]["include_usage"] = true.into();
        let patched: Value = serde_json::from_slice(&joined(&pieces)).unwrap();
        prop_assert_eq!(patched, body);
    }
}
