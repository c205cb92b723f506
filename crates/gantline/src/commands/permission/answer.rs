//! `gantline permission answer`: answers a question.

use std::process::ExitCode;

use contract::permissions::{AlwaysAnswer, AnswerPermission, PermissionView};
use contract::policy::{RuleReach, RuleWithin};
use model::permission::PermissionAnswer;

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::hands::{Hands, Press, somebody_is_there};
use crate::invocation::Invocation;
use crate::lookup;
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::paint::Paint;
use crate::question::{self, Asking, HowMuch, Said, always};
use crate::screen::{Outlet, Screen};
use crate::words::Words;

/// What to answer.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Question, by its identifier or the end of it.
    question: String,
    /// Answer; without one the question is shown and asked.
    #[arg(value_enum)]
    answer: Option<Answer>,
    /// What to tell the agent with a denial.
    #[arg(long)]
    note: Option<String>,
    /// Make the same answer hold from then on: for `exact`ly this call, for commands with the same
    /// `prefix` of words, or for the `tool`.
    #[arg(long, value_name = "REACH", requires = "answer")]
    always: Option<RuleReach>,
    /// How many of the command's first words count [default: all].
    #[arg(long, value_name = "COUNT", requires = "always")]
    first_words: Option<usize>,
    /// Where it holds from then on: in this `workspace`, or on this `machine`
    /// [default: `workspace`].
    #[arg(long, value_name = "PLACE", requires = "always")]
    within: Option<RuleWithin>,
    /// For how many days it holds [default: for ever].
    #[arg(long, value_name = "COUNT", requires = "always",
        value_parser = clap::value_parser!(u64).range(1..=366))]
    days: Option<u64>,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// What can be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Answer {
    /// Yes, this one time.
    #[value(alias = "once", alias = "allow_once")]
    AllowOnce,
    /// Yes, and the same again until the session ends.
    #[value(alias = "session", alias = "allow_session")]
    AllowSession,
    /// No.
    Deny,
}

impl From<Answer> for PermissionAnswer {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::AllowOnce => Self::AllowOnce,
            Answer::AllowSession => Self::AllowSession,
            Answer::Deny => Self::Deny,
        }
    }
}

/// Answers it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    if args.note.is_some() && args.answer != Some(Answer::Deny) {
        return Err(Refusal::new(Meaning::Usage, words.note_without_denial()).into());
    }
    let open = lookup::permission(&client, &args.question, words).await?;
    let body = match args.answer {
        Some(answer) => AnswerPermission {
            answer: answer.into(),
            note: args.note,
            digest: open.digest.clone(),
            always: args.always.map(|reach| AlwaysAnswer {
                reach,
                first_words: args.first_words,
                within: args.within.unwrap_or(RuleWithin::Workspace),
                expires_in_s: args.days.map(|days| days * 86_400),
            }),
        },
        None => match ask(open.clone(), words).await? {
            Some(body) => body,
            None => return Ok(Meaning::Interrupted.into()),
        },
    };
    let answered = client.permission_answer(open.request_id, &body).await?;
    match args.format.format {
        Format::Json => try_print_json(&answered)?,
        Format::Quiet => {}
        Format::Text => {
            tell(&answered, words)?;
            if body.always.is_some() {
                print_line(always::noted(&client, &answered, words).await?)?;
            }
        }
    }
    Ok(Meaning::Done.into())
}

fn tell(answered: &PermissionView, words: &dyn Words) -> std::io::Result<()> {
    let title = escape::line(&answered.title);
    match answered.answer {
        Some(answer) => print_line(format!("{}: {title}", words.answered(answer, None))),
        None => print_line(title),
    }
}

/// Shows a question and waits for the answer; `None` if there will be none.
async fn ask(open: PermissionView, words: &dyn Words) -> anyhow::Result<Option<AnswerPermission>> {
    let screen = Screen::of(Outlet::Stderr).filter(|_| somebody_is_there());
    let Some(mut screen) = screen else {
        for line in question::lines(&open, HowMuch::Everything, Paint::Plain, words).0 {
            print_line(line)?;
        }
        return Err(Refusal::new(Meaning::Usage, words.answer_missing()).into());
    };
    let mut hands = Hands::new();
    hands.take_keys()?;
    screen.raw(true);
    let mut asking = Asking::begin(open, &mut screen, words)?;
    let answer = loop {
        let press = hands.next().await?;
        if press == Press::Escape {
            break None;
        }
        match asking.press(press, &mut screen, words)? {
            Said::Answer(answer) => break Some(answer),
            Said::Interrupt => break None,
            Said::Nothing => {}
        }
    };
    screen.calm()?;
    Ok(answer)
}
