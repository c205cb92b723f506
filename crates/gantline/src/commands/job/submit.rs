//! `gantline job submit`: a prompt that an agent works on unattended.

use std::process::ExitCode;

use contract::jobs::SubmitJob;
use contract::policy::{NonInteractive, PolicyOptions};
use contract::sessions::PromptContent;
use contract::webhooks::JobWebhook;
use model::webhook::WebhookPart;

use crate::commands::ask;
use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::keys::new_key;
use crate::lookup::{self, short};
use crate::output::{Format, FormatOption, print_line, try_print_json};
use crate::starting::{self, ChatOptions};
use crate::worktree_flags::WorktreeFlags;

/// What is to be done, and where.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Prompt. Text from standard input is added to it, or stands for it.
    #[arg(value_name = "PROMPT")]
    words: Option<String>,

    /// The same.
    #[arg(long = "prompt", short = 'p', value_name = "PROMPT", conflicts_with = "words")]
    prompt: Option<String>,

    /// How many seconds an attempt may take; 0 for as long as it takes.
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,

    /// Jobs with a higher one go first on their machine, -100 to 100.
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    priority: Option<i64>,

    /// For how many seconds the machine may be away before the job fails; without it the machine
    /// must be online now.
    #[arg(long, value_name = "SECONDS")]
    machine_wait: Option<u64>,

    /// The same key and the same job make one job, however often they are submitted.
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,

    /// What happens to a question of the agent, which nobody can be asked: `deny` answers no,
    /// `fail` ends the job.
    #[arg(
        long,
        alias = "non-interactive-perms",
        value_name = "RULE",
        default_value_t = NonInteractive::Deny
    )]
    non_interactive_permissions: NonInteractive,

    /// Let a person answer what the agent asks, as `gantline permission list` shows it, for as long
    /// as the timeout allows.
    #[arg(long, conflicts_with = "non_interactive_permissions")]
    interactive: bool,

    /// Where to tell that it has ended, such as `https://ci.example.com/hooks/gantline`; signed with
    /// the secret that `gantline webhook secret` makes.
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,

    /// What to tell there beside how it ended, with commas between: `prompt`, `result`.
    #[arg(long, value_name = "PARTS", value_delimiter = ',', requires = "webhook")]
    webhook_include: Vec<WebhookPart>,

    /// Wait for its end, as `gantline job wait` does.
    #[arg(long)]
    wait: bool,

    #[command(flatten)]
    chat: ChatOptions,

    #[command(flatten)]
    worktree: WorktreeFlags,

    #[command(flatten)]
    pub format: FormatOption,

    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Submits it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let format = args.format.format;
    let prompt = args.prompt.clone().or_else(|| args.words.clone());
    let text = ask::with_input(prompt, format, words).await?;
    let client = invocation.client(args.connection)?;
    let mut body = SubmitJob {
        prompt: Some(PromptContent::Text(text)),
        agent_name: args.chat.agent.clone(),
        model: args.chat.model.clone(),
        timeout: args.timeout,
        priority: args.priority,
        machine_wait: args.machine_wait,
        webhook: args.webhook.map(|url| JobWebhook { url, include: args.webhook_include }),
        policy: PolicyOptions {
            non_interactive_permissions: Some(args.non_interactive_permissions),
            ..args.chat.policy.options()
        },
        interactive: args.interactive,
        worktree: args.worktree.wanted(),
        ..SubmitJob::default()
    };
    if args.chat.machine.machine.is_some() || args.chat.cwd.is_some() {
        let machine = lookup::machine(&client, &args.chat.machine, words).await?;
        body.machine_id = Some(machine.machine_id);
        body.project_path = starting::directory(&machine, args.chat.cwd.as_deref(), words)?;
    }
    let key = args.idempotency_key.unwrap_or_else(new_key);
    let job = client.job_submit(&body, &key).await?;
    match format {
        Format::Json => try_print_json(&job)?,
        Format::Quiet if args.wait => {}
        Format::Quiet => print_line(job.summary.id)?,
        Format::Text => {
            let state = words.job_state(job.summary.status);
            print_line(words.job_is(&job.summary.id.to_string(), state))?;
            if !args.wait {
                print_line(words.hint_wait_for_job(&short(&job.summary.id)))?;
            }
        }
    }
    if args.wait {
        return super::wait::until_over(&client, job.summary.id, None, format, words).await;
    }
    Ok(Meaning::Done.into())
}
