//! `gantline policy explain`: what a policy would do.

use std::process::ExitCode;

use contract::policy::{ExplainPolicy, NonInteractive, PolicyExplained, PolicyOptions};

use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};
use crate::policy_flags::PolicyFlags;
use crate::words::Words;

/// Which policy.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    policy: PolicyFlags,
    /// What happens to a question that nobody can be asked: `deny` or `fail`. Given alone it says
    /// that nobody can.
    #[arg(long, alias = "non-interactive-perms", value_name = "RULE")]
    non_interactive_permissions: Option<NonInteractive>,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

impl Args {
    fn question(&self) -> ExplainPolicy {
        ExplainPolicy {
            options: PolicyOptions {
                non_interactive_permissions: self.non_interactive_permissions,
                ..self.policy.options()
            },
            interactive: Some(self.non_interactive_permissions.is_none()),
        }
    }
}

/// Says it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let question = args.question();
    let explained = invocation.client(args.connection)?.policy_explain(&question).await?;
    match args.format.format {
        Format::Json => try_print_json(&explained)?,
        Format::Quiet => {
            for tool in &explained.tools {
                print_line(format!("{} {}", tool.tool, tool.effect))?;
            }
        }
        Format::Text => print(&explained, invocation.words)?,
    }
    Ok(Meaning::Done.into())
}

fn print(explained: &PolicyExplained, words: &dyn Words) -> std::io::Result<()> {
    let value = values(explained);
    let rows = explained
        .reasons
        .iter()
        .zip(value)
        .map(|(reason, value)| [reason.part.to_string(), value, reason.reason.clone()]);
    print_table(words.policy_part_headings(), rows)?;
    print_line("")?;
    let other = &explained.other_tools;
    let tools = explained
        .tools
        .iter()
        .map(|tool| [tool.tool.to_string(), tool.effect.to_string(), tool.reason.clone()]);
    let other = [words.other_tools().to_owned(), other.effect.to_string(), other.reason.clone()];
    print_table(words.policy_tool_headings(), tools.chain([other]))?;
    for warning in &explained.warnings {
        print_line(format!("{} {warning}", words.warning()))?;
    }
    Ok(())
}

/// What each part has come to, in the order of the reasons.
fn values(explained: &PolicyExplained) -> [String; 7] {
    let policy = &explained.policy;
    let list = |tools: &[contract::policy::Tool]| {
        tools.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    };
    [
        policy.permission_preset.clone(),
        policy.permissions.to_string(),
        if policy.other_tools && policy.denied_tools.is_empty() {
            "*".to_owned()
        } else {
            list(&policy.allowed_tools)
        },
        list(&policy.denied_tools),
        policy.auth_policy.to_string(),
        policy.non_interactive_permissions.to_string(),
        policy.max_turns.map(|turns| turns.to_string()).unwrap_or_default(),
    ]
}
