//! `gantline policy rules`: what has been answered once and for all.

use std::process::ExitCode;

use contract::policy::{RuleView, Rules};
use host::SystemClock;
use model::{Clock, Timestamp};

use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup::{self, short};
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};
use crate::words::Words;

/// Which rules to list.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Those that hold in this session, by its identifier, the end of it, or its title.
    #[arg(long)]
    session: Option<String>,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Lists them.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection)?;
    let words = invocation.words;
    let session = match &args.session {
        Some(name) => Some(lookup::session(&client, name, words).await?.session_id),
        None => None,
    };
    let rules = client.policy_rules(session).await?;
    match args.format.format {
        Format::Json => try_print_json(&Rules { rules })?,
        Format::Quiet => {
            for rule in rules {
                print_line(rule.rule_id)?;
            }
        }
        Format::Text if rules.is_empty() => print_line(words.no_rules())?,
        Format::Text => {
            let now = SystemClock::start().now();
            let rows = rules.into_iter().map(|rule| row(rule, now, words));
            print_table(words.rule_headings(), rows)?;
        }
    }
    Ok(Meaning::Done.into())
}

fn row(rule: RuleView, now: Timestamp, words: &dyn Words) -> [String; 7] {
    let place = match (&rule.session_id, &rule.project_path, &rule.machine_id) {
        (Some(session), ..) => words.rule_in_session(&short(session)),
        (None, Some(path), _) => path.clone(),
        (None, None, Some(machine)) => words.rule_on_machine(&short(machine)),
        (None, None, None) => words.rule_everywhere().to_owned(),
    };
    [
        short(&rule.rule_id),
        rule.effect.to_string(),
        rule.tool.to_string(),
        rule.title,
        place,
        rule.last_used_at.map_or_else(String::new, |used| words.ago(now.since(used.0))),
        rule.expires_at.map_or_else(String::new, |at| at.to_string()),
    ]
}
