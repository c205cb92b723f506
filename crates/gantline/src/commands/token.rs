//! `gantline token`: lasting tokens, one's own and those of service accounts.

use std::process::ExitCode;

use anstream::eprintln;
use clap::Subcommand;
use contract::auth::{ApiTokenView, CreateApiToken, RotateApiToken};
use contract::users::UserRef;
use host::SystemClock;
use model::{Clock, TokenScope};

use crate::commands::user;
use crate::confirm::{self, Consent};
use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::lookup::{ends_with, short};
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};
use crate::words::Words;

/// What to do with tokens.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What can be done with tokens.
#[derive(Debug, Subcommand)]
enum Command {
    /// List your API tokens, or those of an account that you administer.
    List(ListArgs),
    /// Make an API token and print it, this one time.
    Create(CreateArgs),
    /// Replace an API token by a new one and print that, this one time; the old one goes on working
    /// for a few minutes.
    Rotate(RotateArgs),
    /// Revoke an API token: what is open with it ends within seconds.
    Revoke(RevokeArgs),
}

/// Whose tokens.
#[derive(Debug, clap::Args)]
struct ListArgs {
    /// Of this account, by its username, number or identifier [default: yours].
    #[arg(long, value_name = "ACCOUNT")]
    user: Option<String>,
    #[command(flatten)]
    format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// What the token is for.
#[derive(Debug, clap::Args)]
struct CreateArgs {
    /// What to call it.
    name: String,
    /// What it may be used for, of all that its owner may do: `read`, `sessions`, `machines`,
    /// `users`, `keys`, `budget`, `policy` or `full`; several times for several [default: full].
    #[arg(long, value_name = "SCOPE")]
    scope: Vec<TokenScope>,
    /// For how many days it works, 1 to 365 [default: 90].
    #[arg(long, value_name = "DAYS")]
    expires_in_days: Option<u16>,
    /// For this service account, by its username, number or identifier [default: for you].
    #[arg(long, value_name = "ACCOUNT")]
    user: Option<String>,
    #[command(flatten)]
    format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Which token is replaced.
#[derive(Debug, clap::Args)]
struct RotateArgs {
    /// The token, by its name, its identifier or the end of it.
    #[arg(value_name = "TOKEN")]
    name: String,
    /// For how many minutes the old token goes on working, 0 to 60.
    #[arg(long, value_name = "MINUTES", default_value_t = 10,
        value_parser = clap::value_parser!(u16).range(0..=60))]
    overlap_minutes: u16,
    /// For how many days the new one works, 1 to 365 [default: as long as the old one was made for].
    #[arg(long, value_name = "DAYS")]
    expires_in_days: Option<u16>,
    /// Of this service account, by its username, number or identifier [default: yours].
    #[arg(long, value_name = "ACCOUNT")]
    user: Option<String>,
    #[command(flatten)]
    format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Which token.
#[derive(Debug, clap::Args)]
struct RevokeArgs {
    /// The token, by its name, its identifier or the end of it.
    #[arg(value_name = "TOKEN")]
    name: String,
    /// Of this account, by its username, number or identifier [default: yours].
    #[arg(long, value_name = "ACCOUNT")]
    user: Option<String>,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

impl Args {
    /// How it prints.
    pub(crate) fn format(&self) -> Format {
        match &self.command {
            Command::List(args) => args.format.format,
            Command::Create(args) => args.format.format,
            Command::Rotate(args) => args.format.format,
            Command::Revoke(args) => args.format.format,
        }
    }
}

/// Does it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List(args) => list(args, invocation).await,
        Command::Create(args) => create(args, invocation).await,
        Command::Rotate(args) => rotate(args, invocation).await,
        Command::Revoke(args) => revoke(args, invocation).await,
    }
}

async fn list(args: ListArgs, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let tokens = match owner(&client, args.user.as_deref(), invocation).await? {
        Some(user) => client.user_tokens(user).await?,
        None => client.api_tokens().await?,
    };
    match args.format.format {
        Format::Json => try_print_json(&tokens)?,
        Format::Quiet => {
            for token in tokens.tokens {
                print_line(token.token_id)?;
            }
        }
        Format::Text if tokens.tokens.is_empty() => print_line(words.no_tokens())?,
        Format::Text => {
            let now = SystemClock::start().now();
            let rows = tokens.tokens.into_iter().map(|token| {
                let used = token.last_used_at.map(|at| words.ago(now.since(at.0)));
                let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.as_str()).collect();
                [
                    short(&token.token_id),
                    token.name,
                    scopes.join(" "),
                    used.unwrap_or_default(),
                    token.expires_at.to_string(),
                ]
            });
            print_table(words.token_headings(), rows)?;
        }
    }
    Ok(Meaning::Done.into())
}

async fn create(args: CreateArgs, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let body = CreateApiToken {
        name: args.name,
        expires_in_days: args.expires_in_days,
        scopes: (!args.scope.is_empty()).then_some(args.scope),
    };
    let created = match owner(&client, args.user.as_deref(), invocation).await? {
        Some(user) => client.user_token_create(user, &body).await?,
        None => client.api_token_create(&body).await?,
    };
    match args.format.format {
        Format::Json => try_print_json(&created)?,
        Format::Quiet => print_line(&created.token)?,
        Format::Text => {
            // Apart from the token, so that it alone goes where the output is sent.
            eprintln!("{}", invocation.words.token_once());
            print_line(&created.token)?;
        }
    }
    Ok(Meaning::Done.into())
}

async fn rotate(args: RotateArgs, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let owner = owner(&client, args.user.as_deref(), invocation).await?;
    let token = find(&client, owner, &args.name, words).await?;
    let RotateArgs { overlap_minutes, expires_in_days, .. } = args;
    let body = RotateApiToken { overlap_minutes, expires_in_days };
    let rotated = match owner {
        Some(user) => client.user_token_rotate(user, token.token_id, &body).await?,
        None => client.api_token_rotate(token.token_id, &body).await?,
    };
    match args.format.format {
        Format::Json => try_print_json(&rotated)?,
        Format::Quiet => print_line(&rotated.token)?,
        Format::Text => {
            let until = rotated.previous.expires_at.to_string();
            eprintln!("{}", words.token_rotated(&escape::line(&token.name), &until));
            eprintln!("{}", words.token_once());
            print_line(&rotated.token)?;
        }
    }
    Ok(Meaning::Done.into())
}

async fn revoke(args: RevokeArgs, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let owner = owner(&client, args.user.as_deref(), invocation).await?;
    let token = find(&client, owner, &args.name, words).await?;
    confirm::ask(args.consent, &words.revoke_token(&escape::line(&token.name)), words)?;
    let done = match owner {
        Some(user) => client.user_token_revoke(user, token.token_id).await?,
        None => client.api_token_revoke(token.token_id).await?,
    };
    match args.format.format {
        Format::Json => try_print_json(&done)?,
        Format::Quiet => {}
        Format::Text => print_line(words.token_revoked(&escape::line(&token.name)))?,
    }
    Ok(Meaning::Done.into())
}

/// The one token of an owner that is meant.
async fn find(
    client: &client::Client,
    owner: Option<UserRef>,
    name: &str,
    words: &dyn Words,
) -> anyhow::Result<ApiTokenView> {
    let tokens = match owner {
        Some(user) => client.user_tokens(user).await?,
        None => client.api_tokens().await?,
    };
    let matches = |token: &ApiTokenView| {
        let id = token.token_id;
        token.name == name || id.to_string() == name || ends_with(&id, name)
    };
    let mut found: Vec<_> = tokens.tokens.into_iter().filter(matches).collect();
    match found.len() {
        0 => Err(Refusal::new(Meaning::NotFound, words.no_such_token(name)).into()),
        1 => Ok(found.remove(0)),
        _ => Err(Refusal::new(Meaning::Usage, words.several_tokens(name)).into()),
    }
}

/// Whose tokens are meant, if not one's own.
async fn owner(
    client: &client::Client,
    name: Option<&str>,
    invocation: &Invocation,
) -> anyhow::Result<Option<UserRef>> {
    let Some(name) = name else { return Ok(None) };
    let account = user::account(client, name, invocation.words).await?;
    Ok(Some(UserRef::Id(account.user.user_id)))
}
