use super::*;
use crate::provider::prompt::Turn;

fn object(properties: Value, required: &[&str]) -> Value {
    let mut schema = json!({ "type": "object", "required": required });
    schema["properties"] = properties;
    schema
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn function(name: &str, schema: Value) -> Tool {
    let tool = Tool::function(&name.into(), &Value::Null, &Value::Null).unwrap();
    Tool { schema, ..tool }
}

fn prompt(tools: Vec<Tool>) -> Prompt {
    let notes = "<env>\nWorking directory: /srv/project\n".to_owned();
    Prompt { tools, notes, turns: vec![Turn::User("x".into())], ..Prompt::default() }
}

fn written(tools: Vec<Tool>) -> ToolCall {
    write(&prompt(tools), "a/b.txt", "one\ntwo").unwrap()
}

fn json_input(call: &ToolCall) -> &Value {
    match &call.input {
        Input::Json(arguments) => arguments,
        Input::Text(text) => panic!("{text} is not JSON"),
    }
}

/// The tools by which each agent was seen to write, with its own names and demands.
#[test]
fn every_agents_own_tool_writes_the_file() {
    let absolute = json!({ "type": "string", "description": "The absolute path to the file" });
    let cases = [
        (
            "Claude Code",
            function(
                "Write",
                object(
                    json!({ "file_path": absolute, "content": text() }),
                    &["file_path", "content"],
                ),
            ),
            json!({ "file_path": "/srv/project/a/b.txt", "content": "one\ntwo" }),
        ),
        (
            "Gemini CLI",
            function(
                "write_file",
                object(
                    json!({ "file_path": text(), "content": text() }),
                    &["file_path", "content"],
                ),
            ),
            json!({ "file_path": "a/b.txt", "content": "one\ntwo" }),
        ),
        (
            "Qwen Code",
            function(
                "write_file",
                object(
                    json!({ "file_path": absolute, "content": text(), "record_as_artifact": { "type": "boolean" } }),
                    &["file_path", "content"],
                ),
            ),
            json!({ "file_path": "/srv/project/a/b.txt", "content": "one\ntwo" }),
        ),
        (
            "opencode",
            function(
                "write",
                object(json!({ "filePath": text(), "content": text() }), &["filePath", "content"]),
            ),
            json!({ "filePath": "a/b.txt", "content": "one\ntwo" }),
        ),
        (
            "Copilot",
            function("create", object(json!({ "path": text(), "file_text": text() }), &["path"])),
            json!({ "path": "a/b.txt", "file_text": "one\ntwo" }),
        ),
        (
            "Cline",
            function(
                "write_to_file",
                object(json!({ "path": text(), "content": text() }), &["path", "content"]),
            ),
            json!({ "path": "a/b.txt", "content": "one\ntwo" }),
        ),
        (
            "Vibe",
            function(
                "write_file",
                object(
                    json!({ "path": text(), "content": text(), "overwrite": { "type": "boolean" } }),
                    &["path", "content", "overwrite"],
                ),
            ),
            json!({ "path": "a/b.txt", "content": "one\ntwo", "overwrite": false }),
        ),
        (
            "an agent nobody knows",
            function("SaveTheFile", object(json!({ "filename": text(), "contents": text() }), &[])),
            json!({ "filename": "a/b.txt", "contents": "one\ntwo" }),
        ),
    ];
    for (agent, tool, arguments) in cases {
        let name = tool.name.clone();
        let call =
            written(vec![function("read_file", object(json!({ "path": text() }), &[])), tool]);
        assert_eq!((call.name.as_str(), json_input(&call)), (name.as_str(), &arguments), "{agent}");
    }
}

const PATCH: &str = "*** Begin Patch\n*** Add File: a/b.txt\n+one\n+two\n*** End Patch\n";

/// Codex in its three shapes: a patch as text, a patch as a function, and a script.
#[test]
fn codex_applies_a_patch() {
    let custom = Tool::custom(&"apply_patch".into(), &Value::Null).unwrap();
    assert_eq!(written(vec![custom]).input, Input::Text(PATCH.into()));

    let as_function = function("apply_patch", object(json!({ "input": text() }), &["input"]));
    assert_eq!(json_input(&written(vec![as_function])), &json!({ "input": PATCH }));

    let nested = "declare const tools: { apply_patch(input: string): Promise<unknown>; };";
    let exec = Tool::custom(&"exec".into(), &nested.into()).unwrap();
    let Input::Text(script) = written(vec![exec]).input else { panic!("a script is text") };
    assert!(script.contains("await tools.apply_patch(\"*** Begin Patch\\n"), "{script}");
}

#[test]
fn an_agent_that_has_only_a_shell_writes_with_it() {
    let exec = function("exec_command", object(json!({ "cmd": text() }), &["cmd"]));
    let call = written(vec![exec]);
    assert_eq!(json_input(&call), &json!({ "cmd": "printf '%s\\n' 'one\ntwo' > 'a/b.txt'" }));
    assert_eq!(write(&prompt(Vec::new()), "a", "b"), None);
}

#[test]
fn every_agents_own_tool_runs_the_command() {
    let list = json!({ "type": "array", "items": { "type": "string" } });
    let cases = [
        (
            "Bash",
            object(json!({ "command": text(), "description": text() }), &["command"]),
            json!({ "command": "ls" }),
        ),
        (
            "run_shell_command",
            object(
                json!({ "command": text(), "is_background": { "type": "boolean" } }),
                &["command", "is_background"],
            ),
            json!({ "command": "ls", "is_background": false }),
        ),
        ("exec_command", object(json!({ "cmd": text() }), &["cmd"]), json!({ "cmd": "ls" })),
        (
            "shell",
            object(json!({ "command": list }), &["command"]),
            json!({ "command": ["bash", "-lc", "ls"] }),
        ),
        ("odd_name", object(json!({ "script": text() }), &["script"]), json!({ "script": "ls" })),
    ];
    for (name, schema, arguments) in cases {
        let call = run(&prompt(vec![function(name, schema)]), "ls").unwrap();
        assert_eq!((call.name.as_str(), json_input(&call)), (name, &arguments));
    }
}

/// How agents tell where they are: Claude Code, Codex, Gemini CLI, Qwen Code (which did so in a
/// turn of the user's before it had notes), opencode.
#[test]
fn the_working_directory_is_found() {
    for text in [
        " - Primary working directory: /srv/project\n - Is a git",
        "<environment_context>\n  <cwd>/srv/project</cwd>",
        "- **Workspace Directories:**\n  - /srv/project\n- **Dir",
        "I'm currently working in the directory: /srv/project\nHere is",
        "<env>\n  Working directory: /srv/project\n",
    ] {
        let as_note = Prompt { notes: text.to_owned(), ..Prompt::default() };
        let as_turn = Prompt { turns: vec![Turn::User(text.to_owned())], ..Prompt::default() };
        let as_system = Prompt { system: text.to_owned(), ..Prompt::default() };
        for prompt in [as_note, as_turn, as_system] {
            assert_eq!(prompt.working_directory(), Some("/srv/project"), "{text}");
        }
    }
}
