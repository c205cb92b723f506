//! A server that is restored from a backup, beside a machine that has gone on meanwhile.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use contract::auth::CreateApiToken;
use contract::sessions::SessionView;
use e2e::house::{Kind, TOKEN};
use e2e::patience::{PATIENCE, within};
use e2e::program::{Ended, Program};
use e2e::{House, Machine, Person, Setup};
use model::SessionId;
use model::session::SessionState;
use model::turn::TurnState;

const PASSPHRASE: &str = "a passphrase for the backup";

fn passphrase_file(house: &House, text: &str) -> Result<PathBuf> {
    let path = house.place().at(&format!("passphrase of {} letters", text.len()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options.open(&path)?.write_all(text.as_bytes())?;
    Ok(path)
}

/// Runs `gantline server` with these words.
async fn server(house: &House, words: &[&str], passphrase: &str) -> Result<Ended> {
    let file = passphrase_file(house, passphrase)?.display().to_string();
    let line: Vec<&str> =
        ["server"].iter().chain(words).chain(&["--passphrase-file", &file]).copied().collect();
    Program::start("server", house.place().gantline(&line, &[])?)?.ended().await
}

async fn restore(house: &House, file: &str, into: &str, passphrase: &str) -> Result<Ended> {
    server(house, &["restore", file, "--data-dir", into], passphrase).await
}

/// Waits until the machine was asked what it has.
async fn until_stock_is_taken(person: &Person) -> Result<()> {
    within(PATIENCE, "wait until the machine was asked", async {
        loop {
            let audit = person.client.audit(&client::AuditFilter::default()).await?;
            let says = |action| audit.records.iter().any(|record| record.action == action);
            if says("machine.stock_taken") {
                assert!(says("server.restore"), "the tenant reads of it in its own log");
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    })
    .await
}

async fn session(person: &Person, id: SessionId) -> Result<Option<SessionView>> {
    match person.client.session(id).await {
        Ok(session) => Ok(Some(session)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Waits until a terminal writes down the process of its shell.
async fn shell_of(house: &House, number: usize) -> Result<i32> {
    within(PATIENCE, "wait until the shell runs", async {
        loop {
            let pids = house.file("shells").unwrap_or_default();
            if let Some(pid) = pids.lines().nth(number) {
                return Ok(pid.parse()?);
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await
}

fn is_there(process: i32) -> bool {
    PathBuf::from(format!("/proc/{process}")).exists()
}

/// R27, S116: what was there at the backup is there again and works, every login and token of then is
/// dead, what has ended since has ended, and what began since, which nobody could see, is ended.
#[tokio::test]
async fn a_server_is_restored_beside_a_machine_that_went_on() -> Result<()> {
    let mut house = House::up(Setup { kind: Kind::Server, ..Setup::default() }).await?;
    let shell = Some("echo $$ >> shells; exec cat".to_owned());
    let _machine = Machine::enrol_with(&house, house.address(), shell).await?;
    let person = house.person()?;
    let mut chat = person.chat("demo").await?;
    ensure!(chat.ask("/say hello").await?.state == TurnState::Done);
    let ended_later = person.terminal().await?;
    let first_shell = shell_of(&house, 0).await?;
    let body = CreateApiToken { name: "script".into(), expires_in_days: None, scopes: None };
    let script = person.client.api_token_create(&body).await?.token;
    Person::new(house.address(), &script)?.client.me().await.context("use the token")?;

    let backup = house.place().at("backup").display().to_string();
    let data = house.place().at("data");
    let data_dir = data.display().to_string();
    let made = server(&house, &["backup", &backup, "--data-dir", &data_dir], PASSPHRASE).await?;
    ensure!(made.status.success(), "{}", made.text());
    let sealed = std::fs::read(&backup)?;
    for inside in ["SQLite format 3", "gantline key ring", "seed "] {
        ensure!(memchr::memmem::find(&sealed, inside.as_bytes()).is_none(), "{inside}");
    }

    // The machine goes on: it forgets reports that the server has, which the backup has not.
    person.client.session_stop(ended_later, None).await?;
    person.session_is(ended_later, SessionState::Stopped).await?;
    let mut unknown_chat = person.chat("demo").await?;
    ensure!(unknown_chat.ask("/say hello").await?.state == TurnState::Done);
    let unknown_terminal = person.terminal().await?;
    let second_shell = shell_of(&house, 1).await?;
    ensure!(!is_there(first_shell) && is_there(second_shell));

    house.kill().await?;
    let in_the_way = restore(&house, &backup, &data_dir, PASSPHRASE).await?;
    ensure!(!in_the_way.status.success());
    ensure!(in_the_way.text().contains("a server already"), "{}", in_the_way.text());
    std::fs::rename(&data, house.place().at("lost"))?;
    let wrong = restore(&house, &backup, &data_dir, "another passphrase").await?;
    ensure!(!wrong.status.success() && wrong.text().contains("does not open"), "{}", wrong.text());
    ensure!(std::fs::read_dir(&data)?.next().is_none(), "something is left");
    let checked = server(&house, &["restore", &backup, "--check"], PASSPHRASE).await?;
    ensure!(checked.status.success() && checked.text().contains("good"), "{}", checked.text());
    let restored = restore(&house, &backup, &data_dir, PASSPHRASE).await?;
    ensure!(restored.status.success(), "{}", restored.text());
    ensure!(restored.text().contains("1 API token"), "{}", restored.text());
    house.start().await?;

    let refused = Person::new(house.address(), &script)?.client.me().await;
    let refused = refused.err().context("the old token works")?;
    ensure!(refused.is_unauthenticated(), "{refused:?}");
    let person = Person::new(house.address(), TOKEN)?;
    person.machine().await?;
    until_stock_is_taken(&person).await?;
    let ended = session(&person, ended_later).await?.context("the terminal of before")?;
    ensure!(ended.status == SessionState::Failed, "{ended:?}");
    ensure!(ended.detail.is_some_and(|detail| detail.contains("restored from a backup")));
    for id in [unknown_chat.id(), unknown_terminal] {
        ensure!(session(&person, id).await?.is_none(), "{id} is known");
    }
    within(PATIENCE, "wait until what nobody knows is ended", async {
        while is_there(second_shell) {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        Ok(())
    })
    .await?;
    let mut again = person.follow(chat.id()).await?;
    ensure!(again.ask("/say hello").await?.state == TurnState::Done);
    Ok(())
}

/// R27: a restore that was cut off is no server, and is begun again.
#[tokio::test]
async fn a_restore_that_was_cut_off_is_begun_again() -> Result<()> {
    let mut house = House::up(Setup { kind: Kind::Server, ..Setup::default() }).await?;
    let backup = house.workspace().join("backup").display().to_string();
    let data = house.place().at("data");
    let data_dir = data.display().to_string();
    // A name alone lies in the current directory.
    let made = server(&house, &["backup", "backup", "--data-dir", &data_dir], PASSPHRASE).await?;
    ensure!(made.status.success(), "{}", made.text());
    house.kill().await?;
    std::fs::rename(&data, house.place().at("lost"))?;
    // The keys were put in place, the database was not.
    for name in ["", "restoring", "keys"] {
        DirBuilder::new().mode(0o700).create(data.join(name))?;
    }
    std::fs::write(data.join("restoring/gantline.db"), "half")?;
    let refused = Program::start("gantline", house.command()?)?.ended().await?;
    ensure!(!refused.status.success());
    ensure!(refused.text().contains("`gantline server restore` again"), "{}", refused.text());
    let restored = restore(&house, &backup, &data_dir, PASSPHRASE).await?;
    ensure!(restored.status.success(), "{}", restored.text());
    ensure!(!data.join("restoring").exists());
    house.start().await
}
