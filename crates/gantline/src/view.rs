//! A chat, drawn for people: the answer as Markdown, tool calls on one line each, changes of files,
//! plans, notices. Where the answer goes into a pipe, it goes there alone and as it is.
//!
//! - [`folds`]: what is shown by its beginning only, and whole where it is asked for

mod folds;

use std::io::{self, IsTerminal, Write};

use contract::sessions::UpdateRecord;
use conversation::update::{
    Level, Notice, PermissionUpdate, Plan, ToolCall, ToolContent, ToolStatus, TurnUpdate,
};
use model::TurnId;
use model::permission::{PermissionAnswer, PermissionState};
use model::turn::TurnState;

use self::folds::Folds;
use crate::diff::{self, FileChange};
use crate::escape;
use crate::markdown::Markdown;
use crate::screen::{Outlet, Screen};
use crate::suppress;
use crate::transcript::{News, Transcript};
use crate::words::Words;

/// Lines of a change that are shown in passing; a question shows more.
const CHANGE_LINES: usize = 12;

/// What is shown of a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::Args)]
pub(crate) struct ShowOptions {
    /// Show what the agent thinks aloud as well.
    #[arg(long)]
    pub thoughts: bool,

    /// Leave out what the agent has read from files.
    #[arg(long)]
    pub suppress_reads: bool,

    /// Print text as it comes, control characters and all.
    #[arg(long)]
    pub raw: bool,
}

/// How much is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HowMuch {
    Everything,
    /// Nothing but the last answer.
    LastAnswer,
}

/// A chat, drawn for people.
pub(crate) struct View {
    words: &'static dyn Words,
    show: ShowOptions,
    pub transcript: Transcript,
    /// Where activity is drawn; nowhere, if nobody looks.
    pub screen: Option<Screen>,
    answer: Answer,
    /// The turn whose prompt need not be shown, because it was typed here.
    own_turn: Option<TurnId>,
    says: Saying,
    folds: Folds,
    done_steps: usize,
}

/// Where the answer goes.
enum Answer {
    /// To the screen, as Markdown.
    Screen(Box<Markdown>),
    /// To standard output, as it is. Whether its last line is complete.
    Pipe { is_complete: bool },
    /// Kept until the end.
    Kept(String),
}

/// What was drawn last of what the agent says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Saying {
    Nothing,
    Message,
    Thought,
}

impl View {
    /// A view of standard output, or of standard error where that is a window and standard output
    /// is none.
    pub(crate) fn new(words: &'static dyn Words, show: ShowOptions, how_much: HowMuch) -> Self {
        let is_quiet = how_much == HowMuch::LastAnswer;
        let is_window = io::stdout().is_terminal();
        let screen = match (is_quiet, is_window) {
            (true, _) => None,
            (false, true) => Screen::of(Outlet::Stdout),
            (false, false) => Screen::of(Outlet::Stderr),
        };
        let answer = match &screen {
            _ if is_quiet => Answer::Kept(String::new()),
            Some(screen) if is_window && screen.paint().is_coloured() && !show.raw => {
                Answer::Screen(Box::new(Markdown::new(screen.paint(), screen.columns())))
            }
            _ => Answer::Pipe { is_complete: true },
        };
        Self {
            words,
            show,
            transcript: Transcript::default(),
            screen,
            answer,
            own_turn: None,
            says: Saying::Nothing,
            folds: Folds::default(),
            done_steps: 0,
        }
    }

    /// The prompt of this turn need not be shown.
    pub(crate) fn own_turn(&mut self, turn: TurnId) {
        self.own_turn = Some(turn);
    }

    /// The agent's models, by the names that change them.
    pub(crate) fn models(&self) -> Vec<String> {
        self.transcript.models.available.iter().map(|one| one.id.clone()).collect()
    }

    /// The agent's modes, by the names that change them.
    pub(crate) fn modes(&self) -> Vec<String> {
        self.transcript.modes.available.iter().map(|one| one.id.clone()).collect()
    }

    /// Draws a record. Answers what was new in it.
    pub(crate) fn take(&mut self, record: &UpdateRecord) -> io::Result<Option<News>> {
        let news = self.transcript.take(record);
        if let Some(news) = &news {
            self.draw(news)?;
        }
        Ok(news)
    }

    fn draw(&mut self, news: &News) -> io::Result<()> {
        let is_silent = matches!(news, News::Decided(decision) if decision.allowed);
        if !is_silent && !matches!(news, News::Thought { .. } | News::State(_)) {
            self.end_thought()?;
        }
        match news {
            News::Said { text, begins } => self.say(text, *begins),
            News::Thought { text, .. } if self.show.thoughts => self.think(text),
            News::Thought { text, begins } => {
                if *begins {
                    self.end_thought()?;
                }
                self.folds.think(text);
                self.passing(self.words.thinking())
            }
            News::Wrote { turn, .. } if self.own_turn == Some(*turn) => Ok(()),
            News::Wrote { author, text, .. } => {
                self.end_message()?;
                let author = escape::line(author).into_owned();
                let text = escape::text(text).into_owned();
                self.line(|paint| format!("{} {text}", paint.bold(format!("{author} ›"))))
            }
            News::ToolRuns(call) => self.passing(&self.words.running_tool(&title(call))),
            News::ToolEnded(call, output) => self.tool_ended(call, output),
            News::Plan(plan) => self.plan(plan),
            News::Decided(decision) if decision.allowed => Ok(()),
            News::Decided(decision) => {
                let title = escape::line(&decision.title).into_owned();
                let reason = escape::line(&decision.reason).into_owned();
                let text = self.words.policy_refused(&title, &reason);
                self.end_message()?;
                self.line(|paint| paint.yellow(format!("⊘ {text}")))
            }
            News::Question(question) => self.question(question),
            News::Notice(notice) => self.notice(notice),
            News::Turn(turn) => self.turn(turn),
            News::State(_) => Ok(()),
        }
    }

    fn say(&mut self, text: &str, begins: bool) -> io::Result<()> {
        if begins || self.says != Saying::Message {
            self.begin_message()?;
        }
        self.says = Saying::Message;
        let (show, screen) = (self.show, &mut self.screen);
        match &mut self.answer {
            Answer::Kept(kept) => kept.push_str(text),
            Answer::Screen(markdown) => {
                let drawn = markdown.push(text);
                if let Some(screen) = screen {
                    screen.write(&drawn)?;
                }
            }
            Answer::Pipe { is_complete } => {
                if let Some(screen) = screen {
                    screen.calm()?;
                }
                let shown = if show.raw { text.into() } else { escape::text(text) };
                let mut out = io::stdout().lock();
                out.write_all(shown.as_bytes())?;
                out.flush()?;
                *is_complete = shown.ends_with('\n') || (shown.is_empty() && *is_complete);
            }
        }
        Ok(())
    }

    fn think(&mut self, text: &str) -> io::Result<()> {
        if self.says != Saying::Thought {
            self.end_message()?;
        }
        self.says = Saying::Thought;
        let Some(screen) = &mut self.screen else { return Ok(()) };
        let text = screen.paint().dim(escape::text(text));
        screen.write(&text)
    }

    /// Between two messages is an empty line; before the last of a kept answer is nothing.
    fn begin_message(&mut self) -> io::Result<()> {
        let had_spoken = self.says == Saying::Message;
        self.end_message()?;
        match &mut self.answer {
            Answer::Kept(kept) => kept.clear(),
            Answer::Screen(_) if had_spoken => self.line(|_| String::new())?,
            Answer::Pipe { .. } if had_spoken => io::stdout().lock().write_all(b"\n")?,
            Answer::Screen(_) | Answer::Pipe { .. } => {}
        }
        Ok(())
    }

    /// Ends what the agent says, so that something else can be drawn below it.
    fn end_message(&mut self) -> io::Result<()> {
        self.says = match self.says {
            Saying::Thought => Saying::Nothing,
            other => other,
        };
        match &mut self.answer {
            Answer::Kept(_) => {}
            Answer::Screen(markdown) => {
                let drawn = markdown.finish();
                if let Some(screen) = &mut self.screen {
                    screen.write(&drawn)?;
                }
            }
            Answer::Pipe { is_complete } => {
                if !std::mem::replace(is_complete, true) {
                    io::stdout().lock().write_all(b"\n")?;
                }
            }
        }
        if let Some(screen) = self.screen.as_mut().filter(|screen| screen.is_mid_line()) {
            screen.write("\n")?;
        }
        Ok(())
    }

    fn tool_ended(&mut self, call: &ToolCall, output: &str) -> io::Result<()> {
        self.end_message()?;
        self.says = Saying::Nothing;
        if let Answer::Kept(kept) = &mut self.answer {
            kept.clear();
        }
        let title = title(call);
        let status = call.status;
        self.line(|paint| match status {
            Some(ToolStatus::Completed) => format!("{} {title}", paint.green("✓")),
            Some(ToolStatus::Failed) => format!("{} {title}", paint.red("✗")),
            _ => format!("{} {title}", paint.yellow("–")),
        })?;
        let mut has_change = false;
        for change in changes(call) {
            has_change = true;
            self.change(change, CHANGE_LINES)?;
        }
        if has_change || (self.show.suppress_reads && suppress::is_read(call)) {
            return Ok(());
        }
        self.fold(title, output)
    }

    /// Draws the beginning of something, and keeps the whole for whoever asks for it.
    fn fold(&mut self, title: String, text: &str) -> io::Result<()> {
        let Some(screen) = &mut self.screen else { return Ok(()) };
        let (shown, more) = self.folds.add(title, text);
        let paint = screen.paint();
        for line in shown {
            screen.line(&paint.dim(format!("  {line}")))?;
        }
        if more > 0 {
            screen.line(&paint.dim(format!("  {}", self.words.folded(more))))?;
        }
        Ok(())
    }

    /// The agent has thought; what it thought is folded.
    fn end_thought(&mut self) -> io::Result<()> {
        let Some(thought) = self.folds.end_thought() else { return Ok(()) };
        self.end_message()?;
        self.says = Saying::Nothing;
        let title = self.words.thought();
        self.line(|paint| paint.dim(format!("∴ {title}")))?;
        self.fold(title.to_owned(), &thought)
    }

    /// Draws something whole that was folded, of which 1 is the last. Answers whether there is one.
    pub(crate) fn unfold(&mut self, from_last: usize) -> io::Result<bool> {
        let Some(fold) = self.folds.get(from_last) else { return Ok(false) };
        let Some(screen) = &mut self.screen else { return Ok(false) };
        let paint = screen.paint();
        screen.line(&paint.bold(&fold.title))?;
        for line in fold.text.lines() {
            screen.line(&format!("  {line}"))?;
        }
        Ok(true)
    }

    /// Draws a change of a file, at most so many lines of it.
    pub(crate) fn change(&mut self, change: FileChange<'_>, most: usize) -> io::Result<()> {
        let Some(screen) = &mut self.screen else { return Ok(()) };
        let paint = screen.paint();
        let drawn = diff::draw(change, paint);
        screen.line(&format!("  {}", drawn.heading))?;
        for line in drawn.lines.iter().take(most) {
            screen.line(&format!("  {line}"))?;
        }
        if let Some(more) = drawn.lines.len().checked_sub(most).filter(|more| *more > 0) {
            screen.line(&paint.dim(format!("  {}", self.words.more_lines(more))))?;
        }
        Ok(())
    }

    fn plan(&mut self, plan: &Plan) -> io::Result<()> {
        let is_done = |status: &Option<String>| status.as_deref() == Some("completed");
        let done = plan.entries.iter().filter(|entry| is_done(&entry.status)).count();
        let is_new = done == 0 || done < self.done_steps;
        self.done_steps = done;
        self.end_message()?;
        if !is_new {
            let now = plan.entries.iter().find(|e| e.status.as_deref() == Some("in_progress"));
            let now = now.map(|entry| escape::line(&entry.content).into_owned());
            let text = self.words.plan_step(done, plan.entries.len(), now.as_deref());
            return self.line(|paint| paint.cyan(text));
        }
        for entry in &plan.entries {
            let content = escape::line(&entry.content).into_owned();
            let status = entry.status.clone();
            self.line(|paint| match status.as_deref() {
                Some("completed") => format!("  {} {}", paint.green("✓"), paint.dim(content)),
                Some("in_progress") => format!("  {} {}", paint.cyan("▸"), paint.bold(content)),
                _ => format!("  ○ {content}"),
            })?;
        }
        Ok(())
    }

    fn question(&mut self, question: &PermissionUpdate) -> io::Result<()> {
        if question.state != PermissionState::Resolved {
            return Ok(());
        }
        let Some(answer) = question.answer else { return Ok(()) };
        let by = question.by.as_deref().map(|by| escape::line(by).into_owned());
        let text = self.words.answered(answer, by.as_deref());
        let note = question.note.as_deref().map(|note| escape::line(note).into_owned());
        self.end_message()?;
        self.line(|paint| {
            let text = match note {
                Some(note) => format!("{text}: {note}"),
                None => text,
            };
            match answer {
                PermissionAnswer::AllowOnce | PermissionAnswer::AllowSession => {
                    format!("{} {}", paint.green("●"), paint.dim(text))
                }
                PermissionAnswer::Deny => format!("{} {}", paint.red("●"), paint.dim(text)),
            }
        })
    }

    fn notice(&mut self, notice: &Notice) -> io::Result<()> {
        self.end_message()?;
        let text = escape::line(&notice.text).into_owned();
        let detail = notice.detail.as_deref().map(|detail| escape::text(detail).into_owned());
        let level = notice.level;
        self.line(|paint| match level {
            Level::Error => paint.red(format!("✗ {text}")),
            Level::Warning => paint.yellow(format!("! {text}")),
            Level::Info => paint.dim(format!("· {text}")),
        })?;
        for line in detail.iter().flat_map(|detail| detail.lines()) {
            self.line(|paint| paint.dim(format!("  {line}")))?;
        }
        Ok(())
    }

    fn turn(&mut self, turn: &TurnUpdate) -> io::Result<()> {
        match turn.state {
            TurnState::Sent | TurnState::OnMachine => self.passing(self.words.waiting_for_agent()),
            TurnState::Running => self.passing(self.words.working()),
            TurnState::Done | TurnState::Cancelled | TurnState::Failed | TurnState::Unknown => {
                self.end_message()?;
                self.says = Saying::Nothing;
                self.calm()
            }
        }
    }

    /// Writes a line of activity.
    pub(crate) fn line(
        &mut self,
        line: impl FnOnce(crate::paint::Paint) -> String,
    ) -> io::Result<()> {
        let Some(screen) = &mut self.screen else { return Ok(()) };
        let line = line(screen.paint());
        screen.line(&line)
    }

    /// Says what is going on.
    pub(crate) fn passing(&mut self, text: &str) -> io::Result<()> {
        match &mut self.screen {
            Some(screen) => screen.passing(text),
            None => Ok(()),
        }
    }

    /// Nothing is going on.
    pub(crate) fn calm(&mut self) -> io::Result<()> {
        match &mut self.screen {
            Some(screen) => screen.calm(),
            None => Ok(()),
        }
    }

    /// Ends the view: what was kept is printed.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        self.end_thought()?;
        self.end_message()?;
        self.calm()?;
        if let Answer::Kept(kept) = &mut self.answer {
            let kept = std::mem::take(kept);
            let shown = if self.show.raw { kept.as_str().into() } else { escape::text(&kept) };
            let mut out = io::stdout().lock();
            out.write_all(shown.as_bytes())?;
            if !shown.is_empty() && !shown.ends_with('\n') {
                out.write_all(b"\n")?;
            }
            out.flush()?;
        }
        Ok(())
    }
}

/// One line that says what a tool call does.
fn title(call: &ToolCall) -> String {
    let title = call.title.as_deref().or(call.name.as_deref()).unwrap_or("?");
    escape::line(title).into_owned()
}

/// The changes of files that a tool call has brought.
pub(crate) fn changes(call: &ToolCall) -> impl Iterator<Item = FileChange<'_>> {
    call.content.iter().flatten().filter_map(|content| match content {
        ToolContent::Diff { path, old_text, new_text } => {
            Some(FileChange { path, old: old_text.as_deref(), new: new_text })
        }
        _ => None,
    })
}
