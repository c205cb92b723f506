//! `gantline policy add`: answers once and for all.

use std::process::ExitCode;

use contract::policy::{CreateRule, RuleEffect, RuleMatch, RuleTool};

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup::{self, MachineOption, short};
use crate::output::{Format, FormatOption, print_line, try_print_json};

/// Seconds of a day.
const DAY_S: u64 = 86_400;

/// What to answer.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// `allow` or `deny` in your own sessions, or `never` for everybody, by administrators.
    effect: RuleEffect,
    /// Tool, such as `Bash` or `Write`; `other` for tools that nobody knows.
    tool: RuleTool,
    /// Only commands that begin with these words, such as `npm run` [default: every use of the
    /// tool].
    #[arg(long, value_name = "WORDS")]
    prefix: Option<String>,
    #[command(flatten)]
    machine: MachineOption,
    /// Only in this directory of the machine, absolute.
    #[arg(long, value_name = "DIRECTORY")]
    cwd: Option<String>,
    /// For so many days [default: for ever].
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..=366))]
    days: Option<u64>,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Answers.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    // What is never allowed is so on every machine, unless one is named.
    let everywhere = args.effect == RuleEffect::Never && args.machine.machine.is_none();
    let machine_id = if everywhere {
        None
    } else {
        Some(lookup::machine(&client, &args.machine, invocation.words).await?.machine_id)
    };
    let matches = match args.prefix {
        None => RuleMatch::Tool,
        Some(prefix) => {
            RuleMatch::Prefix { words: prefix.split_whitespace().map(str::to_owned).collect() }
        }
    };
    let rule = client
        .policy_rule_create(&CreateRule {
            effect: args.effect,
            tool: args.tool,
            matches,
            title: None,
            machine_id,
            project_path: args.cwd,
            expires_in_s: args.days.map(|days| days * DAY_S),
        })
        .await?;
    match args.format.format {
        Format::Json => try_print_json(&rule)?,
        Format::Quiet => print_line(rule.rule_id)?,
        Format::Text => {
            let title = escape::line(&rule.title).into_owned();
            print_line(invocation.words.rule_added(
                rule.effect.as_str(),
                &title,
                &short(&rule.rule_id),
            ))?;
        }
    }
    Ok(Meaning::Done.into())
}
