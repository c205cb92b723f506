//! `gantline -p "…"`: one prompt, its answer, and an exit code.

use std::io::{self, IsTerminal, Read};
use std::process::ExitCode;
use std::time::Duration;

use anstream::eprintln;
use anyhow::Context;
use client::Client;
use contract::sessions::{CreateTurn, PromptContent, SessionView};
use model::turn::WhenBusy;
use owo_colors::OwoColorize;

use crate::audience::Audience;
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::follow::questions::{Answerer, NonInteractive, Questions};
use crate::follow::{Ended, Follow};
use crate::hands::{self, Hands};
use crate::invocation::Invocation;
use crate::json_lines::Outcome;
use crate::keys::new_key;
use crate::lookup;
use crate::output::{Format, FormatOption};
use crate::starting::{self, ChatOptions};
use crate::view::{View, ViewOptions};
use crate::words::Words;

/// The largest text that is read from standard input; about what a prompt may have.
const MAX_INPUT_BYTES: u64 = 4 * 1024 * 1024;

/// How long to wait for the end of a session that was started for one prompt.
const STOP_WITHIN: Duration = Duration::from_secs(5);

/// One prompt.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Args {
    /// Prompt. Text from standard input is added to it, or stands for it.
    #[arg(value_name = "PROMPT")]
    pub words: Option<String>,

    /// The same, and never taken for a command.
    #[arg(long = "prompt", short = 'p', value_name = "PROMPT", conflicts_with = "words")]
    pub prompt: Option<String>,

    /// Go on with this session, by its identifier, the end of it, or its title; one with this
    /// title is started if there is none. Without it the session ends with the answer.
    #[arg(long, value_name = "SESSION")]
    pub session: Option<String>,

    /// Leave the session open after the answer.
    #[arg(long)]
    pub keep: bool,

    /// What happens to a question of the agent where nobody can be asked here.
    #[arg(
        long,
        alias = "non-interactive-perms",
        value_enum,
        value_name = "RULE",
        default_value = "deny"
    )]
    pub non_interactive_permissions: NonInteractive,

    /// Stop the turn after so many seconds.
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<u64>,

    /// Show what the agent thinks aloud as well.
    #[arg(long)]
    pub thoughts: bool,

    /// Print text as it comes, control characters and all.
    #[arg(long)]
    pub raw: bool,

    #[command(flatten)]
    pub format: FormatOption,

    #[command(flatten)]
    pub chat: ChatOptions,

    #[command(flatten)]
    pub connection: ConnectionOptions,
}

impl Args {
    /// Whether there is something to ask.
    pub(crate) fn has_prompt(&self) -> bool {
        self.words.is_some() || self.prompt.is_some()
    }

    /// Whether anything was given besides the connection.
    pub(crate) fn is_more_than_connection(&self) -> bool {
        self.has_prompt()
            || self.session.is_some()
            || self.keep
            || self.chat != ChatOptions::default()
            || self.non_interactive_permissions != NonInteractive::default()
            || self.timeout.is_some()
            || self.thoughts
            || self.raw
            || self.format.format != Format::default()
    }
}

/// Asks, and prints the answer.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    check_is_no_command(args.words.as_deref(), words)?;
    let text = prompt_text(&args, words).await?;
    let client = invocation.client(args.connection.clone())?;
    let (session, created) = session(&client, &args, words).await?;
    let mut audience = audience(&args, words);
    audience.session(&session, created)?;
    let asked = ask(&client, &args, &session, created, text, &mut audience, words).await;
    if created && !args.keep && args.session.is_none() {
        stop(&client, &session).await;
    }
    let ended = asked?;
    tell_end(&args, &ended, &mut audience, words)?;
    Ok(ended.meaning().into())
}

async fn ask(
    client: &Client,
    args: &Args,
    session: &SessionView,
    created: bool,
    text: String,
    audience: &mut Audience,
    words: &'static dyn Words,
) -> anyhow::Result<Ended> {
    let id = session.session_id;
    let after = if created { 0 } else { client.updates(id, 0, Some(1)).await?.last };
    let body = CreateTurn { content: PromptContent::Text(text), when_busy: WhenBusy::Queue };
    let turn = client.prompt(id, &body, &new_key()).await?;
    audience.turn(&turn)?;
    let mut live = client.live();
    live.follow(id, after);
    let mut hands = Hands::new();
    let follow = Follow {
        client,
        live: &mut live,
        hands: &mut hands,
        audience,
        words,
        session: id,
        turn: turn.turn_id,
        questions: Questions::new(answerer(args)),
        typed: None,
    };
    let ended = follow.until_the_end(args.timeout.map(Duration::from_secs)).await;
    live.close().await;
    ended
}

/// A person is asked where one sits at the window and sees the question.
fn answerer(args: &Args) -> Answerer {
    if args.format.format == Format::Text && hands::somebody_is_there() {
        return Answerer::Person;
    }
    Answerer::Rule(args.non_interactive_permissions)
}

fn audience(args: &Args, words: &'static dyn Words) -> Audience {
    let options = |quiet| ViewOptions { raw: args.raw, thoughts: args.thoughts, quiet };
    match args.format.format {
        Format::Json => Audience::Programs(Box::default()),
        Format::Quiet => Audience::People(Box::new(View::new(words, options(true)))),
        Format::Text => Audience::People(Box::new(View::new(words, options(false)))),
    }
}

/// The session to ask in, and whether it was started for this.
async fn session(
    client: &Client,
    args: &Args,
    words: &dyn Words,
) -> anyhow::Result<(SessionView, bool)> {
    if let Some(name) = &args.session
        && let Some(session) = starting::running_chat(client, name, words).await?
    {
        return Ok((session, false));
    }
    let machine = lookup::machine(client, &args.chat.machine, words).await?;
    let title = args.session.clone();
    let session = starting::start_chat(client, &machine, &args.chat, title, words).await?;
    Ok((session, true))
}

/// Ends a session that was started for one prompt. Where this fails, it is left open, which the
/// list of sessions shows.
async fn stop(client: &Client, session: &SessionView) {
    let stop = client.session_stop(session.session_id, None);
    match tokio::time::timeout(STOP_WITHIN, stop).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the session was left open"),
        Err(_) => tracing::warn!("the session was left open: the server does not answer"),
    }
}

fn tell_end(
    args: &Args,
    ended: &Ended,
    audience: &mut Audience,
    words: &dyn Words,
) -> anyhow::Result<()> {
    let meaning = ended.meaning();
    match audience {
        Audience::Programs(lines) => lines.result(&Outcome {
            state: ended.state,
            stop_reason: ended.stop_reason.as_deref(),
            outcome: ended.outcome.as_deref(),
            meaning,
        })?,
        Audience::People(view) => view.finish()?,
    }
    if meaning != Meaning::Done && args.format.format != Format::Json {
        let outcome = ended.outcome.as_deref().map(escape::line);
        let text = words.turn_ended(meaning, ended.state, outcome.as_deref());
        eprintln!("{}: {text}", words.error().red().bold());
    }
    Ok(())
}

/// A single word is more often a mistyped command than a prompt, and prompts have effects.
fn check_is_no_command(prompt: Option<&str>, words: &dyn Words) -> Result<(), Refusal> {
    match prompt {
        Some(word) if is_like_command(word) => {
            let refusal = Refusal::new(Meaning::Usage, words.prompt_like_command(word));
            Err(refusal.with_hint(words.hint_prompt_like_command(word)))
        }
        _ => Ok(()),
    }
}

fn is_like_command(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// The prompt, with what standard input brings.
async fn prompt_text(args: &Args, words: &dyn Words) -> anyhow::Result<String> {
    let prompt = args.prompt.clone().or_else(|| args.words.clone());
    let is_piped = !io::stdin().is_terminal();
    let input = if is_piped { read_input(words).await? } else { String::new() };
    let prompt = match (prompt, input.trim().is_empty()) {
        (Some(prompt), true) => prompt,
        (Some(prompt), false) => format!("{prompt}\n\n<stdin>\n{}\n</stdin>", input.trim_end()),
        (None, _) => input,
    };
    if prompt.trim().is_empty() {
        let refusal = Refusal::new(Meaning::Usage, words.empty_prompt());
        return Err(refusal.with_hint(words.hint_prompt()).into());
    }
    Ok(prompt)
}

/// Reads standard input to its end. Somebody who waits without knowing why is told.
async fn read_input(words: &dyn Words) -> anyhow::Result<String> {
    let reading = tokio::task::spawn_blocking(|| {
        let mut bytes = Vec::new();
        let mut input = io::stdin().lock().take(MAX_INPUT_BYTES + 1);
        input.read_to_end(&mut bytes).map(|_| bytes)
    });
    let mut reading = std::pin::pin!(reading);
    let patience = tokio::time::sleep(Duration::from_secs(2));
    let bytes = tokio::select! {
        read = &mut reading => read,
        () = patience => {
            if io::stderr().is_terminal() {
                eprintln!("{}", words.reading_input().dimmed());
            }
            reading.await
        }
    };
    let bytes = bytes.context("read standard input")?.context("read standard input")?;
    if bytes.len() as u64 > MAX_INPUT_BYTES {
        return Err(Refusal::new(Meaning::Usage, words.input_too_large(MAX_INPUT_BYTES)).into());
    }
    String::from_utf8(bytes)
        .map_err(|_| Refusal::new(Meaning::Usage, words.input_not_text()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_command_is_not_sent_to_an_agent() {
        assert!(is_like_command("sesion") && is_like_command("sign-in"));
        assert!(!is_like_command("hello there") && !is_like_command("fix!"));
        assert!(!is_like_command("你好") && !is_like_command("/help"));
    }
}
