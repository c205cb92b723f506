//! Starting and stopping: what `gantline up` says when it cannot, and what it leaves behind.

use std::time::Duration;

use anyhow::{Context, Result};
use e2e::program::Program;
use e2e::scan::processes_of;
use e2e::{House, Setup};
use model::permission::PermissionAnswer;

/// What is promised for Ctrl-C.
const STOPS_WITHIN: Duration = Duration::from_secs(5);

/// R26: it stops in time, tells those who watch, and leaves no process.
#[tokio::test]
async fn ctrl_c_ends_everything_within_five_seconds() -> Result<()> {
    let mut house = House::up(Setup::demo()).await?;
    let mut chat = house.person()?.chat("demo").await?;
    chat.prompt("/run sleep 1000").await?;
    let question = chat.question().await?;
    chat.answer(&question, PermissionAnswer::AllowOnce, None).await?;
    chat.until("wait until the command runs", |seen| {
        (seen.tool_calls().first()?["status"] == "in_progress").then_some(())
    })
    .await?;

    let ended = tokio::time::timeout(STOPS_WITHIN, house.interrupt()).await;
    let ended = ended.context("it took longer than promised")??;
    assert!(ended.status.success(), "{}", ended.status);
    assert!(ended.text().contains("Stopping"), "{}", ended.text());
    let left = processes_of(house.place().path());
    assert!(left.is_empty(), "{left:?}");
    chat.until("wait until those who watch know", |seen| (seen.losses > 0).then_some(())).await?;
    Ok(())
}

#[tokio::test]
async fn a_taken_port_is_named_with_the_flag_that_helps() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let second = e2e::house::Place::new()?;
    let (port, data) = (house.address().port().to_string(), second.at("data"));
    let data_dir = data.display().to_string();
    let line = ["up", "--port", &port, "--data-dir", &data_dir];
    let mut program = Program::start("second", second.gantline(&line, &[])?)?;
    let ended = program.ended().await?;
    assert_eq!(ended.status.code(), Some(1));
    let text = ended.text();
    assert!(text.contains(&port) && text.contains("--port"), "{text}");
    assert!(!data.exists(), "nothing was begun");
    Ok(())
}

#[tokio::test]
async fn a_data_directory_in_use_is_refused() -> Result<()> {
    let house = House::up(Setup::demo()).await?;
    let mut chat = house.person()?.chat("demo").await?;
    let data = house.place().at("data").display().to_string();
    let port = e2e::house::free_port()?.to_string();
    let line = ["up", "--demo", "--port", &port, "--data-dir", &data];
    let mut program = Program::start("second", house.place().gantline(&line, &[])?)?;
    let ended = program.ended().await?;
    assert_eq!(ended.status.code(), Some(1), "{}", ended.text());
    assert!(ended.text().contains(&data), "{}", ended.text());
    assert!(ended.text().contains("in use"), "{}", ended.text());

    // The first one does not notice.
    assert!(chat.ask("/say unharmed").await?.state.is_final());
    Ok(())
}

#[tokio::test]
async fn a_workspace_that_is_not_there_is_refused_before_anything_begins() -> Result<()> {
    let place = e2e::house::Place::new()?;
    let (data, none) = (place.at("data"), place.at("none"));
    let (data_dir, none) = (data.display().to_string(), none.display().to_string());
    let line = ["up", "--data-dir", &data_dir, "--workspace", &none];
    let mut program = Program::start("gantline", place.gantline(&line, &[])?)?;
    let ended = program.ended().await?;
    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.text().contains(&none), "{}", ended.text());
    assert!(!data.exists(), "nothing was begun");
    Ok(())
}

#[tokio::test]
async fn an_unknown_flag_is_a_mistake_of_usage() -> Result<()> {
    let place = e2e::house::Place::new()?;
    let mut program = Program::start("gantline", place.gantline(&["up", "--prot", "1"], &[])?)?;
    let ended = program.ended().await?;
    assert_eq!(ended.status.code(), Some(2));
    assert!(ended.text().contains("--port"), "it names the nearest flag: {}", ended.text());
    Ok(())
}
