//! `gantline demo-agent`: the scripted agent of the demonstration, started by a daemon.

use std::process::ExitCode;

use sim::agent::{Ending, Environment};

/// Speaks ACP on standard input and output until the input is closed.
pub(crate) async fn run() -> ExitCode {
    let environment = Environment::from_variables(std::env::vars_os());
    match sim::agent::run(tokio::io::stdin(), tokio::io::stdout(), environment).await {
        Ending::InputClosed => ExitCode::SUCCESS,
        Ending::Crash(status) => ExitCode::from(status),
    }
}
