use serde_json::json;

use super::*;
use crate::provider::prompt::Delivery;
use crate::provider::tools::Input;
use crate::provider::{anthropic, chat, gemini, responses};

fn text(prompt: &Prompt) -> String {
    let reply = reply(prompt);
    assert_eq!(reply.call, None);
    reply.whole_text()
}

fn parsed(prompt: &Prompt) -> Value {
    serde_json::from_str(&text(prompt)).unwrap()
}

/// Titles as opencode, Claude Code and Codex ask for them.
#[test]
fn titles_are_short_and_say_what_is_to_be_done() {
    let opencode = chat::read(&json!({ "messages": [
        { "role": "system", "content": "You are a title generator. You output ONLY a thread title." },
        { "role": "user", "content": "Generate a title for this conversation:\n" },
        { "role": "user", "content": "\"please [[write notes.txt hello world]]\"" },
    ] }));
    assert_eq!(text(&opencode), "Write notes.txt");

    let schema = json!({ "type": "object", "properties": { "title": { "type": "string" } },
        "required": ["title"] });
    let claude = anthropic::read(&json!({
        "system": [{ "type": "text", "text": "You are naming a coding session so the user can pick it" }],
        "output_config": { "format": { "type": "json_schema", "schema": schema } },
        "messages": [{ "role": "user", "content": [{ "type": "text",
            "text": "<session>\n修复登录\n</session>\n\nWrite the title in the language of the session" }] }],
    }));
    assert_eq!(parsed(&claude), json!({ "title": "修复登录" }));

    let codex = responses::read(&json!({
        "text": { "format": { "type": "json_schema", "schema": schema, "name": "x" } },
        "input": [{ "type": "message", "role": "user", "content": [{ "type": "input_text",
            "text": "Your task is to generate a very short title\n\nUser's first message:\nfix the login please now or never ever" }] }],
    }));
    assert_eq!(parsed(&codex), json!({ "title": "fix the login please now or" }));
}

/// What an agent asks a model to judge is judged so that the agent goes on.
#[test]
fn reviewers_routers_and_classifiers_get_an_agreeable_answer() {
    let guardian = responses::read(&json!({
        "text": { "format": { "type": "json_schema", "name": "codex_output_schema", "schema": {
            "type": "object", "required": ["outcome"],
            "properties": { "outcome": { "type": "string", "enum": ["deny", "allow"] } } } } },
        "input": "Planned action JSON: [[write x y]]",
    }));
    assert_eq!(parsed(&guardian), json!({ "outcome": "allow" }));

    let router = gemini::read(
        &json!({
            "contents": [{ "role": "user", "parts": [{ "text": "[[write x y]]" }] }],
            "generationConfig": { "responseMimeType": "application/json", "responseJsonSchema": {
                "type": "OBJECT", "required": ["complexity_reasoning", "complexity_score"],
                "properties": { "complexity_reasoning": { "type": "STRING" },
                    "complexity_score": { "type": "INTEGER" } } } },
        }),
        "g",
        Delivery::Whole,
    );
    assert_eq!(
        parsed(&router),
        json!({ "complexity_reasoning": "Write x", "complexity_score": 1 })
    );

    let classifier = chat::read(&json!({
        "tool_choice": "required",
        "tools": [{ "type": "function", "function": { "name": "respond_in_schema", "parameters": {
            "type": "object", "required": ["shouldBlock", "allowed"],
            "properties": { "shouldBlock": { "type": "boolean" }, "allowed": { "type": "boolean" } } } } }],
        "messages": [{ "role": "user", "content": "## Pending tool call to classify" }],
    }));
    let call = reply(&classifier).call.unwrap();
    assert_eq!(call.name, "respond_in_schema");
    assert_eq!(call.input, Input::Json(json!({ "shouldBlock": false, "allowed": true })));
}

/// The old directives of a conversation are not followed again by what comes behind it.
#[test]
fn suggestions_memories_and_summaries_do_not_act() {
    let tools = json!([{ "type": "function", "function": { "name": "write_file", "parameters": {
        "properties": { "file_path": {}, "content": {} } } } }]);
    for (asked, answered) in [
        ("[SUGGESTION MODE: Suggest what the user might naturally type next.]", "show me"),
        ("Managed memory has TWO directories.", "Nothing to remember."),
        (
            "Your task is to create a detailed summary of the conversation so far",
            "nothing is pending",
        ),
    ] {
        let prompt = chat::read(&json!({ "tools": tools, "messages": [
            { "role": "user", "content": "[[write notes.txt hello]]" },
            { "role": "assistant", "content": "Done." },
            { "role": "user", "content": asked },
        ] }));
        assert!(text(&prompt).contains(answered), "{asked}");
    }
}

#[test]
fn without_a_fitting_tool_the_model_says_so() {
    let prompt =
        chat::read(&json!({ "messages": [{ "role": "user", "content": "[[write a b]]" }] }));
    assert_eq!(text(&prompt), "No tool that was offered to me can do that.");
}

#[test]
fn what_a_tool_said_last_is_quoted() {
    let prompt = chat::read(&json!({ "messages": [
        { "role": "user", "content": "[[write a b]] 谢谢" },
        { "role": "assistant", "content": "" },
        { "role": "tool", "content": "File\n  created" },
    ] }));
    assert_eq!(text(&prompt), "完成。工具的回答:File created");
}

#[test]
fn pieces_make_up_the_text() {
    for text in
        ["", "one", "one two  three\n", "没有空格的一句很长的中文", "averyveryverylongwordindeed x"]
    {
        let pieces = pieces(text);
        assert_eq!(pieces.concat(), text);
        assert!(pieces.iter().all(|piece| piece.chars().count() <= 12), "{pieces:?}");
    }
}
