//! What a request asks of the model, whatever its dialect.

use serde_json::Value;

/// One request.
#[derive(Debug, Default)]
pub(super) struct Prompt {
    pub(super) model: String,
    pub(super) system: String,
    pub(super) turns: Vec<Turn>,
    /// What agents say of themselves in the user's place: where they are, which rules there are.
    pub(super) notes: String,
    pub(super) tools: Vec<Tool>,
    pub(super) wanted: Wanted,
    pub(super) delivery: Delivery,
    pub(super) stream_usage: StreamUsage,
}

/// One step of the conversation so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Turn {
    /// What a person said, or an agent in the person's name.
    User(String),
    Model,
    ToolResult(String),
}

/// What the answer must be.
#[derive(Debug, Default, PartialEq)]
pub(super) enum Wanted {
    /// Whatever the model likes.
    #[default]
    Free,
    /// JSON that fits a schema; `Null` where none is given.
    Json(Value),
    /// A call of this tool.
    Call(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Delivery {
    #[default]
    Whole,
    Streamed,
}

/// Whether a stream of chat completions tells its usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum StreamUsage {
    #[default]
    Unasked,
    Asked,
}

/// A tool that the agent offers.
#[derive(Debug, Clone)]
pub(super) struct Tool {
    pub(super) name: String,
    /// The group it belongs to, where the agent must be told.
    pub(super) namespace: Option<String>,
    pub(super) kind: ToolKind,
    pub(super) description: String,
    /// JSON schema of its arguments; `Null` for tools that take plain text.
    pub(super) schema: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ToolKind {
    /// Takes JSON.
    Function,
    /// Takes plain text (Codex: `apply_patch`, `exec`).
    Custom,
}

/// The language of the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    Chinese,
}

impl Prompt {
    /// What the user said last.
    pub(super) fn last_user(&self) -> &str {
        let said = self.turns.iter().rev().find_map(|turn| match turn {
            Turn::User(text) => Some(text.as_str()),
            Turn::Model | Turn::ToolResult(_) => None,
        });
        said.unwrap_or("")
    }

    /// The results of tools since the user spoke last.
    pub(super) fn results(&self) -> Vec<&str> {
        let since = self.turns.iter().rev().take_while(|turn| !matches!(turn, Turn::User(_)));
        let mut results: Vec<&str> = since
            .filter_map(|turn| match turn {
                Turn::ToolResult(text) => Some(text.as_str()),
                Turn::User(_) | Turn::Model => None,
            })
            .collect();
        results.reverse();
        results
    }

    /// Whether the model has answered before in this conversation.
    pub(super) fn is_continued(&self) -> bool {
        self.turns.contains(&Turn::Model)
    }

    pub(super) fn language(&self) -> Language {
        language_of(self.last_user())
    }

    /// The directory the agent says it works in, for tools that want absolute paths.
    pub(super) fn working_directory(&self) -> Option<&str> {
        let said = self.turns.iter().filter_map(|turn| match turn {
            Turn::User(text) => Some(text.as_str()),
            Turn::Model | Turn::ToolResult(_) => None,
        });
        let mut texts = [self.notes.as_str()].into_iter().chain(said).chain([self.system.as_str()]);
        texts.find_map(directory_in)
    }

    /// Adds a user message: a string, or parts of which those that are text count.
    pub(super) fn push_user(&mut self, content: &Value) {
        let (notes, said): (Vec<&str>, Vec<&str>) =
            texts(content).into_iter().partition(|text| is_note(text));
        self.notes.push_str(&notes.join("\n"));
        if !said.is_empty() {
            self.turns.push(Turn::User(said.join("\n")));
        }
    }

    pub(super) fn push_system(&mut self, content: &Value) {
        self.system.push_str(&text_of(content));
        self.system.push('\n');
    }
}

impl Tool {
    /// A tool as the dialects with JSON schemas describe it.
    pub(super) fn function(name: &Value, description: &Value, schema: &Value) -> Option<Self> {
        Some(Self {
            name: name.as_str()?.to_owned(),
            namespace: None,
            kind: ToolKind::Function,
            description: description.as_str().unwrap_or("").to_owned(),
            schema: schema.clone(),
        })
    }

    /// A tool that takes plain text.
    pub(super) fn custom(name: &Value, description: &Value) -> Option<Self> {
        let tool = Self::function(name, description, &Value::Null)?;
        Some(Self { kind: ToolKind::Custom, ..tool })
    }
}

pub(super) fn language_of(text: &str) -> Language {
    let chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    if text.chars().any(chinese) { Language::Chinese } else { Language::English }
}

/// The text of a content that is a string or a list of parts.
pub(super) fn text_of(content: &Value) -> String {
    texts(content).join("\n")
}

fn texts(content: &Value) -> Vec<&str> {
    match content {
        Value::String(text) => vec![text],
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        _ => Vec::new(),
    }
}

/// Whether a text is what an agent says of itself rather than what a person said. Seen with
/// Claude Code and Qwen Code; Codex (five of them); Gemini CLI.
fn is_note(text: &str) -> bool {
    const NOTES: [&str; 8] = [
        "<system-reminder>",
        "<environment_context>",
        "<permissions",
        "<user_instructions>",
        "<skills_instructions>",
        "<collaboration_mode>",
        "# AGENTS.md",
        "<session_context>",
    ];
    let text = text.trim_start();
    text.is_empty() || NOTES.iter().any(|note| text.starts_with(note))
}

fn directory_in(text: &str) -> Option<&str> {
    const PHRASES: [&str; 5] = [
        "<cwd>",
        "orking directory: ",
        "orking in the directory: ",
        "orkspace directory: ",
        "orkspace Directories:**\n  - ",
    ];
    PHRASES.iter().find_map(|phrase| {
        let (_, after) = text.split_once(phrase)?;
        let end = after.find(['\n', '<', '`', '"', ' ']).unwrap_or(after.len());
        let directory = after[..end].trim_end_matches(['.', '/']);
        directory.starts_with('/').then_some(directory)
    })
}
