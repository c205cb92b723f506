//! `gantline login`: keeps a token for this user.

use std::io::{self, IsTerminal, Read};
use std::process::ExitCode;

use anstream::eprintln;
use anyhow::Context;
use client::ServerUrl;
use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers};
use model::{ExposeSecret, SecretString};
use serde_json::json;

use crate::connection::ConnectionOptions;
use crate::credentials::Credentials;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::words::Words;

/// The longest token.
const MAX_TOKEN_BYTES: u64 = 4096;

/// Where to sign in.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Asks for a token, tries it, and keeps it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let given = args.connection.or(&invocation.before);
    let mut connection = invocation.connection(given.clone())?;
    connection.token = Some(match given.token {
        Some(token) => token,
        None => read_token(&connection.server, words)?,
    });
    let token = connection.token.clone().unwrap_or_default();
    if token.expose_secret().is_empty() {
        return Err(Refusal::new(Meaning::Usage, words.no_token_given()).into());
    }
    let me = connection.client(words)?.me().await?;
    let mut credentials = Credentials::read()?;
    credentials.keep(&connection.server, &token)?;
    let server = connection.server.to_string();
    match args.format.format {
        Format::Json => try_print_json(&json!({ "server": server, "user": me }))?,
        Format::Quiet => {}
        Format::Text => {
            print_line(words.signed_in(&escape::line(&me.display_name), &server))?;
        }
    }
    Ok(Meaning::Done.into())
}

/// Reads a token: typed unseen at the window, or from standard input.
fn read_token(server: &ServerUrl, words: &dyn Words) -> anyhow::Result<SecretString> {
    if io::stdin().is_terminal() {
        eprintln!("{}", words.where_to_get_a_token(&server.to_string()));
        return read_hidden(words);
    }
    let mut text = String::new();
    io::stdin().lock().take(MAX_TOKEN_BYTES).read_to_string(&mut text)?;
    Ok(SecretString::from(text.trim().to_owned()))
}

/// Reads a line that is not shown.
fn read_hidden(words: &dyn Words) -> anyhow::Result<SecretString> {
    anstream::eprint!("{} ", words.token_prompt());
    crossterm::terminal::enable_raw_mode().context("hide what is typed")?;
    let read = read_keys();
    crossterm::terminal::disable_raw_mode().context("show what is typed")?;
    eprintln!();
    match read? {
        Some(token) => Ok(SecretString::from(token)),
        None => Err(Refusal::new(Meaning::Interrupted, words.interrupted()).into()),
    }
}

fn read_keys() -> io::Result<Option<String>> {
    let mut token = String::new();
    loop {
        let Event::Key(key) = crossterm::event::read()? else { continue };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Enter => return Ok(Some(token.trim().to_owned())),
            KeyCode::Char('c' | 'd') if is_control => return Ok(None),
            KeyCode::Char('u') if is_control => token.clear(),
            KeyCode::Char(character) if !is_control => token.push(character),
            KeyCode::Backspace => drop(token.pop()),
            _ => {}
        }
    }
}
