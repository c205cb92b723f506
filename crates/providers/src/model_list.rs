//! Lists of models that are written here, in the shape of each dialect's clients, and read there.

use http::{HeaderMap, HeaderValue, StatusCode, header};
use model::provider::Dialect;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::call::{Call, Endpoint};
use crate::refusal::Answer;

/// What an upstream can be read to list at the most.
const MAX_LISTED: usize = 200;

/// A longer name is not one that anybody could ask for.
const MAX_NAME_BYTES: usize = 200;

/// The answer to a call for the models, or for one of them, where it is known here which there are.
pub fn answer(call: &Call, models: &[&str]) -> Answer {
    let body = match (call.endpoint, call.model.as_deref()) {
        (Endpoint::Model, Some(model)) => one(call.dialect, model),
        _ if call.is_for_codex() => json!({ "models": [] }),
        _ => all(call.dialect, models),
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Answer { status: StatusCode::OK, headers, body: body.to_string().into() }
}

/// The names in a list of models, whatever the dialect calls them; `None` if it is not one.
pub fn read(dialect: Dialect, body: &[u8]) -> Option<Vec<String>> {
    #[derive(Deserialize)]
    struct Listed {
        #[serde(alias = "name")]
        id: String,
    }
    #[derive(Deserialize)]
    struct List {
        #[serde(alias = "models")]
        data: Vec<Listed>,
    }
    let list: List = serde_json::from_slice(body).ok()?;
    let bare = |name: String| match dialect {
        Dialect::Gemini => name.strip_prefix("models/").map_or(name.clone(), str::to_owned),
        Dialect::OpenAi | Dialect::Anthropic => name,
    };
    let names = list.data.into_iter().map(|listed| bare(listed.id));
    let sane = |name: &String| {
        (1..=MAX_NAME_BYTES).contains(&name.len())
            && !name.chars().any(|c| c.is_control() || c.is_whitespace())
    };
    Some(names.filter(sane).take(MAX_LISTED).collect())
}

fn all(dialect: Dialect, models: &[&str]) -> Value {
    let listed: Vec<_> = models.iter().map(|model| one(dialect, model)).collect();
    match dialect {
        Dialect::OpenAi => json!({ "object": "list", "data": listed }),
        Dialect::Anthropic => json!({
            "data": listed, "has_more": false, "first_id": models.first(), "last_id": models.last(),
        }),
        Dialect::Gemini => json!({ "models": listed }),
    }
}

fn one(dialect: Dialect, model: &str) -> Value {
    match dialect {
        Dialect::OpenAi => {
            json!({ "id": model, "object": "model", "created": 0, "owned_by": "gantline" })
        }
        Dialect::Anthropic => json!({
            "type": "model", "id": model, "display_name": model,
            "created_at": "1970-01-01T00:00:00Z",
        }),
        Dialect::Gemini => json!({
            "name": format!("models/{model}"), "version": "", "displayName": model,
            "supportedGenerationMethods": [
                "generateContent", "streamGenerateContent", "countTokens",
            ],
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written for a dialect's clients is what they would read from the vendor.
    #[test]
    fn a_list_that_is_written_can_be_read() {
        for dialect in [Dialect::OpenAi, Dialect::Anthropic, Dialect::Gemini] {
            let models = ["fast", "gpt-5.5"];
            let answer = answer(&Call::models(dialect), &models);
            assert_eq!(read(dialect, &answer.body).unwrap(), models, "{dialect}");
        }
    }

    #[test]
    fn what_an_upstream_lists_is_bounded_and_clean() {
        let listed: Vec<_> = (0..500).map(|n| json!({ "id": format!("m{n}") })).collect();
        let body = json!({ "data": listed }).to_string();
        assert_eq!(read(Dialect::OpenAi, body.as_bytes()).unwrap().len(), MAX_LISTED);
        let body = json!({ "data": [{ "id": "a\u{1b}[31m" }, { "id": "x".repeat(900) }, { "id": "" },
            { "id": "fine", "id2": 1 }] });
        assert_eq!(read(Dialect::OpenAi, body.to_string().as_bytes()).unwrap(), ["fine"]);
        for body in ["", "[]", "{}", "{\"data\":{}}", "<html>"] {
            assert_eq!(read(Dialect::OpenAi, body.as_bytes()), None, "{body}");
        }
    }
}
