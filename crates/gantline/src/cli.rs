//! The command line.

use clap::{Parser, Subcommand};

use crate::commands::{openapi, server, up};

/// Start AI coding agents and terminals on your own machines, and watch, approve and steer them
/// in one place.
#[derive(Debug, Parser)]
#[command(name = "gantline", version, propagate_version = true)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// Say more in the log, on standard error; twice for everything.
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server, with this computer as its first machine.
    Up(Box<up::Args>),
    /// Run the server.
    Server(Box<server::Args>),
    /// Print the description of the HTTP interface, as OpenAPI 3.1.
    #[command(hide = true)]
    Openapi(openapi::Args),
    /// Be the scripted agent of the demonstration.
    #[command(hide = true)]
    DemoAgent,
}
