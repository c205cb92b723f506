//! `gantline session shares|share|unshare`: to whom a session is lent.

use std::process::ExitCode;

use contract::shares::ShareSession;
use contract::users::UserRef;
use model::share::ShareLevel;

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::{Meaning, Refusal};
use crate::invocation::Invocation;
use crate::lookup;
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};

const SECONDS_PER_HOUR: u64 = 3_600;

/// Of which session.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    /// Session, by its identifier, the end of it, or its title.
    session: String,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Which session, with whom, and for what.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Session, by its identifier, the end of it, or its title.
    session: String,
    /// With whom: the name with which they sign in.
    username: String,
    /// Lets them prompt, type and answer questions too, if they may work on the session's machine.
    #[arg(long)]
    drive: bool,
    /// For how many hours, 1 to 720.
    #[arg(long, value_name = "HOURS", default_value_t = 24,
        value_parser = clap::value_parser!(u64).range(1..=720))]
    hours: u64,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Which session, and from whom it is taken back.
#[derive(Debug, clap::Args)]
pub(crate) struct UnshareArgs {
    /// Session, by its identifier, the end of it, or its title.
    session: String,
    /// From whom: the name with which they sign in. To give it back yourself, say your own.
    username: String,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Lists them.
pub(crate) async fn list(args: ListArgs, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let session = lookup::session(&client, &args.session, words).await?;
    let shares = client.session_shares(session.session_id).await?;
    match args.format.format {
        Format::Json => try_print_json(&shares)?,
        Format::Quiet => {
            for one in shares.shares {
                print_line(one.user_id)?;
            }
        }
        Format::Text if shares.shares.is_empty() => print_line(words.not_shared())?,
        Format::Text => {
            let rows = shares.shares.into_iter().map(|one| {
                let level = words.share_level(one.may_drive).to_owned();
                [one.username, one.display_name, level, one.expires_at.to_string()]
            });
            print_table(words.share_headings(), rows)?;
        }
    }
    Ok(Meaning::Done.into())
}

/// Lends it.
pub(crate) async fn share(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let session = lookup::session(&client, &args.session, words).await?;
    let body = ShareSession {
        username: args.username,
        level: if args.drive { ShareLevel::Drive } else { ShareLevel::Watch },
        expires_in: args.hours * SECONDS_PER_HOUR,
    };
    let shared = client.session_share(session.session_id, &body).await?;
    match args.format.format {
        Format::Json => try_print_json(&shared)?,
        Format::Quiet => {}
        Format::Text => {
            let (title, user) =
                (escape::line(&session.title), escape::line(&shared.share.username));
            let until = shared.share.expires_at.to_string();
            print_line(words.shared(&title, &user, shared.share.may_drive, &until))?;
        }
    }
    Ok(Meaning::Done.into())
}

/// Takes it back.
pub(crate) async fn unshare(
    args: UnshareArgs,
    invocation: &Invocation,
) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let session = lookup::session(&client, &args.session, words).await?;
    let shares = client.session_shares(session.session_id).await?.shares;
    let folded = args.username.to_lowercase();
    let (title, user) = (escape::line(&session.title), escape::line(&args.username));
    let Some(held) = shares.iter().find(|one| one.username.to_lowercase() == folded) else {
        let message = words.not_shared_with(&title, &user);
        return Err(Refusal::new(Meaning::NotFound, message).with_hint(words.hint_shares()).into());
    };
    let done = client.session_unshare(session.session_id, UserRef::Id(held.user_id)).await?;
    match args.format.format {
        Format::Json => try_print_json(&done)?,
        Format::Quiet => {}
        Format::Text => print_line(words.unshared(&title, &user))?,
    }
    Ok(Meaning::Done.into())
}
