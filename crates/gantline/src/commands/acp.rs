//! `gantline acp`: an agent on a machine, for an editor.

use std::process::ExitCode;

use crate::connection::ConnectionOptions;
use crate::editor;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup::MachineOption;
use crate::policy_flags::PolicyFlags;
use crate::starting::ChatOptions;

/// Which agent, and where.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    machine: MachineOption,

    /// Agent, such as `claude` or `codex` [default: the first that is installed on the machine].
    #[arg(long, short, value_name = "NAME")]
    agent: Option<String>,

    /// Directory on the machine, absolute [default: the editor's, where the machine allows sessions
    /// there; else the machine's first workspace].
    #[arg(long, short, value_name = "DIRECTORY")]
    workspace: Option<String>,

    /// Model, by the agent's name for it [default: the agent's own].
    #[arg(long, value_name = "ID")]
    model: Option<String>,

    /// What needs no question: `safe-readonly`, `ask`, `dev-default` or `full-auto`
    /// [default: `ask`].
    #[arg(long, value_name = "PRESET")]
    permission_preset: Option<String>,

    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Serves the editor until it closes standard input.
pub(crate) async fn run(args: Args, invocation: Invocation) -> anyhow::Result<ExitCode> {
    // An editor's user sits there and is asked, whatever the tool.
    let preset = args.permission_preset.unwrap_or_else(|| "ask".to_owned());
    let options = ChatOptions {
        machine: args.machine,
        agent: args.agent,
        cwd: args.workspace,
        model: args.model,
        policy: PolicyFlags { permission_preset: Some(preset), ..PolicyFlags::default() },
    };
    let words = invocation.words;
    let connection = args.connection;
    let make_client = Box::new(move || invocation.client(connection.clone()));
    let (input, output) = (tokio::io::stdin(), tokio::io::stdout());
    editor::serve(make_client, options, words, input, output).await?;
    Ok(Meaning::Done.into())
}
