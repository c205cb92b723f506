//! What is shown by its beginning only, and whole where it is asked for: thoughts, and what tools
//! have brought.

use std::collections::VecDeque;

use crate::escape;

/// Lines of it that are shown at once.
const LINES: usize = 3;

/// How many are kept to be shown whole; older ones stay in the transcript.
const MOST: usize = 50;

/// What is kept of each of them: its beginning.
const MOST_BYTES: usize = 256 * 1024;

/// What is folded.
#[derive(Debug, Default)]
pub(super) struct Folds {
    kept: VecDeque<Fold>,
    /// What the agent is thinking.
    thought: String,
}

/// Something that is folded, fit to be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fold {
    /// What it is.
    pub title: String,
    /// All of it.
    pub text: String,
}

impl Folds {
    /// The agent thinks on.
    pub(super) fn think(&mut self, text: &str) {
        if self.thought.len() < MOST_BYTES {
            self.thought.push_str(text);
        }
    }

    /// What the agent has thought, if it has.
    pub(super) fn end_thought(&mut self) -> Option<String> {
        let thought = std::mem::take(&mut self.thought);
        (!thought.trim().is_empty()).then_some(thought)
    }

    /// Keeps something. Answers the lines to show of it, and how many more there are.
    pub(super) fn add(&mut self, title: String, text: &str) -> (Vec<String>, usize) {
        let text = escape::text(beginning(text.trim())).into_owned();
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        // A single line more takes no more room than saying so.
        let shown = if lines.len() == LINES + 1 { LINES + 1 } else { LINES };
        let more = lines.len().saturating_sub(shown);
        if more > 0 {
            self.kept.push_back(Fold { title, text });
        }
        if self.kept.len() > MOST {
            self.kept.pop_front();
        }
        (lines.into_iter().take(shown).collect(), more)
    }

    /// One of them, of which 1 is the last.
    pub(super) fn get(&self, from_last: usize) -> Option<&Fold> {
        let at = self.kept.len().checked_sub(from_last)?;
        self.kept.get(at)
    }
}

fn beginning(text: &str) -> &str {
    let mut end = text.len().min(MOST_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_is_shown_and_the_whole_is_kept() {
        let mut folds = Folds::default();
        let (shown, more) = folds.add("run".to_owned(), "1\n2\n3\n4\n5\n6\n");
        assert_eq!((shown.join(""), more), ("123".to_owned(), 3));
        assert_eq!(folds.get(1).unwrap().text, "1\n2\n3\n4\n5\n6");
        assert_eq!(folds.get(2), None);
        assert_eq!(folds.get(0), None);
        let (shown, more) = folds.add("short".to_owned(), "1\n2\n3\n4");
        assert_eq!((shown.len(), more), (4, 0));
        assert_eq!(folds.get(1).unwrap().title, "run");
    }

    /// S102: what tools bring obeys nobody's terminal.
    #[test]
    fn what_is_shown_is_fit_to_be_printed() {
        let mut folds = Folds::default();
        let (shown, _) = folds.add("run".to_owned(), "a\x1b[2Jb");
        assert!(!shown[0].contains('\x1b'), "{shown:?}");
    }

    #[test]
    fn a_thought_is_taken_once_it_is_over() {
        let mut folds = Folds::default();
        assert_eq!(folds.end_thought(), None);
        folds.think("so ");
        folds.think("what");
        assert_eq!(folds.end_thought().as_deref(), Some("so what"));
        assert_eq!(folds.end_thought(), None);
    }
}
