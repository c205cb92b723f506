//! One file for each command, with its arguments and what it does.

pub(crate) mod demo_agent;
pub(crate) mod openapi;
pub(crate) mod server;
pub(crate) mod up;

use std::process::ExitCode;

use crate::cli::{Cli, Command};

/// Runs the command.
pub(crate) async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Server(args) => server::run(*args).await,
        Command::Up(args) => up::run(*args).await,
        Command::DemoAgent => Ok(demo_agent::run().await),
        Command::Openapi(args) => openapi::run(&args),
    }
}
