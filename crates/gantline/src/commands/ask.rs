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
use crate::follow::budgets::Budgets;
use crate::follow::questions::{Answerer, Questions};
use crate::follow::{Ended, Follow, Goal};
use crate::hands::Hands;
use crate::invocation::Invocation;
use crate::keys::new_key;
use crate::lookup;
use crate::output::Format;
use crate::prompting::PromptOptions;
use crate::starting;
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

    /// Leave the session open after the answer. One that was named stays open anyway.
    #[arg(long)]
    pub keep: bool,

    #[command(flatten)]
    pub options: PromptOptions,

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
        self.has_prompt() || self.keep || self.options != PromptOptions::default()
    }
}

/// Asks, and prints the answer.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    check_is_no_command(args.words.as_deref(), words)?;
    let text = prompt_text(&args, words).await?;
    let client = invocation.client(args.connection.clone())?;
    let mut audience = args.options.audience(words);
    let mut place = place(&client, &args.options, words).await?;
    audience.session(&place.session, place.is_new)?;
    let ends_session = place.is_new && !args.keep && args.options.session.is_none();
    let asked = ask(&client, &args.options, &mut place, &text, &mut audience, words).await;
    if ends_session {
        stop(&client, &place.session).await;
    }
    let ended = asked?;
    tell_end(&args, &ended, &mut audience, words)?;
    Ok(ended.meaning().into())
}

/// Where it is asked.
struct Place {
    session: SessionView,
    /// Whether it was started for this, and nothing was said in it.
    is_new: bool,
}

/// Asks until an answer comes, as often as it may be tried.
async fn ask(
    client: &Client,
    options: &PromptOptions,
    place: &mut Place,
    text: &str,
    audience: &mut Audience,
    words: &'static dyn Words,
) -> anyhow::Result<Ended> {
    let is_ours = place.is_new;
    let mut attempt = 1;
    loop {
        let ended = ask_once(client, options, place, text, audience, words).await?;
        let wait = options.wait_before_retry(attempt).filter(|_| ended.is_worth_another_try());
        let Some(wait) = wait else { return Ok(ended) };
        audience.retries(attempt, options.prompt_retries, wait, words)?;
        tokio::time::sleep(wait).await;
        attempt += 1;
        place.session = client.session(place.session.session_id).await?;
        place.is_new = false;
        if place.session.status.is_final() {
            if !is_ours {
                return Ok(ended);
            }
            *place = new_place(client, options, words).await?;
            audience.session(&place.session, true)?;
        }
    }
}

async fn ask_once(
    client: &Client,
    options: &PromptOptions,
    place: &Place,
    text: &str,
    audience: &mut Audience,
    words: &'static dyn Words,
) -> anyhow::Result<Ended> {
    let id = place.session.session_id;
    let after = if place.is_new { 0 } else { client.updates(id, 0, Some(1)).await?.last };
    let content = PromptContent::Text(text.to_owned());
    let body = CreateTurn { content, when_busy: WhenBusy::Queue };
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
        goal: Goal::Turn(turn.turn_id),
        heard: vec![],
        questions: Questions::new(options.answerer()),
        budgets: Budgets::new(options.answerer() == Answerer::Person),
        typed: None,
    };
    let ended = follow.until_the_end(options.limit()).await;
    live.close().await;
    ended
}

/// The session to ask in: the one that was named or was active last, else a new one.
async fn place(
    client: &Client,
    options: &PromptOptions,
    words: &dyn Words,
) -> anyhow::Result<Place> {
    match starting::chat_to_go_on_with(client, options, words).await? {
        Some(session) => Ok(Place { session, is_new: false }),
        None => new_place(client, options, words).await,
    }
}

async fn new_place(
    client: &Client,
    options: &PromptOptions,
    words: &dyn Words,
) -> anyhow::Result<Place> {
    let machine = lookup::machine(client, &options.chat.machine, words).await?;
    let session = starting::start_chat(client, &machine, options, words).await?;
    Ok(Place { session, is_new: true })
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
    audience.ended(ended)?;
    if meaning != Meaning::Done && args.options.format.format != Format::Json {
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
    with_input(prompt, args.options.format.format, words).await
}

/// A prompt, with what standard input brings.
pub(in crate::commands) async fn with_input(
    prompt: Option<String>,
    format: Format,
    words: &dyn Words,
) -> anyhow::Result<String> {
    let is_piped = !io::stdin().is_terminal();
    let is_told = format != Format::Json;
    let input = if is_piped { read_input(is_told, words).await? } else { String::new() };
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

/// Reads standard input to its end. Somebody who waits without knowing why is told, if they may be.
async fn read_input(is_told: bool, words: &dyn Words) -> anyhow::Result<String> {
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
            if is_told && io::stderr().is_terminal() {
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
