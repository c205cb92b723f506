//! Using the tools that a real agent offers: which one, with which arguments.

use serde_json::{Map, Value, json};

use super::prompt::{Prompt, Tool, ToolKind};
use super::schema;

/// A call of one of the agent's tools.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ToolCall {
    pub(super) name: String,
    pub(super) namespace: Option<String>,
    pub(super) input: Input,
}

/// What a tool is called with.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Input {
    /// For function tools.
    Json(Value),
    /// For custom tools.
    Text(String),
}

/// The names that agents give to their tool that writes a file, the surest first: Claude Code
/// and Kimi; Gemini CLI, Qwen Code, Vibe and the demo agent; opencode and pi; Cline; Copilot and
/// Droid.
const WRITE_TOOLS: [&str; 9] = [
    "Write",
    "write_file",
    "write",
    "WriteFile",
    "write_to_file",
    "create_file",
    "create",
    "Create",
    "fs_write",
];

/// The same for the tool that runs a command: Claude Code and Kimi; Gemini CLI and Qwen Code;
/// opencode, Copilot, Vibe and pi; Codex; Cline; Droid.
const RUN_TOOLS: [&str; 10] = [
    "Bash",
    "run_shell_command",
    "bash",
    "exec_command",
    "shell_command",
    "shell",
    "execute_command",
    "Execute",
    "run_command",
    "run",
];

const PATH_NAMES: [&str; 8] = [
    "file_path",
    "filePath",
    "path",
    "absolute_path",
    "filename",
    "target_file",
    "file",
    "fileName",
];

const CONTENT_NAMES: [&str; 7] =
    ["content", "file_text", "contents", "text", "file_content", "new_content", "data"];

const COMMAND_NAMES: [&str; 5] = ["command", "cmd", "script", "commandLine", "command_line"];

/// A call that writes a file; `None` if no tool of the agent can.
pub(super) fn write(prompt: &Prompt, path: &str, content: &str) -> Option<ToolCall> {
    let by_name = WRITE_TOOLS.iter().find_map(|name| tool(prompt, name));
    by_name
        .and_then(|tool| write_with(prompt, tool, path, content))
        .or_else(|| orchestrated(prompt, "apply_patch", &patch_text(path, content).into()))
        .or_else(|| patch(prompt, path, content))
        .or_else(|| write_with_any(prompt, path, content))
        .or_else(|| run(prompt, &write_command(path, content)))
}

/// A call that runs a command; `None` if no tool of the agent can.
pub(super) fn run(prompt: &Prompt, command: &str) -> Option<ToolCall> {
    if let Some(call) = orchestrated(prompt, "exec_command", &json!({ "cmd": command })) {
        return Some(call);
    }
    let by_name = RUN_TOOLS.iter().find_map(|name| tool(prompt, name));
    let any = || functions(prompt).find(|tool| property(tool, &COMMAND_NAMES).is_some());
    let tool = by_name.filter(|tool| property(tool, &COMMAND_NAMES).is_some()).or_else(any)?;
    let name = property(tool, &COMMAND_NAMES)?;
    let list = tool.schema["properties"][name]["type"] == "array";
    let value = if list { json!(["bash", "-lc", command]) } else { json!(command) };
    let mut arguments = required(tool, command);
    arguments.insert(name.to_owned(), value);
    Some(tool.call(Input::Json(arguments.into())))
}

/// A call of a tool that must be called, with arguments that fit its schema.
pub(super) fn forced(prompt: &Prompt, name: &str, text: &str) -> Option<ToolCall> {
    let tool = tool(prompt, name)?;
    let input = match tool.kind {
        ToolKind::Function => Input::Json(schema::instance(&tool.schema, text)),
        ToolKind::Custom => Input::Text(text.to_owned()),
    };
    Some(tool.call(input))
}

fn tool<'a>(prompt: &'a Prompt, name: &str) -> Option<&'a Tool> {
    prompt.tools.iter().find(|tool| tool.name == name)
}

fn functions(prompt: &Prompt) -> impl Iterator<Item = &Tool> {
    prompt.tools.iter().filter(|tool| tool.kind == ToolKind::Function)
}

fn write_with(prompt: &Prompt, tool: &Tool, path: &str, content: &str) -> Option<ToolCall> {
    let path_name = property(tool, &PATH_NAMES)?;
    let content_name = property(tool, &CONTENT_NAMES)?;
    let wants_absolute = tool.schema["properties"][path_name]["description"]
        .as_str()
        .is_some_and(|text| text.to_ascii_lowercase().contains("absolute"));
    let mut arguments = required(tool, "");
    let path = if wants_absolute { absolute(prompt, path) } else { path.to_owned() };
    arguments.insert(path_name.to_owned(), path.into());
    arguments.insert(content_name.to_owned(), content.into());
    Some(tool.call(Input::Json(arguments.into())))
}

/// Codex has no tool that writes a file; it applies patches, as plain text or as a function.
fn patch(prompt: &Prompt, path: &str, content: &str) -> Option<ToolCall> {
    let tool = tool(prompt, "apply_patch")?;
    let patch = patch_text(path, content);
    let input = match tool.kind {
        ToolKind::Custom => Input::Text(patch),
        ToolKind::Function => {
            let name = property(tool, &["input", "patch", "patchText", "diff"])?;
            let mut arguments = required(tool, "");
            arguments.insert(name.to_owned(), patch.into());
            Input::Json(arguments.into())
        }
    };
    Some(tool.call(input))
}

/// The newest models of Codex have one tool, `exec`, which runs JavaScript that calls the others.
fn orchestrated(prompt: &Prompt, nested: &str, input: &Value) -> Option<ToolCall> {
    let tool = tool(prompt, "exec").filter(|tool| tool.kind == ToolKind::Custom)?;
    let offered = tool.description.contains(&format!("{nested}("));
    let script = format!("const result = await tools.{nested}({input});\ntext(result);\n");
    offered.then(|| tool.call(Input::Text(script)))
}

fn patch_text(path: &str, content: &str) -> String {
    let mut patch = format!("*** Begin Patch\n*** Add File: {path}\n");
    for line in content.lines() {
        patch.extend(["+", line, "\n"]);
    }
    patch.push_str("*** End Patch\n");
    patch
}

/// A tool that nobody has told us about, found by what it takes and how it is called.
fn write_with_any(prompt: &Prompt, path: &str, content: &str) -> Option<ToolCall> {
    let sounds_like_writing = |tool: &&Tool| {
        let name = tool.name.to_ascii_lowercase();
        ["write", "create", "save", "edit"].iter().any(|word| name.contains(word))
    };
    let mut likely = functions(prompt).filter(sounds_like_writing);
    likely.find_map(|tool| write_with(prompt, tool, path, content))
}

fn write_command(path: &str, content: &str) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    format!("printf '%s\\n' {} > {}", quoted(content), quoted(path))
}

fn absolute(prompt: &Prompt, path: &str) -> String {
    match prompt.working_directory() {
        Some(directory) if !path.starts_with('/') => format!("{directory}/{path}"),
        _ => path.to_owned(),
    }
}

/// The first of `names` that the tool takes.
fn property<'a>(tool: &Tool, names: &[&'a str]) -> Option<&'a str> {
    names.iter().find(|name| tool.schema["properties"].get(**name).is_some()).copied()
}

/// Everything the tool insists on, filled with something that fits.
fn required(tool: &Tool, text: &str) -> Map<String, Value> {
    match schema::instance(&tool.schema, text) {
        Value::Object(arguments) => arguments,
        _ => Map::new(),
    }
}

impl Tool {
    fn call(&self, input: Input) -> ToolCall {
        ToolCall { name: self.name.clone(), namespace: self.namespace.clone(), input }
    }
}

#[cfg(test)]
mod tests;
