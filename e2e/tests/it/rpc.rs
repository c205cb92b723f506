//! Clients written for the gateway document, in the languages in which it prints its examples.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use e2e::house::TOKEN;
use e2e::{House, Setup};
use tokio::process::Command;

/// Far more than a script takes on a busy computer.
const PATIENCE: Duration = Duration::from_mins(3);

/// Runs a script against a house, until it says that everything is as printed.
async fn run(program: &str, arguments: &[&str], script: &str) -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    // The machine has said which agents it has.
    house.person()?.machine().await?;
    std::fs::write(house.workspace().join("notes.txt"), "one line\n")?;
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/rpc");
    let running = Command::new(program)
        .args(arguments)
        .arg(format!("{directory}/{script}"))
        .env("SERVER", house.address().to_string())
        .env("TOKEN", TOKEN)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let ended = tokio::time::timeout(PATIENCE, running).await.context("the script ends")?;
    let ended = ended.with_context(|| format!("start {program}"))?;
    let said = String::from_utf8_lossy(&ended.stdout);
    let complained = String::from_utf8_lossy(&ended.stderr);
    ensure!(ended.status.success(), "{script}: {}\n{said}\n{complained}", ended.status);
    ensure!(said.contains("everything as printed"), "{said}");
    Ok(())
}

/// What a client written for the document does over a WebSocket: ask, stream, follow, cancel.
/// Two that follow one session hear the same in the same order, and a turn goes on without the one
/// who asked for it.
#[tokio::test]
async fn a_websocket_client_works_as_printed() -> Result<()> {
    // Older releases of Node.js have the WebSocket of browsers behind this flag.
    run("node", &["--experimental-websocket"], "conversation.mjs").await
}

/// What a client written for the document does over HTTP.
#[tokio::test]
async fn an_http_client_works_as_printed() -> Result<()> {
    run("python3", &[], "asking.py").await
}
