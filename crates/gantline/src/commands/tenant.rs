//! `gantline tenant`: the organisations that share a server.

mod limits;
mod rename;
mod transcripts;

use std::process::ExitCode;

use clap::Subcommand;
use contract::users::CreateTenant;
use host::SystemClock;
use model::Clock;

use crate::connection::ConnectionOptions;
use crate::escape;
use crate::exit::Meaning;
use crate::invocation::Invocation;
use crate::output::{Format, FormatOption, print_line, print_table, try_print_json};

/// What to do with tenants.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What can be done with tenants.
#[derive(Debug, Subcommand)]
enum Command {
    /// List the tenants that you may know of: your own, or all if you run the installation.
    List(ListArgs),
    /// Make a tenant.
    Create(CreateArgs),
    /// Call a tenant something else, for who runs the installation.
    Rename(rename::Args),
    /// Show what a tenant allows its sessions, or change it.
    Limits(limits::Args),
    /// Show whether a tenant keeps transcripts on the server, or change it.
    Transcripts(transcripts::Args),
}

/// How to list them.
#[derive(Debug, clap::Args)]
struct ListArgs {
    #[command(flatten)]
    format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

/// What to make.
#[derive(Debug, clap::Args)]
struct CreateArgs {
    /// What to call it.
    name: String,
    #[command(flatten)]
    format: FormatOption,
    #[command(flatten)]
    connection: ConnectionOptions,
}

impl Args {
    /// How it prints.
    pub(crate) fn format(&self) -> Format {
        match &self.command {
            Command::List(args) => args.format.format,
            Command::Create(args) => args.format.format,
            Command::Rename(args) => args.format.format,
            Command::Limits(args) => args.format.format,
            Command::Transcripts(args) => args.format.format,
        }
    }
}

/// Does it.
pub(crate) async fn run(args: Args, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List(args) => list(args, invocation).await,
        Command::Create(args) => create(args, invocation).await,
        Command::Rename(args) => rename::run(args, invocation).await,
        Command::Limits(args) => limits::run(args, invocation).await,
        Command::Transcripts(args) => transcripts::run(args, invocation).await,
    }
}

async fn list(args: ListArgs, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let words = invocation.words;
    let tenants = invocation.client(args.connection)?.tenants().await?;
    match args.format.format {
        Format::Json => try_print_json(&tenants)?,
        Format::Quiet => {
            for tenant in tenants.tenants {
                print_line(tenant.tenant_id)?;
            }
        }
        Format::Text => {
            let now = SystemClock::start().now();
            let rows = tenants.tenants.into_iter().map(|tenant| {
                [
                    tenant.tenant_id.to_string(),
                    tenant.name,
                    tenant.users.to_string(),
                    tenant.machines.to_string(),
                    words.ago(now.since(tenant.created_at.0)),
                ]
            });
            print_table(words.tenant_headings(), rows)?;
        }
    }
    Ok(Meaning::Done.into())
}

async fn create(args: CreateArgs, invocation: &Invocation) -> anyhow::Result<ExitCode> {
    let body = CreateTenant { name: args.name };
    let tenant = invocation.client(args.connection)?.tenant_create(&body).await?;
    match args.format.format {
        Format::Json => try_print_json(&tenant)?,
        Format::Quiet => print_line(tenant.tenant_id)?,
        Format::Text => {
            let name = escape::line(&tenant.name);
            print_line(invocation.words.tenant_made(&name, tenant.tenant_id))?;
        }
    }
    Ok(Meaning::Done.into())
}
