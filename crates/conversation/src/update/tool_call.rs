//! Tool calls.

use model::words;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Content;

words! {
    /// What kind of thing a tool call does, as ACP has it.
    pub enum ToolKind as "tool kind" {
        /// Reads files or data.
        Read = "read",
        /// Changes files.
        Edit = "edit",
        /// Removes files or data.
        Delete = "delete",
        /// Moves or renames files.
        Move = "move",
        /// Searches.
        Search = "search",
        /// Runs a command.
        Execute = "execute",
        /// Thinks or plans.
        Think = "think",
        /// Fetches from elsewhere.
        Fetch = "fetch",
        /// Changes the agent's mode.
        SwitchMode = "switch_mode",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// Where a tool call stands.
    pub enum ToolStatus as "tool call status" {
        /// It has not begun.
        Pending = "pending",
        /// It runs.
        InProgress = "in_progress",
        /// It has begun and waits for something.
        Paused = "paused",
        /// It has succeeded.
        Completed = "completed",
        /// It has failed.
        Failed = "failed",
        /// It was cancelled before it was done.
        Cancelled = "cancelled",
        /// The turn ended before the agent said how this ended.
        Unfinished = "unfinished",
    }
}

impl ToolStatus {
    /// Whether the agent still has something to say about it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::InProgress | Self::Paused)
    }
}

/// A tool call, as far as it is known. An absent member means "unchanged".
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ToolCall {
    /// The agent's name for it.
    pub tool_call_id: String,
    /// One line for people, in the agent's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The agent's name of the tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What kind of thing it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_kind: Option<ToolKind>,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ToolStatus>,
    /// What it has brought, whole. Replaces what it had brought before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Vec<ToolContent>>,
    /// The files it touches, whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locations: Option<Vec<Location>>,
    /// What the tool was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub raw_input: Option<Value>,
    /// What the tool answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub raw_output: Option<Value>,
    /// How many bytes were left out because the whole was too large.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut_bytes: Option<u64>,
}

/// A file that a tool call touches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Location {
    /// Where it is.
    pub path: String,
    /// The line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// Something that a tool call has brought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ToolContent {
    /// Text, an image and so on.
    Content {
        /// The content.
        content: Content,
    },
    /// A change of a file.
    Diff {
        /// Which file.
        path: String,
        /// What was there; absent where the file is new.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        old_text: Option<String>,
        /// What is there afterwards.
        new_text: String,
    },
    /// A terminal that the agent holds; see [`super::Update::TerminalOutput`].
    Terminal {
        /// The agent's name for it.
        terminal_id: String,
    },
    /// Something that this version does not know, as it was said.
    Unknown {
        /// The JSON.
        #[cfg_attr(feature = "schema", schema(value_type = Object))]
        raw: Value,
    },
}

/// A piece of what a terminal has shown, or its end.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TerminalOutput {
    /// The tool call that shows the terminal.
    pub tool_call_id: String,
    /// The agent's name for the terminal.
    pub terminal_id: String,
    /// What comes after what it has shown before; may be empty.
    pub text: String,
    /// The exit status of its program, once that has ended by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i64>,
}

impl ToolCall {
    /// A tool call of which only the id is known.
    pub fn new(tool_call_id: impl Into<String>) -> Self {
        Self { tool_call_id: tool_call_id.into(), ..Self::default() }
    }

    /// Takes over what a later upsert says.
    pub fn absorb(&mut self, later: Self) {
        fn take<T>(known: &mut Option<T>, said: Option<T>) {
            if said.is_some() {
                *known = said;
            }
        }
        take(&mut self.title, later.title);
        take(&mut self.name, later.name);
        take(&mut self.tool_kind, later.tool_kind);
        take(&mut self.status, later.status);
        take(&mut self.content, later.content);
        take(&mut self.locations, later.locations);
        take(&mut self.raw_input, later.raw_input);
        take(&mut self.raw_output, later.raw_output);
        take(&mut self.cut_bytes, later.cut_bytes);
    }

    /// Whether it says anything besides its id.
    pub fn says_something(&self) -> bool {
        *self != Self::new(self.tool_call_id.as_str())
    }

    /// Whether it only makes new files, where its diffs tell.
    pub fn creates_file(&self) -> Option<bool> {
        let mut diffs = self.content.iter().flatten().filter_map(|content| match content {
            ToolContent::Diff { old_text, .. } => Some(old_text.as_deref().unwrap_or_default()),
            _ => None,
        });
        let first_is_new = diffs.next()?.is_empty();
        Some(first_is_new && diffs.all(str::is_empty))
    }
}
