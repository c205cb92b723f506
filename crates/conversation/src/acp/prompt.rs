//! How a prompt is made fit for an agent, and what its word for the end of a turn means.

use serde_json::{Value, json};

use super::update;
use crate::update::{Content, PromptAbilities};

/// The agent's word for why it stopped, for people; empty where it was simply done.
pub fn explain(stop_reason: &str) -> String {
    match stop_reason {
        "end_turn" => String::new(),
        "max_tokens" => "the answer reached the model's length limit".to_owned(),
        "max_turn_requests" => "the agent reached its limit of model calls for one turn".to_owned(),
        "refusal" => "the agent refused to go on".to_owned(),
        "cancelled" => "the agent cancelled the turn".to_owned(),
        other => format!("the agent stopped with {other:?}"),
    }
}

/// Makes a prompt fit for what the agent can take: a text file that it cannot take as such is
/// quoted; what cannot be quoted is a problem.
pub fn prepare(
    content: Vec<Value>,
    abilities: PromptAbilities,
) -> Result<Vec<Value>, &'static str> {
    content.into_iter().map(|block| prepare_block(block, abilities)).collect()
}

fn prepare_block(block: Value, abilities: PromptAbilities) -> Result<Value, &'static str> {
    match update::content(&block) {
        Content::Image { .. } if !abilities.image => Err("does not take images"),
        Content::Audio { .. } if !abilities.audio => Err("does not take sound"),
        Content::Blob { .. } if !abilities.embedded_context => Err("does not take files"),
        Content::Resource { uri, text, .. } if !abilities.embedded_context => {
            Ok(json!({ "type": "text", "text": quote(&uri, &text) }))
        }
        _ => Ok(block),
    }
}

/// Fences a file with more backticks than it contains itself.
fn quote(uri: &str, text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{uri}:\n{fence}\n{text}\n{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Value {
        json!({ "type": "resource", "resource": { "uri": "file:///a.md", "text": text } })
    }

    #[test]
    fn a_text_file_is_quoted_where_the_agent_cannot_take_it() {
        let able = PromptAbilities { embedded_context: true, ..PromptAbilities::default() };
        assert_eq!(prepare(vec![file("x")], able), Ok(vec![file("x")]));
        let quoted = prepare(vec![file("a\n```\nb")], PromptAbilities::default()).unwrap();
        assert_eq!(quoted[0]["text"], "file:///a.md:\n````\na\n```\nb\n````");
    }

    #[test]
    fn what_the_agent_cannot_take_is_a_problem() {
        let image = json!({ "type": "image", "data": "AA==", "mimeType": "image/png" });
        let able = PromptAbilities { image: true, ..PromptAbilities::default() };
        assert!(prepare(vec![image.clone()], able).is_ok());
        assert_eq!(prepare(vec![image], PromptAbilities::default()), Err("does not take images"));
    }

    #[test]
    fn every_stop_reason_is_shown_as_what_it_is() {
        assert_eq!(explain("end_turn"), "");
        assert!(explain("max_tokens").contains("length limit"));
        assert!(explain("_out_of_coffee").contains("_out_of_coffee"));
    }
}
