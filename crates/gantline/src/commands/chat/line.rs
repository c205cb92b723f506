//! The line that is typed: with history, several lines long where the user wants it.

use std::borrow::Cow;
use std::path::Path;

use anyhow::Context;
use reedline::{
    EditCommand, Emacs, FileBackedHistory, KeyCode, KeyModifiers, Prompt, PromptEditMode,
    PromptHistorySearch, Reedline, ReedlineEvent, Signal, ValidationResult, Validator,
    default_emacs_keybindings,
};

/// Lines that are remembered.
const HISTORY_LINES: usize = 1_000;

/// The history's file, in the user's data directory, readable by its owner only.
const HISTORY_FILE: &str = "chat-history.txt";

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    Text(String),
    /// Nothing, or something that was thrown away.
    Nothing,
    /// The user leaves.
    End,
}

/// Reads lines.
pub(super) struct LineEditor {
    editor: Reedline,
    /// Whether the last line was thrown away when it was empty already.
    was_interrupted: bool,
}

impl LineEditor {
    pub(super) fn new() -> anyhow::Result<Self> {
        let mut keys = default_emacs_keybindings();
        let new_line = || ReedlineEvent::Edit(vec![EditCommand::InsertNewline]);
        keys.add_binding(KeyModifiers::ALT, KeyCode::Enter, new_line());
        keys.add_binding(KeyModifiers::SHIFT, KeyCode::Enter, new_line());
        let editor = Reedline::create()
            .with_edit_mode(Box::new(Emacs::new(keys)))
            .with_validator(Box::new(GoesOn))
            .with_history(Box::new(history(&host::directories::data_directory()?)?))
            // As in shells: a line that begins with a space is not remembered.
            .with_history_exclusion_prefix(Some(" ".to_owned()))
            .use_bracketed_paste(true);
        Ok(Self { editor, was_interrupted: false })
    }

    /// Reads a line, of which the beginning may be typed already.
    pub(super) fn read(&mut self, name: &str, begun: &str) -> anyhow::Result<Line> {
        if !begun.is_empty() {
            self.editor.run_edit_commands(&[EditCommand::InsertString(begun.to_owned())]);
        }
        let signal = self.editor.read_line(&ChatPrompt(name)).context("read what is typed")?;
        let interrupted_before = std::mem::take(&mut self.was_interrupted);
        Ok(match signal {
            Signal::Success(text) if text.trim().is_empty() => Line::Nothing,
            Signal::Success(text) => Line::Text(joined(&text)),
            Signal::CtrlC if interrupted_before => Line::End,
            Signal::CtrlC => {
                self.was_interrupted = true;
                Line::Nothing
            }
            _ => Line::End,
        })
    }
}

fn history(directory: &Path) -> anyhow::Result<FileBackedHistory> {
    host::private::directory(directory)?;
    let path = directory.join(HISTORY_FILE);
    if host::private::read(&path)?.is_none() {
        host::private::write(&path, b"")?;
    }
    FileBackedHistory::with_file(HISTORY_LINES, path).context("open the history")
}

/// A backslash at the end of a line says that another one follows.
struct GoesOn;

impl Validator for GoesOn {
    fn validate(&self, line: &str) -> ValidationResult {
        if line.ends_with('\\') { ValidationResult::Incomplete } else { ValidationResult::Complete }
    }
}

/// The text without the backslashes that only said that it goes on.
fn joined(text: &str) -> String {
    text.replace("\\\n", "\n")
}

/// What stands before the line: the agent's name.
struct ChatPrompt<'a>(&'a str);

impl Prompt for ChatPrompt<'_> {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        crate::escape::line(self.0)
    }

    fn render_prompt_right(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_indicator(&self, _: PromptEditMode) -> Cow<'_, str> {
        Cow::Borrowed("› ")
    }

    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        Cow::Borrowed("… ")
    }

    fn render_prompt_history_search_indicator(&self, search: PromptHistorySearch) -> Cow<'_, str> {
        Cow::Owned(format!("({}) ", search.term))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backslash_joins_lines() {
        assert!(matches!(GoesOn.validate("one\\"), ValidationResult::Incomplete));
        assert!(matches!(GoesOn.validate("one\\\ntwo"), ValidationResult::Complete));
        assert_eq!(joined("one\\\ntwo"), "one\ntwo");
    }

    /// S80: what was typed to agents is its owner's alone.
    #[cfg(unix)]
    #[test]
    fn the_history_is_private() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("gantline");
        drop(history(&directory).unwrap());
        let mode = std::fs::metadata(directory.join(HISTORY_FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        drop(history(&directory).unwrap());
    }
}
