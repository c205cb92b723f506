//! A value that fits a JSON schema, for tools and answers whose shape is the caller's.

use serde_json::{Map, Value, json};

/// Deeper schemas are answered with `null` where they go deeper.
const MAX_DEPTH: usize = 12;

/// Words that let an agent go on where it asks a model for its judgement.
const AGREEABLE: [&str; 8] =
    ["allow", "allowed", "approve", "approved", "safe", "low", "flash", "simple"];

/// A value that fits: every required member, the agreeable one of several words, `text` for texts.
pub(super) fn instance(schema: &Value, text: &str) -> Value {
    fitting(schema, schema, "", text, 0)
}

fn fitting(root: &Value, schema: &Value, name: &str, text: &str, depth: usize) -> Value {
    let schema = resolved(root, schema);
    if depth > MAX_DEPTH {
        return Value::Null;
    }
    if let Some(constant) = schema.get("const") {
        return constant.clone();
    }
    if let Some(words) = schema["enum"].as_array() {
        return agreeable(words);
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        if let Some(first) = schema[key].as_array().and_then(|choices| choices.first()) {
            return fitting(root, first, name, text, depth + 1);
        }
    }
    match type_of(schema).as_str() {
        "object" => object(root, schema, text, depth),
        "array" => {
            let least = schema["minItems"].as_u64().unwrap_or(0).min(4);
            (0..least).map(|_| fitting(root, &schema["items"], name, text, depth + 1)).collect()
        }
        "boolean" => json!(AGREEABLE.iter().any(|word| name.to_ascii_lowercase().contains(word))),
        "integer" | "number" => schema.get("minimum").cloned().unwrap_or_else(|| json!(1)),
        "null" => Value::Null,
        _ => json!(text),
    }
}

fn object(root: &Value, schema: &Value, text: &str, depth: usize) -> Value {
    let none = Vec::new();
    let required = schema["required"].as_array().unwrap_or(&none);
    let names = required.iter().filter_map(Value::as_str);
    let member = |name: &str| {
        let value = fitting(root, &schema["properties"][name], name, text, depth + 1);
        (name.to_owned(), value)
    };
    Value::Object(names.map(member).collect::<Map<_, _>>())
}

fn agreeable(words: &[Value]) -> Value {
    let is_agreeable = |word: &&Value| {
        word.as_str().is_some_and(|word| AGREEABLE.contains(&word.to_ascii_lowercase().as_str()))
    };
    words.iter().find(is_agreeable).or(words.first()).cloned().unwrap_or(Value::Null)
}

/// Gemini writes types in capitals; a list of types stands for the first that is not `null`.
fn type_of(schema: &Value) -> String {
    let name = match &schema["type"] {
        Value::String(name) => name.as_str(),
        Value::Array(names) => {
            names.iter().filter_map(Value::as_str).find(|name| *name != "null").unwrap_or("null")
        }
        _ if schema.get("properties").is_some() => "object",
        _ => "string",
    };
    name.to_ascii_lowercase()
}

fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let Some(reference) = schema["$ref"].as_str() else { return schema };
    reference.strip_prefix('#').and_then(|pointer| root.pointer(pointer)).unwrap_or(schema)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn required_members_are_there_and_fit() {
        let schema = json!({
            "type": "object",
            "required": ["reasoning", "model_choice", "safe", "count", "list", "kind", "nested"],
            "properties": {
                "reasoning": {"type": "string"},
                "model_choice": {"type": "STRING", "enum": ["pro", "flash"]},
                "safe": {"type": "boolean"},
                "count": {"type": "integer", "minimum": 3},
                "list": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/item"}},
                "kind": {"const": "x"},
                "nested": {"anyOf": [{"type": ["null", "object"], "properties": {}}]},
                "optional": {"type": "string"},
            },
            "$defs": {"item": {"type": "object", "required": ["a"], "properties": {"a": {}}}},
        });
        assert_eq!(
            instance(&schema, "t"),
            json!({
                "reasoning": "t", "model_choice": "flash", "safe": true, "count": 3,
                "list": [{"a": "t"}], "kind": "x", "nested": {},
            })
        );
    }

    #[test]
    fn a_schema_that_contains_itself_ends() {
        let schema =
            json!({"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#"}}});
        assert!(instance(&schema, "t")["next"].is_object());
    }
}
