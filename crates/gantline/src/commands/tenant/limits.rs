//! `gantline tenant limits`: what a tenant allows its sessions.

use std::process::ExitCode;
use std::str::FromStr;

use contract::session_limits::{ChangeSessionLimits, SessionLimitsView};
use model::session_limits::Change;

use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup;
use crate::output::{Format, FormatOption, print_fields, try_print_json};
use crate::words::Words;

/// Whose limits to show, or to change.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The tenant by its number, for who runs the installation [default: one's own].
    #[arg(value_name = "NUMBER")]
    tenant: Option<i64>,
    /// Stop chats in which nothing has happened for so long, 60 to 2592000 seconds; `none` lifts it.
    #[arg(long, value_name = "SECONDS|none", value_parser = change::<u64>)]
    idle: Option<Change<u64>>,
    /// How many prompts one session takes; `none` lifts it.
    #[arg(long, value_name = "COUNT|none", value_parser = change::<u32>)]
    max_turns: Option<Change<u32>>,
    /// How many sessions may be open on one machine; `none` lifts it.
    #[arg(long, value_name = "COUNT|none", value_parser = change::<u32>)]
    per_machine: Option<Change<u32>>,
    /// How many sessions one user may have open; `none` lifts it.
    #[arg(long, value_name = "COUNT|none", value_parser = change::<u32>)]
    per_user: Option<Change<u32>>,
    #[command(flatten)]
    pub(super) format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// A limit, or that there is none.
fn change<T: FromStr>(text: &str) -> Result<Change<T>, T::Err> {
    if text == "none" { Ok(Change::Lift) } else { text.parse().map(Change::To) }
}

/// Changes them if that was asked for, and shows them.
pub(super) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let mut tenant = lookup::tenant(&client, args.tenant, invocation.words).await?;
    let body = ChangeSessionLimits {
        idle_limit_s: args.idle.unwrap_or_default(),
        max_turns: args.max_turns.unwrap_or_default(),
        max_sessions_per_machine: args.per_machine.unwrap_or_default(),
        max_sessions_per_user: args.per_user.unwrap_or_default(),
    };
    if body != ChangeSessionLimits::default() {
        tenant = client.tenant_limits_change(tenant.id, &body).await?;
    }
    match args.format.format {
        Format::Json => try_print_json(&tenant.limits)?,
        Format::Quiet => {}
        Format::Text => print(tenant.limits, invocation.words)?,
    }
    Ok(Meaning::Done.into())
}

fn print(limits: SessionLimitsView, words: &dyn Words) -> std::io::Result<()> {
    let count = |limit: Option<u32>| {
        limit.map_or_else(|| words.no_limit().to_owned(), |limit| limit.to_string())
    };
    let idle = limits.idle_limit_s.map(|seconds| words.seconds_idle(seconds));
    let [idle_label, turns_label, per_machine_label, per_user_label] = words.session_limit_labels();
    print_fields([
        (idle_label, idle.unwrap_or_else(|| words.no_limit().to_owned())),
        (turns_label, count(limits.max_turns)),
        (per_machine_label, count(limits.max_sessions_per_machine)),
        (per_user_label, count(limits.max_sessions_per_user)),
    ])
}
