//! Whom a turn is told: people or programs.

use std::io;
use std::time::Duration;

use anstream::eprintln;
use contract::permissions::PermissionView;
use contract::quotas::BudgetRequestView;
use contract::sessions::{SessionView, TurnView, UpdateRecord};

use crate::escape;
use crate::follow::Ended;
use crate::json_lines::JsonLines;
use crate::output::Format;
use crate::paint::Paint;
use crate::transcript::{News, Transcript};
use crate::view::{HowMuch, ShowOptions, View};
use crate::words::Words;

/// Whom a turn is told.
pub(crate) enum Audience {
    People(Box<View>),
    Programs(Box<JsonLines>),
}

impl Audience {
    /// Those who want it in this format.
    pub(crate) fn new(format: Format, show: ShowOptions, words: &'static dyn Words) -> Self {
        let view = |how_much| Self::People(Box::new(View::new(words, show, how_much)));
        match format {
            Format::Json => Self::Programs(Box::new(JsonLines::new(show.suppress_reads))),
            Format::Quiet => view(HowMuch::LastAnswer),
            Format::Text => view(HowMuch::Everything),
        }
    }

    /// The session in which it happens.
    pub(crate) fn session(&mut self, session: &SessionView, created: bool) -> io::Result<()> {
        match self {
            Self::People(_) => {
                let policy = session.policy.iter().filter(|_| created);
                for warning in policy.flat_map(|policy| &policy.warnings) {
                    // Scripts should know too, so that it needs no window.
                    eprintln!("{}", Paint::of_stderr().yellow(format!("! {}", warning.sentence())));
                }
                Ok(())
            }
            Self::Programs(_) => JsonLines::session(session, created),
        }
    }

    /// The turn that begins here.
    pub(crate) fn turn(&mut self, turn: &TurnView) -> io::Result<()> {
        match self {
            Self::People(view) => {
                view.own_turn(turn.turn_id);
                Ok(())
            }
            Self::Programs(_) => JsonLines::turn(turn),
        }
    }

    /// A record of the transcript. Answers what was new in it.
    pub(crate) fn record(&mut self, record: &UpdateRecord) -> io::Result<Option<News>> {
        match self {
            Self::People(view) => view.take(record),
            Self::Programs(lines) => lines.record(record),
        }
    }

    /// The transcript turned out to be another one and is told again.
    pub(crate) fn restarted(&mut self, words: &dyn Words) -> io::Result<()> {
        match self {
            Self::People(view) => {
                let text = words.transcript_restarted();
                view.line(|paint| paint.yellow(format!("! {text}")))
            }
            Self::Programs(lines) => lines.restarted(),
        }
    }

    /// The turn has failed, and its prompt is given again.
    pub(crate) fn retries(
        &mut self,
        attempt: u32,
        of: u32,
        wait: Duration,
        words: &dyn Words,
    ) -> io::Result<()> {
        match self {
            Self::People(view) => {
                let text = words.tries_again(attempt, of, wait);
                view.line(|paint| paint.yellow(format!("! {text}")))
            }
            Self::Programs(lines) => lines.retries(attempt, of, milliseconds(wait)),
        }
    }

    /// A question has been asked, answered or withdrawn.
    pub(crate) fn permission(&mut self, permission: &PermissionView) -> io::Result<()> {
        match self {
            Self::People(_) => Ok(()),
            Self::Programs(_) => JsonLines::permission(permission),
        }
    }

    /// The session waits for a larger budget, or has its answer.
    pub(crate) fn budget(&mut self, request: &BudgetRequestView) -> io::Result<()> {
        match self {
            Self::People(_) => Ok(()),
            Self::Programs(_) => JsonLines::budget(request),
        }
    }

    /// The connection is lost and is tried again.
    pub(crate) fn disconnected(
        &mut self,
        error: &client::Error,
        retry_in: Duration,
        words: &dyn Words,
    ) -> io::Result<()> {
        match self {
            Self::People(view) => view.passing(&words.connection_lost(retry_in)),
            Self::Programs(_) => JsonLines::disconnected(error, milliseconds(retry_in)),
        }
    }

    /// The connection is back.
    pub(crate) fn connected(&mut self, words: &dyn Words) -> io::Result<()> {
        match self {
            Self::People(view) => view.passing(words.connection_back()),
            Self::Programs(_) => JsonLines::connected(),
        }
    }

    /// How the turn has ended.
    pub(crate) fn ended(&mut self, ended: &Ended) -> io::Result<()> {
        match self {
            Self::People(view) => view.finish(),
            Self::Programs(lines) => lines.result(ended),
        }
    }

    /// Something that people should know.
    pub(crate) fn remark(&mut self, text: &str) -> io::Result<()> {
        match self {
            Self::People(view) => {
                let text = escape::line(text).into_owned();
                view.line(|paint| paint.yellow(format!("! {text}")))
            }
            Self::Programs(_) => Ok(()),
        }
    }

    /// What is going on at the moment.
    pub(crate) fn passing(&mut self, text: &str) -> io::Result<()> {
        match self {
            Self::People(view) => view.passing(text),
            Self::Programs(_) => Ok(()),
        }
    }

    /// What is known of the chat, where people look on.
    pub(crate) fn known(&self) -> Option<&Transcript> {
        match self {
            Self::People(view) => Some(&view.transcript),
            Self::Programs(_) => None,
        }
    }

    /// The view, where people look on.
    pub(crate) fn view(&mut self) -> Option<&mut View> {
        match self {
            Self::People(view) => Some(view),
            Self::Programs(_) => None,
        }
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
