//! Runs a command line on a pseudo-terminal and shows what it writes there.
//!
//! `cargo run -p pty --example run -- 'tty; stty size; ls --color'`

use std::io::Write;
use std::path::PathBuf;

use processes::{Marker, Program, inherited_environment};
use pty::{Event, Exit, Reading, Size, spawn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let line = std::env::args().nth(1).unwrap_or_else(|| "tty; stty size".to_owned());
    let mut environment = inherited_environment(std::env::vars_os());
    environment.push(("TERM".into(), "xterm-256color".into()));
    environment.push(("COLORTERM".into(), "truecolor".into()));
    let program = Program {
        path: PathBuf::from("sh"),
        arguments: vec!["-c".into(), line.into()],
        environment,
        directory: std::env::current_dir()?,
    };

    let marker = Marker::new(format_args!("example-{}", std::process::id()));
    let mut pty = spawn(&program, &marker, Size { columns: 80, rows: 24 })?;
    let mut stdout = std::io::stdout();
    loop {
        match pty.next(Reading::On).await {
            Event::Output(bytes) => stdout.write_all(bytes)?,
            Event::Written(_) => {}
            Event::Exited(Exit::Code(0)) => return Ok(()),
            Event::Exited(exit) => return Err(format!("the command ended with {exit:?}").into()),
        }
    }
}
