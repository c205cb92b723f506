use proptest::prelude::*;
use serde_json::Value;

use super::*;

/// Writes down everything it is told.
#[derive(Debug, Default, PartialEq)]
struct Recorder {
    heard: Vec<(String, String, Range<usize>)>,
}

impl Recorder {
    fn path(path: &Path) -> String {
        let names: Vec<_> = path.parts().iter().map(|n| String::from_utf8_lossy(n)).collect();
        names.join("/")
    }
}

impl Visitor for Recorder {
    fn scalar(&mut self, path: &Path, value: Scalar<'_>, span: Range<usize>) {
        let value = match value {
            Scalar::String(_) => value.text().map_or("too long".into(), |text| format!("{text:?}")),
            Scalar::Number(digits) => String::from_utf8_lossy(digits.unwrap()).into_owned(),
            Scalar::Bool(value) => value.to_string(),
            Scalar::Null => "null".into(),
        };
        self.heard.push((Self::path(path), value, span));
    }

    fn opened(&mut self, path: &Path, container: Container, at: usize) {
        self.heard.push((Self::path(path), format!("{container:?}"), at..at + 1));
    }

    fn closed(&mut self, path: &Path, content: Content, at: usize) {
        self.heard.push((Self::path(path), format!("end, {content:?}"), at..at + 1));
    }
}

fn skim(pieces: &[&[u8]]) -> Result<Recorder, Malformed> {
    let mut recorder = Recorder::default();
    let mut skimmer = Skimmer::new();
    for piece in pieces {
        skimmer.push(piece, &mut recorder)?;
    }
    skimmer.finish(&mut recorder)?;
    Ok(recorder)
}

fn scalars(recorder: &Recorder) -> Vec<(&str, &str)> {
    let is_scalar =
        |value: &str| !value.starts_with("end,") && !["Object", "Array"].contains(&value);
    let heard = recorder.heard.iter().map(|(path, value, _)| (path.as_str(), value.as_str()));
    heard.filter(|(_, value)| is_scalar(value)).collect()
}

#[test]
fn values_near_the_root_are_told_with_their_place() {
    let text = br#" {"model":"m\u0061x","n":-1.5e3,"deep":{"list":[true,{"x":null}]},"e":{}} "#;
    let recorder = skim(&[text]).unwrap();
    assert_eq!(
        scalars(&recorder),
        [
            ("model", "\"max\""),
            ("n", "-1.5e3"),
            ("deep/list/[]", "true"),
            ("deep/list/[]/x", "null"),
        ]
    );
    let (_, _, span) = recorder.heard.iter().find(|(path, ..)| path == "model").unwrap();
    assert_eq!(&text[span.clone()], br#""m\u0061x""#);
    let empty: Vec<_> = recorder.heard.iter().filter(|(path, ..)| path == "e").collect();
    assert_eq!(empty[1].1, "end, None");
}

#[test]
fn keys_are_read_with_their_escapes() {
    let recorder = skim(&[br#"{"\u006dodel":1,"mo\\del":2,"x\"y":3}"#]).unwrap();
    assert_eq!(scalars(&recorder), [("model", "1"), ("mo\\del", "2"), ("x\"y", "3")]);
}

#[test]
fn what_is_deep_is_passed_over() {
    let recorder = skim(&[br#"{"a":{"b":{"c":{"d":1,"e":{"f":2}}}},"g":3}"#]).unwrap();
    assert_eq!(scalars(&recorder), [("a/b/c/d", "1"), ("g", "3")]);
}

#[test]
fn a_document_may_be_a_single_value() {
    assert_eq!(scalars(&skim(&[b" 12"]).unwrap()), [("", "12")]);
    assert_eq!(scalars(&skim(&[b"\"x\" "]).unwrap()), [("", "\"x\"")]);
}

#[test]
fn what_is_not_json_is_refused() {
    let deep = "[".repeat(MAX_DEPTH + 1);
    for text in [
        "",
        " ",
        "{",
        "}",
        "[1,]",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{'a':1}",
        "{a:1}",
        "[1 2]",
        "{\"a\":1 \"b\":2}",
        "nul",
        "nulll",
        "tru e",
        "\"",
        "\"\\\"",
        "{} {}",
        "{}x",
        "[1}",
        "{\"a\":1]",
        "// c\n{}",
        "NaN",
        "+1",
        ".5",
        "\u{feff}{}",
        "{\"a\" \"b\"}",
        &deep,
    ] {
        assert!(skim(&[text.as_bytes()]).is_err(), "{text:?} was accepted");
    }
}

/// Memory does not follow the document.
#[test]
fn long_strings_are_not_kept() {
    let text = format!(r#"{{"a":"{}","model":"x"}}"#, "y".repeat(100_000));
    let mut skimmer = Skimmer::new();
    let mut recorder = Recorder::default();
    skimmer.push(text.as_bytes(), &mut recorder).unwrap();
    assert!(skimmer.token.capacity() <= 2 * MAX_TOKEN_BYTES);
    assert_eq!(scalars(&recorder), [("a", "too long"), ("model", "\"x\"")]);
}

fn any_json() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i8>().prop_map(|number| Value::from(f64::from(number) / 2.0)),
        "[ -~é中\n\"\\\\]{0,12}".prop_map(Value::from),
    ];
    scalar.prop_recursive(5, 40, 5, |inner| {
        let object = prop::collection::vec(("[a-c\"\\\\é]{0,3}", inner.clone()), 0..5);
        prop_oneof![
            prop::collection::vec(inner, 0..5).prop_map(Value::from),
            object.prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

/// What a visitor should hear of a parsed document.
fn expected(path: &str, value: &Value, depth: usize, heard: &mut Vec<(String, String)>) {
    if depth > Path::DEPTH {
        return;
    }
    let below = |name: &str| if depth == 0 { name.to_owned() } else { format!("{path}/{name}") };
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                expected(&below(key), value, depth + 1, heard);
            }
        }
        Value::Array(values) => {
            for value in values {
                expected(&below("[]"), value, depth + 1, heard);
            }
        }
        Value::String(text) => heard.push((path.to_owned(), format!("{text:?}"))),
        scalar => heard.push((path.to_owned(), scalar.to_string())),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn it_sees_what_a_full_parser_sees(document in any_json(), pretty: bool) {
        let print = if pretty { serde_json::to_vec_pretty } else { serde_json::to_vec };
        let text = print(&document).unwrap();
        // Parsed again, so that numbers are printed as the parser understands them.
        let document: Value = serde_json::from_slice(&text).unwrap();
        let recorder = skim(&[&text]).unwrap();
        let mut wanted = Vec::new();
        expected("", &document, 0, &mut wanted);
        let heard: Vec<_> = scalars(&recorder).iter().map(|(p, v)| ((*p).into(), (*v).into())).collect();
        prop_assert_eq!(heard, wanted);
    }

    #[test]
    fn any_split_is_heard_the_same(document in any_json(), cuts: Vec<prop::sample::Index>) {
        let text = serde_json::to_vec(&document).unwrap();
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        let pieces: Vec<_> = cuts.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect();
        prop_assert_eq!(skim(&pieces), skim(&[&text]));
    }

    /// It may accept a little more than JSON, never less, and never panics.
    #[test]
    fn it_never_refuses_what_a_full_parser_accepts(
        document in any_json(),
        at: prop::sample::Index,
        with in prop::sample::select(br#"{}[]":,\ 0-etnu"#.to_vec()),
    ) {
        let mut text = serde_json::to_vec(&document).unwrap();
        let at = at.index(text.len());
        text[at] = with;
        if serde_json::from_slice::<Value>(&text).is_ok() {
            prop_assert!(skim(&[&text]).is_ok());
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
        let _ = skim(&[&bytes]);
    }
}
