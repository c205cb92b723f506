//! One command in the journal, from its acceptance over a crash to its report: what the daemon does
//! between the link and its sessions, in one screen.
//!
//! `cargo run --package journal --example write_ahead`

#![expect(clippy::print_stdout, reason = "an example shows what happens")]

use std::error::Error;

use bytes::Bytes;
use journal::{Change, Limits, open};
use model::rng::CountingRng;
use model::{CommandId, Timestamp};
use wire::Command;
use wire::report::{CommandFinished, Fact};

fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("journal");
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let id = CommandId::new(Timestamp::default(), &CountingRng::default());
    let command_id = Bytes::copy_from_slice(id.as_bytes());

    let opened = open(&path, Limits::default())?;
    runtime.block_on(async {
        let command = Command { seq: 1, command_id: command_id.clone(), ..Command::default() };
        let committed = opened.journal.commit(vec![Change::Accept(command)]).await?;
        println!("on disk, may be acknowledged: {}", committed.received_commands);
        opened.journal.commit(vec![Change::Begin(id)]).await?;
        println!("on disk, may have an effect");
        Ok::<_, journal::JournalError>(())
    })?;
    drop(opened); // Here the daemon dies.

    let opened = open(&path, Limits::default())?;
    println!("begun and not finished: {:?}", opened.recovered.begun);
    runtime.block_on(async {
        let fact = Fact::CommandFinished(CommandFinished {
            command_id,
            state: "unknown".to_owned(),
            ..CommandFinished::default()
        });
        let at = Timestamp::default();
        opened.journal.commit(vec![Change::Finish(id), Change::Report { at, fact }]).await?;
        let reports = opened.journal.reports(1, 64, 1 << 20)?;
        println!("to be reported until it is acknowledged: {reports:?}");
        opened.journal.commit(vec![Change::Acknowledged { up_to: 1 }]).await?;
        opened.writer.close().await
    })?;
    Ok(())
}
