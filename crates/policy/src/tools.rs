//! The twelve tools that policies speak of, and how an agent's tool call is recognised as one.

use std::fmt;

use model::words;

words! {
    /// A tool, under the name that people write in policies.
    pub enum Tool as "tool" {
        /// Runs a command.
        Bash = "Bash",
        /// Changes part of a file.
        Edit = "Edit",
        /// Finds files by pattern.
        Glob = "Glob",
        /// Searches in files.
        Grep = "Grep",
        /// Lists a directory.
        Ls = "LS",
        /// Changes several parts of a file.
        MultiEdit = "MultiEdit",
        /// Changes a Jupyter notebook.
        NotebookEdit = "NotebookEdit",
        /// Reads a file.
        Read = "Read",
        /// Keeps the agent's own list of things to do.
        TodoWrite = "TodoWrite",
        /// Fetches a web page.
        WebFetch = "WebFetch",
        /// Searches the web.
        WebSearch = "WebSearch",
        /// Makes or replaces a file.
        Write = "Write",
    }
}

impl Tool {
    /// Whether it only looks, inside the workspace.
    pub const fn only_reads(self) -> bool {
        matches!(self, Self::Glob | Self::Grep | Self::Ls | Self::Read)
    }
}

/// What an agent wants to do, as far as policies care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ToolUse {
    /// One of the twelve.
    Known(Tool),
    /// Thinks, or keeps notes; has no effect outside the agent.
    Think,
    /// Asks whether its plan is right or asks a question; only a person can answer.
    Review,
    /// Anything else: a tool of an MCP server, a deletion, a tool nobody knows.
    Other,
}

impl fmt::Display for ToolUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Known(tool) => tool.as_str(),
            Self::Think => "think",
            Self::Review => "review",
            Self::Other => "other",
        })
    }
}

/// What a tool call says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ToolCallFacts<'a> {
    /// The agent's own name of the tool, where it gives one.
    pub name: Option<&'a str>,
    /// The ACP kind: `read`, `edit`, `delete`, `move`, `search`, `execute`, `think`, `fetch`,
    /// `switch_mode`, `other`.
    pub kind: Option<&'a str>,
    /// For an edit: whether the file is a new one, where the diff tells.
    pub creates_file: Option<bool>,
}

/// Recognises a tool call. Names are compared whole, never in part: `Bash` is not found inside
/// `mcp__Bash__read` (S76). A known name wins over the kind, except that neither can make a call
/// look harmless that the other one calls harmful.
pub fn recognise(facts: ToolCallFacts<'_>) -> ToolUse {
    let by_kind = facts.kind.map(|kind| by_kind(kind, facts.creates_file));
    let by_name = facts.name.and_then(by_name);
    match (by_name, by_kind) {
        (Some(name), Some(kind)) if is_harmless(name) && !is_harmless(kind) => kind,
        (Some(name), _) => name,
        (None, Some(kind)) if facts.name.is_none() || !is_harmless(kind) => kind,
        // A tool with a name nobody knows may call itself a reader; that is no proof.
        (None, Some(kind)) if is_reader(kind) => kind,
        (None, _) => ToolUse::Other,
    }
}

const fn is_harmless(tool_use: ToolUse) -> bool {
    matches!(tool_use, ToolUse::Think) || is_reader(tool_use)
}

const fn is_reader(tool_use: ToolUse) -> bool {
    matches!(tool_use, ToolUse::Known(tool) if tool.only_reads())
}

fn by_kind(kind: &str, creates_file: Option<bool>) -> ToolUse {
    match kind {
        "read" => ToolUse::Known(Tool::Read),
        "search" => ToolUse::Known(Tool::Grep),
        "edit" if creates_file == Some(true) => ToolUse::Known(Tool::Write),
        "edit" => ToolUse::Known(Tool::Edit),
        "execute" => ToolUse::Known(Tool::Bash),
        "fetch" => ToolUse::Known(Tool::WebFetch),
        "think" => ToolUse::Think,
        "switch_mode" => ToolUse::Review,
        _ => ToolUse::Other,
    }
}

/// Names under which agents of the field offer these tools.
fn by_name(name: &str) -> Option<ToolUse> {
    let tool = match name {
        "Bash" | "bash" | "shell" | "Shell" | "run_shell_command" | "exec_command"
        | "execute_command" | "local_shell" | "run_command" | "unified_exec" | "Execute"
        | "write_bash" | "write_stdin" => Tool::Bash,
        "Edit" | "edit" | "replace" | "apply_patch" | "ApplyPatch" | "patch" | "str_replace"
        | "search_replace" | "edit_file" | "replace_in_file" | "StrReplaceFile" => Tool::Edit,
        "MultiEdit" | "multiedit" => Tool::MultiEdit,
        "NotebookEdit" => Tool::NotebookEdit,
        "Write" | "write" | "write_file" | "create" | "create_file" | "Create" | "WriteFile"
        | "write_to_file" => Tool::Write,
        "Read" | "read" | "read_file" | "read_many_files" | "view" | "ReadFile" => Tool::Read,
        "Glob" | "glob" => Tool::Glob,
        "Grep" | "grep" | "search_file_content" | "grep_search" | "search_files" => Tool::Grep,
        "LS" | "ls" | "list" | "list_directory" | "list_files" => Tool::Ls,
        "TodoWrite" | "todowrite" | "todo_write" | "write_todos" | "update_plan"
        | "SetTodoList" => Tool::TodoWrite,
        "WebFetch" | "webfetch" | "web_fetch" | "FetchURL" | "FetchUrl" => Tool::WebFetch,
        "WebSearch" | "websearch" | "web_search" | "google_web_search" | "SearchWeb" => {
            Tool::WebSearch
        }
        "ExitPlanMode"
        | "exit_plan_mode"
        | "ExitSpecMode"
        | "AskUserQuestion"
        | "ask_followup_question" => return Some(ToolUse::Review),
        _ => return None,
    };
    Some(ToolUse::Known(tool))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: Option<&str>, kind: Option<&str>, expect: ToolUse) {
        assert_eq!(recognise(ToolCallFacts { name, kind, creates_file: None }), expect);
    }

    #[test]
    fn names_and_kinds_of_real_agents() {
        check(Some("Bash"), Some("execute"), ToolUse::Known(Tool::Bash));
        check(Some("run_shell_command"), None, ToolUse::Known(Tool::Bash));
        check(Some("list_directory"), Some("search"), ToolUse::Known(Tool::Ls));
        check(None, Some("search"), ToolUse::Known(Tool::Grep));
        check(None, Some("switch_mode"), ToolUse::Review);
        check(Some("StrReplaceFile"), None, ToolUse::Known(Tool::Edit));
        check(Some("write_to_file"), None, ToolUse::Known(Tool::Write));
        check(Some("Execute"), Some("other"), ToolUse::Known(Tool::Bash));
        check(Some("search_files"), Some("search"), ToolUse::Known(Tool::Grep));
        check(Some("search_files"), Some("execute"), ToolUse::Known(Tool::Bash));
        check(Some("ExitSpecMode"), Some("switch_mode"), ToolUse::Review);
        check(None, None, ToolUse::Other);
        check(None, Some("delete"), ToolUse::Other);
    }

    #[test]
    fn an_edit_of_a_new_file_is_a_write() {
        let facts = ToolCallFacts { kind: Some("edit"), ..ToolCallFacts::default() };
        assert_eq!(recognise(facts), ToolUse::Known(Tool::Edit));
        let new = ToolCallFacts { creates_file: Some(true), ..facts };
        assert_eq!(recognise(new), ToolUse::Known(Tool::Write));
    }

    /// S76: a part of a name proves nothing.
    #[test]
    fn names_are_compared_whole() {
        check(Some("mcp__files__Read"), None, ToolUse::Other);
        check(Some("Reader"), None, ToolUse::Other);
        check(Some(" Read"), None, ToolUse::Other);
    }

    #[test]
    fn neither_name_nor_kind_can_make_a_harmful_call_look_harmless() {
        check(Some("Read"), Some("execute"), ToolUse::Known(Tool::Bash));
        check(Some("Bash"), Some("read"), ToolUse::Known(Tool::Bash));
        check(Some("Read"), Some("other"), ToolUse::Other);
    }
}
