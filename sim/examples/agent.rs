//! Runs the scripted agent on its standard input and output, for any ACP client.
//!
//! ```text
//! cargo run -p sim --example agent
//! {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":1}}
//! ```

use std::process::ExitCode;

use sim::agent::{Ending, Environment, run};

fn main() -> std::io::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new()?;
    let environment = Environment::from_variables(std::env::vars_os());
    let ending = runtime.block_on(run(tokio::io::stdin(), tokio::io::stdout(), environment));
    // A thread that reads standard input can only be ended by input; a crash waits for nobody.
    runtime.shutdown_background();
    Ok(match ending {
        Ending::InputClosed => ExitCode::SUCCESS,
        Ending::Crash(status) => ExitCode::from(status),
    })
}
