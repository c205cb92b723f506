//! A place in a text, as it is shown to people.

/// Characters of what stands before what was found.
const BEFORE: usize = 60;

/// Characters of what was found: as many as can be looked for, unless blanks blow it up.
const MATCHED: usize = 300;

/// Characters of what stands behind it.
const AFTER: usize = 120;

/// What was found and what stands around it, on one line, as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snippet {
    /// What stands before it.
    pub before: String,
    /// What was found.
    pub matched: String,
    /// What stands behind it.
    pub after: String,
}

impl Snippet {
    /// Cuts it out of a text; both places are between characters.
    pub(super) fn cut(text: &str, begin: usize, end: usize) -> Self {
        let head = &text[..begin];
        let from = head.char_indices().rev().nth(BEFORE - 1).map_or(0, |(at, _)| at);
        Self {
            before: head[from..].into(),
            matched: text[begin..end].into(),
            after: text[end..].into(),
        }
        .fit()
    }

    /// The same, bounded and on one line, whoever has made it.
    #[must_use]
    pub fn fit(&self) -> Self {
        let before = one_line(&self.before, usize::MAX);
        let from = before.char_indices().rev().nth(BEFORE - 1).map_or(0, |(at, _)| at);
        Self {
            before: before[from..].to_owned(),
            matched: one_line(&self.matched, MATCHED),
            after: one_line(&self.after, AFTER),
        }
    }
}

/// Runs of blanks, line breaks and control characters become one blank.
fn one_line(text: &str, most: usize) -> String {
    let mut line = String::new();
    let mut count = 0;
    for character in text.chars() {
        let is_blank = character.is_whitespace() || character.is_control();
        if is_blank && line.ends_with(' ') {
            continue;
        }
        if count == most {
            break;
        }
        line.push(if is_blank { ' ' } else { character });
        count += 1;
    }
    line
}
