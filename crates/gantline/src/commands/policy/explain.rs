//! `gantline policy explain`: what a policy would do.

use std::process::ExitCode;

use contract::policy::{
    AuthPolicy, ExplainPolicy, NonInteractive, Permissions, PolicyExplained, PolicyOptions,
    ToolList,
};

use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};
use crate::words::Words;

/// Which policy.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where it starts from [default: `dev-default`].
    #[arg(long, value_name = "PRESET")]
    permission_preset: Option<String>,
    /// Approve whatever is not forbidden. Of this and the next two the last one counts.
    #[arg(long, overrides_with_all = ["approve_reads", "deny_all"])]
    approve_all: bool,
    /// Approve what only reads, and ask about the rest.
    #[arg(long, overrides_with_all = ["approve_all", "deny_all"])]
    approve_reads: bool,
    /// Approve what only reads, and deny the rest.
    #[arg(long, overrides_with_all = ["approve_all", "approve_reads"])]
    deny_all: bool,
    /// Tools that may be used at all, with commas between them; `*` is all of them.
    #[arg(long, value_name = "TOOLS")]
    allowed_tools: Option<ToolList>,
    /// Tools that are taken away from those.
    #[arg(long, value_name = "TOOLS")]
    denied_tools: Option<ToolList>,
    /// What happens where the agent insists on a login: `skip` or `fail`.
    #[arg(long, value_name = "RULE")]
    auth_policy: Option<AuthPolicy>,
    /// What happens to a question that nobody can be asked: `deny` or `fail`. Given alone it says
    /// that nobody can.
    #[arg(long, alias = "non-interactive-perms", value_name = "RULE")]
    non_interactive_permissions: Option<NonInteractive>,
    /// How many prompts the session takes.
    #[arg(long, value_name = "COUNT")]
    max_turns: Option<u32>,
    #[command(flatten)]
    pub format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

impl Args {
    fn question(&self) -> ExplainPolicy {
        let permissions = [
            (self.approve_all, Permissions::ApproveAll),
            (self.approve_reads, Permissions::ApproveReads),
            (self.deny_all, Permissions::DenyAll),
        ];
        let given = permissions.into_iter().find(|(is_given, _)| *is_given);
        ExplainPolicy {
            options: PolicyOptions {
                permission_preset: self.permission_preset.clone(),
                permissions: given.map(|(_, permissions)| permissions),
                allowed_tools: self.allowed_tools.clone(),
                denied_tools: self.denied_tools.clone(),
                auth_policy: self.auth_policy,
                non_interactive_permissions: self.non_interactive_permissions,
                max_turns: self.max_turns,
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
