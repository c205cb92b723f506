//! The line that is typed: with history and completion, several lines long where the user wants it,
//! and broken off where something else is to be shown.

use std::borrow::Cow;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::Context;
use reedline::{
    ColumnarMenu, EditCommand, Emacs, FileBackedHistory, KeyCode, KeyModifiers, MenuBuilder,
    Prompt, PromptEditMode, PromptHistorySearch, Reedline, ReedlineEvent, ReedlineMenu, Signal,
    ValidationResult, Validator, default_emacs_keybindings,
};
use unicode_width::UnicodeWidthStr;

use super::completing::Offers;

/// Lines that are remembered.
const HISTORY_LINES: usize = 1_000;

/// The history's file, in the user's data directory, readable by its owner only.
const HISTORY_FILE: &str = "chat-history.txt";

/// The menu of what completes the line.
const MENU: &str = "completions";

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    Text(String),
    /// Nothing, or something that was thrown away.
    Nothing,
    /// Something has happened; this was typed by then.
    Broken(String),
    /// The user leaves.
    End,
}

/// Reads lines.
pub(super) struct LineEditor {
    editor: Reedline,
    wants_break: Arc<AtomicBool>,
    /// Whether the last line was thrown away when it was empty already.
    was_interrupted: bool,
}

impl LineEditor {
    pub(super) fn new() -> anyhow::Result<Self> {
        let wants_break = Arc::new(AtomicBool::new(false));
        let editor = editor(&wants_break, Offers::default())?;
        Ok(Self { editor, wants_break, was_interrupted: false })
    }

    /// Set to true, it breaks the typing off.
    pub(super) fn wants_break(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.wants_break)
    }

    /// Reads a line, of which the beginning may be typed already.
    pub(super) fn read(
        &mut self,
        prompt: &LinePrompt,
        offers: Offers,
        begun: &str,
    ) -> anyhow::Result<Line> {
        // What a broken line leaves behind would be taken for the place of the next one.
        self.editor = editor(&self.wants_break, offers)?;
        if !begun.is_empty() {
            self.editor.run_edit_commands(&[EditCommand::InsertString(begun.to_owned())]);
        }
        let signal = self.editor.read_line(prompt).context("read what is typed")?;
        let interrupted_before = std::mem::take(&mut self.was_interrupted);
        Ok(match signal {
            Signal::Success(text) if text.trim().is_empty() => Line::Nothing,
            Signal::Success(text) => Line::Text(joined(&text)),
            Signal::ExternalBreak(begun) => {
                self.wipe(prompt, &begun)?;
                Line::Broken(begun)
            }
            Signal::CtrlC if interrupted_before => Line::End,
            Signal::CtrlC => {
                self.was_interrupted = true;
                Line::Nothing
            }
            _ => Line::End,
        })
    }

    /// Takes the line that was broken off from the screen.
    fn wipe(&self, prompt: &LinePrompt, typed: &str) -> anyhow::Result<()> {
        let columns = crossterm::terminal::size().map_or(80, |(columns, _)| columns.max(1));
        let before = typed.get(..self.editor.current_insertion_point()).unwrap_or(typed);
        let rows = rows_above(&format!("{}{INDICATOR}{before}", prompt.left()), columns);
        let mut out = std::io::stderr().lock();
        if rows > 0 {
            write!(out, "\x1b[{rows}A")?;
        }
        write!(out, "\r\x1b[J")?;
        Ok(out.flush()?)
    }
}

/// How many rows of a window stand above the end of a text.
fn rows_above(text: &str, columns: u16) -> usize {
    let columns = usize::from(columns);
    let full: usize = text.lines().map(|line| line.width().saturating_sub(1) / columns).sum();
    full + text.matches('\n').count()
}

fn editor(wants_break: &Arc<AtomicBool>, offers: Offers) -> anyhow::Result<Reedline> {
    let mut keys = default_emacs_keybindings();
    let new_line = || ReedlineEvent::Edit(vec![EditCommand::InsertNewline]);
    keys.add_binding(KeyModifiers::ALT, KeyCode::Enter, new_line());
    keys.add_binding(KeyModifiers::SHIFT, KeyCode::Enter, new_line());
    let complete = ReedlineEvent::UntilFound(vec![
        ReedlineEvent::Menu(MENU.to_owned()),
        ReedlineEvent::MenuNext,
    ]);
    keys.add_binding(KeyModifiers::NONE, KeyCode::Tab, complete);
    keys.add_binding(KeyModifiers::SHIFT, KeyCode::BackTab, ReedlineEvent::MenuPrevious);
    let menu = ColumnarMenu::default().with_name(MENU).with_marker(INDICATOR).with_columns(4);
    Ok(Reedline::create()
        .with_edit_mode(Box::new(Emacs::new(keys)))
        .with_validator(Box::new(GoesOn))
        .with_completer(Box::new(offers))
        .with_menu(ReedlineMenu::EngineCompleter(Box::new(menu)))
        .with_quick_completions(true)
        .with_partial_completions(true)
        .with_history(Box::new(history(&host::directories::data_directory()?)?))
        // As in shells: a line that begins with a space is not remembered.
        .with_history_exclusion_prefix(Some(" ".to_owned()))
        .with_break_signal(Arc::clone(wants_break))
        .use_bracketed_paste(true))
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

/// What stands before the line, fit to be printed.
#[derive(Debug, Clone, Default)]
pub(super) struct LinePrompt {
    /// On a line of its own: where, with whom, and at what cost.
    pub status: String,
    /// The agent's name.
    pub name: String,
}

/// What stands between the agent's name and what is typed.
const INDICATOR: &str = "› ";

impl LinePrompt {
    /// The agent's name, as it stands before what is typed.
    pub(super) fn before_line(&self) -> String {
        format!("{}{INDICATOR}", self.name)
    }

    fn left(&self) -> String {
        match self.status.as_str() {
            "" => self.name.clone(),
            status => format!("{status}\n{}", self.name),
        }
    }
}

impl Prompt for LinePrompt {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        Cow::Owned(self.left())
    }

    fn render_prompt_right(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_indicator(&self, _: PromptEditMode) -> Cow<'_, str> {
        Cow::Borrowed(INDICATOR)
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

    #[test]
    fn rows_are_counted_as_a_window_breaks_them() {
        assert_eq!(rows_above("", 10), 0);
        assert_eq!(rows_above("demo› abcd", 10), 0);
        assert_eq!(rows_above("demo› abcde", 10), 1);
        assert_eq!(rows_above("status\ndemo› one\ntwo", 10), 2);
        assert_eq!(rows_above("状态状态状态", 10), 1);
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
