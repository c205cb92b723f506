//! A question of an agent, shown whole: what is shown is what would happen (S30).
//!
//! - [`always`]: answering it once and for all

pub(crate) mod always;

use std::io;

use contract::permissions::{AlwaysAnswer, AnswerPermission, PermissionView};
use conversation::PermissionDetails;
use conversation::update::ToolCall;
use model::permission::PermissionAnswer;

use crate::escape;
use crate::hands::Press;
use crate::screen::Screen;
use crate::view::changes;
use crate::words::Words;
use crate::{diff, paint::Paint};
use always::{Always, Choice};

/// Lines of a change that are shown before the user asks for the rest.
const FIRST_LINES: usize = 60;

/// How much of a question is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HowMuch {
    /// Long changes are cut, and it is said how long they are.
    Beginning,
    /// All of it.
    Everything,
}

/// The lines that show a question. Answers whether something was left out.
pub(crate) fn lines(
    question: &PermissionView,
    how_much: HowMuch,
    paint: Paint,
    words: &dyn Words,
) -> (Vec<String>, bool) {
    let mut lines =
        vec![format!("{} {}", paint.yellow("?"), paint.bold(escape::line(&question.title)))];
    let mut is_cut = false;
    match serde_json::from_str::<PermissionDetails>(question.details.get()) {
        Ok(details) => {
            let about =
                format!("{} · {}", escape::line(&details.tool), escape::line(&details.reason));
            lines.push(format!("  {}", paint.dim(about)));
            is_cut = push_call(&mut lines, &details.tool_call, how_much, paint, words);
        }
        // Of a newer machine: all of it, as it is.
        Err(_) => lines.push(format!("  {}", escape::json(question.details.get()))),
    }
    (lines, is_cut)
}

fn push_call(
    lines: &mut Vec<String>,
    call: &ToolCall,
    how_much: HowMuch,
    paint: Paint,
    words: &dyn Words,
) -> bool {
    let most = if how_much == HowMuch::Everything { usize::MAX } else { FIRST_LINES };
    let mut is_cut = false;
    let mut has_change = false;
    for change in changes(call) {
        has_change = true;
        let drawn = diff::draw(change, paint);
        lines.push(format!("  {}", drawn.heading));
        lines.extend(drawn.lines.iter().take(most).map(|line| format!("  {line}")));
        if let Some(more) = drawn.lines.len().checked_sub(most).filter(|more| *more > 0) {
            is_cut = true;
            lines.push(format!("  {}", paint.dim(words.more_lines(more))));
        }
    }
    if !has_change {
        push_input(lines, call, paint);
    }
    for place in call.locations.iter().flatten().filter(|_| !has_change) {
        lines.push(format!("  {}", paint.dim(escape::line(&place.path))));
    }
    if let Some(bytes) = call.cut_bytes {
        lines.push(format!("  {}", paint.yellow(words.bytes_left_out(bytes))));
    }
    is_cut
}

/// What the tool is given: the command as it is, anything else as JSON.
fn push_input(lines: &mut Vec<String>, call: &ToolCall, paint: Paint) {
    if let Some(command) = conversation::rules::command_text(call) {
        for line in escape::text(&command).lines() {
            lines.push(format!("  {} {line}", paint.cyan("$")));
        }
        let rest = call.raw_input.as_ref().and_then(|input| input.as_object());
        let rest = rest.into_iter().flatten();
        for (name, value) in
            rest.filter(|(name, _)| !["command", "cmd", "script"].contains(&name.as_str()))
        {
            let value = value.to_string();
            let shown = format!("{}: {}", escape::line(name), escape::json(&value));
            lines.push(format!("  {}", paint.dim(shown)));
        }
        return;
    }
    if let Some(input) = &call.raw_input {
        lines.push(format!("  {}", escape::json(&input.to_string())));
    }
}

/// A question that is being asked.
pub(crate) struct Asking {
    question: PermissionView,
    is_cut: bool,
    /// The note with a denial, while it is written.
    note: Option<String>,
    /// What can be answered once and for all, where the question offers that.
    offer: Option<Always>,
    /// The same, while it is chosen from.
    always: Option<Always>,
}

/// What the user has said to a question.
#[derive(Debug, Clone)]
pub(crate) enum Said {
    /// An answer.
    Answer(AnswerPermission),
    /// Nothing yet; what stands below the question has changed.
    Nothing,
    /// The turn is to be stopped.
    Interrupt,
}

impl Asking {
    /// Shows a question and begins to ask.
    pub(crate) fn begin(
        question: PermissionView,
        screen: &mut Screen,
        words: &dyn Words,
    ) -> io::Result<Self> {
        let (lines, is_cut) = lines(&question, HowMuch::Beginning, screen.paint(), words);
        for line in lines {
            screen.line(&line)?;
        }
        let offer = Always::of(&question);
        let asking = Self { question, is_cut, note: None, offer, always: None };
        screen.passing(&asking.prompt(words))?;
        Ok(asking)
    }

    /// The question.
    pub(crate) const fn question(&self) -> &PermissionView {
        &self.question
    }

    /// What stands below the question.
    pub(crate) fn prompt(&self, words: &dyn Words) -> String {
        match (&self.note, &self.always) {
            (Some(note), _) => format!("{} {note}▏", words.note_prompt()),
            (None, Some(always)) => words.always_prompt(always),
            (None, None) => words.permission_prompt(self.offer.is_some(), self.is_cut),
        }
    }

    /// Takes a key.
    pub(crate) fn press(
        &mut self,
        press: Press,
        screen: &mut Screen,
        words: &dyn Words,
    ) -> io::Result<Said> {
        if press != Press::Interrupt
            && let Some(always) = &mut self.always
        {
            let said = match always.press(press) {
                Choice::Made(made) => self.answer_always(made),
                Choice::Back => {
                    self.always = None;
                    Said::Nothing
                }
                Choice::Open => Said::Nothing,
            };
            screen.passing(&self.prompt(words))?;
            return Ok(said);
        }
        let said = match (&mut self.note, press) {
            (_, Press::Interrupt) => Said::Interrupt,
            (Some(note), Press::Character(character)) => {
                note.push(character);
                Said::Nothing
            }
            (Some(note), Press::Backspace) => {
                note.pop();
                Said::Nothing
            }
            (note @ Some(_), Press::Escape) => {
                *note = None;
                Said::Nothing
            }
            (Some(note), Press::Enter) => {
                let note = std::mem::take(note);
                self.answer(
                    PermissionAnswer::Deny,
                    Some(note).filter(|note| !note.trim().is_empty()),
                )
            }
            (None, Press::Character('y' | 'Y')) => self.answer(PermissionAnswer::AllowOnce, None),
            (None, Press::Character('s' | 'S')) => {
                self.answer(PermissionAnswer::AllowSession, None)
            }
            (None, Press::Character('a' | 'A')) => {
                self.always.clone_from(&self.offer);
                Said::Nothing
            }
            (None, Press::Character('n' | 'N')) => self.answer(PermissionAnswer::Deny, None),
            (None, Press::Character('e' | 'E')) => {
                self.note = Some(String::new());
                Said::Nothing
            }
            (None, Press::Character('v' | 'V')) if self.is_cut => {
                let shown = lines(&self.question, HowMuch::Everything, screen.paint(), words);
                for line in shown.0 {
                    screen.line(&line)?;
                }
                self.is_cut = false;
                Said::Nothing
            }
            (None, _) => Said::Nothing,
        };
        screen.passing(&self.prompt(words))?;
        Ok(said)
    }

    fn answer_always(&self, always: AlwaysAnswer) -> Said {
        Said::Answer(AnswerPermission {
            answer: PermissionAnswer::AllowOnce,
            note: None,
            digest: self.question.digest.clone(),
            always: Some(always),
        })
    }

    fn answer(&self, answer: PermissionAnswer, note: Option<String>) -> Said {
        Said::Answer(AnswerPermission {
            answer,
            note,
            digest: self.question.digest.clone(),
            always: None,
        })
    }
}
