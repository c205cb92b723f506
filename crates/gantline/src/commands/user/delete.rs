//! `gantline user delete`: deletes an account with what belongs to it.

use std::process::ExitCode;

use contract::users::UserRef;
use serde_json::json;

use super::change;
use crate::confirm;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::{Format, print_line, try_print_json};

/// Deletes it, after asking.
pub(super) async fn run(args: change::Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let client = invocation.client(args.connection)?;
    let account = super::account(&client, &args.user, words).await?.user;
    let name = escape::line(&account.username);
    confirm::ask(args.consent, &words.delete_user(&name), words)?;
    client.user_delete(UserRef::Id(account.user_id)).await?;
    match args.format.format {
        Format::Json => try_print_json(&json!({ "user_id": account.user_id, "deleted": true }))?,
        Format::Quiet => print_line(account.user_id)?,
        Format::Text => print_line(words.user_deleted(&name))?,
    }
    Ok(Meaning::Done.into())
}
