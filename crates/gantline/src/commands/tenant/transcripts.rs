//! `gantline tenant transcripts`: whether a tenant keeps transcripts on the server, and of which
//! workspaces.

use std::process::ExitCode;

use client::Client;
use contract::machines::MachineView;
use contract::transcript_keeping::{TranscriptKeeping, WorkspaceKeeping};

use crate::confirm::{self, Consent};
use crate::connection::ConnectionOptions;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::lookup::{self, MachineOption};
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};
use crate::words::Words;

/// Whose to show, or to change.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("change").args(["keep", "keep_none", "like_tenant"])))]
pub(crate) struct Args {
    /// The tenant by its number, for who runs the installation [default: one's own].
    #[arg(value_name = "NUMBER")]
    tenant: Option<i64>,
    /// Keep the transcripts of its sessions on the server, sealed, for so many days after a session
    /// was last active, 1 to 3650.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3650))]
    keep: Option<u32>,
    /// Keep none, and delete those that are kept.
    #[arg(long)]
    keep_none: bool,
    /// Say it of one directory only, and of what is inside it.
    #[arg(long, value_name = "DIRECTORY", requires = "change")]
    workspace: Option<String>,
    #[command(flatten)]
    machine: MachineOption,
    /// What is said of the tenant counts for the workspace again.
    #[arg(long, requires = "workspace")]
    like_tenant: bool,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub(super) format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// Changes it if that was asked for, and shows it.
pub(super) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let client = invocation.client(args.connection.clone())?;
    let words = invocation.words;
    let tenant = lookup::tenant(&client, args.tenant, words).await?;
    let before = client.transcript_keeping(tenant.id).await?;
    let wanted = wanted(&args, &before, &client, words).await?;
    let keeping = if wanted == before {
        before
    } else {
        if args.keep_none || args.like_tenant {
            let question = words.keep_no_transcripts(args.workspace.as_deref());
            confirm::ask(args.consent, &question, words)?;
        }
        client.transcripts_keep(tenant.id, &wanted).await?
    };
    match args.format.format {
        Format::Json => try_print_json(&keeping)?,
        Format::Quiet => {}
        Format::Text => print(&keeping, &client.machines().await?, words)?,
    }
    Ok(Meaning::Done.into())
}

async fn wanted(
    args: &Args,
    before: &TranscriptKeeping,
    client: &Client,
    words: &dyn Words,
) -> anyhow::Result<TranscriptKeeping> {
    let mut wanted = before.clone();
    if args.keep.is_none() && !args.keep_none && !args.like_tenant {
        return Ok(wanted);
    }
    let Some(workspace) = &args.workspace else {
        wanted.days = args.keep;
        return Ok(wanted);
    };
    let machine_id = lookup::machine(client, &args.machine, words).await?.machine_id;
    let is_meant =
        |own: &WorkspaceKeeping| own.machine_id == machine_id && own.project_path == *workspace;
    wanted.workspaces.retain(|own| !is_meant(own));
    if !args.like_tenant {
        let project_path = workspace.clone();
        wanted.workspaces.push(WorkspaceKeeping { machine_id, project_path, days: args.keep });
    }
    Ok(wanted)
}

fn print(
    keeping: &TranscriptKeeping,
    machines: &[MachineView],
    words: &dyn Words,
) -> anyhow::Result<()> {
    print_line(words.transcripts_kept(keeping.days))?;
    if keeping.workspaces.is_empty() {
        return Ok(());
    }
    let name = |own: &WorkspaceKeeping| {
        let machine = machines.iter().find(|machine| machine.machine_id == own.machine_id);
        machine.map_or_else(|| lookup::short(&own.machine_id), |one| one.machine_name.clone())
    };
    let row = |own: &WorkspaceKeeping| {
        [name(own), own.project_path.clone(), words.workspace_kept(own.days)]
    };
    print_table(words.workspace_keeping_headings(), keeping.workspaces.iter().map(row))?;
    Ok(())
}
