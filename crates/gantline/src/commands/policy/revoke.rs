//! `gantline policy revoke`: takes a rule back.

use std::process::ExitCode;

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup;
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// Which rule.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Rule, by its identifier or the end of it.
    rule: String,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Takes it back.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let rule = lookup::rule(&client, &args.rule, invocation.words).await?;
    client.policy_rule_revoke(rule.rule_id).await?;
    match args.format.format {
        Format::Json => try_print_json(&rule)?,
        Format::Quiet => {}
        Format::Text => print_line(invocation.words.rule_revoked(&escape::line(&rule.title)))?,
    }
    Ok(Meaning::Done.into())
}
