//! The published schema, held against what is really printed.

use std::fs;

use serde_json::Value;

use super::support::{House, program, stdout};

/// Why a value does not fit a schema, as far as our schemas go: types, members, alternatives,
/// references and words.
fn misfit(value: &Value, schema: &Value, root: &Value) -> Option<String> {
    if let Some(place) = schema["$ref"].as_str() {
        let part = root.pointer(place.trim_start_matches('#'));
        let part = part.unwrap_or_else(|| panic!("{place} is missing"));
        return misfit(value, part, root);
    }
    let fits = |schemas: &Value| {
        let schemas = schemas.as_array().unwrap();
        schemas.iter().filter(|schema| misfit(value, schema, root).is_none()).count()
    };
    if schema.get("oneOf").is_some_and(|all| fits(all) == 0)
        || schema.get("anyOf").is_some_and(|all| fits(all) == 0)
    {
        return Some(format!("{value} fits no alternative"));
    }
    let mut all = schema["allOf"].as_array().into_iter().flatten();
    if let Some(misfit) = all.find_map(|part| misfit(value, part, root)) {
        return Some(misfit);
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        return Some(format!("{value} is none of {}", schema["enum"]));
    }
    let types = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    };
    if !types.is_empty() && !types.iter().any(|kind| is_a(value, kind)) {
        return Some(format!("{value} is not {types:?}"));
    }
    let mut needed = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    if let Value::Object(members) = value {
        if let Some(name) = needed.find(|name| !members.contains_key(*name)) {
            return Some(format!("{name} is missing in {value}"));
        }
        return members.iter().find_map(|(name, value)| {
            let schema = schema["properties"].get(name)?;
            misfit(value, schema, root).map(|misfit| format!("{name}: {misfit}"))
        });
    }
    let mut items = value.as_array().into_iter().flatten().filter(|_| schema["items"].is_object());
    items.find_map(|item| misfit(item, &schema["items"], root))
}

fn is_a(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("unknown type {other}"),
    }
}

#[test]
fn every_line_that_is_printed_fits_the_published_schema() {
    let house = House::start();
    let printed = stdout(&program(&house.home()).arg("schema").output().unwrap());
    let schema: Value = serde_json::from_str(&printed).unwrap();
    fs::write(house.work().join("notes.txt"), "the contents").unwrap();
    let mut kinds: Vec<String> = Vec::new();
    for arguments in [
        &["-p", "/plan one; two"][..],
        &["-p", "/think aloud", "--thoughts"],
        &["-p", "/read notes.txt", "--suppress-reads"],
        &["-p", "/run ls -l", "--permission-preset", "full-auto"],
        &["-p", "/write a.txt b"],
        &["-S", "named", "-p", "/write a.txt b"],
        &["-p", "/error -32603 broken", "--prompt-retries", "1"],
        &["-p", "hello there", "-m", "nowhere"],
        &["--no-such-option"],
    ] {
        let output = house.run(&[arguments, &["--format", "json"]].concat());
        for line in stdout(&output).lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            assert_eq!(misfit(&line, &schema, &schema), None, "{line}");
            kinds.push(line["type"].as_str().unwrap().to_owned());
        }
    }
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds, ["error", "permission", "result", "retry", "session", "turn", "update"]);
    for wrong in [
        r#"{"type":"result"}"#,
        r#"{"type":"nothing"}"#,
        r#"{"type":"retry","attempt":"1","of":1,"wait_ms":1}"#,
        "[]",
    ] {
        let wrong: Value = serde_json::from_str(wrong).unwrap();
        assert!(misfit(&wrong, &schema, &schema).is_some(), "{wrong}");
    }
}
