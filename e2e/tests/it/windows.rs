//! A machine that runs Windows, under Wine, with a server on this computer: it is enrolled, its
//! terminals and agents do what those of others do, and nothing of them is left.
//!
//! `cargo xtask ci systems` makes the program and runs these tests; without it there is nothing to run.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use client::Part;
use contract::machines::MachineView;
use e2e::house::Kind;
use e2e::patience::{PATIENCE, within};
use e2e::scan;
use e2e::windows::to_windows;
use e2e::{Chat, House, Setup, WindowsMachine};
use model::permission::PermissionAnswer;
use model::session::SessionState;
use model::turn::TurnState;

/// A command that goes on, and that nobody else runs.
const GOES_ON: &str = "ping -n 997 127.0.0.1";

/// A server on this computer, and its machine, which is online.
async fn house() -> Result<(House, WindowsMachine, MachineView)> {
    let house = House::up(Setup { kind: Kind::Server, ..Setup::default() }).await?;
    let mut machine = WindowsMachine::enrol(&house).await?;
    machine.start(&house)?;
    let seen = house.person()?.machine().await?;
    Ok((house, machine, seen))
}

/// Waits until nobody with these words in the command line is left.
async fn gone(house: &House, words: &str) -> Result<()> {
    within(PATIENCE, &format!("wait until no {words:?} is left"), async {
        while let Some(process) = WindowsMachine::processes(house, words).first() {
            scan::gone(process.pid).await?;
        }
        Ok(())
    })
    .await
}

/// A chat whose agent runs a command that goes on.
async fn busy_chat(house: &House) -> Result<Chat> {
    let mut chat = house.person()?.chat("demo").await?;
    chat.prompt(&format!("/run {GOES_ON}")).await?;
    let question = chat.question().await?;
    chat.answer(&question, PermissionAnswer::AllowOnce, None).await?;
    within(PATIENCE, "wait until the command runs", async {
        while WindowsMachine::processes(house, GOES_ON).is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    })
    .await?;
    Ok(chat)
}

/// Every file in and below a directory, with its permission bits.
fn files(directory: &Path) -> Result<Vec<(String, u32)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let (path, data) = entry.and_then(|entry| Ok((entry.path(), entry.metadata()?)))?;
        found.push((path.display().to_string(), data.permissions().mode() & 0o777));
        if data.is_dir() {
            found.extend(files(&path)?);
        }
    }
    Ok(found)
}

#[tokio::test]
#[ignore = "wants the program for Windows: cargo xtask ci systems"]
async fn a_machine_is_linked_and_its_terminal_echoes() -> Result<()> {
    let (house, _machine, seen) = house().await?;
    assert_eq!((seen.os_type.as_str(), seen.arch.as_str()), ("windows", "x86_64"));
    let workspace = to_windows(&house.workspace().canonicalize()?);
    assert_eq!(seen.workspaces.first(), Some(&workspace));

    let person = house.person()?;
    let session = person.terminal().await?;
    let mut viewer = person.attach(session, Part::Write).await?;
    viewer.keyboard().await?;
    viewer.type_in("set /a 20+3\r")?;
    viewer.shows("23").await?;
    viewer.type_in("echo %OS% & cd\r")?;
    viewer.shows("Windows_NT").await?;
    viewer.shows(&workspace).await?;
    viewer.type_in("exit 7\r")?;
    let detail = viewer.ended().await?;
    assert!(detail.contains('7'), "{detail}");
    person.session_is(session, SessionState::Stopped).await?;
    gone(&house, &session.to_string()).await
}

#[tokio::test]
#[ignore = "wants the program for Windows: cargo xtask ci systems"]
async fn an_agent_works_and_asks_before_it_does() -> Result<()> {
    let (house, _machine, _) = house().await?;
    let mut chat = house.person()?.chat("demo").await?;
    let turn = chat.prompt("/write notes.txt hello").await?;
    let question = chat.question().await?;
    assert_eq!(house.file("notes.txt"), None, "nothing happens before the answer");
    chat.answer(&question, PermissionAnswer::AllowOnce, None).await?;
    assert_eq!(chat.ended(turn).await?.state, TurnState::Done);
    assert_eq!(house.file("notes.txt").as_deref(), Some("hello"));
    let turn = chat.ask("/read notes.txt\n/say that is all").await?;
    assert_eq!(turn.state, TurnState::Done);
    ensure!(chat.seen.said().contains("that is all"), "{}", chat.seen.said());
    Ok(())
}

/// S81: whoever belongs to a session ends with it: its holder, its agent, and what that has started.
#[tokio::test]
#[ignore = "wants the program for Windows: cargo xtask ci systems"]
async fn the_end_of_a_chat_leaves_nobody_behind() -> Result<()> {
    let (house, mut machine, _) = house().await?;
    let chat = busy_chat(&house).await?;
    chat.client.session_stop(chat.id(), None).await?;
    gone(&house, GOES_ON).await?;
    gone(&house, "demo-agent").await?;
    gone(&house, &chat.id().to_string()).await?;

    // A holder that is killed takes all of them along, also while there is no daemon.
    let chat = busy_chat(&house).await?;
    machine.kill().await?;
    let holders = WindowsMachine::processes(&house, &chat.id().to_string());
    let holder = holders.first().context("it is held")?;
    scan::kill(holder.pid).await?;
    gone(&house, GOES_ON).await?;
    gone(&house, "demo-agent").await
}

#[tokio::test]
#[ignore = "wants the program for Windows: cargo xtask ci systems"]
async fn an_agent_goes_on_while_its_daemon_is_killed() -> Result<()> {
    let (house, mut machine, _) = house().await?;
    let mut chat = house.person()?.chat("demo").await?;
    let turn = chat.prompt("/append log.txt begun\n/slow 100 20ms\n/append log.txt done").await?;
    chat.until("wait for the first words", |seen| {
        seen.of_kind("agent_message_chunk").next().map(drop)
    })
    .await?;
    machine.kill().await?;
    machine.start(&house)?;
    assert_eq!(chat.ended(turn).await?.state, TurnState::Done);
    assert_eq!(house.file("log.txt").as_deref(), Some("begun\ndone\n"));
    Ok(())
}

/// S80: what is private names who may open it, and is refused when others may. Wine keeps an access
/// list as permission bits: the group's are the administrators', the last are everybody else's.
#[tokio::test]
#[ignore = "wants the program for Windows: cargo xtask ci systems"]
async fn what_is_private_is_its_owners() -> Result<()> {
    let (house, mut machine, _) = house().await?;
    let directory = WindowsMachine::directory(&house);
    let private = files(&directory)?;
    ensure!(private.iter().any(|(name, _)| name.ends_with("config.json")), "{private:?}");
    let open: Vec<_> = private.iter().filter(|(_, mode)| mode & 0o007 != 0).collect();
    ensure!(open.is_empty(), "others may open {open:?}");

    machine.kill().await?;
    let config = private.iter().find(|(name, _)| name.ends_with("config.json"));
    let (config, _) = config.context("it is there")?;
    fs::set_permissions(config, fs::Permissions::from_mode(0o644))?;
    let ended = machine.command(&house, &["run"]).await?;
    ensure!(!ended.status.success() && ended.text().contains("icacls"), "{}", ended.text());
    Ok(())
}

/// S81: a machine that leaves ends what it has begun, and leaves nothing but the workspace.
#[tokio::test]
#[ignore = "wants the program for Windows: cargo xtask ci systems"]
async fn a_machine_that_leaves_leaves_nothing() -> Result<()> {
    let (house, mut machine, _) = house().await?;
    fs::write(house.workspace().join("mine.txt"), "mine")?;
    let chat = busy_chat(&house).await?;
    machine.kill().await?;
    let ended = machine.command(&house, &["unenroll", "--everything"]).await?;
    ensure!(ended.status.success(), "{}", ended.text());
    gone(&house, GOES_ON).await?;
    gone(&house, &machine.program_name()).await?;
    gone(&house, &chat.id().to_string()).await?;
    let directory = WindowsMachine::directory(&house);
    ensure!(!directory.exists(), "left: {:?}", files(&directory)?);
    assert_eq!(house.file("mine.txt").as_deref(), Some("mine"));
    let machines = house.person()?.client.machines().await?;
    ensure!(machines.is_empty(), "the server knows {machines:?}");
    Ok(())
}
